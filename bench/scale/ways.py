"""Sixty figures at every level by every way, compared value by value and then timed: a part of bench.goals."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench.scale.goals import Goals

LEVELS = ("town", "county", "city", "province")


def compare(database: Path) -> int:
    """Every way to the figures, at every level, whoever asks, and around every reorganisation. Returns how many; raises Wrong."""
    from bench.scale import comparing, figures
    from youju.core.period import parse_period
    from youju.store.queries import scope

    viewer, count = scope.viewer("clerk"), 0
    for level in LEVELS:
        for period in ("2025-06", "2025", *(() if level == "province" else comparing.ODD)):
            asked = figures.choose(level, parse_period(period))
            count += comparing.same(figures.recipes(asked), viewer)
            print(f"{asked.title}: the same", flush=True)
            if not period.startswith("2025") or ".." in period:
                continue  # the others tell villages apart as they are at the end
            comparing.viewers(asked)
            wanted = figures.product(asked, raw=True)()
            for way in (figures.raw_rollup(asked, database), figures.duck(asked, database)):
                found = way()
                if found != wanted[: len(found)]:
                    raise comparing.Wrong(f"{asked.title}: {[*zip(found, wanted, strict=False)]}")
    return count + comparing.reorganised()


def figures(name: str, database: Path, rounds: int, goals: Goals) -> None:
    """Sixty figures at every level."""
    from bench.scale import figures as ways
    from youju.core.period import parse_period

    for level in LEVELS:
        for period in ("2025-06", "2025"):
            asked = ways.choose(level, parse_period(period))
            methods = {
                "product, 60": ways.product(asked),
                "raw SQL on roll-up, 60": ways.raw_rollup(asked, database),
                "DuckDB sorted, 60": ways.duck(asked, database),
            }
            if level in ("town", "county"):  # above, once is long enough: when they are compared
                methods["product from rows, 60"] = ways.product(asked, raw=True)
            taken = time_all(methods, rounds)
            print(f"\n{name}, {level}, {period}: milliseconds (median)")
            for title, milliseconds in taken.items():
                print(f"  {title:<30}{milliseconds:9.2f}")
            at = f"{level} {period}"
            limit = taken["raw SQL on roll-up, 60"]
            goals.at_most(f"60 figures / raw SQL on roll-up, {at}", taken["product, 60"] / limit, 6)
            if level == "province":
                goals.at_least(
                    f"DuckDB sorted / 60 figures, {at}", taken["DuckDB sorted, 60"] / taken["product, 60"], 10
                )


def time_all(methods: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median milliseconds of each, the order turning each round; the first round is dropped."""
    names = list(methods)
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            started = time.perf_counter()
            methods[name]()
            if number:
                taken[name].append((time.perf_counter() - started) * 1000)
    return {name: statistics.median(each) for name, each in taken.items()}
