"""What time it is. One place, so that a demo town can live its year; core is given `today` and never asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.conf import settings

from youju.store.queries.ledger import local_day

_set: ContextVar[datetime | None] = ContextVar("clock", default=None)
_STARTED = datetime.now(UTC)


def now() -> datetime:
    """This instant, in UTC; of a demo town, the one its pages began at and what has passed since."""
    given = _set.get()
    if given is None and settings.DEMO_CLOCK:
        return datetime.fromisoformat(settings.DEMO_CLOCK).astimezone(UTC) + (datetime.now(UTC) - _STARTED)
    return given or datetime.now(UTC)


def today() -> date:
    """The day it is in Shanghai."""
    return local_day(now())


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Inside, it is `instant`. The demo's history and the tests use it; no command offers it."""
    token = _set.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _set.reset(token)
