"""Days and stretches of days. Both ends of a period are included; days are dates in Asia/Shanghai."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from youju.core.problem import DomainError

Frequency = Literal["monthly", "quarterly", "yearly"]
MONTHS_IN: dict[Frequency, int] = {"monthly": 1, "quarterly": 3, "yearly": 12}


class BadPeriod(DomainError):
    """A text that names no period, or one that ends before it begins."""

    code = "period.unreadable"
    text = "“{text}”不是期间。请写成 2024-01-01..2024-04-26、2024-04、2024Q1 或 2024。"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `first` to `last`, both included. Raises BadPeriod when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadPeriod(text=f"{self.first}..{self.last}")

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        return f"{self.first}..{self.last}" if self.first != self.last else str(self.first)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def overlap(self, other: Period) -> Period | None:
        """The days both have, or None."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Period(first, last) if first <= last else None

    def year_before(self) -> Period:
        """The same days one year earlier, for 同比; 29 February becomes the 28th."""
        return Period(_shift_year(self.first, -1), _shift_year(self.last, -1))

    def just_before(self) -> Period:
        """The period of equal length that ends the day before, for 环比; whole months stay whole months."""
        if self.first.day == 1 and self.last == month_end(self.last):
            months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
            return Period(add_months(self.first, -months), self.first - timedelta(days=1))
        return Period(self.first - timedelta(days=self.days), self.first - timedelta(days=1))

    def chinese(self) -> str:
        """As an official text writes it: 2024年1月1日至4月26日, 2024年4月, 2024年."""
        first, last = self.first, self.last
        if first == last:
            return f"{first.year}年{first.month}月{first.day}日"
        if first.day == 1 and last == month_end(last) and first.year == last.year:
            if (first.month, last.month) == (1, 12):
                return f"{first.year}年"
            if first.month == last.month:
                return f"{first.year}年{first.month}月"
            return f"{first.year}年{first.month}月至{last.month}月"
        year = "" if first.year == last.year else f"{last.year}年"
        return f"{first.year}年{first.month}月{first.day}日至{year}{last.month}月{last.day}日"


def _shift_year(day: date, years: int) -> date:
    last = monthrange(day.year + years, day.month)[1]
    return date(day.year + years, day.month, min(day.day, last))


def month_end(day: date) -> date:
    """The last day of the month that `day` is in."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def month_of(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def add_months(day: date, months: int) -> date:
    """The first day of the month `months` later (or earlier when negative)."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def slots(period: Period, frequency: Frequency) -> Iterator[Period]:
    """The calendar months, quarters or years whose last day lies inside `period`, in order.

    Only these are due: a month that the period cuts off before its end is not yet owed.
    A slot whose start the period cuts off is owed by its whole self.
    """
    length = MONTHS_IN[frequency]
    start = date(period.first.year, (period.first.month - 1) // length * length + 1, 1)
    while True:
        end = add_months(start, length) - timedelta(days=1)
        if end > period.last:
            return
        yield Period(start, end)
        start = end + timedelta(days=1)


def slot_of(day: date, frequency: Frequency) -> Period:
    """The calendar month, quarter or year that `day` is in."""
    length = MONTHS_IN[frequency]
    start = date(day.year, (day.month - 1) // length * length + 1, 1)
    return Period(start, add_months(start, length) - timedelta(days=1))


_DAY = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_Build = Callable[[list[int]], Period]
_FORMS: tuple[tuple[re.Pattern[str], _Build], ...] = (
    (re.compile(rf"{_DAY}\.\.{_DAY}"), lambda g: Period(date(g[0], g[1], g[2]), date(g[3], g[4], g[5]))),
    (re.compile(_DAY), lambda g: Period(date(g[0], g[1], g[2]), date(g[0], g[1], g[2]))),
    (re.compile(r"(\d{4})-(\d{1,2})"), lambda g: slot_of(date(g[0], g[1], 1), "monthly")),
    (re.compile(r"(\d{4})[Qq]([1-4])"), lambda g: slot_of(date(g[0], g[1] * 3, 1), "quarterly")),
    (re.compile(r"(\d{4})"), lambda g: Period(date(g[0], 1, 1), date(g[0], 12, 31))),
)


def ended_slots(today: date, frequency: Frequency, most: int) -> list[Period]:
    """The latest slots that have ended before `today`, the last one first."""
    found = []
    first = slot_of(today, frequency).first
    for _ in range(most):
        slot = slot_of(first - timedelta(days=1), frequency)
        found.append(slot)
        first = slot.first
    return found


def parse_period(text: str) -> Period:
    """Read 2024-01-01..2024-04-26, 2024-04-26, 2024-04, 2024Q1 or 2024. Raises BadPeriod."""
    for form, build in _FORMS:
        if found := form.fullmatch(text.strip()):
            try:
                return build([int(group) for group in found.groups()])
            except ValueError:
                break
    raise BadPeriod(text=text)
