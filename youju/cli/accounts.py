"""`youju account`: letting people log in; and which account this machine uses when a command does not say."""

from __future__ import annotations

import argparse
from pathlib import Path

from django.conf import settings

from youju.actions import logins
from youju.actions.setup import Actor, member_of
from youju.cli.context import ACCOUNT_FILE, acting, default_account, print_json, print_table
from youju.cli.parsing import Subparsers, common


def register(commands: Subparsers) -> None:
    """The arguments of `account`."""
    parser = commands.add_parser("account", help="账号：开通登录、重置密码，设定本机默认账号")
    verbs = parser.add_subparsers(required=True, metavar="open|reset-code|use|show")
    opened = common(verbs.add_parser("open", help="开通登录或重置密码；初始密码只显示这一次"))
    opened.add_argument("accounts", nargs="*", metavar="账号", help="不写则开通所有已授权而未开通的账号")
    opened.set_defaults(run=run_open)
    factor = common(verbs.add_parser("reset-code", help="清除动态码（手机丢失时），下次登录重新设置"))
    factor.add_argument("member", metavar="账号")
    factor.set_defaults(run=run_factor)
    use = verbs.add_parser("use", help="以后默认用这个账号")
    use.add_argument("name", metavar="账号")
    use.set_defaults(run=run_use)
    verbs.add_parser("show", help="现在默认用哪个账号").set_defaults(run=run_show)


def run_open(args: argparse.Namespace) -> int:
    """Make log-ins and print their first passwords once."""
    who = acting(args)
    found = [member_of(each) for each in args.accounts] or logins.without_login()
    passwords = open_logins(found, by=who.member)
    if args.json:
        print_json(
            [{"account": each.account, "name": each.name, "password": word} for each, word in passwords]
        )
    elif not passwords:
        print("没有待开通的账号。")
    else:
        print_table(
            ("账号", "姓名", "初始密码"), [(each.account, each.name, word) for each, word in passwords]
        )
        print("初始密码只显示这一次，登录后须改成自己的密码。请当面或电话告知本人。")
    return 0


def open_logins(members: list[Actor], *, by: Actor) -> list[tuple[Actor, str]]:
    """A first password for each member."""
    return [(member, logins.open_login(member, by=by)) for member in members]


def run_factor(args: argparse.Namespace) -> int:
    """Forget a member's one-time code generator."""
    logins.drop_second_factor(member_of(args.member), by=acting(args).member)
    print(f"已清除{args.member}的动态码，其登录已全部退出。")
    return 0


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
