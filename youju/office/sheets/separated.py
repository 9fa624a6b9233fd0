""".csv and .tsv in UTF-8, UTF-16 or GB18030. Everything in them is text; what it means is for the reader of cells."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from youju.core.sheet import Cell, Sheet
from youju.office.archive import FileDamaged
from youju.office.sheets.limits import QuotesUnbalanced, check_extent
from youju.office.sheets.values import Read, text_cell, trimmed
from youju.office.sniff import decode_text

_SEPARATORS = ",\t;，|"
_AS_TEXT = re.compile(r'="([^"]*)"')  # how exporting systems keep 007 from becoming 7
_LONGEST_CELL = 100_000


def read_separated(path: Path, name: str) -> Read:
    """The one sheet of the file; it has no name of its own."""
    text = decode_text(path.read_bytes())
    if text is None:
        raise FileDamaged(file=name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    csv.field_size_limit(_LONGEST_CELL)
    rows: list[list[Cell]] = []
    widest = 0
    try:
        for row in reader:
            rows.append([_cell(value) for value in row])
            widest = max(widest, len(row))
            check_extent(name, "", len(rows) - 1, max(len(row) - 1, 0))
    except csv.Error:
        raise QuotesUnbalanced(file=name, row=len(rows) + 1) from None
    kept = trimmed(rows)
    check_extent(name, "", len(kept) - 1, max(map(len, kept), default=0) - 1)
    return Read((Sheet("", kept),))


def _separator(text: str) -> str:
    """The separator that stands most evenly in the first rows: in most of them, and most often."""
    lines = [line for line in text.splitlines()[:30] if line.strip()]
    counts = {mark: [line.count(mark) for line in lines] for mark in _SEPARATORS}
    return max(_SEPARATORS, key=lambda mark: (sum(map(bool, counts[mark])), sum(counts[mark])), default=",")


def _cell(value: str) -> Cell:
    found = _AS_TEXT.fullmatch(value.strip())
    return text_cell(found[1] if found else value)
