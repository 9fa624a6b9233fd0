"""Invariant 8, the worker killed at any moment: each job's effect is made once, and every job comes to its end."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

from django_tasks_db.models import DBTaskResult

from tests.actions.test_imports import HEADINGS, workbook
from tests.hardness.proof import Found, Place, Proof
from tests.killing import wait_for_the_server
from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock, uploads, verifying
from youju.store.models import Batch, Entry, ImportedRow, Job, JobEffect

AHEAD = 4
ROWS = 40
LEASE_SECONDS = 1.0
PATIENCE_SECONDS = 120


def prove(count: int, place: Place) -> Found:
    """Kill `count` workers at work; then one finishes what is left."""
    with place.new_ledger() as ledger:
        with clock.at(START):
            town = build_town()
        asked = 0
        moments = random.Random(7)
        struck = 0
        for _ in range(count):
            while Job.unscoped.filter(state="waiting").count() < AHEAD:
                submit(town, place.folder, asked)
                asked += 1
            worker = ledger.start("worker", "--lease", str(LEASE_SECONDS), "--poll", "0.05")
            assert worker.stdout is not None
            worker.stdout.readline()  # one job is done: it works
            time.sleep(moments.uniform(0.0, 0.4))
            worker.send_signal(signal.SIGKILL)
            worker.communicate()
            wait_for_the_server()
            struck += Job.unscoped.filter(state="running").exists()
            done = set(Job.unscoped.filter(state="done").values_list("effect_key", flat=True))
            assert done == set(JobEffect.unscoped.values_list("effect_key", flat=True))
            assert Entry.unscoped.count() == ROWS * len(done), "an import is whole or not there"
        assert struck >= count // 4, "hardly any kill struck a job at work"
        finish(ledger)

        assert set(Job.unscoped.values_list("state", flat=True)) == {"done"}
        assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}
        assert (JobEffect.unscoped.count(), Batch.unscoped.count()) == (asked, asked)
        digests = list(ImportedRow.unscoped.values_list("digest", flat=True))
        assert len(digests) == len(set(digests)) == Entry.unscoped.count() == asked * ROWS
        assert Job.unscoped.filter(attempts__gt=1).count() >= 1
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
    return Found(f"{struck} struck a job at work, {asked} jobs: each effect made once, none left over")


def submit(town: Town, folder: Path, number: int) -> None:
    data = [[row, f"2024.{row % 4 + 1}.5", row + 1, "", f"第{number}次第{row}户"] for row in range(ROWS)]
    path = workbook(folder / f"发放{number}.xlsx", [HEADINGS, *data])
    by = town.who["recorder"]
    upload = uploads.bring(path.name, [path.read_bytes()], unit=town.unit["东村"], by=by, register="leaflets")
    uploads.submit(upload.uid, by=by, partial=False)


def finish(ledger: LedgerDatabase) -> None:
    """One worker that nobody kills, until nothing waits."""
    worker = ledger.start("worker", "--lease", str(LEASE_SECONDS), "--poll", "0.05", "--json")
    deadline = time.monotonic() + PATIENCE_SECONDS
    while Job.unscoped.filter(state__in=("waiting", "running")).exists():
        assert time.monotonic() < deadline, "jobs are left over"
        time.sleep(0.1)
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 0


PROOF = Proof(
    title="后台进程随时被强行终止",
    counted="kills",
    prove=prove,
    full={"sqlite": 100, "postgresql": 30},
    short={"sqlite": 20, "postgresql": 6},
)
