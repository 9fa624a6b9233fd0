"""Attacks on accounts and sessions: guessing, replaying, stolen cookies, leavers; and that the log tells of them without secrets."""

from __future__ import annotations

import contextlib
import json
import re
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client, override_settings
from django.urls import reverse

from tests.web.declared import address, as_it_was, routes
from tests.web.samples import sample
from tests.web.test_sessions import is_in, log_in
from tests.web.world import PASSWORD, World, clock_at_now
from youju.actions import audits, logins, quota
from youju.actions.passwords import is_guessable
from youju.actions.quota import QuotaUsed
from youju.core.grant import NotAllowed
from youju.store.models import Entry, Event, Login, LoginSession, Revision
from youju.web import limits
from youju.web.security_log import device

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh(world: World) -> Iterator[None]:
    """Nobody is locked out by what another test typed; the day is the world's."""
    cache.clear()
    limits.costly.forget()
    with clock_at_now():
        yield


@pytest.fixture
def log() -> Callable[[str], list[dict[str, Any]]]:
    """The lines that a log got during the test."""
    handlers: Any = settings.LOGGING["handlers"]

    def lines(name: str) -> list[dict[str, Any]]:
        path = Path(handlers[name]["folder"], f"{name}-{datetime.now(UTC).date()}.jsonl")
        found = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
        return [json.loads(line) for line in found[before.get(name, 0) :]]

    before: dict[str, int] = {}
    before |= {name: len(lines(name)) for name in ("security", "faults")}
    return lines


def with_code(world: World, account: str) -> Authenticator:
    """A log-in whose code generator has a secret that the test knows."""
    login = world.login(account)
    Authenticator.objects.filter(user=login).delete()
    return Authenticator.objects.create(
        user=login, type=Authenticator.Type.TOTP, data={"secret": get_adapter().encrypt(SECRET)}
    )


def logged_in(account: str) -> Client:
    """A client that has typed its password just now."""
    client = Client()
    log_in(client, account, PASSWORD)
    return client


def code(steps: int = 0) -> str:
    return str(format_hotp_value(hotp_value(SECRET, int(time.time()) // 30 + steps)))


# --- guessing ---------------------------------------------------------------------------------------------


def credential_routes() -> dict[str, dict[str, str]]:
    """Each page that asks for a password or a code, with a wrong answer to it."""
    return {
        "account_login": {"login": "recorder", "password": "wrong-password"},
        "mfa_authenticate": {"code": "000000"},
        "mfa_activate_totp": {"code": "000000"},
        "account_reauthenticate": {"password": "wrong-password"},
        "mfa_reauthenticate": {"code": "000000"},
        "password": {"present": "wrong-password", "new": "a-new-one-of-mine", "repeat": "a-new-one-of-mine"},
        "sessions": {"present": "wrong-password"},
    }


def test_every_page_that_takes_a_secret_is_in_the_list(
    world: World, client_of: Callable[[str], Client]
) -> None:
    """Found by what the pages ask for, so that a new one cannot be forgotten."""
    with_code(world, "security")
    half = Client()
    log_in(half, "security", PASSWORD)
    asking = set()
    for client in (Client(), half, client_of("security"), logged_in("recorder")):
        for route in routes():
            if "POST" in route.methods and "GET" in route.methods and "<" not in route.path:
                page = client.get(reverse(route.name)).content.decode()
                if re.search(r'type="password"|one-time-code', page):
                    asking.add(route.name)
    assert asking == set(credential_routes())


@pytest.mark.parametrize("name", list(credential_routes()))
def test_guessing_ends_after_a_few_trials(
    world: World, client_of: Callable[[str], Client], name: str
) -> None:
    """Whatever the network address says of itself; and the right answer is of no use any more."""
    with_code(world, "security")
    if name == "account_login":
        client = Client()
    elif name == "mfa_authenticate":
        client = Client()
        log_in(client, "security", PASSWORD)
    else:
        client = client_of("security")
        if name == "mfa_activate_totp":
            client = logged_in("recorder")
    client.get(reverse(name))
    said = []
    for number in range(12):
        forged = {"x-forwarded-for": f"10.9.{number}.1"}
        answer = client.post(reverse(name), credential_routes()[name], headers=forged)
        said.append(
            answer.status_code == 429
            or "已暂时锁定" in answer.content.decode()
            or "频繁" in answer.content.decode()
        )
    assert not said[0]
    assert all(said[6:]), said


def test_an_address_of_version_six_counts_by_its_network(world: World) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}):
        answers = [
            log_in(
                Client(REMOTE_ADDR=f"2001:db8:1:2::{number}"), f"guess{number}", "wrong-password"
            ).status_code
            for number in range(1, 5)
        ]
        assert answers == [200, 200, 429, 429]
        other = Client(REMOTE_ADDR="2001:db8:1:3::1")
        assert log_in(other, "other", "wrong-password").status_code == 200


@pytest.mark.parametrize("password", ["qwertyuiop1", "1q2w3e4r5t6y", "20240426001", "aaaaaaaaaaaa", "dongcun2024", "东村东村东村东村东村",
                                      "wenmingchengshi", "13812345678", "110101199003077432", "chuangcheng123", "recorder2024"])  # fmt: skip
def test_what_somebody_of_the_place_would_try_is_no_password(world: World, password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, world.login("recorder"))


@pytest.mark.parametrize(
    "password",
    [
        "zhen-ban-2024-hao",
        "corridor lamp twelve",
        "四把旧椅子靠着南墙放着",
        "8274019362551870",
        "x" + "Kq7 " * 25,
    ],
)
def test_any_characters_and_any_length_make_a_password(world: World, password: str) -> None:
    validate_password(password, world.login("recorder"))
    login = world.login("recorder")
    login.set_password(password)
    assert login.check_password(password)
    assert not login.check_password(password + " ")
    assert not login.check_password(password[:-1])
    assert not login.check_password(password.swapcase()) or password.swapcase() == password


def test_the_three_thousand_commonest_passwords_of_our_length_are_refused() -> None:
    """Those of the lists that are long enough, then the commonest shorter ones brought to length as people do."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    ranked = list(FREQUENCY_LISTS["passwords"])
    long = [word for word in ranked if len(word) >= 10]
    made = [word + "1234567890"[: 10 - len(word)] for word in ranked[: 3100 - len(long)] if len(word) < 10]
    assert len(long) + len(made) > 3000
    assert [word for word in [*long, *made] if not is_guessable(word)] == []


def test_a_password_may_be_pasted_and_is_masked_and_hashed_dearly(
    world: World, client_of: Callable[[str], Client]
) -> None:
    for client, where in ((Client(), "/login"), (client_of("recorder"), reverse("password"))):
        page = client.get(where).content.decode()
        fields = re.findall(r"<input[^>]*password[^>]*>", page)
        assert fields
        for field in fields:
            assert 'type="password"' in field
            assert re.search(r'autocomplete="(current|new)-password"', field)
            assert "onpaste" not in field
    assert Login.objects.get(account="recorder").password.startswith("argon2$argon2id$")


def test_a_secret_in_an_address_is_nothing(world: World, client_of: Callable[[str], Client]) -> None:
    """Neither a token, nor a session's key, nor the fields of a form: what stands in an address is logged on the way."""
    assert Client().get("/api/v1/units?token=youju_x&authorization=Bearer+youju_x").status_code in (401, 404)
    key = client_of("recorder").cookies["youju"].value
    assert Client().get(reverse("account") + f"?youju={key}&sessionid={key}").status_code == 302
    new = "si-ba-yi-zi-kao-qiang"
    asked = client_of("recorder").post(
        reverse("password") + f"?present={PASSWORD}&new={new}&repeat={new}", {}
    )
    assert asked.status_code == 200  # the form, as if nothing had been sent
    assert Login.objects.get(account="recorder").check_password(PASSWORD)


def test_a_member_brings_only_so_much_a_day(world: World) -> None:
    clerk = world.who["clerk"]
    with override_settings(UPLOAD_FILES_PER_DAY=quota_used(clerk) + 1):
        audits.bring("稿.txt", ["发放宣传资料20份。".encode()], by=clerk)
        with pytest.raises(QuotaUsed):
            audits.bring("稿二.txt", ["发放宣传资料30份。".encode()], by=clerk)
        audits.bring("稿.txt", ["发放宣传资料20份。".encode()], by=world.who["leader"])
    with override_settings(UPLOAD_MEGABYTES_PER_DAY=1), pytest.raises(QuotaUsed):
        quota.check(1_000_001, by=clerk)


def quota_used(member: Any) -> int:
    """How many files the member has brought today already."""
    for files in range(1000):
        with override_settings(UPLOAD_FILES_PER_DAY=files + 1), contextlib.suppress(QuotaUsed):
            quota.check(0, by=member)
            return files
    raise AssertionError


def test_a_form_sets_its_own_fields_and_no_others(world: World, client_of: Callable[[str], Client]) -> None:
    """State, recorder, number and day of recording are the program's, whatever else a request names."""
    given = sample(world, "record_entry", "own")
    route = next(each for each in routes() if each.name == "record_entry")
    more = {
        "state": "reviewed",
        "recorder": "leader",
        "seq": "1",
        "recorded_on": "2020-01-01",
        "member": "1",
        "id": "1",
    }
    with as_it_was():
        before = Entry.unscoped.count()
        client_of("recorder").post(address(world, route, "own"), {**given.data, **more})
        assert Entry.unscoped.count() == before + 1
        made = Entry.unscoped.order_by("-pk")[0]
        revision = Revision.unscoped.filter(entry=made).get()
        assert made.state == "pending"
        assert revision.author_id == world.who["recorder"].pk
        assert revision.seq > 1


# --- replaying and stolen sessions -------------------------------------------------------------------------


def test_a_code_opens_once_in_all_the_time_it_is_right(world: World) -> None:
    """Also the code of the step before, which allauth alone would forget after thirty seconds of the ninety."""
    with_code(world, "system")
    first = Client()
    log_in(first, "system", PASSWORD)
    right = code(-1)
    assert first.post(reverse("mfa_authenticate"), {"code": right}).status_code == 302
    assert is_in(first)
    for key in (f"allauth.mfa.totp.used?user={world.login('system').pk}&code={right}",):
        cache.delete(key)  # as after thirty seconds
    again = Client()
    log_in(again, "system", PASSWORD)
    again.post(reverse("mfa_authenticate"), {"code": right})
    assert not is_in(again)
    again.post(reverse("mfa_authenticate"), {"code": code(0)})
    assert is_in(again)
    late = Client()
    log_in(late, "system", PASSWORD)
    late.post(reverse("mfa_authenticate"), {"code": code(-5)})
    assert not is_in(late)


def test_a_new_password_does_not_take_away_the_code(world: World) -> None:
    with_code(world, "audit")
    before = Login.objects.get(account="audit").password
    word = logins.open_login(world.who["audit"], by=world.who["security"])
    client = Client()
    assert log_in(client, "audit", word).headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    Login.objects.filter(account="audit").update(password=before, must_change=False)


def test_a_session_gets_a_new_key_when_somebody_proves_who_they_are(world: World) -> None:
    with_code(world, "security")
    client = Client()
    client.get(reverse("account_login"))
    log_in(client, "security", PASSWORD)
    half = client.cookies["youju"].value
    client.post(reverse("mfa_authenticate"), {"code": code()})
    whole = client.cookies["youju"].value
    assert half != whole
    assert len(whole) == 32  # of 36 characters: 165 bits
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    again = client.cookies["youju"].value
    assert again != whole
    for old in (half, whole):
        thief = Client()
        thief.cookies["youju"] = old
        assert not is_in(thief)
    assert is_in(client)


def test_a_made_up_session_key_opens_nothing(world: World) -> None:
    client = Client()
    client.cookies["youju"] = "a" * 32
    assert not is_in(client)
    assert not LoginSession.objects.filter(session_key="a" * 32).exists()


def test_logging_out_ends_the_session_on_the_server_and_clears_the_browser(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("leader")
    key = client.cookies["youju"].value
    answer = client.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    thief = Client()
    thief.cookies["youju"] = key
    assert not is_in(thief)
    assert not LoginSession.objects.filter(session_key=key).exists()


def test_a_session_ends_after_twelve_hours_however_much_it_is_used(
    world: World, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.SESSION_LONGEST_SECONDS == 12 * 3600
    client = client_of("leader")
    assert is_in(client)
    begun = time.time()
    monkeypatch.setattr("youju.web.asking.time.time", lambda: begun + 12 * 3600 - 60)
    assert is_in(client)
    monkeypatch.setattr("youju.web.asking.time.time", lambda: begun + 12 * 3600 + 60)
    assert client.get(reverse("home")).headers["Location"].startswith(reverse("account_login"))
    assert "最长时限" in client.get(reverse("account_login")).content.decode()


def test_one_sees_ones_sessions_and_ends_the_others(world: World, client_of: Callable[[str], Client]) -> None:
    here, there, strange = client_of("clerk"), client_of("clerk"), client_of("leader")
    here.get(reverse("home"), headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Chrome/120"})
    page = here.get(reverse("sessions")).content.decode()
    assert page.count("本机") >= 1
    assert here.post(reverse("sessions"), {"present": "wrong"}).status_code == 422
    assert is_in(there)
    assert here.post(reverse("sessions"), {"present": PASSWORD, "once": str(uuid.uuid4())}).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert is_in(strange)


def test_a_password_changed_ends_the_other_sessions(world: World, client_of: Callable[[str], Client]) -> None:
    here, there = client_of("inspector"), client_of("inspector")
    hashed = Login.objects.get(account="inspector").password
    new = "si ba yi zi kao qiang"
    here.get(reverse("home"))
    form = {"present": PASSWORD, "new": new, "repeat": new, "once": str(uuid.uuid4())}
    assert here.post(reverse("password"), form).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert not LoginSession.objects.filter(session_key=there.cookies["youju"].value).exists()
    Login.objects.filter(account="inspector").update(password=hashed)


def test_the_security_administrator_ends_all_sessions_of_a_person(
    world: World, client_of: Callable[[str], Client]
) -> None:
    person = client_of("reviewer")
    assert is_in(person)
    with pytest.raises(NotAllowed):
        logins.end_all(world.who["reviewer"], by=world.who["system"])
    uid = world.who["reviewer"].uid
    answer = client_of("security").post(reverse("person_end", args=[uid]), {"once": str(uuid.uuid4())})
    assert answer.status_code == 302
    assert not is_in(person)
    assert Event.unscoped.order_by("-seq")[0].kind == "login.sessions_ended"
    assert log_in(Client(), "reviewer", PASSWORD).status_code == 302


def test_sessions_that_are_over_are_swept(world: World, client_of: Callable[[str], Client]) -> None:
    client = client_of("leader")
    key = client.cookies["youju"].value
    LoginSession.objects.filter(session_key=key).update(expire_date=datetime(2020, 1, 1, tzinfo=UTC))
    assert not is_in(client)
    assert logins.sweep_sessions() >= 1
    assert not LoginSession.objects.filter(session_key=key).exists()


def test_everybody_needs_a_code_where_the_county_asks_for_it(
    world: World, client_of: Callable[[str], Client]
) -> None:
    client = client_of("recorder")
    assert client.get(reverse("home")).status_code == 200
    with override_settings(SECOND_FACTOR_ROLES=frozenset({"recorder"})):
        assert client.get(reverse("home")).headers["Location"] == reverse("mfa_activate_totp")


def test_setting_up_a_generator_asks_for_the_password_again_after_a_while(
    world: World, client_of: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    with_code(world, "audit")
    client = Client()
    log_in(client, "audit", PASSWORD)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    Authenticator.objects.create(
        user=world.login("audit"),
        type="recovery_codes",
        data={"seed": get_adapter().encrypt("x" * 40), "used_mask": 0},
    )
    assert client.get(reverse("mfa_view_recovery_codes")).status_code == 200
    later = time.time() + 600
    monkeypatch.setattr("youju.web.signing_in.time.time", lambda: later)
    assert client.get(reverse("mfa_view_recovery_codes")).headers["Location"].startswith("/account/again")


def test_a_secret_sealed_under_an_earlier_key_still_opens_while_keys_change(world: World) -> None:
    sealed = get_adapter().encrypt(SECRET)
    before = str(settings.SECRET_KEY)
    with override_settings(SECRET_KEY="n" * 60, SECRET_KEY_FALLBACKS=[before]):
        assert get_adapter().decrypt(sealed) == SECRET
        fresh = get_adapter().encrypt(SECRET)
    with override_settings(SECRET_KEY="n" * 60, SECRET_KEY_FALLBACKS=[]):
        assert get_adapter().decrypt(fresh) == SECRET
        with pytest.raises(InvalidTag):
            get_adapter().decrypt(sealed)


def test_a_browser_is_named_without_its_version() -> None:
    assert (
        device("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120 Safari/537.36")
        == "Windows Chrome"
    )
    assert device("Mozilla/5.0 (Linux; Android 13) MicroMessenger/8.0.40") == "安卓手机 微信"
    assert device("<script>") == "其他设备"


# --- the log ----------------------------------------------------------------------------------------------


def test_the_log_tells_who_came_and_who_was_turned_away(
    world: World, client_of: Callable[[str], Client], log: Callable[[str], list[dict[str, Any]]]
) -> None:
    client = Client(REMOTE_ADDR="10.7.7.7")
    log_in(client, "recorder", "wrong-password")
    log_in(client, "recorder", PASSWORD)
    client.get(reverse("log"))  # not theirs
    client.get(
        reverse(
            "entry",
            args=[
                world.objects["entry"]["other_town"]
                if "other_town" in world.objects["entry"]
                else uuid.uuid4()
            ],
        )
    )
    client.post(reverse("account_logout"))
    with_code(world, "security")
    half = Client()
    log_in(half, "security", PASSWORD)
    half.post(reverse("mfa_authenticate"), {"code": "000000"})
    half.post(reverse("mfa_authenticate"), {"code": code()})
    Client(enforce_csrf_checks=True).post(reverse("complaint"), {"text": "x"})
    Client().get("/api/v1/me", headers={"authorization": "Bearer youju_wrong"})
    Client().get("/login", headers={"host": "evil.example"})

    lines = log("security")
    told = [
        (line.get("event", line["log"]), line.get("account", ""), line.get("status", 0)) for line in lines
    ]
    assert ("login.wrong", "recorder", 0) in told
    assert ("login.in", "recorder", 0) in told
    assert ("request.refused", "recorder", 403) in told
    assert ("request.refused", "recorder", 404) in told
    assert ("login.out", "recorder", 0) in told
    assert ("code.wrong", "security", 0) in told
    assert ("code.right", "security", 0) in told
    assert any(event == "form.forged" for event, _, _ in told)
    assert any(event == "django.security.DisallowedHost" for event, _, _ in told)
    wrong = next(line for line in lines if line.get("event") == "login.wrong")
    assert wrong["address"] == "10.7.7.7"
    assert wrong["route"] == "account_login"
    assert datetime.fromisoformat(wrong["at"]).utcoffset() is not None


def test_a_line_stays_one_line_and_bears_no_secret(
    world: World, client_of: Callable[[str], Client], log: Callable[[str], list[dict[str, Any]]]
) -> None:
    canary = "canary-password-82641"
    forged = 'x\n{"event":"login.in","account":"security"}\r\u2028'
    log_in(Client(), forged, canary)
    client = client_of("recorder")
    client.post(reverse("password"), {"present": canary, "new": canary, "repeat": canary})
    client.post(reverse("sessions"), {"present": canary})
    client.post(reverse("complaint"), {"text": canary, "contact": canary})
    client.get("/figures?q=" + canary)
    client.get("/nowhere/" + canary)
    lines = log("security")
    assert any(line.get("account", "").startswith("x\n{") for line in lines)  # inside its string
    assert not any(line.get("account") == "security" and line.get("event") == "login.in" for line in lines)
    everything = json.dumps([lines, log("faults")])
    assert canary not in everything
    assert client.cookies["youju"].value not in everything
    assert max(len(json.dumps(line)) for line in lines) < 2000


def test_a_fault_is_told_without_the_words_of_its_message(
    world: World, log: Callable[[str], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise ValueError("身份证 110101199003077432 of canary-9917")

    monkeypatch.setattr("youju.web.pages.health.views.head", broken)
    answer = Client(raise_request_exception=False).get(reverse("ready"))
    assert answer.status_code == 500
    assert "系统出现故障" in answer.content.decode()
    assert "canary" not in answer.content.decode()
    assert "Traceback" not in answer.content.decode()
    (line,) = [line for line in log("faults") if line.get("fault") == "ValueError"]
    assert any("views.py" in place for place in line["where"])
    assert "canary" not in json.dumps(line)


def test_logs_are_their_owners_alone_and_go_after_their_time(tmp_path: Path) -> None:
    import logging

    from youju.config.logs import DayFile, Line

    old, kept = tmp_path / "security-2020-01-01.jsonl", tmp_path / "other-2020-01-01.jsonl"
    old.write_text("")
    kept.write_text("")
    handler = DayFile(str(tmp_path), "security", settings_days())
    handler.setFormatter(Line())
    handler.emit(logging.LogRecord("youju.security", logging.INFO, "", 0, "login.in", None, None))
    (new,) = [each for each in tmp_path.iterdir() if each != kept]
    assert new.stat().st_mode & 0o777 == 0o600
    assert json.loads(new.read_text())["log"] == "youju.security"


def settings_days() -> int:
    """For how many days logs are kept: at least the six months of the law."""
    handlers: Any = settings.LOGGING["handlers"]
    days: int = handlers["security"]["days"]
    assert days >= 183
    return days
