"""Items found in a text turned into claims: each with what its clause, and what stands before it, say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from youju.core.claim.attributes import Attributes, is_each, rate_of
from youju.core.claim.coverage import Coverage
from youju.core.claim.grammar import Grammar
from youju.core.claim.model import Claim, Kind, NonClaimKind, Value
from youju.core.claim.quantities import Quantity
from youju.core.claim.refusals import Refusal
from youju.core.claim.subjects import Subjects
from youju.core.claim.surroundings import Surroundings
from youju.core.zh.interval import Interval

_COUNTED = re.compile(r"^.*[\d一二三四五六七八九十百千万多余][个名户家件项所座条人处]")
_NO_QUOTES = str.maketrans("", "", '“”‘’"')
_QUANTIFIER = re.compile(r"所有|全部|均|都(?!市)|已经|已|了")
# 于4月底通过一卡通全部发放, 根据要求全部拨付: how, not what
_BY_WHICH = re.compile(
    r"^(?:(?:于|在)[^，。；]{2,10}[日月底年前])?(?:通过|根据|按照|依据|经由?)[^，。；]{2,24}\Z|^于[^，。；]{2,12}日\Z"
)
_LONGEST_SUBJECT = 40
# Behind these nothing of the words before belongs to the next figure.
_CUTTING: frozenset[NonClaimKind | Kind] = frozenset({"list-number", "doc-no", "phone"})


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio list: 11.7︰48.5︰39.8."""

    start: int
    end: int
    values: tuple[Decimal, ...]


Item = Quantity | Coverage | Refusal | Ratio


class Described:
    """The claims of one text, made in order; what a sentence is about is carried along."""

    def __init__(self, text: str, plain: str, grammar: Grammar) -> None:
        self.text = text
        self.plain = plain
        self.attributes = Attributes(plain, grammar)
        self.surroundings = Surroundings(plain, grammar)
        self.out: list[Claim] = []
        self.previous_end = 0
        self.thread = Subjects(plain, self.attributes, self.out)

    def claims(self, items: list[Item]) -> list[Claim]:
        """The items as claims and non-claims."""
        for item in items:
            if isinstance(item, Refusal):
                self._refuse(item.start, item.end, item.kind, item.rule)
            elif isinstance(item, Ratio):
                self._ratio(item)
            elif item.refused is not None:
                self._refuse(item.start, item.end, item.refused, item.rule)
            elif isinstance(item, Coverage):
                self._coverage(item)
            else:
                self._quantity(item)
        return self.out

    def _refuse(self, start: int, end: int, kind: NonClaimKind, rule: str) -> None:
        self.out.append(Claim(start, end, self.text[start:end], is_claim=False, kind=kind, rule=rule))
        if kind in _CUTTING or rule == "ordinal.shi":
            self.previous_end = end

    def _emit(
        self, item: Quantity | Coverage | Ratio, kind: Kind, value: Value, rule: str, words: str
    ) -> None:
        start, end = item.start, item.end
        self.out.append(
            Claim(
                start,
                end,
                self.text[start:end],
                is_claim=True,
                kind=kind,
                value=value,
                subject=self.thread.subject.translate(_NO_QUOTES)[:_LONGEST_SUBJECT],
                scope=self.surroundings.scope(start, self.attributes.clause_start(start)),
                period=self.surroundings.period(start, self.attributes.sentence_start(start)),
                change=self.thread.change,
                rate=rate_of(words),
                each=is_each(words),
                rule=rule,
            )
        )
        if not isinstance(item, Coverage):
            self.previous_end = end

    def _words(self, start: int) -> str:
        """The words before a figure in its clause."""
        self.thread.begin(self.attributes.stop_start(start))
        return self.attributes.before(start, self.previous_end)

    def _quantity(self, item: Quantity) -> None:
        words = self._words(item.start)
        self.thread.next(item, words)
        self._emit(item, item.kind, item.value, item.rule, words)

    def _coverage(self, item: Coverage) -> None:
        words = self._words(item.start)
        self.thread.change = "up" if item.kind == "ratio" else ""
        attributes = self.attributes
        end = attributes.clause_end(item.end)
        if item.kind == "coverage":
            after = _QUANTIFIER.sub("", self.plain[item.end : min(end, item.end + 20)]).strip(" 、的")
            said = _BY_WHICH.sub("", _QUANTIFIER.sub("", words))
            before = attributes.noun_before(said)
            if before and len(said) == len(before) + 2 and said.endswith(before) and said[0] in "参在受应":
                before = said  # 参训妇女全部: which of them
            before = before or _BY_WHICH.sub("", _COUNTED.sub("", words)).strip(" 、的已")
            last = self.out[-1] if self.out else None
            if (
                not before
                and last is not None
                and last.is_claim
                and last.end >= attributes.clause_start(item.start)
            ):
                before = last.subject
            if not before and item.start + 2 >= item.end and self.plain[item.start] in "全均都":
                before = self.thread.level_said()
            self.thread.subject = before + after
        elif item.rule == "coverage.zero" and item.end - item.start > 1:
            self.thread.subject = self.plain[item.start + 1 : item.end]
        elif item.rule in {"coverage.many", "coverage.none", "coverage.zero"}:
            named = (
                self.thread.after.noun(item.end, "count") or self.plain[item.end : min(end, item.end + 12)]
            )
            self.thread.subject = named.strip() or attributes.noun_before(words)
        else:
            named = self.thread.after.noun(item.end, "count") if item.kind == "count" else ""
            level = self.thread.levels[-1][0] if self.thread.levels else ""
            self.thread.subject = (
                named or attributes.noun_before(words) or level or self.thread.previous_clause(item.start)
            )
        value = Value(item.interval, None, item.unit, item.unit, qualifiers=item.words)
        self._emit(item, item.kind, value, item.rule, words)

    def _ratio(self, item: Ratio) -> None:
        words = self._words(item.start)
        self.thread.change = ""
        self.thread.subject = (
            self.attributes.noun_before(words)
            or self.thread.subject
            or self.thread.previous_clause(item.start)
        )
        value = Value(Interval(None, None), values=item.values)
        self._emit(item, "ratio", value, "ratio.list", words)
