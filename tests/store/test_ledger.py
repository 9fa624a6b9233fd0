"""The chain: numbers without gaps, instants that never run back, and every change behind its back found."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from tests.ledgers import LedgerDatabase
from tests.photos import photo as picture
from tests.town import START, Town, build_town
from youju.actions import clock, verifying
from youju.core.problem import DomainError
from youju.store import triggers
from youju.store.models import Entry, Event, Ledger, Observation, Revision


def findings() -> set[str]:
    return {finding.code for part in verifying.verify() for finding in part.findings}


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Town:
    with clock.at(START):
        built = build_town()
        built.reviewed("leaflets", "东村", day="2024-03-05", count="200", taker="张三")
        built.reviewed("slogans", "南村", installed_on="2024-03-05", count="3")
    return built


def test_numbers_have_no_gaps_also_after_a_refusal(town: Town) -> None:
    with clock.at(START), pytest.raises(DomainError):
        town.record("leaflets", "东村", day="2030-01-01", count="200")
    with clock.at(START):
        town.record("leaflets", "东村", day="2024-03-06", count="1")
    seqs = list(Event.unscoped.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(1, len(seqs) + 1))


def test_a_clock_that_runs_back_does_not_take_the_ledger_with_it(town: Town) -> None:
    before = Ledger.unscoped.get(pk=1).at
    with clock.at(START - timedelta(days=300)):
        town.record("leaflets", "东村", day="2023-03-06", count="1")
    assert Ledger.unscoped.get(pk=1).at == before
    assert findings() == set()


def test_an_untouched_ledger_verifies_in_every_part(town: Town) -> None:
    parts = verifying.verify()
    assert [len(part.findings) for part in parts] == [0] * len(parts)
    assert {part.title: part.checked for part in parts}["观测与重放"] == 6


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("UPDATE store_revision SET \"values\" = '{\"day\": \"2024-03-05\", \"count\": \"900\"}' WHERE id = 1", "verify.revision"),
        ("UPDATE store_revision SET author_id = 1 WHERE id = 1", "verify.rows"),
        ("UPDATE store_event SET kind = 'entry.voided' WHERE seq = 5", "verify.chain"),
        ("UPDATE store_event SET body = replace(body, '1', '2') WHERE seq = 5", "verify.chain"),
        ("DELETE FROM store_review", "verify.rows"),
        ("UPDATE store_observation SET value = value + 1 WHERE counted", "verify.replay"),
        ("DELETE FROM store_observation", "verify.replay"),
        ("UPDATE store_entry SET state = 'pending' WHERE id = 1", "verify.state"),
        ("UPDATE store_unitnaming SET name = '别村' WHERE name = '东村'", "verify.rows"),
        ("UPDATE store_specversion SET text = replace(text, '份', '张')", "verify.spec"),
        ("UPDATE store_ledger SET head = head - 1", "verify.head"),
        ("DELETE FROM store_personalvalue", "verify.personal"),
        ("UPDATE store_grant SET role = 'leader' WHERE role = 'inspector'", "verify.rows"),
    ],
)  # fmt: skip
def test_a_change_behind_the_ledgers_back_is_found(town: Town, change: str, code: str) -> None:
    """Whoever owns the database can drop the triggers; the chain still shows what they did."""
    with connection.cursor() as cursor:
        for name, table in _triggers():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute(change)
    found = findings()
    assert code in found
    assert "verify.trigger" in found


def test_a_row_written_behind_the_ledgers_back_is_found(town: Town) -> None:
    first = Revision.unscoped.get(pk=1)
    first.pk, first.number = None, 2
    first.save(force_insert=True)
    assert "verify.rows" in findings()


def test_a_missing_evidence_file_is_found(town: Town, ledger_db: LedgerDatabase) -> None:
    from youju.actions import evidence

    photo = ledger_db.data / "照片.jpg"
    photo.write_bytes(picture())
    with clock.at(START):
        kept = evidence.attach(1, photo, by=town.who["recorder"])
    assert findings() == set()
    evidence.place_of(kept.sha256).write_bytes(b"other")
    assert findings() == {"verify.evidence"}
    evidence.place_of(kept.sha256).unlink()
    assert findings() == {"verify.evidence"}


def test_replay_is_not_fooled_by_an_empty_table(town: Town) -> None:
    assert Entry.unscoped.count() == 2
    assert Observation.unscoped.filter(counted=True).count() == 3


def _triggers() -> list[tuple[str, str]]:
    return [(name, table) for name, table, *_ in triggers.every(connection)]
