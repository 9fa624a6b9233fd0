"""校验台: findings by kind, each with the records to open."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join

from youju.core.checking import TITLES
from youju.store.queries.checking import suspects
from youju.store.queries.entries import uids_of
from youju.store.queries.tree import uids
from youju.web.asking import Asked
from youju.web.components.marks import link
from youju.web.components.tables import Column, Table

SHOWN = 30
COLUMNS = (Column("情况", "long"), Column("记录", "day"))


def show(request: Asked) -> HttpResponse:
    """Everything that looks wrong in the viewer's reach."""
    _, found = suspects(request.viewer, request.today)
    entries = uids_of({key for each in found for key in each.entries})
    units = uids([each.unit for each in found if not each.entries])
    groups = []
    for kind, (title, advice) in TITLES.items():
        own = [each for each in found if each.kind == kind]
        rows = [
            (
                each.text,
                format_html_join(
                    "、",
                    "{}",
                    ((link("打开", reverse("entry", args=[entries[key]])),) for key in each.entries),
                )
                or link("查看数据", reverse("overview_unit", args=[units[each.unit]])),
            )
            for each in own[:SHOWN]
        ]
        groups.append((title, advice, len(own), Table(title, COLUMNS, rows, empty="没有发现。")))
    return render(request, "pages/checks/checks.html", {"groups": groups, "shown": SHOWN, "any": bool(found)})
