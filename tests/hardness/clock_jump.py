"""Invariant 8, and days: the server's clock jumps by up to a year either way, and its time zone changes, between writes.

The real server runs with libfaketime, whose offset is changed while it runs. However it jumps: instants never run back,
days are what was typed, 补录 follows from the recorded day, a locked period stays locked, a retry is the same write, a
token ends on its day, and a session that nobody uses ends after its idle time and not a year later.
"""

from __future__ import annotations

import json
import random
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.hardness.proof import Found, Place, Proof
from tests.hardness.serving import Answer, Person, Server, free_port, log_in, multipart
from tests.require import require
from tests.town import SHANGHAI, START, Town, build_town
from youju.actions import clock, periods, tokens, verifying
from youju.store.models import Entry, Event, OrgUnit
from youju.store.models.session import LoginSession
from youju.store.queries import entries
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at
from youju.store.sessions import BEGAN, SessionStore

YEAR_SECONDS = 365 * 86400
ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Kiritimati", "UTC")
RESTART_EVERY = 6
LOCKED_THROUGH = date(2024, 3, 31)
SLACK = timedelta(
    seconds=60
)  # a loaded machine takes its time between our look at the clock and the server's


@dataclass
class World:
    """What was asked and answered so far."""

    town: Town
    unit: uuid.UUID
    secret: str
    expires: date
    sent: list[tuple[str, bytes, Mapping[str, str], str]] = field(default_factory=list)
    days: dict[str, date] = field(default_factory=dict)
    moments: dict[str, datetime] = field(default_factory=dict)
    refused: int = 0
    retried: int = 0


def prove(count: int, place: Place) -> Found:
    """Let the clock jump `count` times."""
    library = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
    require("libfaketime", library, "apt-get install faketime")
    assert library is not None
    offset_file = place.folder / "offset"
    moments = random.Random(17)
    with place.new_ledger() as ledger:
        with clock.at(START):
            town = build_town()
            periods.close(town.unit["东村"], LOCKED_THROUGH, by=town.who["leader"])
        until = clock.today() + timedelta(days=30)
        secret = tokens.issue("recorder", town.unit["东村"], "测试", until, by=town.who["east"]).secret
        unit = OrgUnit.unscoped.values_list("uid", flat=True).get(pk=town.unit["东村"])
        world = World(town, unit, secret, until)
        port = free_port()
        faked = {
            "LD_PRELOAD": str(library),
            "FAKETIME_TIMESTAMP_FILE": str(offset_file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        server: Server | None = None
        try:
            for number in range(count):
                offset = jump(number, moments)
                offset_file.write_text(f"{offset:+d}", encoding="ascii")
                if number % RESTART_EVERY == 0:
                    if server is not None:
                        server.kill()
                    zone = ZONES[number // RESTART_EVERY % len(ZONES)]
                    server = Server(ledger, port, {**faked, "TZ": zone}, ("--no-worker", "--workers", "2"))
                    connection.close()
                    server.start()
                writer = lasting(world, port, offset)
                write(world, writer, f"{number}号", offset, moments)
                write_by_token(world, Person(port, ""), f"{number}令", offset)
                write_into_the_locked(world, writer)
                leave_idle(world, port, offset)
        finally:
            if server is not None:
                server.kill()
        wrong = look_back(world)
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
    said = (
        f"{len(world.days)} entries, {world.retried} retries of earlier ones, {world.refused} refused in the locked period: "
        "0 order inversions, 0 days moved, 0 written twice; sessions and tokens ended as they should"
    )
    return Found(said, tuple(wrong))


def lasting(world: World, port: int, offset: int) -> Person:
    """Somebody who logged in just now, whatever the server's clock says."""
    writer = log_in(world.town.who["east"], "east", port)
    kept = SessionStore(writer.session)
    kept.set_expiry(3 * YEAR_SECONDS)
    kept[BEGAN] = int(datetime.now(UTC).timestamp()) + offset
    kept.save()
    connection.close()
    return writer


def jump(number: int, moments: random.Random) -> int:
    """Seconds from the true time: mostly anywhere within a year, sometimes little, sometimes to midnight in Shanghai."""
    if number % 5 == 0:
        return moments.choice((-2, -1, 0, 1, 2))
    anywhere = moments.randint(-YEAR_SECONDS, YEAR_SECONDS)
    if number % 5 == 1:
        then = datetime.now(SHANGHAI) + timedelta(seconds=anywhere)
        midnight = datetime.combine(then.date(), time.min, SHANGHAI)
        return anywhere + int((midnight - then).total_seconds()) - 1
    return anywhere


def write(world: World, writer: Person, name: str, offset: int, moments: random.Random) -> None:
    """Register, send the same again, and send one of long ago again."""
    day = date(2024, 4, moments.randint(1, 30))
    form = {"once": str(uuid.uuid4()), "do": "submit", "day": str(day), "count": "3", "place": name}
    body, kind = multipart(form, {})
    path, headers = f"/record/leaflets/{world.unit}", {"Content-Type": kind}
    first = writer.post_until_answered(path, body, headers, good=302)
    where = first.headers["location"]
    assert where.startswith("/entries/"), where
    world.days[where.rpartition("/")[2]] = day
    world.moments[where.rpartition("/")[2]] = datetime.now(UTC) + timedelta(seconds=offset)
    world.sent.append((path, body, headers, where))
    for path_, body_, headers_, there in (world.sent[-1], moments.choice(world.sent)):
        again = writer.post_until_answered(path_, body_, headers_, good=302)
        assert again.headers["location"] == there, "a retry became another write"
        world.retried += 1


def write_by_token(world: World, program: Person, name: str, offset: int) -> None:
    """By the interface: good before the token's last day is over, and 401 from then on."""
    values = {"day": "2024-04-20", "count": "3", "place": name}
    body = json.dumps({"register_id": "leaflets", "unit": "东村", "values": values}).encode()
    headers = {
        "Authorization": f"Bearer {world.secret}",
        "Idempotency-Key": str(uuid.uuid4()),
        "Content-Type": "application/json",
    }
    before = (datetime.now(UTC) + timedelta(seconds=offset)).astimezone(SHANGHAI).date()
    answers = [program.ask("POST", "/api/v1/entries", body, headers) for _ in range(2)]
    after = (datetime.now(UTC) + timedelta(seconds=offset)).astimezone(SHANGHAI).date()
    for each in answers:
        if before == after:  # else midnight passed meanwhile: either is right
            assert each.status == (201 if before < world.expires else 401), (before, world.expires, each.text)
    written = {str(uuid.UUID(json.loads(each.body)["uid"])) for each in answers if each.status == 201}
    assert len(written) <= 1, "a retry became another write"
    world.days.update(dict.fromkeys(written, date(2024, 4, 20)))


def write_into_the_locked(world: World, writer: Person) -> None:
    """Whatever the clock says, the locked period is locked."""
    form = {
        "once": str(uuid.uuid4()),
        "do": "submit",
        "day": str(LOCKED_THROUGH),
        "count": "3",
        "place": "锁",
    }
    body, kind = multipart(form, {})
    answer: Answer = writer.ask("POST", f"/record/leaflets/{world.unit}", body, {"Content-Type": kind})
    assert answer.status in (200, 422), answer.status
    assert "锁定" in answer.text, re.sub(r"<[^>]+>", "", answer.text)[-500:]
    world.refused += 1


def leave_idle(world: World, port: int, offset: int) -> None:
    """A session is good until its end, and using it moves the end to the idle time from now, never further."""
    idle = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    guest = log_in(world.town.who["leader"], "leader", port)
    now = datetime.now(UTC) + timedelta(seconds=offset)
    ends = LoginSession.objects.get(pk=guest.session).expire_date
    connection.close()
    if abs(ends - now) < SLACK:
        return
    answer = guest.ask("GET", "/ledger")
    assert answer.status == (200 if ends > now else 302), (answer.status, ends, now)
    if ends > now:
        moved = LoginSession.objects.get(pk=guest.session).expire_date
        assert now + idle - SLACK <= moved <= now + idle + SLACK, (moved, now)


def look_back(world: World) -> list[str]:
    """What does not hold of the ledger that came of it."""
    wrong = []
    at = dict(Event.unscoped.order_by("seq").values_list("seq", "at"))
    ordered = [at[seq] for seq in sorted(at)]
    if ordered != sorted(ordered):
        wrong.append("instants run back")
    found = {str(entry.uid): entry for entry in Entry.unscoped.all()}
    if set(found) != set(world.days):
        wrong.append(f"{len(found)} entries, {len(world.days)} acknowledged")
    lines = entries.lines_of([entry.pk for entry in found.values()], tree_at(head().head))
    for uid, day in world.days.items():
        entry, line = found[uid], lines[found[uid].pk]
        if entry.day != day:
            wrong.append(f"{day} became {entry.day}")
        recorded = at[entry.seq].astimezone(SHANGHAI).date()
        if (line.recorded_on, line.late) != (
            recorded,
            (recorded.year, recorded.month) > (day.year, day.month),
        ):
            wrong.append(f"recorded on {recorded}, shown {line.recorded_on}, late {line.late}")
        if uid in world.moments:
            wanted = max(at[entry.seq - 1], world.moments[uid])
            if abs(at[entry.seq] - wanted) > SLACK:
                wrong.append(f"#{entry.seq} bears {at[entry.seq]}, its clock said {world.moments[uid]}")
    return wrong


PROOF = Proof(
    title="时钟前后跳变一年、时区改变",
    counted="jumps",
    prove=prove,
    full={"sqlite": 400, "postgresql": 100},
    short={"sqlite": 8},
)
