"""Rows written many at once are the rows that would have been written one by one, on both engines."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, models

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock
from youju.store import bulk
from youju.store.models import Entry, PersonalValue, Revision


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def stored(model: type[models.Model], key: int) -> tuple[object, ...]:
    """The row as the driver gives it, its key and what must be its own left out."""
    own = ("id", "uid", "number", "revision_id")
    columns = ", ".join(f'"{each.column}"' for each in model._meta.concrete_fields if each.column not in own)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {model._meta.db_table} WHERE id = %s", [key])
        found: tuple[object, ...] = tuple(
            bytes(each) if isinstance(each, memoryview) else each for each in cursor.fetchone()
        )
    return found


def test_a_row_is_the_same_whoever_writes_it(town: Town) -> None:
    made = town.record("leaflets", "东村", day="2024-03-05", count="3", place="“一”, {二}\\三")
    entry = Entry.unscoped.get(pk=made.entry)
    one = entry.current
    assert one is not None
    revision = {each.attname: getattr(one, each.attname) for each in Revision._meta.concrete_fields} | {
        "number": 2,
        "sealed": {"name": "0" * 64},
    }
    again = Revision.unscoped.create(**{**revision, "id": None, "number": 3})
    (many,) = bulk.insert(Revision, [{name: each for name, each in revision.items() if name != "id"}])
    assert stored(Revision, many["id"]) == stored(Revision, again.pk)

    entry_row = {
        "uid": uuid.uuid4(),
        "register": "leaflets",
        "unit_id": entry.unit_id,
        "seq": entry.seq,
        "state": "pending",
        "current_id": one.pk,
        "day": date(2024, 3, 5),
    }  # counted, key_digest and words have constant defaults
    (bulked,) = bulk.insert(Entry, [entry_row])
    by_orm = Entry.unscoped.create(**{**entry_row, "uid": uuid.uuid4(), "id": None})
    assert stored(Entry, bulked["id"]) == stored(Entry, by_orm.pk)
    assert Entry.unscoped.get(uid=bulked["uid"]).pk == bulked["id"]

    secret = {
        "field": "name",
        "salt": b"\x00\xff",
        "nonce": b"n",
        "ciphertext": b"'\\x",
        "erase_on": date(2027, 1, 1),
    }
    (sealed,) = bulk.insert(PersonalValue, [{"revision_id": one.pk, **secret}])
    plain = PersonalValue.unscoped.create(revision_id=many["id"], **secret)
    assert stored(PersonalValue, sealed["id"]) == stored(PersonalValue, plain.pk)


def test_chunks_keys_and_later_rows_do_not_meet(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 3)
    first = Entry.unscoped.get(pk=town.record("leaflets", "东村", day="2024-03-05", count="3").entry)
    reserved = bulk.reserve(Entry, 2)
    same = {
        "register": "leaflets",
        "unit_id": first.unit_id,
        "seq": first.seq,
        "day": first.day,
        "state": "pending",
    }
    made = bulk.insert(Entry, [{"uid": uuid.uuid4(), **same} for _ in range(8)])
    bulk.insert(Entry, [{"id": key, "uid": uuid.uuid4(), **same} for key in reserved])
    keys = [row["id"] for row in made]
    assert len({first.pk, *keys, *reserved}) == 11
    assert keys == sorted(keys)

    bulk.update(
        Entry, [{"id": key, "state": f"s{key}", "day": date(2024, 1, 1 + at)} for at, key in enumerate(keys)]
    )
    found = Entry.unscoped.filter(pk__in=keys).order_by("pk").values_list("pk", "state", "day")
    assert list(found) == [(key, f"s{key}", date(2024, 1, 1 + at)) for at, key in enumerate(keys)]
    assert set(Entry.unscoped.exclude(pk__in=keys).values_list("state", flat=True)) == {"pending"}
    assert town.record("leaflets", "东村", day="2024-03-06", count="1").entry > max(*keys, *reserved)
    with pytest.raises(AssertionError, match="has no"):
        bulk.insert(Entry, [{"uid": uuid.uuid4(), **same, "shape": 1}])
