"""Erasing personal fields at their date, and the workbooks that brought them.

The content goes, a tombstone stays, the chain still verifies.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet

from youju.actions import ledger, workbooks
from youju.actions.ledger import Change
from youju.core.review import check_reason
from youju.store.models import Member, PersonalValue, Tombstone, WorkbookKey, WorkbookTombstone
from youju.store.queries import scope


@dataclass(frozen=True, slots=True)
class Erased:
    """How many fields and original workbooks were erased, and under which number; None when nothing was due."""

    fields: int
    seq: int | None
    workbooks: int = 0


def due(unit: int, *, by: Member) -> Erased:
    """What `erase_due` would erase now. Raises NotAllowed."""
    look = ledger.look(by)
    look.require("erase", unit)
    values, keys = _due(look, unit)
    return Erased(values.count(), None, keys.count())


def erase_due(unit: int, *, by: Member, reason: str, basis: str) -> Erased:
    """Erase every personal field and workbook of the unit's subtree whose date has come, each with its tombstone.

    The key of a workbook goes at once, and with it all that can be read; its file right after, or when a backup that is
    being made allows it.
    raises  NotAllowed, ReasonRequired
    """
    ledger.look(by).require("erase", unit)
    workbooks.seal_left()  # what earlier versions kept plainly has its date as well
    with ledger.change("personal.erased", by=by) as change:
        change.require("erase", unit)
        why, law = check_reason(reason, "删除个人信息"), check_reason(basis, "删除个人信息（依据）")
        values, due_keys = _due(change, unit)
        rows, keys = list(values.order_by("pk")), list(due_keys.order_by("pk"))
        if not rows and not keys:
            change.repeated = {}
            return Erased(0, None)
        change.add_all(
            Tombstone,
            [
                {
                    "revision_id": row.revision_id,
                    "field": row.field,
                    "reason": why,
                    "basis": law,
                    "approver_id": by.pk,
                    "seq": change.seq,
                }
                for row in rows
            ],
        )
        for row in rows:
            row.delete()
        for key in keys:
            change.add(
                WorkbookTombstone(sealed_id=key.sealed_id, reason=why, basis=law, approver=by, seq=change.seq)
            )
            key.delete()
        if keys:
            transaction.on_commit(workbooks.sweep, robust=True)
        return Erased(len(rows), change.seq, len(keys))


def _due(change: Change, unit: int) -> tuple[QuerySet[PersonalValue], QuerySet[WorkbookKey]]:
    units = scope.subtree(change.tree, unit, change.today)
    values = PersonalValue.unscoped.filter(erase_on__lte=change.today, revision__entry__unit_id__in=units)
    keys = WorkbookKey.unscoped.filter(erase_on__lte=change.today, sealed__batch__unit_id__in=units)
    return values, keys
