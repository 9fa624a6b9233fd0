"""A ledger with many observations, the same for the same size (seed 20260101).

Observations: 72 % of villages, 22 % of hamlets, 6 % of towns; 120 measures (72 flows, 30 stocks, 18 coverages of flows), popularity
rank^-0.6; days uniform over 2023-2025; values lognormal(3, 1.2); 92 % reviewed, the others wait; 5 % superseded by another value,
1 % withdrawn; 3 % recorded 1 to 60 days late. They arrive in the order of recording, one ledger number a day. Every third flow has two
rolled dimensions; every ninth flow is expected monthly of every village. What a unit that moved or merged reported stands where
the product's own rules put it, with its stocks transferred.

Observations stand without entries behind them, so these figures can be asked but not opened; what a superseded stock was changed
from is not kept, so of the past only flows can be asked.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from bench.scale.organisation import DAYS, FIRST, HAMLET, SEED, TOWN, VILLAGE, Ints, Organisation
from youju.core.measure import Condition, Coverage, Dimension, Expectation, Measure
from youju.core.observation import NO_DIMS, Point, Row, stock_rows
from youju.core.quantity import UnitTable
from youju.core.register import Field, Register

FLOWS, STOCKS, COVERAGES = 72, 30, 18
CAMPAIGNS, GROUPS = 6, 4
FIRST_SEQ = 100  # the ledger number of FIRST, above those that making the ledger takes
HEAD = FIRST_SEQ + DAYS
LATER = 2**62
NO_ENTRY = 10**12  # keys of entries that are not there, far above those that may come
OWN, TRANSFER = 0, 1


@dataclass(frozen=True)
class Rows:
    """Observations as columns, in the order they arrived.

    measure    from 0, flows before stocks; stock tells which
    day        days since FIRST
    value      what the row adds; reported: the level that was said, of stocks
    unit       who said it; series: whose levels it belongs to
    dim1, dim2 from 0 (none)
    entry      which of the entries that are not there; revision likewise
    """

    measure: Ints
    stock: NDArray[np.bool_]
    place: Ints
    day: Ints
    value: Ints
    reported: Ints
    unit: Ints
    series: Ints
    dim1: Ints
    dim2: Ints
    counted: NDArray[np.bool_]
    origin: Ints
    seq_from: Ints
    seq_to: Ints
    entry: Ints
    revision: Ints


def registers(units: UnitTable) -> list[Register]:
    """The register with all measures."""
    unit = units.find("件")
    villages = units.find("个")
    assert unit is not None
    assert villages is not None
    plain = Measure("", "", unit, "flow", "scale", "测速用", source="测速用")
    both = (Dimension("专项", rolled=True), Dimension("对象", rolled=True))
    monthly = Expectation("monthly", "village")
    measures = [
        replace(
            plain, id=f"scale.flow{at}", title=f"流量{at}", dimensions=both if at % 3 == 0 else (),
            expected=monthly if at % 9 == 1 else None,
        )
        for at in range(FLOWS)
    ]  # fmt: skip
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


def rows(size: int, of: Organisation) -> Rows:
    """So many observations, and the transfers that reorganisations add."""
    random = np.random.default_rng(SEED + 1)
    first_said = size - size // 21  # the others are the values that superseded one in twenty
    unit, day, measure, value, seq_from = _said(first_said, of, random)
    again = np.sort(random.choice(first_said, size - first_said, replace=False))
    rest = np.ones(first_said, dtype=np.bool_)
    rest[again] = False
    withdrawn = np.flatnonzero(rest)[random.random(int(rest.sum())) < 0.01 / 0.95]
    seq_to = np.full(first_said, LATER)
    end = np.minimum(seq_from + random.integers(1, 31, first_said), HEAD)
    seq_to[again], seq_to[withdrawn] = end[again], end[withdrawn]
    value_again = np.maximum(value[again] + random.integers(-9, 10, len(again)), 1)
    split = (measure < FLOWS) & (measure % 3 == 0)
    dim1 = np.where(split, random.integers(0, CAMPAIGNS + 1, first_said), 0)
    dim2 = np.where(split, random.integers(0, GROUPS + 1, first_said), 0)
    counted = random.random(first_said) < 0.92
    counted[again], counted[withdrawn] = True, True
    entry = np.arange(first_said)

    def joined(one: NDArray[np.generic], other: NDArray[np.generic] | None = None) -> Ints:
        """The values said first with those that superseded some, in the order of recording."""
        whole: Ints = np.concatenate([one, one[again] if other is None else other])[arrival]
        return whole

    arrival = np.argsort(np.concatenate([seq_from, end[again]]), kind="stable")
    unit, day, measure = joined(unit), joined(day), joined(measure)
    value = joined(value, value_again)
    stock = measure >= FLOWS
    made = Rows(
        measure, stock, _placed(unit, day, of), day, value, value.copy(), unit, unit, joined(dim1), joined(dim2),
        joined(counted).astype(np.bool_), np.full(size, OWN), joined(seq_from, end[again]),
        joined(seq_to, np.full(len(again), LATER)), joined(entry), np.arange(size),
    )  # fmt: skip
    return _with_transfers(_differences(made), of)


def _said(size: int, of: Organisation, random: np.random.Generator) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Unit, day, measure, value and the ledger number of each entry's first revision."""
    level = random.choice([VILLAGE, HAMLET, TOWN], size=size, p=[0.72, 0.22, 0.06])
    counts, starts = np.array([len(each) for each in of.levels]), np.array(of.starts)
    unit = starts[level] + (random.random(size) * counts[level]).astype(np.int64)
    popularity = np.arange(1, FLOWS + STOCKS + 1) ** -0.6
    popularity = np.random.default_rng(7).permutation(popularity)
    measure = random.choice(FLOWS + STOCKS, size=size, p=popularity / popularity.sum())
    day = random.integers(0, DAYS, size)
    value = np.exp(random.normal(3, 1.2, size)).astype(np.int64) + 1
    late = np.where(random.random(size) < 0.03, random.integers(1, 61, size), 0)
    seq_from = FIRST_SEQ + np.minimum(day + late, DAYS - 1)
    ended = of.ended_on[unit - of.first] <= day
    unit[ended] = of.successor[unit[ended] - of.first]
    return unit, day, measure, value, seq_from


def _placed(unit: Ints, day: Ints, of: Organisation) -> Ints:
    index = unit - of.first
    return np.where(of.moved_on[index] <= day, of.new_place[index], of.place[index])


def _differences(made: Rows) -> Rows:
    """A level says how much stands; the row holds the difference against the same unit's level before."""
    standing = np.flatnonzero(made.stock & made.counted & (made.seq_to == LATER))
    order = standing[
        np.lexsort((made.revision[standing], made.day[standing], made.unit[standing], made.measure[standing]))
    ]
    measure, unit, value = made.measure[order], made.unit[order], made.value[order]
    same = (measure[1:] == measure[:-1]) & (unit[1:] == unit[:-1])
    made.value[order] -= np.concatenate([[0], np.where(same, value[:-1], 0)])
    return made


def _with_transfers(made: Rows, of: Organisation) -> Rows:
    """What units that moved or merged reported of stocks, as core.observation places it."""
    index = made.unit - of.first
    touched = made.stock & made.counted & (made.seq_to == LATER)
    touched &= (of.moved_on[index] < DAYS) | (of.ended_on[index] < DAYS)
    heirs = np.isin(made.unit, of.successor[of.successor > 0])
    heirs &= made.stock & made.counted & (made.seq_to == LATER)
    taken_over: dict[tuple[int, int], list[Point]] = defaultdict(list)
    for key, point in _points(made, np.flatnonzero(heirs)):
        taken_over[key].append(point)
    series: dict[tuple[int, int], list[Point]] = defaultdict(list)
    for key, point in _points(made, np.flatnonzero(touched)):
        series[key].append(point)
    tree = of.reorganised()
    found: list[Row] = []
    for (measure, unit), points in sorted(series.items()):
        cut = None
        successor = int(of.successor[unit - of.first])
        if successor:
            ended = FIRST + timedelta(days=int(of.ended_on[unit - of.first]))
            later = [each for each in taken_over[measure, successor] if each.day >= ended]
            cut = min(later, key=lambda each: (each.day, each.revision), default=None)
        found.extend(stock_rows(str(measure), str(unit), NO_DIMS, points, tree, cut))
    return _joined(made, ~touched, found)


def _points(made: Rows, which: Ints) -> list[tuple[tuple[int, int], Point]]:
    columns = (made.measure, made.unit, made.day, made.reported, made.entry, made.revision)
    return [
        ((measure, unit), Point(FIRST + timedelta(days=day), unit, level, entry, revision))
        for measure, unit, day, level, entry, revision in zip(
            *(each[which].tolist() for each in columns), strict=True
        )
    ]


def _joined(made: Rows, kept: NDArray[np.bool_], found: list[Row]) -> Rows:
    """The rows kept, and those that core made."""
    day = np.array([(each.day - FIRST).days for each in found], dtype=np.int64)
    revision = np.array([each.revision for each in found], dtype=np.int64)
    # A transfer is known since the day of the move, or since its report when that came later.
    known = np.maximum(made.seq_from[revision], FIRST_SEQ + np.minimum(day, DAYS - 1))
    own = np.array([each.origin == "own" for each in found], dtype=np.bool_)
    columns: dict[str, Ints | NDArray[np.bool_]] = {
        "measure": np.array([int(each.measure) for each in found], dtype=np.int64),
        "stock": np.ones(len(found), dtype=np.bool_),
        "place": np.array([each.place for each in found], dtype=np.int64),
        "day": day,
        "value": np.array([each.value for each in found], dtype=np.int64),
        "reported": np.array([each.level for each in found], dtype=np.int64),
        "unit": np.array([each.unit for each in found], dtype=np.int64),
        "series": np.array([int(each.series) for each in found], dtype=np.int64),
        "dim1": np.zeros(len(found), dtype=np.int64),
        "dim2": np.zeros(len(found), dtype=np.int64),
        "counted": np.ones(len(found), dtype=np.bool_),
        "origin": np.where(own, OWN, TRANSFER),
        "seq_from": np.where(own, made.seq_from[revision], known),
        "seq_to": np.full(len(found), LATER),
        "entry": np.array([each.entry for each in found], dtype=np.int64),
        "revision": revision,
    }
    order = np.argsort(np.concatenate([made.seq_from[kept], columns["seq_from"]]), kind="stable")
    return Rows(
        **{name: np.concatenate([getattr(made, name)[kept], own])[order] for name, own in columns.items()}
    )
