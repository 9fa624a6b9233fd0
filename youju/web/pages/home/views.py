"""工作台: what waits for whoever has logged in."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render

from youju.core.grant import ADMINISTRATORS, TITLES
from youju.store.queries.desk import desk
from youju.store.queries.entries import EntryLine
from youju.web.asking import Asked
from youju.web.components.marks import badge
from youju.web.components.tables import Column, Table

COLUMNS = (
    Column("日期", "day"),
    Column("台账"),
    Column("组织"),
    Column("内容", "long"),
    Column("登记人"),
    Column("状态"),
)


def home(request: Asked) -> HttpResponse:
    """The viewer's desk."""
    found = desk(request.viewer, request.tree, request.today)
    held = [grant for grant in request.viewer.grants if grant.holds(request.today)]
    context = {
        "today": request.today,
        "waiting": found.waiting,
        "reviews": any(request.viewer.grants_for(verb, request.today) for verb in ("review",)),
        "records": bool(request.viewer.grants_for("record", request.today)),
        "sees": bool(request.viewer.grants_for("see", request.today)),
        "administers": [TITLES[grant.role] for grant in held if grant.role in ADMINISTRATORS],
        "returned": len(found.returned),
        "units": [request.tree.full_name(unit, request.today) for unit in request.reach],
        "to_review": Table("等我审核的记录", COLUMNS, rows(found.to_review), empty="没有待审核的记录。"),
        "sent_back": Table("退回给我补正的记录", COLUMNS, rows(found.returned), empty="没有退回的记录。"),
        "recent": Table("最近登记", COLUMNS, rows(found.recent), empty="授权范围内还没有记录。"),
    }
    return render(request, "pages/home/home.html", context)


def rows(lines: Sequence[EntryLine]) -> list[tuple[object, ...]]:
    """Entry lines as cells of COLUMNS."""
    return [(line.day, line.register, line.unit, said(line), line.author, state(line)) for line in lines]


def said(line: EntryLine) -> str:
    """What an entry says, in one line."""
    return (
        "零报告"
        if line.nil
        else "，".join(f"{title} {text}" for title, text in list(line.values.items())[:4])
    )


def state(line: EntryLine) -> object:
    """An entry's state, with 补录 where it came late."""
    mark = badge(line.state)
    return mark + " " + badge("补录") if line.late else mark
