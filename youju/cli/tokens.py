"""`youju token`: secrets for programs that read or write through the interface."""

from __future__ import annotations

import argparse

from youju.actions import tokens
from youju.cli.context import acting, day_of, print_json, print_table
from youju.cli.members import ROLES
from youju.cli.parsing import Subparsers, common
from youju.store.queries.tokens import listed


def register(commands: Subparsers) -> None:
    """The arguments of `token`."""
    parser = commands.add_parser("token", help="接口令牌")
    verbs = parser.add_subparsers(required=True, metavar="issue|list|revoke")
    issue = common(verbs.add_parser("issue", help="为自己的一项授权签发令牌"))
    issue.add_argument("role", choices=sorted(ROLES), metavar="角色")
    issue.add_argument("unit", metavar="组织")
    issue.add_argument("until", metavar="日期", help="从这一天起失效")
    issue.add_argument("--title", required=True, metavar="用途")
    issue.set_defaults(run=run_issue)
    common(verbs.add_parser("list", help="自己的令牌")).set_defaults(run=run_list)
    revoke = common(verbs.add_parser("revoke", help="收回令牌"))
    revoke.add_argument("token", metavar="编号")
    revoke.set_defaults(run=run_revoke)


def run_issue(args: argparse.Namespace) -> int:
    """Issue, and show the secret this once."""
    who = acting(args)
    done = tokens.issue(ROLES[args.role], who.unit(args.unit), args.title, day_of(args.until), by=who.member)
    if args.json:
        print_json(done)
    else:
        print(f"令牌{done.uid}，{done.expires_on}起失效。密钥只显示这一次，请妥善保管：\n{done.secret}")
    return 0


def run_list(args: argparse.Namespace) -> int:
    """The acting member's tokens."""
    who = acting(args)
    lines = listed(who.member, who.tree, who.today)
    if args.json:
        print_json(lines)
        return 0
    print_table(
        ("编号", "用途", "角色", "组织", "失效日期", "状态"),
        [
            (
                each.uid,
                each.title,
                each.role,
                each.unit,
                each.expires_on,
                "有效" if each.in_force else "已失效",
            )
            for each in lines
        ],
    )
    return 0


def run_revoke(args: argparse.Namespace) -> int:
    """End a token."""
    seq = tokens.revoke(args.token, by=acting(args).member)
    if args.json:
        print_json({"seq": seq})
    else:
        print(f"令牌{args.token}已收回（#{seq}）。")
    return 0
