"""期间锁定: closing the books of a unit up to a day, and opening them again with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from youju.actions import ledger
from youju.core.problem import DomainError
from youju.core.review import check_reason
from youju.store.models import Entry, Member, PeriodClose
from youju.store.models.base import OPEN
from youju.store.queries import scope


class CloseTooLate(DomainError):
    """A day that has not passed cannot be closed."""

    code = "close.future"
    text = "{day}尚未过完，不能锁定。请锁定到{today}之前的日期。"


class CloseBackwards(DomainError):
    """The books are already closed further, and opening them needs a reason."""

    code = "close.backwards"
    text = "“{unit}”已锁定到{through}。改为{day}等于解锁一段期间，必须写明理由。"


@dataclass(frozen=True, slots=True)
class Closed:
    """What was closed, and how many entries inside still wait for review: they can no longer be confirmed freely."""

    unit: int
    through: date
    pending: int
    seq: int


def close(unit: int, through: date, *, by: Member, reason: str = "", key: str = "") -> Closed:
    """Close the unit's subtree up to and including a day. An earlier day than before opens, with a reason."""
    asked = {"unit": unit, "through": str(through), "reason": reason}
    with ledger.change("period.closed", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return Closed(unit, through, int(change.repeated["pending"]), int(change.repeated["seq"]))
        change.require("close", unit)
        if through >= change.today:
            raise CloseTooLate(day=through, today=change.today)
        before = PeriodClose.unscoped.filter(unit_id=unit, seq_to=OPEN).first()
        if before is not None:
            if through < before.through:
                if not reason.strip():
                    name = change.tree.name(unit, change.today)
                    raise CloseBackwards(unit=name, through=before.through, day=through)
                reason = check_reason(reason, "解锁")
            change.close(before)
        change.add(
            PeriodClose(unit_id=unit, through=through, by=by, reason=reason.strip(), seq_from=change.seq)
        )
        units = scope.subtree(change.tree, unit, change.today)
        waiting = Entry.unscoped.filter(unit_id__in=units, day__lte=through, state="pending").count()
        change.result["pending"] = waiting
        return Closed(unit, through, waiting, change.seq)
