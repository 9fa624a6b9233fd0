"""Reading: figures, their sources, units, registers, entries, reports."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router

from youju.api import schemas
from youju.api.asking import Caller, caller
from youju.api.listing import MOST as WHOLE
from youju.api.listing import Form, handed_out
from youju.core.division import NotInDivision
from youju.core.entry import UnknownEntry
from youju.core.figure import Figure
from youju.core.measure import Measure
from youju.core.orgtree import AmbiguousOrgUnit, UnknownOrgUnit
from youju.core.period import Period, parse_period
from youju.core.problem import DomainError
from youju.core.quantity import plain
from youju.core.recipe import Recipe, parse_as_of, parse_recipe, root_of
from youju.office.export import Value
from youju.store.queries import entries, figures, places, reports
from youju.store.queries.ledger import head
from youju.store.queries.overview import code_of
from youju.store.queries.specs import catalog_at
from youju.store.queries.tree import uids

router = Router()
MOST = 500
State = Literal["", "pending", "reviewed", "returned", "void"]


@router.get("/figure", response=schemas.FigureOut, summary="按取数式取一个数")
def one_figure(request: HttpRequest, recipe: Query[str], as_of: Query[str] = "") -> object:
    """One figure."""
    return _figures(caller(request), [_recipe(caller(request), recipe, as_of)])[0]


@router.post("/figures", response=list[schemas.FigureOut], summary="一次取多个数")
def many_figures(request: HttpRequest, asked: schemas.RecipesIn, form: Query[Form | None] = None) -> object:
    """Many figures of one moment, in their order."""
    who = caller(request)
    found = _figures(who, [_recipe(who, each, "") for each in asked.recipes])
    if form:
        names = ("recipe", "value", "unit", "text", "whole", "n", "missing", "pending", "seq")
        rows = [tuple(_cell(each[name]) for name in names) for each in found]
        headings = ("取数式", "数值", "单位", "写作", "共", "依据条数", "未报", "待审核", "台账序号")
        return handed_out(form, "数字", headings, rows)
    return found


@router.get("/trace", response=schemas.TraceOut, summary="一个数由哪些记录构成")
def trace(
    request: HttpRequest,
    recipe: Query[str],
    offset: Query[int] = 0,
    limit: Query[int] = 50,
    form: Query[Form | None] = None,
) -> object:
    """The records behind a figure."""
    who = caller(request)
    (figure,) = figures.evaluate([_recipe(who, recipe, "")], who.viewer, who.today)
    at, most = _part(offset, limit, form)
    page = figures.trace(figure.recipe, who.viewer, who.today, offset=at, limit=most)
    lines = entries.lines_of({source.entry for source in page.sources}, page.world.tree)
    who.opens(*(source.unit for source in page.sources))
    found = [
        {
            "entry": lines[each.entry].uid,
            "unit": page.world.tree.full_name(each.unit, each.day),
            "day": each.day,
            "amount": str(each.amount),
            "level": None if each.level is None else str(each.level),
            "dims": dict(each.dims),
            "transfer": each.transfer,
        }
        for each in page.sources
    ]
    if form:
        rows = [
            (
                each.day,
                page.world.tree.full_name(each.unit, each.day),
                each.amount.number,
                each.amount.unit.symbol,
                lines[each.entry].uid,
            )
            for each in page.sources
        ]
        return handed_out(
            form, "数字的出处", ("日期", "组织", "数量", "单位", "记录编号"), rows, str(figure.recipe)
        )
    measure = page.world.catalog.measures[figure.recipe.measure]
    return {"figure": figure_out(figure, measure), "sources": found, "next_offset": page.next_offset}


@router.get("/units", response=list[schemas.UnitOut], summary="授权范围内的组织")
def units(request: HttpRequest, form: Query[Form | None] = None) -> object:
    """The units of the token's grant, by code."""
    who = caller(request)
    tree, today = who.tree, who.today
    seen = [unit for grant in who.viewer.grants_for("see", today) for unit in tree.members(grant.unit, today)]
    keys = uids(seen)
    found: list[Mapping[str, object]] = [
        {
            "uid": str(keys[unit]),
            "name": tree.full_name(unit, today),
            "kind": tree.kind(unit, today),
            "code": tree.naming(unit, today).code,
            "parent": _text(keys.get(next(tree.ancestors(unit, today), 0))),
            "tags": sorted(tree.tags(unit, today)),
        }
        for unit in dict.fromkeys(seen)
    ]
    if form:
        rows = [tuple(str(each[name] or "") for name in ("name", "kind", "code", "uid")) for each in found]
        return handed_out(form, "组织", ("名称", "类别", "代码", "编号"), rows)
    return found


@router.get("/registers", response=list[schemas.RegisterOut], summary="启用的台账及其数据项")
def registers(request: HttpRequest, form: Query[Form | None] = None) -> object:
    """The registers that the token's grant reaches; as a table one line for each measure."""
    who = caller(request)
    catalog = catalog_at(head().head)
    seen = [each for each in catalog.registers.values() if who.viewer.grants_for("see", who.today, each.id)]
    if form:
        rows = [
            (kept.title, kept.id, each.title, each.id, each.unit.symbol, each.behaviour, each.definition)
            for kept in seen
            for each in kept.measures
        ]
        headings = ("台账", "台账编号", "数据项", "数据项编号", "单位", "性质", "怎么算的")
        return handed_out(form, "台账和数据项", headings, rows)
    return [
        {
            "id": register.id,
            "title": register.title,
            "kind": register.kind,
            "kept_by": register.kept_by,
            "fields": {each.id: each.title for each in register.asked},
            "measures": [
                {
                    "id": each.id,
                    "title": each.title,
                    "unit": each.unit.symbol,
                    "behaviour": each.behaviour,
                    "definition": each.definition,
                    "dimensions": [dimension.id for dimension in each.dimensions],
                }
                for each in register.measures
            ],
        }
        for register in seen
    ]


@router.get("/entries", response=schemas.EntriesOut, summary="记录")
def listed(
    request: HttpRequest,
    register_id: Query[str] = "",
    unit: Query[str] = "",
    period: Query[str] = "",
    state: Query[State] = "",
    offset: Query[int] = 0,
    limit: Query[int] = 100,
    form: Query[Form | None] = None,
) -> object:
    """Entries by day."""
    who = caller(request)
    at, most = _part(offset, limit, form)
    total, lines = entries.page(
        who.viewer,
        who.tree,
        who.today,
        offset=at,
        limit=most,
        register=register_id,
        unit=unit_of(who, unit) if unit else None,
        period=parse_period(period) if period else None,
        state=state,
    )
    who.opens(*(line.unit_id for line in lines))
    if form:
        rows = [
            (
                line.day,
                line.unit,
                line.register,
                "；".join(f"{key}：{value}" for key, value in line.values.items()),
                line.state,
                line.author,
                line.uid,
            )
            for line in lines
        ]
        return handed_out(form, "记录", ("日期", "组织", "台账", "内容", "状态", "登记人", "编号"), rows)
    return {"total": total, "entries": [_entry_out(line) for line in lines]}


@router.get("/entries/{uuid:uid}", response=schemas.EntryDetailOut, summary="一条记录")
def one_entry(request: HttpRequest, uid: uuid.UUID) -> object:
    """One entry with its files."""
    who = caller(request)
    found = entries.detail(entry_key(who, uid), who.viewer, who.tree, who.today)
    return {
        **_entry_out(found.line),
        "files": [{"name": each.name, "sha256": each.sha256} for each in found.files],
    }


@router.get("/reports", response=list[schemas.ReportOut], summary="报告")
def report_list(
    request: HttpRequest, offset: Query[int] = 0, limit: Query[int] = 200, form: Query[Form | None] = None
) -> object:
    """The reports in the token's reach, the latest period first."""
    who = caller(request)
    at, most = _part(offset, limit, form)
    _, found = reports.page(who.viewer, who.tree, who.today, offset=at, limit=most)
    if form:
        rows = [
            (
                each.title,
                each.unit,
                each.period.first,
                each.period.last,
                each.author,
                each.version,
                each.final,
                each.uid,
            )
            for each in found
        ]
        return handed_out(form, "报告", ("标题", "组织", "起", "止", "作者", "稿次", "定稿", "编号"), rows)
    return [
        {
            "uid": each.uid,
            "title": each.title,
            "unit": each.unit,
            "first": each.period.first,
            "last": each.period.last,
            "author": each.author,
            "version": each.version,
            "saved_at": each.saved_at,
            "final": each.final,
        }
        for each in found
    ]


def figure_out(figure: Figure, measure: Measure) -> dict[str, object]:
    """A figure as it goes over the wire."""
    return {
        "recipe": str(figure.recipe),
        "value": None if figure.value is None else plain(figure.value.number),
        "unit": measure.unit.symbol if figure.value is None else figure.value.unit.symbol,
        "text": figure.text,
        "whole": None if figure.whole is None else str(figure.whole),
        "n": figure.n,
        "missing": figure.missing,
        "pending": figure.pending,
        "seq": figure.seq,
    }


def unit_of(who: Caller, text: str, period: Period | None = None) -> int:
    """The unit of this name or code in the token's reach: a namesake elsewhere is none, and no hint names one.

    raises  UnknownOrgUnit, AmbiguousOrgUnit
    """
    day = period.last if period else who.today
    return _in_reach(who, text, lambda root: who.tree.find(text, day, within=root))


def _in_reach(who: Caller, text: str, find: Callable[[int], int]) -> int:
    """What is found below the units of the token's grant, the first that is in reach today."""
    refusal: DomainError | None = None
    for root in dict.fromkeys(grant.unit for grant in who.viewer.grants):
        try:
            found = find(root)
        except (UnknownOrgUnit, AmbiguousOrgUnit, NotInDivision) as error:
            refusal = error
        else:
            if who.tree.contains(root, found, who.today):
                who.opens(found)
                return found
    raise refusal or UnknownOrgUnit(name=text, hint="请核对名称或代码。")


def entry_key(who: Caller, uid: uuid.UUID) -> int:
    """The key of an entry in the token's reach. Raises UnknownEntry."""
    place = places.entry(uid)
    if place is None or not any(
        who.tree.contains(grant.unit, place.unit, who.today)
        and (not grant.registers or place.register in grant.registers)
        for grant in who.viewer.grants
    ):
        raise UnknownEntry(entry=uid)
    who.opens(place.unit)
    return place.id


def _entry_out(line: entries.EntryLine) -> dict[str, object]:
    same = {name: getattr(line, name) for name in schemas.EntryOut.model_fields if name != "register_title"}
    return {"register_title": line.register, **same}


def _cell(value: object) -> Value:
    """A value of an answer as a cell: a number of the ledger stays one."""
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]+([.][0-9]+)?", value):
        return Decimal(value)
    return value if value is None or isinstance(value, int) else str(value)


def _text(uid: uuid.UUID | None) -> str | None:
    return None if uid is None else str(uid)


def _part(offset: int, limit: int, form: Form | None) -> tuple[int, int]:
    """Where an answer begins and how long it is; a file holds the whole list from there on."""
    return _within(offset, 0, 10**8), WHOLE if form else _within(limit, 1, MOST)


def _within(number: int, least: int, most: int) -> int:
    return min(max(number, least), most)


def _recipe(who: Caller, text: str, as_of: str) -> Recipe:
    recipe = parse_recipe(text)
    if as_of:
        recipe = replace(recipe, as_of=parse_as_of(as_of))
    recipe = recipe.asked(who.today)
    unit = _in_reach(who, recipe.unit, lambda root: root_of(recipe, who.tree, root))
    return replace(recipe, unit=code_of(who.tree, unit, recipe.day))


def _figures(who: Caller, recipes: list[Recipe]) -> list[dict[str, object]]:
    found = figures.evaluate(recipes, who.viewer, who.today)
    measures = catalog_at(head().head).measures
    return [figure_out(each, measures[each.recipe.measure]) for each in found]
