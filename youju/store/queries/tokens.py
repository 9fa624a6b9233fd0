"""Tokens: who a secret stands for, and which there are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from youju.core.grant import TITLES
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError
from youju.store.models import Member, Token
from youju.store.models.base import OPEN


class UnknownToken(DomainError):
    """No token of that id in the asker's reach."""

    code = "token.unknown"
    text = "没有令牌{token}，或它不是您的。可用 youju token list 查看。"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whom a secret stands for, and by which grant."""

    member: Member
    grant: int


@dataclass(frozen=True, slots=True)
class TokenLine:
    """A token in a list; its secret is nowhere."""

    uid: str
    title: str
    account: str
    role: str
    unit: str
    expires_on: date
    in_force: bool


def digest_of(secret: str) -> str:
    """What a secret is kept as."""
    return hashlib.sha256(secret.encode()).hexdigest()


def bearer(secret: str, today: date) -> Bearer | None:
    """The member and grant behind a secret, when token and grant are both in force. One statement."""
    row = (
        Token.unscoped.filter(digest=digest_of(secret), seq_to=OPEN, expires_on__gt=today)
        .filter(grant__seq_to=OPEN, grant__since__lte=today, grant__until__gt=today)
        .select_related("member")
        .first()
    )
    return None if row is None else Bearer(row.member, row.grant_id)


def listed(member: Member, tree: OrgTree, today: date) -> Sequence[TokenLine]:
    """A member's own tokens, the newest first. One statement."""
    rows = Token.unscoped.filter(member=member).select_related("grant", "member").order_by("-pk")
    return [
        TokenLine(
            str(row.uid),
            row.title,
            row.member.account,
            TITLES[row.grant.role],  # type: ignore[index]
            tree.full_name(row.grant.unit_id, today),
            row.expires_on,
            row.seq_to == OPEN and row.grant.seq_to == OPEN and today < min(row.expires_on, row.grant.until),
        )
        for row in rows
    ]
