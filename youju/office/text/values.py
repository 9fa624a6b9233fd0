"""The words of a draft, and where each stands in the file a person can open."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, get_args

from youju.core.problem import DomainError, Problem
from youju.office.sniff import Kind

Part = Literal["正文", "表格", "文本框", "脚注", "尾注", "页眉", "页脚"]

PARTS: tuple[Part, ...] = get_args(Part)


class NoWords(DomainError):
    """Pictures only: a scan, or a document without a single word."""

    code = "text.no_words"
    text = (
        "“{file}”里没有可读的文字，多半是扫描件或只有图片。"
        "请换用 Word 原稿，或用文字识别（OCR）软件转成文字、核对无误后再试。"
    )


class UnreadableLetters(DomainError):
    """The fonts of a pdf say how letters look, not which they are."""

    code = "text.unreadable_letters"
    text = (
        "“{file}”的文字没有编码信息，复制出来是乱码，读不了。请换用 Word 原稿，或用 WPS 重新输出为 PDF 再试。"
    )


class DocReaderMissing(DomainError):
    """The converter is not installed here."""

    code = "text.doc_reader_missing"
    text = (
        "“{file}”是旧版 .doc 文件，这台机器没有安装读取它的程序（antiword）。"
        "请用 WPS 或 Word 打开，另存为 .docx 再试；或请管理员安装 antiword。"
    )


class DocNotRead(DomainError):
    """The converter makes nothing of it: damaged, too short for it, or written by something odd."""

    code = "text.doc_not_read"
    text = "“{file}”是旧版 .doc 文件，没能读出文字。请用 WPS 或 Word 打开，另存为 .docx 再试。"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a person finds it again; what the kind of file does not know is 0. All counted from 1.

    page, line        of a pdf; of plain text only the line
    paragraph         of a .docx: paragraphs with words in them, tables not counted; of a note: its number
    table, row, cell  of a table in a .docx
    """

    part: Part = "正文"
    page: int = 0
    line: int = 0
    paragraph: int = 0
    table: int = 0
    row: int = 0
    cell: int = 0

    def __str__(self) -> str:
        if self.table:
            return f"表{self.table}第{self.row}行第{self.cell}列"
        if self.part in ("脚注", "尾注"):
            return f"{self.part}{self.paragraph}"
        where = f"第{self.page}页" if self.page else ""
        where += f"第{self.line}行" if self.line else ""
        where += f"第{self.paragraph}段" if self.paragraph else ""
        return where if self.part == "正文" else f"{where}{self.part}"


@dataclass(frozen=True, slots=True)
class Span:
    """Characters start to end (excluded) stand at `place`: a paragraph, a cell's paragraph, or a line."""

    start: int
    end: int
    place: Place


@dataclass(frozen=True, slots=True)
class Text:
    """What a file says.

    text      offsets are code points of this. .txt and .md: as in the file, byte order mark off;
              .docx: a line a paragraph, and a line a table row, cells joined by tabs; .pdf: lines joined
    spans     in order, for .docx and .pdf; empty for plain text
    problems  what could not be read, such as pages that are pictures (warnings)
    margins   what stands in page headers and footers that were left out: looked through for 密级 marks
    """

    text: str
    kind: Kind
    name: str
    spans: tuple[Span, ...] = ()
    problems: tuple[Problem, ...] = ()
    margins: str = ""

    def place(self, start: int, end: int | None = None) -> Place:
        """Where the word that begins at `start` stands; of a word that runs on, where it begins.

        end   of the words; when they begin with a line end or a tab, the first place inside them is meant
        """
        if not self.spans:
            ends = "\n" if "\n" in self.text else "\r"
            return Place(line=self.text.count(ends, 0, start) + 1)
        index = bisect_right(self.spans, start, key=_start) - 1
        if index < 0 or (self.spans[index].end <= start and index + 1 < len(self.spans)):
            following = self.spans[index + 1]
            if index < 0 or (end is not None and following.start < end):
                return following.place
        return self.spans[index].place


def _start(span: Span) -> int:
    return span.start
