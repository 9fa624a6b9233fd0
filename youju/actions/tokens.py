"""Issuing and ending tokens."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from youju.actions import ledger
from youju.actions.members import NoSuchGrant
from youju.core.entry import check_text
from youju.core.grant import ADMINISTRATORS, Role
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.store.models import Grant, Member, Token
from youju.store.models.base import OPEN
from youju.store.queries import scope
from youju.store.queries.catalog import number
from youju.store.queries.tokens import UnknownToken, digest_of

LONGEST = "token-days"
PREFIX = "youju_"


class TokenTooLong(DomainError):
    """The day is too far away, or past."""

    code = "token.expiry"
    text = "令牌的失效日期应在{first}至{last}之间。"


class TokenForAdministrators(DomainError):
    """The three administrators act in person."""

    code = "token.administrator"
    text = "系统、安全、审计管理员的授权不能签发接口令牌。"


class TokenShown(DomainError):
    """The same form again: its token was issued, and the secret is kept nowhere."""

    code = "token.shown"
    text = "这张表已经提交过，令牌已签发。密钥只显示一次；没有抄下的，请收回后另签一个。"


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token. `secret` is shown this once."""

    uid: str
    secret: str
    expires_on: date
    seq: int


def issue(role: Role, unit: int, title: str, expires_on: date, *, by: Member, key: str = "") -> Issued:
    """A token for a program that acts as `by`, with their grant of this role at this unit alone.

    raises  NoSuchGrant, TokenForAdministrators, TokenTooLong, TokenShown for a form that was sent before
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    asked = {"role": role, "unit": unit, "title": title, "expires_on": str(expires_on)}
    with ledger.change("token.issued", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            raise TokenShown
        if role in ADMINISTRATORS:
            raise TokenForAdministrators
        rows = Grant.unscoped.filter(
            member=by, role=role, unit_id=unit, seq_to=OPEN, since__lte=change.today, until__gt=change.today
        )
        grant = rows.order_by("pk").first()
        if grant is None:
            raise NoSuchGrant(name=by.name)
        first = change.today + timedelta(days=1)
        last = change.today + timedelta(days=number(LONGEST, change.today))
        if not first <= expires_on <= last:
            raise TokenTooLong(first=first, last=last)
        code, text = check_text(title, 60)
        if code or not title.strip():
            problem = Problem(Where(field="用途"), code or "token.no_title", text or "请写明令牌的用途。")
            raise Refused((problem,))
        row = change.add(
            Token(
                member=by, grant=grant, title=title.strip(), digest=digest_of(secret), expires_on=expires_on,
                seq_from=change.seq,
            )
        )  # fmt: skip
        return Issued(str(row.uid), secret, expires_on, change.seq)


def revoke(uid: str, *, by: Member) -> int:
    """End a token now: its member, or who gives grants at its unit. Returns the seq. Raises UnknownToken."""
    with ledger.change("token.revoked", by=by) as change:
        rows = Token.unscoped.filter(seq_to=OPEN).select_related("grant")
        row = next((each for each in rows if str(each.uid) == uid), None)
        if row is None:
            raise UnknownToken(token=uid)
        if row.member_id != by.pk and not scope.may(
            change.viewer, "grants", row.grant.unit_id, change.tree, change.today
        ):
            raise UnknownToken(token=uid)
        change.close(row)
        return change.seq
