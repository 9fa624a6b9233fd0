"""Drafts of a person, and the changes inside locked periods that wait for their approval."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.core.register import Catalog
from youju.store.models import Draft
from youju.store.queries import scope

ACTS = {"record": "登记", "correct": "更正", "void": "作废"}


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One draft in a list, and what its form is filled with again.

    what    登记, 更正 or 作废
    entry   the uid of the entry it corrects or voids, '' for a new one
    adjust  why a locked day has to change, '' when nothing waits for an approval
    """

    uid: uuid.UUID
    register: str
    title: str
    unit: int
    unit_uid: uuid.UUID
    unit_name: str
    act: str
    what: str
    entry: str
    values: dict[str, str]
    provider: str
    reason: str
    adjust: str
    declined: str
    author: str
    saved_at: datetime

    def said(self, catalog: Catalog) -> str:
        """What it says, in one line."""
        fields = catalog.registers[self.register].by_id if self.register in catalog.registers else {}
        return "，".join(
            f"{fields[name].title} {text}" for name, text in self.values.items() if name in fields
        )


def own(viewer: Viewer, tree: OrgTree, catalog: Catalog, today: date) -> list[DraftLine]:
    """The viewer's drafts, the latest first. One statement."""
    rows = Draft.unscoped.filter(author_id=viewer.id).select_related("author", "unit", "entry")
    return list(_lines(rows.order_by("-saved_at", "-pk"), tree, catalog, today))


def one(uid: uuid.UUID, viewer: Viewer, tree: OrgTree, catalog: Catalog, today: date) -> DraftLine | None:
    """The viewer's own draft of this id, if there is one."""
    rows = Draft.unscoped.filter(author_id=viewer.id, uid=uid).select_related("author", "unit", "entry")
    return next(iter(_lines(rows, tree, catalog, today)), None)


def to_approve(viewer: Viewer, tree: OrgTree, catalog: Catalog, today: date) -> list[DraftLine]:
    """Changes inside locked periods that the viewer may approve: others' only, the oldest first."""
    units: set[int] = set()
    for grant in viewer.grants_for("adjust", today):
        units.update(scope.subtree(tree, grant.unit, today))
    if not units:
        return []
    rows = (
        Draft.unscoped.filter(unit_id__in=units, declined="").exclude(adjust="").exclude(author_id=viewer.id)
    )
    return list(
        _lines(
            rows.select_related("author", "unit", "entry").order_by("saved_at", "pk"), tree, catalog, today
        )
    )


def _lines(rows: Iterable[Draft], tree: OrgTree, catalog: Catalog, today: date) -> Iterable[DraftLine]:
    for row in rows:
        known = catalog.registers.get(row.register)
        yield DraftLine(
            row.uid,
            row.register,
            known.title if known else row.register,
            row.unit_id,
            row.unit.uid,
            tree.full_name(row.unit_id, today),
            row.act,
            ACTS[row.act],
            str(row.entry.uid) if row.entry is not None else "",
            row.values,
            row.provider,
            row.reason,
            row.adjust,
            row.declined,
            row.author.name,
            row.saved_at,
        )
