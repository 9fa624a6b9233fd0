"""数字: a value, how it was computed, what makes it up, who has not reported, and the records behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import visits
from youju.actions.inserting import choices, search
from youju.core.division import NotInDivision, stand_in
from youju.core.figure import Figure
from youju.core.grant import NotAllowed
from youju.core.measure import Measure
from youju.core.orgtree import AmbiguousOrgUnit, OrgTree, UnknownOrgUnit
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.core.quantity import Quantity
from youju.core.recipe import AGAINST_ZH, NOW, Recipe, parse_recipe, root_of
from youju.core.register import Catalog
from youju.core.zh.dates import read_period
from youju.office.handing_out import MOST
from youju.store.queries import entries, figures, scope
from youju.store.queries.behind import Behind, Told, behind
from youju.store.queries.entries import EntryLine
from youju.store.queries.ledger import head
from youju.store.queries.overview import code_of, visible_measures
from youju.store.queries.specs import catalog_at
from youju.store.queries.tree import uids
from youju.web import errors
from youju.web.asking import Asked
from youju.web.components import charts, exports, marks
from youju.web.components.tables import Column, Paging, Table, offset_in
from youju.web.pages.figures.asking import FigureForm, filled

PAGE = 20
NAMED = 200  # units that are named one by one; a province has thousands
OFFERED = 300  # units that the form offers while they are typed
COLUMNS = (
    Column("日期", "day"),
    Column("组织"),
    Column("台账"),
    Column("数量", "number"),
    Column("内容", "long"),
    Column("登记人"),
)
MEASURES = (
    Column("数据项"), Column("也叫"), Column("怎么算的", "long"), Column("数值", "number"), Column("台账"),
)  # fmt: skip
GONE = "没有这个数字，或不在您的授权范围内。请核对数据项和组织的名称。"


def show(request: Asked) -> HttpResponseBase:
    """One figure by its recipe, or by the form's parts; without either, the measures to choose from."""
    if "recipe" in request.GET:
        return _figure(request, request.GET["recipe"])
    if "measure" in request.GET:
        return _asked(request, request.GET["measure"])
    return _search(request, request.GET.get("q", ""))


def _asked(request: Asked, name: str) -> HttpResponse:
    """What the form says, as the address of a figure; what cannot be read stands beside its field."""
    catalog = catalog_at(head().head)
    measure = catalog.measures.get(name)
    if measure is None or not _may(request, measure, catalog):
        raise Http404
    form = FigureForm(measure, catalog, request.today, request.GET.dict())
    if form.is_valid():
        try:
            return redirect(marks.trace_url(_placed(request, form.recipe)))
        except (UnknownOrgUnit, AmbiguousOrgUnit, NotInDivision) as error:
            form.add_error("unit", error.message)
    context = {"form": form, "measure": measure, "offered": _offered(request)}
    return render(request, "pages/figures/ask.html", context, status=422)


def _figure(request: Asked, text: str) -> HttpResponseBase:
    try:
        said = parse_recipe(text)
    except DomainError as error:
        return _search(request, text.partition("@")[0].strip()[:60], error.message)
    recipe = said.asked(request.today)
    if recipe != said:
        # The address says which day it was, so that it shows the same when it is opened another day.
        asked = request.GET.copy()
        asked["recipe"] = str(recipe)
        return redirect(f"{request.path}?{asked.urlencode()}")
    try:
        found = behind(_placed(request, recipe), request.viewer, request.today)
    except (NotAllowed, UnknownOrgUnit, AmbiguousOrgUnit):
        return errors.page(request, 404, GONE)
    except DomainError as error:
        return _search(request, recipe.measure[:60], error.message)
    visits.note(found.unit, request.viewer, request.tree, by=request.member)
    totals = request.from_above and request.tree.town_of(found.unit, request.today) is None
    if totals:
        return _totals(request, found, recipe)
    if (form := exports.asked_for(request)) and "list" not in request.GET:
        page = figures.trace(
            found.figure.recipe, request.viewer, request.today, limit=MOST, world=found.world
        )
        table = _sources(request, found, page, None)
        return exports.handed_out(exports.listing_of(table, f"取数式：{found.figure.recipe}"), form)
    offset = offset_in(request.GET.get("offset", ""), PAGE)
    page = figures.trace(
        found.figure.recipe, request.viewer, request.today, offset=offset, limit=PAGE, world=found.world
    )
    paging = Paging(found.lines, offset, PAGE, request.path, {"recipe": text})
    table = _sources(request, found, page, paging)
    return render(request, "pages/figures/figure.html", _context(request, found, recipe, table))


def _totals(request: Asked, found: Behind, recipe: Recipe) -> HttpResponseBase:
    """A total of several towns for who looks from above: towns are counted, records are read in each town."""
    context = _context(request, found, recipe, None)
    tree, day = found.world.tree, found.figure.recipe.day
    short = tree.per_town((each.unit for each in found.figure.shortfalls), day)
    missing: Sequence[int] = found.figure.missing_units
    if isinstance(found.figure.recipe.division, date):
        missing = [here for each in missing if (here := stand_in(tree, each, day)) is not None]
    context |= {
        "missing": _counted(tree, tree.per_town(missing, day), day),
        "shortfalls": [(tree.name(town, day), (f"{number}个",)) for town, number in short.items()],
        "short": len(short),
    }
    return render(request, "pages/figures/figure.html", context)


def _counted(tree: OrgTree, towns: Mapping[int, int], day: date) -> list[str]:
    return [f"{tree.name(town, day)}{number}个" for town, number in towns.items()]


def _context(request: Asked, found: Behind, recipe: Recipe, sources: Table | None) -> dict[str, Any]:
    figure, measure, tree = found.figure, found.measure, found.world.tree
    period, moment = figure.recipe.period, found.world.moment
    day = figure.recipe.day
    name = tree.full_name(found.unit, day)
    newest = moment.latest != date.max
    asked = replace(figure.recipe, as_of=recipe.as_of)
    form = FigureForm(measure, found.world.catalog, request.today, filled(asked, measure, name, now=newest))
    short = list(figure.shortfalls)
    return {
        "figure": figure,
        "measure": measure,
        "register": found.world.catalog.registers[measure.register],
        "against": AGAINST_ZH.get(figure.recipe.against, ""),
        "recipe": figure.recipe,
        "unit": name,
        "period": period.chinese(),
        "dims": figure.recipe.dims,
        "form": form,
        "offered": _offered(request),
        "moment": moment,
        "division": _division(figure.recipe),
        "stood_in": [tree.full_name(unit, day) for unit in found.stood_in[:NAMED]],
        "now": "" if newest else marks.trace_url(asked.anew()),
        "said": choices(figure, measure.noun if measure.coverage else ""),
        "parts": _told("由什么算出", "组成", found.parts, bars=False) if found.parts else None,
        "units": _told(f"{name}各组织", "组织", found.units, bars=measure.observed) if found.units else None,
        "times": _told("各时段", "时段", found.times, bars=True) if found.times else None,
        "splits": [
            (dimension, _told(f"按{dimension}", dimension, told, bars=True), whole)
            for (dimension, told), whole in zip(found.splits, found.exact[1:], strict=False)
        ],
        "units_exact": found.exact[0],
        "flow": measure.behaviour == "flow" and not figure.recipe.against,
        "missing": [tree.full_name(unit, period.last) for unit in figure.missing_units[:NAMED]],
        "shortfalls": [(tree.full_name(each.unit, day), each.lacks) for each in short[:NAMED]],
        "named": NAMED,
        "short": len(short),
        "waiting": _waiting(found, period) if figure.pending and measure.observed else "",
        "sources": sources,
        "export": {"recipe": str(figure.recipe)},
    }


def _sources(request: Asked, found: Behind, page: figures.Page, paging: Paging | None) -> Table:
    tree = found.world.tree
    lines = entries.lines_of({source.entry for source in page.sources}, tree)
    rows = []
    for source in page.sources:
        line = lines[source.entry]
        seen = scope.may(request.viewer, "see", source.unit, request.tree, request.today)
        rows.append(
            (
                marks.link(str(source.day), reverse("entry", args=[line.uid])) if seen else source.day,
                tree.full_name(source.unit, source.day),
                line.register
                if found.measure.observed
                else found.world.catalog.measures[source.measure].title,
                _amount(source),
                "随组织调整转移" if source.transfer else _said(line),
                line.author,
            )
        )
    caption = f"构成“{found.measure.title}”的记录"
    columns = [
        Column("数据项") if each.title == "台账" and not found.measure.observed else each for each in COLUMNS
    ]
    return Table(caption, columns, rows, paging, "没有计入的记录。", handed_out=False)


def _amount(source: figures.Source) -> str:
    """What one line adds; of a report of a level also the level."""
    if source.level is None or source.level == source.amount:
        return str(source.amount)
    word = "多" if source.amount.number >= 0 else "少"
    return f"{source.level}（比上次{word}{Quantity(abs(source.amount.number), source.amount.unit)}）"


def _said(line: EntryLine) -> str:
    said = "零报告" if line.nil else "，".join(f"{title} {text}" for title, text in line.values.items())
    return f"{said}（补录）" if line.late else said


def _division(recipe: Recipe) -> str:
    """By whose division the figure counts, in words; '' as everything stood at its time."""
    if isinstance(recipe.division, date):
        return f"按{Period(recipe.day, recipe.day).chinese()}的区划"
    return f"按期间最后一天（{Period(recipe.day, recipe.day).chinese()}）的区划" if recipe.division else ""


def _told(caption: str, what: str, told: Told, *, bars: bool) -> Table:
    """Figures in their own order, each with a bar as long as its share of the largest."""
    columns = [Column(what), Column("数值", "number"), *([Column("图示")] if bars else [])]
    top = max((abs(each.value.number) for _, each in told if each.value), default=Decimal(0))
    rows: list[Sequence[object]] = [
        (title, _value(each), *([charts.bar(each.value.number if each.value else None, top)] if bars else []))
        for title, each in told
    ]
    return Table(caption, columns, rows)


def _value(figure: Figure) -> str:
    value, whole = figure.value, figure.whole
    if value is None or whole is None or figure.recipe.against or value.unit.family != whole.unit.family:
        return marks.figure(figure)
    return marks.figure(figure, f"{figure.text}（共{whole}）")


def _waiting(found: Behind, period: Period) -> str:
    """The list of entries that wait and would count."""
    asked = {"state": "pending", "unit": str(uids([found.unit])[found.unit])}
    if found.measure.behaviour == "flow":
        asked["period"] = str(period)
    return f"{reverse('ledger_list', args=[found.measure.register])}?{urlencode(asked)}"


def _search(request: Asked, asked: str, problem: str = "") -> HttpResponse:
    """The measures that people may mean, each with its figure; all, by register, when nothing is asked."""
    asked = asked.strip()[:60]
    world = figures.world_at(NOW, request.today)
    unit = request.viewer.grants_for("see", request.today)[0].unit
    may = visible_measures(request.viewer, unit, world)
    measures = {name: each for name, each in world.catalog.measures.items() if name in may}
    found = search(Catalog(world.catalog.registers, measures), asked)
    period, wrong = Period(request.today.replace(month=1, day=1), request.today), ""
    if said := request.GET.get("period", "").strip()[:40]:
        try:
            period = read_period(said, request.today.year, request.today)
        except DomainError as error:
            wrong = error.message
    code = code_of(world.tree, unit, period.last)
    told = figures.evaluate_in(world, [Recipe(each.id, code, period) for each in found], request.viewer)
    lines = list(zip(found, told, strict=True))
    if not asked:
        lines.sort(key=lambda each: each[0].register)
    rows = [
        (
            marks.link(each.title, marks.trace_url(replace(figure.recipe, as_of=NOW))),
            "、".join(each.aliases),
            each.definition,
            marks.figure(figure),
            world.catalog.registers[each.register].title,
        )
        for each, figure in lines
    ]
    context = {
        "q": asked,
        "problem": problem,
        "wrong": wrong,
        "period_said": said,
        "unit": world.tree.full_name(unit, request.today),
        "period": period.chinese(),
        "table": Table("数据项", MEASURES, rows, None, "没有叫这个名字的数据项。请换个叫法，或看全部。"),
    }
    status = 422 if problem or wrong else 200
    return render(request, "pages/figures/search.html", context, status=status)


def _may(request: Asked, measure: Measure, catalog: Catalog) -> bool:
    """Whether the registers behind a measure are granted anywhere."""
    return all(
        request.viewer.grants_for("see", request.today, each.register)
        for each in figures.measures_behind(measure, catalog)
    )


def _placed(request: Asked, recipe: Recipe) -> Recipe:
    """The recipe with its unit looked for within the viewer's reach, where a namesake elsewhere is none.

    raises  UnknownOrgUnit, AmbiguousOrgUnit, NotInDivision; they name only units within reach
    """
    refusal: DomainError | None = None
    for root in dict.fromkeys(grant.unit for grant in request.viewer.grants_for("see", request.today)):
        try:
            unit = root_of(recipe, request.tree, within=root)
        except (UnknownOrgUnit, AmbiguousOrgUnit, NotInDivision) as error:
            refusal = error
        else:
            return replace(recipe, unit=code_of(request.tree, unit, recipe.day))
    raise refusal or UnknownOrgUnit(name=recipe.unit, hint="")


def _offered(request: Asked) -> list[str]:
    """The units within reach by name, while they are few enough to choose from."""
    roots = dict.fromkeys(grant.unit for grant in request.viewer.grants_for("see", request.today))
    found = dict.fromkeys(unit for root in roots for unit in request.tree.members(root, request.today))
    return [request.tree.full_name(unit, request.today) for unit in found] if len(found) <= OFFERED else []
