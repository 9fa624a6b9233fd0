"""Ledgers with a past: one in which everything has happened once, and as many different ones as are asked for."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from tests.reports.small import begun, signed
from tests.town import START, Town, build_town, measure_units
from youju.actions import (
    batches,
    clock,
    drafts,
    entries,
    erasing,
    evidence,
    finals,
    logins,
    members,
    periods,
    reviews,
    tokens,
    units,
    visits,
)
from youju.core.entry import Raw
from youju.core.period import parse_period
from youju.core.problem import DomainError
from youju.core.sheet import Sheet
from youju.office.workbook import Workbook
from youju.store.models import Batch, Entry, PersonalValue, Report
from youju.store.queries import reports as stored
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at

LATER = START + timedelta(days=400)


def everything(folder: Path) -> Town:
    """A ledger with rows in every table that `verify` vouches for. The clock is the story's own; `folder` takes its files."""
    with clock.at(START):
        town = build_town()
        who, unit = town.who, town.unit
        first = town.reviewed(
            "leaflets", "东村", day="2024-03-05", count="200", campaign="移风易俗", taker="张三"
        )
        second = town.reviewed(
            "leaflets",
            "南村",
            day="2024-03-06",
            count="70",
            campaign="村庄清洁行动",
            again_on="2024-04-02",
            again="5",
        )
        town.reviewed(
            "slogans", "南村", code="甲-1", installed_on="2024-03-10", removed_on="2024-04-20", count="3"
        )
        town.reviewed("slogans", "东村", code="甲-2", installed_on="2024-03-11", count="2")
        gone = town.reviewed("books", "西村", counted_on="2024-02-01", books="100", kind="图书")
        town.reviewed("facilities", "东村", built_on="2024-01-05", kind="文艺舞台", hamlet="东一屯")
        entries.record_nil("leaflets", unit["西村"], parse_period("2024-03"), by=who["recorder"])
        correct(town, first.entry, count="180")
        reviews.confirm([first.entry], by=who["reviewer"])
        entries.void(gone.entry, by=who["reviewer"], reason="重复登记")
        back = town.record("leaflets", "南村", day="2024-04-05", count="7", taker="李四")
        reviews.send_back([back.entry], by=who["reviewer"], reason="数量与签收表不符")
        correct(town, back.entry, count="9")
        for number, entry in enumerate((first.entry, second.entry)):
            photo = folder / f"签收单{number}.txt"
            photo.write_text(f"签收单 {number}", encoding="utf-8")
            evidence.attach(
                entry, photo, by=who["recorder"], effective_on=date(2024, 3, 5), expires_on=date(2025, 3, 5)
            )
        evidence.attach(back.entry, folder / "签收单0.txt", by=who["recorder"], reuse_reason="同一张签收单")
        imported(town, "东村", [(date(2024, 4, 3), "11"), (date(2024, 4, 4), "12")])
        taken = imported(town, "南村", [(date(2024, 4, 6), "13")])
        imported(town, "东村", [(date(2024, 4, 8), "14")], taker="钱七")
        batches.take_back(taken, by=who["reviewer"], reason="选错文件")
        report = begun(town)
        text = stored.newest(report)
        drafts.save(
            report,
            text.text.replace("均有签收", "均已签收"),
            base=text.number,
            by=who["clerk"],
            note="改一处",
        )
        drafts.comment(report, "请核对", by=who["leader"])
        signed(town, report)
        periods.close(unit["甲镇"], date(2024, 1, 31), by=who["leader"], reason="核定")
        periods.close(unit["甲镇"], date(2024, 1, 15), by=who["leader"], reason="补报一项")
        units.rename(unit["西村"], "西新村", since=date(2024, 4, 1), by=who["sys"])
        units.add_alias(unit["南村"], "南庄", by=who["sys"])
        units.tag(unit["东村"], "公路沿线", since=date(2024, 1, 1), by=who["sys"])
        units.tag(unit["南村"], "公路沿线", since=date(2024, 1, 1), by=who["sys"])
        units.untag(unit["南村"], "公路沿线", since=date(2024, 3, 1), by=who["sys"])
        units.move(unit["南村"], unit["乙镇"], since=date(2024, 4, 10), by=who["sys"])
        units.merge(unit["北村"], unit["中村"], since=date(2024, 4, 12), by=who["sys"])
        members.grant(who["east"], "recorder", unit["南村"], by=who["sec"], registers=["leaflets", "books"])
        members.grant(who["stranger"], "clerk", unit["乙镇"], by=who["sec"], until=date(2024, 12, 31))
        members.revoke(who["stranger"], "clerk", unit["乙镇"], by=who["sec"])
        logins.open_login(who["clerk"], by=who["sec"])
        logins.open_login(who["leader"], by=who["sec"])
        for title in ("上报程序", "大屏"):
            tokens.issue("clerk", unit["示范县"], title, date(2024, 6, 1), by=who["clerk"])
        tokens.revoke(str(stored_token()), by=who["clerk"])
        visits.note(unit["东村"], scope.viewer_of(who["clerk"]), tree_at(head().head), by=who["clerk"])
    with clock.at(LATER):
        erased = erasing.erase_due(unit["示范县"], by=who["sec"], reason="期满", basis="保存期限届满")
        assert erased.fields
        assert erased.workbooks
        imported(town, "东村", [(date(2025, 5, 4), "15")], taker="孙八")
        town.reviewed("leaflets", "东村", day="2025-05-05", count="20", campaign="移风易俗", taker="王五")
        town.record("leaflets", "东村", day="2025-05-06", count="21", taker="赵六")
    return town


def stored_token() -> object:
    """The uid of the first token."""
    from youju.store.models import Token

    return Token.unscoped.order_by("pk").values_list("uid", flat=True)[0]


def correct(town: Town, entry: int, **raw: str) -> None:
    """A correction by the recorder, not yet reviewed."""
    entries.correct(entry, raw, by=town.who["recorder"], units=measure_units(), reason="按签收表核减")


def imported(town: Town, village: str, rows: list[tuple[date, str]], taker: str = "") -> int:
    """A workbook of leaflets, imported, with a column of names when one is given; returns the batch."""
    named = (taker,) if taker else ()
    cells = [(day, count, f"第{at}处 {clock.now()}", *named) for at, (day, count) in enumerate(rows)]
    sheet = Sheet("一季度", (("发放日期", "数量", "地点", "领取人")[: 3 + len(named)], *cells))
    content = "\n".join(map(str, cells)).encode()
    request = batches.Request(town.unit[village], "leaflets")
    done = batches.import_read(
        Workbook("宣传资料发放台账.xlsx", (sheet,)),
        content,
        request,
        by=town.who["recorder"],
        units=measure_units(),
    )
    assert done.batch is not None
    return done.batch


# --- random ones ------------------------------------------------------------------------------------------

VILLAGES = ("东村", "南村", "西村", "北村")


def lived(town: Town, chance: random.Random, steps: int, folder: Path) -> int:
    """So many random steps from what the ledger holds; those that it refuses leave nothing. Returns how many happened."""
    now, done = max(START, head().at), 0
    for _ in range(steps):
        now += timedelta(hours=chance.choice((1, 7, 30, 700)))
        step = chance.choices(STEPS, WEIGHTS)[0]
        with clock.at(now), suppress(DomainError), transaction.atomic():
            step(town, chance, folder)
            done += 1
    return done


def _day(chance: random.Random) -> date:
    return date(2024, 1, 1) + timedelta(days=chance.randrange(120))


def _entry(chance: random.Random) -> int:
    keys = list(Entry.unscoped.order_by("pk").values_list("pk", flat=True))
    return chance.choice(keys) if keys else 0


def _record(town: Town, chance: random.Random, _: Path) -> None:
    village, day = chance.choice(VILLAGES), _day(chance)
    register = chance.choice(("leaflets", "leaflets", "slogans", "books", "facilities"))
    choices: dict[str, dict[str, Raw]] = {
        "leaflets": {
            "day": day,
            "count": str(chance.randrange(50)),
            "campaign": chance.choice(("移风易俗", "村庄清洁行动")),
        },
        "slogans": {
            "code": f"甲-{chance.randrange(6)}",
            "installed_on": day,
            "count": str(chance.randrange(9)),
        },
        "books": {"counted_on": day, "books": str(chance.randrange(900))},
        "facilities": {"built_on": day, "kind": chance.choice(("文化广场", "文艺舞台"))},
    }
    raw = choices[register]
    if register == "leaflets" and chance.random() < 0.3:
        raw["taker"] = chance.choice(("张三", "李四", "王五"))
    made = town.record(register, village, "recorder", **raw)
    if chance.random() < 0.6:
        reviews.confirm([made.entry], by=town.who["reviewer"])


def _correct(town: Town, chance: random.Random, _: Path) -> None:
    entry = Entry.unscoped.get(pk=_entry(chance) or -1) if Entry.unscoped.exists() else None
    if entry is not None:
        name = {"leaflets": "count", "slogans": "count", "books": "books"}.get(entry.register)
        raw = {name: str(chance.randrange(99))} if name else {"kind": "文化广场"}
        correct(town, entry.pk, **raw)


def _review(town: Town, chance: random.Random, _: Path) -> None:
    if chance.random() < 0.7:
        reviews.confirm([_entry(chance)], by=town.who["reviewer"])
    else:
        reviews.send_back([_entry(chance)], by=town.who["reviewer"], reason="与签收表不符")


def _void(town: Town, chance: random.Random, _: Path) -> None:
    entries.void(_entry(chance), by=town.who["reviewer"], reason="重复登记")


def _attach(town: Town, chance: random.Random, folder: Path) -> None:
    file = folder / f"材料{chance.randrange(5)}.txt"
    file.write_text(f"材料 {file.name}", encoding="utf-8")
    evidence.attach(
        _entry(chance), file, by=town.who["recorder"], reuse_reason=chance.choice(("", "同一张表"))
    )


def _batch(town: Town, chance: random.Random, _: Path) -> None:
    rows = [(_day(chance), str(chance.randrange(40))) for _ in range(chance.randrange(1, 4))]
    batch = imported(town, chance.choice(VILLAGES), rows, chance.choice(("", "钱七")))
    if chance.random() < 0.3:
        batches.take_back(batch, by=town.who["reviewer"], reason="选错文件")


def _take_back(town: Town, chance: random.Random, _: Path) -> None:
    batches.take_back(
        chance.randrange(1, 2 + Batch.unscoped.count()), by=town.who["reviewer"], reason="选错文件"
    )


def _organise(town: Town, chance: random.Random, _: Path) -> None:
    village, other, since = chance.choice(VILLAGES), chance.choice(VILLAGES), _day(chance)
    by = town.who["sys"]
    kind = chance.randrange(6)
    if kind == 0:
        units.move(town.unit[village], town.unit[chance.choice(("甲镇", "乙镇"))], since=since, by=by)
    elif kind == 1:
        units.merge(town.unit[village], town.unit[other], since=since, by=by)
    elif kind == 2:
        units.dissolve(town.unit[village], since=since, by=by)
    elif kind == 3:
        units.rename(town.unit[village], f"新{village}{chance.randrange(9)}", since=since, by=by)
    elif kind == 4:
        units.tag(town.unit[village], "公路沿线", since=since, by=by)
    else:
        units.add_alias(town.unit[village], f"{village}庄{chance.randrange(9)}", by=by)


def _close(town: Town, chance: random.Random, _: Path) -> None:
    place = chance.choice(("甲镇", "东村"))
    periods.close(town.unit[place], _day(chance) - timedelta(days=60), by=town.who["leader"], reason="核定")


def _report(town: Town, chance: random.Random, _: Path) -> None:
    report = (
        begun(town)
        if chance.random() < 0.5 or not Report.unscoped.exists()
        else Report.unscoped.order_by("-pk")[0]
    )
    finals.sign(report, version=stored.newest(report).number, by=town.who["leader"])


def _erase(town: Town, chance: random.Random, _: Path) -> None:
    if PersonalValue.unscoped.exists():
        erasing.erase_due(town.unit["示范县"], by=town.who["sec"], reason="期满", basis="保存期限届满")


def _people(town: Town, chance: random.Random, _: Path) -> None:
    who, unit = town.who, town.unit
    kind = chance.randrange(4)
    if kind == 0:
        members.grant(who["east"], "recorder", unit[chance.choice(VILLAGES)], by=who["sec"])
    elif kind == 1:
        members.revoke(who["east"], "recorder", unit[chance.choice(VILLAGES)], by=who["sec"])
    elif kind == 2:
        tokens.issue("clerk", unit["示范县"], "上报程序", clock.today() + timedelta(days=9), by=who["clerk"])
    else:
        visits.note(unit["东村"], scope.viewer_of(who["clerk"]), tree_at(head().head), by=who["clerk"])


Step = Callable[[Town, random.Random, Path], None]
STEPS: tuple[Step, ...] = (
    _record, _correct, _review, _void, _attach, _batch, _take_back, _organise, _close, _report, _erase, _people,
)  # fmt: skip
WEIGHTS = (12, 5, 5, 2, 2, 3, 1, 3, 1, 1, 1, 2)
