"""The organisation that is measured: its places, and what twenty reorganisations make of them.

1 province, 14 cities, 110 counties, 1,250 towns, 16,000 villages, 200,000 hamlets by gamma(6) weights; for the smallest ledger
fewer of each. Keys of units follow each other by level and place. The same for the same counts (seed 20260101).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from youju.core.orgtree import SLOTS, OrgTree, Placement, level_size

SEED = 20260101
FULL = (1, 14, 110, 1250, 16000, 200000)
SMALL = (1, 3, 12, 60, 700, 4000)
KINDS = ("province", "city", "county", "town", "village", "hamlet")
COUNTY, TOWN, VILLAGE, HAMLET = 2, 3, 4, 5  # in KINDS
FIRST, DAYS = date(2023, 1, 1), 1096
BORN = date(2000, 1, 1)
REORGANISATIONS = 20
NEVER = 10**6
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Reorganisation:
    """A unit that moves under `target`, or merges into it, on a day counted from FIRST.

    moved  unit → its parent and place from that day on; a merged unit itself is not among them
    """

    merges: bool
    unit: int
    target: int
    day: int
    moved: dict[int, tuple[int, int]]


@dataclass(frozen=True)
class Organisation:
    """Places by level (a child's parent is the unit whose interval holds it), the province's key, and what changed."""

    levels: list[Ints]
    first: int
    reorganisations: list[Reorganisation]

    @cached_property
    def starts(self) -> list[int]:
        """The key of each level's first unit."""
        return [self.first + int(each) for each in np.cumsum([0, *(len(each) for each in self.levels[:-1])])]

    @cached_property
    def place(self) -> Ints:
        """Where each unit stood at first."""
        return np.concatenate(self.levels)

    @cached_property
    def parent(self) -> Ints:
        """Each unit's parent at first; 0 of the province."""
        found = [np.array([0])]
        for at, above in enumerate(self.levels[:-1]):
            found.append(self.starts[at] + np.searchsorted(above, self.levels[at + 1], side="right") - 1)
        return np.concatenate(found)

    @cached_property
    def moved_on(self) -> Ints:
        """The day each unit moved, NEVER for most."""
        return self._spread(NEVER, {unit: each.day for each in self.reorganisations for unit in each.moved})

    @cached_property
    def new_place(self) -> Ints:
        """Where a unit that moved stands since."""
        return self._spread(
            0, {unit: new[1] for each in self.reorganisations for unit, new in each.moved.items()}
        )

    @cached_property
    def ended_on(self) -> Ints:
        """The day each unit was merged, NEVER for most."""
        return self._spread(NEVER, {each.unit: each.day for each in self.reorganisations if each.merges})

    @cached_property
    def successor(self) -> Ints:
        """Who took over from a merged unit."""
        return self._spread(0, {each.unit: each.target for each in self.reorganisations if each.merges})

    @cached_property
    def village(self) -> Ints:
        """The village that each unit is or belongs to at last; 0 above."""
        own = np.arange(self.first, self.first + len(self.place))
        own[: self.starts[VILLAGE] - self.first] = 0
        hamlets = self.starts[HAMLET] - self.first
        own[hamlets:] = self.parent[hamlets:]
        for each in self.reorganisations:
            for unit, (parent, _) in each.moved.items():
                if unit >= self.starts[HAMLET]:
                    own[unit - self.first] = parent
            if each.merges and own[each.unit - self.first]:
                own[each.unit - self.first] = each.target
        return own

    def placements(self) -> Iterator[Placement]:
        """Every placement, as the product's own moves and mergers write them."""
        parents, places, changed = self.parent.tolist(), self.place.tolist(), self._changed
        for at, place in enumerate(places):
            unit, parent = self.first + at, parents[at] or None
            if unit not in changed:
                yield Placement(unit, parent, place, BORN)
                continue
            day, successor, after = changed[unit]
            yield Placement(unit, parent, place, BORN, day, successor)
            if after is not None:
                yield Placement(unit, *after, day)

    def reorganised(self) -> OrgTree:
        """The units that moved or merged, with those that took over: enough to place what they reported."""
        units = set(self._changed) | {each.target for each in self.reorganisations}
        return OrgTree([each for each in self.placements() if each.unit in units], ())

    @cached_property
    def _changed(self) -> dict[int, tuple[date, int | None, tuple[int, int] | None]]:
        found: dict[int, tuple[date, int | None, tuple[int, int] | None]] = {}
        for each in self.reorganisations:
            day = FIRST + timedelta(days=each.day)
            found.update((unit, (day, None, new)) for unit, new in each.moved.items())
            if each.merges:
                found[each.unit] = day, each.target, None
        return found

    def _spread(self, usual: int, known: dict[int, int]) -> Ints:
        found = np.full(len(self.place), usual)
        found[np.array(list(known), dtype=np.int64) - self.first] = list(known.values())
        return found


def organise(counts: tuple[int, ...], first: int) -> Organisation:
    """The organisation of so many units a level, the province's key being `first`."""
    plain = Organisation(_places(counts), first, [])
    return Organisation(plain.levels, first, _reorganise(plain))


def _places(counts: tuple[int, ...]) -> list[Ints]:
    random = np.random.default_rng(SEED)
    found = [np.array([99 * level_size(1)], dtype=np.int64)]
    for level, count in enumerate(counts[1:], start=2):
        parents = found[-1]
        weights = random.gamma(6, size=len(parents))
        share = np.maximum(random.multinomial(count - len(parents), weights / weights.sum()) + 1, 1)
        first = SLOTS["village"].start if level == 5 else 1
        limit = len(SLOTS["village"]) if level == 5 else 99 if level < 4 else 999
        share = np.minimum(share, limit)
        numbers = np.concatenate([np.arange(first, first + each) for each in share])
        found.append(np.repeat(parents, share) + numbers * level_size(level))
    return found


def _reorganise(of: Organisation) -> list[Reorganisation]:
    """Towns and villages of forty towns move and merge, one after the other from February 2023 to April 2025."""
    towns = of.levels[TOWN]
    added: Counter[int] = Counter()  # children that a unit was given
    found = []
    for number in range(REORGANISATIONS):
        at = number * (len(towns) // REORGANISATIONS)
        one, other = of.starts[TOWN] + at, of.starts[TOWN] + at + 1
        day = 40 + 42 * number
        match number % 4:
            case 0:
                counties = of.levels[COUNTY]
                own = int(of.parent[one - of.first]) - of.starts[COUNTY]
                merges, unit, target = False, one, of.starts[COUNTY] + (own + 1) % len(counties)
            case 1:
                merges, unit, target = False, _children(of, one)[0], other
            case 2:
                merges, unit, target = True, *_children(of, one)[:2]
            case _:
                merges, unit, target = True, one, other
        moved = (_merge if merges else _move)(of, unit, target, added)
        found.append(Reorganisation(merges, unit, target, day, moved))
    return found


def _move(of: Organisation, unit: int, target: int, added: Counter[int]) -> dict[int, tuple[int, int]]:
    level = _level(of, unit)
    old, size = int(of.place[unit - of.first]), level_size(level + 1)
    children = _children(of, target)
    last = int(of.place[children[-1] - of.first]) if children else int(of.place[target - of.first])
    if not children and level == VILLAGE:
        last += (SLOTS["village"].start - 1) * size
    added[target] += 1
    new = last + added[target] * size
    moved = {}
    for at in range(level, len(of.levels)):
        low, high = np.searchsorted(of.levels[at], [old, old + size])
        for index in range(int(low), int(high)):
            key = of.starts[at] + index
            parent = target if key == unit else int(of.parent[key - of.first])
            moved[key] = parent, new + int(of.levels[at][index]) - old
    return moved


def _merge(of: Organisation, unit: int, target: int, added: Counter[int]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for child in _children(of, unit):
        found |= _move(of, child, target, added)
    return found


def _children(of: Organisation, unit: int) -> list[int]:
    level = _level(of, unit)
    low = int(of.place[unit - of.first])
    first, end = np.searchsorted(of.levels[level + 1], [low, low + level_size(level + 1)])
    return [of.starts[level + 1] + index for index in range(int(first), int(end))]


def _level(of: Organisation, unit: int) -> int:
    return max(at for at, start in enumerate(of.starts) if start <= unit)
