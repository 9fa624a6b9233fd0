"""Hostile files at every door for uploads, over HTTP, against the real server (reference: G3, G22; threats 15 to 17).

Each is refused with a reason in Chinese or taken in as something harmless. No fault, no process that dies, no memory
that stays, no file, process or connection that should not be; nothing of a marked file is kept, no name is logged.
"""

from __future__ import annotations

import hashlib
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.hardness.hostile import FAMILIES, Hostile
from tests.hardness.hostile.papers import sound
from tests.hardness.proof import Found, Place, Proof
from tests.hardness.serving import END_SECONDS, Server, free_port, log_in
from tests.hardness.upload_doors import Door, doors
from tests.hardness.upload_watch import Listener, Watch, left_behind
from tests.office.word_packages import docx_bytes, p
from tests.photos import photo
from tests.town import SHIPPED
from tests.web import world as worlds
from tests.web.workbooks import content, rows_for
from youju.actions import audits
from youju.actions.evidence import digest_of_file
from youju.store.models import AuditDraft, Batch, Blob

CLIENTS = 2
MOST_SECONDS = 10.0
MOST_MEGABYTES = 64
FULL = 3_000  # from here on time is looked at: a check beside other work cannot


@dataclass
class Log:
    """What came of all uploads."""

    statuses: Counter[int] = field(default_factory=Counter)
    kept: int = 0
    sent: int = 0
    files: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    slow: list[tuple[float, str, Hostile, str]] = field(default_factory=list)
    marked: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


def prove(count: int, place: Place) -> Found:
    """Send `count` files, the seeds' order going round families and doors."""
    temporary = place.folder / "tmp"
    temporary.mkdir()
    listener, said = Listener(), place.folder / "server.log"
    with place.new_ledger() as ledger, listener.listening():
        world = worlds.build()
        without_quotas(ledger.data / "catalog" / "parameters")
        server = Server(ledger, free_port(), {"TMPDIR": str(temporary)}, ("--threads", "4"), said)
        recorder = log_in(world.who["recorder"], "recorder", server.port, patience=120.0)
        leader = log_in(world.who["leader"], "leader", server.port, patience=120.0)
        ways = doors(world, server.port, recorder, leader)
        connection.close()
        server.start()
        try:
            assert server.process is not None
            warm_up(ways)
            watch, log = Watch(server.process.pid), Log()
            watch.begin()
            with watch.looking():
                send(list(turns(list(ways), listener.url, count)), ways, log)
            wrong = log.wrong + left_behind(temporary)
            grown, died = watch.grown, watch.deaths()
            wrong += [f"process {pid} died" for pid in died]
            if grown > MOST_MEGABYTES:
                wrong.append(f"a process has {grown} MB more than before")
            if listener.calls:
                wrong.append(f"{listener.calls} connections to the listener")
            if not server.is_ready():
                wrong.append("the server does not answer any more")
            wrong += marked_kept(log.marked)
            if count >= FULL:
                wrong += too_slow(log, ways)
        finally:
            server.stop()
        wrong += logged(said.read_text(encoding="utf-8", errors="replace"), listener.url)
    slowest = max((seconds, what) for seconds, what, *_ in log.slow)
    statuses = ", ".join(f"{number}×{status}" for status, number in sorted(log.statuses.items()))
    told = (
        f"{log.sent} uploads of {len(log.files)} files at {len(ways)} doors, {log.kept} taken in ({statuses}); slowest "
        f"{slowest[0]:.1f} s ({slowest[1]}); memory +{grown} MB after, +{watch.peak} MB at worst; "
        f"{listener.calls} calls outside, {len(died)} processes died"
    )
    return Found(told, tuple(wrong))


def without_quotas(folder: Path) -> None:
    """Parameters of this instance under which two people may bring thousands of files a day."""
    folder.mkdir(parents=True)
    for name in ("costly-per-minute", "upload-files-per-day", "upload-megabytes-per-day"):
        said = (SHIPPED / "parameters" / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / f"{name}.yaml").write_text(re.sub(r"value: \d+", "value: 1000000", said), encoding="utf-8")


def turns(names: list[str], web: str, count: int) -> Iterator[tuple[Hostile, str]]:
    """`count` pairs of file and door: families take turns, and each file goes to another door than the one before."""
    rng = random.Random(7)
    families = []
    for make in FAMILIES.values():
        files = list(make(web))
        rng.shuffle(files)
        families.append(files)
    order = [file for layer in zip_longest(*families) for file in layer if file is not None]
    pairs = (
        (file, names[(at + step) % len(names)]) for step in range(len(names)) for at, file in enumerate(order)
    )
    for _, pair in zip(range(count), pairs, strict=False):
        yield pair


def warm_up(ways: dict[str, Door]) -> None:
    """What any server has in memory after its first honest uploads, a draft so long that the worker checks it among them."""
    good = {
        "照片.jpg": photo("warm", side=400),
        "台账.xlsx": content(rows_for(office=False, word="热")),
        "文稿.txt": "发放20份。".encode(),
        "长文稿.txt": "发放20份。\n".encode() * (audits.LONG // 5),
        "模板.docx": docx_bytes(p("{{ 标题 }}") + p("发放20份。")),
        "材料.pdf": sound(),
    }
    for number in range(3):
        for door in ways.values():
            for name, data in good.items():
                door(name, data + (b" " * number if name.endswith("txt") else b""))
    deadline = time.monotonic() + END_SECONDS
    while AuditDraft.unscoped.filter(found=None, job__ended_at=None).exclude(job=None).exists():
        assert time.monotonic() < deadline, "the worker does not check the long draft"
        time.sleep(0.2)
    connection.close()


def send(pairs: list[tuple[Hostile, str]], ways: dict[str, Door], log: Log) -> None:
    """All of them, by a few clients at a time."""
    left = iter(pairs)

    def run() -> None:
        while True:
            with log.lock:
                file, name = next(left, (None, ""))
            if file is None:
                return
            data = file.make()
            began = time.monotonic()
            what = f"{file.name[:40]!r} at {name}"
            try:
                outcome = ways[name](file.name, data)
            except Exception as error:  # noqa: BLE001 - told with the file that did it
                with log.lock:
                    log.wrong.append(f"{what}: {type(error).__name__} {error}")
                continue
            seconds = (time.monotonic() - began) / len(outcome.answers)
            with log.lock:
                log.sent += 1
                log.files.add(f"{file.family}/{file.name}")
                log.kept += outcome.kept
                log.statuses.update(answer.status for answer in outcome.answers)
                log.slow.append((seconds, what, file, name))
                log.wrong += [f"{what}: {each}" for each in outcome.wrong]
                if file.marked:
                    log.marked[hashlib.sha256(data).hexdigest()] = file.name
                    log.wrong += [f"{what}: marked, and taken in"] if outcome.kept else []

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def too_slow(log: Log, ways: dict[str, Door]) -> list[str]:
    """What takes long when it is sent alone, at its best: beside other work a reader waits for its turn."""
    wrong = []
    for number, (seconds, what, file, name) in enumerate(log.slow):
        best = seconds
        for _ in range(3):
            if best <= MOST_SECONDS:
                break
            began = time.monotonic()
            answers = ways[name](file.name, file.make()).answers
            best = min(best, (time.monotonic() - began) / len(answers))
        log.slow[number] = (best, what, file, name)
        wrong += [f"{best:.1f} s: {what}"] if best > MOST_SECONDS else []
    return wrong


def marked_kept(marked: dict[str, str]) -> list[str]:
    """Marked files that lie in the store after all."""
    waiting = Path(settings.DATA_DIR, "uploads")
    kept = {digest_of_file(path) for path in waiting.iterdir()} if waiting.is_dir() else set()
    kept |= set(Blob.unscoped.values_list("sha256", flat=True))
    assert Batch.unscoped.exists()
    return [f"kept: {name}" for digest, name in marked.items() if digest in kept]


def logged(text: str, web: str) -> list[str]:
    """What a log may not hold: faults, and how people call their files."""
    wrong = [
        f"in the log: {line[:200]}" for line in text.splitlines() if "Traceback" in line or "Error" in line
    ]
    names = {file.name for family in FAMILIES.values() for file in family(web) if len(file.name) > 8}
    return wrong + [f"a file's name in the log: {name[:60]!r}" for name in sorted(names) if name in text]


PROOF = Proof(
    title="有害文件从每个上传入口传入",
    counted="uploads",
    prove=prove,
    full={"sqlite": FULL},
    short={"sqlite": 60},
)
