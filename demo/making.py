"""The demo's ledger: made once, recognised afterwards, and made anew when it may be.

A mark beside the database says which plan made it and where its ledger ended. What somebody added since is theirs:
such a ledger is kept, and the demo's figures are taken as of its own last event.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import connections
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from demo import driver, neighbours, signing, town
from demo.events import CATALOG, catalog
from demo.plan import END, AnyStep, Correct, Import, Nil, Record, Return, Review, Void, steps
from youju.cli.context import ACCOUNT_FILE
from youju.cli.setting_up import open_ledger
from youju.core.orgtree import UnknownOrgUnit
from youju.specs.record import register_as_text
from youju.store.queries.catalog import units_of_measure
from youju.store.queries.ledger import NoLedger, head
from youju.store.queries.tree import tree_at

_TOWN_CODE = next(place.code for place in town.places() if place.name == town.TOWN)


class NotOurs(Exception):
    """The place holds something that the demo may not touch; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Which plan the ledger was made by; `seq` and `hash` are its last event, None while it is being made."""

    plan: str
    seq: int | None = None
    hash: str = ""


def home() -> Path:
    """Where the demo keeps its workbooks, its report and its mark."""
    return Path(settings.DATA_DIR) / "demo"


def workbooks() -> Path:
    """The folder of the town's workbooks."""
    return home() / "workbooks"


def make(out: Console, *, anew: bool = False) -> int:
    """See that the demo's ledger is there, and say what was done. Returns the number of its last event. Raises NotOurs."""
    wanted = Mark(plan_digest())
    found, there = read_mark(), ledger_end()
    if there is not None and (found is None or not _is_demo_town()):
        raise NotOurs(
            f"{settings.DATA_DIR} 的台账不是演示镇的，未作任何改动。请另设 YOUJU_DATA（或 DATABASE_URL）再运行。"
        )
    if there is not None and found is not None and found.seq is not None and not anew:
        added = there[0] - found.seq
        if found.plan == wanted.plan:
            more = f"其后另有{added}笔变动，未动；以下数字按演示结束时的台账。" if added else ""
            out.print(f"演示台账已在，未重做（#{found.seq}）。{more}重做请加 --anew。")
            return found.seq
        if added:
            out.print(
                f"演示台账由另一版本的脚本建成，其后另有{added}笔变动，未动。重做（丢弃这些变动）请加 --anew。"
            )
            return found.seq
    if there is not None:
        why = (
            "上次没有做完"
            if found is not None and found.seq is None
            else "按要求"
            if anew
            else "演示内容有更新"
        )
        out.print(f"演示台账：{why}，从头再做。")
        _remove()
    write_mark(wanted)
    _carry_out(out)
    out.print(f"工作总结：{town.CLERK}撰稿，{town.LEADER}签发定稿（#{signing.sign()}）。")
    ended = ledger_end()
    assert ended is not None
    write_mark(Mark(wanted.plan, *ended))
    account = Path(settings.DATA_DIR) / ACCOUNT_FILE
    if not account.exists():
        account.write_text(town.CLERK + "\n", encoding="utf-8")
    return ended[0]


def plan_digest() -> str:
    """What a ledger of the demo depends on: the steps, the people and places, the registers and the report."""
    texts = [
        repr(town.places() + neighbours.places()),
        repr(town.people() + neighbours.people()),
        *map(_told, steps()),
    ]
    texts += [register_as_text(register) for _, register in sorted(catalog().registers.items())]
    texts.append((CATALOG / "reports" / f"{signing.REPORT}.md").read_text(encoding="utf-8"))
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _told(step: AnyStep) -> str:
    """A step as text that is the same in every run; the order of a set is not."""
    if isinstance(step, Import):
        return f"{replace(step, known=frozenset())} {sorted(step.known)}"
    return repr(step)


def ledger_end() -> tuple[int, str] | None:
    """Number and hash of the last event; None when there is no ledger."""
    try:
        found = head()
    except NoLedger:
        return None
    return found.head, found.hash


def read_mark() -> Mark | None:
    """The mark beside the database, None when there is none."""
    file = home() / "made.json"
    return Mark(**json.loads(file.read_text(encoding="utf-8"))) if file.exists() else None


def write_mark(mark: Mark) -> None:
    """Leave the mark."""
    home().mkdir(parents=True, exist_ok=True)
    (home() / "made.json").write_text(json.dumps(asdict(mark)), encoding="utf-8")


def mark_end() -> None:
    """Take what stands now for what the demo made."""
    mark, ended = read_mark(), ledger_end()
    assert mark is not None
    assert ended is not None
    write_mark(Mark(mark.plan, *ended))


def _is_demo_town() -> bool:
    tree = tree_at(head().head)
    try:
        return tree.find(town.TOWN, END.date()) == tree.find(_TOWN_CODE, END.date())
    except UnknownOrgUnit:
        return False


def _remove() -> None:
    """Remove the database of an earlier demo. Raises NotOurs on PostgreSQL, where nothing may be dropped."""
    connection = connections["default"]
    if connection.vendor != "sqlite":
        raise NotOurs(
            "DATABASE_URL 指向的数据库里有以前的演示台账，程序不会删除服务器上的数据。请换一个空数据库再运行。"
        )
    connection.close()
    file = Path(settings.DATABASES["default"]["NAME"])
    for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        each.unlink(missing_ok=True)
    open_ledger()


def _carry_out(out: Console) -> None:
    planned = steps()
    cast = driver.set_up()
    out.print(
        f"建立台账：{town.COUNTY}和{town.TOWN}等{1 + len(neighbours.TOWNS)}个镇，{len(cast.unit) - 1}个组织，{len(cast.who)}个账号，"
        f"{len(catalog().registers)}个台账。"
    )
    with driver.reading_ahead(workbooks()) as read, _progress(out) as bar:
        at_work = driver.Driver(cast, workbooks(), read, units_of_measure())
        task = bar.add_task("导入、审核", total=len(planned))
        for month, own in groupby(planned, _month):
            done = list(own)
            for step in done:
                at_work.take(step)
                bar.advance(task)
            out.print(f"{month}：{_said(done)}")


def _progress(out: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=out, transient=True, disable=not out.is_terminal)


def _month(step: AnyStep) -> str:
    return f"{step.at.year}年{step.at.month}月"


def _said(done: Sequence[AnyStep]) -> str:
    """One line about what a month's steps were."""
    return "，".join(f"{title}{count}{unit}" for title, count, unit in _counts(done) if count)


def _counts(done: Sequence[AnyStep]) -> Iterator[tuple[str, int, str]]:
    kinds = Counter(type(step) for step in done)
    rows = sum(len(step.rows) - len(step.known) for step in done if isinstance(step, Import))
    yield "导入工作簿", kinds[Import], f"个（{rows}行）"
    yield "登记", kinds[Record], "条"
    yield "零报告", kinds[Nil], "条"
    yield "审核通过", sum(len(step.keys) for step in done if isinstance(step, Review)), "条"
    yield "退回", sum(len(step.keys) for step in done if isinstance(step, Return)), "条"
    yield "更正", kinds[Correct], "条"
    yield "作废", kinds[Void], "条"
