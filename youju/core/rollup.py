"""Roll-ups 汇总: what open observations add up to, per node of the tree, measure, part and month.

A node is the interval of places of a unit down to the town. A part is a measure whole, or one value of one or
both of its rolled dimensions. `changes` says what closing and opening rows does to the cells, `split` which part
of a question the cells can answer. Both follow from the rows alone, so that cells kept with every write, cells built
anew and the rows themselves agree. docs/algorithms/roll-up.md
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import combinations

from youju.core.figure import BEGINNING, Answer, Ask, DimsAsked
from youju.core.measure import MAX_DIMENSIONS, Measure, UnitKind
from youju.core.observation import Row
from youju.core.orgtree import level_size, node_of
from youju.core.period import add_months, month_end, month_of
from youju.core.reach import Rule, rules_of

DEEPEST = 4  # towns; below them the covering index is quick enough
FIELDS = ("n", "total", "waiting", "shared", "standing")
Key = tuple[int, str, str, str, int]  # node, measure, dim, dim2, month
Cells = dict[Key, list[int]]
Slice = tuple[int, int]  # which columns of dimensions give dim and dim2, counted from 1; 0 for any
WHOLE: Slice = (0, 0)


@dataclass(frozen=True, slots=True)
class Grid:
    """What is kept: for units of which levels, and for which dimensions of each measure.

    levels  1 province … 4 town, from the topmost unit's down
    rolled  measure → its rolled dimensions' columns, counted from 1; measures without any may be absent
    rules   what is kept of how many units are covered and have reported
    """

    levels: tuple[int, ...]
    rolled: Mapping[str, tuple[int, ...]]
    rules: tuple[Rule, ...] = ()

    def slices(self, measure: str) -> list[Slice]:
        """Whole, by the first rolled dimension, by the second, and by both."""
        return slices_of(self.rolled.get(measure, ()))

    def number_of(self, measure: str, dims: DimsAsked, kind: UnitKind) -> int | None:
        """The number of the rule for this part of a measure and this kind of unit, or None."""
        for number, rule in enumerate(self.rules):
            if (rule.measure, rule.dims, rule.kind) == (measure, dims, kind):
                return number
        return None


def grid_of(top_level: int, measures: Iterable[Measure]) -> Grid:
    """The grid of an organisation whose topmost unit has this level, and of these measures."""
    known = list(measures)
    rolled = {measure.id: rolled_columns(measure) for measure in known if rolled_columns(measure)}
    return Grid(tuple(range(top_level, DEEPEST + 1)), rolled, rules_of(known))


def rolled_columns(measure: Measure) -> tuple[int, ...]:
    """The columns of a measure's rolled dimensions, counted from 1."""
    return tuple(number for number, each in enumerate(measure.dimensions, start=1) if each.rolled)


def slices_of(columns: Sequence[int]) -> list[Slice]:
    """The slices that these rolled columns give; `dim` belongs to the first of them and `dim2` to the second."""
    kept = [column if column in chosen else 0 for size in range(len(columns) + 1)
            for chosen in combinations(columns, size) for column in columns]  # fmt: skip
    width = len(columns)
    if not width:
        return [WHOLE]
    pairs = [kept[start : start + width] for start in range(0, len(kept), width)]
    return [(pair[0], pair[1] if width > 1 else 0) for pair in pairs]


# Writing


def changes(before: Iterable[Row], closed: Sequence[Row], opened: Sequence[Row], grid: Grid) -> Cells:
    """What closing and opening these rows adds to each cell; cells that do not change are absent.

    before  open rows; of every series and of every waiting entry that closed or opened rows belong to, all of them
    """
    cells: Cells = defaultdict(lambda: [0] * len(FIELDS))
    keys = _Keys(grid)
    for sign, rows in ((-1, closed), (1, opened)):
        for row in rows:
            for key in keys.of(row):
                cell = cells[key]
                if row.counted:
                    cell[0] += sign
                    cell[1] += sign * row.value
                else:
                    cell[2] += sign
    touched = {_group(row) for row in (*closed, *opened)} - {None}
    if touched:
        rows_before = Counter(row for row in before if _group(row) in touched)
        rows_after = rows_before - Counter(closed) + Counter(row for row in opened if _group(row) in touched)
        for sign, counted in ((-1, rows_before), (1, rows_after)):
            for key, field, number in _of_groups(counted.elements(), keys):
                cells[key][field] += sign * number
    return {key: cell for key, cell in cells.items() if any(cell)}


class _Keys:
    """The cells that a row belongs to, with the arithmetic of places and dimensions done once for each."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self._nodes: dict[int, list[int]] = {}
        self._parts: dict[tuple[str, tuple[str, str, str]], list[tuple[str, str]]] = {}

    def of(self, row: Row) -> Iterator[Key]:
        month = month_of(row.day)
        for node in self.nodes(row.place):
            for dim, dim2 in self.parts(row):
                yield node, row.measure, dim, dim2, month

    def nodes(self, place: int) -> list[int]:
        found = self._nodes.get(place)
        if found is None:
            found = self._nodes[place] = [node_of(place, level) for level in self.grid.levels]
        return found

    def parts(self, row: Row) -> list[tuple[str, str]]:
        found = self._parts.get((row.measure, row.dims))
        if found is None:
            found = []
            for first, second in self.grid.slices(row.measure):
                dim = row.dims[first - 1] if first else ""
                dim2 = row.dims[second - 1] if second else ""
                if (dim or not first) and (dim2 or not second):
                    found.append((dim, dim2))
            self._parts[row.measure, row.dims] = found
        return found


def _group(row: Row) -> tuple[str, str | int] | None:
    """What a row has to be looked at together with: its series, or what else of its entry waits."""
    if not row.counted:
        return row.measure, row.entry
    return (row.measure, row.series) if row.series else None


def _of_groups(rows: Iterable[Row], keys: _Keys) -> Iterator[tuple[Key, int, int]]:
    groups: dict[tuple[str, str | int], list[Row]] = defaultdict(list)
    for row in rows:
        group = _group(row)
        if group is not None:
            groups[group].append(row)
    for members in groups.values():
        if members[0].counted:
            yield from _standing(members, keys)
        elif len(members) > 1:
            yield from ((key, 3, 1) for row in members for key in keys.of(row))


def _standing(series: Iterable[Row], keys: _Keys) -> Iterator[tuple[Key, int, int]]:
    """In which months a series begins (+1) and ceases (−1) to stand above or below nothing at the month's end."""
    by_month: dict[tuple[int, str, str, str], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in series:
        for node, measure, dim, dim2, month in keys.of(row):
            by_month[node, measure, dim, dim2][month] += row.value
    for (node, measure, dim, dim2), sums in by_month.items():
        level = 0
        for month in sorted(sums):
            stood, level = level != 0, level + sums[month]
            if stood != (level != 0):
                yield (node, measure, dim, dim2, month), 4, 1 if level else -1


# Reading


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a question that cells answer.

    months  first and last; of a stock the first is 0
    until   of a stock asked inside a month: the last day of that month. When a row lies between the asked day
            (excluded) and this one, the cells say too much.
    edges   days at either end that no whole month covers, as questions of their own
    """

    node: int
    dim: str
    dim2: str
    months: tuple[int, int]
    until: date
    edges: tuple[Ask, ...]


def split(ask: Ask, grid: Grid, latest: date) -> Part | None:
    """What cells can say to a question of now, or None when they cannot help.

    latest  no flow is dated later, so a month that runs is whole when the question goes as far
    """
    if ask.kind != "sum" or ask.units is not None:
        return None
    level = next((each for each in grid.levels if level_size(each) == ask.high - ask.low), 0)
    columns = grid.rolled.get(ask.measure, ())
    asked = [number for number in range(1, MAX_DIMENSIONS + 1) if ask.dims[number - 1] is not None]
    if not level or not set(asked) <= set(columns):
        return None
    values = [ask.dims[column - 1] or "" for column in columns] + ["", ""]
    node = ask.low * 10 + level
    if ask.first == BEGINNING:
        return Part(node, values[0], values[1], (0, month_of(ask.last)), month_end(ask.last), ())
    first = ask.first if ask.first.day == 1 else add_months(ask.first, 1)
    ends = ask.last == month_end(ask.last) or ask.last >= latest
    last = month_end(ask.last) if ends else ask.last.replace(day=1) - timedelta(days=1)
    if last < first:
        return None
    edges = []
    if ask.first < first:
        edges.append(replace(ask, last=first - timedelta(days=1)))
    if last < ask.last:
        edges.append(replace(ask, first=last + timedelta(days=1)))
    return Part(node, values[0], values[1], (month_of(first), month_of(last)), ask.last, tuple(edges))


def join(cells: Answer, shared: int, edges: Collection[Answer]) -> Answer | None:
    """One answer of the cells' and the edges', or None when an entry that waits might be counted twice."""
    if shared:
        return None
    if not edges:
        return cells
    waiting = [each.pending for each in edges if each.pending]
    if len(waiting) > 1:
        return None
    return replace(
        cells,
        total=cells.total + sum(each.total for each in edges),
        rows=cells.rows + sum(each.rows for each in edges),
        standing=cells.standing,
        pending=cells.pending + sum(waiting),
    )
