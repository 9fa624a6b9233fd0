"""Totals rows checked against the rows they add up."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate

from youju.core.header import Column
from youju.core.heading import FieldNames, normalised
from youju.core.quantity import plain
from youju.core.records import Row
from youju.core.sheet import Cell
from youju.core.zh.numerals import narrow, read_number

_NO_UNIT = re.compile(r"[\d.%多余几来约近左右上下]")  # digits, and what makes a number approximate


@dataclass(frozen=True, slots=True)
class Differing:
    """A total that is not what its rows add up to. row from 1; place is that of the column in the table's columns."""

    row: int
    place: int
    label: str
    written: str
    summed: str
    difference: str


def differing_totals(
    rows: Sequence[Row], totals: Sequence[Row], columns: Sequence[Column], names: FieldNames
) -> Iterator[Differing]:
    """Totals that equal no sum they could mean: of the rows since the total before, above, below, or of all.

    A column in which a record's cell is no plain number is not checked: that cell is a problem of its own.
    """
    for place, column in enumerate(columns):
        if column.field is None or not names.fields[column.field].amount:
            continue
        numbers = [_number(row.cells[place]) for row in rows]
        if any(number is None for number in numbers):
            continue
        sums = [Decimal(0), *accumulate(number for number in numbers if number is not None)]
        yield from _check_column(rows, totals, place, sums)


def _check_column(
    rows: Sequence[Row], totals: Sequence[Row], place: int, sums: Sequence[Decimal]
) -> Iterator[Differing]:
    starts = [row.number for row in rows]
    edges = [bisect_left(starts, total.number) for total in totals]
    for index, total in enumerate(totals):
        cell = total.cells[place]
        written = _number(cell)
        if written is None or cell is None:
            continue
        at = edges[index]
        before = max((edge for edge in edges[:index] if edge < at), default=0)
        after = min((edge for edge in edges[index + 1 :] if edge > at), default=len(rows))
        possible = [sums[at] - sums[before], sums[at], sums[-1], sums[after] - sums[at], sums[-1] - sums[at]]
        if written in possible:
            continue
        label = _label(total)
        own = possible[0] if label == "小计" and at > before else possible[1] if at else possible[2]
        yield Differing(total.number, place, label, plain(written), plain(own), plain(abs(written - own)))


def _label(total: Row) -> str:
    for cell in total.cells:
        for word in ("合计", "总计", "小计", "共计", "累计", "总数"):
            if isinstance(cell, str) and word in normalised(cell):
                return word
    return "合计"


def _number(cell: Cell) -> Decimal | None:
    """The number of a cell, a unit behind it aside; nothing counts as 0."""
    if cell is None:
        return Decimal(0)
    if isinstance(cell, Decimal):
        return cell
    if not isinstance(cell, str):
        return None
    text = narrow(cell).strip()
    if not text or text in ("-", "—", "/", "无"):
        return Decimal(0)
    number = read_number(text)
    for behind in range(1, min(3, len(text) - 1) + 1):
        if number is None and not _NO_UNIT.search(text[-behind:]):
            number = read_number(text[:-behind])
    return number
