"""The lexicon made ready for scanning: compiled once, shared by all texts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Kind
from youju.core.zh.approximation import AFTER, BEFORE

HAN_DIGITS = "零〇一二三四五六七八九"
HAN = HAN_DIGITS + "十百千万亿两廿卅"
NUMERALS = frozenset(HAN + "0123456789")

# Everything a text is stopped at: a numeral, or a word that says how much of something.
SCAN = re.compile(
    rf"[\d{HAN_DIGITS}十百千万亿两廿卅]|第(?=[\d{HAN_DIGITS}十百两])|[几数](?=[十百千万亿个名次项条家])"
    r"|全部|全覆盖|所有|[都均]|几乎|大部分|绝大多数|绝大部分|大多数|超过半数|超半数|半数|过半|大半|多次|若干|没有一|未发生一|未出现一"
    r"|翻(?=了?[一两二三四]?番)|无一|基本(?=全部|都|实现全覆盖)"
)

_KIND_OF: dict[str, Kind] = {
    "count": "count",
    "money": "money",
    "mass": "mass",
    "length": "measure",
    "area": "measure",
    "volume": "measure",
    "rate": "measure",
    "time": "duration",
    "percent": "percent",
    "percent_point": "percent_point",
    "ratio": "ratio",
}


@dataclass(frozen=True, slots=True)
class UnitWord:
    """A unit as it may follow a number.

    noun  the unit is itself the thing counted: 5镇, 八车道
    """

    written: str
    norm: str
    kind: Kind
    noun: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Look-ups made of a lexicon."""

    units: dict[str, UnitWord]
    units_from: dict[str, tuple[UnitWord, ...]]
    not_units: dict[str, frozenset[str]]
    names: dict[str, tuple[tuple[str, int], ...]]
    verbs: frozenset[str]
    strong_verbs: frozenset[str]
    nounish: frozenset[str]
    up_words: frozenset[str]
    down_words: frozenset[str]
    abstract: tuple[str, ...]
    make: tuple[str, ...]
    average: frozenset[str]
    money: re.Pattern[str]
    duration: re.Pattern[str]
    listed: frozenset[str]
    doubtful: frozenset[str]
    never: frozenset[str]
    rare: frozenset[str]
    heads: frozenset[str]
    nouns: re.Pattern[str]
    noun_units: dict[str, str]

    def unit_at(self, text: str, at: int) -> UnitWord | None:
        """The longest unit that begins at `at`, or None."""
        for word in self.units_from.get(text[at : at + 1], ()):
            if text.startswith(word.written, at):
                return word
        return None

    def shorter_unit_at(self, text: str, at: int, than: UnitWord) -> UnitWord | None:
        """个 of 15个人民法院, where 个人 does not fit; or None."""
        for word in self.units_from.get(text[at : at + 1], ()):
            if len(word.written) < len(than.written) and text.startswith(word.written, at):
                return word
        return None

    def name_at(self, text: str, at: int) -> tuple[int, int] | None:
        """Start and end of a name whose numeral is at `at`, or None."""
        for name, offset in (*self.names.get(text[at : at + 2], ()), *self.names.get(text[at], ())):
            start = at - offset
            if start >= 0 and text.startswith(name, start):
                return start, start + len(name)
        return None


@lru_cache(maxsize=8)
def grammar_of(lexicon: Lexicon) -> Grammar:
    """The compiled form of a lexicon."""
    units: dict[str, UnitWord] = {}
    for unit in lexicon.units.units:
        symbol, kind = unit.symbol, _KIND_OF[unit.kind]
        if len(symbol) > 1 and symbol[0] in "万亿" and lexicon.unit(symbol[1:]):
            continue  # 万 and 亿 are read as part of the number
        for name in (symbol, *unit.aliases):
            units[name] = UnitWord(name, symbol, kind)
    for word in lexicon.list("noun-units.place"):
        units.setdefault(word, UnitWord(word, word, "count", noun=True))
    for word in lexicon.list("noun-units.casualty"):
        units.setdefault(word, UnitWord(word, "人", "count", noun=True))
    noun_units = {
        **dict.fromkeys(lexicon.list("noun-units.person"), "人"),
        **dict.fromkeys(lexicon.list("noun-units.household"), "户"),
    }
    verbs = lexicon.list("verbs.do", "verbs.up", "verbs.down")
    nounish = frozenset(lexicon.list("verbs.nounish"))
    return Grammar(
        units=units,
        units_from=_by_first(units),
        not_units=_continuations(units, lexicon.list("not-units")),
        names=_index(lexicon.list("names.programme", "names.system", "names.place")),
        verbs=frozenset(verbs),
        strong_verbs=frozenset(verbs) - nounish,
        nounish=nounish,
        up_words=frozenset(lexicon.list("verbs.up")),
        down_words=frozenset(lexicon.list("verbs.down")),
        abstract=lexicon.list("context.abstract"),
        make=lexicon.list("context.make"),
        average=frozenset(lexicon.list("context.average")),
        money=re.compile(_alternatives(lexicon.list("context.money"))),
        duration=re.compile(
            rf"(?:{_alternatives(lexicon.list('verbs.duration'))})(?:了|的|时间|为|至|到|在|共计|累计|合计|达|达到)?\Z"
        ),
        listed=frozenset(lexicon.list("classifiers.listed")),
        doubtful=frozenset(lexicon.list("classifiers.doubtful")),
        never=frozenset(lexicon.list("classifiers.never")),
        rare=frozenset(lexicon.list("classifiers.rare")),
        heads=frozenset(lexicon.list("context.heads")),
        nouns=re.compile(rf"[\u4e00-\u9fff]{{0,5}}?(?P<noun>{_alternatives(noun_units)})"),
        noun_units=noun_units,
    )


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) or r"(?!)"


def _by_first(units: dict[str, UnitWord]) -> dict[str, tuple[UnitWord, ...]]:
    """First character → the units that begin with it, the longest first."""
    groups: dict[str, list[UnitWord]] = {}
    for written in sorted(units, key=len, reverse=True):
        groups.setdefault(written[0], []).append(units[written])
    return {first: tuple(found) for first, found in groups.items()}


def _continuations(units: Iterable[str], words: Iterable[str]) -> dict[str, frozenset[str]]:
    """Unit → the characters that make another word of it (方: 面, 案, 式)."""
    known = set(units)
    found: dict[str, set[str]] = {}
    for word in words:
        for length in range(1, len(word)):
            if word[:length] in known:
                found.setdefault(word[:length], set()).add(word[length])
    return {unit: frozenset(characters) for unit, characters in found.items()}


def _index(names: Iterable[str]) -> dict[str, tuple[tuple[str, int], ...]]:
    """First numeral or coverage character of a name and the one after it → the name and where that is in it."""
    index: dict[str, list[tuple[str, int]]] = {}
    stops = NUMERALS | frozenset("都均半数第")
    for name in sorted(set(names), key=len, reverse=True):
        for offset, char in enumerate(name):
            if char in stops:
                index.setdefault(name[offset : offset + 2], []).append((name, offset))
                break
    return {key: tuple(found) for key, found in index.items()}


BEFORE_LONGEST = max(map(len, BEFORE))
AFTER_PATTERN = re.compile(
    r"(?:\s?[(（]含[^)）]{0,4}[)）])?\s?("
    + "|".join(re.escape(word) for word in sorted(AFTER, key=len, reverse=True) if word not in {"许", "起"})
    + ")"
)
