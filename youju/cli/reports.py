"""`youju report`: list, begin, write out, sign off, verify, compare."""

from __future__ import annotations

import argparse
from pathlib import Path

from youju.actions import drafts, exporting, finals, reports
from youju.cli.context import Acting, acting, day_of, plain_fields, print_json, print_problems, print_table
from youju.cli.parsing import Subparsers, common, retry_key
from youju.cli.registers import loaded_catalog
from youju.core.period import Period
from youju.core.problem import Refused
from youju.core.recipe import parse_as_of
from youju.core.report import ReportSpec, UnknownReport
from youju.office.facts import check_bookmarks, read_bookmarks, read_facts
from youju.office.package import write_whole
from youju.store.queries import reports as stored
from youju.store.queries.reports import ReportRow


def register(commands: Subparsers) -> None:
    """The arguments of `report`."""
    parser = commands.add_parser("report", help="写报告、定稿、核验")
    verbs = parser.add_subparsers(
        required=True, metavar="list|render|new|text|save|freeze|verify|diff|export|compare"
    )
    listed = common(verbs.add_parser("list", help="列出报告模板；加 --stored 列出在写的和已定稿的报告"))
    listed.add_argument("--stored", action="store_true", help="列出在写的和已定稿的报告")
    listed.set_defaults(run=run_list)
    render = _of_period(common(verbs.add_parser("render", help="写出 .docx、.pdf 和取数依据")))
    render.add_argument("--out", required=True, metavar="目录")
    render.add_argument("--as-of", default="", metavar="时刻", help="按哪一时刻的台账，默认现在")
    render.add_argument("--date", default="", metavar="日期", help="成文日期，默认为期间最后一天")
    render.set_defaults(run=run_render)
    new = _of_period(common(verbs.add_parser("new", help="按模板新建一份要写、要定稿的报告")))
    new.set_defaults(run=run_new)
    text = _stored(common(verbs.add_parser("text", help="取出正文")))
    text.add_argument("--version", type=int, default=0, metavar="稿", help="默认最新一稿")
    text.set_defaults(run=run_text)
    save = _stored(common(verbs.add_parser("save", help="保存正文为新的一稿")))
    save.add_argument("file", metavar="文件")
    save.add_argument("--base", type=int, required=True, metavar="稿", help="在第几稿上改的")
    save.set_defaults(run=run_save)
    freeze = _stored(common(verbs.add_parser("freeze", help="定稿")))
    freeze.add_argument("--version", type=int, default=0, metavar="稿", help="要定的稿，默认最新一稿")
    freeze.add_argument("--date", default="", metavar="日期", help="成文日期，默认今天")
    freeze.add_argument("--note", default="", metavar="说明")
    retry_key(freeze)
    freeze.set_defaults(run=run_freeze)
    verify = common(verbs.add_parser("verify", help="按定稿时刻重算定稿的每个数"))
    verify.add_argument("number", nargs="?", default="", metavar="报告编号", help="默认全部")
    verify.set_defaults(run=run_verify)
    diff = _final(_stored(common(verbs.add_parser("diff", help="定稿后有变动的数，以及由哪些记录引起"))))
    diff.set_defaults(run=run_diff)
    export = _final(_stored(common(verbs.add_parser("export", help="导出定稿"))))
    export.add_argument("--out", required=True, metavar="目录")
    export.add_argument("--template", default="", metavar="DOCX", help="填入本单位的 Word 模板")
    export.add_argument("--kind", action="append", choices=list(exporting.KINDS), help="默认全部")
    export.set_defaults(run=run_export)
    compare = verbs.add_parser("compare", help="核对交回的 .docx 与数据文件，找出被改动的数")
    compare.add_argument("docx", metavar="文件", help="要核对的 .docx")
    compare.add_argument("facts", metavar="数据文件", help="随它生成的 facts.json")
    compare.add_argument("--json", action="store_true", help="输出 JSON")
    compare.set_defaults(run=run_compare)


def run_list(args: argparse.Namespace) -> int:
    """Print the reports of the catalog, or those that are stored."""
    if args.stored:
        who = acting(args)
        lines = stored.listed(who.viewer, who.tree, who.today)
        if args.json:
            print_json(lines)
        else:
            rows = [
                (
                    each.id,
                    each.title,
                    each.unit,
                    f"第{each.version}稿",
                    f"第{each.final}版" if each.final else "未定稿",
                )
                for each in lines
            ]
            print_table(("编号", "标题", "单位", "稿", "定稿"), rows)
        return 0
    specs = loaded_catalog().reports.values()
    if args.json:
        print_json([{"id": each.id, "title": each.title, "figures": len(each.figures)} for each in specs])
    else:
        print_table(("编号", "标题", "数字"), [(each.id, each.title, len(each.figures)) for each in specs])
    return 0


def run_render(args: argparse.Namespace) -> int:
    """Write one report."""
    who = acting(args)
    done = reports.render(
        _spec(args.report),
        args.unit,
        _period(args),
        viewer=who.viewer,
        out=Path(args.out),
        as_of=parse_as_of(args.as_of),
        day=day_of(args.date) if args.date else None,
    )
    if args.json:
        print_json(
            {
                "docx": done.docx,
                "pdf": done.pdf,
                "facts": done.facts_file,
                "seq": done.facts.seq,
                "figures": [plain_fields(fact) for fact in done.facts.figures],
                "parts": done.facts.parts,
                "warnings": done.warnings,
                "text": done.text,
            }
        )
        return 0
    print(f"报告：{done.docx}\n版面：{done.pdf}\n取数依据：{done.facts_file}")
    print(f"台账序号：#{done.facts.seq}，数字{len(done.facts.figures)}处。")
    print_problems(done.warnings)
    return 0


def run_new(args: argparse.Namespace) -> int:
    """Begin a report."""
    who = acting(args)
    period = _period(args)
    made = drafts.begin(_spec(args.report), who.unit(args.unit, period.last), period, by=who.member)
    if args.json:
        print_json({"number": made.pk, "uid": made.uid, "title": made.title})
    else:
        print(f"已新建《{made.title}》，编号{made.pk}。写好后由另一人定稿：youju report freeze {made.pk}")
    return 0


def run_text(args: argparse.Namespace) -> int:
    """Print a version of the text."""
    report = _report(args, acting(args))
    row = stored.version(report, args.version) if args.version else stored.newest(report)
    if args.json:
        print_json({"number": row.number, "author": row.author.name, "text": row.text})
    else:
        print(row.text)
    return 0


def run_save(args: argparse.Namespace) -> int:
    """Save a new version."""
    who = acting(args)
    text = Path(args.file).read_text(encoding="utf-8")
    saved = drafts.save(_report(args, who), text, base=args.base, by=who.member)
    if args.json:
        print_json({"number": saved.number, "merged": saved.merged, "both": len(saved.both)})
        return 0
    print(f"已保存为第{saved.number}稿。" + ("已并入他人的改动。" if saved.merged else ""))
    if saved.both:
        print(f"有{len(saved.both)}处两人都改了，两稿都留在正文中，请核对。")
    return 0


def run_freeze(args: argparse.Namespace) -> int:
    """Sign a report off."""
    who = acting(args)
    report = _report(args, who)
    done = finals.sign(
        report,
        version=args.version or stored.newest(report).number,
        by=who.member,
        day=day_of(args.date) if args.date else None,
        note=args.note,
        key=args.key,
    )
    if args.json:
        print_json(done)
        return 0
    print(f"《{report.title}》已定稿（第{done.number}版），台账#{done.seq}，{done.figures}个数字可随时重算。")
    print_problems(done.warnings)
    return 0


def run_verify(args: argparse.Namespace) -> int:
    """Compute final reports again; exit status 1 when anything does not hold."""
    who = acting(args)
    if args.number:
        rows = list(stored.finals(_report(args, who)))
    else:
        lines = stored.listed(who.viewer, who.tree, who.today)
        every = [stored.get(each.id, who.viewer, who.tree, who.today) for each in lines if each.final]
        rows = [row for report in every for row in stored.finals(report)]
    problems = [problem for row in rows for problem in finals.verify(row)]
    if args.json:
        print_json({"ok": not problems, "finals": len(rows), "problems": problems})
    else:
        print_problems(problems)
        print(f"核验了{len(rows)}份定稿，" + (f"有{len(problems)}处不符。" if problems else "全部相符。"))
    return 1 if problems else 0


def run_diff(args: argparse.Namespace) -> int:
    """Say which figures would be others today; exit status 1 when there are any."""
    who = acting(args)
    row = stored.final(_report(args, who), args.final)
    changes = finals.changed_since(row, who.viewer)
    if args.json:
        print_json({"final": row.number, "seq": row.seq, "changes": changes})
        return 1 if changes else 0
    for change in changes:
        print(f"{change.key} “{change.wording}”：{change.text}")
        for record in change.records:
            reason = f"（{record.reason}）" if record.reason else ""
            print(
                f"    {record.what} 记录{record.entry} {record.register} {record.unit} {record.day}{reason} #{record.seq}"
            )
    print(f"定稿（#{row.seq}）后有{len(changes)}个数变动。" if changes else "定稿后没有变动。")
    return 1 if changes else 0


def run_export(args: argparse.Namespace) -> int:
    """Write the files of a final report."""
    made = finals.recomposed(stored.final(_report(args, acting(args)), args.final))
    folder = Path(args.out)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    if args.template:
        source = Path(args.template)
        path = folder / f"{Path(exporting.file_name(made, 'docx')).stem}.{source.stem}.docx"
        write_whole(path, exporting.with_template(made, source, source.name))
        paths.append(path)
    wanted = args.kind or ([] if args.template else list(exporting.KINDS))
    for kind in wanted:
        path = folder / exporting.file_name(made, kind)
        write_whole(path, exporting.export(made, kind))
        paths.append(path)
    if args.json:
        print_json({"files": paths, "seq": made.facts.seq})
    else:
        print("\n".join(map(str, paths)))
    return 0


def run_compare(args: argparse.Namespace) -> int:
    """Compare a delivered .docx with its facts; exit status 1 when a figure was changed, lost or is foreign."""
    path = Path(args.docx)
    problems = check_bookmarks(read_facts(Path(args.facts)), read_bookmarks(path), file=path.name)
    if args.json:
        print_json({"ok": not problems, "problems": problems})
    else:
        print_problems(problems)
        print("与数据文件一致。" if not problems else f"有{len(problems)}处不一致。")
    return 1 if problems else 0


def _of_period(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("report", metavar="报告")
    parser.add_argument("--unit", required=True, metavar="组织")
    parser.add_argument("--from", dest="first", required=True, metavar="日期", help="期间第一天")
    parser.add_argument("--to", dest="last", required=True, metavar="日期", help="期间最后一天")
    return parser


def _stored(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("number", metavar="报告编号")
    return parser


def _final(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("--final", type=int, default=0, metavar="版", help="第几版定稿，默认最新")
    return parser


def _period(args: argparse.Namespace) -> Period:
    return Period(day_of(args.first), day_of(args.last))


def _report(args: argparse.Namespace, who: Acting) -> ReportRow:
    return stored.get(args.number, who.viewer, who.tree, who.today)


def _spec(name: str) -> ReportSpec:
    loaded = loaded_catalog()
    wrong = [problem for problem in loaded.problems if Path(problem.where.file).name == f"{name}.md"]
    if wrong:
        raise Refused(tuple(wrong))
    for each in loaded.reports.values():
        if name in (each.id, each.title):
            return each
    raise UnknownReport(
        name=name, known="、".join(f"{each.title}（{each.id}）" for each in loaded.reports.values()) or "无"
    )
