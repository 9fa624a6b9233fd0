"""Who of the county has looked into a town."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet

from youju.store.models import Event
from youju.store.queries.ledger import SHANGHAI, local_day

KIND = "town.opened"
SHOWN_DAYS = 90


@dataclass(frozen=True, slots=True)
class Visit:
    """One member on one day."""

    day: date
    name: str
    seq: int


def noted_today(town: int, member: int, today: date) -> bool:
    """Whether the member's look into the town stands for today already. One statement."""
    rows = _since(today).filter(actor=member)
    return any(_town(body) == town for body in rows.values_list("body", flat=True))


def listed(town: int, today: date) -> list[Visit]:
    """Who looked into the town in the last days, the latest first. One statement."""
    rows = _since(today - timedelta(days=SHOWN_DAYS)).select_related("actor").order_by("-seq")
    return [
        Visit(local_day(row.at), row.actor.name if row.actor else "", row.seq)
        for row in rows
        if _town(row.body) == town
    ]


def _since(day: date) -> QuerySet[Event]:
    return Event.unscoped.filter(kind=KIND, at__gte=datetime.combine(day, time.min, SHANGHAI))


def _town(body: str) -> int:
    return int(json.loads(body)["said"].get("town", 0))
