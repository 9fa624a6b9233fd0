"""The town and its county as the issues describe them."""

from __future__ import annotations

from collections import Counter
from datetime import date

from demo import neighbours, town
from tests.demo.reading import every_place, tree, unit_id
from youju.core.grant import check_disjoint


def test_units_by_kind() -> None:
    kinds = Counter(place.kind for place in town.places())

    assert kinds["village"] == 17
    assert kinds["community"] == 1
    assert kinds["hamlet"] == 98
    assert kinds["partner"] == 15
    assert kinds["school"] == 11
    assert kinds["office"] >= 6


def test_roadside_hamlets_bear_a_dated_tag() -> None:
    root = unit_id(town.TOWN)

    assert len(tree().members(root, date(2024, 4, 26), "hamlet", [town.ROADSIDE])) == 31
    assert len(tree().members(root, date(2023, 12, 31), "hamlet", [town.ROADSIDE])) == 30
    assert not tree().members(root, date(2023, 1, 1), "hamlet", [town.ROADSIDE])


def test_villages_are_not_the_community() -> None:
    assert len(tree().members(unit_id(town.TOWN), date(2024, 4, 26), "village")) == 17


def test_codes_are_fictional() -> None:
    codes = [place.code for place in every_place() if place.code]

    assert all(code.startswith("99") and len(code) == 12 for code in codes)
    assert len(set(codes)) == len(codes) == 36


def test_the_census_comes_out() -> None:
    last = town.census(2023).values()

    assert sum(each.registered for each in last) == 41_200
    assert sum(each.resident for each in last) == 30_100
    assert sum(each.households for each in last) == 9_860
    assert all(each.resident < each.registered for each in last)


def test_no_administrator_does_the_towns_business() -> None:
    administrators = {person.account for person in town.administrators().values()}

    assert len(administrators) == 3
    for person in town.people() + neighbours.people():
        assert person.account not in administrators
        for role, _, _ in person.grants:
            for other, _, _ in person.grants:
                check_disjoint(person.name, [other], role)


def test_the_county_has_three_towns_and_nobody_belongs_to_two() -> None:
    day = date(2024, 4, 26)
    towns = {place.name: unit_id(place.name) for place in every_place() if place.kind == "town"}

    assert set(towns) == {town.TOWN, *neighbours.TOWNS}
    for person in neighbours.people():
        for _, at, _ in person.grants:
            assert [name for name, unit in towns.items() if tree().contains(unit, unit_id(at), day)] in (
                [each.name] for each in neighbours.NEIGHBOURS
            )
