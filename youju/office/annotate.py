"""Word comments on the exact words of a draft: the user's own .docx, unchanged but for the comments.

Offsets are those of `read_text`. A run is split where a comment begins or ends and both halves keep its look; words
in tables, hyperlinks, content controls and inserted text are reached where they stand. Word ignores ranges in text
boxes, footnotes and endnotes ([MS-OI29500] 2.1.315): their comments go to the drawing or to the mark of the note in
the text and quote the words.
"""

from __future__ import annotations

import base64
import copy
import re
import zipfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from lxml import etree

from youju.core.problem import DomainError
from youju.office.archive import FileDamaged
from youju.office.child import Json, run_limited
from youju.office.package import pack, write_whole
from youju.office.sniff import Kind, sniff
from youju.office.text.docx import (
    MAIN,
    Element,
    Piece,
    Words,
    attribute,
    parser,
    read_words,
    shown_text,
    tag_of,
    targets_of,
)

COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"

_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "word/_rels/document.xml.rels"
_TYPES = "[Content_Types].xml"
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class CommentOutside(DomainError):
    """A comment wants words that the file does not have."""

    code = "annotate.outside"
    text = "批注的位置（第{start}至{end}字）不在“{file}”的文字中，文件可能在核对之后又改过。请重新核对后再导出批注。"


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark on the characters start to end (excluded) of the text that `read_text` gave.

    An empty range (something is missing here), or a line end alone, is put on the letter before.
    text   may have several lines; code: the check that found it, shown in the last line, "" for none
    replacement  words that stand instead as a tracked change, "" for none
    """

    start: int
    end: int
    author: str
    text: str
    code: str = ""
    replacement: str = ""


def write_comments(
    docx_in: Path, comments: Sequence[Comment], docx_out: Path, *, name: str = "", at: datetime | None = None
) -> None:
    """Write `docx_in` with the comments to `docx_out`; the words stay as they are.

    name    the file's name as its owner knows it, for refusals
    at      the moment the comments carry; none when it is None, so that the same input gives the same bytes
    raises  CommentOutside, and what read_text raises
    """
    asked: list[Json] = [
        [each.start, each.end, each.author, each.text, each.code, each.replacement] for each in comments
    ]
    arguments: dict[str, Json] = {"comments": asked, "at": at.isoformat(timespec="seconds") if at else ""}
    answer = run_limited("annotate", docx_in, name=name, arguments=arguments, cpu_seconds=20, output_mb=128)
    write_whole(docx_out, base64.b64decode(str(answer)))


def annotate_task(path: Path, *, name: str, comments: list[list[Json]], at: str) -> Json:
    """`write_comments` for the child: the new package in base 64."""
    accept: tuple[Kind, ...] = ("docx",)
    sniff(path, name, accept)
    asked = []
    for start, end, author, text, code, replacement in comments:
        assert isinstance(start, int)
        assert isinstance(end, int)
        asked.append(Comment(start, end, str(author), str(text), str(code), str(replacement)))
    return base64.b64encode(annotated(path, name, asked, at)).decode()


def annotated(path: Path, name: str, comments: Sequence[Comment], at: str = "") -> bytes:
    """The package of a .docx that has been sniffed, with the comments in it. Raises CommentOutside, FileDamaged."""
    words = read_words(path, name)
    try:
        with zipfile.ZipFile(path) as archive:
            members = {
                member: archive.read(member) for member in archive.namelist() if not member.endswith("/")
            }
            existing = targets_of(archive, set(members)).get("comments", [])
        if not comments:
            return pack(members)
        writer = _Writer(words, name, at)
        book = writer.open_book(members[existing[0]] if existing else None)
        for comment in comments:
            writer.add(comment, book)
        for comment in comments:
            if comment.replacement:
                writer.replace(comment)
        member = existing[0] if existing else _new_member(members)
        members[MAIN] = _to_bytes(words.trees[MAIN])
        members[member] = _to_bytes(book)
        if not existing:
            members[_RELATIONS] = _related(members.get(_RELATIONS), member, strict=writer.space == _STRICT)
            members[_TYPES] = _typed(members[_TYPES], member)
    except (etree.XMLSyntaxError, KeyError, zipfile.BadZipFile):
        raise FileDamaged(file=name) from None
    return pack(members)


class _Writer:
    """Puts comments into the tree of the main part; `pieces` stays in step with the runs it splits."""

    def __init__(self, words: Words, name: str, at: str) -> None:
        self.pieces = [piece for piece in words.pieces if piece.element is not None]
        self.root = words.trees[MAIN]
        self.length = words.pieces[-1].end if words.pieces else 0
        self.space = etree.QName(self.root).namespace or ""
        self.name = name
        self.at = at
        ids = (attribute(each, "id") for each in self.root.iter() if tag_of(each) == "w:commentRangeStart")
        self.next_id = 1 + max((int(each) for each in ids if each.isdecimal()), default=-1)

    def open_book(self, existing: bytes | None) -> Element:
        """The root of the comments member, the old one or a new one."""
        if existing is None:
            return etree.Element(f"{{{self.space}}}comments", nsmap={"w": self.space})
        book = etree.fromstring(existing, parser())
        ids = (attribute(each, "id") for each in book if tag_of(each) == "w:comment")
        self.next_id = max([self.next_id, *(int(each) + 1 for each in ids if each.isdecimal())])
        return book

    def add(self, comment: Comment, book: Element) -> None:
        """One comment: its range in the tree, its words in the book."""
        if not 0 <= comment.start <= comment.end <= self.length or not self.pieces:
            raise CommentOutside(file=self.name, start=comment.start + 1, end=comment.end)
        pieces = self.pieces_between(comment.start, comment.end)
        if not pieces or comment.start == comment.end:
            comment = self.beside(comment)
            pieces = self.pieces_between(comment.start, comment.end)
        text = comment.text
        story = _story(pieces[0])
        pieces = [piece for piece in pieces if piece.part == pieces[0].part and _story(piece) is story]
        if pieces[0].part != MAIN or story is not None:
            first = last = self.mark_of(pieces[0]) if pieces[0].part != MAIN else _drawing_of(pieces[0])
            quoted = "".join(
                piece.text[max(0, comment.start - piece.start) : comment.end - piece.start]
                for piece in pieces
            )
            text = f"{pieces[0].place}“{quoted}”：{text}"
        else:
            first = self.cut(pieces[0], comment.start, after=False)
            last_piece = self.pieces_between(pieces[-1].start, min(comment.end, pieces[-1].end))[-1]
            last = self.cut(last_piece, comment.end, after=True)
        number = str(self.next_id)
        self.next_id += 1
        reference = self.make("r", self.make("commentReference", id=number))
        first.addprevious(self.make("commentRangeStart", id=number))
        last.addnext(self.make("commentRangeEnd", id=number))
        _put_reference(reference, last)
        book.append(self.entry(comment, text, number))

    def replace(self, comment: Comment) -> None:
        """The words of a comment struck out and others put in, as a tracked change; only whole runs of one paragraph."""
        pieces = [each for each in self.pieces_between(comment.start, comment.end) if each.part == MAIN]
        hosts = list(dict.fromkeys(_host(each.element) for each in pieces if each.element is not None))
        if not hosts or any(tag_of(host) != "w:r" for host in hosts):
            return
        parent = hosts[0].getparent()
        if parent is None or any(host.getparent() is not parent for host in hosts):
            return
        if (
            pieces[0].start < comment.start
            or pieces[-1].end > comment.end
            or tag_of(parent) in ("w:ins", "w:del")
        ):
            return
        marks = {"author": _clean(comment.author)} | ({"date": self.at} if self.at else {})
        struck = self.make("del", id=str(self.next_id), **marks)
        word = self.make("t")
        word.text = _clean(comment.replacement)
        word.set(_PRESERVE, "preserve")
        run = self.make("r", word)
        look = next((child for child in hosts[0] if tag_of(child) == "w:rPr"), None)
        if look is not None:
            run.insert(0, copy.deepcopy(look))
        put = self.make("ins", run, id=str(self.next_id + 1), **marks)
        self.next_id += 2
        hosts[0].addprevious(struck)
        for host in hosts:
            struck.append(host)
            for each in host.iter():
                if tag_of(each) == "w:t":
                    each.tag = f"{{{self.space}}}delText"
        struck.addnext(put)

    def beside(self, comment: Comment) -> Comment:
        """The comment on the letter before, or the first one: nothing of its own stands in the file."""
        at = bisect_right(self.pieces, comment.start - 1, key=_start) - 1
        end = min(comment.start, self.pieces[at].end) if at >= 0 else self.pieces[0].start + 1
        return replace(comment, start=end - 1, end=end)

    def pieces_between(self, start: int, end: int) -> list[Piece]:
        """The pieces that have characters from start to end."""
        at = max(0, bisect_right(self.pieces, start, key=_start) - 1)
        found = []
        while at < len(self.pieces) and self.pieces[at].start < end:
            if self.pieces[at].end > start:
                found.append(self.pieces[at])
            at += 1
        return found

    def cut(self, piece: Piece, offset: int, *, after: bool) -> Element:
        """The run that begins at `offset` (or ends there, when after), split out of a longer one when need be.

        What cannot be split (a formula, a word with a phonetic guide) is taken whole.
        """
        element = piece.element
        assert element is not None
        host = _host(element)
        if element.getparent() is not host:
            return host
        inside = offset - piece.start
        if tag_of(element) == "w:t" and 0 < inside < len(piece.text):
            self.split_word(piece, element, inside)
            if not after:
                element = element.getnext()
                assert element is not None
        beginning = element.getnext() if after else element
        if beginning is None:
            return host
        content = [child for child in host if tag_of(child) != "w:rPr"]
        if not after and content and content[0] is beginning:
            return host
        second = self.split_run(host, beginning)
        return host if after else second

    def split_word(self, piece: Piece, element: Element, inside: int) -> None:
        """Two w:t of one, and two pieces."""
        shown = shown_text(element)
        second = copy.copy(element)
        second.tail = None
        element.text, second.text = shown[:inside], shown[inside:]
        for word in (element, second):
            word.set(_PRESERVE, "preserve")
        element.addnext(second)
        at = bisect_right(self.pieces, piece.start, key=_start) - 1
        cut = piece.start + inside
        self.pieces[at : at + 1] = [
            Piece(piece.start, piece.text[:inside], piece.place, piece.part, element),
            Piece(cut, piece.text[inside:], piece.place, piece.part, second),
        ]

    def split_run(self, run: Element, beginning: Element) -> Element:
        """Two runs of one, the second from `beginning` on, both with the same look. The second."""
        second = etree.Element(run.tag, dict(run.attrib))
        for child in run:
            if tag_of(child) == "w:rPr":
                second.append(copy.deepcopy(child))
        moving = [beginning, *beginning.itersiblings()]
        run.addnext(second)
        second.extend(moving)
        return second

    def mark_of(self, piece: Piece) -> Element:
        """The run in the text that holds the mark of the note in which `piece` stands."""
        assert piece.element is not None
        note = next(
            each for each in piece.element.iterancestors() if tag_of(each) in ("w:footnote", "w:endnote")
        )
        wanted = f"{tag_of(note)}Reference"
        for mark in self.root.iter():
            if tag_of(mark) == wanted and attribute(mark, "id") == attribute(note, "id"):
                return _host(mark)
        raise CommentOutside(file=self.name, start=piece.start + 1, end=piece.end)

    def entry(self, comment: Comment, text: str, number: str) -> Element:
        """The words of the comment."""
        lines = text.splitlines() or [""]
        if comment.code:
            lines.append(f"（检查项：{comment.code}）")
        made = self.make(
            "comment", id=number, author=_clean(comment.author), initials=_clean(comment.author)[:1]
        )
        if self.at:
            made.set(f"{{{self.space}}}date", self.at)
        for line in lines:
            word = self.make("t")
            word.text = _clean(line)
            word.set(_PRESERVE, "preserve")
            made.append(self.make("p", self.make("r", word)))
        return made

    def make(self, tag: str, *children: Element, **attributes: str) -> Element:
        """An element in the file's own namespace."""
        made = etree.Element(f"{{{self.space}}}{tag}", nsmap={"w": self.space})
        for key, value in attributes.items():
            made.set(f"{{{self.space}}}{key}", value)
        made.extend(children)
        return made


def _start(piece: Piece) -> int:
    return piece.start


def _host(element: Element) -> Element:
    """What stands in the paragraph itself, or in a link of it, and holds `element`: a run or a formula."""
    host = element
    for above in element.iterancestors():
        tag = tag_of(above)
        if tag in ("w:p", "w:txbxContent"):
            break
        if tag in ("w:r", "m:oMath", "m:oMathPara"):
            host = above
    return host


def _put_reference(reference: Element, last: Element) -> None:
    """The mark of a comment goes behind its range; where that ends in a content control, behind the control.

    A plain-text control may hold text only, and LibreOffice 7.4 loses the words of a control with a mark in it.
    """
    above = list(last.iterancestors())
    box = next((at for at, each in enumerate(above) if tag_of(each) == "w:txbxContent"), len(above))
    controls = [at for at, each in enumerate(above[:box]) if tag_of(each) == "w:sdt"]
    end = last.getnext()
    assert end is not None
    if not controls:
        end.addnext(reference)
        return
    control = above[controls[-1]]
    if any(tag_of(each) == "w:p" for each in above[controls[-1] : box]):
        control.addnext(reference)
        return
    for beside, at_start in (
        *((each, True) for each in control.itersiblings()),
        *((each, False) for each in control.itersiblings(preceding=True)),
    ):
        paragraph = next((each for each in beside.iter() if tag_of(each) == "w:p"), None)
        if paragraph is not None:
            properties = sum(tag_of(each) == "w:pPr" for each in paragraph[:1])
            paragraph.insert(properties if at_start else len(paragraph), reference)
            return
    end.addnext(reference)


def _story(piece: Piece) -> Element | None:
    """The text box a piece stands in; a range does not lead out of it."""
    assert piece.element is not None
    return next((each for each in piece.element.iterancestors() if tag_of(each) == "w:txbxContent"), None)


def _drawing_of(piece: Piece) -> Element:
    """The run of the text proper that holds the text box in which `piece` stands, the outermost of nested ones."""
    assert piece.element is not None
    above = list(piece.element.iterancestors())
    box = max(at for at, each in enumerate(above) if tag_of(each) == "w:txbxContent")
    run = next((at for at in range(box, len(above)) if tag_of(above[at]) == "w:r"), box)
    return _host(above[run])


def _new_member(members: dict[str, bytes]) -> str:
    name, number = "word/comments.xml", 1
    while name in members:  # there, but not related to the main part
        number += 1
        name = f"word/comments{number}.xml"
    return name


def _related(old: bytes | None, member: str, *, strict: bool) -> bytes:
    """The relations of the main part with one to the comments."""
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    root = (
        etree.fromstring(old, parser())
        if old
        else etree.Element(f"{{{space}}}Relationships", nsmap={None: space})
    )
    taken = {each.get("Id") for each in root}
    number = len(taken) + 1
    while f"rId{number}" in taken:
        number += 1
    office = (
        "http://purl.oclc.org/ooxml/officeDocument/relationships"
        if strict
        else "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    )
    target = member.removeprefix("word/")
    etree.SubElement(
        root, f"{{{space}}}Relationship", Id=f"rId{number}", Type=f"{office}/comments", Target=target
    )
    return _to_bytes(root)


def _typed(old: bytes, member: str) -> bytes:
    """The content types with the comments among them."""
    root = etree.fromstring(old, parser())
    space = etree.QName(root).namespace
    for each in root:
        if each.get("PartName") == f"/{member}":
            return old
    etree.SubElement(root, f"{{{space}}}Override", PartName=f"/{member}", ContentType=COMMENTS_TYPE)
    return _to_bytes(root)


def _to_bytes(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _clean(text: str) -> str:
    return _NOT_XML.sub("", text)
