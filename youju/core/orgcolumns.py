"""Placements and namings as numbers side by side: a province has 217,000 units, and as objects they took 230 MB.

`OrgTree` reads these columns; nobody else does. What others see are views that make the objects they are asked for.
"""

from __future__ import annotations

import itertools
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from youju.core.measure import UnitKind
    from youju.core.orgtree import Naming, Placement

NOBODY = -1  # the parent of the topmost unit, or the successor of one that has none
SPARSE = 4  # keys so many times as far apart as units there are: no table of them
_DAY_BITS = 22  # of a day's ordinal
RowT = TypeVar("RowT")


class Index:
    """Which rows belong to each unit, in columns that are sorted by unit."""

    __slots__ = ("_first", "_table", "starts", "units")

    def __init__(self, unit_of_row: array[int]) -> None:
        self.units: array[int] = array("q")
        self.starts: array[int] = array("i")
        before = None
        for row, unit in enumerate(unit_of_row):
            if unit != before:
                self.units.append(unit)
                self.starts.append(row)
                before = unit
        self.starts.append(len(unit_of_row))
        self._first = self.units[0] if self.units else 0
        self._table: array[int] | None = None
        if self.units and self.units[-1] - self._first <= SPARSE * len(self.units):
            self._table = array("i", [-1]) * (self.units[-1] - self._first + 1)
            for at, unit in enumerate(self.units):
                self._table[unit - self._first] = at

    def at(self, unit: int) -> int:
        """The number of a unit among all, or -1 of one that is not there."""
        if self._table is not None:
            number = unit - self._first
            return self._table[number] if 0 <= number < len(self._table) else -1
        found = bisect_left(self.units, unit)
        return found if found < len(self.units) and self.units[found] == unit else -1

    def rows(self, unit: int) -> range:
        """The unit's rows; none of one that is not there."""
        at = self.at(unit)
        return range(self.starts[at], self.starts[at + 1]) if at >= 0 else range(0)


class Rows(Mapping[int, list[RowT]], Generic[RowT]):
    """unit → its rows by their first day, made when they are asked for; units in the order of their keys."""

    __slots__ = ("_index", "_make")

    def __init__(self, index: Index, make: Callable[[int], RowT]) -> None:
        self._index = index
        self._make = make

    def __getitem__(self, unit: int) -> list[RowT]:
        rows = self._index.rows(unit)
        if not rows:
            raise KeyError(unit)
        return [self._make(row) for row in rows]

    def __contains__(self, unit: object) -> bool:
        return isinstance(unit, int) and self._index.at(unit) >= 0

    def __iter__(self) -> Iterator[int]:
        return iter(self._index.units)

    def __len__(self) -> int:
        return len(self._index.units)


class PlacementColumns:
    """Placements. Days are ordinals; `successor` holds the few rows that have one."""

    __slots__ = ("parent", "place", "since", "successor", "unit", "until")

    def __init__(self) -> None:
        self.unit: array[int] = array("q")
        self.parent: array[int] = array("q")
        self.place: array[int] = array("q")
        self.since: array[int] = array("i")
        self.until: array[int] = array("i")
        self.successor: dict[int, int] = {}

    def append(
        self, unit: int, parent: int | None, place: int, since: int, until: int, successor: int | None
    ) -> None:
        """One more row, in any order."""
        if successor is not None:
            self.successor[len(self.unit)] = successor
        self.unit.append(unit)
        self.parent.append(NOBODY if parent is None else parent)
        self.place.append(place)
        self.since.append(since)
        self.until.append(until)

    def extend(self, placements: Iterable[Placement]) -> PlacementColumns:
        """The same for objects. Returns itself."""
        for each in placements:
            self.append(
                each.unit,
                each.parent,
                each.place,
                each.since.toordinal(),
                each.until.toordinal(),
                each.successor,
            )
        return self

    def sorted(self) -> PlacementColumns:
        """Itself by unit and first day; rows of one unit and day stay as they came."""
        order = _order(self.unit, self.since)
        if order is not None:
            number = {old: new for new, old in enumerate(order) if old in self.successor}
            self.successor = {number[old]: unit for old, unit in self.successor.items()}
            for name in ("unit", "parent", "place", "since", "until"):
                setattr(self, name, _picked(getattr(self, name), order))
        return self

    def copied(self) -> PlacementColumns:
        """The same rows, to be added to."""
        made = PlacementColumns()
        for name in self.__slots__:
            setattr(made, name, copy(getattr(self, name)))
        return made


class NamingColumns:
    """Namings; name, code and aliases lie in one text, separated by NUL, which no name holds."""

    __slots__ = ("_ends", "_kinds", "_numbers", "_starts", "_text", "kind", "since", "unit", "until")

    def __init__(self) -> None:
        self.unit: array[int] = array("q")
        self.kind: array[int] = array("b")
        self.since: array[int] = array("i")
        self.until: array[int] = array("i")
        self._starts: array[int] = array("I")
        self._ends: array[int] = array("I")
        self._text = bytearray()
        self._kinds: list[UnitKind] = []
        self._numbers: dict[UnitKind, int] = {}

    def append(
        self,
        unit: int,
        name: str,
        kind: UnitKind,
        code: str,
        since: int,
        until: int,
        aliases: Iterable[str],
    ) -> None:
        """One more row, in any order."""
        number = self._numbers.get(kind)
        if number is None:
            number = self._numbers[kind] = len(self._kinds)
            self._kinds.append(kind)
        self.unit.append(unit)
        self.kind.append(number)
        self.since.append(since)
        self.until.append(until)
        self._starts.append(len(self._text))
        self._text += "\0".join((name, code, *aliases)).encode(errors="surrogatepass")
        self._ends.append(len(self._text))

    def extend(self, namings: Iterable[Naming]) -> NamingColumns:
        """The same for objects. Returns itself."""
        for each in namings:
            self.append(
                each.unit,
                each.name,
                each.kind,
                each.code,
                each.since.toordinal(),
                each.until.toordinal(),
                each.aliases,
            )
        return self

    def sorted(self) -> NamingColumns:
        """Itself by unit and first day; rows of one unit and day stay as they came."""
        order = _order(self.unit, self.since)
        if order is not None:
            for name in ("unit", "kind", "since", "until", "_starts", "_ends"):
                setattr(self, name, _picked(getattr(self, name), order))
        return self

    def copied(self) -> NamingColumns:
        """The same rows, to be added to."""
        made = NamingColumns()
        for name in self.__slots__:
            setattr(made, name, copy(getattr(self, name)))
        return made

    def kind_of(self, row: int) -> UnitKind:
        """The kind that this row says."""
        return self._kinds[self.kind[row]]

    def kinds(self) -> list[UnitKind]:
        """Every kind that some row says."""
        return list(self._kinds)

    def number_of(self, kind: UnitKind) -> int:
        """How `kind` is written in the column of kinds; -1 when no row says it."""
        return self._numbers.get(kind, -1)

    def words(self, row: int) -> list[str]:
        """Name, code and aliases."""
        return self._text[self._starts[row] : self._ends[row]].decode().split("\0")

    def named(self, row: int) -> str:
        """The name alone."""
        return self._text[self._starts[row] : self._ends[row]].partition(b"\0")[0].decode()

    def by_word(self) -> array[int]:
        """Every name, code and alias: a checksum of it and its row in one number, in order."""
        found: list[int] = []
        for row in range(len(self.unit)):
            words = bytes(self._text[self._starts[row] : self._ends[row]]).split(b"\0")
            found += [_checksum(word) << 32 | row for word in dict.fromkeys(words) if word]
        found.sort()
        return array("Q", found)

    def rows_with(self, word: str, by_word: array[int]) -> list[int]:
        """The rows that bear this name, code or alias."""
        checksum = _checksum(word.encode(errors="surrogatepass"))
        first = bisect_left(by_word, checksum << 32)
        end = bisect_left(by_word, (checksum + 1) << 32)
        rows = [each & 0xFFFFFFFF for each in by_word[first:end]]
        return [row for row in rows if word in self.words(row)]


def _checksum(word: bytes) -> int:
    return zlib.crc32(word)


def _order(unit: array[int], since: array[int]) -> list[int] | None:
    """In which order rows are sorted; None when they are."""
    keys = [(each << _DAY_BITS) + day for each, day in zip(unit, since, strict=True)]
    if all(one <= other for one, other in itertools.pairwise(keys)):
        return None
    return sorted(range(len(keys)), key=keys.__getitem__)


def _picked(column: array[int], order: list[int]) -> array[int]:
    return array(column.typecode, map(column.__getitem__, order))
