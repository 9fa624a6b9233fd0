"""What the database itself refuses, on both engines."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock
from youju.store import triggers
from youju.store.models import Observation
from youju.store.models.base import OPEN


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Town:
    with clock.at(START):
        built = build_town()
        built.reviewed("leaflets", "东村", day="2024-03-05", count="200", taker="张三")
    return built


def refused(statement: str) -> bool:
    said = ""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        said = str(error)
    assert not said or "append-only" in said
    return bool(said)


@pytest.mark.parametrize(
    "table",
    [
        "event",
        "revision",
        "review",
        "member",
        "specversion",
        "orgunit",
        "observation",
        "unitplacement",
        "grant",
    ],
)
def test_rows_are_neither_changed_nor_deleted(town: Town, table: str) -> None:
    """Invariant 6."""
    assert refused(f"DELETE FROM store_{table}")
    column = {
        "event": "kind",
        "revision": "reason",
        "review": "reason",
        "member": "name",
        "specversion": "text",
    }
    if table in column:
        assert refused(f"UPDATE store_{table} SET {column[table]} = 'x'")


def test_an_entry_may_change_its_state_but_not_vanish(town: Town) -> None:
    assert not refused("UPDATE store_entry SET state = 'pending'")
    assert refused("DELETE FROM store_entry")


def test_what_was_known_may_end_once_and_nothing_else(town: Town) -> None:
    row = Observation.unscoped.get(counted=True)
    assert refused(f"UPDATE store_observation SET value = 1 WHERE id = {row.pk}")
    assert refused(f"UPDATE store_observation SET value = 1, seq_to = 99 WHERE id = {row.pk}")
    assert not refused(f"UPDATE store_observation SET seq_to = 99 WHERE id = {row.pk}")
    assert refused(f"UPDATE store_observation SET seq_to = 100 WHERE id = {row.pk}")
    assert refused(f"UPDATE store_observation SET seq_to = {OPEN} WHERE id = {row.pk}")


def test_replace_is_a_delete(town: Town) -> None:
    if connection.vendor == "sqlite":
        assert refused(
            "INSERT OR REPLACE INTO store_measurekey (id, name) SELECT id, 'x' FROM store_measurekey LIMIT 1"
        )
    else:
        assert refused("TRUNCATE store_measurekey CASCADE")


def test_personal_content_goes_only_after_its_tombstone(town: Town) -> None:
    assert refused("DELETE FROM store_personalvalue")
    assert refused("UPDATE store_personalvalue SET field = 'x'")


def test_a_rebuilt_table_gets_its_triggers_back_and_until_then_they_are_missed(town: Town) -> None:
    assert triggers.missing(connection) == []
    name, table, *_ = next(each for each in triggers.every(connection) if "revision" in each[1])
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    assert triggers.missing(connection) == [name]
    triggers.install(connection)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
    assert triggers.missing(connection) == []
