"""Logging in: passwords, locks, second factors, and when a session ends."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.web.world import NOW, PASSWORD, World, clock_at_now
from youju.actions import clock, logins, members
from youju.core.grant import NotAllowed
from youju.core.problem import Refused
from youju.store.models import Event, Login

OWN = "zhen-ban-2024-hao"


@pytest.fixture(autouse=True)
def _fresh(world: World) -> Iterator[None]:
    """Nobody is locked out by what another test typed; the day is the world's."""
    cache.clear()
    with clock_at_now():
        yield


def log_in(client: Client, account: str, password: str) -> HttpResponse:
    return client.post(reverse("account_login"), {"login": account, "password": password})  # type: ignore[return-value]


def is_in(client: Client) -> bool:
    return client.get(reverse("account")).status_code == 200


def test_account_and_password_open_the_desk(world: World) -> None:
    client = Client()
    assert log_in(client, "recorder", PASSWORD + "x").status_code == 200
    assert not is_in(client)
    answer = log_in(client, "Recorder", PASSWORD)  # a phone writes the first letter large
    assert answer.headers["Location"] == reverse("home")
    assert is_in(client)
    client.post(reverse("account_logout"))
    assert not is_in(client)


def test_a_page_asked_for_before_is_where_one_lands(world: World) -> None:
    client = Client()
    sent = client.get(reverse("complaints_own"))
    assert sent.headers["Location"] == "/login?next=/complaints/mine"
    form = {"login": "recorder", "password": PASSWORD, "next": "/complaints/mine"}
    assert client.post("/login", form).headers["Location"] == "/complaints/mine"
    foreign = Client().post("/login", {**form, "next": "https://example.com/"})
    assert foreign.headers["Location"] == reverse("home")


def test_five_wrong_passwords_lock_the_account_from_any_address(world: World) -> None:
    for number in range(5):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        assert "账号或密码不正确" in log_in(client, "clerk", "wrong-password").content.decode()
    locked = log_in(Client(REMOTE_ADDR="10.0.9.9"), "clerk", PASSWORD)
    assert "已暂时锁定" in locked.content.decode()
    assert log_in(Client(REMOTE_ADDR="10.0.9.9"), "leader", PASSWORD).status_code == 302  # others are not


def test_one_address_may_not_try_many_accounts(world: World) -> None:
    client = Client(REMOTE_ADDR="10.1.1.1")
    answers = [log_in(client, f"guess{number}", "wrong-password").status_code for number in range(25)]
    assert 429 in answers
    assert answers.index(429) >= 10


def test_a_made_password_must_be_replaced_before_anything_else(world: World) -> None:
    client = Client()
    word = logins.open_login(world.who["fresh"], by=world.who["security"])
    assert re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", word)
    log_in(client, "fresh", word)
    assert client.get(reverse("home")).headers["Location"] == reverse("password")
    short = client.post(reverse("password"), {"present": word, "new": "abc", "repeat": "abc"})
    assert short.status_code == 422
    assert "10" in short.content.decode()
    changed = client.post(reverse("password"), {"present": word, "new": OWN, "repeat": OWN})
    assert changed.headers["Location"] == reverse("home")
    assert client.get(reverse("home")).status_code == 200
    assert log_in(Client(), "fresh", OWN).headers["Location"] == reverse("home")


@pytest.mark.parametrize(
    ("new", "why"),
    [("a1b2c3d", "10"), ("password123", "常见"), ("20240426001", "猜中"), ("recorder-01", "相似")],
)
def test_weak_passwords_are_refused_with_a_reason(world: World, new: str, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        logins.change_password(PASSWORD, new, by=world.who["recorder"])
    assert why in "".join(problem.text for problem in refusal.value.problems)


def test_only_a_security_administrator_opens_log_ins_and_the_ledger_says_so_without_the_word(
    world: World,
) -> None:
    for account in ("system", "clerk", "county"):
        with pytest.raises(NotAllowed):
            logins.open_login(world.who["inspector"], by=world.who[account])
    word = logins.open_login(world.who["inspector"], by=world.who["security"])
    event = Event.unscoped.order_by("-seq")[0]
    assert (event.kind, event.actor_id) == ("login.opened", world.who["security"].pk)
    assert "inspector" in event.body
    login = Login.objects.get(account="inspector")
    assert word not in event.body
    assert login.password not in event.body


def test_sessions_end_with_the_password_and_with_a_cut_grant(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("office")
    assert is_in(client)
    logins.open_login(world.who["office"], by=world.who["security"])
    assert not is_in(client)
    Login.objects.filter(account="office").update(must_change=False)
    client = client_of("office")
    assert is_in(client)
    members.revoke(world.who["office"], "recorder", world.unit["文化站"], by=world.who["security"])
    assert not is_in(client)
    assert not is_in(client_of("office"))  # a new session is of no use without a grant
    members.grant(world.who["office"], "recorder", world.unit["文化站"], by=world.who["security"])


def test_a_grant_that_ends_today_is_over_today(world: World, client_of: Callable[[str], Client]) -> None:
    client = client_of("ended")
    answer = client.get(reverse("home"))
    assert answer.headers["Location"].startswith(reverse("account_login"))
    assert "没有有效的授权" in client.get(reverse("account_login")).content.decode()


def test_an_idle_session_ends_and_a_used_one_goes_on(
    world: World, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.SESSION_COOKIE_AGE == 30 * 60
    client = client_of("leader")
    begun = time.time()
    client.get(reverse("home"))
    first = client.session.get_expiry_date()
    written = client.session["touched"]
    client.get(reverse("home"))
    assert client.session["touched"] == written  # not a write for every page
    monkeypatch.setattr("youju.web.asking.time.time", lambda: begun + 120)
    client.get(reverse("home"))
    assert client.session["touched"] == int(begun + 120)
    monkeypatch.setattr("youju.web.asking.time.time", lambda: begun - 86400)  # a clock that was put right
    client.get(reverse("home"))
    assert client.session["touched"] == int(begun - 86400)
    assert client.session.get_expiry_date() >= first
    assert client.cookies["youju"]["httponly"]
    assert client.cookies["youju"]["samesite"] == "Lax"


def test_an_administrator_does_nothing_before_a_second_factor(
    world: World, client_of: Callable[[str], Client]
) -> None:
    logins.drop_second_factor(world.who["audit"], by=world.who["security"])
    client = Client()
    assert log_in(client, "audit", PASSWORD).status_code == 302
    assert client.get(reverse("home")).headers["Location"] == reverse("mfa_activate_totp")
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert secret[:4] in page.content.decode()
    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "动态码不正确" in wrong.content.decode()
    done = client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert done.headers["Location"] == reverse("mfa_view_recovery_codes")
    assert client.get(reverse("home")).status_code == 200
    kept = Authenticator.objects.get(user__account="audit", type="totp")
    assert secret not in str(kept.data)  # sealed

    recovery = re.findall(
        r"<code>(\d{8})</code>", client.get(reverse("mfa_view_recovery_codes")).content.decode()
    )
    assert len(recovery) == 10
    other = Client()
    assert log_in(other, "audit", PASSWORD).headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(other)
    for _ in range(5):
        other.post(reverse("mfa_authenticate"), {"code": "123456"})
    assert "锁定" in other.post(reverse("mfa_authenticate"), {"code": recovery[0]}).content.decode()
    cache.clear()
    assert other.post(reverse("mfa_authenticate"), {"code": recovery[0]}).status_code == 302
    assert is_in(other)
    again = Client()
    log_in(again, "audit", PASSWORD)
    again.post(reverse("mfa_authenticate"), {"code": recovery[0]})
    assert not is_in(again)  # each code once


def code(secret: str) -> str:
    """What a generator would show now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def test_nobody_signs_up_or_asks_for_mail(world: World) -> None:
    for path in ("/signup/", "/signup", "/password/reset/", "/accounts/signup/", "/admin/", "/email/"):
        assert Client().get(path).status_code == 404


def test_the_day_of_the_world_is_what_pages_show(world: World, client_of: Callable[[str], Client]) -> None:
    assert clock.now() == NOW
    assert "2024年5月6日" in client_of("recorder").get(reverse("home")).content.decode()
