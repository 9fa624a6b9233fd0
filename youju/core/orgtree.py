"""The organisation as it stood: units, where they were placed on a day, and how it was known at a moment.

An `OrgTree` is built from rows that one ledger sequence number selects, so the same question asked of the
same moment gives the same answer for ever. Days are valid time; the sequence is the time of knowing.
A unit exists on a day when a placement covers it. Placement intervals exclude their `until` day.

Places are internal integers of 15 digits, 2+2+2+3+3+3 for province, city, county, town, village slot and
hamlet; a unit's subtree is one interval of them. Never shown. docs/algorithms/placement.md has the worked table.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rapidfuzz import process

from youju.core.measure import UnitKind
from youju.core.orgcolumns import NOBODY, Index, NamingColumns, PlacementColumns, Rows
from youju.core.period import Period
from youju.core.problem import DomainError

FAR = date(9999, 12, 31)
LEVEL_OF_KIND: dict[UnitKind, int] = {
    "province": 1, "city": 2, "county": 3, "town": 4, "village": 5, "community": 5,
    "office": 5, "school": 5, "partner": 5, "hamlet": 6,
}  # fmt: skip
TOWN_LEVEL = LEVEL_OF_KIND["town"]
WIDTHS = (2, 2, 2, 3, 3, 3)
DIGITS = sum(WIDTHS)
MEMBERS_KEPT = (
    400_000  # in all lists of members that one tree remembers: the same units are asked for every figure
)
SETS_KEPT = 256  # sets that others worked out of one tree
NAMINGS_KEPT = 4_000  # namings that one tree remembers as objects: a page names the same units over and over
# Which part of the village slot a kind is numbered in: 001-199 and 200-399 follow the national division code,
# 400-999 are reserved there for other things and free for ours. Source: reference of the statistical division code.
SLOTS: dict[UnitKind, range] = {
    "community": range(1, 200),
    "village": range(200, 400),
    "office": range(400, 600),
    "school": range(600, 800),
    "partner": range(800, 1000),
}


class UnknownOrgUnit(DomainError):
    """No unit of that name or code on that day within what the asker may see."""

    code = "unit.not_found"
    text = "没有找到“{name}”这个组织。{hint}"


class AmbiguousOrgUnit(DomainError):
    """Several units bear the name."""

    code = "unit.ambiguous"
    text = "“{name}”有{count}个：{choices}。请写全称（如“上级名/本名”）或代码。"


class NoFreePlace(DomainError):
    """A parent's number range is used up, or the kind cannot stand under that parent."""

    code = "unit.no_place"
    text = "“{kind}”不能放在“{parent}”之下，或其编号已用完。"


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a unit stood from a day until a day (excluded). A successor takes over what a merged unit leaves."""

    unit: int
    parent: int | None
    place: int
    since: date
    until: date = FAR
    successor: int | None = None

    def covers(self, day: date) -> bool:
        """Whether it held on `day`."""
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class Naming:
    """What a unit was called, and what kind it was, from a day until a day (excluded)."""

    unit: int
    name: str
    kind: UnitKind
    code: str
    since: date
    until: date = FAR
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tagging:
    """A tag a unit bore from a day until a day (excluded): 公路沿线."""

    unit: int
    tag: str
    since: date
    until: date = FAR


@dataclass(frozen=True, slots=True)
class Span:
    """The interval of places that was a unit's subtree from `since` until `until` (excluded); `high` excluded."""

    low: int
    high: int
    since: date
    until: date


def level_size(level: int) -> int:
    """How many places the subtree of a unit of this level takes."""
    return int(10 ** (DIGITS - sum(WIDTHS[:level])))


def node_of(place: int, level: int) -> int:
    """The number of the node of this level that a place lies in: the first place of its interval, and the level."""
    return (place - place % level_size(level)) * 10 + level


class OrgTree:
    """Units with their names, placements and tags as one moment knew them. Immutable."""

    def __init__(
        self,
        placements: Iterable[Placement] | PlacementColumns,
        namings: Iterable[Naming] | NamingColumns,
        taggings: Iterable[Tagging] = (),
    ) -> None:
        if not isinstance(placements, PlacementColumns):
            placements = PlacementColumns().extend(placements)
        if not isinstance(namings, NamingColumns):
            namings = NamingColumns().extend(namings)
        self._placed, self._named = placements.sorted(), namings.sorted()
        self._places, self._names = Index(self._placed.unit), Index(self._named.unit)
        self.taggings: dict[int, list[Tagging]] = {}
        for tagging in taggings:
            self.taggings.setdefault(tagging.unit, []).append(tagging)
        self._remembered: dict[Hashable, frozenset[int]] = {}
        self._subtrees: dict[tuple[int, date], array[int]] = {}
        self._members: dict[tuple[int, date, UnitKind | None, frozenset[str]], tuple[int, ...]] = {}
        self._newest: dict[tuple[int, UnitKind | None, frozenset[str]], tuple[int, ...]] = {}
        self._holders: dict[tuple[int, UnitKind, date], tuple[int, int] | None] = {}
        self._kept = 0
        self._naming_of: dict[int, Naming] = {}

    def remember(self, asked: Hashable, work: Callable[[], frozenset[int]]) -> frozenset[int]:
        """A set of units or places that others work out of this tree; once for all who ask the same."""
        known = self._remembered.get(asked)
        if known is None:
            known = work()
            if len(self._remembered) >= SETS_KEPT:
                self._remembered.clear()
            self._remembered[asked] = known
        return known

    @property
    def placements(self) -> Mapping[int, list[Placement]]:
        """Each unit → where it stood, by day."""
        return Rows(self._places, self._placement_of)

    @property
    def namings(self) -> Mapping[int, list[Naming]]:
        """Each unit → what it was called, by day."""
        return Rows(self._names, self._naming_at)

    def plus(self, placement: Placement, naming: Naming) -> OrgTree:
        """The same with one more unit, without tags; `self` stays as it is."""
        return OrgTree(self._placed.copied().extend([placement]), self._named.copied().extend([naming]))

    @cached_property
    def top_level(self) -> int:
        """The level of the topmost unit; that of a province when there is none yet."""
        return min((LEVEL_OF_KIND[kind] for kind in self._named.kinds()), default=1)

    @cached_property
    def ended(self) -> list[tuple[date, int, int]]:
        """Every place that a unit left, by moving, merging or ending: the first day it was no longer there, unit, place."""
        placed, far = self._placed, FAR.toordinal()
        return sorted(
            (date.fromordinal(until), placed.unit[row], placed.place[row])
            for row, until in enumerate(placed.until)
            if until != far
        )

    def begun(self, after: date, until: date) -> list[int]:
        """The places that units came to after one day and no later than another."""
        first, last, places = after.toordinal(), until.toordinal(), self._placed.place
        return [places[row] for row, since in enumerate(self._placed.since) if first < since <= last]

    @cached_property
    def miscast(self) -> list[tuple[int, int]]:
        """The level and every place of units that once were of a kind which is numbered elsewhere: a village turned community."""
        placed, named = self._placed, self._named
        numbered = {named.number_of(kind): kind for kind in SLOTS}
        said = dict.fromkeys(
            (unit, kind) for unit, kind in zip(named.unit, named.kind, strict=True) if kind in numbered
        )
        found = []
        for unit, number in said:
            kind = numbered[number]
            level = LEVEL_OF_KIND[kind]
            places = [placed.place[row] for row in self._places.rows(unit)]
            if any(each // level_size(level) % 10 ** WIDTHS[level - 1] not in SLOTS[kind] for each in places):
                found += [(level, each) for each in places]
        return found

    # One unit

    def placement(self, unit: int, day: date) -> Placement | None:
        """The placement that held on `day`, or None when the unit did not exist then."""
        row = self._row(unit, day.toordinal())
        return None if row < 0 else self._placement_of(row)

    def exists(self, unit: int, day: date) -> bool:
        """Whether the unit existed on `day`."""
        return self._row(unit, day.toordinal()) >= 0

    def absent(self, day: date) -> frozenset[int]:
        """The units that did not exist on `day`: founded later, merged or ended before."""

        def work() -> frozenset[int]:
            on, placed = day.toordinal(), self._placed
            there = {
                unit
                for unit, since, until in zip(placed.unit, placed.since, placed.until, strict=True)
                if since <= on < until
            }
            return frozenset(self._places.units).difference(there)

        return self.remember(("absent", day), work)

    def living(self, day: date, kind: UnitKind) -> frozenset[int]:
        """Every unit of a kind that existed on `day`, wherever it stood."""
        return self.remember(
            ("living", day, kind),
            lambda: frozenset(self._members_between(0, level_size(0), day, kind, frozenset())),
        )

    def heir(self, unit: int, day: date) -> int:
        """Who holds on `day` what `unit` once held: itself, or the successor of its merger, or of that one's.

        A unit that ended without a successor keeps it: its last parent's subtree still contains the place.
        """
        return self._heir(unit, day.toordinal())

    def _heir(self, unit: int, on: int) -> int:
        seen = {unit}
        while True:
            rows = self._places.rows(unit)
            if not rows or self._placed.until[rows[-1]] > on:
                return unit
            successor = self._placed.successor.get(rows[-1])
            if successor is None or successor in seen:
                return unit
            seen.add(successor)
            unit = successor

    def heirs(self, unit: int) -> tuple[int, ...]:
        """Everyone who in turn took over from `unit`, nearest first."""
        found: list[int] = []
        rows = self._places.rows(unit)
        while rows:
            successor = self._placed.successor.get(rows[-1])
            if successor is None or successor in (unit, *found):
                break
            found.append(successor)
            rows = self._places.rows(successor)
        return tuple(found)

    @cached_property
    def taken_over(self) -> Mapping[int, tuple[int, ...]]:
        """Each unit that has heirs → who they are."""
        units = sorted({self._placed.unit[row] for row in self._placed.successor})
        return {unit: heirs for unit in units if (heirs := self.heirs(unit))}

    def place(self, unit: int, day: date) -> int | None:
        """The place of whoever holds on `day` what `unit` held; its first place for days before it existed."""
        return self._place(unit, day.toordinal())

    def _place(self, unit: int, on: int) -> int | None:
        holder = self._heir(unit, on)
        row = self._row(holder, on)
        if row < 0:
            rows = self._places.rows(holder)
            if not rows:
                return None
            row = rows[0] if on < self._placed.since[rows[0]] else rows[-1]
        return self._placed.place[row]

    def _row(self, unit: int, on: int) -> int:
        since, until = self._placed.since, self._placed.until
        for row in self._places.rows(unit):
            if since[row] <= on < until[row]:
                return row
        return -1

    def _placement_of(self, row: int) -> Placement:
        placed = self._placed
        parent = placed.parent[row]
        return Placement(
            placed.unit[row],
            None if parent == NOBODY else parent,
            placed.place[row],
            date.fromordinal(placed.since[row]),
            date.fromordinal(placed.until[row]),
            placed.successor.get(row),
        )

    def path(self, unit: int, since: date, until: date = FAR) -> list[tuple[date, int, int]]:
        """Every change of (day, unit, place) for something that stands at `unit` from `since` until `until`."""
        days = {since}
        member: int | None = unit
        seen: set[int] = set()
        while member is not None and member not in seen:
            seen.add(member)
            own = self._places.rows(member)
            for row in own:
                for ordinal in (self._placed.since[row], self._placed.until[row]):
                    if since < (day := date.fromordinal(ordinal)) < until:
                        days.add(day)
            member = self._placed.successor.get(own[-1]) if own else None
        steps: list[tuple[date, int, int]] = []
        for day in sorted(days):
            holder, place = self.heir(unit, day), self.place(unit, day)
            if place is not None and (not steps or steps[-1][1:] != (holder, place)):
                steps.append((day, holder, place))
        return steps

    def spans(self, unit: int, period: Period) -> list[Span]:
        """Which places were the unit's subtree, cut to the days of `period`."""
        found = []
        for placement in self.placements.get(unit, ()):
            since, until = max(placement.since, period.first), min(placement.until, _after(period.last))
            if since < until:
                size = level_size(LEVEL_OF_KIND[self.kind(unit, since)])
                found.append(Span(placement.place, placement.place + size, since, until))
        return found

    def naming(self, unit: int, day: date) -> Naming:
        """Name, kind and code on `day`; the nearest known ones outside the unit's life."""
        return self._naming_at(self._name_row(unit, day))

    def _name_row(self, unit: int, day: date) -> int:
        rows = self._names.rows(unit)
        if not rows:
            raise KeyError(unit)
        on, named = day.toordinal(), self._named
        for row in rows:
            if named.since[row] <= on < named.until[row]:
                return row
        return rows[0] if on < named.since[rows[0]] else rows[-1]

    def _naming_at(self, row: int) -> Naming:
        found = self._naming_of.get(row)
        if found is None:
            named = self._named
            name, code, *aliases = named.words(row)
            since, until = date.fromordinal(named.since[row]), date.fromordinal(named.until[row])
            found = Naming(named.unit[row], name, named.kind_of(row), code, since, until, tuple(aliases))
            if len(self._naming_of) >= NAMINGS_KEPT:
                self._naming_of.clear()
            self._naming_of[row] = found
        return found

    def name(self, unit: int, day: date) -> str:
        """What the unit was called on `day`."""
        return self.naming(unit, day).name

    def kind(self, unit: int, day: date) -> UnitKind:
        """What kind of unit it was on `day`."""
        return self._named.kind_of(self._name_row(unit, day))

    def level(self, unit: int, day: date) -> int:
        """How far down it stood on `day`: 3 a county, 4 a town, 5 a village."""
        return LEVEL_OF_KIND[self.kind(unit, day)]

    def town_of(self, unit: int, day: date) -> int | None:
        """The town that the unit is or stands in, None for what stands above."""
        line = (unit, *self.ancestors(unit, day))
        return next((each for each in line if self.level(each, day) == TOWN_LEVEL), None)

    def per_town(self, units: Iterable[int], day: date) -> dict[int, int]:
        """Town → how many of the units stand in it, towns by place; units above a town are left out."""
        found: dict[int, int] = {}
        for unit in units:
            if (town := self.town_of(unit, day)) is not None:
                found[town] = found.get(town, 0) + 1
        return {town: found[town] for town in sorted(found, key=lambda each: self.place(each, day) or 0)}

    def tags(self, unit: int, day: date) -> frozenset[str]:
        """The tags the unit bore on `day`."""
        return frozenset(each.tag for each in self.taggings.get(unit, ()) if each.since <= day < each.until)

    def ancestors(self, unit: int, day: date) -> Iterator[int]:
        """The unit's parents on `day`, nearest first."""
        on, seen = day.toordinal(), {unit}
        row = self._row(unit, on)
        while row >= 0 and (parent := self._placed.parent[row]) != NOBODY and parent not in seen:
            seen.add(parent)
            yield parent
            row = self._row(parent, on)

    def full_name(self, unit: int, day: date) -> str:
        """The name with those of its parents below the town: 石桥村/上屯."""
        names = [self.name(unit, day)]
        for parent in self.ancestors(unit, day):
            if LEVEL_OF_KIND[self.kind(parent, day)] <= LEVEL_OF_KIND["town"]:
                break
            names.append(self.name(parent, day))
        return "/".join(reversed(names))

    # Many units

    def under(self, parent: int) -> list[Placement]:
        """Every placement directly under `parent`, whenever it held; by unit and day."""
        column = self._placed.parent
        return [self._placement_of(row) for row, each in enumerate(column) if each == parent]

    def members(
        self, root: int, day: date, kind: UnitKind | None = None, tags: Collection[str] = ()
    ) -> list[int]:
        """The units that existed in the subtree of `root` on `day` (itself included), by place.

        kind  only these; tags  only those that bore all of them
        """
        return list(self.census(root, day, kind, tags))

    def census(
        self, root: int, day: date, kind: UnitKind | None = None, tags: Collection[str] = ()
    ) -> tuple[int, ...]:
        """The same, as one value that all who ask share."""
        wanted = frozenset(tags)
        asked = (root, day, kind, wanted)
        known = self._members.get(asked)
        if known is None:
            known = tuple(self._find_members(root, day, kind, wanted))
            # Of one day and the next they are mostly the same: then one value serves for both.
            newest = self._newest.get((root, kind, wanted))
            self._keep(0 if newest == known else len(known))
            known = self._newest[root, kind, wanted] = newest if newest == known else known
            self._members[asked] = known
        return known

    def _keep(self, more: int) -> None:
        """Make room for a list of so many units; an empty one takes room as well."""
        if self._kept > MEMBERS_KEPT:
            self._members.clear()
            self._subtrees.clear()
            self._newest.clear()
            self._kept = 0
        self._kept += more + 50

    def _find_members(
        self, root: int, day: date, kind: UnitKind | None, wanted: frozenset[str]
    ) -> Iterator[int]:
        placement = self.placement(root, day)
        if placement is not None:
            high = placement.place + level_size(LEVEL_OF_KIND[self.kind(root, day)])
            yield from self._members_between(placement.place, high, day, kind, wanted)

    def _members_between(
        self, low: int, high: int, day: date, kind: UnitKind | None, wanted: frozenset[str]
    ) -> Iterator[int]:
        on, placed, number = day.toordinal(), self._placed, -1
        if kind is not None:
            number = self._named.number_of(kind)
            if number < 0:
                return
        for row in self._rows_between(low, high):
            if not placed.since[row] <= on < placed.until[row]:
                continue
            unit = placed.unit[row]
            if kind is not None and self._named.kind[self._name_row(unit, day)] != number:
                continue
            if wanted and not wanted <= self.tags(unit, day):
                continue
            yield unit

    @cached_property
    def _by_place(self) -> array[int]:
        return array("i", sorted(range(len(self._placed.place)), key=self._placed.place.__getitem__))

    def _rows_between(self, low: int, high: int) -> array[int]:
        """The rows whose places lie in an interval, by place and unit."""
        place = self._placed.place.__getitem__
        first = bisect_left(self._by_place, low, key=place)
        return self._by_place[first : bisect_left(self._by_place, high, lo=first, key=place)]

    def subtree(self, root: int, day: date) -> list[int]:
        """Every unit, merged and ended ones too, that `root` contains on `day`; by key."""
        asked = (root, day)
        known = self._subtrees.get(asked)
        if known is None:
            known = array("q", sorted(self._find_subtree(root, day)))
            self._keep(len(known))
            self._subtrees[asked] = known
        return list(known)

    def holds_all(self, root: int, day: date) -> bool:
        """Whether `subtree` would name every unit there is; quicker than naming them."""
        placement = self.placement(root, day)
        if placement is None:
            return False
        high = placement.place + level_size(LEVEL_OF_KIND[self.kind(root, day)])
        ordered, place = self._by_place, self._placed.place
        if placement.place <= place[ordered[0]] and place[ordered[-1]] < high:
            return True
        return len(self.subtree(root, day)) == len(self._places.units)

    def _find_subtree(self, root: int, day: date) -> set[int]:
        placement = self.placement(root, day)
        if placement is None:
            return {root} if root in self.placements else set()
        on, placed = day.toordinal(), self._placed
        low, high = placement.place, placement.place + level_size(LEVEL_OF_KIND[self.kind(root, day)])
        # Who has nobody to take over stands in one of its own places; the few others may stand anywhere.
        maybe = {placed.unit[row] for row in self._rows_between(low, high)} | {*self.taken_over}
        return {
            unit for unit in maybe if (place := self._place(unit, on)) is not None and low <= place < high
        }

    def up_to(self, unit: int, kind: UnitKind, day: date) -> int | None:
        """The unit itself or the ancestor that is of `kind` on `day`, merged units followed; None when there is none."""
        on, number = day.toordinal(), self._named.number_of(kind)
        member = self._heir(unit, on)
        row = self._row(member, on)
        seen: set[int] = set()
        while row >= 0 and member not in seen:
            if self._named.kind[self._name_row(member, day)] == number:
                return member
            seen.add(member)
            member = self._placed.parent[row]
            if member == NOBODY:
                break
            row = self._row(member, on)
            if row < 0 and self._named.kind[self._name_row(member, day)] == number:
                return member
        return None

    def holder(self, unit: int, kind: UnitKind, day: date) -> tuple[int, int] | None:
        """The unit that `up_to` finds, and its place. Remembered."""
        asked = (unit, kind, day)
        if asked not in self._holders:
            if len(self._holders) >= NAMINGS_KEPT:
                self._holders.clear()
            found = self.up_to(unit, kind, day)
            place = None if found is None else self.place(found, day)
            self._holders[asked] = None if found is None or place is None else (found, place)
        return self._holders[asked]

    def contains(self, root: int, unit: int, day: date) -> bool:
        """Whether `unit` (or who took over from it) lies in the subtree of `root` on `day`."""
        placement, place = self.placement(root, day), self.place(unit, day)
        if placement is None or place is None:
            return root == unit
        size = level_size(LEVEL_OF_KIND[self.kind(root, day)])
        return placement.place <= place < placement.place + size

    @cached_property
    def _by_word(self) -> array[int]:
        return self._named.by_word()

    def find(self, text: str, day: date, within: int | None = None, kinds: Collection[UnitKind] = ()) -> int:
        """The unit that `text` names or codes on `day`; "上级名/本名" tells namesakes apart.

        Raises UnknownOrgUnit (with the nearest names) or AmbiguousOrgUnit.
        """
        *parents, name = [part.strip() for part in text.strip().split("/") if part.strip()] or [""]
        found = {
            naming.unit
            for row in (self._named.rows_with(name, self._by_word) if name else ())
            for naming in (self._naming_at(row),)
            if (naming.code == name or naming.since <= day < naming.until)
            and (not kinds or naming.kind in kinds)
            and (within is None or self.contains(within, naming.unit, day))
        }
        for parent in parents:
            found = {
                unit
                for unit in found
                if any(parent in self._names_of(each, day) for each in self.ancestors(unit, day))
            }
        alive = {unit for unit in found if self.exists(unit, day)}
        found = alive or found
        if len(found) == 1:
            return found.pop()
        if found:
            choices = "、".join(sorted(self.full_name(unit, day) for unit in found)[:6])
            raise AmbiguousOrgUnit(name=text, count=len(found), choices=choices)
        raise UnknownOrgUnit(name=text, hint=self._hint(name, day, within, kinds))

    def _names_of(self, unit: int, day: date) -> set[str]:
        naming = self.naming(unit, day)
        return {naming.name, naming.code, *naming.aliases} - {""}

    def _hint(self, name: str, day: date, within: int | None, kinds: Collection[UnitKind]) -> str:
        named = self._named
        known = sorted(
            {
                named.named(row)
                for row, unit in enumerate(named.unit)
                if (not kinds or named.kind_of(row) in kinds)
                and (within is None or self.contains(within, unit, day))
            }
        )
        near = [each[0] for each in process.extract(name, known, limit=3, score_cutoff=45)]
        return f"相近的有：{'、'.join(near)}。" if near else "请核对名称或代码。"

    def free_place(self, parent: int | None, kind: UnitKind, day: date, code: str = "") -> int:
        """The next place for a new unit of `kind` under `parent` from `day` on; a place once used is never given again.

        code  the national code, whose digits are taken down to the village when they are there and free
        raises NoFreePlace
        """
        level = LEVEL_OF_KIND[kind]
        used = set(self._placed.place)
        parent_name = ""
        base, parent_level = 0, 0
        if parent is not None:
            placement = self.placement(parent, day)
            parent_name = self.name(parent, day)
            if placement is None:
                raise NoFreePlace(kind=kind, parent=parent_name)
            base, parent_level = placement.place, LEVEL_OF_KIND[self.kind(parent, day)]
        if level <= parent_level:
            raise NoFreePlace(kind=kind, parent=parent_name)
        if code and len(code) >= sum(WIDTHS[:level]) and level <= 5:
            wanted = int(code[: sum(WIDTHS[:level])].ljust(DIGITS, "0"))
            in_parent = base <= wanted < base + level_size(parent_level) if parent is not None else True
            if in_parent and wanted not in used:
                return wanted
        size = level_size(level)
        slot = SLOTS.get(kind, range(1, 10 ** WIDTHS[level - 1]))
        for number in slot:
            place = base + number * size
            if place not in used:
                return place
        raise NoFreePlace(kind=kind, parent=parent_name)


def _after(day: date) -> date:
    return FAR if day >= date(9999, 12, 30) else date.fromordinal(day.toordinal() + 1)
