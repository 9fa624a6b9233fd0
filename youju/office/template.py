"""Workbooks handed out to be filled in: the import template of a register, and the rows an import refused, to be mended.

Both are read back by `read_workbook` and `find_tables` as they are. Whatever a person typed is stored as text: a cell
that begins with = + - or @ is shown, never calculated.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from youju.core.heading import REFUSED_COLUMNS, split_unit
from youju.core.importing import EXPLANATIONS, OPTIONS, UNIT_COLUMN, field_names
from youju.core.problem import Problem
from youju.core.register import Field, Register
from youju.office.package import write_whole

HEADER_ROW = 3
LAST_ROW = 2_000  # so far down the drop-down lists reach

_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_LINE = Side(style="thin", color="999999")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_SHADE = PatternFill("solid", fgColor="E8EEF4")
_WIDTHS = {"date": 13, "quantity": 12, "choice": 16, "yes_no": 9, "unit": 16, "text": 22, "long_text": 40}
_HEADINGS = ("栏目名称", "必填", "怎么填", "计量单位", "可填内容", "填写示例", "栏目含义")

RefusedRow = tuple[str, int, Mapping[str, str], Sequence[Problem]]


def write_template(
    register: Register,
    target: Path | BinaryIO,
    *,
    choices: Mapping[str, Sequence[str]] | None = None,
    unit_name: str = "",
) -> None:
    """Write the import template of `register` as .xlsx.

    choices    field id → what its drop-down list offers (names of units, options that are open now); without an entry
               a choice field offers all its options. "@unit" is the column that names the unit a row belongs to
    unit_name  who fills it in; the title then bears the name
    """
    offered = choices or {}
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _NO_SHEET_NAME.sub("", register.title)[:31] or "台账"
    columns = _columns(register)
    lists = _write_options(book, {name: _options(each, offered.get(name)) for name, each in columns.items()})
    _put(sheet, 1, 1, f"{unit_name}{register.title}").font = Font(bold=True, size=16)
    _put(sheet, 2, 1, "带 * 的栏目必填。请从第4行起填写，不要改动表头；怎么填见“填写说明”。")
    for column, (name, each) in enumerate(columns.items(), 1):
        _head(_put(sheet, HEADER_ROW, column, _heading(each)))
        _shape_column(sheet, column, each, lists.get(name))
    _arrange(sheet, len(columns), HEADER_ROW)
    _explain(book.create_sheet(EXPLANATIONS), register, columns, offered)
    _save(book, target)


def write_refused(target: Path | BinaryIO, title: str, rows: Iterable[RefusedRow]) -> None:
    """Write rows that an import refused, each with what is wrong, so that they can be mended and imported again.

    rows  (sheet, row number, {heading: text}, problems)
    """
    listed = list(rows)
    headings = list(dict.fromkeys(heading for row in listed for heading in row[2]))
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "未导入的行"
    _put(sheet, 1, 1, title).font = Font(bold=True, size=14)
    _put(sheet, 2, 1, "请按“未导入的原因”逐行改正，改好后直接导入本文件即可；已经导入的行不在其中。")
    columns = (REFUSED_COLUMNS[0], REFUSED_COLUMNS[1], *headings, REFUSED_COLUMNS[2])
    for column, heading in enumerate(columns, 1):
        _head(_put(sheet, HEADER_ROW, column, heading))
        width = 60 if column == len(columns) else 12 if column <= 2 else 20
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, (name, row, texts, problems) in enumerate(listed, HEADER_ROW + 1):
        reasons = "\n".join(_reason(problem) for problem in problems)
        values = (name, str(row), *(texts.get(heading, "") for heading in headings), reasons)
        for column, value in enumerate(values, 1):
            cell = _put(sheet, number, column, value)
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = _BOX
    _arrange(sheet, len(columns), HEADER_ROW)
    _save(book, target)


def _columns(register: Register) -> dict[str, Field]:
    """Field id → field, in the order of the columns; the unit a row belongs to stands first."""
    names = {each.id: each for each in field_names(register)}
    columns = {}
    if UNIT_COLUMN in names:
        help_text = "由上级汇总导入时，写明这一行属于哪个组织；只填本单位的，可以空着。"
        columns[UNIT_COLUMN] = Field(
            UNIT_COLUMN, names[UNIT_COLUMN].title, "unit", unit_kinds=(register.kept_by,), help=help_text
        )
    return columns | {each.id: each for each in register.asked}


def _heading(each: Field) -> str:
    mark = "*" if each.required else ""
    if each.unit is None or split_unit(each.title)[1]:
        return f"{mark}{each.title}"
    return f"{mark}{each.title}（{each.unit.symbol}）"


def _options(each: Field, offered: Sequence[str] | None) -> list[str]:
    if offered is not None:
        return [option for option in offered if option]
    if each.kind == "yes_no":
        return ["是", "否"]
    return [choice.id for choice in each.choices]


def _write_options(book: Workbook, options: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The lists on a hidden sheet, one column each without a heading; returns field id → the range that holds its list."""
    filled = {name: values for name, values in options.items() if values}
    if not filled:
        return {}
    sheet = book.create_sheet(OPTIONS)
    sheet.sheet_state = "hidden"
    ranges = {}
    for column, (name, values) in enumerate(filled.items(), 1):
        for row, value in enumerate(values, 1):
            _put(sheet, row, column, value)
        letter = get_column_letter(column)
        ranges[name] = f"{quote_sheetname(OPTIONS)}!${letter}$1:${letter}${len(values)}"
    return ranges


def _shape_column(sheet: Worksheet, column: int, each: Field, options: str | None) -> None:
    """Width, number format and what the office program checks while one types; what it lets pass is told at import."""
    letter = get_column_letter(column)
    shape = sheet.column_dimensions[letter]
    shape.width = max(_WIDTHS[each.kind], 2 * len(each.title) + 6)
    if each.kind == "date":
        shape.number_format = "yyyy-mm-dd"
    elif each.kind != "quantity":
        shape.number_format = "@"  # 007 stays 007, 3-5 does not become a day
    if options is None:
        return
    check = DataValidation("list", formula1=f"={options}", allow_blank=True, errorStyle="warning")
    check.error = "不在可选项中。确需填写的可以继续，导入时会再核对。"
    check.errorTitle = each.title[:30]
    check.add(f"{letter}{HEADER_ROW + 1}:{letter}{LAST_ROW}")
    sheet.add_data_validation(check)


def _explain(
    sheet: Worksheet, register: Register, columns: Mapping[str, Field], offered: Mapping[str, Sequence[str]]
) -> None:
    _put(sheet, 1, 1, f"{register.title}填写说明").font = Font(bold=True, size=14)
    about = register.purpose or "一行填一件事，同一件事不要重复填。"
    _put(sheet, 2, 1, f"{about.rstrip('。')}。本系统为非涉密系统，严禁填写国家秘密和工作秘密。")
    for column, heading in enumerate(_HEADINGS, 1):
        _head(_put(sheet, HEADER_ROW, column, heading))
        width = (18, 7, 44, 10, 36, 22, 40)[column - 1]
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, (name, each) in enumerate(columns.items(), HEADER_ROW + 1):
        values = (
            each.title,
            "是" if each.required else "",
            _how_to(each),
            each.unit.symbol if each.unit is not None else "",
            "、".join(_options(each, offered.get(name))[:60]),
            each.example,
            _meaning(each),
        )
        for column, value in enumerate(values, 1):
            cell = _put(sheet, row, column, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = _BOX
    _arrange(sheet, len(_HEADINGS), HEADER_ROW)


def _how_to(each: Field) -> str:
    if each.kind == "quantity" and each.unit is not None:
        scale = each.unit.scale
        decimals = f"最多{scale}位小数" if scale else "填整数"
        least = f"，不小于{each.minimum}" if each.minimum else ""
        return f"只填数字，{decimals}{least}；不写“多”“余”“左右”等概数，原始数是多少填多少"
    return {
        "date": "年月日，如2024-03-05、2024.3.5、2024年3月5日",
        "choice": "从下拉列表中选一项",
        "yes_no": "填“是”或“否”",
        "unit": "写组织全称，与组织名册一致",
        "long_text": "文字，把事情说清楚",
    }.get(each.kind, "文字")


def _meaning(each: Field) -> str:
    personal = each.personal
    note = ""
    if personal is not None:
        note = f"属个人信息（{personal.category}），仅用于{personal.purpose}，非必要不填。"
    return f"{each.help}{note}"


def _reason(problem: Problem) -> str:
    column = problem.where.column or problem.where.field
    return f"“{column}”：{problem.text}" if column else problem.text


def _put(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """Write text as text, whatever it begins with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    kept = _UNSAFE.sub("□", text)[:32_000]
    if kept:
        cell.value = kept
        cell.data_type = "s"  # openpyxl would take a leading = for a formula, and #REF! for an error
        if kept[0] in "=+-@＝\t\r":
            cell.quotePrefix = True  # stays text when somebody opens the cell and presses Enter
    return cell


def _head(cell: Cell) -> None:
    cell.font = Font(bold=True)
    cell.fill = _SHADE
    cell.border = _BOX
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _arrange(sheet: Worksheet, width: int, header_row: int) -> None:
    """Title across the table, header always in view and on every printed page, A4 landscape one page wide."""
    for row in (1, 2):
        if width > 1:
            sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
        sheet.cell(row, 1).alignment = Alignment(horizontal="center" if row == 1 else "left", wrap_text=True)
    sheet.row_dimensions[1].height = 30
    sheet.freeze_panes = f"A{header_row + 1}"
    sheet.print_title_rows = f"{header_row}:{header_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _save(book: Workbook, target: Path | BinaryIO) -> None:
    data = io.BytesIO()
    book.save(data)
    if isinstance(target, Path):
        write_whole(target, data.getvalue())
    else:
        target.write(data.getvalue())
