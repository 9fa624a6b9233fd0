"""The pages of a report as people use them: written, saved by two, bound, signed, downloaded, asked in the meeting."""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext

from tests.web.declared import as_it_was
from tests.web.world import World, clock_at_now
from youju.store.models import Report
from youju.store.queries import reports as stored

UID = "00000000-0000-4000-8000-{:012}"


def once() -> dict[str, str]:
    """The request number of a form."""
    return {"once": str(uuid.uuid4())}


@pytest.fixture
def report(world: World) -> Report:
    return Report.unscoped.get(uid=world.objects["report"]["own"])


def address(name: str, report: Report, **query: str) -> str:
    return reverse(name, args=[report.uid], query=query or None)


def test_a_typed_number_is_marked_and_bound(
    world: World,
    client_of: Callable[[str], Client],
    report: Report,
) -> None:
    """东村's report says 办实事3件, which is no figure; binding puts a placeholder in its place."""
    client = client_of("clerk")
    with clock_at_now():
        page = client.get(address("report_write", report)).content.decode()
        assert '<mark class="loose" title="这个数没有绑定数据项">3件</mark>' in page
        sent = {"measure": "publicity.leaflets.handed_out", "chosen": "1", "wording": "exact"}
        done = client.post(
            address("report_insert", report), {**once(), **sent, "replacing": "3件", "after": "另办实事"}
        )
        assert done.status_code == 302
        text = stored.newest(report).text
        assert "另办实事{{ 发放宣传资料 }}" in text
        assert "3件" not in text
        page = client.get(address("report_write", report)).content.decode()
    assert "没有绑定数据项的数" not in page
    assert "200份" in page


def test_the_same_figure_is_offered_in_every_true_wording(
    client_of: Callable[[str], Client],
    report: Report,
) -> None:
    with clock_at_now():
        answer = client_of("clerk").get(
            address("report_insert", report, measure="publicity.leaflets.handed_out", chosen="1")
        )
        found = client_of("clerk").get(address("report_insert", report, q="传单"))
    page = answer.content.decode()
    assert "选一种写法" in page
    assert 'value="exact"' in page
    assert "300份" not in page
    assert "发放宣传资料" in found.content.decode()


def test_what_is_saved_by_itself_comes_back_as_paper(
    client_of: Callable[[str], Client],
    report: Report,
) -> None:
    client = client_of("clerk")
    with clock_at_now():
        newest = stored.newest(report)
        prose = newest.text.partition("---\n")[2].partition("---\n")[2] + "\n再发XX镇10份。"
        answer = client.post(
            address("report_preview", report), {"base": newest.number, "prose": prose, "title": "{unit}小结"}
        )
        page = answer.content.decode()
        checked = client.get(address("report_checks", report)).content.decode()
        again = client.post(
            address("report_preview", report), {"base": 1, "prose": prose + "机密★", "title": "x"}
        )
    assert f"已自动保存为第{newest.number + 1}稿" in page
    assert f'id="base" value="{newest.number + 1}" hx-swap-oob="true"' in page
    assert "“XX”" in checked, checked
    assert '<mark class="loose" title="这个数没有绑定数据项">10份</mark>' in checked
    assert again.status_code == 422
    assert "严禁存储" in again.content.decode()


def test_from_writing_to_the_meeting(
    world: World,
    client_of: Callable[[str], Client],
    report: Report,
) -> None:
    """A new report by the clerk, signed by the leader, downloaded in every form, filled into a template, asked about."""
    clerk, leader = client_of("clerk"), client_of("leader")
    with clock_at_now():
        begun = clerk.post(
            reverse("report_new"),
            {**once(), "begin_from": "", "unit": "东村", "first": "2024-01-01", "last": "2024-04-30"},
        )
        uid = begun["Location"].split("/")[2]
        row = Report.unscoped.get(uid=uid)
        clerk.post(
            address("report_insert", row),
            {**once(), "measure": "publicity.leaflets.handed_out", "chosen": "1", "wording": "exact"},
        )
        prose = "一、情况\n\n发放宣传资料{{ 发放宣传资料 }}。"
        base = stored.newest(row).number
        clerk.post(address("report_write", row), {"base": base, "prose": prose, "title": "{unit}小结"})
        form = {"version": base + 1, "day": "2024-05-06", "note": "", "once": UID.format(1)}
        own = clerk.post(address("report_sign", row), form)
        assert "撰稿人" in own.content.decode()
        done = leader.post(address("report_sign", row), form)
        assert done.status_code == 302, done.content.decode()
        final = leader.get(address("report_final", row)).content.decode()
        assert "定稿后没有变动" in final
        assert f'href="{address("report_ask", row)}?code=1">200份</a>' in final
        for kind in ("docx", "pdf", "check", "html", "text", "facts", "csv"):
            got = leader.get(reverse("report_file", args=[uid, kind]))
            assert got.status_code == 200
            assert got["Content-Disposition"].startswith("attachment;")
            assert got["X-Content-Type-Options"] == "nosniff"
            assert len(got.content) > 70
        assert leader.get(reverse("report_file", args=[uid, "exe"])).status_code == 404
        asked = leader.get(address("report_ask", row, code="01")).content.decode()
        assert '<p class="big">200份</p>' in asked
        assert "怎么算的" in asked
        assert "没有编号09" in leader.get(address("report_ask", row, code="09")).content.decode()
        template = docx.Document()
        template.add_paragraph("{{ 标题 }}：{{ 数字.发放宣传资料 }}")
        out = io.BytesIO()
        template.save(out)
        filled = leader.post(
            address("report_filled", row), {"template": SimpleUploadedFile("我们的.docx", out.getvalue())}
        )
        assert docx.Document(io.BytesIO(filled.content)).paragraphs[0].text == "东村小结：200份"
        hostile = docx.Document()
        hostile.add_paragraph("{{ ''.__class__ }}")
        out = io.BytesIO()
        hostile.save(out)
        refused = leader.post(
            address("report_filled", row),
            {"template": SimpleUploadedFile("坏.docx", out.getvalue())},
        )
        assert refused.status_code == 422
        assert "不能使用" in refused.content.decode()


def test_a_double_click_begins_one_report_and_makes_one_remark_one_figure_one_phrase(
    client_of: Callable[[str], Client], world: World
) -> None:
    clerk = client_of("clerk")
    row = Report.unscoped.get(uid=world.objects["report"]["village"])
    with as_it_was(), clock_at_now():
        remarks, texts = row.comments.count(), row.texts.count()
        began = Report.unscoped.count()
        sent: list[tuple[str, dict[str, object]]] = [
            (
                reverse("report_new"),
                {"begin_from": "", "unit": "东村", "first": "2024-05-01", "last": "2024-05-05"},
            ),
            (address("report_comment", row), {"text": "请核对"}),
            (
                address("report_insert", row),
                {"measure": "publicity.leaflets.handed_out", "chosen": "1", "wording": "exact"},
            ),
            (address("report_phrase", row), {"kind": "respectively", "figures": ["份数", "会议"]}),
        ]
        for url, data in sent:
            key = once()
            answers = [clerk.post(url, {**key, **data}) for _ in range(2)]
            assert [each.status_code for each in answers] == [302, 302], url
            assert answers[0]["Location"] == answers[1]["Location"]
        assert Report.unscoped.count() == began + 1
        assert row.comments.count() == remarks + 1
        assert row.texts.count() == texts + 2
        assert clerk.post(*sent[0]).status_code == 422, "without a request number"


def test_phrases_of_two_figures(client_of: Callable[[str], Client], world: World) -> None:
    row = Report.unscoped.get(uid=world.objects["report"]["village"])
    with clock_at_now():
        client = client_of("clerk")
        done = client.post(
            address("report_phrase", row), {**once(), "kind": "respectively", "figures": ["份数", "会议"]}
        )
        wrong = client.post(
            address("report_phrase", row), {**once(), "kind": "of_which", "whole": "", "figures": ["份数"]}
        )
    assert done.status_code == 302
    assert "分别1:" in stored.newest(row).text
    assert wrong.status_code == 422


@pytest.mark.browser
@pytest.mark.slow
def test_writing_in_a_browser(
    context_of: Callable[..., BrowserContext],
    world: World,
) -> None:
    """Typing saves and shows by itself; a figure opens its drawer; a name goes to the cursor; nothing offends the policy."""
    row = Report.unscoped.get(uid=world.objects["report"]["village"])
    said: list[str] = []
    page = context_of("clerk").new_page()
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(address("report_write", row))
    before = int(page.input_value("#base"))
    page.click("#side .paper .said >> nth=0")
    page.wait_for_selector("#drawer >> text=怎么算的")
    page.fill("#prose", page.input_value("#prose") + "\n末尾")
    page.click("button[data-insert] >> nth=0")
    page.wait_for_selector("#side >> text=已自动保存")
    assert int(page.input_value("#base")) > before
    assert page.input_value("#prose").endswith("末尾{{ 份数 }}")
    assert page.locator("#side .paper >> text=末尾200份").count() == 1
    assert page.locator("#drawer >> text=怎么算的").count() == 1
    page.wait_for_selector("#checks >> text=没有绑定数据项的数")
    assert page.locator("#side .paper mark.loose").count() == 1
    assert said == []
    phone = context_of("leader", width=390, scripts=False).new_page()
    phone.goto(address("report_ask", row))
    phone.fill("#code", "1")
    phone.click(".asking button")
    assert phone.locator(".big").inner_text() == "200份"


def test_a_new_report_begins_with_this_year(client_of: Callable[[str], Client]) -> None:
    """A date field takes its first value in the one form that browsers read."""
    with clock_at_now():
        page = client_of("clerk").get("/reports/new").content.decode()
    assert 'value="2024-01-01"' in page
    assert 'value="2024-05-06"' in page
