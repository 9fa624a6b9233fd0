"""`youju audit FILE`: the figures of a draft as they were understood, and every slip in it; with --unit or --as-of its
figures against the ledger too (youju.cli.reconciling).

Exit status: 0 nothing found, 1 findings (against a ledger: a figure that differs, or a finding that is no mere note),
2 could not run. Without --unit and --as-of Django is never started.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text as Styled

from youju.cli import extract as extract_command
from youju.cli import reconciling
from youju.core.audit import CHECKS, SEVERITIES, Context, Finding, Severity, audit, read_off
from youju.core.audit.context import Places, places_from_lines
from youju.core.audit.draft import Draft
from youju.core.audit.reporting import Reported, read_period
from youju.core.claim.extract import extract
from youju.core.claim.model import Claim
from youju.core.claim.rules import title_of
from youju.core.period import Period, parse_period
from youju.core.problem import DomainError, Refused
from youju.office.text import Text, read_text
from youju.specs.lexicon import load_lexicon
from youju.specs.terms import read_audit_words

ZONE = ZoneInfo("Asia/Shanghai")
AUTHOR = reconciling.AUTHOR
LONGEST_SNIPPET = 24


class NoSuchFile(DomainError):
    """The draft is not there or may not be read."""

    code = "audit.file"
    text = "打不开“{file}”：{why}。请检查路径和权限。"


class NotDocx(DomainError):
    """Comments can be written into a .docx only."""

    code = "audit.not_docx"
    text = "“{file}”不是 .docx，不能加批注。请用 Word 另存为 .docx 再试，或去掉 --docx。"


class ChecklistWithoutLedger(DomainError):
    """A checklist is of a comparison with a ledger."""

    code = "audit.checklist_alone"
    text = "核对清单要与台账核对后才有。请加 --unit 或 --as-of。"


class PlacesWithoutUnit(DomainError):
    """A list of places and nobody said which of them are one's own."""

    code = "audit.places_unit"
    text = "给了地名名册，还要用 --own 写明本单位的名称，例如 --own 禾澄镇。"


@dataclass(frozen=True, slots=True)
class Audited:
    """One draft, what was read in it and what was found."""

    read: Text
    claims: Sequence[Claim]
    findings: Sequence[Finding]
    reported: Reported | None
    off: frozenset[str]


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("audit", help="材料体检：交稿前核一遍数")
    parser.add_argument("file", nargs="?", type=Path, help="文稿：.txt .md .docx .pdf .doc")
    parser.add_argument(
        "--period", type=parse_period, help="报告期，例如 2024-01-01..2024-04-26；不写则从文稿里读"
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="检查", help="关闭一项检查，可写多次；名称见 --list"
    )
    parser.add_argument(
        "--places", type=Path, metavar="名册", help="地名名册，一行一个“镇名/地名”，用来查外地地名"
    )
    parser.add_argument("--own", default="", metavar="单位", help="本单位名称，例如 禾澄镇")
    parser.add_argument("--docx", type=Path, metavar="文件", help="把批注写进原 .docx 的副本，存为这个文件")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.add_argument("--findings-only", action="store_true", help="表格里不列数字表述，只列发现的问题")
    parser.add_argument("--list", action="store_true", help="列出所有检查")
    parser.add_argument("--unit", default="", help="与这个单位的台账核对，写名称或代码")
    parser.add_argument("--as-of", default="", metavar="日期", help="按这一天的台账核对，例如 2024-04-26")
    parser.add_argument(
        "--changes", action="store_true", help="与 --docx 同用：不一致的数改为台账的数，作为修订"
    )
    parser.add_argument("--checklist", type=Path, metavar="文件", help="把核对清单存为这个 .xlsx 或 .pdf")
    parser.add_argument("--as", dest="account", metavar="账号", default="", help="与台账核对时由哪个账号办理")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Audit one draft. Returns 0, 1 when something was found, 2 when it could not be done."""
    if args.list:
        _print_checks()
        return 0
    try:
        audited = _audit(args)
        against = _against(args, audited) if args.unit or args.as_of else None
        if args.docx is not None:
            _write_docx(args, audited.findings, against)
        if args.checklist is not None and against is not None:
            titles = {check.code: check.title for check in CHECKS}
            lines = reconciling.items(audited.read, against, audited.findings, titles)
            reconciling.write_checklist(args.checklist, audited.read.name, against, lines)
    except Refused as refusal:
        for problem in refusal.problems:
            print(problem, file=sys.stderr)
        print(refusal.message, file=sys.stderr)
        return 2
    except DomainError as refusal:
        print(refusal.message, file=sys.stderr)
        return 2
    _tell(args, audited, against)
    if against is None:
        return 1 if audited.findings else 0
    serious = any(finding.severity != "note" for finding in audited.findings)
    return 1 if serious or against.counts["differs"] else 0


def _tell(args: argparse.Namespace, audited: Audited, against: reconciling.Against | None) -> None:
    if args.json:
        answer = as_json(audited)
        if against is not None:
            answer["ledger"] = reconciling.ledger_json(audited.read, against)
        print(json.dumps(answer, ensure_ascii=False, indent=1))
        return
    _print_table(audited, claims=against is None and not args.findings_only)
    if against is not None:
        reconciling.print_against(Console(highlight=False), audited.read, against)
    if args.docx is not None:
        print(f"批注已写入“{args.docx}”，原稿没有改动。")


def _against(args: argparse.Namespace, audited: Audited) -> reconciling.Against:
    draft = Draft(audited.read.text, audited.claims)
    return reconciling.against_ledger(args, draft, load_lexicon(extract_command.catalogs()))


def as_json(audited: Audited) -> dict[str, object]:
    """The answer for programs; offsets as in docs of `youju extract`."""
    read, reported = audited.read, audited.reported
    doc = Path(read.name).stem
    period = None
    if reported is not None:
        first, last = reported.period.first.isoformat(), reported.period.last.isoformat()
        period = {"from": first, "to": last, "known_by": reported.known_by}
    return {
        "doc": doc,
        "chars": len(read.text),
        "period": period,
        "off": sorted(audited.off),
        "counts": {level: _count(audited.findings, level) for level in SEVERITIES},
        "findings": [_finding_json(read, finding) for finding in audited.findings],
        "claims": [
            {**extract_command.row(doc, claim), "place": str(read.place(claim.start, claim.end))}
            for claim in audited.claims
        ],
        "problems": [str(problem) for problem in read.problems],
    }


def _audit(args: argparse.Namespace) -> Audited:
    if args.file is None:
        raise NoSuchFile(file="", why="没有写文件名")
    if args.places is not None and not args.own:
        raise PlacesWithoutUnit
    if args.checklist is not None and not (args.unit or args.as_of):
        raise ChecklistWithoutLedger
    if args.docx is not None and args.file.suffix.lower() != ".docx":
        raise NotDocx(file=args.file.name)
    try:
        read = read_text(args.file)
        lines = args.places.read_text(encoding="utf-8-sig").splitlines() if args.places else None
    except OSError as error:
        raise NoSuchFile(file=args.file.name, why=_WHY.get(type(error), "读不出来")) from error
    except UnicodeDecodeError as error:
        raise NoSuchFile(file=args.places.name, why="不是 UTF-8 编码的文字") from error
    return audit_draft(
        read,
        period=args.period,
        unit=args.own,
        places=places_from_lines(lines, args.own) if lines is not None else None,
        today=datetime.now(ZONE).date(),
        without=args.without,
        catalogs=extract_command.catalogs(),
    )


def audit_draft(
    read: Text,
    *,
    period: Period | None = None,
    unit: str = "",
    places: Places | None = None,
    today: date | None = None,
    without: Sequence[str] = (),
    catalogs: Sequence[Path] = (),
) -> Audited:
    """Claims and findings of a draft with the words of these catalogs.

    without  ids, codes or titles of checks to leave out; those a catalog switches off are left out too
    raises   Refused when a catalog file has a problem, UnknownCheck
    """
    words, problems = read_audit_words(catalogs, period.last if period else today or date.max)
    if problems:
        raise Refused(tuple(problems))
    claims = extract(read.text, load_lexicon(catalogs))
    off = read_off((*words.off, *without))
    context = Context(words=words, period=period, unit=unit, places=places, today=today, off=off)
    findings = audit(read.text, claims, context)
    return Audited(read, claims, findings, read_period(Draft(read.text), period), off)


def _write_docx(
    args: argparse.Namespace, findings: Sequence[Finding], against: reconciling.Against | None
) -> None:
    from youju.office.annotate import Comment, write_comments

    comments = reconciling.comments(against, changes=args.changes) if against is not None else []
    comments += [
        Comment(
            finding.start,
            finding.end,
            AUTHOR,
            f"〔{SEVERITIES[finding.severity]}〕{finding.reason}{finding.suggestion}",
            finding.code,
        )
        for finding in findings
    ]
    write_comments(args.file, comments, args.docx, at=datetime.now(ZONE).replace(tzinfo=None))


def _print_table(audited: Audited, *, claims: bool) -> None:
    console = Console(highlight=False, soft_wrap=False)
    read = audited.read
    for problem in read.problems:
        console.print(f"注意：{problem}", style="yellow", markup=False)
    if audited.reported is not None:
        how = {"given": "由 --period 给出", "title": "从标题读出", "signature": "从落款和正文读出"}
        console.print(f"报告期：{audited.reported.period.chinese()}（{how[audited.reported.known_by]}）")
    if claims:
        console.print(_claim_table(read, [each for each in audited.claims if each.is_claim]))
    if not audited.findings:
        console.print(f"没有发现问题。（{len(read.text)}字，已做{len(CHECKS) - len(audited.off)}项检查）")
        return
    titles = {check.code: check.title for check in CHECKS}
    table = Table(title="发现的问题", title_justify="left", show_lines=True)
    for name, ratio in (("位置", 2), ("级别", 1), ("检查", 2), ("原文", 3), ("说明", 8)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for finding in audited.findings:
        table.add_row(
            str(read.place(finding.start, finding.end)),
            Styled(SEVERITIES[finding.severity], style=_STYLES[finding.severity]),
            titles[finding.code],
            Styled(_short(finding.snippet)),
            Styled(f"{finding.reason}{finding.suggestion}"),
        )
    console.print(table)
    counts = "，".join(
        f"{title}{number}处"
        for level, title in SEVERITIES.items()
        if (number := _count(audited.findings, level))
    )
    console.print(f"共{len(audited.findings)}处：{counts}。关闭某项检查用 --without，名称见 --list。")


def _claim_table(read: Text, claims: Sequence[Claim]) -> Table:
    table = Table(title=f"读出的数字表述（{len(claims)}处）", title_justify="left")
    for name, ratio in (("位置", 2), ("原文", 3), ("说的是", 4), ("理解为", 3), ("单位", 1), ("依据规则", 3)):
        table.add_column(name, ratio=ratio, overflow="fold")
    for claim in claims:
        value = claim.value
        table.add_row(
            str(read.place(claim.start, claim.end)),
            Styled(claim.text),
            Styled(claim.subject),
            value.interval.said() if value is not None else "",
            value.norm_unit if value is not None else "",
            title_of(claim.rule),
        )
    return table


def _print_checks() -> None:
    table = Table(title="材料体检的检查", title_justify="left")
    for name in ("名称", "标题", "级别", "查什么"):
        table.add_column(name, overflow="fold")
    for check in CHECKS:
        table.add_row(check.id, check.title, SEVERITIES[check.severity], check.finds)
    Console(highlight=False).print(table)


def _finding_json(read: Text, finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "start": finding.start,
        "end": finding.end,
        "snippet": finding.snippet,
        "place": str(read.place(finding.start, finding.end)),
        "reason": finding.reason,
        "suggestion": finding.suggestion,
        "related": [
            {"start": span.start, "end": span.end, "snippet": read.text[span.start : span.end]}
            for span in finding.related
        ],
    }


def _count(findings: Sequence[Finding], level: Severity) -> int:
    return Counter(finding.severity for finding in findings)[level]


def _short(words: str) -> str:
    words = " ".join(words.split()) or "（空格）"
    return words if len(words) <= LONGEST_SNIPPET else f"{words[: LONGEST_SNIPPET - 1]}…"


_WHY: dict[type[BaseException], str] = {
    FileNotFoundError: "没有这个文件",
    PermissionError: "没有读取的权限",
    IsADirectoryError: "这是文件夹",
}
_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}
