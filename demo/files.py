"""Grids as files: .xlsx, .ods and .csv, the same bytes in every run."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import xlsxwriter

from demo.events import Cell
from demo.sheets import Grid, Merge

_CREATED = datetime(2024, 1, 1)  # noqa: DTZ001 - the property of an office file has no zone
_EARLIEST = (1980, 1, 1, 0, 0, 0)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def write(path: Path, grids: list[Grid], encoding: str, author: str) -> None:
    """Write the sheets in the format of the path's suffix; a .csv takes exactly one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".xlsx":
        _xlsx(path, grids, author)
    elif path.suffix == ".ods":
        _ods(path, grids)
    else:
        (only,) = grids
        path.write_bytes(_csv(only).encode(encoding))


def _xlsx(path: Path, grids: list[Grid], author: str) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "strings_to_formulas": False}) as book:
        book.set_properties({"author": author, "created": _CREATED})
        day = book.add_format({"num_format": "yyyy/m/d"})
        for grid in grids:
            sheet = book.add_worksheet(grid.name)
            merged = {(each.top, each.left): each for each in grid.merges}
            for top, row in enumerate(grid.rows):
                for left, cell in enumerate(row):
                    merge = merged.get((top, left))
                    if merge is not None:
                        sheet.merge_range(merge.top, merge.left, merge.bottom, merge.right, "")
                    if isinstance(cell, date):
                        sheet.write_datetime(top, left, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
                    elif isinstance(cell, int | Decimal):
                        sheet.write_number(top, left, cell)
                    elif cell is not None:
                        sheet.write_string(top, left, cell)


def _ods(path: Path, grids: list[Grid]) -> None:
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"'
    )
    tables = "".join(_ods_table(grid) for grid in grids)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f"{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    entry = "<manifest:file-entry manifest:full-path={} manifest:media-type={}/>"
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f"{entry.format(quoteattr('/'), quoteattr(_ODS))}{entry.format(quoteattr('content.xml'), quoteattr('text/xml'))}"
        "</manifest:manifest>"
    )
    with ZipFile(path, "w") as package:
        for name, data, how in (
            ("mimetype", _ODS, ZIP_STORED),
            ("META-INF/manifest.xml", manifest, ZIP_DEFLATED),
            ("content.xml", content, ZIP_DEFLATED),
        ):
            info = ZipInfo(name, _EARLIEST)
            info.compress_type = how
            package.writestr(info, data.encode())


def _ods_table(grid: Grid) -> str:
    first = {(each.top, each.left): each for each in grid.merges}
    covered = {
        (row, column)
        for each in grid.merges
        for row in range(each.top, each.bottom + 1)
        for column in range(each.left, each.right + 1)
    } - set(first)
    rows = []
    for top, row in enumerate(grid.rows):
        width = max([len(row), *(column + 1 for line, column in covered if line == top)])
        cells = [
            _ods_cell(
                row[left] if left < len(row) else None, first.get((top, left)), hidden=(top, left) in covered
            )
            for left in range(width)
        ]
        rows.append(f"<table:table-row>{''.join(cells) or '<table:table-cell/>'}</table:table-row>")
    return f"<table:table table:name={quoteattr(grid.name)}>{''.join(rows)}</table:table>"


def _ods_cell(cell: Cell | None, merge: Merge | None, *, hidden: bool) -> str:
    tag = "table:covered-table-cell" if hidden else "table:table-cell"
    span = ""
    if merge is not None:
        down, across = merge.bottom - merge.top + 1, merge.right - merge.left + 1
        span = f' table:number-rows-spanned="{down}" table:number-columns-spanned="{across}"'
    if cell is None:
        return f"<{tag}{span}/>"
    if isinstance(cell, date):
        kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
    elif isinstance(cell, int | Decimal):
        kind = f'office:value-type="float" office:value="{cell}"'
    else:
        kind = 'office:value-type="string"'
    return f"<{tag}{span} {kind}><text:p>{escape(str(cell))}</text:p></{tag}>"


def _csv(grid: Grid) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\r\n")
    width = max(len(row) for row in grid.rows)
    for row in grid.rows:
        writer.writerow(["" if cell is None else str(cell) for cell in row] + [""] * (width - len(row)))
    return lines.getvalue()
