"""Figures 数字: the only numbers that a page, document, score or answer may show.

`plan` turns a recipe (recipe.py) into asks (sums over places, days and dimensions), the store answers all asks of all recipes
together, `assemble` makes the figure. docs/algorithms/figures.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from youju.core import division
from youju.core.measure import MAX_DIMENSIONS, Condition, Measure, UnitKind
from youju.core.orgtree import FAR, OrgTree, level_size
from youju.core.period import Period, slots
from youju.core.quantity import PERCENT, Quantity, from_scaled
from youju.core.recipe import BadRecipe, Hashed, Recipe
from youju.core.register import Catalog
from youju.core.shortfalls import Later, Shortfall, Shortfalls

DimsAsked = tuple[str | None, ...]  # for each dimension column a value, or None for any
ANY: DimsAsked = (None,) * MAX_DIMENSIONS
BEGINNING = date(1, 1, 1)

AskKind = Literal["sum", "units", "places", "slots"]
# What one unit's rows at one place say: unit, place, month (0 when it was not asked by month), the total of those that count, and how
# many of them the unit said itself.
PlaceSum = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Ask(Hashed):
    """One sum the store is asked for.

    kind         sum: one total; units: a total per unit; places: a total per unit and place; slots: by month as well
    low, high    the interval of places (high excluded); empty when `units` restricts instead
    first, last  days, both included; a stock asks from the beginning of time
    dims         value or None (any) for each dimension column
    units        按…区划: only these units, wherever their rows were placed
    """

    kind: AskKind
    measure: str
    low: int
    high: int
    first: date
    last: date
    dims: DimsAsked = ANY
    units: frozenset[int] | None = None

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            where = (self.low, self.high, self.first, self.last)
            object.__setattr__(self, "_hash", hash((self.kind, self.measure, where, self.dims, self.units)))
            return self._hash


@dataclass(frozen=True, slots=True)
class Answer:
    """What the store says to one ask: the sum, how many rows it has, how many series stand, and pending entries."""

    total: int = 0
    rows: int = 0
    standing: int = 0
    pending: int = 0
    by_unit: Mapping[int, int] = field(default_factory=dict)
    reported: frozenset[int] = frozenset()
    places: tuple[PlaceSum, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The asks of one recipe, and what is needed to make a figure of the answers.

    universe  of a coverage: the whole
    due       the slots that reports are due for, each with the units that have to report
    """

    recipe: Recipe
    measure: Measure
    root: int
    parts: tuple[tuple[str, tuple[Ask, ...]], ...]
    universe: tuple[int, ...] = ()
    due: tuple[tuple[Period, tuple[int, ...]], ...] = ()

    @property
    def asks(self) -> list[Ask]:
        """All asks, in order."""
        return [ask for _, asks in self.parts for ask in asks]

    @property
    def sums(self) -> tuple[Ask, ...]:
        """What is asked when somebody else counts the units: the sums alone."""
        return tuple(
            replace(ask, kind="sum") if self.universe else ask
            for name, asks in self.parts
            if name[0] != "s"
            for ask in asks
        )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many units are covered, or did not report, as somebody counted without naming them.

    fetch  the whole figure with all names, as of the same moment
    """

    units: int
    fetch: Callable[[], Figure]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that can be asked where it comes from. The only number a page, report or API may show.

    value     None: nobody reported. Zero means somebody reported none.
    recipe    what was computed, names resolved; trace(recipe) pages through the sources
    n         how many observations (of a stock: series that stand) it was made of
    missing   how many units should have reported and have not; 0 where nothing is expected
    pending   how many entries wait for review that would count here; never inside the value
    whole     of a coverage: out of how many; of a ratio: the denominator
    seq       the ledger sequence it was computed as of
    """

    value: Quantity | None
    recipe: Recipe
    n: int
    missing: int
    pending: int = 0
    whole: Quantity | None = None
    seq: int = 0
    missing_units: Sequence[int] = ()
    shortfalls: Sequence[Shortfall] = ()

    @property
    def text(self) -> str:
        """The plain figure with its unit, or 未报."""
        return "未报" if self.value is None else str(self.value)


def plan(
    recipe: Recipe, catalog: Catalog, tree: OrgTree, root: int, today: date, *, within: Period | None = None
) -> Plan:
    """What to ask the store for a checked recipe.

    root    the unit's id in `tree` (as of the recipe's moment), as `root_of` finds it
    today   the day the asker stands on: slots that end later are not due
    """
    measure = catalog.measures[recipe.measure]
    period = within or recipe.period
    if recipe.against:
        before = period.year_before() if recipe.against == "year_before" else period.just_before()
        parts = tuple(
            (name, _asks("sum", measure, recipe.dims, recipe, when, tree, root))
            for name, when in (("n", period), ("d", before))
        )
        return Plan(recipe, measure, root, parts)
    if measure.behaviour == "coverage":
        assert measure.coverage is not None
        universe = tree.census(root, _day(recipe, period), measure.coverage.of, measure.coverage.tags)
        parts = tuple(
            (
                f"c{index}",
                _asks(
                    "units", catalog.measures[condition.measure], condition.dims, recipe, period, tree, root
                ),
            )
            for index, condition in enumerate(measure.coverage.all_of)
        )
        return Plan(recipe, measure, root, parts, universe)
    if measure.behaviour == "ratio":
        assert measure.ratio is not None
        both = (("n", measure.ratio.numerator), ("d", measure.ratio.denominator))
        parts = tuple(
            (
                name,
                _asks(
                    "sum", catalog.measures[each.measure], _merge(each, recipe), recipe, period, tree, root
                ),
            )
            for name, each in both
        )
        return Plan(recipe, measure, root, parts)
    if measure.behaviour == "change":
        assert measure.change is not None
        of = measure.change.of
        before = period.year_before() if measure.change.against == "year_before" else period.just_before()
        parts = tuple(
            (name, _asks("sum", catalog.measures[of.measure], _merge(of, recipe), recipe, when, tree, root))
            for name, when in (("n", period), ("d", before))
        )
        return Plan(recipe, measure, root, parts)
    parts = (("v", _asks("sum", measure, recipe.dims, recipe, period, tree, root)),)
    due: list[tuple[Period, tuple[int, ...]]] = []
    if measure.expected is not None and not recipe.dims:
        whole = Period(period.first, min(period.last, today)) if today >= period.first else None
        for slot in slots(whole, measure.expected.frequency) if whole else ():
            owing, asks = _owed(measure, measure.expected.kind, recipe, slot, tree, root)
            if owing:
                due.append((slot, owing))
                parts += ((f"s{slot.first}", asks),)
    return Plan(recipe, measure, root, parts, due=tuple(due))


def _owed(
    measure: Measure, kind: UnitKind, recipe: Recipe, slot: Period, tree: OrgTree, root: int
) -> tuple[tuple[int, ...], tuple[Ask, ...]]:
    """Who has to report for a slot, and the asks that tell who did."""
    if not isinstance(recipe.division, date):
        owing = tree.census(root, slot.last, kind)
        return owing, _asks("units", measure, (), recipe, slot, tree, root, within_period=True)
    # Who had to report is said by the slot's own day; the division says whose figure it is.
    owing = division.owing(tree, root, recipe.division, kind, slot.last)
    ours = division.counted_in(tree, root, recipe.division)
    if ours != division.EVERYBODY:
        ours = division.speaking_for(tree, owing, kind, slot.last)
    return owing, (_of_units("units", measure, slot.first, slot.last, ANY, ours),)


def _day(recipe: Recipe, period: Period) -> date:
    """The day whose units are counted."""
    return recipe.division if isinstance(recipe.division, date) else period.last


def _of_units(
    kind: AskKind, measure: Measure, first: date, last: date, columns: DimsAsked, units: frozenset[int]
) -> Ask:
    if units == division.EVERYBODY:
        return Ask(kind, measure.id, 0, level_size(0), first, last, columns)
    return Ask(kind, measure.id, 0, 0, first, last, columns, units)


def _merge(condition: Condition, recipe: Recipe) -> tuple[tuple[str, str], ...]:
    return condition.dims + recipe.dims


def _asks(
    kind: AskKind,
    measure: Measure,
    dims: Sequence[tuple[str, str]],
    recipe: Recipe,
    period: Period,
    tree: OrgTree,
    root: int,
    *,
    within_period: bool = False,
) -> tuple[Ask, ...]:
    columns = dims_asked(measure, dims, recipe)
    stock = measure.behaviour == "stock" and not within_period
    if isinstance(recipe.division, date):
        ours = division.counted_in(tree, root, recipe.division)
        first = BEGINNING if stock else period.first
        return (_of_units(kind, measure, first, period.last, columns, ours),)
    if stock:
        day = Period(period.last, period.last)
        return tuple(
            Ask(kind, measure.id, span.low, span.high, BEGINNING, period.last, columns)
            for span in tree.spans(root, day)
        )
    if recipe.division:
        ours = frozenset(tree.subtree(root, period.last))
        return (Ask(kind, measure.id, 0, 0, period.first, period.last, columns, ours),)
    return tuple(
        Ask(kind, measure.id, span.low, span.high, span.since, _before(span.until), columns)
        for span in tree.spans(root, period)
    )


def dims_asked(measure: Measure, dims: Sequence[tuple[str, str]], recipe: Recipe | str = "") -> DimsAsked:
    """The value that each dimension column must have. Raises BadRecipe."""
    wanted: list[str | None] = list(ANY)
    for name, value in dims:
        index = measure.dimension_index(name)
        if index is None:
            raise BadRecipe(text=recipe, why=f"“{measure.title}”没有维度“{name}”。")
        wanted[index] = value
    return tuple(wanted)


def _before(day: date) -> date:
    return day if day == FAR else date.fromordinal(day.toordinal() - 1)


NOTHING = Answer()


def assemble(
    plan: Plan,
    answers: Mapping[Ask, Answer],
    catalog: Catalog,
    tree: OrgTree,
    seq: int,
    counted: Counted | None = None,
) -> Figure:
    """The figure of a plan, from the store's answers to its asks; to its `sums` alone, when the units are counted."""
    recipe = plan.recipe.at(seq)
    if counted is not None:
        own = [answers.get(ask, NOTHING) for ask in plan.sums]
        return figure_of_sums(
            plan,
            recipe,
            seq,
            sum(each.total for each in own),
            sum(each.rows for each in own),
            sum(each.standing for each in own),
            sum(each.pending for each in own),
            counted,
        )
    parts = {name: [answers.get(ask, NOTHING) for ask in asks] for name, asks in plan.parts}
    if recipe.against:
        return _against(plan, parts, recipe, seq)
    if plan.measure.behaviour == "coverage":
        return _coverage(plan, parts, catalog, tree, recipe, seq)
    if plan.measure.behaviour in ("ratio", "change"):
        return _ratio(plan, parts, catalog, recipe, seq)
    own = parts["v"]
    rows = sum(each.rows for each in own)
    missing = tuple(sorted(_missing(plan, parts, tree))) if plan.due else ()
    return Figure(
        from_scaled(sum(each.total for each in own), plan.measure.unit) if rows else None,
        recipe,
        sum(each.standing for each in own) if plan.measure.behaviour == "stock" else rows,
        len(missing),
        sum(each.pending for each in own),
        None,
        seq,
        missing,
    )


def figure_of_sums(
    plan: Plan,
    recipe: Recipe,
    seq: int,
    total: int,
    rows: int,
    standing: int,
    pending: int,
    counted: Counted | None = None,
) -> Figure:
    """The figure of a measure's sum, or of a coverage whose units are counted, from what its `sums` add up to.

    recipe  as of `seq`
    """
    measure = plan.measure
    if not plan.universe:
        value = from_scaled(total, measure.unit) if rows else None
        n = standing if measure.behaviour == "stock" else rows
        if counted is None or not counted.units:
            return Figure(value, recipe, n, 0, pending, None, seq)
        units = Later(counted.units, lambda: counted.fetch().missing_units)
        return Figure(value, recipe, n, counted.units, pending, None, seq, units)
    assert counted is not None
    whole = len(plan.universe)
    lacking = (
        Later(whole - counted.units, lambda: counted.fetch().shortfalls) if whole > counted.units else ()
    )
    value = Quantity(Decimal(counted.units), measure.unit) if rows else None
    return Figure(value, recipe, rows, 0, pending, Quantity(Decimal(whole), measure.unit), seq, (), lacking)


def _missing(plan: Plan, parts: Mapping[str, Sequence[Answer]], tree: OrgTree) -> set[int]:
    missing: set[int] = set()
    assert plan.measure.expected is not None
    for slot, owing in plan.due:
        reported = {
            tree.up_to(each, plan.measure.expected.kind, slot.last)
            for answer in parts[f"s{slot.first}"]
            for each in answer.reported
        }
        missing.update(unit for unit in owing if unit not in reported)
    return missing


def _coverage(
    plan: Plan,
    parts: Mapping[str, Sequence[Answer]],
    catalog: Catalog,
    tree: OrgTree,
    recipe: Recipe,
    seq: int,
) -> Figure:
    rule = plan.measure.coverage
    assert rule is not None
    day = _day(plan.recipe, plan.recipe.period)
    lift = division.lifted if isinstance(plan.recipe.division, date) else OrgTree.up_to
    conditions: list[tuple[str, frozenset[int]]] = []
    whole = frozenset(plan.universe)
    for index, condition in enumerate(rule.all_of):
        met: dict[int, int] = {}
        for answer in parts[f"c{index}"]:
            for unit, total in answer.by_unit.items():
                holder = lift(tree, unit, rule.of, day)
                if holder is not None:
                    met[holder] = met.get(holder, 0) + total
        title = condition.title or "".join(value for _, value in condition.dims)
        title = title or catalog.measures[condition.measure].title
        conditions.append((title, frozenset(unit for unit, total in met.items() if total > 0) & whole))
    every = [answer for answers in parts.values() for answer in answers]
    known = any(answer.rows for answer in every)
    lacking = Shortfalls(plan.universe, tuple(conditions))
    unit_of = plan.measure.unit
    return Figure(
        Quantity(Decimal(lacking.covered), unit_of) if known and plan.universe else None,
        recipe,
        sum(answer.rows for answer in every),
        0,
        sum(answer.pending for answer in every),
        Quantity(Decimal(len(plan.universe)), unit_of),
        seq,
        (),
        lacking,
    )


def _ratio(
    plan: Plan, parts: Mapping[str, Sequence[Answer]], catalog: Catalog, recipe: Recipe, seq: int
) -> Figure:
    measure = plan.measure
    if measure.ratio is not None:
        units = [
            catalog.measures[each.measure].unit
            for each in (measure.ratio.numerator, measure.ratio.denominator)
        ]
    else:
        assert measure.change is not None
        units = [catalog.measures[measure.change.of.measure].unit] * 2
    top, base = (
        from_scaled(sum(answer.total for answer in parts[name]), unit).number
        for name, unit in zip(("n", "d"), units, strict=True)
    )
    known = all(any(answer.rows for answer in parts[name]) for name in ("n", "d"))
    value = None
    if known and base:
        share = (top - base) / base if measure.change is not None else top / base
        value = Quantity(share * 100, measure.unit).rounded(measure.unit.scale)
    every = [answer for answers in parts.values() for answer in answers]
    return Figure(
        value,
        recipe,
        sum(answer.rows for answer in every),
        0,
        sum(answer.pending for answer in every),
        Quantity(base, units[1]) if known else None,
        seq,
    )


def _against(plan: Plan, parts: Mapping[str, Sequence[Answer]], recipe: Recipe, seq: int) -> Figure:
    """By how many per cent the value changed; no value when either side is unreported or the base is nought."""
    now, before = (
        from_scaled(sum(answer.total for answer in parts[name]), plan.measure.unit) for name in ("n", "d")
    )
    known = all(any(answer.rows for answer in parts[name]) for name in ("n", "d"))
    share = (now.number - before.number) / before.number * 100 if known and before.number else None
    every = [answer for answers in parts.values() for answer in answers]
    return Figure(
        None if share is None else Quantity(share, PERCENT).rounded(1),
        recipe,
        sum(answer.rows for answer in every),
        0,
        sum(answer.pending for answer in every),
        before if known else None,
        seq,
    )
