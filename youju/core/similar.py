"""Passages that were written before: the same but for numbers, years and names, found by shingles, shown side by side.

A paragraph is compared in a masked form: numbers become 0, years Y, names of units N. Candidates share shingles of six
characters; rapidfuzz then says how alike they are. docs/algorithms/similar.md.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

SHINGLE = 6
SHORTEST = 16  # characters of a masked paragraph: shorter ones are alike by chance
ALIKE = 88  # of 100
_YEAR = re.compile(r"(?:19|20)\d{2}年")
_NUMBER = re.compile(
    r"\d+(?:[.,，]\d+)*(?:[万亿])?[多余几]?|[一二三四五六七八九十百千万两]{1,6}(?=[个次件名户条份场人项])"
)
_BLANK = re.compile(r"[\s　，。；：、“”（）()《》,.;:!?！？]+")
_LINE = re.compile(r"[^\n\r]+")


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier text: a title for people, and its words."""

    key: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A paragraph of the draft that stands in an earlier text.

    start, end    of the draft; other: the paragraph of the earlier text
    score         0 to 100; 100: the same but for what was masked
    differs       what differs where the masked forms agree: numbers, years, names; empty when word for word
    """

    start: int
    end: int
    key: str
    title: str
    words: str
    other: str
    score: int
    differs: tuple[str, ...]


def near_copies(text: str, earlier: Sequence[Earlier], names: Iterable[str] = ()) -> list[Copy]:
    """For each paragraph of `text` the most alike paragraph of the earlier texts, when it is alike enough.

    names   of units, in any order: one village's paragraph with another's name is the same paragraph
    """
    pattern = _names(names)
    known = [
        (each, line.group(), masked)
        for each in earlier
        for line in _LINE.finditer(each.text)
        if len(masked := _masked(line.group(), pattern)) >= SHORTEST
    ]
    index: dict[str, list[int]] = defaultdict(list)
    for number, (_, _, masked) in enumerate(known):
        for shingle in _shingles(masked):
            index[shingle].append(number)
    found = []
    for line in _LINE.finditer(text):
        masked = _masked(line.group(), pattern)
        if len(masked) < SHORTEST:
            continue
        shared = Counter(number for shingle in _shingles(masked) for number in index.get(shingle, ()))
        best: tuple[float, int] | None = None
        for number, _ in shared.most_common(5):
            score = fuzz.ratio(masked, known[number][2])
            if score >= ALIKE and (best is None or score > best[0]):
                best = score, number
        if best is not None:
            source, words, _ = known[best[1]]
            start = line.start() + len(line.group()) - len(line.group().lstrip())
            found.append(
                Copy(
                    start,
                    line.end(),
                    source.key,
                    source.title,
                    line.group().strip(),
                    words.strip(),
                    int(best[0]),
                    _differences(line.group(), words, pattern),
                )
            )
    return found


def likeness(a: str, b: str) -> float:
    """How much of the shorter text's shingles the other has, 0 to 1: whether one is a version of the other."""
    first, second = _shingles(_masked(a, None)), _shingles(_masked(b, None))
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


def _masked(words: str, names: re.Pattern[str] | None) -> str:
    words = _YEAR.sub("Y", words)
    words = _NUMBER.sub("0", words)
    if names is not None:
        words = names.sub("N", words)
    return _BLANK.sub("", words)


def _shingles(masked: str) -> set[str]:
    return {masked[at : at + SHINGLE] for at in range(max(1, len(masked) - SHINGLE + 1))}


def _names(names: Iterable[str]) -> re.Pattern[str] | None:
    ordered = sorted({name for name in names if len(name) > 1}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered))) if ordered else None


def _differences(a: str, b: str, names: re.Pattern[str] | None) -> tuple[str, ...]:
    kinds = [("年份", _YEAR), ("数字", _NUMBER)]
    found = [kind for kind, pattern in kinds if pattern.findall(a) != pattern.findall(b)]
    if names is not None and names.findall(a) != names.findall(b):
        found.append("名称")
    return tuple(found)
