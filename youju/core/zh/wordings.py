"""True ways of writing a value: 20350 is 20000多份, 1246.38 is 1200多吨 or 1246.4吨, 16 of 17 is 17个村中16个."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from youju.core.quantity import Quantity, UnitMismatch, plain
from youju.core.zh.interval import Interval
from youju.core.zh.reading import read

Style = Literal[
    "exact", "digits", "many", "rounded", "all", "of_whole", "yu", "nearly", "over", "about", "almost", "most"
]
# Vaguer or partial by nature: only when somebody asks for them.
ON_REQUEST: frozenset[Style] = frozenset({"yu", "nearly", "over", "about", "almost", "most"})

_WAN, _YI = Decimal(10**4), Decimal(10**8)


@dataclass(frozen=True, slots=True)
class Wording:
    """One way of writing a value.

    interval  what a reader may take it for; it contains the value
    """

    style: Style
    text: str
    interval: Interval


def wordings(
    value: Quantity, whole: Quantity | None = None, noun: str = "", asked: Collection[Style] = ()
) -> list[Wording]:
    """The true wordings of `value`, the plainest first.

    whole   what `value` is a part of (98 of 98 hamlets); raises UnitMismatch when it is of another kind
    noun    what the whole counts, for 17个村中16个; "" leaves it out
    asked   styles given on request only (ON_REQUEST): 余, 近, 超过, 约, 几乎都, 大部分
    source  docs/algorithms/wording.md
    """
    return list(_wordings(value, whole, noun, frozenset(asked)))


@lru_cache(maxsize=4096)
def _wordings(
    value: Quantity, whole: Quantity | None, noun: str, asked: frozenset[Style]
) -> tuple[Wording, ...]:
    """The same, kept: while somebody types, one report asks for the same hundred wordings again and again."""
    texts: list[tuple[Style, str]] = [("exact", exact(value))]
    if (digits := str(value)) != texts[0][1]:
        texts.append(("digits", digits))
    if value.number > 0:
        texts += _approximate(value, asked)
    if whole is not None:
        if whole.unit.family != value.unit.family:
            raise UnitMismatch(a=value.unit, b=whole.unit)
        texts += _parts(value, whole.to(value.unit), noun, asked)
    found = [Wording(style, text, read(text)) for style, text in texts]
    base = in_base(value)
    return tuple(each for each in found if base in each.interval)


def exact(value: Quantity) -> str:
    """The whole value as offices write it: 56条, 4.447万元, 15万元, 1.04亿元."""
    number, unit = value.number, str(value.unit)
    if value.unit.symbol == "元":
        for scale, name in ((_YI, "亿"), (_WAN, "万")):
            if abs(number) >= scale and _decimals(number / scale) <= 4:
                return f"{plain(number / scale)}{name}{unit}"
    return f"{plain(number)}{unit}"


def _approximate(value: Quantity, asked: Collection[Style]) -> list[tuple[Style, str]]:
    texts: list[tuple[Style, str]] = []
    number, unit = value.number, value.unit
    keep = 1 if number < 100 else 2
    floor = _leading(number, keep)
    if floor >= 10 and number != floor and floor == floor.to_integral_value():
        texts.append(("many", _with_mark(floor, "多", value)))
        if "yu" in asked:
            texts.append(("yu", _with_mark(floor, "余", value)))
        if "over" in asked:
            texts.append(("over", f"超过{_counted(floor, value)}"))
    if unit.scale or unit.symbol == "元":
        texts += [("rounded", text) for text in _rounded(value)]
    if "about" in asked and number >= 10:
        near = _leading(number, keep, up=(number - floor) * 2 > _place(number, keep))
        texts.append(("about", f"约{_counted(near, value)}"))
    if "nearly" in asked and number >= 10 and number != floor:
        texts.append(("nearly", f"近{_counted(_leading(number, keep, up=True), value)}"))
    return texts


def _rounded(value: Quantity) -> list[str]:
    number, unit = value.number, str(value.unit)
    if value.unit.symbol == "元":
        for scale, name in ((_YI, "亿"), (_WAN, "万")):
            if number >= scale:
                shown = Quantity(number / scale, value.unit).rounded(2).number
                return [] if shown * scale == number else [f"{_keep(shown, 2)}{name}{unit}"]
        return []
    shown = value.rounded(1).number
    return [] if shown == number else [f"{_keep(shown, 1)}{unit}"]


def _parts(value: Quantity, whole: Quantity, noun: str, asked: Collection[Style]) -> list[tuple[Style, str]]:
    if whole.number <= 0 or not 0 <= value.number <= whole.number:
        return []
    counted = f"{plain(whole.number)}{whole.unit}{noun}"
    if value.number == whole.number:
        return [("all", f"{counted}全部")]
    texts: list[tuple[Style, str]] = [("of_whole", f"{counted}中{plain(value.number)}{value.unit}")]
    if "almost" in asked and value.number * 10 >= whole.number * 9:
        texts.append(("almost", f"{counted}几乎都"))
    if "most" in asked and value.number * 2 > whole.number:
        texts.append(("most", f"{counted}大部分"))
    return texts


def _with_mark(number: Decimal, mark: str, value: Quantity) -> str:
    """20000多份, 120多万元: the mark stands before 万, where it adds less than one of the last digit."""
    if value.unit.symbol == "元":
        for scale, name in ((_YI, "亿"), (_WAN, "万")):
            if number >= scale * 10 and number % scale == 0:
                return f"{plain(number / scale)}{mark}{name}{value.unit}"
    return f"{plain(number)}{mark}{value.unit}"


def _counted(number: Decimal, value: Quantity) -> str:
    return exact(Quantity(number, value.unit))


def _leading(number: Decimal, digits: int, *, up: bool = False) -> Decimal:
    """The number with only its first digits kept: 20350 → 20000, 1246.38 → 1200; `up` goes to the next one."""
    place = _place(number, digits)
    kept = number // place * place
    return kept + place if up and kept != number else kept


def _place(number: Decimal, digits: int) -> Decimal:
    return Decimal(1).scaleb(number.adjusted() - digits + 1)


def _decimals(number: Decimal) -> int:
    return max(0, -int(number.normalize().as_tuple().exponent))


def _keep(number: Decimal, decimals: int) -> str:
    return format(number.quantize(Decimal(1).scaleb(-decimals)), "f")


def in_base(value: Quantity) -> Decimal:
    """The value in the numbers that reading a text gives: 4.447 of the unit 万元 reads as 44470."""
    symbol = value.unit.symbol
    number = value.number
    if symbol.startswith("万") and len(symbol) > 1:
        return number * _WAN
    if symbol.startswith("亿") and len(symbol) > 1:
        return number * _YI
    return number
