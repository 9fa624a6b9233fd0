"""导入 as a person does it: bring, look, correct, import, see what came of it, take back."""

from __future__ import annotations

import io
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext, expect

from tests.web.declared import as_it_was
from tests.web.test_walk import violations
from tests.web.workbooks import content
from tests.web.world import World, clock_at_now
from youju.actions import periods, uploads
from youju.actions.queue import Worker
from youju.actions.working import Loop
from youju.store.models import Batch, Draft, Entry, Job, LearnedHeading, Upload
from youju.store.queries.ledger import head

TITLE = ("宣传资料发放台账",)
HEADINGS = ("发放日期", "发放数量", "地点")


@pytest.fixture(autouse=True)
def at_now() -> Iterator[None]:
    with clock_at_now():
        yield


class Person:
    """A client that brings workbooks."""

    def __init__(self, client: Client, world: World) -> None:
        self.client, self.world = client, world

    def bring(
        self,
        rows: list[tuple[str, ...]],
        unit: str = "东村",
        *,
        name: str = "登记.xlsx",
        once: str = "",
        **data: str,
    ) -> HttpResponse:
        return self.send(content(rows), unit, name=name, once=once, **data)

    def send(
        self, body: bytes, unit: str = "东村", *, name: str, once: str = "", **data: str
    ) -> HttpResponse:
        sent = {
            "file": SimpleUploadedFile(name, body),
            "unit": str(self.world.unit[unit]),
            "once": once or str(uuid.uuid4()),
            **data,
        }
        return self.client.post("/imports", sent)  # type: ignore[return-value]

    def get(self, url: str) -> str:
        answer = self.client.get(url)
        assert answer.status_code == 200, url
        return unescape(answer.content.decode())

    def commit(self, url: str, *, once: str = "", **data: str) -> HttpResponse:
        return self.client.post(f"{url}/commit", {"once": once or str(uuid.uuid4()), **data})  # type: ignore[return-value]


@pytest.fixture
def recorder(client_of: Callable[[str], Client], world: World) -> Person:
    return Person(client_of("recorder"), world)


@pytest.fixture
def clerk(client_of: Callable[[str], Client], world: World) -> Person:
    return Person(client_of("clerk"), world)


def work() -> None:
    """A worker does what is queued."""
    Loop(Worker("test"), threading.Event(), once=True).run()


def said(page: str) -> str:
    """The page's text."""
    return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", page))


def test_a_clerks_import(clerk: Person, client_of: Callable[[str], Client]) -> None:
    """A town's workbook with a column nobody knows, one bad row and one village that is not there."""
    rows = [
        ("甲镇2024年宣传资料发放台账",),
        ("村名", "发放日期", "本数", "地点"),
        ("东村", "2024-05-01", "30", "甲处"),
        ("西村", "2024-05-01", "40", "乙处"),
        ("东村", "2024-05-02", "很多", "丙处"),
        ("南海村", "2024-05-02", "5", "丁处"),
    ]
    brought = clerk.bring(rows, "甲镇", register="publicity-leaflets")
    assert brought.status_code == 302
    url = brought.headers["Location"]
    before = (head().head, Entry.unscoped.count())
    page = clerk.get(url)
    assert "可导入0行" in said(page)
    column = re.search(r'name="(field:[^"]+)" id="col3"', page)
    assert column is not None
    shown = dict(re.findall(r'name="(shown:[^"]+)" value="([^"]*)"', page))
    assert shown["shown:本数"] == "?"

    sent = {**shown, "register": "publicity-leaflets", "field:本数": "count", "once": str(uuid.uuid4())}
    assert clerk.client.post(f"{url}/columns", sent).status_code == 302
    page = clerk.get(url)
    assert "可导入2行" in said(page)
    assert "有问题2行" in said(page)
    assert "您指定的" in page
    for anchor in ("c5-2", "c6-0"):
        assert f'href="{url}?sheet=0&offset=0#{anchor}"' in page
        assert f'id="{anchor}"' in page
    assert "只导入没有问题的2行" in page
    assert (head().head, Entry.unscoped.count()) == before, "looking writes nothing"

    once = str(uuid.uuid4())
    for _ in range(2):  # a double click
        assert clerk.commit(url, once=once, partial="1").status_code == 302
    assert "排队等待中" in clerk.get(url)
    work()
    page = clerk.get(url)
    assert "已导入2行，待审核" in page
    assert "下载未导入的2行" in page
    assert Batch.unscoped.filter(unit_id=clerk.world.unit["甲镇"]).count() == 1
    clerk.commit(url, partial="1")  # replayed later, from another tab
    work()
    assert Entry.unscoped.count() == before[1] + 2

    book = load_workbook(io.BytesIO(clerk.client.get(f"{url}/refused").content))
    texts = [[cell.value for cell in row] for row in book.active.iter_rows(min_row=3)]  # type: ignore[union-attr]
    assert [row[1] for row in texts[1:]] == ["5", "6"]
    assert "很多" in texts[1]

    again = clerk.bring(
        [*rows[:2], ("东村", "2024-05-03", "7", "戊处")], "甲镇", register="publicity-leaflets"
    )
    page = clerk.get(again.headers["Location"])
    assert "以前指定过，已记住" in page
    assert "可导入1行" in said(page)
    assert LearnedHeading.unscoped.get(unit_id=clerk.world.unit["甲镇"], heading="本数").field == "count"

    batch = Batch.unscoped.get(unit_id=clerk.world.unit["甲镇"])
    here = f"/imports/batches/{batch.uid}"
    assert "甲处" in clerk.get(here)
    refused = clerk.client.post(f"{here}/take-back", {"reason": "", "once": str(uuid.uuid4())})
    assert refused.status_code == 422
    once = str(uuid.uuid4())
    for _ in range(2):
        back = clerk.client.post(f"{here}/take-back", {"reason": "选错了文件", "once": once})
        assert back.status_code == 302
    assert "选错了文件" in clerk.get(here)
    assert set(Entry.unscoped.filter(imported__batch=batch).values_list("state", flat=True)) == {"void"}


def test_a_reviewed_batch_is_taken_back_by_a_reviewer_only(
    recorder: Person, client_of: Callable[[str], Client], world: World
) -> None:
    from youju.actions.reviews import confirm

    url = recorder.bring([TITLE, HEADINGS, ("2024-05-03", "11", "审过")]).headers["Location"]
    recorder.commit(url)
    work()
    batch = Batch.unscoped.order_by("-pk")[0]
    confirm(
        list(Entry.unscoped.filter(imported__batch=batch).values_list("pk", flat=True)),
        by=world.who["reviewer"],
    )
    here = f"/imports/batches/{batch.uid}"
    assert "须由审核员撤回" in recorder.get(here)
    sent = {"reason": "数据有误", "once": str(uuid.uuid4())}
    assert recorder.client.post(f"{here}/take-back", sent).status_code == 422
    reviewer = client_of("reviewer")
    assert "撤回后不再计入数字" in unescape(reviewer.get(here).content.decode())
    assert reviewer.post(f"{here}/take-back", sent).status_code == 302


def test_a_whole_import_is_reviewed_on_one_page(
    recorder: Person, client_of: Callable[[str], Client], world: World
) -> None:
    rows = [("2024-05-04", str(n), f"整批{n}处") for n in range(1, 61)]
    recorder.commit(recorder.bring([TITLE, HEADINGS, *rows]).headers["Location"])
    work()
    batch = Batch.unscoped.order_by("-pk")[0]
    mine = Entry.unscoped.filter(imported__batch=batch)
    reviewer = client_of("reviewer")
    assert "审核本批次" not in recorder.get(f"/imports/batches/{batch.uid}")
    shown = unescape(reviewer.get(f"/imports/batches/{batch.uid}").content.decode())
    assert "审核本批次（60条）" in shown

    first = reviewer.get("/reviews", {"batch": str(batch.uid)}).content.decode()
    assert len(re.findall(r'name="entries"', first)) == 50
    page = reviewer.get("/reviews", {"batch": str(batch.uid), "show": "500"}).content.decode()
    listed = re.findall(r'name="entries" value="([^"]+)"', page)
    assert set(listed) == {str(uid) for uid in mine.values_list("uid", flat=True)}
    seen = dict(re.findall(r'name="(seen-[^"]+)" value="([^"]+)"', page))
    sent = {**seen, "entries": listed, "verdict": "confirm", "once": str(uuid.uuid4())}
    assert reviewer.post("/reviews/decide", sent).status_code == 302
    assert set(mine.values_list("state", flat=True)) == {"reviewed"}
    assert "审核本批次" not in reviewer.get(f"/imports/batches/{batch.uid}").content.decode()


def test_the_same_form_sent_twice_is_one_upload(recorder: Person) -> None:
    once = str(uuid.uuid4())
    rows = [TITLE, HEADINGS, ("2024-05-03", "11", "两次")]
    urls = {recorder.bring(rows, once=once, name="../../etc/登记.xlsx").headers["Location"] for _ in range(2)}
    assert len(urls) == 1
    assert "核对：登记.xlsx" in recorder.get(urls.pop())


def test_a_form_without_its_number_is_refused(recorder: Person) -> None:
    answer = recorder.client.post(
        "/imports",
        {"file": SimpleUploadedFile("a.xlsx", content([TITLE])), "unit": str(recorder.world.unit["东村"])},
    )
    assert answer.status_code == 422
    assert "缺少请求号" in answer.content.decode()


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("图.xlsx", b"\x89PNG\r\n\x1a\n", "图"),
        ("空.xlsx", b"", "空"),
        ("坏.xlsx", b"PK\x03\x04garbage", "坏"),
        ("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        ("病毒.exe", b"MZ\x90\x00", "病毒"),
    ],
)
def test_what_is_no_workbook_is_refused_beside_the_file_and_not_kept(
    recorder: Person, name: str, body: bytes, words: str
) -> None:
    before = kept()
    answer = recorder.send(body, name=name, provider="村会计")
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert re.search(r'class="field wrong".*?id_file', page, re.DOTALL)
    assert 'value="村会计"' in page, "nothing typed is lost"
    assert kept() == before, words


def test_a_classified_workbook_is_refused_and_not_kept(recorder: Person) -> None:
    before = kept()
    answer = recorder.bring([("机密★10年",), TITLE, HEADINGS, ("2024-05-03", "11", "密件内容")])
    page = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "系统没有留存" in page
    assert "密件内容" not in page
    assert kept() == before


def kept() -> tuple[int, int]:
    folder = uploads.place_of(uuid.uuid4()).parent
    return Upload.unscoped.count(), len(list(folder.iterdir()))


def test_a_unit_out_of_reach_is_no_choice(recorder: Person) -> None:
    answer = recorder.bring([TITLE, HEADINGS, ("2024-05-03", "11", "x")], "北村")
    assert answer.status_code == 422
    assert "北村" not in answer.content.decode()


def test_what_was_typed_into_cells_is_shown_as_text(recorder: Person) -> None:
    nasty = "<script>alert(1)</script>\"'{{7*7}}{% now %}"
    url = recorder.bring(
        [TITLE, ("发放日期", "发放数量", nasty), ("2024-05-03", nasty, "=1+1")], register="publicity-leaflets"
    ).headers["Location"]
    raw = recorder.client.get(url).content.decode()
    assert "<script>alert" not in raw
    assert "49" not in re.sub(r"\d{3,}", "", said(raw)).replace("2024", "")
    assert nasty in unescape(raw)


def test_what_nobody_can_tell_the_register_of_asks_for_it(recorder: Person) -> None:
    url = recorder.bring([("登记表",), ("甲", "乙"), ("1", "2")]).headers["Location"]
    page = recorder.get(url)
    assert "看不出" in page
    assert '<option value="publicity-leaflets">' in page
    sent = {"register": "publicity-leaflets", "once": str(uuid.uuid4())}
    assert recorder.client.post(f"{url}/columns", sent).status_code == 302
    assert recorder.client.get(url).status_code == 200


def test_a_long_sheet_is_shown_by_pages_and_its_problems_lead_to_theirs(recorder: Person) -> None:
    rows = [("2024-05-03", "很多" if row == 237 else str(row + 1), f"长{row}") for row in range(250)]
    url = recorder.bring([TITLE, HEADINGS, *rows]).headers["Location"]
    page = recorder.get(url)
    assert "第1—100行，共252行" in page
    assert "长99" not in page
    target = re.search(rf'href="({re.escape(url)}\?sheet=0&offset=200#c240-1)"', page)
    assert target is not None
    there = recorder.get(target[1].partition("#")[0])
    assert 'id="c240-1"' in there
    only = recorder.get(f"{url}?only=problems")
    assert 'id="c240-1"' in only
    assert "长50" not in only


def test_a_discarded_upload_is_gone(recorder: Person) -> None:
    url = recorder.bring([TITLE, HEADINGS, ("2024-05-03", "11", "弃")]).headers["Location"]
    before = kept()
    assert recorder.client.post(f"{url}/discard", {"once": str(uuid.uuid4())}).status_code == 302
    assert recorder.client.get(url).status_code == 404
    assert kept() == (before[0] - 1, before[1] - 1)


def test_a_list_is_handed_out_without_formulas(recorder: Person) -> None:
    url = recorder.bring([TITLE, HEADINGS, ("2024-05-03", "11", "表")], name="=1+1.xlsx").headers["Location"]
    recorder.commit(url)
    work()
    batch = Batch.unscoped.order_by("-pk")[0]
    lists = {}
    for address in ("/imports/batches", f"/imports/batches/{batch.uid}"):
        lists[address] = b"".join(recorder.client.get(f"{address}?as=csv")).decode("utf-8-sig")
        assert not re.search(r'(?:^|,)"?[=+@-](?!\d)', lists[address], re.MULTILINE)
        book = load_workbook(io.BytesIO(b"".join(recorder.client.get(f"{address}?as=xlsx"))))
        cells = [cell for row in book.active for cell in row if cell.value is not None]  # type: ignore[union-attr]
        assert {cell.data_type for cell in cells} <= {"s", "n", "d"}
    assert ",'=1+1.xlsx," in lists["/imports/batches"]
    assert "表" in lists[f"/imports/batches/{batch.uid}"]


def test_rows_in_a_locked_period_are_asked_for_and_approved(
    recorder: Person, client_of: Callable[[str], Client], world: World
) -> None:
    """The workbook's row of March is kept out; its recorder asks, the leader approves, and asking again repeats nothing."""
    with as_it_was():
        periods.close(world.unit["甲镇"], world.today.replace(month=3, day=31), by=world.who["leader"])
        rows = [TITLE, HEADINGS, ("2024-03-09", "77", "河边"), ("2024-05-03", "12", "桥头")]
        url = recorder.bring(rows).headers["Location"]
        assert "锁定期内的1行" in said(recorder.get(url))
        ask = {"reason": "三月的表五月才送到", "once": str(uuid.uuid4())}
        for _ in range(2):
            assert recorder.client.post(f"{url}/adjust", ask).status_code == 302
        draft = Draft.unscoped.get(adjust__startswith="三月的表五月才送到（登记.xlsx")
        approved = {"verdict": "approve", "once": str(uuid.uuid4())}
        assert draft.values == {"day": "2024-03-09", "count": "77份", "place": "河边"}
        assert client_of("leader").post(f"/adjustments/{draft.uid}", approved).status_code == 302
        made = Entry.unscoped.get(day="2024-03-09", current__values__place="河边")
        assert made.state == "pending"
        assert made.current is not None
        assert made.current.adjustment.endswith(f"（批准：{world.who['leader'].name}）")
        assert made.current.author_id == world.who["recorder"].pk

        recorder.client.post(f"{url}/adjust", ask)
        again = Draft.unscoped.get(adjust__startswith="三月的表五月才送到")
        client_of("leader").post(f"/adjustments/{again.uid}", {**approved, "once": str(uuid.uuid4())})
        assert Entry.unscoped.filter(day="2024-03-09", current__values__place="河边").count() == 1


def test_a_template_comes_back_as_an_import(recorder: Person) -> None:
    answer = recorder.client.get("/imports/templates/publicity-leaflets")
    assert "attachment" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[3]]
    filled = {"*发放日期": "2024-05-04", "*发放数量（份）": "12", "发放地点": "模板"}
    for column, heading in enumerate(headings, 1):
        if str(heading) in filled:
            sheet.cell(4, column, filled[str(heading)])
    target = io.BytesIO()
    book.save(target)
    url = recorder.send(target.getvalue(), name="模板.xlsx").headers["Location"]
    assert "可导入1行" in said(recorder.get(url))
    assert recorder.client.get("/imports/templates/no-such").status_code == 404


def test_a_body_larger_than_any_file_is_refused_before_it_is_read(recorder: Person) -> None:
    answer = recorder.client.generic(
        "POST",
        "/imports",
        b"--x--",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(70_000_000),
    )
    assert answer.status_code == 413


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize(("scripts", "width"), [(True, 1440), (False, 390)])
def test_an_import_in_a_browser(context_of: Callable[..., BrowserContext], scripts: bool, width: int) -> None:
    page = context_of("recorder", scripts=scripts, width=width).new_page()
    page.goto("/imports")
    body = content([TITLE, HEADINGS, ("2024-05-05", "11", f"浏览器{width}")])
    page.set_input_files("#id_file", {"name": "登记.xlsx", "mimeType": "", "buffer": body})
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("heading", name="试导入结果")).to_be_visible()
    before = Job.unscoped.count()
    page.get_by_role("button", name="导入1行").click()
    expect(page.get_by_role("status")).to_contain_text("排队等待中")
    faults = violations(page) if scripts else []
    worker = threading.Thread(target=work_and_close)
    worker.start()
    worker.join()
    if not scripts:
        page.get_by_role("link", name="刷新").click()
    expect(page.get_by_role("status")).to_contain_text("已导入1行")
    faults += violations(page) if scripts else []
    page.get_by_role("link", name="查看批次").click()
    expect(page.get_by_text(f"浏览器{width}")).to_be_visible()
    assert Job.unscoped.count() == before + 1
    page.get_by_label("理由").fill("选错了文件")
    page.get_by_role("button", name="撤回本批次").click()
    expect(page.get_by_role("status")).to_contain_text("已撤回")
    faults += violations(page) if scripts else []
    assert faults == []


def work_and_close() -> None:
    work()
    connections.close_all()
