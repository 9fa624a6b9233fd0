"""The ledger that is measured: made once a size, kept in a folder, opened by Django in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2025, 12, 31)


def open_ledger(size: int, folder: Path) -> Path:
    """Make the ledger of this size when it is not there, and let Django use it. Returns its database file."""
    data = folder / f"{size}"
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
    return database


def make(size: int, database: Path) -> None:
    """Start the ledger by actions, fill it by SQL, and build its roll-ups."""
    from bench.scale import generator
    from youju.actions import members, registers, rolling, setup
    from youju.actions.setup import Account
    from youju.actions.units import NewUnit
    from youju.config.settings import SHIPPED_CATALOG
    from youju.specs.catalog import load_catalog
    from youju.specs.lexicon import load_units
    from youju.store.models import MeasureKey

    started = time.perf_counter()
    units = load_units([SHIPPED_CATALOG / "units.yaml"])
    administrators = {
        "system": Account("sys", "系统员"), "security": Account("sec", "安全员"), "audit": Account("aud", "审计员"),
    }  # fmt: skip
    top = NewUnit("测速省", "province", None, "990000000000", since=date(2000, 1, 1))
    (province,) = setup.init([top], administrators)  # type: ignore[arg-type]
    system, security = setup.member_of("sys"), setup.member_of("sec")
    for account, role in (("clerk", "clerk"), ("recorder", "recorder"), ("reviewer", "reviewer")):
        member = members.add_member(account, account, province, by=system)
        members.grant(member, role, province, by=security, since=date(2000, 1, 1))  # type: ignore[arg-type]
    shipped = load_catalog(SHIPPED_CATALOG, None, units).catalog.registers["publicity-leaflets"]
    kept = generator.registers(units)
    registers.sync([*kept, shipped], by=system, unit=province)
    names = [measure.id for measure in kept[0].measures if measure.observed]
    keys = [MeasureKey.unscoped.create(name=name).pk for name in names]
    levels = generator.places()
    made = generator.rows(size, levels, province)
    generator.fill(database, levels, made, province, keys, 1)
    filled = time.perf_counter()
    rolling.rebuild()
    print(
        f"made {size:,} observations of {sum(map(len, levels)):,} units in {filled - started:.0f} s, "
        f"roll-ups in {time.perf_counter() - filled:.0f} s"
    )
    columns = {
        name: getattr(made, name) for name in ("measure", "place", "day", "value", "unit", "dim1", "dim2")
    }
    np.savez(
        database.with_name("rows.npz"), counted=made.counted & (made.seq_to == generator.LATER), **columns
    )


if __name__ == "__main__":
    import django

    django.setup()
    make(int(sys.argv[1]), Path(sys.argv[2]))
