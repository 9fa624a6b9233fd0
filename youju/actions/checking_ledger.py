"""`verify` as a background job for the auditor: asked for on a page, its findings kept with the job."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone

from youju.actions import queue, verifying
from youju.actions.queue import Run
from youju.core.grant import NotAllowed
from youju.store.models import Job, Member
from youju.store.queries import scope
from youju.store.queries.ledger import local_day

SHOWN = 50  # findings of one part; a ledger with more is looked at with `youju verify`


def ask(*, by: Member, key: str) -> Job:
    """Queue a check of the whole ledger. Raises NotAllowed for whoever may not read the log."""
    viewer = scope.viewer_of(by)
    if not viewer.grants_for("log", local_day(timezone.now())):
        raise NotAllowed(name=by.name, unit="本系统", verb="查看操作记录")
    return queue.ask("verify_ledger", effect_key=f"verify/{key}", by=by, asked={})


def check_now(run: Run) -> None:
    """Do the check; it changes nothing, so doing it twice does no harm."""
    parts = []
    checks = verifying.PARTS
    for at, check in enumerate(checks):
        part = check()
        parts.append(
            {
                "title": part.title,
                "checked": part.checked,
                "findings": [str(each) for each in part.findings[:SHOWN]],
                "notes": list(part.notes),
            }
        )
        run.tell(at + 1, len(checks), part.title)

    def effect() -> Mapping[str, object]:
        return {"parts": parts, "findings": sum(bool(part["findings"]) for part in parts)}

    run.once(effect)
