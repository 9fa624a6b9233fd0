"""Figures from the ledger: the only place that answers recipes, in at most six statements a moment, and their sources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from youju.core.figure import (
    Answer,
    Ask,
    AsOf,
    Counted,
    Figure,
    PlaceSum,
    Plan,
    Recipe,
    assemble,
    check_recipe,
    plan,
)
from youju.core.grant import VERBS, NotAllowed, Viewer
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree
from youju.core.quantity import Quantity, from_scaled
from youju.core.register import Catalog
from youju.core.rollup import Grid, Part, join, split
from youju.core.tally import Tally, covered, lacking, tally
from youju.store import sql
from youju.store.queries import rollups, scope
from youju.store.queries.ledger import Moment, moment
from youju.store.queries.specs import catalog_at, catalog_by_digests
from youju.store.queries.tree import as_day, tree_at, tree_by_hash

EVERYWHERE = 10**15  # above every place


PLANS_KEPT = 5000  # recipes whose plans one state of the ledger remembers


@dataclass(frozen=True, slots=True)
class Planned:
    """A recipe made ready for one state of the ledger: its names resolved, its questions, and which of them cells answer.

    sums   the questions when `tally` is counted by cells; all, when there is none
    """

    recipe: Recipe
    root: int
    plan: Plan
    sums: tuple[tuple[Ask, Part | None], ...]
    tally: Tally | None


@dataclass(frozen=True, slots=True)
class World:
    """What one moment knew: its tree and registers; and which roll-ups answer for it, None when none do."""

    moment: Moment
    tree: OrgTree
    catalog: Catalog
    grid: Grid | None = None
    plans: dict[tuple[Recipe, date, date, bool], Planned] = field(
        default_factory=dict, compare=False, repr=False
    )


@dataclass(frozen=True, slots=True)
class Source:
    """One line behind a figure: what one entry said.

    amount   what it adds to the figure; of a level report, the change against the one before
    level    the level that was reported, of a stock
    transfer whether it is a unit's move or merger that carried a stock along
    """

    measure: str
    entry: int
    revision: int
    unit: int
    day: date
    amount: Quantity
    level: Quantity | None
    dims: tuple[tuple[str, str], ...]
    transfer: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the lines behind a figure, and where the next ones begin (None: these were the last)."""

    sources: tuple[Source, ...]
    next_offset: int | None
    world: World


def world_at(as_of: AsOf, today: date) -> World:
    """The tree and the registers as of a moment. At most four statements; two for now, while neither changes."""
    when = moment(as_of, today)
    if not when.org_seq:
        return World(when, tree_at(when.seq), catalog_at(when.seq))
    (_, _, _, organised), *versions = sql.rows("known", [when.org_seq, when.seq])
    in_force = {name: version for name, _, _, version in versions}
    key = (organised, when.grid, when.rules, *in_force.values())
    known = _worlds.get(key)
    if known is None:
        tree, catalog = tree_by_hash(organised, when.org_seq), catalog_by_digests(in_force.values())
        known = World(when, tree, catalog, rollups.grid_in_force(when, tree, catalog))
        while len(_worlds) >= WORLDS_KEPT:
            _worlds.pop(next(iter(_worlds)), None)
        _worlds[key] = known
    return World(when, known.tree, known.catalog, known.grid, known.plans)


# States of the organisation and the registers that were asked lately. The key holds hashes, so no other history has it.
WORLDS_KEPT = 2
_worlds: dict[tuple[str, ...], World] = {}


def evaluate(recipes: Sequence[Recipe], viewer: Viewer, today: date) -> list[Figure]:
    """The figures of all recipes, in their order; at most six statements for each different moment.

    What roll-ups know is read from them, all else from the observations; the answer is the same.

    raises  BadRecipe, UnknownOrgUnit, AmbiguousOrgUnit, NotAllowed, FutureMoment
    """
    found: dict[int, Figure] = {}
    for as_of in dict.fromkeys(recipe.as_of for recipe in recipes):
        world = world_at(as_of, today)
        mine = [number for number, recipe in enumerate(recipes) if recipe.as_of == as_of]
        figures = evaluate_in(world, [recipes[number] for number in mine], viewer)
        found.update(zip(mine, figures, strict=True))
    return [found[number] for number in range(len(recipes))]


def evaluate_in(world: World, recipes: Sequence[Recipe], viewer: Viewer) -> list[Figure]:
    """The figures of recipes that all ask this moment. At most four statements."""
    planned = [_planned(world, recipe, viewer) for recipe in recipes]
    asks = {ask: part for each in planned for ask, part in each.sums}
    tallies = {each.tally: each for each in planned if each.tally is not None}
    answers, counted = _answer(asks, tallies, world)
    found = []
    for each in planned:
        units = None
        if each.tally is not None:
            units = counted.get(each.tally)
        found.append(_figure(each, answers, units, world))
    return found


def _figure(each: Planned, answers: Mapping[Ask, Answer], units: int | None, world: World) -> Figure:
    counted = None if units is None else Counted(units, lambda: _named(each.plan, world))
    return assemble(each.plan, answers, world.catalog, world.tree, world.moment.seq, counted)


def _named(plan: Plan, world: World) -> Figure:
    """The figure with all units named: from the rows that its moment knew, so it never changes. One statement."""
    answers = answer_raw(plan.asks, world.moment.seq)
    return assemble(plan, answers, world.catalog, world.tree, world.moment.seq)


def plan_in(world: World, recipe: Recipe, viewer: Viewer) -> Plan:
    """The plan of one recipe, its names resolved and the viewer's grants checked. No statement."""
    return _planned(world, recipe, viewer).plan


def _planned(world: World, recipe: Recipe, viewer: Viewer) -> Planned:
    key = (recipe, world.moment.day, world.moment.latest, world.grid is None)
    found = world.plans.get(key)
    if found is None:
        checked = check_recipe(recipe, world.catalog)
        root = world.tree.find(checked.unit, checked.period.last)
        _require(viewer, root, world, checked)
        named = replace(checked, unit=world.tree.naming(root, checked.period.last).code or checked.unit)
        made = plan(named, world.catalog, world.tree, root, world.moment.day)
        grid, latest = world.grid, world.moment.latest
        counts = tally(made, grid, world.tree, latest) if grid and grid.rules else None
        asks = made.asks if counts is None else made.sums
        parts = tuple((ask, split(ask, grid, latest) if grid else None) for ask in asks)
        if len(world.plans) >= PLANS_KEPT:
            world.plans.clear()
        world.plans[key] = found = Planned(checked, root, made, parts, counts)
    else:
        _require(viewer, found.root, world, found.recipe)
    return found


def trace(
    recipe: Recipe,
    viewer: Viewer,
    today: date,
    *,
    offset: int = 0,
    limit: int = 50,
    world: World | None = None,
) -> Page:
    """The lines behind a figure, by day; as many as the figure's sum has, transfers included."""
    world = world or world_at(recipe.as_of, today)
    asks = [ask for ask in plan_in(world, recipe, viewer).asks if not _is_due(ask, recipe, world)]
    wanted = list(dict.fromkeys(asks))
    rows = sql.rows("sources", [*_questions(wanted), world.moment.seq, world.moment.seq, limit + 1, offset])
    sources = tuple(_source(row, wanted, world.catalog) for row in rows[:limit])
    return Page(sources, offset + limit if len(rows) > limit else None, world)


def revisions_behind(recipes: Sequence[Recipe], viewer: Viewer, world: World) -> list[tuple[int, ...]]:
    """For each recipe the keys of the revisions behind its figure, in order. One statement."""
    plans = [plan_in(world, recipe, viewer) for recipe in recipes]
    # Who has reported adds nothing to a figure: those asks, most of all, are not asked here.
    counting = [[ask for ask in each.asks if not _is_due(ask, each.recipe, world)] for each in plans]
    asks = list(dict.fromkeys(ask for each in counting for ask in each))
    behind: dict[int, list[int]] = {}
    for number, revision in sql.rows(
        "source_entries", [*_questions(asks), world.moment.seq, world.moment.seq]
    ):
        behind.setdefault(number, []).append(revision)
    place = {ask: number for number, ask in enumerate(asks)}
    return [
        tuple(sorted({revision for ask in own for revision in behind.get(place[ask], ())}))
        for own in counting
    ]


def answer(asks: Sequence[Ask], world: World) -> dict[Ask, Answer]:
    """What the moment's roll-ups and observations say to each ask. At most three statements."""
    grid, latest = world.grid, world.moment.latest
    return _answer({ask: split(ask, grid, latest) if grid else None for ask in asks}, {}, world)[0]


def _answer(
    asks: Mapping[Ask, Part | None], tallies: Mapping[Tally, Planned], world: World
) -> tuple[dict[Ask, Answer], dict[Tally, int]]:
    """Every answer, and how many units each tally has. What a tally cannot count is answered by rows."""
    seq = world.moment.seq
    parts = {ask: part for ask, part in asks.items() if part is not None}
    rolled, reached = rollups.answer(parts, tallies, world.moment) if parts or tallies else ({}, {})
    by_rows = [ask for ask in asks if ask not in rolled]
    by_rows += [edge for ask in rolled for edge in parts[ask].edges]
    by_rows += [ask for each in reached for ask in each.apart]
    by_rows += [ask for each, own in tallies.items() if each not in reached for ask in own.plan.asks]
    found = answer_raw(by_rows, seq)
    again = []
    for ask, (own, shared) in rolled.items():
        joined = join(own, shared, [found[edge] for edge in parts[ask].edges])
        if joined is None:
            again.append(ask)
        else:
            found[ask] = joined
    counted = {}
    for each, kept in reached.items():
        rows = [row for ask in each.apart for row in found[ask].places]
        count = lacking if each.owing else covered
        units = count(each, kept, rows, world.tree)
        if units is None:
            again += tallies[each].plan.asks
        else:
            counted[each] = units
    if again:
        found.update(answer_raw(again, seq))
    return found, counted


def answer_raw(asks: Sequence[Ask], seq: int) -> dict[Ask, Answer]:
    """What the observations known at `seq` say to each ask. One statement."""
    wanted = list(dict.fromkeys(asks))
    if not wanted:
        return {}
    totals: dict[int, Answer] = {}
    units: dict[int, list[tuple[int, int, int, int]]] = {}
    places: dict[int, list[PlaceSum]] = {}
    waiting: dict[int, int] = {}
    for tag, number, unit, total, rows, last, place, month in sql.rows(
        "sums", [*_questions(wanted), seq, seq]
    ):
        if tag == "sum":
            totals[number] = Answer(int(total), int(rows), int(last))
        elif tag == "units":
            units.setdefault(number, []).append((unit, int(total), int(rows), int(last)))
        elif tag == "places":
            places.setdefault(number, []).append(PlaceSum(unit, place, month, int(total), int(last)))
        else:
            waiting[number] = last
    found = {}
    for number, ask in enumerate(wanted):
        if ask.kind == "places":
            found[ask] = Answer(places=tuple(places.get(number, ())))
        else:
            own = totals.get(number) or _of_units(units.get(number, ()))
            found[ask] = replace(own, pending=waiting.get(number, 0))
    return found


def _of_units(rows: Sequence[tuple[int, int, int, int]]) -> Answer:
    return Answer(
        sum(total for _, total, _, _ in rows),
        sum(count for _, _, count, _ in rows),
        by_unit={unit: total for unit, total, _, _ in rows},
        reported=frozenset(unit for unit, _, _, said in rows if said),
    )


def _questions(asks: Sequence[Ask]) -> tuple[str, str]:
    questions = [
        {
            "i": number,
            "k": ask.kind,
            "m": ask.measure,
            "n": 0 if ask.units is None else 1,
            "lo": ask.low if ask.units is None else 0,
            "hi": ask.high if ask.units is None else EVERYWHERE,
            "d0": ask.first.isoformat(),
            "d1": ask.last.isoformat(),
            "x1": ask.dims[0],
            "x2": ask.dims[1],
            "x3": ask.dims[2],
        }
        for number, ask in enumerate(asks)
    ]
    members = [
        {"i": number, "u": unit} for number, ask in enumerate(asks) for unit in sorted(ask.units or ())
    ]
    return json.dumps(questions), json.dumps(members)


def _is_due(ask: Ask, recipe: Recipe, world: World) -> bool:
    """Whether an ask only finds out who has reported, and adds nothing to the figure."""
    measure = world.catalog.measures.get(recipe.measure)
    measure = measure or world.catalog.measures[check_recipe(recipe, world.catalog).measure]
    return ask.kind == "units" and measure.observed


def _source(row: tuple[object, ...], asks: Sequence[Ask], catalog: Catalog) -> Source:
    number, entry, revision, unit, day, value, level, origin, *dims = row
    measure: Measure = catalog.measures[asks[int(str(number))].measure]
    named = tuple(
        (dimension.id, str(each)) for dimension, each in zip(measure.dimensions, dims, strict=False) if each
    )
    return Source(
        measure.id,
        int(str(entry)),
        int(str(revision)),
        int(str(unit)),
        as_day(day),  # type: ignore[arg-type]
        from_scaled(int(str(value)), measure.unit),
        None if level is None else from_scaled(int(str(level)), measure.unit),
        named,
        origin == "transfer",
    )


def measures_behind(measure: Measure, catalog: Catalog) -> Iterator[Measure]:
    """The measure itself and those that it is derived from."""
    yield measure
    conditions = list(measure.coverage.all_of) if measure.coverage else []
    if measure.ratio:
        conditions += [measure.ratio.numerator, measure.ratio.denominator]
    if measure.change:
        conditions.append(measure.change.of)
    for each in conditions:
        yield catalog.measures[each.measure]


def _require(viewer: Viewer, root: int, world: World, recipe: Recipe) -> None:
    measure = world.catalog.measures[recipe.measure]
    for each in measures_behind(measure, world.catalog):
        if not scope.may(viewer, "see", root, world.tree, world.moment.day, each.register):
            raise NotAllowed(
                name=viewer.name, unit=world.tree.full_name(root, recipe.period.last), verb=VERBS["see"]
            )
