"""The ledgers that speed is measured on: reorganised as the product does it, and every way to sixty figures says the same."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection

from bench.scale import filling
from bench.scale.organisation import BORN, FIRST, Organisation, organise
from tests.ledgers import LedgerDatabase
from youju.actions import clock, setup, units
from youju.actions.setup import Account
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at, tree_by_hash

ROOT = Path(__file__).resolve().parents[2]
FEW = (1, 2, 4, 44, 150, 400)


def test_units_are_reorganised_as_the_product_would(ledger_db: LedgerDatabase) -> None:
    """Twenty moves and mergers, planned with arrays of places, against the product's own actions one after the other."""
    if ledger_db.engine != "sqlite":
        pytest.skip("the ledgers that are measured are SQLite's")
    accounts = {name: Account(name, name) for name in ("system", "security", "audit")}
    with clock.at(datetime(2025, 12, 31, tzinfo=UTC)):
        (province,) = setup.init(
            [units.NewUnit("省", "province", None, "990000000000", since=BORN)],
            accounts,  # type: ignore[arg-type]
        )
        planned = organise(FEW, province)
        connection.close()
        with sqlite3.connect(ledger_db.data / "youju.sqlite3") as store:
            filling.units(store, Organisation(planned.levels, province, []), 1)
        tree_by_hash.cache_clear()
        system = setup.member_of("system")
        for each in planned.reorganisations:
            change = units.merge if each.merges else units.move
            change(each.unit, each.target, since=FIRST + timedelta(days=each.day), by=system)

    tree = tree_at(head().head)
    assert {each for own in tree.placements.values() for each in own} == set(planned.placements())
    last = date(2025, 12, 31)
    assert planned.village.tolist() == [
        tree.up_to(province + at, "village", last) or 0 for at in range(sum(FEW))
    ]


def test_every_way_to_the_figures_says_the_same(tmp_path: Path) -> None:
    """10,000 observations: roll-ups, rows, plain SQL and DuckDB; whole figures at every level, and of whoever was reorganised."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "bench.goals", "10k", "--check", "--data", tmp_path],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "figures are the same by every way" in done.stdout
