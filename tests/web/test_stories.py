"""A month of a small town, through its pages: a cadre's day, a reviewer's morning, a clerk's import, a leaver, a move.

甲镇 > 东村 西村, 乙镇 > 北村; the day is 2024-05-06. Invariant 5: nothing here is reviewed by who recorded it.
"""

from __future__ import annotations

import html
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import strip_tags
from playwright.sync_api import BrowserContext, Page

from tests.web.declared import as_it_was
from tests.web.test_imports import work
from tests.web.test_recording import form_of, photo
from tests.web.workbooks import content
from tests.web.world import VILLAGE_REGISTER, World, clock_at_now

Clients = Callable[[str], Client]
GIVEN = "publicity.leaflets.handed_out"


@pytest.fixture
def untouched(world: World) -> Iterator[None]:
    """The day of the world; what a story writes is taken back."""
    with as_it_was(), clock_at_now():
        yield


def once(**more: str) -> dict[str, str]:
    """A form's fields with its request number."""
    return {"once": str(uuid.uuid4()), **more}


def read(client: Client, url: str, **query: str) -> str:
    """A page as somebody reads it."""
    answer = client.get(url, query)
    assert answer.status_code == 200, (url, answer.status_code)
    return seen(answer)


def seen(answer: Any) -> str:
    """What an answer says."""
    return html.unescape(re.sub(r"\s+", " ", strip_tags(answer.content.decode())))


def figure(client: Client, unit: str, period: str = "2024-05", more: str = "") -> str:
    """What the page of 发放宣传资料 says in large letters."""
    answer = client.get("/figures", {"recipe": f"{GIVEN} @{unit} {period} {more}".strip()}, follow=True)
    found = re.search(r'<p class="big">(.*?)(?:<small|</p>)', answer.content.decode())
    assert found, seen(answer)
    return found[1]


def prefilled(answer: Any) -> dict[str, str]:
    """What a form brought from the server, as a browser would send it again."""
    body = answer.content.decode()
    values = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', body))
    for name, options in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        values[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in values.items() if name != "csrfmiddlewaretoken"}


@pytest.mark.usefixtures("untouched")
def test_a_cadres_day(world: World, client_of: Clients) -> None:
    """A message of the group becomes an entry with a photo; it comes back, is put right, and counts."""
    cadre, reviewer, clerk = client_of("recorder"), client_of("reviewer"), client_of("clerk")
    assert figure(clerk, "甲镇") == "未报"
    message = "5月3日在村委会门口发放村庄清洁宣传资料120份"

    assert "用《宣传资料发放台账》登记" in seen(cadre.post("/record", once(message=message)))
    form = prefilled(cadre.post(form_of(world), once(message=message, prefill="1")))
    assert (form["day"], form["count"], form["campaign"]) == ("2024-05-03", "120", "村庄清洁行动")
    handed_in = cadre.post(form_of(world), {**form, "do": "submit", "evidence": photo()})
    assert handed_in.status_code == 302
    entry = handed_in["Location"]
    assert "现场.jpg" in read(cadre, entry)
    assert figure(clerk, "甲镇") == "未报", "what waits is not counted"
    assert "另有1条待审核" in read(clerk, "/figures", recipe=f"{GIVEN} @甲镇 2024-05")

    reviewer.post(f"{entry}/review", once(verdict="return", reason="照片上只有一摞，请核对份数"))
    assert "照片上只有一摞，请核对份数（甲镇reviewer）" in read(cadre, "/")
    form = prefilled(cadre.get(f"{entry}/correct"))
    assert form["count"] == "120"
    corrected = cadre.post(
        f"{entry}/correct", {**form, "count": "102", "reason": "抄错", "once": str(uuid.uuid4())}
    )
    assert corrected.status_code == 302

    assert reviewer.post(f"{entry}/review", once(verdict="confirm")).status_code == 302
    assert figure(clerk, "甲镇") == figure(cadre, "东村") == "102份"
    history = read(cadre, entry)
    assert [step in history for step in ("退回补正", "更正（第2稿）", "通过", "120份", "102份")] == [True] * 5
    assert re.search(r"102份\D*已审核甲镇reviewer", read(cadre, "/"))


@pytest.mark.usefixtures("untouched")
def test_a_reviewers_morning(world: World, client_of: Clients) -> None:
    """Three entries wait, one of them twice what was said before: two are confirmed at once, one goes back."""
    cadre, reviewer = client_of("recorder"), client_of("reviewer")
    entries = [
        cadre.post(form_of(world), once(do="submit", day=day, count=count))["Location"]
        for day, count in (("2024-05-01", "20"), ("2024-05-02", "30"), ("2024-05-02", "30"))
    ]
    uids = [each.rsplit("/", 1)[1] for each in entries]
    queue = read(reviewer, "/reviews", register=VILLAGE_REGISTER, unit=str(world.uid["东村"]))
    assert "可能重复" in queue
    assert "需要看一眼" in read(reviewer, "/")

    refused = reviewer.post("/reviews/decide", {**once(verdict="return"), "entries": [uids[2]]})
    assert refused.status_code == 422, "no return without a reason"
    key = once(verdict="confirm")
    for _ in range(2):  # a double click
        assert reviewer.post("/reviews/decide", {**key, "entries": uids[:2]}).status_code == 302
    sent_back = reviewer.post(
        "/reviews/decide", {**once(verdict="return", reason="与5月2日另一条重复"), "entries": [uids[2]]}
    )
    assert sent_back.status_code == 302

    assert figure(reviewer, "东村") == "50份"
    assert not any(uid in reviewer.get("/reviews").content.decode() for uid in uids)
    assert "与5月2日另一条重复" in read(cadre, "/")


def test_a_clerks_import(world: World, client_of: Clients) -> None:
    """A workbook of two villages: a column is named, a bad row stays out, a reviewer confirms, the batch is taken back."""
    clerk, reviewer = client_of("clerk"), client_of("reviewer")
    rows: list[tuple[str, ...]] = [
        ("甲镇宣传资料发放台账",),
        ("村名", "发放日期", "本数", "地点"),
        ("东村", "2024-05-01", "30", "甲处"),
        ("西村", "2024-05-01", "40", "乙处"),
        ("西村", "2024-05-32", "5", "丙处"),
    ]
    with clock_at_now():
        file = SimpleUploadedFile("五月.xlsx", content(rows))
        sent = {**once(register=VILLAGE_REGISTER, unit=str(world.unit["甲镇"])), "file": file}
        url = clerk.post("/imports", sent)["Location"]
        assert "五月.xlsx" in read(clerk, "/"), "what is begun lies on the desk"
        page = clerk.get(url).content.decode()
        shown = dict(re.findall(r'name="(shown:[^"]+)" value="([^"]*)"', page))
        named = {**shown, **once(register=VILLAGE_REGISTER), "field:本数": "count"}
        assert clerk.post(f"{url}/columns", named).status_code == 302
        assert "5行" in read(clerk, url)
        assert "2024-05-32" in read(clerk, url)

        clerk.post(f"{url}/commit", once(partial="1"))
        work()
        assert "已导入2行，待审核" in read(clerk, url)
        queue = reviewer.get("/reviews", {"register": VILLAGE_REGISTER}).content.decode()
        uids = re.findall(r'name="entries" value="([0-9a-f-]+)"(?=.*?[甲乙]处)', queue, re.DOTALL)
        chosen = [uid for uid in uids if re.search("[甲乙]处", read(reviewer, f"/entries/{uid}"))]
        assert len(chosen) == 2
        reviewer.post("/reviews/decide", {**once(verdict="confirm"), "entries": chosen})
        assert figure(clerk, "甲镇") == "70份"

        batches = clerk.get("/imports/batches").content.decode()
        batch = re.findall(r'href="(/imports/batches/[0-9a-f-]+)"', batches)[0]
        refused = clerk.post(f"{batch}/take-back", once(reason="选错了文件"))
        assert refused.status_code in (403, 422), "what was reviewed is taken back by a reviewer"
        assert reviewer.post(f"{batch}/take-back", once(reason="选错了文件")).status_code == 302
        assert figure(clerk, "甲镇") == "未报"


@pytest.mark.usefixtures("untouched")
def test_a_leaver(world: World, client_of: Clients) -> None:
    """The cadre is at work; the security administrator ends the grant; the next click leads out; the entries stay."""
    cadre, security, clerk = client_of("recorder"), client_of("security"), client_of("clerk")
    entry = cadre.post(form_of(world), once(do="submit", day="2024-05-01", count="20"))["Location"]
    client_of("reviewer").post(f"{entry}/review", once(verdict="confirm"))
    person = f"/people/{world.who['recorder'].uid}"

    ended = security.post(f"{person}/grants/end", once(role="recorder", unit=str(world.unit["东村"])))
    assert ended.status_code == 302

    out = cadre.post(form_of(world), once(do="submit", day="2024-05-02", count="9"))
    assert (out.status_code, out["Location"].partition("?")[0]) == (302, "/login")
    assert cadre.get(entry).status_code == 302
    assert figure(clerk, "东村") == "20份"
    assert "东村recorder" in read(clerk, entry)


@pytest.mark.usefixtures("untouched")
def test_a_move_of_a_village(world: World, client_of: Clients) -> None:
    """东村 comes to 乙镇 on the 3rd of May. What happened before stays with 甲镇, what comes after counts in 乙镇."""
    cadre, reviewer, county, system = (
        client_of(each) for each in ("recorder", "reviewer", "county", "system")
    )
    before = cadre.post(form_of(world), once(do="submit", day="2024-05-01", count="20"))["Location"]
    reviewer.post(f"{before}/review", once(verdict="confirm"))

    moved = system.post(f"/organisation/{world.uid['东村']}/move", once(parent="乙镇", since="2024-05-03"))
    assert moved.status_code == 302
    after = cadre.post(form_of(world), once(do="submit", day="2024-05-04", count="7"))["Location"]
    assert reviewer.get(after).status_code == 404, "no longer a village of this reviewer's town"

    assert figure(county, "甲镇") == "20份"
    assert figure(county, "甲镇", more="按现区划") == "未报"
    assert figure(county, "乙镇", more="按现区划") == "20份"
    page = read(county, "/figures", recipe=f"{GIVEN} @甲镇 2024-05")
    assert "东村（2024年5月1日至5月2日）20份" in page.replace(" ", "")
    assert "20份" not in read(client_of("stranger"), "/")


@pytest.mark.browser
def test_review_and_entry_without_a_mouse(world: World, context_of: Callable[..., BrowserContext]) -> None:
    """Keys only: the cadre fills the form and hands it in; the reviewer picks it, confirms, and sends another back."""
    cadre = context_of("recorder").new_page()
    for count in ("61", "62"):
        cadre.goto(form_of(world))
        tab_to(cadre, "id_day")
        cadre.keyboard.type("5月4日")
        tab_to(cadre, "id_count")
        cadre.keyboard.type(count)
        tab_to(cadre, "", value="submit")
        with cadre.expect_navigation():
            cadre.keyboard.press("Enter")
        assert f"{count}份" in cadre.inner_text("main")

    page = context_of("reviewer").new_page()
    page.goto(f"/reviews?register={VILLAGE_REGISTER}&unit={world.uid['东村']}")
    rows = page.locator("#queue tbody tr")
    places = [at for at in range(rows.count()) if re.search("6[12]份", rows.nth(at).inner_text())]
    walk(page, places[0])
    page.keyboard.press("x")
    with page.expect_navigation():
        page.keyboard.press("t")
    assert "已通过1条" in page.inner_text("main")

    page.goto(f"/reviews?register={VILLAGE_REGISTER}&unit={world.uid['东村']}")
    rows = page.locator("#queue tbody tr")
    (left,) = [at for at in range(rows.count()) if re.search("6[12]份", rows.nth(at).inner_text())]
    walk(page, left)
    page.keyboard.press("Space")
    page.keyboard.press("r")
    page.keyboard.type("请附照片")
    tab_to(page, "", value="return")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "已退回1条" in page.inner_text("main")
    cadre.goto("/")
    assert "请附照片" in cadre.inner_text("main")


def walk(page: Page, steps: int) -> None:
    """Go to a row of the queue with the keys of the queue."""
    for _ in range(steps + 1):
        page.keyboard.press("j")


def tab_to(page: Page, name: str, *, value: str = "") -> None:
    """Press Tab until the control with this id, or a button with this value, has the focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        at = page.evaluate("[document.activeElement.id, document.activeElement.value || '']")
        if (name and at[0] == name) or (value and at[1] == value):
            return
    raise AssertionError(f"no way to {name or value} by Tab")
