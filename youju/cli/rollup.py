"""`youju rollup`: build the roll-ups anew, or compare them with the observations."""

from __future__ import annotations

import argparse

from youju.actions import rolling
from youju.cli.context import print_json, print_table
from youju.cli.parsing import Subparsers
from youju.core.rollup import FIELDS


def register(commands: Subparsers) -> None:
    """The arguments of `rollup`."""
    parser = commands.add_parser("rollup", help="汇总表")
    actions = parser.add_subparsers(dest="action", required=True, parser_class=type(parser))
    for name, help_text, run in (
        ("rebuild", "清空并由观测重建", run_rebuild),
        ("check", "逐格与观测核对，只读", run_check),
    ):
        each = actions.add_parser(name, help=help_text)
        each.add_argument("--json", action="store_true", help="输出 JSON")
        each.set_defaults(run=run)


def run_rebuild(args: argparse.Namespace) -> int:
    """Rebuild, and say how much was written."""
    done = rolling.rebuild()
    if args.json:
        print_json(done)
    else:
        print(f"已由{done.observations}条观测重建{done.cells}格汇总。")
    return 0


def run_check(args: argparse.Namespace) -> int:
    """Compare; exit status 1 when a cell is wrong or the roll-ups are not in force."""
    done = rolling.check()
    wrong = bool(done.differences) or not done.in_force
    if args.json:
        print_json({"ok": not wrong, **{name: getattr(done, name) for name in done.__slots__}})
        return 1 if wrong else 0
    if not done.in_force:
        print("汇总未建立，或与现行台账定义不符，取数暂不使用汇总。请运行 youju rollup rebuild。")
    elif not wrong:
        print(f"{done.cells}格汇总与观测逐格相符。")
    else:
        columns = (
            "数据项",
            "维度",
            "年月",
            *(f"现存 {name}" for name in FIELDS),
            *(f"应为 {name}" for name in FIELDS),
        )
        empty = ("",) * len(FIELDS)
        print_table(
            columns,
            [
                (
                    each.measure,
                    " ".join(filter(None, (each.dim, each.dim2))),
                    f"{each.month // 12}-{each.month % 12 + 1:02d}",
                    *(each.kept or empty),
                    *(each.right or empty),
                )
                for each in done.differences
            ],
        )
        print("请运行 youju rollup rebuild 重建，并查明原因。")
    return 1 if wrong else 0
