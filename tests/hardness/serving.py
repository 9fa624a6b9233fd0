"""The real server, and clients that do not give up: what proofs over HTTP share."""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import random
import re
import signal
import socket
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.ledgers import LedgerDatabase
from youju.store.models import Login, Member

START_SECONDS = 60
END_SECONDS = 90
KILL_SECONDS = 5
FIRST_OUTGOING = 32_768  # on Linux, unless somebody changed it
PATIENCE_SECONDS = 240
# A client here does more in a minute than a person in a day.
LIMITS = ("upload-files-per-day", "upload-megabytes-per-day", "costly-per-minute")
MANY = 1_000_000
TOKEN = "a" * 32  # what a browser would have in its cookie and its form


@dataclass
class Server:
    """`youju serve` with its worker, in a process group of its own.

    env   what its environment has beside the ledger's
    more  further arguments
    log   where what it says goes; None: nowhere, complaints to the terminal
    """

    ledger: LedgerDatabase
    port: int
    env: Mapping[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ("--workers", "2")
    log: Path | None = None
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        """Lift the limits of what one member may do, by files of the town's own catalog."""
        folder = self.ledger.data / "catalog" / "parameters"
        folder.mkdir(parents=True, exist_ok=True)
        for name in LIMITS:
            value = f"{{from: 2000-01-01, value: {MANY}, source: 测试用（未核实）}}"
            text = f"id: {name}\ntitle: 测试\nvalues:\n  - {value}\n"
            (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

    def start(self) -> None:
        """Start it, and wait until it is ready."""
        deadline = time.monotonic() + START_SECONDS
        process = self._launch()
        while not self.is_ready():
            assert time.monotonic() < deadline, "the server does not answer"
            if process.poll() is not None:
                # The port may still be in the hands of a process that is dying.
                time.sleep(0.2)
                process = self._launch()
            time.sleep(0.02)

    def _launch(self) -> subprocess.Popen[bytes]:
        # With the key that our sessions were signed with.
        ours = {"SECRET_KEY": str(settings.SECRET_KEY), **self.env}
        with contextlib.ExitStack() as opened:
            log = None if self.log is None else opened.enter_context(self.log.open("ab"))
            self.process = subprocess.Popen(
                self.ledger.command("serve", "--port", str(self.port), *self.more),
                env=self.ledger.env | ours,
                stdin=subprocess.DEVNULL,
                stdout=log or subprocess.DEVNULL,
                stderr=log,
                start_new_session=True,
            )
        return self.process

    def is_ready(self) -> bool:
        """Whether it says so itself."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=2)
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """The server, its processes and its worker, all at once."""
        assert self.process is not None
        dying = processes(self.process.pid)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # Its children hold the port for a moment longer; a server started meanwhile would be refused it.
        deadline = time.monotonic() + KILL_SECONDS
        while any(is_alive(pid) for pid in dying) and time.monotonic() < deadline:
            time.sleep(0.005)

    def stop(self) -> int:
        """As a service manager does; its exit status."""
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=END_SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said: status, headers (their names in small letters), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body, read as UTF-8."""
        return self.body.decode(errors="replace")


@dataclass
class Person:
    """A logged-in client that does not give up.

    patience   seconds it waits for one answer
    bears      statuses that it takes for "not now" and asks again; any other but the good one is a failure
    statuses   of all answers
    refusals   the answers with a status it bears
    dropped    how many got no answer at all
    again      how many requests were sent more than once
    answered   when the last answer came that was no refusal, by the monotonic clock
    """

    port: int
    session: str
    bears: frozenset[int] = frozenset()
    patience: float = 30.0
    statuses: Counter[int] = field(default_factory=Counter)
    refusals: list[Answer] = field(default_factory=list)
    dropped: int = 0
    again: int = 0
    answered: float = 0.0

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own. Raises OSError, HTTPException."""
        mine = {"Cookie": f"youju={self.session}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        try:
            connection.request(method, path, body, {**mine, **(headers or {})})
            answer = connection.getresponse()
            headers_sent = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, headers_sent, answer.read())
        finally:
            connection.close()

    def insist(
        self, path: str, form: Mapping[str, str], files: Mapping[str, tuple[str, bytes]] | None = None
    ) -> str:
        """Send the same form until it is answered; the address that the answer leads to."""
        body, kind = multipart(form, files or {})
        answer = self.post_until_answered(path, body, {"Content-Type": kind}, good=302)
        where = answer.headers.get("location", "")
        assert re.match(r"/(entries|imports|reviews?)\b", where), where
        return where

    def post_until_answered(self, path: str, body: bytes, headers: Mapping[str, str], *, good: int) -> Answer:
        """Send the same request until the answer has the good status. Raises AssertionError on one it does not bear."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        for attempt in range(100_000):
            self.again += attempt == 1
            assert time.monotonic() < deadline, "nobody answers"
            try:
                answer = self.ask("POST", path, body, headers)
            except (OSError, http.client.HTTPException):
                self.dropped += 1
                time.sleep(0.02)
                continue
            self.statuses[answer.status] += 1
            if answer.status in self.bears:
                self.refusals.append(answer)
                time.sleep(0.05)
                continue
            assert answer.status == good, answer.text[-3000:]
            self.answered = time.monotonic()
            return answer
        raise AssertionError


def processes(group: int) -> list[int]:
    """The processes of a group."""
    found = []
    for each in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(each.name)) == group:
                found.append(int(each.name))
    return found


def is_alive(pid: int) -> bool:
    """Whether a process is there, and not merely waiting for somebody to ask how it ended."""
    try:
        return (
            Path(f"/proc/{pid}/stat")
            .read_text(encoding="ascii", errors="replace")
            .rpartition(")")[2]
            .split()[0]
            not in "ZX"
        )
    except OSError:
        return False


def log_in(member: Member, account: str, port: int, **more: object) -> Person:
    """A person who is logged in as this member."""
    login, _ = Login.objects.get_or_create(
        member=member,
        defaults={
            "account": account,
            "password": "!",
            "must_change": False,
            "password_at": timezone.now(),
        },
    )
    client = Client()
    client.force_login(login)
    return Person(port, client.cookies["youju"].value, **more)  # type: ignore[arg-type]


def wait_until(holds: Callable[[], bool]) -> None:
    """Raises AssertionError when it takes too long."""
    deadline = time.monotonic() + END_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.02)


def multipart(form: Mapping[str, str], files: Mapping[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """A form's body as a browser sends it, and its media type."""
    mark = uuid.uuid4().hex
    body = io.BytesIO()
    for name, value in form.items():
        body.write(f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    for name, (file, data) in files.items():
        head = f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{file}"\r\n'
        body.write(f"{head}Content-Type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n")
    body.write(f"--{mark}--\r\n".encode())
    return body.getvalue(), f"multipart/form-data; boundary={mark}"


def free_port() -> int:
    """A port that nobody listens on, and that the system gives to no outgoing connection.

    From among those that it gives, a client that calls a dead server again and again is some time given the very port it
    calls, is connected with itself, and holds the port until it gives up.
    """
    numbers = random.SystemRandom()
    for _ in range(1000):
        port = numbers.randrange(15_000, FIRST_OUTGOING)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port")
