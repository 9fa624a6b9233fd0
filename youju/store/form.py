"""How values are stored, on SQLite, which takes any value in any column: only the one form that this program writes.

Without it a changed bit may hide: an id in capitals reads as the same UUID and is found by no query, a 3 for a true
is true to Python and not to `counted = 1`, an escape in JSON has two spellings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from youju.store.outside import is_outside

SHOWN = 20  # of one table
_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_TIME = "[0-9][0-9]:[0-9][0-9]:[0-9][0-9]"


def oddities(connection: BaseDatabaseWrapper) -> tuple[int, list[tuple[str, str, str]]]:
    """How many columns were looked at, and each oddity: table, column, key. PostgreSQL has types and needs no look."""
    if connection.vendor != "sqlite":
        return 0, []
    looked, found = 0, []
    for model in apps.get_app_config("store").get_models():
        table, key = model._meta.db_table, model._meta.pk.column
        for field in model._meta.concrete_fields:
            if is_outside(table, field.column):
                continue
            looked += 1
            if isinstance(field, models.JSONField):
                keys = list(_odd_json(connection, table, key, field.column))
            else:
                keys = _odd(connection, table, key, field)
            found += [(table, field.column, each) for each in keys]
    return looked, found


def _odd(
    connection: BaseDatabaseWrapper, table: str, key: str, field: models.Field[object, object]
) -> list[str]:
    with connection.cursor() as cursor:
        sql = f'SELECT CAST("{key}" AS TEXT) FROM "{table}" WHERE {_condition(field)} LIMIT {SHOWN}'  # noqa: S608
        cursor.execute(sql)
        return [str(row[0]) for row in cursor.fetchall()]


def _condition(field: models.Field[object, object]) -> str:
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    name = f'"{field.column}"'
    if isinstance(target, models.BooleanField):
        return f"typeof({name}) NOT IN ('integer', 'null') OR {name} NOT IN (0, 1)"
    if isinstance(target, models.IntegerField):
        return f"typeof({name}) NOT IN ('integer', 'null')"
    if isinstance(target, models.BinaryField):
        return f"typeof({name}) NOT IN ('blob', 'null')"
    rule = f"typeof({name}) NOT IN ('text', 'null')"
    if isinstance(target, models.UUIDField):
        return f"{rule} OR length({name}) <> 32 OR {name} GLOB '*[^0-9a-f]*'"
    if isinstance(target, models.DateTimeField):
        return f"{rule} OR {name} NOT GLOB '{_DAY} {_TIME}*' OR substr({name}, 20) GLOB '*[^.0-9]*'"
    if isinstance(target, models.DateField):
        return f"{rule} OR {name} NOT GLOB '{_DAY}'"
    return rule


def _odd_json(connection: BaseDatabaseWrapper, table: str, key: str, column: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT CAST("{key}" AS TEXT), "{column}" FROM "{table}"')  # noqa: S608
        while rows := cursor.fetchmany(2000):
            for at, text in rows:
                if text is not None and json.dumps(json.loads(text)) != text:
                    yield at
