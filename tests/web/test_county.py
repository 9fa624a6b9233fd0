"""The county's view: totals by default, no ranking, and a trace in the town for every way of looking further in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.web.declared import as_it_was
from tests.web.program import Program
from tests.web.test_overview import cells, text
from tests.web.world import NOW, VILLAGE_REGISTER, World, clock_at_now
from youju.actions import tokens
from youju.store.queries import visits

Clients = Callable[[str], Client]
TOTAL, OF_A_VILLAGE = "发放宣传资料 @示范县 2024", "发放宣传资料 @东村 2024"


def looked_into(world: World) -> list[str]:
    """The towns in which the county's look is written."""
    day = NOW.date()
    return [name for name in ("甲镇", "乙镇") if visits.listed(world.unit[name], day)]


def test_totals_come_first_and_open_no_town(world: World, client_of: Clients) -> None:
    with clock_at_now(), as_it_was():
        county = client_of("county")
        books = cells(text(county.get(f"/ledger/{VILLAGE_REGISTER}")), "宣传资料发放台账，各镇")
        assert list(books) == ["甲镇", "乙镇"]  # by code
        assert list(cells(text(county.get("/checks")), "各镇待核对的情况")) == ["甲镇", "乙镇"]
        page = text(county.get("/figures", {"recipe": TOTAL}))
        assert "由各镇的记录构成" in page
        assert not re.search(r'href="/entries/', page)
        assert not re.search(r'href="/entries/', text(county.get("/")))
        file = b"".join(county.get(f"/ledger/{VILLAGE_REGISTER}/export/csv")).decode("utf-8-sig")
        assert file.splitlines()[0] == "镇,记录,待审核,退回补正,最近日期"
        assert looked_into(world) == []


@pytest.mark.parametrize(
    "look",
    [
        lambda client, world: client.get(f"/ledger/{VILLAGE_REGISTER}", {"unit": world.uid["甲镇"]}),
        lambda client, world: client.get(
            f"/ledger/{VILLAGE_REGISTER}/export/csv", {"unit": world.uid["甲镇"]}
        ),
        lambda client, world: client.get("/checks", {"unit": world.uid["甲镇"]}),
        lambda client, world: client.get("/figures", {"recipe": OF_A_VILLAGE}),
        lambda client, world: client.get(f"/overview/{world.uid['东村']}/brief"),
    ],
    ids=["list", "export", "checks", "figure", "brief"],
)
def test_every_page_that_opens_a_town_leaves_its_trace(
    world: World, client_of: Clients, look: Callable[[Client, World], Any]
) -> None:
    with clock_at_now(), as_it_was():
        assert look(client_of("county"), world).status_code == 200
        assert looked_into(world) == ["甲镇"]
        look(client_of("clerk"), world)  # the town's own people are at home
        assert [each.name for each in visits.listed(world.unit["甲镇"], NOW.date())] == [
            world.who["county"].name
        ]


def test_a_list_of_imports_opens_every_town_whose_files_it_names(world: World, client_of: Clients) -> None:
    with clock_at_now(), as_it_was():
        text(client_of("clerk").get("/imports/batches"))
        assert looked_into(world) == []
        assert "北村" in text(client_of("county").get("/imports/batches"))
        assert looked_into(world) == ["甲镇", "乙镇"]


def test_a_countys_program_leaves_the_same_traces(world: World) -> None:
    with clock_at_now(), as_it_was():
        secret = tokens.issue(
            "county", world.unit["示范县"], by=world.who["county"], title="汇总", expires_on=NOW.date() + timedelta(days=9)
        ).secret  # fmt: skip
        program = Program(secret)
        assert program.get("figure", recipe=TOTAL).status_code == 200
        assert looked_into(world) == []
        assert program.get("figure", recipe=OF_A_VILLAGE).status_code == 200
        assert looked_into(world) == ["甲镇"]
        told = {each["unit"].split("/")[0] for each in program.get("entries").json()["entries"]}
        assert told
        assert looked_into(world) == ["甲镇", "乙镇"]
