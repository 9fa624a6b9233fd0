"""The command line as a clerk and a program meet it: a ledger from nothing to a figure, and what it says when it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.ledgers import LedgerDatabase
from tests.photos import photo as picture
from youju.actions import members, registers, setup, units
from youju.actions.setup import Account
from youju.actions.units import NewUnit
from youju.cli.members import ROLES
from youju.office.template import HEADER_ROW
from youju.specs.catalog import load_catalog

SHIPPED = Path(__file__).parents[2] / "catalog"
PEOPLE = (("clerk", "经办人", "创城办经办人"), ("checker", "审核人", "审核员"), ("boss", "镇长", "镇领导"))
REGISTER = (Path(__file__).parents[1] / "catalog" / "registers" / "leaflets.yaml").read_text(encoding="utf-8")


def by_commands(ledger: LedgerDatabase) -> None:
    """A ledger started by commands alone: 示范县, 甲镇, 东村; a clerk who records, a reviewer, a leader."""
    run(
        ledger, "init", "--county", "示范县", "--county-code", "990101000000", "--town", "甲镇",
        "--system", "sys:系统员", "--security", "sec:安全员", "--audit", "aud:审计员",
    )  # fmt: skip
    run(ledger, "unit", "add", "东村", "--kind", "行政村", "--under", "甲镇", "--as", "sys")
    for account, name, role in PEOPLE:
        run(ledger, "member", "add", account, name, "--unit", "甲镇", "--as", "sys")
        run(ledger, "member", "grant", account, role, "甲镇", "--as", "sec")
    run(ledger, "registers", "sync", "town-leaflets", "--as", "sys")
    run(ledger, "account", "use", "clerk")


def by_actions(ledger: LedgerDatabase) -> None:
    """The same, without starting a program for each step."""
    county, town = setup.init(
        [NewUnit("示范县", "county", None, "990101000000", ref="county"), NewUnit("甲镇", "town", "county")],
        {
            "system": Account("sys", "系统员"),
            "security": Account("sec", "安全员"),
            "audit": Account("aud", "审计员"),
        },
    )
    system, security = setup.member_of("sys"), setup.member_of("sec")
    units.add([NewUnit("东村", "village", town)], by=system)
    for account, name, role in PEOPLE:
        member = members.add_member(account, name, town, by=system)
        members.grant(member, ROLES[role], town, by=security)
    loaded = load_catalog(SHIPPED, ledger.data / "catalog")
    registers.sync([loaded.catalog.registers["town-leaflets"]], by=system, unit=county)
    (ledger.data / "account").write_text("clerk", encoding="utf-8")


@pytest.fixture
def ledger(ledger_db: LedgerDatabase) -> LedgerDatabase:
    write_register(ledger_db)
    by_actions(ledger_db)
    return ledger_db


def write_register(ledger: LedgerDatabase) -> None:
    local = ledger.data / "catalog" / "registers"
    local.mkdir(parents=True)
    text = REGISTER.replace("id: leaflets\n", "id: town-leaflets\n").replace(
        "leaflets.handed", "town.leaflets.handed"
    )
    for shipped, ours in (
        ("宣传资料发放台账", "试用发放台账"),
        ("发放宣传资料", "发放试用单"),
        ("派发宣传单", "派发试用单"),
        ("[宣传单发放登记]", "[]"),
    ):
        text = text.replace(shipped, ours)
    (local / "town-leaflets.yaml").write_text(text, encoding="utf-8")


def run(ledger: LedgerDatabase, *arguments: str | Path, status: int = 0) -> str:
    done = ledger.run(*arguments)
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done.stdout if status == 0 else done.stdout + done.stderr


def told(ledger: LedgerDatabase, *arguments: str | Path, status: int = 0) -> Any:
    done = ledger.run(*arguments, "--json")
    assert done.returncode == status, (arguments, done.stdout, done.stderr)
    return json.loads(done.stdout)


RECIPE = "town.leaflets.handed_out @甲镇 2024-03"


def test_from_a_workbook_to_a_figure_and_back_to_its_row(ledger_db: LedgerDatabase, tmp_path: Path) -> None:
    ledger = ledger_db
    write_register(ledger)
    by_commands(ledger)
    path = tmp_path / "东村.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["试用发放台账"], ["日期", "数量"], ["2024.3.5", "一百二十"], ["3月6日", 80]):
        sheet.append(row)
    book.save(path)

    before = told(ledger, "import", path, "--unit", "东村", "--dry-run", status=1)
    assert (before["would_import"], before["refused"], before["batch"]) == (1, 1, None)
    assert before["problems"][0]["where"] == {
        "file": "东村.xlsx",
        "sheet": "Sheet",
        "row": 4,
        "column": "日期",
    }
    sheet["A4"] = "2024年3月6日"
    book.save(path)
    done = told(ledger, "import", path, "--unit", "东村")
    assert (done["register"], done["imported"]) == ("town-leaflets", 2)
    waiting = told(ledger, "review", "queue", "--as", "checker")
    assert [line["id"] for line in waiting] == done["entries"]
    assert told(ledger, "figure", RECIPE)["value"] is None
    run(ledger, "review", "confirm", "--batch", str(done["batch"]), "--as", "checker")

    figure = told(ledger, "figure", RECIPE)
    assert (figure["value"], figure["unit"], figure["n"], figure["missing"]) == ("200", "份", 2, 0)
    told_now = told(ledger, "figure", f"{RECIPE} 按现区划")
    assert re.search(r" 截至=#\d+ 按\d{4}-\d\d-\d\d区划$", told_now["recipe"])
    assert told(ledger, "figure", told_now["recipe"])["value"] == told_now["value"] == "200"
    assert [source["from"] for source in figure["sources"]] == [
        "东村.xlsx Sheet 第3行",
        "东村.xlsx Sheet 第4行",
    ]
    page = told(ledger, "trace", RECIPE, "--limit", "1")
    assert (len(page["sources"]), page["next_offset"]) == (1, 1)
    assert "120份" in run(ledger, "trace", RECIPE)
    assert told(ledger, "verify")["ok"] is True

    run(ledger, "batch", "take-back", str(done["batch"]), "--reason", "选错文件", "--as", "checker")
    assert told(ledger, "figure", RECIPE)["value"] is None
    assert told(ledger, "figure", f"{RECIPE} 截至=#{figure['seq']}")["value"] == "200"


def test_the_way_of_one_entry_by_hand(ledger: LedgerDatabase, tmp_path: Path) -> None:
    entry = told(
        ledger,
        "entry",
        "add",
        "town-leaflets",
        "发放日期=2024-03-05",
        "数量=200",
        "--unit",
        "东村",
        "--key",
        "k1",
    )["entry"]
    again = told(
        ledger,
        "entry",
        "add",
        "town-leaflets",
        "发放日期=2024-03-05",
        "数量=200",
        "--unit",
        "东村",
        "--key",
        "k1",
    )
    assert again["entry"] == entry
    run(ledger, "review", "return", str(entry), "--reason", "缺签收表", "--as", "checker")
    photo = tmp_path / "签收表.jpg"
    photo.write_bytes(picture())
    run(ledger, "entry", "attach", str(entry), photo)
    run(ledger, "entry", "correct", str(entry), "数量=180", "--reason", "按签收表更正")
    run(ledger, "review", "confirm", str(entry), "--as", "checker")
    run(ledger, "entry", "nil", "town-leaflets", "2024-02", "--unit", "东村")
    shown = run(ledger, "entry", "show", str(entry))
    for word in ("补录", "退回补正", "缺签收表", "更正（第2稿）", "通过", "签收表.jpg", "180份"):
        assert word in shown
    assert told(ledger, "figure", RECIPE)["sources"][0]["evidence"] == ["签收表.jpg"]
    assert told(ledger, "entry", "list", "--state", "pending")["total"] == 1
    run(ledger, "close", "甲镇", "2024-03-31", "--as", "boss")
    assert "锁定至2024-03-31" in run(
        ledger, "entry", "void", str(entry), "--reason", "重复", "--as", "checker", status=2
    )


REFUSALS: list[tuple[tuple[str, ...], int, str]] = [
    (("figure", "town.leaflets.handedout @甲镇 2024-03"), 2, "town.leaflets.handed_out"),
    (("figure", "town.leaflets.handed_out @甲真 2024-03"), 2, "甲镇"),
    (("entry", "add", "town-leaflet", "数量=1", "--unit", "东村"), 2, "town-leaflets"),
    (("entry", "add", "town-leaflets", "数量=1", "--unit", "东村"), 1, "“发放日期”必须填写"),
    (("entry", "add", "town-leaflets", "数目=1", "--unit", "东村"), 2, "可填：发放日期"),
    (("entry", "add", "town-leaflets", "数量", "--unit", "东村"), 2, "字段=值"),
    (("entry", "show", "999"), 2, "没有编号为“999”的记录"),
    (("entry", "show", "abc"), 2, "参数有误"),
    (("review", "confirm"), 2, "没有选中"),
    (("import", "没有.xlsx", "--unit", "东村"), 2, "没有找到文件"),
    (("close", "甲镇", "三月底", "--as", "boss"), 2, "不是日期"),
    (("figure", RECIPE, "--as", "nobody"), 2, "没有“nobody”这个账号"),
    (("figure", RECIPE, "--as", "sys"), 2, "权限"),
    (
        (
            "report",
            "render",
            "nothing",
            "--unit",
            "甲镇",
            "--from",
            "2024-01-01",
            "--to",
            "2024-04-26",
            "--out",
            "x",
        ),
        2,
        "没有“nothing”这个报告",
    ),
    (("nosuch",), 2, "没有“nosuch”这个命令"),
    (
        (
            "init",
            "--county",
            "乙县",
            "--town",
            "丙镇",
            "--system",
            "a1:甲",
            "--security",
            "a2:乙",
            "--audit",
            "a3:丙",
        ),
        2,
        "已有台账",
    ),
]


def test_a_refusal_says_in_chinese_what_to_do(ledger: LedgerDatabase) -> None:
    for arguments, status, says in REFUSALS:
        assert says in run(ledger, *arguments, status=status), arguments


def test_without_a_ledger_it_says_how_to_start_one(ledger_db: LedgerDatabase) -> None:
    assert "youju init" in run(ledger_db, "figure", RECIPE, "--as", "clerk", status=2)


def test_the_list_of_commands_names_each(ledger_db: LedgerDatabase) -> None:
    listing = run(ledger_db)
    for command in (
        "init",
        "unit",
        "registers",
        "entry",
        "review",
        "import",
        "figure",
        "trace",
        "report",
        "verify",
        "audit",
        "extract",
    ):
        assert f"  {command}" in listing
    assert "非涉密" in listing


def test_a_template_comes_back_as_an_import(ledger: LedgerDatabase, tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    run(ledger, "registers", "template", "town-leaflets", "--out", path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for column in range(1, sheet.max_column + 1):
        title = str(sheet.cell(HEADER_ROW, column).value or "")
        below = sheet.cell(HEADER_ROW + 1, column)
        if "发放日期" in title:
            below.value = "2024-03-05"
        elif "发放数量" in title:
            below.value = 12
    book.save(path)
    assert told(ledger, "import", path, "--unit", "东村")["imported"] == 1


def test_catalog_files_with_mistakes_are_told_with_line_and_advice(ledger: LedgerDatabase) -> None:
    (ledger.data / "catalog" / "registers" / "town-leaflets.yaml").write_text(
        "id: x\nkind: lag\n", encoding="utf-8"
    )
    said = run(ledger, "registers", "check", status=1)
    assert "town-leaflets.yaml:1" in said
    assert "town-leaflets.yaml:2" in said
    assert "log" in said
