"""People and what they were granted, as an administrator sees them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from youju.core.grant import Role
from youju.store.models import Grant, Member
from youju.store.models.base import OPEN


@dataclass(frozen=True, slots=True)
class Held:
    """One role a member holds now, over a unit's subtree, for all registers (empty) or some."""

    role: Role
    unit: int
    registers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One account with its grants."""

    account: str
    name: str
    unit: int
    held: tuple[Held, ...]


def people(units: Collection[int]) -> list[Person]:
    """The accounts that belong to these units, by account."""
    held: dict[int, list[Held]] = {}
    for row in Grant.unscoped.filter(seq_to=OPEN).order_by("pk"):
        role: Role = row.role  # type: ignore[assignment]
        held.setdefault(row.member_id, []).append(Held(role, row.unit_id, tuple(row.registers.splitlines())))
    rows = Member.unscoped.filter(unit_id__in=units).order_by("account")
    return [Person(row.account, row.name, row.unit_id, tuple(held.get(row.pk, ()))) for row in rows]
