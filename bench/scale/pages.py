"""Pages over HTTP from the real server: boards and a list of a hundred against the bare page, and what the worker's memory comes to.

Everybody logs in by the form. Requests go over kept-open connections of the loopback, the pages in turns, each round in another order.
A board and a list are asked in two ways: again while the ledger stands, when what they say is kept, and anew after an
event, when it is worked out.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.scale.goals import Goals
from bench.scale.ledger import ROOT

THREADS = 2
ROUNDS = 40  # of warm requests; one in eight of those anew
LISTS = 100
MOST_MB = 200
BOARD = """id: scale
title: 测速省数据总览
for: [province]
source: 测速用
figures:
{figures}rows: [city]
registers: [scale]
"""


@dataclass
class Browser:
    """One connection that stays open, with the cookies of one person."""

    port: int

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(self, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """The answer's status and text."""
        said = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            said |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}{path}",
            }
            body = urlencode(form)
        try:
            answer = self._answer(path, body, said)
        except http.client.RemoteDisconnected:  # it had been silent for too long
            self.connection.close()
            answer = self._answer(path, body, said)
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.read().decode()

    def _answer(self, path: str, body: str | None, said: dict[str, str]) -> http.client.HTTPResponse:
        self.connection.request("GET" if body is None else "POST", path, body, said)
        return self.connection.getresponse()

    def log_in(self, account: str, password: str) -> None:
        """By the form, as everybody does."""
        from django.urls import reverse

        path = reverse("account_login")
        _, page = self.ask(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        status, answer = self.ask(
            path, {"csrfmiddlewaretoken": token[1], "login": account, "password": password}
        )
        assert status == http.client.FOUND, answer[:300]


def measure(name: str, goals: Goals) -> None:
    """Memory first, of a worker that has done nothing else; then times."""
    passwords = {account: _password(account) for account in ("town", "county", "clerk")}
    _board_of_the_province()
    with _serving("-m", "youju", "serve", "--no-worker", "--threads", str(THREADS), "--port") as (
        server,
        port,
    ):
        people = {}
        for account, password in passwords.items():
            people[account] = Browser(port)
            people[account].log_in(account, password)
        _memory(name, server, people, goals)
        with _serving("-m", "bench.scale.bare", after=(str(THREADS),)) as (_, bare_port):
            _times(name, Browser(bare_port), people, goals)


def _memory(name: str, server: int, people: dict[str, Browser], goals: Goals) -> None:
    started = _resident(server)
    for account in ("town", "clerk"):
        _shown(people[account], "/overview?period=2025")
    boards = _resident(server)
    for number in range(LISTS):
        register = ("publicity-leaflets", "waste-removal", "slogans", "disputes")[number % 4]
        _shown(
            people["town"],
            f"/ledger/{register}?offset={number // 4 % 3 * 100}&sort={('', 'day', 'seq')[number % 3]}",
        )
    lists = _resident(server)
    print(
        f"\n{name}, worker: {started:.0f} MB after three log-ins, {boards:.0f} after two boards, {lists:.0f} after {LISTS} lists"
    )
    goals.add(
        "worker's memory after log-in, board and 100 lists",
        f"{lists:.0f} MB",
        f"<= {MOST_MB} MB",
        met=lists <= MOST_MB,
    )


def _times(name: str, bare: Browser, people: dict[str, Browser], goals: Goals) -> None:
    board, rows = "/overview?period=2025", "/ledger/publicity-leaflets"
    pages: dict[str, Callable[[], str]] = {
        "bare page": lambda: _shown(bare, "/"),
        "board of a town": lambda: _shown(people["town"], board),
        "board of a county": lambda: _shown(people["county"], board),
        "board of the province": lambda: _shown(people["clerk"], board),
        "list of 100": lambda: _shown(people["town"], rows),
    }
    sizes = {title: len(ask()) for title, ask in pages.items()}
    assert pages["list of 100"]().count("<tr>") == LISTS + 1
    taken: dict[str, list[float]] = {}
    titles = list(pages)
    for number in range(ROUNDS):
        anew = number % 8 == 7
        for title in titles[number % len(titles) :] + titles[: number % len(titles)]:
            if anew and title != "bare page":
                _event()
            started = time.perf_counter()
            pages[title]()
            key = f"{title}, after an event" if anew and title != "bare page" else title
            taken.setdefault(key, []).append((time.perf_counter() - started) * 1000)
    medians = {title: statistics.median(each) for title, each in taken.items()}
    print(f"\n{name}, pages over HTTP, milliseconds (median), times the bare page, characters")
    for title, milliseconds in medians.items():
        print(
            f"  {title:<38}{milliseconds:9.2f}{milliseconds / medians['bare page']:8.1f}{sizes[title.partition(',')[0]]:9,}"
        )
    for title, milliseconds in medians.items():
        if title != "bare page":
            goals.at_most(
                f"{title} / bare page", milliseconds / medians["bare page"], 12 if "list" in title else 8
            )


def _shown(browser: Browser, path: str) -> str:
    status, page = browser.ask(path)
    assert status == http.client.OK, (path, status, page[:300])
    return page


def _event() -> None:
    """Something that changes the ledger and nothing on these pages."""
    from youju.actions import logins, setup

    logins.end_sessions(setup.member_of("recorder"))
    logins.open_login(setup.member_of("recorder"), by=setup.member_of("sec"))


def _password(account: str) -> str:
    from youju.actions import logins, setup

    member = setup.member_of(account)
    first = logins.open_login(member, by=setup.member_of("sec"))
    chosen = secrets.token_urlsafe(18)
    logins.change_password(first, chosen, by=member)
    return chosen


def _board_of_the_province() -> None:
    """Sixty figures: there is no such board in the catalog, which is for counties and below."""
    names = (
        [f"scale.flow{at}" for at in range(30)]
        + [f"scale.stock{at}" for at in range(10)]
        + [f"scale.covered{at}" for at in range(6)]
    )
    folder = Path(os.environ["YOUJU_LOCAL"], "dashboards")
    folder.mkdir(parents=True, exist_ok=True)
    figures = "".join(f"  - {{recipe: {name}, trend: false}}\n" for name in names)
    Path(folder, "scale.yaml").write_text(BOARD.format(figures=figures), encoding="utf-8")


@contextlib.contextmanager
def _serving(*arguments: str, after: tuple[str, ...] = ()) -> Iterator[tuple[int, int]]:
    """A server of ours on a free port until the end: its process and port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(
        [sys.executable, "-P", *arguments, str(port), *after], env=env, stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 120
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if server.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield server.pid, port
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(60)


def _resident(server: int) -> float:
    """Megabytes that the largest of the server's workers holds."""
    found = 0.0
    for each in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(Path(each, "stat").read_text().rpartition(")")[2].split()[1]) == server:
                pages = int(Path(each, "statm").read_text().split()[1])
                found = max(found, pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    return found
