"""Every test has a ledger of its own: committed, seen by other processes, gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from tests.conftest import LedgerFactory
from tests.ledgers import LedgerDatabase
from youju.store import triggers
from youju.store.models import Event

COUNT_IN_CHILD = """
import django; django.setup()
from youju.store.models import Event
from django.conf import settings
print(Event.unscoped.count(), settings.EVIDENCE_DIR)
"""


def append_event(seq: int) -> None:
    Event.unscoped.create(
        seq=seq, at=datetime(2024, 1, 1, tzinfo=UTC), kind="test", body="{}", previous="0" * 64, hash="1" * 64
    )


def seen_by_a_child(ledger: LedgerDatabase) -> tuple[int, Path]:
    env = ledger.env | {"DJANGO_SETTINGS_MODULE": "youju.config.settings"}
    done = subprocess.run(
        [sys.executable, "-P", "-c", COUNT_IN_CHILD], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    count, folder = done.stdout.split()
    return int(count), Path(folder)


@pytest.mark.parametrize("turn", [1, 2])
def test_a_ledger_begins_empty_and_is_shared_with_child_processes(
    ledger_db: LedgerDatabase, turn: int
) -> None:
    assert Event.unscoped.count() == 0
    append_event(turn)
    assert seen_by_a_child(ledger_db) == (1, ledger_db.data / "evidence")
    assert ledger_db.data / "evidence" == settings.EVIDENCE_DIR


def test_the_engine_is_the_one_the_run_was_started_with(
    ledger_db: LedgerDatabase, pytestconfig: pytest.Config
) -> None:
    asked = pytestconfig.getoption("--engine")
    assert connection.vendor == ledger_db.engine
    assert asked is None or asked == {"sqlite": "sqlite", "postgresql": "postgres"}[ledger_db.engine]
    assert ledger_db.env["DATABASE_URL"] == ledger_db.url
    assert bool(ledger_db.url) == (ledger_db.engine == "postgresql")


def test_commits_are_real_and_other_threads_see_them(ledger_db: LedgerDatabase) -> None:
    append_event(1)
    counts: list[int] = []

    def look() -> None:
        counts.append(Event.unscoped.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert counts == [1]


def test_the_copy_keeps_the_triggers(ledger_db: LedgerDatabase) -> None:
    append_event(1)
    assert triggers.missing(connection) == []
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Event.unscoped.all().delete()
    assert Event.unscoped.count() == 1


def test_several_ledgers_in_one_test_know_nothing_of_each_other(new_ledger: LedgerFactory) -> None:
    with new_ledger() as first:
        append_event(1)
        with new_ledger() as second:
            assert Event.unscoped.count() == 0
            assert second.data != first.data
        assert Event.unscoped.count() == 1
    assert not first.data.exists()
    assert not second.data.exists()


def test_settings_and_environment_are_restored(new_ledger: LedgerFactory) -> None:
    keys = ("YOUJU_DATA", "YOUJU_LOCAL", "DATABASE_URL")
    before = [os.environ.get(key) for key in keys], settings.DATA_DIR
    with new_ledger():
        assert [os.environ.get(key) for key in keys] != before[0]
    assert ([os.environ.get(key) for key in keys], settings.DATA_DIR) == before


@pytest.mark.django_db
def test_rolled_back_tests_work_beside_them() -> None:
    assert Event.unscoped.count() == 0
    append_event(1)
    assert Event.unscoped.count() == 1


@pytest.mark.django_db
def test_rolled_back_tests_left_nothing() -> None:
    assert Event.unscoped.count() == 0
