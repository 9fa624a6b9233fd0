"""The ledger that is measured: made once a size, kept in a folder, opened by Django in this process."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np

if TYPE_CHECKING:
    from youju.actions.setup import Actor

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2025, 12, 31)
MADE = datetime(2025, 12, 31, 1, tzinfo=UTC)
SIZES = {"10k": 10_000, "150k": 150_000, "1M": 1_000_000, "10M": 10_000_000}
VERSION = 2  # of what the ledgers hold: those of another are left alone and not used
SMALL_SIZE = 10_000  # up to so many observations a smaller province does


def open_ledger(size: int, folder: Path) -> Path:
    """Make the ledger of this size when it is not there, and let Django use it. Returns its database file."""
    data = folder / f"{size}.{VERSION}"
    database = data / "youju.sqlite3"
    os.environ |= {
        "YOUJU_DATA": str(data),
        "YOUJU_LOCAL": str(data / "catalog"),
        "DJANGO_SETTINGS_MODULE": "youju.config.settings",
    }
    os.environ.pop("DATABASE_URL", None)
    fresh = not (data / "made").exists()
    if fresh:
        data.mkdir(parents=True, exist_ok=True)
        database.unlink(missing_ok=True)
        migrate = [sys.executable, "-P", "-m", "django", "migrate", "--verbosity", "0"]
        subprocess.run(migrate, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
        # In a child: what this process remembers of an organisation must not be of the one half made.
        subprocess.run(
            [sys.executable, "-m", "bench.scale.ledger", str(size), str(database)], cwd=ROOT, check=True
        )
        (data / "made").touch()
    import django

    django.setup()
    _bring_up_to_date()
    return database


def _bring_up_to_date() -> None:
    """A ledger of an earlier day gets the tables and roll-ups of this one."""
    from django.core.management import call_command
    from django.db import connection

    from youju.actions import rolling
    from youju.core.rollup import grid_of
    from youju.store.queries import rollups
    from youju.store.queries.ledger import head
    from youju.store.queries.specs import catalog_at
    from youju.store.queries.tree import tree_of

    # Observations without entries behind them are what a migration would complain of.
    with mock.patch.object(connection, "check_constraints"):
        call_command("migrate", verbosity=0)
    ledger = head()
    grid = grid_of(tree_of(ledger.org_seq).top_level, catalog_at(ledger.head).measures.values())
    if (rollups.name_of(grid), rollups.rules_name(grid)) != (ledger.grid, ledger.rules):
        rolling.rebuild()


def make(size: int, database: Path) -> None:
    """Start the ledger by actions, fill it by SQL, and build its roll-ups."""
    from django.db import connection

    from bench.scale import entries, filling, generator
    from bench.scale.organisation import FULL, SMALL, organise
    from youju.actions import clock, registers, rolling
    from youju.config.settings import SHIPPED_CATALOG
    from youju.specs.catalog import load_catalog
    from youju.specs.lexicon import load_units
    from youju.store.models import MeasureKey
    from youju.store.queries.tree import tree_by_hash

    clocks = [time.perf_counter()]
    units = load_units([SHIPPED_CATALOG / "units.yaml"])
    with clock.at(MADE):
        province, system = _start()
        kept = generator.registers(units)
        shipped = load_catalog(SHIPPED_CATALOG, None, units).catalog.registers
        registers.sync([*kept, *shipped.values()], by=system, unit=province)
    names = [measure.id for measure in kept[0].measures if measure.observed]
    keys = [MeasureKey.unscoped.create(name=name).pk for name in names]
    connection.close()
    of = organise(FULL if size > SMALL_SIZE else SMALL, province)
    made = generator.rows(size, of)
    clocks.append(time.perf_counter())
    filling.fill(database, of, made, keys, 1)
    clocks.append(time.perf_counter())
    tree_by_hash.cache_clear()  # it was asked when the province stood alone
    rolling.rebuild()
    clocks.append(time.perf_counter())
    with clock.at(MADE):
        recorded = entries.record(units, 300 if size > SMALL_SIZE else 20)
    clocks.append(time.perf_counter())
    thought, filled, rolled, imported = (after - before for before, after in itertools.pairwise(clocks))
    print(
        f"made {size:,} observations of {len(of.place):,} units: generated in {thought:.0f} s, written in {filled:.0f} s, "
        f"roll-ups in {rolled:.0f} s, {recorded:,} entries by hand in {imported:.0f} s"
    )
    counted = made.counted & (made.seq_to == generator.LATER)
    columns = {
        name: getattr(made, name)[counted]
        for name in ("measure", "place", "day", "value", "unit", "dim1", "dim2")
    }
    np.savez(database.with_name("rows.npz"), village=of.village[columns["unit"] - of.first], **columns)


def _start() -> tuple[int, Actor]:
    """A province with its administrators and three members. Returns its key and the system administrator."""
    from youju.actions import members, setup
    from youju.actions.setup import Account
    from youju.actions.units import NewUnit

    administrators = {
        "system": Account("sys", "系统员"), "security": Account("sec", "安全员"), "audit": Account("aud", "审计员"),
    }  # fmt: skip
    top = NewUnit("测速省", "province", None, "990000000000", since=date(2000, 1, 1))
    (province,) = setup.init([top], administrators)  # type: ignore[arg-type]
    system, security = setup.member_of("sys"), setup.member_of("sec")
    for account, role in (("clerk", "clerk"), ("recorder", "recorder"), ("reviewer", "reviewer")):
        member = members.add_member(account, account, province, by=system)
        members.grant(member, role, province, by=security, since=date(2000, 1, 1))  # type: ignore[arg-type]
    return province, system


if __name__ == "__main__":
    import django

    django.setup()
    make(int(sys.argv[1]), Path(sys.argv[2]))
