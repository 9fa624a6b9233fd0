"""Fresh, migrated ledgers for tests, cheap enough for one per test, on the engine the run was started with.

Rolled-back transactions (`django_db`) are quicker still, but cannot show two processes, threads or a kill. Emptying
tables afterwards is no way either: the ledger's triggers refuse it. So each test gets a copy of one migrated
database and throws it away.
"""

from __future__ import annotations

import contextlib
import fcntl
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dj_database_url
from django.conf import settings
from django.db import connections
from django.test import override_settings

from tests import postgres

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 300  # a command that hangs fails its test instead of the whole run
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class LedgerDatabase:
    """A migrated, empty ledger that this process and its children see.

    data      the folder YOUJU_DATA names: evidence, keys, local catalog; on SQLite also the database
    url       what DATABASE_URL holds: an address on PostgreSQL, empty on SQLite
    engine    "sqlite" or "postgresql"
    env       a whole environment for children, `subprocess.run(…, env=ledger_db.env)`
    """

    data: Path
    url: str
    engine: str
    env: dict[str, str] = field(repr=False)

    def run(self, *arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """`python -m youju ARGUMENTS` on this ledger, to its end; the caller looks at returncode and output."""
        return subprocess.run(
            self.command(*arguments),
            env=self.env,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE_SECONDS,
        )

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """The same, still running: to be killed, or to race with another."""
        return subprocess.Popen(
            self.command(*arguments),
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @staticmethod
    def command(*arguments: str | Path) -> list[str]:
        """The argument list of `python -m youju ARGUMENTS`."""
        return [sys.executable, "-P", "-m", "youju", *map(str, arguments)]


@contextlib.contextmanager
def new_ledger(session: Path, data: Path) -> Iterator[LedgerDatabase]:
    """A copy of the migrated template, with Django and os.environ pointed at it until the end.

    session   a folder all workers of this test run share; the template is made there once
    data      an empty folder for this ledger
    """
    data.mkdir(parents=True, exist_ok=True)
    configured = connections.settings["default"]
    server = ""
    address: dict[str, object] = {}
    if connections["default"].vendor == "sqlite":
        engine, url, name = "sqlite", "", str(data / "youju.sqlite3")
        shutil.copyfile(_sqlite_template(session), name)
    else:
        server = postgres.with_name(os.environ["DATABASE_URL"], "postgres")
        engine, name = "postgresql", f"ledger_{os.getpid()}_{next(_numbers)}"
        url = postgres.create_database(server, name, template=_postgres_template(session, server))
        # Not always the server of the settings: a test may have its own.
        found = dj_database_url.parse(url)
        address = {key: found[key] for key in ("HOST", "PORT", "USER", "PASSWORD")}
    ours = {"YOUJU_DATA": str(data), "YOUJU_LOCAL": str(data / "catalog"), "DATABASE_URL": url}
    before = {key: os.environ.get(key) for key in ours}
    ledger = LedgerDatabase(
        data, url, engine, os.environ | ours | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    )
    os.environ.update(ours)
    previous = connections["default"]
    # A new connection object: the old one may be an open in-memory database, which close() would not close.
    connections.settings["default"] = {**configured, **address, "NAME": name}
    connections["default"] = connections.create_connection("default")
    try:
        with override_settings(
            DATA_DIR=data,
            LOCAL_CATALOG=data / "catalog",
            EVIDENCE_DIR=data / "evidence",
            KEY_FILE=data / settings.KEY_FILE.name,
        ):
            yield ledger
    finally:
        connections["default"].close()
        connections.settings["default"] = configured
        connections["default"] = previous
        for key, value in before.items():
            if value is None:
                os.environ.pop(key, None)
            else:
                os.environ[key] = value
        if server:
            postgres.drop_database(server, name)
        shutil.rmtree(data, ignore_errors=True)


def drop_template(server: str, session: Path) -> None:
    """Leave nothing on a server that is not ours."""
    postgres.drop_database(server, _template_name(session))


def _sqlite_template(session: Path) -> Path:
    """A migrated database file without a write-ahead log beside it, made by the first who asks."""
    folder = session / "template"
    with _once(session, "template") as first:
        if first:
            _migrate({"YOUJU_DATA": str(folder), "DATABASE_URL": ""})
    return folder / "youju.sqlite3"


def _postgres_template(session: Path, server: str) -> str:
    name = _template_name(session)
    with _once(session, "template") as first:
        if first:
            postgres.drop_database(server, name)
            url = postgres.create_database(server, name)
            _migrate({"YOUJU_DATA": str(session / "template"), "DATABASE_URL": url})
    return name


def _template_name(session: Path) -> str:
    return f"template_{session.name}".lower().replace("-", "_")


def _migrate(where: dict[str, str]) -> None:
    """In a child, so that no connection of ours stays open to the template."""
    Path(where["YOUJU_DATA"]).mkdir(parents=True, exist_ok=True)
    env = os.environ | where | {"DJANGO_SETTINGS_MODULE": "youju.config.settings", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", "-m", "django", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"the template could not be migrated:\n{done.stderr}")


@contextlib.contextmanager
def _once(session: Path, name: str) -> Iterator[bool]:
    """Whether the caller is the first of all workers; the others wait until he is done."""
    with (session / f"{name}.lock").open("a+", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        first = lock.read() == ""
        yield first
        if first:
            lock.write("done")
            lock.flush()
