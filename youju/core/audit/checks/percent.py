"""Percentages, 百分点, 倍 and differences worked out again where both figures stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from youju.core.audit.check import Check, Slip
from youju.core.audit.checks.compare import (
    AMOUNTS,
    HUNDRED,
    LEVELS,
    alike,
    check_change,
    check_difference,
    fits,
    same,
    wrong,
)
from youju.core.audit.checks.shares import over_hundred, rates, rates_of_before, rest, shares, shares_of_one
from youju.core.audit.checks.sums import closed_bounds
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

_FROM = re.compile(r"(?:由|从)[^，。；]{0,14}\Z")
_TO_UP = re.compile(
    r"(?:提高|提升|上升|增长|增加|增|升|扩大|上涨|涨|发展)(?:到|至|为)[了]?(?:[^，。；0-9]{0,8})\Z"
)
_TO_DOWN = re.compile(
    r"(?:下降|降低|减少|缩减|压缩|压减|减|降|缩短|回落|跌)(?:到|至|为)[了]?(?:[^，。；0-9]{0,8})\Z"
)
_TO = re.compile(r"(?:到|至|为)[^，。；0-9]{0,8}\Z")
_BEFORE = r"(?:去年|上年度?|上一年|上学年|上季度|上个?月|前年)(?:同期)?|同期"
_YEAR_BEFORE = re.compile(_BEFORE)
_BASE = re.compile(rf"(?:{_BEFORE})[^，。；、0-9]{{0,10}}\Z")
_BARE_BASE = re.compile(rf"[，；（(]?(?:而|比|较|为)?(?:{_BEFORE})(?:的|为|是|仅|只有|仅为|仅有|达)?\Z")
_GOAL = re.compile(r"预算|任务|目标|计划|指标|预期|占|应")
_OTHER_BASE = re.compile(r"环比|年均|累计|力争|目标|任务|占|较年初|比年初|预算|计划|与.{0,6}相比|高于|低于")
_VERB_ONLY = re.compile(
    r"[，,（(]?(?:同比|比上年|较上年|比去年|较去年|净)?(?:增加|增长|减少|下降|增收|减收|调增|调减|增产|减产|缩短|延长|提高|降低|压缩|上升|多|少|增|减)了?"
)
_IS_TIMES = re.compile(r"是[^，。；]{0,6}的\Z")
_SKIPPED = re.compile(r"可比|不变价|同口径|剔除|扣除|名义|实际增长|年均|翻|复合|按.{0,6}价格|环比折年")
_STRUCTURE = re.compile(r"结构|占比|比重|构成")
SHARE_ROUNDING = Decimal("0.1")
NEXT = 16  # characters between a figure and the change that is told of it
FARTHEST = 6  # claims between a level and the base that is named after it


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    for sentence in draft.sentences:
        claims = [claim for claim in draft.claims_in(sentence) if claim.value is not None]
        if not claims:
            continue
        yield from over_hundred(draft, claims)
        yield from _structures(draft, claims)
        if _SKIPPED.search(draft.text, sentence.start, sentence.end) is None:
            yield from shares(draft, claims)
            yield from rates_of_before(draft, claims)
        yield from rest(draft, claims)
        if len(claims) < 2:
            continue
        yield from _directions(draft, claims)
        if _SKIPPED.search(draft.text, sentence.start, sentence.end) is None:
            yield from _changes(draft, claims)
            yield from rates(draft, claims)
    for statement in draft.statements:
        yield from shares_of_one(draft, draft.claims_in(statement))


def _structures(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """三次产业结构 22.8:38.8:38.4 makes 100, within rounding."""
    for claim in claims:
        if claim.value is None or len(claim.value.values) < 2:
            continue
        if not _STRUCTURE.search(draft.text, max(0, claim.start - 24), claim.start):
            continue
        total = sum(claim.value.values, Decimal(0))
        off = abs(total - HUNDRED)
        if SHARE_ROUNDING * len(claim.value.values) < off <= 10:
            yield Slip(
                claim.start, claim.end, f"结构各项相加是{total.normalize():f}，不是100。", "核对各项占比。"
            )


def _directions(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """由45%提高到40%."""
    for base, level in pairwise(claims):
        if not _is_pair(draft, base, level):
            continue
        between = draft.text[base.end : level.start]
        up, down = _TO_UP.search(between), _TO_DOWN.search(between)
        if base.value is None or level.value is None or bool(up) == bool(down):
            continue
        first, second = base.value.number, level.value.number
        if first is None or second is None or first == second or (second > first) == bool(up):
            continue
        verb = "增加" if up else "减少"
        yield Slip(
            base.start,
            level.end,
            f"从“{base.text}”到“{level.text}”不是{verb}。",
            "核对前后两个数，或改动词。",
        )


def _changes(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """由A增加到B，增长P%; B，比上年的A增加D; B，增长P%，上年同期为A; 上年A，今年B，增长P%."""
    for base, level in _pairs(draft, claims):
        low, high = sorted((base, level))
        told = [each for each in range(low + 1, high) if claims[each].change]
        told += _following(draft, claims, high)
        for each in told:
            yield from check_change(claims[each], claims[base], claims[level])
    for at in range(2, len(claims)):
        one, two, change = claims[at - 2 : at + 1]
        if change.start - two.end > NEXT or two.start - one.end > 24 or not same(one, two):
            continue
        if not change.change:
            yield from _check_multiple(draft, change, one, two)
        elif two.change == change.change and not one.change and change.kind == "percent":
            based = _BASE.search(draft.text[max(0, one.start - 16) : one.start]) is not None
            yield from check_difference(change, one, two, based=based)


def _pairs(draft: Draft, claims: Sequence[Claim]) -> Iterator[tuple[int, int]]:
    """Places in `claims` of a base and of the level it grew to."""
    for at, claim in enumerate(claims):
        if claim.kind not in LEVELS or claim.change:
            continue
        if at + 1 < len(claims) and _is_pair(draft, claim, claims[at + 1]):
            if claims[at + 1].start - claim.end <= 24:
                yield at, at + 1
            continue
        left = claims[at - 1].end if at else draft.sentence_at(claim.start).start
        led = draft.text[max(left, claim.start - 24) : claim.start]
        if not _BASE.search(led) or _FROM.search(led):
            continue
        level = _level_before(draft, claims, at, bare=bool(_BARE_BASE.search(led)))
        if level is None and at + 1 < len(claims) and _is_year_pair(draft, claim, claims[at + 1]):
            level = at + 1
        if level is not None:
            yield at, level


def _level_before(draft: Draft, claims: Sequence[Claim], base: int, *, bare: bool) -> int | None:
    """The level that a base named after it belongs to: the nearest of its kind that is no change and no goal.

    bare  nothing but 上年同期为 stands before the base, so it is of the same thing
    """
    for at in range(base - 1, max(-1, base - 1 - FARTHEST), -1):
        claim = claims[at]
        if claim.change or not same(claim, claims[base]):
            continue
        left = claims[at - 1].end if at else draft.sentence_at(claim.start).start
        led = draft.text[max(left, claim.start - 16) : claim.start]
        if _GOAL.search(led):
            continue
        if _BASE.search(led) or not (bare or alike(claim.subject, claims[base].subject)):
            return None
        between = claims[at + 1 : base]
        # Figures of other matters in between make it unclear what was compared.
        if any(not each.change and same(each, claim) and not _goal(draft, each) for each in between):
            return None
        return at
    return None


def _goal(draft: Draft, claim: Claim) -> bool:
    return _GOAL.search(draft.text, max(0, claim.start - 10), claim.start) is not None


def _following(draft: Draft, claims: Sequence[Claim], at: int) -> Iterator[int]:
    """The changes told right after a figure."""
    end = claims[at].end
    for each in range(at + 1, min(len(claims), at + 3)):
        claim = claims[each]
        between = draft.text[end : claim.start]
        if (
            not claim.change
            or claim.start - end > NEXT
            or re.search("[；;、：:]", between)
            or _OTHER_BASE.search(between)
        ):
            return
        # 增加312万元，其中专项增加182万元: an amount is of the figure only when it has no noun of its own.
        if claim.kind in AMOUNTS and not _VERB_ONLY.fullmatch(between):
            return
        yield each
        end = claim.end


def _check_multiple(draft: Draft, multiple: Claim, one: Claim, two: Claim) -> Iterator[Slip]:
    """去年A，今年B，是去年的N倍."""
    if (
        multiple.kind != "ratio"
        or "倍" not in multiple.text
        or not _IS_TIMES.search(draft.text, two.end, multiple.start)
    ):
        return
    base, level = (one, two) if _is_year_pair(draft, one, two) else (two, one)
    before, after = closed_bounds(base), closed_bounds(level)
    if not _is_year_pair(draft, base, level) or before is None or after is None or before[0] <= 0:
        return
    low, high = after[0] / before[1], after[1] / before[0]
    if not fits(multiple, low, high):
        yield wrong(
            multiple, (low + high) / 2, "倍", (Span(base.start, base.end), Span(level.start, level.end))
        )


def _is_pair(draft: Draft, base: Claim, level: Claim) -> bool:
    """由A…到B."""
    if not same(base, level) or level.change:
        return False
    before = draft.text[max(draft.clause_at(base.start).start, base.start - 16) : base.start]
    return _FROM.search(before) is not None and _TO.search(draft.text[base.end : level.start]) is not None


def _is_year_pair(draft: Draft, base: Claim, level: Claim) -> bool:
    """上年A, then B of the same thing."""
    if not same(base, level) or base.change or level.change:
        return False
    before = draft.text[max(draft.clause_at(base.start).start, base.start - 12) : base.start]
    between = draft.text[base.end : level.start]
    if base.start > level.start:
        between = draft.text[level.end : base.start]
        return _YEAR_BEFORE.search(between) is not None and alike(base.subject, level.subject)
    return (
        _YEAR_BEFORE.search(before) is not None
        and _YEAR_BEFORE.search(between) is None
        and alike(base.subject, level.subject)
    )


CHECK = Check(
    "percent",
    "比率计算有误",
    "百分比、百分点、倍数、增减数与文中的两个数算不上；比率超过100%；增减方向相反。",
    "warning",
    _run,
    needs="claims",
)
