"""`youju entry`: record, report nil, correct, void, attach evidence, list and show."""

from __future__ import annotations

import argparse
from pathlib import Path

from youju.actions import entries, evidence
from youju.actions.entries import Recorded
from youju.cli.context import (
    Acting,
    acting,
    approver_of,
    day_of,
    pairs,
    print_json,
    print_problems,
    print_table,
)
from youju.cli.parsing import Subparsers, adjustable, common, retry_key
from youju.core.entry import STATES, Raw
from youju.core.period import parse_period
from youju.core.problem import DomainError
from youju.core.register import Register
from youju.store.queries import entries as listing
from youju.store.queries.catalog import units_of_measure
from youju.store.queries.entries import EntryDetail, EntryLine
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at

PAGE = 200


class NoFile(DomainError):
    """The file is not there."""

    code = "file.missing"
    text = "没有找到文件“{file}”。请核对路径。"


def register(commands: Subparsers) -> None:
    """The arguments of `entry`."""
    parser = commands.add_parser("entry", help="记录")
    verbs = parser.add_subparsers(required=True, metavar="list|show|add|nil|correct|void|attach")
    listed = common(verbs.add_parser("list", help="列出记录"))
    listed.add_argument("--register", default="", metavar="台账")
    listed.add_argument("--unit", default="", metavar="组织")
    listed.add_argument("--period", default="", metavar="期间")
    listed.add_argument("--state", default="", choices=["", *STATES], metavar="状态", help="、".join(STATES))
    listed.add_argument("--offset", type=int, default=0, metavar="从第几条起")
    listed.add_argument("--limit", type=int, default=PAGE, metavar="条数")
    listed.set_defaults(run=run_list)

    show = common(verbs.add_parser("show", help="一条记录的全部经过"))
    show.add_argument("entry", type=int, metavar="记录编号")
    show.set_defaults(run=run_show)

    add = _writing(verbs, "add", "登记一条记录")
    add.add_argument("register", metavar="台账")
    add.add_argument("values", nargs="+", metavar="字段=值")
    add.add_argument("--unit", required=True, metavar="组织")
    add.add_argument("--provider", default="", metavar="姓名", help="代录时写明由谁提供")
    add.set_defaults(run=run_add)

    nil = _writing(verbs, "nil", "零报告")
    nil.add_argument("register", metavar="台账")
    nil.add_argument("period", metavar="期间", help="如 2024-03")
    nil.add_argument("--unit", required=True, metavar="组织")
    nil.set_defaults(run=run_nil)

    correct = _writing(verbs, "correct", "更正")
    correct.add_argument("entry", type=int, metavar="记录编号")
    correct.add_argument("values", nargs="+", metavar="字段=值")
    correct.add_argument("--reason", default="", metavar="理由")
    correct.add_argument("--seen", type=int, default=None, metavar="稿次", help="核对时看到的是第几稿")
    correct.set_defaults(run=run_correct)

    void = _writing(verbs, "void", "作废")
    void.add_argument("entry", type=int, metavar="记录编号")
    void.add_argument("--reason", default="", metavar="理由")
    void.set_defaults(run=run_void)

    attach = _writing(verbs, "attach", "附佐证材料")
    attach.add_argument("entry", type=int, metavar="记录编号")
    attach.add_argument("file", metavar="文件")
    attach.add_argument("--effective", default="", metavar="日期", help="材料所证明的日期")
    attach.add_argument("--expires", default="", metavar="日期", help="材料到期的日期")
    attach.add_argument("--reuse-reason", default="", metavar="理由", help="同一材料再次使用的理由")
    attach.set_defaults(run=run_attach)


def _writing(verbs: Subparsers, name: str, help_text: str) -> argparse.ArgumentParser:
    parser = common(verbs.add_parser(name, help=help_text))
    adjustable(parser)
    retry_key(parser)
    return parser


def run_list(args: argparse.Namespace) -> int:
    """Print entries, a page at a time."""
    who = acting(args)
    total, lines = listing.page(
        who.viewer,
        who.tree,
        who.today,
        offset=args.offset,
        limit=args.limit,
        register=catalog_at(head().head).register(args.register).id if args.register else "",
        unit=who.unit(args.unit) if args.unit else None,
        period=parse_period(args.period) if args.period else None,
        state=args.state,
    )
    if args.json:
        print_json({"total": total, "offset": args.offset, "entries": lines})
    else:
        print_table(
            ("编号", "台账", "组织", "日期", "状态", "内容", "登记人"), [_row(line) for line in lines]
        )
        print(
            f"第{args.offset + 1}至{args.offset + len(lines)}条，共{total}条。"
            if lines
            else "没有符合条件的记录。"
        )
    return 0


def run_show(args: argparse.Namespace) -> int:
    """Print one entry with its history and evidence."""
    who = acting(args)
    found = listing.detail(args.entry, who.viewer, who.tree, who.today)
    if args.json:
        print_json(found)
    else:
        print_detail(found)
    return 0


def print_detail(found: EntryDetail) -> None:
    """One entry for people."""
    line = found.line
    print(
        f"记录{line.id}　{line.register}　{line.unit}　{line.day}　{line.state}{'　补录' if line.late else ''}"
    )
    for title, text in line.values.items():
        print(f"  {title}：{text}")
    if line.origin:
        print(f"  来自：{line.origin}")
    print_table(
        ("序号", "时间", "办理人", "事项", "说明"),
        [
            (
                f"#{step.seq}",
                step.at.astimezone().strftime("%Y-%m-%d %H:%M"),
                step.who,
                step.what,
                step.reason,
            )
            for step in found.history
        ],
    )
    for file in found.files:
        reused = f"，同时用于记录{'、'.join(map(str, file.reused_for))}" if file.reused_for else ""
        print(f"  佐证：{file.name}（{file.size}字节，{file.sha256[:12]}，{file.by}{reused}）")


def run_add(args: argparse.Namespace) -> int:
    """Record one entry."""
    who = acting(args)
    kept = catalog_at(head().head).register(args.register)
    recorded = entries.record(
        kept.id,
        who.unit(args.unit),
        _by_field(kept, pairs(args.values)),
        by=who.member,
        units=units_of_measure(),
        provider=entries.check_provider(args.provider),
        adjust=args.adjust,
        approver=approver_of(args),
        key=args.key,
    )
    return _recorded(args, recorded, "已登记，待审核")


def run_nil(args: argparse.Namespace) -> int:
    """Report nil."""
    who = acting(args)
    kept = catalog_at(head().head).register(args.register)
    recorded = entries.record_nil(
        kept.id, who.unit(args.unit), parse_period(args.period), by=who.member, key=args.key
    )
    return _recorded(args, recorded, "已报零，待审核")


def run_correct(args: argparse.Namespace) -> int:
    """Correct one entry."""
    who = acting(args)
    kept = _register_of(args.entry, who)
    recorded = entries.correct(
        args.entry,
        _by_field(kept, pairs(args.values)),
        by=who.member,
        units=units_of_measure(),
        reason=args.reason,
        seen=args.seen,
        adjust=args.adjust,
        approver=approver_of(args),
        key=args.key,
    )
    return _recorded(args, recorded, f"已更正为第{recorded.revision}稿，待审核")


def run_void(args: argparse.Namespace) -> int:
    """Void one entry."""
    who = acting(args)
    seq = entries.void(
        args.entry,
        by=who.member,
        reason=args.reason,
        adjust=args.adjust,
        approver=approver_of(args),
        key=args.key,
    )
    if args.json:
        print_json({"entry": args.entry, "seq": seq})
    else:
        print(f"记录{args.entry}已作废（#{seq}）。")
    return 0


def run_attach(args: argparse.Namespace) -> int:
    """Attach a file as evidence."""
    who = acting(args)
    path = Path(args.file)
    if not path.is_file():
        raise NoFile(file=args.file)
    done = evidence.attach(
        args.entry,
        path,
        by=who.member,
        effective_on=day_of(args.effective) if args.effective else None,
        expires_on=day_of(args.expires) if args.expires else None,
        reuse_reason=args.reuse_reason,
        key=args.key,
    )
    if args.json:
        print_json(done)
    else:
        print(f"已附“{path.name}”为记录{args.entry}的佐证材料（{done.sha256[:12]}，#{done.seq}）。")
    return 0


def _recorded(args: argparse.Namespace, done: Recorded, text: str) -> int:
    if args.json:
        print_json(done)
    else:
        print(f"记录{done.entry}{text}（#{done.seq}）。")
        print_problems(done.warnings)
    return 0


def _register_of(entry: int, who: Acting) -> Register:
    found = listing.register_of(entry, who.viewer, who.tree, who.today)
    return catalog_at(head().head).register(found)


def _by_field(kept: Register, given: dict[str, str]) -> dict[str, Raw]:
    """Field titles and aliases as ids; unknown names are refused."""
    found: dict[str, Raw] = {}
    for name, value in given.items():
        match = next((each for each in kept.asked if name in each.aliases), None)
        found[(match or kept.field(name)).id] = value
    return found


def _row(line: EntryLine) -> tuple[object, ...]:
    state = line.state + ("（补录）" if line.late else "")
    said = "零报告" if line.nil else "，".join(f"{title}={text}" for title, text in line.values.items())
    return line.id, line.register, line.unit, line.day, state, said, line.author
