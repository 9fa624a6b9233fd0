"""Tallies: how many units are covered, or have not reported, by the cells of reach where these say it exactly.

Cells count by place, a figure by unit. The two agree except where the organisation changed within the asked days: there the places
are left out of the cells, and their rows are asked unit by unit (`unsettled`). docs/algorithms/coverage.md
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from youju.core.figure import BEGINNING, Ask, AskKind, PlaceSum, Plan
from youju.core.orgtree import OrgTree, level_size
from youju.core.period import Period, month_end, month_of
from youju.core.reach import Column, Rule, slot_end, unit_place
from youju.core.rollup import Grid

MOST = 60  # stretches of places that are asked apart; with more, all rows are asked


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """A count of units that cells answer, but for some places.

    number   of the rule
    months   first and last; of a stock the first is 0
    until    as of a roll-up's part: when a row of a stock lies between the asked day and this one, the cells say too much
    apart    the rows of places that cells count otherwise, as questions of their own
    settled  of reports: how many units that have to report stand elsewhere
    owing    of reports: the slots, each with those units that have to report and do stand at these places
    """

    rule: Rule
    number: int
    node: int
    column: Column
    months: tuple[int, int]
    ask: Ask
    until: date
    apart: tuple[Ask, ...] = ()
    settled: int = 0
    owing: tuple[tuple[Period, tuple[int, ...]], ...] = ()

    def units(self, kept: int) -> int:
        """How many units are covered, or did not report, where nothing is counted apart: from what the cells count."""
        return self.settled - kept if self.owing else kept


def tally(plan: Plan, grid: Grid, tree: OrgTree, latest: date) -> Tally | None:
    """What cells can count for this plan, or None when they cannot.

    latest  no flow is dated later, so a month that runs is whole when the question goes as far
    """
    if plan.due:
        return _reported(plan, grid, tree)
    if plan.measure.coverage is None or len(plan.parts) != 1 or plan.measure.coverage.tags:
        return None
    ((_, asks),) = plan.parts
    if len(asks) != 1 or asks[0].units is not None or not plan.universe:
        return None
    ask = asks[0]
    number = grid.number_of(ask.measure, ask.dims, plan.measure.coverage.of)
    level = _level(ask, grid)
    if number is None or level is None or level > grid.rules[number].level:
        return None
    rule = grid.rules[number]
    column, last = _column(ask, rule, latest), month_of(ask.last)
    if column is None:
        return None
    months = (0 if rule.stock else month_of(ask.first), last)
    until = month_end(ask.last) if rule.stock else ask.last
    apart = _apart(ask, rule, tree, Period(ask.first, ask.last), Period(ask.last, ask.last), reports=False)
    if apart is None:
        return None
    return Tally(rule, number, ask.low * 10 + level, column, months, ask, until, apart)


def _level(ask: Ask, grid: Grid) -> int | None:
    return next((each for each in grid.levels if level_size(each) == ask.high - ask.low), None)


def _column(ask: Ask, rule: Rule, latest: date) -> Column | None:
    """The column that begins where the question does; None when none does, or the question ends within a month."""
    if rule.stock:
        return "met" if ask.first == BEGINNING else None
    if ask.first.day != 1 or (ask.last != month_end(ask.last) and ask.last < latest):
        return None
    first, last = month_of(ask.first), month_of(ask.last)
    if first == last:
        return "met_m"
    if first % 3 == 0 and first // 3 == last // 3:
        return "met_q"
    return "met_y" if first % 12 == 0 and first // 12 == last // 12 else None


def _reported(plan: Plan, grid: Grid, tree: OrgTree) -> Tally | None:
    expected = plan.measure.expected
    assert expected is not None
    asks = [asks for name, asks in plan.parts if name != "v"]
    if any(len(each) != 1 for each in asks):
        return None
    every = [ask for (ask,) in asks]
    low, high = every[0].low, every[0].high
    for ask, (slot, _) in zip(every, plan.due, strict=True):
        if ask.units is not None or (ask.low, ask.high, ask.first, ask.last) != (
            low,
            high,
            slot.first,
            slot.last,
        ):
            return None
    number = grid.number_of(plan.measure.id, every[0].dims, expected.kind)
    level = _level(every[0], grid)
    if number is None or level is None or level > grid.rules[number].level:
        return None
    rule, first, last = grid.rules[number], plan.due[0][0], plan.due[-1][0]
    since, until = month_of(first.first), month_of(last.last)
    column = _told(since, until, rule.every)
    if column is None or until - since + 1 != rule.every * len(plan.due):
        return None
    whole = Ask("sum", plan.measure.id, low, high, first.first, last.last)
    days, ends = Period(first.first, last.last), Period(first.last, last.last)
    apart = _apart(whole, rule, tree, days, ends, reports=True)
    if apart is None:
        return None
    there = _Places(apart)
    owing_there = tuple(
        (slot, tuple(unit for unit in owing if there.has(tree.place(unit, slot.last))) if apart else ())
        for slot, owing in plan.due
    )
    settled = len(plan.due[-1][1]) - len(owing_there[-1][1])
    node, months = low * 10 + level, (until, until)
    return Tally(rule, number, node, column, months, whole, last.last, apart, settled, owing_there)


def _told(first: int, last: int, every: int) -> Column | None:
    """The column that says who reported in every slot from one month to another."""
    if last - first < every:
        return "told"
    if every <= 3 and first % 3 == 0 and first // 3 == last // 3:
        return "told_q"
    return "told_y" if first % 12 == 0 and first // 12 == last // 12 else None


def _apart(
    ask: Ask, rule: Rule, tree: OrgTree, days: Period, ends: Period, *, reports: bool
) -> tuple[Ask, ...] | None:
    """The questions for the places that cells count otherwise; None when there are too many."""
    size, stock = level_size(rule.level), rule.stock and ask.first == BEGINNING
    kind: AskKind = "slots" if reports else "places"
    found: list[Ask] = []
    for place in sorted(unsettled(tree, rule, days, ends, stock=stock)):
        if not ask.low <= place < ask.high:
            continue
        low = found.pop().low if found and found[-1].high == place else place
        found.append(Ask(kind, ask.measure, low, place + size, ask.first, ask.last, rule.dims))
    return tuple(found) if len(found) <= MOST else None


def unsettled(tree: OrgTree, rule: Rule, days: Period, ends: Period, *, stock: bool) -> frozenset[int]:
    """The places of the rule's level whose rows belong to another unit, or to none, on the last of these days.

    days   the days of the rows
    ends   the first and last day on which units are looked at: the same for a coverage, the ends of slots for reports
    stock  whether what stands is asked: it goes along with its unit, so that only what nobody took over stays behind

    Where a place is left out, the place that its rows belong to then is left out as well, so both can be counted by unit.
    """
    asked = (rule.kind, days, ends, stock)
    return tree.remember(asked, lambda: frozenset(_unsettled(tree, rule, days, ends, stock=stock)))


def _unsettled(tree: OrgTree, rule: Rule, days: Period, ends: Period, *, stock: bool) -> Iterator[int]:
    size, once = level_size(rule.level), ends.first == ends.last
    for until, unit, place in tree.ended:
        if until > ends.last:
            continue
        left, holder = place - place % size, tree.holder(unit, rule.kind, ends.last)
        held = None if holder is None else holder[1]
        gone = held is None and not tree.exists(tree.heir(unit, ends.last), ends.last)
        moved = not stock and until > days.first and not (once and held == left)
        if not gone and not moved:
            continue
        if held is not None:
            yield from (left, held)
        elif unit_place(left, rule) == left:
            yield left
    yield from (place for level, place in tree.miscast if level == rule.level)
    if not once:
        begun = tree.begun(ends.first, ends.last)
        yield from (place for place in begun if unit_place(place, rule) == place)


class _Places:
    """Stretches of places, as questions have them."""

    def __init__(self, asks: Iterable[Ask]) -> None:
        self.stretches = [(ask.low, ask.high) for ask in asks]

    def has(self, place: int | None) -> bool:
        return place is not None and any(low <= place < high for low, high in self.stretches)


def covered(asked: Tally, kept: int, rows: Sequence[PlaceSum], tree: OrgTree) -> int | None:
    """How many units are covered, from the cells' count and the rows of places that are counted by unit.

    None when these rows belong to a unit that the cells count too.
    """
    there, ask = _Places(asked.apart), asked.ask
    by_place: dict[int, int] = defaultdict(int)
    by_unit: dict[int, int] = defaultdict(int)
    for unit, place, _, total, _ in rows:
        by_place[place] += total
        by_unit[unit] += total
    by_number: dict[int, int] = defaultdict(int)
    for place, total in by_place.items():
        if (number := unit_place(place, asked.rule)) is not None:
            by_number[number] += total
    by_holder: dict[int, int] = defaultdict(int)
    for unit, total in by_unit.items():
        holder = tree.holder(unit, asked.rule.kind, ask.last)
        if holder is None or not ask.low <= holder[1] < ask.high:
            continue
        if not there.has(holder[1]):
            return None
        by_holder[holder[0]] += total
    return kept - _above(by_number.values()) + _above(by_holder.values())


def _above(totals: Iterable[int]) -> int:
    return sum(1 for total in totals if total > 0)


def lacking(asked: Tally, kept: int, rows: Sequence[PlaceSum], tree: OrgTree) -> int:
    """How many units did not report in every slot, from the cells' count of those that did."""
    every = asked.rule.every
    places: dict[int, set[int]] = defaultdict(set)
    units: dict[int, set[int]] = defaultdict(set)
    for unit, at, month, _, said in rows:
        if said:
            slot = slot_end(month, every)
            units[slot].add(unit)
            place = unit_place(at, asked.rule)
            if place is not None:
                places[place].add(slot)
    kept -= sum(1 for slots in places.values() if len(slots) == len(asked.owing))
    missing: set[int] = set()
    for due, owing in asked.owing:
        holders = (tree.holder(unit, asked.rule.kind, due.last) for unit in units[month_of(due.last)])
        reported = {holder[0] for holder in holders if holder}
        missing.update(unit for unit in owing if unit not in reported)
    return asked.units(kept) + len(missing)
