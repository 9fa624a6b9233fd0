"""台账: every register with what it holds, and its list: searched, filtered, ordered, saved, handed out."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse

from youju.actions import saved_views, visits
from youju.core.entry import STATES
from youju.core.problem import DomainError, Refused
from youju.core.register import Field, Register
from youju.office.export import Listing, Value
from youju.office.handing_out import Form
from youju.store.queries import entries
from youju.store.queries.books import Book, books, by_town, facet_values, views
from youju.store.queries.entries import EntryLine
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at, catalog_now
from youju.store.queries.tree import uids
from youju.web.asking import Asked
from youju.web.components.exports import handed_out, listing_of
from youju.web.components.marks import badge, badges, link
from youju.web.components.tables import Column, Paging, Table, offset_in
from youju.web.components.tags import table
from youju.web.kept import Part, part
from youju.web.pages.ledger.asking import ORDERS, Wanted, columns_of, read, shown_columns

PAGE = 100
TOWNS = (
    Column("镇"), Column("记录", "number"), Column("待审核", "number"), Column("退回补正", "number"), Column("最近日期", "day"),
)  # fmt: skip
KINDS = {"log": "日常台账", "inventory": "底册", "case": "办理事项"}
MOST_EXPORTED = 100_000
PIECE = 1000


def index(request: Asked) -> HttpResponse:
    """The registers in force that somebody in the viewer's reach keeps, or that hold something there."""
    found = books(request.viewer, request.tree, request.today)
    registers = sorted(catalog_at(head().head).registers.values(), key=lambda each: (each.kept_by, each.id))
    kinds = {request.tree.kind(unit, request.today) for unit in _units(request)}
    kinds |= {"village"} if "community" in kinds else set()
    reach = [
        each for each in registers if _reaches(request, each) and (each.id in found or each.kept_by in kinds)
    ]
    rows = [_book(each, found.get(each.id)) for each in reach]
    columns = (
        Column("台账"), Column("种类"), Column("记录", "number"), Column("待审核", "number"),
        Column("退回补正", "number"), Column("最近日期", "day"), Column("记什么", "long"),
    )  # fmt: skip
    table = Table("台账", columns, rows, empty="还没有启用台账，请联系系统管理员。")
    return render(request, "pages/ledger/index.html", {"table": table})


def listed(request: Asked, register: str) -> HttpResponse:
    """The list of one register; for who looks from above the towns' totals, until one town is chosen."""
    kept = _register(request, register)
    if request.from_above and not (
        request.GET.get("unit") and _in_town(request, read(request, kept, _units(request)))
    ):
        towns = part(request, lambda: Part(table(Context({"request": request}), _towns(request, kept))))
        return render(request, "pages/ledger/towns.html", {"kept": kept, "towns": towns})
    inside = part(request, lambda: _inside(request, kept))
    visits.note_all(inside.units, request.viewer, request.tree, by=request.member)
    context: dict[str, Any] = {
        "kept": kept,
        "inside": inside,
        "query": inside.query,
        "views": [
            (view, f"{request.path}?{view.query}", view.query == inside.query)
            for view in views(kept.id, request.viewer)
        ],
        "may_record": bool(request.viewer.grants_for("record", request.today, kept.id)),
    }
    return render(request, "pages/ledger/list.html", context)


def _inside(request: Asked, kept: Register) -> Part:
    """What may be asked of the list, and the list."""
    units = _units(request)
    wanted = read(request, kept, units)
    offset = offset_in(request.GET.get("offset", ""), PAGE)
    total, lines = _page(request, kept, wanted, offset, PAGE)
    columns = shown_columns(kept, wanted)
    ids = uids(units)
    query = urlencode(wanted.query())
    context: dict[str, Any] = {
        "kept": kept,
        "wanted": wanted,
        "table": Table(
            kept.title,
            _columns(columns),
            [_row(line, columns) for line in lines],
            Paging(total, offset, PAGE, request.path, wanted.query()),
            "没有符合条件的记录。",
            handed_out=False,
        ),
        "units": [
            (ids[each], request.tree.full_name(each, request.today), each == wanted.unit) for each in units
        ],
        "states": [(name, title, name == wanted.state) for name, title in STATES.items()],
        "facets": [
            (kept.by_id[name], [(value, value == wanted.facets.get(name, "")) for value in values])
            for name, values in facet_values(kept.id, request.viewer, request.tree, request.today).items()
            if name in kept.by_id
        ],
        "orders": [(name, title, name == wanted.order) for name, (title, _) in ORDERS.items()],
        "columns": [(each, each in columns) for each in columns_of(kept)],
        "query": query,
        "request": request,
    }
    html = render_to_string("pages/ledger/inside.html", context)
    return Part(html, units=tuple(dict.fromkeys(_opened(wanted, lines))), query=query)


def export(request: Asked, register: str, form: str) -> HttpResponseBase:
    """The list as asked for, whole, as .xlsx or .csv."""
    kept = _register(request, register)
    if form not in {"xlsx", "csv"}:
        raise Http404
    kind: Form = "xlsx" if form == "xlsx" else "csv"
    wanted = read(request, kept, _units(request))
    if request.from_above and not _in_town(request, wanted):
        remark = f"{request.today}由{request.member.name}导出"
        return handed_out(listing_of(_towns(request, kept), remark), kind)
    columns = shown_columns(kept, wanted)
    visits.note_all(_opened(wanted, []), request.viewer, request.tree, by=request.member)
    listing = Listing(
        kept.title,
        ["日期", "组织", *(each.title for each in columns), "状态", "补录", "登记人", "登记日期", "记录编号"],
        _exported(request, kept, wanted, columns),
        f"{request.today}由{request.member.name}导出，只含其授权范围内的记录",
    )
    return handed_out(listing, kind)


def save_view(request: Asked, register: str) -> HttpResponse:
    """Keep this list under a name."""
    kept = _register(request, register)
    query = request.POST.get("query", "")
    try:
        saved_views.save(kept.id, request.POST.get("title", ""), query, by=request.member)
        messages.success(request, "视图已保存。")
    except Refused as error:
        messages.error(request, error.problems[0].text)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{reverse('ledger_list', args=[kept.id])}?{query}")


def delete_view(request: Asked, view: uuid.UUID) -> HttpResponse:
    """Delete one's own view."""
    register = request.places["view"].register
    saved_views.delete(view, by=request.member)
    messages.success(request, "视图已删除。")
    return redirect("ledger_list", register)


def _register(request: Asked, name: str) -> Register:
    found = catalog_now(request.ledger.hash, request.ledger.head).registers.get(name)
    if found is None or not _reaches(request, found):
        raise Http404
    return found


def _reaches(request: Asked, register: Register) -> bool:
    return bool(request.viewer.grants_for("see", request.today, register.id))


def _units(request: Asked) -> list[int]:
    """The units whose entries the viewer sees, by code; hamlets keep no register and are left out."""
    found: dict[int, None] = {}
    for grant in request.viewer.grants_for("see", request.today):
        for unit in request.tree.members(grant.unit, request.today):
            if request.tree.kind(unit, request.today) != "hamlet":
                found[unit] = None
    return list(found)


def _in_town(request: Asked, wanted: Wanted) -> bool:
    return wanted.unit is not None and request.tree.town_of(wanted.unit, request.today) is not None


def _opened(wanted: Wanted, lines: list[EntryLine]) -> list[int]:
    """The units whose entries are about to be shown."""
    return [wanted.unit] if wanted.unit is not None else [line.unit_id for line in lines]


def _towns(request: Asked, kept: Register) -> Table:
    found = by_town(kept.id, request.viewer, request.tree, request.today)
    keys = uids(found)
    here = reverse("ledger_list", args=[kept.id])
    rows = [
        (
            link(request.tree.name(town, request.today), f"{here}?unit={keys[town]}"),
            book.entries,
            book.pending or "",
            book.returned or "",
            book.latest or "",
        )
        for town, book in found.items()
    ]
    return Table(f"{kept.title}，各镇", TOWNS, rows, empty="没有下级镇。")


def _book(register: Register, book: Book | None) -> tuple[object, ...]:
    return (
        link(register.title, reverse("ledger_list", args=[register.id])),
        KINDS[register.kind],
        book.entries if book else 0,
        book.pending or "" if book else "",
        book.returned or "" if book else "",
        book.latest if book else "",
        register.purpose,
    )


def _page(
    request: Asked, register: Register, wanted: Wanted, offset: int, limit: int
) -> tuple[int, list[EntryLine]]:
    return entries.page(
        request.viewer, request.tree, request.today, offset=offset, limit=limit, register=register.id,
        unit=wanted.unit, period=wanted.period, state=wanted.state, words=wanted.words, facets=wanted.facets,
        order=ORDERS[wanted.order][1],
    )  # fmt: skip


def _columns(fields: list[Field]) -> list[Column]:
    kinds = {"quantity": "number", "date": "day", "long_text": "long"}
    own = [Column(each.title, kinds.get(each.kind, "text")) for each in fields]  # type: ignore[arg-type]
    return [Column("日期", "day"), Column("组织"), *own, Column("登记人"), Column("状态")]


def _row(line: EntryLine, fields: list[Field]) -> list[object]:
    marks = badges(line.state, *(["补录"] if line.late else []))
    values: list[object] = [line.values.get(each.title, "") for each in fields]
    if line.nil and values:
        values[0] = badge("零报告")
    return [link(str(line.day), reverse("entry", args=[line.uid])), line.unit, *values, line.author, marks]


def _exported(
    request: Asked, register: Register, wanted: Wanted, columns: list[Field]
) -> Iterator[list[Value]]:
    total, offset = 1, 0
    while offset < min(total, MOST_EXPORTED):
        total, lines = _page(request, register, wanted, offset, PIECE)
        for line in lines:
            values = [line.values.get(each.title, "") for each in columns]
            state = "零报告" if line.nil else line.state
            late = "补录" if line.late else ""
            yield [line.day, line.unit, *values, state, late, line.author, line.recorded_on, line.id]
        offset += PIECE
