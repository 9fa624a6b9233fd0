"""catalog/reports/*.md → reports: front matter in YAML between two lines of ---, then the prose."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import get_args

from youju.core.figure import check_recipe, parse_recipe
from youju.core.period import Period, parse_period
from youju.core.problem import DomainError
from youju.core.register import Catalog
from youju.core.report import Detail, FigureUse, Parts, ReportPeriod, ReportSpec
from youju.specs.source import Block, Problems, parse_source

_USE = re.compile(r"\{\{\s*([^}|]*?)\s*(?:\|\s*([^}]*?)\s*)?\}\}")
_SHOWN = re.compile(r"\{(\w+)\}")
ANY_UNIT = "…"
ANY_PERIOD: Period = parse_period("2024")


def read_reports(folders: Sequence[Path], catalog: Catalog) -> tuple[dict[str, ReportSpec], list[Problems]]:
    """The reports of these folders; a report of a later folder takes the place of one of the same id."""
    found: dict[str, ReportSpec] = {}
    problems = []
    for folder in folders:
        for path in sorted(folder.glob("*.md")):
            own = Problems(path.name)
            problems.append(own)
            spec = _read(path, own, catalog)
            if spec is not None:
                found[spec.id] = spec
    return found, problems


def _read(path: Path, problems: Problems, catalog: Catalog) -> ReportSpec | None:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        problems.add(1, "catalog.unreadable", "文件读不懂。请另存为 UTF-8 编码的文本。")
        return None
    ends = [number for number, line in enumerate(lines) if line.strip() == "---"]
    if len(ends) < 2 or ends[0] != 0:
        problems.add(1, "report.front_matter", "文件应以 --- 开头，写完各项后再写一行 ---，然后是正文。")
        return None
    block = parse_source("\n".join(lines[1 : ends[1]]), problems, first_line=1)
    if block is None:
        return None
    name = block.text("id", required=True)
    if name != path.stem:
        block.problem("report.id", f"id 应与文件名一致，写成 id: {path.stem}。", "id")
    period: ReportPeriod = block.choice("period", get_args(ReportPeriod), "any")  # type: ignore[assignment]
    figures = _figures(block)
    details = _details(block)
    spec = ReportSpec(
        name,
        block.text("title", required=True),
        figures,
        "\n".join(lines[ends[1] + 1 :]) + "\n",
        period,
        block.text("addressee"),
        block.text("signature"),
        details,
        _parts(block),
        ends[1] + 2,
        path.name,
    )
    block.finish()
    _check(spec, problems, catalog)
    return spec


def _figures(block: Block) -> dict[str, FigureUse]:
    own = block.block("figures")
    if own is None:
        return {}
    found = {}
    for name in own.names():
        if own.is_block(name):
            inner = own.block(name)
            assert inner is not None
            found[name] = FigureUse(
                name,
                inner.text("recipe", required=True),
                inner.text("wording"),
                inner.text("noun"),
                inner.line,
            )
            inner.finish()
        else:
            found[name] = FigureUse(name, own.text(name), line=own.line_of(name))
    return found


def _details(block: Block) -> dict[str, Detail]:
    own = block.block("details")
    if own is None:
        return {}
    found = {}
    for name in own.names():
        inner = own.block(name)
        if inner is None:
            continue
        detail = Detail(
            name, inner.text("figure"), inner.text("register"), inner.text("show", "missing"), inner.line
        )
        inner.flag("period")
        if bool(detail.figure) == bool(detail.register):
            inner.problem("report.detail", "要么写 figure（列出缺什么），要么写 register（列出记录）。")
        inner.finish()
        found[name] = detail
    return found


def _parts(block: Block) -> tuple[Parts, ...]:
    found = []
    for each in block.blocks("parts"):
        found.append(Parts(each.text("whole", required=True), each.texts("parts"), each.line))
        each.finish()
    return tuple(found)


def _check(spec: ReportSpec, problems: Problems, catalog: Catalog) -> None:
    for use in spec.figures.values():
        try:
            check_recipe(parse_recipe(use.recipe, unit=ANY_UNIT, period=ANY_PERIOD), catalog)
        except DomainError as error:
            problems.add(use.line, error.code, error.message)
    for detail in spec.details.values():
        if detail.figure and detail.figure not in spec.figures:
            problems.add(detail.line, "report.unknown_name", f"figures 中没有“{detail.figure}”。")
        if detail.register:
            _check_shown(detail, problems, catalog)
    for parts in spec.parts:
        for name in (parts.whole, *parts.parts):
            if name not in spec.figures:
                problems.add(parts.line, "report.unknown_name", f"figures 中没有“{name}”。")
    _check_prose(spec, problems)


def _check_shown(detail: Detail, problems: Problems, catalog: Catalog) -> None:
    register = catalog.registers.get(detail.register)
    if register is None:
        problems.add(detail.line, "report.unknown_name", f"没有“{detail.register}”这个台账。")
        return
    for name in _SHOWN.findall(detail.show):
        if name not in ("unit", "day") and name not in register.by_id:
            known = "、".join(("unit", "day", *register.by_id))
            problems.add(
                detail.line, "report.unknown_name", f"“{detail.register}”没有字段“{name}”。可用：{known}。"
            )


def _check_prose(spec: ReportSpec, problems: Problems) -> None:
    used = set()
    known: Mapping[str, object] = {**spec.figures, **spec.details}
    for number, line in enumerate(spec.prose.splitlines(), start=spec.first_line):
        for found in _USE.finditer(line):
            used.add(found[1])
            if found[1] not in known and found[1] not in BUILT_IN:
                problems.add(
                    number, "report.unknown_name", f"正文用到的“{found[1]}”不在 figures 和 details 中。"
                )
    for name, use in spec.figures.items():
        needed = used | {each for parts in spec.parts for each in (parts.whole, *parts.parts)}
        needed |= {detail.figure for detail in spec.details.values()}
        if name not in needed:
            problems.add(use.line, "report.unused", f"“{name}”没有在正文中用到。请删去，或写进正文。")


BUILT_IN = frozenset({"period", "unit", "until"})  # the report's own period, unit and last day, in words
