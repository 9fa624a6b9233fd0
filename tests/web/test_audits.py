"""材料体检 as a clerk meets it: a draft dropped, marked, mended, taken away; and what nobody else sees of it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import BrowserContext

from tests.hardness.hostile import FAMILIES
from tests.web.declared import as_it_was
from tests.web.world import World, clock_at_now

CANARY = "飞瀑连珠九一四"
TEXT = f"甲镇2024年1月至4月工作汇报\n\n全镇发放宣传资料9000份，{CANARY}。\n\n甲镇人民政府\n2024年5月6日\n"


def docx(text: str) -> bytes:
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def brought(client: Client, text: str = TEXT, name: str = "总结.docx") -> str:
    """The address of a draft just brought."""
    answer = client.post("/audits", {"file": SimpleUploadedFile(name, docx(text))})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def page(client: Client, url: str) -> str:
    return str(client.get(url).content.decode())


def test_a_figure_that_differs_is_marked_with_its_word_and_a_true_wording(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("clerk")
    with clock_at_now(), as_it_was():
        said = page(client, brought(client))

    assert 'class="claim differs"' in said
    assert "（与台账不一致）" in said
    assert "改写为" in said
    assert "甲镇" in said


def test_words_taken_over_come_back_as_tracked_changes_in_the_users_own_file(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("clerk")
    with clock_at_now(), as_it_was():
        url = brought(client)
        found = client.get(f"{url}/json").json()
        (row,) = [each for each in found["claims"] if each["mark"] == "differs"]
        wording = row["suggestions"][0]["text"]
        client.post(f"{url}/settle", {"key": row["key"], "take": wording})
        plain = word_xml(client.get(f"{url}/docx").content)
        changed = word_xml(client.get(f"{url}/docx?changes=1").content)

    assert "commentRangeStart" in plain
    assert "<w:del " not in plain
    assert "<w:delText" in changed
    assert "<w:ins " in changed
    assert wording in changed


def word_xml(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.read("word/document.xml").decode()


def test_the_checklist_has_a_line_for_every_finding_and_no_formula(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("clerk")
    with clock_at_now(), as_it_was():
        url = brought(client, TEXT.replace("9000份", "9000份=1+1"))
        book = load_workbook(io.BytesIO(client.get(f"{url}/xlsx").content))
        on_paper = client.get(f"{url}/xlsx?form=pdf").content

    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    assert any("9000份" in str(cell.value) for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    assert on_paper.startswith(b"%PDF")


def test_a_finding_is_accepted_with_a_reason_and_that_is_taken_back(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("clerk")
    with clock_at_now(), as_it_was():
        url = brought(client)
        key = client.get(f"{url}/json").json()["claims"][0]["key"]
        client.post(f"{url}/settle", {"key": key, "reason": "以上级通报为准"})
        assert "已接受：以上级通报为准" in page(client, f"{url}?at={key}")
        client.post(f"{url}/settle", {"key": key, "withdraw": "1"})
        assert "已接受" not in page(client, f"{url}?at={key}")


def test_nobody_sees_a_draft_of_another_anywhere(world: World, client_of: Callable[[str], Client]) -> None:
    with clock_at_now(), as_it_was():
        url = brought(client_of("clerk"))
        for account in (
            "recorder",
            "reviewer",
            "leader",
            "inspector",
            "county",
            "system",
            "audit",
            "stranger",
        ):
            other = client_of(account)
            for address in (url, f"{url}/json", f"{url}/docx", f"{url}/lacking"):
                assert other.get(address).status_code in (403, 404, 302)
            for address in ("/", "/audits", "/audits/words"):
                assert CANARY not in page(other, address)


def test_a_marked_file_is_refused_in_words_and_not_kept(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("clerk")
    with clock_at_now(), as_it_was():
        answer = client.post(
            "/audits", {"file": SimpleUploadedFile("总结.docx", docx(f"机密★5年\n{CANARY}"))}
        )
        listed = page(client, "/audits")

    assert answer.status_code == 422
    assert "非涉密系统" in answer.content.decode()
    assert "总结.docx" not in listed


def test_hostile_files_are_refused_by_the_page_in_words(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("clerk")
    every = [
        file for kind in ("plain", "disguises", "words") for file in FAMILIES[kind]("http://127.0.0.1:9")
    ]
    tried = [(file.name, data) for file in every[::7] if len(data := file.make()) < 2_000_000]
    with clock_at_now(), as_it_was():
        answers = [
            (name, client.post("/audits", {"file": SimpleUploadedFile(name, data or b" ")}))
            for name, data in tried
        ]

    assert {
        name: answer.status_code for name, answer in answers if answer.status_code not in (302, 422)
    } == {}
    assert all(
        'class="notice' in answer.content.decode() or answer.status_code == 302 for _, answer in answers
    )


def test_nothing_to_check_is_said_beside_the_form(world: World, client_of: Callable[[str], Client]) -> None:
    client = client_of("clerk")
    with clock_at_now():
        answer = client.post("/audits", {"text": "  "})
    assert answer.status_code == 422
    assert "请选择文件，或粘贴文稿" in answer.content.decode()


def test_a_registers_wish_list_is_enabled_by_the_system_administrator_with_one_button(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("clerk")
    with clock_at_now(), as_it_was():
        url = brought(client, TEXT + "\n购置环卫车辆6辆。\n")
        sheet = page(client, f"{url}/lacking")
        assert "购置环卫车辆" in sheet
        assert "/audits/registers?ids=" in sheet
        system = client_of("system")
        assert "全部启用" in page(system, "/audits/registers?ids=sanitation-purchases")
        system.post("/audits/registers", {"ids": "sanitation-purchases"})
        assert "没有要启用的台账" in page(system, "/audits/registers?ids=sanitation-purchases")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_marks_are_reached_by_keyboard_and_by_links(
    context_of: Callable[..., BrowserContext], scripts: bool
) -> None:
    browser = context_of("leader", scripts=scripts).new_page()
    browser.goto("/audits")
    browser.get_by_label("或者粘贴文稿").fill("全镇发放宣传资料9000份，悬挂横幅3000条。")
    browser.get_by_role("button", name="开始核对").click()
    browser.wait_for_selector("#detail")
    if scripts:
        browser.keyboard.press("j")
    else:
        browser.locator(".draft .claim").nth(1).click()
    browser.locator("#detail h2", has_text="3000条").wait_for()
    assert browser.locator(".draft .claim").nth(1).get_attribute("aria-current") == "true"
    browser.context.close()
