"""What the machine cannot do is told from what is a fault of ours, and says in Chinese what to do."""

from __future__ import annotations

import errno

import pytest
from django.db import OperationalError, ProgrammingError, connection

from tests.ledgers import LedgerDatabase
from tests.town import START, build_town
from youju.actions import clock
from youju.store.outage import DiskFull, Unavailable, outage_of


def test_a_full_disk_and_an_absent_database_are_outages_and_a_missing_table_is_none(
    ledger_db: LedgerDatabase,
) -> None:
    assert isinstance(outage_of(OSError(errno.ENOSPC, "no space")), DiskFull)
    assert outage_of(OSError(errno.ENOENT, "no file")) is None
    assert outage_of(ValueError("ours")) is None
    with connection.cursor() as cursor, pytest.raises((OperationalError, ProgrammingError)) as found:
        cursor.execute("SELECT 1 FROM no_such_table")
    assert outage_of(found.value) is None


def test_a_database_that_is_locked_or_ended_is_unavailable(ledger_db: LedgerDatabase) -> None:
    with clock.at(START):
        build_town()
    end = end_sqlite if ledger_db.engine == "sqlite" else end_postgres
    with pytest.raises(OperationalError) as found:
        end()
    assert isinstance(outage_of(found.value), Unavailable)
    connection.close()


def end_sqlite() -> None:
    """Write while somebody else does."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=1")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
        with connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
    finally:
        other.close()


def end_postgres() -> None:
    """Ask on a connection that the server ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
