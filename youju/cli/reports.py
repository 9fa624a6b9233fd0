"""`youju report`: list the reports there are, and write one."""

from __future__ import annotations

import argparse
from pathlib import Path

from youju.actions import reports
from youju.cli.context import acting, day_of, plain_fields, print_json, print_problems, print_table
from youju.cli.parsing import Subparsers, common
from youju.cli.registers import loaded_catalog
from youju.core.figure import parse_as_of
from youju.core.period import Period
from youju.core.problem import Refused
from youju.core.report import ReportSpec, UnknownReport


def register(commands: Subparsers) -> None:
    """The arguments of `report`."""
    parser = commands.add_parser("report", help="写报告")
    verbs = parser.add_subparsers(required=True, metavar="list|render")
    listed = verbs.add_parser("list", help="列出报告")
    listed.add_argument("--json", action="store_true", help="输出 JSON")
    listed.set_defaults(run=run_list)
    render = common(verbs.add_parser("render", help="写出 .docx、.pdf 和取数依据"))
    render.add_argument("report", metavar="报告")
    render.add_argument("--unit", required=True, metavar="组织")
    render.add_argument("--from", dest="first", required=True, metavar="日期", help="期间第一天")
    render.add_argument("--to", dest="last", required=True, metavar="日期", help="期间最后一天")
    render.add_argument("--out", required=True, metavar="目录")
    render.add_argument("--as-of", default="", metavar="时刻", help="按哪一时刻的台账，默认现在")
    render.add_argument("--date", default="", metavar="日期", help="成文日期，默认为期间最后一天")
    render.set_defaults(run=run_render)


def run_list(args: argparse.Namespace) -> int:
    """Print the reports of the catalog."""
    specs = loaded_catalog().reports.values()
    if args.json:
        print_json([{"id": each.id, "title": each.title, "figures": len(each.figures)} for each in specs])
    else:
        print_table(("编号", "标题", "数字"), [(each.id, each.title, len(each.figures)) for each in specs])
    return 0


def run_render(args: argparse.Namespace) -> int:
    """Write one report."""
    who = acting(args)
    spec = _spec(args.report)
    done = reports.render(
        spec,
        args.unit,
        Period(day_of(args.first), day_of(args.last)),
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
    print(
        f"报告：{done.docx}\n版面：{done.pdf}\n取数依据：{done.facts_file}\n台账序号：#{done.facts.seq}，数字{len(done.facts.figures)}处。"
    )
    print_problems(done.warnings)
    return 0


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
