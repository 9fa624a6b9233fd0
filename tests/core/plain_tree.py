"""The organisation as lists of objects, asked the plain way: what `OrgTree` must answer, in a form that is easy to trust."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from youju.core.measure import UnitKind
from youju.core.orgtree import LEVEL_OF_KIND, Naming, Placement, level_size


@dataclass
class PlainTree:
    """Placements and namings in any order; every question looks at all of them."""

    placements: Sequence[Placement]
    namings: Sequence[Naming]

    def units(self) -> list[int]:
        return sorted({each.unit for each in self.placements})

    def lives(self, unit: int) -> list[Placement]:
        return sorted((each for each in self.placements if each.unit == unit), key=lambda each: each.since)

    def placement(self, unit: int, day: date) -> Placement | None:
        return next((each for each in self.lives(unit) if each.covers(day)), None)

    def naming(self, unit: int, day: date) -> Naming:
        own = sorted((each for each in self.namings if each.unit == unit), key=lambda each: each.since)
        held = next((each for each in own if each.since <= day < each.until), None)
        return held or (own[0] if day < own[0].since else own[-1])

    def heirs(self, unit: int) -> tuple[int, ...]:
        found: list[int] = []
        while (own := self.lives(unit if not found else found[-1])) and own[-1].successor is not None:
            if own[-1].successor in (unit, *found):
                break
            found.append(own[-1].successor)
        return tuple(found)

    def heir(self, unit: int, day: date) -> int:
        for each in (unit, *self.heirs(unit)):
            own = self.lives(each)
            if not own or own[-1].until > day or own[-1].successor is None:
                return each
        return (unit, *self.heirs(unit))[-1]

    def place(self, unit: int, day: date) -> int | None:
        own = self.lives(self.heir(unit, day))
        if not own:
            return None
        held = next((each for each in own if each.covers(day)), None)
        return (held or (own[0] if day < own[0].since else own[-1])).place

    def contains(self, root: int, unit: int, day: date) -> bool:
        placement, place = self.placement(root, day), self.place(unit, day)
        if placement is None or place is None:
            return root == unit
        return placement.place <= place < placement.place + level_size(LEVEL_OF_KIND[self.kind(root, day)])

    def kind(self, unit: int, day: date) -> UnitKind:
        return self.naming(unit, day).kind

    def ancestors(self, unit: int, day: date) -> list[int]:
        found: list[int] = []
        placement = self.placement(unit, day)
        while (
            placement is not None and placement.parent is not None and placement.parent not in (unit, *found)
        ):
            found.append(placement.parent)
            placement = self.placement(placement.parent, day)
        return found

    def members(self, root: int, day: date, kind: UnitKind | None) -> list[int]:
        placement = self.placement(root, day)
        if placement is None:
            return []
        high = placement.place + level_size(LEVEL_OF_KIND[self.kind(root, day)])
        found = [
            (own.place, unit)
            for unit in self.units()
            if (own := self.placement(unit, day)) is not None and placement.place <= own.place < high
        ]
        return [unit for _, unit in sorted(found) if kind is None or self.kind(unit, day) == kind]

    def subtree(self, root: int, day: date) -> list[int]:
        return [unit for unit in self.units() if self.contains(root, unit, day)]

    def up_to(self, unit: int, kind: UnitKind, day: date) -> int | None:
        holder = self.heir(unit, day)
        if self.placement(holder, day) is None:
            return None
        chain = (holder, *self.ancestors(holder, day))
        return next((each for each in chain if self.kind(each, day) == kind), None)

    def named(self, text: str, day: date, kinds: Collection[UnitKind]) -> set[int]:
        found = {
            each.unit
            for each in self.namings
            if text in (each.name, each.code, *each.aliases)
            and (each.code == text or each.since <= day < each.until)
            and (not kinds or each.kind in kinds)
        }
        return {each for each in found if self.placement(each, day) is not None} or found
