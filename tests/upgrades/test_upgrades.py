"""Every migration has its case, every case fills its tables; the upgrades themselves are tests/hardness/upgrades.py."""

from __future__ import annotations

import json
import lzma
from pathlib import Path

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder

from tests.hardness.upgrades import HERE, NAMES
from tests.ledgers import LedgerDatabase
from tests.upgrades import record


def test_every_migration_has_its_case() -> None:
    """A new migration comes with a ledger that the program wrote with it: python -m tests.upgrades.record."""
    folder = Path(record.module("store.migrations").__path__[0])
    assert sorted(path.stem for path in folder.glob("0*.py")) == NAMES


def test_a_ledger_of_a_later_version_is_refused(ledger_db: LedgerDatabase) -> None:
    """Whoever puts the older program back is told so, and nothing has changed."""
    MigrationRecorder(connection).record_applied("store", "9999_from_the_future")
    connections["default"].close()
    for command in (("verify",), ("serve", "--port", "8123")):
        refused = ledger_db.run(*command)
        assert refused.returncode == 2
        assert "更新版本" in refused.stderr
        assert "store.9999_from_the_future" in refused.stderr


@pytest.mark.parametrize("name", NAMES)
def test_a_case_fills_the_tables_of_its_version(name: str) -> None:
    case = json.loads(lzma.decompress((HERE / f"{name}.json.xz").read_bytes()))
    filled = set(case["tables"])
    wanted = {
        "0001": "batch blob draft entry event evidencelink grant importedrow ledger measurekey member observation orgunit periodclose personalvalue review revision specversion tombstone unitnaming unitplacement unittagging void",
        "0002": "complaint login",
        "0003": "learnedheading",
        "0004": "rollup",
        "0005": "report reporttext reportcomment finalreport frozenfigure",
        "0007": "auditdraft acceptedfinding learnedwords",
        "0008": "facet savedview",
        "0010": "token",
        "0011": "reach",
        "0012": "loginsession",
    }
    for number, tables in wanted.items():
        if number <= name[:4]:
            assert {f"store_{table}" for table in tables.split()} <= filled, number
