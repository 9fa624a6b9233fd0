"""Figures from the ledger: the only place that answers recipes, in at most six statements a moment, and their sources.

Where cells answer everything and neither organisation nor registers have changed since somebody asked last, it is one statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from youju.core.division import gone
from youju.core.figure import Answer, Ask, Counted, Figure, PlaceSum, Plan, assemble, figure_of_sums, plan
from youju.core.grant import VERBS, NotAllowed, Viewer
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree, level_size
from youju.core.problem import DomainError
from youju.core.quantity import Quantity, from_scaled
from youju.core.recipe import NOW, AsOf, Recipe, check_recipe, root_of
from youju.core.register import Catalog
from youju.core.rollup import DEEPEST, Grid, Part, join, split
from youju.core.tally import Tally, covered, lacking, tally
from youju.store import sql
from youju.store.queries import rollups, scope
from youju.store.queries.ledger import Moment, latest_day, moment
from youju.store.queries.specs import catalog_at
from youju.store.queries.tree import as_day, tree_at, tree_of

EVERYWHERE = 10**15  # above every place


PLANS_KEPT = 5000  # recipes whose plans one state of the ledger remembers
BUNDLES_KEPT = 200  # and lists of recipes that were asked together
State = tuple[date, date, bool]  # today, the day that no flow is later than, whether cells are there


@dataclass(frozen=True, slots=True)
class Planned:
    """A recipe made ready for one state of the ledger: its names resolved, its questions, and which of them cells answer.

    sums   the questions when `tally` is counted by cells; all, when there is none
    plain  whether the figure is one sum, or one count of units
    """

    recipe: Recipe
    root: int
    plan: Plan
    sums: tuple[tuple[Ask, Part | None], ...]
    tally: Tally | None
    plain: bool


@dataclass(slots=True)
class Bundle:
    """Recipes that are asked together, made ready.

    needs   the units and registers that the viewer must be allowed to see, each with a recipe that asks it
    cells   for each recipe the number of the one question that cells answer whole, −1 when that is not enough
    counts  for each recipe the number of its tally, −1 when it has none
    dated   the recipes as of the number they were asked at last
    """

    planned: tuple[Planned, ...]
    needs: tuple[tuple[int, str, Recipe], ...]
    questions: rollups.Questions
    cells: tuple[int, ...]
    counts: tuple[int, ...]
    dated: tuple[int, tuple[Recipe, ...]] = (0, ())

    def at(self, seq: int) -> tuple[Recipe, ...]:
        """The recipes as of a number."""
        known, recipes = self.dated
        if known != seq:
            recipes = tuple(each.plan.recipe.at(seq) for each in self.planned)
            self.dated = (seq, recipes)
        return recipes


@dataclass(frozen=True, slots=True)
class World:
    """What one moment knew: its tree and registers; and which roll-ups answer for it, None when none do."""

    moment: Moment
    tree: OrgTree
    catalog: Catalog
    grid: Grid | None = None
    plans: dict[tuple[Recipe, State], Planned] = field(default_factory=dict, compare=False, repr=False)
    bundles: dict[tuple[tuple[Recipe, ...], State], Bundle] = field(
        default_factory=dict, compare=False, repr=False
    )

    @property
    def state(self) -> State:
        """What a plan depends on beside the tree and the registers."""
        return self.moment.day, self.moment.latest, self.grid is None


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
    """The tree and the registers as of a moment. At most four statements; one for now, while neither changes."""
    when = moment(as_of, today)
    if not when.org_seq:
        return World(when, tree_at(when.seq), catalog_at(when.seq))
    known = _worlds.pop(when.state, None)
    if known is None:
        tree, catalog = tree_of(when.org_seq), catalog_at(when.seq)
        known = World(when, tree, catalog, rollups.grid_in_force(when, tree, catalog))
        while len(_worlds) >= WORLDS_KEPT:
            _worlds.pop(next(iter(_worlds)), None)
    world = replace(known, moment=when)
    _worlds[when.state] = world
    return world


# States of the organisation and the registers that were asked lately. The key holds hashes, so no other history has it.
WORLDS_KEPT = 2
_worlds: dict[str, World] = {}


def evaluate(recipes: Sequence[Recipe], viewer: Viewer, today: date) -> list[Figure]:
    """The figures of all recipes, in their order; at most six statements for each different moment.

    What roll-ups know is read from them, all else from the observations; the answer is the same.

    raises  BadRecipe, UnknownOrgUnit, AmbiguousOrgUnit, NotInDivision, NotAllowed, FutureMoment
    """
    if all(recipe.as_of is NOW or recipe.as_of == NOW for recipe in recipes):
        for world in list(_worlds.values())[-1:]:
            at_once = _evaluate_at_once(world, recipes, viewer, today)
            if at_once is not None:
                return at_once
        return evaluate_in(world_at(NOW, today), recipes, viewer)
    found: dict[int, Figure] = {}
    for as_of in dict.fromkeys(recipe.as_of for recipe in recipes):
        world = world_at(as_of, today)
        mine = [number for number, recipe in enumerate(recipes) if recipe.as_of == as_of]
        figures = evaluate_in(world, [recipes[number] for number in mine], viewer)
        found.update(zip(mine, figures, strict=True))
    return [found[number] for number in range(len(recipes))]


def _evaluate_at_once(
    world: World, recipes: Sequence[Recipe], viewer: Viewer, today: date
) -> list[Figure] | None:
    """The figures of now by the tree and registers that were asked last; None when they are others by now, or cells know nothing."""
    if world.grid is None or world.moment.day != today:
        return None
    try:
        bundle = _bundled(world, recipes)
    except DomainError:
        return None
    if not bundle.questions.asks:
        return None
    said = rollups.answer(bundle.questions)
    if said.state != world.moment.state or latest_day(said.at, today) != world.moment.latest:
        return None
    if said.head != world.moment.seq:
        world = replace(world, moment=replace(world.moment, seq=said.head))
    _require(viewer, bundle, world)
    return _figures(bundle, said, world)


def evaluate_in(world: World, recipes: Sequence[Recipe], viewer: Viewer) -> list[Figure]:
    """The figures of recipes that all ask this moment. At most three statements."""
    bundle = _bundled(world, recipes)
    _require(viewer, bundle, world)
    said = None
    if bundle.questions.asks or bundle.questions.tallies:
        said = rollups.answer(bundle.questions)
        if (said.head, said.state) != (world.moment.seq, world.moment.state):
            said = None  # the ledger has moved on
    return _figures(bundle, said, world)


def plan_in(world: World, recipe: Recipe, viewer: Viewer) -> Plan:
    """The plan of one recipe, its names resolved and the viewer's grants checked. No statement."""
    bundle = _bundled(world, [recipe])
    _require(viewer, bundle, world)
    return bundle.planned[0].plan


def _bundled(world: World, recipes: Sequence[Recipe]) -> Bundle:
    key = (tuple(recipes), world.state)
    found = world.bundles.get(key)
    if found is None:
        if len(world.bundles) >= BUNDLES_KEPT:
            world.bundles.clear()
        found = world.bundles[key] = _bundle(world, [_planned(world, recipe) for recipe in recipes])
    return found


def _bundle(world: World, planned: Sequence[Planned]) -> Bundle:
    parts = {ask: part for each in planned for ask, part in each.sums if part is not None}
    tallies = tuple(dict.fromkeys(each.tally for each in planned if each.tally is not None))
    number = {ask: at for at, ask in enumerate(parts)}
    whole = [
        number[each.sums[0][0]] if each.plain and each.sums[0][1] and not each.sums[0][1].edges else -1
        for each in planned
    ]
    needs: dict[tuple[int, str], Recipe] = {}
    for each in planned:
        for measure in measures_behind(world.catalog.measures[each.recipe.measure], world.catalog):
            for unit in (each.root, *_gone(world, each)):
                needs.setdefault((unit, measure.register), each.recipe)
    return Bundle(
        tuple(planned),
        tuple((*key, recipe) for key, recipe in needs.items()),
        rollups.questions(parts.items(), tallies),
        tuple(whole),
        tuple(-1 if each.tally is None else tallies.index(each.tally) for each in planned),
    )


def _gone(world: World, planned: Planned) -> list[int]:
    """The units that count here by a division of the past, stand elsewhere now, and may have said something since."""
    recipe, today = planned.recipe, world.moment.day
    if not isinstance(recipe.division, date) or recipe.division >= recipe.period.last:
        return []
    return gone(world.tree, planned.root, recipe.division, today)


def _planned(world: World, recipe: Recipe) -> Planned:
    key = (recipe, world.state)
    found = world.plans.get(key)
    if found is None:
        checked = check_recipe(recipe, world.catalog)
        root = root_of(checked, world.tree)
        named = replace(checked, unit=world.tree.naming(root, checked.day).code or checked.unit)
        made = plan(named, world.catalog, world.tree, root, world.moment.day)
        grid, latest = world.grid, world.moment.latest
        counts = tally(made, grid, world.tree, latest) if grid and grid.rules else None
        asks = made.asks if counts is None else made.sums
        parts = tuple((ask, split(ask, grid, latest) if grid else None) for ask in asks)
        plain = len(parts) == 1 and (made.measure.observed or counts is not None) and not named.against
        if len(world.plans) >= PLANS_KEPT:
            world.plans.clear()
        world.plans[key] = found = Planned(checked, root, made, parts, counts, plain)
    return found


def _figures(bundle: Bundle, said: rollups.Said | None, world: World) -> list[Figure]:
    """What the cells say as figures; and by rows what they do not."""
    seq, naming = world.moment.seq, _Naming(world)
    found: list[Figure | None] = []
    for each, recipe, cell_at, count_at in zip(
        bundle.planned, bundle.at(seq), bundle.cells, bundle.counts, strict=True
    ):
        made = None
        if said is not None and cell_at >= 0 and (cell := said.cells[cell_at]) and not cell[3]:
            n, total, waiting, _, standing = cell
            if count_at < 0:
                made = figure_of_sums(each.plan, recipe, seq, total, n, standing, waiting)
            elif (kept := said.counts[count_at]) is not None and each.tally and not each.tally.apart:
                counted = naming.counted(each, each.tally.units(kept))
                made = figure_of_sums(each.plan, recipe, seq, total, n, standing, waiting, counted)
        found.append(made)
    rest = [each for each, made in zip(bundle.planned, found, strict=True) if made is None]
    if not rest:
        return [each for each in found if each]
    others = iter(_by_rows(rest, bundle.questions, said, naming))
    return [each or next(others) for each in found]


class _Naming:
    """Names the units of figures that were counted together: from the rows their moment knew, so it never changes.

    Whoever looks at one of a report looks at all, so those of a town and below are named in one statement; above it, where
    rows are many, each for itself.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.plans: list[Plan] = []
        self.found: dict[int, Figure] = {}

    def counted(self, each: Planned, units: int) -> Counted:
        """So many units, and their names when they are looked at."""
        number = len(self.plans)
        self.plans.append(each.plan)
        return Counted(units, lambda: self._named(number))

    def _named(self, number: int) -> Figure:
        if number not in self.found:
            wanted = [number]
            if _is_near(self.plans[number]):
                wanted = [at for at, each in enumerate(self.plans) if _is_near(each)]
            asks = [ask for at in wanted for ask in self.plans[at].asks]
            world, answers = self.world, answer_raw(asks, self.world.moment.seq)
            for at in wanted:
                plan = self.plans[at]
                self.found[at] = assemble(plan, answers, world.catalog, world.tree, world.moment.seq)
        return self.found[number]


def _is_near(plan: Plan) -> bool:
    return all(ask.high - ask.low <= level_size(DEEPEST) for ask in plan.asks)


def _by_rows(
    planned: Sequence[Planned], questions: rollups.Questions, said: rollups.Said | None, naming: _Naming
) -> list[Figure]:
    """Figures for which rows are asked beside the cells, or instead of them. At most two statements."""
    world = naming.world
    answers, counted = _answer(
        [ask for each in planned for ask, _ in each.sums],
        {each.tally: each for each in planned if each.tally is not None},
        questions,
        said,
        world,
    )
    found = []
    for each in planned:
        units = None if each.tally is None else counted.get(each.tally)
        known = None if units is None else naming.counted(each, units)
        found.append(assemble(each.plan, answers, world.catalog, world.tree, world.moment.seq, known))
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
    rows = sql.rows(
        "sources", [*_questions(tuple(wanted)), world.moment.seq, world.moment.seq, limit + 1, offset]
    )
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
        "source_entries", [*_questions(tuple(asks)), world.moment.seq, world.moment.seq]
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
    parts = {ask: part for ask in asks if grid and (part := split(ask, grid, latest))}
    questions = rollups.questions(parts.items(), ())
    said = rollups.answer(questions) if parts else None
    if said is not None and (said.head, said.state) != (world.moment.seq, world.moment.state):
        said = None
    return _answer(asks, {}, questions, said, world)[0]


def _answer(
    asks: Sequence[Ask],
    tallies: Mapping[Tally, Planned],
    questions: rollups.Questions,
    said: rollups.Said | None,
    world: World,
) -> tuple[dict[Ask, Answer], dict[Tally, int]]:
    """Every answer, and how many units each tally has. What the cells did not say is answered by rows."""
    seq, wanted = world.moment.seq, set(asks)
    rolled, reached = {}, {}
    if said is not None:
        rolled = {
            ask: (cell, part)
            for (ask, part), cell in zip(questions.asks, said.cells, strict=True)
            if cell is not None and ask in wanted
        }
        reached = {
            each: kept
            for each, kept in zip(questions.tallies, said.counts, strict=True)
            if kept is not None and each in tallies
        }
    by_rows = [ask for ask in asks if ask not in rolled]
    by_rows += [edge for _, part in rolled.values() for edge in part.edges]
    by_rows += [ask for each in reached for ask in each.apart]
    by_rows += [ask for each, own in tallies.items() if each not in reached for ask in own.plan.asks]
    found = answer_raw(by_rows, seq)
    again: list[Ask] = []
    for ask, ((n, total, waiting, shared, standing), part) in rolled.items():
        own_answer = Answer(total, n, standing, waiting)
        joined = join(own_answer, shared, [found[edge] for edge in part.edges])
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


def answer_raw(asks: Iterable[Ask], seq: int) -> dict[Ask, Answer]:
    """What the observations known at `seq` say to each ask. One statement; one more when places are asked apart."""
    each = tuple(dict.fromkeys(asks))
    wanted = tuple(ask for ask in each if ask.kind in ("sum", "units"))
    apart = tuple(ask for ask in each if ask.kind in ("places", "slots"))
    return (_sums(wanted, seq) if wanted else {}) | (_places(apart, seq) if apart else {})


def _sums(wanted: tuple[Ask, ...], seq: int) -> dict[Ask, Answer]:
    totals: dict[int, Answer] = {}
    units: dict[int, list[tuple[int, int, int, int]]] = {}
    waiting: dict[int, int] = {}
    for tag, number, unit, total, rows, last in sql.rows("sums", [*_questions(wanted), seq, seq]):
        if tag == "sum":
            totals[number] = Answer(int(total), int(rows), int(last))
        elif tag == "units":
            units.setdefault(number, []).append((unit, int(total), int(rows), int(last)))
        else:
            waiting[number] = last
    found = {}
    for number, ask in enumerate(wanted):
        own = totals.get(number) or _of_units(units.get(number, ()))
        found[ask] = replace(own, pending=waiting.get(number, 0))
    return found


def _places(wanted: tuple[Ask, ...], seq: int) -> dict[Ask, Answer]:
    places: list[list[PlaceSum]] = [[] for _ in wanted]
    for number, unit, place, month, total, said in sql.rows("places", [_questions(wanted)[0], seq, seq]):
        places[number].append((unit, place, month, int(total), int(said)))
    return {ask: Answer(places=tuple(own)) for ask, own in zip(wanted, places, strict=True)}


def _of_units(rows: Sequence[tuple[int, int, int, int]]) -> Answer:
    return Answer(
        sum(total for _, total, _, _ in rows),
        sum(count for _, _, count, _ in rows),
        by_unit={unit: total for unit, total, _, _ in rows},
        reported=frozenset(unit for unit, _, _, said in rows if said),
    )


@lru_cache(maxsize=64)
def _questions(asks: tuple[Ask, ...]) -> tuple[str, str]:
    questions = [
        (
            ask.kind,
            ask.measure,
            0 if ask.units is None else 1,
            ask.low if ask.units is None else 0,
            ask.high if ask.units is None else EVERYWHERE,
            ask.first.isoformat(),
            ask.last.isoformat(),
            *ask.dims,
        )
        for ask in asks
    ]
    members = [(number, unit) for number, ask in enumerate(asks) for unit in sorted(ask.units or ())]
    return sql.listed(questions), sql.listed(members)


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


def _require(viewer: Viewer, bundle: Bundle, world: World) -> None:
    for root, register, recipe in bundle.needs:
        if not scope.may(viewer, "see", root, world.tree, world.moment.day, register):
            raise NotAllowed(name=viewer.name, unit=world.tree.full_name(root, recipe.day), verb=VERBS["see"])
