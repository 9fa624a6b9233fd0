"""Writing, importing and rebuilding, with roll-ups and without, against openpyxl and DuckDB."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from bench.scale.figures import connected
from bench.scale.ledger import TODAY
from youju.core.orgtree import level_size

if TYPE_CHECKING:
    from bench.scale.goals import Goals
    from youju.actions.setup import Actor
    from youju.core.quantity import UnitTable

ENTRIES = 60
IMPORTED = 3000


def measure(name: str, database: Path, rounds: int, parts: set[str], goals: Goals) -> None:
    """The parts asked for, on this ledger."""
    if "write" in parts:
        write(name, goals)
    if "import" in parts:
        importing(name, rounds, goals)
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


def write(name: str, goals: Goals) -> None:
    """One entry recorded and one confirmed, each in its own transaction, with roll-ups and without in turns."""
    recorder, reviewer, village, units = _cast()
    from youju.actions import entries, reviews

    taken: dict[str, list[float]] = {"record": [], "record bare": [], "confirm": [], "confirm bare": []}
    for at in range(2 * ENTRIES):
        raw = {"day": date(2025, 3, 1) + timedelta(days=at % 28), "count": "3", "campaign": "村庄清洁行动"}
        bare = " bare" if at % 2 else ""

        def both(raw: dict[str, object] = raw, bare: str = bare) -> None:
            started = time.perf_counter()
            made = entries.record("publicity-leaflets", village, raw, by=recorder, units=units)  # type: ignore[arg-type]
            middle = time.perf_counter()
            reviews.confirm([made.entry], by=reviewer)
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


def importing(name: str, rounds: int, goals: Goals) -> None:
    """A workbook read, checked and committed, then reviewed at once, against openpyxl in full mode reading the file."""
    import openpyxl

    recorder, reviewer, village, units = _cast()
    from youju.actions import batches, reviews

    taken: dict[str, list[float]] = {"openpyxl": [], "import": [], "review": []}

    def once(number: int, file: Path) -> None:
        request = batches.Request(village, "publicity-leaflets", path=file)
        started = time.perf_counter()
        for sheet in openpyxl.load_workbook(file).worksheets:
            list(sheet.iter_rows())
        taken["openpyxl"].append(time.perf_counter() - started)
        started = time.perf_counter()
        done = batches.import_workbook(request, by=recorder, units=units)
        taken["import"].append(time.perf_counter() - started)
        assert len(done.entries) == IMPORTED, number
        started = time.perf_counter()
        reviews.confirm(done.entries, by=reviewer)
        taken["review"].append(time.perf_counter() - started)

    with tempfile.TemporaryDirectory() as folder:
        for number in range(max(rounds // 2, 2)):
            file = Path(folder, f"{number}.xlsx")
            _workbook(file, number)
            once(number, file)
    read, made, reviewed = (median(taken[each]) for each in ("openpyxl", "import", "review"))
    print(
        f"\n{name}, workbook of {IMPORTED} rows: openpyxl {read:.2f} s, import {made:.2f} s, bulk review {reviewed:.2f} s"
    )
    goals.at_most("import / openpyxl reading", made / read, 2)
    goals.at_most("bulk review / openpyxl reading", reviewed / read, 3)


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


def _cast() -> tuple[Actor, Actor, int, UnitTable]:
    from youju.actions.setup import member_of
    from youju.config.settings import SHIPPED_CATALOG
    from youju.specs.lexicon import load_units
    from youju.store.queries.ledger import head
    from youju.store.queries.tree import tree_of

    _mend()
    tree = tree_of(head().org_seq)
    villages = tree.members(next(iter(tree.placements)), TODAY, "village")
    return (
        member_of("recorder"),
        member_of("reviewer"),
        villages[len(villages) // 2],
        load_units([SHIPPED_CATALOG / "units.yaml"]),
    )


def _mend() -> None:
    """Cells as the rows say, whatever was written without them."""
    from youju.actions import rolling

    if rolling.check().differences:
        rolling.rebuild()


def _workbook(file: Path, number: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet("台账")
    sheet.write_row(0, 0, ["发放日期", "发放数量", "专项", "发放地点"])
    for row in range(1, IMPORTED + 1):
        day = date(2025, 1, 1) + timedelta(days=row % 330)
        sheet.write_row(row, 0, [day.isoformat(), row % 90 + 1, "村庄清洁行动", f"第{number}批第{row}处"])
    book.close()


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
