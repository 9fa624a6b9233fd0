"""The organisation over time: where units stood, who took over, what names mean."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.orgtree import (
    FAR,
    AmbiguousOrgUnit,
    Naming,
    NoFreePlace,
    OrgTree,
    Placement,
    Tagging,
    UnknownOrgUnit,
    level_size,
)
from youju.core.period import Period

AGO = date(2000, 1, 1)
COUNTY, TOWN, OTHER, EAST, SOUTH, HAMLET = range(1, 7)
BASE = 990101101 * 10**6
MOVED, MERGED = date(2024, 3, 1), date(2024, 6, 1)


def tree() -> OrgTree:
    """
    县 ─ 甲镇 ─ 东村 (moves to 乙镇 on 2024-03-01, merges into 南村 on 2024-06-01) ─ 上屯
       │      └ 南村
       └ 乙镇
    """
    return OrgTree(
        [
            Placement(COUNTY, None, 990101 * 10**9, AGO),
            Placement(TOWN, COUNTY, BASE, AGO),
            Placement(OTHER, COUNTY, BASE + 10**6, AGO),
            Placement(EAST, TOWN, BASE + 200_000, AGO, MOVED),
            Placement(EAST, OTHER, BASE + 10**6 + 200_000, MOVED, MERGED, SOUTH),
            Placement(SOUTH, TOWN, BASE + 201_000, AGO),
            Placement(HAMLET, EAST, BASE + 200_001, AGO, MOVED),
            Placement(HAMLET, EAST, BASE + 10**6 + 200_001, MOVED, MERGED),
            Placement(HAMLET, SOUTH, BASE + 201_001, MERGED),
        ],
        [
            Naming(COUNTY, "示范县", "county", "990101000000", AGO),
            Naming(TOWN, "甲镇", "town", "990101101000", AGO),
            Naming(OTHER, "乙镇", "town", "", AGO),
            Naming(EAST, "东村", "village", "", AGO, date(2020, 1, 1)),
            Naming(EAST, "新东村", "village", "", date(2020, 1, 1), MERGED, ("东村",)),
            Naming(SOUTH, "南村", "village", "", AGO),
            Naming(HAMLET, "上屯", "hamlet", "", AGO),
        ],
        [Tagging(HAMLET, "公路沿线", date(2023, 1, 1), date(2024, 1, 1))],
    )


@pytest.mark.parametrize(
    ("root", "day", "members"),
    [
        (TOWN, date(2024, 2, 29), [TOWN, EAST, HAMLET, SOUTH]),
        (TOWN, date(2024, 3, 1), [TOWN, SOUTH]),
        (OTHER, date(2024, 3, 1), [OTHER, EAST, HAMLET]),
        (COUNTY, date(2024, 6, 1), [COUNTY, TOWN, SOUTH, HAMLET, OTHER]),
    ],
)
def test_a_subtree_is_what_stood_there_on_the_day(root: int, day: date, members: list[int]) -> None:
    assert tree().members(root, day) == members


def test_a_stock_walks_with_its_unit_and_on_to_the_successor() -> None:
    path = tree().path(EAST, date(2024, 1, 1))
    assert [(day, unit) for day, unit, _ in path] == [
        (date(2024, 1, 1), EAST),
        (MOVED, EAST),
        (MERGED, SOUTH),
    ]
    assert [place for _, _, place in path] == [BASE + 200_000, BASE + 10**6 + 200_000, BASE + 201_000]


def test_the_heir_is_asked_on_the_day() -> None:
    found = tree()
    assert [found.heir(EAST, day) for day in (date(2024, 5, 31), MERGED)] == [EAST, SOUTH]
    assert found.heirs(EAST) == (SOUTH,)
    assert found.up_to(HAMLET, "town", date(2024, 2, 1)) == TOWN
    assert found.up_to(HAMLET, "town", date(2024, 4, 1)) == OTHER
    assert found.up_to(TOWN, "village", date(2024, 4, 1)) is None


def test_tags_end_on_their_day() -> None:
    assert tree().members(COUNTY, date(2023, 12, 31), "hamlet", ["公路沿线"]) == [HAMLET]
    assert tree().members(COUNTY, date(2024, 1, 1), "hamlet", ["公路沿线"]) == []


def test_a_period_is_cut_where_the_unit_moved() -> None:
    spans = tree().spans(EAST, Period(date(2024, 1, 1), date(2024, 12, 31)))
    assert [(span.since, span.until) for span in spans] == [(date(2024, 1, 1), MOVED), (MOVED, MERGED)]
    assert all(span.high - span.low == level_size(5) for span in spans)


def test_names_are_found_as_of_the_day_with_aliases_codes_and_parents() -> None:
    found = tree()
    assert found.find("东村", date(2019, 1, 1)) == EAST
    assert found.find("新东村", date(2021, 1, 1)) == EAST
    assert found.find("东村", date(2021, 1, 1)) == EAST
    assert found.find("990101101000", date(2024, 1, 1)) == TOWN
    assert found.find("东村/上屯", date(2021, 1, 1)) == HAMLET
    assert found.full_name(HAMLET, date(2021, 1, 1)) == "新东村/上屯"


@pytest.mark.parametrize("name", ["东邨", "甲真", "", "乙镇/南村"])
def test_an_unknown_name_is_told_the_nearest(name: str) -> None:
    with pytest.raises(UnknownOrgUnit) as refusal:
        tree().find(name, date(2024, 1, 1))
    assert name in refusal.value.message


def test_namesakes_are_told_apart_by_their_parent() -> None:
    known = tree()
    twins = OrgTree(
        [
            *(each for own in known.placements.values() for each in own),
            Placement(7, SOUTH, BASE + 201_005, AGO),
        ],
        [*(each for own in known.namings.values() for each in own), Naming(7, "上屯", "hamlet", "", AGO)],
    )
    day = date(2024, 1, 1)
    with pytest.raises(AmbiguousOrgUnit, match="南村/上屯"):
        twins.find("上屯", day)
    assert twins.find("南村/上屯", day) == 7
    assert twins.find("上屯", day, within=EAST) == HAMLET


def test_places_once_used_are_never_given_again() -> None:
    found = tree()
    assert found.free_place(TOWN, "village", MOVED) == BASE + 202_000
    assert found.free_place(TOWN, "school", MOVED) == BASE + 600_000
    assert found.free_place(SOUTH, "hamlet", MOVED) == BASE + 201_002
    assert found.free_place(TOWN, "village", MOVED, "990101101215") == BASE + 215_000
    with pytest.raises(NoFreePlace):
        found.free_place(SOUTH, "town", MOVED)


@given(st.dates(date(2001, 1, 1), date(2025, 1, 1)))
def test_every_unit_lies_in_exactly_the_subtrees_of_its_ancestors(day: date) -> None:
    found = tree()
    for unit in found.placements:
        if not found.exists(unit, day):
            continue
        above = {unit, *found.ancestors(unit, day)}
        holders = {
            root for root in found.placements if found.exists(root, day) and unit in found.members(root, day)
        }
        assert holders == above


def test_open_placements_reach_to_the_end_of_days() -> None:
    assert tree().placement(TOWN, date(9999, 12, 30)) is not None
    assert Placement(1, None, 1, AGO).until == FAR
