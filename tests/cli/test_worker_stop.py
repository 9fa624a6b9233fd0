"""A worker that is told to stop ends when its job is done, and leaves the rest waiting."""

from __future__ import annotations

import signal
from pathlib import Path

from tests.hardness.worker_kill import PATIENCE_SECONDS, submit
from tests.ledgers import LedgerDatabase
from tests.town import START, build_town
from youju.actions import clock
from youju.store.models import Job


def test_a_worker_told_to_stop_finishes_the_job_in_hand(ledger_db: LedgerDatabase, tmp_path: Path) -> None:
    with clock.at(START):
        town = build_town()
    for number in range(8):
        submit(town, tmp_path, number)
    worker = ledger_db.start("worker", "--poll", "0.05")
    assert worker.stdout is not None
    worker.stdout.readline()
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 0
    assert not Job.unscoped.filter(state="running").exists()
    assert 1 <= Job.unscoped.filter(state="done").count() < 8
