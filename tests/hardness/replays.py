"""Retries: the same request sent up to twenty times, in any order, from two devices at once, is one write with one answer.

Every kind of write that takes a request number is tried; the same number with another body, or for another kind of write, is
refused; of another person it is another request.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, connections

from tests.hardness.proof import Found, Place, Proof
from tests.reports.small import begun, small, with_leaflets
from tests.town import START, Town, build_town, measure_units
from youju.actions import (
    batches,
    clock,
    entries,
    evidence,
    finals,
    ledger,
    members,
    periods,
    reviews,
    units,
    verifying,
)
from youju.core.period import parse_period
from youju.core.sheet import Sheet
from youju.office.workbook import Workbook
from youju.store.models import Event, Request
from youju.store.queries.ledger import head

DEVICES = 2
PLAIN = """---
id: small
title: "{unit}{period}小结"
signature: unit
figures:
  handed: {recipe: leaflets.handed_out, wording: many}
---
{{ period }}，{{ unit }}发放宣传资料{{ handed }}。
"""
GROUP = 24  # requests that are shuffled together
MONTHS = itertools.count()  # of nil reports: none is reported twice
Send = Callable[[str, str], int]  # key, variant → seq


def prove(count: int, place: Place) -> Found:
    """`count` requests, each sent 1 to 20 times."""
    chance = random.Random(20260101)
    broken: list[str] = []
    sent = 0
    kinds: Counter[str] = Counter()
    with place.new_ledger():
        with clock.at(START):
            town = build_town()
            with_leaflets(town)
            done = 0
            while done < count:
                requests = [
                    request(town, chance, place.folder, done + at) for at in range(min(GROUP, count - done))
                ]
                sendings = [(key, send) for key, _, send in requests for _ in range(chance.randrange(1, 21))]
                chance.shuffle(sendings)
                before = head().head
                answers = from_two_devices(sendings)
                sent += len(sendings)
                kinds.update(kind for _, kind, _ in requests)
                broken += [f"{key}: {sorted(seqs)}" for key, seqs in answers.items() if len(seqs) != 1]
                made = Event.unscoped.filter(seq__gt=before).count()
                if made != len(requests):
                    broken.append(f"{len(requests)} requests made {made} events")
                for key, _, send in requests:
                    broken += reused(key, send)
                done += len(requests)
        broken += kept_for_ninety_days(town)
        broken += [str(finding) for part in verifying.verify() for finding in part.findings]
    said = f"{done} requests of {len(kinds)} kinds sent {sent} times: {done} writes, {len(broken)} answers that differ"
    return Found(said, tuple(broken[:20]))


def from_two_devices(sendings: list[tuple[str, Send]]) -> dict[str, set[int]]:
    """Send them in their order, every other one from each device; the answers by request."""
    answers: dict[str, set[int]] = defaultdict(set)
    failures: list[BaseException] = []

    def work(device: int) -> None:
        try:
            with clock.at(START):
                for key, send in sendings[device::DEVICES]:
                    answers[key].add(send(key, ""))
        except BaseException as error:  # noqa: BLE001 - told by the thread that waits
            failures.append(error)
        finally:
            connections.close_all()

    if connection.vendor == "sqlite":
        connection.close()
    threads = [threading.Thread(target=work, args=(device,)) for device in range(DEVICES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return answers


def reused(key: str, send: Send) -> list[str]:
    """The same number with another body."""
    before = head().head
    try:
        send(key, "另")
    except ledger.RequestReused:
        return [] if head().head == before else [f"{key}: refused and written"]
    return [f"{key}: another body was taken for the same request"]


def request(town: Town, chance: random.Random, folder: Path, number: int) -> tuple[str, str, Send]:
    """One request of one kind, everything it needs made ready; the events of that do not count."""
    kind = chance.choice(sorted(KINDS))
    return f"{kind}-{number}", kind, KINDS[kind](town, folder, number)


def _record(town: Town, folder: Path, number: int) -> Send:
    who, unit = town.who["recorder"], town.unit["东村"]

    def send(key: str, other: str) -> int:
        raw = {"day": "2024-03-05", "count": "3", "place": f"第{number}处"}
        return entries.record(
            "leaflets", unit, raw, by=who, units=measure_units(), provider=other, key=key
        ).seq

    return send


def _nil(town: Town, folder: Path, number: int) -> Send:
    month = next(MONTHS)
    slot = parse_period(f"{2000 + month // 12}-{month % 12 + 1:02d}")

    def send(key: str, other: str) -> int:
        place = "南村" if other else "西村"
        return entries.record_nil("leaflets", town.unit[place], slot, by=town.who["recorder"], key=key).seq

    return send


def _correct(town: Town, folder: Path, number: int) -> Send:
    entry = town.record("leaflets", "东村", day="2024-03-05", count="3", place=f"第{number}处").entry

    def send(key: str, other: str) -> int:
        count = "5" if other else "4"
        return entries.correct(
            entry,
            {"count": count},
            by=town.who["recorder"],
            units=measure_units(),
            reason="笔误",
            seen=1,
            key=key,
        ).seq

    return send


def _void(town: Town, folder: Path, number: int) -> Send:
    entry = town.record("leaflets", "东村", day="2024-03-05", count="3", place=f"第{number}处").entry
    return lambda key, other: entries.void(entry, by=town.who["recorder"], reason=f"重复登记{other}", key=key)


def _confirm(town: Town, folder: Path, number: int) -> Send:
    entry = town.record("leaflets", "东村", day="2024-03-05", count="3", place=f"第{number}处").entry
    return lambda key, other: reviews.confirm([entry], by=town.who["reviewer"], note=other, key=key).seq


def _return(town: Town, folder: Path, number: int) -> Send:
    entry = town.record("leaflets", "东村", day="2024-03-05", count="3", place=f"第{number}处").entry
    return lambda key, other: (
        reviews.send_back([entry], by=town.who["reviewer"], reason=f"数量不符{other}", key=key).seq
    )


def _attach(town: Town, folder: Path, number: int) -> Send:
    entry = town.record("leaflets", "东村", day="2024-03-05", count="3", place=f"第{number}处").entry
    file = folder / f"{number}.txt"
    file.write_text(f"签收单{number}", encoding="utf-8")

    def send(key: str, other: str) -> int:
        day = date(2024, 3, 6) if other else None
        return evidence.attach(entry, file, by=town.who["recorder"], effective_on=day, key=key).seq

    return send


def _import(town: Town, folder: Path, number: int) -> Send:
    rows = [(date(2024, 3, 1 + at), "5", f"第{number}批第{at}处") for at in range(3)]
    book = Workbook("表.xlsx", (Sheet("一", (("发放日期", "数量", "地点"), *rows)),))

    def send(key: str, other: str) -> int:
        asked = batches.Request(town.unit["东村"], "leaflets", provider=other)
        batches.import_read(
            book, repr(rows).encode(), asked, by=town.who["recorder"], units=measure_units(), key=key
        )
        return int(_said(key)["seq"])

    return send


def _take_back(town: Town, folder: Path, number: int) -> Send:
    rows = [(date(2024, 3, 1 + at), "5", f"第{number}批第{at}处") for at in range(2)]
    book = Workbook("表.xlsx", (Sheet("一", (("发放日期", "数量", "地点"), *rows)),))
    asked = batches.Request(town.unit["东村"], "leaflets")
    batch = batches.import_read(
        book, repr(rows).encode(), asked, by=town.who["recorder"], units=measure_units()
    ).batch
    assert batch is not None
    return lambda key, other: batches.take_back(
        batch, by=town.who["recorder"], reason=f"选错文件{other}", key=key
    )


def _close(town: Town, folder: Path, number: int) -> Send:
    through = date(2010, 1, 1) + timedelta(days=number)

    def send(key: str, other: str) -> int:
        return periods.close(
            town.unit["北村"], through, by=town.who["leader"], reason=f"核定{other}", key=key
        ).seq

    return send


def _tag(town: Town, folder: Path, number: int) -> Send:
    """The other is to take the same tag away again: the same words, another act."""
    said: dict[str, Any] = {"since": date(2024, 1, 1), "by": town.who["sys"]}

    def send(key: str, other: str) -> int:
        act = units.untag if other else units.tag
        return act(town.unit["东村"], f"标记{number}", key=key, **said)

    return send


def _grant(town: Town, folder: Path, number: int) -> Send:
    def send(key: str, other: str) -> int:
        until = date(2025, 1, 1) if other else date(2024, 12, 1)
        return members.grant(
            town.who["east"], "recorder", town.unit["南村"], by=town.who["sec"], until=until, key=key
        ).seq_from

    return send


def _member(town: Town, folder: Path, number: int) -> Send:
    def send(key: str, other: str) -> int:
        return members.add_member(
            f"person{number}", f"某人{other}", town.unit["东村"], by=town.who["sys"], key=key
        ).seq

    return send


def _sign(town: Town, folder: Path, number: int) -> Send:
    report = begun(town, small(PLAIN))
    return lambda key, other: finals.sign(report, version=1, by=town.who["leader"], note=other, key=key).seq


KINDS: dict[str, Callable[[Town, Path, int], Send]] = {
    "record": _record, "nil": _nil, "correct": _correct, "void": _void, "confirm": _confirm, "return": _return, "attach": _attach,
    "import": _import, "take-back": _take_back, "close": _close, "tag": _tag, "grant": _grant, "member": _member, "sign": _sign,
}  # fmt: skip


def _said(key: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(Request.unscoped.values_list("result", flat=True).get(key=key))
    return said


def kept_for_ninety_days(town: Town) -> list[str]:
    """A number is known for 90 days, the last thousand longer; of its own person only."""
    found: list[str] = []
    send = _record(town, Path(), 999_999)
    with clock.at(START):
        first = send("kept", "")
        other = entries.record(
            "leaflets",
            town.unit["东村"],
            {"day": "2024-03-05", "count": "3", "place": "别处"},
            by=town.who["east"],
            units=measure_units(),
            key="kept",
        ).seq
    if other == first:
        found.append("another person's number was taken for the same request")
    with clock.at(START + timedelta(days=89, hours=23)):
        town.record("leaflets", "东村", day="2024-03-05", count="1", place="促使清理")
        send("another", "")
        if send("kept", "") != first:
            found.append("forgotten before ninety days")
    with clock.at(START + timedelta(days=91)):
        Request.unscoped.bulk_create(
            Request(
                key=f"later {at}", member=town.who["recorder"], body_digest="", result="{}", at=clock.now()
            )
            for at in range(ledger.REQUESTS_KEPT_LAST)
        )
        send("a third", "")
        if Request.unscoped.filter(key="kept").exists():
            found.append("still there after ninety days")
    return found


PROOF = Proof(
    title="同一请求重发、乱序、两台设备，只写一次",
    counted="requests",
    prove=prove,
    full={"sqlite": 2_000, "postgresql": 1_000},
    short={"sqlite": 28, "postgresql": 14},
)
