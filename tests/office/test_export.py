"""Lists handed out: what was typed comes out as text in every program that opens the file."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

from youju.office.export import Listing, Value, write_csv, write_xlsx
from youju.office.workbook import read_workbook

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t=1+1", "\r=1+1", " =1+1", "＝1+1", "=HYPERLINK(\"http://x\")",
    "{=1+1}", "%0A=1+1", "\ufeff=1+1", "-2+3+cmd|'x'!A1", "=\"a\"", "'=1+1", "#REF!", "TRUE", "007", "3-5", "1e5", "http://example.com",
]  # fmt: skip


def sheet_of(listing: Listing, tmp_path: Path) -> Path:
    path = tmp_path / "清单.xlsx"
    with path.open("wb") as target:
        write_xlsx(listing, target)
    return path


def test_no_cell_of_a_workbook_is_a_formula_a_link_or_another_value(tmp_path: Path) -> None:
    path = sheet_of(Listing("=1+1", ["=内容"], [[each] for each in FORMULAS], "@说明"), tmp_path)
    book = load_workbook(path)
    cells = [cell for row in book.active for cell in row if cell.value is not None]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []
    kept = [cell.value for cell in cells[3:]]
    # XML itself turns a carriage return into _x000D_, which reading turns back.
    assert [str(each).replace("_x000D_", "\r") for each in kept] == FORMULAS
    with zipfile.ZipFile(path) as package:
        assert b"<f>" not in package.read("xl/worksheets/sheet1.xml")


def test_no_line_of_a_csv_begins_a_formula() -> None:
    text = "".join(write_csv(Listing("清单", ["内容"], [[each] for each in FORMULAS])))
    assert text.startswith("\ufeff内容\r\n")
    rows = [row[0] for row in csv.reader(io.StringIO(text[1:], newline=""))][1:]
    assert len(rows) == len(FORMULAS)
    for given, out in zip(FORMULAS, rows, strict=True):
        assert not out.lstrip(" \u3000\ufeff\u200b").startswith(("=", "+", "-", "@", "\t", "\r", "＝"))
        assert out in (given, f"'{given}")


def test_numbers_and_days_keep_their_type_and_none_loses_a_digit(tmp_path: Path) -> None:
    row: list[Value] = ["东村", Decimal("-4.50"), 20, date(2024, 3, 5), Decimal("12345678901234567.89"), None]
    listing = Listing("台账", ["村", "数", "件", "日", "长", "空"], [row])
    sheet = load_workbook(sheet_of(listing, tmp_path)).active
    assert sheet is not None
    values = [cell.value for cell in sheet[4]]
    assert values[:3] == ["东村", -4.5, 20]
    assert str(values[3])[:10] == "2024-03-05"
    assert values[4] == "12345678901234567.89"
    assert list(write_csv(listing))[1] == "东村,-4.50,20,2024-03-05,12345678901234567.89,\r\n"


def test_a_list_that_went_out_is_read_back(tmp_path: Path) -> None:
    rows: list[list[Value]] = [["东村", "2024-03-05", 20], ["南村", "2024-03-06", 30]]
    book = read_workbook(sheet_of(Listing("发放登记", ["村名", "日期", "数量"], rows, "甲镇"), tmp_path))
    assert [list(row) for row in book.sheets[0].rows[2:]] == [
        ["村名", "日期", "数量"],
        ["东村", "2024-03-05", Decimal(20)],
        ["南村", "2024-03-06", Decimal(30)],
    ]


def test_names_that_no_sheet_may_have_are_mended(tmp_path: Path) -> None:
    path = sheet_of(Listing("a/b:c*d?[e]'\x07" + "长" * 40, ["x"], []), tmp_path)
    assert len(load_workbook(path).sheetnames[0]) <= 31
