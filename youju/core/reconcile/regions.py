"""The words that belong to one figure: its own clause, what leads up to it, the brackets and headings around it."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from youju.core.audit.draft import Draft
from youju.core.claim.model import Claim

_STOP = re.compile(r"[，,。；;：:！？!?\n\r\t|（(）)、]")
_CLAUSE_STOP = re.compile(r"[，,。；;：:！？!?\n\r\t|]")  # a cell of a table is a clause of its own
_TAIL = re.compile(r"(?:和|及|与|并|以及)[\s]*\Z")
_SENTENCE_END = re.compile(r"[。！？!?\n\r\t|]")
_BRACKET = re.compile(r"[（(]([^（）()\n]{1,60})[）)]")
# Whatever looks around a figure looks no further, so that a text without full stops stays cheap.
FARTHEST = 400


@dataclass(frozen=True, slots=True)
class Region:
    """The words around one claim.

    before, after  of its own clause, other figures cut off; what a reader takes for the thing counted
    clause         the whole clause, figures included: predicates of 17个村全部… stand here
    lead           from the start of the sentence to the clause
    announced      what the last colon before it announces: 推荐对象 in 推荐对象：行政村3个、自然屯19个
    bracket        what stands in brackets right behind it
    opening        the first words of its paragraph
    heading        the heading above it, "" when there is none
    earlier        the sentences of its paragraph before its own
    previous       the claim before it in its sentence, by index; None for the first
    apart          whether a comma or worse stands between the two
    """

    index: int
    claim: Claim
    before: str
    after: str
    clause: str
    lead: str
    announced: str
    bracket: str
    opening: str
    heading: str
    earlier: str
    previous: int | None
    apart: bool
    sentence_start: int
    clause_start: int
    clause_end: int
    alike: tuple[int, ...]

    @property
    def core(self) -> str:
        """Before and after, parted so that no word reaches over the figure."""
        return f"{self.before}\n{self.after}"


def regions(draft: Draft) -> list[Region]:
    """The region of every claim of the draft, in order."""
    cutter = _Cutter(draft)
    return [cutter.region(number) for number in range(len(draft.claims))]


class _Cutter:
    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.text = draft.text
        self.claims: Sequence[Claim] = draft.claims
        self.starts = [claim.start for claim in self.claims]
        self.entries = draft.entries
        self.entry_ends = [entry.end for entry in self.entries]
        self.headings = draft.headings
        self.heading_starts = [heading.start for heading in self.headings]

    def region(self, number: int) -> Region:
        text, claim = self.text, self.claims[number]
        paragraph = self.draft.paragraph_at(claim.start)
        sentence = _back(text, claim.start, max(paragraph.start, claim.start - FARTHEST), _SENTENCE_END)
        clause = _back(text, claim.start, sentence, _CLAUSE_STOP)
        limit = max(min(paragraph.end, claim.end + FARTHEST), claim.end)
        found = _CLAUSE_STOP.search(text, claim.end, limit)
        clause_end = found.start() if found else limit
        previous = number - 1 if number and self.claims[number - 1].start >= sentence else None
        alike = tuple(self._alike(number, clause, clause_end))
        before = self._before(number, clause, previous)
        after = self._after(number, clause_end)
        heading = self._heading(claim.start)
        return Region(
            number,
            claim,
            before,
            after,
            text[clause:clause_end],
            text[sentence:clause],
            _announced(text[sentence:clause]),
            self._bracket(claim.end, after),
            text[paragraph.start : paragraph.start + 40],
            heading,
            text[max(paragraph.start, sentence - FARTHEST) : sentence],
            previous,
            previous is not None and self.claims[previous].end <= clause,
            sentence,
            clause,
            clause_end,
            alike,
        )

    def _alike(self, number: int, clause: int, end: int) -> list[int]:
        """The other claims of the same clause."""
        first = bisect_left(self.starts, clause)
        last = bisect_left(self.starts, end)
        return [each for each in range(first, last) if each != number]

    def _before(self, number: int, clause: int, previous: int | None) -> str:
        claim = self.claims[number]
        start = clause
        at = bisect_right(self.entry_ends, claim.start) - 1
        label = self.entries[at] if at >= 0 else None
        if label is not None and not label.is_claim and label.kind == "list-number" and label.start >= clause:
            start = label.end
        if previous is None or self.claims[previous].end <= start:
            return self.text[start : claim.start]
        words = self.text[self.claims[previous].end : claim.start]
        if "、" in words:
            return words.rpartition("、")[2]
        return "" if _TAIL.search(words) else words

    def _after(self, number: int, clause_end: int) -> str:
        claim = self.claims[number]
        end = clause_end
        if number + 1 < len(self.claims):
            end = min(end, self.claims[number + 1].start)
        found = _STOP.search(self.text, claim.end, end)
        if found:
            end = found.start()
        return _TAIL.sub("", self.text[claim.end : end])

    def _bracket(self, end: int, after: str) -> str:
        found = _BRACKET.match(self.text, end + len(after))
        return found[1] if found else ""

    def _heading(self, place: int) -> str:
        at = bisect_right(self.heading_starts, place) - 1
        words = []
        level = 9
        while at >= 0 and level > 1:
            heading = self.headings[at]
            if heading.level < level:
                words.append(heading.title)
                level = heading.level
            at -= 1
        return " ".join(reversed(words))


def _back(text: str, place: int, floor: int, marks: re.Pattern[str]) -> int:
    """Behind the last mark between `floor` and `place`."""
    last = floor
    for found in marks.finditer(text, floor, place):
        last = found.end()
    return last


def _announced(lead: str) -> str:
    words, colon, _ = lead.replace(":", "：").rpartition("：")
    return re.split(r"[，,；;]", words)[-1] if colon else ""
