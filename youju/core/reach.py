"""Reach: of how many units of a kind a sum is above nothing, or something was reported, per node and month.

A rule names what is asked of which kind of unit: the condition of a coverage, or what is expected. The unit of a row is
read off its place. Each column adds up over units and nodes: of a unit's running total the months in which it rises above nothing
(+1) and falls back (−1), of its reports the slots up to which none is lacking. Writing is here; `youju.core.tally` reads.
docs/algorithms/coverage.md
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from youju.core.figure import BEGINNING, DimsAsked, dims_asked
from youju.core.measure import Measure, UnitKind
from youju.core.observation import Row
from youju.core.orgtree import FAR, LEVEL_OF_KIND, SLOTS, WIDTHS, level_size, node_of
from youju.core.period import MONTHS_IN, Frequency, month_of

# met_m, met_q, met_y: of flows since the month, quarter, year began; met: of stocks; told: reported in the slot that ends with the
# month; told_q, told_y: in every slot of the quarter, of the year, up to this one
Column = Literal["met_m", "met_q", "met_y", "met", "told", "told_q", "told_y"]
COLUMNS: tuple[Column, ...] = ("met_m", "met_q", "met_y", "met", "told", "told_q", "told_y")
STRETCHES: tuple[tuple[Column, int], ...] = (("met_m", 1), ("met_q", 3), ("met_y", 12))
EVER: tuple[tuple[Column, int], ...] = (("met", FAR.year * 12 + 12),)
TOLD: tuple[tuple[Column, int], ...] = (("told_q", 3), ("told_y", 12))
ReachKey = tuple[int, int, int]  # node, number of the rule, month
ReachCells = dict[ReachKey, list[int]]
Sums = Mapping[int, Sequence[int]]  # month → total of what counts, how many rows somebody said


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing kept of units of one kind.

    dims       value or None (any) for each dimension column
    covers     whether a coverage asks if the sum is above nothing
    frequency  how often a unit of the kind has to report; '' when it has not
    """

    measure: str
    dims: DimsAsked
    kind: UnitKind
    stock: bool
    covers: bool
    frequency: Frequency | Literal[""]

    @property
    def every(self) -> int:
        """Months of a slot; 0 when nothing is expected."""
        return MONTHS_IN[self.frequency] if self.frequency else 0

    @property
    def level(self) -> int:
        """The level of the units."""
        return LEVEL_OF_KIND[self.kind]

    @property
    def numbers(self) -> range:
        """Which numbers units of the kind have within the unit above."""
        return _counting(self.kind)[2]


def rules_of(measures: Iterable[Measure]) -> tuple[Rule, ...]:
    """What these measures make worth keeping, in an order that follows from what they say.

    A coverage of several conditions, or among units that bear tags, cannot be added up: it has no rule.
    """
    known = {measure.id: measure for measure in measures}
    covered = set()
    for measure in known.values():
        if measure.coverage and len(measure.coverage.all_of) == 1 and not measure.coverage.tags:
            (condition,) = measure.coverage.all_of
            if of := known.get(condition.measure):
                covered.add((of.id, dims_asked(of, condition.dims), measure.coverage.of))
    expected = {
        (measure.id, dims_asked(measure, ()), measure.expected.kind)
        for measure in known.values()
        if measure.observed and measure.expected
    }
    found = []
    for key in covered | expected:
        measure = known[key[0]]
        every = measure.expected.frequency if measure.expected and key in expected else ""
        found.append(Rule(*key, measure.behaviour == "stock", key in covered, every))
    return tuple(
        sorted(found, key=lambda rule: (rule.measure, [each or "" for each in rule.dims], rule.kind))
    )


def unit_place(place: int, rule: Rule) -> int | None:
    """The place of the unit of the rule's kind that a place lies in, or None."""
    size, width, numbers = _counting(rule.kind)
    return place - place % size if place // size % width in numbers else None


@cache
def _counting(kind: UnitKind) -> tuple[int, int, range]:
    level = LEVEL_OF_KIND[kind]
    width = int(10 ** WIDTHS[level - 1])
    return level_size(level), width, SLOTS.get(kind, range(1, width))


# Writing


@dataclass(frozen=True, slots=True)
class Probe:
    """The sums of one unit that have to be known, by month, to say what a change changed."""

    rule: int
    measure: str
    place: int
    high: int
    first: date
    last: date
    dims: DimsAsked


Touched = dict[tuple[int, int], dict[int, list[int]]]  # number of the rule, place of the unit → month → sums


def touched(closed: Iterable[Row], opened: Iterable[Row], rules: Sequence[Rule]) -> Touched:
    """By how much closing and opening these rows changes the sums of which units."""
    of_measure: dict[str, list[tuple[int, Rule]]] = defaultdict(list)
    for number, rule in enumerate(rules):
        of_measure[rule.measure].append((number, rule))
    found: Touched = {}
    for sign, rows in ((-1, closed), (1, opened)):
        for row in rows:
            if not row.counted:
                continue
            for number, rule in of_measure.get(row.measure, ()):
                place = unit_place(row.place, rule)
                if place is None or not _fits(row, rule):
                    continue
                sums = found.setdefault((number, place), {}).setdefault(month_of(row.day), [0, 0])
                sums[0] += sign * row.value
                sums[1] += sign * (row.origin != "transfer")
    return found


def _fits(row: Row, rule: Rule) -> bool:
    return all(asked is None or asked == value for asked, value in zip(rule.dims, row.dims, strict=True))


def probes(changed: Touched, rules: Sequence[Rule]) -> list[Probe]:
    """What to ask the rows: of a flow the years that are touched, of a stock everything."""
    found = []
    for (number, place), months in changed.items():
        rule = rules[number]
        first, last = date(min(months) // 12, 1, 1), date(max(months) // 12, 12, 31)
        if rule.stock and rule.covers:
            first, last = BEGINNING, FAR
        high = place + level_size(rule.level)
        found.append(Probe(number, rule.measure, place, high, first, last, rule.dims))
    return found


def reach_changes(
    changed: Touched, after: Mapping[tuple[int, int], Sums], rules: Sequence[Rule], levels: Sequence[int]
) -> ReachCells:
    """What the change adds to each cell; cells that do not change are absent.

    after  the sums of each touched unit once the rows are closed and opened, as `probes` asks for them
    """
    cells: ReachCells = defaultdict(lambda: [0] * len(COLUMNS))
    for (number, place), change in changed.items():
        rule, now = rules[number], after.get((number, place), {})
        was = {month: list(sums) for month, sums in now.items()}
        for month, (total, said) in change.items():
            sums = was.setdefault(month, [0, 0])
            sums[0] -= total
            sums[1] -= said
        nodes = [node_of(place, level) for level in levels if level <= rule.level]
        for sign, sums_by_month in ((-1, was), (1, now)):
            for month, column, mark in marks(sums_by_month, rule):
                for node in nodes:
                    cells[node, number, month][column] += sign * mark
    return {key: cell for key, cell in cells.items() if any(cell)}


def marks(sums: Sums, rule: Rule) -> Iterator[tuple[int, int, int]]:
    """What one unit adds to its cells: month, number of the column, +1 or −1."""
    if rule.covers:
        for column, months in EVER if rule.stock else STRETCHES:
            yield from _crossings(sums, COLUMNS.index(column), months)
    if rule.every:
        yield from _reports(sums, rule.every)


def _crossings(sums: Sums, column: int, months: int) -> Iterator[tuple[int, int, int]]:
    """Where the total since the beginning of each stretch of so many months rises above nothing and falls back."""
    total, stretch = 0, -1
    for month in sorted(sums):
        if month // months != stretch:
            total, stretch = 0, month // months
        before, total = total, total + sums[month][0]
        if (before > 0) != (total > 0):
            yield month, column, 1 if total > 0 else -1


def _reports(sums: Sums, every: int) -> Iterator[tuple[int, int, int]]:
    """The slots in which something was said, by their last month, and those up to which none is lacking."""
    told: dict[int, int] = defaultdict(int)
    for month, (_, said) in sums.items():
        told[slot_end(month, every)] += said
    slots = {month for month, said in told.items() if said > 0}
    for month in sorted(slots):
        yield month, COLUMNS.index("told"), 1
        for column, months in TOLD:
            if every <= months and slots.issuperset(
                range(month, month // months * months + every - 2, -every)
            ):
                yield month, COLUMNS.index(column), 1


def slot_end(month: int, every: int) -> int:
    """The last month of the slot of so many months that a month is in."""
    return month - month % every + every - 1
