"""Lists of units beside a figure: who is not covered and why, who did not report. Made when they are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

EachT = TypeVar("EachT")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A unit that a coverage figure does not count, and which conditions it lacks."""

    unit: int
    lacks: tuple[str, ...]


class Shortfalls(Sequence[Shortfall]):
    """The units a coverage does not count, by place; made when they are looked at, for a province has thousands.

    universe  the whole, by place
    met       for each condition its title and which of the whole meet it
    """

    __slots__ = ("met", "universe")

    def __init__(
        self, universe: tuple[int, ...] = (), met: tuple[tuple[str, frozenset[int]], ...] = ()
    ) -> None:
        self.universe = universe
        self.met = met

    @property
    def covered(self) -> int:
        """How many of the whole meet every condition."""
        sets = [units for _, units in self.met]
        return len(frozenset.intersection(*sets)) if sets else len(self.universe)

    def __iter__(self) -> Iterator[Shortfall]:
        for unit in self.universe:
            if lacks := tuple(title for title, units in self.met if unit not in units):
                yield Shortfall(unit, lacks)

    def __len__(self) -> int:
        return len(self.universe) - self.covered

    @overload
    def __getitem__(self, index: int) -> Shortfall: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Shortfall, ...]: ...
    def __getitem__(self, index: int | slice) -> Shortfall | tuple[Shortfall, ...]:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Shortfalls):
            return (self.universe, self.met) == (other.universe, other.met)
        return tuple(self) == other

    def __hash__(self) -> int:
        return hash((self.universe, self.met))

    def __repr__(self) -> str:
        return repr(tuple(self))


class Later(Sequence[EachT]):
    """A list of known length that is fetched when somebody looks into it. It says the same whenever that is.

    fetch  as of the figure's moment, so that what it gives never changes
    """

    __slots__ = ("_fetch", "_found", "_length")

    def __init__(self, length: int, fetch: Callable[[], Sequence[EachT]]) -> None:
        self._length = length
        self._fetch = fetch
        self._found: Sequence[EachT] | None = None

    def _all(self) -> Sequence[EachT]:
        if self._found is None:
            self._found = self._fetch()
        return self._found

    def __iter__(self) -> Iterator[EachT]:
        return iter(self._all())

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> EachT: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[EachT]: ...
    def __getitem__(self, index: int | slice) -> EachT | Sequence[EachT]:
        return self._all()[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))
