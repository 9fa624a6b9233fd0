"""Every figure of a text, understood: one scan for numerals and coverage words, then a small grammar at each."""

from __future__ import annotations

import re
from bisect import bisect_right
from decimal import Decimal

from youju.core.claim.attributes import Attributes, Surroundings, is_each, rate_of
from youju.core.claim.coverage import Coverage, coverage_at, half_at, zero_at
from youju.core.claim.grammar import SCAN, Grammar, grammar_of
from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Change, Claim, Kind, NonClaimKind, Value
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
from youju.core.zh.interval import Interval
from youju.core.zh.numerals import narrow

_RATIO = re.compile(r"\d+(?:\.\d+)?(?: ?: ?\d+(?:\.\d+)?)+")
_QUOTED = re.compile(r"“[^”“\n]{1,10}”|‘[^’‘\n]{1,10}’|\"[^\"\n]{1,10}\"|「[^」\n]{1,10}」")
_TITLE = re.compile(r"《[^》《\n]{1,80}》")
_RESPECTIVELY = re.compile(
    r"分别(?:增长|下降|提高|降低|增加|减少|完成|实现|同比增长|同比下降|上升|减|增)?(?:了|为|达到?|是|有|占)?"
)
_LONGEST_SUBJECT = 40
_HIGHER = re.compile(r"(?<!最)([高低快慢])(?:出|了|约)?\Z")
_JOINTS = frozenset({"、", "和", "及", "与", "，", "以及", ""})
_SPENT = frozenset({"资金", "投入", "投资", "经费", "财政资金", "各类资金", "专项资金"})
_NOT_LATIN_UNIT = re.compile(r"[A-Za-z]")

Item = Quantity | Coverage | Refusal | tuple[int, int, tuple[Decimal, ...]]


def extract(text: str, lexicon: Lexicon) -> list[Claim]:
    """Every numeral expression and coverage word of `text`, claims and non-claims, in order of their place.

    text     any text; line ends may be of any kind
    lexicon  units and words, `youju.specs.lexicon.load_lexicon`
    returns  claims with interval, unit, subject, scope, period and change; for every one text == text[start:end];
             they never overlap
    source   docs/algorithms/claims.md; time grows linearly with the length of the text
    """
    plain = narrow(text)
    grammar = grammar_of(lexicon)
    items = _Scan(plain, grammar).items()
    return _Described(text, plain, grammar).claims(items)


class _Scan:
    """The items of one text, in order."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar
        self.found: list[Item] = []
        self.quotes = [found.span() for found in _QUOTED.finditer(text)]
        self.titles = [found.span() for found in _TITLE.finditer(text)]
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
        start, end = (item[0], item[1]) if isinstance(item, tuple) else (item.start, item.end)
        if self.found:
            last = self.found[-1]
            last_end = last[1] if isinstance(last, tuple) else last.end
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
            return self._take((at, ratio.end(), values), at)
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
        if name := self.grammar.name_at(text, at):
            return self._take(Refusal(*name, "name-part", "name.listed"), at)
        if found := list_number(text, at):
            return self._take(found, at)
        if half := half_at(text, at):
            return self._take(half, at)
        if zero := zero_at(text, at):
            return self._take(zero, at)
        if refused := refused_han(text, at):
            return self._take(refused, at)
        if quoted := self._enclosed(at, None):
            return self._take(quoted, at)
        quantity = quantity_at(text, at, self.grammar)
        if quantity is None:
            return _skip_numerals(text, at)
        return self._take(judged_single(text, at, quantity, self.grammar), at)

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
        if quote is None or (
            quantity is not None and quantity.kind in {"money", "percent", "mass", "percent_point"}
        ):
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


class _Described:
    """Items turned into claims, each with what its clause and what stands before say about it."""

    def __init__(self, text: str, plain: str, grammar: Grammar) -> None:
        self.text = text
        self.plain = plain
        self.attributes = Attributes(plain, grammar)
        self.surroundings = Surroundings(plain)
        self.out: list[Claim] = []
        self.sentence = -1
        self.subject = ""
        self.level_subject = ""
        self.change: Change = ""
        self.previous_end = 0
        self.listed: list[str] = []

    def claims(self, items: list[Item]) -> list[Claim]:
        for item in items:
            if isinstance(item, Refusal):
                self._refuse(item.start, item.end, item.kind, item.rule)
            elif isinstance(item, tuple):
                self._ratio(item)
            elif item.refused is not None:
                self._refuse(item.start, item.end, item.refused, item.rule)
            elif isinstance(item, Coverage):
                self._coverage(item)
            else:
                self._quantity(item)
        return self.out

    def _refuse(self, start: int, end: int, kind: Kind | NonClaimKind, rule: str) -> None:
        self.out.append(Claim(start, end, self.text[start:end], is_claim=False, kind=kind, rule=rule))
        if kind in {"list-number", "doc-no", "phone"} or rule == "ordinal.shi":
            self.previous_end = max(self.previous_end, end)

    def _emit(self, start: int, end: int, kind: Kind, value: Value, rule: str, words: str) -> None:
        sentence = self.attributes.sentence_start(start)
        paragraph = self.attributes.paragraph_start(start)
        self.out.append(
            Claim(
                start,
                end,
                self.text[start:end],
                is_claim=True,
                kind=kind,
                value=value,
                subject=self.subject,
                scope=self.surroundings.scope(start, sentence, paragraph),
                period=self.surroundings.period(start, sentence, paragraph),
                change=self.change,
                rate=rate_of(words),
                each=is_each(words),
                rule=rule,
            )
        )
        self.previous_end = end

    def _quantity(self, item: Quantity) -> None:
        words = self._words(item.start)
        joined = words.strip() in _JOINTS and self.out and self.out[-1].is_claim and words.strip() != ""
        if not joined:
            self.listed = self._list_of(words, item.start)
            self.change = self._change_of(item, words)
        self._set_subject(item, words, joined=bool(joined))
        self._emit(item.start, item.end, item.kind, item.value, item.rule, words)
        if not self.change:
            self.level_subject = self.subject

    def _change_of(self, item: Quantity, words: str) -> Change:
        if item.kind in {"percent_point", "ratio", "percent"} and (found := _HIGHER.search(words[-4:])):
            return "up" if found[1] in "高快" else "down"
        return self.attributes.change(words)

    def _words(self, start: int) -> str:
        sentence = self.attributes.sentence_start(start)
        if sentence != self.sentence:
            self.sentence = sentence
            self.subject = self.level_subject = ""
            self.change = ""
            self.listed = []
        return self.attributes.before(start, self.previous_end)

    def _list_of(self, words: str, start: int) -> list[str]:
        """A、B、C分别为: the nouns to hand out in order."""
        found = _RESPECTIVELY.search(words)
        if found is None:
            return []
        named = self.attributes.noun_before(words[: found.start()])
        if not named:
            clause = self.attributes.clause_start(self.attributes.clause_start(start) - 1)
            named = self.attributes.noun_before(
                self.plain[max(clause, start - 60) : self.attributes.clause_start(start) - 1]
            )
        return [part for part in re.split(r"[、和及与]", named) if part]

    def _set_subject(self, item: Quantity, words: str, *, joined: bool) -> None:
        if self.listed:
            self.subject = self.listed.pop(0) if len(self.listed) > 1 else self.listed[0]
            return
        attributes = self.attributes
        noun = attributes.noun_before(words)
        after = attributes.noun_after(item.end, item.kind)
        if after and (item.kind == "count" or not noun or self.plain.startswith("的", item.end)):
            self.subject = after
            return
        if (
            item.kind == "money"
            and (not noun or noun in _SPENT)
            and (spent := attributes.object_after(item.end))
        ):
            self.subject = spent
            return
        if noun:
            self.subject = noun if item.kind != "percent" else noun + self._share_of(item)
            return
        if item.value.unit and item.kind == "count" and self._stands_alone(item, words, joined=joined):
            self.subject = item.value.unit
            return
        if self.change:
            self.subject = self.level_subject or self._previous_clause(item.start) or self.subject
        elif not (joined and self.subject):
            self.subject = (
                self.level_subject
                or self.subject
                or attributes.verb_before(words)
                or self._previous_clause(item.start)
            )

    def _share_of(self, item: Quantity) -> str:
        """三分之二以上完成改厕: what the share did belongs to what it is a share of."""
        end = self.attributes.clause_end(item.end)
        after = self.plain[item.end : min(end, item.end + 16)].lstrip(" ")
        done = item.rule.startswith(("fraction", "approx")) and after[:2] in self.attributes.grammar.verbs
        return after if done else ""

    def _stands_alone(self, item: Quantity, words: str, *, joined: bool) -> bool:
        """5镇、1乡 name what they count; so does 20余户 after 19个屯."""
        found = self.attributes.grammar.units.get(item.value.unit)
        if found is not None and found.noun:
            return True
        other = (
            bool(self.out)
            and self.out[-1].value is not None
            and self.out[-1].value.norm_unit != item.value.norm_unit
        )
        return joined and other and words.strip() == "、" and item.value.norm_unit in {"户", "人"}

    def _previous_clause(self, start: int) -> str:
        """增长9%, alone in its clause, is about what the clause before it names."""
        end = self.attributes.clause_start(start) - 1
        for _ in range(2):
            if end <= 0:
                return ""
            begin = max(self.attributes.clause_start(end), end - 48)
            clause = self.plain[begin:end]
            number = next((index for index, char in enumerate(clause) if char.isdigit()), len(clause))
            noun = self.attributes.noun_before(clause[:number])
            if noun:
                return noun
            end = begin - 1
        return ""

    def _coverage(self, item: Coverage) -> None:
        words = self._words(item.start)
        self.change = "up" if item.kind == "ratio" else ""
        if item.kind == "coverage":
            clause_end = self.attributes.clause_end(item.end)
            after = self.plain[item.end : min(clause_end, item.end + 20)]
            before = re.sub(
                r"^.*[\d一二三四五六七八九十百千万多余][个名户家件项所座条人处]", "", words
            ).strip(" 、的已")
            self.subject = (self.attributes.noun_before(words) or before) + after.strip(" 、的")
            if (
                not words.strip()
                and self.out
                and self.out[-1].is_claim
                and self.out[-1].end >= self.attributes.clause_start(item.start)
            ):
                self.subject = (self.out[-1].subject + after.strip(" 、的"))[:_LONGEST_SUBJECT]
        else:
            named = self.attributes.noun_before(words)
            after = self.attributes.noun_after(item.end, "count") if item.kind == "count" else ""
            if item.rule == "coverage.many":
                after = (
                    after or self.plain[item.end : min(self.attributes.clause_end(item.end), item.end + 12)]
                )
            self.subject = after or named or self.level_subject or self._previous_clause(item.start)
        value = Value(item.interval, None, None, item.unit, item.unit, qualifiers=item.words)
        self._emit(item.start, item.end, item.kind, value, item.rule, words)

    def _ratio(self, item: tuple[int, int, tuple[Decimal, ...]]) -> None:
        start, end, values = item
        words = self._words(start)
        self.change = ""
        self.subject = self.attributes.noun_before(words) or self.subject or self._previous_clause(start)
        value = Value(Interval(None, None), None, None, "", "", values=values)
        self._emit(start, end, "ratio", value, "ratio.list", words)
