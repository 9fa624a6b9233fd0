"""Two people at one record, on the pages and through the interface: whoever comes second is told, and sees both."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.test import Client

from tests.web.declared import as_it_was
from tests.web.program import Program, issued, new_entry
from tests.web.test_recording import form_of, newest, once, said, text
from tests.web.world import World, clock_at_now
from youju.store.models import Event, Review, Revision

Clients = Callable[[str], Client]


def shown_number(page: str) -> list[str]:
    """The revisions that the forms of a page were opened on."""
    return re.findall(r'name="seen[^"]*" value="(\d+)"', page)


def test_a_reviewer_decides_only_on_what_stood_on_the_screen(world: World, client_of: Clients) -> None:
    client, reviewer = client_of("recorder"), client_of("reviewer")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), said(place="村口"))
        entry = newest()
        address = f"/entries/{entry.uid}"
        opened = shown_number(reviewer.get(address).content.decode())
        assert set(opened) == {"1"}
        listed = reviewer.get("/reviews").content.decode()
        assert f'name="seen-{entry.uid}" value="1"' in listed
        client.post(f"{address}/correct", said(place="村口", count="180", reason="重点了一遍", seen="1"))

        late = reviewer.post(f"{address}/review", once(verdict="confirm", seen="1"))
        assert late.status_code == 409
        assert "已被他人修改（现为第2稿）" in text(late)
        assert "<del>200份</del> → <ins>180份</ins>" in text(late)
        assert set(shown_number(late.content.decode())) == {"2"}
        decided = {**once(verdict="confirm"), "entries": [str(entry.uid)], f"seen-{entry.uid}": "1"}
        assert reviewer.post("/reviews/decide", decided).status_code == 409
        assert client.post(f"{address}/void", once(reason="重复", seen="1")).status_code == 409
        assert not Review.unscoped.filter(revision__entry=entry).exists()
        assert reviewer.post(f"{address}/review", once(verdict="confirm", seen="2")).status_code == 302


def test_a_second_correction_sees_the_first_and_neither_is_lost(world: World, client_of: Clients) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), said(place="村口"))
        entry = newest()
        address = f"/entries/{entry.uid}/correct"
        first = said(place="村口", count="180", reason="重点了一遍", seen="1")
        assert client.post(address, first).status_code == 302
        late = client.post(address, said(place="村口", count="190", reason="另数一遍", seen="1"))
        assert late.status_code == 409
        page = text(late)
        assert "180" in page
        assert "190" in page
        assert shown_number(late.content.decode()) == ["2"]
        assert [row.values["count"] for row in Revision.unscoped.filter(entry=entry).order_by("number")] == [
            "200",
            "180",
        ]
        assert client.post(address, first).status_code == 302  # sent once more: still the same write
        assert Revision.unscoped.filter(entry=entry).count() == 2


def test_a_program_that_sends_again_gets_the_same_answer(world: World) -> None:
    """Invariant 8, through the interface."""
    with as_it_was(), clock_at_now():
        one = Program(issued(world, "recorder"))
        body = new_entry(world, "own")
        answers = [one.post("entries", body, key="same") for _ in range(5)]
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.content for answer in answers}) == 1
        events = Event.unscoped.filter(kind="entry.recorded").count()
        other = one.post("entries", {**body, "provider": "老王"}, key="same")
        assert other.status_code == 409
        assert other.json()["code"] == "request.reused"
        assert one.post("entries", body).status_code in (400, 422)
        assert Event.unscoped.filter(kind="entry.recorded").count() == events
