"""Figures by the division of one day 按某日区划: which units count where, whatever day their records are of.

A unit that did not stand on the day is counted with the one that stands for it, so that nothing is lost and nothing is
counted twice. docs/algorithms/placement.md
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from youju.core.measure import UnitKind
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError

EVERYBODY: frozenset[int] = (
    frozenset()
)  # instead of all units one by one: whoever is asked for counts itself at least


class NotInDivision(DomainError):
    """The unit that is asked for did not stand on the day whose division is asked for."""

    code = "unit.not_in_division"
    text = "“{unit}”在{day}的区划里不存在：{why}。请查那一天存在的组织，或改按另一天的区划。"


def check_stands(tree: OrgTree, unit: int, day: date, name: str, within: int | None = None) -> None:
    """Raises NotInDivision unless the unit stood on the day.

    within  a unit outside of this one is not named
    """
    if tree.exists(unit, day):
        return
    lives = tree.placements[unit]
    early = day < lives[0].since
    why = f"它{lives[0].since}才设立" if early else f"它已于{lives[-1].until}撤并"
    stands = stand_in(tree, unit, day)
    if stands is not None and (within is None or tree.contains(within, stands, day)):
        why += f"，它的数计入“{tree.full_name(stands, day)}”"
    raise NotInDivision(unit=name, day=day, why=why)


def stand_in(tree: OrgTree, unit: int, day: date) -> int | None:
    """Who stands on `day` for a unit: itself; after its merger whoever took over; after it was dissolved the unit it was last
    under; before it was founded the unit it was first under. None when nobody above it stood that day either.
    """
    seen: set[int] = set()
    member = tree.heir(unit, day)
    while not tree.exists(member, day):
        lives = tree.placements.get(member, ())
        if member in seen or not lives:
            return None
        seen.add(member)
        above = (lives[0] if day < lives[0].since else lives[-1]).parent
        if above is None:
            return None
        member = tree.heir(above, day)
    return member


def lifted(tree: OrgTree, unit: int, kind: UnitKind, day: date) -> int | None:
    """The unit of `kind` that what `unit` did counts for, by the division of `day`."""
    member = stand_in(tree, unit, day)
    return None if member is None else tree.up_to(member, kind, day)


def counted_in(tree: OrgTree, root: int, day: date) -> frozenset[int]:
    """Every unit that ever was which counts in the subtree of `root` by the division of `day`; EVERYBODY when all do.

    root  stood on the day: `check_stands`
    """
    assert tree.exists(root, day)

    def work() -> frozenset[int]:
        standing = frozenset(tree.census(root, day))
        found = standing.union(each for each in tree.absent(day) if stand_in(tree, each, day) in standing)
        return EVERYBODY if len(found) == len(tree.placements) else found

    return tree.remember(("counted_in", root, day), work)


def counted_for(tree: OrgTree, root: int, day: date) -> list[int]:
    """The units that did not stand on `day` and count directly for `root`, which stands for them; by key."""
    return sorted(each for each in tree.absent(day) if stand_in(tree, each, day) == root)


def gone(tree: OrgTree, root: int, day: date, today: date) -> list[int]:
    """The units that counted in the subtree of `root` by the division of `day` and do not by today's; by key."""
    now = counted_in(tree, root, today) if tree.exists(root, today) else None
    if now == EVERYBODY:
        return []
    then = counted_in(tree, root, day)
    return sorted((frozenset(tree.placements) if then == EVERYBODY else then) - (now or frozenset()))


def owing(tree: OrgTree, root: int, day: date, kind: UnitKind, on: date) -> tuple[int, ...]:
    """The units of a kind that stood `on` a day (the end of a slot) and count in `root` by the division of `day`; by key."""
    ours = counted_in(tree, root, day)
    if ours == EVERYBODY:
        return tuple(sorted(tree.living(on, kind)))
    return tuple(sorted(each for each in ours if tree.exists(each, on) and tree.kind(each, on) == kind))


def speaking_for(tree: OrgTree, units: Collection[int], kind: UnitKind, on: date) -> frozenset[int]:
    """Every unit whose report says something for one of these units of `kind`, as they stood `on` a day."""

    def found() -> Iterator[int]:
        for each in units:
            yield from tree.members(each, on)
        wanted = frozenset(units)
        for each in tree.absent(on):
            if tree.up_to(each, kind, on) in wanted:
                yield each

    return frozenset(found())
