"""Figures from the ledger: a number, zero, not reported, pending beside it; coverage; moments; sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import clock, entries, reviews, units
from youju.core.grant import NotAllowed
from youju.core.orgtree import UnknownOrgUnit
from youju.core.period import parse_period
from youju.core.recipe import BadRecipe, parse_recipe
from youju.store.queries import figures, scope
from youju.store.queries.ledger import BeforeLedger, FutureMoment, head


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def names(town: Town, keys: Sequence[int]) -> set[str]:
    by_id = {unit: name for name, unit in town.unit.items()}
    return {by_id[key] for key in keys}


def test_a_village_that_said_nothing_is_missing_and_one_that_said_none_is_zero(town: Town) -> None:
    """March: 东村 200 份, 南村 reports nil, 西村 nothing."""
    town.reviewed("leaflets", "东村", day="2024-03-05", count="200")
    nil = entries.record_nil("leaflets", town.unit["南村"], parse_period("2024-03"), by=town.who["recorder"])
    reviews.confirm([nil.entry], by=town.who["reviewer"])

    figure = town.figure("leaflets.handed_out @甲镇 2024-03")
    assert (figure.text, figure.missing, names(town, figure.missing_units)) == ("200份", 1, {"西村"})
    assert town.figure("leaflets.handed_out @南村 2024-03").text == "0份"
    west = town.figure("leaflets.handed_out @西村 2024-03")
    assert (west.text, west.value, west.n, west.missing) == ("未报", None, 0, 1)


def test_the_month_that_runs_is_not_owed_yet(town: Town) -> None:
    with clock.at(START - timedelta(days=5)):  # 2024-04-26
        assert town.figure("leaflets.handed_out @东村 2024-04").missing == 0
    assert town.figure("leaflets.handed_out @东村 2024-04").missing == 1


def test_what_waits_stands_beside_the_figure_and_never_in_it(town: Town) -> None:
    """Invariant 4."""
    town.reviewed("leaflets", "东村", day="2024-03-05", count="200")
    town.record("leaflets", "东村", day="2024-03-06", count="50")
    figure = town.figure("leaflets.handed_out @甲镇 2024-03")
    assert (figure.text, figure.n, figure.pending) == ("200份", 1, 1)


def test_a_correction_counts_when_it_is_reviewed_and_the_old_figure_stays_as_it_was(town: Town) -> None:
    done = town.reviewed("leaflets", "东村", day="2024-03-05", count="200")
    before = head().head
    change = {"count": "180"}
    entries.correct(done.entry, change, by=town.who["recorder"], units=measure_units(), reason="按签收表核减")
    assert town.figure("leaflets.handed_out @东村 2024-03").text == "200份"
    reviews.confirm([done.entry], by=town.who["reviewer"])
    assert town.figure("leaflets.handed_out @东村 2024-03").text == "180份"
    assert town.figure(f"leaflets.handed_out @东村 2024-03 截至=#{before}").text == "200份"


def test_as_of_a_day_means_its_end_in_shanghai(town: Town) -> None:
    town.reviewed("leaflets", "东村", day="2024-03-05", count="200")
    with clock.at(START + timedelta(days=1)):
        town.reviewed("leaflets", "东村", day="2024-03-06", count="1")
        assert town.figure("leaflets.handed_out @东村 2024-03 截至=2024-05-01").text == "200份"
        assert town.figure("leaflets.handed_out @东村 2024-03 截至=2024-05-02").text == "201份"
        assert town.figure("leaflets.handed_out @东村 2024-03 截至=2024-05-02T08:59").text == "200份"
        with pytest.raises(BeforeLedger):
            town.figure("leaflets.handed_out @东村 2024-03 截至=2024-04-30")
        with pytest.raises(FutureMoment, match="尚无法回答"):
            town.figure("leaflets.handed_out @东村 2024-03 截至=#9999")


def test_coverage_with_two_conditions_lists_what_is_missing_where(town: Town) -> None:
    """
    东村    文化广场 and 文艺舞台 (the stage in its hamlet)
    南村    文化广场, the stage was closed
    西村    nothing
    """
    town.reviewed("facilities", "东村", built_on="2020-01-01", kind="文化广场")
    town.reviewed("facilities", "东村", built_on="2021-01-01", kind="文艺舞台", hamlet="东一屯")
    town.reviewed("facilities", "南村", built_on="2021-01-01", kind="文化广场")
    town.reviewed("facilities", "南村", built_on="2021-01-01", kind="文艺舞台", closed_on="2024-02-01")
    figure = town.figure("villages.equipped @甲镇 2024-01-01..2024-04-26")
    assert (figure.text, str(figure.whole)) == ("1个", "3个")
    lacks = {next(iter(names(town, (short.unit,)))): short.lacks for short in figure.shortfalls}
    assert lacks == {"南村": ("文艺舞台",), "西村": ("文化广场", "文艺舞台")}
    assert town.figure("villages.equipped @甲镇 2024-01-31").text == "2个"


def test_a_pending_entry_covers_nobody(town: Town) -> None:
    town.reviewed("facilities", "东村", built_on="2020-01-01", kind="文化广场")
    town.record("facilities", "东村", built_on="2021-01-01", kind="文艺舞台")
    figure = town.figure("villages.equipped @甲镇 2024-04-26")
    assert (figure.text, figure.pending) == ("0个", 1)


def test_a_village_that_moved_takes_its_stock_along_and_leaves_its_past(town: Town) -> None:
    town.reviewed("slogans", "东村", installed_on="2024-02-01", count="5")
    units.move(town.unit["东村"], town.unit["乙镇"], since=date(2024, 3, 1), by=town.who["sys"])
    asked = {
        recipe: town.figure(recipe).text
        for recipe in (
            "slogans.standing @甲镇 2024-02-29", "slogans.standing @甲镇 2024-03-01", "slogans.standing @乙镇 2024-03-01",
            "slogans.added @甲镇 2024-01-01..2024-04-26", "slogans.added @乙镇 2024-01-01..2024-04-26",
            "slogans.added @乙镇 2024-01-01..2024-04-26 按现区划", "slogans.standing @示范县 2024-04-26",
        )
    }  # fmt: skip
    assert list(asked.values()) == ["5条", "0条", "5条", "5条", "未报", "5条", "5条"]


def test_a_move_recorded_late_changes_the_past_only_from_then_on(town: Town) -> None:
    town.reviewed("slogans", "东村", installed_on="2024-02-01", count="5")
    before = head().head
    units.move(town.unit["东村"], town.unit["乙镇"], since=date(2024, 1, 1), by=town.who["sys"])
    assert town.figure("slogans.added @乙镇 2024-02").text == "5条"
    assert town.figure(f"slogans.added @甲镇 2024-02 截至=#{before}").text == "5条"
    assert town.figure("slogans.added @甲镇 2024-02").text == "未报"


@pytest.mark.parametrize(
    ("recipe", "says"),
    [
        ("leaflets.handed_ou @甲镇 2024", "leaflets.handed_out"),
        ("发放宣传资枓 @甲镇 2024", "发放宣传资料"),
        ("leaflets.handed_out @甲镇 2024 [专项=清洁行动]", "村庄清洁行动"),
        ("leaflets.handed_out @甲镇 2024 [活动=村庄清洁行动]", "可用：专项"),
        ("leaflets.handed_out 2024", "缺组织"),
        ("leaflets.handed_out @甲镇", "缺期间"),
        ("leaflets.handed_out @甲镇 2024 [专项]", "维度=值"),
    ],
)
def test_a_recipe_with_a_slip_is_told_the_nearest(town: Town, recipe: str, says: str) -> None:
    with pytest.raises(BadRecipe) as refusal:
        town.figure(recipe)
    assert says in refusal.value.message


def test_a_unit_with_a_slip_is_told_the_nearest(town: Town) -> None:
    with pytest.raises(UnknownOrgUnit, match="东村"):
        town.figure("leaflets.handed_out @东邨 2024")


def test_aliases_and_titles_name_a_measure(town: Town) -> None:
    town.reviewed("leaflets", "东村", day="2024-03-05", count="200", campaign="清洁乡村")
    for name in ("发放宣传资料", "派发宣传单", "leaflets.handed_out"):
        assert town.figure(f"{name} @东村 2024-03 [专项=清洁乡村]").text == "200份"


def test_another_towns_figures_are_refused(town: Town) -> None:
    with pytest.raises(NotAllowed, match="甲镇"):
        town.figure("leaflets.handed_out @甲镇 2024-03", by="stranger")
    assert town.figure("leaflets.handed_out @乙镇 2024-03", by="stranger").text == "未报"


def test_the_sources_of_a_figure_add_up_to_it_page_by_page(town: Town) -> None:
    for number in range(1, 8):
        town.reviewed("leaflets", "东村", day=f"2024-03-0{number}", count=str(number))
    recipe, viewer = parse_recipe("leaflets.handed_out @甲镇 2024-03"), scope.viewer_of(town.who["clerk"])
    found: list[figures.Source] = []
    offset = 0
    while True:
        page = figures.trace(recipe, viewer, clock.today(), offset=offset, limit=3)
        found += page.sources
        if page.next_offset is None:
            break
        offset = page.next_offset
    assert [source.amount.number for source in found] == [Decimal(number) for number in range(1, 8)]
    assert town.figure("leaflets.handed_out @甲镇 2024-03").value == sum(
        (source.amount for source in found[1:]), found[0].amount
    )


def test_sixty_figures_of_one_moment_take_at_most_six_statements(town: Town) -> None:
    town.reviewed("leaflets", "东村", day="2024-03-05", count="200")
    viewer = scope.viewer_of(town.who["clerk"])
    recipes = [
        parse_recipe(f"{measure} @{unit} 2024-01-01..2024-04-{day:02}")
        for measure in (
            "leaflets.handed_out",
            "slogans.standing",
            "books.stock",
            "villages.equipped",
            "villages.informed",
        )
        for unit in ("甲镇", "东村", "示范县")
        for day in (10, 20, 25, 26)
    ]
    with CaptureQueriesContext(connection) as asked:
        assert len(figures.evaluate(recipes, viewer, clock.today())) == 60
    assert len(asked) <= 6, [each["sql"][:80] for each in asked]
