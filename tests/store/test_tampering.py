"""Tampering: whoever changes one bit of what the ledger holds, behind its back, is found; and a clean ledger raises no alarm."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, models, transaction

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import clock, entries, reviews, verifying
from youju.store import chain, triggers
from youju.store.models import Event, Ledger, Observation, RollUp
from youju.store.queries.ledger import head

CHANGES = int(os.environ.get("TAMPER_CHANGES", "120"))  # the release run asks for 10,000
CLEAN_RUNS = int(os.environ.get("TAMPER_CLEAN", "3"))  # and for 1,000
HELD: list[type[models.Model]] = [*chain.APPENDED, Event, Observation, RollUp]


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    """Three reviewed entries, one corrected, one void, one that waits, and one with a personal field."""
    with clock.at(START):
        town = build_town()
        first = town.reviewed("leaflets", "东村", day="2024-03-05", count="200", taker="张三")
        town.reviewed("slogans", "南村", installed_on="2024-03-10", removed_on="2024-04-20", count="3")
        gone = town.reviewed("books", "西村", counted_on="2024-02-01", books="100")
        entries.correct(
            first.entry, {"count": "180"}, by=town.who["recorder"], units=measure_units(), reason="核减"
        )
        reviews.confirm([first.entry], by=town.who["reviewer"])
        entries.void(gone.entry, by=town.who["reviewer"], reason="重复登记")
        town.record("leaflets", "南村", day="2024-04-05", count="7")
        yield town


def findings() -> list[str]:
    return [finding.code for part in verifying.verify() for finding in part.findings]


def without_triggers() -> None:
    """As somebody with the database's password would."""
    with connection.cursor() as cursor:
        for name, table, drop, _ in triggers.every(connection):
            cursor.execute(drop.format(name=name, table=table))


def flipped(value: Any, bit: int) -> Any:
    """The value with one bit of it changed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ (1 << bit % 20)
    if isinstance(value, str) and value:
        at = bit % len(value)
        return value[:at] + chr(ord(value[at]) ^ 1) + value[at + 1 :]
    return None


def test_every_changed_bit_of_a_row_is_found(town: Town) -> None:
    chance = random.Random(20260101)
    places: list[tuple[type[models.Model], str, int]] = []
    for model in HELD:
        columns = chain.APPENDED[model][1] if model in chain.APPENDED else [
            field.attname for field in model._meta.concrete_fields
        ]  # fmt: skip
        keys = list(model._default_manager.values_list("pk", flat=True))
        places += [
            (model, column, key)
            for column in columns
            for key in keys
            if column not in {"id", model._meta.pk.attname} and not column.endswith("_id")
        ]
    tried, unseen = 0, []
    while tried < CHANGES:
        model, column, key = chance.choice(places)
        before = model._default_manager.values_list(column, flat=True).get(pk=key)
        after = flipped(before, chance.randrange(1000))
        if after is None:
            continue
        tried += 1
        with transaction.atomic():
            without_triggers()
            model._default_manager.filter(pk=key).update(**{column: after})
            triggers.install(connection)
            if not findings():
                unseen.append((model.__name__, column, before, after))
            transaction.set_rollback(True)
    assert unseen == []


@pytest.mark.parametrize("what", ["deleted", "reordered", "cut off", "rolled back"])
def test_events_that_are_gone_or_moved_are_found(town: Town, what: str) -> None:
    witnessed = (head().head, head().hash)
    with transaction.atomic():
        without_triggers()
        if what == "deleted":
            Event.unscoped.filter(seq=witnessed[0] - 3).delete()
        elif what == "reordered":
            first, second = Event.unscoped.filter(seq__in=[witnessed[0] - 3, witnessed[0] - 2])
            for one, other in ((first, second), (second, first)):
                Event.unscoped.filter(pk=one.pk).update(kind=other.kind, body=other.body)
        elif what == "cut off":
            Event.unscoped.filter(seq=witnessed[0]).delete()
        else:  # cleanly, head and all: only who holds the printed head can tell
            last = Event.unscoped.get(seq=witnessed[0])
            Event.unscoped.filter(seq=witnessed[0]).delete()
            Ledger.unscoped.update(head=last.seq - 1, hash=last.previous)
        triggers.install(connection)
        if what == "rolled back":
            assert (head().head, head().hash) != witnessed
        assert findings()
        transaction.set_rollback(True)


def test_a_ledger_nobody_touched_raises_no_alarm(town: Town) -> None:
    for _ in range(CLEAN_RUNS):
        assert findings() == []
