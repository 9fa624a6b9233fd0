"""catalog/reports/*.md → reports: front matter in YAML between two lines of ---, then the prose."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import get_args

import yaml
from rapidfuzz import process

from youju.core.document import parse_prose, uses
from youju.core.measure import Measure
from youju.core.period import Period, parse_period
from youju.core.phrase import KINDS, Phrase, PhraseKind
from youju.core.problem import DomainError, Problem
from youju.core.recipe import check_recipe, parse_recipe
from youju.core.register import Catalog
from youju.core.report import Detail, FigureUse, Parts, ReportPeriod, ReportSpec
from youju.core.wording import STYLES
from youju.specs.source import Block, Problems, parse_source, read_folder, read_text, shown

BUILT_IN = ("period", "unit", "until")  # the report's own period, unit and last day, in words
_SHOWN = re.compile(r"\{([^{}]*)\}")
_ANY_UNIT = "…"
_ANY_PERIOD: Period = parse_period("2024")


def read_reports(folders: Sequence[Path], catalog: Catalog) -> tuple[dict[str, ReportSpec], list[Problems]]:
    """The reports of these folders; a report of a later folder takes the place of one of the same id."""
    found: dict[str, ReportSpec] = {}
    problems = []
    for folder in folders:
        paths, overlooked = read_folder(folder, ".md")
        problems.extend(overlooked)
        for path in paths:
            own = Problems(shown(path))
            problems.append(own)
            spec = _read(path, own, catalog)
            if spec is not None:
                found[spec.id] = spec
    return found, problems


def _read(path: Path, problems: Problems, catalog: Catalog) -> ReportSpec | None:
    text = read_text(path, problems)
    return None if text is None else _read_text(text, problems, catalog, path.stem)


def report_from_text(text: str, catalog: Catalog) -> tuple[ReportSpec | None, tuple[Problem, ...]]:
    """A report that is being written, in the form of a report file: what is right of it, and what is wrong by line."""
    problems = Problems("")
    spec = _read_text(text, problems, catalog, None)
    return spec, tuple(problems.found)


def report_as_text(spec: ReportSpec) -> str:
    """A report in the form of a report file; reading it gives the same report."""
    front: dict[str, object] = {"id": spec.id, "title": spec.title, "period": spec.period}
    front |= {
        name: text for name, text in (("addressee", spec.addressee), ("signature", spec.signature)) if text
    }
    front["figures"] = {
        use.name: use.recipe
        if not use.wording and not use.noun
        else {
            name: text
            for name, text in (("recipe", use.recipe), ("wording", use.wording), ("noun", use.noun))
            if text
        }
        for use in spec.figures.values()
    }
    if spec.details:
        front["details"] = {
            each.name: {"figure": each.figure, "show": "missing"}
            if each.figure
            else {"register": each.register, "show": each.show}
            for each in spec.details.values()
        }
    if spec.parts:
        front["parts"] = [{"whole": each.whole, "parts": list(each.parts)} for each in spec.parts]
    if spec.phrases:
        front["phrases"] = {each.name: _phrase_row(each) for each in spec.phrases.values()}
    return f"---\n{_written(json.dumps(front, ensure_ascii=False))}---\n{spec.prose}"


@lru_cache(maxsize=64)
def _written(front: str) -> str:
    return yaml.safe_dump(json.loads(front), allow_unicode=True, sort_keys=False, width=10_000)


def _phrase_row(phrase: Phrase) -> dict[str, object]:
    row: dict[str, object] = {"kind": phrase.kind}
    if phrase.whole:
        row["whole"] = phrase.whole
    row["figures"] = list(phrase.figures)
    if phrase.labels:
        row["labels"] = list(phrase.labels)
    if phrase.full:
        row["full"] = True
    return row


def _read_text(text: str, problems: Problems, catalog: Catalog, id_of: str | None) -> ReportSpec | None:
    """`id_of` is the name a file must carry; None when the text is no file and may carry any."""
    lines = re.split(r"\r\n|\r|\n", text)
    ends = [number for number, line in enumerate(lines) if line.rstrip() == "---"][:2]
    if len(ends) < 2 or ends[0] != 0:
        advice = "文件应以一行 --- 开头，写完各项后再写一行 ---，然后是正文。"
        problems.add(1, "report.front_matter", advice)
        return None
    head, said = _read_head("\n".join(lines[1 : ends[1]]), problems.file, id_of)
    problems.found.extend(said)
    if head is None:
        return None
    spec = replace(head, prose="\n".join(lines[ends[1] + 1 :]), first_line=ends[1] + 2)
    _Checker(spec, problems, catalog).check()
    return spec


@lru_cache(maxsize=64)
def _read_head(text: str, file: str, id_of: str | None) -> tuple[ReportSpec | None, tuple[Problem, ...]]:
    """What stands before the prose. While one writes, the prose changes and this does not."""
    problems = Problems(file)
    block = parse_source(text, problems, first_line=1)
    if block is None:
        return None, tuple(problems.found)
    name = block.text("id", required=True)
    if id_of is not None and name != id_of:
        block.problem("report.id", f"id 应与文件名一致，写成 id: {id_of}。", "id")
    spec = ReportSpec(
        name if id_of is None else id_of,
        block.text("title", required=True),
        _figures(block),
        "",
        block.choice("period", get_args(ReportPeriod), "any"),  # type: ignore[arg-type]
        block.text("addressee"),
        block.text("signature"),
        _details(block),
        _parts(block),
        _phrases(block),
        file=file,
    )
    block.finish()
    return spec, tuple(problems.found)


def _figures(block: Block) -> dict[str, FigureUse]:
    own = block.block("figures")
    if own is None:
        return {}
    found = {}
    for name in own.names():
        inner = own.block(name) if own.is_block(name) else None
        if inner is None:
            found[name] = FigureUse(name, own.text(name, required=True), line=own.line_of(name))
            continue
        found[name] = FigureUse(
            name,
            inner.text("recipe", required=True),
            inner.choice("wording", STYLES, "exact") if inner.has("wording") else inner.text("wording"),
            inner.text("noun"),
            inner.line,
        )
        inner.finish()
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
        if not inner.flag("period", default=True):
            text = "列出的都是报告期内的记录。请写 period: true 或删去。"
            inner.problem("report.detail", text, "period")
        if bool(detail.figure) == bool(detail.register):
            inner.problem(
                "report.detail", "要么写 figure（列出缺什么），要么写 register（列出记录），二者写一个。"
            )
        elif detail.figure and detail.show != "missing":
            inner.problem("report.detail", "数字只能列出缺什么，请写 show: missing 或删去 show。", "show")
        elif detail.register and not _SHOWN.search(detail.show):
            text = "列出记录要写明列哪些内容，如 show: '{unit}获评{title}'。"
            inner.problem("report.detail", text, "show")
        inner.finish()
        found[name] = detail
    return found


def _parts(block: Block) -> tuple[Parts, ...]:
    found = []
    for each in block.blocks("parts"):
        parts = Parts(each.text("whole", required=True), each.texts("parts"), each.line)
        if len(parts.parts) < 2 or parts.whole in parts.parts:
            each.problem("report.parts_rule", "parts 要写至少两个分项，且不含合计本身。", "parts")
        each.finish()
        found.append(parts)
    return tuple(found)


def _phrases(block: Block) -> dict[str, Phrase]:
    own = block.block("phrases")
    if own is None:
        return {}
    found = {}
    for name in own.names():
        inner = own.block(name)
        if inner is None:
            continue
        kind: PhraseKind = inner.choice("kind", KINDS, "of_which")  # type: ignore[assignment]
        phrase = Phrase(
            name,
            kind,
            tuple(inner.texts("figures")),
            inner.text("whole", required=kind == "of_which"),
            tuple(inner.texts("labels")),
            inner.flag("full"),
            inner.line,
        )
        if len(phrase.figures) < (1 if kind == "of_which" else 2) or phrase.whole in phrase.figures:
            inner.problem(
                "report.phrase_rule", "figures 至少写两个数字（其中可写一个），且不含合计本身。", "figures"
            )
        if phrase.labels and len(phrase.labels) != len(phrase.figures):
            inner.problem("report.phrase_rule", "labels 应与 figures 一一对应。", "labels")
        inner.finish()
        found[name] = phrase
    return found


class _Checker:
    def __init__(self, spec: ReportSpec, problems: Problems, catalog: Catalog) -> None:
        self.spec = spec
        self.problems = problems
        self.catalog = catalog
        self.measures: dict[str, Measure] = {}  # of the figures whose recipe is right

    def check(self) -> None:
        self._check_recipes()
        self._check_details()
        self._check_parts()
        self._check_phrases()
        self._check_prose()

    def _check_recipes(self) -> None:
        for use in self.spec.figures.values():
            if not use.recipe:
                continue
            try:
                recipe = parse_recipe(use.recipe, unit=_ANY_UNIT, period=_ANY_PERIOD)
                measure = self.catalog.measures[check_recipe(recipe, self.catalog).measure]
            except DomainError as error:
                self.problems.add(use.line, error.code, error.message)
            else:
                self.measures[use.name] = measure
        every = (*self.spec.figures, *self.spec.details, *self.spec.phrases)
        for name in dict.fromkeys(every):
            if name in BUILT_IN or every.count(name) > 1:
                line = (
                    self.spec.details.get(name) or self.spec.phrases.get(name) or self.spec.figures[name]
                ).line
                text = f"名称“{name}”已有别的含义（{'、'.join(BUILT_IN)}为报告自带）。请换一个。"
                self.problems.add(line, "report.name_taken", text)

    def _check_details(self) -> None:
        for detail in self.spec.details.values():
            if detail.figure:
                self._check_figure_name(detail.figure, detail.line)
                measure = self.measures.get(detail.figure)
                if measure is not None and measure.behaviour != "coverage":
                    text = f"“{detail.figure}”不是覆盖（coverage）数据项，列不出缺什么。请改用覆盖数据项。"
                    self.problems.add(detail.line, "report.detail", text)
            if detail.register:
                self._check_shown(detail)

    def _check_shown(self, detail: Detail) -> None:
        register = self.catalog.registers.get(detail.register)
        if register is None:
            text = f"没有“{detail.register}”这个台账。{_nearest(detail.register, self.catalog.registers)}"
            self.problems.add(detail.line, "report.unknown_name", text)
            return
        for name in _SHOWN.findall(detail.show):
            field = register.by_id.get(name)
            if field is None and name not in ("unit", "day"):
                known = "、".join(("unit", "day", *register.by_id))
                text = f"台账“{detail.register}”没有字段“{name}”。可用：{known}。"
                self.problems.add(detail.line, "report.unknown_name", text)
            elif field is not None and field.personal is not None:
                text = f"“{name}”是个人信息，不能写进报告。请去掉。"
                self.problems.add(detail.line, "report.personal", text)

    def _check_parts(self) -> None:
        for rule in self.spec.parts:
            names = (rule.whole, *rule.parts)
            for name in names:
                self._check_figure_name(name, rule.line)
            units = {self.measures[name].unit for name in names if name in self.measures}
            if len({unit.family for unit in units}) > 1:
                text = f"合计和分项的单位不同（{'、'.join(sorted(map(str, units)))}），不能相加。"
                self.problems.add(rule.line, "report.parts_rule", text)

    def _check_phrases(self) -> None:
        for phrase in self.spec.phrases.values():
            for name in phrase.names:
                self._check_figure_name(name, phrase.line)

    def _check_prose(self) -> None:
        spec = self.spec
        document, found = parse_prose(spec.prose, file=spec.file, first_line=spec.first_line)
        self.problems.found.extend(found)
        known: Mapping[str, object] = {**spec.figures, **spec.details, **spec.phrases}
        used = set()
        for use in uses(document):
            used.add(use.name)
            if use.name not in known and use.name not in BUILT_IN:
                text = f"正文用到的“{use.name}”不在 figures 和 details 中。{_nearest(use.name, known)}"
                self.problems.add(use.line, "report.unknown_name", text)
            if use.style and use.name not in spec.figures:
                text = f"只有数字能写样式，“{use.name}”不是。请去掉“| {use.style}”。"
                self.problems.add(use.line, "report.style", text)
            elif use.style and use.style not in STYLES:
                text = f"没有“{use.style}”这种写法。{_nearest(use.style, STYLES)}可用：{'、'.join(STYLES)}。"
                self.problems.add(use.line, "report.style", text)
        used |= {each for rule in spec.parts for each in (rule.whole, *rule.parts)}
        used |= {detail.figure for detail in spec.details.values()}
        used |= {name for phrase in spec.phrases.values() if phrase.name in used for name in phrase.names}
        for name in known:
            if name not in used:
                line = (spec.figures.get(name) or spec.details.get(name) or spec.phrases[name]).line
                text = f"“{name}”没有在正文中用到。请删去，或写进正文：{{{{ {name} }}}}。"
                self.problems.add(line, "report.unused", text)

    def _check_figure_name(self, name: str, line: int) -> None:
        if name and name not in self.spec.figures:
            text = f"figures 中没有“{name}”。{_nearest(name, self.spec.figures)}"
            self.problems.add(line, "report.unknown_name", text)


def _nearest(name: str, known: Mapping[str, object] | Sequence[str]) -> str:
    near = process.extractOne(name, list(known), score_cutoff=50)
    return f"最接近的是“{near[0]}”。" if near else ""
