"""facts.json beside a report: every figure of the text in numbers, so that the .docx can be checked without guessing.

docs/algorithms/document.md says what each key holds. Numbers are strings, because JSON readers make floats of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TypeGuard

from youju.core.period import Period
from youju.core.problem import DomainError, Problem, Where
from youju.core.quantity import plain
from youju.core.zh.interval import Interval
from youju.office.child import Json, run_limited
from youju.office.package import write_whole

SCHEMA = "youju.facts/1"
GENERATOR = "youju 0.1.0"  # as in pyproject.toml; a test compares
MAX_BYTES = 20_000_000


class FactsUnreadable(DomainError):
    """Not a facts.json, or one that somebody has edited."""

    code = "facts.unreadable"
    text = (
        "“{file}”不是有据生成的数据文件，或已被改动：{why}请重新生成报告，使用随报告一起生成的 facts.json。"
    )


class FactsVersion(DomainError):
    """Written by another version."""

    code = "facts.version"
    text = "“{file}”的格式版本是“{found}”，这里只认“{known}”。请用同一版本的有据重新生成。"


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure as it stands in the text.

    id        F001 …, as in the bookmarks fig_F001 and src_F001; name: what the report calls it
    value     None: 未报; in `unit` (the symbol of a unit of measure)
    wording   as written; interval: what the wording allows, in base numbers
    n         of how many observations; missing and pending stand beside it
    sources   uids of the entries it is made of, as far as they are listed
    """

    id: str
    name: str
    recipe: str
    value: Decimal | None
    unit: str
    wording: str
    interval: Interval
    style: str
    n: int
    missing: int = 0
    pending: int = 0
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartsCheck:
    """Names of figures that must add up, and by how much they do not."""

    whole: str
    parts: tuple[str, ...]
    holds: bool
    difference: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole file.

    unit       the organisation that reports; seq and moment: as of which state of the ledger
    generator  version of the program that wrote it
    """

    report: str
    title: str
    unit: str
    period: Period
    seq: int
    moment: datetime
    figures: tuple[Fact, ...]
    parts: tuple[PartsCheck, ...] = ()
    generator: str = GENERATOR


def write_facts(path: Path, facts: Facts) -> bytes:
    """Write facts.json and return its bytes; the same facts give the same bytes."""
    data = facts_bytes(facts)
    write_whole(path, data)
    return data


def facts_bytes(facts: Facts) -> bytes:
    """What `write_facts` writes: UTF-8, one key a line."""
    whole = {
        "schema": SCHEMA,
        "generator": facts.generator,
        "report": facts.report,
        "title": facts.title,
        "unit": facts.unit,
        "period": str(facts.period),
        "as_of": {"seq": facts.seq, "moment": facts.moment.isoformat()},
        "figures": [_fact_row(fact) for fact in facts.figures],
        "parts": [
            {
                "whole": check.whole,
                "parts": list(check.parts),
                "holds": check.holds,
                "difference": plain(check.difference),
            }
            for check in facts.parts
        ],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def read_facts(path: Path, *, name: str = "") -> Facts:
    """Read facts.json, strictly. Raises FactsVersion and FactsUnreadable naming the key that is wrong."""
    shown = name or path.name
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise FactsUnreadable(file=shown, why="文件过大。")
    return parse_facts(data, name=shown)


def parse_facts(data: bytes, *, name: str) -> Facts:
    """The facts in the bytes of a facts.json. Raises as `read_facts` does."""
    try:
        whole = _load(data)
        if isinstance(whole, dict) and whole.get("schema") not in (SCHEMA, None):
            version = str(whole["schema"])[:40]
        else:
            return _facts(whole)
    except _Wrong as wrong:
        raise FactsUnreadable(file=name, why=str(wrong)) from None
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise FactsUnreadable(file=name, why="内容不是完整的 JSON。") from None
    raise FactsVersion(file=name, found=version, known=SCHEMA)


def read_bookmarks(path: Path, *, name: str = "") -> dict[str, str]:
    """Figure id → the words that stand at its bookmark fig_… in the .docx now, in the order of the text.

    raises  what youju.office.text.read_text raises for a damaged, encrypted or dangerous file
    """
    answer = run_limited("bookmarks", path, name=name)
    assert isinstance(answer, dict)
    return {key: str(words) for key, words in answer.items()}


def check_bookmarks(facts: Facts, found: Mapping[str, str], *, file: str = "") -> tuple[Problem, ...]:
    """What differs between the facts and a delivered .docx: figures edited, taken out, or from another report."""
    problems = []
    for fact in facts.figures:
        now = found.get(fact.id)
        if now is None:
            said = f"数字“{fact.wording}”（{fact.id}）在文件中找不到了，可能已被删去或改写。请核对这一处。"
            problems.append(Problem(Where(file=file), "facts.lost", said))
        elif now != fact.wording:
            said = (
                f"数字 {fact.id} 生成时是“{fact.wording}”，文件中现为“{now}”。"
                "请改回，或在台账中更正后重新生成报告。"
            )
            problems.append(Problem(Where(file=file), "facts.edited", said))
    known = {fact.id for fact in facts.figures}
    for identity, words in found.items():
        if identity not in known:
            said = (
                f"文件中的数字“{words}”（{identity}）不在这份数据文件里。请检查文件与 facts.json 是否配套。"
            )
            problems.append(Problem(Where(file=file), "facts.unknown", said))
    return tuple(problems)


def bookmarks_task(path: Path, *, name: str) -> Json:
    """`read_bookmarks` for the child."""
    from youju.office.sniff import Kind, sniff
    from youju.office.text.docx import read_bookmarked

    accept: tuple[Kind, ...] = ("docx",)
    sniff(path, name, accept)
    found: dict[str, Json] = {}
    for mark, words in read_bookmarked(path, name, "fig_").items():
        found[mark.removeprefix("fig_")] = words
    return found


class _Wrong(Exception):
    """Why a file is no facts.json."""


def _fact_row(fact: Fact) -> dict[str, object]:
    low, high = fact.interval.low, fact.interval.high
    return {
        "id": fact.id,
        "name": fact.name,
        "recipe": fact.recipe,
        "value": None if fact.value is None else plain(fact.value),
        "unit": fact.unit,
        "wording": fact.wording,
        "interval": {
            "low": None if low is None else plain(low),
            "high": None if high is None else plain(high),
            "low_open": fact.interval.low_open,
            "high_open": fact.interval.high_open,
        },
        "style": fact.style,
        "n": fact.n,
        "missing": fact.missing,
        "pending": fact.pending,
        "sources": list(fact.sources),
    }


def _load(data: bytes) -> object:
    whole: object = json.loads(
        data.decode(), parse_float=_no_float, parse_constant=_no_float, object_pairs_hook=_no_doubles
    )
    return whole


def _facts(raw: object) -> Facts:
    row = _Row(raw, "文件")
    row.text("schema")
    as_of = row.row("as_of")
    facts = Facts(
        generator=row.text("generator"),
        report=row.text("report"),
        title=row.text("title"),
        unit=row.text("unit"),
        period=_period(row.text("period")),
        seq=as_of.count("seq"),
        moment=_moment(as_of.text("moment")),
        figures=tuple(_fact(each) for each in row.rows("figures")),
        parts=tuple(_parts(each) for each in row.rows("parts")),
    )
    as_of.end()
    row.end()
    ids = [fact.id for fact in facts.figures]
    if len(set(ids)) < len(ids):
        raise _Wrong("有重复的数字编号。")
    return facts


def _fact(row: _Row) -> Fact:
    bounds = row.row("interval")
    fact = Fact(
        id=row.text("id"),
        name=row.text("name"),
        recipe=row.text("recipe"),
        value=row.decimal_or_none("value"),
        unit=row.text("unit"),
        wording=row.text("wording"),
        interval=Interval(
            bounds.decimal_or_none("low"),
            bounds.decimal_or_none("high"),
            bounds.flag("low_open"),
            bounds.flag("high_open"),
        ),
        style=row.text("style"),
        n=row.count("n"),
        missing=row.count("missing"),
        pending=row.count("pending"),
        sources=row.texts("sources"),
    )
    bounds.end()
    row.end()
    return fact


def _parts(row: _Row) -> PartsCheck:
    difference = row.decimal_or_none("difference")
    check = PartsCheck(row.text("whole"), row.texts("parts"), row.flag("holds"), difference or Decimal(0))
    row.end()
    return check


class _Row:
    """A JSON object that is taken apart key by key; what is missing, of another type or left over is refused."""

    def __init__(self, raw: object, place: str) -> None:
        if not isinstance(raw, dict):
            raise _Wrong(f"{place}应是一组键值。")
        self.left: dict[str, object] = dict(raw)
        self.place = place

    def take(self, key: str) -> object:
        if key not in self.left:
            raise _Wrong(f"{self.place}缺少“{key}”。")
        return self.left.pop(key)

    def text(self, key: str) -> str:
        value = self.take(key)
        if not isinstance(value, str):
            raise _Wrong(f"{self.place}的“{key}”应是文字。")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.take(key)
        if not _are_texts(value):
            raise _Wrong(f"{self.place}的“{key}”应是一列文字。")
        return tuple(value)

    def count(self, key: str) -> int:
        value = self.take(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise _Wrong(f"{self.place}的“{key}”应是不小于0的整数。")
        return value

    def flag(self, key: str) -> bool:
        value = self.take(key)
        if not isinstance(value, bool):
            raise _Wrong(f"{self.place}的“{key}”应是 true 或 false。")
        return value

    def decimal_or_none(self, key: str) -> Decimal | None:
        value = self.take(key)
        if value is None:
            return None
        try:
            number = Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            number = None
        if number is None or not number.is_finite():
            raise _Wrong(f"{self.place}的“{key}”应是用引号括起的数字，或 null。")
        return number

    def row(self, key: str) -> _Row:
        return _Row(self.take(key), f"“{key}”")

    def rows(self, key: str) -> Iterable[_Row]:
        value = self.take(key)
        if not isinstance(value, list):
            raise _Wrong(f"{self.place}的“{key}”应是一列。")
        return [_Row(each, f"“{key}”第{number}项") for number, each in enumerate(value, 1)]

    def end(self) -> None:
        if self.left:
            raise _Wrong(f"{self.place}有不认识的“{next(iter(self.left))[:40]}”。")


def _are_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _period(text: str) -> Period:
    first, dots, last = text.partition("..")
    try:
        return Period(date.fromisoformat(first), date.fromisoformat(last if dots else first))
    except (ValueError, DomainError):
        raise _Wrong("“period”应写成 2024-01-01..2024-04-26。") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise _Wrong("“moment”应是带时区的时刻。")
    return moment


def _no_float(text: str) -> object:
    raise _Wrong(f"数字“{text[:20]}”没有用引号括起。")


def _no_doubles(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) < len(pairs):
        raise _Wrong("有重复的键。")
    return row
