"""台账: lists are searched with two characters, filtered, ordered, saved and handed out; registers are switched on with a document."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest
from django.test import Client

from tests.town import measure_units
from tests.web.declared import as_it_was, body_of
from tests.web.world import VILLAGE_REGISTER, World, clock_at_now
from youju.actions import searching
from youju.actions.entries import correct, record
from youju.store.models import Entry, Event, Facet, SavedView

Clients = Callable[[str], Client]
LIST = f"/ledger/{VILLAGE_REGISTER}"


def enter(world: World, name: str = "东村", **values: str) -> int:
    said = {"day": "2024-03-05", "count": "100", **values}
    return record(
        VILLAGE_REGISTER, world.unit[name], said, by=world.who["clerk"], units=measure_units()
    ).entry


def page(client: Client, **query: str) -> str:
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def told(text: str, *words: str) -> list[bool]:
    """Whether each word stands in the table of the page."""
    table = text.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0] if "<tbody>" in text else ""
    return [word in table for word in words]


def test_two_characters_find_what_an_entry_says(world: World, client_of: Clients) -> None:
    with as_it_was(), clock_at_now():
        enter(world, place="老榕树下")
        enter(world, place="晒谷场", count="130")
        clerk = client_of("clerk")

        assert told(page(clerk, q="榕树"), "老榕树下", "晒谷场") == [True, False]
        assert told(page(clerk, q="130份"), "老榕树下", "晒谷场") == [False, True]
        assert told(page(clerk, q="谷场 130"), "晒谷场") == [True]
        assert told(page(clerk, q="没有的"), "老榕树下", "晒谷场") == [False, False]
        assert told(page(clerk, q="%"), "老榕树下") == [False]  # a sign of the database is a sign of a text


def test_a_correction_changes_what_is_found(world: World, client_of: Clients) -> None:
    with as_it_was(), clock_at_now():
        entry = enter(world, place="老榕树下", campaign="防溺水")
        correct(
            entry,
            {"place": "渡口", "campaign": "普法"},
            by=world.who["clerk"],
            units=measure_units(),
            reason="写错",
        )
        clerk = client_of("clerk")

        assert told(page(clerk, q="榕树"), "渡口") == [False]
        assert told(page(clerk, q="渡口"), "渡口") == [True]
        assert told(page(clerk, f_campaign="普法宣传"), "渡口") == [True]
        assert told(page(clerk, f_campaign="防溺水"), "渡口") == [False]


def test_words_and_facets_can_be_made_again_from_the_entries(world: World) -> None:
    with as_it_was(), clock_at_now():
        enter(world, place="渡口", campaign="防溺水")
        kept = list(Entry.unscoped.order_by("pk").values_list("pk", "words"))
        facets = list(
            Facet.unscoped.order_by("entry_id", "field").values_list("entry_id", "register", "field", "value")
        )
        Entry.unscoped.update(words="")

        assert searching.rebuild() == len(kept)

        assert list(Entry.unscoped.order_by("pk").values_list("pk", "words")) == kept
        made = Facet.unscoped.order_by("entry_id", "field").values_list(
            "entry_id", "register", "field", "value"
        )
        assert list(made) == facets


@pytest.mark.parametrize(
    ("query", "first", "second"),
    [
        ({"period": "2024年一季度"}, True, False),
        ({"period": "4月"}, False, True),
        ({"period": "2024-03-01..2024-04-30"}, True, True),
        ({"state": "pending"}, True, True),
        ({"state": "void"}, False, False),
    ],
)
def test_filters_narrow_the_list(
    world: World, client_of: Clients, query: Mapping[str, str], first: bool, second: bool
) -> None:
    with as_it_was(), clock_at_now():
        enter(world, place="三月里")
        enter(world, place="四月里", day="2024-04-02")

        assert told(page(client_of("clerk"), **query), "三月里", "四月里") == [first, second]


def test_a_period_that_is_none_is_told_beside_its_control(world: World, client_of: Clients) -> None:
    with clock_at_now():
        text = page(client_of("clerk"), period="去年夏天")

    assert 'value="去年夏天"' in text
    assert 'class="error"' in text


def test_chosen_columns_and_order_stay_in_the_address_of_the_next_page(
    world: World, client_of: Clients
) -> None:
    with as_it_was(), clock_at_now():
        for day in range(1, 29):
            for _ in range(2):
                enter(world, day=f"2024-02-{day:02d}")
                enter(world, "西村", day=f"2024-03-{day:02d}")
        text = page(client_of("clerk"), cols="count", sort="day")

        assert '<th scope="col" class="number">发放数量</th>' in text
        assert "发放地点</th>" not in text
        assert "/ledger/publicity-leaflets?sort=day&amp;cols=count&amp;offset=100" in text


def test_a_view_is_its_owners_alone(world: World, client_of: Clients) -> None:
    with as_it_was(), clock_at_now():
        clerk = client_of("clerk")
        clerk.post(
            f"{LIST}/views",
            {"once": str(uuid.uuid4()), "title": "一季度", "query": "period=2024年一季度&offset=100"},
        )
        view = SavedView.unscoped.get(title="一季度")

        assert "offset" not in view.query
        assert "一季度</a>" in page(clerk)
        assert "一季度</a>" not in page(client_of("reviewer"))
        clerk.post(f"/views/{view.uid}/delete", {"once": str(uuid.uuid4())})
        assert not SavedView.unscoped.filter(pk=view.pk).exists()


def test_what_goes_out_holds_no_formula_and_only_what_may_be_seen(world: World, client_of: Clients) -> None:
    with as_it_was(), clock_at_now():
        enter(world, place="东头-1+1")
        enter(world, "西村", place="西头")
        answer: Any = client_of("recorder").get(f"{LIST}/export/xlsx")
        book = openpyxl.load_workbook(io.BytesIO(body_of(answer)))
        cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
        texts = " ".join(str(cell.value) for cell in cells)

        assert "东头-1+1" in texts
        assert "西头" not in texts
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
        listed = body_of(client_of("recorder").get(f"{LIST}/export/csv")).decode("utf-8-sig")
        assert "东头-1+1" in listed
        assert "西头" not in listed
        assert client_of("recorder").get(f"{LIST}/export/docx").status_code == 404


def test_a_register_is_switched_on_with_the_document_that_asks_for_it(
    world: World, client_of: Clients
) -> None:
    system = client_of("system")
    with as_it_was(), clock_at_now():
        assert "未启用" in system.get("/registers").content.decode()
        sent = {"once": str(uuid.uuid4()), "registers": ["banners"]}
        refused = system.post("/registers", sent)
        assert refused.status_code == 422
        assert "请写明要求建立这些台账的文件" in refused.content.decode()

        done = system.post("/registers", {**sent, "basis": "镇发〔2024〕3号《关于规范横幅悬挂的通知》"})

        assert done.status_code == 302
        assert client_of("clerk").get("/ledger/banners").status_code == 200
        event = Event.unscoped.order_by("-seq")[0]
        assert event.kind == "registers.synced"
        assert "镇发〔2024〕3号" in event.body
