"""`youju erase`: personal data whose date has come, deleted for good with a tombstone."""

from __future__ import annotations

import argparse

from youju.actions import erasing
from youju.cli.context import acting, print_json
from youju.cli.parsing import Subparsers, common


def register(commands: Subparsers) -> None:
    """The arguments of `erase`."""
    parser = common(commands.add_parser("erase", help="个人信息到期删除（由安全管理员批准）"))
    parser.add_argument("unit", metavar="组织", help="这个组织及其下级的")
    parser.add_argument("--reason", default="", metavar="理由", help="例如：保存期限届满")
    parser.add_argument("--basis", default="", metavar="依据", help="依据的制度或文件")
    parser.add_argument("--dry-run", action="store_true", help="只看有多少到期，不删除")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Erase what is due, or say how much is."""
    who = acting(args)
    unit = who.unit(args.unit)
    if args.dry_run:
        done = erasing.due(unit, by=who.member)
    else:
        done = erasing.erase_due(unit, by=who.member, reason=args.reason, basis=args.basis)
    if args.json:
        print_json(done)
        return 0
    what = f"个人信息{done.fields}项、原工作簿{done.workbooks}个"
    if args.dry_run:
        print(f"“{args.unit}”及其下级已到期的有：{what}。未删除。")
    elif done.seq is None:
        print(f"“{args.unit}”及其下级没有到期的个人信息。")
    else:
        print(f"已删除{what}，不能恢复（#{done.seq}）。此前所做的备份中仍有，请按规定期限销毁。")
    return 0
