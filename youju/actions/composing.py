"""Composing a report: figures of one moment, worded truthfully, each with its source, put into the prose. Reads only."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from youju.actions import clock, witness
from youju.core.document import Document, FigureText, Use, Words, fill, parse_prose, plain_text
from youju.core.figure import Figure
from youju.core.grant import Viewer
from youju.core.period import Frequency, Period, slot_of
from youju.core.phrase import PhraseUntrue, said_together, say
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.core.quantity import Quantity
from youju.core.recipe import Recipe, parse_recipe, root_of
from youju.core.report import Detail, FigureUse, PeriodOfReport, ReportSpec
from youju.core.wording import Worded, word
from youju.core.zh.wordings import exact
from youju.office.facts import Fact, Facts, PartsCheck, facts_bytes
from youju.office.gongwen import FigureNote, GongwenMeta
from youju.store.queries import entries as listing
from youju.store.queries import figures, scope
from youju.store.queries.figures import World

_SHOWN = re.compile(r"\{(\w+)\}")
_LENGTHS: dict[str, Frequency] = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}
_LENGTHS_ZH = {"month": "月", "quarter": "季度", "year": "年"}


Evaluate = Callable[[Sequence[Recipe]], Sequence[Figure]]
Remember = Callable[[tuple[object, ...], Callable[[], str]], str]


@dataclass(frozen=True, slots=True)
class Composed:
    """A report with its figures in place, ready for every writer.

    unit      the unit that reports; day: 成文日期
    figures   by the name the report gives them; used: key in the text → name
    together  key in the text → further names its number speaks for (各)
    revisions by name of a figure: keys of the revisions behind it
    details   what stands for each name that is words rather than a number
    warnings  where another wording was taken, where somebody has not reported, what waits
    """

    spec: ReportSpec
    unit: int
    unit_name: str
    period: Period
    day: date
    document: Document
    notes: tuple[FigureNote, ...]
    facts: Facts
    figures: Mapping[str, Figure]
    used: Mapping[str, str]
    together: Mapping[str, tuple[str, ...]]
    revisions: Mapping[str, tuple[int, ...]]
    details: Mapping[str, str]
    warnings: tuple[Problem, ...]

    @property
    def text(self) -> str:
        """What the body reads as."""
        return plain_text(self.document)

    @property
    def title(self) -> str:
        """The title with the unit and the period in it."""
        return title_of(self.spec, self.unit_name, self.period)

    @property
    def signature(self) -> str:
        """Who signs, as it stands below the text."""
        return self.unit_name if self.spec.signature in ("", "unit") else self.spec.signature

    def meta(self, facts: bytes = b"") -> GongwenMeta:
        """What stands around the body; `facts` is the facts file, whose digest is printed below the table."""
        remark = (
            f"本表由台账#{self.facts.seq}生成；数据文件 {self.spec.id or 'report'}.facts.json 的 SHA-256："
        )
        data = facts or facts_bytes(self.facts)
        remarks = [f"{remark}{hashlib.sha256(data).hexdigest()}。"]
        if (chained := witness.head_at(self.facts.seq)) is not None:
            remarks.append(
                f"链头：{chained}（审计时用 youju verify --head 对照，可知台账此后有无改写或回退）"
            )
        return GongwenMeta(
            self.title,
            self.spec.addressee,
            self.signature,
            self.day,
            remarks=tuple(remarks),
        )


@dataclass
class _Writer:
    spec: ReportSpec
    unit: int
    unit_name: str
    period: Period
    world: World
    viewer: Viewer
    figures: dict[str, Figure]
    sources: Mapping[str, tuple[str, ...]]
    given: Mapping[str, str] | None
    remember: Remember | None
    strict: bool
    notes: list[FigureNote] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    used: dict[str, str] = field(default_factory=dict)
    together: dict[str, tuple[str, ...]] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    warnings: list[Problem] = field(default_factory=list)


def title_of(spec: ReportSpec, unit_name: str, period: Period) -> str:
    """The report's title for a unit and a period."""
    return spec.title.replace("{unit}", unit_name).replace("{period}", period.chinese())


def compose(
    spec: ReportSpec,
    unit_text: str,
    period: Period,
    *,
    viewer: Viewer,
    world: World,
    at: datetime,
    day: date | None = None,
    strict: bool = True,
    sources: bool = True,
    given: Mapping[str, str] | None = None,
    evaluate: Evaluate | None = None,
    remember: Remember | None = None,
    divided: bool = True,
) -> Composed:
    """The report of a unit and a period as of `world`.

    unit_text  name or code of the unit that reports; day: 成文日期, the period's last day when it is not given
    at         the instant of world's moment
    strict     False while it is being written: what is wrong is a warning, and the good part is shown
    sources    False leaves the entries behind each figure out
    given      words that stand for details, as a final report keeps them; None reads them from the ledger
    evaluate   how the figures of recipes are had; by asking the ledger, when it is not given
    divided    按现区划 is by the division of world's day; False leaves it as reports that were signed before have it
    remember   where the words of details are kept while the ledger stands still
    raises     Refused when figures that must add up do not, PeriodOfReport, BadRecipe, NotAllowed, PhraseUntrue …
    """
    if strict:
        _check_period(spec, period)
    unit = world.tree.find(unit_text, period.last)
    scope.require(viewer, "see", unit, world.tree, clock.today())
    naming = world.tree.naming(unit, period.last)
    today = world.moment.day if divided else None
    recipes, bad = _recipes(spec, naming.code or naming.name, period, world, viewer, today, strict=strict)
    asked = list(recipes.values())
    answers = evaluate(asked) if evaluate else figures.evaluate_in(world, asked, viewer)
    found = dict(zip(recipes, answers, strict=True))
    revisions, uids = _sources(recipes, viewer, world) if sources else ({}, {})
    writer = _Writer(spec, unit, naming.name, period, world, viewer, found, uids, given, remember, strict)
    writer.warnings += bad
    checks = _check_parts(writer)
    document, problems = parse_prose(spec.prose, file=spec.file, first_line=spec.first_line)
    if problems and strict:
        raise Refused(problems)
    writer.warnings += problems
    document = fill(document, lambda use: _answer(writer, use))
    facts = Facts(
        spec.id,
        title_of(spec, naming.name, period),
        naming.name,
        period,
        world.moment.seq,
        at,
        tuple(writer.facts),
        checks,
    )
    return Composed(
        spec,
        unit,
        naming.name,
        period,
        day or period.last,
        document,
        tuple(writer.notes),
        facts,
        found,
        writer.used,
        writer.together,
        revisions,
        writer.details,
        tuple(writer.warnings),
    )


def built_in(unit_name: str, period: Period) -> dict[str, str]:
    """The report's own period, unit and last day, in words."""
    last = period.last
    return {
        "period": period.chinese(),
        "unit": unit_name,
        "until": f"{last.year}年{last.month}月{last.day}日",
    }


def label_of(figure: Figure, title: str) -> str:
    """What a figure is called in a list: the value of its last dimension, or its measure's title."""
    return figure.recipe.dims[-1][1] if figure.recipe.dims else title


def exact_text(figure: Figure) -> str:
    """The value with its unit and what it is a part of, as the source table says it."""
    if figure.value is None:
        return "未报"
    if figure.recipe.against:
        base = "" if figure.whole is None else f"（比较基数{exact(figure.whole)}）"
        return f"{exact(figure.value)}{base}"
    if figure.whole is not None and figure.whole.unit == figure.value.unit:
        return f"{exact(figure.value)}（共{exact(figure.whole)}）"
    return exact(figure.value)


def _recipes(
    spec: ReportSpec,
    unit: str,
    period: Period,
    world: World,
    viewer: Viewer,
    today: date | None,
    *,
    strict: bool,
) -> tuple[dict[str, Recipe], list[Problem]]:
    found: dict[str, Recipe] = {}
    bad = []
    for name, use in spec.figures.items():
        try:
            recipe = parse_recipe(use.recipe, unit=unit, period=period)
            if today is not None:
                recipe = recipe.asked(today)
            if not strict:
                figures.plan_in(world, recipe, viewer)  # one wrong recipe must not take the others along
            found[name] = recipe
        except DomainError as refusal:
            if strict:
                raise
            place = Where(file=spec.file, line=use.line, field=name)
            bad.append(Problem(place, refusal.code, refusal.message))
    return found, bad


def _answer(writer: _Writer, use: Use) -> tuple[Words | FigureText, ...]:
    spec = writer.spec
    if use.name in writer.figures:
        return (_figure(writer, use),)
    if use.name in spec.details:
        detail = spec.details[use.name]
        if writer.given is not None:
            text = writer.given.get(use.name, "")
        elif writer.remember is not None and detail.register:
            place = (detail.register, detail.show, writer.unit, writer.period)
            text = writer.remember(place, lambda: _detail(writer, detail))
        else:
            text = _detail(writer, detail)
        writer.details[use.name] = text
        return (Words(text, use.bold),)
    if use.name in spec.phrases:
        return _phrase(writer, use)
    own = built_in(writer.unit_name, writer.period)
    if use.name in own:
        return (Words(own[use.name], use.bold),)
    if writer.strict:
        raise KeyError(use.name)
    return (Words(f"【{use.name}？】", use.bold),)


def _phrase(writer: _Writer, use: Use) -> tuple[Words | FigureText, ...]:
    phrase = writer.spec.phrases[use.name]
    titles = {
        name: label_of(figure, writer.world.catalog.measures[figure.recipe.measure].title)
        for name, figure in writer.figures.items()
    }
    try:
        pieces = say(phrase, writer.figures, titles, use)
        together = said_together(phrase, writer.figures)
    except PhraseUntrue as refusal:
        if writer.strict:
            raise
        place = Where(file=writer.spec.file, line=use.line, field=use.name)
        writer.warnings.append(Problem(place, refusal.code, refusal.message))
        return (Words(f"【{use.name}：{refusal.fields['why']}】", use.bold),)
    except KeyError as lost:
        if writer.strict:
            raise
        return (Words(f"【{use.name}：缺{lost.args[0]}】", use.bold),)
    return tuple(
        _figure(writer, piece, together[1:]) if isinstance(piece, Use) else piece for piece in pieces
    )


def _figure(writer: _Writer, use: Use, together: tuple[str, ...] = ()) -> FigureText:
    spec: FigureUse = writer.spec.figures[use.name]
    figure = writer.figures[use.name]
    worded = word(figure, use.style or spec.wording, spec.noun)
    key = f"F{len(writer.notes) + 1:03}"
    writer.used[key] = use.name
    if together:
        writer.together[key] = together
    _warn(writer, use, figure, worded)
    measure = writer.world.catalog.measures[figure.recipe.measure]
    asked = figure.recipe
    root = root_of(asked, writer.world.tree)
    others = "".join(f"；{name}同为{exact_text(writer.figures[name])}" for name in together)
    sources = writer.sources.get(use.name, ())
    writer.notes.append(
        FigureNote(
            key,
            worded.text,
            exact_text(figure) + others,
            measure.definition,
            writer.world.tree.name(root, asked.day),
            asked.period.chinese(),
            f"台账#{figure.seq}",
            len(sources),
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
            measure.unit.symbol if figure.value is None else figure.value.unit.symbol,
            worded.text,
            worded.interval,
            worded.style,
            figure.n,
            figure.missing,
            figure.pending,
            sources,
        )
    )
    return FigureText(key, worded.text, use.bold)


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
        if detail.figure not in writer.figures:
            return "无"
        shortfalls = writer.figures[detail.figure].shortfalls
        return (
            "；".join(f"{tree.full_name(each.unit, last)}缺{'、'.join(each.lacks)}" for each in shortfalls)
            or "无"
        )
    seq = writer.world.moment.seq
    rows = listing.counted_values(
        detail.register, writer.viewer, tree, clock.today(), writer.unit, writer.period, seq
    )
    said = []
    for row in rows:
        known = {"unit": row.unit, "day": f"{row.day.year}年{row.day.month}月{row.day.day}日", **row.values}
        said.append(_SHOWN.sub(lambda found, known=known: known.get(found[1], ""), detail.show))  # type: ignore[misc]
    return "；".join(dict.fromkeys(said)) or "无"


def _check_period(spec: ReportSpec, period: Period) -> None:
    if spec.period != "any" and slot_of(period.first, _LENGTHS[spec.period]) != period:
        raise PeriodOfReport(title=spec.title, wanted=_LENGTHS_ZH[spec.period], given=period.chinese())


def _check_parts(writer: _Writer) -> tuple[PartsCheck, ...]:
    checks: list[PartsCheck] = []
    problems = []
    for rule in writer.spec.parts:
        if not {rule.whole, *rule.parts} <= writer.figures.keys():
            continue  # said already: its recipe is wrong
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
    if writer.strict and any(problem.level == "error" for problem in problems):
        raise Refused(tuple(problems))
    writer.warnings.extend(problems)
    return tuple(checks)


def _sources(
    recipes: Mapping[str, Recipe], viewer: Viewer, world: World
) -> tuple[dict[str, tuple[int, ...]], dict[str, tuple[str, ...]]]:
    """By name of a figure: the revisions behind it, and the uids of their entries. Two statements."""
    behind = dict(zip(recipes, figures.revisions_behind(list(recipes.values()), viewer, world), strict=True))
    uids = listing.uids_of_revisions({revision for each in behind.values() for revision in each})
    return behind, {
        name: tuple(dict.fromkeys(uids[revision] for revision in each)) for name, each in behind.items()
    }
