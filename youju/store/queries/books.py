"""台账: what each register holds within somebody's reach, and what its lists are filtered by."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.store.models import Entry, Facet, SavedView
from youju.store.queries import scope


@dataclass(frozen=True, slots=True)
class Book:
    """A register as somebody sees it: entries that live, those waiting and returned, the latest day."""

    register: str
    entries: int
    pending: int
    returned: int
    latest: date | None

    def with_(self, other: Book) -> Book:
        """Both together."""
        days = [each for each in (self.latest, other.latest) if each]
        return Book(
            self.register,
            self.entries + other.entries,
            self.pending + other.pending,
            self.returned + other.returned,
            max(days, default=None),
        )


_HELD = {
    "entries": Count("pk", filter=~Q(state="void")),
    "pending": Count("pk", filter=Q(state="pending")),
    "returned": Count("pk", filter=Q(state="returned")),
    "latest": Max("day", filter=~Q(state="void")),
}


def books(viewer: Viewer, tree: OrgTree, today: date) -> dict[str, Book]:
    """Register id → what it holds for the viewer; registers without entries are left out. One statement."""
    rows = scope.visible(Entry.unscoped.all(), viewer, tree, today).order_by().values_list("register")
    return {row[0]: Book(*row) for row in rows.annotate(**_HELD)}


def by_town(register: str, viewer: Viewer, tree: OrgTree, today: date) -> dict[int, Book]:
    """Town → what the register holds there for the viewer, towns by place. One statement."""
    rows = scope.visible(Entry.unscoped.filter(register=register), viewer, tree, today)
    found: dict[int, Book] = {}
    for unit, *held in rows.order_by().values_list("unit_id").annotate(**_HELD):
        town = tree.town_of(unit, today)
        if town is not None:
            own = Book(register, *held)
            found[town] = own if town not in found else found[town].with_(own)
    order = [
        each for grant in viewer.grants_for("see", today) for each in tree.members(grant.unit, today, "town")
    ]
    return {town: found.get(town, Book(register, 0, 0, 0, None)) for town in dict.fromkeys(order)}


def facet_values(register: str, viewer: Viewer, tree: OrgTree, today: date) -> dict[str, list[str]]:
    """Filter field → the values that entries within reach have. One statement."""
    rows = scope.visible(Facet.unscoped.filter(register=register), viewer, tree, today)
    found: dict[str, list[str]] = {}
    for name, value in rows.order_by("field", "value").values_list("field", "value").distinct():
        found.setdefault(name, []).append(value)
    return found


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: its title and what its address carries."""

    uid: uuid.UUID
    title: str
    query: str


def views(register: str, viewer: Viewer) -> list[View]:
    """The viewer's saved views of a register, by title. One statement."""
    rows = SavedView.unscoped.filter(member_id=viewer.id, register=register).order_by("title")
    return [View(*row) for row in rows.values_list("uid", "title", "query")]
