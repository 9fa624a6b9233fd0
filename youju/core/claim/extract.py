"""Every figure of a text, understood: one scan for numerals and coverage words, then a small grammar at each."""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal

from youju.core.claim.coverage import coverage_at, half_at, zero_at
from youju.core.claim.describe import Described, Item, Ratio
from youju.core.claim.grammar import SCAN, Grammar, grammar_of
from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Claim, NonClaimKind
from youju.core.claim.quantities import Quantity, quantity_at
from youju.core.claim.refusals import (
    Refusal,
    latin_at,
    list_number,
    ordinal_at,
    refused_arabic,
    refused_han,
)
from youju.core.claim.single import judged_single
from youju.core.zh.numerals import narrow

_RATIO = re.compile(r"\d+(?:\.\d+)?(?: ?: ?\d+(?:\.\d+)?)+")
_QUOTED = re.compile(r"“[^”“\n]{1,10}”|‘[^’‘\n]{1,10}’|\"[^\"\n]{1,10}\"|「[^」\n]{1,10}」")
_LONG_QUOTED = re.compile(r"“[^”“\n]{1,48}”")
_TITLE = re.compile(r"《[^》《\n]{1,80}》")
_ONE = re.compile(r"一(?:系列|连串|大批|整套|大步|小步|体|代代|茬茬|桩桩|件件)")
_NOT_LATIN_UNIT = re.compile(r"[A-Za-z]")
# Half-width marks are typed for full-width ones; a comma or a point between digits belongs to the number, and so does
# the raised point of older texts (5·8亿元, but not 3·15).
_HALF_WIDTH = re.compile(
    r"(?<!\d),|,(?!\d)|[;!?()]|(?<=[\u4e00-\u9fff%])\.(?![\dA-Za-z])|(?<=\d)·(?=\d{1,4}(?:[%万亿元倍吨米亩]|公[里顷]))"
)
_FULL_WIDTH = {",": "，", ";": "；", "!": "！", "?": "？", "(": "（", ")": "）", ".": "。", "·": "."}
_PLACEHOLDERS = frozenset("Xx×*_＿□")


def extract(text: str, lexicon: Lexicon) -> list[Claim]:
    """Every numeral expression and coverage word of `text`, claims and non-claims, in order of their place.

    text     any text; line ends may be of any kind
    lexicon  units and words, `youju.specs.lexicon.load_lexicon`
    returns  claims with interval, unit, subject, scope, period and change; for every one text == text[start:end];
             they never overlap
    source   docs/algorithms/claims.md; time grows linearly with the length of the text
    """
    plain = _HALF_WIDTH.sub(lambda found: _FULL_WIDTH[found[0]], narrow(text))
    grammar = grammar_of(lexicon)
    items = _Scan(plain, grammar).items()
    return Described(text, plain, grammar).claims(items)


class _Scan:
    """The items of one text, in order."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.found: list[Item] = []
        self.quotes = [found.span() for found in _QUOTED.finditer(text)]
        self.titles = [found.span() for found in _TITLE.finditer(text)]
        self.long_quotes = [found.span() for found in _LONG_QUOTED.finditer(text)]
        self.long_quote_starts = [start for start, _ in self.long_quotes]
        self.quote_starts = [start for start, _ in self.quotes]
        self.title_starts = [start for start, _ in self.titles]

    def items(self) -> list[Item]:
        done = 0
        text = self.text
        for match in SCAN.finditer(text):
            at = match.start()
            if at < done:
                continue
            char = text[at]
            if "0" <= char <= "9":
                done = self._arabic(at)
            elif char == "第":
                done = self._take(ordinal_at(text, at), at)
            elif (
                len(match[0]) > 1 or char in "都均翻" or (char in "几数" and text[at + 1] not in "十百千万亿")
            ):
                done = self._word(at)
            else:
                done = self._han(at)
        return self.found

    def _take(self, item: Item | None, at: int) -> int:
        if item is None:
            return at + 1
        start, end = item.start, item.end
        if self.found:
            last_end = self.found[-1].end
            if start < last_end:
                return max(at + 1, end if start >= last_end else last_end)
        self.found.append(item)
        return max(end, at + 1)

    def _arabic(self, at: int) -> int:
        text = self.text
        before = text[at - 1] if at else ""
        if before.isascii() and before.isalpha() and not self._is_measured(at):
            return self._take(Refusal(at, latin_at(text, at), "name-part", "name.latin"), at)
        if found := list_number(text, at):
            return self._take(found, at)
        if name := self.grammar.name_at(text, at):
            return self._take(Refusal(*name, "name-part", "name.listed"), at)
        if refused := refused_arabic(text, at):
            if refused.kind in {"name-part", "id-no"} and (quoted := self._quoted(at)):
                return self._take(quoted, at)
            return self._take(refused, at)
        if (ratio := _RATIO.match(text, at)) and ":" in ratio[0]:
            values = tuple(Decimal(part) for part in ratio[0].replace(" ", "").split(":"))
            return self._take(Ratio(at, ratio.end(), values), at)
        quantity = quantity_at(text, at, self.grammar)
        if (enclosed := self._enclosed(at, quantity)) is not None:
            return self._take(enclosed, at)
        if quantity is not None:
            return self._take(quantity, at)
        end = latin_at(text, at)
        kind: NonClaimKind = "name-part" if _NOT_LATIN_UNIT.search(text, at, min(end, at + 40)) else "id-no"
        if text[end - 1] in ".+-/_#@":
            end = at + len(text[at:end].rstrip(".+-/_#@"))
        return self._take(Refusal(at, max(end, at + 1), kind, "number.bare"), at)

    def _is_measured(self, at: int) -> bool:
        """GDP120亿元 counts, A4 and PM2.5 do not."""
        quantity = quantity_at(self.text, at, self.grammar)
        return quantity is not None and quantity.value.unit_given and not quantity.value.unit.isascii()

    def _han(self, at: int) -> int:
        text = self.text
        if text.startswith("零下", at) and text[at + 2 : at + 3].isdecimal():
            return at + 2  # the number after it takes it as its sign
        if item := self._han_refused(at) or half_at(text, at) or zero_at(text, at):
            return self._take(item, at)
        if refused := refused_han(text, at) or self._enclosed(at, None):
            return self._take(refused, at)
        quantity = quantity_at(text, at, self.grammar)
        if quantity is None:
            if idiom := _ONE.match(text, at):
                return self._take(Refusal(at, idiom.end(), "idiom", "idiom.one"), at)
            return _skip_numerals(text, at)
        if text[at - 1 : at] in _PLACEHOLDERS and at:
            return self._take(Refusal(at, quantity.end, "name-part", "name.placeholder"), at)
        if quantity.value.number == 1 and self._inside(self.long_quotes, self.long_quote_starts, at):
            return self._take(Refusal(at, quantity.end, "idiom", "idiom.quoted"), at)
        return self._take(judged_single(text, quantity, self.grammar), at)

    def _han_refused(self, at: int) -> Refusal | None:
        if name := self.grammar.name_at(self.text, at):
            return Refusal(*name, "name-part", "name.listed")
        return list_number(self.text, at)

    def _word(self, at: int) -> int:
        if self._inside(self.titles, self.title_starts, at):
            return at + 1
        coverage = coverage_at(self.text, at, self.grammar)
        if coverage is None:
            char = self.text[at]
            if char in "几数":
                return self._take(quantity_at(self.text, at, self.grammar), at)
            return at + 1
        return self._take(coverage, at)

    def _enclosed(self, at: int, quantity: Quantity | None) -> Refusal | None:
        """A numeral inside a short quotation or a title is part of a name, unless it measures money or a share."""
        if title := self._inside(self.titles, self.title_starts, at):
            end = min(quantity.end if quantity else at + 1, title[1] - 1)
            return Refusal(at, max(end, at + 1), "name-part", "name.title")
        return self._quoted(at, quantity)

    def _quoted(self, at: int, quantity: Quantity | None = None) -> Refusal | None:
        quote = self._inside(self.quotes, self.quote_starts, at)
        if quote is None:
            return None
        measured = quantity is not None and quantity.kind in {"money", "percent", "mass", "percent_point"}
        if quantity is not None and measured and quantity.end >= quote[1] - 1:
            return None
        return Refusal(at, max(quote[1] - 1, at + 1), "name-part", "name.quoted")

    @staticmethod
    def _inside(spans: list[tuple[int, int]], starts: list[int], at: int) -> tuple[int, int] | None:
        index = bisect_right(starts, at) - 1
        return spans[index] if index >= 0 and spans[index][1] > at else None


def _skip_numerals(text: str, at: int) -> int:
    """Past a run of Chinese numerals that count nothing."""
    end = at
    while end < len(text) and text[end] in "零〇一二三四五六七八九十百千万亿两廿卅":
        end += 1
    return max(end, at + 1)
