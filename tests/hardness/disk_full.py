"""Invariant 8: the disk is full: what was acknowledged stays, refusals say so, reading goes on, and room alone mends it.

The ledger, its evidence and the temporary files lie on a small file system of memory. Clients register (some with
photos) and import, each sending the same request until it is taken; again and again the file system is filled up to a
little, until requests are refused, and emptied again. The server is never started anew.
"""

from __future__ import annotations

import contextlib
import os
import random
import resource
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from tests import ledgers
from tests.hardness.proof import Found, Place, Proof
from tests.hardness.server_kill import Load, everybody, the_entries_are_whole, the_imports_are_whole
from tests.hardness.serving import END_SECONDS, Answer, Server, free_port, log_in, wait_until
from tests.town import START, build_town
from youju.actions import clock, evidence, verifying, workbooks
from youju.store.models import Blob, Job

ROOM_BYTES = 48 << 20
TWO_DAYS_SECONDS = 2 * 24 * 3600
REFUSED = frozenset({503, 507})
PAGES = ("/", "/ledger", "/overview", "/reports")


def prove(count: int, place: Place) -> Found:
    """Fill the disk `count` times under load."""
    with small_disk(place.folder / "small") as disk, ledger_on(disk, place) as ledger:
        with clock.at(START):
            town = build_town()
        temporary = disk.folder / "tmp"
        temporary.mkdir()
        server = Server(ledger, free_port(), {"TMPDIR": str(temporary)})
        stop = threading.Event()
        loads = everybody(town, server.port, stop)
        for load in loads:
            load.person.bears = REFUSED
        connection.close()
        moments = random.Random(3)
        server.start()
        disk.server = server
        waits = []
        for load in loads:
            load.thread.start()
        try:
            for _ in range(count):
                everybody_gets_on(loads)
                # Logged in a moment ago: what its first page wants to note of the session finds no room.
                reader = log_in(town.who["clerk"], "clerk", server.port)
                # From nothing at all to enough for some writes more: it then ends at another place each time.
                disk.fill(leaving=moments.choice((0, 4096, moments.randrange(400_000))))
                before = [len(load.person.refusals) for load in loads]
                wait_until(lambda: sum(len(each.person.refusals) for each in loads) >= sum(before) + 6)  # noqa: B023 - called at once
                for page in PAGES:
                    answer = reader.ask("GET", page)
                    assert answer.status == 200, (page, answer.status, answer.text[-500:])
                disk.empty()
                since = time.monotonic()
                everybody_gets_on(loads)
                waits.append(time.monotonic() - since)
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
        assert {status for each in people for status in each.statuses} <= {302, *REFUSED}
        assert sum(each.dropped for each in people) == 0
        for answer in refusals:
            says_what_to_do(answer, disk)
        the_entries_are_whole(loads[:-1], least=count)
        the_imports_are_whole(loads[-1])
        orphans = sweep_up()
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
        acknowledged = sum(each.statuses[302] for each in people)
    return Found(
        f"{acknowledged} acknowledged: 0 lost, 0 half, 0 twice; {len(refusals)} refused, all saying so; pages read while full; "
        f"everybody goes on at most {max(waits):.1f} s after there is room; {orphans} files without a row swept ({disk.kind})"
    )


def everybody_gets_on(loads: list[Load]) -> None:
    """Wait until each person has had an answer that is no refusal."""
    since = time.monotonic()

    def all_answered() -> bool:
        for load in loads:
            if load.failure is not None:
                raise load.failure
        return min(load.person.answered for load in loads) > since

    wait_until(all_answered)


def says_what_to_do(answer: Answer, disk: Disk) -> None:
    """The refusal says that the disk is full, or that the database does not answer for that reason."""
    assert int(answer.headers["retry-after"]) > 0
    assert "磁盘已满" in answer.text or (answer.status == 503 and "请过几秒再提交一次" in answer.text)
    if disk.kind == "tmpfs":
        assert "Traceback" not in answer.text


def sweep_up(*, may_be_half: bool = False) -> int:
    """Age every file of the store and sweep: exactly the files with a row are left. How many had none.

    may_be_half  files half written may lie there: somebody was killed
    """
    files = [path for path in Path(evidence_folder()).rglob("*") if path.is_file()]
    half = [path.name for path in files if path.suffix == ".part"]
    assert may_be_half or half == [], "a half-written file was left"
    past = time.time() - TWO_DAYS_SECONDS
    for path in files:
        os.utime(path, (past, past))
    removed = evidence.sweep()
    left = {path.name for path in Path(evidence_folder()).rglob("*") if path.is_file()}
    named = set(Blob.unscoped.values_list("sha256", flat=True))
    assert left == named - set(workbooks.gone().values_list("sha256", flat=True))
    return removed


def evidence_folder() -> Path:
    """Where the store is now."""
    return evidence.place_of("00").parents[1]


# --- the disk ---------------------------------------------------------------------------------------------


class Disk:
    """A small file system of memory, full when a file of ours takes the rest; or, without the right to mount one, the
    largest size of any file that the server's processes may write (RLIMIT_FSIZE).
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: Server | None = None
        folder.mkdir()
        options = ["-t", "tmpfs", "-o", f"size={ROOM_BYTES}", "tmpfs", str(folder)]
        mount = shutil.which("mount")
        mounted = (
            mount is not None
            and subprocess.run([mount, *options], capture_output=True, check=False).returncode == 0
        )
        self.kind = "tmpfs" if mounted else "RLIMIT_FSIZE"

    def fill(self, leaving: int) -> None:
        """Leave so many bytes."""
        if self.kind != "tmpfs":
            return self._limit(leaving)
        for _ in range(1000):
            left = os.statvfs(self.folder)
            with (self.folder / "filler").open("wb") as file, contextlib.suppress(OSError):
                # Fails when a client has taken some of it meanwhile.
                os.posix_fallocate(file.fileno(), 0, max(4096, left.f_bavail * left.f_frsize - leaving))
                return None
        raise AssertionError("there is no filling this disk")

    def empty(self) -> None:
        """Give the room back."""
        if self.kind != "tmpfs":
            return self._limit(resource.RLIM_INFINITY)
        return (self.folder / "filler").unlink()

    def _limit(self, size: int) -> None:
        assert self.server is not None
        assert self.server.process is not None
        group = self.server.process.pid
        for each in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if os.getpgid(int(each.name)) == group:
                    resource.prlimit(int(each.name), resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

    def remove(self) -> None:
        """Take it away."""
        if self.kind == "tmpfs":
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """A disk that can be filled."""
    disk = Disk(folder)
    try:
        yield disk
    finally:
        disk.remove()


@contextlib.contextmanager
def ledger_on(disk: Disk, place: Place) -> Iterator[ledgers.LedgerDatabase]:
    """A fresh ledger on that disk; on PostgreSQL its data folder alone."""
    session = place.folder / "session"
    session.mkdir()
    with ledgers.new_ledger(session, disk.folder / "ledger") as ledger:
        yield ledger


PROOF = Proof(
    title="磁盘写满又腾出，SQLite",
    counted="times full",
    prove=prove,
    full={"sqlite": 100},
    short={"sqlite": 3},
)
