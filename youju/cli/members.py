"""`youju member`: accounts and grants."""

from __future__ import annotations

import argparse

from youju.actions import members
from youju.actions.setup import member_of
from youju.cli.context import acting, day_of, print_json, print_table
from youju.cli.parsing import Subparsers, common
from youju.core.grant import TITLES, Role
from youju.core.orgtree import FAR
from youju.store.queries.members import people

ROLES: dict[str, Role] = {
    **{title: role for role, title in TITLES.items()},
    **{role: role for role in TITLES},
}


def register(commands: Subparsers) -> None:
    """The arguments of `member`."""
    parser = commands.add_parser("member", help="人员与授权")
    verbs = parser.add_subparsers(required=True, metavar="list|add|grant|revoke")
    common(verbs.add_parser("list", help="列出账号和授权")).set_defaults(run=run_list)
    add = common(verbs.add_parser("add", help="添加账号"))
    add.add_argument("member", metavar="账号")
    add.add_argument("name", metavar="姓名")
    add.add_argument("--unit", required=True, metavar="组织", help="所在组织")
    add.set_defaults(run=run_add)
    for verb, help_text in (("grant", "授权"), ("revoke", "收回授权")):
        each = common(verbs.add_parser(verb, help=help_text))
        each.add_argument("member", metavar="账号")
        each.add_argument("role", choices=sorted(ROLES), metavar="角色", help="、".join(TITLES.values()))
        each.add_argument("unit", metavar="组织")
        if verb == "grant":
            each.add_argument("--register", action="append", default=[], metavar="台账", help="只限这些台账")
            each.add_argument("--since", default="", metavar="日期")
            each.add_argument("--until", default="", metavar="日期", help="到哪一天止（不含）")
        each.set_defaults(run=run_grant if verb == "grant" else run_revoke)


def run_list(args: argparse.Namespace) -> int:
    """Every account in the acting member's reach, with its grants."""
    who = acting(args)
    reach = {
        unit
        for grant in who.viewer.grants
        for unit in who.tree.placements
        if who.tree.contains(grant.unit, unit, who.today)
    }
    rows = []
    for person in people(reach):
        held = "；".join(
            f"{TITLES[each.role]}@{who.name(each.unit)}"
            + (f"（{'、'.join(each.registers)}）" if each.registers else "")
            for each in person.held
        )
        rows.append((person.account, person.name, who.name(person.unit), held))
    if args.json:
        print_json([dict(zip(("account", "name", "unit", "grants"), row, strict=True)) for row in rows])
    else:
        print_table(("账号", "姓名", "组织", "授权"), rows)
    return 0


def run_add(args: argparse.Namespace) -> int:
    """Add an account."""
    who = acting(args)
    member = members.add_member(args.member, args.name, who.unit(args.unit), by=who.member)
    return _done(
        args,
        {"account": member.account},
        f"已添加账号{member.account}（{member.name}），尚无权限，请安全管理员授权。",
    )


def run_grant(args: argparse.Namespace) -> int:
    """Grant a role."""
    who, role = acting(args), ROLES[args.role]
    members.grant(
        member_of(args.member),
        role,
        who.unit(args.unit),
        by=who.member,
        registers=args.register,
        since=day_of(args.since) if args.since else None,
        until=day_of(args.until) if args.until else FAR,
    )
    return _done(args, {"role": role}, f"已授权{args.member}为{args.unit}的{TITLES[role]}。")


def run_revoke(args: argparse.Namespace) -> int:
    """End a grant."""
    who, role = acting(args), ROLES[args.role]
    members.revoke(member_of(args.member), role, who.unit(args.unit), by=who.member)
    return _done(args, {"role": role}, f"已收回{args.member}在{args.unit}的{TITLES[role]}授权。")


def _done(args: argparse.Namespace, answer: dict[str, object], text: str) -> int:
    if args.json:
        print_json(answer)
    else:
        print(text)
    return 0
