"""上级查阅: that somebody of the county looked into a town's records stands in the ledger, where the town can read it."""

from __future__ import annotations

from youju.actions import clock, ledger
from youju.core.grant import Viewer
from youju.core.orgtree import LEVEL_OF_KIND, OrgTree
from youju.store.models import Member
from youju.store.queries.visits import KIND, noted_today

TOWN = LEVEL_OF_KIND["town"]


def note(unit: int, who: Viewer, tree: OrgTree, *, by: Member) -> int | None:
    """Write that this unit was opened, once a member, town and day; the seq, or None when nothing was to be written.

    Only those whose grants reach the unit from above its town leave a trace: a town's own people are at home, and
    whoever looks at totals of the county has opened no town.
    """
    today = clock.today()
    line = [unit, *tree.ancestors(unit, today)]
    town = next((each for each in line if LEVEL_OF_KIND[tree.kind(each, today)] == TOWN), None)
    if town is None:
        return None
    reaching = [
        grant.unit for grant in who.grants_for("see", today) if tree.contains(grant.unit, unit, today)
    ]
    if not reaching or any(LEVEL_OF_KIND[tree.kind(each, today)] >= TOWN for each in reaching):
        return None
    if noted_today(town, who.id, today):
        return None
    with ledger.change(KIND, by=by) as change:
        change.said["town"] = town
        return change.seq
