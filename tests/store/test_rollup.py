"""Roll-ups: that they are read, healed, and left alone where they cannot say it exactly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, catalog
from youju.actions import clock, registers, rolling, verifying
from youju.core.figure import Figure
from youju.core.measure import Dimension
from youju.core.recipe import NOW, parse_recipe
from youju.store.models import RollUp
from youju.store.queries import figures, scope


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    """东村: 200 份 for 村庄清洁行动 on 5 March, 30 more on 2 April; 3 slogans since 10 March, gone on 20 April."""
    with clock.at(START):
        town = build_town()
        town.reviewed(
            "leaflets", "东村", day="2024-03-05", count="200", campaign="村庄清洁行动", audience="学生"
        )
        town.reviewed("leaflets", "东村", day="2024-04-02", count="30")
        town.reviewed("slogans", "东村", installed_on="2024-03-10", removed_on="2024-04-20", count="3")
        yield town


def spoil() -> None:
    """Add 1 to every sum, so that a figure shows whether it came from a cell."""
    RollUp.unscoped.update(total=F("total") + 1)


@pytest.mark.parametrize(
    ("recipe", "right", "spoilt"),
    [
        ("leaflets.handed_out @甲镇 2024-03", "200份", "201份"),
        ("leaflets.handed_out @示范县 2024-03", "200份", "201份"),
        ("leaflets.handed_out @甲镇 2024-03 [专项=村庄清洁行动]", "200份", "201份"),
        ("leaflets.handed_out @甲镇 2024-03 [专项=村庄清洁行动; 对象=学生]", "200份", "201份"),
        ("leaflets.handed_out @甲镇 2024-03-01..2024-04-26", "230份", "231份"),  # April from the rows
        ("leaflets.handed_out @甲镇 2024-03-01..2024-05-01", "230份", "232份"),  # to this day: May is whole
        ("leaflets.handed_out @甲镇 2024-03-05..2024-03-05", "200份", "200份"),
        ("leaflets.handed_out @东村 2024-03", "200份", "200份"),  # below the town
        ("leaflets.handed_out @甲镇 2024-03 按现区划", "200份", "200份"),
        ("leaflets.handed_out @甲镇 2024-03 按2024-05-01区划", "200份", "200份"),
        ("leaflets.handed_out @示范县 2024-03 按2024-05-01区划", "200份", "200份"),
        ("slogans.standing @示范县 2024-03-31 按2024-05-01区划", "3条", "3条"),
        ("slogans.standing @甲镇 2024-03-31", "3条", "4条"),
        ("slogans.standing @甲镇 2024-03-15", "3条", "4条"),  # nothing changed in the rest of March
        ("slogans.standing @甲镇 2024-04-15", "3条", "3条"),  # the slogans go on the 20th
    ],
)
def test_a_figure_comes_from_cells_where_they_say_it_exactly(
    town: Town, recipe: str, right: str, spoilt: str
) -> None:
    assert town.figure(recipe).text == right
    spoil()
    assert town.figure(recipe).text == spoilt


def test_a_moment_of_the_past_never_reads_cells(town: Town) -> None:
    before = figures.world_at(NOW, clock.today()).moment.seq
    town.reviewed("leaflets", "东村", day="2024-03-06", count="1")
    spoil()
    assert town.figure(f"leaflets.handed_out @甲镇 2024-03 截至=#{before}").text == "200份"


def test_when_the_ledger_moves_on_between_two_statements_the_figure_stays_at_its_moment(town: Town) -> None:
    world = figures.world_at(NOW, clock.today())
    viewer = scope.viewer_of(town.who["clerk"])
    town.reviewed("leaflets", "东村", day="2024-03-06", count="1")
    figure = figures.evaluate_in(world, [parse_recipe("leaflets.handed_out @甲镇 2024-03")], viewer)[0]
    assert (figure.text, figure.seq) == ("200份", world.moment.seq)


def test_one_entry_that_says_two_things_is_counted_once_while_it_waits(town: Town) -> None:
    town.record("leaflets", "东村", day="2024-03-06", count="1", again_on="2024-04-06", again="2")
    asked = "leaflets.handed_out @甲镇"
    found = [
        town.figure(f"{asked} {period}").pending
        for period in ("2024-03", "2024-04", "2024-03-01..2024-04-30", "2024-02-20..2024-04-20")
    ]
    assert found == [1, 1, 1, 1]


def test_check_finds_a_wrong_cell_and_a_missing_one_and_rebuild_mends_both(town: Town) -> None:
    march = RollUp.unscoped.filter(total=200).first()
    assert march is not None
    RollUp.unscoped.filter(pk=march.pk).update(n=2)
    RollUp.unscoped.filter(total=30).delete()

    done = rolling.check()
    assert {(each.kept and each.kept[:2], each.right and each.right[:2]) for each in done.differences} == {
        ((2, 200), (1, 200)),
        (None, (1, 30)),
    }
    part = next(part for part in verifying.verify() if part.title == "汇总")
    assert {finding.code for finding in part.findings} == {"verify.rollup"}

    rolling.rebuild()
    assert rolling.check().differences == ()
    assert town.figure("leaflets.handed_out @甲镇 2024-03-01..2024-05-01").text == "230份"


def test_a_dimension_that_is_rolled_from_now_on_builds_the_roll_up_anew(town: Town) -> None:
    kept = catalog().catalog.registers["facilities"]
    town.reviewed("facilities", "东村", built_on="2024-03-05", kind="文艺舞台")
    plain = [
        replace(each, dimensions=(Dimension("类型", rolled=False),)) if each.dimensions else each
        for each in kept.measures
    ]
    asked = "facilities.standing @甲镇 2024-03-31 [类型=文艺舞台]"
    for version in (replace(kept, measures=tuple(plain)), kept):
        registers.sync([version], by=town.who["sys"], unit=town.unit["示范县"])
        assert rolling.check().in_force
        assert rolling.check().differences == ()
        assert town.figure(asked).text == "1个"


def test_without_roll_ups_figures_come_from_the_observations(town: Town) -> None:
    spoil()
    ledger = figures.world_at(NOW, clock.today()).moment
    from youju.store.models import Ledger

    Ledger.unscoped.update(grid="")
    assert ledger.grid
    assert town.figure("leaflets.handed_out @甲镇 2024-03").text == "200份"
    assert not rolling.check().in_force


def test_sixty_figures_are_a_handful_of_statements(town: Town) -> None:
    town.record("leaflets", "南村", day="2024-03-06", count="1", again_on="2024-04-06", again="2")
    asked = [
        parse_recipe(f"{measure} @{place} {period}")
        for measure in ("leaflets.handed_out", "slogans.standing", "books.stock", "villages.informed")
        for place in ("示范县", "甲镇", "东村")
        for period in (
            "2024-03",
            "2024-01-01..2024-04-26",
            "2024-02-10..2024-04-20",
            "2024-01-01..2024-04-30",
        )
    ]
    viewer = scope.viewer_of(town.who["clerk"])
    with CaptureQueriesContext(connection) as statements:
        found: list[Figure] = figures.evaluate(asked, viewer, clock.today())
    assert len(found) == 48
    assert len(statements) <= 6
