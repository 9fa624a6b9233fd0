"""Imports that were made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.store.models import Batch
from youju.store.queries import scope


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


def batches(viewer: Viewer, tree: OrgTree, today: date) -> list[BatchLine]:
    """The imports that the viewer may see, in order."""
    rows = scope.visible(Batch.unscoped.all(), viewer, tree, today).select_related("by").order_by("pk")
    return [
        BatchLine(
            row.pk,
            row.register,
            row.unit_id,
            row.file_name,
            row.rows,
            row.by.name,
            row.seq,
            row.taken_back_seq,
        )
        for row in rows
    ]
