"""Writing a report: figures of one moment, worded truthfully, each with its source, as .docx and facts.json.

Rendering reads the ledger and changes nothing in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.conf import settings

from youju.actions import clock
from youju.core.document import Document, FigureText, Use, Words, fill, parse_prose, plain_text
from youju.core.figure import NOW, AsOf, Figure, Recipe, parse_recipe
from youju.core.grant import Viewer
from youju.core.period import Frequency, Period, slot_of
from youju.core.problem import Problem, Refused, Where
from youju.core.quantity import Quantity
from youju.core.report import Detail, FigureUse, PeriodOfReport, ReportSpec
from youju.core.wording import Worded, word
from youju.core.zh.wordings import exact
from youju.office.facts import Fact, Facts, PartsCheck, facts_bytes
from youju.office.gongwen import FigureNote, GongwenMeta, gongwen_bytes
from youju.office.package import write_whole
from youju.office.pdf import pdf_bytes
from youju.store.queries import entries as listing
from youju.store.queries import figures, scope
from youju.store.queries.figures import World
from youju.store.queries.ledger import instant_of

_SHOWN = re.compile(r"\{(\w+)\}")
_LENGTHS: dict[str, Frequency] = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}
_LENGTHS_ZH = {"month": "月", "quarter": "季度", "year": "年"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was written. `warnings` say where another wording was taken, where somebody has not reported, what waits."""

    docx: Path
    pdf: Path
    facts_file: Path
    facts: Facts
    figures: Mapping[str, Figure]
    warnings: tuple[Problem, ...]
    text: str


@dataclass
class _Writer:
    spec: ReportSpec
    unit: int
    unit_name: str
    period: Period
    world: World
    viewer: Viewer
    figures: dict[str, Figure]
    sources: dict[str, tuple[str, ...]]
    notes: list[FigureNote] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def render(
    spec: ReportSpec,
    unit_text: str,
    period: Period,
    *,
    viewer: Viewer,
    out: Path,
    as_of: AsOf = NOW,
    day: date | None = None,
) -> Rendered:
    """Write `out`/<id>.docx, <id>.pdf and <id>.facts.json.

    unit_text  name or code of the unit that reports; day: 成文日期, the period's last day when it is not given
    raises     Refused when figures that must add up do not, PeriodOfReport, BadRecipe, NotAllowed …
    """
    _check_period(spec, period)
    world = figures.world_at(as_of, clock.today())
    unit = world.tree.find(unit_text, period.last)
    scope.require(viewer, "see", unit, world.tree, clock.today())
    naming = world.tree.naming(unit, period.last)
    recipes = {
        name: parse_recipe(use.recipe, unit=naming.code or naming.name, period=period)
        for name, use in spec.figures.items()
    }
    found = dict(zip(recipes, figures.evaluate_in(world, list(recipes.values()), viewer), strict=True))
    writer = _Writer(spec, unit, naming.name, period, world, viewer, found, _sources(recipes, viewer, world))
    checks = _check_parts(writer)
    document, problems = parse_prose(spec.prose, file=spec.file, first_line=spec.first_line)
    if problems:
        raise Refused(problems)
    document = fill(document, lambda use: _answer(writer, use))
    facts = Facts(
        spec.id,
        spec.title,
        naming.name,
        period,
        world.moment.seq,
        instant_of(world.moment.seq),
        tuple(writer.facts),
        checks,
    )
    return _write(writer, document, facts, out, day or period.last)


def _write(writer: _Writer, document: Document, facts: Facts, out: Path, day: date) -> Rendered:
    spec = writer.spec
    data = facts_bytes(facts)
    remark = f"本表由台账#{facts.seq}生成；数据文件 {spec.id}.facts.json 的 SHA-256：{hashlib.sha256(data).hexdigest()}。"
    meta = GongwenMeta(
        spec.title.replace("{unit}", writer.unit_name).replace("{period}", writer.period.chinese()),
        spec.addressee,
        writer.unit_name if spec.signature in ("", "unit") else spec.signature,
        day,
        remarks=(remark,),
    )
    content = gongwen_bytes(document, meta, writer.notes)
    pages = pdf_bytes(document, meta, writer.notes, facts=data, fonts=Path(settings.DATA_DIR) / "fonts")
    out.mkdir(parents=True, exist_ok=True)
    docx, pdf, facts_file = (out / f"{spec.id}.{end}" for end in ("docx", "pdf", "facts.json"))
    write_whole(facts_file, data)
    write_whole(docx, content)
    write_whole(pdf, pages)
    return Rendered(
        docx, pdf, facts_file, facts, writer.figures, tuple(writer.warnings), plain_text(document)
    )


def _answer(writer: _Writer, use: Use) -> tuple[Words | FigureText, ...]:
    if use.name in writer.spec.figures:
        return (_figure(writer, use),)
    if use.name in writer.spec.details:
        return (Words(_detail(writer, writer.spec.details[use.name]), use.bold),)
    built_in = {
        "period": writer.period.chinese(),
        "unit": writer.unit_name,
        "until": f"{writer.period.last.year}年{writer.period.last.month}月{writer.period.last.day}日",
    }
    return (Words(built_in[use.name], use.bold),)


def _figure(writer: _Writer, use: Use) -> FigureText:
    spec: FigureUse = writer.spec.figures[use.name]
    figure = writer.figures[use.name]
    worded = word(figure, use.style or spec.wording, spec.noun)
    key = f"F{len(writer.notes) + 1:03}"
    _warn(writer, use, figure, worded)
    measure = writer.world.catalog.measures[figure.recipe.measure]
    asked = figure.recipe
    root = writer.world.tree.find(asked.unit, asked.period.last)
    writer.notes.append(
        FigureNote(
            key,
            worded.text,
            _exact(figure),
            measure.definition,
            writer.world.tree.name(root, asked.period.last),
            asked.period.chinese(),
            f"台账#{figure.seq}",
            len(writer.sources[use.name]),
            str(asked),
            figure.pending,
            figure.missing,
        )
    )
    writer.facts.append(
        Fact(
            key,
            use.name,
            str(asked),
            None if figure.value is None else figure.value.number,
            measure.unit.symbol,
            worded.text,
            worded.interval,
            worded.style,
            figure.n,
            figure.missing,
            figure.pending,
            writer.sources[use.name],
        )
    )
    return FigureText(key, worded.text, use.bold)


def _exact(figure: Figure) -> str:
    if figure.value is None:
        return "未报"
    if figure.whole is not None and figure.whole.unit == figure.value.unit:
        return f"{exact(figure.value)}（共{exact(figure.whole)}）"
    return exact(figure.value)


def _warn(writer: _Writer, use: Use, figure: Figure, worded: Worded) -> None:
    place = Where(file=writer.spec.file, line=use.line, field=use.name)

    def warn(code: str, text: str) -> None:
        writer.warnings.append(Problem(place, code, text, "warning"))

    if figure.value is None:
        warn("report.not_reported", "没有任何单位报送，正文写作“（未报）”。请先补登或删去这一句。")
    elif worded.instead:
        warn("report.other_wording", f"“{worded.instead}”的写法不成立，改写为“{worded.text}”。")
    if figure.missing:
        names = [writer.world.tree.name(unit, writer.period.last) for unit in figure.missing_units]
        shown = "、".join(names[:5]) + ("等" if len(names) > 5 else "")
        warn("report.missing", f"{figure.missing}个单位有未报的期次（{shown}），数字只含已报的。")
    if figure.pending:
        warn("report.pending", f"有{figure.pending}条待审核，未计入。")


def _detail(writer: _Writer, detail: Detail) -> str:
    tree, last = writer.world.tree, writer.period.last
    if detail.figure:
        shortfalls = writer.figures[detail.figure].shortfalls
        return (
            "；".join(f"{tree.full_name(each.unit, last)}缺{'、'.join(each.lacks)}" for each in shortfalls)
            or "无"
        )
    rows = listing.counted_values(
        detail.register, writer.viewer, tree, clock.today(), writer.unit, writer.period
    )
    said = []
    for line, values in rows:
        known = {"unit": line.unit, "day": f"{line.day.year}年{line.day.month}月{line.day.day}日", **values}
        said.append(_SHOWN.sub(lambda found, known=known: known.get(found[1], ""), detail.show))  # type: ignore[misc]
    return "；".join(dict.fromkeys(said)) or "无"


def _check_period(spec: ReportSpec, period: Period) -> None:
    if spec.period != "any" and slot_of(period.first, _LENGTHS[spec.period]) != period:
        raise PeriodOfReport(title=spec.title, wanted=_LENGTHS_ZH[spec.period], given=period.chinese())


def _check_parts(writer: _Writer) -> tuple[PartsCheck, ...]:
    checks: list[PartsCheck] = []
    problems = []
    for rule in writer.spec.parts:
        values = {name: writer.figures[name].value for name in (rule.whole, *rule.parts)}
        unreported = [name for name, value in values.items() if value is None]
        known: list[Quantity] = [value for name in rule.parts if (value := values[name]) is not None]
        whole = values[rule.whole]
        place = Where(file=writer.spec.file, line=rule.line)
        if whole is None or not known:
            text = f"“{'、'.join(unreported)}”未报，无法核对合计。"
            problems.append(Problem(place, "report.parts", text, "warning"))
            continue
        total = sum(known[1:], known[0]).to(whole.unit)
        difference: Decimal = whole.number - total.number
        checks.append(PartsCheck(rule.whole, rule.parts, difference == 0, difference))
        if difference:
            text = (
                f"“{rule.whole}”为{whole}，而“{'、'.join(rule.parts)}”合计为{total}，两者不符。"
                "请先核对台账，再出报告。"
            )
            problems.append(Problem(place, "report.parts", text))
    if any(problem.level == "error" for problem in problems):
        raise Refused(tuple(problems))
    writer.warnings.extend(problems)
    return tuple(checks)


def _sources(recipes: Mapping[str, Recipe], viewer: Viewer, world: World) -> dict[str, tuple[str, ...]]:
    behind: Sequence[tuple[int, ...]] = figures.revisions_behind(list(recipes.values()), viewer, world)
    uids = listing.uids_of_revisions({revision for each in behind for revision in each})
    return {
        name: tuple(dict.fromkeys(uids[revision] for revision in each))
        for name, each in zip(recipes, behind, strict=True)
    }
