"""What tests that kill our programs share."""

from __future__ import annotations

import time

from django.db import connection


def wait_for_the_server() -> None:
    """A PostgreSQL server may still be committing for a client that is dead."""
    if connection.vendor != "postgresql":
        return
    others = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute(others)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.05)
