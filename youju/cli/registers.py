"""`youju registers`: check the catalog's files, show a register, take them into the ledger, write import templates."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from youju.actions import registers
from youju.cli.context import (
    acting,
    print_json,
    print_problems,
    print_table,
)
from youju.cli.parsing import Subparsers, common
from youju.core.problem import Refused
from youju.core.register import Register
from youju.specs.catalog import Loaded, load_catalog
from youju.specs.describe import KINDS, describe
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at


def register(commands: Subparsers) -> None:
    """The arguments of `registers`."""
    parser = commands.add_parser("registers", help="台账定义")
    verbs = parser.add_subparsers(required=True, metavar="check|show|sync|template")
    check = verbs.add_parser("check", help="检查目录文件，一次列出全部问题")
    check.add_argument("--json", action="store_true", help="输出 JSON")
    check.set_defaults(run=run_check)
    show = verbs.add_parser("show", help="查看台账：填什么，算什么")
    show.add_argument("register", nargs="?", default="", metavar="台账")
    show.add_argument("--json", action="store_true", help="输出 JSON")
    show.set_defaults(run=run_show)
    sync = common(verbs.add_parser("sync", help="把目录文件的现行版本记入台账"))
    sync.add_argument("register", nargs="*", metavar="台账", help="只启用这些；默认起步的和已启用的")
    sync.add_argument("--all", action="store_true", help="目录里的全部")
    sync.set_defaults(run=run_sync)
    template = verbs.add_parser("template", help="写出导入模板（.xlsx）")
    template.add_argument("register", metavar="台账")
    template.add_argument("--out", default="", metavar="文件", help="默认为台账名.xlsx")
    template.set_defaults(run=run_template)


def run_check(args: argparse.Namespace) -> int:
    """Check the shipped and the local files; exit status 1 when something is wrong."""
    loaded = loaded_catalog()
    if args.json:
        print_json({"registers": sorted(loaded.catalog.registers), "problems": loaded.problems})
    else:
        print_problems(loaded.problems)
        counts = f"{len(loaded.catalog.registers)}个台账、{len(loaded.catalog.measures)}个数据项、{len(loaded.reports)}个报告"
        print(f"有{len(loaded.problems)}处问题。" if loaded.problems else f"检查通过：{counts}。")
    return 1 if loaded.problems else 0


def run_show(args: argparse.Namespace) -> int:
    """List the registers, or describe one."""
    catalog = loaded_catalog().catalog
    if args.register:
        found = catalog.register(args.register)
        if args.json:
            print_json(_as_json(found))
        else:
            print(describe(found))
        return 0
    if args.json:
        print_json([_as_json(each) for each in catalog.registers.values()])
        return 0
    rows = [
        (
            each.id,
            each.title,
            KINDS[each.kind],
            len(each.asked),
            len(each.measures),
            "起步" if each.starter else "",
        )
        for each in catalog.registers.values()
    ]
    print_table(("编号", "台账", "种类", "填写项", "数据项", ""), rows)
    return 0


def run_sync(args: argparse.Namespace) -> int:
    """Record what changed in the files."""
    who = acting(args)
    loaded = loaded_catalog()
    if loaded.problems:
        raise Refused(loaded.problems)
    every = loaded.catalog.registers
    in_force = catalog_at(head().head).registers
    chosen = [loaded.catalog.register(name) for name in args.register] or [
        each for each in every.values() if args.all or each.starter or each.id in in_force
    ]
    top = min((grant.unit for grant in who.viewer.grants_for("registers", who.today)), default=0)
    done = registers.sync(chosen, by=who.member, unit=top or who.member.unit_id)
    if args.json:
        print_json(done)
    elif done.seq is None:
        print(f"没有变化：{len(done.same)}个台账都是现行版本。")
    else:
        print(
            f"已启用{len(done.added)}个，更新{len(done.changed)}个，未变{len(done.same)}个（#{done.seq}）。"
        )
    return 0


def run_template(args: argparse.Namespace) -> int:
    """Write an import template for people to fill in."""
    found = loaded_catalog().catalog.register(args.register)
    path = Path(args.out or f"{found.title}.xlsx")
    from youju.office.template import write_template

    write_template(found, path)
    print(f"已写出导入模板：{path}")
    return 0


def loaded_catalog() -> Loaded:
    """The shipped catalog with the town's own beside it."""
    return load_catalog(Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG))


def _as_json(found: Register) -> dict[str, object]:
    return {
        "id": found.id,
        "title": found.title,
        "kind": found.kind,
        "kept_by": found.kept_by,
        "source": found.source,
        "fields": [
            {"id": each.id, "title": each.title, "kind": each.kind, "required": each.required}
            for each in found.asked
        ],
        "measures": [
            {
                "id": each.id,
                "title": each.title,
                "unit": each.unit.symbol,
                "behaviour": each.behaviour,
                "definition": each.definition,
                "aliases": each.aliases,
            }
            for each in found.measures
        ],
    }
