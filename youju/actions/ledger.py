"""The one way to change the ledger: lock its row, take the next sequence number, write, chain what was written.

    with ledger.change("entry.recorded", by=member) as change:
        ... guards, then change.add(row) for every row ...

Inside, nobody else can change anything, so what a guard has checked stays true until the commit. An exception
leaves nothing behind. docs/decisions/01-ledger-sequence-and-digests.md
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Subquery
from django.utils.crypto import salted_hmac

from youju.actions import clock
from youju.core.canonical import canonical, digest
from youju.core.grant import Verb, Viewer
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError
from youju.core.register import Catalog
from youju.store import bulk, chain
from youju.store.models import Event, Ledger, Member, PeriodClose, Request
from youju.store.models.base import OPEN, Known
from youju.store.queries import scope
from youju.store.queries.ledger import NoLedger, head, local_day
from youju.store.queries.specs import catalog_at
from youju.store.queries.tree import tree_of

RowT = TypeVar("RowT", bound=models.Model)
GENESIS = "0" * 64
REQUESTS_KEPT = timedelta(days=90)
REQUESTS_KEPT_LAST = (
    1000  # however old they seem: a clock that jumps must not turn a retry into a second write
)
CHUNK = bulk.CHUNK


class RequestReused(DomainError):
    """An idempotency key came back with another body."""

    code = "request.reused"
    text = "请求号“{key}”已用于另一项内容。请换一个请求号。"


@dataclass
class Change:
    """One change under way.

    seq       the number it will have
    ledger    the ledger's locked row, as it is before
    at        the instant it will bear, never before the one of its predecessor
    repeated  the result of the earlier identical request, when this is a retry: then write nothing
    """

    seq: int
    at: datetime
    by: Member | None
    ledger: Ledger
    repeated: Mapping[str, Any] | None = None
    result: dict[str, object] = field(default_factory=dict)
    said: dict[str, object] = field(default_factory=dict)
    org_changed: bool = False
    _lines: dict[type[models.Model], list[list[object]]] = field(default_factory=dict)
    _closed: dict[type[models.Model], list[int]] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day it is in Shanghai."""
        return local_day(self.at)

    @cached_property
    def tree(self) -> OrgTree:
        """The organisation before this change."""
        return tree_of(self.ledger.org_seq)

    @cached_property
    def catalog(self) -> Catalog:
        """The registers in force after this change."""
        return catalog_at(self.seq)

    @cached_property
    def closes(self) -> dict[int, date]:
        """Until which day each unit's own books are closed."""
        return dict(PeriodClose.unscoped.filter(seq_to=OPEN).values_list("unit_id", "through"))

    @cached_property
    def viewer(self) -> Viewer:
        """Who acts, with the grants in force."""
        assert self.by is not None
        return scope.viewer_of(self.by)

    def require(self, verb: Verb, unit: int, register: str = "") -> None:
        """Raises NotAllowed unless the acting member may do this here."""
        scope.require(self.viewer, verb, unit, self.tree, self.today, register)

    def add(self, row: RowT) -> RowT:
        """Insert a row and take it into the event's digest."""
        row.save(force_insert=True)
        self._lines.setdefault(type(row), []).append(chain.row_line(row))
        return row

    def add_all(self, model: type[models.Model], rows: Sequence[bulk.Row]) -> list[bulk.Row]:
        """Insert rows of one table (as store.bulk has them) and take them into the event's digest. Returns them with ids."""
        made = bulk.insert(model, rows)
        line = chain.line_of(model)
        self._lines.setdefault(model, []).extend(line(row) for row in made)
        return made

    def close(self, row: Known) -> None:
        """End what was known by a row."""
        type(row)._default_manager.filter(pk=row.pk).update(seq_to=self.seq)
        self._closed.setdefault(type(row), []).append(row.pk)

    def body(self) -> str:
        """What the event says: the digest of each table's rows, and what the action added in words."""
        rows = {chain.table_name(model): chain.rows_digest(lines) for model, lines in self._lines.items()}
        closed = {chain.table_name(model): sorted(keys) for model, keys in self._closed.items()}
        return canonical({"v": chain.VERSION, "rows": rows, "closed": closed, "said": self.said})


@contextmanager
def change(
    kind: str,
    *,
    by: Member | None,
    key: str = "",
    asked: Mapping[str, object] | None = None,
    genesis: bool = False,
) -> Iterator[Change]:
    """Change the ledger by one event.

    kind     what happened, noun.verb: entry.recorded
    key      the caller's request number; the same key, member, kind and `asked` is the same write, done once
    raises   NoLedger, RequestReused, and whatever the caller's guards raise
    """
    with transaction.atomic():
        ledger = Ledger.unscoped.select_for_update().filter(pk=1).first()
        if ledger is None:
            if not genesis:
                raise NoLedger
            ledger = Ledger(id=1, head=0, at=clock.now(), hash=GENESIS)
        current = Change(ledger.head + 1, max(ledger.at, clock.now()), by, ledger)
        asked_digest = digest([kind, asked or {}]) if key else ""
        if key:
            # Until 2026-11 the kind was no part of it; such requests are kept for 90 days.
            current.repeated = _answered(key, by, asked_digest, digest(asked or {}))
        yield current
        if current.repeated is not None:
            return
        _append(ledger, kind, current)
        if key:
            assert by is not None
            _forget_requests(current.at - REQUESTS_KEPT)
            Request.unscoped.create(
                key=key,
                member=by,
                body_digest=_keyed(asked_digest, settings.SECRET_KEY),
                result=json.dumps({"seq": current.seq, **current.result}, ensure_ascii=False),
                at=current.at,
            )


def once(
    key: str, asked: Mapping[str, object], do: Callable[[], Mapping[str, Any]], *, by: Member
) -> Mapping[str, Any]:
    """Do a write that is no event of the ledger once for its request number, and say what it gave, also when asked again.

    asked   what tells this write from another under the same number; do returns what a JSON file can hold
    raises  RequestReused, and whatever `do` raises
    """
    asked_digest = digest(asked)
    with transaction.atomic():
        Ledger.unscoped.select_for_update().filter(pk=1).first()  # two of one number: one after the other
        before = _answered(key, by, asked_digest)
        if before is not None:
            return before
        result = do()
        said = json.dumps(result, ensure_ascii=False)
        kept = _keyed(asked_digest, settings.SECRET_KEY)
        Request.unscoped.create(key=key, member=by, body_digest=kept, result=said, at=clock.now())
        return result


def look(by: Member) -> Change:
    """A change that will not be made: what its guards would say now. Takes no lock. Raises NoLedger."""
    ledger = head()
    return Change(ledger.head + 1, max(ledger.at, clock.now()), by, ledger)


def told(asked: Mapping[str, object], **more: object) -> dict[str, object]:
    """What tells a request from others, with what was said beside it as far as anything was."""
    return {**asked, **{name: str(value) for name, value in more.items() if value}}


def _answered(key: str, by: Member | None, *digests: str) -> Mapping[str, Any] | None:
    before = Request.unscoped.filter(key=key, member=by).first()
    if before is None:
        return None
    keyed = {
        _keyed(each, secret)
        for each in digests
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    }
    # Until 2026-11-26 the digests were kept as they are.
    if before.body_digest not in keyed | {*digests}:
        raise RequestReused(key=key)
    answered: Mapping[str, Any] = json.loads(before.result)
    return answered


def _keyed(asked: str, secret: str) -> str:
    """A digest that only this instance can make: what was asked may hold names, which could be guessed from a plain one."""
    return salted_hmac("youju.request", asked, secret, algorithm="sha256").hexdigest()


def _forget_requests(limit: datetime) -> None:
    recent = Request.unscoped.order_by("-pk").values("pk")[REQUESTS_KEPT_LAST : REQUESTS_KEPT_LAST + 1]
    Request.unscoped.filter(at__lt=limit, pk__lte=Subquery(recent)).delete()


def _append(ledger: Ledger, kind: str, change: Change) -> None:
    body = change.body()
    actor = change.by.pk if change.by else None
    event = Event(
        seq=change.seq,
        at=change.at,
        kind=kind,
        actor_id=actor,
        body=body,
        previous=ledger.hash,
        hash=chain.link(ledger.hash, change.seq, change.at, kind, actor, body),
    )
    event.save(force_insert=True)
    ledger.head, ledger.at, ledger.hash = change.seq, change.at, event.hash
    if change.org_changed:
        ledger.org_seq = change.seq
    if change.seq == 1:
        ledger.save(force_insert=True)
    else:
        ledger.save(update_fields=["head", "at", "hash", "org_seq", "grid", "rules"])
