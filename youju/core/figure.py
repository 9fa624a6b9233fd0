"""Figures 数字 and their recipes 取数式: the only numbers that a page, document, score or answer may show.

A recipe is text: `publicity.leaflets.handed_out @禾澄镇 2024-01-01..2024-04-26 [专项=村庄清洁行动] 截至=2024-05-01 按2026-06-30区划`.
`plan` turns it into asks (sums over places, days and dimensions), the store answers all asks of all recipes
together, `assemble` makes the figure. docs/algorithms/figures.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from rapidfuzz import process

from youju.core import division
from youju.core.measure import MAX_DIMENSIONS, Condition, Measure, UnitKind
from youju.core.orgtree import FAR, OrgTree, UnknownOrgUnit, level_size
from youju.core.period import Period, parse_period, slots
from youju.core.problem import DomainError
from youju.core.quantity import PERCENT, Quantity, from_scaled
from youju.core.register import Catalog
from youju.core.shortfalls import Later, Shortfall, Shortfalls

DimsAsked = tuple[str | None, ...]  # for each dimension column a value, or None for any
ANY: DimsAsked = (None,) * MAX_DIMENSIONS
BEGINNING = date(1, 1, 1)


class BadRecipe(DomainError):
    """A text that is no recipe, or names a measure, unit, dimension or value that does not exist."""

    code = "recipe.unreadable"
    text = "取数式“{text}”有误：{why}"


Against = Literal["", "year_before", "period_before"]
AGAINST_ZH: dict[Against, str] = {"year_before": "同比", "period_before": "环比"}
# By whose division: as everything stood at its time; that of a day; or, in recipes of before 按…区划 had a day, that of
# the last day of the period.
Division = date | Literal["", "last_day"]


@dataclass(frozen=True, slots=True)
class AsOf:
    """The moment to look back from: a ledger sequence, or an instant (a day means its end). Empty: now."""

    seq: int | None = None
    instant: datetime | None = None
    day: date | None = None

    def __str__(self) -> str:
        if self.seq is not None:
            return f"#{self.seq}"
        if self.instant is not None:
            return self.instant.isoformat()
        return str(self.day) if self.day else ""


NOW = AsOf()


class _Hashed:
    """Remembers its hash: boards look sixty recipes and their questions up for every page."""

    __slots__ = ("_hash",)
    _hash: int


@dataclass(frozen=True, slots=True)
class Recipe(_Hashed):
    """What to compute. Its text form reads back to itself.

    unit           name or code of the unit whose subtree is asked
    period         days, both included; of a stock the last day counts
    dims           dimension → value, in the order written
    division       按2026-06-30区划: count where units stand on that day instead of where they stood; 按现区划 means the day
                   of asking (`asked`), and in a recorded recipe the last day of the period
    against        同比 or 环比: not the value but by how many per cent it changed, against the same days of the
                   year before or against the days just before
    """

    measure: str
    unit: str
    period: Period
    dims: tuple[tuple[str, str], ...] = ()
    as_of: AsOf = NOW
    division: Division = ""
    against: Against = ""

    def __hash__(self) -> int:
        try:
            return self._hash
        except AttributeError:
            said = (
                self.measure,
                self.unit,
                self.period,
                self.dims,
                self.as_of,
                self.division,
                self.against,
            )
            object.__setattr__(self, "_hash", hash(said))
            return self._hash

    def at(self, seq: int) -> Recipe:
        """The same as of a sequence number. Written out: `replace` costs ten times as much, and boards ask sixty."""
        as_of = AsOf(seq)
        return Recipe(self.measure, self.unit, self.period, self.dims, as_of, self.division, self.against)

    def asked(self, today: date) -> Recipe:
        """What it means when somebody asks it today: 按现区划 is today's.

        A recipe that bears a number of the ledger was recorded as the answer to a question of before, and keeps its reading.
        """
        if self.division == "last_day" and self.as_of.seq is None:
            return replace(self, division=today)
        return self

    def anew(self) -> Recipe:
        """The same for now; what 按现区划 meant when it was recorded is written out."""
        if self.division == "last_day":
            return replace(self, as_of=NOW, division=self.period.last)
        return replace(self, as_of=NOW)

    @property
    def day(self) -> date:
        """The day whose organisation is asked: names are read, and units are looked for, as of it."""
        return self.division if isinstance(self.division, date) else self.period.last

    def __str__(self) -> str:
        parts = [self.measure, f"@{self.unit}", str(self.period)]
        if self.dims:
            parts.append("[" + "; ".join(f"{name}={value}" for name, value in self.dims) + "]")
        if self.as_of != NOW:
            parts.append(f"截至={self.as_of}")
        if self.division:
            parts.append("按现区划" if self.division == "last_day" else f"按{self.division}区划")
        if self.against:
            parts.append(AGAINST_ZH[self.against])
        return " ".join(parts)


_RECIPE = re.compile(
    r"""\s*(?P<measure>[^\s@\[]+)
    (?:\s*@(?P<unit>[^\s\[]+))?
    (?:\s+(?P<period>\d{4}\S*))?
    (?:\s*\[(?P<dims>[^\]]*)\])?
    (?:\s+(?:截至=|as-of[= ]\s*)(?P<as_of>\S+))?
    (?:\s+按(?P<division>\S*)区划)?
    (?:\s+(?P<against>同比|环比))?\s*""",
    re.VERBOSE,
)


def parse_recipe(text: str, *, unit: str = "", period: Period | None = None) -> Recipe:
    """Read a recipe; `unit` and `period` fill in what the text leaves out. Raises BadRecipe and BadPeriod.

    Names are not checked here: `check_recipe` does, with the catalog.
    """
    found = _RECIPE.fullmatch(text)
    if not found:
        raise BadRecipe(text=text, why="应写成“数据项 @组织 起..止 [维度=值]”。")
    dims = []
    for part in re.split(r"[;；,，]", found["dims"] or ""):
        if part.strip():
            name, equals, value = part.partition("=")
            if not equals or not name.strip() or not value.strip():
                raise BadRecipe(text=text, why=f"方括号内的“{part.strip()}”应写成“维度=值”。")
            dims.append((name.strip(), value.strip()))
    own_unit = found["unit"] or unit
    own_period = parse_period(found["period"]) if found["period"] else period
    if not own_unit:
        raise BadRecipe(text=text, why="缺组织，请加“@组织名”，例如 @禾澄镇。")
    if own_period is None:
        raise BadRecipe(text=text, why="缺期间，请加 2024-01-01..2024-04-26 这样的起止日期。")
    return Recipe(
        found["measure"],
        own_unit,
        own_period,
        tuple(dims),
        parse_as_of(found["as_of"] or ""),
        _read_division(found["division"], text),
        next((key for key, word in AGAINST_ZH.items() if word == found["against"]), ""),
    )


def _read_division(said: str | None, text: str) -> Division:
    if said is None:
        return ""
    if said == "现":
        return "last_day"
    named = re.fullmatch(r"(\d{4})[-年](\d{1,2})[-月](\d{1,2})日?", said)
    try:
        if named:
            return date(*map(int, named.groups()))
    except ValueError:
        pass
    raise BadRecipe(text=text, why="区划应写成“按现区划”，或“按2026-06-30区划”这样有的日期。")


def parse_as_of(text: str) -> AsOf:
    """Read #123, 2024-04-30 (its end) or an ISO instant with or without zone (then Asia/Shanghai by the caller)."""
    if not text:
        return NOW
    try:
        if text.startswith("#"):
            return AsOf(seq=int(text[1:]))
        if re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}", text):
            year, month, day = map(int, text.split("-"))
            return AsOf(day=date(year, month, day))
        return AsOf(instant=datetime.fromisoformat(text))
    except ValueError:
        raise BadRecipe(text=text, why="截至应写成 2024-04-30、2024-04-30T12:00 或台账序号 #123。") from None


def check_recipe(recipe: Recipe, catalog: Catalog) -> Recipe:
    """The recipe with titles and aliases turned into ids. Raises BadRecipe naming the nearest known name."""
    measure = find_measure(recipe.measure, catalog, str(recipe))
    dims = []
    for name, value in recipe.dims:
        index = measure.dimension_index(name)
        if index is None:
            known = [dimension.id for dimension in measure.dimensions]
            why = f"“{measure.title}”没有维度“{name}”。" + (
                f"可用：{'、'.join(known)}。" if known else "它不分维度。"
            )
            raise BadRecipe(text=recipe, why=why)
        choices = catalog.dimension_choices(measure.dimensions[index], measure)
        known_value = next((each.id for each in choices if value in (each.id, *each.aliases)), None)
        if known_value is None and choices:
            near = process.extractOne(value, [each.id for each in choices])
            raise BadRecipe(text=recipe, why=f"维度“{name}”没有“{value}”这个值。最接近的是“{near[0]}”。")
        dims.append((name, known_value or value))
    if recipe.against and not measure.observed:
        why = f"“{measure.title}”是由别的数据项算出来的，不能再求{AGAINST_ZH[recipe.against]}。"
        raise BadRecipe(text=recipe, why=why)
    return replace(recipe, measure=measure.id, dims=tuple(dims))


def root_of(recipe: Recipe, tree: OrgTree, within: int | None = None) -> int:
    """The unit that a recipe asks, by the names of the day whose organisation it asks.

    within  only units of this subtree are found and named
    raises  UnknownOrgUnit, AmbiguousOrgUnit, NotInDivision
    """
    if not isinstance(recipe.division, date):
        return tree.find(recipe.unit, recipe.period.last, within)
    try:
        found = tree.find(recipe.unit, recipe.division, within)
    except UnknownOrgUnit:
        # Whoever asks about earlier days may use the name of then.
        found = tree.find(recipe.unit, recipe.period.last, within)
    division.check_stands(tree, found, recipe.division, recipe.unit, within)
    return found


def find_measure(name: str, catalog: Catalog, text: str) -> Measure:
    """The measure with this id, title or alias. Raises BadRecipe naming the nearest."""
    if found := catalog.measures.get(name):
        return found
    for measure in catalog.measures.values():
        if name == measure.title:
            return measure
    named = [measure for measure in catalog.measures.values() if name in measure.aliases]
    if len(named) == 1:
        return named[0]
    if named:
        choices = "、".join(f"{measure.id}（{measure.title}）" for measure in named)
        raise BadRecipe(text=text, why=f"“{name}”有{len(named)}个数据项：{choices}。")
    names = list(catalog.measures) + [measure.title for measure in catalog.measures.values()]
    near = process.extractOne(name, names, score_cutoff=40)
    hint = f"最接近的是“{near[0]}”。" if near else "请在台账的数据项中核对名称。"
    raise BadRecipe(text=text, why=f"没有“{name}”这个数据项。{hint}")


AskKind = Literal["sum", "units", "places", "slots"]
# What one unit's rows at one place say: unit, place, month (0 when it was not asked by month), the total of those that count, and how
# many of them the unit said itself.
PlaceSum = tuple[int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Ask(_Hashed):
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
