"""Background jobs: asked for with a change, done once whatever happens to workers, seen by their owner only."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.actions.test_imports import HEADINGS, workbook
from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock, queue, uploads
from youju.actions.queue import JobTaken, Run, Worker
from youju.actions.uploads import UnknownUpload
from youju.actions.working import Loop
from youju.core.job import MAX_ATTEMPTS, UnknownJob, delay, trace_of
from youju.office.sniff import ClassifiedFile
from youju.store.models import Batch, Entry, Job, JobEffect, Upload
from youju.store.queries import jobs as listing
from youju.store.queries import scope

ONE, OTHER = Worker("one"), Worker("other")


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def brought(town: Town, tmp_path: Path, rows: int = 3, by: str = "recorder") -> Upload:
    data = [[row, "2024.3.5", 20 + row, "", f"第{row}户"] for row in range(rows)]
    path = workbook(tmp_path / "发放.xlsx", [HEADINGS, *data])
    return uploads.bring(path.name, [path.read_bytes()], unit=town.unit["东村"], by=town.who[by])


def submitted(town: Town, tmp_path: Path, rows: int = 3) -> Job:
    upload = brought(town, tmp_path, rows)
    return uploads.submit(upload.uid, by=town.who["recorder"], partial=False)


def taken(worker: Worker = ONE) -> Run:
    run = queue.take(worker)
    assert run is not None
    return run


def worker_dies(job: Job) -> None:
    """What a kill leaves: the job is running, and its lease runs out."""
    Job.unscoped.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def drain(worker: Worker = ONE) -> int:
    return Loop(worker, threading.Event(), once=True).run()


def test_a_job_is_queued_if_and_only_if_the_change_that_asks_for_it_is(town: Town) -> None:
    @transaction.atomic
    def asked_by_a_change_that_fails() -> None:
        queue.ask("import_upload", effect_key="a", by=town.who["clerk"], asked={})
        raise RuntimeError

    with pytest.raises(RuntimeError):
        asked_by_a_change_that_fails()
    assert (Job.unscoped.count(), DBTaskResult.objects.count()) == (0, 0)
    with transaction.atomic():
        queue.ask("import_upload", effect_key="a", by=town.who["clerk"], asked={})
    assert (Job.unscoped.count(), DBTaskResult.objects.count()) == (1, 1)


def test_asking_twice_is_asking_once(town: Town) -> None:
    first = queue.ask("import_upload", effect_key="a", by=town.who["clerk"], asked={})
    again = queue.ask("import_upload", effect_key="a", by=town.who["clerk"], asked={})
    assert (first.pk, DBTaskResult.objects.count()) == (again.pk, 1)
    with pytest.raises(JobTaken):
        queue.ask("import_upload", effect_key="a", by=town.who["east"], asked={})


def test_an_upload_is_imported_by_a_worker_and_its_owner_sees_how_far_it_is(
    town: Town, tmp_path: Path
) -> None:
    job = submitted(town, tmp_path)
    owner, other = (scope.viewer_of(town.who[name]) for name in ("recorder", "clerk"))
    assert listing.job(job.uid, owner).state == "waiting"
    run = taken()
    run.tell(1, 3, "正在核对")
    seen = listing.job(job.uid, owner)
    assert (seen.state, seen.percent, seen.message) == ("running", 33, "正在核对")
    assert queue.perform(run) == "done"
    seen = listing.job(job.uid, owner)
    assert (seen.is_over, seen.result["new"], seen.result["batch"]) == (True, 3, Batch.unscoped.get().pk)
    assert seen.result["seq"] == Batch.unscoped.get().seq
    with pytest.raises(UnknownJob):
        listing.job(job.uid, other)


def test_two_workers_never_take_the_same_job(town: Town, tmp_path: Path) -> None:
    submitted(town, tmp_path)
    assert queue.take(ONE) is not None
    assert queue.take(OTHER) is None
    assert queue.reap() == 0, "its worker is alive"


def test_a_job_whose_worker_died_is_done_by_the_next(town: Town, tmp_path: Path) -> None:
    job = submitted(town, tmp_path)
    taken()
    worker_dies(job)
    assert queue.reap() == 1
    assert queue.perform(taken(OTHER)) == "done"
    assert Entry.unscoped.count() == 3
    assert Job.unscoped.get().attempts == 2


def test_a_worker_only_thought_dead_makes_no_second_effect(town: Town, tmp_path: Path) -> None:
    """The first attempt is slow, its lease ends, a second one is begun; then both go on, in either order."""
    for slow_first in (True, False):
        Path(tmp_path / str(slow_first)).mkdir()
        before = Entry.unscoped.count()
        data = [[row, "2024.3.6", 7, "", f"{slow_first}{row}"] for row in range(2)]
        path = workbook(tmp_path / str(slow_first) / "发放.xlsx", [HEADINGS, *data])
        upload = uploads.bring(
            path.name, [path.read_bytes()], unit=town.unit["东村"], by=town.who["recorder"]
        )
        job = uploads.submit(upload.uid, by=town.who["recorder"], partial=False)
        slow = taken()
        worker_dies(job)
        queue.reap()
        quick = taken(OTHER)
        slow.tell(1, 2, "不再有效")
        assert Job.unscoped.get(pk=job.pk).message == ""
        assert not queue.beat(slow, ONE)
        for run in (slow, quick) if slow_first else (quick, slow):
            assert queue.perform(run) == "done"
        assert Entry.unscoped.count() == before + 2
        assert Job.unscoped.get(pk=job.pk).result["new"] == 2
        assert DBTaskResult.objects.get(pk=job.task).status == "SUCCESSFUL"
    assert JobEffect.unscoped.count() == 2


def test_a_beat_keeps_the_job_from_being_taken_away(town: Town, tmp_path: Path) -> None:
    job = submitted(town, tmp_path)
    run = taken()
    worker_dies(job)
    assert queue.beat(run, ONE)
    assert queue.reap() == 0


def test_a_worker_of_this_machine_without_a_process_is_gone_at_once(town: Town, tmp_path: Path) -> None:
    here = queue.name_here()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        pass
    host, _, rest = here.partition(":")
    gone = f"{host}:{ended.pid}:{rest}"
    assert [queue.is_gone(each) for each in (here, gone, f"elsewhere:{ended.pid}:x", "one")] == [
        False,
        True,
        False,
        False,
    ]
    submitted(town, tmp_path)
    taken(Worker(gone))
    assert queue.reap() == 1
    assert queue.perform(taken(Worker(here))) == "done"


def test_a_job_that_ends_its_worker_every_time_is_given_up_and_others_go_before_it(
    town: Town, tmp_path: Path
) -> None:
    job = submitted(town, tmp_path)
    for _ in range(MAX_ATTEMPTS):
        DBTaskResult.objects.update(run_after=timezone.now())
        taken()
        worker_dies(job)
        assert queue.reap() == 1
    seen = listing.job(job.uid, scope.viewer_of(town.who["recorder"]))
    assert (seen.state, seen.error, queue.take(ONE)) == ("failed", "job.given_up", None)
    assert [delay(attempt).total_seconds() for attempt in (1, 2, 3, 4, 9)] == [0, 1, 2, 4, 60]
    assert Entry.unscoped.count() == 0


def test_what_is_stored_of_a_failure_holds_no_value(town: Town) -> None:
    secret = "11010519491231002X 张三"
    queue.ask(
        "import_upload", effect_key="a", by=town.who["clerk"], asked={"upload": secret, "partial": False}
    )
    assert queue.perform(taken()) == "failed"
    job, row = Job.unscoped.get(), DBTaskResult.objects.get()
    assert (job.error, row.status) == ("job.broken", "FAILED")
    assert "builtins.ValueError" in job.trace
    assert "youju/actions/uploads.py:" in job.trace
    for kept in (job.trace, job.reason, row.traceback, row.exception_class_path, str(row.args_kwargs)):
        assert "张三" not in kept
        assert "11010519491231002X" not in kept


def test_a_trace_names_the_cause_and_no_folder_of_this_machine() -> None:
    def broken() -> None:
        try:
            int("13912345678 李四")
        except ValueError as error:
            raise KeyError("李四") from error

    with pytest.raises(KeyError) as raised:
        broken()
    trace = trace_of(raised.value)
    assert [line for line in trace.splitlines() if line[0] != " "] == [
        "builtins.ValueError",
        "builtins.KeyError",
    ]
    assert "李四" not in trace
    assert str(Path(__file__).parent) not in trace


def test_a_job_put_off_by_a_clock_that_ran_ahead_is_not_a_year_late(town: Town, tmp_path: Path) -> None:
    job = submitted(town, tmp_path)
    queue.again(taken())
    DBTaskResult.objects.filter(pk=job.task).update(run_after=timezone.now() + timedelta(days=365))
    assert queue.take(ONE) is None

    queue.reap()

    assert queue.take(ONE) is not None


def test_a_refusal_ends_the_job_and_the_upload_may_be_submitted_again(town: Town, tmp_path: Path) -> None:
    rows = [HEADINGS, [1, "2024.3.5", "很多", "", "村口"], [2, "2024.3.5", 3, "", "集市"]]
    path = workbook(tmp_path / "发放.xlsx", rows)
    by = town.who["recorder"]
    upload = uploads.bring(path.name, [path.read_bytes()], unit=town.unit["东村"], by=by)
    first = uploads.submit(upload.uid, by=by, partial=False)
    assert uploads.submit(upload.uid, by=by, partial=False).pk == first.pk, "a double click"
    drain()
    seen = listing.job(first.uid, scope.viewer_of(by))
    assert (seen.state, seen.error, Entry.unscoped.count()) == ("refused", "refused", 0)
    second = uploads.submit(upload.uid, by=by, partial=True)
    assert second.pk != first.pk
    drain()
    assert listing.job(second.uid, scope.viewer_of(by)).result["refused"] == 1
    assert uploads.submit(upload.uid, by=by, partial=True).pk == second.pk, "done is done"
    assert Entry.unscoped.count() == 1


def test_an_upload_is_its_owners_and_a_marked_one_is_not_kept(town: Town, tmp_path: Path) -> None:
    upload = brought(town, tmp_path)
    with pytest.raises(UnknownUpload):
        uploads.find(upload.uid, town.who["clerk"])
    with pytest.raises(UnknownUpload):
        uploads.submit(upload.uid, by=town.who["clerk"], partial=False)
    marked = workbook(tmp_path / "密.xlsx", [HEADINGS, [1, "2024.3.5", 2, "机密★10年", "村口"]])
    with pytest.raises(ClassifiedFile):
        uploads.bring("密.xlsx", [marked.read_bytes()], unit=town.unit["东村"], by=town.who["recorder"])
    assert [path.name for path in uploads.place_of(upload.uid).parent.iterdir()] == [str(upload.uid)]


def test_what_is_past_its_time_is_forgotten(town: Town, tmp_path: Path) -> None:
    job = submitted(town, tmp_path)
    drain()
    assert queue.forget() == 0
    assert queue.forget(timezone.now() + timedelta(seconds=1)) == 1
    assert (Job.unscoped.count(), DBTaskResult.objects.count(), JobEffect.unscoped.count()) == (0, 0, 0)
    assert Entry.unscoped.count() == 3
    upload = Upload.unscoped.get()
    assert upload.job is None, job.uid
    Upload.unscoped.update(at=timezone.now() - timedelta(days=8))
    uploads.sweep()
    with pytest.raises(UnknownUpload):
        uploads.find(upload.uid, town.who["recorder"])


def test_a_queued_row_without_a_job_is_dropped(town: Town) -> None:
    from youju.actions.jobs import import_upload

    import_upload.enqueue()
    assert queue.take(ONE) is None
    assert DBTaskResult.objects.count() == 0
