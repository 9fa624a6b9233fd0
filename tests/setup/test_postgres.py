"""The server of a test run: any set of programs will do, and nothing of it is left afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tests import postgres
from tests.require import require
from tests.setup.checkout import ROOT, plain_environment

OWNER = """
import time
from tests.postgres import running_server
with running_server() as url:
    print(url, flush=True)
    time.sleep(600)
"""


def folder_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).netloc.partition("@")[2]))


def postmaster(folder: Path) -> int:
    return int((folder / "data" / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.mark.postgres
@pytest.mark.parametrize("choice", postgres.programs(), ids=lambda choice: str(choice.bin.parent.name))
def test_every_set_of_programs_serves_and_leaves_nothing(choice: postgres.Programs) -> None:
    with postgres.running_server(choice) as url:
        folder = folder_of(url)
        pid = postmaster(folder)
        first = postgres.create_database(url, "one")
        with psycopg.connect(first, autocommit=True) as connection:
            connection.execute("CREATE TABLE t (n int)")
            connection.execute("INSERT INTO t VALUES (7)")
        second = postgres.create_database(url, "two", template="one")
        with psycopg.connect(second) as connection:
            assert connection.execute("SELECT n FROM t").fetchall() == [(7,)]
            postgres.drop_database(url, "two")
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
    assert not is_running(pid)
    assert not folder.exists()


@pytest.mark.postgres
def test_the_server_dies_with_a_killed_test_run() -> None:
    require("PostgreSQL", postgres.programs(), "apt-get install postgresql")
    owner = subprocess.Popen(
        [sys.executable, "-P", "-c", OWNER],
        cwd=ROOT,
        env=plain_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    url = owner.stdout.readline().strip()
    pid = postmaster(folder_of(url))
    assert is_running(pid)
    os.kill(owner.pid, signal.SIGKILL)
    owner.wait()
    owner.stdout.close()
    deadline = time.monotonic() + 30
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not is_running(pid)
    subprocess.run(["rm", "-rf", folder_of(url)], check=True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://u:p@db.town:5432/ledger?sslmode=require",
            "postgresql://u:p@db.town:5432/x?sslmode=require",
        ),
        ("postgres://u@%2Ftmp%2Fpg/postgres", "postgres://u@%2Ftmp%2Fpg/x"),
    ],
)
def test_another_database_of_the_same_server(url: str, expected: str) -> None:
    assert postgres.is_server_url(url)
    assert postgres.with_name(url, "x") == expected


def test_a_file_is_no_server() -> None:
    assert not postgres.is_server_url("sqlite:///a.sqlite3")
    assert not postgres.is_server_url("")
