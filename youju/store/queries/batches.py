"""Imports that were made: lists, and one with its rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Count, QuerySet

from youju.core.entry import STATES
from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.store.models import Batch, Entry, Event, SealedWorkbook, Void, WorkbookKey, WorkbookTombstone
from youju.store.queries import scope
from youju.store.queries.entries import EntryLine, lines


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One import; `taken_back` is the number under which it was taken back, if it was."""

    id: int
    register: str
    unit: int
    file: str
    rows: int
    by: str
    seq: int
    taken_back: int | None
    uid: uuid.UUID
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a workbook was erased, when, why and on what basis, by whose approval."""

    at: datetime
    seq: int
    reason: str
    basis: str
    approver: str


@dataclass(frozen=True, slots=True)
class BatchDetail:
    """One import with what became of it.

    importer    who brought it, by key
    states      state in Chinese → how many of its entries are in it
    is_sealed   whether its workbook names people, so that it is kept sealed and goes at its date, and which
    erased      when it has gone
    back_by, back_at, back_reason  who took it back, when and why
    """

    line: BatchLine
    importer: int
    states: Mapping[str, int]
    is_sealed: bool
    erase_on: date | None
    erased: Erasure | None
    back_by: str = ""
    back_at: datetime | None = None
    back_reason: str = ""


@dataclass(frozen=True, slots=True)
class BatchRow:
    """One row of the workbook and the entry it became; `uid` is the entry's."""

    sheet: str
    row: int
    entry: EntryLine
    uid: uuid.UUID


def batches(viewer: Viewer, tree: OrgTree, today: date) -> list[BatchLine]:
    """The imports that the viewer may see, in order."""
    return [_line(row, {}) for row in _seen(viewer, tree, today).order_by("pk")]


def page(
    viewer: Viewer, tree: OrgTree, today: date, *, register: str = "", offset: int = 0, limit: int = 50
) -> tuple[int, list[BatchLine]]:
    """How many imports the viewer may see, and some of them with their instant, newest first. Three statements."""
    rows = _seen(viewer, tree, today)
    if register:
        rows = rows.filter(register=register)
    some = list(rows.order_by("-pk")[offset : offset + limit])
    at = dict(Event.unscoped.filter(seq__in=[row.seq for row in some]).values_list("seq", "at"))
    return rows.count(), [_line(row, at) for row in some]


def detail(key: int) -> BatchDetail:
    """An import whose visibility the caller has checked. Three or four statements."""
    row = Batch.unscoped.select_related("by", "sealed__key", "sealed__erased__approver").get(pk=key)
    sealed: SealedWorkbook | None = getattr(row, "sealed", None)
    opens: WorkbookKey | None = getattr(sealed, "key", None)
    stone: WorkbookTombstone | None = getattr(sealed, "erased", None)
    counts = Entry.unscoped.filter(imported__batch=key).values_list("state").annotate(n=Count("pk"))
    at = dict(
        Event.unscoped.filter(
            seq__in=[row.seq, row.taken_back_seq or 0, stone.seq if stone else 0]
        ).values_list("seq", "at")
    )
    states = {STATES[state]: n for state, n in sorted(counts)}
    found = BatchDetail(
        _line(row, at),
        row.by_id,
        states,
        sealed is not None,
        opens.erase_on if opens else None,
        _erasure(stone, at) if stone else None,
    )
    if row.taken_back_seq is None:
        return found
    void = (
        Void.unscoped.filter(entry__imported__batch=key, seq=row.taken_back_seq).select_related("by").first()
    )
    return replace(
        found,
        back_by=void.by.name if void else "",
        back_at=at.get(row.taken_back_seq),
        back_reason=void.reason if void else "",
    )


def erasure(key: int) -> Erasure | None:
    """That the workbook of an import was erased; None while it was not. Two statements."""
    stone = WorkbookTombstone.unscoped.select_related("approver").filter(sealed__batch=key).first()
    if stone is None:
        return None
    return _erasure(stone, dict(Event.unscoped.filter(seq=stone.seq).values_list("seq", "at")))


def rows(key: int, tree: OrgTree, *, offset: int = 0, limit: int = 50) -> list[BatchRow]:
    """Some of the rows of an import whose visibility the caller has checked, in the workbook's order."""
    some = list(
        Entry.unscoped.filter(imported__batch=key)
        .select_related("current", "current__author", "imported")
        .order_by("imported__pk")[offset : offset + limit]
    )
    said = {line.id: line for line in lines(some, tree)}
    return [BatchRow(each.imported.sheet, each.imported.row, said[each.pk], each.uid) for each in some]


def _seen(viewer: Viewer, tree: OrgTree, today: date) -> QuerySet[Batch]:
    return scope.visible(Batch.unscoped.all(), viewer, tree, today).select_related("by")


def _erasure(stone: WorkbookTombstone, at: Mapping[int, datetime]) -> Erasure:
    return Erasure(at[stone.seq], stone.seq, stone.reason, stone.basis, stone.approver.name)


def _line(row: Batch, at: Mapping[int, datetime]) -> BatchLine:
    return BatchLine(
        row.pk,
        row.register,
        row.unit_id,
        row.file_name,
        row.rows,
        row.by.name,
        row.seq,
        row.taken_back_seq,
        row.uid,
        at.get(row.seq),
    )
