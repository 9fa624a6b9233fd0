"""`./run demo` as a whole: the town's year through the real actions, its table, and a ledger that commands work on.

Invariant 10: it runs on both engines, and both must give the one table of demo/expected.py.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.db import connection

from demo import driver, expected, making, town
from demo.expected import GOALS
from demo.history import history
from tests.ledgers import ROOT, LedgerDatabase
from youju.actions import setup
from youju.actions.setup import Account
from youju.actions.units import NewUnit
from youju.office.facts import read_bookmarks
from youju.office.text.read import read_text

PERIOD = f"@{town.TOWN} {expected.PERIOD}"


def demo(ledger: LedgerDatabase, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "demo", "--no-serve", *options],
        env=ledger.env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def told(ledger: LedgerDatabase, *arguments: str) -> Any:
    done = ledger.run(*arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_from_workbooks_to_the_table_and_again(ledger_db: LedgerDatabase) -> None:
    if ledger_db.engine == "sqlite":
        half_made()
    made = demo(ledger_db)

    assert made.returncode == 0, made.stdout + made.stderr
    assert ("上次没有做完，从头再做" in made.stdout) == (ledger_db.engine == "sqlite")
    assert f"{len(GOALS)}个数字全部相符。" in made.stdout
    the_report_rests_on_what_was_reviewed(ledger_db.data / "demo" / "report")
    assert "重算全部相符，材料体检0处问题。" in made.stdout
    the_signed_report_is_delivered(ledger_db, ledger_db.data / "demo" / "report" / "final")
    commands_work_on_the_ledger(ledger_db)

    again = demo(ledger_db)
    assert again.returncode == 0, again.stderr
    assert "演示台账已在，未重做" in again.stdout

    added = ledger_db.run(
        "entry", "add", "publicity-leaflets", "--unit", "椿垌村", "发放日期=2024-02-20", "发放数量=30", "--as", town.CLERK
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    kept = demo(ledger_db)
    assert kept.returncode == 0, kept.stdout + kept.stderr
    assert "其后另有1笔变动，未动" in kept.stdout
    assert told(ledger_db, "figure", f"publicity.leaflets.handed_out {PERIOD}")["pending"] == 5


def half_made() -> None:
    """As a demo leaves things that was killed in its first minute."""
    making.write_mark(making.Mark(making.plan_digest()))
    driver.set_up()
    connection.close()


def the_report_rests_on_what_was_reviewed(folder: Path) -> None:
    facts = json.loads((folder / "work-summary.facts.json").read_text(encoding="utf-8"))["figures"]
    said = {fact["name"]: fact for fact in facts}

    assert (folder / "work-summary.docx").stat().st_size > 10_000
    assert {name: fact["wording"] for name, fact in said.items()} == {
        goal.name: goal.wording for goal in GOALS
    }
    assert [fact["name"] for fact in facts if "全部" in fact["wording"] and fact["pending"]] == []
    assert all(fact["sources"] for fact in facts)
    no_number_stands_outside_its_figure(folder / "work-summary.docx")


def no_number_stands_outside_its_figure(docx: Path) -> None:
    """Invariant 1: what is left of the report's own text without its figures, days and honours has no digit."""
    body = read_text(docx).text.partition("附件：数据出处表")[0]
    for wording in sorted(read_bookmarks(docx).values(), key=len, reverse=True):
        assert wording in body
        body = body.replace(wording, "", 1)
    body = re.sub(r"\d{4}年\d{1,2}月\d{1,2}日|至\d{1,2}月\d{1,2}日|“[^”]*”", "", body)
    assert re.findall(r".{0,8}\d.{0,8}", body) == []


def the_signed_report_is_delivered(ledger: LedgerDatabase, folder: Path) -> None:
    """In every form; the .docx agrees with its facts, and the ledger still says the same."""
    endings = sorted(path.name.partition(".")[2] for path in folder.iterdir())
    assert endings == ["docx", "facts.csv", "facts.json", "html", "pdf", "txt", "核对稿.docx"]
    (docx,) = folder.glob("*总结.docx")
    (facts,) = folder.glob("*.facts.json")
    assert told(ledger, "report", "compare", str(docx), str(facts)) == {"ok": True, "problems": []}
    assert told(ledger, "report", "verify", "--as", town.LEADER)["finals"] == 1
    (plain,) = folder.glob("*.txt")
    checked = ledger.run("audit", str(plain), "--json")
    assert checked.returncode == 0, checked.stdout
    assert told(ledger, "report", "diff", "1", "--as", town.CLERK)["changes"] == []


def commands_work_on_the_ledger(ledger: LedgerDatabase) -> None:
    whole = told(ledger, "figure", f"发放宣传资料 {PERIOD}")
    part = told(ledger, "figure", f"发放宣传资料 {PERIOD} [专项=村庄清洁行动]")
    silent = told(ledger, "figure", "发放宣传资料 @椿垌村 2024-02")
    assert (whole["value"], part["value"]) == ("20350", "10000")
    assert (silent["value"], silent["missing"]) == (None, 1)

    lines: list[Any] = []
    offset: int | None = 0
    while offset is not None:
        page = told(
            ledger,
            "trace",
            f"发放宣传资料 {PERIOD} [专项=村庄清洁行动]",
            "--offset",
            str(offset),
            "--limit",
            "30",
        )
        lines += page["sources"]
        offset = page["next_offset"]
    assert len({line["entry"] for line in lines}) == len(lines) == part["n"]
    assert sum(int(line["amount"].removesuffix("份")) for line in lines) == 10_000

    entries = told(ledger, "entry", "list", "--limit", "9999")["entries"]
    assert {entry["state"] for entry in entries} == {"已审核", "待审核", "退回补正", "作废"}
    assert len(entries) == len(history().events)
    assert told(ledger, "verify")["ok"]


def test_it_never_touches_another_ledger(ledger_db: LedgerDatabase) -> None:
    people = {role: Account(role, "某某") for role in setup.ADMINISTRATOR_ROLES}
    setup.init([NewUnit("甲县", "county", None, ref="县"), NewUnit("乙镇", "town", "县")], people)
    before = ledger_db.run("verify", "--json").stdout

    for options in ((), ("--anew",)):
        refused = demo(ledger_db, *options)
        assert refused.returncode == 2
        assert "的台账不是演示镇的，未作任何改动" in refused.stderr
    assert ledger_db.run("verify", "--json").stdout == before
