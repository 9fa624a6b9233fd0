"""Whose places a draft may name: those of its unit and above it, by every name they had on the day."""

from __future__ import annotations

from datetime import date

from tests.core.audit.texts import findings
from youju.core.audit import places_of
from youju.core.orgtree import Naming, OrgTree, Placement

AGO, MOVED = date(2000, 1, 1), date(2024, 3, 1)
COUNTY, TOWN, OTHER, EAST, SOUTH, WEST = range(1, 7)
BASE = 990101101 * 10**6


def tree() -> OrgTree:
    """
    示范县 ─ 甲河镇 ─ 东坪村, 南坪村
          └ 乙河镇 ─ 西坪村 (alias 老西坪); 东坪村 comes on 2024-03-01
    """
    return OrgTree(
        [
            Placement(COUNTY, None, 990101 * 10**9, AGO),
            Placement(TOWN, COUNTY, BASE, AGO),
            Placement(OTHER, COUNTY, BASE + 10**6, AGO),
            Placement(EAST, TOWN, BASE + 200_000, AGO, MOVED),
            Placement(EAST, OTHER, BASE + 10**6 + 201_000, MOVED),
            Placement(SOUTH, TOWN, BASE + 201_000, AGO),
            Placement(WEST, OTHER, BASE + 10**6 + 200_000, AGO),
        ],
        [
            Naming(COUNTY, "示范县", "county", "990101000000", AGO),
            Naming(TOWN, "甲河镇", "town", "990101101000", AGO),
            Naming(OTHER, "乙河镇", "town", "", AGO),
            Naming(EAST, "东坪村", "village", "", AGO),
            Naming(SOUTH, "南坪村", "village", "", AGO),
            Naming(WEST, "西坪村", "village", "", AGO, aliases=("老西坪",)),
        ],
    )


def marked(text: str, day: date) -> list[str]:
    places = places_of(tree(), TOWN, day)
    return [each.snippet for each in findings(text, "places", places=places, unit="甲河镇")]


def test_the_village_of_another_town_is_foreign_by_each_of_its_names() -> None:
    text = "示范县甲河镇的南坪村、西坪村、老西坪和乙河镇完成整治。"

    assert marked(text, date(2024, 2, 1)) == ["西坪村", "老西坪", "乙河镇"]


def test_a_village_that_moved_is_ones_own_until_that_day() -> None:
    assert marked("东坪村完成整治。", date(2024, 2, 29)) == []
    assert marked("东坪村完成整治。", MOVED) == ["东坪村"]


def test_a_visit_to_the_neighbours_may_be_told() -> None:
    assert marked("组织村干部到乙河镇西坪村观摩学习2次。", MOVED) == []
