"""Workbooks of every format with the same cells in them, and packages made by hand for what no office program writes."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P
from openpyxl.worksheet.worksheet import Worksheet

from youju.core.sheet import Cell, Merge

Grid = Sequence[Sequence[Cell]]


def save_xlsx(path: Path, sheets: Mapping[str, Grid], merged: Sequence[Merge] = ()) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, grid in sheets.items():
        sheet = book.create_sheet(name)
        assert isinstance(sheet, Worksheet)
        for row in grid:
            sheet.append(list(row))
        for merge in merged:
            sheet.merge_cells(
                start_row=merge.top + 1,
                start_column=merge.left + 1,
                end_row=merge.bottom + 1,
                end_column=merge.right + 1,
            )
    book.save(path)
    return path


def save_xls(path: Path, sheets: Mapping[str, Grid], merged: Sequence[Merge] = ()) -> Path:
    book = xlwt.Workbook(encoding="utf-8")
    formats = {
        date: xlwt.easyxf(num_format_str='yyyy"年"m"月"d"日"'),
        datetime: xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm"),
        time: xlwt.easyxf(num_format_str="hh:mm:ss"),
    }
    plain = xlwt.easyxf()
    for name, grid in sheets.items():
        sheet = book.add_sheet(name)
        anchors = {(merge.top, merge.left): merge for merge in merged}
        for top, row in enumerate(grid):
            for left, value in enumerate(row):
                if merge := anchors.get((top, left)):
                    sheet.write_merge(top, merge.bottom, left, merge.right, value)
                elif value is not None:
                    sheet.write(top, left, value, formats.get(type(value), plain))
    book.save(str(path))
    return path


def save_ods(path: Path, sheets: Mapping[str, Grid], merged: Sequence[Merge] = ()) -> Path:
    document = OpenDocumentSpreadsheet()
    anchors = {(merge.top, merge.left): merge for merge in merged}
    covered = {
        (row, column)
        for merge in merged
        for row in range(merge.top, merge.bottom + 1)
        for column in range(merge.left, merge.right + 1)
    } - set(anchors)
    for name, grid in sheets.items():
        table = Table(name=name)
        for top, row in enumerate(grid):
            line = TableRow()
            for left, value in enumerate(row):
                if (top, left) in covered:
                    line.addElement(CoveredTableCell())
                    continue
                about = _ods_attributes(value)
                if merge := anchors.get((top, left)):
                    about["numberrowsspanned"] = merge.bottom - merge.top + 1
                    about["numbercolumnsspanned"] = merge.right - merge.left + 1
                cell = TableCell(**about)
                if value is not None:
                    cell.addElement(P(text=str(value)))
                line.addElement(cell)
            table.addElement(line)
        table.addElement(TableRow(numberrowsrepeated=1_040_000))  # as LibreOffice ends every sheet
        document.spreadsheet.addElement(table)
    document.save(str(path))
    return path


def _ods_attributes(value: Cell) -> dict[str, object]:
    if isinstance(value, bool):
        return {"valuetype": "boolean", "booleanvalue": str(value).lower()}
    if isinstance(value, Decimal):
        return {"valuetype": "float", "value": str(value)}
    if isinstance(value, date):
        return {"valuetype": "date", "datevalue": value.isoformat()}
    if isinstance(value, time):
        return {"valuetype": "time", "timevalue": value.strftime("PT%HH%MM%SS")}
    return {"valuetype": "string"} if value is not None else {}


def save_csv(path: Path, grid: Grid, encoding: str = "utf-8-sig", separator: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(
        ["" if value is None else str(value) for value in row] for row in grid
    )
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def repack(path: Path, changes: Mapping[str, bytes], target: Path) -> Path:
    """The package at `path` with parts replaced or added."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, data in changes.items():
            new.writestr(name, data)
    return target


SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(rows: str, after: str = "") -> bytes:
    """A worksheet part of the rows given as XML."""
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()


def with_sheet(folder: Path, rows: str, after: str = "") -> Path:
    """An .xlsx whose first sheet holds the rows given as XML."""
    plain = save_xlsx(folder / "plain.xlsx", {"1月": [["x"]]})
    return repack(plain, {SHEET: sheet_xml(rows, after)}, folder / "台账.xlsx")


def with_vba(path: Path) -> Path:
    """The .xls at `path` with an empty VBA project storage in its directory."""
    data = bytearray(path.read_bytes())
    (directory_sector,) = struct.unpack_from("<I", data, 0x30)
    directory = 512 * (directory_sector + 1)
    name = "_VBA_PROJECT_CUR".encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<HBBIII", len(name) + 2, 1, 1, *[0xFFFFFFFF] * 3)
    data[directory + 2 * 128 : directory + 3 * 128] = entry.ljust(128, b"\0")
    struct.pack_into("<I", data, directory + 128 + 0x48, 2)  # right sibling of the workbook stream
    path.write_bytes(data)
    return path
