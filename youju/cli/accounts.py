"""`youju account`: which account this machine uses when a command does not say."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from youju.actions.setup import member_of
from youju.cli.context import ACCOUNT_FILE, default_account
from youju.cli.parsing import Subparsers


def register(commands: Subparsers) -> None:
    """The arguments of `account`."""
    parser = commands.add_parser("account", help="设定本机默认账号")
    verbs = parser.add_subparsers(required=True, metavar="use|show")
    use = verbs.add_parser("use", help="以后默认用这个账号")
    use.add_argument("name", metavar="账号")
    use.set_defaults(run=run_use)
    verbs.add_parser("show", help="现在默认用哪个账号").set_defaults(run=run_show)


def run_use(args: argparse.Namespace) -> int:
    """Remember an account that exists."""
    member = member_of(args.name)
    (Path(settings.DATA_DIR) / ACCOUNT_FILE).write_text(member.account + "\n", encoding="utf-8")
    print(f"本机默认账号：{member.account}（{member.name}）。")
    return 0


def run_show(_: argparse.Namespace) -> int:
    """Print the account, or say that there is none."""
    print(default_account() or "未设定默认账号。")
    return 0
