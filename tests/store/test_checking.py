"""校验台 on a ledger: what each kind finds, and that nobody is shown what they may not see."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock
from youju.store.queries import scope
from youju.store.queries.checking import suspects


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def kinds(town: Town, account: str) -> dict[str, list[tuple[int, ...]]]:
    _, found = suspects(scope.viewer(account), clock.today())
    told: dict[str, list[tuple[int, ...]]] = {}
    for each in found:
        told.setdefault(each.kind, []).append(each.entries)
    return told


def test_a_level_that_fell_a_value_out_of_line_and_an_entry_said_twice(town: Town) -> None:
    for day in range(1, 9):
        town.reviewed("leaflets", "东村", day=f"2024-04-{day:02d}", count=str(20 + day))
    wrong = town.reviewed("leaflets", "东村", day="2024-04-10", count="20000").entry
    first = town.record("leaflets", "南村", day="2024-04-10", count="7").entry
    again = town.record("leaflets", "南村", day="2024-04-10", count="7").entry
    town.reviewed("books", "东村", counted_on="2024-02-01", books="100")
    fell = town.reviewed("books", "东村", counted_on="2024-03-01", books="60").entry

    told = kinds(town, "clerk")
    assert told == {"falling": [(fell,)], "outlier": [(wrong,)], "duplicate": [(first, again)]}
    assert kinds(town, "stranger") == {}


def test_many_records_of_months_past_on_one_day_are_a_crowd(town: Town) -> None:
    made = [
        town.record("leaflets", "东村", day=f"2024-02-{day:02d}", count=str(day)).entry
        for day in range(1, 13)
    ]
    assert kinds(town, "clerk") == {"late": [tuple(made[:3])]}
