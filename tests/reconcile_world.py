"""A ledger in memory for the tests of the audit: observations in a list, figures by the real planner and assembler."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from demo import town
from demo.events import CATALOG, catalog
from tests.demo.reading import tree, unit_id
from tests.demo.reckoning import counted
from youju.core.audit.draft import Draft
from youju.core.claim.extract import extract
from youju.core.claim.lexicon import Lexicon
from youju.core.figure import Answer, Ask, Figure, Plan, assemble, plan
from youju.core.measure import MAX_DIMENSIONS, Measure, UnitKind
from youju.core.observation import Fact, Point, Row, flow_row, stock_rows
from youju.core.orgtree import OrgTree
from youju.core.period import Period
from youju.core.recipe import Recipe, check_recipe
from youju.core.reconcile import Checked, Clock, Learned, Vocabulary, World, conclude, understand, vocabulary
from youju.specs.lexicon import load_lexicon

TODAY = date(2024, 4, 26)
REPORTED = Period(date(2024, 1, 1), TODAY)


@cache
def lexicon() -> Lexicon:
    return load_lexicon([CATALOG])


@dataclass
class Ledger:
    """Observations of the demo's registers over the demo's tree, answered without a database."""

    rows: Sequence[Row]
    tree: OrgTree
    today: date = TODAY

    def __post_init__(self) -> None:
        self._by_measure: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            self._by_measure[row.measure].append(row)
        self._known: dict[Recipe, Figure] = {}
        self._answers: dict[Ask, Answer] = {}

    def figure(self, recipe: Recipe) -> Figure:
        """One figure, as the store would give it."""
        if recipe not in self._known:
            made = self._plan(recipe)
            self._known[recipe] = assemble(
                made, {ask: self._answer(ask) for ask in made.asks}, catalog(), self.tree, 1
            )
        return self._known[recipe]

    def audit(
        self, text: str, unit: str = town.TOWN, reported: Period = REPORTED, learned: Iterable[Learned] = ()
    ) -> list[Checked]:
        """Every claim of a text, checked."""
        root = self.tree.find(unit, self.today)
        draft = Draft(text, extract(text, lexicon()))
        world = World(
            catalog(),
            self.tree,
            lexicon(),
            words(self.tree, root),
            Clock(reported, self.today),
            {(each.words, each.unit): each for each in learned},
        )
        made = understand(draft, world)
        return conclude(made, {recipe: self.figure(recipe) for recipe in made.recipes}, lexicon())

    def _plan(self, recipe: Recipe) -> Plan:
        checked = check_recipe(recipe, catalog())
        return plan(
            checked, catalog(), self.tree, self.tree.find(checked.unit, checked.period.last), self.today
        )

    def _answer(self, ask: Ask) -> Answer:
        if ask not in self._answers:
            self._answers[ask] = self._summed(ask)
        return self._answers[ask]

    def _summed(self, ask: Ask) -> Answer:
        hit = [
            row
            for row in self._by_measure[ask.measure]
            if (ask.units is not None or ask.low <= row.place < ask.high)
            and ask.first <= row.day <= ask.last
            and all(want is None or want == has for want, has in zip(ask.dims, row.dims, strict=True))
            and (ask.units is None or row.unit in ask.units)
        ]
        if ask.kind == "sum":
            standing: dict[str, int] = defaultdict(int)
            for row in hit:
                standing[row.series] += row.value
            return Answer(
                sum(row.value for row in hit),
                len(hit),
                sum(1 for series, level in standing.items() if series and level),
            )
        by_unit: dict[int, int] = defaultdict(int)
        for row in hit:
            by_unit[row.unit] += row.value
        return Answer(
            sum(row.value for row in hit),
            len(hit),
            by_unit=dict(by_unit),
            reported=frozenset(row.unit for row in hit if row.origin != "transfer"),
        )


@cache
def words(of: OrgTree, root: int) -> Vocabulary:
    return vocabulary(catalog(), of, lexicon(), root, TODAY)


def rows_of(facts: Iterable[Fact], of: OrgTree) -> list[Row]:
    """The observations of these facts; each item is a series, and so are the levels of one unit."""
    found: list[Row] = []
    levels: dict[tuple[str, int, tuple[str, str, str]], list[Point]] = defaultdict(list)
    for number, fact in enumerate(facts):
        assert isinstance(fact.unit, int)
        if fact.kind in ("flow", "nil"):
            found.append(flow_row(fact, of))
        elif fact.kind == "item":
            points = [Point(fact.day, fact.unit, fact.value)]
            if fact.until:
                points.append(Point(fact.until, fact.unit, 0))
            found += stock_rows(fact.measure, f"i{number}", fact.dims, points, of)
        else:
            levels[fact.measure, fact.unit, fact.dims].append(Point(fact.day, fact.unit, fact.value))
    for (measure, unit, dims), points in levels.items():
        found += stock_rows(measure, f"u{unit}", dims, points, of)
    return found


@cache
def demo_ledger() -> Ledger:
    """The demo town's ledger as it stands at the end."""
    return Ledger(rows_of(counted(), tree()), tree())


def random_ledger(seed: int) -> Ledger:
    """A ledger of chance over the demo's town: every measure with values of every kind in many units and months."""
    rng = random.Random(seed)
    facts: list[Fact] = []
    for measure in catalog().measures.values():
        if measure.observed:
            facts += _facts(measure, rng)
    return Ledger(rows_of(facts, tree()), tree())


def _facts(measure: Measure, rng: random.Random) -> Iterable[Fact]:
    kind = _holder(measure)
    holders = tree().members(unit_id(town.TOWN), TODAY, kind)
    scale = 10**measure.unit.scale
    many = kind in ("village", "hamlet")
    wanted = holders if rng.random() < 0.5 else [unit for unit in holders if rng.random() < 0.93]
    for unit in wanted:
        for _ in range(
            rng.choice((2, 4)) if kind == "village" else rng.choice((1, 2)) if many else rng.randint(6, 14)
        ):
            dims = ["", "", ""]
            for index, dimension in enumerate(measure.dimensions[:MAX_DIMENSIONS]):
                choices = catalog().dimension_choices(dimension, measure)
                dims[index] = rng.choice([*(choice.id for choice in choices[:5]), ""])
            day = date(2023, 1, 1) + timedelta(days=rng.randrange(480))
            value = rng.choice((1, 2, 3, rng.randint(4, 400))) * scale
            if measure.unit.kind in ("mass", "money"):
                value = rng.randint(1, 90000) * 10 ** max(0, measure.unit.scale - 2)
            what = (dims[0], dims[1], dims[2])
            if measure.behaviour == "flow":
                yield Fact(measure.id, "flow", day, unit, value, what)
            else:
                yield Fact(measure.id, "item", day, unit, scale if many else value, what)


def _holder(measure: Measure) -> UnitKind:
    for other in catalog().measures.values():
        if other.coverage is not None and any(each.measure == measure.id for each in other.coverage.all_of):
            return other.coverage.of
    kept = catalog().registers[measure.register].kept_by
    return kept if kept in ("village", "hamlet", "school", "partner") else "office"
