"""Recipes as text, and figures put together from sums: without a store, as the algorithm pages say it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.figure import Answer, Ask, Figure, Plan, assemble, plan
from youju.core.orgtree import Naming, OrgTree, Placement, Tagging
from youju.core.period import Period, parse_period
from youju.core.problem import DomainError
from youju.core.recipe import AsOf, BadRecipe, Recipe, check_recipe, parse_recipe
from youju.core.register import Catalog
from youju.specs.catalog import load_catalog
from youju.specs.lexicon import load_units

HERE = Path(__file__).resolve().parents[1]
AGO = date(2000, 1, 1)
TODAY = date(2024, 4, 26)
TOWN, EAST, SOUTH, WEST, HAMLET = 1, 2, 3, 4, 5
BASE = 990101101 * 10**6
SQUARE, STAGE = ("类型", "文化广场"), ("类型", "文艺舞台")


def catalog() -> Catalog:
    units = load_units([HERE.parent / "catalog" / "units.yaml"])
    return load_catalog(HERE / "catalog", None, units).catalog


CATALOG = catalog()
TREE = OrgTree(
    [
        Placement(TOWN, None, BASE, AGO),
        *(Placement(unit, TOWN, BASE + (198 + unit) * 1000, AGO) for unit in (EAST, SOUTH, WEST)),
        Placement(HAMLET, EAST, BASE + 200_001, AGO),
    ],
    [
        Naming(TOWN, "甲镇", "town", "", AGO),
        *(
            Naming(unit, name, "village", "", AGO)
            for unit, name in ((EAST, "东村"), (SOUTH, "南村"), (WEST, "西村"))
        ),
        Naming(HAMLET, "东一屯", "hamlet", "", AGO),
    ],
    [Tagging(EAST, "公路沿线", AGO)],
)


def planned(text: str, today: date = TODAY) -> Plan:
    return plan(check_recipe(parse_recipe(text), CATALOG), CATALOG, TREE, TOWN, today)


def figure(text: str, answers: Mapping[Ask, Answer] | None = None, today: date = TODAY) -> Figure:
    return assemble(planned(text, today), answers or {}, CATALOG, TREE, 7)


# --- recipes ----------------------------------------------------------------------------------------------

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
periods = st.tuples(days, days).map(lambda pair: Period(min(pair), max(pair)))
names = st.text("发放宣传资料abcx._", min_size=1, max_size=8)
values = st.text("村庄清洁行动（1）- ", min_size=1, max_size=8).map(str.strip).filter(bool)
moments = st.one_of(
    st.just(AsOf()),
    st.integers(1, 10**9).map(lambda seq: AsOf(seq=seq)),
    days.map(lambda day: AsOf(day=day)),
    st.datetimes(timezones=st.just(UTC)).map(lambda at: AsOf(instant=at)),
)
recipes = st.builds(
    Recipe, names, names, periods, st.lists(st.tuples(names, values), max_size=3).map(tuple), moments, st.sampled_from(["", "last_day"]) | days, st.sampled_from(["", "year_before", "period_before"])
)  # fmt: skip


@given(recipes)
def test_a_recipe_reads_back_to_itself(recipe: Recipe) -> None:
    assert parse_recipe(str(recipe)) == recipe


@given(st.text(max_size=60))
def test_any_text_is_a_recipe_or_refused(text: str) -> None:
    try:
        found = parse_recipe(text, unit="甲镇", period=parse_period("2024"))
    except DomainError:
        return
    assert parse_recipe(str(found)) == found


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("leaflets.handed_out 2024", "请加“@组织名”"),
        ("leaflets.handed_out @甲镇", "请加 2024-01-01..2024-04-26"),
        ("leaflets.handed_out @甲镇 2024 [村庄清洁行动]", "应写成“维度=值”"),
        ("leaflets.handed_out @甲镇 2024 截至=昨天", "应写成 2024-04-30"),
        ("leaflets.handed_ou @甲镇 2024", "最接近的是“leaflets.handed_out”"),
        ("leaflets.handed_out @甲镇 2024 [活动=移风易俗]", "可用：专项"),
        ("leaflets.handed_out @甲镇 2024 [专项=移风移俗]", "最接近的是“移风易俗”"),
        ("slogans.added @甲镇 2024 [专项=移风易俗]", "它不分维度"),
        ("slogans.added @甲镇 2024 按2026-02-30区划", "按2026-06-30区划"),
        ("slogans.added @甲镇 2024 按去年区划", "“按现区划”，或“按2026-06-30区划”"),
    ],
)
def test_a_slip_is_told_with_what_to_write(text: str, advice: str) -> None:
    with pytest.raises(BadRecipe) as refused:
        check_recipe(parse_recipe(text), CATALOG)
    assert advice in refused.value.message


@pytest.mark.parametrize("written", ["按2026-06-30区划", "按2026-6-30区划", "按2026年6月30日区划"])
def test_the_day_of_a_division_is_written_one_way(written: str) -> None:
    asked = parse_recipe(f"slogans.added @甲镇 2024 截至=#7 {written} 同比")

    assert (asked.division, asked.day) == (date(2026, 6, 30), date(2026, 6, 30))
    assert str(asked) == "slogans.added @甲镇 2024-01-01..2024-12-31 截至=#7 按2026-06-30区划 同比"


def test_the_present_division_is_that_of_the_day_of_asking_but_in_a_recorded_recipe_it_stays_as_it_is() -> (
    None
):
    asked = parse_recipe("slogans.added @甲镇 2024 按现区划").asked(date(2026, 6, 30))
    looked_back = parse_recipe("slogans.added @甲镇 2024 截至=2025-01-31 按现区划").asked(date(2026, 6, 30))
    recorded = parse_recipe("slogans.added @甲镇 2024 截至=#7 按现区划")

    assert str(asked) == "slogans.added @甲镇 2024-01-01..2024-12-31 按2026-06-30区划"
    assert str(asked.asked(date(2027, 1, 1))) == str(asked)
    assert str(looked_back).endswith("截至=2025-01-31 按2026-06-30区划")
    assert recorded.asked(date(2026, 6, 30)) == recorded
    assert str(recorded).endswith("截至=#7 按现区划")
    assert str(recorded.anew()).endswith("2024-01-01..2024-12-31 按2024-12-31区划")


def test_titles_and_aliases_become_ids() -> None:
    asked = check_recipe(parse_recipe("派发宣传单 @甲镇 2024 [专项=清洁乡村]"), CATALOG)

    assert (asked.measure, asked.dims) == ("leaflets.handed_out", (("专项", "村庄清洁行动"),))


# --- figures ----------------------------------------------------------------------------------------------


def test_no_row_is_not_reported_and_a_row_of_none_is_zero() -> None:
    (ask,) = planned("slogans.added @甲镇 2024-01-01..2024-04-26").asks

    assert figure("slogans.added @甲镇 2024-01-01..2024-04-26").text == "未报"
    none = figure("slogans.added @甲镇 2024-01-01..2024-04-26", {ask: Answer(total=0, rows=1)})
    assert (none.text, none.n) == ("0条", 1)


def test_a_stock_is_asked_on_the_last_day_and_a_flow_over_the_period() -> None:
    (stock,) = planned("slogans.standing @甲镇 2024-01-01..2024-04-26").asks
    (flow,) = planned("slogans.added @甲镇 2024-01-01..2024-04-26").asks

    assert (stock.first, stock.last) == (date.min, TODAY)
    assert (flow.first, flow.last) == (date(2024, 1, 1), TODAY)


def test_what_waits_stands_beside_the_figure() -> None:
    (ask,) = planned("slogans.added @甲镇 2024").asks

    found = figure("slogans.added @甲镇 2024", {ask: Answer(total=5, rows=1, pending=2)})
    assert (found.text, found.pending) == ("5条", 2)


def test_each_month_that_has_ended_is_owed_by_each_village() -> None:
    """January to 26 April: three months are due, and April is not. 东村 spoke in its hamlet, 南村 in two months of three."""
    text = "leaflets.handed_out @甲镇 2024-01-01..2024-04-26"
    reported = {1: {HAMLET, SOUTH, WEST}, 2: {HAMLET, WEST}, 3: {EAST, SOUTH, WEST}}
    whole, *due = planned(text).asks
    answers = {ask: Answer(reported=frozenset(reported[ask.first.month])) for ask in due}

    assert [ask.last for ask in due] == [date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)]
    found = figure(text, {whole: Answer(total=90, rows=3), **answers})
    assert (found.text, found.missing, found.missing_units) == ("90份", 1, (SOUTH,))


def test_a_part_by_dimension_owes_nothing() -> None:
    assert len(planned("leaflets.handed_out @甲镇 2024-01-01..2024-04-26 [专项=移风易俗]").asks) == 1


def test_a_unit_is_covered_by_all_conditions_together_and_the_others_are_named() -> None:
    """
    东村  文化广场 in its hamlet, 文艺舞台 of its own
    南村  文艺舞台 only
    西村  neither; a 文艺舞台 waits
    """
    text = "villages.equipped @甲镇 2024-04-26"
    squares, stages = planned(text).asks
    assert (squares.dims[0], stages.dims[0]) == (SQUARE[1], STAGE[1])
    found = figure(
        text,
        {
            squares: Answer(rows=1, by_unit={HAMLET: 1}),
            stages: Answer(rows=2, by_unit={EAST: 1, SOUTH: 1}, pending=1),
        },
    )

    assert (found.text, str(found.whole), found.pending) == ("1个", "3个", 1)
    assert {each.unit: each.lacks for each in found.shortfalls} == {
        SOUTH: (SQUARE[1],),
        WEST: (SQUARE[1], STAGE[1]),
    }


def test_what_came_and_went_covers_nobody() -> None:
    text = "villages.equipped @甲镇 2024-04-26"
    squares, stages = planned(text).asks

    found = figure(
        text, {squares: Answer(rows=2, by_unit={EAST: 0}), stages: Answer(rows=1, by_unit={EAST: 1})}
    )
    assert found.text == "0个"
    assert EAST in {each.unit for each in found.shortfalls}


def test_a_coverage_of_which_nobody_said_anything_is_not_reported() -> None:
    found = figure("villages.equipped @甲镇 2024-04-26")

    assert (found.text, str(found.whole)) == ("未报", "3个")
