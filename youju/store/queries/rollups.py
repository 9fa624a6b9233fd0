"""Roll-ups: what they answer now, and whether they are what the observations say."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from youju.core.canonical import digest
from youju.core.figure import Answer, Ask
from youju.core.orgtree import WIDTHS, OrgTree, level_size
from youju.core.reach import COLUMNS, Probe, ReachKey
from youju.core.register import Catalog
from youju.core.rollup import FIELDS, WHOLE, Grid, Part, grid_of, slices_of
from youju.core.tally import Tally
from youju.store import sql
from youju.store.models import MeasureKey
from youju.store.queries.ledger import Moment


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is kept otherwise than the observations say.

    part         the values of dimensions, and of reach the kind of unit
    kept, right  the numbers of `fields`; None: it is not there, or should not be
    """

    node: int
    measure: str
    part: tuple[str, ...]
    month: int
    fields: tuple[str, ...]
    kept: tuple[int, ...] | None
    right: tuple[int, ...] | None


def name_of(grid: Grid) -> str:
    """A digest that tells the levels and rolled dimensions of this grid from any other's."""
    return digest([list(grid.levels), sorted([name, *columns] for name, columns in grid.rolled.items())])


def rules_name(grid: Grid) -> str:
    """A digest that tells the levels and rules of this grid from any other's."""
    return digest([list(grid.levels), _rules(grid)])


def grid_in_force(moment: Moment, tree: OrgTree, catalog: Catalog) -> Grid | None:
    """The grid whose roll-ups are kept, when they are those that this moment's tree and registers ask for.

    Without rules when those that are kept are others.
    """
    if not moment.grid:
        return None
    grid = grid_of(tree.top_level, catalog.measures.values())
    if name_of(grid) != moment.grid:
        return None
    return grid if rules_name(grid) == moment.rules else replace(grid, rules=())


def answer(
    parts: Mapping[Ask, Part], tallies: Collection[Tally], moment: Moment
) -> tuple[dict[Ask, tuple[Answer, int]], dict[Tally, int]]:
    """What the cells say to each question, with how many waiting rows may belong to one entry; and to each tally. One statement.

    Questions that cells cannot answer are absent; all are, when the ledger has moved on since `moment`.
    """
    asks, counts = list(parts), list(tallies)
    questions = [_cell_ask(number, ask, part) for number, (ask, part) in enumerate(parts.items())]
    questions += [_reach_ask(number, each) for number, each in enumerate(counts, start=len(asks))]
    found = dict.fromkeys(asks, (Answer(), 0))
    counted = dict.fromkeys(counts, 0)
    for tag, number, n, total, waiting, shared, standing, kept in sql.rows("rolled", [json.dumps(questions)]):
        if tag == "head":
            if (n, kept) != (moment.seq, moment.grid + moment.rules):
                return {}, {}
        elif tag == "cell":
            found[asks[number]] = (
                Answer(int(total), int(n), int(standing), int(waiting)),
                int(shared),
            )
        elif tag == "reach":
            counted[counts[number - len(asks)]] = int(n)
        elif number < len(asks):
            found.pop(asks[number])
        else:
            counted.pop(counts[number - len(asks)])
    return found, counted


def _cell_ask(number: int, ask: Ask, part: Part) -> dict[str, str | int]:
    return {
        "i": number,
        "node": part.node,
        "m": ask.measure,
        "x1": part.dim,
        "x2": part.dim2,
        "m0": part.months[0],
        "m1": part.months[1],
        "d1": ask.last.isoformat(),
        "d2": part.until.isoformat(),
        "lo": ask.low,
        "hi": ask.high,
        "x0": 0,
        "c": "",
    }


def _reach_ask(number: int, asked: Tally) -> dict[str, str | int]:
    return {
        "i": number,
        "node": asked.node,
        "m": asked.rule.measure,
        "x1": "",
        "x2": "",
        "m0": asked.months[0],
        "m1": asked.months[1],
        "d1": asked.ask.last.isoformat(),
        "d2": asked.until.isoformat(),
        "lo": asked.ask.low,
        "hi": asked.ask.high,
        "x0": asked.number,
        "c": asked.column,
    }


def differences(grid: Grid, limit: int) -> list[Difference]:
    """Cells that are not what the open observations say, at most about `limit` of either table. Three statements."""
    found: dict[tuple[int, str, tuple[str, ...], int, tuple[str, ...]], dict[str, tuple[int, ...]]] = {}
    part: tuple[str, ...]
    for tag, node, measure, dim, dim2, month, *numbers in sql.rows(
        "rollup_differences", [*_cells_asked(grid), 2 * limit]
    ):
        part = tuple(filter(None, (dim, dim2)))
        found.setdefault((node, measure, part, month, FIELDS), {})[tag] = tuple(
            int(number) for number in numbers
        )
    for tag, node, number, month, *numbers in sql.rows("reach_differences", [*_reach_asked(grid), 2 * limit]):
        measure, part = str(number), ()
        if number < len(grid.rules):
            rule = grid.rules[number]
            measure, part = rule.measure, (*filter(None, rule.dims), rule.kind)
        found.setdefault((node, measure, part, month, COLUMNS), {})[tag] = tuple(
            int(number) for number in numbers
        )
    return [Difference(*key, cell.get("kept"), cell.get("right")) for key, cell in found.items()]


def rebuild(grid: Grid) -> int:
    """Fill the empty roll-up from the open observations. Returns how many cells there are now."""
    return sql.run("rollup_rebuild", _cells_asked(grid))


def add(cells: Iterable[tuple[tuple[int, str, str, str, int], list[int]]], *, sweep: bool) -> None:
    """Add to these cells. One statement; two with `sweep`, which removes those that are empty then."""
    lines = json.dumps(
        [
            {"node": node, "m": measure, "dim": dim, "dim2": dim2, "month": month}
            | dict(zip(FIELDS, numbers, strict=True))
            for (node, measure, dim, dim2, month), numbers in cells
        ]
    )
    sql.run("rollup_add", [lines])
    if sweep:
        sql.run("rollup_sweep", [lines])


def rebuild_reach(grid: Grid) -> int:
    """Fill the empty reach from the open observations. Returns how many cells there are now."""
    return sql.run("reach_rebuild", _reach_asked(grid))


def sums(probes: Sequence[Probe]) -> dict[tuple[int, int], dict[int, tuple[int, int]]]:
    """For each probe's rule and place, by month, what counts and how many rows somebody said. One statement."""
    questions = [
        {
            "i": number,
            "m": probe.measure,
            "lo": probe.place,
            "hi": probe.high,
            "d0": probe.first.isoformat(),
            "d1": probe.last.isoformat(),
            "x1": probe.dims[0],
            "x2": probe.dims[1],
            "x3": probe.dims[2],
        }
        for number, probe in enumerate(probes)
    ]
    found: dict[tuple[int, int], dict[int, tuple[int, int]]] = {}
    for number, month, total, said in sql.rows("reach_sums", [json.dumps(questions)]):
        probe = probes[number]
        found.setdefault((probe.rule, probe.place), {})[month] = (int(total), int(said))
    return found


def add_reach(cells: Iterable[tuple[ReachKey, list[int]]]) -> None:
    """Add to these cells of reach, and remove those that say nothing then. Two statements."""
    lines = json.dumps(
        [
            {"node": node, "rule": rule, "month": month} | dict(zip(COLUMNS, numbers, strict=True))
            for (node, rule, month), numbers in cells
        ]
    )
    sql.run("reach_add", [lines])
    sql.run("reach_sweep", [lines])


def _reach_asked(grid: Grid) -> list[str]:
    return [json.dumps(_rules(grid)), json.dumps(_levels(grid))]


def _rules(grid: Grid) -> list[dict[str, str | int | None]]:
    return [
        {
            "rule": number,
            "m": rule.measure,
            "x1": rule.dims[0],
            "x2": rule.dims[1],
            "x3": rule.dims[2],
            "size": level_size(rule.level),
            "width": 10 ** WIDTHS[rule.level - 1],
            "lo": rule.numbers.start,
            "hi": rule.numbers.stop - 1,
            "level": rule.level,
            "covers": int(rule.covers),
            "stock": int(rule.stock),
            "slot": rule.every,
        }
        for number, rule in enumerate(grid.rules)
    ]


def _levels(grid: Grid) -> list[dict[str, int]]:
    return [{"level": level, "size": level_size(level)} for level in grid.levels]


def _cells_asked(grid: Grid) -> list[str]:
    measures = MeasureKey.unscoped.values_list("name", flat=True)
    slices = [
        {"m": name, "a": first, "b": second}
        for name in measures
        for first, second in (slices_of(grid.rolled[name]) if name in grid.rolled else [WHOLE])
    ]
    return [json.dumps(slices), json.dumps(_levels(grid))]
