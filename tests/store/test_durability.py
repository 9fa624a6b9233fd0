"""Invariant 8: what makes acknowledged writes last is read back from the database, and commands refuse without it."""

from __future__ import annotations

from django.db import connection

from tests.ledgers import LedgerDatabase
from tests.town import START, build_town
from youju.actions import clock
from youju.store import durability, triggers


def test_the_settings_of_this_program_make_writes_last(ledger_db: LedgerDatabase) -> None:
    done = ledger_db.run("account", "show")

    assert done.returncode == 0, done.stderr


def test_a_setting_that_forgets_is_named(ledger_db: LedgerDatabase) -> None:
    with connection.cursor() as cursor:
        if ledger_db.engine == "sqlite":
            cursor.execute("PRAGMA synchronous=NORMAL")
            cursor.execute("PRAGMA recursive_triggers=OFF")
        else:
            cursor.execute("SET synchronous_commit = off")

    expected = {
        "sqlite": ["synchronous=1", "recursive_triggers=0"],
        "postgresql": ["synchronous_commit=off"],
    }
    assert durability.weaknesses(connection) == expected[ledger_db.engine]


def test_commands_stop_where_a_trigger_is_missing_and_verify_puts_it_back(ledger_db: LedgerDatabase) -> None:
    with clock.at(START):
        build_town()
    name, table, drop, _ = next(triggers.every(connection))
    with connection.cursor() as cursor:
        cursor.execute(drop.format(name=name, table=table))
    connection.close()

    refused = ledger_db.run("entry", "list", "--as", "clerk")
    assert refused.returncode == 2
    assert f"缺少防改触发器：{name}" in refused.stderr
    found = ledger_db.run("verify")
    assert found.returncode == 1
    assert name in found.stdout
    assert ledger_db.run("verify", "--repair-triggers").returncode == 0
    assert ledger_db.run("entry", "list", "--as", "clerk").returncode == 0
