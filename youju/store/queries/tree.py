"""The organisation as one ledger sequence number knew it."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import date
from functools import lru_cache

from youju.core.orgcolumns import NamingColumns, PlacementColumns
from youju.core.orgtree import LEVEL_OF_KIND, OrgTree, Tagging
from youju.store import sql
from youju.store.models import Event, OrgUnit, UnitNaming


def tree_at(seq: int) -> OrgTree:
    """The tree with everything known at `seq`. One statement."""
    placed, named, taggings = PlacementColumns(), NamingColumns(), []
    ordinals: dict[date | str, int] = {}  # of a few days, on which thousands of rows begin or end
    for tag, unit, since, until, parent, place, successor, name, kind, code, aliases in sql.stream(
        "tree", [seq] * 6
    ):
        for day in (since, until):
            if day not in ordinals:
                ordinals[day] = as_day(day).toordinal()
        if tag == "placement":
            placed.append(unit, parent, place, ordinals[since], ordinals[until], successor)
        elif tag == "naming":
            named.append(
                unit,
                name,
                kind,
                code,
                ordinals[since],
                ordinals[until],
                aliases.splitlines() if aliases else (),
            )
        else:
            taggings.append(Tagging(unit, name, as_day(since), as_day(until)))
    return OrgTree(placed, named, taggings)


def tree_of(org_seq: int) -> OrgTree:
    """The tree that the event of this number made, the last that changed the organisation. One small statement.

    Kept in memory under that event's hash, which no other history has.
    """
    return tree_by_hash(Event.unscoped.values_list("hash", flat=True).get(pk=org_seq), org_seq)


@lru_cache(maxsize=1)
def tree_now(_hash: str, org_seq: int) -> OrgTree:
    """The same for a caller who knows the hash of the ledger's head: no statement while the ledger stands."""
    return tree_of(org_seq)


@lru_cache(maxsize=2)
def tree_by_hash(_hash: str, org_seq: int) -> OrgTree:
    """The same for a caller who knows the event's hash."""
    return tree_at(org_seq)


def top_level(org_seq: int) -> int:
    """The level of the topmost unit, without reading the whole tree. One statement."""
    rows = UnitNaming.unscoped.filter(seq_from__lte=org_seq, seq_to__gt=org_seq)
    return min((LEVEL_OF_KIND[kind] for kind in rows.values_list("kind", flat=True).distinct()), default=1)  # type: ignore[index]


def as_day(value: date | str) -> date:
    """A day as raw SQL gives it: SQLite answers with text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def unit_of(uid: str) -> int | None:
    """The unit that bears this id in addresses; None of what is no id, or nobody's. One statement."""
    try:
        wanted = uuid.UUID(uid)
    except ValueError:
        return None
    return OrgUnit.unscoped.filter(uid=wanted).values_list("pk", flat=True).first()


def uids(units: Collection[int]) -> dict[int, uuid.UUID]:
    """The ids that units bear in addresses. One statement."""
    return dict(OrgUnit.unscoped.filter(pk__in=units).values_list("pk", "uid"))
