"""Tampering: whoever changes one bit of what the ledger holds, behind its back, is found, and so is whoever removes, adds or swaps rows.

The changes are made in the tables themselves, as somebody with the database's password would make them, on a ledger
in which everything has happened once (tests/stories.py). Every column of every table that store/outside.py does not
name is changed; a new column is therefore either covered or named there.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from tests.hardness.proof import Found, Place, Proof
from tests.stories import everything
from youju.actions import evidence, verifying
from youju.store import outside, triggers
from youju.store.models import Blob
from youju.store.queries.tree import tree_by_hash

OTHERS = 20  # one removal, one addition, one swap and one changed file for so many changed bits


@dataclass(frozen=True, slots=True)
class Column:
    """A column that `verify` vouches for."""

    model: type[models.Model]
    field: models.Field[Any, Any]

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def name(self) -> str:
        return self.field.column

    @property
    def target(self) -> models.Field[Any, Any]:
        """The field that says what kind of value it is."""
        found = self.field
        while isinstance(found, models.ForeignKey):
            found = found.target_field
        return found

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"


def columns() -> list[Column]:
    """Every column of every table that is not named as outside."""
    return [
        Column(model, field)
        for model in apps.get_app_config("store").get_models()
        for field in model._meta.concrete_fields
        if not outside.is_outside(model._meta.db_table, field.column)
    ]


def prove(count: int, place: Place) -> Found:
    """`count` changed bits spread evenly over the columns, and one in twenty of each other kind."""
    chance = random.Random(20260101)
    done: Counter[str] = Counter()
    missed: list[str] = []
    tried: set[str] = set()
    with place.new_ledger():
        everything(place.folder)
        clean = findings()
        assert clean == [], f"a false alarm: {clean}"
        without_triggers()
        wanted = columns()
        for column in itertools.cycle(wanted):
            if done["bits"] >= count:
                break
            change = changed_bit(column, chance)
            if change is None:
                continue
            done["bits"] += 1
            tried.add(str(column))
            if change[0]:
                missed.append(change[1])
        for kind in (removed, added, swapped, changed_file):
            for _ in range(max(1, count // OTHERS)):
                found, what = kind(chance)
                done[kind.__name__] += 1
                if not found:
                    missed.append(what)
        assert findings() == [], "a trial left something behind"
    never = sorted(str(column) for column in wanted if str(column) not in tried)
    if count >= len(wanted):
        missed += [f"{name} was never changed: the ledger of the proof has no value there" for name in never]
    said = f"{done['bits']} bits in {len(tried)} columns, " + ", ".join(
        f"{done[kind]} {word}"
        for kind, word in (
            ("removed", "rows removed"),
            ("added", "added"),
            ("swapped", "swapped"),
            ("changed_file", "bits of files"),
        )
    )
    return Found(f"{said}: {len(missed)} not found", tuple(missed))


def findings() -> list[str]:
    """What verification says, up to the first part that says something: parts do not depend on one another."""
    tree_by_hash.cache_clear()  # as in a new process
    for check in verifying.PARTS:
        if check is not verifying.check_triggers and (found := check().findings):
            return [str(each) for each in found[:3]]
    return []


def without_triggers() -> None:
    """As somebody with the database's password would."""
    with connection.cursor() as cursor:
        for name, table, drop, _ in triggers.every(connection):
            cursor.execute(drop.format(name=name, table=table))


@contextmanager
def forgotten() -> Iterator[None]:
    """Everything inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- one bit ----------------------------------------------------------------------------------------------


def changed_bit(column: Column, chance: random.Random) -> tuple[bool, str] | None:
    """Change one bit of one value; whether it went unseen, and what it was. None where nothing could be changed."""
    keys = _keys(column.model)
    key = column.model._meta.pk.column
    for _ in range(20):
        row = chance.choice(keys)
        try:
            before, expression, after = _flipped(column, row, chance)
        except ValueError:  # no such day
            continue
        sql = f'UPDATE "{column.table}" SET "{column.name}" = {expression} WHERE "{key}" = %s'
        try:
            with forgotten(), connection.cursor() as cursor:
                cursor.execute(sql, [after, row])
                seen = findings()
        except DatabaseError:  # such a value, or two equal ones, are not allowed there
            continue
        return not seen, f"{column} of {row}: {before!r} → {after!r}"
    return None


def _keys(model: type[models.Model]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{model._meta.pk.column}" FROM "{model._meta.db_table}"')
        keys = [row[0] for row in cursor.fetchall()]
    assert keys, f"{model.__name__}: the ledger of the proof has no rows"
    return keys


def _flipped(column: Column, row: Any, chance: random.Random) -> tuple[Any, str, Any]:
    """What stands there, how SQL writes the new value, and the new value; None and None when there is nothing to change."""
    if connection.vendor == "sqlite":
        return _flipped_bytes(column, row, chance)
    with connection.cursor() as cursor:
        text = "::text" if isinstance(column.target, models.JSONField) else ""
        cursor.execute(
            f'SELECT "{column.name}"{text} FROM "{column.table}" WHERE "{column.model._meta.pk.column}" = %s',
            [row],
        )
        value = cursor.fetchone()[0]
    if column.field.null and (value is None or chance.random() < 0.2):
        return value, "%s", _some(column) if value is None else None
    if isinstance(column.target, models.JSONField):
        return value, "%s::jsonb", _one_character(value, chance)
    return value, "%s", _one_bit_of(value, chance)


def _one_bit_of(value: Any, chance: random.Random) -> Any:
    """A value of PostgreSQL with one bit of it changed."""
    changes: dict[type, Any] = {
        bool: lambda: not value,
        int: lambda: value ^ (1 << chance.randrange(15)),
        uuid.UUID: lambda: uuid.UUID(int=value.int ^ (1 << chance.randrange(128))),
        dt.datetime: lambda: value + dt.timedelta(microseconds=1 << chance.randrange(40)),
        dt.date: lambda: dt.date.fromordinal(value.toordinal() ^ (1 << chance.randrange(10))),
        memoryview: lambda: _one_bit(bytes(value), chance),
        bytes: lambda: _one_bit(value, chance),
        str: lambda: _one_character(value, chance) if value else "1",
    }
    return changes[type(value)]()


def _flipped_bytes(column: Column, row: Any, chance: random.Random) -> tuple[Any, str, Any]:
    """On SQLite the bytes as they are stored: digits of a date, letters of a UUID, any bit of a text."""
    with connection.cursor() as cursor:
        sql = f'SELECT typeof("{column.name}"), CAST("{column.name}" AS BLOB) FROM "{column.table}" WHERE "{column.model._meta.pk.column}" = %s'
        cursor.execute(sql, [row])
        kind, raw = cursor.fetchone()
    if column.field.null and (kind == "null" or chance.random() < 0.2):
        return (None, "%s", _some(column)) if kind == "null" else (raw, "%s", None)
    if kind == "integer":
        bits = 1 if isinstance(column.target, models.BooleanField) else 62
        return int(raw), "%s", int(raw) ^ (1 << chance.randrange(bits))
    if not raw:
        return "", "%s", "1"  # an empty text has no bit: something is written into it
    changed = _one_bit(bytes(raw), chance)
    return bytes(raw), "CAST(%s AS TEXT)" if kind == "text" else "%s", changed


def _one_bit(value: bytes, chance: random.Random) -> bytes:
    bit = chance.randrange(len(value) * 8)
    return value[: bit // 8] + bytes([value[bit // 8] ^ (1 << bit % 8)]) + value[bit // 8 + 1 :]


def _one_character(value: str, chance: random.Random) -> str:
    at = chance.randrange(len(value))
    return value[:at] + chr(ord(value[at]) ^ (1 << chance.randrange(3))) + value[at + 1 :]


def _some(column: Column) -> Any:
    """A value where none was."""
    if isinstance(column.target, models.IntegerField):
        return 1
    if isinstance(column.target, models.DateTimeField):
        return "2024-05-01 01:00:00"
    return "2024-05-01" if isinstance(column.target, models.DateField) else "1"


# --- rows and files ---------------------------------------------------------------------------------------


def _some_table(chance: random.Random) -> type[models.Model]:
    tables = {column.model for column in columns()} - {apps.get_model("store", "Login")}
    return chance.choice(sorted(tables, key=lambda each: each.__name__))


def removed(chance: random.Random) -> tuple[bool, str]:
    """One row is gone; whether that was seen."""
    model = _some_table(chance)
    key = chance.choice(_keys(model))
    with forgotten(), connection.cursor() as cursor:
        cursor.execute(f'DELETE FROM "{model._meta.db_table}" WHERE "{model._meta.pk.column}" = %s', [key])
        return _seen(), f"{model.__name__} {key} was removed"


def added(chance: random.Random) -> tuple[bool, str]:
    """One more row like another, with a key and ids of its own."""
    drafts = {
        apps.get_model("store", "Report"),
        apps.get_model("store", "ReportText"),
    }  # unsigned: nothing is promised
    while True:
        model = _some_table(chance)
        if model in drafts:
            continue
        key = chance.choice(_keys(model))
        row = model._default_manager.get(pk=key)
        row.pk = 1 + max(each for each in _keys(model) if isinstance(each, int))
        for field in model._meta.concrete_fields:
            if field.unique and not field.primary_key:
                _make_other(row, field, chance)
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                _make_other(row, model._meta.get_field(constraint.fields[-1]), chance)
        try:
            with forgotten():
                row.save(force_insert=True)
                return _seen(), f"{model.__name__} {key} was added again"
        except DatabaseError:
            continue


def _make_other(row: models.Model, field: Any, chance: random.Random) -> None:
    before = getattr(row, field.attname)
    if isinstance(before, uuid.UUID):
        setattr(row, field.attname, uuid.UUID(int=chance.getrandbits(128)))
    elif isinstance(before, int):
        setattr(row, field.attname, before + 1)
    else:
        setattr(row, field.attname, f"{before}0"[-(field.max_length or 99) :])


def swapped(chance: random.Random) -> tuple[bool, str]:
    """Two rows of one table change places: each has the other's key."""
    while True:
        model = _some_table(chance)
        keys = _keys(model)
        if len(keys) < 2:
            continue
        if model._meta.pk.column == "id" and outside.is_outside(model._meta.db_table, "id"):
            continue
        one, other = chance.sample(keys, 2)
        table, key = model._meta.db_table, model._meta.pk.column
        with forgotten(), connection.cursor() as cursor:
            for first, second in ((one, -1), (other, one), (-1, other)):
                cursor.execute(f'UPDATE "{table}" SET "{key}" = %s WHERE "{key}" = %s', [second, first])
            return _seen(), f"{model.__name__} {one} and {other} changed places"


def changed_file(chance: random.Random) -> tuple[bool, str]:
    """One bit of one evidence file."""
    paths = [evidence.place_of(each.sha256) for each in Blob.unscoped.order_by("pk")]
    path = chance.choice([each for each in paths if each.exists()])  # an erased workbook has none
    sha256 = path.name
    before = path.read_bytes()
    try:
        path.write_bytes(_one_bit(before, chance))
        return _seen(), f"a bit of the file {sha256[:12]}"
    finally:
        path.write_bytes(before)


def _seen() -> bool:
    return bool(findings())


PROOF = Proof(
    title="改动一个二进制位、增删换行、改动佐证文件都能查出",
    counted="changed bits",
    prove=prove,
    full={"sqlite": 10_000, "postgresql": 1_000},
    short={"sqlite": 420, "postgresql": 240},
)
