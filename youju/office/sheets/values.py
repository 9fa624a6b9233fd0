"""Single values of a workbook, exact and free of characters that no ledger may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from youju.core.sheet import BadCell, Cell, Merge, Sheet

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
DIGITS = (
    15  # as many as the office programs keep and show; what stands behind them is noise of binary fractions
)


@dataclass(frozen=True, slots=True)
class Read:
    """The sheets of a workbook, and what else of it may carry a mark: page headers and footers, by sheet (from 0)."""

    sheets: tuple[Sheet, ...]
    margins: tuple[tuple[int, str], ...] = ()


def text_cell(text: str) -> Cell:
    """A text as it stands, or what keeps it out; nothing for blanks alone."""
    if not text or text.isspace():
        return None
    if text.isprintable():
        return text  # nothing that is forbidden is printable
    if bad := _FORBIDDEN.search(text):
        return BadCell("characters", f"U+{ord(bad[0]):04X}")
    return text


def number_cell(value: float | str) -> Cell:
    """A number with the digits the office program shows: 0.30000000000000004 is 0.3, 3E2 is 300."""
    try:
        number = Decimal(value) if isinstance(value, str) else Decimal(format(value, f".{DIGITS}g"))
    except InvalidOperation:
        return BadCell("error", "#NUM!")
    if not number.is_finite() or number.adjusted() > 300:
        return BadCell("error", "#NUM!")
    if len(number.as_tuple().digits) > DIGITS:
        number = Decimal(format(number, f".{DIGITS}g"))
    return Decimal(format(number, "f")) if number else Decimal(0)


def duration_cell(value: timedelta) -> Cell:
    """A time of day, or hours beyond one day as text: 26:30:00."""
    seconds = round(value.total_seconds())
    if 0 <= seconds < 86_400:
        return time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def any_cell(value: object) -> Cell:
    """What a reading library gives for a cell."""
    if isinstance(value, str):
        return text_cell(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return number_cell(value if isinstance(value, float) else str(value))
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    if isinstance(value, date | time):
        return value
    if isinstance(value, timedelta):
        return duration_cell(value)
    return BadCell("characters", type(value).__name__)


def trimmed(rows: Iterable[list[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """The rows without empty ends, on the right and at the bottom."""
    kept: list[tuple[Cell, ...]] = []
    for row in rows:
        end = len(row)
        while end and row[end - 1] is None:
            end -= 1
        kept.append(tuple(row[:end]))
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)


def without_covered(rows: list[list[Cell]], merged: Iterable[Merge]) -> None:
    """Empty what lies under a merged range beside its first cell: nobody sees it, so nobody means it."""
    for merge in merged:
        for row in range(merge.top, min(merge.bottom, len(rows) - 1) + 1):
            first = merge.left + 1 if row == merge.top else merge.left
            for column in range(first, min(merge.right, len(rows[row]) - 1) + 1):
                rows[row][column] = None
