"""Percentages, 百分点 and 倍 worked out again where both figures stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from youju.core.audit.check import Check, Slip
from youju.core.audit.checks.sums import closed_bounds, written_bounds
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

_AMOUNTS = frozenset({"count", "money", "mass", "measure", "percent"})
_FROM = re.compile(r"(?:由|从)[^，。；]{0,14}\Z")
_TO_UP = re.compile(
    r"(?:提高|提升|上升|增长|增加|增|升|扩大|上涨|涨)(?:到|至|为)[了]?(?:[^，。；0-9]{0,8})\Z"
)
_TO_DOWN = re.compile(
    r"(?:下降|降低|减少|缩减|压缩|压减|减|降|缩短|回落|跌)(?:到|至|为)[了]?(?:[^，。；0-9]{0,8})\Z"
)
_TO = re.compile(r"(?:到|至|为)[^，。；0-9]{0,8}\Z")
_SHARE = re.compile(r"占[^，。；0-9%]{0,14}(?:的|比|比重|比例)?(?:约|近|为|达)?\Z")
_YEAR_BEFORE = re.compile(r"去年|上年|上一年|同期")
_IS_TIMES = re.compile(r"是[^，。；]{0,6}的\Z")
_RATE = re.compile(
    r"(?:覆盖|合格|满意|入户|普及|知晓|参保|达标|受理|办结|化解|调解|调处|回访|及格|优良|签约|入学|巩固|处理|收集|出勤|到位|就业|脱贫|整改|安装|占有|自给|成活|绿化|森林覆盖|城镇化|硬化|入住|见警|破案|检出|接种|持证)率(?:达到|达|为|提高到|提升到|升至|保持在|稳定在|在|均为|均达)?[^，。；0-9]{0,4}\Z"
)
_SKIPPED = re.compile(r"可比|不变价|同口径|剔除|扣除|名义|实际增长|年均|翻|复合|按.{0,6}价格|环比折年")
_STRUCTURE = re.compile(r"结构|占比|比重|构成")
HUNDRED = Decimal(100)
SHARE_ROUNDING = Decimal("0.1")


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    for sentence in draft.sentences:
        claims = [claim for claim in draft.claims_in(sentence) if claim.value is not None]
        if not claims:
            continue
        yield from _over_hundred(draft, claims)
        yield from _structures(draft, claims)
        if len(claims) < 2:
            continue
        yield from _directions(draft, claims)
        if _SKIPPED.search(draft.text, sentence.start, sentence.end) is None:
            yield from _changes(draft, claims)
            yield from _shares(draft, claims)
            yield from _rates(draft, claims)


def _over_hundred(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """满意率102%: a share is never more than the whole."""
    for claim in claims:
        if claim.kind != "percent" or claim.change or claim.value is None or claim.value.number is None:
            continue
        if claim.value.number > HUNDRED and _RATE.search(draft.text, max(0, claim.start - 24), claim.start):
            yield Slip(
                claim.start,
                claim.end,
                f"“{claim.text}”超过100%，这一类比率最大是100%。",
                "核对分子、分母。",
                severity="error",
            )


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
    """由A增加到B，增长P%; B，比上年增加D，增长P%; 上年A，今年B，增长P%."""
    for at, change in enumerate(claims):
        if change.kind not in {"percent", "percent_point", "ratio"} or at < 2:
            continue
        one, two = claims[at - 2], claims[at - 1]
        if change.start - two.end > 16 or two.start - one.end > 24 or not _same(one, two):
            continue
        if not change.change:
            yield from _check_multiple(draft, change, one, two)
        elif _is_pair(draft, one, two) or _is_year_pair(draft, one, two):
            yield from _check(change, one, two)
        elif _is_year_pair(draft, two, one):
            yield from _check(change, two, one)
        elif two.change and not one.change and two.change == change.change and change.kind == "percent":
            yield from _check_difference(change, one, two)


def _check(change: Claim, base: Claim, level: Claim) -> Iterator[Slip]:
    """A change in per cent, in 百分点 or in 倍, from `base` to `level`."""
    before, after = closed_bounds(base), closed_bounds(level)
    if change.value is None or change.value.number is None or before is None or after is None:
        return
    related = (Span(base.start, base.end), Span(level.start, level.end))
    if base.kind == "percent":
        yield from _check_points(change, before, after, related)
    elif before[0] > 0 and change.kind == "percent":
        sign = 1 if change.change == "up" else -1
        low, high = sorted(
            (each - 1) * HUNDRED * sign for each in (after[0] / before[1], after[1] / before[0])
        )
        if not _fits(change, low, high):
            yield _wrong(change, (low + high) / 2, "%", related)
    elif before[0] > 0 and change.kind == "ratio" and "倍" in change.text and change.change == "up":
        low, high = after[0] / before[1], after[1] / before[0]
        if _fits(change, low, high) and not _fits(change, low - 1, high - 1):
            yield Slip(
                change.start,
                change.end,
                f"从“{base.text}”到“{level.text}”是原来的{change.text}，不是增长{change.text}。",
                f"改为“增长{_rounded((low + high) / 2 - 1)}倍”，或“是原来的{change.text}”。",
                related=related,
            )


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
    if not _fits(multiple, low, high):
        yield _wrong(
            multiple, (low + high) / 2, "倍", (Span(base.start, base.end), Span(level.start, level.end))
        )


def _check_points(
    change: Claim, before: tuple[Decimal, Decimal], after: tuple[Decimal, Decimal], related: tuple[Span, ...]
) -> Iterator[Slip]:
    """Two rates differ by 百分点; the same number with % is another statement."""
    sign = 1 if change.change == "up" else -1
    low, high = sorted(((after[0] - before[1]) * sign, (after[1] - before[0]) * sign))
    if change.kind == "percent" and _fits(change, low, high):
        yield Slip(
            change.start,
            change.end,
            f"两个百分数相减的差是百分点，“{change.text}”应写成百分点。",
            f"改为“{change.text.rstrip('%％')}个百分点”。",
            related=related,
        )
    elif change.kind == "percent_point" and not _fits(change, low, high):
        yield _wrong(change, (low + high) / 2, "个百分点", related)


def _check_difference(change: Claim, level: Claim, difference: Claim) -> Iterator[Slip]:
    """B，增加D，增长P%: the base is B less D."""
    after, grown = closed_bounds(level), closed_bounds(difference)
    if level.kind == "percent" or after is None or grown is None:
        return
    sign = 1 if change.change == "up" else -1
    least, most = sorted((after[0] - sign * grown[1], after[1] - sign * grown[0]))
    if least > 0 and not _fits(change, grown[0] / most * HUNDRED, grown[1] / least * HUNDRED):
        right = (grown[0] / most + grown[1] / least) * HUNDRED / 2
        yield _wrong(
            change, right, "%", (Span(level.start, level.end), Span(difference.start, difference.end))
        )


def _shares(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """总数W，a占P%; a，占全镇W的P%."""
    for at, share in enumerate(claims):
        if share.kind != "percent" or share.change or at < 2:
            continue
        one, two = claims[at - 2], claims[at - 1]
        inner = draft.text[two.end : share.start]
        if not _same(one, two) or one.kind == "percent" or one.change or two.change:
            continue
        if re.fullmatch(r"[^，。；、]{0,8}的(?:约|近)?", inner) and re.search(
            r"占[^，。；、]{0,12}\Z", draft.text[one.end : two.start]
        ):
            part, whole = one, two
        elif _SHARE.search(inner) and len(inner) <= 6 and "其中" in draft.text[one.end : two.start]:
            part, whole = two, one
        else:
            continue
        of_part, of_whole = closed_bounds(part), closed_bounds(whole)
        if of_part is None or of_whole is None or of_whole[0] <= 0:
            continue
        low, high = of_part[0] / of_whole[1] * HUNDRED, of_part[1] / of_whole[0] * HUNDRED
        if not _fits(share, low, high):
            yield _wrong(
                share, (low + high) / 2, "%", (Span(part.start, part.end), Span(whole.start, whole.end))
            )


def _rates(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """排查120处，整改108处，整改率90%; 应到120人，实到108人，到会率90%: the rate is the second of the first."""
    for whole, part, rate in zip(claims, claims[1:], claims[2:], strict=False):
        if rate.kind != "percent" or rate.change or part.change or whole.change or not _same(whole, part):
            continue
        name = re.search(r"([一-鿿]{2})率(?:达到|达|为)?\Z", draft.text[part.end : rate.start])
        if (
            name is None
            or rate.start - part.end > 12
            or part.start - whole.end > 20
            or whole.kind == "percent"
        ):
            continue
        led = draft.text[whole.end : part.start]
        owed = draft.text[draft.clause_at(whole.start).start : whole.start]
        if name.group(1) not in led and not ("应" in owed and "实" in led):
            continue
        of_whole, of_part = closed_bounds(whole), closed_bounds(part)
        if of_whole is None or of_part is None or of_whole[0] <= 0:
            continue
        low, high = of_part[0] / of_whole[1] * HUNDRED, of_part[1] / of_whole[0] * HUNDRED
        if not _fits(rate, low, high):
            yield _wrong(
                rate, (low + high) / 2, "%", (Span(whole.start, whole.end), Span(part.start, part.end))
            )


def _fits(stated: Claim, low: Decimal, high: Decimal) -> bool:
    """Whether what is stated, with its own rounding, touches [low, high]."""
    least, most = written_bounds(stated)
    if least is None or most is None:
        return True
    slack = (most - least) / 2 if most > least else _half(stated)
    return least - slack <= high and most + slack >= low


def _half(stated: Claim) -> Decimal:
    """How far rounding may be off: the last written place of a rate (many clerks cut), half of it for 倍."""
    decimals = re.search(r"[.．点]([0-9]+)", stated.text)
    place = Decimal(1).scaleb(-len(decimals.group(1)) if decimals else 0)
    return place / 2 if stated.kind == "ratio" else place


def _wrong(stated: Claim, right: Decimal, unit: str, related: tuple[Span, ...]) -> Slip:
    decimals = re.search(r"[.．]([0-9]+)", stated.text)
    number = _rounded(right, len(decimals.group(1)) if decimals else 1)
    return Slip(
        stated.start,
        stated.end,
        f"按文中的两个数计算约为{number}{unit}，写的是“{stated.text}”。",
        "核对两个数和这个结果；口径不同的，写明口径。",
        related=related,
    )


def _rounded(number: Decimal, places: int = 1) -> str:
    return f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def _same(one: Claim, two: Claim) -> bool:
    return (
        one.kind == two.kind
        and one.kind in _AMOUNTS
        and one.value is not None
        and two.value is not None
        and one.value.norm_unit == two.value.norm_unit
        and not one.value.values
        and not two.value.values
    )


def _is_pair(draft: Draft, base: Claim, level: Claim) -> bool:
    """由A…到B."""
    if not _same(base, level):
        return False
    before = draft.text[max(draft.clause_at(base.start).start, base.start - 16) : base.start]
    return _FROM.search(before) is not None and _TO.search(draft.text[base.end : level.start]) is not None


def _is_year_pair(draft: Draft, base: Claim, level: Claim) -> bool:
    """上年A, then B of the same thing."""
    before = draft.text[max(draft.clause_at(base.start).start, base.start - 12) : base.start]
    between = draft.text[base.end : level.start]
    if base.start > level.start:
        between = draft.text[level.end : base.start]
        return _YEAR_BEFORE.search(between) is not None and _alike(base.subject, level.subject)
    return (
        _YEAR_BEFORE.search(before) is not None
        and _YEAR_BEFORE.search(between) is None
        and _alike(base.subject, level.subject)
    )


def _alike(one: str, two: str) -> bool:
    """One noun, or one left out, or one said in full."""
    return not one or not two or one in two or two in one


CHECK = Check(
    "percent",
    "比率计算有误",
    "百分比、百分点、倍数与文中的两个数算不上；比率超过100%；增减方向相反。",
    "warning",
    _run,
    needs="claims",
)
