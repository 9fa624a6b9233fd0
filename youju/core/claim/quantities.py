"""Numbers with their units: where one begins and ends, and what it allows."""

from __future__ import annotations

import re
from decimal import Decimal

from youju.core.claim.criteria import Quantity, judged
from youju.core.claim.grammar import AFTER_PATTERN, Grammar, UnitWord
from youju.core.claim.model import Value
from youju.core.claim.numerals import Numeral, numeral_at, qualifier_before
from youju.core.claim.units import PERCENT, Measured, far_end, left_out, ranked, shared_scale, unit_after
from youju.core.zh.approximation import approximate
from youju.core.zh.interval import Interval

__all__ = ["Quantity", "quantity_at"]

_APART = re.compile(r"(最少|至少|最多|至多)(?:可以|可|应当|应|要|需要|需|能)?[^，。；、：\d\n]{0,3}\Z")
_SIGNS = frozenset("-下负 ")
_NEGATIVE = re.compile(r"(?:[一-鿿（(]) ?(-|零下|负)\Z")
_SLASH = re.compile(r"([1-9])/([2-9]|10)(?=以上|以下|左右|的|[，。；、]|$)")
_LATE_MANY = re.compile(r"[多余](?![样种元方])(?=[，。；、的时来）]|$)")
_LATE_UNITS = frozenset({"个", "户", "人"})
_LATE_KINDS = frozenset({"duration", "measure", "mass", "ratio", "money"})
_OTHER_ABOVE = frozenset("游级联班结功左学期矛")
_TO = re.compile(r" ?(?:-{1,2}|至|到) ?(?:百分之)?(?=[\d一二三四五六七八九十])")


def quantity_at(text: str, at: int, grammar: Grammar) -> Quantity | None:
    """The quantity whose number begins at `at`, or None when the numeral has no unit and no reason to be one."""
    first = numeral_at(text, at)
    if first is None:
        return None
    if text.startswith("分之", first.end):
        return _fraction(text, at, first)
    if slash := _SLASH.match(text, at):
        return _slashed(text, at, slash)
    if first.number is None and first.loose is None:
        return None
    start, before = qualifier_before(text, at, bare=first.bare)
    near = unit_after(text, first.end, first.number, grammar, han=first.han)
    if near.unit is not None and near.unit.noun and first.bare and not before and not first.middle:
        return None  # 万国强, 百村: names more often than counts
    if near.number is not None and not first.middle and (reach := far_end(text, at, first, near, grammar)):
        return _ranged(text, start, before, reach, grammar)
    given = near.unit is not None
    unit = near.unit or left_out(text, at, start, first, grammar)
    if unit is None:
        return None
    if not given and near.number is not None and first.scale == 1:
        near.number *= shared_scale(text, first.end)
    unit = ranked(text, start, unit)
    if first.loose is not None:
        return _loose(text, start, before, first, near, unit, grammar, given=given)
    return _single(text, at, start, before, first, near, unit, grammar, given=given)


def _single(
    text: str,
    at: int,
    start: int,
    before: str,
    first: Numeral,
    near: Measured,
    unit: UnitWord,
    grammar: Grammar,
    *,
    given: bool,
) -> Quantity:
    """One number with what stands around it: 近3000只, 20余户, 三亩半, 3年多, 30人以上."""
    number, end, middle, step = near.number, near.end, first.middle, None
    assert number is not None
    if near.inside == "many" or (not middle and not near.inside and _is_late(text, unit, end)):
        # the rest of one unit, not of the last digit's place
        end += near.inside != "many"
        middle, step = "多", Decimal(10 if unit is PERCENT else 1)
    after, end = _after(text, end)
    words = tuple(word for word in (before, first.middle, after) if word)
    qualifier = before or _qualifier_apart(text, start)
    interval, rule = Interval(number, number), "exact"
    if qualifier or middle or after:
        found = approximate(number, qualifier, middle, after, step)
        interval, rule = found.interval, found.rule
    elif text[at - 1 : at] in _SIGNS and (sign := _NEGATIVE.search(text, max(0, at - 3), at)):
        start, number = sign.start(1), -number
        interval = Interval(number, number)
    value = Value(interval, number, unit.written, unit.norm, unit_given=given, qualifiers=words)
    return judged(
        text, Quantity(start, end, value, unit.kind, rule, None, first.han, before, after), unit, grammar
    )


def _ranged(
    text: str, start: int, before: str, reach: tuple[Numeral, Measured], grammar: Grammar
) -> Quantity:
    """3-5次: from the first to the last."""
    first, far = reach
    assert far.unit is not None
    after, end = _after(text, far.end)
    words = tuple(word for word in (before, after) if word)
    value = Value(
        Interval(first.number, far.number), first.number, far.unit.written, far.unit.norm, qualifiers=words
    )
    found = Quantity(start, end, value, far.unit.kind, "range", None, first.han, before, after)
    return judged(text, found, far.unit, grammar)


def _loose(
    text: str,
    start: int,
    before: str,
    first: Numeral,
    near: Measured,
    unit: UnitWord,
    grammar: Grammar,
    *,
    given: bool,
) -> Quantity:
    """七八十处, 数百人, 几次: a numeral that is no single number."""
    assert first.loose is not None
    after, end = _after(text, near.end)
    rule = "range.pair" if first.loose.high is not None and not first.loose.high_open else "approx.several"
    words = tuple(word for word in (before, after) if word)
    value = Value(first.loose, None, unit.written, unit.norm, unit_given=given, qualifiers=words)
    return judged(
        text, Quantity(start, end, value, unit.kind, rule, None, first.han, before, after), unit, grammar
    )


def _fraction(text: str, at: int, first: Numeral) -> Quantity | None:
    """三分之二, 百分之九十七点三, 千分之三: as per cent."""
    second = numeral_at(text, first.end + 2)
    if second is None or second.number is None or not first.number:
        return None
    number = second.number * 100 / first.number
    if first.number == 100 and (dash := _TO.match(text, second.end)):
        far = numeral_at(text, dash.end())
        if far is not None and far.number is not None and not text.startswith("分之", far.end):
            start, before = qualifier_before(text, at, bare=False)
            value = Value(
                Interval(number, far.number), number, "%", "%", qualifiers=(before,) if before else ()
            )
            return Quantity(start, far.end, value, "percent", "range", None, first.han)
    return _share(text, at, second.end, number, second.middle, han=first.han)


def _slashed(text: str, at: int, found: re.Match[str]) -> Quantity | None:
    """2/3以上: a share written with a slash."""
    part, whole = Decimal(found[1]), Decimal(found[2])
    return _share(text, at, found.end(), part * 100 / whole, "", han=False) if part < whole else None


def _share(text: str, at: int, end: int, number: Decimal, middle: str, *, han: bool) -> Quantity:
    start, before = qualifier_before(text, at, bare=False)
    after, end = _after(text, end)
    words = tuple(word for word in (before, middle, after) if word)
    found = approximate(number, before, middle, after)
    value = Value(found.interval, number, "%", "%", qualifiers=words)
    if after and text.startswith("的", end):
        return Quantity(start, end, value, "percent", "criterion.modifier", "criterion", han)
    return Quantity(start, end, value, "percent", found.rule if words else "fraction", None, han)


def _qualifier_apart(text: str, start: int) -> str:
    """最少可以配备2辆: the qualifier stands before the verb and outside the span."""
    ahead = text[max(0, start - 9) : start]
    found = _APART.search(ahead) if "最" in ahead or "至" in ahead else None
    return found[1] if found else ""


def _after(text: str, end: int) -> tuple[str, int]:
    """The qualifier behind a unit and where it ends; 上下 of 上下游 is none."""
    found = AFTER_PATTERN.match(text, end)
    if found is None:
        return "", end
    if found[1] in {"上下", "前后"} and text[found.end() : found.end() + 1] in _OTHER_ABOVE:
        return "", end
    return found[1], found.end()


def _is_late(text: str, unit: UnitWord, end: int) -> bool:
    """3年多, 10公里多: 多 after the unit."""
    if text[end : end + 1] not in {"多", "余"}:
        return False
    return (unit.kind in _LATE_KINDS or unit.norm in _LATE_UNITS) and _LATE_MANY.match(text, end) is not None
