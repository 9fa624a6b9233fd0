"""A register's import template comes back as the register's own table; refused rows can be mended and imported again."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from youju.core.importing import ABOUT, UNIT_COLUMN, field_names
from youju.core.problem import Problem, Where
from youju.core.quantity import Unit, UnitTable
from youju.core.register import Choice, Field, Personal, Register
from youju.core.table import find_tables
from youju.office.template import HEADER_ROW, write_refused, write_template
from youju.office.workbook import read_workbook
from youju.specs.catalog import load_catalog

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
FEN = Unit("份", "份")
YUAN = Unit("元", "元", scale=2)
UNITS = UnitTable([FEN, YUAN])
LEAFLETS = Register(
    "leaflets",
    "log",
    "宣传资料/发放台账",
    "village",
    (
        Field("day", "发放日期", "date", required=True, aliases=("日期",)),
        Field("count", "发放数量", "quantity", required=True, unit=FEN, aliases=("数量",), example="200"),
        Field("cost", "印制费", "quantity", unit=YUAN),
        Field("campaign", "专项", "choice", choices=(Choice("村庄清洁行动"), Choice("=1+1"))),
        Field("hamlet", "自然屯", "unit", unit_kinds=("hamlet",)),
        Field("public", "是否公示", "yes_no"),
        Field("who", "领取人", "text", personal=Personal("姓名", "核对签收", "签收需要", 12)),
        Field("note", "说明", "long_text", help="写清事由。"),
        Field("old", "旧栏目", "text", retired=True),
    ),
    "day",
)


def mapped(path: Path, register: Register, units: UnitTable) -> dict[str | None, str]:
    """Field id → unit of its column, of the one table the workbook holds for an import. Nothing is left to say about it."""
    (sheet,) = (sheet for sheet in read_workbook(path).sheets if sheet.name not in ABOUT)
    found = find_tables(sheet, field_names(register), file=path.name, units=units)
    (table,) = found.tables
    assert found.problems == ()
    return {column.field: column.unit for column in table.columns}


def test_the_template_is_read_back_field_by_field(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(LEAFLETS, path, choices={UNIT_COLUMN: ["东村", "西村"]}, unit_name="禾澄镇")

    assert mapped(path, LEAFLETS, UNITS) == {
        UNIT_COLUMN: "", "day": "", "count": "份", "cost": "元", "campaign": "",
        "hamlet": "", "public": "", "who": "", "note": "",
    }  # fmt: skip


def shipped() -> list[Register]:
    return list(load_catalog(CATALOG, None).catalog.registers.values())


@pytest.mark.parametrize("register", shipped(), ids=lambda register: str(register.id))
def test_every_template_of_the_catalog_is_read_back(register: Register, tmp_path: Path) -> None:
    units = load_catalog(CATALOG, None).units
    path = tmp_path / "模板.xlsx"
    write_template(register, path, unit_name="禾澄镇")

    found = mapped(path, register, units)
    assert set(found) == {each.id for each in field_names(register)}
    for each in register.asked:
        if each.unit is not None:
            assert units[found[each.id]] == each.unit


def test_lists_formats_and_explanations(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(LEAFLETS, path, choices={"hamlet": ["石桥屯"], UNIT_COLUMN: ["东村"]}, unit_name="禾澄镇")

    book = openpyxl.load_workbook(path)
    sheet, explained, options = book["宣传资料发放台账"], book["填写说明"], book["选项"]
    assert sheet["A1"].value == "禾澄镇宣传资料/发放台账"
    assert [cell.value for cell in sheet[HEADER_ROW]][:3] == ["村名", "*发放日期", "*发放数量（份）"]
    offered = {}
    for check in sheet.data_validations.dataValidation:
        place = check.formula1.rpartition("!")[2].replace("$", "")
        heading = sheet.cell(HEADER_ROW, next(iter(check.sqref.ranges)).min_col).value
        offered[heading] = [row[0].value for row in options[place]]
    assert offered == {
        "村名": ["东村"],
        "专项": ["村庄清洁行动", "=1+1"],
        "自然屯": ["石桥屯"],
        "是否公示": ["是", "否"],
    }
    assert options.sheet_state == "hidden"
    assert sheet.column_dimensions["B"].number_format == "yyyy-mm-dd"
    assert sheet.column_dimensions["H"].number_format == "@"
    texts = [str(cell.value or "") for row in explained.iter_rows() for cell in row]
    assert any("只填数字，填整数" in text for text in texts)
    assert any("最多2位小数" in text for text in texts)
    assert any("属个人信息（姓名），仅用于核对签收" in text for text in texts)
    assert not any("旧栏目" in text for text in texts)


def test_a_filled_template_gives_its_records(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    write_template(LEAFLETS, buffer, unit_name="禾澄镇")
    book = openpyxl.load_workbook(io.BytesIO(buffer.getvalue()))
    book.worksheets[0].append(["东村", "2024.3.5", 200, None, "村庄清洁行动"])
    book.save(tmp_path / "填好.xlsx")

    sheet = read_workbook(tmp_path / "填好.xlsx").sheets[0]
    (table,) = find_tables(sheet, field_names(LEAFLETS), units=UNITS).tables
    ((number, record),) = table.records()
    assert (number, record["day"], record["count"]) == (4, "2024.3.5", Decimal(200))


def test_refused_rows_come_back_with_their_reasons_and_no_formula(tmp_path: Path) -> None:
    """Invariant 9."""
    path = tmp_path / "未导入.xlsx"
    texts = {
        "村名": '=HYPERLINK("x")',
        "发放情况·发放数量（份）": "+200",
        "日期": "@3月5日",
        "领取人": "-甲\0\ud800",
    }
    problems = [
        Problem(Where("台账.xlsx", "1月", 7, "日期"), "day.not_a_day", "不是日期。"),
        Problem(Where(), "x", "另一处。"),
    ]
    write_refused(
        path, "宣传资料发放台账：未导入的行", [("=1月", 7, texts, problems), ("2月", 9, {"日期": "x"}, [])]
    )

    cells = [cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert all(cell.quotePrefix for cell in cells if str(cell.value or "").startswith(tuple("=+-@")))
    assert "“日期”：不是日期。\n另一处。" in {cell.value for cell in cells}
    (table,) = find_tables(read_workbook(path).sheets[0], field_names(LEAFLETS), units=UNITS).tables
    assert [number for number, _ in table.records()] == [4, 5]
    assert next(table.records())[1] == {
        UNIT_COLUMN: '=HYPERLINK("x")', "count": "+200", "day": "@3月5日", "who": "-甲□□",
    }  # fmt: skip
    assert table.unmapped == ()
