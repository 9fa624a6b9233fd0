"""`youju import` and `youju batch`: workbooks in, and back out."""

from __future__ import annotations

import argparse
from pathlib import Path

from youju.actions import batches
from youju.actions.batches import Imported, Request
from youju.cli.context import Acting, acting, approver_of, pairs, print_json, print_problems, print_table
from youju.cli.entries import NoFile
from youju.cli.parsing import Subparsers, adjustable, common, retry_key
from youju.core.problem import Refused
from youju.store.queries import batches as listing
from youju.store.queries.catalog import units_of_measure
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at

SHOWN = 10


def register(commands: Subparsers) -> None:
    """The arguments of `import` and `batch`."""
    parser = common(commands.add_parser("import", help="导入工作簿"))
    parser.add_argument("file", metavar="文件")
    parser.add_argument(
        "--unit", required=True, metavar="组织", help="登记的组织；镇级汇总表可写镇名，由表中“村名”列区分"
    )
    parser.add_argument("--register", default="", metavar="台账", help="省略时按标题和表头识别")
    parser.add_argument("--dry-run", action="store_true", help="只预览，不写入")
    parser.add_argument("--partial", action="store_true", help="有问题的行跳过，其余照常导入")
    parser.add_argument("--refused", default="", metavar="文件", help="把未导入的行另存为工作簿")
    parser.add_argument(
        "--map", action="append", default=[], metavar="表头=字段", help="指定一列对应的字段，可多次"
    )
    parser.add_argument("--provider", default="", metavar="姓名", help="代录时写明由谁提供")
    adjustable(parser)
    retry_key(parser)
    parser.set_defaults(run=run_import)

    batch = commands.add_parser("batch", help="导入批次")
    verbs = batch.add_subparsers(required=True, metavar="list|take-back")
    common(verbs.add_parser("list", help="列出批次")).set_defaults(run=run_list)
    back = common(verbs.add_parser("take-back", help="撤回一个批次，其全部记录作废"))
    back.add_argument("batch", type=int, metavar="批次")
    back.add_argument("--reason", default="", metavar="理由")
    adjustable(back)
    back.set_defaults(run=run_take_back)


def run_import(args: argparse.Namespace) -> int:
    """Import one workbook, or show what an import would do."""
    who = acting(args)
    path = Path(args.file)
    if not path.is_file():
        raise NoFile(file=args.file)
    request = Request(
        who.unit(args.unit),
        catalog_at(head().head).register(args.register).id if args.register else "",
        path,
        _mapping(args),
        args.partial,
        args.provider,
        args.adjust,
        approver_of(args),
    )
    if args.dry_run:
        return _report(args, who, batches.preview(request, by=who.member, units=units_of_measure()), dry=True)
    try:
        done = batches.import_workbook(request, by=who.member, units=units_of_measure(), key=args.key)
    except Refused as error:
        if args.json:
            print_json({"batch": None, "imported": 0, "problems": error.problems})
            return 1
        print_problems(error.problems)
        count = sum(problem.level == "error" for problem in error.problems)
        print(f"有{count}处错误，一行也没有导入。改正后重新导入，或加 --partial 先导入没有问题的行。")
        return 1
    return _report(args, who, done, dry=False)


def run_list(args: argparse.Namespace) -> int:
    """Print the batches the acting member may see."""
    who = acting(args)
    titles = catalog_at(head().head).registers
    table = [
        (
            row.id,
            titles[row.register].title,
            who.name(row.unit),
            row.file,
            row.rows,
            row.by,
            f"#{row.seq}",
            f"已于#{row.taken_back}撤回" if row.taken_back else "",
        )
        for row in listing.batches(who.viewer, who.tree, who.today)
    ]
    if args.json:
        names = ("batch", "register", "unit", "file", "rows", "by", "seq", "state")
        print_json([dict(zip(names, row, strict=True)) for row in table])
    else:
        print_table(("批次", "台账", "组织", "文件", "行数", "导入人", "序号", ""), table)
    return 0


def run_take_back(args: argparse.Namespace) -> int:
    """Take one batch back."""
    seq = batches.take_back(
        args.batch,
        by=acting(args).member,
        reason=args.reason,
        adjust=args.adjust,
        approver=approver_of(args),
    )
    if args.json:
        print_json({"batch": args.batch, "seq": seq})
    else:
        print(f"批次{args.batch}已撤回，其记录全部作废（#{seq}）。")
    return 0


def _report(args: argparse.Namespace, who: Acting, done: Imported, *, dry: bool) -> int:
    problems = done.all_problems
    errors = [problem for problem in problems if problem.level == "error"]
    if args.refused and done.refused:
        from youju.office.template import write_refused

        write_refused(
            Path(args.refused),
            f"{done.title}：未导入的行",
            [(line.sheet, line.row, dict(line.text), line.problems) for line in done.refused],
        )
    if args.json:
        print_json(
            {
                "register": done.register,
                "batch": done.batch,
                "seq": done.seq,
                "rows": len(done.lines),
                "imported": len(done.entries),
                "would_import": len(done.new),
                "recognised": len(done.recognised),
                "refused": len(done.refused),
                "entries": list(done.entries),
                "columns": done.headings,
                "problems": problems,
            }
        )
        return 1 if errors else 0
    print(f"{done.file}：{done.title}，共{len(done.lines)}行。")
    print("列：" + "，".join(f"{heading}→{field}" for heading, field in done.headings.items()))
    if dry:
        rows = [
            (
                line.row,
                who.name(line.unit),
                "，".join(f"{name}={text}" for name, text in line.text.items() if text),
            )
            for line in done.new[:SHOWN]
        ]
        if rows:
            title = f"将导入{len(done.new)}行，前{len(rows)}行是："
            print_table(("行", "组织", "内容"), rows, title=title)
    print_problems(problems)
    known = f"，{len(done.recognised)}行以前已导入" if done.recognised else ""
    refused = f"，{len(done.refused)}行有误未导入" if done.refused else ""
    if dry:
        print(f"预览完毕，未写入：可导入{len(done.new)}行{known}{refused}。")
    elif done.batch is None:
        print(f"没有新的记录{known}{refused}。")
    else:
        print(f"批次{done.batch}：已导入{len(done.entries)}行，待审核{known}{refused}（#{done.seq}）。")
    return 1 if errors else 0


def _mapping(args: argparse.Namespace) -> dict[str, str] | None:
    if not args.map:
        return None
    given = pairs(args.map)
    if not args.register:
        return given
    kept = catalog_at(head().head).register(args.register)
    return {heading: kept.field(name).id if name else "" for heading, name in given.items()}
