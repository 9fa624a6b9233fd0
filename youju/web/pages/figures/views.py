"""数字: a value, how it was computed, and the records behind it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render

from youju.core.figure import parse_as_of, parse_recipe
from youju.core.grant import NotAllowed
from youju.core.orgtree import AmbiguousOrgUnit, UnknownOrgUnit
from youju.store.queries import entries, figures
from youju.web import errors
from youju.web.asking import Asked
from youju.web.components.tables import Column, Paging, Table, offset_in

PAGE = 50
COLUMNS = (
    Column("日期", "day"),
    Column("组织"),
    Column("台账"),
    Column("数量", "number"),
    Column("内容", "long"),
    Column("登记人"),
)


def show(request: Asked) -> HttpResponse:
    """One figure, by its recipe. Refuses unreadable recipes and foreign units with the sentence of the core."""
    recipe = parse_recipe(request.GET.get("recipe", ""))
    if said := request.GET.get("as_of", ""):
        recipe = replace(recipe, as_of=parse_as_of(said))
    offset = offset_in(request.GET.get("offset", ""), PAGE)
    try:
        (figure,) = figures.evaluate([recipe], request.viewer, request.today)
    except (NotAllowed, UnknownOrgUnit, AmbiguousOrgUnit):
        # One answer for a unit that is not there and one out of reach; the usual hint would name others' units.
        return errors.page(request, 404, "没有这个组织，或不在您的授权范围内。请核对取数式中的组织名称。")
    fixed = figure.recipe
    page = figures.trace(fixed, request.viewer, request.today, offset=offset, limit=PAGE)
    tree, measure = page.world.tree, page.world.catalog.measures[fixed.measure]
    lines = entries.lines_of({source.entry for source in page.sources}, tree)
    rows = [
        (
            source.day,
            tree.full_name(source.unit, source.day),
            lines[source.entry].register,
            source.amount,
            "随组织调整转移" if source.transfer else _said(lines[source.entry]),
            lines[source.entry].author,
        )
        for source in page.sources
    ]
    paging = Paging(figure.n, offset, PAGE, request.path, {"recipe": str(recipe)})
    context = {
        "figure": figure,
        "measure": measure,
        "recipe": recipe,
        "period": fixed.period,
        "unit": tree.full_name(tree.find(recipe.unit, recipe.period.last), recipe.period.last),
        "missing": [tree.full_name(unit, fixed.period.last) for unit in figure.missing_units],
        "shortfalls": [
            (tree.full_name(each.unit, fixed.period.last), each.lacks) for each in figure.shortfalls
        ],
        "sources": Table("构成这个数字的记录", COLUMNS, rows, paging, "没有计入的记录。"),
    }
    return render(request, "pages/figures/figure.html", context)


def _said(line: entries.EntryLine) -> str:
    return "零报告" if line.nil else "，".join(f"{title} {text}" for title, text in line.values.items())
