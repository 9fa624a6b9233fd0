"""Trees of columns against the plain way, over random reorganisations, dense keys and far ones."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.core.plain_tree import PlainTree
from youju.core.measure import UnitKind
from youju.core.orgtree import (
    FAR,
    LEVEL_OF_KIND,
    AmbiguousOrgUnit,
    Naming,
    OrgTree,
    Placement,
    UnknownOrgUnit,
    level_size,
)

AGO = date(2000, 1, 1)
LINE: tuple[UnitKind, ...] = ("county", "town", "village", "hamlet")
NAMES = ("东村", "西村", "南村", "上屯", "下屯")


def grown(seed: int) -> tuple[PlainTree, list[int]]:
    """A county of a few towns, villages and hamlets, some moved, merged, ended or renamed on random days; rows shuffled."""
    chance = random.Random(seed)
    spread = chance.choice((1, 1, 1000))
    placements: list[Placement] = []
    namings: list[Naming] = []
    places: dict[int, int] = {}
    used: dict[int, int] = {}
    level_units: list[list[int]] = []
    key = chance.randrange(1, 50)

    def place_under(parent: int | None, kind: UnitKind) -> int:
        used[parent or 0] = used.get(parent or 0, 0) + 1
        base = places[parent] if parent is not None else 990100 * 10**9
        return base + (used[parent or 0] + (200 if kind == "village" else 0)) * level_size(
            LEVEL_OF_KIND[kind]
        )

    for kind, count in zip(LINE, (1, 3, 6, 8), strict=True):
        level_units.append([])
        for _ in range(count):
            parent = chance.choice(level_units[-2]) if len(level_units) > 1 else None
            places[key] = place_under(parent, kind)
            placements.append(Placement(key, parent, places[key], AGO))
            namings.append(
                Naming(key, chance.choice(NAMES), kind, f"99{key:010d}" if kind != "hamlet" else "", AGO)
            )
            level_units[-1].append(key)
            key += chance.randrange(1, 1 + spread)
    day = date(2023, 1, 1)
    for _ in range(chance.randrange(6)):
        day += timedelta(days=chance.randrange(1, 200))
        unit = chance.choice(level_units[2] + level_units[3])
        held = [at for at, each in enumerate(placements) if each.unit == unit and each.until == FAR]
        if not held:
            continue
        own, level = placements[held[0]], 2 if unit in level_units[2] else 3
        others = [each for each in level_units[level] if each != unit]
        match chance.choice(("merge", "move", "end", "rename")):
            case "merge":
                placements[held[0]] = replace(own, until=day, successor=chance.choice(others))
            case "move":
                target = chance.choice(level_units[level - 1])
                placements[held[0]] = replace(own, until=day)
                placements.append(Placement(unit, target, place_under(target, LINE[level]), day))
            case "end":
                placements[held[0]] = replace(own, until=day)
            case _:
                last = next(at for at, each in enumerate(namings) if each.unit == unit and each.until == FAR)
                before = namings[last]
                namings[last] = replace(before, until=day)
                namings.append(replace(before, name=chance.choice(NAMES), since=day, aliases=(before.name,)))
    chance.shuffle(placements)
    chance.shuffle(namings)
    return PlainTree(placements, namings), [unit for units in level_units for unit in units]


@given(st.integers(0, 10**6), st.dates(date(1999, 1, 1), date(2026, 1, 1)))
def test_a_tree_of_columns_answers_as_a_plain_one(seed: int, day: date) -> None:
    plain, units = grown(seed)
    tree = OrgTree(plain.placements, plain.namings)
    assert list(tree.placements) == plain.units()
    for unit in units:
        assert tree.placements[unit] == plain.lives(unit)
        assert tree.placement(unit, day) == plain.placement(unit, day)
        assert tree.naming(unit, day) == plain.naming(unit, day)
        assert (tree.heir(unit, day), tree.heirs(unit)) == (plain.heir(unit, day), plain.heirs(unit))
        assert tree.place(unit, day) == plain.place(unit, day)
        assert list(tree.ancestors(unit, day)) == plain.ancestors(unit, day)
        assert tree.subtree(unit, day) == plain.subtree(unit, day)
        assert tree.holds_all(unit, day) == (plain.subtree(unit, day) == plain.units())
        for kind in (None, *LINE):
            assert tree.members(unit, day, kind) == plain.members(unit, day, kind)
        for kind in LINE:
            assert tree.up_to(unit, kind, day) == plain.up_to(unit, kind, day)
        assert tree.under(unit) == sorted(
            (each for each in plain.placements if each.parent == unit),
            key=lambda each: (each.unit, each.since),
        )


@given(st.integers(0, 10**6), st.dates(date(2022, 1, 1), date(2026, 1, 1)))
def test_names_are_found_as_in_a_plain_one(seed: int, day: date) -> None:
    plain, units = grown(seed)
    tree = OrgTree(plain.placements, plain.namings)
    for text in (*NAMES, "北村", *(plain.naming(unit, day).code for unit in units[:4])):
        choices: tuple[tuple[UnitKind, ...], ...] = ((), ("village",))
        for kinds in choices:
            found = plain.named(text, day, kinds) if text else set()
            try:
                assert {tree.find(text, day, kinds=kinds)} == found
            except AmbiguousOrgUnit:
                assert len(found) > 1
            except UnknownOrgUnit:
                assert not found


@given(st.integers(0, 10**6))
def test_a_tree_that_grew_by_units_is_the_tree_of_all(seed: int) -> None:
    plain, units = grown(seed)
    last = max(units)
    before = OrgTree(
        [each for each in plain.placements if each.unit != last],
        [each for each in plain.namings if each.unit != last],
    )
    own, name = plain.lives(last)[0], plain.naming(last, AGO)
    after = before.plus(own, name)
    assert after.placements[last] == [own]
    assert after.naming(last, AGO) == name
    assert last not in before.placements
    assert {unit: after.placements[unit] for unit in before.placements} == dict(before.placements)
