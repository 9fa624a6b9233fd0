"""`youju restore`: a backup back into an empty place. Sets Django up itself: opening a ledger would make one there."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from youju.cli.parsing import Subparsers


def register(commands: Subparsers) -> None:
    """The arguments of `restore`."""
    back = commands.add_parser("restore", help="从备份恢复到空的数据目录，并核验")
    back.add_argument("file", type=Path, metavar="文件.tar.gz")
    back.add_argument("--json", action="store_true", help="输出 JSON")
    back.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Restore, bring the tables to this version, verify; exit status 1 when anything does not match."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youju.config.settings")
    import django

    django.setup()
    from youju.actions import backups, verifying
    from youju.cli.context import print_json, print_problems
    from youju.cli.setting_up import open_ledger

    done = backups.restore(args.file.resolve())
    open_ledger()
    findings = [finding for part in verifying.verify() for finding in part.findings]
    if args.json:
        print_json({"head": done.head, "hash": done.hash, "ok": not findings})
    else:
        print_problems(findings)
        verdict = "核验全部相符。" if not findings else f"核验有{len(findings)}处不符。"
        print(f"已恢复到台账#{done.head}，{verdict}")
    return 1 if findings else 0
