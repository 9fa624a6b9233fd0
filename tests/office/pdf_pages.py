"""Reading a .pdf back: where each letter stands, in which font, and which words link where."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import pypdfium2
from pypdfium2 import raw

POINTS = 72 / 25.4


@dataclass(frozen=True)
class Letter:
    """One letter: left edge, top and bottom of its box from the page's top, in points; font and size."""

    text: str
    x: float
    right: float
    top: float
    bottom: float
    font: str
    size: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@contextmanager
def opened(data: bytes) -> Iterator[pypdfium2.PdfDocument]:
    document = pypdfium2.PdfDocument(data)
    try:
        yield document
    finally:
        document.close()


def letters(page: pypdfium2.PdfPage) -> list[Letter]:
    """The visible letters of a page in the order of the file."""
    words = page.get_textpage()
    height = page.get_height()
    found = []
    name = ctypes.create_string_buffer(200)
    flags = ctypes.c_int()
    codes: list[int] = [raw.FPDFText_GetUnicode(words.raw, index) for index in range(words.count_chars())]
    for index, code in enumerate(codes):
        if 0xDC00 <= code < 0xE000 or chr(code).isspace():
            continue
        letter = chr(code)
        if 0xD800 <= code < 0xDC00:
            letter = chr(0x10000 + ((code - 0xD800) << 10) + (codes[index + 1] - 0xDC00))
        elif code == 2:
            letter = "-"  # a hyphen at the end of a line, as pdfium tells it
        left, low, right, high = words.get_charbox(index, loose=True)
        raw.FPDFText_GetFontInfo(words.raw, index, name, 200, ctypes.byref(flags))
        size = raw.FPDFText_GetFontSize(words.raw, index)
        font = name.value.decode().partition("+")[2] or name.value.decode()
        found.append(Letter(letter, left, right, height - high, height - low, font, size))
    return found


def lines(page: pypdfium2.PdfPage) -> list[list[Letter]]:
    """Letters by line, from the top, each line from the left."""
    ordered = sorted(letters(page), key=lambda each: round(each.middle / 2))
    rows = [list(row) for _, row in groupby(ordered, key=lambda each: round(each.middle / 2))]
    merged: list[list[Letter]] = []
    for row in rows:
        if merged and abs(row[0].middle - merged[-1][0].middle) < 6:
            merged[-1] += row
        else:
            merged.append(row)
    return [sorted(row, key=lambda each: each.x) for row in merged]


def text_of(row: list[Letter]) -> str:
    return "".join(each.text for each in row)


def links(document: pypdfium2.PdfDocument) -> list[tuple[int, int]]:
    """(page, page it leads to) of every internal link, pages from 0."""
    found = []
    for number in range(len(document)):
        page = document[number]
        at = ctypes.c_int(0)
        link = raw.FPDF_LINK()
        while raw.FPDFLink_Enumerate(page.raw, ctypes.byref(at), ctypes.byref(link)):
            target = raw.FPDFLink_GetDest(document.raw, link)
            if not target:
                action = raw.FPDFLink_GetAction(link)
                target = raw.FPDFAction_GetDest(document.raw, action)
            found.append((number, raw.FPDFDest_GetDestPageIndex(document.raw, target)))
    return found
