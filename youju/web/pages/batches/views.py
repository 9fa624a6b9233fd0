"""批次: what was imported, by whom, what became of it; and taking it back whole."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import batches as acts
from youju.actions import visits, workbooks
from youju.core.entry import STATES
from youju.core.problem import DomainError
from youju.store.queries import batches, scope, specs
from youju.store.queries.batches import BatchDetail, BatchLine
from youju.store.queries.ledger import head
from youju.web.asking import Asked
from youju.web.components.exports import file_of, kept_file, part
from youju.web.components.forms import add_refusal, request_key
from youju.web.components.marks import badge, link
from youju.web.components.tables import Column, Paging, Table
from youju.web.components.tags import moment

PAGE = 50
COLUMNS = (
    Column("批次"),
    Column("台账"),
    Column("组织"),
    Column("文件", "long"),
    Column("行数", "number"),
    Column("导入人"),
    Column("时间", "day"),
    Column("状态"),
)
ROWS = (
    Column("位置"),
    Column("日期", "day"),
    Column("组织"),
    Column("内容", "long"),
    Column("状态"),
)


class TakeBackForm(forms.Form):
    """Why a batch is taken back."""

    reason = forms.CharField(label="理由", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


def listed(request: Asked) -> HttpResponseBase:
    """The imports that the viewer may see, newest first."""
    catalog = specs.catalog_at(head().head)
    titles = {each.id: each.title for each in catalog.registers.values()}
    register = request.GET.get("register", "") if request.GET.get("register", "") in titles else ""
    offset, limit = part(request, PAGE)
    total, found = batches.page(
        request.viewer, request.tree, request.today, register=register, offset=offset, limit=limit
    )
    visits.note_all([each.unit for each in found], request.viewer, request.tree, by=request.member)
    rows = [_cells(request, each, titles) for each in found]
    paging = Paging(total, offset, PAGE, request.path, {"register": register})
    table = Table("导入批次", COLUMNS, rows, paging, "还没有导入过。")
    if file := file_of(request, table):
        return file
    context = {
        "table": table,
        "chosen": register,
        "registers": [each for each in catalog.registers.values() if _sees(request, each.id)],
        "imports": bool(request.viewer.grants_for("import", request.today)),
    }
    return render(request, "pages/batches/listed.html", context)


def show(request: Asked, batch: uuid.UUID) -> HttpResponseBase:
    """One import."""
    del batch
    return _page(request, TakeBackForm())


def take_back(request: Asked, batch: uuid.UUID) -> HttpResponseBase:
    """Void all entries of an import together, with a reason."""
    form = TakeBackForm(request.POST)
    if form.is_valid():
        try:
            acts.take_back(
                request.places["batch"].id,
                by=request.member,
                reason=form.cleaned_data["reason"],
                key=request_key(request),
            )
        except DomainError as error:
            add_refusal(form, error, {"entry.reason_required": "reason"})
        else:
            messages.success(request, "已撤回，本批次的记录全部作废。")
            return redirect("batch", batch)
    return _page(request, form, status=422)


def file(request: Asked, batch: uuid.UUID) -> HttpResponseBase:
    """The workbook as it was brought, to keep: never shown in the browser."""
    del batch
    found = batches.detail(request.places["batch"].id)
    pieces = workbooks.original(found.line.id)
    if pieces is None:
        raise Http404
    return kept_file(pieces, found.line.file)


def _page(request: Asked, form: TakeBackForm, status: int = 200) -> HttpResponseBase:
    found = batches.detail(request.places["batch"].id)
    total = sum(found.states.values())
    offset, limit = part(request, PAGE)
    rows = [
        (
            link(f"{each.sheet} 第{each.row}行", reverse("entry", args=[each.uid])),
            each.entry.day,
            each.entry.unit,
            "，".join(f"{title} {text}" for title, text in each.entry.values.items()),
            badge(each.entry.state),
        )
        for each in batches.rows(found.line.id, request.tree, offset=offset, limit=limit)
    ]
    here = reverse("batch", args=[found.line.uid])
    table = Table(f"批次{found.line.id}的记录", ROWS, rows, Paging(total, offset, PAGE, here))
    title = specs.catalog_at(head().head).registers[found.line.register].title
    if file := file_of(request, table):
        return file
    context = {
        "found": found,
        "title": title,
        "unit": request.tree.full_name(found.line.unit, request.today),
        "table": table,
        "form": form,
        "here": here,
        "takes_back": found.line.taken_back is None and _may_take_back(request, found),
        "reviewed": found.states.get("已审核", 0),
        "waiting": found.states.get(STATES["pending"], 0) if _reviews(request, found) else 0,
        "keeps_file": found.erased is None and _may(request, "import", found),
    }
    return render(request, "pages/batches/batch.html", context, status=status)


def _cells(request: Asked, each: BatchLine, titles: dict[str, str]) -> tuple[object, ...]:
    return (
        link(f"批次{each.id}", reverse("batch", args=[each.uid])),
        titles.get(each.register, each.register),
        request.tree.full_name(each.unit, request.today),
        each.file,
        str(each.rows),
        each.by,
        moment(each.at),
        badge("已撤回", "off") if each.taken_back else badge("已导入", "ok"),
    )


def _may_take_back(request: Asked, found: BatchDetail) -> bool:
    """Whether the form is of use: what was reviewed is taken back by a reviewer only (the action decides)."""
    return _may(request, "review", found) or (
        not found.states.get("已审核") and _may(request, "record", found)
    )


def _reviews(request: Asked, found: BatchDetail) -> bool:
    """Whether this person reviews what somebody else imported."""
    return found.importer != request.viewer.id and _may(request, "review", found)


def _may(request: Asked, verb: str, found: BatchDetail) -> bool:
    return scope.may(
        request.viewer,
        verb,  # type: ignore[arg-type]
        found.line.unit,
        request.tree,
        request.today,
        found.line.register,
    )


def _sees(request: Asked, register: str) -> bool:
    return bool(request.viewer.grants_for("see", request.today, register))
