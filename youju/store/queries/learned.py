"""What people have said that words of drafts mean: decided for a unit, or proposed and so far their proposer's alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.core.reconcile import Learned
from youju.store.models import LearnedWords
from youju.store.queries import scope


@dataclass(frozen=True, slots=True)
class LearnedLine:
    """One proposal in a list."""

    uid: uuid.UUID
    unit: str
    shown: str
    unit_symbol: str
    measure: str
    dims: tuple[tuple[str, str], ...]
    by: str
    by_id: int
    at: datetime
    state: str
    decided_by: str


def for_member(member: int, tree: OrgTree, unit: int, day: date) -> list[Learned]:
    """What holds in a draft of `unit` that `member` has checked; the member's own proposals last. One statement."""
    above = [unit, *tree.ancestors(unit, day)]
    rows = LearnedWords.unscoped.filter(unit__in=above).filter(
        Q(state="accepted") | Q(state="proposed", by=member)
    )
    return [
        Learned(row.words, row.unit_symbol, row.measure, _dims(row.dims))
        for row in sorted(rows, key=lambda each: (each.state == "proposed", each.pk))
    ]


def listed(viewer: Viewer, tree: OrgTree, today: date, state: str = "proposed") -> list[LearnedLine]:
    """The proposals of the units that the viewer may review or see, the newest first. One statement."""
    units = {
        each for grant in viewer.grants_for("see", today) for each in scope.subtree(tree, grant.unit, today)
    }
    rows = LearnedWords.unscoped.filter(unit__in=units, state=state).select_related("by", "decided_by")
    return [
        LearnedLine(
            row.uid,
            tree.full_name(row.unit_id, today),
            row.shown,
            row.unit_symbol,
            row.measure,
            _dims(row.dims),
            row.by.name,
            row.by_id,
            row.at,
            row.state,
            row.decided_by.name if row.decided_by is not None else "",
        )
        for row in rows.order_by("-pk")[:200]
    ]


def _dims(rows: Iterable[Iterable[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((str(name), str(value)) for name, value in rows)
