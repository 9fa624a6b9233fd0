"""操作记录: who did what when, and whether anything was changed behind the ledger's back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from youju.actions import checking_ledger
from youju.core.problem import DomainError
from youju.core.zh.dates import read_day, said_day
from youju.store.queries import jobs
from youju.store.queries.ledger import head
from youju.store.queries.log import LogFilter, kinds, log
from youju.web.asking import Asked
from youju.web.components.exports import file_of, part
from youju.web.components.forms import request_key
from youju.web.components.tables import Column, Paging, Table
from youju.web.components.tags import moment

PAGE = 100
COLUMNS = (
    Column("序号", "number"), Column("时间", "day"), Column("事项"), Column("办理人"),
    Column("写入", "long"), Column("说明", "long"), Column("链值"),
)  # fmt: skip


def listed(request: Asked) -> HttpResponseBase:
    """The log, the latest first."""
    asked = request.GET
    days, problems = {}, {}
    for name in ("since", "until"):
        if said := asked.get(name, "").strip()[:40]:
            try:
                days[name] = said_day(said, request.today) or read_day(said, request.today.year)
            except DomainError as error:
                problems[name] = error.message
    wanted = LogFilter(
        asked.get("kind", "")[:40],
        asked.get("account", "").strip()[:60],
        days.get("since"),
        days.get("until"),
    )
    offset, limit = part(request, PAGE)
    total, lines = log(request.viewer, request.today, wanted, offset=offset, limit=limit)
    kept = {name: asked.get(name, "") for name in ("kind", "account", "since", "until")}
    rows = [
        (f"#{each.seq}", moment(each.at), each.title, each.actor, each.rows, each.said, each.hash)
        for each in lines
    ]
    paging = Paging(total, offset, PAGE, request.path, kept)
    table = Table("操作记录", COLUMNS, rows, paging, "没有符合条件的记录。")
    if file := file_of(request, table):
        return file
    context: dict[str, Any] = {
        "table": table,
        "kinds": [(name, title, n, name == wanted.kind) for name, title, n in kinds()],
        "asked": kept,
        "problems": problems,
    }
    return render(request, "pages/log/log.html", context)


def verify(request: Asked) -> HttpResponse:
    """Ask for a check of the whole ledger; it runs in the background."""
    checking_ledger.ask(by=request.member, key=request_key(request))
    return redirect("log_verified")


def verified(request: Asked) -> HttpResponse:
    """The latest check: under way, or what it found."""
    latest = jobs.latest("verify_ledger", request.viewer)
    ledger = head()
    context = {"job": latest, "head": ledger.head, "hash": ledger.hash, "here": request.path}
    if request.htmx:
        return render(request, "pages/log/checked.html", context)
    return render(request, "pages/log/verified.html", context)
