"""The organisation as it stood: units, where they were placed on a day, and how it was known at a moment.

An `OrgTree` is built from rows that one ledger sequence number selects, so the same question asked of the
same moment gives the same answer for ever. Days are valid time; the sequence is the time of knowing.
A unit exists on a day when a placement covers it. Placement intervals exclude their `until` day.

Places are internal integers of 15 digits, 2+2+2+3+3+3 for province, city, county, town, village slot and
hamlet; a unit's subtree is one interval of them. Never shown. docs/algorithms/placement.md has the worked table.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rapidfuzz import process

from youju.core.measure import UnitKind
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
MEMBERS_KEPT = 256  # lists of members that one tree remembers: the same units are asked for every figure
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
        self, placements: Iterable[Placement], namings: Iterable[Naming], taggings: Iterable[Tagging] = ()
    ) -> None:
        self.placements: dict[int, list[Placement]] = {}
        for placement in sorted(placements, key=lambda each: (each.unit, each.since)):
            self.placements.setdefault(placement.unit, []).append(placement)
        self.namings: dict[int, list[Naming]] = {}
        for naming in sorted(namings, key=lambda each: (each.unit, each.since)):
            self.namings.setdefault(naming.unit, []).append(naming)
        self.taggings: dict[int, list[Tagging]] = {}
        for tagging in taggings:
            self.taggings.setdefault(tagging.unit, []).append(tagging)
        self._subtrees: dict[tuple[int, date], tuple[int, ...]] = {}
        self._members: dict[tuple[int, date, UnitKind | None, frozenset[str]], tuple[int, ...]] = {}
        self.remembered: dict[
            Hashable, frozenset[int]
        ] = {}  # sets of places that others worked out of this tree

    @cached_property
    def top_level(self) -> int:
        """The level of the topmost unit; that of a province when there is none yet."""
        levels = [LEVEL_OF_KIND[naming.kind] for own in self.namings.values() for naming in own]
        return min(levels, default=1)

    @cached_property
    def ended(self) -> list[tuple[date, int, int]]:
        """Every place that a unit left, by moving, merging or ending: the first day it was no longer there, unit, place."""
        return sorted(
            (each.until, each.unit, each.place)
            for own in self.placements.values()
            for each in own
            if each.until != FAR
        )

    @cached_property
    def miscast(self) -> list[tuple[int, int]]:
        """The level and every place of units that once were of a kind which is numbered elsewhere: a village turned community."""
        found = []
        for unit, own in self.placements.items():
            for kind in {naming.kind for naming in self.namings.get(unit, ())}:
                if kind not in SLOTS:
                    continue
                level = LEVEL_OF_KIND[kind]
                numbers = [each.place // level_size(level) % 10 ** WIDTHS[level - 1] for each in own]
                if any(number not in SLOTS[kind] for number in numbers):
                    found += [(level, each.place) for each in own]
        return found

    # One unit

    def placement(self, unit: int, day: date) -> Placement | None:
        """The placement that held on `day`, or None when the unit did not exist then."""
        for placement in self.placements.get(unit, ()):
            if placement.covers(day):
                return placement
        return None

    def exists(self, unit: int, day: date) -> bool:
        """Whether the unit existed on `day`."""
        return self.placement(unit, day) is not None

    def heir(self, unit: int, day: date) -> int:
        """Who holds on `day` what `unit` once held: itself, or the successor of its merger, or of that one's.

        A unit that ended without a successor keeps it: its last parent's subtree still contains the place.
        """
        seen = {unit}
        while True:
            own = self.placements.get(unit, [])
            if not own or own[-1].until > day:
                return unit
            successor = own[-1].successor
            if successor is None or successor in seen:
                return unit
            seen.add(successor)
            unit = successor

    def heirs(self, unit: int) -> tuple[int, ...]:
        """Everyone who in turn took over from `unit`, nearest first."""
        found: list[int] = []
        own = self.placements.get(unit)
        while own and own[-1].successor is not None and own[-1].successor not in (unit, *found):
            found.append(own[-1].successor)
            own = self.placements.get(found[-1])
        return tuple(found)

    def place(self, unit: int, day: date) -> int | None:
        """The place of whoever holds on `day` what `unit` held; its first place for days before it existed."""
        holder = self.heir(unit, day)
        placement = self.placement(holder, day)
        if placement is None:
            own = self.placements.get(holder)
            if not own:
                return None
            placement = own[0] if day < own[0].since else own[-1]
        return placement.place

    def path(self, unit: int, since: date, until: date = FAR) -> list[tuple[date, int, int]]:
        """Every change of (day, unit, place) for something that stands at `unit` from `since` until `until`."""
        days = {since}
        member: int | None = unit
        seen: set[int] = set()
        while member is not None and member not in seen:
            seen.add(member)
            own = self.placements.get(member, [])
            days.update(day for each in own for day in (each.since, each.until) if since < day < until)
            member = own[-1].successor if own else None
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
        own = self.namings[unit]
        for naming in own:
            if naming.since <= day < naming.until:
                return naming
        return own[0] if day < own[0].since else own[-1]

    def name(self, unit: int, day: date) -> str:
        """What the unit was called on `day`."""
        return self.naming(unit, day).name

    def kind(self, unit: int, day: date) -> UnitKind:
        """What kind of unit it was on `day`."""
        return self.naming(unit, day).kind

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
        seen = {unit}
        placement = self.placement(unit, day)
        while placement is not None and placement.parent is not None and placement.parent not in seen:
            seen.add(placement.parent)
            yield placement.parent
            placement = self.placement(placement.parent, day)

    def full_name(self, unit: int, day: date) -> str:
        """The name with those of its parents below the town: 石桥村/上屯."""
        names = [self.name(unit, day)]
        for parent in self.ancestors(unit, day):
            if LEVEL_OF_KIND[self.kind(parent, day)] <= LEVEL_OF_KIND["town"]:
                break
            names.append(self.name(parent, day))
        return "/".join(reversed(names))

    # Many units

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
            if len(self._members) >= MEMBERS_KEPT:
                self._members.clear()
            known = self._members[asked] = tuple(self._find_members(root, day, kind, wanted))
        return known

    def _find_members(self, root: int, day: date, kind: UnitKind | None, wanted: frozenset[str]) -> list[int]:
        placement = self.placement(root, day)
        if placement is None:
            return []
        low = placement.place
        high = low + level_size(LEVEL_OF_KIND[self.kind(root, day)])
        found = []
        for unit in self.placements:
            own = self.placement(unit, day)
            if own is None or not low <= own.place < high:
                continue
            if kind is not None and self.kind(unit, day) != kind:
                continue
            if wanted and not wanted <= self.tags(unit, day):
                continue
            found.append((own.place, unit))
        return [unit for _, unit in sorted(found)]

    def subtree(self, root: int, day: date) -> list[int]:
        """Every unit, merged and ended ones too, that `root` contains on `day`; by key."""
        asked = (root, day)
        known = self._subtrees.get(asked)
        if known is None:
            if len(self._subtrees) >= MEMBERS_KEPT:
                self._subtrees.clear()
            known = tuple(sorted(unit for unit in self.placements if self.contains(root, unit, day)))
            self._subtrees[asked] = known
        return list(known)

    def up_to(self, unit: int, kind: UnitKind, day: date) -> int | None:
        """The unit itself or the ancestor that is of `kind` on `day`, merged units followed; None when there is none."""
        holder = self.heir(unit, day)
        if self.exists(holder, day):
            for member in (holder, *self.ancestors(holder, day)):
                if self.kind(member, day) == kind:
                    return member
        return None

    def contains(self, root: int, unit: int, day: date) -> bool:
        """Whether `unit` (or who took over from it) lies in the subtree of `root` on `day`."""
        placement, place = self.placement(root, day), self.place(unit, day)
        if placement is None or place is None:
            return root == unit
        size = level_size(LEVEL_OF_KIND[self.kind(root, day)])
        return placement.place <= place < placement.place + size

    @cached_property
    def _by_name(self) -> dict[str, list[Naming]]:
        names: dict[str, list[Naming]] = {}
        for own in self.namings.values():
            for naming in own:
                for name in {naming.name, naming.code, *naming.aliases} - {""}:
                    names.setdefault(name, []).append(naming)
        return names

    def find(self, text: str, day: date, within: int | None = None, kinds: Collection[UnitKind] = ()) -> int:
        """The unit that `text` names or codes on `day`; "上级名/本名" tells namesakes apart.

        Raises UnknownOrgUnit (with the nearest names) or AmbiguousOrgUnit.
        """
        *parents, name = [part.strip() for part in text.strip().split("/") if part.strip()] or [""]
        found = {
            naming.unit
            for naming in self._by_name.get(name, ())
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
        known = sorted(
            {
                naming.name
                for own in self.namings.values()
                for naming in own
                if (not kinds or naming.kind in kinds)
                and (within is None or self.contains(within, naming.unit, day))
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
        used = {each.place for own in self.placements.values() for each in own}
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
