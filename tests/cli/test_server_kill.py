"""Invariant 8: kill -9 of the whole server under load: nothing acknowledged is lost, nothing is half there, nothing is there twice.

Clients register entries through the form (some with a photo) and import workbooks. Each sends the same request, with
the same number, again and again until it is answered, as a browser or a person does.
"""

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
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests.killing import wait_for_the_server
from tests.ledgers import LedgerDatabase
from tests.photos import photo as photo_of
from tests.town import START, Town, build_town
from tests.web.workbooks import content
from youju.actions import clock, verifying
from youju.actions.evidence import digest_of, place_of
from youju.store.models import (
    Batch,
    Entry,
    EvidenceLink,
    ImportedRow,
    Job,
    JobEffect,
    Login,
    OrgUnit,
    Upload,
)

KILLS = {"sqlite": 20, "postgresql": 5}
CLIENTS = 3
ROWS = 25
PHOTO_EVERY = 6
START_SECONDS = 60
END_SECONDS = 90
PATIENCE_SECONDS = 240
TOKEN = "a" * 32  # what a browser would have in its cookie and its form


@dataclass
class Server:
    """`youju serve` with its worker, in a process group of its own."""

    ledger: LedgerDatabase
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        process = self._launch()
        while not self.is_ready():
            assert time.monotonic() < deadline, "the server does not answer"
            if process.poll() is not None:
                # The port may still be in the hands of a process that is dying, or of somebody's outgoing call.
                time.sleep(0.2)
                process = self._launch()
            time.sleep(0.02)

    def _launch(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            self.ledger.command("serve", "--port", str(self.port), "--workers", "2"),
            env=self.ledger.env
            | {"SECRET_KEY": str(settings.SECRET_KEY)},  # that our sessions were signed with
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        return self.process

    def is_ready(self) -> bool:
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
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(timeout=END_SECONDS)


@dataclass
class Person:
    """A logged-in client that does not give up.

    done      number of each request that was answered → where it led
    statuses  of all answers
    again     how many requests were sent more than once
    """

    port: int
    session: str
    stop: threading.Event
    done: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    again: int = 0
    failure: Exception | None = None

    def insist(self, path: str, form: dict[str, str], files: dict[str, tuple[str, bytes]]) -> str:
        """Send until it is answered; the address that the answer leads to."""
        body, kind = multipart(form, files)
        headers = {
            "Content-Type": kind,
            "Cookie": f"youju={self.session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
        }
        deadline = time.monotonic() + PATIENCE_SECONDS
        for attempt in range(100_000):
            self.again += attempt == 1
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                said = answer.read()
            except (OSError, http.client.HTTPException):
                assert time.monotonic() < deadline, "nobody answers"
                time.sleep(0.02)
                continue
            finally:
                connection.close()
            self.statuses[answer.status] += 1
            where = answer.headers.get("Location", "")
            assert answer.status == 302, said.decode(errors="replace")[-3000:]
            assert re.match(r"/(entries|imports)/", where), where
            return where
        raise AssertionError

    def run(self, what: str, unit: uuid.UUID, unit_key: int, name: str) -> None:
        try:
            number = 0
            while not self.stop.is_set():
                number += 1
                if what == "entries":
                    self.register(unit, f"{name}第{number}件", photo=number % PHOTO_EVERY == 0)
                else:
                    self.bring(unit_key, f"{name}第{number}本")
        except Exception as error:  # noqa: BLE001 - told to the test, which waits in another thread
            self.failure = error

    def register(self, unit: uuid.UUID, place: str, *, photo: bool) -> None:
        form = {"once": str(uuid.uuid4()), "do": "submit", "day": "2024-04-20", "count": "3", "place": place}
        files = {"evidence": (f"{place}.png", photo_of(place, "PNG"))} if photo else {}
        self.done[place] = self.insist(f"/record/leaflets/{unit}", form, files)

    def bring(self, unit: int, name: str) -> None:
        rows = [("发放日期", "数量", "地点"), *(("2024-04-21", "2", f"{name}{row}") for row in range(ROWS))]
        once, form = str(uuid.uuid4()), {"unit": str(unit), "register": "leaflets", "provider": ""}
        where = self.insist(
            "/imports", {**form, "once": once}, {"file": (f"{name}.xlsx", content([("发放台账",), *rows]))}
        )
        self.insist(f"{where}/commit", {"once": str(uuid.uuid4())}, {})
        self.done[name] = where


def test_the_whole_server_killed_under_load_loses_halves_and_doubles_nothing(
    ledger_db: LedgerDatabase,
) -> None:
    with clock.at(START):
        town = build_town()
    server = Server(ledger_db, free_port())
    stop = threading.Event()
    people, threads = clients(town, server.port, stop)
    moments = random.Random(5)
    server.start()
    for thread in threads:
        thread.start()
    try:
        for number in range(KILLS[ledger_db.engine]):
            if (
                number % 5
            ):  # mostly in the midst of the work; else before the first answer, when everything is cold
                wait_for_an_answer(people)
            time.sleep(moments.uniform(0.0, 0.5))
            server.kill()
            server.start()
        stop.set()
        for thread in threads:
            thread.join(END_SECONDS)
        assert [each.failure for each in people] == [None] * len(people)
        wait_until(lambda: not Job.unscoped.filter(state__in=("waiting", "running")).exists())
        assert server.stop() == 0
    finally:
        stop.set()
        server.kill()
    wait_for_the_server()

    assert Counter(status for each in people for status in each.statuses) == Counter({302: len(people)})
    assert sum(each.again for each in people) >= KILLS[ledger_db.engine], "hardly any kill struck a request"
    the_entries_are_whole(people[:-1], least=2 * KILLS[ledger_db.engine])
    the_imports_are_whole(people[-1])
    assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)


def the_entries_are_whole(people: list[Person], least: int) -> None:
    """Each acknowledged one is there once, as acknowledged, with its photo where it had one; and no other."""
    acknowledged = {place: where for each in people for place, where in each.done.items()}
    assert len(acknowledged) >= least
    registered = Entry.unscoped.filter(imported=None).select_related("current")
    found = [
        (entry.current.values["place"], f"/entries/{entry.uid}") for entry in registered if entry.current
    ]
    assert len(found) == len(registered)
    assert sorted(found) == sorted(acknowledged.items())
    with_photo = {place for place in acknowledged if int(re.findall(r"\d+", place)[-1]) % PHOTO_EVERY == 0}
    links = EvidenceLink.unscoped.select_related("blob", "entry__current")
    assert sorted(link.entry.current.values["place"] for link in links if link.entry.current) == sorted(
        with_photo
    )
    for link in links:
        assert digest_of(place_of(link.blob.sha256).read_bytes()) == link.blob.sha256


def the_imports_are_whole(person: Person) -> None:
    """Each workbook was imported once, whole; every job came to its end, each effect was made once."""
    names = {f"{name}.xlsx" for name in person.done}
    assert len(names) >= 2
    assert sorted(Upload.unscoped.values_list("name", flat=True)) == sorted(names)
    assert sorted(Batch.unscoped.values_list("file_name", flat=True)) == sorted(names)
    assert set(Batch.unscoped.values_list("rows", flat=True)) == {ROWS}
    assert set(Job.unscoped.values_list("state", flat=True)) == {"done"}
    assert Job.unscoped.count() == JobEffect.unscoped.count() == len(names)
    digests = list(ImportedRow.unscoped.values_list("digest", flat=True))
    assert len(digests) == len(set(digests)) == ROWS * len(names)


def clients(town: Town, port: int, stop: threading.Event) -> tuple[list[Person], list[threading.Thread]]:
    """Three who register entries, and one who imports."""
    unit_key = town.unit["东村"]
    unit = OrgUnit.unscoped.values_list("uid", flat=True).get(pk=unit_key)
    login = Login.objects.create(
        member=town.who["east"],
        account="east",
        password="!",
        must_change=False,
        password_at=timezone.now(),
    )
    people, threads = [], []
    for number in range(CLIENTS + 1):
        client = Client()
        client.force_login(login)
        person = Person(port, client.cookies["youju"].value, stop)
        what = "entries" if number < CLIENTS else "imports"
        people.append(person)
        threads.append(threading.Thread(target=person.run, args=(what, unit, unit_key, f"{what[0]}{number}")))
    return people, threads


def wait_for_an_answer(people: list[Person]) -> None:
    before = sum(each.statuses.total() for each in people)
    wait_until(lambda: sum(each.statuses.total() for each in people) > before)


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + END_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.02)


def multipart(form: dict[str, str], files: dict[str, tuple[str, bytes]]) -> tuple[bytes, str]:
    """A form's body as a browser sends it."""
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
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
