"""校验: what looks wrong in the ledger though every entry by itself is right. Pure rules; the store brings the rows.

A finding is no accusation and no score: it names records to look at, and what to do with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Literal

from youju.core.period import Period

Kind = Literal["contradiction", "outlier", "duplicate", "falling", "above", "evidence", "late"]
TITLES: dict[Kind, tuple[str, str]] = {
    "contradiction": ("前后矛盾", "部分超过全体，如调结数多于受理数。请核对两边的记录，更正有误的一条。"),
    "above": ("超过实有数", "填报的自然屯、行政村个数多于组织机构中的实有数。请核对数字，或补录新设的组织。"),
    "falling": (
        "清点数下降",
        "清点数、存量比上一次少。确实减少的（如人口迁出、图书报损）不必处理；填错的请更正。",
    ),
    "outlier": ("数值离群", "数值远高于同一数据项的其他记录，常见于多写一位或单位写错。请与原始单据核对。"),
    "duplicate": ("疑似重复", "同一组织、同一天、同样内容登记了两次以上。确属重复的请作废其一。"),
    "evidence": ("佐证单薄", "按规定须附佐证材料，但还没有附。请打开记录补附。"),
    "late": ("集中补录", "同一天补录了许多以往月份的记录。请确认是否属实并注明原因。"),
}
ENOUGH = 8  # values of a measure from which a median means something


@dataclass(frozen=True, slots=True)
class Said:
    """What one entry says of a measure, or an entry as such."""

    entry: int
    unit: int
    day: date
    key: str = ""
    value: int = 0


@dataclass(frozen=True, slots=True)
class Suspect:
    """Records that belong together and look wrong.

    topic     what it is about, the same for like findings of other units
    text      what is wrong here, without the unit
    entries   the records, or the first of them
    day       the day it is about
    register  with `period`: where a list shows all the records, '' when `entries` are all
    """

    kind: Kind
    topic: str
    text: str
    entries: tuple[int, ...]
    unit: int
    day: date
    register: str = ""
    period: Period | None = None


def outliers(said: Iterable[Said], times: int) -> list[Said]:
    """Values more than `times` the median of their key, where there are enough of them; the first first."""
    by_key: dict[str, list[Said]] = defaultdict(list)
    for each in said:
        if each.value > 0:
            by_key[each.key].append(each)
    found = []
    for own in by_key.values():
        if len(own) >= ENOUGH:
            usual = median(each.value for each in own)
            found += [each for each in own if each.value > times * usual]
    return sorted(found, key=lambda each: (each.day, each.entry))


def duplicates(said: Iterable[Said]) -> list[tuple[Said, ...]]:
    """Entries of one unit and day with the same key, in groups of two or more."""
    groups: dict[tuple[int, date, str], list[Said]] = defaultdict(list)
    for each in said:
        groups[each.unit, each.day, each.key].append(each)
    return sorted(
        (tuple(sorted(own, key=lambda each: each.entry)) for own in groups.values() if len(own) > 1),
        key=lambda own: (own[0].day, own[0].entry),
    )


def late_batches(said: Iterable[tuple[Said, date]], least: int) -> list[tuple[date, tuple[Said, ...]]]:
    """Entries recorded after the month of their day, at least `least` of one unit and key on one day of recording."""
    groups: dict[tuple[int, str, date], list[Said]] = defaultdict(list)
    for each, recorded in said:
        if (recorded.year, recorded.month) > (each.day.year, each.day.month):
            groups[each.unit, each.key, recorded].append(each)
    return [(recorded, tuple(own)) for (_, _, recorded), own in sorted(groups.items()) if len(own) >= least]
