"""A quarter of a township in minutes: what three hundred people do in three months, one after the other, against the real server.

Entries (some with photos), reviews, imports, drafts checked, report previews, boards, lists, entries and figures by the
interface. Memory, open files and the write-ahead log are looked at all along: after a warm-up they must not grow.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import re
import statistics
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from tests.hardness.proof import Found, Place, Proof
from tests.hardness.serving import Person, Server, free_port, log_in, multipart, processes, wait_until
from tests.photos import photo
from tests.reports.small import TEXT, begun, with_leaflets
from tests.town import LONG_AGO, START, build_town
from tests.web.workbooks import content
from youju.actions import clock, members, tokens, verifying
from youju.store.models import Job, OrgUnit

STAFF = 24  # log-ins who register; one a village would be a small town
THREADS = 6  # at once: three hundred people are hardly ever more
ROWS = 20
FIRST = 1000  # entries and reviews that people leave open to look at
WARM, END = (0.2, 0.4), (0.8, 1.0)  # of the way: what is compared
ENOUGH = 5000  # requests, from which on growth can be told from warming up
MOST_GROWTH = 0.05
MOST_LOG_BYTES = 64 << 20
PROSE = TEXT.rpartition("---\n")[2]
DRAFT = "2024年第一季度，甲镇发放宣传资料1550份，开展活动3场，村庄清洁行动发放宣传资料1200份。\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """The server's processes together, at a moment: requests so far, memory in MB, open files, bytes of the log."""

    at: int
    memory: float
    files: int
    log: int


@dataclass
class World:
    """Who there is, and what they know of each other."""

    staff: list[Person]
    reviewer: Person
    clerk: Person
    unit: uuid.UUID
    unit_key: int
    report: uuid.UUID
    secret: str
    entries: list[str] = field(default_factory=list)
    took: list[tuple[int, float, str]] = field(default_factory=list)
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    writing: threading.Lock = field(default_factory=threading.Lock)

    def send(
        self, who: Person, what: str, method: str, path: str, form: dict[str, str] | None = None,
        files: dict[str, tuple[str, bytes]] | None = None, headers: dict[str, str] | None = None, body: bytes | None = None,
    ) -> str:  # fmt: skip
        """One request; what it leads to, or what it shows."""
        sent = dict(headers or {})
        if form is not None:
            body, sent["Content-Type"] = multipart(form, files or {})
        began = time.perf_counter()
        answer = who.ask(method, path, body, sent)
        self.took.append((len(self.took), time.perf_counter() - began, what))
        self.statuses[what, answer.status] += 1
        if answer.status not in (200, 201, 302):
            self.failures.append(f"{what}: {answer.status} {re.sub(r'<[^>]+>', '', answer.text)[-300:]}")
        return answer.headers.get("location", "") or answer.text


def prove(count: int, place: Place) -> Found:
    """Send `count` requests, and watch."""
    with place.new_ledger() as ledger:
        server = Server(ledger, free_port())
        world = settled(server.port)
        connection.close()
        server.start()
        samples: list[Sample] = []
        over = threading.Event()
        watcher = threading.Thread(
            target=watch, args=(server, ledger.data, world, samples, over), daemon=True
        )
        numbers = itertools.count()
        people = [
            threading.Thread(target=live, args=(world, numbers, count, each), daemon=True)
            for each in range(THREADS)
        ]
        watcher.start()
        try:
            for each in people:
                each.start()
            for each in people:
                each.join(3600)
            over.set()
            watcher.join()
            wait_until(lambda: not Job.unscoped.filter(state__in=("waiting", "running")).exists())
            assert server.stop() == 0
        finally:
            over.set()
            server.kill()
        assert set(Job.unscoped.values_list("state", flat=True)) <= {"done"}
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
    return judged(world, samples, count)


def settled(port: int) -> World:
    """The town, its people logged in, some reviewed entries and a report."""
    with clock.at(START):
        town = build_town()
        with_leaflets(town)
        report = begun(town)
        east = town.unit["东村"]
        added = []
        for number in range(STAFF):
            member = members.add_member(f"staff{number}", f"村干部{number}", east, by=town.who["sys"])
            members.grant(member, "recorder", east, by=town.who["sec"], since=LONG_AGO)
            added.append(log_in(member, f"staff{number}", port))
    until = clock.today() + timedelta(days=30)
    secret = tokens.issue("recorder", east, "测试", until, by=town.who["east"]).secret
    return World(
        added,
        log_in(town.who["reviewer"], "reviewer", port),
        log_in(town.who["clerk"], "clerk", port),
        OrgUnit.unscoped.values_list("uid", flat=True).get(pk=east),
        east,
        report.uid,
        secret,
    )


def live(world: World, numbers: itertools.count[int], count: int, seed: int) -> None:
    """Do one thing after the other until there were enough."""
    chance = random.Random(seed)
    try:
        while (number := next(numbers)) < count:
            (work,) = chance.choices(list(WORKS), list(WORKS.values()))
            work(world, chance.choice(world.staff), f"{number}")
    except Exception as error:  # noqa: BLE001 - told to the proof
        world.failures.append(f"{type(error).__name__}: {error}")


# --- what people do ---------------------------------------------------------------------------------------


def register(world: World, who: Person, name: str) -> None:
    """An entry through the form; every sixth with a photo."""
    form = {
        "once": str(uuid.uuid4()),
        "do": "submit",
        "day": "2024-04-20",
        "count": "3",
        "place": f"第{name}户",
    }
    files = {"evidence": (f"{name}.png", photo(name, "PNG", 64))} if int(name) % 6 == 0 else {}
    where = world.send(who, "register", "POST", f"/record/leaflets/{world.unit}", form, files)
    world.entries.append(where)
    del world.entries[:-FIRST]


def register_by_program(world: World, who: Person, name: str) -> None:
    """An entry through the interface."""
    del who
    values = {"day": "2024-04-20", "count": "3", "place": f"第{name}户"}
    body = json.dumps({"register_id": "leaflets", "unit": "东村", "values": values}).encode()
    headers = {
        "Authorization": f"Bearer {world.secret}",
        "Idempotency-Key": str(uuid.uuid4()),
        "Content-Type": "application/json",
    }
    world.send(
        Person(world.clerk.port, ""), "interface: entry", "POST", "/api/v1/entries", None, None, headers, body
    )


def review(world: World, who: Person, name: str) -> None:
    """The queue, and one or two of it confirmed."""
    del who, name
    shown = world.send(world.reviewer, "queue", "GET", "/reviews")
    waiting = re.findall(r'name="(seen-([0-9a-f-]{36}))" value="(\d+)"', shown)[:2]
    if waiting:
        form = {
            "once": str(uuid.uuid4()),
            "verdict": "confirm",
            **{field: number for field, _, number in waiting},
        }
        body = [*form.items(), *(("entries", uid) for _, uid, _ in waiting)]
        encoded = "&".join(f"{key}={value}" for key, value in body).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        before = len(world.failures)
        world.send(world.reviewer, "review", "POST", "/reviews/decide", None, None, kind, encoded)
        # Two of us may have looked at the same queue.
        world.failures[before:] = [
            each for each in world.failures[before:] if not each.startswith(("review: 409", "review: 422"))
        ]


def bring(world: World, who: Person, name: str) -> None:
    """A workbook looked at and imported."""
    rows = [("发放日期", "数量", "地点"), *(("2024-04-21", "2", f"{name}本{row}") for row in range(ROWS))]
    form = {"unit": str(world.unit_key), "register": "leaflets", "provider": "", "once": str(uuid.uuid4())}
    file = (f"{name}.xlsx", content([("发放台账",), *rows]))
    where = world.send(who, "import", "POST", "/imports", form, {"file": file})
    if where.startswith("/imports/"):
        world.send(who, "import: sheet", "GET", where)
        world.send(who, "import: commit", "POST", f"{where}/commit", {"once": str(uuid.uuid4())})


def audit(world: World, who: Person, name: str) -> None:
    """A draft checked against the ledger, and opened."""
    form = {"once": str(uuid.uuid4()), "text": f"第{name}稿。{DRAFT}", "unit": "", "as_of": ""}
    where = world.send(who, "audit", "POST", "/audits", form)
    if where.startswith("/audits/"):
        world.send(who, "audit: shown", "GET", where)


def preview(world: World, who: Person, name: str) -> None:
    """Somebody writes at the report and sees how it reads."""
    del who
    with world.writing:
        shown = world.send(world.clerk, "report: write", "GET", f"/reports/{world.report}/write")
        base = re.findall(r'name="base"[^>]*value="(\d+)"', shown)
        form = {
            "base": base[0] if base else "1",
            "prose": PROSE.replace("均有签收", f"均有签收（{int(name) % 7}）"),
        }
        world.send(world.clerk, "report: preview", "POST", f"/reports/{world.report}/preview", form)


def look(path: str, *, clerk: bool = False) -> Callable[[World, Person, str], None]:
    """A page is read."""

    def work(world: World, who: Person, name: str) -> None:
        del name
        world.send(world.clerk if clerk else who, path, "GET", path)

    return work


def look_at_an_entry(world: World, who: Person, name: str) -> None:
    """An entry that somebody registered."""
    if world.entries:
        world.send(who, "entry", "GET", world.entries[int(name) % len(world.entries)])


def ask_for_a_figure(world: World, who: Person, name: str) -> None:
    """A figure through the interface."""
    del who
    recipe = quote(f"leaflets.handed_out @东村 2024-0{int(name) % 4 + 1}")
    path = f"/api/v1/figure?recipe={recipe}"
    headers = {"Authorization": f"Bearer {world.secret}"}
    world.send(Person(world.clerk.port, ""), "interface: figure", "GET", path, headers=headers)


# What is done, and how often of a hundred times.
WORKS: dict[Callable[[World, Person, str], None], float] = {
    register: 24, register_by_program: 5, review: 12, bring: 2, audit: 2, preview: 3, look("/"): 14, look("/ledger/leaflets"): 12,
    look("/ledger/leaflets?page=2", clerk=True): 3, look_at_an_entry: 10, look("/overview", clerk=True): 6, look("/reports", clerk=True): 2,
    ask_for_a_figure: 5,
}  # fmt: skip


# --- watching ---------------------------------------------------------------------------------------------


def watch(server: Server, data: Path, world: World, samples: list[Sample], over: threading.Event) -> None:
    """Look at the server's processes twice a second."""
    assert server.process is not None
    while not over.wait(0.5):
        memory, files = 0.0, 0
        for pid in processes(server.process.pid):
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
                memory += int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024
                files += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
        log = data / "youju.sqlite3-wal"
        samples.append(Sample(len(world.took), memory, files, log.stat().st_size if log.exists() else 0))


def judged(world: World, samples: list[Sample], count: int) -> Found:
    """What was seen, and what of it must not be."""
    asked = len(world.took)

    def between(part: tuple[float, float]) -> list[Sample]:
        return [each for each in samples if part[0] * asked <= each.at <= part[1] * asked] or samples

    memory = [statistics.median(each.memory for each in between(part)) for part in (WARM, END)]
    files = [min(each.files for each in between(part)) for part in (WARM, END)]
    log = max(each.log for each in samples)
    tenth = max(1, asked // 10)
    slowest = [
        sorted(seconds for _, seconds, _ in part)[len(part) * 99 // 100] * 1000
        for part in (world.took[:tenth], world.took[-tenth:])
    ]
    broken = world.failures[:5]
    if count >= ENOUGH:
        done = {what for what, _ in world.statuses}
        broken += [
            f"nobody did: {each}" for each in ("review", "import: commit", "audit: shown") if each not in done
        ]
        if memory[1] > memory[0] * (1 + MOST_GROWTH):
            broken.append(f"memory grew from {memory[0]:.0f} to {memory[1]:.0f} MB")
        if files[1] > files[0]:
            broken.append(f"open files grew from {files[0]} to {files[1]}")
    if log > MOST_LOG_BYTES:
        broken.append(f"the write-ahead log grew to {log >> 20} MB")
    said = (
        f"{asked} answers, {len(world.failures)} refused or failed; memory {memory[0]:.0f} → {memory[1]:.0f} MB, "
        f"open files {files[0]} → {files[1]}, log at most {log / (1 << 20):.1f} MB, "
        f"p99 {slowest[0]:.0f} ms in the first tenth, {slowest[1]:.0f} in the last"
    )
    return Found(said, tuple(broken))


PROOF = Proof(
    title="一个季度的工作压缩到几分钟，内存与文件不增长",
    counted="things done",
    prove=prove,
    full={"sqlite": 12000},
    short={"sqlite": 120},
)
