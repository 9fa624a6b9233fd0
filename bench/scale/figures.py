"""Sixty figures of one place and period by every method: 36 flows (12 of them split), 15 stocks, 9 coverages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench.scale.generator import FLOWS
from bench.scale.ledger import TODAY
from bench.scale.organisation import FIRST
from youju.core.figure import Recipe, parse_recipe
from youju.core.orgtree import LEVEL_OF_KIND, level_size, node_of
from youju.core.period import Period, month_of

FLOW_NUMBERS, STOCK_NUMBERS, COVERED_NUMBERS = range(36), range(15), range(9)
Method = Callable[[], list[int]]


@dataclass(frozen=True)
class Asked:
    """One subtree and one period of whole months."""

    title: str
    unit: int
    code: str
    place: int
    level: int
    period: Period

    @property
    def high(self) -> int:
        """The end of its interval of places, excluded."""
        return self.place + level_size(self.level)


def choose(level: str, period: Period) -> Asked:
    """The busiest kind of unit there is none of: the middle one of this level."""
    from youju.store.queries.ledger import head
    from youju.store.queries.tree import tree_of

    tree = tree_of(head().org_seq)
    found = tree.members(next(iter(tree.placements)), TODAY, level)  # type: ignore[arg-type]
    unit = found[len(found) // 2]
    place = tree.place(unit, TODAY)
    assert place is not None
    number = LEVEL_OF_KIND[level]  # type: ignore[index]
    return Asked(f"{level}, {period}", unit, tree.naming(unit, TODAY).code, place, number, period)


def recipes(asked: Asked) -> list[Recipe]:
    """The sixty recipes."""
    found = []
    for at in FLOW_NUMBERS:
        part = " [专项=专项1]" if at % 6 == 0 else " [专项=专项2; 对象=甲]" if at % 6 == 3 else ""
        found.append(f"scale.flow{at} @{asked.code} {asked.period}{part}")
    found += [f"scale.stock{at} @{asked.code} {asked.period}" for at in STOCK_NUMBERS]
    found += [f"scale.covered{at} @{asked.code} {asked.period}" for at in COVERED_NUMBERS]
    return [parse_recipe(each) for each in found]


def product(asked: Asked, count: int = 60, *, raw: bool = False) -> Method:
    """What a page does: log-in and scope apart, names, grants, counts, missing and pending included."""
    from dataclasses import replace

    from youju.store.queries import figures, scope

    wanted = recipes(asked)[:count]
    viewer = scope.viewer("clerk")

    def run() -> list[int]:
        if raw:
            world = replace(figures.world_at(wanted[0].as_of, TODAY), grid=None)
            found = figures.evaluate_in(world, wanted, viewer)
        else:
            found = figures.evaluate(wanted, viewer, TODAY)
        return [0 if each.value is None else int(each.value.number) for each in found]

    return run


def raw_rollup(asked: Asked, database: Path) -> Method:
    """Two statements on the roll-up for flows and stocks; values alone, nothing else."""
    store = sqlite3.connect(database)
    keys = dict(store.execute("SELECT name, id FROM store_measurekey"))
    node = node_of(asked.place, asked.level)
    first, last = month_of(asked.period.first), month_of(asked.period.last)
    flows = [(keys[f"scale.flow{at}"], *_part(at)) for at in FLOW_NUMBERS]
    stocks = [keys[f"scale.stock{at}"] for at in STOCK_NUMBERS]
    lines = ",".join("(?,?,?)" for _ in flows)
    flow_sql = (
        f"WITH q(m, x, y) AS (VALUES {lines}) SELECT q.m, SUM(r.total) FROM q JOIN store_rollup r"
        " ON r.node=? AND r.measure_id=q.m AND r.dim=q.x AND r.dim2=q.y AND r.month BETWEEN ? AND ? GROUP BY q.m"
    )
    marks = ",".join("?" * len(stocks))
    stock_sql = (
        f"SELECT measure_id, SUM(total) FROM store_rollup WHERE node=? AND measure_id IN ({marks}) AND dim=''"
        " AND dim2='' AND month<=? GROUP BY measure_id"
    )
    flow_parameters = [value for flow in flows for value in flow] + [node, first, last]

    def run() -> list[int]:
        found = dict(store.execute(flow_sql, flow_parameters).fetchall())
        found |= dict(store.execute(stock_sql, [node, *stocks, last]).fetchall())
        return [found.get(key, 0) for key in [flow[0] for flow in flows] + stocks]

    return run


def duck(asked: Asked, database: Path) -> Method:
    """DuckDB on a table sorted by measure, month and place: flows, stocks, coverages in three scans."""
    import duckdb

    store = connected(database.with_name("rows.npz"), duckdb)
    first, last = (asked.period.first - FIRST).days, (asked.period.last - FIRST).days
    lo, hi = asked.place, asked.high
    parts = " OR ".join(
        f"(measure={at}" + (f" AND dim1={dims[0]}" if dims[0] else "") + (f" AND dim2={dims[1]}" if dims[1] else "") + ")"
        for at in FLOW_NUMBERS
        for dims in [_numbers(at)]
    )  # fmt: skip
    months = f"month BETWEEN {month_of(asked.period.first)} AND {month_of(asked.period.last)}"
    inside = f"place >= {lo} AND place < {hi}"
    until = f"month <= {month_of(asked.period.last)}"
    covered = f"measure < {len(COVERED_NUMBERS)} AND village > 0"
    wide = len(STOCK_NUMBERS)
    statements = [
        f"SELECT measure, SUM(value) FROM rows WHERE {months} AND {inside} AND day BETWEEN {first} AND {last} AND ({parts}) GROUP BY 1",
        f"SELECT measure, SUM(value) FROM rows WHERE measure >= {FLOWS} AND measure < {FLOWS + wide} AND {until} AND {inside} GROUP BY 1",
        f"SELECT measure, COUNT(DISTINCT village) FROM rows WHERE {months} AND {inside} AND {covered} GROUP BY 1",
    ]

    def run() -> list[int]:
        flows, stocks, villages = (dict(store.execute(each).fetchall()) for each in statements)
        return (
            [int(flows.get(at, 0)) for at in FLOW_NUMBERS]
            + [int(stocks.get(FLOWS + at, 0)) for at in STOCK_NUMBERS]
            + [int(villages.get(at, 0)) for at in COVERED_NUMBERS]
        )

    return run


_duck: dict[Path, Any] = {}


def connected(file: Path, duckdb: Any) -> Any:  # noqa: ANN401 - duckdb has no types for what it makes
    """The rows that count now, in DuckDB, sorted."""
    if file not in _duck:
        held = np.load(file)
        names = ("measure", "place", "day", "value", "dim1", "dim2", "village")
        made = {name: held[name] for name in names}
        months = np.array([month_of(date.fromordinal(FIRST.toordinal() + each)) for each in range(1200)])
        made["month"] = months[made["day"]]
        store = duckdb.connect()
        store.execute("SET threads=2")
        store.execute("CREATE TABLE rows AS SELECT * FROM made ORDER BY measure, month, place")
        _duck[file] = store
    return _duck[file]


def _part(at: int) -> tuple[str, str]:
    return {0: ("专项1", ""), 3: ("专项2", "甲")}.get(at % 6, ("", ""))


def _numbers(at: int) -> tuple[int, int]:
    return {0: (1, 0), 3: (2, 1)}.get(at % 6, (0, 0))
