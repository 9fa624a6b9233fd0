"""The goals of speed, measured in one run: medians of rounds in changing order, values compared before any time is told.

    python -m bench.rollups [SIZE …] [--rounds N] [--data FOLDER] [--parts figures,write,import,rebuild] [--check]

SIZE is 10k, 150k, 1M or 10M (default 150k). --check compares every way to the figures and times nothing.
A goal that is not met is printed as not met. The load of the machine is printed with
the date: times of a busy machine are not times of the program, ratios of one run are.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from bench.scale.ledger import open_ledger

SIZES = {"10k": 10_000, "150k": 150_000, "1M": 1_000_000, "10M": 10_000_000}
LEVELS = ("town", "county", "city", "province")
PARTS = ("figures", "write", "import", "rebuild")


class Goals:
    """The table of goals."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, str]] = []

    def at_most(self, title: str, ratio: float, limit: float) -> None:
        """A ratio that must not be above its limit."""
        self.lines.append((title, f"{ratio:.2f}x", f"<= {limit:g}x", "met" if ratio <= limit else "not met"))

    def at_least(self, title: str, ratio: float, limit: float) -> None:
        """A ratio that must not be below its limit."""
        self.lines.append((title, f"{ratio:.2f}x", f">= {limit:g}x", "met" if ratio >= limit else "not met"))

    def show(self) -> None:
        """Print the table, dated."""
        load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
        print(f"\n{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load {load} on {os.cpu_count()} cores")
        width = max(len(line[0]) for line in self.lines)
        for title, ratio, limit, verdict in self.lines:
            print(f"{title:<{width}}  {ratio:>9}  {limit:>8}  {verdict}")


def main() -> None:
    """Run the parts asked for at each size, and print the goals."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sizes", nargs="*", default=["150k"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "youju-bench")
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    goals = Goals()
    for name in args.sizes:
        database = open_ledger(SIZES[name], args.data)
        if args.check:
            print(f"{name}: {compare(database)} figures are the same by every way")
            continue
        if "figures" in args.parts:
            figures(name, database, args.rounds, goals)
        if set(args.parts.split(",")) & {"write", "import", "rebuild"}:
            from bench.scale import writes

            writes.measure(name, database, args.rounds, set(args.parts.split(",")), goals)
    if goals.lines:
        goals.show()


def compare(database: Path) -> int:
    """Every way to the figures, at every level, whoever asks, and around every reorganisation. Returns how many; raises Wrong."""
    from bench.scale import comparing, figures
    from youju.core.period import parse_period
    from youju.store.queries import scope

    viewer, count = scope.viewer("clerk"), 0
    for level in LEVELS:
        for period in ("2025-06", "2025", *comparing.ODD):
            asked = figures.choose(level, parse_period(period))
            count += comparing.same(figures.recipes(asked), viewer)
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
                "product, 51 without coverage": ways.product(asked, 51),
                "raw SQL on roll-up, 51": ways.raw_rollup(asked, database),
                "product from rows, 60": ways.product(asked, raw=True),
                "DuckDB sorted, 60": ways.duck(asked, database),
            }
            wanted = methods["product from rows, 60"]()
            for title, run in methods.items():
                found = run()
                assert found == wanted[: len(found)], (title, [*zip(found, wanted, strict=False)])
            taken = time_all(methods, rounds)
            print(f"\n{name}, {level}, {period}: values equal in all methods, milliseconds (median)")
            for title, milliseconds in taken.items():
                print(f"  {title:<30}{milliseconds:9.2f}")
            at = f"{name} {level} {period}"
            limit = taken["raw SQL on roll-up, 51"]
            goals.at_most(f"60 figures / raw SQL on roll-up, {at}", taken["product, 60"] / limit, 6)
            goals.at_most(
                f"51 flows and stocks / raw SQL, {at}", taken["product, 51 without coverage"] / limit, 6
            )
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


if __name__ == "__main__":
    main()
