"""What the pages ask about log-ins."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from allauth.mfa.models import Authenticator
from django.utils import timezone

from youju.core.orgtree import FAR
from youju.store.models import Login, LoginSession, UnitNaming
from youju.store.models.base import OPEN


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner sees it. `here` is the one that asks."""

    began: datetime
    used: datetime
    device: str
    here: bool


def has_second_factor(login: int) -> bool:
    """Whether a one-time code generator is set up. One statement."""
    return bool(Authenticator.objects.filter(user_id=login, type=Authenticator.Type.TOTP).exists())


def accounts_with_login(members: Collection[int]) -> frozenset[int]:
    """Which of these members can log in. One statement."""
    return frozenset(Login.objects.filter(member_id__in=members).values_list("member_id", flat=True))


def sessions(login: int, key: str) -> list[SessionLine]:
    """A log-in's sessions that are not over, the newest first. One statement.

    key  that of the session which asks
    """
    found = []
    for row in LoginSession.objects.filter(login=login, expire_date__gt=timezone.now()):
        said = row.get_decoded()
        found.append(
            SessionLine(
                datetime.fromtimestamp(said.get("began", 0), UTC),
                datetime.fromtimestamp(said.get("touched", said.get("began", 0)), UTC),
                str(said.get("device", "")),
                row.session_key == key,
            )
        )
    return sorted(found, key=lambda each: each.began, reverse=True)


def host() -> str:
    """The name of the hosting unit, which is the first of the ledger; '' before there is one. One statement."""
    names = (
        UnitNaming.unscoped.filter(seq_to=OPEN, until=FAR).order_by("unit_id").values_list("name", flat=True)
    )
    return names.first() or ""
