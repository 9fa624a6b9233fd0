""".xlsx and .xlsm: which cells failed or were never calculated, hidden rows, page headers, and how far content reaches."""

from __future__ import annotations

import posixpath
import re
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import IO

from lxml import etree

from youju.core.sheet import BadCell
from youju.office.archive import FileDamaged
from youju.office.sheets.calamine import Extras, read_sheets
from youju.office.sheets.limits import MAX_CELLS, check_count, check_extent
from youju.office.sheets.values import Read

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_LETTERS = re.compile(r"[A-Z]{1,3}")
_MARGINS = {"oddHeader", "oddFooter", "evenHeader", "evenFooter", "firstHeader", "firstFooter"}


def read_xlsx(path: Path, name: str) -> Read:
    """The worksheets of the package at `path`, which `archive.check_zip` has looked through."""
    try:
        with zipfile.ZipFile(path) as package:
            extras = [
                _look_through(package, part, title, name) for title, part in _sheet_parts(package, name)
            ]
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError, UnicodeError, EOFError):
        raise FileDamaged(file=name) from None
    return read_sheets(path, name, extras)


def _sheet_parts(package: zipfile.ZipFile, name: str) -> list[tuple[str, str]]:
    """(sheet name, part name) in the workbook's order."""
    book = _parse(package.read("xl/workbook.xml"))
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target") or ""))[1:]
        for relation in _parse(package.read("xl/_rels/workbook.xml.rels")).iterfind("{*}Relationship")
    }
    listed = list(book.iterfind("{*}sheets/{*}sheet"))
    check_count(name, len(listed))
    parts = []
    for sheet in listed:
        target = targets.get(sheet.get(_RELATION) or sheet.get(_STRICT_RELATION))
        if target is None:
            raise FileDamaged(file=name)
        parts.append((sheet.get("name") or "", target))
    return parts


def _look_through(package: zipfile.ZipFile, part: str, title: str, name: str) -> Extras:
    extras = Extras(title)
    with package.open(part) as file:
        _look_at_rows(file, extras, name)
    return extras


def _look_at_rows(file: IO[bytes], extras: Extras, name: str) -> None:
    row = -1
    tags = ("{*}row", *("{*}" + margin for margin in _MARGINS))
    for _, element in etree.iterparse(
        file, tag=tags, resolve_entities=False, no_network=True, huge_tree=False
    ):
        if etree.QName(element).localname != "row":
            extras.margins.append(element.text or "")
            continue
        number = element.get("r") or ""
        row = int(number) - 1 if number.isdecimal() else row + 1
        if element.get("hidden") in ("1", "true"):
            extras.hidden_rows.add(row)
        _look_at_cells(element, row, extras)
        if len(extras.bad) > MAX_CELLS:
            check_extent(name, extras.name, row, MAX_CELLS)
        element.clear(keep_tail=False)
        parent = element.getparent()
        while parent is not None and element.getprevious() is not None:
            del parent[0]


def _look_at_cells(element: etree._Element, row: int, extras: Extras) -> None:
    number, value_tag = str(row + 1), str(element.tag).removesuffix("row") + "v"
    column, furthest = -1, -1
    for cell in element:
        reference = cell.get("r") or ""
        letters = reference[: -len(number)] if reference.endswith(number) else ""
        column = _column_of(letters, reference, column)
        if not len(cell):
            continue
        kind = cell.get("t")
        if len(cell) == 1 and kind != "e" and (only := cell[0]).tag == value_tag:
            if only.text is not None:
                furthest = max(furthest, column)
            continue
        parts = {str(child.tag).rpartition("}")[2]: child.text for child in cell}
        has_formula = "f" in parts
        value = "text" if "is" in parts else parts.get("v")
        if kind == "e":
            extras.bad[row, column] = BadCell("error", (value or "#N/A")[:16])
        elif has_formula and value is None and kind not in ("str", "s", "inlineStr"):
            extras.bad[row, column] = BadCell("uncalculated")
        if value is not None or has_formula:
            furthest = max(furthest, column)
    if furthest >= 0:
        extras.used(row, furthest)


def _column_of(letters: str, reference: str, before: int) -> int:
    """The column that a cell's reference names; the one after the cell before when it names none."""
    index = _index_of(letters)
    if index is None:
        found = _REFERENCE.fullmatch(reference)
        index = _index_of(found[1]) if found else None
    return before + 1 if index is None else index


@lru_cache(maxsize=4096)
def _index_of(letters: str) -> int | None:
    """The column of these letters, from 0; None when they are not one to three capitals."""
    if not _LETTERS.fullmatch(letters):
        return None
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _parse(data: bytes) -> etree._Element:
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
