"""Figures far outside what is usual, acts by somebody who may not do them, results without their base."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.audit.words import Bound, RatioNorm, Source
from youju.core.claim.model import Claim

_MASS = {"吨": Decimal(1000), "公斤": Decimal(1), "千克": Decimal(1), "斤": Decimal("0.5")}
_BETWEEN = 60  # characters between the part and its base: the same breath


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _run(draft: Draft, context: Context) -> Iterator[Slip]:
    for norm in context.words.ratios:
        bound = _in_force(norm, context)
        if bound is None:
            continue
        days = context.reported.period.days if context.reported is not None else 0
        if norm.per_day and not days:
            continue
        parts = [
            claim for claim in draft.claims if _is_of(claim, norm.part, draft) and _part_unit(claim, norm)
        ]
        if not parts:
            continue
        bases = [
            claim
            for claim in draft.claims
            if claim.value is not None
            and claim.value.norm_unit in norm.per_unit
            and claim.value.interval.is_exact
            and claim.value.interval.low
            and _is_of(claim, norm.per, draft)
        ]
        starts = [base.start for base in bases]
        for part in parts:
            if part.rate:
                if not norm.per_day and any(word in part.rate or word in part.subject for word in norm.per):
                    yield from _compare(norm, bound, part, None, days)
                continue
            low = bisect_left(starts, part.start - _BETWEEN)
            near = [
                base for base in bases[low : bisect_right(starts, part.start + _BETWEEN)] if base is not part
            ]
            base = min(near, key=lambda each: abs(each.start - part.start)) if near else None
            if base is not None:
                yield from _compare(norm, bound, part, base, days)


def _compare(norm: RatioNorm, bound: Bound, part: Claim, base: Claim | None, days: int) -> Iterator[Slip]:
    """What one has of the other is outside the bound.

    base  None when the part is said for each already
    """
    assert part.value is not None
    interval = part.value.interval
    factor = _part_unit(part, norm) or Decimal(1)
    count = base.value.interval.low if base is not None and base.value is not None else None
    divisor = (count or Decimal(1)) * (days if norm.per_day else 1)
    low = interval.low * factor / divisor if interval.low is not None else None
    high = interval.high * factor / divisor if interval.high is not None else None
    per = f"每{base.value.unit if base is not None and base.value is not None else '个'}{'每天' if norm.per_day else ''}"
    if bound.low is not None and high is not None and high < bound.low:
        verdict = f"约{_show(high)}{norm.part_unit}，少于{bound.low.normalize():f}{norm.part_unit}"
    elif bound.high is not None and low is not None and low > bound.high:
        verdict = f"约{_show(low)}{norm.part_unit}，多于{bound.high.normalize():f}{norm.part_unit}"
    else:
        return
    yield Slip(
        part.start,
        part.end,
        f"{norm.title}：按文中的数，{per}{verdict}。{cited(bound.source)}",
        "核对两个数，或写明口径（例如是新增还是总数）。",
        related=(Span(base.start, base.end),) if base is not None else (),
    )


def _in_force(norm: RatioNorm, context: Context) -> Bound | None:
    day = context.reported.period.last if context.reported is not None else context.today
    dated = [bound for bound in norm.bounds if day is None or bound.since <= day]
    return dated[-1] if dated else None


def _part_unit(claim: Claim, norm: RatioNorm) -> Decimal | None:
    """How many of the norm's unit one of the claim's is; None when they do not compare."""
    if claim.value is None:
        return None
    unit = claim.value.norm_unit
    if unit == norm.part_unit:
        return Decimal(1)
    if unit in _MASS and norm.part_unit in _MASS:
        return _MASS[unit] / _MASS[norm.part_unit]
    return None


def _is_of(claim: Claim, words: tuple[str, ...], draft: Draft) -> bool:
    """The noun of the figure, or what stands right beside it, has one of the words."""
    beside = draft.text[max(0, claim.start - 8) : claim.start] + draft.text[claim.end : claim.end + 8]
    return any(word in claim.subject or word in beside for word in words)


def _run_actor(draft: Draft, context: Context) -> Iterator[Slip]:
    for norm in context.words.actors:
        for found in _compiled(norm.act).finditer(draft.text):
            clause = draft.clause_at(found.start())
            words = draft.slice(Span(clause.start, max(clause.end, found.end())))
            doer = _compiled(norm.not_by).search(words)
            if doer is None or (norm.unless and _compiled(norm.unless).search(words)):
                continue
            yield Slip(
                clause.start + doer.start(),
                clause.start + doer.end(),
                f"{norm.by}。{cited(norm.source)}",
                "核对由谁办理，改写这一句。",
                related=(Span(*found.span()),),
                group=norm.id,
            )


def _run_base(draft: Draft, context: Context) -> Iterator[Slip]:
    for norm in context.words.bases:
        if _compiled(norm.base).search(draft.text):
            continue
        for found in _compiled(norm.result).finditer(draft.text):
            sentence = draft.sentence_at(found.start())
            counted = [
                claim
                for claim in draft.claims_in(Span(found.end(), min(sentence.end, found.end() + 16)))
                if claim.kind == "count"
            ]
            if counted and not _has_whole(draft, sentence, counted[0]):
                yield Slip(
                    found.start(),
                    counted[0].end,
                    f"{norm.title}：只有成果数，没有基数。{cited(norm.source)}",
                    f"{norm.ask}。",
                    group=norm.id,
                )


def _has_whole(draft: Draft, sentence: Span, result: Claim) -> bool:
    """Whether the sentence tells another count of the unit before it, not smaller: 案件共3件，调处成功3件."""
    assert result.value is not None
    return any(
        claim.value is not None
        and claim.value.norm_unit == result.value.norm_unit
        and (claim.value.number or 0) >= (result.value.number or 0)
        for claim in draft.claims_in(Span(sentence.start, result.start))
    )


def cited(source: Source) -> str:
    """依据：…, with 未核实 where nobody has read it."""
    return f"依据：{source.text}{'' if source.verified else '（未核实）'}。"


def _show(number: Decimal) -> str:
    places = 0 if number >= 10 else 2
    return f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


RATIO = Check(
    "norm", "数值超出常规", "平均数明显高于或低于常规（可在参数中改）。", "note", _run, needs="claims"
)
ACTOR = Check("actor", "主体不符", "按法律或办法不由它来办的事。", "warning", _run_actor)
BASE = Check(
    "base", "缺少基数", "只写成功数、整改数，没有受理数、发现数。", "note", _run_base, needs="claims"
)
