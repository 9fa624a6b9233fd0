"""Writing one entry and rebuilding, with roll-ups and without, against DuckDB; importing.py has the workbooks."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.scale import importing
from bench.scale.cast import Cast, gather
from bench.scale.figures import connected
from youju.core.orgtree import level_size

if TYPE_CHECKING:
    from bench.scale.goals import Goals
    from youju.core.entry import Raw

ENTRIES = 60


def measure(name: str, database: Path, rounds: int, parts: set[str], goals: Goals) -> None:
    """The parts asked for, on this ledger."""
    _mend()
    if "write" in parts:
        write(name, gather(), goals)
    if "import" in parts:
        importing.measure(name, gather(), rounds, goals)
    if "rebuild" in parts:
        rebuild(name, database, goals)


@contextmanager
def without_rollups() -> Iterator[None]:
    """Inside, changes are not taken into the roll-ups."""
    from youju.actions import rolling

    kept = rolling.roll
    rolling.roll = lambda *_: None
    try:
        yield
    finally:
        rolling.roll = kept


def write(name: str, cast: Cast, goals: Goals) -> None:
    """One entry recorded and one confirmed, each in its own transaction, with roll-ups and without in turns."""
    from youju.actions import entries, reviews

    taken: dict[str, list[float]] = {"record": [], "record bare": [], "confirm": [], "confirm bare": []}
    for at in range(2 * ENTRIES):
        raw: dict[str, Raw] = {
            "day": date(2025, 3, 1) + timedelta(days=at % 28),
            "count": "3",
            "campaign": "村庄清洁行动",
        }
        bare = " bare" if at % 2 else ""

        def both(raw: Mapping[str, Raw] = raw, bare: str = bare) -> None:
            started = time.perf_counter()
            made = entries.record("publicity-leaflets", cast.village, raw, by=cast.recorder, units=cast.units)
            middle = time.perf_counter()
            reviews.confirm([made.entry], by=cast.reviewer)
            taken["record" + bare].append(middle - started)
            taken["confirm" + bare].append(time.perf_counter() - middle)

        if bare:
            with without_rollups():
                both()
        else:
            both()
    for title in ("record", "confirm"):
        ms = median(taken[title]) * 1000
        without = median(taken[title + " bare"]) * 1000
        print(
            f"\n{name}, {title} one entry: {ms:.2f} ms, without roll-up {without:.2f} ms (synchronous=FULL both)"
        )
        goals.at_most(f"{title} one entry / without roll-up", ms / without, 2.5)
    _mend()


def rebuild(name: str, database: Path, goals: Goals) -> None:
    """All cells from the rows: ours, and DuckDB grouping its sorted table and writing the cells back to SQLite."""
    import duckdb

    from youju.actions import rolling

    ours = _timed(rolling.rebuild)
    store = connected(database.with_name("rows.npz"), duckdb)
    theirs = _timed(lambda: _duck_rebuild(store))
    print(f"\n{name}, rebuild: {ours:.1f} s; DuckDB and write-back (no waiting, no standing) {theirs:.1f} s")
    goals.at_most("rebuild / DuckDB with write-back", ours / theirs, 6)


def _duck_rebuild(store: object) -> None:
    slices = (
        (0, 0, "true"),
        ("dim1", 0, "dim1 > 0"),
        (0, "dim2", "dim2 > 0"),
        ("dim1", "dim2", "dim1 > 0 AND dim2 > 0"),
    )
    with tempfile.TemporaryDirectory() as folder, sqlite3.connect(Path(folder, "cells.sqlite3")) as target:
        target.execute(
            "CREATE TABLE cells (node INT, measure INT, dim INT, dim2 INT, month INT, n INT, total INT,"
            " UNIQUE (node, measure, dim, dim2, month))"
        )
        for level in (1, 2, 3, 4):
            for first, second, where in slices:
                found = store.execute(  # type: ignore[attr-defined]
                    f"SELECT (place - place % {level_size(level)}) * 10 + {level} AS node, measure, {first} AS d1, {second} AS d2, month,"
                    f" COUNT(*), SUM(value)::BIGINT FROM rows WHERE {where} GROUP BY 1, 2, 3, 4, 5"
                )
                while rows := found.fetchmany(100_000):
                    target.executemany("INSERT INTO cells VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def _mend() -> None:
    """Cells as the rows say, whatever was written without them."""
    from youju.actions import rolling

    if rolling.check().differences:
        rolling.rebuild()


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
