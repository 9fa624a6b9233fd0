"""Roll-ups: what they answer now, and whether they are what the observations say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from youju.core.canonical import digest
from youju.core.figure import Ask
from youju.core.orgtree import WIDTHS, OrgTree, level_size
from youju.core.reach import COLUMNS, Probe, ReachKey
from youju.core.register import Catalog
from youju.core.rollup import FIELDS, WHOLE, Grid, Part, grid_of, slices_of
from youju.core.tally import Tally
from youju.store import sql
from youju.store.models import MeasureKey
from youju.store.queries.ledger import Moment, NoLedger


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


Cell = tuple[int, int, int, int, int]  # n, total, waiting, shared, standing
EMPTY: Cell = (0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Questions:
    """What is put to cells together, as text that can be kept and asked again.

    asks     with the part of each that cells answer
    tallies  what reach counts
    """

    asks: tuple[tuple[Ask, Part], ...]
    tallies: tuple[Tally, ...]
    texts: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Said:
    """What the cells said, in the order of the questions; None where they cannot say it. With the head and state of the ledger."""

    head: int
    at: str
    state: str
    cells: list[Cell | None]
    counts: list[int | None]


def questions(asks: Iterable[tuple[Ask, Part]], tallies: Iterable[Tally]) -> Questions:
    """Make questions ready."""
    sums, counts = tuple(asks), tuple(tallies)
    cells = [
        (part.node, ask.measure, part.dim, part.dim2, part.months[0], part.months[1]) for ask, part in sums
    ]
    reach = [(each.node, each.number, each.column, each.months[0], each.months[1]) for each in counts]
    spans = [(ask, part.until) for ask, part in sums] + [(each.ask, each.until) for each in counts]
    cuts = [
        (number, ask.measure, ask.last.isoformat(), until.isoformat(), ask.low, ask.high)
        for number, (ask, until) in enumerate(spans)
        if ask.last < until
    ]
    return Questions(sums, counts, (sql.listed(cells), sql.listed(reach), sql.listed(cuts)))


def answer(asked: Questions) -> Said:
    """What the cells say now. One statement. Raises NoLedger."""
    cells: list[Cell | None] = [EMPTY] * len(asked.asks)
    counts: list[int | None] = [0] * len(asked.tallies)
    head, at, state = 0, "", ""
    for tag, number, n, total, waiting, shared, standing, *rest in sql.rows("rolled", asked.texts):
        if tag == "cell":
            cells[number] = (int(n), int(total), int(waiting), int(shared), int(standing))
        elif tag == "reach":
            counts[number] = int(n)
        elif tag == "head":
            head, (at, state) = n, rest
        elif number < len(cells):
            cells[number] = None
        else:
            counts[number - len(cells)] = None
    if not head:
        raise NoLedger
    return Said(head, at, state, cells, counts)


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
    lines = sql.listed((*key, *numbers) for key, numbers in cells)
    sql.run("rollup_add", [lines])
    if sweep:
        sql.run("rollup_sweep", [lines])


def rebuild_reach(grid: Grid) -> int:
    """Fill the empty reach from the open observations. Returns how many cells there are now."""
    return sql.run("reach_rebuild", _reach_asked(grid))


def sums(probes: Sequence[Probe]) -> dict[tuple[int, int], dict[int, tuple[int, int]]]:
    """For each probe's rule and place, by month, what counts and how many rows somebody said. One statement."""
    lines = [
        (
            probe.measure,
            probe.place,
            probe.high,
            probe.first.isoformat(),
            probe.last.isoformat(),
            *probe.dims,
        )
        for probe in probes
    ]
    found: dict[tuple[int, int], dict[int, tuple[int, int]]] = {}
    for number, month, total, said in sql.rows("reach_sums", [sql.listed(lines)]):
        probe = probes[number]
        found.setdefault((probe.rule, probe.place), {})[month] = (int(total), int(said))
    return found


def add_reach(cells: Iterable[tuple[ReachKey, list[int]]]) -> None:
    """Add to these cells of reach, and remove those that say nothing then. Two statements."""
    lines = sql.listed((*key, *numbers) for key, numbers in cells)
    sql.run("reach_add", [lines])
    sql.run("reach_sweep", [lines])


def _reach_asked(grid: Grid) -> list[str]:
    return [sql.listed(_rules(grid)), sql.listed(_levels(grid))]


def _rules(grid: Grid) -> list[list[str | int | None]]:
    return [
        [
            number,
            rule.measure,
            *rule.dims,
            level_size(rule.level),
            10 ** WIDTHS[rule.level - 1],
            rule.numbers.start,
            rule.numbers.stop - 1,
            rule.level,
            int(rule.covers),
            int(rule.stock),
            rule.every,
        ]
        for number, rule in enumerate(grid.rules)
    ]


def _levels(grid: Grid) -> list[tuple[int, int]]:
    return [(level, level_size(level)) for level in grid.levels]


def _cells_asked(grid: Grid) -> list[str]:
    measures = MeasureKey.unscoped.values_list("name", flat=True)
    slices = [
        (name, first, second)
        for name in measures
        for first, second in (slices_of(grid.rolled[name]) if name in grid.rolled else [WHOLE])
    ]
    return [sql.listed(slices), *[sql.listed(_levels(grid))] * 3]
