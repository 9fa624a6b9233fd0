"""数据总览 and the brief: read, filled, shown."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import quote

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from youju.core.figure import Figure
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.core.zh.dates import read_period
from youju.office.gongwen import GongwenMeta, gongwen_bytes
from youju.office.handing_out import attachment
from youju.store.queries.briefs import Brief, Open, brief_of
from youju.store.queries.catalog import catalog_folders
from youju.store.queries.overview import Line, Overview, overview
from youju.store.queries.tree import uids
from youju.store.queries.visits import listed
from youju.web.asking import Asked
from youju.web.components import charts, marks
from youju.web.components.tables import Column, Table
from youju.web.kept import Part, part
from youju.web.pages.overview.paper import paper

STANDINGS = {"missing": "有未报", "pending": "有待审核", "recorded": "已登记", "nothing": "暂无记录"}
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def own(request: Asked) -> HttpResponse:
    """The board of the unit that the viewer's first grant stands on."""
    return _board(request, request.reach[0])


def show(request: Asked, unit: uuid.UUID) -> HttpResponse:
    """The board of a unit."""
    del unit
    return _board(request, request.places["unit"].unit)


def brief(request: Asked, unit: uuid.UUID) -> HttpResponse:
    """到哪了, 差什么, 谁在办, 几号完成: one page, on screen and on paper."""
    asked = request.places["unit"].unit
    found = _brief(request, asked)
    context = {
        "brief": found,
        "name": request.tree.full_name(asked, request.today),
        "unit": unit,
        "period": _period(request),
        "period_text": _period_text(request),
        "open": Table(
            "差什么",
            (Column("差什么", "long"), Column("谁在办"), Column("几号完成", "day")),
            [
                (
                    _what(each),
                    each.who,
                    _due(each, request.today),
                )
                for each in found.open
            ],
            empty="没有缺口。",
        ),
    }
    return render(request, "pages/overview/brief.html", context)


def brief_docx(request: Asked, unit: uuid.UUID) -> HttpResponse:
    """The brief as a Word document, every figure with its source."""
    del unit
    asked = request.places["unit"].unit
    name = request.tree.full_name(asked, request.today)
    document, notes = paper(_brief(request, asked), name, _period(request))
    title = f"{name}工作进度一页纸"
    content = gongwen_bytes(document, GongwenMeta(title, signature=name, day=request.today), notes)
    answer = HttpResponse(content, content_type=DOCX)
    answer["Content-Disposition"] = attachment(f"{title}.docx")
    return answer


def _what(each: Open) -> str:
    links = ((marks.link(text, marks.trace_url(recipe)),) for text, recipe in each.parts)
    return format_html("{}{}", each.about, format_html_join("、", "{}", links))


def _due(each: Open, today: date) -> str:
    if each.due is None:
        return "—"
    return format_html("{} {}", each.due, marks.badge("已过", "warn") if each.due < today else "")


def _brief(request: Asked, unit: int) -> Brief:
    return brief_of(unit, _period(request), request.viewer, request.today)


def _board(request: Asked, unit: int) -> HttpResponse:
    folders = [*catalog_folders("dashboards"), *catalog_folders("maps")]
    context = {
        "name": request.tree.full_name(unit, request.today),
        "inside": part(request, lambda: _inside(request, unit), folders),
    }
    return render(request, "pages/overview/board.html", context)


def _inside(request: Asked, unit: int) -> Part:
    period = _period(request)
    found = overview(unit, period, request.viewer, request.today)
    context: dict[str, object] = {
        "request": request,
        "period": period,
        "period_text": _period_text(request),
        "usual": _usual(request.today),
        "wrong_period": bool(request.GET.get("period")) and _asked_period(request) is None,
    }
    if found is not None:
        links = uids([unit, *(line.unit for line in found.lines)])
        context |= {
            "board": found.board,
            "seq": found.world.moment.seq,
            "unit": links[unit],
            "tiles": [
                (tile, charts.months(tile.title, tile.months) if tile.months else "", tile.measure.definition)
                for tile in found.tiles
            ],
            "trends": _trends(found),
            "matrix": _matrix(found, links, request),
            "map": _map(found, links, request) if found.lines else "",
            "standings": STANDINGS.items(),
            "schematic": found.outlines is None or not all(found.shapes),
            "problems": found.problems,
            "visits": listed(unit, request.today),
        }
    return Part(
        render_to_string("pages/overview/inside.html", context),
        render_to_string("pages/overview/actions.html", context),
    )


def _trends(found: Overview) -> Table | None:
    drawn = [tile for tile in found.tiles if tile.months]
    if not drawn:
        return None
    columns = [Column("月份", "day"), *(Column(tile.title, "number") for tile in drawn)]
    rows = [
        (
            f"{month.first.year}年{month.first.month}月",
            *(marks.figure(tile.months[place][1], brief=True) for tile in drawn),
        )
        for place, (month, _) in enumerate(drawn[0].months)
    ]
    return Table("各月数据", columns, rows, grid=True)


def _matrix(found: Overview, links: Mapping[int, uuid.UUID], request: Asked) -> Table:
    columns = [Column("组织", "day"), *(Column(title, "number") for title, _ in found.columns)]
    rows = [
        (_unit_link(line.name, line.unit, links, request), *(_cell(figure) for figure in line.cells))
        for line in found.lines
    ]
    return Table("登记情况", columns, rows, empty="没有下级组织。", grid=True)


def _map(found: Overview, links: Mapping[int, uuid.UUID], request: Asked) -> str:
    units = [
        charts.Hexagon(
            line.name,
            line.standing,
            STANDINGS[line.standing],
            _unit_url(line.unit, links, request),
            _short_standing(line),
        )
        for line in found.lines
    ]
    if found.outlines is not None and all(each for each in found.shapes):
        drawn = list(zip(units, found.shapes, strict=True))
        size = (found.outlines.width, found.outlines.height)
        return charts.outlines("各组织登记情况，边界由县提供", drawn, size)
    return charts.hexagons("各组织登记情况示意图，非实际位置", units)


def _short_standing(line: Line) -> str:
    """What a hexagon says under the name: colour alone tells nothing to who cannot see it."""
    missing, pending = (
        sum(bool(getattr(cell, name)) for cell in line.cells) for name in ("missing", "pending")
    )
    return f"{missing}项未报" if missing else f"{pending}项待审" if pending else ""


def _cell(figure: Figure) -> str:
    """How many records count, what waits beside them, and whether something is owed; a dash where nothing is expected."""
    if figure.n or figure.pending or figure.missing:
        said = f"{figure.n}条" if figure.n else "未报" if figure.missing else "0条"
        return marks.figure(figure, said, brief=True)
    return marks.figure(figure, "—")


def _unit_url(unit: int, links: Mapping[int, uuid.UUID], request: Asked) -> str:
    period = request.GET.get("period", "")
    return reverse("overview_unit", args=[links[unit]]) + (f"?period={quote(period)}" if period else "")


def _unit_link(name: str, unit: int, links: Mapping[int, uuid.UUID], request: Asked) -> str:
    return marks.link(name, _unit_url(unit, links, request))


def _usual(today: date) -> list[tuple[str, Period]]:
    """The periods that are asked for most, none of them in the future."""
    month, year = today.replace(day=1), today.replace(month=1, day=1)
    before = month - timedelta(days=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return [
        ("今年以来", Period(year, today)),
        ("本季度", Period(quarter, today)),
        ("本月", Period(month, today)),
        ("上月", Period(before.replace(day=1), before)),
        ("去年", Period(year.replace(year=today.year - 1), year - timedelta(days=1))),
    ]


def _asked_period(request: Asked) -> Period | None:
    try:
        return read_period(request.GET.get("period", "")[:40], request.today.year, request.today)
    except DomainError:
        return None


def _period(request: Asked) -> Period:
    """The period asked for; this year to today when none is, or none that can be read."""
    asked = _asked_period(request)
    if asked is not None and asked.first <= request.today:
        return asked
    return Period(date(request.today.year, 1, 1), request.today)


def _period_text(request: Asked) -> str:
    return _period(request).chinese()
