""".ods: read from content.xml, where numbers stand as exact decimals and rows and cells are repeated by a count."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO

from lxml import etree

from youju.core.sheet import BadCell, Cell, Merge, Sheet
from youju.office.archive import FileDamaged
from youju.office.sheets.limits import MAX_MERGES, check_count, check_extent
from youju.office.sheets.values import Read, any_cell, duration_cell, number_cell, text_cell, trimmed

_NS = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_OFFICE = f"{{{_NS.format('office')}}}"
_TABLE = f"{{{_NS.format('table')}}}"
_TEXT = f"{{{_NS.format('text')}}}"
_STYLE = f"{{{_NS.format('style')}}}"
_CALC_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_HIDDEN = ("collapse", "filter")


def read_ods(path: Path, name: str) -> Read:
    """The sheets of the package at `path`, which `archive.check_zip` has looked through."""
    try:
        with zipfile.ZipFile(path) as package:
            with package.open("content.xml") as content:
                sheets = tuple(_Reader(name).sheets(content))
            margins = _margins(package)
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, UnicodeError, ValueError, EOFError):
        raise FileDamaged(file=name) from None
    return Read(sheets, margins)


class _Reader:
    """Goes through content.xml once; a row is forgotten as soon as it has been read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.undisplayed: set[str] = set()  # styles of hidden sheets

    def sheets(self, content: IO[bytes]) -> Iterator[Sheet]:
        count = 0
        grid = _Grid(self.name, "")
        tags = [f"{_STYLE}style", f"{_TABLE}table", f"{_TABLE}table-row"]
        events = etree.iterparse(
            content,
            events=("start", "end"),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )
        for event, element in events:
            if element.tag == f"{_TABLE}table":
                if event == "start":
                    count += 1
                    check_count(self.name, count)
                    grid = _Grid(self.name, element.get(f"{_TABLE}name") or "")
                else:
                    yield grid.sheet(hidden=element.get(f"{_TABLE}style-name") in self.undisplayed)
                    element.clear()
            elif event == "end" and element.tag == f"{_TABLE}table-row":
                grid.add(element)
                element.clear()
            elif event == "end":
                self._see_style(element)

    def _see_style(self, element: etree._Element) -> None:
        properties = element.find(f"{_STYLE}table-properties")
        if properties is not None and properties.get(f"{_TABLE}display") == "false":
            self.undisplayed.add(element.get(f"{_STYLE}name") or "")


class _Grid:
    """The cells of one sheet as they come."""

    def __init__(self, file: str, title: str) -> None:
        self.file = file
        self.title = title
        self.rows: list[list[Cell]] = []
        self.row = 0  # the next row; rows without content are laid down only when one with content follows
        self.merged: list[Merge] = []
        self.hidden: set[int] = set()

    def add(self, element: etree._Element) -> None:
        times = _count(element, "number-rows-repeated")
        cells, merges = self._cells(element)
        if any(cell is not None for cell in cells):
            check_extent(self.file, self.title, self.row + times - 1, len(cells) - 1)
            while len(self.rows) < self.row:
                self.rows.append([])
            self.rows += [list(cells) for _ in range(times)]
            if element.get(f"{_TABLE}visibility") in _HIDDEN:
                self.hidden.update(range(self.row, self.row + times))
        self.merged += merges
        check_count(self.file, len(self.merged), MAX_MERGES)
        self.row += times

    def _cells(self, element: etree._Element) -> tuple[list[Cell], list[Merge]]:
        cells: list[Cell] = []
        merges = []
        column = 0
        for child in element:
            if child.tag not in _CELLS:
                continue
            times = _count(child, "number-columns-repeated")
            cell = None if child.tag == _CELLS[1] else _value(child)
            if cell is not None:
                check_extent(self.file, self.title, self.row, column + times - 1)
                cells += [None] * (column - len(cells)) + [cell] * times
            down, across = _count(child, "number-rows-spanned"), _count(child, "number-columns-spanned")
            if down > 1 or across > 1:
                merges.append(Merge(self.row, column, self.row + down - 1, column + across - 1))
            column += times
        return cells, merges

    def sheet(self, *, hidden: bool) -> Sheet:
        rows = trimmed(self.rows)
        merged = tuple(merge for merge in self.merged if merge.top < len(rows))
        hidden_rows = frozenset(row for row in self.hidden if row < len(rows))
        return Sheet(self.title, rows, merged, hidden, hidden_rows)


def _value(cell: etree._Element) -> Cell:
    kind = cell.get(f"{_OFFICE}value-type")
    text = _shown(cell)
    has_formula = cell.get(f"{_TABLE}formula") is not None
    if cell.get(_CALC_KIND) == "error" or (has_formula and text.startswith(("#", "Err:", "错误:"))):
        return BadCell("error", text[:16] or "#N/A")
    if kind in ("float", "percentage", "currency"):
        return number_cell(cell.get(f"{_OFFICE}value") or "")
    if kind == "date":
        written = cell.get(f"{_OFFICE}date-value") or ""
        return (
            any_cell(datetime.fromisoformat(written[:19])) if "T" in written else date.fromisoformat(written)
        )
    if kind == "time":
        return _time(cell.get(f"{_OFFICE}time-value") or "", text)
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value") == "true"
    if has_formula and kind is None and not text:
        return BadCell("uncalculated")
    return text_cell(cell.get(f"{_OFFICE}string-value") or text)


def _time(written: str, text: str) -> Cell:
    """PT26H30M00S, or the text when it is no such duration."""
    parts = written.removeprefix("PT").replace("H", " ").replace("M", " ").rstrip("S").split()
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return text_cell(text)
    return duration_cell(timedelta(hours=hours, minutes=minutes, seconds=seconds))


def _shown(cell: etree._Element) -> str:
    """The paragraphs of the cell itself, a line each; remarks pinned to it are not its content."""
    return "\n".join(_words(paragraph) for paragraph in cell.iterchildren(f"{_TEXT}p"))


def _words(element: etree._Element) -> str:
    pieces = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            pieces.append(" " * min(_count(child, "c", _TEXT), 100))
        elif child.tag == f"{_TEXT}tab":
            pieces.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            pieces.append("\n")
        elif child.tag != f"{_OFFICE}annotation" and isinstance(child.tag, str):
            pieces.append(_words(child))
        pieces.append(child.tail or "")
    return "".join(pieces)


def _margins(package: zipfile.ZipFile) -> tuple[tuple[int, str], ...]:
    """Page headers and footers: styles of the whole workbook, told as its first sheet's."""
    if "styles.xml" not in package.namelist():
        return ()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    root = etree.fromstring(package.read("styles.xml"), parser)
    return tuple(
        (0, "".join(part.itertext()))
        for tag in ("header", "footer", "header-left", "footer-left")
        for part in root.iter(f"{_STYLE}{tag}")
    )


def _count(element: etree._Element, attribute: str, space: str = _TABLE) -> int:
    written = element.get(space + attribute) or "1"
    return max(1, int(written)) if written.isdecimal() and len(written) < 10 else 1
