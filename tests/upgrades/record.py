"""Write down a ledger as the present program writes it: `python -m tests.upgrades.record`, once for every new migration.

The file holds the rows of every table, the evidence and the key, and what the program then said: figures, and which
reports were final. It is read by tests/hardness/upgrades.py for as long as somebody may have such a ledger. The
script names only what the first release had and tries the rest, so that it runs with the program of any version
(`PYTHONPATH=THAT_VERSION python -P record.py`, which is how the cases of the first releases were made).
"""

from __future__ import annotations

import base64
import importlib
import json
import lzma
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

HERE = Path(__file__).resolve().parent
START = datetime(2024, 5, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
LONG_AGO = date(2000, 1, 1)
TAKERS = ("钱七", "孙八")  # whom workbooks name
FIGURES = tuple(
    f"{measure} @{place} {asked}"
    for measure in ("leaflets.handed_out", "slogans.added", "villages.informed")
    for place in ("示范县", "甲镇", "东村")
    for asked in ("2024-03", "2024Q1", "2024-01-01..2024-04-20", "2024")
) + tuple(f"{measure} 按现区划" for measure in (
    "leaflets.handed_out @甲镇 2024Q1", "leaflets.handed_out @甲镇 2024-01-01..2024-04-20",
    "slogans.standing @甲镇 2024-04-09", "villages.informed @甲镇 2024Q1",
))  # fmt: skip
REPORT = """---
id: small
title: "{unit}{period}小结"
signature: unit
figures:
  handed: {recipe: leaflets.handed_out, wording: many}
  placed: leaflets.handed_out 按现区划
---
{{ period }}，{{ unit }}发放宣传资料{{ handed }}，按现区划{{ placed }}。

一、发放情况

均有签收。
"""


def module(name: str) -> Any:
    """A module of the program under test."""
    return importlib.import_module(f"youju.{name}")


def optional(step: Callable[[], object]) -> None:
    """A step that this version may not know yet."""
    try:
        step()
    except (ImportError, AttributeError) as missing:
        print(f"  without {step.__name__}: {missing}")


def live(data: Path) -> None:
    """A small town's spring."""
    clock, entries, reviews = module("actions.clock"), module("actions.entries"), module("actions.reviews")
    units_of_measure = units_table(module)
    with clock.at(START):
        unit, who = town(units_of_measure)

        def record(register: str, place: str, **raw: str) -> int:
            made = entries.record(register, unit[place], raw, by=who["recorder"], units=units_of_measure)
            return int(made.entry)

        def confirm(*keys: int) -> None:
            reviews.confirm(list(keys), by=who["reviewer"])

        def correct(key: int, **raw: str) -> None:
            entries.correct(key, raw, by=who["recorder"], units=units_of_measure, reason="按签收表核减")

        first = record("leaflets", "东村", day="2024-03-05", count="200", campaign="移风易俗", taker="张三")
        second = record("leaflets", "南村", day="2024-03-06", count="70", again_on="2024-04-02", again="5")
        third = record(
            "slogans", "南村", code="甲-1", installed_on="2024-03-10", removed_on="2024-04-20", count="3"
        )
        gone = record("books", "西村", counted_on="2024-02-01", books="100", kind="图书")
        stage = record("facilities", "东村", built_on="2024-01-05", kind="文艺舞台")
        confirm(first, second, third, gone, stage)
        entries.record_nil(
            "leaflets", unit["西村"], module("core.period").parse_period("2024-03"), by=who["recorder"]
        )
        correct(first, count="180")
        confirm(first)
        entries.void(gone, by=who["reviewer"], reason="重复登记")
        back = record("leaflets", "南村", day="2024-04-05", count="7", taker="李四")
        reviews.send_back([back], by=who["reviewer"], reason="数量与签收表不符")
        photo = data / "签收单.txt"
        photo.write_text("签收单", encoding="utf-8")
        module("actions.evidence").attach(first, photo, by=who["recorder"], effective_on=date(2024, 3, 5))
        photo.unlink()
        imported(unit["东村"], who["recorder"], units_of_measure)
        with_names(unit["东村"], date(2024, 4, 8), TAKERS[0], who["recorder"], units_of_measure)
        module("actions.periods").close(unit["甲镇"], date(2024, 1, 31), by=who["leader"], reason="核定")
        orgs = module("actions.units")
        orgs.rename(unit["西村"], "西新村", since=date(2024, 4, 1), by=who["sys"])
        orgs.tag(unit["东村"], "公路沿线", since=date(2024, 1, 1), by=who["sys"])
        orgs.move(unit["南村"], unit["乙镇"], since=date(2024, 4, 10), by=who["sys"])
        module("actions.members").revoke(who["east"], "recorder", unit["东村"], by=who["sec"])
        for step in later_steps(unit, who, first, back):
            optional(step)
    with clock.at(START + timedelta(days=400)):
        module("actions.erasing").erase_due(
            unit["示范县"], by=who["sec"], reason="期满", basis="保存期限届满"
        )
        record("leaflets", "东村", day="2025-05-06", count="21", taker="赵六")
        with_names(unit["东村"], date(2025, 5, 8), TAKERS[1], who["recorder"], units_of_measure)


def units_table(module_of: Callable[[str], Any]) -> Any:
    """The shipped units of count and measure, of this version."""
    root = Path(module_of("specs.lexicon").__file__).parents[2]
    return module_of("specs.lexicon").load_units([root / "catalog" / "units.yaml"])


def town(units_of_measure: Any) -> tuple[dict[str, int], dict[str, Any]]:
    """The cast, its units and registers."""
    setup, orgs, members = module("actions.setup"), module("actions.units"), module("actions.members")
    new = orgs.NewUnit
    county, first, second = setup.init(
        [
            new("示范县", "county", None, "990101000000", since=LONG_AGO, ref="county"),
            new("甲镇", "town", "county", "990101101000", since=LONG_AGO),
            new("乙镇", "town", "county", "990101102000", since=LONG_AGO),
        ],
        {
            role: setup.Account(role[:3], name)
            for role, name in (("system", "系统员"), ("security", "安全员"), ("audit", "审计员"))
        },
    )
    who = {"sys": setup.member_of("sys"), "sec": setup.member_of("sec"), "aud": setup.member_of("aud")}
    unit = {"示范县": county, "甲镇": first, "乙镇": second}
    villages = (("东村", first), ("南村", first), ("西村", first), ("北村", second))
    made = orgs.add(
        [new(name, "village", parent, since=LONG_AGO) for name, parent in villages], by=who["sys"]
    )
    unit |= {name: key for (name, _), key in zip(villages, made, strict=True)}
    people = {
        "recorder": ("登记人", county, "recorder"),
        "reviewer": ("审核人", county, "reviewer"),
        "clerk": ("经办人", county, "clerk"),
        "leader": ("领导", county, "leader"),
        "east": ("东村干部", unit["东村"], "recorder"),
    }
    for account, (name, at, role) in people.items():
        who[account] = members.add_member(account, name, at, by=who["sys"])
        members.grant(who[account], role, at, by=who["sec"], since=LONG_AGO)
    loaded = module("specs.catalog").load_catalog(HERE / "catalog", None, units_of_measure)
    module("actions.registers").sync(loaded.catalog.registers.values(), by=who["sys"], unit=county)
    return unit, who


def imported(unit: int, by: Any, units_of_measure: Any) -> None:
    """A batch of two rows."""
    batches = module("actions.batches")
    sheet = module("core.sheet").Sheet(
        "一季度",
        (("发放日期", "数量", "地点"), (date(2024, 4, 3), "11", "街口"), (date(2024, 4, 4), "12", "学校")),
    )
    book = module("office.workbook").Workbook("宣传资料发放台账.xlsx", (sheet,))
    batches.import_read(book, b"rows", batches.Request(unit, "leaflets"), by=by, units=units_of_measure)


def with_names(unit: int, day: date, name: str, by: Any, units_of_measure: Any) -> None:
    """A batch of one row with a name; versions before 0013 keep its workbook as it came."""
    batches = module("actions.batches")
    rows = (("发放日期", "数量", "领取人"), (day, "13", name))
    book = module("office.workbook").Workbook(f"签收{day}.csv", (module("core.sheet").Sheet("签收", rows),))
    content = "\n".join(",".join(map(str, row)) for row in rows).encode()
    batches.import_read(book, content, batches.Request(unit, "leaflets"), by=by, units=units_of_measure)


def later_steps(
    unit: dict[str, int], who: dict[str, Any], entry: int, other: int
) -> list[Callable[[], object]]:
    """What came after the first release, each by the migration that brought its table."""

    def complaint() -> object:
        return module("store.models").Complaint.unscoped.create(
            at=START, by=who["clerk"], unit_id=unit["甲镇"], page="/", text="字太小", contact="办公室"
        )

    def login() -> object:
        return module("actions.logins").open_login(who["clerk"], by=who["sec"])

    def draft() -> object:
        kept = {
            "register": "leaflets",
            "unit_id": unit["东村"],
            "author": who["recorder"],
            "values": {"count": "3"},
        }
        return module("store.models").Draft.unscoped.create(saved_at=START, **kept)

    def heading() -> object:
        return module("store.models").LearnedHeading.unscoped.create(
            unit_id=unit["东村"],
            register="leaflets",
            heading="份",
            field="count",
            by=who["recorder"],
            at=START,
        )

    def report() -> object:
        drafts, finals = module("actions.drafts"), module("actions.finals")
        catalog = module("store.queries.specs").catalog_at(module("store.queries.ledger").head().head)
        spec, problems = module("specs.reports").report_from_text(REPORT, catalog)
        assert not problems, problems
        begun = drafts.begin(
            spec, unit["甲镇"], module("core.period").parse_period("2024Q1"), by=who["clerk"]
        )
        drafts.comment(begun, "请核对", by=who["leader"])
        return finals.sign(begun, version=1, by=who["leader"])

    def audit_draft() -> object:
        models = module("store.models")
        row = models.AuditDraft.unscoped.create(
            owner=who["clerk"],
            name="总结.txt",
            kind="txt",
            text="发放宣传资料250份。",
            as_of=date(2024, 5, 1),
            at=START,
        )
        models.AcceptedFinding.unscoped.create(draft=row, key="k", reason="已核", at=START)
        return models.LearnedWords.unscoped.create(
            unit_id=unit["甲镇"],
            words="发放宣传资料",
            shown="发放宣传资料250份",
            unit_symbol="份",
            measure="leaflets.handed_out",
            by=who["clerk"],
            at=START,
        )

    def view() -> object:
        return module("store.models").SavedView.unscoped.create(
            member=who["clerk"], register="leaflets", title="我的", query="state=pending"
        )

    def token() -> object:
        return module("actions.tokens").issue(
            "clerk", unit["示范县"], "上报程序", date(2024, 6, 1), by=who["clerk"]
        )

    def session() -> object:
        kept = module("store.sessions").SessionStore()
        kept["touched"] = 1
        return kept.create()

    return [session, complaint, login, draft, heading, report, audit_draft, view, token]


def main() -> int:
    """Live, and write the case down under the name of the newest migration."""
    with tempfile.TemporaryDirectory(prefix="youju-case-") as folder:
        data = Path(folder)
        os.environ |= {"YOUJU_DATA": folder, "YOUJU_LOCAL": str(data / "catalog"), "DATABASE_URL": ""}
        os.environ["DJANGO_SETTINGS_MODULE"] = "youju.config.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        live(data)
        name = newest()
        content = json.dumps(case(data), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        target = HERE / f"{name}.json.xz"
        target.write_bytes(lzma.compress(content, preset=9))
        print(f"{target.name}: {len(content)} → {target.stat().st_size} bytes")
    return 0


def newest() -> str:
    """The last migration of the ledger's tables."""
    folder = Path(module("store.migrations").__path__[0])
    return max(path.stem for path in folder.glob("0*.py"))


def case(data: Path) -> dict[str, Any]:
    """Everything, as plain values: bytes as {"b64": …}."""
    from django.db import connection

    tables = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names()):
            columns = [
                column.name for column in connection.introspection.get_table_description(cursor, table)
            ]
            read = ", ".join(f'typeof("{name}"), CAST("{name}" AS BLOB)' for name in columns)
            cursor.execute(f'SELECT {read} FROM "{table}"')
            rows = [
                [_plain(row[at], row[at + 1]) for at in range(0, len(row), 2)] for row in cursor.fetchall()
            ]
            if rows and not table.startswith(("django_", "auth_")):
                tables[table] = {"columns": columns, "rows": rows}
    files = {
        str(path.relative_to(data)): base64.b64encode(path.read_bytes()).decode()
        for path in sorted((data / "evidence").rglob("*"))
        if path.is_file()
    }
    key = base64.b64encode((data / "personal.key").read_bytes()).decode()
    figures, scope = module("store.queries.figures"), module("store.queries.scope")
    recipes = [module("core.figure").parse_recipe(text) for text in FIGURES]
    clerk = scope.viewer_of(module("actions.setup").member_of("clerk"))
    answers = figures.evaluate(recipes, clerk, date(2025, 6, 5))
    said = {text: [figure.text, figure.n] for text, figure in zip(FIGURES, answers, strict=True)}
    return {"tables": tables, "files": files, "key": key, "figures": said}


def _plain(kind: str, raw: Any) -> Any:
    if kind == "null":
        return None
    if kind == "integer":
        return int(bytes(raw))
    return bytes(raw).decode() if kind == "text" else {"b64": base64.b64encode(bytes(raw)).decode()}


if __name__ == "__main__":
    sys.exit(main())
