"""Invariant 8: the power goes at any moment: no acknowledged write is lost, none is half there, and the ledger verifies.

Five writers record, correct and confirm entries on one ledger while everything that SQLite asks of the disk is taken
down (tests/hardness/recording.py), with a mark for each answer they got. Then the power is cut, many thousand times,
each time on paper: up to a random step, what was flushed is kept; of what was written since, each sector of 512 bytes
is kept or lost by chance. The files that are left are opened with the product's own settings. Whatever differs byte
for byte from every ledger seen so far is verified in full; each must hold all that had been answered before the cut.

With synchronous=NORMAL the same must lose answered entries, or this proof could not see a loss.
"""

from __future__ import annotations

import hashlib
import queue
import random
import shutil
import sqlite3
import tempfile
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.db import connection, connections

from tests.hardness.proof import Found, Place, Proof
from tests.hardness.recording import Recorder, Step, recording
from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import clock, entries, reviews, verifying
from youju.core.entry import Raw
from youju.store import durability
from youju.store.models import Event, Ledger

FILE = "youju.sqlite3"
LOG = f"{FILE}-wal"
SECTOR = 512
VILLAGES = ("东村", "南村", "西村")
WRITERS = 4
WRITES, FEW_WRITES = 40, 15  # of each writer in one recording; few are enough for few cuts
CUTS_A_RECORDING = 5000
SAMPLE = 3  # of each 5000, verified by the command as well; one at least
ASK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class History:
    """A recording: the files before, the steps, and the hash of each event of the ledger at the end."""

    before: bytes
    steps: list[Step]
    hashes: dict[int, str]

    @property
    def marks(self) -> list[int]:
        """The numbers that were answered, in the order of the answers."""
        return [step.at for step in self.steps if step.kind == "mark"]


@dataclass(frozen=True, slots=True)
class State:
    """What a database that was opened after a cut holds; `wrong` says what does not match in it."""

    head: int
    hash: str
    wrong: str


@dataclass
class Tally:
    """What came of the cuts."""

    cuts: int = 0
    lost: int = 0
    most: int = 0
    broken: list[str] = field(default_factory=list)
    known: dict[bytes, State] = field(default_factory=dict)


def prove(count: int, place: Place) -> Found:
    """Cut the power `count` times with the product's settings, and as a check of this proof some with NORMAL."""
    tallies = {"FULL": Tally(), "NORMAL": Tally()}
    steps: Counter[str] = Counter()
    answers = 0
    wanted = {"FULL": count, "NORMAL": max(100, count // 20)}
    for setting, tally in tallies.items():
        while tally.cuts < wanted[setting]:
            with place.new_ledger() as ledger:
                history = record_history(
                    ledger, setting, WRITES if count >= CUTS_A_RECORDING else FEW_WRITES, tally.cuts
                )
                steps.update(f"{step.kind} {step.file}" for step in history.steps)
                answers += len(history.marks)
                tally.known.clear()
                cut_often(history, tally, min(CUTS_A_RECORDING, wanted[setting] - tally.cuts), ledger)
    full, normal = tallies["FULL"], tallies["NORMAL"]
    broken = [*full.broken[:5], *normal.broken[:5]]
    if full.lost:
        broken.append(f"{full.lost} cuts lost acknowledged writes, up to {full.most}")
    if normal.lost < wanted["NORMAL"] // 10:
        broken.append(
            f"NORMAL lost something in {normal.lost} of {normal.cuts} cuts only: this proof sees no loss"
        )
    if not steps[f"flush {FILE}"]:
        broken.append("no checkpoint was recorded")
    said = (
        f"{answers} answers, {steps[f'flush {LOG}']} flushes of the log, {steps[f'flush {FILE}']} of the database; "
        f"{full.cuts} cuts: {full.lost} lost, {len(full.broken)} half or corrupt; "
        f"the check with NORMAL lost in {normal.lost} of {normal.cuts}, up to {normal.most} answers"
    )
    return Found(said, tuple(broken))


# --- recording --------------------------------------------------------------------------------------------


def record_history(ledger: LedgerDatabase, setting: str, writes: int, seed: int) -> History:
    """Let everybody write at once, and take down what it asks of the disk."""
    with clock.at(START):
        town = build_town()
    connection.close()
    before = (ledger.data / FILE).read_bytes()
    assert not (ledger.data / LOG).exists()
    usual = connections.settings["default"]["OPTIONS"]["init_command"]
    connections.settings["default"]["OPTIONS"]["init_command"] = usual.replace("FULL", setting)
    try:
        with recording(ledger.data) as recorder:
            connection.ensure_connection()  # stays open, so that nobody is the last to close
            assert durability.weaknesses(connection) == ([] if setting == "FULL" else ["synchronous=1"])
            everybody_writes(town, recorder, writes, seed)
            recorder.on = False
            hashes = dict(Event.unscoped.values_list("seq", "hash"))
            assert Ledger.unscoped.get(pk=1).head == max(hashes)
            connection.close()
    finally:
        connections.settings["default"]["OPTIONS"]["init_command"] = usual
    return History(before, recorder.steps, hashes)


def everybody_writes(town: Town, recorder: Recorder, writes: int, seed: int) -> None:
    """Four who record and correct, one who confirms what they recorded; a mark for each answer."""
    waiting: queue.Queue[int | None] = queue.Queue()
    failures: list[BaseException] = []

    def person(work: Callable[[], None]) -> threading.Thread:
        def run() -> None:
            try:
                work()
            except BaseException as failure:  # noqa: BLE001 - told to the proof
                failures.append(failure)
            finally:
                connection.close()

        return threading.Thread(target=run, daemon=True)

    def writer(number: int) -> Callable[[], None]:
        chance = random.Random(f"{seed} {number}")

        def work() -> None:
            for each in range(writes):
                village = town.unit[VILLAGES[number % len(VILLAGES)]]
                raw: dict[str, Raw] = {
                    "day": date(2024, chance.randint(1, 4), 20),
                    "count": chance.randint(1, 900),
                }
                values: dict[str, Raw] = {
                    **raw,
                    "place": f"{number}组{each}户" * chance.randint(1, 9),
                    "taker": "甲",
                }
                done = entries.record(
                    "leaflets",
                    village,
                    values,
                    by=town.who["recorder"],
                    units=measure_units(),
                    key=str(uuid.uuid4()),
                )
                recorder.mark(done.seq)
                if each % 8 == 7:
                    values["count"] = 7
                    again = entries.correct(done.entry, values, by=town.who["recorder"], units=measure_units(), reason="更正")  # fmt: skip
                    recorder.mark(again.seq)
                waiting.put(done.entry)
            waiting.put(None)

        return work

    def reviewer() -> None:
        ended = 0
        while ended < WRITERS:
            entry = waiting.get(timeout=ASK_SECONDS)
            if entry is None:
                ended += 1
            else:
                recorder.mark(reviews.confirm([entry], by=town.who["reviewer"], key=str(uuid.uuid4())).seq)

    people = [person(work) for work in (*(writer(number) for number in range(WRITERS)), reviewer)]
    for each in people:
        each.start()
    for each in people:
        each.join(ASK_SECONDS * 4)
    assert failures == []
    assert not any(each.is_alive() for each in people)


# --- cutting ----------------------------------------------------------------------------------------------


def cut_often(history: History, tally: Tally, count: int, ledger: LedgerDatabase) -> None:
    """Cut the power at `count` random steps and look at what is left."""
    chance = random.Random(len(history.steps))
    moments = sorted(chance.randint(1, len(history.steps)) for _ in range(count))
    sampled = set(chance.sample(range(count), max(1, SAMPLE * count // CUTS_A_RECORDING)))
    shutil.rmtree(ledger.data / "evidence", ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=quick_folder()) as folder:
        target = Path(folder) / FILE
        for number, (disk, answered) in enumerate(disks(history, moments)):
            target.write_bytes(disk.left(FILE, chance))
            Path(folder, LOG).write_bytes(disk.left(LOG, chance))
            if number in sampled:
                verified_by_the_command(target, ledger, tally)
            image, problem = opened(target)
            key = hashlib.blake2b(image).digest() if image is not None else problem.encode()
            if key not in tally.known:
                tally.known[key] = looked_at(target, problem)
            state = tally.known[key]
            for each in (FILE, LOG, f"{FILE}-shm"):
                Path(folder, each).unlink(missing_ok=True)
            tally.cuts += 1
            if state.wrong or history.hashes.get(state.head) != state.hash:
                tally.broken.append(f"step {moments[number]}: {state.wrong or 'another history'}")
            elif answered > state.head:
                tally.lost += 1
                tally.most = max(tally.most, answered - state.head)


@dataclass
class Disk:
    """The files as they are for sure, and what was written since they were last flushed."""

    sure: dict[str, bytearray]
    since: dict[str, list[Step]]
    flushing: dict[str, int] = field(default_factory=dict)

    def take(self, step: Step) -> None:
        """One step further."""
        if step.kind in ("write", "cut"):
            self.since.setdefault(step.file, []).append(step)
        elif step.kind == "flush":
            self.flushing[step.file] = len(self.since.get(step.file, []))
        elif step.kind == "flushed":
            waiting = self.since.get(step.file, [])
            upto = self.flushing.pop(step.file, 0)
            content = self.sure.setdefault(step.file, bytearray())
            for each in waiting[:upto]:
                put(content, each, lambda: True)
            del waiting[:upto]
        elif step.kind == "remove":
            self.sure.pop(step.file, None)
            self.since.pop(step.file, None)

    def left(self, file: str, chance: random.Random) -> bytes:
        """The file as it comes out of a power cut now."""
        content = bytearray(self.sure.get(file, b""))
        # Nothing, everything, half, or mostly one of them: each is another way for a disk to have been caught.
        share = chance.choice((0.0, 1.0, 0.5, chance.random()))
        for step in self.since.get(file, ()):
            put(content, step, lambda: chance.random() < share)
        return bytes(content)


def put(content: bytearray, step: Step, kept: Callable[[], bool]) -> None:
    """Do a step to a file's bytes, sector by sector, each only when it is kept. What lies between reads as zeros."""
    if step.kind == "cut":
        if kept():
            del content[step.at :]
            content.extend(bytes(step.at - len(content)))
        return
    begin, end = step.at, step.at + len(step.data)
    while begin < end:
        stop = min(end, (begin // SECTOR + 1) * SECTOR)
        if kept():
            content.extend(bytes(max(0, stop - len(content))))
            content[begin:stop] = step.data[begin - step.at : stop - step.at]
        begin = stop


def disks(history: History, moments: Iterable[int]) -> Iterator[tuple[Disk, int]]:
    """The disk at each of these steps, in order, and the highest number answered before."""
    disk = Disk({FILE: bytearray(history.before)}, {})
    answered = done = 0
    for moment in moments:
        for step in history.steps[done:moment]:
            answered = max(answered, step.at) if step.kind == "mark" else answered
            disk.take(step)
        done = moment
        yield disk, answered


# --- looking ----------------------------------------------------------------------------------------------


def opened(path: Path) -> tuple[bytes | None, str]:
    """The database as its next reader sees it, recovered by SQLite with the product's settings; or why not."""
    try:
        other = sqlite3.connect(path)
        try:
            other.executescript(connections.settings["default"]["OPTIONS"]["init_command"])
            return other.serialize(), ""
        finally:
            other.close()
    except sqlite3.DatabaseError as error:
        return None, str(error)


def looked_at(path: Path, problem: str) -> State:
    """Everything that the product can verify of this database, and SQLite's own check."""
    if problem:
        return State(0, "", problem)
    connection.close()
    usual = connections.settings["default"]["NAME"]
    connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = str(path)
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            sound = cursor.fetchall()
            cursor.execute("PRAGMA foreign_key_check")
            dangling = cursor.fetchall()
        wrong = [f"integrity_check: {sound[0][0]}"] if sound != [("ok",)] else []
        wrong += ["foreign keys"] if dangling else []
        wrong += durability.weaknesses(connection)
        wrong += [str(finding) for part in verifying.verify() for finding in part.findings]
        ledger = Ledger.unscoped.get(pk=1)
        return State(ledger.head, ledger.hash, "; ".join(wrong))
    finally:
        connection.close()
        connections.settings["default"]["NAME"] = connection.settings_dict["NAME"] = usual


def verified_by_the_command(path: Path, ledger: LedgerDatabase, tally: Tally) -> None:
    """`youju verify` on a copy, as an operator would after a power cut."""
    connection.close()
    for name in (FILE, LOG):
        (ledger.data / name).unlink(missing_ok=True)
        if path.with_name(name).exists():
            shutil.copyfile(path.with_name(name), ledger.data / name)
    done = ledger.run("verify")
    if done.returncode != 0:
        tally.broken.append(f"youju verify: {done.stdout[-300:]}{done.stderr[-300:]}")


def quick_folder() -> str | None:
    """Memory rather than a disk, where there is some: nobody cuts the power of this machine."""
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


PROOF = Proof(
    title="断电（按扇区重放写盘过程），SQLite",
    counted="power cuts",
    prove=prove,
    full={"sqlite": 20000},
    short={"sqlite": 1000},
)
