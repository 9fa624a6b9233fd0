"""The queue of background jobs: asked for with a change, taken under a lease, done once, taken up again when a worker dies.

Every step changes the row of django-tasks-db and our own in one transaction, the former first, so that they never
disagree and no two workers wait for each other. Times are the machine's, not the ledger's: a lease is about processes.
docs/algorithms/jobs.md
"""

from __future__ import annotations

import os
import secrets
import socket
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks import TaskContext, TaskResultStatus
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult, get_date_max

from youju.core import privacy
from youju.core.job import (
    ENDED,
    KEPT,
    LEASE,
    LONGEST_DELAY,
    MAX_ATTEMPTS,
    JobBroken,
    JobGivenUp,
    State,
    delay,
    trace_of,
)
from youju.core.problem import DomainError
from youju.store.models import Job, JobEffect, Member
from youju.store.outage import outage_of

SAID_EVERY = timedelta(milliseconds=300)


class JobTaken(DomainError):
    """Another member asked for the same effect."""

    code = "job.taken"
    text = "这项办理已由其他人提交，请等待其完成，不必重复提交。"


@dataclass(frozen=True, slots=True)
class Worker:
    """One worker: a name no other has, and how long it is taken to be alive after it last said so."""

    name: str
    lease: timedelta = LEASE


@dataclass(slots=True)
class Run:
    """One attempt at a job: what its function in actions.jobs works with.

    key      of the effect; asked: what was asked for
    attempt  from 1; whatever this attempt says after another one began is not heard
    """

    job: int
    uid: uuid.UUID
    key: str
    task: uuid.UUID
    attempt: int
    owner: Member
    asked: Mapping[str, Any]
    _said: datetime = field(default=datetime.min.replace(tzinfo=UTC))

    def tell(self, step: int, steps: int, message: str) -> None:
        """Say how far it is: `step` of `steps` (0: not known). Inside a transaction nobody could see it: not written."""
        now = _now()
        if connection.in_atomic_block or (now - self._said < SAID_EVERY and step < steps):
            return
        self._said = now
        _mine(self).update(step=step, steps=steps, message=message[:120])

    def once(self, do: Callable[[], Mapping[str, object]]) -> Mapping[str, Any]:
        """Make the job's effect, or give the result of the attempt that made it before: one transaction for `do`, the
        mark that it was done and the end of the job. What `do` returns is kept as JSON, without personal values.
        """
        attempt = uuid.uuid4()
        with transaction.atomic():
            # On PostgreSQL the second of two attempts waits here until the first has committed or is gone.
            mark = JobEffect(effect_key=self.key, attempt=attempt, at=_now())
            JobEffect.unscoped.bulk_create([mark], ignore_conflicts=True)
            made = JobEffect.unscoped.get(effect_key=self.key)
            if made.attempt == attempt:
                made.result = dict(do())
                made.save(update_fields=["result"])
            _end(self, "done", result=made.result)
            return dict(made.result)


def ask(kind: str, *, effect_key: str, by: Member, asked: Mapping[str, object]) -> Job:
    """Queue a job in the caller's transaction: it is there if, and only if, the change that asks for it is.

    kind        the name of a function in actions.jobs
    effect_key  names the effect, over all jobs: asking again for the same gives the job there is
    asked       ids and options as JSON; never a personal value
    raises      JobTaken when another member asked for it
    """
    with transaction.atomic():
        # The ledger's own order of locks: whoever asks inside a change holds the ledger's row already.
        before = Job.unscoped.filter(effect_key=effect_key).first()
        if before is None:
            queued = _task(kind).enqueue()
            job = Job(
                kind=kind,
                effect_key=effect_key,
                owner=by,
                task=uuid.UUID(queued.id),
                asked=dict(asked),
                asked_at=_now(),
            )
            made = Job.unscoped.bulk_create([job], ignore_conflicts=True)
            before = Job.unscoped.get(effect_key=effect_key)
            if before.uid != made[0].uid:  # asked for at the same instant, on PostgreSQL
                DBTaskResult.objects.filter(pk=queued.id).delete()
        if before.owner_id != by.pk:
            raise JobTaken
        return before


def take(worker: Worker) -> Run | None:
    """The next job that is ready, for this worker until its lease ends; None when there is none."""
    ready = DBTaskResult.objects.ready()
    if not ready.exists():  # looking takes no lock, so an idle worker is in nobody's way
        return None
    with transaction.atomic():
        row = ready.get_locked()
        if row is None:
            return None
        row.claim(worker.name)
        job = Job.unscoped.select_related("owner").filter(task=row.pk).first()
        if job is None:  # its job was forgotten, or another program queued it
            DBTaskResult.objects.filter(pk=row.pk).delete()
            return None
        now = _now()
        job.state, job.worker, job.attempts = "running", worker.name, job.attempts + 1
        job.heartbeat, job.lease_until, job.ended_at = now, now + worker.lease, None
        job.save(update_fields=["state", "worker", "attempts", "heartbeat", "lease_until", "ended_at"])
        return Run(job.pk, job.uid, job.effect_key, job.task, job.attempts, job.owner, job.asked)


def beat(run: Run, worker: Worker) -> bool:
    """Say that the worker lives; False when the job is no longer this attempt's."""
    now = _now()
    return bool(_mine(run).update(heartbeat=now, lease_until=now + worker.lease))


def perform(run: Run) -> State:
    """Do a job that was taken; whatever it raises becomes its end or another attempt. Returns what it came to."""
    row = DBTaskResult.objects.get(pk=run.task)
    try:
        row.task.call(TaskContext(task_result=row.task_result))
    except DomainError as refusal:
        return end(run, "refused", error=refusal.code, reason=_masked(refusal.message))
    except Exception as error:  # noqa: BLE001 - whatever it was, the next job must run
        if isinstance(error, OperationalError | InterfaceError) or outage_of(error) is not None:
            return again(run, trace_of(error))
        broken = JobBroken(job=run.uid)
        return end(run, "failed", error=broken.code, reason=broken.message, trace=trace_of(error))
    return end(run, "done")


def run_of(context: TaskContext) -> Run:
    """The attempt that a task's function was called for."""
    job = Job.unscoped.select_related("owner").get(task=context.task_result.id)
    return Run(job.pk, job.uid, job.effect_key, job.task, job.attempts, job.owner, job.asked)


def end(run: Run, state: State, *, error: str = "", reason: str = "", trace: str = "") -> State:
    """End the job, unless it has ended already or is another attempt's by now. Returns how it stands."""
    with transaction.atomic():
        _end(run, state, error=error, reason=reason, trace=trace)
    return Job.unscoped.values_list("state", flat=True).get(pk=run.job)  # type: ignore[return-value]


def again(run: Run, trace: str = "") -> State:
    """Give the job back to be tried again after a while, or give up when that was tried often enough."""
    with transaction.atomic():
        _again(run.job, run.task, run.attempt, run.uid, trace)
    return Job.unscoped.values_list("state", flat=True).get(pk=run.job)  # type: ignore[return-value]


def reap() -> int:
    """Queue again what is held by workers that are gone, or were not heard of until their lease ended. Returns how many."""
    _bring_forward()
    found = 0
    running = Job.unscoped.filter(state="running")
    held = running.values_list("pk", "task", "attempts", "uid", "worker", "lease_until")
    for job, task, attempt, uid, worker, until in held:
        if until is not None and until > _now() and not is_gone(worker):
            continue
        with transaction.atomic():
            row = DBTaskResult.objects.select_for_update(skip_locked=True).filter(pk=task).first()
            # A beat may have come meanwhile, or another reaper.
            still = running.filter(pk=job, attempts=attempt, lease_until=until).exists()
            if row is not None and still:
                found += 1
                _again(job, task, attempt, uid, "")
    return found


def _bring_forward() -> None:
    """Nothing is put off for longer than a while: a job that seems to be was put off while the clock ran ahead."""
    far = _now() + 2 * LONGEST_DELAY
    late = DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__gt=far)
    late = late.exclude(run_after=get_date_max())  # that is how the package writes "at once"
    if late.exists():
        late.update(run_after=_now())


def name_here() -> str:
    """A name for a worker in this process, by which others on this machine can tell that it is gone."""
    return f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"


def is_gone(worker: str) -> bool:
    """Whether a worker of this machine has no process any more. False when that cannot be told: then its lease decides.

    A wrong yes (two machines of one name) makes work begin twice; its effect is made once all the same.
    """
    host, _, rest = worker.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname()[:30] or not pid.isdigit():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in ("Z", "X")  # ended, and nobody has asked for its status


def forget(before: datetime | None = None) -> int:
    """Delete jobs that ended, and effects made, before that instant (90 days ago). Returns how many jobs."""
    limit = before or _now() - KEPT
    with transaction.atomic():
        old = Job.unscoped.filter(state__in=ENDED, ended_at__lt=limit)
        DBTaskResult.objects.filter(pk__in=list(old.values_list("task", flat=True))).delete()
        count, _ = old.delete()
        JobEffect.unscoped.filter(at__lt=limit).exclude(
            effect_key__in=Job.unscoped.values("effect_key")
        ).delete()
    return count


def _end(
    run: Run,
    state: State,
    *,
    result: Mapping[str, object] | None = None,
    error: str = "",
    reason: str = "",
    trace: str = "",
) -> None:
    """Inside a transaction. An effect that was made ends its job whoever holds it by now; anything else only its own."""
    mine = Job.unscoped.filter(pk=run.job).exclude(state__in=ENDED) if result is not None else _mine(run)
    good = state == "done"
    now = _now()
    status = TaskResultStatus.SUCCESSFUL if good else TaskResultStatus.FAILED
    if not mine.exists():
        return
    DBTaskResult.objects.filter(pk=run.task).update(status=status, finished_at=now, traceback=trace)
    mine.update(
        state=state,
        ended_at=now,
        lease_until=None,
        result=result or {},
        error=error,
        reason=reason,
        trace=trace,
        message="",
    )


def _again(job: int, task: uuid.UUID, attempt: int, uid: uuid.UUID, trace: str) -> None:
    mine = Job.unscoped.filter(pk=job, attempts=attempt, state="running")
    now = _now()
    row = DBTaskResult.objects.filter(pk=task)
    if attempt >= MAX_ATTEMPTS:
        given_up = JobGivenUp(attempts=attempt, job=uid)
        row.update(status=TaskResultStatus.FAILED, finished_at=now)
        mine.update(
            state="failed",
            ended_at=now,
            lease_until=None,
            error=given_up.code,
            reason=given_up.message,
            trace=trace,
        )
        return
    row.update(status=TaskResultStatus.READY, run_after=now + delay(attempt))
    mine.update(state="waiting", lease_until=None, step=0, steps=0, message="", trace=trace)


def _task(kind: str) -> Task[..., Any]:
    """By name, because jobs call actions, and actions ask for jobs."""
    found: Task[..., Any] = import_string(f"youju.actions.jobs.{kind}")
    return found


def _mine(run: Run) -> QuerySet[Job]:
    return Job.unscoped.filter(pk=run.job, attempts=run.attempt, state="running")


def _masked(text: str) -> str:
    """A refusal's sentence without identity, card and telephone numbers that may stand in a value it quotes."""
    for number in reversed(list(privacy.scan(text))):
        text = text[: number.start] + number.masked + text[number.end :]
    return text


def _now() -> datetime:
    return timezone.now()
