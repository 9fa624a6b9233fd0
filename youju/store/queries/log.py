"""操作记录: the events of the ledger as the auditor reads them: who did what when, never what the entries say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count

from youju.core.event import title_of
from youju.core.grant import NotAllowed, Viewer
from youju.store.models import Event
from youju.store.queries.ledger import SHANGHAI

# What an event adds in words that is no business content.
SAID = {"account": "账号", "basis": "依据", "ended": "收回", "reason": "理由", "backup": "备份"}


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event.

    rows   how many rows of which tables it wrote, as the chain knows them
    said   what the action added in words
    hash   the first letters of its link; whoever noted them elsewhere can compare
    """

    seq: int
    at: datetime
    kind: str
    title: str
    actor: str
    rows: str
    said: str
    hash: str


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What of the log is asked for; empty means everything."""

    kind: str = ""
    account: str = ""
    since: date | None = None
    until: date | None = None


def log(
    viewer: Viewer, today: date, wanted: LogFilter, *, offset: int, limit: int
) -> tuple[int, list[EventLine]]:
    """How many events there are, and some of them, the latest first. Two statements. Raises NotAllowed."""
    if not viewer.grants_for("log", today):
        raise NotAllowed(name=viewer.name, unit="本系统", verb="查看操作记录")
    rows = Event.unscoped.all()
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.account:
        rows = rows.filter(actor__account=wanted.account)
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    some = list(rows.select_related("actor").order_by("-seq")[offset : offset + limit])
    return rows.count(), [_line(row) for row in some]


def kinds() -> list[tuple[str, str, int]]:
    """Kind, title and number of the events there are, the most frequent first. One statement."""
    rows = Event.unscoped.order_by().values_list("kind").annotate(n=Count("seq")).order_by("-n", "kind")
    return [(kind, title_of(kind), n) for kind, n in rows]


def _line(row: Event) -> EventLine:
    body = json.loads(row.body)
    tables: Sequence[str] = sorted({*body.get("rows", {}), *body.get("closed", {})})
    words = body.get("said", {})
    said = "；".join(f"{title}：{words[name]}" for name, title in SAID.items() if words.get(name))
    return EventLine(
        row.seq,
        row.at,
        row.kind,
        title_of(row.kind),
        f"{row.actor.name}（{row.actor.account}）" if row.actor is not None else "系统",
        "、".join(tables),
        said,
        row.hash[:12],
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
