"""What 近, 约, 多, 余, 以上 do to a number: one table for writing and for reading (docs/algorithms/wording.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from youju.core.zh.interval import Interval, exactly
from youju.core.zh.numerals import DIGITS, MYRIADS, TENS, step_of

Shape = Literal["nearly", "about", "over", "at_least", "under", "at_most", "beyond"]

BEFORE: Mapping[str, Shape] = {
    **dict.fromkeys(("近", "将近", "接近", "接近于"), "nearly"),
    **dict.fromkeys(("约", "大约", "约为", "大概", "大致", "约有", "约合", "约占", "约计"), "about"),
    **dict.fromkeys(
        ("超", "超过", "超过了", "超出", "突破", "突破了", "逾", "高于", "多于", "大于", "跃上", "高出"),
        "over",
    ),
    **dict.fromkeys(("不少于", "不低于", "不小于", "至少", "最少", "起码", "上", "最低", "少说"), "at_least"),
    **dict.fromkeys(("不到", "不足", "不满", "未满", "低于", "少于", "小于", "未达", "未达到"), "under"),
    **dict.fromkeys(
        ("不超过", "不超", "不高于", "不多于", "不大于", "至多", "最多", "最高", "未超过", "不得超过"),
        "at_most",
    ),
}
MIDDLE: Mapping[str, Shape] = {
    "多": "beyond",
    "余": "beyond",
    "几": "beyond",
    "来": "about",
    "好几": "beyond",
}
AFTER: Mapping[str, Shape] = {
    **dict.fromkeys(("以上", "之上", "及以上", "或以上", "(含)以上", "(含)及以上", "起"), "at_least"),
    **dict.fromkeys(("以下", "以内", "之内", "之下", "及以下", "或以下", "(含)以下"), "at_most"),
    **dict.fromkeys(("左右", "上下", "前后", "许"), "about"),
}
RULES: Mapping[str, str] = {
    "近": "approx.jin", "约": "approx.yue", "多": "approx.duo", "余": "approx.yu", "几": "approx.ji",
    "来": "approx.lai", "超": "approx.chao", "逾": "approx.yu-over", "突": "approx.tupo", "上": "approx.shang",
    "以上": "approx.yishang", "以下": "approx.yixia", "以内": "approx.yinei", "左右": "approx.zuoyou",
    "上下": "approx.shangxia",
}  # fmt: skip

_NINE_TENTHS, _ELEVEN_TENTHS = Decimal("0.9"), Decimal("1.1")


@dataclass(frozen=True, slots=True)
class Approximation:
    """The interval that a number and the words around it allow, and the rule that made it."""

    interval: Interval
    rule: str


def approximate(
    number: Decimal, before: str = "", middle: str = "", after: str = "", step: Decimal | None = None
) -> Approximation:
    """The interval of a number with the words before, inside (多 余 几 来) and after it.

    step  what 多 may add at most; the place value of the last non-zero digit when None
    """
    if not (before or middle or after):
        return Approximation(exactly(number), "exact")
    if middle and MIDDLE[middle] == "beyond":
        # 近20余户, 约100多人: two marks on one number; the narrower one says what the writer means.
        interval = bounded("beyond", number, step)
        return Approximation(interval, RULES[middle[-1]])
    word = middle or after or before
    if after and before:
        shape, other = AFTER[after], BEFORE[before]
        interval = bounded(shape, number, step)
        if shape != other:
            met = interval.meet(bounded(other, number, step))
            interval = interval if met.is_empty else met
        return Approximation(interval, _rule(after))
    shape = MIDDLE.get(middle) or AFTER.get(after) or BEFORE[before]
    return Approximation(bounded(shape, number, step), _rule(word))


def bounded(shape: Shape, number: Decimal, step: Decimal | None = None) -> Interval:
    """The interval of one shape at `number`."""
    match shape:
        case "nearly":
            return Interval(number * _NINE_TENTHS, number)
        case "about":
            return Interval(number * _NINE_TENTHS, number * _ELEVEN_TENTHS)
        case "over":
            return Interval(number, None, low_open=True)
        case "at_least":
            return Interval(number, None)
        case "under":
            return Interval(None, number, high_open=True)
        case "at_most":
            return Interval(None, number)
        case "beyond":
            return Interval(number, number + (step or step_of(number)), low_open=True, high_open=True)


def vague(text: str) -> Interval | None:
    """The interval of a numeral that is no single number: 七八十, 十七八, 三五百, 几十, 数百万, or None."""
    if text[:1] in "几数" and text[1:] and all(char in TENS or char in MYRIADS for char in text[1:]):
        unit = _product(text[1:])
        return Interval(unit, unit * 10, high_open=True)
    head, rest = Decimal(0), text
    if len(text) >= 3 and text[0] == "十":
        head, rest = Decimal(10), text[1:]
    elif len(text) >= 4 and text[0] in DIGITS and text[1] in TENS and text[2] in DIGITS:
        head, rest = Decimal(DIGITS[text[0]] * TENS[text[1]]), text[2:]
    if len(rest) < 2 or rest[0] not in DIGITS or rest[1] not in DIGITS:
        return None
    first, second, tail = DIGITS[rest[0]], DIGITS[rest[1]], rest[2:]
    adjacent = second - first == 1 or (first, second) == (3, 5)
    if not first or not adjacent or not all(char in TENS or char in MYRIADS for char in tail):
        return None
    unit = _product(tail)
    if text[0] != "十" and head > 10 and text[1] != "十":
        # 一百二三 is one hundred and twenty or thirty
        unit = Decimal(TENS[text[1]]) / 10 if not tail else unit
        return Interval(head + first * unit, head + second * unit)
    if head:
        return Interval((head + first) * unit, (head + second) * unit)
    return Interval(first * unit, second * unit)


def _product(chars: str) -> Decimal:
    number = Decimal(1)
    for char in chars:
        number *= TENS.get(char) or MYRIADS[char]
    return number


def _rule(word: str) -> str:
    return (
        RULES.get(word) or RULES.get(word[0]) or f"approx.{(BEFORE.get(word) or AFTER.get(word) or 'word')}"
    )
