"""What every answer carries against misuse: policy headers, request numbers, tokens against forged requests, closed doors."""

from __future__ import annotations

import re
import stat
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path, reverse

from tests.web.declared import address, body_of, outcome, routes
from tests.web.world import CAST, World, clock_at_now
from youju.config.secret import secret_in
from youju.store.models import Complaint

STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}


def test_every_page_forbids_inline_code_and_other_hosts(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """The headers, and that the pages need nothing they forbid: no inline script, style or handler, no outside address."""
    for account in ("", "security", "clerk"):
        client = client_of(account)
        with clock_at_now():
            for route in routes():
                if "GET" not in route.methods or outcome(world, route, "GET", account, "own") != "open":
                    continue
                answer = client.get(address(world, route, "own"))
                policy = answer.headers["Content-Security-Policy"]
                assert "unsafe" not in policy, route.name
                assert "http" not in policy, route.name
                assert "frame-ancestors 'none'" in policy, route.name
                assert "default-src 'none'" in policy, route.name
                assert {name: answer.headers[name] for name in STRICT} == STRICT, route.name
                body = body_of(answer).decode(errors="replace")
                if answer.headers["Content-Type"].partition(";")[0] != "text/html":
                    continue
                assert not re.search(
                    r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\ssrc=)", body
                ), route.name
                outside = re.findall(r"""(?:src|href|action)=["'](?:https?:)?//[^"']*""", body)
                assert outside == [], route.name
                if "<html" in body:
                    assert '"allowEval":false' in body, route.name


def test_every_page_says_what_it_is_not_for_and_where_to_complain(
    world: World, client_of: Callable[[str], Client]
) -> None:
    for account, url in (("", "/login"), ("clerk", "/"), ("clerk", "/nowhere"), ("recorder", "/complaints")):
        body = client_of(account).get(url).content.decode()
        assert "本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密" in body
        assert "主办单位：示范县" in body
        assert f'href="{reverse("complaint")}?page=' in body


def test_a_forged_form_is_refused_in_chinese(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("complaint"), {"text": "x", "once": str(uuid.uuid4())})
    assert answer.status_code == 403
    assert "没有提交" in answer.content.decode()
    assert not Complaint.unscoped.filter(text="x").exists()


def test_a_form_sent_twice_is_one_complaint(world: World, client_of: Callable[[str], Client]) -> None:
    client = client_of("recorder")
    page = client.get(reverse("complaint"))
    key = re.search(r'name="once" value="([0-9a-f-]{36})"', page.content.decode())
    assert key
    sent = {"text": "同一件事填了三张表", "once": key[1], "named": "on"}
    answers = [client.post(reverse("complaint"), sent).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert Complaint.unscoped.filter(text=sent["text"]).count() == 1


def test_what_was_typed_stays_when_a_form_is_refused(world: World) -> None:
    sent = {"text": "{{ 7*7 }} 张表", "contact": "向村委会转达", "once": str(uuid.uuid4())}
    answer = Client().post(reverse("complaint"), sent)
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "向村委会转达" in body
    assert "{{ 7*7 }}" in body
    assert sent["once"] in body
    assert 'aria-invalid="true"' in body
    assert "模板符号" in body


def test_a_complaint_without_a_name_reaches_county_and_security_alone(
    world: World, client_of: Callable[[str], Client]
) -> None:
    Client().post(reverse("complaint"), {"text": "不署名的意见", "once": str(uuid.uuid4())})
    with clock_at_now():
        for account in CAST:
            answer = client_of(account).get(reverse("complaints"))
            assert ("不署名的意见" in answer.content.decode()) is (account in ("county", "security")), account


def test_complaints_are_limited_by_address(world: World) -> None:
    client = Client(REMOTE_ADDR="10.9.9.9")
    answers = [
        client.post(reverse("complaint"), {"text": f"第{n}条", "once": str(uuid.uuid4())}).status_code
        for n in range(12)
    ]
    assert answers == [302] * 10 + [429] * 2


@override_settings(ROOT_URLCONF="tests.web.test_protection")
def test_a_view_without_a_row_cannot_be_reached(world: World) -> None:
    assert Client(raise_request_exception=False).get("/hidden").status_code in (404, 500)
    assert [each.id for each in run_checks(tags=["urls"]) if each.id and each.id.startswith("web.")] == [
        "web.E001"
    ]


def hidden(request: HttpRequest) -> HttpResponse:
    raise AssertionError("reached")


urlpatterns = [path("hidden", hidden)]


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "secret.key"
    first = secret_in(file)
    assert len(first) > 64
    assert secret_in(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["secret.key"]


def test_nothing_is_open_by_default() -> None:
    assert settings.DEBUG is False
    assert settings.DATABASES["default"].get("ATOMIC_REQUESTS", False) is False
    assert "*" not in settings.ALLOWED_HOSTS
    answer = Client(raise_request_exception=False).get("/login", headers={"host": "evil.example"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/static/youju.css", "/static/django_htmx/htmx-2.min.js"])
def test_static_files_are_kept_for_a_year_under_an_address_of_their_content(world: World, path: str) -> None:
    body = Client().get("/login").content.decode()
    assert re.search(re.escape(path) + r"\?v=[0-9a-f]{12}\"", body)
    answer = Client().get(path)
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert b"".join(answer)


def test_our_sheet_stays_small() -> None:
    sheet = Path(settings.ROOT, "youju/web/static/youju.css").read_text(encoding="utf-8")
    assert len(sheet.encode()) < 20_000  # all pages together; the frame and the shared parts are 12 000 of it
    assert "http" not in sheet
