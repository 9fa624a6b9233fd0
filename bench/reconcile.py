"""How long a draft of 3,000 characters takes against a ledger of a million observations; goal <= 150 ms, <= 10 statements.

    .venv/bin/python -m bench.reconcile [150k|1M|10M] [--data FOLDER]

The ledger is that of bench/goals.py, made when it is not there; its measures have numbers for names, so the two parts
are measured one after the other: reading, linking and judging the demo's draft in the words of the shipped registers,
and asking the ledger for sixty figures, the number that such a draft asks for. Processor time of the medians is added
up, because the machine is shared; wall time is printed beside it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.scale.ledger import SIZES, TODAY, open_ledger

ROOT = Path(__file__).resolve().parents[1]
LENGTH, FIGURES, ROUNDS = 3_000, 60, 15
GOAL_MS, GOAL_STATEMENTS = 150, 10


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("size", nargs="?", default="1M", choices=sorted(SIZES))
    parser.add_argument("--data", type=Path, default=Path(tempfile.gettempdir()) / "youju-bench")
    args = parser.parse_args()
    open_ledger(SIZES[args.size], args.data)

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.scale.figures import choose, recipes
    from youju.core.audit.draft import Draft
    from youju.core.claim.extract import extract
    from youju.core.period import parse_period
    from youju.core.recipe import AsOf, Recipe
    from youju.specs.catalog import load_catalog
    from youju.specs.lexicon import load_lexicon
    from youju.store.queries import audits, scope
    from youju.store.queries.figures import world_at

    lexicon = load_lexicon([ROOT / "catalog"])
    shipped = load_catalog(ROOT / "catalog", None).catalog
    viewer = scope.viewer("clerk")
    year = parse_period("2025")
    draft = (ROOT / "demo" / "draft" / "work-report.txt").read_text(encoding="utf-8")
    text = (draft * (LENGTH // len(draft) + 1))[:LENGTH]
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{args.size} observations, load {load} on {os.cpu_count()} cores")
    for level in ("town", "county"):
        asked = choose(level, year)
        wanted = recipes(asked)[:FIGURES]

        def read(code: str = asked.code) -> int:
            core = Draft(text, extract(text, lexicon))
            done = audits.reconcile(core, viewer, code, TODAY, TODAY, lexicon, reported=year, shipped=shipped)
            return len(done.checked)

        def ask(wanted: list[Recipe] = wanted) -> int:
            return len(audits.ask(world_at(AsOf(), TODAY), wanted, viewer))

        claims = read()
        ask()
        with CaptureQueriesContext(connection) as statements:
            read()
            ask()
        parts = [_times(read), _times(ask)]
        processor = sum(statistics.median(cpu for cpu, _ in part) for part in parts)
        wall = sum(statistics.median(wall for _, wall in part) for part in parts)
        met = "met" if processor <= GOAL_MS and len(statements) <= GOAL_STATEMENTS else "not met"
        print(
            f"{level:<7} {len(text)} characters, {claims} figures: {processor:.0f} ms processor, {wall:.0f} ms wall "
            f"(reading {statistics.median(cpu for cpu, _ in parts[0]):.0f}, asking "
            f"{statistics.median(cpu for cpu, _ in parts[1]):.0f}), {len(statements)} statements  {met}"
        )


def _times(run: Callable[[], int]) -> list[tuple[float, float]]:
    """Processor and wall milliseconds of each round."""
    found = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        run()
        found.append(((time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000))
    return found


if __name__ == "__main__":
    main()
