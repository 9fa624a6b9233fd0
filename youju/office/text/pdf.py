"""A .pdf as its reader sees it: characters with their boxes → lines → paragraphs.

pdfium gives the characters in order with line ends. We drop page numbers and running heads, take gaps for
what they are (a column, a blank, or the spacing that layout puts between a Chinese character and a digit),
and join a line with the next when its first word would not have fitted: docs/algorithms/document.md.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from youju.core.problem import Problem, Where
from youju.office.archive import FileDamaged, FileEncrypted
from youju.office.child import FileTooBig
from youju.office.text.values import NoWords, Place, Span, Text, UnreadableLetters

MOST_PAGES = 1_000

_PICTURE_WORDS = 20  # fewer characters than this over a page-wide picture: a stamp or page number on a scan
_PICTURE_SHARE = 0.6
_UNKNOWN_SHARE = 0.3
_SPARE = 0.6  # of a character: blanks that layout puts before a digit, and punctuation that hangs out
_BLANK = 0.18  # of a letter: a narrower gap between Latin letters is no blank
_NEAR_LINES = 6  # so far back a line may still get letters
_FULL_SHARE = 0.5  # of the page: where no line is longer than this, no line is full
_MARGIN = 0.12  # page numbers and running heads stand in this part of the page's height, above or below

_PAGE_NUMBER = re.compile(
    r"[—–―\-－·•\s]*(?:第\s*)?\d{1,4}(?:\s*页)?(?:\s*[/／共]\s*\d{1,4}\s*页?)?[—–―\-－·•\s]*"
)
_WIDE = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff“”‘’—…·]"
)
_HEADING = re.compile(
    r"[一二三四五六七八九十]+、|[（(][一二三四五六七八九十0-9]+[）)]|[0-9]{1,2}[.．、](?!\d)"
)
_TOKEN = re.compile(r"(?:[!-~]+|.)[，。、；：？！）》」』”’％]*")

# Characters that some programs write in place of the letters they look like; NFKC knows only the other block.
_RADICALS = dict(
    zip(
        "⻄⻅⻆⻉⻋⻓⻔⻘⻚⻛⻜⻝⻢⻥⻦⻧⻨⻩⻬⻮⻰⻳⺠⺟⻁",
        "西见角贝车长门青页风飞食马鱼鸟卤麦黄齐齿龙龟民母虎",
        strict=True,
    )
)


@dataclass(slots=True)
class _Letter:
    """A character that stands in the file; y is its base line."""

    text: str
    left: float
    right: float
    y: float
    size: float


@dataclass(slots=True)
class _Line:
    """One line of a page, its letters from left to right, in points from the page's lower left corner."""

    page: int
    letters: list[_Letter]
    text: str = ""
    number: int = 0

    @property
    def left(self) -> float:
        return self.letters[0].left

    @property
    def right(self) -> float:
        return self.letters[-1].right

    @property
    def size(self) -> float:
        """The width of its Chinese letters; heights are what fonts say of themselves, some twice too much."""
        sizes = sorted(each.right - each.left for each in self.letters if _WIDE.match(each.text))
        sizes = sizes or sorted(each.size for each in self.letters)
        return sizes[len(sizes) // 2] or 1.0

    @property
    def y(self) -> float:
        bases = sorted(letter.y for letter in self.letters)
        return bases[len(bases) // 2]


@dataclass(slots=True)
class _Page:
    number: int
    width: float
    height: float
    lines: list[_Line] = field(default_factory=list)
    is_picture: bool = False
    unknown: int = 0
    visible: int = 0


def read_pdf(path: Path, name: str, headers: bool) -> Text:
    """The text of a sniffed .pdf. Raises NoWords, UnreadableLetters, FileEncrypted, FileDamaged."""
    pages = _pages(path, name)
    pictures = [page.number for page in pages if page.is_picture]
    visible = sum(page.visible for page in pages if not page.is_picture)
    if not visible:
        raise NoWords(file=name)
    if sum(page.unknown for page in pages) > _UNKNOWN_SHARE * visible:
        raise UnreadableLetters(file=name)
    for page in pages:
        if page.is_picture:
            page.lines = []
    margins = "" if headers else "\n".join(_margin_texts(pages))
    if not headers:
        _drop_margins(pages)
    for page in pages:
        for number, line in enumerate(page.lines, 1):
            line.number = number
            line.text = _line_text(line)
    text, spans = _join([line for page in pages for line in page.lines if line.text], pages)
    problems = []
    if pictures:
        shown = "、".join(str(number) for number in pictures[:10]) + ("等" if len(pictures) > 10 else "")
        said = f"第{shown}页是图片，没有文字，这些页没有读到。请用文字识别（OCR）软件转成文字后再核对。"
        problems.append(Problem(Where(file=name), "text.picture_pages", said, "warning"))
    return Text(text, "pdf", name, tuple(spans), tuple(problems), margins)


def _pages(path: Path, name: str) -> list[_Page]:
    try:
        document = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise FileEncrypted(file=name) from None
        raise FileDamaged(file=name) from None
    try:
        if len(document) > MOST_PAGES:
            raise FileTooBig(file=name)
        return [_page(document[index], index + 1) for index in range(len(document))]
    except pypdfium2.PdfiumError:
        raise FileDamaged(file=name) from None
    finally:
        document.close()


def _page(page: pypdfium2.PdfPage, number: int) -> _Page:
    width, height = page.get_size()
    read = _Page(number, width, height)
    letters = page.get_textpage()
    raw = letters.raw
    segment: list[_Letter] = []
    box = pdfium.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(letters.count_chars()):
        code = pdfium.FPDFText_GetUnicode(raw, index)
        if code in (10, 13):
            _add_segment(read, segment)
            segment = []
            continue
        text = _character(code)
        if text is None or pdfium.FPDFText_IsGenerated(raw, index) == 1:  # blanks are judged by their width
            continue
        pdfium.FPDFText_GetLooseCharBox(raw, index, ctypes.byref(box))
        pdfium.FPDFText_GetCharOrigin(raw, index, ctypes.byref(x), ctypes.byref(y))
        if text == "□" and code != ord("□"):
            read.unknown += 1
        if not text.isspace():
            read.visible += 1
        segment.append(_Letter(text, box.left, box.right, y.value, box.top - box.bottom))
    _add_segment(read, segment)
    for line in read.lines:
        _put_in_order(line)
    read.lines = [line for line in read.lines if line.letters]
    if read.visible < _PICTURE_WORDS:
        read.is_picture = _has_page_picture(page, width * height)
    letters.close()
    page.close()
    return read


def _add_segment(page: _Page, segment: list[_Letter]) -> None:
    """A stretch as the file has it. Words in another font may come later in the file than their line does."""
    if not segment:
        return
    new = _Line(page.number, segment)
    y, size = new.y, new.size
    left, right = min(each.left for each in segment), max(each.right for each in segment)
    for line in page.lines[-_NEAR_LINES:]:
        if abs(line.y - y) > 0.25 * size:
            continue
        line_left, line_right = (
            min(each.left for each in line.letters),
            max(each.right for each in line.letters),
        )
        if left < line_right + 1.5 * size and line_left < right + 1.5 * size:
            line.letters += segment
            return
    page.lines.append(new)


def _put_in_order(line: _Line) -> None:
    """From left to right, without blanks at the ends; the two letters of an indent stay."""
    letters = sorted(line.letters, key=lambda letter: letter.left)
    while letters and letters[-1].text in " \u3000\t\u00a0":
        letters.pop()
    while letters and letters[0].text in " \u00a0":
        letters.pop(0)
    line.letters = letters


def _character(code: int) -> str | None:
    """The character as text has it: radicals that stand for letters put right, □ for what has no meaning."""
    if code == 0x2:  # pdfium's mark for a hyphen at a line's end
        return "-"
    if code in (0, 0xFFFE, 0xFFFF, 0xFFFD) or 0xE000 <= code <= 0xF8FF or 0xD800 <= code <= 0xDFFF:
        return "□"
    if code < 0x20 or code in (0xAD, 0x200B, 0xFEFF) or code > 0x10FFFF:
        return " " if code == 9 else None
    text = chr(code)
    if 0x2F00 <= code <= 0x2FDF or 0xF900 <= code <= 0xFAFF:
        return unicodedata.normalize("NFKC", text)
    return _RADICALS.get(text, text)


def _has_page_picture(page: pypdfium2.PdfPage, area: float) -> bool:
    for picture in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        if (right - left) * (top - bottom) > _PICTURE_SHARE * area:
            return True
    return False


def _drop_margins(pages: list[_Page]) -> None:
    """Take away page numbers, and lines that stand in the margin of half of the pages and at least three."""
    margins: Counter[str] = Counter()
    for page in pages:
        margins.update({_shape(line) for line in page.lines if _in_margin(line, page)})
    often = {shape for shape, count in margins.items() if count >= max(3, len(pages) / 2)}
    for page in pages:
        page.lines = [
            line for line in page.lines if not (_in_margin(line, page) and _is_furniture(line, often))
        ]


def _margin_texts(pages: list[_Page]) -> list[str]:
    """What stands in the margins, each line once."""
    return list(
        dict.fromkeys(_line_text(line) for page in pages for line in page.lines if _in_margin(line, page))
    )


def _in_margin(line: _Line, page: _Page) -> bool:
    return not page.height * _MARGIN < line.y < page.height * (1 - _MARGIN)


def _is_furniture(line: _Line, often: set[str]) -> bool:
    return (
        _shape(line) in often
        or _PAGE_NUMBER.fullmatch("".join(letter.text for letter in line.letters)) is not None
    )


def _shape(line: _Line) -> str:
    return re.sub(r"\d+", "0", "".join(letter.text for letter in line.letters if not letter.text.isspace()))


def _line_text(line: _Line) -> str:
    """The line's characters; a gap is a tab, a blank or nothing by its width and its neighbours."""
    parts: list[str] = []
    before: _Letter | None = None
    for letter in line.letters:
        gap = letter.left - before.right if before else 0.0
        if before and not before.text.isspace() and not letter.text.isspace():
            if gap > line.size:
                parts.append("\t")
            elif gap > _BLANK * line.size and not (_WIDE.match(before.text) or _WIDE.match(letter.text)):
                parts.append(" ")
        parts.append(letter.text)
        before = letter
    return "".join(parts)


def _join(lines: list[_Line], pages: list[_Page]) -> tuple[str, list[Span]]:
    """One text of all lines, and where each begins and ends in it."""
    widths = {page.number: round(page.width) for page in pages}
    edges: dict[int, float] = {}
    starts: dict[int, float] = {}
    for line in lines:
        if "\t" not in line.text:
            width = widths[line.page]
            edges[width] = max(edges.get(width, 0.0), line.right)
            starts[width] = min(starts.get(width, 1e9), line.left)
    parts: list[str] = []
    spans: list[Span] = []
    at = 0
    for index, line in enumerate(lines):
        text = line.text
        if index:
            before = lines[index - 1]
            width = widths[line.page]
            if _runs_on(before, line, edges.get(width, 0.0), starts.get(width, 0.0), width):
                both_words = re.search(r"[A-Za-z]$", before.text) and re.match(r"[A-Za-z]", text)
                parts.append(" " if both_words else "")
            else:
                parts.append("\n")
            at += len(parts[-1])
        parts.append(text)
        spans.append(Span(at, at + len(text), Place(page=line.page, line=line.number)))
        at += len(text)
    return "".join(parts), spans


def _runs_on(before: _Line, line: _Line, edge: float, start: float, width: float) -> bool:
    """Whether `line` goes on with the paragraph of `before`. Lines reach from start to edge on a page of width."""
    size = before.size
    if edge - start < _FULL_SHARE * width:
        return False
    if "\t" in before.text or "\t" in line.text or abs(size - line.size) > 0.15 * size:
        return False
    if line.text.startswith("\u3000") or line.left > start + 0.7 * size:
        return False
    if _HEADING.match(line.text) and re.search(r"[。！？；：]$", before.text):
        return False
    first = _TOKEN.match(line.text)
    needed = len(first.group()) if first else 1
    end = min(needed, len(line.letters)) - 1
    return before.right + (line.letters[end].right - line.letters[0].left) > edge - _SPARE * size
