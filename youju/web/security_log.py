"""安全日志: who came in or was turned away, when, from where. What is not named here is not written. docs/security/logs.md"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any, Literal

from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa import signals as second_factor
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponseBase

from youju.store.sessions import BEGAN

Event = Literal[
    "login.in", "login.out", "login.wrong", "login.locked", "code.right", "code.wrong", "again.right",
    "session.over", "sessions.ended", "form.forged", "token.used", "token.refused", "request.refused",
]  # fmt: skip
log = logging.getLogger("youju.security")
DEVICE = "device"  # in a session
# Refusals that say something about whoever asks. 404 only of somebody who is logged in: an address guessed, or another's object.
TELLING = frozenset((400, 401, 403, 405, 409, 413, 422, 429))


def note(
    event: Event, request: HttpRequest | None, *, account: str = "", status: int = 0, code: str = ""
) -> None:
    """Write one event. `account` is what was typed where nobody is logged in yet."""
    said: dict[str, Any] = {"event": event, "account": account, "code": code}
    if status:
        said["status"] = status
    if request is not None:
        said |= _of(request)
        if account:
            said["account"] = account
    log.info(event, extra=said)


def answered(request: HttpRequest, answer: HttpResponseBase) -> None:
    """Write down an answer that refuses something."""
    status = answer.status_code
    inside = bool(getattr(getattr(request, "user", None), "is_authenticated", False))
    if status in TELLING or (status == 404 and inside):
        note("request.refused", request, status=status, code=getattr(answer, "refusal", ""))


def mark(request: HttpRequest) -> None:
    """Put into the session when its member last proved who they are, and by which kind of browser."""
    request.session[BEGAN] = int(time.time())
    request.session[DEVICE] = device(request.headers.get("User-Agent", ""))


def device(agent: str) -> str:
    """A browser as its owner calls it; no version, nothing that would single it out."""
    systems = (
        ("iPhone", "苹果手机"),
        ("iPad", "苹果平板"),
        ("Android", "安卓手机"),
        ("Windows", "Windows"),
        ("Mac OS", "苹果电脑"),
        ("Linux", "Linux"),
    )
    browsers = (
        ("MicroMessenger", "微信"),
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    )
    found = [next((said for mark, said in known if mark in agent), "") for known in (systems, browsers)]
    return " ".join(each for each in found if each) or "其他设备"


def _of(request: HttpRequest) -> dict[str, Any]:
    matched = request.resolver_match
    found: dict[str, Any] = {
        "method": request.method
        if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        else "?",
        "route": matched.view_name if matched else "",
        "address": _address(request),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        found |= {"account": user.account, "member": user.member_id}
    caller = getattr(request, "auth", None)
    if caller is not None:
        found |= {"account": caller.member.account, "member": caller.member.pk}
    return found


def _address(request: HttpRequest) -> str:
    try:
        return get_client_ip(request) or ""
    except ImproperlyConfigured:  # the proxy in front did not say
        return str(request.META.get("REMOTE_ADDR", ""))


def _in(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    del kwargs
    mark(request)
    note("login.in", request, account=user.account)


def _out(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    del kwargs
    if user is not None:
        note("login.out", request, account=user.account)


def _wrong(credentials: Mapping[str, Any], request: HttpRequest | None = None, **kwargs: Any) -> None:
    del kwargs
    note("login.wrong", request, account=str(credentials.get("username", "")))


def _code(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    right = "authenticator" in kwargs and "passwordless" in kwargs
    note("code.right" if right else "code.wrong", request, account=user.account)


def listen() -> None:
    """Hear of log-ins from Django and allauth."""
    user_logged_in.connect(_in, dispatch_uid="youju.security")
    user_logged_out.connect(_out, dispatch_uid="youju.security")
    user_login_failed.connect(_wrong, dispatch_uid="youju.security")
    second_factor.authenticator_used.connect(_code, dispatch_uid="youju.security")
    second_factor.authentication_failed.connect(_code, dispatch_uid="youju.security")
