"""Sixty figures of one place and period by every method: 36 flows (12 of them split), 15 stocks, 9 coverages."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench.scale.generator import FLOWS, LATER
from bench.scale.ledger import TODAY
from bench.scale.organisation import FIRST
from youju.core.figure import ANY
from youju.core.orgtree import LEVEL_OF_KIND, level_size, node_of
from youju.core.period import Period, month_of
from youju.core.recipe import NOW, Recipe, parse_recipe

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
    """Three statements on the roll-up and reach: of each figure value, n, pending and what else it says; no names, grants or objects.

    What is expected of units, where something is, is counted as well.
    """
    from youju.store.queries.figures import world_at

    store = sqlite3.connect(database)
    keys = dict(store.execute("SELECT name, id FROM store_measurekey"))
    node = node_of(asked.place, asked.level)
    world = world_at(NOW, TODAY)
    assert world.grid is not None
    first, last = month_of(asked.period.first), month_of(asked.period.last)
    flows = [(keys[f"scale.flow{at}"], *_part(at)) for at in FLOW_NUMBERS]
    stocks = [keys[f"scale.stock{at}"] for at in STOCK_NUMBERS]
    rules = {
        (rule.measure, rule.covers): number
        for number, rule in enumerate(world.grid.rules)
        if rule.kind == "village" and rule.dims == ANY
    }
    covered = [(rules[f"scale.flow{at}", True], keys[f"scale.flow{at}"]) for at in COVERED_NUMBERS]
    cover = "met_m" if first == last else "met_y"
    expected = [
        (at, number)
        for at in FLOW_NUMBERS
        if _part(at) == ("", "") and world.catalog.measures[f"scale.flow{at}"].expected
        for number in [world.grid.number_of(f"scale.flow{at}", ANY, "village")]
    ]
    told = "told" if first == last else "told_y"
    sums = "SUM(r.n), SUM(r.waiting), SUM(r.shared), SUM(r.standing)"
    cells = flows + [(key, "", "") for _, key in covered]
    flow_sql = (
        f"WITH q(i, m, x, y) AS (VALUES {_lines(len(cells), 4)}) SELECT q.i, SUM(r.total), {sums} FROM q JOIN store_rollup r"
        " ON r.node=? AND r.measure_id=q.m AND r.dim=q.x AND r.dim2=q.y AND r.month BETWEEN ? AND ? GROUP BY q.i"
    )
    marks = ",".join("?" * len(stocks))
    stock_sql = (
        f"SELECT measure_id, SUM(total), {sums} FROM store_rollup r WHERE node=? AND measure_id IN ({marks}) AND dim=''"
        " AND dim2='' AND month<=? GROUP BY measure_id"
    )
    reach = [rule for rule, _ in covered] + [number for _, number in expected]
    reach_sql = (
        f"SELECT r.rule, SUM(r.{cover}), SUM(CASE WHEN r.month=? THEN r.{told} ELSE 0 END) FROM store_reach r"
        f" WHERE r.node=? AND r.rule IN ({','.join('?' * len(reach))}) AND r.month BETWEEN ? AND ? GROUP BY r.rule"
    )
    flow_parameters = [value for at, cell in enumerate(cells) for value in (at, *cell)] + [node, first, last]

    moved = _moved(asked, store)

    def run() -> list[int]:
        found = {at: rest for at, *rest in store.execute(flow_sql, flow_parameters).fetchall()}
        stood = {key: rest for key, *rest in store.execute(stock_sql, [node, *stocks, last]).fetchall()}
        met = {
            rule: rest
            for rule, *rest in store.execute(reach_sql, [last, node, *reach, first, last]).fetchall()
        }
        values = [found[at][0] if at in found else 0 for at in range(len(flows))]
        values += [stood[key][0] if key in stood else 0 for key in stocks]
        villages = [met[rule][0] if rule in met else 0 for rule, _ in covered]
        return values + [own + more for own, more in zip(villages, moved(), strict=True)]

    return run


def _moved(asked: Asked, store: sqlite3.Connection) -> Method:
    """What villages that moved or merged within the period change in the nine coverages: one statement on their rows.

    Which places these are and who holds them at the end is known beforehand, as the product's plans know it.
    """
    from youju.core.reach import unit_place
    from youju.core.tally import tally
    from youju.store.queries import figures, scope

    world, viewer = figures.world_at(NOW, TODAY), scope.viewer("clerk")
    assert world.grid is not None
    keys = dict(store.execute("SELECT name, id FROM store_measurekey"))
    lines: list[tuple[int, int, int, int]] = []
    rule = None
    for at, recipe in enumerate(recipes(asked)[-len(COVERED_NUMBERS) :]):
        found = tally(figures.plan_in(world, recipe, viewer), world.grid, world.tree, world.moment.latest)
        assert found is not None
        rule = found.rule
        lines += [(at, keys[each.measure], each.low, each.high) for each in found.apart]
    if rule is None or not lines:
        return lambda: [0] * len(COVERED_NUMBERS)
    sql = (
        f"WITH q(i, m, low, high) AS (VALUES {_lines(len(lines), 4)}) SELECT q.i, o.unit_id, o.place, SUM(o.value) FROM q"
        " JOIN store_observation o ON o.measure_id=q.m AND o.place>=q.low AND o.place<q.high AND o.day BETWEEN ? AND ?"
        f" AND o.seq_to={LATER} AND o.counted GROUP BY 1, 2, 3"
    )
    period = (asked.period.first.isoformat(), asked.period.last.isoformat())
    parameters = [value for line in lines for value in line] + [*period]
    units = {unit for _, unit, _, _ in store.execute(sql, parameters)}
    held = {unit: world.tree.up_to(unit, "village", asked.period.last) for unit in units}
    villages = set(world.tree.members(asked.unit, asked.period.last, "village"))

    def run() -> list[int]:
        places: dict[tuple[int, int], int] = {}
        holders: dict[tuple[int, int], int] = {}
        for at, unit, place, total in store.execute(sql, parameters).fetchall():
            if (own := unit_place(place, rule)) is not None:
                places[at, own] = places.get((at, own), 0) + total
            if (holder := held[unit]) in villages:
                holders[at, holder] = holders.get((at, holder), 0) + total
        more = [0] * len(COVERED_NUMBERS)
        for sign, sums in ((-1, places), (1, holders)):
            for (at, _), total in sums.items():
                more[at] += sign * (total > 0)
        return more

    return run


def _lines(count: int, width: int) -> str:
    return ",".join([f"({','.join('?' * width)})"] * count)


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
