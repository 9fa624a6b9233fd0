"""The organisation as one ledger sequence number knew it."""

from __future__ import annotations

from datetime import date

from youju.core.orgtree import Naming, OrgTree, Placement, Tagging
from youju.store import sql


def tree_at(seq: int) -> OrgTree:
    """The tree with everything known at `seq`. One statement."""
    placements, namings, taggings = [], [], []
    for tag, unit, since, until, parent, place, successor, name, kind, code, aliases in sql.rows(
        "tree", [seq] * 6
    ):
        first, end = as_day(since), as_day(until)
        if tag == "placement":
            placements.append(Placement(unit, parent, place, first, end, successor))
        elif tag == "naming":
            namings.append(Naming(unit, name, kind, code, first, end, tuple(aliases.splitlines())))
        else:
            taggings.append(Tagging(unit, name, first, end))
    return OrgTree(placements, namings, taggings)


def as_day(value: date | str) -> date:
    """A day as raw SQL gives it: SQLite answers with text."""
    return date.fromisoformat(value) if isinstance(value, str) else value
