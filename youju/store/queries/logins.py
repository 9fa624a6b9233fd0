"""What the pages ask about log-ins."""

from __future__ import annotations

from collections.abc import Collection

from allauth.mfa.models import Authenticator

from youju.core.orgtree import FAR
from youju.store.models import Login, UnitNaming
from youju.store.models.base import OPEN


def has_second_factor(login: int) -> bool:
    """Whether a one-time code generator is set up. One statement."""
    return bool(Authenticator.objects.filter(user_id=login, type=Authenticator.Type.TOTP).exists())


def accounts_with_login(members: Collection[int]) -> frozenset[int]:
    """Which of these members can log in. One statement."""
    return frozenset(Login.objects.filter(member_id__in=members).values_list("member_id", flat=True))


def host() -> str:
    """The name of the hosting unit, which is the first of the ledger; '' before there is one. One statement."""
    names = (
        UnitNaming.unscoped.filter(seq_to=OPEN, until=FAR).order_by("unit_id").values_list("name", flat=True)
    )
    return names.first() or ""
