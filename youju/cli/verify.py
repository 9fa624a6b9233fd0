"""`youju verify`: compute everything again and say what does not match."""

from __future__ import annotations

import argparse

from django.db import connection

from youju.actions import verifying, witness
from youju.cli.context import print_json, print_problems, print_table
from youju.cli.parsing import Subparsers
from youju.store import outside, triggers


def register(commands: Subparsers) -> None:
    """The arguments of `verify`."""
    parser = commands.add_parser("verify", help="核验台账")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument(
        "--head",
        action="append",
        default=[],
        metavar="“#序号 链值”",
        help="与抄存或印出的链头对照，可写多次；链值至少写前12位",
    )
    parser.add_argument("--outside", action="store_true", help="列出不在核验范围内的表和列及理由，不核验")
    parser.add_argument("--repair-triggers", action="store_true", help="重新装上防改触发器后再核验")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify; exit status 1 when anything does not match."""
    if args.outside:
        return _print_outside(args)
    heads = [witness.parse_head(each) for each in args.head]
    if args.repair_triggers:
        triggers.install(connection)
    parts = verifying.verify(heads)
    findings = [finding for part in parts for finding in part.findings]
    present = witness.present()
    if args.json:
        print_json({"ok": not findings, "head": present, "parts": parts})
        return 1 if findings else 0
    print_table(("核验", "数量", "问题"), [(part.title, part.checked, len(part.findings)) for part in parts])
    print_problems(findings)
    for part in parts:
        for note in part.notes:
            print(f"{part.title}：{note}")
    print("全部相符。" if not findings else f"有{len(findings)}处不符，请保留现场并联系审计管理员。")
    print(f"链头 {present}")
    if not heads:
        print("台账若被整体换成较早的副本，只有对照另存的链头才能发现：youju verify --head “#序号 链值”。")
    return 1 if findings else 0


def _print_outside(args: argparse.Namespace) -> int:
    rows = [(table, "", reason) for table, reason in outside.TABLES.items()]
    rows += [
        (table, column, reason)
        for table, columns in outside.COLUMNS.items()
        for column, reason in columns.items()
    ]
    if args.json:
        print_json({"outside": rows, "partly": outside.PARTLY})
        return 0
    print_table(("表", "列", "不核验的理由"), rows, "不在核验范围内")
    print_table(("内容", "从何时起核验"), outside.PARTLY)
    return 0
