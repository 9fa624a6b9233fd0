"""Who counts where by the division of a day, as lists of placements say it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from youju.core import division
from youju.core.orgtree import Naming, OrgTree, Placement

AGO, JAN, MAR, APR, JUN = (
    date(2000, 1, 1), date(2024, 1, 31), date(2024, 3, 1), date(2024, 4, 1), date(2024, 6, 1)
)  # fmt: skip
COUNTY, FIRST, SECOND, EAST, SOUTH, WEST, HAMLET, NEW = range(1, 9)
BASE = 990101 * 10**9


def place(town: int, village: int = 0, hamlet: int = 0) -> int:
    return BASE + (100 + town) * 10**6 + village * 1000 + hamlet


def tree() -> OrgTree:
    """东村 goes to 乙镇 in March and its hamlet to 南村; 西村 ends in March; 甲镇 goes into 乙镇 in June; 新村 begins in April."""
    return OrgTree(
        [
            Placement(COUNTY, None, BASE, AGO),
            Placement(FIRST, COUNTY, place(1), AGO, JUN, SECOND),
            Placement(SECOND, COUNTY, place(2), AGO),
            Placement(EAST, FIRST, place(1, 200), AGO, MAR),
            Placement(EAST, SECOND, place(2, 200), MAR),
            Placement(HAMLET, EAST, place(1, 200, 1), AGO, MAR),
            Placement(HAMLET, SOUTH, place(1, 201, 1), MAR, JUN),
            Placement(HAMLET, SOUTH, place(2, 201, 1), JUN),
            Placement(SOUTH, FIRST, place(1, 201), AGO, JUN),
            Placement(SOUTH, SECOND, place(2, 201), JUN),
            Placement(WEST, FIRST, place(1, 202), AGO, MAR),
            Placement(NEW, FIRST, place(1, 203), APR, JUN),
            Placement(NEW, SECOND, place(2, 203), JUN),
        ],
        [
            Naming(COUNTY, "示范县", "county", "", AGO),
            *(Naming(unit, name, "town", "", AGO) for unit, name in ((FIRST, "甲镇"), (SECOND, "乙镇"))),
            *(
                Naming(unit, name, "village", "", AGO)
                for unit, name in ((EAST, "东村"), (SOUTH, "南村"), (WEST, "西村"), (NEW, "新村"))
            ),
            Naming(HAMLET, "东一屯", "hamlet", "", AGO),
        ],
    )


TREE = tree()
days = st.dates(date(2023, 12, 1), date(2024, 12, 31))


def test_whoever_does_not_stand_on_the_day_is_stood_in_for() -> None:
    on = {
        day: [division.stand_in(TREE, unit, day) for unit in (EAST, WEST, NEW, FIRST)]
        for day in (JAN, MAR, APR, JUN)
    }
    assert on == {
        JAN: [EAST, WEST, FIRST, FIRST],
        MAR: [EAST, FIRST, FIRST, FIRST],
        APR: [EAST, FIRST, NEW, FIRST],
        JUN: [EAST, SECOND, NEW, SECOND],  # what ended in 甲镇 goes where 甲镇 went
    }
    assert division.stand_in(TREE, EAST, date(1999, 1, 1)) is None


def test_two_villages_that_were_each_merged_into_the_other_count_with_their_town() -> None:
    """东村 into 南村 from April, and, recorded later, 南村 into 东村 from March."""
    both = OrgTree(
        [
            Placement(FIRST, None, place(1), AGO),
            Placement(EAST, FIRST, place(1, 200), AGO, APR, SOUTH),
            Placement(SOUTH, FIRST, place(1, 201), AGO, MAR, EAST),
        ],
        [
            Naming(FIRST, "甲镇", "town", "", AGO),
            *(Naming(unit, name, "village", "", AGO) for unit, name in ((EAST, "东村"), (SOUTH, "南村"))),
        ],
    )
    assert [division.stand_in(both, SOUTH, day) for day in (JAN, MAR, APR)] == [SOUTH, EAST, FIRST]
    assert [division.stand_in(both, EAST, day) for day in (JAN, MAR, APR)] == [EAST, EAST, FIRST]


@given(days)
def test_the_towns_of_a_day_share_all_units_below_the_county(day: date) -> None:
    towns = [unit for unit in (FIRST, SECOND) if TREE.exists(unit, day)]
    shares = [division.counted_in(TREE, town, day) for town in towns]

    assert division.counted_in(TREE, COUNTY, day) == division.EVERYBODY
    assert sorted(unit for share in shares for unit in share) == sorted(set(TREE.placements) - {COUNTY})
    for town, share in zip(towns, shares, strict=True):
        below = {unit for unit in TREE.placements if town in TREE.ancestors(unit, day)}
        assert share == {town, *below, *division.counted_for(TREE, town, day)} | {
            unit for unit in share if not TREE.exists(unit, day)
        }


def test_a_report_of_a_hamlet_speaks_for_the_village_it_was_in_then() -> None:
    """东一屯 was of 东村 in January. By June's division it counts in 南村, but January's report of 东村 is done."""
    owing = division.owing(TREE, EAST, JUN, "village", JAN)

    assert owing == (EAST,)
    assert division.speaking_for(TREE, owing, "village", JAN) == {EAST, HAMLET}
    assert HAMLET in division.counted_in(TREE, SOUTH, JUN)
    assert division.owing(TREE, SECOND, JUN, "village", JAN) == (EAST, SOUTH, WEST)
    assert division.owing(TREE, COUNTY, MAR, "village", JAN) == (EAST, SOUTH, WEST)
    assert division.owing(TREE, FIRST, MAR, "village", JAN) == (SOUTH, WEST)


def test_who_left_since_is_told() -> None:
    assert division.gone(TREE, FIRST, JAN, MAR) == [EAST]
    assert division.gone(TREE, SECOND, MAR, JUN) == []
    assert division.gone(TREE, FIRST, APR, JUN) == [FIRST, SOUTH, WEST, HAMLET, NEW]
    assert division.gone(TREE, COUNTY, JAN, JUN) == []
