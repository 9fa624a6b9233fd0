"""Rows of one table, one or thousands: keys first, then one statement a chunk, and no object a row. Both engines.

A row is a dict of the model's columns (`unit_id`, not `unit`); columns left out get their constant default. Keys are reserved before
anything is written, so that rows of several tables can name each other without a second pass over the first.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection, models

Row = dict[str, Any]
CHUNK = 5000  # rows a statement

# How a column's value is handed to the driver when that is not as it stands: by engine and kind of column.
_WRITTEN: dict[str, dict[str, Callable[[Any], object]]] = {
    "sqlite": {"UUIDField": uuid.UUID.hex.fget, "DateField": date.isoformat, "JSONField": json.dumps},  # type: ignore[attr-defined]
    "postgresql": {"JSONField": json.dumps},
}


class _Column(NamedTuple):
    """A column: its name in rows and in the table, its type on this engine, its constant default, how it is written."""

    name: str
    column: str
    type: str
    default: object
    written: Callable[[Any], object] | None


_NONE = object()  # no default: the column must be given


def reserve(model: type[models.Model], count: int) -> list[int]:
    """So many new keys of a table, ascending. One statement; two for the first row of a table on SQLite."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return sorted(key for (key,) in cursor.fetchall())
        # The writer's lock is held, so nobody else takes numbers between these lines.
        cursor.execute(
            "UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s RETURNING seq", [count, table]
        )
        found = cursor.fetchone()
        if found is None:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        last = int(found[0]) if found else count
    return list(range(last - count + 1, last + 1))


def insert(model: type[models.Model], rows: Sequence[Row]) -> list[Row]:
    """Insert rows, all with the same columns; those without an `id` are given one. Returns them."""
    if not rows:
        return []
    if "id" not in rows[0]:
        for key, row in zip(reserve(model, len(rows)), rows, strict=True):
            row["id"] = key
    columns = _columns(model, connection.vendor)
    unknown = rows[0].keys() - {each.name for each in columns}
    assert not unknown, f"{model.__name__} has no {unknown}"
    kept = [each for each in columns if each.name in rows[0] or each.default is not _NONE]
    names, marks = ", ".join(each.column for each in kept), ", ".join(["%s"] * len(kept))
    into = f"INSERT INTO {model._meta.db_table} ({names})"
    if connection.vendor == "postgresql":
        _run(f"{into} SELECT * FROM {_unnested(kept)}", kept, rows)  # noqa: S608 - names are the model's
    else:
        _run(f"{into} VALUES ({marks})", kept, rows)
    return list(rows)


def update(model: type[models.Model], rows: Sequence[Row]) -> None:
    """Set the columns of rows that are there, each named by its `id`; all rows with the same columns."""
    if not rows:
        return
    table = model._meta.db_table
    columns = [each for each in _columns(model, connection.vendor) if each.name in rows[0]]
    columns.sort(key=lambda each: each.name == "id")  # last, as the statement for SQLite names it
    if connection.vendor == "postgresql":
        told = ", ".join(f"{each.column} = new.{each.column}" for each in columns[:-1])
        statement = f"UPDATE {table} SET {told} FROM {_unnested(columns)} WHERE {table}.id = new.id"  # noqa: S608 - names are the model's
    else:
        told = ", ".join(f"{each.column} = %s" for each in columns[:-1])
        statement = f"UPDATE {table} SET {told} WHERE id = %s"  # noqa: S608 - names are the model's
    _run(statement, columns, rows)


def _unnested(columns: Sequence[_Column]) -> str:
    """The rows as a table of arrays, one parameter a column, for PostgreSQL."""
    arrays = ", ".join(f"%s::{each.type}[]" for each in columns)
    return f"unnest({arrays}) AS new({', '.join(each.column for each in columns)})"


def _run(statement: str, columns: Sequence[_Column], rows: Sequence[Row]) -> None:
    """Once a chunk: PostgreSQL takes columns as arrays, SQLite keeps the statement and steps it for every row."""
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            written = _columnwise(columns, rows[start : start + CHUNK])
            if connection.vendor == "postgresql":
                cursor.execute(statement, written)
            else:
                cursor.executemany(statement, list(zip(*written, strict=True)))


def _columnwise(columns: Sequence[_Column], rows: Sequence[Row]) -> list[list[object]]:
    """The rows column by column, as the driver takes them."""
    given = [each.name for each in columns if each.name in rows[0]]
    picked = dict(zip(given, zip(*map(itemgetter(*given), rows), strict=True), strict=True))
    found: list[list[object]] = []
    for each in columns:
        values = picked.get(each.name, (each.default,) * len(rows))
        if each.written is None:
            found.append(list(values))
        else:
            write = each.written
            found.append([None if value is None else write(value) for value in values])
    return found


@cache
def _columns(model: type[models.Model], vendor: str) -> tuple[_Column, ...]:
    return tuple(_described(model, vendor))


def _described(model: type[models.Model], vendor: str) -> Iterator[_Column]:
    for field in model._meta.concrete_fields:
        target = field.target_field if isinstance(field, models.ForeignKey) else field
        default: object = _NONE
        if field.has_default():
            default = _NONE if callable(field.default) else field.default
        elif field.null:
            default = None
        elif field.empty_strings_allowed and field.blank:
            default = ""
        yield _Column(
            field.attname,
            connection.ops.quote_name(field.column),
            field.db_type(connection) or "",
            default,
            _WRITTEN[vendor].get(target.get_internal_type()),
        )
