""".xlsx and .xls: values from python-calamine, and from the file itself what it does not tell.

calamine gives "" for a failed formula and for one nobody calculated, says nothing of hidden rows, and lays a grid over
everything between A1 and the furthest cell. So the sheet is looked through first: `Extras`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import python_calamine

from youju.core.sheet import BadCell, Cell, Merge, Sheet
from youju.office.archive import FileDamaged, FileEncrypted
from youju.office.sheets.limits import MAX_MERGES, check_count, check_extent
from youju.office.sheets.values import Read, any_cell, trimmed, without_covered


@dataclass(slots=True)
class Extras:
    """What a sheet holds besides values. Rows and columns from 0.

    bad      cells that failed or were never calculated
    last     the furthest row and column with content, -1 for none
    margins  texts of page headers and footers
    """

    name: str
    bad: dict[tuple[int, int], BadCell] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    last_row: int = -1
    last_column: int = -1
    margins: list[str] = field(default_factory=list)

    def used(self, row: int, column: int) -> None:
        """A cell with content was seen."""
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)


def read_sheets(path: Path, name: str, extras: Sequence[Extras]) -> Read:
    """The worksheets of the workbook at `path`, chart and dialogue sheets left out.

    extras  one for every entry in the workbook's list of sheets, in its order
    raises  SheetTooBig, TooManySheets, FileDamaged, FileEncrypted
    """
    for extra in extras:
        check_extent(name, extra.name, extra.last_row, extra.last_column)
    try:
        with python_calamine.CalamineWorkbook.from_path(str(path)) as book:
            return _read(book, name, extras)
    except python_calamine.PasswordError:
        raise FileEncrypted(file=name) from None
    except python_calamine.CalamineError:
        raise FileDamaged(file=name) from None


def _read(book: python_calamine.CalamineWorkbook, name: str, extras: Sequence[Extras]) -> Read:
    sheets = []
    margins = []
    by_name = {extra.name: extra for extra in extras}
    known = book.sheets_metadata
    check_count(name, len(known))
    for place, about in enumerate(known):
        if about.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        extra = (
            extras[place] if place < len(extras) and len(extras) == len(known) else by_name.get(about.name)
        )
        extra = extra or Extras(about.name)
        hidden = about.visible != python_calamine.SheetVisibleEnum.Visible
        margins += [(place, text) for text in extra.margins]
        sheets.append(_sheet(book.get_sheet_by_index(place), name, extra, hidden=hidden))
    return Read(tuple(sheets), tuple(margins))


def _sheet(found: python_calamine.CalamineSheet, name: str, extra: Extras, *, hidden: bool) -> Sheet:
    end = found.end
    if end is not None:
        check_extent(name, found.name, int(end[0]), int(end[1]))
    merged = [
        Merge(top, left, bottom, right)
        for (top, left), (bottom, right) in found.merged_cell_ranges or ()
        if bottom >= top and right >= left
    ]
    check_count(name, len(merged), MAX_MERGES)
    rows: list[list[Cell]] = []
    if end is not None:
        rows = [[any_cell(value) for value in row] for row in found.to_python(skip_empty_area=False)]
    for (row, column), cell in extra.bad.items():
        while len(rows) <= row:
            rows.append([])
        if len(rows[row]) <= column:
            rows[row] += [None] * (column + 1 - len(rows[row]))
        if rows[row][column] is None:
            rows[row][column] = cell
    without_covered(rows, merged)
    kept = trimmed(rows)
    seen = [merge for merge in merged if merge.top < len(kept) and merge.left < 16_384]
    hidden_rows = frozenset(row for row in extra.hidden_rows if row < len(kept))
    return Sheet(found.name, kept, tuple(seen), hidden, hidden_rows)
