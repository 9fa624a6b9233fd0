"""The cells of one sheet, exact and typed, and what a merged range shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Literal

BadWhy = Literal["error", "uncalculated", "characters"]


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell whose content no ledger may take.

    why    error: the formula failed; uncalculated: a formula nobody ever calculated; characters: NUL and the like
    shown  #REF! or U+0000, never the text around it
    """

    why: BadWhy
    shown: str = ""


# A datetime is a date. Numbers are exact: what shows 0.1 is Decimal("0.1").
Cell = str | Decimal | date | time | bool | BadCell | None


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells merged into one; rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The cells of one sheet from A1 on; rows may be of different length. Merged ranges do not overlap.

    hidden_rows  rows (from 0) that a filter or a hand has hidden; their cells are here all the same
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    merged: tuple[Merge, ...] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()


class Filled:
    """A sheet whose merged cells can all be asked for the value of their range."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.height = len(sheet.rows)
        self.width = max((len(row) for row in sheet.rows), default=0)
        self._own_texts: dict[int, list[str]] = {}
        self._by_row: dict[int, list[Merge]] = {}
        for merge in sheet.merged:
            for row in range(merge.top, min(merge.bottom, self.height - 1) + 1):
                self._by_row.setdefault(row, []).append(merge)

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged range that the cell lies in."""
        for merge in self._by_row.get(row, ()):
            if merge.left <= column <= merge.right:
                return merge
        return None

    def merges_at(self, row: int) -> list[Merge]:
        """The merged ranges that reach over the row."""
        return self._by_row.get(row, [])

    def own(self, row: int, column: int) -> Cell:
        """What the cell itself holds; nothing, in a merged range, but in its first cell."""
        cells = self.sheet.rows[row]
        return cells[column] if column < len(cells) else None

    def value(self, row: int, column: int) -> Cell:
        """What the cell shows: its own value, or that of its merged range."""
        merge = self.merge_at(row, column)
        return self.own(row, column) if merge is None else self.own(merge.top, merge.left)

    def own_texts(self, row: int) -> list[str]:
        """What the row's own cells show, one text a cell, "" for an empty one."""
        found = self._own_texts.get(row)
        if found is None:
            found = self._own_texts[row] = [text_of(cell) for cell in self.sheet.rows[row]]
        return found

    def texts(self, row: int) -> list[str]:
        """What the row shows from left to right, a merged range once, empty cells left out."""
        if row not in self._by_row:
            return [text for text in self.own_texts(row) if text]
        texts = []
        column = 0
        while column < self.width:
            merge = self.merge_at(row, column)
            if text := text_of(self.value(row, column)):
                texts.append(text)
            column = column + 1 if merge is None else merge.right + 1
        return texts


def text_of(cell: Cell) -> str:
    """What a cell shows, roughly; "" for an empty one."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, BadCell):
        return cell.shown or "?"
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    return cell.isoformat()


def letters_of(index: int) -> str:
    """The letters of a column counted from 0: 0 is A, 27 is AB."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
