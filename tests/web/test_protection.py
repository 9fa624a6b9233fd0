"""What every answer carries against misuse: policy headers, request numbers, tokens against forged requests, closed doors."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
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
from tests.web.world import CAST, PASSWORD, World, clock_at_now
from youju.config.secret import secret_in
from youju.store.models import Complaint, Event
from youju.web import limits

STRICT = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
# Files that people brought; never shown as pages.
FILES = ("entry_file", "entry_preview", "batch_file", "audit_docx", "report_file")


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
                assert "object-src 'none'" in policy, route.name
                assert "base-uri 'none'" in policy, route.name
                assert "no-store" in answer.headers["Cache-Control"], route.name
                kind = answer.headers["Content-Type"]
                assert not kind.startswith("text/") or "charset=utf-8" in kind, route.name
                assert not kind.startswith(("text/html", "image/svg")) or route.name not in FILES, route.name
                assert {name: answer.headers[name] for name in STRICT} == STRICT, route.name
                body = body_of(answer).decode(errors="replace")
                if answer.headers["Content-Type"].partition(";")[0] != "text/html":
                    continue
                assert not re.search(
                    r"\sstyle=|\son[a-z]+=|<style|javascript:|<script(?![^>]*\ssrc=)", body
                ), route.name
                outside = re.findall(r"""(?:src|href|action)=["'](?:https?:)?//[^"']*""", body)
                assert outside == [], route.name
                if account and "<html" in body:
                    assert f'action="{reverse("account_logout")}"' in body, route.name
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


@pytest.mark.parametrize(
    "address", ["/static/youju.css", "/static/nothing.css", "/nowhere", "/api/v1/nowhere", "/login"]
)
def test_every_answer_bears_the_headers_whoever_gives_it(world: World, address: str) -> None:
    """Static files, pages that are not there, and refusals of a strange host come from layers that know no view."""
    for host in ("localhost", "evil.example"):
        answer = Client(raise_request_exception=False).get(address, headers={"host": host})
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert "Cache-Control" in answer.headers
        body_of(answer)


def test_no_other_origin_may_read_an_answer(world: World, client_of: Callable[[str], Client]) -> None:
    client = client_of("recorder")
    for where in ("/", "/api/v1/openapi.json", "/login"):
        for method in ("get", "options"):
            asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
            answer = getattr(client, method)(where, headers=asked)
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PUT", "DELETE", "PATCH", "FOO"])
def test_a_method_that_no_page_declares_is_refused(
    world: World, client_of: Callable[[str], Client], method: str
) -> None:
    answer = client_of("recorder").generic(method, "/")
    assert answer.status_code == 405
    assert "cookie" not in answer.content.decode().lower()


def test_reading_changes_nothing(world: World, client_of: Callable[[str], Client]) -> None:
    """Whoever follows a link, or whose browser loads one as a picture, has written nothing to the ledger."""
    client = client_of("recorder")
    with clock_at_now():
        before = Event.unscoped.count()
        for route in routes():
            if outcome(world, route, "GET", "recorder", "own") == "open":
                body_of(client.get(address(world, route, "own")))
                assert Event.unscoped.count() == before, route.name


def test_over_https_cookies_are_bound_to_the_host_and_programs_are_not_led_on(world: World) -> None:
    """Its own process: the settings are read once, when it starts."""
    asked = (
        "import django; django.setup()\n"
        "from django.conf import settings as s; from django.test import Client\n"
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN)\n"
        "page = Client().get('/login'); print(page.status_code, page.headers['Location'])\n"
        "forged = Client().get('/login', headers={'x-forwarded-proto': 'http, https'}); print(forged.status_code)\n"
        "told = Client().get('/api/v1/openapi.json'); print(told.status_code, told.headers.get('Location'))\n"
        "token = Client().get('/api/v1/units', headers={'authorization': 'Bearer x'}); print(token.status_code)\n"
        "safe = Client().get('/static/youju.css', secure=True, headers={'x-forwarded-proto': 'https'})\n"
        "print(safe.headers['Strict-Transport-Security'])\n"
    )
    ours = {
        "YOUJU_HTTPS": "1",
        "DJANGO_SETTINGS_MODULE": "youju.config.settings",
        "YOUJU_HOSTS": "testserver",
    }
    done = subprocess.run(
        [sys.executable, "-c", asked],
        env=os.environ | ours,
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines() == [
        "__Host-youju __Host-csrftoken True True / None",
        "301 https://testserver/login",
        "301",
        "200 None",
        "401",
        "max-age=31536000; includeSubDomains",
    ], done.stderr


@pytest.mark.parametrize(
    "next_",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
    ],
)
def test_nobody_is_led_to_another_site(world: World, next_: str) -> None:
    with clock_at_now():
        client = Client()
        sent = client.post("/login", {"login": "leader", "password": PASSWORD, "next": next_})
        assert sent.headers["Location"] == "/"


def test_a_costly_page_is_given_only_so_often(world: World, client_of: Callable[[str], Client]) -> None:
    """Each member for themselves; what is not costly stays open."""
    limits.costly.forget()
    few = {**settings.ACCOUNT_RATE_LIMITS, "costly": "3/m/user"}
    with clock_at_now(), override_settings(ACCOUNT_RATE_LIMITS=few):
        client, other = client_of("clerk"), client_of("leader")
        route = next(each for each in routes() if each.name == "brief_docx")
        where = address(world, route, "own")
        assert [client.get(where).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
        assert client.get("/").status_code == 200
        assert other.get(where).status_code == 200
    limits.costly.forget()


def test_what_makes_files_or_looks_through_everything_is_declared_costly() -> None:
    costly = {route.name for route in routes() if route.costly}
    assert costly >= {
        "ledger_export",
        "report_file",
        "brief_docx",
        "audits",
        "audit_docx",
        "imports",
        "log_verify",
    }


@pytest.mark.parametrize(
    "folder",
    [
        "/static/",
        "/static",
        "/static/../settings.py",
        "/static/%2e%2e/apps.py",
        "/evidence/",
        "/.git/config",
        "/var/secret.key",
        "/api/v1/docs",
    ],
)
def test_folders_sources_and_keys_are_not_served(world: World, folder: str) -> None:
    assert Client().get(folder).status_code == 404


def test_our_sheet_stays_small() -> None:
    sheet = Path(settings.ROOT, "youju/web/static/youju.css").read_text(encoding="utf-8")
    assert len(sheet.encode()) < 20_000  # all pages together; the frame and the shared parts are 12 000 of it
    assert "http" not in sheet
