"""Lists handed out as .xlsx or .csv: whatever a person typed stays text, no cell is ever calculated.

The first three rows are laid out like those of the import templates (title, remark, headings), so that a list that went
out can come back in.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO

import xlsxwriter

Value = str | int | Decimal | date | None

_UNSAFE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?%?")
_STARTS = tuple("=+-@\t\r\n＝＋－＠|")  # by which office programs take a text for a formula or a command
_DIGITS = 15  # of a number in an office program; a longer one goes out as text, whole
LONGEST = 32_000
WIDEST, NARROWEST = 40, 8


@dataclass(frozen=True, slots=True)
class Listing:
    """A list to hand out.

    title     the first row, and the name of the sheet and file
    remark    the second row: of which unit and period, as of when, handed out by whom
    rows      texts as they are; numbers and days keep their type in .xlsx
    """

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Value]]
    remark: str = ""


def write_xlsx(listing: Listing, target: BinaryIO) -> None:
    """Write the list as .xlsx, row after row, never more than one in memory."""
    options = {
        "constant_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(target, options)
    sheet = book.add_worksheet(_NO_SHEET_NAME.sub("", _clean(listing.title))[:31] or "清单")
    bold = book.add_format({"bold": True, "font_size": 14})
    head = book.add_format(
        {"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True, "align": "center"}
    )
    text = book.add_format({"num_format": "@", "valign": "top"})
    shown = book.add_format({"num_format": "@", "valign": "top", "quote_prefix": True})
    day = book.add_format({"num_format": "yyyy-mm-dd", "valign": "top", "align": "left"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    sheet.freeze_panes(3, 0)
    for column, heading in enumerate(listing.headings):
        sheet.set_column(column, column, min(max(2 * len(heading) + 4, NARROWEST), WIDEST))
    sheet.write_string(0, 0, _clean(listing.title), bold)
    sheet.write_string(1, 0, _clean(listing.remark))
    for column, heading in enumerate(listing.headings):
        sheet.write_string(2, column, _clean(heading), head)
    for number, row in enumerate(listing.rows, 3):
        for column, value in enumerate(row):
            _write(sheet, number, column, value, text, shown, day)
    book.close()


def write_csv(listing: Listing) -> Iterator[str]:
    """The list as .csv, line after line: a mark for UTF-8 that office programs want, then headings and rows.

    A text that an office program would take for a formula gets a ' before it, as one would type it there.
    """
    yield "\ufeff" + _line(listing.headings)
    for row in listing.rows:
        yield _line(row)


def _write(
    sheet: Any,  # noqa: ANN401 - the library has no types
    row: int,
    column: int,
    value: Value,
    text: object,
    shown: object,
    day: object,
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, day)
    elif isinstance(value, int | Decimal) and len(Decimal(value).as_tuple().digits) <= _DIGITS:
        sheet.write_number(row, column, value)
    else:
        said = _clean(str(value))[:LONGEST]
        sheet.write_string(row, column, said, shown if said.startswith(_STARTS) else text)


def _line(row: Sequence[Value]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    said = _clean(str(value))
    risky = said.lstrip(" \u3000\u200b\ufeff").startswith(_STARTS) and not _NUMBER.fullmatch(said)
    return f"'{said}" if risky else said


def _clean(text: str) -> str:
    return _UNSAFE.sub("□", text)
