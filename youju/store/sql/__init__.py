"""Static SQL for what the query builder cannot say; every value is a parameter. Lists travel as one JSON text.

In the files, `{asks}` and the like stand for a list that the engine unpacks in its own way, `{state}` for what tells one state of the
ledger `l` from any other, `{month}` for the months since
the year 0 of an observation's day, `{cells_of_rows}` and `{reach_of_rows}` for the whole of rollup_cells.sql and reach_cells.sql.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

# What a list's lines hold, in order: a name and its type on PostgreSQL. `i` is the line's own number, from 0.
LISTS: dict[str, dict[str, str]] = {
    "asks": {
        "i": "", "k": "text", "m": "text", "n": "int", "lo": "bigint", "hi": "bigint",
        "d0": "date", "d1": "date", "x1": "text", "x2": "text", "x3": "text",
    },
    "members": {"ask": "int", "u": "bigint"},
    "cells": {
        "node": "bigint", "m": "text", "dim": "text", "dim2": "text", "month": "int", "n": "bigint", "total": "bigint",
        "waiting": "bigint", "shared": "bigint", "standing": "bigint",
    },
    "probes": {
        "i": "", "m": "text", "lo": "bigint", "hi": "bigint", "d0": "date", "d1": "date", "x1": "text", "x2": "text", "x3": "text",
    },
    "reach": {
        "node": "bigint", "rule": "int", "month": "int", "met_m": "bigint", "met_q": "bigint", "met_y": "bigint",
        "met": "bigint", "told": "bigint", "told_q": "bigint", "told_y": "bigint",
    },
    "rules": {
        "rule": "int", "m": "text", "x1": "text", "x2": "text", "x3": "text", "size": "bigint", "width": "int", "lo": "int",
        "hi": "int", "level": "int", "covers": "int", "stock": "int", "slot": "int",
    },
    "slices": {"m": "text", "a": "int", "b": "int"},
    "levels": {"level": "int", "size": "bigint"},
    "cell_asks": {
        "i": "", "node": "bigint", "m": "text", "x1": "text", "x2": "text", "m0": "int", "m1": "int",
    },
    "reach_asks": {"i": "", "node": "bigint", "rule": "int", "c": "text", "m0": "int", "m1": "int"},
    "cut_asks": {"ask": "int", "m": "text", "d1": "date", "d2": "date", "lo": "bigint", "hi": "bigint"},
}  # fmt: skip
FETCHED = 2_000  # rows at a time
STATE = """(COALESCE((SELECT e.hash FROM store_event e WHERE e.seq = l.org_seq), '') || COALESCE((SELECT e.hash FROM store_event e
  WHERE e.seq = (SELECT MAX(v.active_from_seq) FROM store_specversion v WHERE v.kind = 'register')), '') || l.grid || l.rules)"""
MONTH = {
    "sqlite": "(substr(o.day, 1, 4) * 12 + substr(o.day, 6, 2) - 1)",
    "postgresql": "(EXTRACT(YEAR FROM o.day)::int * 12 + EXTRACT(MONTH FROM o.day)::int - 1)",
}


@cache
def statement(name: str, vendor: str) -> str:
    """The text of youju/store/sql/<name>.sql for this engine."""
    text = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    for mark, whole in (("{cells_of_rows}", "rollup_cells"), ("{reach_of_rows}", "reach_cells")):
        if mark in text:
            text = text.replace(mark, statement(whole, vendor))
    for each, columns in LISTS.items():
        text = text.replace("{" + each + "}", _unpacked(columns, vendor))
    return text.replace("{month}", MONTH[vendor]).replace("{state}", STATE)


def rows(name: str, parameters: Sequence[str | int]) -> list[tuple[Any, ...]]:
    """Run one of the statements and fetch everything it answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name, connection.vendor), parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def stream(name: str, parameters: Sequence[str | int]) -> Iterator[tuple[Any, ...]]:
    """The same row by row, for answers too long to be held twice."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name, connection.vendor), parameters)
        while some := cursor.fetchmany(FETCHED):
            yield from some


def run(name: str, parameters: Sequence[str | int]) -> int:
    """Run one of the statements that answer nothing. Returns how many rows it changed."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name, connection.vendor), parameters)
        changed: int = cursor.rowcount
    return changed


def listed(lines: Iterable[Sequence[str | int | None]]) -> str:
    """The text of a list; `i`, where a list has it, is left out of its lines."""
    return json.dumps(list(lines), ensure_ascii=False, separators=(",", ":"))


def _unpacked(columns: dict[str, str], vendor: str) -> str:
    named = [name for name in columns if name != "i"]
    if vendor == "postgresql":
        number = ["(list.number - 1)::int AS i"] if "i" in columns else []
        each = ", ".join(
            number + [f"(list.line ->> {at})::{columns[name]} AS {name}" for at, name in enumerate(named)]
        )
        return f"SELECT {each} FROM jsonb_array_elements(%s::jsonb) WITH ORDINALITY AS list(line, number)"  # noqa: S608 - columns are those of LISTS
    number = ["key AS i"] if "i" in columns else []
    each = ", ".join(number + [f"value ->> {at} AS {name}" for at, name in enumerate(named)])
    return f"SELECT {each} FROM json_each(%s)"  # noqa: S608 - columns are those of LISTS
