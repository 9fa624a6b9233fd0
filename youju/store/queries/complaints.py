"""The complaint box as those see it who answer, and each writer their own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.store.models import Complaint
from youju.store.queries import scope

ANSWERERS = ("county", "security")


@dataclass(frozen=True, slots=True)
class Said:
    """One complaint with its answer, '' while it waits; `by` is '' when the writer was not named."""

    uid: str
    at: datetime
    by: str
    unit: int | None
    page: str
    text: str
    contact: str
    answer: str
    answered_by: str
    answered_at: datetime | None


def complaints(
    viewer: Viewer, tree: OrgTree, today: date, *, offset: int = 0, limit: int = 50
) -> tuple[int, list[Said]]:
    """How many complaints this viewer answers for, and some of them: unanswered first, newest first. Two statements."""
    reach = Q(pk__in=())
    for grant in viewer.grants:
        if grant.role in ANSWERERS and grant.holds(today):
            reach |= Q(unit_id__in=scope.subtree(tree, grant.unit, today))
            if tree.placement(grant.unit, today) is not None and not any(tree.ancestors(grant.unit, today)):
                reach |= Q(unit=None)
    rows = Complaint.unscoped.filter(reach)
    some = rows.select_related("by", "answered_by").order_by("answered_at", "-at")
    return rows.count(), [_said(row) for row in some[offset : offset + limit]]


def own(viewer: Viewer) -> list[Said]:
    """What the viewer wrote under their name, newest first. One statement."""
    rows = Complaint.unscoped.filter(by_id=viewer.id).select_related("by", "answered_by").order_by("-at")
    return [_said(row) for row in rows[:20]]


def said(uid: uuid.UUID) -> Said:
    """One complaint, whose place the route has checked. One statement."""
    return _said(Complaint.unscoped.select_related("by", "answered_by").get(uid=uid))


def _said(row: Complaint) -> Said:
    return Said(
        str(row.uid),
        row.at,
        row.by.name if row.by else "",
        row.unit_id,
        row.page,
        row.text,
        row.contact,
        row.answer,
        row.answered_by.name if row.answered_by else "",
        row.answered_at,
    )
