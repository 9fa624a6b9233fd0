"""The ledger's head, and which sequence number a moment means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

from django.db.models import Max

from youju.core.problem import DomainError
from youju.core.recipe import AsOf
from youju.store import sql
from youju.store.models import Event, Ledger

SHANGHAI = ZoneInfo("Asia/Shanghai")
Head: TypeAlias = Ledger  # the ledger's one row, for those who may not name its table


class NoLedger(DomainError):
    """The database has no ledger yet."""

    code = "ledger.none"
    text = "这里还没有台账。请先运行 youju init 建立，或运行 ./run demo 建立示范镇。"


class FutureMoment(DomainError):
    """As of a sequence or instant that has not come."""

    code = "ledger.future"
    text = "“截至={moment}”晚于台账最新时刻（#{head}），尚无法回答。"


class BeforeLedger(DomainError):
    """As of an instant at which the ledger was not there."""

    code = "ledger.before"
    text = "“截至={moment}”早于台账建立的时间，那时还没有任何记录。请用更晚的时刻。"


@dataclass(frozen=True, slots=True)
class Moment:
    """A ledger sequence number, and the day it was in Shanghai when it stood at the head.

    org_seq  the last event that changed the organisation; 0 when that was not looked up
    grid     of the head: which roll-ups are kept; '' for moments of the past, which have none
    latest   of the head: no flow is dated later
    rules    of the head: which reach is kept
    state    of the head: what tells organisation, registers, roll-ups and reach from any other
    """

    seq: int
    day: date
    org_seq: int = 0
    grid: str = ""
    latest: date = date.max
    rules: str = ""
    state: str = ""


def head() -> Ledger:
    """The ledger's one row. Raises NoLedger."""
    found = Ledger.unscoped.filter(pk=1).first()
    if found is None:
        raise NoLedger
    return found


def moment(as_of: AsOf, today: date) -> Moment:
    """The moment that `as_of` means; now, when it is empty. One or two statements. Raises NoLedger, FutureMoment, BeforeLedger."""
    now = _now(today)
    if as_of.seq is not None:
        if not 0 < as_of.seq <= now.seq:
            raise FutureMoment(moment=as_of, head=now.seq)
        if as_of.seq == now.seq:
            return now
        return Moment(as_of.seq, local_day(Event.unscoped.values_list("at", flat=True).get(pk=as_of.seq)))
    until = _instant(as_of)
    if until is None:
        return now
    seq = Event.unscoped.filter(at__lte=until).aggregate(seq=Max("seq"))["seq"]
    if seq is None:
        raise BeforeLedger(moment=as_of)
    return Moment(seq, min(local_day(until), today))


def _now(today: date) -> Moment:
    for head, at, org_seq, grid, rules, state in sql.rows("now", []):
        return Moment(head, today, org_seq, grid, latest_day(at, today), rules, state)
    raise NoLedger


def latest_day(at: str, today: date) -> date:
    """The day that no flow is later than, from the instant of the head as SQL writes it."""
    instant = datetime.fromisoformat(at)
    return max(today, local_day(instant if instant.tzinfo else instant.replace(tzinfo=UTC)))


def instant_of(seq: int) -> datetime:
    """The instant that an event bears."""
    return Event.unscoped.values_list("at", flat=True).get(pk=seq)


def local_day(instant: datetime) -> date:
    """The day an instant falls on in Shanghai."""
    return instant.astimezone(SHANGHAI).date()


def _instant(as_of: AsOf) -> datetime | None:
    if as_of.day is not None:
        midnight = datetime.combine(as_of.day + timedelta(days=1), time.min, SHANGHAI)
        return (midnight - timedelta(microseconds=1)).astimezone(UTC)
    if as_of.instant is not None and as_of.instant.tzinfo is None:
        return as_of.instant.replace(tzinfo=SHANGHAI)
    return as_of.instant
