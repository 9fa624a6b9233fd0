"""The demo's figures without a store: facts of every entry that counts, added up in the plainest way."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from demo import town
from demo.events import Event, Values, catalog
from demo.history import history
from tests.demo.reading import tree, unit_id
from youju.core.measure import Condition
from youju.core.observation import Fact, Value, facts_of
from youju.core.period import Period
from youju.core.quantity import Quantity, from_scaled
from youju.core.recipe import Recipe, check_recipe, parse_recipe
from youju.core.register import Register


def typed(register: Register, values: Values) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in values.items():
        field = register.by_id[name]
        if value == "" or value is None:
            continue
        if field.kind == "quantity":
            assert field.unit is not None
            found[name] = Quantity(Decimal(str(value)), field.unit)
        elif field.kind == "unit":
            found[name] = unit_id(str(value))
        elif isinstance(value, Decimal):
            raise AssertionError((name, value))
        else:
            found[name] = value
    return found


def facts(event: Event, values: Values) -> list[Fact]:
    register = catalog().register(event.register)
    return facts_of(register, typed(register, values), catalog().measures, unit_id(event.unit))


@cache
def counted() -> tuple[Fact, ...]:
    """Every fact that counts in the end."""
    return tuple(
        fact
        for event in history().events
        if event.counts and not event.nil
        for fact in facts(event, event.values)
    )


def recipe(text: str) -> Recipe:
    return check_recipe(parse_recipe(text), catalog())


def by_unit(condition: Condition, period: Period) -> dict[int, int]:
    """Scaled totals a unit: flows inside the period, stocks on its last day."""
    measure = catalog().measures[condition.measure]
    wanted = {measure.dimension_index(name): value for name, value in condition.dims}
    totals: dict[int, int] = {}
    levels: dict[int, tuple[date, int]] = {}
    for fact in counted():
        if fact.measure != measure.id or any(
            fact.dims[index] != value for index, value in wanted.items() if index is not None
        ):
            continue
        assert isinstance(fact.unit, int)
        if fact.kind == "level":
            if fact.day <= period.last and fact.day >= levels.get(fact.unit, (date.min, 0))[0]:
                levels[fact.unit] = (fact.day, fact.value)
        elif fact.kind == "item":
            if fact.day <= period.last and (fact.until is None or fact.until > period.last):
                totals[fact.unit] = totals.get(fact.unit, 0) + fact.value
        elif period.first <= fact.day <= period.last:
            totals[fact.unit] = totals.get(fact.unit, 0) + fact.value
    for unit, (_, level) in levels.items():
        totals[unit] = totals.get(unit, 0) + level
    return totals


def total(asked: Recipe) -> Quantity:
    """The figure of a flow, a stock or a coverage."""
    measure = catalog().measures[asked.measure]
    if measure.behaviour == "coverage":
        covered = [unit for unit in universe(asked) if not lacks(asked)[unit]]
        return Quantity(Decimal(len(covered)), measure.unit)
    own = by_unit(Condition(measure.id, asked.dims), asked.period)
    return from_scaled(sum(own.values()), measure.unit)


def universe(asked: Recipe) -> list[int]:
    rule = catalog().measures[asked.measure].coverage
    assert rule is not None
    return tree().members(unit_id(town.TOWN), asked.period.last, rule.of, rule.tags)


@cache
def lacks(asked: Recipe) -> dict[int, tuple[str, ...]]:
    """Unit → the titles of the conditions it does not meet."""
    rule = catalog().measures[asked.measure].coverage
    assert rule is not None
    day = asked.period.last
    missing: dict[int, tuple[str, ...]] = dict.fromkeys(universe(asked), ())
    for condition in rule.all_of:
        met: dict[int, int] = {}
        for unit, amount in by_unit(condition, asked.period).items():
            holder = tree().up_to(unit, rule.of, day)
            if holder is not None:
                met[holder] = met.get(holder, 0) + amount
        for unit in missing:
            if met.get(unit, 0) <= 0:
                missing[unit] += (condition.title or catalog().measures[condition.measure].title,)
    return missing
