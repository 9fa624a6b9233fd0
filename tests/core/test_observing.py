"""Facts, stocks as differences, and what changes when entries do: the worked tables of the algorithm pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from youju.core.observation import NO_DIMS, Fact, Row, flow_row
from youju.core.observing import Kept, Statement, level_series, observe
from youju.core.orgtree import Naming, OrgTree, Placement

AGO = date(2000, 1, 1)
TOWN, EAST, SOUTH, OTHER = 1, 2, 3, 4
BASE = 990101101 * 10**6
MERGER = date(2024, 4, 1)


def tree(*, merged: bool = False) -> OrgTree:
    """甲镇 with 东村 and 南村; on request 东村 merges into 南村 on 1 April."""
    east = (
        Placement(EAST, TOWN, BASE + 200_000, AGO, MERGER, SOUTH)
        if merged
        else Placement(EAST, TOWN, BASE + 200_000, AGO)
    )
    return OrgTree(
        [Placement(TOWN, None, BASE, AGO), east, Placement(SOUTH, TOWN, BASE + 201_000, AGO)],
        [
            Naming(TOWN, "甲镇", "town", "", AGO),
            Naming(EAST, "东村", "village", "", AGO),
            Naming(SOUTH, "南村", "village", "", AGO),
        ],
    )


class Shelf:
    """Open rows in a list."""

    def __init__(self, rows: Collection[Row] = ()) -> None:
        self.rows = [Kept(number, row) for number, row in enumerate(rows)]

    def of_entries(self, entries: Collection[int]) -> list[Kept]:
        return [kept for kept in self.rows if kept.row.entry in entries]

    def of_series(self, series: Collection[str]) -> list[Kept]:
        return [kept for kept in self.rows if kept.row.series in series]


def level(entry: int, unit: int, day: date, value: int) -> Statement:
    return Statement(entry, entry, (Fact("books.stock", "level", day, unit, value),), counted=True)


def shown(rows: Collection[Row]) -> list[tuple[str, str, int, int, str]]:
    return [
        (str(row.day), row.series, row.unit, row.value, row.origin)
        for row in sorted(rows, key=lambda row: (row.day, row.series, row.value))
    ]


def test_two_villages_merge() -> None:
    said = [
        level(1, EAST, date(2024, 3, 5), 100),
        level(2, SOUTH, date(2024, 3, 5), 50),
        level(3, SOUTH, date(2024, 4, 5), 160),
    ]
    changes = observe([1, 2, 3], said, Shelf(), tree(merged=True))
    east, south = level_series(EAST), level_series(SOUTH)
    assert shown(changes.open) == [
        ("2024-03-05", east, EAST, 100, "own"),
        ("2024-03-05", south, SOUTH, 50, "own"),
        ("2024-04-01", east, EAST, -100, "transfer"),
        ("2024-04-01", east, SOUTH, 100, "transfer"),
        ("2024-04-05", east, SOUTH, -100, "transfer"),
        ("2024-04-05", south, SOUTH, 110, "own"),
    ]


def test_a_report_in_between_changes_the_difference_of_the_next_one_only() -> None:
    early, late = level(1, EAST, date(2024, 1, 31), 100), level(2, EAST, date(2024, 3, 31), 130)
    first = observe([1, 2], [early, late], Shelf(), tree())
    shelf = Shelf(first.open)
    changes = observe([3], [level(3, EAST, date(2024, 2, 29), 90)], shelf, tree())
    assert [shelf.rows[number].row.value for number in changes.close] == [30]
    assert [(row.entry, row.value) for row in changes.open] == [(3, -10), (2, 40)]


def test_of_two_reports_on_one_day_the_later_recorded_has_the_last_word() -> None:
    said = [level(2, EAST, date(2024, 1, 31), 80), level(1, EAST, date(2024, 1, 31), 100)]
    rows = observe([1, 2], said, Shelf(), tree()).open
    assert [(row.entry, row.value, row.level) for row in rows] == [(1, 100, 100), (2, -20, 80)]


def test_an_item_stands_from_its_first_day_until_the_day_it_ends() -> None:
    fact = Fact("slogans.standing", "item", date(2024, 1, 1), EAST, 5, until=date(2024, 2, 1))
    rows = observe([1], [Statement(1, 1, (fact,), counted=True)], Shelf(), tree()).open
    assert [(str(row.day), row.value) for row in rows] == [("2024-01-01", 5), ("2024-02-01", -5)]


def test_what_waits_is_one_row_that_counts_nowhere() -> None:
    rows = observe(
        [1],
        [Statement(1, 1, (Fact("books.stock", "level", date(2024, 1, 1), EAST, 5),), counted=False)],
        Shelf(),
        tree(),
    ).open
    assert [(row.counted, row.value, row.level) for row in rows] == [(False, 5, None)]


def test_observing_again_what_is_observed_changes_nothing() -> None:
    said = [level(1, EAST, date(2024, 3, 5), 100), level(2, SOUTH, date(2024, 4, 5), 160)]
    first = observe([1, 2], said, Shelf(), tree(merged=True))
    again = observe([1, 2], said, Shelf(first.open), tree(merged=True))
    assert (again.close, again.open) == ((), ())


def test_an_entry_that_says_nothing_any_more_closes_its_rows() -> None:
    first = observe([1], [level(1, EAST, date(2024, 3, 5), 100)], Shelf(), tree())
    changes = observe([1], [], Shelf(first.open), tree())
    assert (changes.close, changes.open) == ((0,), ())


def test_a_flow_is_placed_where_its_unit_stood_on_its_day() -> None:
    before, after = date(2024, 3, 31), date(2024, 4, 1)
    rows = [
        flow_row(Fact("x.y", "flow", day, EAST, 1, NO_DIMS), tree(merged=True)) for day in (before, after)
    ]
    assert [row.place for row in rows] == [BASE + 200_000, BASE + 201_000]
