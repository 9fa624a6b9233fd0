"""Invariant 8: kill -9 of the whole server under load: nothing acknowledged is lost, nothing is half there, nothing is there twice.

Clients register entries through the form (some with a photo) and import workbooks. Each sends the same request, with
the same number, again and again until it is answered, as a browser or a person does.
"""

from __future__ import annotations

import random
import re
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.hardness.proof import Found, Place, Proof
from tests.hardness.serving import (
    END_SECONDS,
    Person,
    Server,
    free_port,
    log_in,
    wait_until,
)
from tests.killing import wait_for_the_server
from tests.photos import photo
from tests.town import START, Town, build_town
from tests.web.workbooks import content
from youju.actions import clock, verifying
from youju.actions.evidence import digest_of, place_of
from youju.store.models import Batch, Entry, EvidenceLink, ImportedRow, Job, JobEffect, OrgUnit, Upload

CLIENTS = 3
ROWS = 25
PHOTO_EVERY = 6


@dataclass
class Load:
    """What one person keeps doing until told to stop.

    done     number of each piece of work that was answered → where it led
    failure  what ended it before its time
    """

    person: Person
    work: Callable[[Load, int], None]
    stop: threading.Event
    done: dict[str, str] = field(default_factory=dict)
    failure: Exception | None = None
    thread: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        """Its thread is started by the caller."""
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self) -> None:
        """One piece of work after the other."""
        number = 0
        try:
            while not self.stop.is_set():
                number += 1
                self.work(self, number)
        except Exception as error:  # noqa: BLE001 - told to the proof, which waits in another thread
            self.failure = error


def prove(count: int, place: Place) -> Found:
    """Kill the server `count` times under load, then compare what it acknowledged with what is there."""
    with place.new_ledger() as ledger:
        with clock.at(START):
            town = build_town()
        server = Server(ledger, free_port())
        stop = threading.Event()
        loads = everybody(town, server.port, stop)
        moments = random.Random(5)
        server.start()
        for load in loads:
            load.thread.start()
        try:
            for number in range(count):
                if number % 5:
                    # Mostly in the midst of the work; else before the first answer, when everything is cold.
                    wait_for_an_answer(loads)
                time.sleep(moments.uniform(0.0, 0.4))
                server.kill()
                server.start()
            stop.set()
            for load in loads:
                load.thread.join(END_SECONDS)
            assert [load.failure for load in loads] == [None] * len(loads)
            wait_until(lambda: not Job.unscoped.filter(state__in=("waiting", "running")).exists())
            assert server.stop() == 0
        finally:
            stop.set()
            server.kill()
        wait_for_the_server()

        people = [load.person for load in loads]
        assert {status for each in people for status in each.statuses} == {302}
        assert sum(each.again for each in people) >= count, "hardly any kill struck a request"
        the_entries_are_whole(loads[:-1], least=count // 2)
        the_imports_are_whole(loads[-1])
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
        acknowledged = sum(sum(each.statuses.values()) for each in people)
        asked_again = sum(each.again for each in people)
    return Found(
        f"{acknowledged} acknowledged, {asked_again} of them asked again: 0 lost, 0 half, 0 twice, no answer but 302"
    )


def everybody(town: Town, port: int, stop: threading.Event) -> list[Load]:
    """Three who register entries, and one who imports."""
    key = town.unit["东村"]
    unit = OrgUnit.unscoped.values_list("uid", flat=True).get(pk=key)
    works = [registering(unit, f"e{number}") for number in range(CLIENTS)] + [importing(key, "i")]
    return [Load(log_in(town.who["east"], "east", port), work, stop) for work in works]


def registering(unit: uuid.UUID, name: str) -> Callable[[Load, int], None]:
    """Register one entry through the form, some with a photo."""

    def work(load: Load, number: int) -> None:
        place = f"{name}第{number}件"
        form = {"once": str(uuid.uuid4()), "do": "submit", "day": "2024-04-20", "count": "3", "place": place}
        files = {"evidence": (f"{place}.png", photo(place, "PNG"))} if number % PHOTO_EVERY == 0 else {}
        load.done[place] = load.person.insist(f"/record/leaflets/{unit}", form, files)

    return work


def importing(unit: int, name: str) -> Callable[[Load, int], None]:
    """Bring one workbook and have it imported."""

    def work(load: Load, number: int) -> None:
        book = f"{name}第{number}本"
        rows = [("发放日期", "数量", "地点"), *(("2024-04-21", "2", f"{book}{row}") for row in range(ROWS))]
        form = {"unit": str(unit), "register": "leaflets", "provider": "", "once": str(uuid.uuid4())}
        file = (f"{book}.xlsx", content([("发放台账",), *rows]))
        where = load.person.insist("/imports", form, {"file": file})
        load.person.insist(f"{where}/commit", {"once": str(uuid.uuid4())})
        load.done[book] = where

    return work


def the_entries_are_whole(loads: list[Load], least: int) -> None:
    """Each acknowledged one is there once, as acknowledged, with its photo where it had one; and no other."""
    acknowledged = {place: where for each in loads for place, where in each.done.items()}
    assert len(acknowledged) >= least
    registered = Entry.unscoped.filter(imported=None).select_related("current")
    found = [
        (entry.current.values["place"], f"/entries/{entry.uid}") for entry in registered if entry.current
    ]
    assert len(found) == len(registered)
    assert sorted(found) == sorted(acknowledged.items())
    with_photo = {place for place in acknowledged if place[0] == "e" and number_of(place) % PHOTO_EVERY == 0}
    links = EvidenceLink.unscoped.select_related("blob", "entry__current")
    assert sorted(link.entry.current.values["place"] for link in links if link.entry.current) == sorted(
        with_photo
    )
    for link in links:
        assert digest_of(place_of(link.blob.sha256).read_bytes()) == link.blob.sha256


def number_of(place: str) -> int:
    """Which of its client's entries it is."""
    return int(re.findall(r"\d+", place)[-1])


def the_imports_are_whole(load: Load) -> None:
    """Each workbook was imported once, whole; every job came to its end, each effect was made once."""
    ends = set(Job.unscoped.values_list("state", "error", "reason", "trace"))
    assert {state for state, *_ in ends} == {"done"}, [each for each in ends if each[0] != "done"]
    names = {f"{name}.xlsx" for name in load.done}
    assert len(names) >= 2
    assert sorted(Upload.unscoped.values_list("name", flat=True)) == sorted(names)
    assert sorted(Batch.unscoped.values_list("file_name", flat=True)) == sorted(names)
    assert set(Batch.unscoped.values_list("rows", flat=True)) == {ROWS}
    assert Job.unscoped.count() == JobEffect.unscoped.count() == len(names)
    digests = list(ImportedRow.unscoped.values_list("digest", flat=True))
    assert len(digests) == len(set(digests)) == ROWS * len(names)


def wait_for_an_answer(loads: list[Load]) -> None:
    """Until somebody got one."""
    before = answers(loads)

    def answered() -> bool:
        for load in loads:
            if load.failure is not None:
                raise load.failure
        return answers(loads) > before

    wait_until(answered)


def answers(loads: list[Load]) -> int:
    """How many answers everybody has got."""
    return sum(load.person.statuses.total() for load in loads)


PROOF = Proof(
    title="整个服务随时被强行终止，客户端重试",
    counted="kills",
    prove=prove,
    full={"sqlite": 400, "postgresql": 100},
    short={"sqlite": 20, "postgresql": 5},
)
