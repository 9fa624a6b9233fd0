"""上级查阅: that somebody of the county looked into a town's records stands in the ledger, where the town can read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from youju.actions import clock, ledger
from youju.core.grant import Viewer
from youju.core.orgtree import TOWN_LEVEL, OrgTree
from youju.store.models import Member
from youju.store.queries.visits import KIND, noted_today


def note(unit: int, who: Viewer, tree: OrgTree, *, by: Member) -> int | None:
    """Write that this unit was opened, once a member, town and day; the seq, or None when nothing was to be written.

    Only those whose grants reach the unit from above its town leave a trace: a town's own people are at home, and
    whoever looks at totals of the county has opened no town.
    """
    written = note_all([unit], who, tree, by=by)
    return written[0] if written else None


def note_all(units: Iterable[int], who: Viewer, tree: OrgTree, *, by: Member) -> list[int]:
    """The same for whatever a list or an answer shows: one trace for each town among these units. No statement at home."""
    today = clock.today()
    written = []
    for town in _towns(units, who, tree, today):
        if not noted_today(town, who.id, today):
            with ledger.change(KIND, by=by) as change:
                change.said["town"] = town
                written.append(change.seq)
    return written


def _towns(units: Iterable[int], who: Viewer, tree: OrgTree, today: date) -> list[int]:
    """The towns of these units that the viewer reaches only from above, each once."""
    grants = who.grants_for("see", today)
    if all(tree.level(grant.unit, today) >= TOWN_LEVEL for grant in grants):
        return []
    found: dict[int, None] = {}
    for unit in dict.fromkeys(units):
        town = tree.town_of(unit, today)
        reaching = [grant.unit for grant in grants if tree.contains(grant.unit, unit, today)]
        if town is not None and reaching and all(tree.level(each, today) < TOWN_LEVEL for each in reaching):
            found[town] = None
    return list(found)
