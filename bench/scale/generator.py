"""A province's ledger with many observations, the same for the same size (seed 20260101).

1 province, 14 cities, 110 counties, 1,250 towns, 16,000 villages, 200,000 hamlets by gamma(6) weights. Observations: 72 % of villages,
22 % of hamlets, 6 % of towns; 120 measures (72 flows, 30 stocks, 18 coverages of flows), popularity rank^-0.6; days uniform over
2023-2025; values lognormal(3, 1.2); 92 % reviewed; 5 % superseded; 3 % late, 1 % withdrawn. Every third flow has two rolled dimensions.
Observations stand without entries behind them, so a figure can be asked here but not opened; nothing is reorganised.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from youju.core.measure import Condition, Coverage, Dimension, Measure
from youju.core.orgtree import SLOTS, level_size
from youju.core.quantity import UnitTable
from youju.core.register import Field, Register

SEED = 20260101
COUNTS = (1, 14, 110, 1250, 16000, 200000)
KINDS = ("province", "city", "county", "town", "village", "hamlet")
FLOWS, STOCKS, COVERAGES = 72, 30, 18
FIRST, DAYS = date(2023, 1, 1), 1096
CAMPAIGNS, GROUPS = 6, 4
HEAD = 10
LATER = 2**62
NO_ENTRY = 10**12  # keys of entries that are not there, far above those that may come
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Rows:
    """Observations as columns; `measure` from 0, days since FIRST, dimensions from 0 (none)."""

    measure: Ints
    place: Ints
    day: Ints
    value: Ints
    unit: Ints
    dim1: Ints
    dim2: Ints
    counted: NDArray[np.bool_]
    seq_to: Ints
    level: NDArray[np.bool_]


def registers(units: UnitTable) -> list[Register]:
    """The register with all measures."""
    unit = units.find("件")
    villages = units.find("个")
    assert unit is not None
    assert villages is not None
    plain = Measure("", "", unit, "flow", "scale", "测速用", source="测速用")
    both = (Dimension("专项", rolled=True), Dimension("对象", rolled=True))
    measures = [
        replace(plain, id=f"scale.flow{at}", title=f"流量{at}", dimensions=both if at % 3 == 0 else ())
        for at in range(FLOWS)
    ]
    measures += [
        replace(plain, id=f"scale.stock{at}", title=f"存量{at}", behaviour="stock") for at in range(STOCKS)
    ]
    measures += [
        replace(
            plain, id=f"scale.covered{at}", title=f"覆盖{at}", unit=villages, behaviour="coverage",
            coverage=Coverage("village", (Condition(f"scale.flow{at}"),)),
        )
        for at in range(COVERAGES)
    ]  # fmt: skip
    fields = (Field("day", "日期", "date", required=True),)
    return [
        Register(
            "scale", "log", "测速台账", "village", fields, "day", "测速用", "测速用", measures=tuple(measures)
        )
    ]


def places() -> list[Ints]:
    """The places of all units, one array a level; a child's parent is the unit whose interval holds it."""
    random = np.random.default_rng(SEED)
    found = [np.array([99 * level_size(1)], dtype=np.int64)]
    for level, count in enumerate(COUNTS[1:], start=2):
        parents = found[-1]
        weights = random.gamma(6, size=len(parents))
        share = np.maximum(random.multinomial(count - len(parents), weights / weights.sum()) + 1, 1)
        first = SLOTS["village"].start if level == 5 else 1
        limit = len(SLOTS["village"]) if level == 5 else 99 if level < 4 else 999
        share = np.minimum(share, limit)
        numbers = np.concatenate([np.arange(first, first + each) for each in share])
        found.append(np.repeat(parents, share) + numbers * level_size(level))
    return found


def rows(size: int, levels: list[Ints], first_unit: int) -> Rows:
    """The observations, in the order they arrived.

    first_unit  the key of the province; the others follow by level and place
    """
    random = np.random.default_rng(SEED + 1)
    starts = np.cumsum([first_unit, *(len(each) for each in levels[:-1])])
    level = random.choice([4, 5, 3], size=size, p=[0.72, 0.22, 0.06])
    which = random.random(size)
    place, unit = np.empty(size, np.int64), np.empty(size, np.int64)
    for each in (3, 4, 5):
        mine = level == each
        index = (which[mine] * len(levels[each])).astype(np.int64)
        place[mine], unit[mine] = levels[each][index], starts[each] + index
    popularity = np.arange(1, FLOWS + STOCKS + 1) ** -0.6
    popularity = np.random.default_rng(7).permutation(popularity)
    measure = random.choice(FLOWS + STOCKS, size=size, p=popularity / popularity.sum())
    day = random.integers(0, DAYS, size)
    value = np.exp(random.normal(3, 1.2, size)).astype(np.int64) + 1
    stock = measure >= FLOWS
    split = ~stock & (measure % 3 == 0)
    fate = random.random(size)
    seq_to = np.where(fate < 0.06, HEAD - 1, LATER)
    counted = random.random(size) < 0.92
    # A level says how much stands; the row holds the difference against the same unit's level before.
    standing = np.flatnonzero(stock & counted & (seq_to == LATER))
    order = standing[np.lexsort((standing, day[standing], unit[standing], measure[standing]))]
    same = (measure[order][1:] == measure[order][:-1]) & (unit[order][1:] == unit[order][:-1])
    before = np.concatenate([[0], np.where(same, value[order][:-1], 0)])
    value = value.copy()
    value[order] -= before
    return Rows(
        measure, place, day, value, unit,
        np.where(split, random.integers(0, CAMPAIGNS + 1, size), 0),
        np.where(split, random.integers(0, GROUPS + 1, size), 0),
        counted, seq_to, stock,
    )  # fmt: skip


def fill(database: Path, levels: list[Ints], made: Rows, province: int, keys: list[int], seq: int) -> None:
    """Write units below the province and all observations into a ledger that has the province and the register.

    keys  the key of each flow's and stock's measure
    seq   the event that made the province: the units are known since
    """
    days = [(FIRST + timedelta(days=each)).isoformat() for each in range(DAYS)]
    with sqlite3.connect(database) as store:
        store.execute("PRAGMA foreign_keys=OFF")
        store.execute("PRAGMA synchronous=OFF")
        _units(store, levels, province, seq)
        indexes = store.execute(
            "SELECT name, sql FROM sqlite_master WHERE type='index' AND tbl_name='store_observation' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            store.execute(f"DROP INDEX {name}")
        text1, text2 = ["", *(f"专项{at}" for at in range(1, CAMPAIGNS + 1))], ["", "甲", "乙", "丙", "丁"]
        piece = 200_000
        for start in range(0, len(made.measure), piece):
            cut = slice(start, start + piece)
            store.executemany(
                "INSERT INTO store_observation (measure_id, place, day, value, unit_id, dim1, dim2, dim3, counted, seq_from, seq_to,"
                " series, level, origin, entry_id, revision_id) VALUES (?,?,?,?,?,?,?,'',?,2,?,?,?,'own',?,?)",
                (
                    (
                        keys[measure], place, days[day], value, unit, text1[dim1], text2[dim2], counted, seq_to,
                        ("" if not level else f"L{unit}" if counted else f"P{entry}"), 0 if level else None, entry, entry,
                    )
                    for entry, (measure, place, day, value, unit, dim1, dim2, counted, seq_to, level) in enumerate(
                        zip(*(getattr(made, name)[cut].tolist() for name in Rows.__dataclass_fields__), strict=True),
                        start=start + NO_ENTRY,
                    )
                ),
            )  # fmt: skip
        for _, sql in indexes:
            store.execute(sql)
        store.execute("UPDATE store_ledger SET head = ?", (HEAD,))
        store.execute("ANALYZE")


def _units(store: sqlite3.Connection, levels: list[Ints], province: int, seq: int) -> None:
    key = province
    parents = {int(levels[0][0]): province}
    for at, own in enumerate(levels[1:], start=1):
        kind, above = KINDS[at], level_size(at)
        made = {int(place): key + number for number, place in enumerate(own.tolist(), start=1)}
        key += len(own)
        store.executemany(
            "INSERT INTO store_orgunit (id, uid, seq) VALUES (?, ?, ?)",
            ((unit, f"{unit:032x}", seq) for unit in made.values()),
        )
        store.executemany(
            "INSERT INTO store_unitnaming (unit_id, name, kind, code, aliases, since, until, seq_from, seq_to)"
            " VALUES (?, ?, ?, ?, '', '2000-01-01', '9999-12-31', ?, ?)",
            (
                (unit, f"{kind}{unit}", kind, str(place)[:12] if at < 5 else "", seq, LATER)
                for place, unit in made.items()
            ),
        )
        store.executemany(
            "INSERT INTO store_unitplacement (unit_id, parent_id, place, since, until, seq_from, seq_to)"
            " VALUES (?, ?, ?, '2000-01-01', '9999-12-31', ?, ?)",
            ((unit, parents[place - place % above], place, seq, LATER) for place, unit in made.items()),
        )
        parents = made
