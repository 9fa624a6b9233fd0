"""Invariant 2: roll-ups kept with every write = roll-ups built anew = the observations, for any history.

The histories are those of test_histories, with what roll-ups could trip over added: two rolled dimensions, levels by
kind, one entry that says two things of a measure, towns that merge; hamlets that register, move, merge and end, villages
that become communities, coverage of three kinds of unit, reports expected every month, quarter and year. The oracle is the
raw evaluator, which that test judges by a slower one still.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conftest import LedgerFactory
from tests.store import test_histories as histories
from tests.store.test_histories import Step, Told, act, forgotten
from tests.town import START, build_town, catalog
from youju.actions import clock, registers, rolling
from youju.core.measure import Condition, Coverage, Expectation
from youju.core.recipe import NOW, Recipe, parse_recipe
from youju.core.register import Register
from youju.store.models import Reach, RollUp
from youju.store.queries import figures, scope

HISTORIES = {"sqlite": 160, "postgresql": 32}
SHARDS = 4
PERIODS = (
    "2024-01", "2024-02-01..2024-04-30", "2024-01-01..2024-02-15", "2024-01-20..2024-04-10", "2024-02-03..2024-02-20",
    "2024-01-01..2024-05-01", "2024", "2024-03-31",
)  # fmt: skip
MEASURES = (
    "leaflets.handed_out", "leaflets.handed_out [专项=村庄清洁行动]", "leaflets.handed_out [对象=学生]",
    "leaflets.handed_out [专项=移风易俗; 对象=老年人]", "slogans.added", "slogans.standing", "books.stock", "books.stock [种类=图书]",
    "villages.informed",
)  # fmt: skip
COUNTED = (
    "leaflets.handed_out", "slogans.added", "books.stock", "villages.informed", "villages.students", "hamlets.informed",
    "towns.informed", "villages.slogans", "hamlets.slogans", "villages.shelved", "villages.listed",
)  # fmt: skip
COUNTED_PERIODS = (
    "2024-02", "2024-03-31", "2024-03-15", "2024Q1", "2024-01-01..2024-02-29", "2024-04-01..2024-05-01", "2024", "2023",
    "2023-01-01..2024-05-01", "2023-11-01..2024-04-30", "2024-02-03..2024-04-20",
)  # fmt: skip
PLACES = ("示范县", "甲镇", "乙镇", "东村")

# Where hamlets meet villages, and years meet.
days = st.sampled_from([-60, -50, -20, 0, 10, 30, 40, 60, 80, 110]).map(
    lambda number: histories.FIRST + timedelta(days=number)
)
hamlets = st.sampled_from(("东一屯", "东二屯", "南一屯"))
everywhere = st.sampled_from(("东村", "东村", "东一屯", "南村", "南一屯", "北村"))
audiences = st.sampled_from(["", "老年人", "学生"])
later = st.none() | st.tuples(histories.days, histories.counts)
kinds = st.sampled_from(["", "图书", "期刊"])
records = st.one_of(
    st.tuples(
        st.just("leaflets"), histories.reviewed, everywhere, days, histories.counts, histories.campaigns, audiences, later
    ),
    st.tuples(st.just("books"), histories.reviewed, everywhere, days, histories.counts, kinds),
    st.tuples(st.just("slogans"), histories.reviewed, everywhere, days, histories.counts, st.none() | st.integers(0, 60)),
)  # fmt: skip
towns = st.tuples(st.just("merge"), st.just("乙镇"), st.just("甲镇"), days)
below = st.one_of(
    st.tuples(st.just("move"), hamlets, histories.villages, days),
    st.tuples(st.just("merge"), hamlets, hamlets, days),
    st.tuples(st.just("dissolve"), hamlets, days),
    st.tuples(
        st.just("found"),
        st.just("甲镇"),
        st.sampled_from(["village", "community"]),
        days,
        st.lists(st.sampled_from([0, 30, 60, 90]), max_size=3, unique=True),
    ),
    st.tuples(st.just("found"), histories.villages, st.just("hamlet"), days, st.just([0])),
    st.tuples(st.just("recast"), histories.villages, st.sampled_from(["community", "village"]), days),
)
# Mostly records at the same few places: what is kept of a unit shows only where much meets.
steps = st.one_of(*[records] * 6, histories.steps, histories.changes, towns, below)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_roll_ups_say_what_the_observations_say_after_every_event(
    new_ledger: LedgerFactory, shard: int
) -> None:
    with new_ledger() as ledger, clock.at(START):
        town = build_town()
        registers.sync(registers_with_more(), by=town.who["sys"], unit=town.unit["示范县"])

        @seed(100 + shard)
        @settings(
            max_examples=HISTORIES[ledger.engine] // SHARDS,
            derandomize=False,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(steps, min_size=5, max_size=16))
        def live(history: list[Step]) -> None:
            with forgotten():
                told = Told(town)
                for step in history:
                    told.now += timedelta(hours=7)
                    with clock.at(told.now):
                        if act(told, step):
                            compare(told, recipes()[len(told.seen) % 13 :: 13])
                            told.seen[len(told.seen)] = {}
                with clock.at(told.now):
                    compare(told, recipes())
                assert rolling.check().differences == ()
                kept = cells()
                rolling.rebuild()
                assert cells() == kept

        live()


def compare(told: Told, wanted: list[Recipe]) -> None:
    """These figures by roll-ups and without them, equal in all they say."""
    world = figures.world_at(NOW, clock.today())
    assert world.grid is not None
    raw = figures.World(world.moment, world.tree, world.catalog, None)
    viewer = scope.viewer_of(told.town.who["clerk"])
    asked = [
        recipe for recipe in wanted if world.tree.exists(told.town.unit[recipe.unit], recipe.period.last)
    ]
    assert figures.evaluate_in(world, asked, viewer) == figures.evaluate_in(raw, asked, viewer)


@cache
def registers_with_more() -> list[Register]:
    """The registers of the tests, with more that is covered and expected."""
    kept = catalog().catalog.registers
    added = replace(kept["slogans"].measures[0], expected=Expectation("quarterly", "hamlet"))
    stock = replace(kept["books"].measures[0], expected=Expectation("yearly", "village"))
    (plain,) = [each for each in kept["facilities"].measures if each.id == "villages.informed"]
    covering = {
        "villages.students": ("village", Condition("leaflets.handed_out", (("对象", "学生"),))),
        "hamlets.informed": ("hamlet", Condition("leaflets.handed_out")),
        "towns.informed": ("town", Condition("leaflets.handed_out")),
        "villages.slogans": ("village", Condition("slogans.standing")),
        "hamlets.slogans": ("hamlet", Condition("slogans.standing")),
        "villages.shelved": ("village", Condition("books.stock", (("种类", "图书"),))),
        "villages.listed": ("village", Condition("slogans.added")),
    }
    more = [
        replace(plain, id=name, title=name, coverage=Coverage(kind, (condition,)))  # type: ignore[arg-type]
        for name, (kind, condition) in covering.items()
    ]
    return [
        replace(kept["slogans"], measures=(added, *kept["slogans"].measures[1:])),
        replace(kept["books"], measures=(stock,)),
        replace(kept["facilities"], measures=(*kept["facilities"].measures, *more)),
    ]


@cache
def recipes() -> list[Recipe]:
    found = []
    for measure in MEASURES:
        name, _, dims = measure.partition(" ")
        found += [
            parse_recipe(f"{name} @{place} {asked} {dims}".strip()) for place in PLACES for asked in PERIODS
        ]
    found += [
        parse_recipe(f"{name} @{place} {asked}")
        for name in COUNTED
        for place in PLACES
        for asked in COUNTED_PERIODS
    ]
    return list(dict.fromkeys(found))


def cells() -> Counter[tuple[Any, ...]]:
    found: Counter[tuple[Any, ...]] = Counter()
    for table in (RollUp, Reach):
        fields = [field.attname for field in table._meta.concrete_fields if field.attname != "id"]
        found.update((table.__name__, *row) for row in table._default_manager.values_list(*fields))
    return found
