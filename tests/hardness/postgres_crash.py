"""Invariant 8 on PostgreSQL: the database server crashes in the middle of requests and comes back.

The pages stay up. Clients register through the form and the interface and import workbooks, sending the same request
with the same number until it is answered; what they may see meanwhile is 503 with Retry-After and what to do, in
Chinese: a page for people, a problem document for programs.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection

from tests import ledgers, postgres
from tests.hardness.proof import Found, Place, Proof
from tests.hardness.server_kill import (
    Load,
    everybody,
    the_entries_are_whole,
    the_imports_are_whole,
    wait_for_an_answer,
)
from tests.hardness.serving import END_SECONDS, Answer, Person, Server, free_port, wait_until
from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town
from youju.actions import clock, tokens, verifying
from youju.store.models import Entry, Job

# What a town's server has, unlike that of the other tests; but for fsync, which has no part in a crash of processes alone
# (the system keeps what they wrote) and makes every recovery flush a thousand files.
LASTING = {"synchronous_commit": "on", "full_page_writes": "on"}
# A crash of the whole, an immediate stop, a crash of one connection's process (upon which the server ends all others).
WAYS = ("crash", "stop", "one")
FIRST_ANSWER_SECONDS = 5.0
MOST_DOWN_SECONDS = 0.4


def prove(count: int, place: Place) -> Found:
    """Crash the server `count` times in three ways, then compare what was acknowledged with what is there."""
    with own_server(place) as (cluster, ledger):
        with clock.at(START):
            town = build_town()
        server = Server(ledger, free_port())
        stop = threading.Event()
        loads = everybody(town, server.port, stop)
        for load in loads:
            load.person.bears = frozenset({503})
        programs = Load(loads[0].person, program(town), stop)
        programs.person = Person(server.port, "", frozenset({503}))
        loads.insert(0, programs)
        server.start()
        connection.close()
        moments = random.Random(11)
        waits = []
        for load in loads:
            load.thread.start()
        try:
            for number in range(count):
                wait_for_an_answer(loads)
                time.sleep(moments.uniform(0.0, 0.3))
                crash(cluster, WAYS[number % len(WAYS)], moments)
                up = time.monotonic()
                wait_until(lambda: max(load.person.answered for load in loads) > up)  # noqa: B023 - called at once
                waits.append(time.monotonic() - up)
            stop.set()
            for load in loads:
                load.thread.join(END_SECONDS)
            assert [load.failure for load in loads] == [None] * len(loads)
            wait_until(lambda: not Job.unscoped.filter(state__in=("waiting", "running")).exists())
            assert server.stop() == 0
        finally:
            stop.set()
            server.kill()

        people = [load.person for load in loads]
        refusals = [answer for each in people for answer in each.refusals]
        assert {status for each in people for status in each.statuses} <= {201, 302, 503}
        assert len(refusals) >= count // 4, "hardly any crash struck a request"
        for answer in refusals:
            says_what_to_do(answer)
        dropped = sum(each.dropped for each in people)
        assert dropped == 0, f"{dropped} requests got no answer at all"
        written = Entry.unscoped.filter(imported=None, current__values__place__startswith="p").count()
        assert written == len(programs.done)
        the_entries_are_whole(loads[:-1], least=count)
        the_imports_are_whole(loads[-1])
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
        acknowledged = sum(sum(each.statuses.values()) for each in people) - len(refusals)
    broken = []
    if max(waits) > FIRST_ANSWER_SECONDS:
        broken.append(f"the first answer came {max(waits):.1f} s after the server was back")
    return Found(
        f"{acknowledged} acknowledged: 0 lost, 0 half, 0 twice; {len(refusals)} answers 503, none other; "
        f"first answer after at most {max(waits):.1f} s, in the middle {sorted(waits)[len(waits) // 2]:.2f} s",
        tuple(broken),
    )


def crash(cluster: postgres.Cluster, way: str, moments: random.Random) -> None:
    """End the server in this way and have it back; returns when it answers."""
    if way == "one":
        # The server itself ends every connection then, and recovers.
        children = f"/proc/{cluster.server.pid}/task/{cluster.server.pid}/children"
        with open(children, encoding="ascii") as file:  # noqa: PTH123 - no file of ours
            pids = [int(each) for each in file.read().split()]
        clients = [pid for pid in pids if b" idle" in command_of(pid) or b"youju" in command_of(pid)]
        os.kill(moments.choice(clients or pids), signal.SIGKILL)
        time.sleep(0.05)
        postgres.wait_until_it_answers(cluster.server, cluster.url, cluster.folder)
        return
    cluster.kill(signal.SIGKILL if way == "crash" else signal.SIGQUIT)
    time.sleep(moments.uniform(0.0, MOST_DOWN_SECONDS))
    cluster.start_again()


def command_of(pid: int) -> bytes:
    """How a process of the server calls itself; empty when it is gone."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123 - no file of ours
            return file.read()
    except OSError:
        return b""


def program(town: Town) -> Callable[[Load, int], None]:
    """Register one entry through the interface."""
    unit = town.unit["东村"]
    until = clock.today() + timedelta(days=30)
    secret = tokens.issue("recorder", unit, "测试", until, by=town.who["east"]).secret

    def work(load: Load, number: int) -> None:
        place = f"p第{number}件"
        values = {"day": "2024-04-20", "count": "3", "place": place}
        body = json.dumps({"register_id": "leaflets", "unit": "东村", "values": values}).encode()
        said = load.person.post_until_answered(
            "/api/v1/entries",
            body,
            {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {secret}",
                "Idempotency-Key": str(uuid.uuid4()),
            },
            good=201,
        )
        load.done[place] = f"/entries/{json.loads(said.body)['uid']}"

    return work


def says_what_to_do(answer: Answer) -> None:
    """The refusal is one for people or for programs, and says when and what to try again."""
    assert int(answer.headers["retry-after"]) > 0
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in ("text/html", "application/problem+json"), kind
    assert "数据库暂时没有应答" in answer.text
    if kind != "text/html":
        assert json.loads(answer.body)["code"] == "server.unavailable"


@contextmanager
def own_server(place: Place) -> Iterator[tuple[postgres.Cluster, LedgerDatabase]]:
    """A ledger on a server that nobody else uses."""
    given = os.environ["DATABASE_URL"]
    with postgres.running_cluster(settings=LASTING) as cluster:
        os.environ["DATABASE_URL"] = cluster.url
        session = place.folder / "session"
        session.mkdir()
        try:
            with ledgers.new_ledger(session, place.folder / "ledger") as ledger:
                yield cluster, ledger
        finally:
            os.environ["DATABASE_URL"] = given


PROOF = Proof(
    title="PostgreSQL 在处理请求时崩溃又恢复",
    counted="crashes",
    prove=prove,
    full={"postgresql": 120},
    short={"postgresql": 6},
)
