"""`youju close`: lock the books of a unit up to a day."""

from __future__ import annotations

import argparse

from youju.actions import periods
from youju.cli.context import acting, day_of, print_json
from youju.cli.parsing import Subparsers, common


def register(commands: Subparsers) -> None:
    """The arguments of `close`."""
    parser = common(commands.add_parser("close", help="期间锁定"))
    parser.add_argument("unit", metavar="组织")
    parser.add_argument("through", metavar="日期", help="锁定到哪一天（含）；早于已锁定的日期即为解锁")
    parser.add_argument("--reason", default="", metavar="理由", help="解锁必须写明")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Close, and say what still waits inside."""
    who = acting(args)
    done = periods.close(who.unit(args.unit), day_of(args.through), by=who.member, reason=args.reason)
    if args.json:
        print_json(done)
        return 0
    print(f"“{args.unit}”及其下级的台账已锁定到{done.through}（#{done.seq}）。")
    if done.pending:
        print(f"注意：锁定期内还有{done.pending}条待审核，今后通过须按调整办理。")
    return 0
