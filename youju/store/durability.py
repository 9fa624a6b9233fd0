"""Whether the database keeps what it has acknowledged through a kill and a power cut: read back from itself at start.

Settings ask for it; a network disk without write-ahead logs, a build of SQLite or a proxy before PostgreSQL may not give
it. reliability: WAL with synchronous=FULL on SQLite, synchronous_commit on PostgreSQL (invariant 8).
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

# What each setting must answer, as the database writes it.
_SQLITE = {
    "journal_mode": ("wal",),
    "synchronous": ("2", "3"),
    "foreign_keys": ("1",),
    "recursive_triggers": ("1",),
}
_POSTGRES = {"synchronous_commit": ("on", "local", "remote_write", "remote_apply")}


def weaknesses(connection: BaseDatabaseWrapper) -> list[str]:
    """Each setting that is not as it must be, as name=value; empty when acknowledged writes last."""
    sqlite = connection.vendor == "sqlite"
    found = []
    with connection.cursor() as cursor:
        for name, wanted in (_SQLITE if sqlite else _POSTGRES).items():
            cursor.execute(f"PRAGMA {name}" if sqlite else f"SHOW {name}")
            answer = str(cursor.fetchone()[0])
            if answer not in wanted:
                found.append(f"{name}={answer}")
    return found
