"""What has to change among the open observations when entries change: the one routine of writing and of replay.

The caller says which entries are touched and brings a `Shelf`, the open rows of the moment; the answer is which
rows close and which open. Flows and items are read from their own entry alone. A reported level depends on the
reports around it in its series, so whole series are computed again, and with them those of units that merged
into the touched one. docs/algorithms/stock-and-series.md
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from youju.core.observation import (
    Dims,
    Fact,
    Point,
    Row,
    flow_row,
    item_points,
    stock_rows,
)
from youju.core.orgtree import OrgTree

LevelKey = tuple[str, int, Dims]  # measure, unit that reported, dimensions


@dataclass(frozen=True, slots=True)
class Statement:
    """The facts of one revision of an entry: the one that counts, or one that waits for review."""

    entry: int
    revision: int
    facts: tuple[Fact, ...]
    counted: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """An open row with the key it is stored under."""

    id: int
    row: Row


class Shelf(Protocol):
    """Where the open rows lie: the tables, or the memory of a replay."""

    def of_entries(self, entries: Collection[int]) -> list[Kept]:
        """Every open row read from these entries."""
        ...

    def of_series(self, series: Collection[str]) -> list[Kept]:
        """Every open counted row of these series."""
        ...


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to close and rows to open; what stays the same is in neither."""

    close: tuple[int, ...]
    open: tuple[Row, ...]


def observe(
    entries: Collection[int], statements: Iterable[Statement], shelf: Shelf, tree: OrgTree
) -> Changes:
    """What changes when exactly `entries` say exactly `statements`, in the organisation `tree`."""
    touched = frozenset(entries)
    before = shelf.of_entries(touched)
    wanted: list[Row] = []
    levels: dict[LevelKey, list[Point]] = {}
    for said in statements:
        for fact in said.facts:
            if fact.kind == "level" and said.counted:
                key = (fact.measure, _unit(fact), fact.dims)
                point = Point(fact.day, _unit(fact), fact.value, said.entry, said.revision)
                levels.setdefault(key, []).append(point)
            else:
                wanted.extend(_own_rows(fact, said, tree))
    compared = {kept.id: kept for kept in before if not is_level(kept.row.series)}
    keys = set(levels) | {level_key(kept.row) for kept in before if is_level(kept.row.series)}
    if keys:
        rows, kept_rows = _level_rows(keys, levels, touched, shelf, tree)
        wanted.extend(rows)
        compared.update((kept.id, kept) for kept in kept_rows)
    return _difference(compared.values(), wanted)


def level_series(unit: int) -> str:
    """The name of the series of levels that a unit reports."""
    return f"L{unit}"


def item_series(entry: int, rule: int) -> str:
    """The name of the series of one inventory item."""
    return f"E{entry}.{rule}"


def is_level(series: str) -> bool:
    """Whether a series is made of reported levels."""
    return series.startswith("L")


def level_key(row: Row) -> LevelKey:
    """Which levels a row of a level series belongs to."""
    return (row.measure, int(row.series[1:]), row.dims)


def _own_rows(fact: Fact, said: Statement, tree: OrgTree) -> list[Row]:
    if fact.kind in ("flow", "nil") or not said.counted:
        # A row that waits is only there to be counted as waiting: it needs its day and place, no differences.
        series = "" if fact.kind in ("flow", "nil") else f"P{said.entry}.{fact.rule}"
        return [flow_row(fact, tree, series, said.entry, said.revision, counted=said.counted)]
    points = item_points(fact, said.entry, said.revision)
    return stock_rows(fact.measure, item_series(said.entry, fact.rule), fact.dims, points, tree)


def _level_rows(
    keys: Collection[LevelKey],
    said: Mapping[LevelKey, list[Point]],
    touched: frozenset[int],
    shelf: Shelf,
    tree: OrgTree,
) -> tuple[list[Row], list[Kept]]:
    heirs = tree.taken_over
    again = set(keys)
    for measure, unit, dims in keys:
        again.update((measure, each, dims) for each, after in heirs.items() if unit in after)
    needed = set(again)
    for measure, unit, dims in again:
        needed.update((measure, each, dims) for each in heirs.get(unit, ()))
    points: dict[LevelKey, list[Point]] = {key: list(said.get(key, ())) for key in needed}
    stored = shelf.of_series({level_series(unit) for _, unit, _ in needed})
    for kept in stored:
        row, key = kept.row, level_key(kept.row)
        if key in points and row.origin == "own" and row.entry not in touched:
            assert row.level is not None
            points[key].append(Point(row.day, key[1], row.level, row.entry, row.revision))
    rows: list[Row] = []
    for key in sorted(again):
        measure, unit, dims = key
        taken_over = [
            point
            for heir in heirs.get(unit, ())
            for point in points[(measure, heir, dims)]
            if tree.heir(unit, point.day) == heir
        ]
        cut = min(taken_over, key=lambda each: (each.day, each.revision), default=None)
        if points[key]:
            rows.extend(stock_rows(measure, level_series(unit), dims, points[key], tree, cut))
    return rows, [kept for kept in stored if level_key(kept.row) in again]


def _difference(before: Iterable[Kept], wanted: list[Row]) -> Changes:
    missing = Counter(wanted)
    close = []
    for kept in before:
        if missing[kept.row] > 0:
            missing[kept.row] -= 1
        else:
            close.append(kept.id)
    open_rows = []
    for row in wanted:
        if missing[row] > 0:
            missing[row] -= 1
            open_rows.append(row)
    return Changes(tuple(sorted(close)), tuple(open_rows))


def _unit(fact: Fact) -> int:
    assert isinstance(fact.unit, int), "units are resolved before facts are placed"
    return fact.unit
