"""Figures by the division of one day: the worked table of docs/algorithms/placement.md, who counts where, and who may ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock, members, units
from youju.actions.units import NewUnit
from youju.core.division import NotInDivision
from youju.core.grant import NotAllowed
from youju.core.orgtree import UnknownOrgUnit
from youju.core.recipe import parse_recipe
from youju.store.queries import figures, scope

TODAY = "按2024-05-01区划"


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def texts(town: Town, *recipes: str) -> list[str]:
    return [town.figure(each).text for each in recipes]


def moved(town: Town, village: str = "东村", to: str = "乙镇", since: date = date(2024, 3, 1)) -> None:
    units.move(town.unit[village], town.unit[to], since=since, by=town.who["sys"])


@pytest.mark.parametrize(
    ("asked", "first", "second", "county"),
    [
        ("slogans.added {} 2024-02", "5条", "未报", "5条"),
        ("slogans.added {} 2024-02 按2024-02-29区划", "5条", "未报", "5条"),
        ("slogans.added {} 2024-02 按2024-03-01区划", "未报", "5条", "5条"),
        ("slogans.added {} 2024-01-01..2024-04-26 按2024-02-29区划", "5条", "未报", "5条"),
        ("slogans.added {} 2024-01-01..2024-04-26 按2024-03-01区划", "未报", "5条", "5条"),
        ("slogans.standing {} 2024-02-29", "5条", "未报", "5条"),
        ("slogans.standing {} 2024-02-29 按2024-03-01区划", "未报", "5条", "5条"),
        ("slogans.standing {} 2024-03-01", "0条", "5条", "5条"),
        ("slogans.standing {} 2024-03-01 按2024-02-29区划", "5条", "未报", "5条"),
        ("slogans.standing {} 2024-03-01 按2024-03-01区划", "未报", "5条", "5条"),
    ],
)
def test_the_worked_table(town: Town, asked: str, first: str, second: str, county: str) -> None:
    town.reviewed("slogans", "东村", installed_on="2024-02-01", count="5")
    moved(town)

    recipes = [asked.format(f"@{unit}") for unit in ("甲镇", "乙镇", "示范县")]
    assert texts(town, *recipes) == [first, second, county]


def test_two_years_are_compared_by_one_division(town: Town) -> None:
    """东村 gave out 100 in 2023, in 甲镇, and 150 in 2024, in 乙镇, where it came on the 1st of January."""
    town.reviewed("leaflets", "东村", day="2023-03-05", count="100")
    moved(town, since=date(2024, 1, 1))
    town.reviewed("leaflets", "东村", day="2024-03-05", count="150")

    asked = "leaflets.handed_out @乙镇 2024Q1"
    assert texts(town, f"{asked} 同比", f"{asked} {TODAY} 同比") == ["未报", "50%"]
    assert texts(town, f"{asked} 截至=#{clock_seq(town)} 按现区划 同比") == ["未报"], (
        "as it was recorded before"
    )


def clock_seq(town: Town) -> int:
    return town.figure("slogans.added @甲镇 2024").seq


def test_a_merged_village_counts_with_who_took_over_and_a_dissolved_one_with_its_last_town(
    town: Town,
) -> None:
    """北村 (3 in February) merges into 东村 in March and 中村 (4) ends; in April their town merges into the other."""
    town.reviewed("leaflets", "北村", day="2024-02-05", count="3")
    town.reviewed("leaflets", "中村", day="2024-02-06", count="4")
    units.merge(town.unit["北村"], town.unit["东村"], since=date(2024, 3, 1), by=town.who["sys"])
    units.dissolve(town.unit["中村"], since=date(2024, 3, 1), by=town.who["sys"])
    flow = "leaflets.handed_out {} 2024-02 {}"

    def by(day: str) -> list[str]:
        return texts(town, *(flow.format(f"@{unit}", f"按{day}区划") for unit in ("甲镇", "乙镇", "示范县")))

    assert by("2024-02-28") == ["未报", "7份", "7份"]
    assert by("2024-03-01") == ["3份", "4份", "7份"]
    assert texts(town, flow.format("@东村", TODAY)) == ["3份"]

    units.merge(town.unit["乙镇"], town.unit["甲镇"], since=date(2024, 4, 1), by=town.who["sys"])
    assert texts(town, flow.format("@甲镇", TODAY), flow.format("@示范县", TODAY)) == ["7份", "7份"]
    assert by("2024-03-31") == ["3份", "4份", "7份"]
    with pytest.raises(NotInDivision, match="已于2024-03-01撤并，它的数计入“东村”"):
        town.figure(flow.format("@北村", TODAY))
    with pytest.raises(NotInDivision, match="已于2024-03-01撤并，它的数计入“甲镇”"):
        town.figure(flow.format("@中村", TODAY))
    with pytest.raises(NotInDivision, match="已于2024-04-01撤并，它的数计入“甲镇”"):
        town.figure(flow.format("@乙镇", TODAY))


def test_a_village_that_was_not_there_yet_counts_with_the_town_it_was_founded_in(town: Town) -> None:
    """新村 is founded in 甲镇 in March, gives out 9 in April, and 甲镇 of February has them."""
    new = NewUnit("新村", "village", town.unit["甲镇"], since=date(2024, 3, 1))
    (founded,) = units.add([new], by=town.who["sys"])
    there = Town({**town.unit, "新村": founded}, town.who)
    there.reviewed("leaflets", "新村", day="2024-04-05", count="9")
    asked = "leaflets.handed_out @{} 2024-04 按2024-02-01区划"

    assert texts(town, *(asked.format(unit) for unit in ("甲镇", "示范县", "东村"))) == ["9份", "9份", "未报"]
    with pytest.raises(NotInDivision, match="2024-03-01才设立，它的数计入“甲镇”"):
        town.figure(asked.format("新村"))
    with pytest.raises(NotInDivision, match="2000-01-01才设立"):
        town.figure("leaflets.handed_out @甲镇 2024-04 按1999-12-31区划")


def test_names_are_those_of_the_divisions_day_and_older_ones_still_find(town: Town) -> None:
    town.reviewed("leaflets", "东村", day="2024-02-05", count="3")
    units.rename(town.unit["东村"], "东山村", since=date(2024, 3, 1), by=town.who["sys"])

    for name in ("东村", "东山村"):
        assert town.figure(f"leaflets.handed_out @{name} 2024-02 {TODAY}").text == "3份"
    with pytest.raises(UnknownOrgUnit):
        town.figure("leaflets.handed_out @东山村 2024-02")


def test_a_coverage_counts_the_villages_of_that_day(town: Town) -> None:
    """中村 and 东村 (with a stage in its hamlet) have both; in March 东村 came to 乙镇, and 中村 was dissolved."""
    for name, hamlet in (("中村", None), ("东村", "东一屯")):
        town.reviewed("facilities", name, built_on="2024-02-05", kind="文化广场")
        town.reviewed("facilities", name, built_on="2024-02-05", kind="文艺舞台", hamlet=hamlet)
    moved(town)
    units.dissolve(town.unit["中村"], since=date(2024, 3, 1), by=town.who["sys"])

    def by(division: str) -> list[tuple[str, str]]:
        found = [town.figure(f"villages.equipped @{unit} 2024-02-29 {division}") for unit in ("甲镇", "乙镇")]
        return [(each.text, str(each.whole)) for each in found]

    assert by("") == [("1个", "3个"), ("1个", "2个")]
    assert by("按2024-02-29区划") == by("")
    assert by(TODAY) == [
        ("未报", "2个"),
        ("1个", "2个"),
    ]  # 北村 and 东村 are the whole of 乙镇; 中村 is no more


def test_who_owes_is_told_by_the_slot_and_whose_figure_it_is_by_the_division(town: Town) -> None:
    """东村 said something in January and 西村 nothing; 东村 stands in 乙镇 by now, and 西村 went to 东村."""
    town.reviewed("leaflets", "东村", day="2024-01-05", count="1")
    moved(town)
    units.merge(town.unit["西村"], town.unit["东村"], since=date(2024, 4, 1), by=town.who["sys"])
    named = {unit: name for name, unit in town.unit.items()}

    def owing(unit: str, division: str) -> set[str]:
        found = town.figure(f"leaflets.handed_out @{unit} 2024-01 {division}")
        return {named[each] for each in found.missing_units}

    assert (owing("甲镇", ""), owing("乙镇", "")) == ({"南村", "西村"}, {"北村", "中村"})
    assert (owing("甲镇", TODAY), owing("乙镇", TODAY)) == ({"南村"}, {"西村", "北村", "中村"})
    assert owing("东村", TODAY) == {"西村"}
    assert owing("示范县", TODAY) == {"南村", "西村", "北村", "中村"}


def test_a_past_division_tells_no_town_what_a_village_did_after_it_left(town: Town) -> None:
    """东村 left 甲镇 on the 1st of March. Until then its books were 甲镇's; what it did later they may not read."""
    town.reviewed("leaflets", "东村", day="2024-02-05", count="3")
    town.reviewed("leaflets", "东村", day="2024-03-05", count="8")
    moved(town)
    own = members.add_member("jia", "甲镇经办人", town.unit["甲镇"], by=town.who["sys"])
    members.grant(own, "clerk", town.unit["甲镇"], by=town.who["sec"], since=date(2000, 1, 1))
    clerk = scope.viewer_of(own)

    def asked(recipe: str) -> str:
        return figures.evaluate([parse_recipe(recipe)], clerk, clock.today())[0].text

    assert asked("leaflets.handed_out @甲镇 2024-02 按2024-02-29区划") == "3份"
    assert asked(f"leaflets.handed_out @甲镇 2024-01-01..2024-03-31 {TODAY}") == "未报"
    with pytest.raises(NotAllowed, match="东村"):
        asked("leaflets.handed_out @甲镇 2024-01-01..2024-03-31 按2024-02-29区划")
    county = "leaflets.handed_out @甲镇 2024-01-01..2024-03-31 按2024-02-29区划"
    assert texts(town, county) == ["11份"], "whoever may see both may ask"


def test_the_sources_of_a_figure_by_a_division_add_up_to_it(town: Town) -> None:
    town.reviewed("slogans", "东村", installed_on="2024-02-01", count="5")
    moved(town)
    recipe = parse_recipe(f"slogans.standing @乙镇 2024-03-31 {TODAY}")
    viewer = scope.viewer_of(town.who["clerk"])

    page = figures.trace(recipe, viewer, clock.today())
    assert sum(each.amount.number for each in page.sources) == 5
    assert {each.unit for each in page.sources} == {town.unit["东村"]}
