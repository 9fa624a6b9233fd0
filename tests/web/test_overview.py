"""数据总览: a board whose every number opens, a matrix that says missing only where something is owed, one page for leaders."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from tests.web.declared import as_it_was
from tests.web.world import World, clock_at_now
from youju.actions import entries
from youju.store.models import Entry
from youju.store.queries.ledger import head
from youju.web import kept

Clients = Callable[[str], Client]


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content.decode()[:300]
    return str(answer.content.decode())


def cells(page: str, caption: str) -> dict[str, list[str]]:
    """The lines of a table by their first cell, as a reader sees them."""
    table = re.search(rf'aria-label="{caption}".*?</table>', page, re.DOTALL)
    assert table is not None
    lines = re.findall(r"<tr>(.*?)</tr>", table[0], re.DOTALL)
    plain = [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", line, re.DOTALL)]
        for line in lines
    ]
    return {line[0]: line[1:] for line in plain if line}


def test_the_towns_board_shows_figures_that_open_and_what_each_village_owes(
    world: World, client_of: Clients
) -> None:
    """东村 and 西村 have one leaflet entry each; both owe January to April but for the month of that entry."""
    with clock_at_now():
        page = text(client_of("clerk").get("/overview"))
        lines = cells(page, "登记情况")
        assert list(lines) == ["东村", "西村"]  # by code
        assert lines["东村"][0].endswith("未报1")
        links = re.findall(r'href="(/figure[^"]*)"', page)
        assert len(links) > 14
        for link in links[:3]:
            opened = client_of("clerk").get(link.replace("&amp;", "&"))
            assert opened.status_code == 200


def square(name: str, west: float, *, size: float = 0.01) -> dict[str, Any]:
    ring = [(west, 23.0), (west + size, 23.0), (west + size, 23.0 + size), (west, 23.0 + size), (west, 23.0)]
    hole = [(x * 0.5 + (west + size / 2) * 0.5, y * 0.5 + (23.0 + size / 2) * 0.5) for x, y in ring]
    return {
        "properties": {"name": name},
        "geometry": {"type": "MultiPolygon", "coordinates": [[ring, hole]]},
    }


def test_the_map_is_drawn_of_outlines_when_each_village_has_one(world: World, client_of: Clients) -> None:
    folder = Path(settings.LOCAL_CATALOG) / "maps"
    folder.mkdir(parents=True)
    file = folder / "county.geojson"
    with clock_at_now():
        client = client_of("clerk")
        assert "按代码顺序排列，不是实际位置" in text(client.get("/overview"))

        file.write_text(json.dumps({"features": [square("东村", 110.0), square("西村", 110.1)]}), "utf-8")
        page = text(client.get("/overview"))
        assert "边界由县提供，未核实" in page
        (drawn,) = re.findall(r'<svg class="map".*?</svg>', page, re.DOTALL)
        names = re.findall(r'<text x="(\d+)" y="(\d+)">(.*?)</text>', drawn)
        assert [name for _, _, name in names] == ["东村", "西村"]
        left, right = int(names[0][0]), int(names[1][0])
        assert left < 60  # each in the middle of its own square
        assert right > 600
        assert len(re.findall(r'<text class="standing"[^>]*>\d+项未报</text>', drawn)) == 2
        assert drawn.count("/overview/") == 2

        file.write_text(json.dumps({"features": [square("东村", 110.0)]}), "utf-8")
        assert "按代码顺序排列，不是实际位置" in text(client.get("/overview"))  # one has none

        file.write_text('{"features": [{"properties": {"name": "东村"}, "geometry": {}}]}', "utf-8")
        page = text(client.get("/overview"))
        assert "不是可用的 GeoJSON" in page
        assert "按代码顺序排列，不是实际位置" in page


def test_a_board_costs_the_same_statements_whatever_its_size(world: World, client_of: Clients) -> None:
    with clock_at_now():
        client = client_of("clerk")
        client.get("/overview")
        kept.forget()
        with CaptureQueriesContext(connection) as statements:
            text(client.get("/overview"))
    assert len(statements) <= 20


def test_a_board_read_again_is_kept_for_this_reader_and_day_while_the_ledger_stands(
    world: World, client_of: Clients
) -> None:
    def inside(page: str) -> str:
        return page[page.index("<main") : page.index("</main>")]

    with clock_at_now(), as_it_was():
        clerk, leader = client_of("clerk"), client_of("leader")
        first = inside(text(clerk.get("/overview")))
        leader.get("/overview")
        with CaptureQueriesContext(connection) as statements:
            assert inside(text(clerk.get("/overview"))) == first
        assert not any("rollup" in each["sql"] or "observation" in each["sql"] for each in statements)
        waiting = Entry.unscoped.filter(state="pending", unit=world.unit["东村"]).first()
        assert waiting is not None
        entries.void(waiting.pk, by=world.who["clerk"], reason="重复登记")
        again = inside(text(clerk.get("/overview")))
        assert f"台账序号 #{head().head}" in again
        assert f"台账序号 #{head().head}" not in first


def test_a_county_sees_its_towns_and_a_village_itself(world: World, client_of: Clients) -> None:
    with clock_at_now():
        county = text(client_of("county").get("/overview"))
        assert list(cells(county, "登记情况")) == ["甲镇", "乙镇"]
        village = text(client_of("recorder").get("/overview"))
        assert "东村 数据总览" in village
        assert "西村" not in village


def test_an_unreadable_period_is_said_and_this_year_is_shown(world: World, client_of: Clients) -> None:
    with clock_at_now():
        page = text(client_of("clerk").get("/overview", {"period": "上个月"}))
    assert "没有看懂“上个月”" in page
    assert "2024年1月1日至5月6日" in page


def test_the_brief_says_what_is_lacking_who_is_at_it_and_by_when(world: World, client_of: Clients) -> None:
    with clock_at_now():
        client = client_of("leader")
        page = text(client.get(f"/overview/{world.uid['甲镇']}/brief"))
        line = next(each for key, each in cells(page, "差什么").items() if "宣传资料发放台账" in key)
        assert line[0] == "东村recorder、fresh、甲镇clerk、限册员"  # his one register is this one
        assert line[1] == "2024-02-05 已过"
        answer = client.get(f"/overview/{world.uid['甲镇']}/brief.docx")
    words = Document(io.BytesIO(answer.content))
    assert [each.text for each in words.tables[0].rows[0].cells] == ["差什么", "谁在办", "几号完成"]
    assert any("到哪了" in each.text for each in words.paragraphs)


def test_charts_need_neither_script_nor_style(world: World, client_of: Clients) -> None:
    with clock_at_now():
        page = text(client_of("clerk").get("/overview"))
    drawn = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert drawn
    assert not any("style=" in each or "<script" in each or " on" in each for each in drawn)
    assert all(each.count("<title>") == each.count("<a href=") for each in drawn if "<a" in each)


def test_whoever_looks_into_a_town_from_the_county_leaves_a_trace_that_the_town_sees(
    world: World, client_of: Clients
) -> None:
    with clock_at_now():
        county, town = client_of("county"), f"/overview/{world.uid['甲镇']}"
        with as_it_was():
            text(county.get("/overview"))  # totals of the county open no town
            assert "上级查阅" not in text(client_of("clerk").get("/overview"))
            for _ in range(2):
                text(county.get(town))
            text(client_of("leader").get(town))  # the town's own people leave none
            page = text(client_of("clerk").get("/overview"))
            assert re.findall(r"2024-05-06 (\S+?)（#", page) == [world.who["county"].name]
