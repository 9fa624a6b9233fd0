"""`youju review`: what waits, confirm one or many, return with a reason."""

from __future__ import annotations

import argparse

from youju.actions import reviews
from youju.cli.context import acting, approver_of, print_json, print_table
from youju.cli.parsing import Subparsers, adjustable, common, retry_key
from youju.core.period import parse_period
from youju.core.problem import DomainError
from youju.store.queries import entries as listing
from youju.store.queries.entries import EntryLine
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at


class NothingChosen(DomainError):
    """No entry was named, and no filter given."""

    code = "review.nothing"
    text = "没有选中待审核的记录。请给出记录编号，或用 --register、--unit、--period、--batch 选取。"


def register(commands: Subparsers) -> None:
    """The arguments of `review`."""
    parser = commands.add_parser("review", help="审核")
    verbs = parser.add_subparsers(required=True, metavar="queue|confirm|return")
    queue = _choosing(verbs, "queue", "列出待我审核的记录")
    queue.set_defaults(run=run_queue)
    confirm = _choosing(verbs, "confirm", "通过，可一次多条")
    confirm.add_argument("entries", nargs="*", type=int, metavar="记录编号")
    confirm.add_argument("--note", default="", metavar="意见")
    adjustable(confirm)
    retry_key(confirm)
    confirm.set_defaults(run=run_confirm)
    back = common(verbs.add_parser("return", help="退回补正"))
    back.add_argument("entries", nargs="+", type=int, metavar="记录编号")
    back.add_argument("--reason", default="", metavar="理由")
    retry_key(back)
    back.set_defaults(run=run_return)


def _choosing(verbs: Subparsers, name: str, help_text: str) -> argparse.ArgumentParser:
    parser = common(verbs.add_parser(name, help=help_text))
    parser.add_argument("--register", default="", metavar="台账")
    parser.add_argument("--unit", default="", metavar="组织")
    parser.add_argument("--period", default="", metavar="期间")
    parser.add_argument("--batch", type=int, default=None, metavar="批次")
    return parser


def run_queue(args: argparse.Namespace) -> int:
    """What waits for the acting reviewer; entries of their own are not theirs to review."""
    lines = _waiting(args)
    if args.json:
        print_json(lines)
    else:
        rows = [
            (each.id, each.register, each.unit, each.day, _said(each), each.author, _worth_a_look(each))
            for each in lines
        ]
        print_table(("编号", "台账", "组织", "日期", "内容", "登记人", "留意"), rows)
        print(f"共{len(lines)}条待审核。")
    return 0


def _said(line: EntryLine) -> str:
    return "零报告" if line.nil else "，".join(f"{title}={text}" for title, text in line.values.items())


def _worth_a_look(line: EntryLine) -> str:
    late = ["补录"] if line.late else []
    return "、".join([*late, *([f"更正（第{line.number}稿）"] if line.number > 1 else [])])


def run_confirm(args: argparse.Namespace) -> int:
    """Confirm the entries named, or all that the filters choose."""
    who = acting(args)
    chosen, seen = args.entries, {}
    if not chosen:
        if not (args.register or args.unit or args.period or args.batch):
            raise NothingChosen
        # What is written from here on is not confirmed.
        seen = {line.id: line.number for line in _waiting(args)}
        chosen = list(seen)
    if not chosen:
        raise NothingChosen
    done = reviews.confirm(
        chosen,
        by=who.member,
        note=args.note,
        adjust=args.adjust,
        approver=approver_of(args),
        seen=seen,
        key=args.key,
    )
    return _done(args, done, f"已通过{len(done.entries)}条（#{done.seq}）。")


def run_return(args: argparse.Namespace) -> int:
    """Return the entries named."""
    done = reviews.send_back(args.entries, by=acting(args).member, reason=args.reason, key=args.key)
    return _done(args, done, f"已退回{len(done.entries)}条（#{done.seq}）。")


def _waiting(args: argparse.Namespace) -> list[EntryLine]:
    who = acting(args)
    return listing.waiting(
        who.viewer,
        who.tree,
        who.today,
        batch=args.batch,
        register=catalog_at(head().head).register(args.register).id if args.register else "",
        unit=who.unit(args.unit) if args.unit else None,
        period=parse_period(args.period) if args.period else None,
    )


def _done(args: argparse.Namespace, done: reviews.Reviewed, text: str) -> int:
    if args.json:
        print_json(done)
    else:
        print(text)
    return 0
