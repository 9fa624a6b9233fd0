"""Background jobs as the one who asked for them sees them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from youju.core.grant import Viewer
from youju.core.job import ENDED, State, UnknownJob
from youju.store.models import Job


@dataclass(frozen=True, slots=True)
class JobView:
    """A job: how far it is (`step` of `steps`, 0 when not known), what came of it, or why nothing did.

    error, reason  code and Chinese sentence of a refusal or failure, '' otherwise
    """

    uid: uuid.UUID
    kind: str
    state: State
    step: int
    steps: int
    message: str
    result: Mapping[str, Any]
    error: str
    reason: str
    asked_at: datetime
    ended_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ENDED

    @property
    def percent(self) -> int | None:
        """How far it is in percent, None when that is not known."""
        return 100 * self.step // self.steps if self.steps else None


def job(uid: uuid.UUID, viewer: Viewer) -> JobView:
    """The viewer's own job. One statement. Raises UnknownJob, also for one that somebody else asked for."""
    row = Job.unscoped.filter(uid=uid, owner_id=viewer.id).first()
    if row is None:
        raise UnknownJob
    return view_of(row)


def view_of(row: Job) -> JobView:
    """A job that the caller holds already, for its owner. No statement."""
    return JobView(
        row.uid,
        row.kind,
        row.state,  # type: ignore[arg-type]
        row.step,
        row.steps,
        row.message,
        row.result,
        row.error,
        row.reason,
        row.asked_at,
        row.ended_at,
    )


def latest(kind: str, viewer: Viewer) -> JobView | None:
    """The viewer's newest job of a kind, None when there was none. One statement."""
    row = Job.unscoped.filter(kind=kind, owner_id=viewer.id).order_by("-asked_at", "-pk").first()
    return None if row is None else view_of(row)
