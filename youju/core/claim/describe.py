"""Items found in a text turned into claims: each with what its clause, and what stands before it, say about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from youju.core.claim.attributes import Attributes, Surroundings, is_each, rate_of
from youju.core.claim.coverage import Coverage
from youju.core.claim.grammar import Grammar
from youju.core.claim.model import Change, Claim, Kind, NonClaimKind, Value
from youju.core.claim.quantities import Quantity
from youju.core.claim.refusals import Refusal
from youju.core.zh.interval import Interval

_RESPECTIVELY = re.compile(
    r"分别(?:同比)?(?:增长|下降|提高|降低|增加|减少|完成|实现|上升|提升|减|增|占)?(?:了|为|达到?|是|有|占)?[约近超]?\s?\Z"
)
_JOINTS = frozenset({"、", "和", "及", "与", "，", "以及", ","})
_SPENT = frozenset(
    ["资金", "投入", "投资", "经费", "财政资金", "各类资金", "专项资金", "项目资金", "投入资金"]
)
_HIGHER = re.compile(r"(?<!最)([高低快慢多少])(?:出|了|约)?\Z")
_COMPARING = re.compile(r"同比|环比|比上年|较上年|也|均|各")
_UP_TO_NUMBER = re.compile(r"[^\d]*")
_LIST_RUN = re.compile(r"[^，。；：\n]{0,80}")
_LIST_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_AND = re.compile(r"[、和及与]")
_COUNTED = re.compile(r"^.*[\d一二三四五六七八九十百千万多余][个名户家件项所座条人处]")
_SHARE = re.compile(r"(?:占|完成|为)[^，。；]{0,14}(?<=[占划算标务数积口额资入程的])\Z")
# 占全村总人口的86%, 完成全年任务的128%: a share of what the clause names, by what stood before
_OF_OTHER = re.compile(
    r"占(?!比)|为(?:年度|全年|调整|预算)|完成(?:全年|年度|年|预算|任务|目标|计划)[^，]{0,6}(?:任务|目标|计划|预算)"
)
_KEPT = re.compile(r"(?:无|未|没有|保持|获|荣获|蝉联|实现|只|不)[^，。；\n]{1,14}")
_EACH = re.compile(r"[^，。；]{2,}各[^，。；、\d]{0,3}\Z")
_NO_QUOTES = str.maketrans("", "", '“”‘’"')
_COMPARISON = re.compile(r"[\s，、]*(?:同)?(?:比|较)[^，。；]*\Z")
_HOUSEHOLDS = re.compile(r"[一-鿿]{1,8}户")
_REGION = re.compile(r"(?:地区|流域|[县市镇乡村省区]|上游|下游)\Z")
_QUANTIFIER = re.compile(r"所有|全部|均|都(?!市)|已经|已|了")
_COUNTED_KINDS = frozenset({"count", "money", "mass", "measure"})
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
        self.surroundings = Surroundings(plain)
        self.out: list[Claim] = []
        self.previous_end = 0
        self.sentence = -1
        self.subject = ""
        self.change: Change = ""
        self.levels: list[tuple[str, str]] = []
        self.listed: list[str] = []
        self.base = ""  # of 收回53张: what was taken back, without the verb

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
                subject=self.subject.translate(_NO_QUOTES)[:_LONGEST_SUBJECT],
                scope=self.surroundings.scope(start, self.attributes.clause_start(start)),
                period=self.surroundings.period(start, self.attributes.sentence_start(start)),
                change=self.change,
                rate=rate_of(words),
                each=is_each(words),
                rule=rule,
            )
        )
        if not isinstance(item, Coverage):
            self.previous_end = end

    def _words(self, start: int) -> str:
        """The words before a figure in its clause; a new sentence begins with nothing carried."""
        sentence = self.attributes.stop_start(start)
        if sentence != self.sentence:
            self.sentence = sentence
            self.subject = ""
            self.change = ""
            self.levels = []
            self.listed = []
        return self.attributes.before(start, self.previous_end)

    def _quantity(self, item: Quantity) -> None:
        words = self._words(item.start)
        joined = words.strip() in _JOINTS and bool(self.out) and self.out[-1].is_claim
        if not joined:
            self.listed = self._list_before(words, item.start)
            self.change = self._change(item, words)
        if self.listed:
            self.subject = self.listed.pop(0) if len(self.listed) > 1 else self.listed[0]
        else:
            self.subject = self._subject(item, words, joined=joined)
        self._emit(item, item.kind, item.value, item.rule, words)
        if not self.change:
            self.levels.append((self.base or self.subject, item.value.norm_unit))
        self.base = ""

    def _change(self, item: Quantity, words: str) -> Change:
        if item.kind in {"percent_point", "ratio", "percent"} and (found := _HIGHER.search(words[-4:])):
            return "up" if found[1] in "高快多" else "down"
        return "" if item.value.unit == "‰" else self.attributes.change(words)

    def _list_before(self, words: str, start: int) -> list[str]:
        """A、B、C分别为: the nouns to hand out in order; without nouns, those of the figures just before."""
        found = _RESPECTIVELY.search(words)
        if found is None:
            return []
        attributes = self.attributes
        named = _COMPARING.sub("", words[: found.start()]).strip(" 、，")
        if not named:
            run = _LIST_RUN.match(self.plain, start)
            wanted = len(_LIST_NUMBER.findall(run[0])) if run else 0
            if 1 < wanted <= len(self.levels):
                return [subject for subject, _ in self.levels[-wanted:]]
            end = attributes.clause_start(start) - 1
            before = self.plain[max(attributes.clause_start(end), start - 60, 0) : max(end, 0)]
            upto = _UP_TO_NUMBER.match(before)
            named = upto[0] if upto else ""
        parts = [part for part in _AND.split(named) if part.strip()]
        if len(parts) < 2:
            noun = attributes.noun_before(named)
            return [noun] if noun else []
        first, last = attributes.noun_before(parts[0]), attributes.noun_before(parts[-1])
        return [first or parts[0], *parts[1:-1], last or parts[-1]]

    def _subject(self, item: Quantity, words: str, *, joined: bool) -> str:
        """The noun after the unit or before the number, else what the sentence has been about."""
        # 购买车辆和15万购买垃圾桶: what stands before 和 belongs to the figure before it
        behind = words.rstrip().endswith(("和", "及", "与", "并")) and self.previous_end > 0
        behind = behind or (self.change != "" and bool(self.levels) and _COMPARISON.match(words) is not None)
        noun = "" if behind else self.attributes.noun_before(words)
        named = self._named_after(item, words, noun)
        if named:
            return named
        if noun:
            return self._share(noun, words, item) if item.kind == "percent" else noun
        return self._carried(item, words, joined=joined)

    def _named_after(self, item: Quantity, words: str, noun: str) -> str:
        """What follows the unit: 3名党员, 93人死亡, 15万购买垃圾桶; 5镇 names itself, and so do 218户545人."""
        attributes, unit = self.attributes, item.value.norm_unit
        after = attributes.noun_after(item.end, item.kind)
        if after:
            if noun and _EACH.search(words):
                return noun + after  # 派出所、学校各派2名骨干: whose
            return after if item.kind == "count" or not noun else ""
        if item.kind == "money" and (not noun or noun in _SPENT):
            return attributes.object_after(item.end)
        if item.kind != "count":
            return ""
        if (not noun or (unit == "人" and _REGION.search(noun))) and (
            state := attributes.state_after(item.end)
        ):
            return state
        if self._is_noun(item):
            return item.value.unit
        if unit == "人" and not words.strip() and self._follows_households():
            return self.subject + "人口" if self.subject.endswith("户") and len(self.subject) > 1 else "人口"
        return ""

    def _share(self, noun: str, words: str, item: Quantity) -> str:
        """占全村总人口的86% is a share of what stood before, 满意率98% is what it says."""
        of_other = _OF_OTHER.match(words.strip())
        if of_other is None:
            return noun + self._done_by_share(item)
        return (self._level() or self.subject or noun) + ("占比" if of_other[0][0] == "占" else "完成率")

    def _carried(self, item: Quantity, words: str, *, joined: bool) -> str:
        """The subject of a figure without a noun of its own: the verb's, the level's before it, the last clause's."""
        unit, level = item.value.norm_unit, self._level()
        if unit in {"户", "人"} and self._stands_alone(words, unit, joined=joined):
            return unit
        if unit == "户" and (named := _HOUSEHOLDS.match(level or self.subject)):
            return named[0]
        if item.kind == "duration" and words.endswith("连续"):
            return self._kept_up(item) or level
        if item.kind == "percent" and (share := _SHARE.search(words)):
            return (level or self.subject) + ("占比" if share[0][0] == "占" else "完成率")
        if item.kind == "percent" and level and (done := self._done_by_share(item)):
            return level + done
        if self.change:
            return level or self._previous_clause(item.start) or self.subject
        if item.kind in _COUNTED_KINDS and (verb := self.attributes.verb_before(words)):
            self.base = next((subject for subject, other in reversed(self.levels) if other == unit), "")
            return verb + self.base
        if joined and self.subject:
            return self.subject
        return level or self.subject or self._previous_clause(item.start)

    def _level(self) -> str:
        """What the last figure of the sentence that is no change was about."""
        return self.levels[-1][0] if self.levels else ""

    def _kept_up(self, item: Quantity) -> str:
        """连续10年无事故: what was kept up that long."""
        found = _KEPT.match(self.plain, item.end)
        return found[0] if found else ""

    def _is_noun(self, item: Quantity) -> bool:
        """5镇、1乡 name what they count."""
        found = self.attributes.grammar.units.get(item.value.unit)
        return found is not None and found.noun and found.norm != "人"

    def _follows_households(self) -> bool:
        """218户545人: the people of those households."""
        return bool(self.out) and self.out[-1].value is not None and self.out[-1].value.norm_unit == "户"

    def _stands_alone(self, words: str, unit: str, *, joined: bool) -> bool:
        """20余户 after 19个屯, and 全村共272户, name what they count."""
        if not self.subject or (
            unit == "户" and "户" not in self.subject and self.subject not in self.attributes.grammar.nounish
        ):
            return True
        last = self.out[-1].value if self.out else None
        return joined and words.strip() == "、" and last is not None and last.norm_unit != unit

    def _done_by_share(self, item: Quantity) -> str:
        """三分之二以上完成改厕: what the share did belongs to what it is a share of."""
        end = self.attributes.clause_end(item.end)
        after = self.plain[item.end : min(end, item.end + 16)].lstrip(" ")
        done = item.rule.startswith(("fraction", "approx")) and self._did_something(after[:2])
        return after if done else ""

    def _did_something(self, verb: str) -> bool:
        grammar = self.attributes.grammar
        return verb in grammar.verbs and verb not in grammar.up_words and verb not in grammar.down_words

    def _previous_clause(self, start: int) -> str:
        """增长9%, alone in its clause, is about what the clause before it names."""
        end = self.attributes.clause_start(start) - 1
        for _ in range(2):
            if end <= 0:
                return ""
            begin = max(self.attributes.clause_start(end), end - 48)
            upto = _UP_TO_NUMBER.match(self.plain, begin, end)
            if upto and (noun := self.attributes.noun_before(upto[0])):
                return noun
            end = begin - 1
        return ""

    def _coverage(self, item: Coverage) -> None:
        words = self._words(item.start)
        self.change = "up" if item.kind == "ratio" else ""
        attributes = self.attributes
        end = attributes.clause_end(item.end)
        if item.kind == "coverage":
            after = _QUANTIFIER.sub("", self.plain[item.end : min(end, item.end + 20)]).strip(" 、的")
            before = attributes.noun_before(_QUANTIFIER.sub("", words)) or _COUNTED.sub("", words).strip(
                " 、的已"
            )
            last = self.out[-1] if self.out else None
            if (
                not before
                and last is not None
                and last.is_claim
                and last.end >= attributes.clause_start(item.start)
            ):
                before = last.subject
            self.subject = before + after
        elif item.rule in {"coverage.many", "coverage.none", "coverage.zero"}:
            named = attributes.noun_after(item.end, "count") or self.plain[item.end : min(end, item.end + 12)]
            self.subject = named.strip() or attributes.noun_before(words)
        else:
            named = attributes.noun_after(item.end, "count") if item.kind == "count" else ""
            level = self.levels[-1][0] if self.levels else ""
            self.subject = (
                named or attributes.noun_before(words) or level or self._previous_clause(item.start)
            )
        value = Value(item.interval, None, item.unit, item.unit, qualifiers=item.words)
        self._emit(item, item.kind, value, item.rule, words)

    def _ratio(self, item: Ratio) -> None:
        words = self._words(item.start)
        self.change = ""
        self.subject = self.attributes.noun_before(words) or self.subject or self._previous_clause(item.start)
        value = Value(Interval(None, None), values=item.values)
        self._emit(item, "ratio", value, "ratio.list", words)
