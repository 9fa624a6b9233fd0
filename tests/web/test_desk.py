"""工作台: each role finds what waits for it, what became of its work, and what is owed; nobody is counted or ranked."""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from tests.town import measure_units
from tests.web.declared import as_it_was
from tests.web.world import NOW, VILLAGE_REGISTER, World, clock_at_now
from youju.actions import entry_drafts
from youju.actions.entries import record, void
from youju.actions.entry_drafts import Begun
from youju.actions.reviews import confirm, send_back
from youju.store.queries import queue, scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at


@pytest.fixture(autouse=True)
def untouched(world: World) -> Iterator[None]:
    """What a test writes is taken back."""
    with as_it_was(), clock_at_now():
        yield


def desk(client: Client) -> str:
    """What the page says, as somebody reads it."""
    answer = client.get(reverse("home"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert "&lt;span" not in text
    return html.unescape(re.sub(r"\s+", " ", strip_tags(text)))


def given_out(world: World, count: str, day: str = "2024-05-02") -> int:
    """An entry of 东村 by its recorder."""
    return record(
        VILLAGE_REGISTER, world.unit["东村"], {"day": day, "count": count}, by=world.who["recorder"], units=measure_units(),
    ).entry  # fmt: skip


def test_the_recorder_is_told_what_became_of_each_entry(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """Three entries: one returned with its reason, one confirmed, one waits; and a draft."""
    back, good, _ = (given_out(world, each) for each in ("31", "32", "33"))
    send_back([back], reason="照片看不清", by=world.who["reviewer"])
    confirm([good], by=world.who["reviewer"])
    entry_drafts.save(
        Begun(VILLAGE_REGISTER, world.unit["东村"], {"day": "2024-05-03", "place": "榕树下"}),
        by=world.who["recorder"],
        uid=uuid.uuid4(),
    )
    said = desk(client_of("recorder"))
    other = desk(client_of("office"))

    returned = said.partition("退回补正")[2].partition("我最近登记的")[0]
    assert "发放数量 31份" in returned
    assert "照片看不清（甲镇reviewer）" in returned
    latest = said.rsplit("我最近登记的", 1)[1]
    assert re.search(r"发放数量 32份\D*已审核甲镇reviewer", latest)
    assert re.search(r"发放数量 33份\D*待审核", latest)
    assert "榕树下" in said
    assert "31份" not in other


def test_a_village_sees_what_it_has_not_reported_until_it_hands_it_in(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """东村 has reported April; February and March are owed, each with the way to report."""
    client = client_of("recorder")
    said = desk(client)
    owed = said.partition("还没有报的")[2].partition("我最近登记的")[0]
    ways = re.findall(r'href="(/record/[^"]+)"', client.get(reverse("home")).content.decode())
    given_out(world, "5", "2024-03-09")
    after = desk(client).partition("还没有报的")[2].partition("我最近登记的")[0]

    assert ["2024年2月" in owed, "2024年3月" in owed, "2024年4月" in owed] == [True, True, False]
    assert "2024-04-05 已过" in owed
    assert f"/record/{VILLAGE_REGISTER}/{world.uid['东村']}" in ways
    assert f"/record/{VILLAGE_REGISTER}/{world.uid['东村']}/nil" in ways
    assert re.search(r"2024年3月\D*2024-04-05 已过待审核", after)


def test_the_clerk_and_the_leader_see_which_villages_have_not_reported(
    world: World, client_of: Callable[[str], Client]
) -> None:
    for account in ("clerk", "leader"):
        said = desk(client_of(account)).partition("谁还没有报")[2]
        assert "东村、西村" in said, account
        assert "北村" not in said, account


def test_the_reviewer_sees_how_many_wait_and_which_need_a_look(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """Two entries of one day and number: the second looks like the first."""
    client = client_of("reviewer")

    def counts() -> list[int]:
        return [
            int(each) for each in re.findall(r"等我审核(\d+)条去审核（(\d+)条需要看一眼）", desk(client))[0]
        ]

    waited, marked = counts()
    for _ in range(2):
        given_out(world, "44")
    assert counts() == [waited + 2, marked + 2]


def test_twins_are_living_entries_of_one_unit_and_day_that_say_the_same(world: World) -> None:
    """Told are the two of 2 May and nobody else: not 45, not another day, not another village's, not beside a void one."""
    one, other = given_out(world, "44", "2024-05-02"), given_out(world, "44", "2024-05-02")
    days = (("45", "2024-05-02"), ("44", "2024-05-01"), ("44", "2024-04-30"), ("44", "2024-04-29"))
    own = {one, other, *(given_out(world, count, day) for count, day in days)}
    elsewhere = record(
        VILLAGE_REGISTER, world.unit["西村"], {"day": "2024-04-30", "count": "44"}, by=world.who["clerk"], units=measure_units(),
    )  # fmt: skip
    own.add(elsewhere.entry)
    void(given_out(world, "44", "2024-04-29"), by=world.who["recorder"], reason="重复登记")
    viewer, tree = scope.viewer_of(world.who["reviewer"]), tree_at(head().head)
    waiting = queue.queue(viewer, tree, NOW.date(), times=5, enough=5).waiting
    uids = {each.line.id: each.line.uid for each in waiting}
    assert own <= set(uids)
    told = {
        each.line.id: reason.other
        for each in waiting
        for reason in each.reasons
        if reason.code == "duplicate" and each.line.id in own
    }
    assert told == {one: uids[other], other: uids[one]}


@pytest.mark.parametrize(("looked_back", "unusual"), [(5, True), (6, False)])
def test_what_is_unusual_is_told_by_the_units_own_latest_records(
    world: World,
    client_of: Callable[[str], Client],
    monkeypatch: pytest.MonkeyPatch,
    looked_back: int,
    unusual: bool,
) -> None:
    """东村 gave out 900 once and 20 five times since; another 900 waits. What 西村 did since is not its past."""
    monkeypatch.setattr(queue, "PAST", looked_back)
    months = [("900", "2024-04-22"), *(("20", f"2024-04-{day}") for day in range(24, 29))]
    past = [given_out(world, count, day) for count, day in months]
    past += [
        record(
            VILLAGE_REGISTER, world.unit["西村"], {"day": f"2024-05-0{day}", "count": "3"}, by=world.who["clerk"], units=measure_units(),
        ).entry
        for day in range(1, 4)
    ]  # fmt: skip
    confirm(past, by=world.who["reviewer"])
    given_out(world, "900")
    page = client_of("reviewer").get(reverse("reviews")).content.decode()
    assert ("900比本单位以往" in page) is unusual


def test_a_signed_report_whose_number_has_moved_lies_on_the_clerks_desk(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """The town's report said 400 of January to April; 东村 adds 7 of March."""
    client = client_of("clerk")
    before = desk(client)
    confirm([given_out(world, "7", "2024-03-08")], by=world.who["reviewer"])
    after = desk(client)
    assert "定稿后有变动" not in before
    assert "东村小结" in after
    assert re.search(r"定稿后有变动 现为 ?207份", after)


def test_the_three_administrators_find_their_duties_and_no_entries(
    world: World, client_of: Callable[[str], Client]
) -> None:
    said = {account: desk(client_of(account)) for account in ("system", "security", "audit")}
    assert "台账启用" in said["system"]
    assert "人员与授权" in said["security"]
    assert "还没有校验过" in said["audit"]
    assert not any("金丝雀" in each or "等我审核" in each for each in said.values())


def test_an_inspector_and_the_county_see_the_main_figures(
    world: World, client_of: Callable[[str], Client]
) -> None:
    assert "发放宣传资料：400份" in desk(client_of("inspector"))
    assert "600份" in desk(client_of("county"))
