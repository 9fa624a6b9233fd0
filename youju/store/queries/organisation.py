"""组织: a unit's names, places and tags over time, who belongs to it, and up to which day its books are closed."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from youju.core.grant import Role
from youju.core.orgtree import FAR, OrgTree
from youju.store.models import Grant, Member, PeriodClose
from youju.store.models.base import OPEN


@dataclass(frozen=True, slots=True)
class Spell:
    """Something that held from a day until a day (None: it still does)."""

    what: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class UnitPast:
    """A unit's history by kind: what it was called, where it stood, which tags it bore."""

    names: tuple[Spell, ...]
    parents: tuple[Spell, ...]
    tags: tuple[Spell, ...]


@dataclass(frozen=True, slots=True)
class CloseLine:
    """Books of a unit closed up to and including a day, by whom and why."""

    unit: int
    through: date
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A grant as the security administrator sees it; `until` is None when it has no end."""

    role: Role
    unit: int
    registers: tuple[str, ...]
    since: date
    until: date | None


def past(unit: int, tree: OrgTree) -> UnitPast:
    """The history of a unit, in order. No statement: the tree knows it."""
    names = [
        Spell(f"{each.name}（{each.code}）" if each.code else each.name, each.since, _end(each.until))
        for each in tree.namings.get(unit, ())
    ]
    parents = [
        Spell(
            tree.full_name(each.parent, each.since) if each.parent is not None else "最上级",
            each.since,
            _end(each.until),
        )
        for each in tree.placements.get(unit, ())
    ]
    tags = [Spell(each.tag, each.since, _end(each.until)) for each in tree.taggings.get(unit, ())]
    return UnitPast(
        tuple(names), tuple(parents), tuple(sorted(tags, key=lambda each: (each.since, each.what)))
    )


def closes(units: Collection[int]) -> list[CloseLine]:
    """The closes of these units. One statement."""
    rows = (
        PeriodClose.unscoped.filter(unit_id__in=units, seq_to=OPEN).select_related("by").order_by("unit_id")
    )
    return [CloseLine(row.unit_id, row.through, row.by.name, row.reason) for row in rows]


def grants_of(member: int) -> list[GrantLine]:
    """The grants of a member that have not been ended. One statement."""
    rows = Grant.unscoped.filter(member_id=member, seq_to=OPEN).order_by("since", "pk")
    return [
        GrantLine(row.role, row.unit_id, tuple(row.registers.splitlines()), row.since, _end(row.until))  # type: ignore[arg-type]
        for row in rows
    ]


def member(key: int) -> Member:
    """A member's row, to be passed on to actions. One statement."""
    return Member.unscoped.select_related("unit").get(pk=key)


def member_uids(accounts: Collection[str]) -> dict[str, uuid.UUID]:
    """The ids that accounts bear in addresses. One statement."""
    return dict(Member.unscoped.filter(account__in=accounts).values_list("account", "uid"))


def _end(until: date) -> date | None:
    return None if until >= FAR else until
