"""Workbooks of every format give the same cells, exact and typed; nothing in them is lost without a word."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.core.test_table import FIELDS, UNITS
from tests.office.workbooks import (
    SHEET,
    Grid,
    repack,
    save_csv,
    save_ods,
    save_xls,
    save_xlsx,
    sheet_xml,
    with_sheet,
    with_vba,
)
from youju.core.sheet import BadCell, Cell, Merge, Sheet
from youju.core.table import find_tables
from youju.office.workbook import read_workbook

MESSY: Grid = [
    ["禾澄镇2024年宣传资料发放台账", None, None, None, None],
    ["序号", "日期", "发放情况", None, "备注"],
    [None, None, "资料名称", "数量（份）", None],
    [Decimal(1), date(2024, 3, 5), "防火", Decimal(200), "=雨天"],
    [Decimal(2), "3月6日", "防汛", "２０", None],
    [None, None, None, None, None],
    [Decimal(3), "2024.3.7", "禁毒", "四次", True],
    [Decimal(4), "2024-03-08", "反诈", Decimal("0.1"), time(9, 30)],
    ["合计", None, None, Decimal("224.1"), None],
    ["填表人：甲", None, "审核人：乙", None, None],
]
MOMENT = datetime(2024, 3, 5, 9, 30)  # noqa: DTZ001  a workbook knows no zones
MERGED = [Merge(0, 0, 0, 4), Merge(1, 0, 2, 0), Merge(1, 1, 2, 1), Merge(1, 2, 1, 3), Merge(1, 4, 2, 4)]
PLAIN = [[None if isinstance(cell, str) and cell.startswith("=") else cell for cell in row] for row in MESSY]


def only(path: Path) -> Sheet:
    (sheet,) = read_workbook(path).sheets
    return sheet


def cells(path: Path) -> list[tuple[Cell, ...]]:
    return list(only(path).rows)


def expected(grid: Grid) -> list[tuple[Cell, ...]]:
    rows = [list(row) for row in grid]
    for row in rows:
        while row and row[-1] is None:
            row.pop()
    return [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("save", "suffix"), [(save_xlsx, ".xlsx"), (save_xls, ".xls"), (save_ods, ".ods")]
)  # fmt: skip
def test_every_format_gives_the_same_cells(save: object, suffix: str, tmp_path: Path) -> None:
    assert callable(save)
    path = save(tmp_path / f"台账{suffix}", {"1月": PLAIN, "2月": [["x"]]}, MERGED)

    book = read_workbook(path)

    assert book.name == f"台账{suffix}"
    assert [sheet.name for sheet in book.sheets] == ["1月", "2月"]
    assert list(book.sheets[0].rows) == expected(PLAIN)
    assert set(MERGED) <= set(book.sheets[0].merged)
    (table,) = find_tables(book.sheets[0], FIELDS, file=book.name, units=UNITS).tables
    assert [number for number, _ in table.records()] == [4, 5, 7, 8]
    assert [row["count"] for _, row in table.records()] == [Decimal(200), "２０", "四次", Decimal("0.1")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_in_every_encoding_gives_its_texts(encoding: str, separator: str, tmp_path: Path) -> None:
    grid = [
        ["日期", "资料名称", "数量（份）"],
        ["3月5日", "防火，𬭚书记\n两行", "1,200"],
        ["", "", ""],
        ["a", "b", "c"],
    ]
    path = save_csv(tmp_path / "台账.csv", grid, encoding, separator)

    assert cells(path) == [tuple(grid[0]), tuple(grid[1]), (), tuple(grid[3])]


def test_csv_that_keeps_leading_zeros_the_way_exporting_systems_do(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text('编号,姓名\n="007",甲\n', encoding="utf-8")

    assert cells(path)[1] == ("007", "甲")


def test_the_owners_name_of_an_upload_is_used(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "台账.xlsx", {"1月": [["x"]]})
    path = path.rename(tmp_path / "a1b2c3")

    assert read_workbook(path, name="三月台账.xlsx").name == "三月台账.xlsx"


# --- numbers and days -------------------------------------------------------------------------------------


def test_numbers_are_what_the_office_program_shows(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path,
        "<row><c><v>0.1</v></c><c><v>0.30000000000000004</v></c><c><v>44470.000000000007</v></c>"
        "<c><v>1E+3</v></c><c><v>-0</v></c><c><v>123456789012345</v></c><c><v>1e400</v></c></row>",
    )

    shown = ["0.1", "0.3", "44470", "1000", "0", "123456789012345"]
    assert [str(cell) for cell in cells(path)[0][:-1]] == shown
    assert cells(path)[0][-1] == BadCell("error", "#NUM!")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=4),
        min_size=1,
        max_size=40,
    )
)
def test_decimals_come_back_exactly(tmp_path: Path, numbers: list[Decimal]) -> None:
    grid: Grid = [["数"], *([number] for number in numbers)]

    for path in (
        save_xlsx(tmp_path / "a.xlsx", {"1": grid}),
        save_xls(tmp_path / "a.xls", {"1": grid}),
        save_ods(tmp_path / "a.ods", {"1": grid}),
    ):
        assert [row[0] for row in cells(path)[1:]] == numbers


@pytest.mark.parametrize(
    "look",
    ["yyyy-mm-dd", 'yyyy"年"m"月"d"日";@', 'm"月"d"日"', "[DBNum1][$-804]yyyy年m月d日", "yyyy/m/d h:mm"],
)
def test_serials_shown_as_days_are_days(look: str, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet["A1"] = 45356
    sheet["A1"].number_format = look
    sheet["B1"] = 45356
    book.save(tmp_path / "a.xlsx")

    assert cells(tmp_path / "a.xlsx") == [(date(2024, 3, 5), Decimal(45356))]


def test_workbooks_that_count_from_1904(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    book.worksheets[0]["A1"] = date(2024, 3, 5)
    book.save(tmp_path / "a.xlsx")
    old = xlwt.Workbook()
    old.dates_1904 = True
    old.add_sheet("1").write(0, 0, 43894, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    old.save(str(tmp_path / "a.xls"))

    assert cells(tmp_path / "a.xlsx") == cells(tmp_path / "a.xls") == [(date(2024, 3, 5),)]


def test_moments_and_hours(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append([MOMENT, time(9, 30), timedelta(hours=26, minutes=30)])
    book.save(tmp_path / "a.xlsx")

    assert cells(tmp_path / "a.xlsx") == [(MOMENT, time(9, 30), "26:30:00")]


# --- formulas, hidden rows, what lies under merged cells --------------------------------------------------


def test_formulas_give_their_results_and_their_failures(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("1月")
    for row, value in enumerate((5, 2.5, "文字", "#REF!", "#DIV/0!", True)):
        sheet.write_formula(row, 1, "=A1", None, value)
    book.close()

    assert [row[1] for row in cells(path)] == [
        Decimal(5),
        Decimal("2.5"),
        "文字",
        BadCell("error", "#REF!"),
        BadCell("error", "#DIV/0!"),
        True,
    ]


def test_a_formula_nobody_calculated_is_not_taken_for_an_empty_cell(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "a.xlsx", {"1月": [["合计", "=SUM(B2:B9)"]]})

    assert cells(path) == [("合计", BadCell("uncalculated"))]


def test_a_formula_that_gives_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    path = with_sheet(tmp_path, '<row><c t="str"><f>IF(A2=1,"","x")</f><v></v></c><c><v>1</v></c></row>')

    assert cells(path) == [(None, Decimal(1))]


def test_failed_formulas_of_old_workbooks_and_of_libreoffice(tmp_path: Path) -> None:
    old = save_xls(tmp_path / "a.xls", {"1月": [["x", True]]})
    data = bytearray(old.read_bytes())
    cell = data.index(b"\x05\x02\x08\x00\x00\x00\x01\x00")  # the yes or no in B1 becomes an error value
    data[cell + 10 : cell + 12] = b"\x17\x01"
    old.write_bytes(data)
    ods = save_ods(tmp_path / "a.ods", {"1月": [["x", "y"]]})
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
        ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="1月"><table:table-row>'
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" calcext:value-type="error">'
        "<text:p>#DIV/0!</text:p></table:table-cell>"
        '<table:table-cell table:formula="of:=SUM([.A1])"/>'
        '<table:table-cell office:value-type="string"><office:annotation><text:p>批注</text:p></office:annotation>'
        '<text:p>两<text:span>个</text:span><text:s text:c="2"/>字</text:p><text:p>二行</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    repacked = repack(ods, {"content.xml": content.encode()}, tmp_path / "b.ods")

    assert cells(old) == [("x", BadCell("error", "#REF!"))]
    assert cells(repacked) == [
        (BadCell("error", "#DIV/0!"), BadCell("uncalculated"), "两个  字\n二行", Decimal(7), Decimal(7))
    ]


def test_hidden_rows_and_sheets_are_read_and_flagged(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    first = book.worksheets[0]
    for row in range(4):
        first.append([row])
    first.row_dimensions[2].hidden = True
    book.create_sheet("旧").sheet_state = "hidden"
    book.worksheets[1]["A1"] = "x"
    book.save(tmp_path / "a.xlsx")
    old = xlwt.Workbook()
    sheet = old.add_sheet("1月")
    for row in range(4):
        sheet.write(row, 0, row)
    sheet.row(1).hidden = True
    sheet.row(1).height_mismatch = True
    old.save(str(tmp_path / "a.xls"))

    book_read = read_workbook(tmp_path / "a.xlsx")
    assert book_read.sheets[0].hidden_rows == frozenset({1})
    assert [sheet.hidden for sheet in book_read.sheets] == [False, True]
    assert only(tmp_path / "a.xls").hidden_rows == frozenset({1})


def test_what_lies_under_merged_cells_is_nobodys(tmp_path: Path) -> None:
    rows = "".join(
        f'<row><c t="str"><v>{left}</v></c><c t="str"><v>{right}</v></c></row>'
        for left, right in ("ab", "cd")
    )
    path = with_sheet(tmp_path, rows, '<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>')

    assert cells(path) == [("a",)]


def test_characters_no_ledger_may_hold_are_named_and_not_repeated(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("日期,说明\n3月5日,坏\0字\n".encode())

    assert cells(path)[1] == ("3月5日", BadCell("characters", "U+0000"))


def test_styled_but_empty_cells_to_the_end_of_the_sheet_are_no_content(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path,
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>',
        '<mergeCells count="1"><mergeCell ref="A3:XFD1048576"/></mergeCells>',
    )

    assert cells(path) == [(Decimal(1),)]


def test_rows_and_cells_without_references_are_counted(tmp_path: Path) -> None:
    path = with_sheet(
        tmp_path,
        '<row><c t="inlineStr"><is><t>日期</t></is></c><c t="e"><v>#N/A</v></c></row>'
        '<row hidden="1"><c/><c><f>1+1</f></c></row>',
    )

    assert cells(path) == [("日期", BadCell("error", "#N/A")), (None, BadCell("uncalculated"))]
    assert only(path).hidden_rows == frozenset({1})


# --- macros are never run ---------------------------------------------------------------------------------


def test_workbooks_with_macros_are_read_and_the_user_is_told(tmp_path: Path) -> None:
    plain = save_xlsx(tmp_path / "plain.xlsx", {"1月": [["日期"]]})
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/>'
        "</Types>"
    )
    changes = {"[Content_Types].xml": types.encode(), "xl/vbaProject.bin": b"VBA"}
    modern = repack(plain, changes, tmp_path / "台账.xlsm")
    old = with_vba(save_xls(tmp_path / "台账.xls", {"1月": [["日期"]]}))

    for path in (modern, old):
        book = read_workbook(path)
        assert book.sheets[0].rows == (("日期",),)
        assert [(each.code, each.level) for each in book.problems] == [("workbook.macros", "warning")]
    assert not read_workbook(plain).problems


def test_a_sheet_part_that_is_replaced_is_what_is_read(tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "plain.xlsx", {"1月": [["x"]], "2月": [["y"]]})
    other = repack(path, {SHEET: sheet_xml("<row><c><v>5</v></c></row>")}, tmp_path / "b.xlsx")

    assert [sheet.rows for sheet in read_workbook(other).sheets] == [((Decimal(5),),), (("y",),)]
