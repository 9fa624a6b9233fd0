"""What stands behind one figure: its parts, and how units, months and the values of a dimension make it up.

Every number is a figure of the same moment, so that each can be opened in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from youju.core.dashboard import months_before
from youju.core.division import counted_for
from youju.core.figure import Figure, Plan
from youju.core.grant import Viewer
from youju.core.measure import Condition, Measure
from youju.core.orgtree import OrgTree
from youju.core.period import Frequency, Period, slot_of
from youju.core.recipe import Recipe
from youju.core.register import Catalog
from youju.store.queries import figures, scope
from youju.store.queries.figures import World
from youju.store.queries.overview import code_of

MOST_MONTHS = 24  # a longer period is told by years

Told = tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A figure and what it is made of; each part is what it is called, and a figure.

    unit     whose figure it is, in the tree of `world`
    parts    of a derived figure: what it was computed from
    units    the children of the unit, by place; those with nothing to say, or out of the viewer's reach, are left out
    stood_in the units that did not stand on the division's day, and count for this one
    times    months or years: of a flow those of its period, else the last months
    splits   dimension → its values, for those that the recipe leaves open
    exact    whether units (and each split) add up to the whole, in that order; None where nothing is added
    lines    how many lines `figures.trace` pages through
    """

    figure: Figure
    measure: Measure
    world: World
    unit: int
    parts: Told
    units: Told
    stood_in: tuple[int, ...]
    times: Told
    splits: tuple[tuple[str, Told], ...]
    exact: tuple[bool | None, ...]
    lines: int


def behind(recipe: Recipe, viewer: Viewer, today: date) -> Behind:
    """What stands behind a figure. At most eight statements, however much it is.

    raises  BadRecipe, UnknownOrgUnit, AmbiguousOrgUnit, NotAllowed, FutureMoment, BeforeLedger
    """
    world = figures.world_at(recipe.as_of, today)
    made = figures.plan_in(world, recipe, viewer)
    own, measure, tree, catalog = made.recipe, made.measure, world.tree, world.catalog
    asked: list[list[tuple[str, Recipe]]] = [
        _parts(own, measure, catalog),
        _units(own, measure, tree, made.root, lambda unit: _may(viewer, unit, measure, world)),
        _times(own, measure, today),
    ]
    names = [each.id for each in measure.dimensions if each.id not in dict(own.dims) and measure.observed]
    for name in names:
        index = measure.dimension_index(name)
        assert index is not None
        choices = catalog.dimension_choices(measure.dimensions[index], measure)
        asked.append([(each.id, replace(own, dims=(*own.dims, (name, each.id)))) for each in choices])
    found = iter(figures.evaluate_in(world, [own, *(each for told in asked for _, each in told)], viewer))
    main = next(found)
    parts, units, times, *splits = ([(title, next(found)) for title, _ in told] for told in asked)
    shown = [_said(told) for told in splits]
    adds = measure.observed and not own.against
    return Behind(
        main,
        measure,
        world,
        made.root,
        tuple(parts),
        _said(units),
        tuple(counted_for(tree, made.root, own.day)) if isinstance(own.division, date) else (),
        tuple(times),
        tuple((name, told) for name, told in zip(names, shown, strict=True) if told),
        tuple(_adds_up(main, told) if adds else None for told in (units, *(each for each in shown if each))),
        _lines(main, made, world),
    )


def _parts(recipe: Recipe, measure: Measure, catalog: Catalog) -> list[tuple[str, Recipe]]:
    def of(condition: Condition, period: Period = recipe.period) -> Recipe:
        return replace(recipe, measure=condition.measure, dims=condition.dims + recipe.dims, period=period)

    def named(condition: Condition) -> str:
        said = condition.title or catalog.measures[condition.measure].title
        values = "、".join(value for _, value in condition.dims)
        return said if condition.title or not values else f"{said}（{values}）"

    if recipe.against:
        before = (
            recipe.period.year_before() if recipe.against == "year_before" else recipe.period.just_before()
        )
        plain = replace(recipe, against="")
        return [
            (recipe.period.chinese(), plain),
            (before.chinese(), replace(plain, period=before)),
        ]
    if measure.coverage is not None:
        once = {(each.measure, each.dims): each for each in measure.coverage.all_of}
        return [(named(each), replace(of(each), dims=each.dims)) for each in once.values()]
    if measure.ratio is not None:
        return [
            (f"{word}：{named(each)}", of(each))
            for word, each in (("分子", measure.ratio.numerator), ("分母", measure.ratio.denominator))
        ]
    if measure.change is not None:
        year = measure.change.against == "year_before"
        before = recipe.period.year_before() if year else recipe.period.just_before()
        return [
            (f"{named(measure.change.of)}，{when.chinese()}", of(measure.change.of, when))
            for when in (recipe.period, before)
        ]
    return []


def _may(viewer: Viewer, unit: int, measure: Measure, world: World) -> bool:
    """Whether the viewer may open a unit's own figure: not of one that has gone to others since."""
    return all(
        scope.may(viewer, "see", unit, world.tree, world.moment.day, each.register)
        for each in figures.measures_behind(measure, world.catalog)
    )


def _units(
    recipe: Recipe, measure: Measure, tree: OrgTree, root: int, seen: Callable[[int], bool]
) -> list[tuple[str, Recipe]]:
    """The children. Of a flow each for the days on which it stood here, so that one that moved is not counted twice."""
    period = recipe.period
    moved = measure.behaviour == "flow" and not recipe.division and not recipe.against
    found: set[tuple[int, int, Period]] = set()  # place, unit, days
    for each in tree.under(root):
        if not moved:
            if each.covers(recipe.day):
                found.add((each.place, each.unit, period))
            continue
        here = period.overlap(Period(each.since, each.until - timedelta(days=1)))
        if here is not None:
            found.add((each.place, each.unit, here))
    return [
        (
            tree.name(unit, day) + ("" if days == period else f"（{days.chinese()}）"),
            replace(recipe, unit=code_of(tree, unit, day), period=days),
        )
        for _, unit, days in sorted(found)
        if seen(unit)
        for day in (recipe.day if recipe.division else days.last,)
    ]


def _times(recipe: Recipe, measure: Measure, today: date) -> list[tuple[str, Recipe]]:
    """Months or years; those that have not begun are left out: nobody owes them yet."""
    period = recipe.period
    if measure.behaviour == "flow":
        months = _cut(period, "monthly")
        if len(months) > MOST_MONTHS:
            months = _cut(period, "yearly")[-MOST_MONTHS:]
        if len(months) < 2:
            return []
    else:
        months = months_before(period)
    return [(each.chinese(), replace(recipe, period=each)) for each in months if each.first <= today]


def _cut(period: Period, frequency: Frequency) -> list[Period]:
    """The calendar months or years of a period; the first and the last may be cut off by it."""
    found, day = [], period.first
    while day <= period.last:
        slot = slot_of(day, frequency)
        here = period.overlap(slot)
        assert here is not None
        found.append(here)
        if slot.last >= period.last:
            break
        day = slot.last + timedelta(days=1)
    return found


def _said(told: Sequence[tuple[str, Figure]]) -> Told:
    return tuple(
        (title, figure)
        for title, figure in told
        if figure.value is not None or figure.pending or figure.missing
    )


def _adds_up(main: Figure, told: Sequence[tuple[str, Figure]]) -> bool | None:
    if main.value is None or not told:
        return None
    return sum(each.value.number for _, each in told if each.value is not None) == main.value.number


def _lines(main: Figure, made: Plan, world: World) -> int:
    """Of a flow as many as its figure says; a stock counts series there, and its reports are more."""
    if made.measure.behaviour != "stock" and not made.recipe.against:
        return main.n
    found = figures.answer([ask for ask in made.asks if ask.kind == "sum"], world)
    return sum(each.rows for each in found.values())
