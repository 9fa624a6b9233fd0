"""Which records moved a figure: what entered, left or was corrected among the revisions behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from youju.core.orgtree import OrgTree
from youju.store.models import Review, Revision, Void
from youju.store.queries import specs


@dataclass(frozen=True, slots=True)
class Record:
    """One record that moved a figure.

    what  补入 (it counts now and did not), 更正, 作废, 退出 (it no longer counts here); seq: by which event
    """

    entry: int
    register: str
    unit: str
    day: date
    what: str
    reason: str
    seq: int
    by: str


def records_between(
    pairs: Sequence[tuple[set[int], set[int]]], since: int, tree: OrgTree
) -> list[tuple[Record, ...]]:
    """For each figure, the records by which its revisions then and now differ. Four statements.

    pairs  keys of the revisions behind a figure, then and now
    since  the sequence number of then
    """
    keys = {key for then, now in pairs for key in then ^ now}
    revisions = {
        each.pk: each
        for each in Revision.unscoped.filter(pk__in=keys).select_related("author", "entry").order_by("pk")
    }
    registers = specs.versions(each.spec_id for each in revisions.values())
    entries = {each.entry_id for each in revisions.values()}
    voids = {
        each.entry_id: each
        for each in Void.unscoped.filter(entry__in=entries, seq__gt=since).select_related("by")
    }
    reviews: dict[int, Review] = {}
    for review in (
        Review.unscoped.filter(revision__in=keys, verdict="confirmed")
        .select_related("reviewer")
        .order_by("seq")
    ):
        reviews[review.revision_id] = review

    def told(key: int, then: set[int], now: set[int]) -> Record | None:
        revision = revisions[key]
        others = {revisions[each].entry_id for each in (then - now) if each in revisions}
        if key in now:
            review = reviews.get(key)
            what = "更正" if revision.entry_id in others else "补入"
            seq = review.seq if review else revision.seq
            by = review.reviewer.name if review else revision.author.name
            return _record(revision, what, revision.reason, seq, by)
        if revision.entry_id in {revisions[each].entry_id for each in now - then if each in revisions}:
            return None  # told with the revision that took its place
        void = voids.get(revision.entry_id)
        if void is not None:
            return _record(revision, "作废", void.reason, void.seq, void.by.name)
        return _record(revision, "退出", "更正后不再计入，或组织隶属有调整", 0, "")

    def _record(revision: Revision, what: str, reason: str, seq: int, by: str) -> Record:
        register = registers[revision.spec_id]
        unit = tree.full_name(revision.unit_id, revision.day)
        return Record(revision.entry_id, register.title, unit, revision.day, what, reason, seq, by)

    found = []
    for then, now in pairs:
        lines = [told(key, then, now) for key in sorted(then ^ now)]
        found.append(tuple(sorted((each for each in lines if each is not None), key=lambda each: each.seq)))
    return found
