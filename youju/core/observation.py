"""From a reviewed entry to observations: what happened or stood, when, where, of what kind, how much.

Two steps. `facts_of` reads one entry by its own register version. `flow_row` and `stock_rows` place facts on
the tree: a flow where its unit stood on its day; a stock wherever it stood on each day, so that a move of a
unit subtracts it at the old place and adds it at the new one. Every row is additive: the figure of any unit
is a sum of rows inside an interval of places, for flows over the period's days, for stocks over all days up
to the last. docs/algorithms/stock-and-series.md has the worked tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from youju.core.measure import MAX_DIMENSIONS, Measure
from youju.core.orgtree import FAR, OrgTree
from youju.core.period import Period
from youju.core.quantity import Quantity, from_scaled
from youju.core.register import Observe, Register, When

Value = str | Quantity | date | bool | int
UnitRef = int | str
Dims = tuple[str, str, str]
FactKind = Literal["flow", "nil", "item", "level"]
Origin = Literal["own", "nil", "transfer"]
NO_DIMS: Dims = ("", "", "")


@dataclass(frozen=True, slots=True)
class Fact:
    """What one entry says of one measure.

    kind   flow: happened on `day`; nil: nothing happened in the slot that ends on `day`;
           item: stands from `day` until `until` (excluded); level: so much stood at the unit on `day`
    value  scaled integer of the measure's unit
    rule   which `observe` line made it, so that two of one entry are two series
    """

    measure: str
    kind: FactKind
    day: date
    unit: UnitRef
    value: int
    dims: Dims = NO_DIMS
    until: date | None = None
    rule: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One observation as stored: additive `value` at `place` on `day`; `level` is what was reported, None for flows.

    entry, revision  what it was read from; a transfer belongs to the report that stood before it
    counted          False while the revision waits for review; such rows are in no sum
    """

    measure: str
    unit: int
    day: date
    place: int
    series: str
    dims: Dims
    value: int
    level: int | None = None
    origin: Origin = "own"
    entry: int = 0
    revision: int = 0
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Point:
    """A stock of one series from `day` on, said by one revision. `at` is the unit it was said of.

    Of two points on one day the one of the higher revision is the last word.
    """

    day: date
    at: int
    level: int
    entry: int = 0
    revision: int = 0


def facts_of(
    register: Register, values: Mapping[str, Value], measures: Mapping[str, Measure], unit: UnitRef
) -> list[Fact]:
    """What an entry with these typed values says, by this version of its register.

    values  field id → text, Quantity, date, bool; a unit field holds the unit's id (or name, in examples)
    unit    the entry's own unit, for rules that name no other
    returns facts in the order of the register's rules; a rule whose date or amount is empty yields nothing
    """
    facts = []
    for number, rule in enumerate(register.observe):
        if not all(_holds(when, values) for when in rule.when):
            continue
        measure = measures[rule.measure]
        amount = _amount(rule, values, measure)
        day = values.get(rule.since or rule.on)
        if amount is None or not isinstance(day, date):
            continue
        where = values.get(rule.at, None) if rule.at else unit
        if where is None or isinstance(where, bool | Quantity | date):
            continue
        until = values.get(rule.until) if rule.until else None
        kind: FactKind = "level" if rule.level else "item" if rule.since else "flow"
        ends = until if isinstance(until, date) else None
        if kind == "item" and ends is not None and ends <= day:
            continue
        facts.append(Fact(measure.id, kind, day, where, amount, _dims(rule, values, measure), ends, number))
    return facts


def nil_facts(register: Register, slot: Period, unit: UnitRef) -> list[Fact]:
    """A nil report 零报告: zero for every expected flow of the register in the slot, dated its last day."""
    return [
        Fact(measure.id, "nil", slot.last, unit, 0)
        for measure in register.measures
        if measure.behaviour == "flow" and measure.expected is not None
    ]


def flow_row(
    fact: Fact, tree: OrgTree, series: str = "", entry: int = 0, revision: int = 0, *, counted: bool = True
) -> Row:
    """The row of a flow or nil report: placed where its unit stood on its day."""
    unit = _unit(fact)
    place = tree.place(unit, fact.day)
    assert place is not None, "a fact is accepted only for a unit that exists on its day"
    origin: Origin = "nil" if fact.kind == "nil" else "own"
    return Row(
        fact.measure,
        unit,
        fact.day,
        place,
        series,
        fact.dims,
        fact.value,
        None,
        origin,
        entry,
        revision,
        counted,
    )


def item_points(fact: Fact, entry: int = 0, revision: int = 0) -> list[Point]:
    """The points of an inventory item: its amount from its first day, nothing from the day it ends."""
    points = [Point(fact.day, _unit(fact), fact.value, entry, revision)]
    if fact.until is not None:
        points.append(Point(fact.until, _unit(fact), 0, entry, revision))
    return points


def stock_rows(
    measure: str,
    series: str,
    dims: Dims,
    points: Sequence[Point],
    tree: OrgTree,
    cut: Point | None = None,
) -> list[Row]:
    """The additive rows of one series.

    points   any order
    cut      the first own report of the unit that took this one over: from its day on it speaks for both, and
             this series stands at nothing
    returns  for each point the change against what stood before, at the place it stands; where the unit's
             place changes between points, the level taken off the old place and put on the new one, that day
    """
    ordered = sorted(points, key=lambda each: (each.day, each.revision, each.level == 0))
    steps = [(point, point.level, "own") for point in ordered if cut is None or point.day < cut.day]
    if cut is not None:
        steps.append((Point(cut.day, cut.at, 0, cut.entry, cut.revision), 0, "transfer"))
        steps.extend((point, 0, "own") for point in ordered if point.day >= cut.day)
    rows: list[Row] = []
    level = 0
    last: tuple[int, int] | None = None  # unit and place where the level stands
    source = (0, 0)
    for index, (point, target, said) in enumerate(steps):
        until = steps[index + 1][0].day if index + 1 < len(steps) else FAR
        for number, (day, unit, place) in enumerate(tree.path(point.at, point.day, until)):
            origin: Origin = "own" if number == 0 and said == "own" else "transfer"
            moved = last is not None and last != (unit, place)
            if moved and level:
                assert last is not None
                rows.append(Row(measure, last[0], day, last[1], series, dims, -level, 0, "transfer", *source))
                level = 0
            if number == 0:
                source = (point.entry, point.revision)
            goal = target if number == 0 else (point.level if said == "own" and target else 0)
            if number == 0 or goal != level:
                reported = point.level if origin == "own" else goal
                rows.append(
                    Row(measure, unit, day, place, series, dims, goal - level, reported, origin, *source)
                )
            level, last = goal, (unit, place)
    return rows


def fact_text(fact: Fact, measure: Measure) -> str:
    """A fact in the words of a register's examples: 2024-03-05 disputes.accepted 1 件 类型=邻里."""
    mark = {"flow": "", "nil": "零", "item": "..", "level": "="}[fact.kind]
    until = str(fact.until) if fact.until else ""
    quantity = from_scaled(fact.value, measure.unit)
    number, unit = str(quantity)[: -len(measure.unit.symbol)], measure.unit.symbol
    where = f" @{fact.unit}" if isinstance(fact.unit, str) and fact.unit else ""
    split = "".join(
        f" {dimension.id}={value}"
        for dimension, value in zip(measure.dimensions, fact.dims, strict=False)
        if value
    )
    return f"{fact.day}{mark}{until} {fact.measure} {number} {unit}{where}{split}"


def _unit(fact: Fact) -> int:
    assert isinstance(fact.unit, int), "units are resolved before facts are placed"
    return fact.unit


def _holds(when: When, values: Mapping[str, Value]) -> bool:
    value = values.get(when.field)
    if value is None or value == "" or value is False:
        return False
    return not when.values or str(value) in when.values or (value is True and "是" in when.values)


def _amount(rule: Observe, values: Mapping[str, Value], measure: Measure) -> int | None:
    value = values.get(rule.value)
    if isinstance(value, Quantity):
        return value.to(measure.unit).scaled()
    if " " in rule.value:
        number, _, symbol = rule.value.partition(" ")
        if symbol in (measure.unit.symbol, *measure.unit.aliases):
            return Quantity(Decimal(number), measure.unit).scaled()
    return None


def _dims(rule: Observe, values: Mapping[str, Value], measure: Measure) -> Dims:
    found = ["", "", ""]
    for name, source in rule.dims:
        index = measure.dimension_index(name)
        value = values.get(source)
        if index is not None and index < MAX_DIMENSIONS and value is not None:
            found[index] = str(value)
    return (found[0], found[1], found[2])
