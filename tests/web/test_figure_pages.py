"""数字: a value with what it is made of, looked back at, asked for by what people call it, and kept from strangers (invariant 7)."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.town import measure_units
from tests.web.declared import as_it_was
from tests.web.world import NOW, VILLAGE_REGISTER, World, clock_at_now
from youju.actions import clock, units
from youju.actions.entries import record
from youju.actions.reviews import confirm
from youju.core.period import Period
from youju.core.recipe import Recipe, parse_recipe
from youju.store.queries import scope
from youju.store.queries.behind import Behind, behind
from youju.store.queries.ledger import head

GIVEN = "publicity.leaflets.handed_out"
APRIL = Period(date(2024, 4, 1), date(2024, 4, 30))


def opened(client: Client, recipe: str, **more: str) -> str:
    """The text of a figure's page, as somebody reads it."""
    answer = client.get(reverse("figure"), {"recipe": recipe, **more})
    assert answer.status_code == 200, answer.status_code
    return html.unescape(re.sub(r"\s+", " ", strip_tags(answer.content.decode())))


def of(world: World, recipe: Recipe, account: str = "clerk") -> Behind:
    """What stands behind a figure for one who may see it."""
    return behind(recipe, scope.viewer_of(world.who[account]), world.today)


@pytest.fixture
def more(world: World) -> Iterator[None]:
    """
    2024-02-10  西村  publicity.leaflets.handed_out  30 份, reviewed
    2024-03-10  东村  publicity.leaflets.handed_out   5 份, reviewed
    """
    with as_it_was(), clock_at_now():
        for name, day, count in (("西村", "2024-02-10", "30"), ("东村", "2024-03-10", "5")):
            made = record(
                VILLAGE_REGISTER, world.unit[name], {"day": day, "count": count}, by=world.who["clerk"], units=measure_units(),
            )  # fmt: skip
            confirm([made.entry], by=world.who["reviewer"])
        yield


@pytest.mark.usefixtures("more")
def test_units_months_and_campaigns_make_up_the_figure_and_what_is_missing_between_is_told(
    world: World,
) -> None:
    """东村 and 西村 each gave out 200 in April for 村庄清洁行动 (one entry reviewed, others waiting); 更多 above."""
    with clock_at_now():
        found = of(world, Recipe(GIVEN, "甲镇", Period(date(2024, 1, 1), date(2024, 4, 30))))

    assert str(found.figure.value) == "435份"
    assert [(name, str(each.value)) for name, each in found.units] == [("东村", "205份"), ("西村", "230份")]
    assert [(name, str(each.value or "")) for name, each in found.times] == [
        ("2024年1月", ""), ("2024年2月", "30份"), ("2024年3月", "5份"), ("2024年4月", "400份"),
    ]  # fmt: skip
    assert [(name, [(v, str(f.value)) for v, f in told]) for name, told in found.splits] == [
        ("专项", [("村庄清洁行动", "400份")])
    ]
    assert found.exact == (True, False)  # 35 were given out for no campaign
    assert found.lines == found.figure.n == 4


def test_a_change_is_shown_with_both_of_its_sides(world: World) -> None:
    with clock_at_now():
        found = of(world, parse_recipe(f"{GIVEN} @甲镇 2024-04 同比"))

    assert [(name, str(each.value or "未报")) for name, each in found.parts] == [
        ("2024年4月", "400份"), ("2023年4月", "未报"),
    ]  # fmt: skip
    assert found.figure.value is None
    assert set(found.exact) == {None}


def test_the_page_answers_where_does_this_come_from(world: World, client_of: Callable[[str], Client]) -> None:
    """The clerk opens April: the value, what waits beside it, who owes, how to write it, each record by its link."""
    client = client_of("clerk")
    with clock_at_now():
        said = opened(client, f"{GIVEN} @甲镇 2024-04")
        raw = client.get(reverse("figure"), {"recipe": f"{GIVEN} @甲镇 2024-04"}).content.decode()

    for expected in (
        "甲镇 发放宣传资料",
        "400份",
        "未计入",
        "怎么算的",
        "口径来源",
        "东村",
        "200份",
        "金丝雀东村reviewed",
    ):
        assert expected in said
    assert "金丝雀东村waiting" not in said
    assert f"ledger/{VILLAGE_REGISTER}?state=pending" in raw
    assert re.search(r'<a href="/entries/[0-9a-f-]{36}">2024-04-20</a>', raw)


def test_the_figure_of_an_earlier_day_does_not_know_what_came_later(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """April was 400 when the town was set up on the 1st of May; on the 6th 东村 adds 7."""
    with as_it_was():
        with clock.at(NOW - timedelta(days=1)):
            made = record(
                VILLAGE_REGISTER, world.unit["东村"], {"day": "2024-04-25", "count": "7"}, by=world.who["recorder"], units=measure_units(),
            )  # fmt: skip
            confirm([made.entry], by=world.who["reviewer"])
        client = client_of("clerk")
        with clock_at_now():
            asked = {"measure": GIVEN, "unit": "甲镇", "period": "4月", "as_of": "5月1日"}
            answer = client.get(reverse("figure"), asked, follow=True)
            then = strip_tags(answer.content.decode())
            now = opened(client, f"{GIVEN} @甲镇 2024-04")

    assert "407份" in now
    assert "407份" not in then
    assert "400份" in then
    assert "看现在的数" in then


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("2024年一季度", "2024-01-01..2024-03-31"),
        ("3月", "2024-03-01..2024-03-31"),
        ("2024年以来", "2024-01-01..2024-05-06"),
        ("2024年1—4月", "2024-01-01..2024-04-30"),
    ],
)
def test_periods_are_read_as_people_write_them(
    typed: str, days: str, world: World, client_of: Callable[[str], Client]
) -> None:
    with clock_at_now():
        answer = client_of("recorder").get(
            reverse("figure"), {"measure": GIVEN, "unit": "东村", "period": typed}
        )
    assert answer.status_code == 302
    assert urlencode({"": days})[1:] in answer["Location"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"period": "昨天前后"}, "不是期间"),
        ({"unit": "北村"}, "没有找到“北村”"),
        ({"as_of": "某天"}, "某天"),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field_and_kept(
    asked: dict[str, str], said: str, world: World, client_of: Callable[[str], Client]
) -> None:
    """北村 is a village of the other town: for this clerk it is a name like any that does not exist."""
    with clock_at_now():
        given = {"measure": GIVEN, "unit": "甲镇", "period": "4月", **asked}
        answer = client_of("clerk").get(reverse("figure"), given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert all(f'value="{html.escape(each)}"' in text for each in asked.values())


def test_a_number_is_found_by_what_people_call_it(world: World, client_of: Callable[[str], Client]) -> None:
    with clock_at_now():
        answer = client_of("recorder").get(reverse("figure"), {"q": "派发宣传单", "period": "4月"})
    rows = answer.content.decode().split("<tbody>")[1].split("</tr>")
    assert "发放宣传资料" in rows[0]
    assert "200份" in rows[0]


@pytest.mark.parametrize("recipe", [f"{GIVEN} @北村 2024", f"{GIVEN} @没有村 2024", f"{GIVEN} @乙镇 2024"])
def test_a_foreign_unit_and_one_that_is_not_there_get_the_same_answer(
    recipe: str, world: World, client_of: Callable[[str], Client]
) -> None:
    with clock_at_now():
        answers = [
            client_of(account).get(reverse("figure"), {"recipe": recipe})
            for account in ("recorder", "clerk", "leader")
        ]
    assert {each.status_code for each in answers} == {404}
    assert (
        len({re.sub(r".*<main|</main>.*", "", each.content.decode(), flags=re.DOTALL) for each in answers})
        == 1
    )


def test_the_county_sees_the_towns_and_their_total(world: World, client_of: Callable[[str], Client]) -> None:
    with clock_at_now():
        found = of(world, Recipe(GIVEN, "示范县", APRIL), "county")
        said = opened(client_of("county"), f"{GIVEN} @示范县 2024-04")

    assert [(name, str(each.value)) for name, each in found.units] == [("甲镇", "400份"), ("乙镇", "200份")]
    assert found.exact[0] is True
    assert "600份" in said


def test_what_cannot_be_a_recipe_leads_to_the_search(
    world: World, client_of: Callable[[str], Client]
) -> None:
    with clock_at_now():
        answer = client_of("clerk").get(reverse("figure"), {"recipe": "发放宣传单 @甲镇"})
    assert answer.status_code == 422
    assert "缺期间" in answer.content.decode()
    assert "发放宣传资料" in answer.content.decode()


def test_the_records_behind_a_figure_are_handed_out_as_a_list(
    world: World, client_of: Callable[[str], Client]
) -> None:
    with clock_at_now():
        answer = client_of("clerk").get(reverse("figure"), {"recipe": f"{GIVEN} @东村 2024-04", "as": "csv"})
        lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert any("2024-04-20" in line and "200份" in line for line in lines)


@pytest.fixture
def moved(world: World) -> Iterator[None]:
    """东村 (200 in April) comes to 乙镇 on the 3rd of May."""
    with as_it_was(), clock_at_now():
        units.move(world.unit["东村"], world.unit["乙镇"], since=date(2024, 5, 3), by=world.who["system"])
        yield


@pytest.mark.usefixtures("moved")
def test_the_present_division_is_written_as_the_day_of_asking_and_says_the_same_later(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """Asked on the 6th of May: the address, the page and the recipe name that day; opened in June they still do."""
    county = client_of("county")
    asked = county.get(reverse("figure"), {"recipe": f"{GIVEN} @甲镇 2024-04 按现区划", "as": ""})
    address = asked["Location"]
    with clock.at(NOW + timedelta(days=40)):
        page = county.get(address)
        text = html.unescape(re.sub(r"\s+", " ", strip_tags(page.content.decode())))

    assert asked.status_code == 302
    assert urlencode({"recipe": f"{GIVEN} @甲镇 {APRIL} 按2024-05-06区划"}) in address
    assert "200份" in text
    assert "按2024年5月6日的区划" in text
    assert "按2024-05-06区划" in text
    assert "按现区划" not in text
    assert "400份" in opened(county, f"{GIVEN} @乙镇 2024-04 按2024-05-06区划")
    found = of(world, parse_recipe(f"{GIVEN} @乙镇 2024-04 按2024-05-06区划"), "county")
    assert [(name, each.text) for name, each in found.units] == [("北村", "200份"), ("东村", "200份")]
    assert found.exact[0] is True


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize(
    ("typed", "day", "shown"),
    [
        ("今天", "2024-05-06", "200份"),
        ("5月2日", "2024-05-02", "400份"),
        ("2024-05-03", "2024-05-03", "200份"),
    ],
)
def test_the_form_asks_by_the_division_of_a_day(
    typed: str, day: str, shown: str, client_of: Callable[[str], Client]
) -> None:
    asked = {"measure": GIVEN, "unit": "甲镇", "period": "4月", "division": typed}
    answer = client_of("county").get(reverse("figure"), asked, follow=True)
    body = answer.content.decode()

    assert answer.redirect_chain[-1][0].endswith(urlencode({"": f"按{day}区划"})[1:])
    assert f'<p class="big">{shown}' in body
    assert f'name="division" value="{day}"' in body


@pytest.mark.usefixtures("moved")
def test_a_box_that_was_ticked_in_a_kept_address_means_today(client_of: Callable[[str], Client]) -> None:
    asked = {"measure": GIVEN, "unit": "甲镇", "period": "4月", "present": "on"}
    answer = client_of("county").get(reverse("figure"), asked)
    assert answer["Location"].endswith(urlencode({"": "按2024-05-06区划"})[1:])


@pytest.mark.usefixtures("moved")
def test_a_day_that_is_none_and_a_unit_that_was_not_there_are_told_beside_their_fields(
    client_of: Callable[[str], Client],
) -> None:
    asked = {"measure": GIVEN, "unit": "甲镇", "period": "4月"}
    wrong = client_of("clerk").get(reverse("figure"), {**asked, "division": "搬家以后"})
    before = client_of("clerk").get(reverse("figure"), {**asked, "division": "1999-12-31"})

    assert (wrong.status_code, before.status_code) == (422, 422)
    assert "不是日期" in wrong.content.decode().split('id="id_division_error">')[1].split("</p>")[0]
    assert "2000-01-01才设立" in before.content.decode().split('id="id_unit_error">')[1].split("</p>")[0]


@pytest.mark.usefixtures("moved")
def test_a_recorded_figure_with_the_bare_words_keeps_the_reading_it_was_recorded_with(
    client_of: Callable[[str], Client],
) -> None:
    """April's last day came before the move: by its division 东村 was in 甲镇."""
    seq, county = head().head, client_of("county")
    recorded = opened(county, f"{GIVEN} @甲镇 2024-04 截至=#{seq} 按现区划")
    assert "400份" in recorded
    assert "按期间最后一天（2024年4月30日）的区划" in recorded
    page = county.get(reverse("figure"), {"recipe": f"{GIVEN} @甲镇 2024-04 截至=#{seq - 1} 按现区划"})
    assert urlencode({"": "按2024-04-30区划"})[1:] in page.content.decode(), (
        "看现在的数 says which day that was"
    )


@pytest.mark.usefixtures("moved")
def test_a_town_does_not_learn_where_a_village_went(world: World, client_of: Callable[[str], Client]) -> None:
    """For the clerk of 甲镇 东村 is a village of another town by now; 按 the division before it is not, but April's alone."""
    client = client_of("clerk")
    by_now = client.get(reverse("figure"), {"recipe": f"{GIVEN} @东村 2024-04 按2024-05-06区划"})
    before = client.get(reverse("figure"), {"recipe": f"{GIVEN} @甲镇 2024-04..2024-05 按2024-04-30区划"})

    assert by_now.status_code == 404
    assert before.status_code in (404, 422)
    assert "乙镇" not in by_now.content.decode() + before.content.decode()
    assert "400份" in opened(client, f"{GIVEN} @甲镇 2024-04")
    assert "400份" in opened(client, f"{GIVEN} @甲镇 2024-04 按2024-04-30区划")
