"""Spreading totals over units and days: unevenly, as in life, and exactly."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

# New Year, Spring Festival, Qingming, Labour Day, Dragon Boat, National Day: little is recorded then.
QUIET = (
    (date(2022, 12, 31), date(2023, 1, 2)), (date(2023, 1, 21), date(2023, 1, 27)), (date(2023, 4, 5), date(2023, 4, 5)),
    (date(2023, 4, 29), date(2023, 5, 3)), (date(2023, 6, 22), date(2023, 6, 24)), (date(2023, 9, 29), date(2023, 10, 6)),
    (date(2023, 12, 30), date(2024, 1, 1)), (date(2024, 2, 10), date(2024, 2, 17)), (date(2024, 4, 4), date(2024, 4, 6)),
)  # fmt: skip


def portions(
    total: int, weights: Sequence[int], rng: random.Random, *, least: int = 1, jitter: int = 40
) -> list[int]:
    """`total` in as many whole parts as there are weights, roughly by weight, each at least `least`.

    jitter  by how many per cent a part strays from its weight
    """
    spare = total - least * len(weights)
    assert spare >= 0, "the total is too small for so many parts"
    strayed = [weight * rng.randint(100 - jitter, 100 + jitter) for weight in weights]
    whole = sum(strayed)
    parts = [least + spare * each // whole for each in strayed]
    for index in rng.sample(range(len(parts)), total - sum(parts)):
        parts[index] += 1
    return parts


def pieces(total: int, count: int, rng: random.Random, *, least: int = 1) -> list[int]:
    """`total` in `count` uneven whole parts."""
    return portions(total, [1] * count, rng, least=least, jitter=60)


def round_pieces(total: int, count: int, rng: random.Random, *, unit: int) -> list[int]:
    """`total` in uneven parts that are multiples of `unit`, but for a remainder in the last."""
    parts = [each * unit for each in pieces(total // unit, count, rng)]
    parts[-1] += total % unit
    return parts


def workday(rng: random.Random, first: date, last: date) -> date:
    """A day from `first` to `last` (both included) that is no holiday, and seldom a Sunday."""
    while True:
        day = first + timedelta(days=rng.randint(0, (last - first).days))
        if not quiet(day) and (day.weekday() != 6 or rng.random() < 0.15):
            return day


def quiet(day: date) -> bool:
    """Whether the offices are closed for a holiday."""
    return any(first <= day <= last for first, last in QUIET)


def last_workday(year: int, month: int, *, until: date | None = None) -> date:
    """The last Monday-to-Friday of a month on which offices are open, no later than `until`."""
    day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    if until is not None:
        day = min(day, until)
    while quiet(day) or day.weekday() > 4:
        day -= timedelta(days=1)
    return day
