"""A draft as the checks see it: paragraphs, sentences, headings, figures, each found once."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
BLANK = " \t\u00a0\u2000-\u200b\u3000\ufeff"
LONGEST_HEADING = 60
_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Bounded, so that whatever looks at a whole sentence stays linear on a text without full stops.
_SENTENCE = re.compile(r"[^。！？!?；;]{1,600}(?:[。！？!?；;]+[”’」』）)]?)?|[。！？!?；;]+")
_STATEMENT = re.compile(r"[^。！？!?]{1,2000}(?:[。！？!?]+[”’」』）)]?)?|[。！？!?]+")
_CLAUSE = re.compile(r"[^，,：:]+[，,：:]?|[，,：:]")
_QUOTED = re.compile(r"《[^《》\n]{0,80}》|“[^“”\n]{0,60}”|〔[^〔〕\n]{0,20}〕|「[^「」\n]{0,60}」")
_NUMERAL = "一二三四五六七八九十"
_LABELS = (
    (1, re.compile(rf"([{_NUMERAL}]{{1,3}})([、.．，,:：])")),
    (2, re.compile(rf"[（(]([{_NUMERAL}]{{1,3}})[）)]([、.．，,:：]?)")),
    (3, re.compile(r"(\d{1,2})([、.．])(?!\d)")),
    (4, re.compile(r"[（(](\d{1,2})[）)]([、.．，,:：]?)")),
)
_AHEAD = re.compile(r"安排|打算|计划|下一?步|下半年|明年|来年|今后|思路|设想|目标任务|展望")
_LEAD = re.compile(rf"[{BLANK}>＞*#]*")
_TABLE = re.compile(r"\t *[^\s]|\|[^|\n]*\|")
_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九")}

_OUR_APPENDIX = re.compile(r"^附件[ 　]*\n\s*数据出处表[ 　]*$", re.MULTILINE)
_OUR_REMARK = re.compile(r"本表由台账#[0-9]+生成")


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading: 一、 is level 1, （一） 2, 1. 3, （1） 4.

    start, end  the paragraph, or the part of it up to the first full stop when the text runs on
    label       the place of the number with its brackets and mark
    mark        what follows the number: 、 or .
    run_in      the text goes on in the same paragraph
    """

    level: int
    number: int
    label: Span
    mark: str
    title: str
    start: int
    end: int
    run_in: bool


class Draft:
    """The text under audit and the figures the extractor read in it, in order of their start."""

    def __init__(self, text: str, claims: Sequence[Claim] = ()) -> None:
        self.text = text
        self.entries = sorted(claims, key=lambda each: (each.start, each.end))
        self.claims = [each for each in self.entries if each.is_claim]
        self._claim_starts = [each.start for each in self.claims]
        self._clauses: dict[int, Span] = {}

    @cached_property
    def paragraphs(self) -> list[Span]:
        """The lines that hold anything, without the blanks at both ends."""
        found = []
        for line in _LINE.finditer(self.text):
            content = line.group()
            start = line.start() + len(content) - len(content.lstrip())
            end = line.start() + len(content.rstrip())
            if start < end:
                found.append(Span(start, end))
        return found

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [each.start for each in self.paragraphs]

    def paragraph_at(self, place: int) -> Span:
        """The paragraph that `place` stands in, or the one before it."""
        return _at(self.paragraphs, self._paragraph_starts, place, len(self.text))

    def is_table(self, paragraph: Span) -> bool:
        """A row of a table as the readers write it: cells parted by tabs or bars."""
        return paragraph.start in self._tables

    @cached_property
    def _tables(self) -> set[int]:
        return {each.start for each in self.paragraphs if _TABLE.search(self.text, each.start, each.end)}

    @cached_property
    def prose(self) -> list[Span]:
        """The paragraphs that are no table rows."""
        return [each for each in self.paragraphs if not self.is_table(each)]

    @cached_property
    def sentences(self) -> list[Span]:
        """Stretches of prose that end at 。！？； or with the paragraph."""
        return [
            Span(found.start(), found.end())
            for paragraph in self.prose
            for found in _SENTENCE.finditer(self.text, paragraph.start, paragraph.end)
        ]

    @cached_property
    def statements(self) -> list[Span]:
        """Stretches of prose that end at a full stop: a 其中 may list its parts between semicolons."""
        return [
            Span(found.start(), found.end())
            for paragraph in self.prose
            for found in _STATEMENT.finditer(self.text, paragraph.start, paragraph.end)
        ]

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [each.start for each in self.sentences]

    def sentence_at(self, place: int) -> Span:
        """The sentence that `place` stands in, or the one before it."""
        return _at(self.sentences, self._sentence_starts, place, len(self.text))

    def clauses(self, within: Span) -> list[Span]:
        """The parts of a sentence between commas and colons."""
        return [Span(f.start(), f.end()) for f in _CLAUSE.finditer(self.text, within.start, within.end)]

    def clause_at(self, place: int) -> Span:
        """The part of the sentence, between commas, that `place` stands in."""
        if place in self._clauses:
            return self._clauses[place]
        sentence = self.sentence_at(place)
        before = max(self.text.rfind(mark, sentence.start, place) for mark in "，,：:")
        ends = [self.text.find(mark, place, sentence.end) for mark in "，,：:"]
        end = min((each for each in ends if each >= 0), default=sentence.end)
        clause = Span(before + 1 if before >= 0 else sentence.start, end)
        self._clauses[place] = clause
        return clause

    def claims_in(self, span: Span) -> list[Claim]:
        """The figures that begin inside `span`."""
        low = bisect_right(self._claim_starts, span.start - 1)
        high = bisect_right(self._claim_starts, span.end - 1)
        return self.claims[low:high]

    @cached_property
    def quoted(self) -> list[Span]:
        """Titles, quotations and document numbers: 《》 “” 〔〕."""
        return [Span(found.start(), found.end()) for found in _QUOTED.finditer(self.text)]

    def has_claim(self, span: Span) -> bool:
        """Whether a figure begins inside `span`."""
        at = bisect_right(self._claim_starts, span.start - 1)
        return at < len(self._claim_starts) and self._claim_starts[at] < span.end

    @cached_property
    def _quoted_starts(self) -> list[int]:
        return [each.start for each in self.quoted]

    def is_quoted(self, place: int) -> bool:
        """Whether `place` stands inside a title or quotation."""
        at = bisect_right(self._quoted_starts, place) - 1
        return at >= 0 and place < self.quoted[at].end

    @cached_property
    def headings(self) -> list[Heading]:
        """The numbered headings, in order; table rows have none."""
        return [
            found for paragraph in self.prose if (found := read_heading(self.text, paragraph)) is not None
        ]

    @cached_property
    def _heading_starts(self) -> list[int]:
        return [each.start for each in self.headings]

    def section_at(self, place: int) -> int:
        """The number of the heading that `place` stands under; 0 before the first."""
        return bisect_right(self._heading_starts, place)

    def looks_ahead(self, place: int) -> bool:
        """Whether `place` stands under a main heading about what is to be done: 二、下一步打算."""
        at = bisect_right(self._chapter_starts, place) - 1
        return at >= 0 and _AHEAD.search(self._chapters[at].title[:LONGEST_HEADING]) is not None

    @cached_property
    def _chapters(self) -> list[Heading]:
        highest = min((each.level for each in self.headings), default=0)
        return [each for each in self.headings if each.level == highest]

    @cached_property
    def _chapter_starts(self) -> list[int]:
        return [each.start for each in self._chapters]

    @cached_property
    def body(self) -> int:
        """Where the text proper begins: after the title lines, which end in no punctuation mark."""
        for paragraph in self.paragraphs[:6]:
            if (
                self.text[paragraph.end - 1] in "。；：:;，,！？…."
                or paragraph.end - paragraph.start > LONGEST_HEADING
            ):
                return paragraph.start
            if any(pattern.match(self.text, paragraph.start, paragraph.end) for _, pattern in _LABELS[:2]):
                return paragraph.start
        return self.paragraphs[0].start if self.paragraphs else 0

    @cached_property
    def title(self) -> Span | None:
        """The lines before the text proper, or None when it begins at once."""
        lines = [each for each in self.paragraphs[:6] if each.end <= self.body]
        return Span(lines[0].start, lines[-1].end) if lines else None

    def words(self, word: str) -> Iterator[int]:
        """Every place of `word`, none inside another."""
        at = self.text.find(word)
        while at >= 0:
            yield at
            at = self.text.find(word, at + len(word))

    def slice(self, span: Span) -> str:
        """The words of a place."""
        return self.text[span.start : span.end]


def body_end(text: str) -> int:
    """Where the words of a report end: before the appendix 数据出处表 of a report of our own, else where the text does."""
    found = _OUR_APPENDIX.search(text)
    return found.start() if found and _OUR_REMARK.search(text, found.end()) else len(text)


def read_heading(text: str, paragraph: Span) -> Heading | None:
    """The numbered heading that a paragraph begins with, or None."""
    lead = _LEAD.match(text, paragraph.start, paragraph.end)
    start = lead.end() if lead else paragraph.start
    for level, pattern in _LABELS:
        if label := pattern.match(text, start, paragraph.end):
            stop = min(
                (at for mark in "。；;：" if (at := text.find(mark, label.end(), paragraph.end)) >= 0),
                default=paragraph.end,
            )
            title = text[label.end() : stop].strip()
            number = int(label.group(1)) if label.group(1).isdecimal() else _chinese(label.group(1))
            place = Span(label.start(), label.end())
            run_in = paragraph.end - stop > 1 or stop - start > LONGEST_HEADING
            return Heading(level, number, place, label.group(2), title, start, stop, run_in)
    return None


def _chinese(numeral: str) -> int:
    """一 to 九十九; 0 for what is no numeral (一二)."""
    tens, ten, ones = numeral.partition("十")
    if not ten:
        return _DIGITS[numeral] if len(numeral) == 1 else 0
    if len(tens) > 1 or len(ones) > 1 or "十" in ones:
        return 0
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)


def _at(spans: list[Span], starts: list[int], place: int, length: int) -> Span:
    at = bisect_right(starts, place) - 1
    return spans[at] if at >= 0 else Span(0, length)
