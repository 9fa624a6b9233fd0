"""Report prose → document. One line is one paragraph; docs/algorithms/document.md has the whole notation.

一、工作开展情况            a heading by its number, or by # to ####, which number themselves
（一）加强领导。镇党委……    a heading that runs into its paragraph
- 一项 / 1) 一项            a list
| 村 | 数量 |               a table, its first row the header
{{ name }} {{ name | style }}   a figure or a detail
**着重**                    bold
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from youju.core.document.tree import Block, Document, Heading, Inline, Listing, Paragraph, Table, Use, Words
from youju.core.problem import Level, Problem, Where

LONGEST_HEADING = 40  # a longer numbered line is a paragraph
LONGEST_LEAD = 30

_DIGITS = "一二三四五六七八九十百"
_NUMBERS = (
    re.compile(rf"(?P<n>[{_DIGITS}]+)、"),
    re.compile(rf"[（(](?P<n>[{_DIGITS}]+)[）)]"),
    re.compile(r"(?P<n>[0-9]{1,2})[.．](?![0-9])"),
    re.compile(r"[（(](?P<n>[0-9]{1,2})[）)]"),
)
_MARKDOWN = re.compile(r"(#{1,6})[ \u3000]+(.*)")
_BULLET = re.compile(r"[-*][ \u3000]+(.*)")
_ORDERED = re.compile(r"[0-9]{1,2}[)）][ \u3000]*(.*)")
_RULE = re.compile(r":?-{2,}:?")
_TOKEN = re.compile(r"\{\{|\}\}|\*\*|\{%|%\}|\{#|#\}|[｛{]+|[｝}]+")
_PLACEHOLDER = re.compile(r"\{\{[^{}]*\}\}")
_NAME = re.compile(r"[^\W\d]\w*")
_STYLE = re.compile(r"[^\W\d][\w\- ]*")
_BAD = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def parse_prose(text: str, *, file: str = "", first_line: int = 1) -> tuple[Document, tuple[Problem, ...]]:
    """The document that `text` describes, and every problem found in it.

    text        the body of a report file, after its front matter
    first_line  the number of its first line in the file
    returns     the good part: a broken placeholder stays as words, so nothing is lost while it is mended
    """
    reader = _Reader(file)
    lines = re.split(
        r"\r\n|\r|\n", text.removeprefix("\ufeff")
    )  # as editors count lines; str.splitlines knows more ends
    at = 0
    while at < len(lines):
        line = lines[at].strip(" \t\u3000")
        here = first_line + at
        at += 1
        if not line:
            continue
        if line.startswith("|"):
            table = [(here, line)]
            while at < len(lines) and (more := lines[at].strip(" \t\u3000")).startswith("|"):
                table.append((first_line + at, more))
                at += 1
            reader.table(table)
        else:
            reader.line(line, here)
    reader.end()
    return Document(tuple(reader.blocks)), tuple(reader.problems)


def number_text(level: int, number: int) -> str:
    """How heading `number` of `level` is written: 一、 （一） 1. （1）."""
    return (f"{_chinese(number)}、", f"（{_chinese(number)}）", f"{number}.", f"（{number}）")[level - 1]


@dataclass(slots=True)
class _Reader:
    file: str
    blocks: list[Block] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    counts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    items: list[tuple[Inline, ...]] = field(default_factory=list)
    items_ordered: bool = False
    items_line: int = 0

    def line(self, line: str, here: int) -> None:
        ordered = _ORDERED.fullmatch(line)
        item = ordered or _BULLET.fullmatch(line)
        if item:
            if self.items and self.items_ordered != bool(ordered):
                self.end()
            if not self.items:
                self.items_ordered, self.items_line = bool(ordered), here
            self.items.append(self.inlines(item[1], here, item.start(1)))
            return
        self.end()
        if marked := _MARKDOWN.fullmatch(line):
            self.marked_heading(marked[1], marked[2], here, marked.start(2))
        else:
            self.numbered_or_paragraph(line, here)

    def marked_heading(self, hashes: str, title: str, here: int, offset: int) -> None:
        level = len(hashes)
        if level > 4:
            self.problem(
                here, "prose.too_deep", "标题最多四级（一、（一）1.（1）），请把这一级改为正文或上一级标题。"
            )
            level = 4
        for index, pattern in enumerate(_NUMBERS, 1):
            found = pattern.match(title)
            if found and index == level:
                self.count(level, found["n"], here)
                self.heading(level, found.group(), title[found.end() :], here, offset + found.end())
                return
        self.counts[level - 1] += 1
        self.counts[level:] = [0] * (4 - level)
        self.heading(level, number_text(level, self.counts[level - 1]), title, here, offset)

    def numbered_or_paragraph(self, line: str, here: int) -> None:
        for level, pattern in enumerate(_NUMBERS, 1):
            found = pattern.match(line)
            if not found:
                continue
            rest = line[found.end() :].lstrip(" \u3000")
            offset = len(line) - len(rest)
            shown = _PLACEHOLDER.sub("数字", rest)
            if rest and len(shown) <= LONGEST_HEADING and not re.search(r"[。；;，,：:、]$", shown):
                self.count(level, found["n"], here)
                self.heading(level, found.group(), rest, here, offset)
                return
            stop = rest.find("。")
            if (
                level <= 2
                and 0 < stop <= LONGEST_LEAD
                and rest[stop + 1 :].strip()
                and "{{" not in rest[:stop]
            ):
                self.count(level, found["n"], here)
                lead = Heading(level, found.group(), self.inlines(rest[: stop + 1], here, offset), here)
                body = self.inlines(rest[stop + 1 :], here, offset + stop + 1)
                self.blocks.append(Paragraph(body, here, lead))
                return
            break
        if inlines := self.inlines(line, here, 0):
            self.blocks.append(Paragraph(inlines, here))

    def heading(self, level: int, number: str, title: str, here: int, offset: int) -> None:
        if not title.strip():
            self.problem(here, "prose.empty_heading", "标题只有序号，没有文字，请补上标题或删去这一行。")
        self.blocks.append(Heading(level, number, self.inlines(title, here, offset), here))

    def count(self, level: int, written: str, here: int) -> None:
        """Headings that number themselves by hand must go up by one."""
        number = int(written) if written.isdecimal() else _number(written)
        expected = self.counts[level - 1] + 1
        if number not in (expected, 1):
            advice = f"这里应为“{number_text(level, expected)}”，现为“{written}”，请检查标题序号。"
            self.problem(here, "prose.numbering", advice, "warning")
        elif number == 1 and expected > 1:
            first, wanted = number_text(level, 1), number_text(level, expected)
            advice = f"“{first}”重复出现，按顺序应为“{wanted}”，请检查标题序号。"
            self.problem(here, "prose.numbering", advice, "warning")
        self.counts[level - 1] = number
        self.counts[level:] = [0] * (4 - level)

    def table(self, lines: list[tuple[int, str]]) -> None:
        self.end()
        rows: list[tuple[tuple[Inline, ...], ...]] = []
        for here, line in lines:
            cells = _cells(line)
            if all(_RULE.fullmatch(text) for _, text in cells):
                continue
            rows.append(tuple(self.inlines(text, here, offset) for offset, text in cells))
            if len(rows[-1]) != len(rows[0]):
                advice = f"表格的这一行有{len(rows[-1])}格，表头有{len(rows[0])}格，请补齐或删去多出的竖线。"
                self.problem(here, "prose.table", advice)
        width = len(rows[0]) if rows else 0
        if not rows:
            return
        fitted = [(*row[:width], *((),) * (width - len(row))) for row in rows]
        self.blocks.append(Table(tuple(fitted[0]), tuple(fitted[1:]), line=lines[0][0]))

    def end(self) -> None:
        """Close the list that is being read."""
        if self.items:
            self.blocks.append(Listing(tuple(self.items), self.items_ordered, self.items_line))
            self.items = []

    def inlines(self, text: str, here: int, offset: int) -> tuple[Inline, ...]:
        """Words, bold and placeholders of `text`, which starts at column `offset` of line `here`."""
        if bad := _BAD.search(text):
            self.problem(
                here, "prose.character", f"第{offset + bad.start() + 1}字是不可见的控制字符，请删去。"
            )
            text = _BAD.sub("", text)
        parts: list[Inline] = []
        bold = False
        at = 0
        while found := _TOKEN.search(text, at):
            mark, column = found.group(), offset + found.start() + 1
            before = text[at : found.start()]
            if mark == "**":
                if not bold and "**" not in text[found.end() :]:
                    self.problem(here, "prose.bold", f"第{column}字的“**”没有成对，请补上后一个或删去。")
                    parts.append(Words(before + mark))
                else:
                    parts.append(Words(before, bold))
                    bold = not bold
                at = found.end()
                continue
            parts.append(Words(before, bold))
            use, at = self.use(text, found, here, column, bold=bold)
            parts.append(use)
        parts.append(Words(text[at:], bold))
        return _joined(parts)

    def use(
        self, text: str, found: re.Match[str], here: int, column: int, *, bold: bool
    ) -> tuple[Inline, int]:
        """The placeholder that begins at `found`, and where it ends; words when it is none."""
        mark = found.group()
        if mark in ("{%", "%}", "{#", "#}"):
            advice = (
                f"第{column}字的“{mark}”不起作用：正文里没有循环、条件和注释，"
                "只能写 {{ 名称 }} 或 {{ 名称 | 样式 }}。"
            )
            self.problem(here, "prose.placeholder", advice)
            return Words(mark, bold), found.end()
        close = text.find("}}", found.end()) if mark == "{{" else -1
        if mark != "{{" or close < 0 or "{{" in text[found.end() : close]:
            wants = "占位应写成半角的 {{ 名称 }}，两边各两个花括号，写在同一行。"
            self.problem(here, "prose.placeholder", f"第{column}字的“{mark}”不成对。{wants}")
            return Words(mark, bold), found.end()
        inside = text[found.end() : close]
        name, bar, style = (part.strip() for part in inside.partition("|"))
        if not _NAME.fullmatch(name):
            advice = (
                f"第{column}字的占位“{{{{{inside}}}}}”：名称只能用字母、汉字、数字和下划线，且不以数字开头。"
            )
            self.problem(here, "prose.placeholder", advice)
            return Words(text[found.start() : close + 2], bold), close + 2
        if bar and not _STYLE.fullmatch(style):
            sample = f"{{{{ {name} | exact }}}}"
            advice = f"第{column}字的占位“{{{{{inside}}}}}”：竖线后要写一种表述样式，如 {sample}。"
            self.problem(here, "prose.placeholder", advice)
            return Words(text[found.start() : close + 2], bold), close + 2
        return Use(name, style, here, column, bold), close + 2

    def problem(self, line: int, code: str, text: str, level: Level = "error") -> None:
        self.problems.append(Problem(Where(file=self.file, line=line), code, text, level))


def _cells(line: str) -> list[tuple[int, str]]:
    """Cells of a table line with their columns; a bar inside a placeholder is the placeholder's."""
    masked = _PLACEHOLDER.sub(lambda found: "x" * len(found.group()), line)
    inner_end = len(masked) - 1 if masked.endswith("|") and len(masked) > 1 else len(masked)
    bounds = [0, *(i for i in range(1, inner_end) if masked[i] == "|"), inner_end]
    cells = []
    for left, right in pairwise(bounds):
        raw = line[left + 1 : right]
        text = raw.strip(" \t\u3000")
        cells.append((left + 1 + len(raw) - len(raw.lstrip(" \t\u3000")), text))
    return cells


def _joined(parts: list[Inline]) -> tuple[Inline, ...]:
    """Neighbouring words of one weight become one; empty ones go."""
    joined: list[Inline] = []
    for part in parts:
        if isinstance(part, Words):
            if not part.text:
                continue
            last = joined[-1] if joined else None
            if isinstance(last, Words) and last.bold == part.bold:
                joined[-1] = Words(last.text + part.text, part.bold)
                continue
        joined.append(part)
    return tuple(joined)


def _chinese(number: int) -> str:
    """1 to 99 as heading numbers write them: 十, 十一, 二十."""
    digits = " 一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return ((digits[tens] if tens > 1 else "") + "十" if tens else "") + digits[ones].strip()


def _number(written: str) -> int:
    """The number a heading is written with; 0 when it is none (一百十)."""
    for number in range(1, 100):
        if _chinese(number) == written:
            return number
    return 0
