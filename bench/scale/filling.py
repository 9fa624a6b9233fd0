"""Units and observations written into a ledger's SQLite file, as fast as SQLite takes them."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import numpy as np

from bench.scale.generator import CAMPAIGNS, HEAD, LATER, NO_ENTRY, TRANSFER, Rows
from bench.scale.organisation import DAYS, FIRST, KINDS, VILLAGE, Organisation
from youju.core.orgtree import FAR

PIECE = 250_000


def fill(database: Path, of: Organisation, made: Rows, keys: list[int], seq: int) -> None:
    """Write units below the province and all observations into a ledger that has the province and the register.

    keys  the key of each flow's and stock's measure
    seq   the event that made the province: the units, and what became of them, are known since
    """
    store = sqlite3.connect(database, isolation_level=None)
    # A ledger half made is made again; nothing here has to survive a crash.
    for pragma in (
        "foreign_keys=OFF", "journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE",
        "cache_size=-1500000", "temp_store=MEMORY", "threads=2",
    ):  # fmt: skip
        store.execute(f"PRAGMA {pragma}")
    with store:
        store.execute("BEGIN")
        units(store, of, seq)
        _observations(store, made, keys)
        store.execute("UPDATE store_ledger SET head = ?", (HEAD,))
        store.execute("COMMIT")
    store.execute("PRAGMA analysis_limit=20000")
    store.execute("ANALYZE")
    store.execute("PRAGMA journal_mode=WAL")
    store.close()


def _observations(store: sqlite3.Connection, made: Rows, keys: list[int]) -> None:
    indexes = store.execute(
        "SELECT name, sql FROM sqlite_master WHERE type='index' AND tbl_name='store_observation' AND sql IS NOT NULL"
    ).fetchall()
    triggers = store.execute(
        "SELECT name, sql FROM sqlite_master WHERE type='trigger' AND tbl_name='store_observation'"
    ).fetchall()
    for name, _ in indexes:
        store.execute(f"DROP INDEX {name}")
    for name, _ in triggers:
        store.execute(f"DROP TRIGGER {name}")
    days = np.array([(FIRST + timedelta(days=each)).isoformat() for each in range(DAYS)], dtype=object)
    text1 = np.array(["", *(f"专项{at}" for at in range(1, CAMPAIGNS + 1))], dtype=object)
    text2, key_of = np.array(["", "甲", "乙", "丙", "丁"], dtype=object), np.array(keys)
    head = (
        "INSERT INTO store_observation (measure_id, place, day, value, unit_id, dim1, dim2, counted, seq_from, seq_to,"
        " entry_id, revision_id, dim3, origin, series, level) VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,"
        f" ?11+{NO_ENTRY},?12+{NO_ENTRY},'',"
    )
    for start in range(0, len(made.measure), PIECE):
        for stock in (False, True):
            which = start + np.flatnonzero(made.stock[start : start + PIECE] == stock)
            columns = [
                key_of[made.measure[which]], made.place[which], days[made.day[which]], made.value[which], made.unit[which],
                text1[made.dim1[which]], text2[made.dim2[which]], made.counted[which].astype(np.int64),
                made.seq_from[which], made.seq_to[which], made.entry[which], made.revision[which],
            ]  # fmt: skip
            tail = "'own','',NULL)"
            if stock:
                columns += [made.origin[which], made.series[which], made.reported[which]]
                # What waits is a row on its own, whose level nobody has looked at.
                tail = (
                    f"CASE ?13 WHEN {TRANSFER} THEN 'transfer' ELSE 'own' END,"
                    f" CASE WHEN ?8 THEN 'L'||?14 ELSE 'P'||(?11+{NO_ENTRY})||'.0' END, CASE WHEN ?8 THEN ?15 END)"
                )
            store.executemany(head + tail, zip(*(each.tolist() for each in columns), strict=True))
    for _, sql in (*indexes, *triggers):
        store.execute(sql)


def units(store: sqlite3.Connection, of: Organisation, seq: int) -> None:
    """All units below the province, with their names and places."""
    ended = {each.unit: FIRST + timedelta(days=each.day) for each in of.reorganisations if each.merges}
    for at, own in enumerate(of.levels):
        if not at:
            continue  # the province is there
        kind, start = KINDS[at], of.starts[at]
        keys = range(start, start + len(own))
        store.executemany(
            "INSERT INTO store_orgunit (id, uid, seq) VALUES (?, ?, ?)",
            ((unit, f"{unit:032x}", seq) for unit in keys),
        )
        store.executemany(
            "INSERT INTO store_unitnaming (unit_id, name, kind, code, aliases, since, until, seq_from, seq_to)"
            f" VALUES (?, ?, '{kind}', ?, '', '2000-01-01', ?, {seq}, {LATER})",
            (
                (unit, f"{kind}{unit}", str(place)[:12] if at <= VILLAGE else "", str(ended.get(unit, FAR)))
                for unit, place in zip(keys, own.tolist(), strict=True)
            ),
        )
    store.executemany(
        "INSERT INTO store_unitplacement (unit_id, parent_id, place, since, until, successor_id, seq_from, seq_to)"
        f" VALUES (?, ?, ?, ?, ?, ?, {seq}, {LATER})",
        (
            (each.unit, each.parent, each.place, str(each.since), str(each.until), each.successor)
            for each in of.placements()
            if each.unit != of.first
        ),
    )
