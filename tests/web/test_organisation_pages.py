"""组织与人员 and 操作记录: changes with their days, accounts and grants by two administrators, the log and the check of the ledger."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests.web.declared import as_it_was
from tests.web.world import World, clock_at_now
from youju.actions.queue import Worker
from youju.actions.working import Loop
from youju.core.recipe import parse_recipe
from youju.store.models import Event, Grant, Job, Login, Member, OrgUnit
from youju.store.models.base import OPEN
from youju.store.queries import figures, scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at

Clients = Callable[[str], Client]


def once(**more: str) -> dict[str, str]:
    return {"once": str(uuid.uuid4()), **more}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def unit(world: World, name: str, what: str = "") -> str:
    return f"/organisation/{world.uid[name]}" + (f"/{what}" if what else "")


def test_the_tree_of_a_past_day_is_the_one_of_that_day(world: World, client_of: Clients) -> None:
    system = client_of("system")
    with as_it_was(), clock_at_now():
        done = system.post(unit(world, "东村", "rename"), once(name="东山村", since="2024-05-01"))
        assert done.status_code == 302

        assert "东山村" in text(system.get("/organisation"))
        before = text(system.get("/organisation?day=2024-04-30"))
        assert ">东村</a>" in before
        assert "东山村" not in before
        page = text(system.get(unit(world, "东村")))
        assert "别名" in page
        assert "2024-05-01" in page


def test_a_double_click_adds_one_unit(world: World, client_of: Clients) -> None:
    system = client_of("system")
    with as_it_was(), clock_at_now():
        before = OrgUnit.unscoped.count()
        sent = once(name="上屯", kind="hamlet", since="2024-01-01")
        answers = [system.post(unit(world, "东村", "add"), sent) for _ in range(2)]

        assert [each.status_code for each in answers] == [302, 302]
        assert OrgUnit.unscoped.count() == before + 1


def test_a_moved_village_takes_its_books_along_from_that_day(world: World, client_of: Clients) -> None:
    system = client_of("system")
    with as_it_was(), clock_at_now():
        viewer = scope.viewer_of(world.who["county"])

        def asked(recipe: str) -> str:
            (figure,) = figures.evaluate([parse_recipe(recipe)], viewer, world.today)
            return figure.text

        assert asked("发放宣传资料 @甲镇 2024-04-01..2024-04-30") == "400份"  # 东村 and 西村
        system.post(unit(world, "东村", "move"), once(parent="乙镇", since="2024-05-01"))

        assert asked("发放宣传资料 @甲镇 2024-04-01..2024-04-30") == "400份"  # it happened there
        assert asked("发放宣传资料 @甲镇 2024-04-01..2024-05-06 按现区划") == "200份"
        assert asked("发放宣传资料 @乙镇 2024-04-01..2024-05-06 按现区划") == "400份"
        assert tree_at(head().head).full_name(world.unit["东村"], world.today) == "东村"
        assert world.unit["乙镇"] in list(tree_at(head().head).ancestors(world.unit["东村"], world.today))


@pytest.mark.parametrize(
    ("what", "typed", "field", "expected"),
    [
        ("move", {"parent": "丙镇", "since": "2024-05-01"}, "parent", "丙镇"),
        ("rename", {"name": "", "since": "2024-05-01"}, "name", "必填"),
        ("rename", {"name": "东山村", "since": "很久以前"}, "since", "不是日期"),
        ("add", {"name": "东村", "kind": "galaxy", "since": "2024-05-01"}, "kind", "galaxy"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    world: World, client_of: Clients, what: str, typed: dict[str, str], field: str, expected: str
) -> None:
    with as_it_was(), clock_at_now():
        seq = head().head
        answer = client_of("system").post(unit(world, "东村", what), once(**typed))

        assert answer.status_code == 422
        assert expected in text(answer).split(f'id="id_{field}_error">')[1].split("</p>")[0]
        assert head().head == seq


def test_books_are_closed_by_the_leader_and_opened_only_with_a_reason(
    world: World, client_of: Clients
) -> None:
    leader = client_of("leader")
    with as_it_was(), clock_at_now():
        address = unit(world, "甲镇", "books/close")
        assert leader.post(address, once(through="3月31日")).status_code == 302
        assert "锁定到2024-03-31" in text(leader.get(unit(world, "东村")))

        refused = leader.post(address, once(through="2024-02-29"))
        assert refused.status_code == 422
        assert "必须写明理由" in text(refused)
        assert leader.post(address, once(through="2024-02-29", reason="三月补报")).status_code == 302
        refused = leader.post(address, once(through="2024-12-31"))
        assert refused.status_code == 422


def test_one_makes_the_account_the_other_grants_and_opens_it(world: World, client_of: Clients) -> None:
    system, security = client_of("system"), client_of("security")
    with as_it_was(), clock_at_now():
        made = system.post("/people/new", once(account="wen.xin", name="闻新", unit="东村"))
        person = Member.unscoped.get(account="wen.xin")
        assert made["Location"] == f"/people/{person.uid}"
        address = f"/people/{person.uid}"
        assert system.post(f"{address}/grants", once(role="recorder", unit="东村")).status_code == 403

        security.post(f"{address}/grants", once(role="recorder", unit="东村", until="2024-12-31"))
        grant = Grant.unscoped.get(member=person, seq_to=OPEN)
        assert (grant.role, grant.until) == ("recorder", date(2024, 12, 31))
        refused = security.post(f"{address}/grants", once(role="audit", unit="示范县"))
        assert refused.status_code == 422
        assert "三员须由不同的人担任" in text(refused)

        opened = security.post(f"{address}/login", once())
        password = text(opened).split("<code>")[1].split("</code>")[0]
        assert opened["Cache-Control"] == "no-store"
        assert Login.objects.get(member=person).check_password(password)
        assert password not in text(security.get(address))
        assert password not in Event.unscoped.order_by("-seq")[0].body


def test_a_grant_that_is_ended_ends_the_session(world: World, client_of: Clients) -> None:
    recorder, security = client_of("recorder"), client_of("security")
    with as_it_was(), clock_at_now():
        assert recorder.get("/record").status_code == 200
        who = world.who["recorder"]
        security.post(f"/people/{who.uid}/grants/end", once(role="recorder", unit=str(world.unit["东村"])))

        assert recorder.get("/record").status_code == 302
        assert (
            "/login" in recorder.get("/record")["Location"] or "login" in recorder.get("/record")["Location"]
        )


def test_the_auditor_reads_who_did_what_and_nothing_of_what_was_written(
    world: World, client_of: Clients
) -> None:
    with clock_at_now():
        page = text(client_of("audit").get("/log"))

        assert "审核通过" in page
        assert world.canary["东村"] not in page
        only = text(client_of("audit").get("/log?kind=grant.given&account=security"))
        assert "授权</td>" in only
        assert "审核通过</td>" not in only
        assert 'class="error"' in text(client_of("audit").get("/log?since=古时候"))


def test_the_ledger_is_checked_in_the_background_and_the_result_is_the_auditors(
    world: World, client_of: Clients
) -> None:
    audit = client_of("audit")
    with clock_at_now():
        audit.post("/log/verify", once())
        assert "排队等候" in text(audit.get("/log/verified"))

    Loop(Worker("test"), threading.Event(), once=True).run()

    with clock_at_now():
        page = text(audit.get("/log/verified"))
        assert "全部相符" in page
        assert "链" in page
        assert Job.unscoped.filter(kind="verify_ledger").count() == 1
