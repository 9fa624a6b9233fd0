"""`youju extract FILE…`: every figure of a draft as it was understood, claims and non-claims, without any ledger.

Exit status: 0 done, 2 when a file could not be read. Django is never started here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from rich.console import Console
from rich.table import Table

from youju.core.claim.extract import extract
from youju.core.claim.model import Claim
from youju.core.claim.rules import title_of
from youju.core.problem import DomainError, Refused
from youju.office.text import Text, read_text
from youju.specs.lexicon import load_lexicon

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, object]


class NoSuchFile(DomainError):
    """The draft is not there or may not be read."""

    code = "extract.file"
    text = "打不开“{file}”：{why}。请检查路径和权限。"


class OneTextPlease(DomainError):
    """--text names one file and there are several drafts."""

    code = "extract.one_text"
    text = "--text 要一个文件，而文稿有{count}份。请逐份处理，或把 --text 写成一个已有的文件夹。"


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its arguments."""
    parser = commands.add_parser("extract", help="读出文稿中的数字表述")
    parser.add_argument("files", nargs="+", type=Path, metavar="文稿", help="文稿：.txt .md .docx .pdf .doc")
    parser.add_argument("--jsonl", action="store_true", help="每行输出一个 JSON 对象，含不作核对的数字")
    parser.add_argument("--text", type=Path, metavar="文件", help="把读出的正文存为这个文件（位置以它为准）")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the figures of each draft. Returns 0, or 2 when one could not be read; the others are still printed."""
    status = 0
    try:
        if args.text is not None and len(args.files) > 1 and not args.text.is_dir():
            raise OneTextPlease(count=len(args.files))
        lexicon = load_lexicon(catalogs())
    except DomainError as refusal:
        _complain(refusal)
        return 2
    for file in args.files:
        try:
            read = _read(file)
        except DomainError as refusal:
            _complain(refusal)
            status = 2
            continue
        if args.text is not None:
            target = args.text / f"{file.stem}.txt" if args.text.is_dir() else args.text
            target.write_bytes(read.text.encode("utf-8", "surrogatepass"))
        claims = extract(read.text, lexicon)
        if args.jsonl:
            _print_lines(row(file.stem, claim) | _placed(read, claim) for claim in claims)
        else:
            _print_table(file.name, read, claims)
    return status


def catalogs() -> Sequence[Path]:
    """The shipped catalog and the town's own, found as the settings find them, without Django."""
    data = Path(os.environ.get("YOUJU_DATA", ROOT / "var"))
    local = Path(os.environ.get("YOUJU_LOCAL", data / "catalog"))
    return [folder for folder in (ROOT / "catalog", local) if folder.is_dir()]


def row(doc: str, claim: Claim) -> Row:
    """A claim as the contract's JSON object (docs/algorithms/claims.md)."""
    value = claim.value
    found: Row = {
        "doc": doc,
        "start": claim.start,
        "end": claim.end,
        "text": claim.text,
        "is_claim": claim.is_claim,
        "kind": claim.kind,
        "value_low": None if value is None else _number(value.interval.low),
        "value_high": None if value is None else _number(value.interval.high),
        "low_open": value is not None and value.interval.low_open,
        "high_open": value is not None and value.interval.high_open,
        "unit": "" if value is None else value.unit or value.norm_unit,
        "norm_unit": "" if value is None else value.norm_unit,
        "subject": claim.subject,
        "scope": claim.scope,
        "period": claim.period,
        "change": claim.change,
        "qualifier": [] if value is None else list(value.qualifiers),
        "rule": claim.rule,
    }
    if value is not None and not value.unit_given:
        found["unit_left_out"] = True
    if value is not None and value.values:
        found["values"] = [_number(each) for each in value.values]
    if claim.rate:
        found["rate"] = claim.rate
    if claim.each:
        found["distributive"] = True
    return found


def _placed(read: Text, claim: Claim) -> Row:
    """Paragraph, cell or note of a .docx, page and line of a .pdf; nothing for plain text, where offsets say it."""
    return {"place": str(read.place(claim.start, claim.end))} if read.spans else {}


def _number(number: Decimal | None) -> int | float | None:
    """JSON has no decimals: whole numbers stay whole, others become the nearest double only here, at the edge."""
    if number is None:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _read(file: Path) -> Text:
    try:
        return read_text(file)
    except OSError as error:
        why = {FileNotFoundError: "没有这个文件", IsADirectoryError: "这是一个文件夹"}.get(
            type(error), "读不了"
        )
        raise NoSuchFile(file=file, why=why) from error


def _complain(refusal: DomainError) -> None:
    if isinstance(refusal, Refused):
        for problem in refusal.problems:
            print(problem, file=sys.stderr)
    print(refusal.message, file=sys.stderr)


def _print_lines(rows: Iterable[Row]) -> None:
    for each in rows:
        line = json.dumps(each, ensure_ascii=False) + "\n"
        sys.stdout.buffer.write(line.encode("utf-8", "surrogatepass"))
    sys.stdout.buffer.flush()


def _print_table(name: str, read: Text, claims: Sequence[Claim]) -> None:
    table = Table(title=f"{name}：数字表述")
    for title in ("位置", "原文", "理解为", "单位", "说的是", "范围", "期间", "增减", "依据规则"):
        table.add_column(title)
    for claim in claims:
        if claim.value is None:
            continue
        value = claim.value
        understood = ":".join(map(str, value.values)) if value.values else value.interval.said()
        change = {"up": "增", "down": "减", "": ""}[claim.change]
        table.add_row(
            str(read.place(claim.start, claim.end)) if read.spans else str(claim.start),
            claim.text,
            understood,
            value.norm_unit,
            claim.subject,
            claim.scope,
            claim.period,
            change,
            title_of(claim.rule),
        )
    console = Console()
    console.print(table)
    others = sum(1 for claim in claims if not claim.is_claim)
    console.print(f"另有{others}处数字不作核对（日期、序号、文号、名称等），用 --jsonl 查看。")
