"""The interface for programs: tokens, scope, idempotent writes, problem documents, lists as files; and its description."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from tests.web.declared import contains
from tests.web.program import BUSINESS, OFFICES, OPERATIONS, Program, issued, new_entry
from tests.web.said import words_of
from tests.web.world import CAST, LIMITED, NOW, PLACES, VILLAGE_REGISTER, World, clock_at_now
from youju.actions import members, tokens, units
from youju.api.urls import api
from youju.core.grant import ADMINISTRATORS, MAY
from youju.store.models import AuditDraft, Entry, Token
from youju.store.queries.tokens import digest_of

DESCRIPTION = Path(__file__).resolve().parents[2] / "docs" / "api" / "openapi.json"


@pytest.fixture
def rolled_back(world: World) -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_reaches_what_the_tokens_grant_reaches_and_nothing_else(
    name: str, world: World, rolled_back: None
) -> None:
    """Invariant 7: every operation × token × own, other village, other office, other town, other register."""
    operation, wrong = OPERATIONS[name], []
    with clock_at_now():
        for account in (*BUSINESS, "limited"):
            role, at = LIMITED[:2] if account == "limited" else CAST[account]
            program = Program(issued(world, account))
            grant = next(each for each in world.grants[account] if each.unit == world.unit[at])
            unseen = world.unseen(account)
            for place in PLACES:
                answer = operation.ask(program, world, place)
                said = words_of(answer)
                of_another = account == "limited" and (
                    operation.whole or (operation.registered and place in OFFICES)
                )
                sees = operation.listed or (contains(world, grant, place) and not of_another)
                granted = operation.verb in MAY[role]
                expected: tuple[int, ...] = (404,)
                if of_another:
                    expected = (403, 404)
                elif sees:
                    expected = (200, 201, 422, 409) if granted else (403,)
                leaked = [word for word in unseen if word in said and word not in world.names[place]]
                if answer.status_code not in expected or leaked:
                    wrong.append(f"{account} at {place}: {answer.status_code} {said[-200:]!r} {leaked}")
    assert wrong == []


def test_every_operation_is_tried() -> None:
    described = {
        f"{method} {path}"
        for path, methods in api.get_openapi_schema()["paths"].items()
        for method in methods
    }
    assert described == set(OPERATIONS)


def test_lists_hold_only_what_the_grant_reaches(world: World, rolled_back: None) -> None:
    with clock_at_now():
        program = Program(issued(world, "recorder"))
        assert [each["name"] for each in program.get("units").json()] == ["东村"]
        assert VILLAGE_REGISTER in [each["id"] for each in program.get("registers").json()]
        assert {each["unit"] for each in program.get("reports").json()} == {"东村"}
        assert {each["unit"] for each in program.get("entries").json()["entries"]} == {"东村"}


@pytest.mark.parametrize("path", ["figure", "units", "entries", "reports", "registers", "openapi.json"])
def test_without_a_valid_token_nothing_is_said(world: World, path: str) -> None:
    with clock_at_now():
        answer = Program("youju_wrong").get(path)
    if path == "openapi.json":
        return
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer.json()["code"] == "token.invalid"


def test_a_token_ends_when_it_is_revoked_when_it_expires_and_with_its_grant(
    world: World, rolled_back: None
) -> None:
    with clock_at_now():
        secret = issued(world, "clerk")
        row = Token.unscoped.get(digest=digest_of(secret))
        assert secret not in str(vars(row))
        assert Program(secret).get("units").status_code == 200
        tokens.revoke(str(row.uid), by=world.who["clerk"])
        assert Program(secret).get("units").status_code == 401

        secret = issued(world, "clerk")
        members.revoke(world.who["clerk"], "clerk", world.unit["甲镇"], by=world.who["security"])
        assert Program(secret).get("units").status_code == 401

        secret = issued(world, "leader", expires_on=NOW.date() + timedelta(days=1))
    from youju.actions import clock

    with clock.at(NOW + timedelta(days=1)):
        assert Program(secret).get("units").status_code == 401


def test_a_token_has_one_grant_though_its_member_has_two(world: World, rolled_back: None) -> None:
    with clock_at_now():
        member = world.who["recorder"]
        members.grant(member, "recorder", world.unit["西村"], by=world.who["security"])
        program = Program(issued(world, "recorder"))
        assert program.post("entries", new_entry(world, "own"), "k1").status_code == 201
        assert program.post("entries", new_entry(world, "village"), "k2").status_code == 404


def test_administrators_get_no_token(world: World, rolled_back: None) -> None:
    with clock_at_now():
        for role in ADMINISTRATORS:
            with pytest.raises(tokens.TokenForAdministrators):
                tokens.issue(
                    role, world.unit["示范县"], "测试", NOW.date() + timedelta(days=9), by=world.who[role]
                )
        with pytest.raises(tokens.TokenTooLong):
            issued(world, "clerk", expires_on=NOW.date() + timedelta(days=4000))


def test_the_same_key_is_the_same_write_and_with_another_body_it_is_refused(
    world: World, rolled_back: None
) -> None:
    with clock_at_now():
        program = Program(issued(world, "recorder"))
        before = Entry.unscoped.count()
        first = program.post("entries", new_entry(world, "own"), "同一请求")
        again = program.post("entries", new_entry(world, "own"), "同一请求")
        assert (first.status_code, again.json()) == (201, first.json())
        assert Entry.unscoped.count() == before + 1
        other = {**new_entry(world, "own"), "values": {"day": "2024-05-03", "count": "21"}}
        refused = program.post("entries", other, "同一请求")
        assert (refused.status_code, refused.json()["code"]) == (409, "request.reused")
        missing = program.post("entries", other)
        assert (missing.status_code, missing.json()["code"]) == (422, "request.no_key")


def test_all_problems_of_an_entry_come_together_in_chinese(world: World, rolled_back: None) -> None:
    with clock_at_now():
        program = Program(issued(world, "recorder"))
        wrong = {**new_entry(world, "own"), "values": {"day": "2024-13-01", "count": "许多"}}
        answer = program.post("entries", wrong, "k")
    said = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert {each["where"] for each in said["problems"]} == {"字段“day”", "字段“count”"}


def test_a_text_is_checked_against_the_ledger_and_not_kept(world: World, rolled_back: None) -> None:
    with clock_at_now():
        program = Program(issued(world, "clerk"))
        answer = program.post(
            "audits", {"text": "全镇发放宣传资料9000份。", "unit": "甲镇", "as_of": "2024-05-06"}
        )
        marked = program.post("audits", {"text": "秘密★1年", "unit": "甲镇"})

    (claim,) = answer.json()["claims"]
    assert claim["verdict"] == "与台账不一致"
    assert claim["readings"][0]["recipe"].startswith("publicity.leaflets.handed_out @990101101000")
    assert marked.status_code == 422
    assert not AuditDraft.unscoped.filter(owner=world.who["clerk"]).exists()


def test_a_list_as_a_workbook_has_no_formula(world: World, rolled_back: None) -> None:
    with clock_at_now():
        program = Program(issued(world, "recorder"))
        typed = new_entry(world, "own")
        typed["values"] = {"day": "2024-05-03", "count": "20", "place": "村口 -3号"}
        made = program.post("entries", typed, "k")
        assert made.status_code == 201, made.content.decode()
        book = openpyxl.load_workbook(io.BytesIO(b"".join(program.get("entries", form="xlsx"))))
        assert [
            cell.value for row in book.worksheets[0].iter_rows() for cell in row if cell.data_type == "f"
        ] == []
        text = b"".join(program.get("entries", form="csv")).decode()
    assert text.startswith("\ufeff日期,组织,台账")


def test_the_description_is_the_one_in_the_repository(golden: bool) -> None:
    written = json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, default=str) + "\n"
    if golden:
        DESCRIPTION.write_text(written, encoding="utf-8")
    assert DESCRIPTION.read_text(encoding="utf-8") == written, "./run golden tests/web/test_interface.py"


def test_a_name_that_is_not_there_is_answered_with_names_in_reach_alone(
    world: World, rolled_back: None
) -> None:
    with clock_at_now():
        program = Program(issued(world, "recorder"))
        for asked in (
            program.get("entries", unit="北屯"),
            program.get("figure", recipe="发放宣传资料 @北屯 2024"),
        ):
            assert asked.status_code == 404
            assert "北村" not in words_of(asked)


def test_the_present_division_is_answered_with_the_day_of_asking(world: World, rolled_back: None) -> None:
    with clock_at_now():
        units.move(world.unit["东村"], world.unit["乙镇"], since=date(2024, 5, 3), by=world.who["system"])
        program = Program(issued(world, "county"))
        asked = "发放宣传资料 @甲镇 2024-04"
        told = program.get("figure", recipe=f"{asked} 按现区划").json()
        kept = program.get("figure", recipe=f"{asked} 按现区划", as_of=f"#{told['seq']}").json()
        traced = program.get("trace", recipe=f"{asked} 按现区划").json()
        many = program.post("figures", {"recipes": [asked, f"{asked} 按2024-05-03区划"]}).json()
        wrong = program.get("figure", recipe=f"{asked} 按1999-01-01区划")

    assert (told["text"], told["recipe"].endswith(f"截至=#{told['seq']} 按2024-05-06区划")) == ("200份", True)
    assert (kept["text"], kept["recipe"].endswith("按现区划")) == ("400份", True), "as it was recorded before"
    assert traced["figure"]["recipe"] == told["recipe"]
    assert [each["text"] for each in many] == ["400份", "200份"]
    assert (wrong.status_code, wrong.json()["code"]) == (422, "unit.not_in_division")


def test_what_is_not_there_is_a_problem_document(world: World) -> None:
    with clock_at_now():
        program = Program(issued(world, "recorder"))
        for answer, status in (
            (program.get("nothing"), 404),
            (program.get("entries/no-id"), 404),
            (program.post("units", {}), 405),
            (
                program.client.post(
                    "/api/v1/entries", "{", "application/json", headers={"idempotency-key": "x"}
                ),
                400,
            ),
        ):
            assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
            assert answer.json()["detail"]


def test_a_file_that_is_too_large_is_refused_in_words(
    world: World, rolled_back: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("youju.api.writing.MAX_FILE_BYTES", 1_000_000)
    with clock_at_now():
        program = Program(issued(world, "recorder"))
        answer = program.client.post(
            f"/api/v1/entries/{world.objects['entry']['own']}/evidence",
            {"file": SimpleUploadedFile("a.txt", b"x" * 1_000_001)},
            headers={"idempotency-key": "large"},
        )
    assert (answer.status_code, answer.json()["code"]) == (422, "file.too_large")
