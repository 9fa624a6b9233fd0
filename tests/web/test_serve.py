"""The real server as its own process: when it starts, when it refuses to, that it stops in good order."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.ledgers import LedgerDatabase
from tests.web import world as worlds
from youju.cli.accounts import open_logins
from youju.store.models import Grant, Login
from youju.store.models.base import OPEN
from youju.store.queries.ledger import head

PATIENCE_SECONDS = 60


def free_port() -> str:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@contextmanager
def serving(ledger: LedgerDatabase) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server on this ledger that answers, and its address."""
    port = free_port()
    process = ledger.start("serve", "--port", port, "--threads", "2")
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until and process.poll() is None:
            try:
                urllib.request.urlopen(f"{url}/health/live", timeout=5).read()
                break
            except OSError:  # refused, reset, or slow to answer while it starts
                time.sleep(0.1)
        yield process, url
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def test_it_serves_and_stops_when_told(ledger_db: LedgerDatabase) -> None:
    worlds.build()
    connection.close()
    with serving(ledger_db) as (process, url):
        assert urllib.request.urlopen(f"{url}/health/ready").read() == b"ok\n"
        assert "登录" in urllib.request.urlopen(f"{url}/").read().decode()
        process.send_signal(signal.SIGTERM)
        said, complained = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0
    assert url in said
    assert "Traceback" not in complained
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{url}/health/live")


def test_it_refuses_a_ledger_without_its_triggers(ledger_db: LedgerDatabase) -> None:
    worlds.build()
    with connection.cursor() as cursor:
        table = " ON store_event" if ledger_db.engine == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER keep_store_event_delete{table}")
    connection.close()
    refused = ledger_db.run("serve", "--port", free_port())
    assert refused.returncode == 2
    assert "keep_store_event_delete" in refused.stderr


def test_it_shows_its_errors_to_nobody_else(ledger_db: LedgerDatabase) -> None:
    ledger_db.env["DEBUG"] = "1"
    refused = ledger_db.run("serve", "--host", "0.0.0.0", "--port", free_port())
    assert refused.returncode == 2
    assert "DEBUG" in refused.stderr


def test_it_refuses_tables_of_another_version(ledger_db: LedgerDatabase) -> None:
    worlds.build()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'store' AND name LIKE '0002%%'")
    connection.close()
    refused = ledger_db.run("serve", "--port", free_port())
    assert refused.returncode == 2
    assert "待升级：store.0002" in refused.stderr


def test_it_refuses_a_database_without_a_ledger_and_a_port_in_use(ledger_db: LedgerDatabase) -> None:
    none = ledger_db.run("serve", "--port", free_port())
    assert (none.returncode, "还没有台账" in none.stderr) == (2, True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = ledger_db.run("serve", "--port", str(taken.getsockname()[1]))
    assert (busy.returncode, "端口" in busy.stderr) == (2, True)


def test_first_passwords_are_printed_once_and_only_for_those_who_have_none(ledger_db: LedgerDatabase) -> None:
    world = worlds.build()
    before = head().head
    granted = set(Grant.unscoped.filter(seq_to=OPEN).values_list("member__account", flat=True))
    without = granted - set(Login.objects.values_list("account", flat=True))
    connection.close()
    opened = ledger_db.run("account", "open", "clerk", "leader", "--as", "security")
    assert opened.returncode == 0
    assert "初始密码只显示这一次" in opened.stdout
    assert head().head == before + 2
    again = ledger_db.run("account", "open", "--as", "security", "--json")
    assert {each["account"] for each in json.loads(again.stdout)} == without
    assert ledger_db.run("account", "open", "--as", "security").stdout == "没有待开通的账号。\n"
    assert ledger_db.run("account", "open", "clerk", "--as", "clerk").returncode == 2
    assert len(open_logins([world.who["clerk"]], by=world.who["security"])) == 1
