"""Log-ins: made and reset by the security administrator, the password then chosen by the member alone.

The ledger says who made or reset which log-in and when; no password, nor anything made of one, is in it.
"""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from youju.actions import ledger
from youju.core.grant import ADMINISTRATORS
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.store.models import Grant, Login, LoginSession, Member
from youju.store.models.base import OPEN

# Without what is mistaken for another character on paper or on the telephone.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class NoLogin(DomainError):
    """The member cannot log in yet."""

    code = "login.none"
    text = "账号“{account}”尚未开通登录。请安全管理员先开通。"


class SamePassword(DomainError):
    """The new password is the old one."""

    code = "login.same_password"
    text = "新密码与现用密码相同。请另设一个。"


class WrongPassword(DomainError):
    """The password typed as the present one is not."""

    code = "login.wrong_password"
    text = "现用密码不正确。"


def open_login(member: Member, *, by: Member) -> str:
    """Let a member log in, or give them a new password when they can already. Only a security administrator may.

    returns  the password, once; it is stored as a hash only and must be replaced at the first log-in
    """
    password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))
    with ledger.change("login.opened", by=by) as change:
        change.require("grants", member.unit_id)
        login = Login.objects.filter(member=member).first()
        change.said |= {"account": member.account, "again": login is not None}
        login = login or Login(member=member, account=member.account)
        login.set_password(password)
        login.must_change = True
        login.password_at = change.at
        login.epoch += 1
        login.save()
        _drop(login.pk)
    return password


def drop_second_factor(member: Member, *, by: Member) -> None:
    """Forget a member's one-time code generator (a lost phone) and end their sessions. Raises NoLogin."""
    with ledger.change("login.factor_dropped", by=by) as change:
        change.require("grants", member.unit_id)
        login = Login.objects.filter(member=member).first()
        if login is None:
            raise NoLogin(account=member.account)
        Authenticator.objects.filter(user=login).delete()
        change.said["account"] = member.account
        end_sessions(member)


def change_password(present: str, new: str, *, by: Member) -> Login:
    """Replace one's own password; every other session of the member ends.

    A caller in a session has to give it a new key: its old one is gone.
    raises  WrongPassword, SamePassword, and Refused with one problem for each rule that `new` breaks
    """
    login = Login.objects.filter(member=by).first()
    if login is None:
        raise NoLogin(account=by.account)
    if not login.check_password(present):
        raise WrongPassword
    if present == new:
        raise SamePassword
    try:
        validate_password(new, login)
    except ValidationError as error:
        where = Where(field="新密码")
        raise Refused(tuple(Problem(where, "login.weak_password", text) for text in error.messages)) from None
    with ledger.change("login.password_changed", by=by) as change:
        change.said["account"] = by.account
        login.set_password(new)
        login.must_change = False
        login.password_at = change.at
        login.save()
        _drop(login.pk)
    return login


def end_sessions(member: Member) -> None:
    """Every session of the member is over now."""
    for login in Login.objects.filter(member=member).values_list("pk", flat=True):
        Login.objects.filter(pk=login).update(epoch=F("epoch") + 1)
        _drop(login)


def end_all(member: Member, *, by: Member) -> None:
    """A security administrator ends every session of a member, who may log in again. Raises NoLogin."""
    with ledger.change("login.sessions_ended", by=by) as change:
        change.require("grants", member.unit_id)
        if not Login.objects.filter(member=member).exists():
            raise NoLogin(account=member.account)
        change.said["account"] = member.account
        end_sessions(member)


def end_others(present: str, keep: str, *, by: Member) -> int:
    """End one's own sessions but the one whose key is `keep`; returns how many. Raises NoLogin, WrongPassword."""
    login = Login.objects.filter(member=by).first()
    if login is None:
        raise NoLogin(account=by.account)
    if not login.check_password(present):
        raise WrongPassword
    return LoginSession.objects.filter(login=login.pk).exclude(session_key=keep).delete()[0]


def sweep_sessions() -> int:
    """Delete sessions that are over; returns how many."""
    return LoginSession.objects.filter(expire_date__lt=timezone.now()).delete()[0]


def _drop(login: int) -> None:
    LoginSession.objects.filter(login=login).delete()


def without_login() -> list[Member]:
    """Members who hold a grant and cannot log in yet, administrators first."""
    first = set(
        Grant.unscoped.filter(seq_to=OPEN, role__in=ADMINISTRATORS).values_list("member_id", flat=True)
    )
    found = Member.unscoped.filter(login=None, grants__seq_to=OPEN).distinct().order_by("pk")
    return sorted(found, key=lambda each: each.pk not in first)
