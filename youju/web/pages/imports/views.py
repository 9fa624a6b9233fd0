"""导入: bring a workbook, look at what it would do, correct its columns, import it, see what came of it."""

from __future__ import annotations

import io
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import uploads
from youju.actions.guards import KINDS_ZH
from youju.actions.uploads import Looked
from youju.core.importing import UNIT_COLUMN
from youju.core.problem import DomainError
from youju.core.register import Register
from youju.office.handing_out import attachment
from youju.office.template import write_refused, write_template
from youju.store.queries import jobs, specs
from youju.store.queries import uploads as listing
from youju.store.queries.ledger import head
from youju.web.asking import Asked
from youju.web.components.exports import XLSX
from youju.web.components.forms import add_refusal, request_key
from youju.web.components.marks import badge, link
from youju.web.components.tables import Column, Table
from youju.web.components.tags import moment
from youju.web.pages.imports.columns import choices
from youju.web.pages.imports.forms import UploadForm, mapping_in
from youju.web.pages.imports.grid import grid, marked

OWN = (Column("文件", "long"), Column("台账"), Column("组织"), Column("上传时间", "day"), Column("状态"))
TEMPLATES = (Column("台账"), Column("由谁登记"), Column("导入模板"))
OF_FILES = ("file.", "workbook.", "secrecy.")  # refusals that belong beside the file


def bring(request: Asked) -> HttpResponse:
    """Templates, the form for a workbook, and the viewer's own uploads."""
    catalog = specs.catalog_at(head().head)
    found = listing.importable(request.viewer, request.tree, request.today, catalog)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*given, choices=found, tree=request.tree, today=request.today)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            upload = uploads.bring(
                said["file"].name,
                said["file"].chunks(),
                unit=said["unit"],
                register=said["register"],
                provider=said["provider"],
                by=request.member,
                key=uuid.UUID(request_key(request)),
            )
        except DomainError as error:
            beside_file = {error.code: "file"} if error.code.startswith(OF_FILES) else {}
            add_refusal(form, error, {**beside_file, "提供人": "provider"})
        else:
            return redirect("import_upload", upload.uid)
    titles = {each.id: each.title for each in catalog.registers.values()}
    own = [
        (
            link(each.name, reverse("import_upload", args=[each.uid])),
            titles.get(each.register, "自动识别"),
            request.tree.full_name(each.unit, request.today),
            moment(each.at),
            badge(each.state, "ok" if each.is_done else "warn"),
        )
        for each in listing.own(request.viewer)
    ]
    templates = [
        (each.title, KINDS_ZH[each.kept_by], link("下载模板", reverse("import_template", args=[each.id])))
        for each in found.registers
    ]
    context = {
        "form": form,
        "own": Table("我上传的文件", OWN, own, empty="还没有上传过文件。"),
        "templates": Table("导入模板", TEMPLATES, templates, empty="授权范围内没有可导入的台账。"),
    }
    return render(request, "pages/imports/bring.html", context, status=422 if form.errors else 200)


def template(request: Asked, register: str) -> HttpResponse:
    """The import template of a register, with the names of units that the viewer may import for."""
    catalog = specs.catalog_at(head().head)
    found = catalog.register(register)
    reach = listing.importable(request.viewer, request.tree, request.today, catalog)
    if not request.viewer.grants_for("import", request.today, found.id):
        raise Http404
    tree, today = request.tree, request.today
    offered = {}
    for name, kinds in _unit_columns(found):
        names = [tree.name(unit, today) for unit in reach.units if tree.kind(unit, today) in kinds]
        offered[name] = names[:500]
    roots = [grant.unit for grant in request.viewer.grants_for("import", today, found.id)]
    target = io.BytesIO()
    write_template(
        found, target, choices=offered, unit_name=tree.name(roots[0], today) if len(roots) == 1 else ""
    )
    return _file(target, f"{found.title}导入模板.xlsx")


def show(request: Asked, upload: uuid.UUID) -> HttpResponse:
    """An upload as it stands: what importing it would do, how far the import is, or what came of it."""
    kept = uploads.find(upload, request.member, imported=True)
    job = None if kept.job is None else jobs.view_of(kept.job)
    here = reverse("import_upload", args=[upload])
    context = {
        "upload": kept,
        "job": job,
        "here": here,
        "unit": request.tree.full_name(kept.unit_id, request.today),
    }
    if job is not None and not job.is_over:
        part = "pages/imports/progress.html" if request.htmx else "pages/imports/running.html"
        return render(request, part, context)
    if request.htmx:  # it is over: the page shows what came of it
        return HttpResponse(status=204, headers={"HX-Redirect": here})
    if job is not None and job.state == "done":
        title = specs.catalog_at(head().head).registers[job.result["register"]].title
        return render(request, "pages/imports/done.html", context | {"result": job.result, "title": title})
    looked = uploads.look_at(kept, by=request.member)
    return render(request, "pages/imports/preview.html", context | _preview(request, looked, here))


def correct(request: Asked, upload: uuid.UUID) -> HttpResponse:
    """Take what the owner says about register and columns, and show what comes of it."""
    kept = uploads.find(upload, request.member)
    uploads.correct(
        upload,
        by=request.member,
        register=request.POST.get("register", "")[:80],
        mapping=mapping_in(request.POST, kept.mapping),
        provider=request.POST.get("provider", ""),
    )
    return redirect("import_upload", upload)


def commit(request: Asked, upload: uuid.UUID) -> HttpResponse:
    """Ask for the import, all rows or those without problems. Asked twice, it is the same import."""
    request_key(request)
    uploads.submit(upload, by=request.member, partial=request.POST.get("partial") == "1")
    return redirect("import_upload", upload)


def adjust(request: Asked, upload: uuid.UUID) -> HttpResponse:
    """Ask for the approval of the rows that a locked period keeps out."""
    try:
        count = uploads.ask_adjustments(upload, request.POST.get("reason", ""), by=request.member)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, f"锁定期内的{count}行已提交批准，批准后记入台账，再由他人审核。")
    return redirect("import_upload", upload)


def discard(request: Asked, upload: uuid.UUID) -> HttpResponse:
    """Throw the upload away."""
    uploads.discard(upload, by=request.member)
    messages.success(request, "已删除上传的文件。")
    return redirect("imports")


def refused_rows(request: Asked, upload: uuid.UUID) -> HttpResponse:
    """The rows that something keeps out, with the reasons, as a workbook to mend and bring again."""
    looked = uploads.look_at(uploads.find(upload, request.member), by=request.member)
    rows = looked.found.refused if looked.found is not None else ()
    title = looked.found.title if looked.found is not None else ""
    target = io.BytesIO()
    write_refused(
        target,
        f"{title}：未导入的行",
        [(line.sheet, line.row, dict(line.text), line.problems) for line in rows],
    )
    return _file(target, f"{title}未导入的行.xlsx")


def _preview(request: Asked, looked: Looked, here: str) -> dict[str, object]:
    catalog = specs.catalog_at(head().head)
    registers = listing.importable(request.viewer, request.tree, request.today, catalog).registers
    context: dict[str, object] = {"registers": registers, "found": looked.found, "refusal": looked.refusal}
    found = looked.found
    if found is None:
        return context
    only = "problems" if request.GET.get("only") == "problems" else ""
    sheet, offset = (_number(request.GET.get(name, "")) for name in ("sheet", "offset"))
    shown = grid(looked.workbook, found, here, sheet, offset, only)
    errors = [each for each in found.all_problems if each.level == "error"]
    table_errors = [each for each in found.problems if each.level == "error"]
    return context | {
        "columns": choices(found, catalog.registers[found.register]),
        "grid": shown,
        "marks": shown.marks if shown else marked(looked.workbook, found, here)[:100],
        "errors": len(errors),
        "warnings": len(found.all_problems) - len(errors),
        "only": only,
        "new": len(found.new),
        "known": len(found.recognised),
        "refused": len(found.refused),
        "locked": len(uploads.locked_rows(found)),
        "rows": len(found.lines),
        "whole": bool(found.new) and not errors,
        "partial": bool(found.new) and bool(errors) and not table_errors,
    }


def _unit_columns(register: Register) -> list[tuple[str, tuple[str, ...]]]:
    own = tuple(listing.ALIKE) if register.kept_by in listing.ALIKE else (register.kept_by,)
    named = [(each.id, tuple(each.unit_kinds)) for each in register.asked if each.kind == "unit"]
    return [(UNIT_COLUMN, own), *named]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _file(content: io.BytesIO, name: str) -> HttpResponse:
    answer = HttpResponse(content.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = attachment(name)
    return answer
