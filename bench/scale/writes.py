"""Writing one entry and rebuilding, with roll-ups and without, against DuckDB; importing.py has the workbooks."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, TypeAlias

from bench.scale import importing
from bench.scale.cast import Cast, gather
from bench.scale.figures import connected
from bench.scale.ledger import TODAY
from youju.core.orgtree import level_size

if TYPE_CHECKING:
    from bench.scale.goals import Goals
    from youju.actions.ledger import Change
    from youju.core.entry import Raw
    from youju.core.observation import Row

    Missed: TypeAlias = tuple[Change, Sequence[Row], Sequence[Row], Sequence[Row]]

ENTRIES = 60


def measure(name: str, database: Path, rounds: int, parts: set[str], goals: Goals) -> None:
    """The parts asked for, on this ledger."""
    if "write" in parts:
        write(name, gather(), goals)
    if "import" in parts:
        importing.measure(name, gather(), rounds, goals)
    if "rebuild" in parts:
        rebuild(name, database, goals)


@contextmanager
def without_rollups(missed: list[Missed]) -> Iterator[None]:
    """Inside, changes are not taken into the roll-ups but noted in `missed`."""
    from youju.actions import rolling

    kept = rolling.roll
    rolling.roll = lambda *missing: missed.append(missing)
    try:
        yield
    finally:
        rolling.roll = kept


def catch_up(missed: list[Missed]) -> None:
    """Take all changes of flows that were missed into the roll-ups at once; of units that nobody else changed meanwhile."""
    from django.db import transaction

    from youju.actions import rolling

    closed: Counter[Row] = Counter()
    opened: Counter[Row] = Counter()
    for _, _, ended, begun in missed:
        opened.update(begun)
        for row in ended:
            (opened if opened[row] else closed).update({row: -1 if opened[row] else 1})
    with transaction.atomic():
        rolling.roll(missed[-1][0], (), list(closed.elements()), list(opened.elements()))


def write(name: str, cast: Cast, goals: Goals) -> None:
    """One entry recorded and one confirmed, each in its own transaction, with roll-ups and without in turns."""
    from youju.actions import entries, reviews
    from youju.store.queries.ledger import head
    from youju.store.queries.tree import tree_of

    cast = cast.elsewhere()
    taken: dict[str, list[float]] = {"record": [], "record bare": [], "confirm": [], "confirm bare": []}
    missed: list[Missed] = []
    villages = tree_of(head().org_seq).members(cast.town, TODAY, "village")
    village = {"": cast.village, " bare": next(each for each in villages if each != cast.village)}
    for at in range(2 * ENTRIES):
        raw: dict[str, Raw] = {
            "day": date(2025, 3, 1) + timedelta(days=at % 28),
            "count": "3",
            "campaign": "村庄清洁行动",
        }
        bare = " bare" if at % 2 else ""

        def both(raw: Mapping[str, Raw] = raw, bare: str = bare) -> None:
            started = time.perf_counter()
            made = entries.record(
                "publicity-leaflets", village[bare], raw, by=cast.recorder, units=cast.units
            )
            middle = time.perf_counter()
            reviews.confirm([made.entry], by=cast.reviewer)
            taken["record" + bare].append(middle - started)
            taken["confirm" + bare].append(time.perf_counter() - middle)

        if bare:
            with without_rollups(missed):
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
    catch_up(missed)


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


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
