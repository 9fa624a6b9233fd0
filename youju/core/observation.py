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
    """One observation as stored: additive `value` at `place` on `day`; `level` is the stock after it, None for flows."""

    measure: str
    unit: int
    day: date
    place: int
    series: str
    dims: Dims
    value: int
    level: int | None = None
    origin: Origin = "own"


@dataclass(frozen=True, slots=True)
class Point:
    """A stock of one series from `day` on. `at` is the unit where it stands; `order` breaks ties on one day."""

    day: date
    at: int
    level: int
    order: tuple[int, int] = (0, 0)


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


def flow_row(fact: Fact, tree: OrgTree) -> Row:
    """The row of a flow or nil report: placed where its unit stood on its day."""
    unit = _unit(fact)
    place = tree.place(unit, fact.day)
    assert place is not None, "a fact is accepted only for a unit that exists on its day"
    origin: Origin = "nil" if fact.kind == "nil" else "own"
    return Row(fact.measure, unit, fact.day, place, "", fact.dims, fact.value, None, origin)


def item_points(fact: Fact, order: tuple[int, int] = (0, 0)) -> list[Point]:
    """The points of an inventory item: its amount from its first day, nothing from the day it ends."""
    points = [Point(fact.day, _unit(fact), fact.value, order)]
    if fact.until is not None:
        points.append(Point(fact.until, _unit(fact), 0, order))
    return points


def stock_rows(measure: str, series: str, dims: Dims, points: Sequence[Point], tree: OrgTree) -> list[Row]:
    """The additive rows of one series.

    points   any order; of two on one day the one with the higher `order` (reviewed later) counts
    returns  for each point the change against what stood before, at the place it stands; where the unit's
             place changes between points, the level taken off the old place and put on the new one, that day
    """
    latest: dict[date, Point] = {}
    for point in sorted(points, key=lambda each: each.order):
        latest[point.day] = point
    ordered = [latest[day] for day in sorted(latest)]
    rows: list[Row] = []
    level, stands_at = 0, None
    for index, point in enumerate(ordered):
        until = ordered[index + 1].day if index + 1 < len(ordered) else FAR
        steps = tree.path(point.at, point.day, until)
        for number, (day, unit, place) in enumerate(steps):
            origin: Origin = "own" if number == 0 else "transfer"
            target = point.level
            if origin == "transfer" and not target:
                stands_at = (unit, place)
                continue
            if stands_at is not None and stands_at != (unit, place):
                if level:
                    rows.append(
                        Row(measure, stands_at[0], day, stands_at[1], series, dims, -level, 0, "transfer")
                    )
                rows.append(Row(measure, unit, day, place, series, dims, target, target, origin))
            else:
                rows.append(Row(measure, unit, day, place, series, dims, target - level, target, origin))
            level, stands_at = target, (unit, place)
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
