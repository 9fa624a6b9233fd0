"""Static SQL for what the query builder cannot say; every value is a parameter. Questions travel as one JSON text.

`{asks}` is the table of questions and `{members}` the units some are limited to; each engine unpacks them in its own way.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

ASKS = {
    "sqlite": """
        SELECT value ->> 'i' AS i, value ->> 'k' AS k, value ->> 'm' AS m, value ->> 'n' AS n, value ->> 'lo' AS lo, value ->> 'hi' AS hi,
               value ->> 'd0' AS d0, value ->> 'd1' AS d1, value ->> 'x1' AS x1, value ->> 'x2' AS x2, value ->> 'x3' AS x3
          FROM json_each(%s)""",
    "postgresql": """
        SELECT * FROM jsonb_to_recordset(%s::jsonb)
            AS q(i int, k text, m text, n int, lo bigint, hi bigint, d0 date, d1 date, x1 text, x2 text, x3 text)""",
}
MEMBERS = {
    "sqlite": "SELECT value ->> 'i' AS i, value ->> 'u' AS u FROM json_each(%s)",
    "postgresql": "SELECT * FROM jsonb_to_recordset(%s::jsonb) AS m(i int, u bigint)",
}


@cache
def statement(name: str, vendor: str) -> str:
    """The text of youju/store/sql/<name>.sql for this engine."""
    text = Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")
    return text.replace("{asks}", ASKS[vendor]).replace("{members}", MEMBERS[vendor])


def rows(name: str, parameters: Sequence[str | int]) -> list[tuple[Any, ...]]:
    """Run one of the statements and fetch everything it answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement(name, connection.vendor), parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
