"""A cadre's entry, from the message of a group to the figure; what goes wrong on the way loses nothing."""

from __future__ import annotations

import io
import uuid
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from playwright.sync_api import BrowserContext

from tests.web.declared import as_it_was, body_of
from tests.web.world import VILLAGE_REGISTER, World, clock_at_now
from youju.actions import periods
from youju.store.models import Draft, Entry, EvidenceLink, Revision

Clients = Callable[[str], Client]


def form_of(world: World, name: str = "东村", register: str = VILLAGE_REGISTER) -> str:
    return f"/record/{register}/{world.uid[name]}"


def said(**values: str) -> dict[str, Any]:
    return {"once": str(uuid.uuid4()), "do": "submit", "day": "5月3日", "count": "200", **values}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def photo(*, mark: str = "KAMERA7") -> SimpleUploadedFile:
    picture, metadata = Image.new("RGB", (3000, 2000), (90, 140, 60)), Image.Exif()
    metadata[0x010F] = mark
    written = io.BytesIO()
    picture.save(written, "JPEG", exif=metadata)
    return SimpleUploadedFile("现场.jpg", written.getvalue(), "image/jpeg")


def newest() -> Entry:
    return Entry.unscoped.order_by("-pk")[0]


def latest() -> Revision:
    """What the newest entry says now."""
    revision = Entry.unscoped.select_related("current").order_by("-pk")[0].current
    assert revision is not None
    return revision


def once(**more: str) -> dict[str, str]:
    return {"once": str(uuid.uuid4()), **more}


def test_a_pasted_message_fills_the_form_and_nothing_is_recorded_before_the_hand_in(
    world: World, client_of: Clients
) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        before = Entry.unscoped.count()
        message = "5月3日在村委会门口发放村庄清洁宣传资料120份"
        proposed = text(client.post("/record", {"once": str(uuid.uuid4()), "message": message}))
        assert "用《宣传资料发放台账》登记" in proposed

        filled = text(
            client.post(form_of(world), {"message": message, "prefill": "1", "once": str(uuid.uuid4())})
        )

        assert 'name="count" value="120"' in filled
        assert 'name="day" value="2024-05-03"' in filled
        assert '<option value="村庄清洁行动" selected>' in filled
        assert Entry.unscoped.count() == before


def test_an_entry_waits_for_review_and_a_second_sending_is_the_same_entry(
    world: World, client_of: Clients
) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        before = Entry.unscoped.count()
        sent = said(place="村口")
        first = client.post(form_of(world), sent)
        second = client.post(form_of(world), sent)

        assert first.status_code == second.status_code == 302
        assert first["Location"] == second["Location"] == f"/entries/{newest().uid}"
        assert Entry.unscoped.count() == before + 1
        assert newest().state == "pending"
        assert latest().values["count"] == "200"
        page = text(client.get(first["Location"]))
        assert "待审核" in page
        assert "发放宣传资料" in page  # the figure it will count in


def test_the_same_number_with_other_content_is_refused_and_what_was_typed_stands(
    world: World, client_of: Clients
) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        sent = said(place="村口")
        client.post(form_of(world), sent)
        before = Entry.unscoped.count()

        again = client.post(form_of(world), {**sent, "count": "300"})

        assert again.status_code == 422
        assert "已用于另一项内容" in text(again)
        assert 'value="300"' in text(again)
        assert Entry.unscoped.count() == before


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"count": "两车"}, "单位不对，“发放数量”应以“份”计"),
        ({"count": "-5"}, "不能小于1"),
        ({"count": "12.5"}, "位小数"),
        ({"day": "2031-01-01"}, "台账只记已发生的事"),
        ({"day": "2月30日"}, "这一天不存在"),
        ({"day": "下周"}, "不是日期"),
        ({"place": "=HYPERLINK(1)"}, "像是表格公式"),
        ({"place": "{{ 7*7 }}"}, "模板符号"),
        ({"place": "联系人身份证11010519491231002X"}, "疑似"),
        ({"count": ""}, "必填"),
    ],
)
def test_bad_input_is_told_beside_its_field_and_stays_in_the_form(
    world: World, client_of: Clients, typed: dict[str, str], expected: str
) -> None:
    with as_it_was(), clock_at_now():
        before = Entry.unscoped.count()
        answer = client_of("recorder").post(form_of(world), said(**typed))

        assert answer.status_code == 422
        page = text(answer)
        (name,) = typed
        error = page.split(f'id="id_{name}_error">')[1].split("</p>")[0]
        assert expected in error
        assert 'name="day" value="' + typed.get("day", "5月3日") + '"' in page
        assert Entry.unscoped.count() == before


def test_chinese_numbers_and_said_days_are_read(world: World, client_of: Clients) -> None:
    with as_it_was(), clock_at_now():
        client_of("recorder").post(form_of(world), said(day="昨天", count="一千二百"))

        assert latest().values["day"] == "2024-05-05"
        assert latest().values["count"] == "1200"


def test_a_draft_is_its_authors_alone_and_ends_with_the_hand_in(world: World, client_of: Clients) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), said(do="draft", place="晒谷场"))
        draft = Draft.unscoped.get(values__place="晒谷场")
        address = f"{form_of(world)}?draft={draft.uid}"

        assert "晒谷场" in text(client.get("/record"))
        assert 'value="晒谷场"' in text(client.get(address))
        assert "晒谷场" not in text(client_of("clerk").get(address))

        client.post(address, said(place="晒谷场", draft=str(draft.uid)))

        assert not Draft.unscoped.filter(pk=draft.pk).exists()
        assert latest().values["place"] == "晒谷场"


def test_the_clerk_records_for_a_village_and_names_who_said_so(world: World, client_of: Clients) -> None:
    with as_it_was(), clock_at_now():
        clerk = client_of("clerk")
        assert "代录" in text(clerk.get(form_of(world, "西村")))
        clerk.post(form_of(world, "西村"), said(provider="西村文书"))

        entry, current = newest(), latest()
        assert (current.provider, entry.unit_id) == ("西村文书", world.unit["西村"])
        assert "代录，由西村文书提供" in text(clerk.get(f"/entries/{entry.uid}"))


def test_photos_are_shown_without_what_the_camera_wrote_and_originals_only_come_as_attachments(
    world: World, client_of: Clients
) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), {**said(place="拍照"), "evidence": [photo()]})
        entry = newest()
        link = EvidenceLink.unscoped.select_related("blob").get(entry=entry)
        address = f"/entries/{entry.uid}/files/{link.blob.sha256}"

        answer = client.get(f"{address}/preview")
        assert answer["Content-Type"] == "image/jpeg"
        shown = body_of(answer)
        answer = client.get(address)
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["X-Content-Type-Options"] == "nosniff"
        original = body_of(answer)

        assert b"KAMERA7" in original
        assert b"KAMERA7" not in shown
        with Image.open(io.BytesIO(shown)) as picture:
            assert picture.size == (1600, 1067)
            assert not picture.getexif()


def marked_docx() -> SimpleUploadedFile:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        )
        package.writestr(
            "_rels/.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        package.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>机密★1年</w:t></w:r></w:p></w:body></w:document>',
        )
    return SimpleUploadedFile("通知.docx", written.getvalue())


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (lambda: SimpleUploadedFile("工具.jpg", b"MZ\x90\x00" + b"\0" * 60), "程序文件"),
        (lambda: SimpleUploadedFile("空.jpg", b""), "空"),
        (lambda: SimpleUploadedFile("（机密）名单.txt", b"abc"), "非涉密系统"),
        (marked_docx, "密"),
    ],
)
def test_a_refused_file_refuses_the_entry_too(
    world: World, client_of: Clients, file: Callable[[], SimpleUploadedFile], expected: str
) -> None:
    with as_it_was(), clock_at_now():
        before = Entry.unscoped.count()
        answer = client_of("recorder").post(form_of(world), {**said(place="拍照"), "evidence": [file()]})

        assert answer.status_code == 422
        assert expected in text(answer)
        assert Entry.unscoped.count() == before


def test_a_file_used_before_needs_a_reason(world: World, client_of: Clients) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), {**said(place="甲"), "evidence": [photo()]})
        asked = client.post(form_of(world), {**said(place="乙"), "evidence": [photo()]})
        assert asked.status_code == 422
        assert "再次使用的理由" in text(asked)

        client.post(
            form_of(world), {**said(place="乙", reuse_reason="同一次活动的合影"), "evidence": [photo()]}
        )

        page = text(client.get(f"/entries/{newest().uid}"))
        assert "重复使用" in page
        assert "同一次活动的合影" in page


def test_two_editors_see_both_versions(world: World, client_of: Clients) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), said(place="村口"))
        address = f"/entries/{newest().uid}/correct"
        first = client.post(address, said(place="村口", count="210", reason="点数", seen="1"))
        assert first.status_code == 302

        clash = client.post(address, said(place="村头", count="220", reason="另点", seen="1"))

        assert clash.status_code == 409
        page = text(clash)
        assert "两个人同时改了这条记录" in page
        assert all(each in page for each in (">210<", ">220<", ">村口<", ">村头<"))
        settled = client.post(address, said(place="村头", count="220", reason="另点", seen="2"))
        assert settled.status_code == 302
        current = latest()
        assert (current.number, current.values["count"]) == (3, "220")


def test_a_day_in_a_locked_period_waits_for_the_leader_and_bears_both_names(
    world: World, client_of: Clients
) -> None:
    client, leader = client_of("recorder"), client_of("leader")
    with as_it_was(), clock_at_now():
        periods.close(world.unit["甲镇"], world.today.replace(month=3, day=31), by=world.who["leader"])
        late = said(day="2024-03-10", place="补记")
        refused = client.post(form_of(world), late)
        assert refused.status_code == 422
        assert "已锁定" in text(refused)
        assert "申请调整" in text(refused)

        client.post(form_of(world), {**late, "do": "adjust", "adjust": "三月漏报", "once": str(uuid.uuid4())})
        draft = Draft.unscoped.get(adjust="三月漏报")
        assert "三月漏报" in text(leader.get("/adjustments"))
        assert (
            leader.post(
                f"/adjustments/{draft.uid}", {"verdict": "approve", "once": str(uuid.uuid4())}
            ).status_code
            == 302
        )

        current = latest()
        assert current.author_id == world.who["recorder"].pk
        assert current.adjustment == f"三月漏报（批准：{world.who['leader'].name}）"
        assert not Draft.unscoped.filter(pk=draft.pk).exists()


def test_a_declined_adjustment_goes_back_with_its_reason(world: World, client_of: Clients) -> None:
    client, leader = client_of("recorder"), client_of("leader")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), said(do="adjust", adjust="三月漏报", place="补记"))
        draft = Draft.unscoped.get(adjust="三月漏报")
        leader.post(f"/adjustments/{draft.uid}", {"verdict": "decline", "reason": "没有凭据"})

        assert "没有凭据" in text(client.get("/record"))
        assert "三月漏报" not in text(leader.get("/adjustments"))


def test_review_correction_and_void_on_the_page(world: World, client_of: Clients) -> None:
    client, reviewer = client_of("recorder"), client_of("reviewer")
    with as_it_was(), clock_at_now():
        client.post(form_of(world), said(place="村口"))
        address = f"/entries/{newest().uid}"
        assert client.post(f"{address}/review", once(verdict="confirm")).status_code == 403
        returned = reviewer.post(f"{address}/review", once(verdict="return", reason=""))
        assert returned.status_code == 422
        assert "必须写明理由" in text(returned)
        reviewer.post(f"{address}/review", once(verdict="return", reason="数目不清"))
        assert "数目不清" in text(client.get(address))
        client.post(f"{address}/correct", said(place="村口", count="180", reason="重点了一遍", seen="1"))
        reviewer.post(f"{address}/review", once(verdict="confirm"))

        page = text(reviewer.get(address))

        assert "已审核" in page
        assert "<del>200份</del> → <ins>180份</ins>" in page
        refused = client.post(f"{address}/void", once(reason="重复"))
        assert refused.status_code == 403
        reviewer.post(f"{address}/void", once(reason="与另一条重复"))
        assert "作废" in text(client.get(address))


def test_nil_is_reported_once(world: World, client_of: Clients) -> None:
    client = client_of("recorder")
    with as_it_was(), clock_at_now():
        address = f"{form_of(world)}/nil"
        sent = {"once": str(uuid.uuid4()), "slot": "2024-03-01..2024-03-31"}
        assert client.post(address, sent).status_code == 302
        assert latest().nil
        again = client.post(address, {**sent, "once": str(uuid.uuid4())})
        assert again.status_code == 422
        assert "2024年3月" in text(again)


@pytest.mark.browser
@pytest.mark.slow
def test_what_was_typed_survives_a_lost_connection_and_photos_are_shrunk(
    world: World, context_of: Callable[..., BrowserContext]
) -> None:
    context = context_of("recorder", width=390)
    page = context.new_page()
    page.goto(form_of(world))
    page.fill("#id_count", "95")
    context.set_offline(True)
    page.click("text=提交审核")
    page.wait_for_selector("#offline:visible")
    assert "现在没有网络" in page.inner_text("#offline")
    context.set_offline(False)

    again = context.new_page()
    again.goto(form_of(world))
    again.wait_for_selector("#restored:visible")
    assert again.input_value("#id_count") == "95"

    given = photo()
    again.evaluate("document.addEventListener('shrunk', () => { document.body.dataset.small = ''; })")
    again.set_input_files(
        "#id_evidence", {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": given.read()}
    )
    again.wait_for_selector("body[data-small]")
    small = again.evaluate("""async () => {
        const file = document.querySelector('#id_evidence').files[0];
        const picture = await createImageBitmap(file);
        const text = new TextDecoder('latin1').decode(await file.arrayBuffer());
        return [picture.width, picture.height, text.includes('Exif')];
    }""")
    assert small == [1600, 1067, False]
