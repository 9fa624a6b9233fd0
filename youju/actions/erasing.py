"""Erasing personal fields at their date: the content goes, a tombstone stays, the chain still verifies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from youju.actions import ledger
from youju.core.review import check_reason
from youju.store.models import Member, PersonalValue, Tombstone
from youju.store.queries import scope


@dataclass(frozen=True, slots=True)
class Erased:
    """How many fields were erased, and under which number; None when nothing was due."""

    fields: int
    seq: int | None


def due(today: date) -> int:
    """How many personal fields have reached their date."""
    return PersonalValue.unscoped.filter(erase_on__lte=today).count()


def erase_due(unit: int, *, by: Member, reason: str, basis: str) -> Erased:
    """Erase every personal field of the unit's subtree whose date has come, each with its tombstone."""
    with ledger.change("personal.erased", by=by) as change:
        change.require("erase", unit)
        why, law = check_reason(reason, "删除个人信息"), check_reason(basis, "删除个人信息（依据）")
        units = scope.subtree(change.tree, unit, change.today)
        rows = list(
            PersonalValue.unscoped.filter(
                erase_on__lte=change.today, revision__entry__unit_id__in=units
            ).order_by("pk")
        )
        if not rows:
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
        return Erased(len(rows), change.seq)
