"""What lies on a person's desk: entries that wait for their review, their own that came back, the latest in reach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.store.models import Entry
from youju.store.queries import scope
from youju.store.queries.entries import EntryLine, lines


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of one person.

    waiting        how many entries wait for this reviewer; `to_review` are the oldest of them
    returned       their own entries that were sent back, oldest first
    recent         the latest entries that they may see, newest first
    uids           entry → the id in its address, for all of these
    """

    waiting: int
    to_review: tuple[EntryLine, ...]
    returned: tuple[EntryLine, ...]
    recent: tuple[EntryLine, ...]
    uids: dict[int, str]


def desk(viewer: Viewer, tree: OrgTree, today: date, *, most: int = 10) -> Desk:
    """The desk as it is now, at most so many lines of each. At most seven statements."""
    everything = Entry.unscoped.select_related("current", "current__author")
    review = scope.visible(everything, viewer, tree, today, "review").filter(state="pending")
    review = review.exclude(current__author_id=viewer.id)
    may_review = bool(viewer.grants_for("review", today))
    waiting = review.count() if may_review else 0
    to_review = list(review.order_by("pk")[:most]) if waiting else []
    seen = scope.visible(everything, viewer, tree, today)
    may_see = bool(viewer.grants_for("see", today))
    back = (
        list(seen.filter(state="returned", current__author_id=viewer.id).order_by("pk")[:most])
        if viewer.grants_for("record", today)
        else []
    )
    recent = list(seen.order_by("-pk")[:most]) if may_see else []
    every = {entry.pk: entry for entry in (*to_review, *back, *recent)}
    by_key = {line.id: line for line in lines(list(every.values()), tree)} if every else {}
    return Desk(
        waiting,
        tuple(by_key[entry.pk] for entry in to_review),
        tuple(by_key[entry.pk] for entry in back),
        tuple(by_key[entry.pk] for entry in recent),
        {key: str(entry.uid) for key, entry in every.items()},
    )
