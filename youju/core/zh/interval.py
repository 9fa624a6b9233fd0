"""What a wording allows: 20000多份 is more than 20000 and less than 30000."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from youju.core.quantity import plain


@dataclass(frozen=True, slots=True)
class Interval:
    """The outer bounds a wording allows, in base numbers (万 and 亿 multiplied out, money in 元).

    low, high            None means unbounded on that side
    low_open, high_open  the bound itself is excluded (超过20000 excludes 20000)
    """

    low: Decimal | None
    high: Decimal | None
    low_open: bool = False
    high_open: bool = False

    def __contains__(self, number: Decimal) -> bool:
        if self.low is not None and (number < self.low or (self.low_open and number == self.low)):
            return False
        return self.high is None or number < self.high or (not self.high_open and number == self.high)

    def __str__(self) -> str:
        if self.is_exact and self.low is not None:
            return plain(self.low)
        left = "(" if self.low is None or self.low_open else "["
        right = ")" if self.high is None or self.high_open else "]"
        low = "" if self.low is None else plain(self.low)
        high = "" if self.high is None else plain(self.high)
        return f"{left}{low}, {high}{right}"

    def said(self, unit: str = "") -> str:
        """In words, with the unit at each bound: 大于2024棵、小于2025棵."""
        if self.is_exact and self.low is not None:
            return f"{plain(self.low)}{unit}"
        parts = []
        if self.low is not None:
            parts.append(f"{'大于' if self.low_open else '不少于'}{plain(self.low)}{unit}")
        if self.high is not None:
            parts.append(f"{'小于' if self.high_open else '不多于'}{plain(self.high)}{unit}")
        return "、".join(parts)

    @property
    def is_exact(self) -> bool:
        """One number and nothing else."""
        return self.low is not None and self.low == self.high

    @property
    def is_empty(self) -> bool:
        """No number satisfies it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def overlaps(self, other: Interval) -> bool:
        """Some number satisfies both."""
        return not self.meet(other).is_empty

    def meet(self, other: Interval) -> Interval:
        """What satisfies both."""
        low, low_open = _tighter((self.low, self.low_open), (other.low, other.low_open), sign=1)
        high, high_open = _tighter((self.high, self.high_open), (other.high, other.high_open), sign=-1)
        return Interval(low, high, low_open, high_open)


def exactly(number: Decimal | int) -> Interval:
    """The interval of one number."""
    number = Decimal(number)
    return Interval(number, number)


def _tighter(
    a: tuple[Decimal | None, bool], b: tuple[Decimal | None, bool], *, sign: int
) -> tuple[Decimal | None, bool]:
    if a[0] is None or b[0] is None:
        return b if a[0] is None else a
    if a[0] == b[0]:
        return a[0], a[1] or b[1]
    return a if (a[0] - b[0]) * sign > 0 else b
