"""`youju rollup`: build the roll-ups anew, or compare them with the observations."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from youju.actions import rolling
from youju.cli.context import print_json, print_table
from youju.cli.parsing import Subparsers


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
        print_table(
            ("数据项", "部分", "年月", "现存", "应为"),
            [
                (
                    each.measure,
                    " ".join(each.part),
                    f"{each.month // 12}-{each.month % 12 + 1:02d}",
                    _numbers(each.fields, each.kept, each.right),
                    _numbers(each.fields, each.right, each.kept),
                )
                for each in done.differences
            ],
        )
        print("请运行 youju rollup rebuild 重建，并查明原因。")
    return 1 if wrong else 0


def _numbers(fields: Sequence[str], own: Sequence[int] | None, other: Sequence[int] | None) -> str:
    """A cell's numbers that differ from the other's."""
    if own is None:
        return "无"
    return " ".join(
        f"{name}={number}"
        for at, (name, number) in enumerate(zip(fields, own, strict=True))
        if other is None or number != other[at]
    )
