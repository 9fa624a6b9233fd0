"""A .docx as its reader sees it: our own walk, because libraries drop what stands in content controls.

Read: paragraphs, tables, text boxes, content controls, hyperlinks, field results, inserted and moved-in text,
formulas, footnotes and endnotes (after the body, in order of their marks). Not read: deleted and moved-away
text, field codes, hidden text, phonetic guides, comments. The walk also serves annotate.py, which must find
the element behind a word.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from youju.office.archive import FileDamaged
from youju.office.text.values import NoWords, Part, Place, Span, Text

MAIN = "word/document.xml"

NOTES: dict[str, Part] = {"footnotes": "脚注", "endnotes": "尾注"}
MARGINS: dict[str, Part] = {"header": "页眉", "footer": "页脚"}

Element = etree._Element  # noqa: SLF001 - the only name lxml gives to the type of its elements

_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",  # the same in ISO strict files
)
_MATH = (
    "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "http://purl.oclc.org/ooxml/officeDocument/math",
)
_COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"

_SKIPPED = {
    "w:del", "w:moveFrom", "w:delText", "w:instrText", "w:delInstrText", "w:rt", "w:pPr", "w:rPr", "w:sdtPr",
    "w:sdtEndPr", "w:tblPr", "w:tblGrid", "w:trPr", "w:tcPr", "w:comment", "w:annotationRef", "w:fldChar",
    "w:footnoteRef", "w:endnoteRef", "w:separator", "w:continuationSeparator",
}  # fmt: skip
_SIGNS = {
    "w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-", "w:softHyphen": "",
}  # fmt: skip


@dataclass(slots=True)
class Piece:
    """Words that stand together in the file.

    start    offset of its first character in the whole text
    place    Place() for what stands between paragraphs, cells and rows and is nowhere in the file
    element  the w:t or m:t whose shown text it is, or the element of a tab, break or symbol; None between
    part     name of the package member it stands in
    """

    start: int
    text: str
    place: Place
    part: str
    element: Element | None = None

    @property
    def end(self) -> int:
        """Offset after its last character."""
        return self.start + len(self.text)


@dataclass(slots=True)
class Words:
    """All pieces of a .docx in reading order, the parsed members they stand in, and page headers that were left out."""

    pieces: list[Piece]
    trees: dict[str, Element]
    margins: str = ""

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece.text for piece in self.pieces)


def read_docx(path: Path, name: str, headers: bool) -> Text:
    """The text of a .docx that has been sniffed. Raises NoWords and FileDamaged."""
    words = read_words(path, name, headers=headers)
    if not words.pieces:
        raise NoWords(file=name)
    spans: list[Span] = []
    for piece in words.pieces:
        if piece.element is None:
            continue
        if spans and spans[-1].place == piece.place and spans[-1].end == piece.start:
            spans[-1] = Span(spans[-1].start, piece.end, piece.place)
        else:
            spans.append(Span(piece.start, piece.end, piece.place))
    return Text(words.text, "docx", name, tuple(spans), margins=words.margins)


def read_words(path: Path, name: str, *, headers: bool = False) -> Words:
    """The pieces of a .docx that has been sniffed. Raises FileDamaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = set(archive.namelist())
            walk = _Walk()
            main = walk.parse(archive, MAIN)
            targets = targets_of(archive, members)
            walk.body(main)
            for kind, part in NOTES.items():
                for member in targets.get(kind, []):
                    walk.notes(walk.parse(archive, member), member, part)
            beside = walk if headers else _Walk()
            for kind, part in MARGINS.items():
                for member in targets.get(kind, []):
                    beside.story(beside.parse(archive, member), member, part)
    except (etree.XMLSyntaxError, KeyError, zipfile.BadZipFile, ValueError):
        raise FileDamaged(file=name) from None
    margins = "" if headers else "".join(piece.text for piece in beside.pieces)
    return Words(walk.pieces, walk.trees, margins)


def read_bookmarked(path: Path, name: str, prefix: str) -> dict[str, str]:
    """Bookmark name → the words between its ends, of the bookmarks of the body whose names begin with `prefix`."""
    try:
        with zipfile.ZipFile(path) as archive:
            root = etree.fromstring(archive.read(MAIN), parser())
    except (etree.XMLSyntaxError, KeyError, zipfile.BadZipFile, ValueError):
        raise FileDamaged(file=name) from None
    found: dict[str, str] = {}
    opened: dict[str, str] = {}
    left_out = {"w:del", "w:moveFrom", "mc:Fallback"}
    for element in root.iter():
        tag = tag_of(element)
        if tag == "w:bookmarkStart" and attribute(element, "name").startswith(prefix):
            opened[attribute(element, "id")] = attribute(element, "name")
            found.setdefault(attribute(element, "name"), "")
        elif tag == "w:bookmarkEnd":
            opened.pop(attribute(element, "id"), None)
        elif (
            tag == "w:t"
            and opened
            and not any(tag_of(above) in left_out for above in element.iterancestors())
        ):
            for mark in opened.values():
                found[mark] += shown_text(element)
    return found


def tag_of(element: Element) -> str:
    """w:t, m:oMath, mc:Choice …: the same for transitional and strict files; others by local name."""
    if not isinstance(element.tag, str):
        return ""  # a comment or processing instruction
    space, _, local = element.tag.rpartition("}")
    space = space.removeprefix("{")
    if space in _WORD:
        return f"w:{local}"
    if space in _MATH:
        return f"m:{local}"
    return f"mc:{local}" if space == _COMPATIBILITY else local


def attribute(element: Element, name: str) -> str:
    """The w: attribute `name`, or ""."""
    for space in _WORD:
        if (value := element.get(f"{{{space}}}{name}")) is not None:
            return value
    return ""


def shown_text(element: Element) -> str:
    """What Word shows of a w:t: blanks at its ends only when marked as kept, a line end as a blank."""
    text = element.text or ""
    if element.get(_PRESERVE) != "preserve":
        text = text.strip(" \t\r\n")
    return re.sub(r"[\t\r\n]", " ", text)


def parser() -> etree.XMLParser[Element]:
    """For XML from outside: no entities, no network, libxml2's own limits on."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


@dataclass(slots=True)
class _Walk:
    """Goes through the members; `pieces` grows.

    at        offset reached
    gap       what must stand before the next word: a line end, or a tab between cells
    boxes     text boxes met in the paragraph that is being read; they follow it
    """

    pieces: list[Piece] = field(default_factory=list)
    trees: dict[str, Element] = field(default_factory=dict)
    at: int = 0
    gap: str = ""
    part: str = MAIN
    paragraphs: int = 0
    tables: int = 0
    boxes: list[Element] = field(default_factory=list)
    note_order: dict[tuple[str, str], int] = field(default_factory=dict)

    def parse(self, archive: zipfile.ZipFile, member: str) -> Element:
        root = etree.fromstring(archive.read(member), parser())
        self.trees[member] = root
        return root

    def body(self, root: Element) -> None:
        for body in root:
            if tag_of(body) == "w:body":
                self.blocks(body, "正文", None)

    def story(self, root: Element, member: str, part: Part) -> None:
        self.part = member
        self.blocks(root, part, None)

    def notes(self, root: Element, member: str, part: Part) -> None:
        """Notes in the order of their marks; the separators Word keeps among them have no mark."""
        self.part = member
        found = []
        for note in root:
            key = (part, attribute(note, "id"))
            if key in self.note_order:
                found.append((self.note_order[key], note))
        for number, note in sorted(found, key=lambda each: each[0]):
            self.blocks(note, part, Place(part, paragraph=number))

    def blocks(self, parent: Element, part: Part, fixed: Place | None) -> None:
        """Paragraphs and tables below `parent`; all at `fixed` when it is given."""
        for child in parent:
            tag = tag_of(child)
            if tag == "w:p":
                self.paragraph(child, part, fixed)
            elif tag == "w:tbl":
                self.table(child, part, fixed)
            elif tag == "mc:AlternateContent":
                if (chosen := _alternative(child)) is not None:
                    self.blocks(chosen, part, fixed)
            elif tag not in _SKIPPED:
                self.blocks(child, part, fixed)  # content controls, custom XML, inserted rows

    def paragraph(self, paragraph: Element, part: Part, fixed: Place | None) -> None:
        outer, self.boxes = self.boxes, []
        before, number = len(self.pieces), self.paragraphs + 1
        place = fixed or Place(part, paragraph=number)
        self.runs(paragraph, place)
        if len(self.pieces) > before:
            self.paragraphs += 0 if fixed else 1
            self.gap = "\n"
        boxes, self.boxes = self.boxes, outer
        anchor = self.paragraphs if len(self.pieces) > before else max(1, self.paragraphs)
        for box in boxes:
            self.blocks(box, "文本框", Place("文本框", paragraph=fixed.paragraph if fixed else anchor))

    def table(self, table: Element, part: Part, fixed: Place | None) -> None:
        inner = fixed is not None
        if not inner:
            self.tables += 1
        number = self.tables
        for at_row, row in enumerate(_children(table, "w:tr"), 1):
            said = len(self.pieces)
            for at_cell, cell in enumerate(_children(row, "w:tc"), 1):
                if at_cell > 1:  # empty cells keep their tabs, so that columns stay columns
                    before = self.gap if len(self.pieces) == said else self.gap.replace("\n", "")
                    self.gap = before + "\t"
                place = fixed if fixed is not None else Place("表格", table=number, row=at_row, cell=at_cell)
                self.blocks(cell, part, place)
            self.gap = "\n"

    def runs(self, parent: Element, place: Place) -> None:
        """Words below `parent`, which is a paragraph or stands in one."""
        for child in parent:
            tag = tag_of(child)
            if tag in ("w:t", "m:t"):
                self.word(shown_text(child), place, child)
            elif tag in _SIGNS:
                self.word(_SIGNS[tag], place, child)
            elif tag == "w:sym":
                self.word(_symbol(child), place, child)
            elif tag == "w:txbxContent":
                self.boxes.append(child)
            elif tag == "mc:AlternateContent":
                if (chosen := _alternative(child)) is not None:
                    self.runs(chosen, place)
            elif tag in ("w:footnoteReference", "w:endnoteReference"):
                part = "脚注" if tag == "w:footnoteReference" else "尾注"
                count = sum(1 for kind, _ in self.note_order if kind == part)
                self.note_order.setdefault((part, attribute(child, "id")), count + 1)
            elif tag not in _SKIPPED and not (tag == "w:r" and _is_hidden(child)):
                self.runs(child, place)

    def word(self, text: str, place: Place, element: Element) -> None:
        if not text:
            return
        if self.gap and self.pieces:
            self.pieces.append(Piece(self.at, self.gap, Place(), self.part))
            self.at += len(self.gap)
        self.gap = ""
        self.pieces.append(Piece(self.at, text, place, self.part, element))
        self.at += len(text)


def _children(parent: Element, wanted: str) -> Iterator[Element]:
    """Rows of a table or cells of a row, also those that stand in content controls or are inserted."""
    for child in parent:
        tag = tag_of(child)
        if tag == wanted:
            if not (wanted == "w:tr" and _is_deleted_row(child)):
                yield child
        elif tag in ("w:sdt", "w:sdtContent", "w:customXml", "w:ins", "w:smartTag", "w:moveTo"):
            yield from _children(child, wanted)


def _is_deleted_row(row: Element) -> bool:
    return any(tag_of(mark) == "w:del" for part in row if tag_of(part) == "w:trPr" for mark in part)


def _alternative(element: Element) -> Element | None:
    """One of the alternatives that hold the same content twice: the first that has words, else the first."""
    choices = [child for child in element if tag_of(child) in ("mc:Choice", "mc:Fallback")]
    for choice in choices:
        if any(tag_of(inner) == "w:t" for inner in choice.iter()):
            return choice
    return choices[0] if choices else None


def _is_hidden(run: Element) -> bool:
    for properties in run:
        if tag_of(properties) == "w:rPr":
            for mark in properties:
                if tag_of(mark) == "w:vanish":
                    return attribute(mark, "val") not in ("0", "false", "off")
    return False


def _symbol(element: Element) -> str:
    """The character of a w:sym; letters of picture fonts have no meaning in text and become a box."""
    try:
        code = int(attribute(element, "char"), 16)
    except ValueError:
        return ""
    return "□" if 0xE000 <= code <= 0xF8FF or not 0x20 < code < 0xD800 else chr(code)


def targets_of(archive: zipfile.ZipFile, members: set[str]) -> dict[str, list[str]]:
    """Members that belong to the main part, by the last word of their relation: footnotes, header …"""
    targets: dict[str, list[str]] = {}
    relations = "word/_rels/document.xml.rels"
    if relations not in members:
        return targets
    for relation in etree.fromstring(archive.read(relations), parser()):
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target", "")
        member = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"word/{target}")
        kind = relation.get("Type", "").rpartition("/")[2]
        if member in members and member not in targets.setdefault(kind, []):
            targets[kind].append(member)
    return targets
