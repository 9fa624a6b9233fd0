"""`youju verify`: compute everything again and say what does not match."""

from __future__ import annotations

import argparse

from django.db import connection

from youju.actions import verifying
from youju.cli.context import print_json, print_problems, print_table
from youju.cli.parsing import Subparsers
from youju.store import triggers


def register(commands: Subparsers) -> None:
    """The arguments of `verify`."""
    parser = commands.add_parser("verify", help="核验台账")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--repair-triggers", action="store_true", help="重新装上防改触发器后再核验")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Verify; exit status 1 when anything does not match."""
    if args.repair_triggers:
        triggers.install(connection)
    parts = verifying.verify()
    findings = [finding for part in parts for finding in part.findings]
    if args.json:
        print_json({"ok": not findings, "parts": parts})
        return 1 if findings else 0
    print_table(("核验", "数量", "问题"), [(part.title, part.checked, len(part.findings)) for part in parts])
    print_problems(findings)
    print("全部相符。" if not findings else f"有{len(findings)}处不符，请保留现场并联系审计管理员。")
    return 1 if findings else 0
