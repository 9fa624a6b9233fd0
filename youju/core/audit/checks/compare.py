"""What checks of rates share: whether a stated change, difference or share fits the two figures it is about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from youju.core.audit.check import Slip
from youju.core.audit.checks.sums import closed_bounds, written_bounds
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

HUNDRED = Decimal(100)
AMOUNTS = frozenset({"count", "money", "mass", "measure", "duration"})
LEVELS = AMOUNTS | {"percent"}


def check_change(change: Claim, base: Claim, level: Claim) -> Iterator[Slip]:
    """A change in per cent, in 百分点, in 倍 or in the unit of both, from `base` to `level`."""
    before, after = closed_bounds(base), closed_bounds(level)
    if change.value is None or change.value.number is None or before is None or after is None:
        return
    related = (Span(base.start, base.end), Span(level.start, level.end))
    sign = 1 if change.change == "up" else -1
    if base.kind == "percent":
        yield from _check_points(change, before, after, related)
    elif change.kind == base.kind:
        low, high = sorted(((after[0] - before[1]) * sign, (after[1] - before[0]) * sign))
        if same(change, base) and not fits(change, low, high):
            yield wrong(change, (low + high) / 2, "", related)
    elif before[0] > 0 and change.kind == "percent":
        low, high = sorted(
            (each - 1) * HUNDRED * sign for each in (after[0] / before[1], after[1] / before[0])
        )
        if not fits(change, low, high):
            yield wrong(change, (low + high) / 2, "%", related)
    elif before[0] > 0 and change.kind == "ratio" and "倍" in change.text and change.change == "up":
        low, high = after[0] / before[1], after[1] / before[0]
        if fits(change, low, high) and not fits(change, low - 1, high - 1):
            yield Slip(
                change.start,
                change.end,
                f"从“{base.text}”到“{level.text}”是原来的{change.text}，不是增长{change.text}。",
                f"改为“增长{rounded((low + high) / 2 - 1)}倍”，或“是原来的{change.text}”。",
                related=related,
            )
        elif not fits(change, low - 1, high - 1):
            yield wrong(change, (low + high) / 2 - 1, "倍", related)


def _check_points(
    change: Claim, before: tuple[Decimal, Decimal], after: tuple[Decimal, Decimal], related: tuple[Span, ...]
) -> Iterator[Slip]:
    """Two rates differ by 百分点; the same number with % is another statement."""
    sign = 1 if change.change == "up" else -1
    low, high = sorted(((after[0] - before[1]) * sign, (after[1] - before[0]) * sign))
    if change.kind == "percent" and fits(change, low, high):
        yield Slip(
            change.start,
            change.end,
            f"两个百分数相减的差是百分点，“{change.text}”应写成百分点。",
            f"改为“{change.text.rstrip('%％')}个百分点”。",
            related=related,
        )
    elif change.kind == "percent_point" and not fits(change, low, high):
        yield wrong(change, (low + high) / 2, "个百分点", related)


def check_difference(change: Claim, level: Claim, difference: Claim, *, based: bool) -> Iterator[Slip]:
    """B，增加D，增长P%: the base is B less D; 上年A，增加D，增长P%: it is A (`based`)."""
    after, grown = closed_bounds(level), closed_bounds(difference)
    if level.kind == "percent" or after is None or grown is None:
        return
    sign = 0 if based else 1 if change.change == "up" else -1
    least, most = sorted((after[0] - sign * grown[1], after[1] - sign * grown[0]))
    if least > 0 and not fits(change, grown[0] / most * HUNDRED, grown[1] / least * HUNDRED):
        right = (grown[0] / most + grown[1] / least) * HUNDRED / 2
        yield wrong(
            change, right, "%", (Span(level.start, level.end), Span(difference.start, difference.end))
        )


def check_share(share: Claim, part: Claim, whole: Claim) -> Iterator[Slip]:
    """A share in per cent that is not the part of the whole."""
    of_part, of_whole = closed_bounds(part), closed_bounds(whole)
    if of_part is None or of_whole is None or of_whole[0] <= 0:
        return
    low, high = of_part[0] / of_whole[1] * HUNDRED, of_part[1] / of_whole[0] * HUNDRED
    if not fits(share, low, high):
        yield wrong(share, (low + high) / 2, "%", (Span(part.start, part.end), Span(whole.start, whole.end)))


def fits(stated: Claim, low: Decimal, high: Decimal) -> bool:
    """Whether what is stated, with its own rounding, touches [low, high]."""
    least, most = written_bounds(stated)
    if least is None or most is None:
        return True
    slack = (most - least) / 2 if most > least else _slack(stated)
    return least - slack <= high and most + slack >= low


def _slack(stated: Claim) -> Decimal:
    """How far rounding may be off: the last written place of a % (many clerks cut), half of it of 百分点 and 倍."""
    if stated.kind in AMOUNTS:
        return Decimal(0)
    decimals = re.search(r"[.．点]([0-9]+)", stated.text)
    place = Decimal(1).scaleb(-len(decimals.group(1)) if decimals else 0)
    return place if stated.kind == "percent" else place / 2


def wrong(stated: Claim, right: Decimal, unit: str, related: tuple[Span, ...]) -> Slip:
    """The slip for a figure that is not what two others make it.

    right  in `unit`; in base numbers when that is empty
    """
    decimals = re.search(r"[.．]([0-9]+)", stated.text)
    shown = (
        f"约为{rounded(right, len(decimals.group(1)) if decimals else 1)}{unit}"
        if unit
        else f"是{in_words_of(stated, right)}"
    )
    return Slip(
        stated.start,
        stated.end,
        f"按文中的两个数计算{shown}，写的是“{stated.text}”。",
        "核对两个数和这个结果；口径不同的，写明口径。",
        related=related,
    )


def in_words_of(claim: Claim, number: Decimal) -> str:
    """A number in the multiplier and unit that `claim` is written in: 66万元."""
    unit = claim.value.unit if claim.value else ""
    for word, factor in (("亿", Decimal(10) ** 8), ("万", Decimal(10) ** 4)):
        if word in claim.text:
            return f"{(number / factor).normalize():f}{word}{unit.replace(word, '')}"
    return f"{number.normalize():f}{unit}"


def rounded(number: Decimal, places: int = 1) -> str:
    """Half up, with that many decimals."""
    return f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"


def same(one: Claim, two: Claim) -> bool:
    """Two figures of one kind and unit that can be compared."""
    return (
        one.kind == two.kind
        and one.kind in LEVELS
        and one.value is not None
        and two.value is not None
        and one.value.norm_unit == two.value.norm_unit
        and not one.value.values
        and not two.value.values
    )


def alike(one: str, two: str) -> bool:
    """One noun, or one left out, or one said in full."""
    return not one or not two or one in two or two in one
