"""Reports: written out from a template, signed off, verified, and given as files."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Status

from youju.actions import exporting, finals
from youju.actions.reports import composed
from youju.api import schemas
from youju.api.asking import Caller, acting, caller
from youju.api.reading import router, unit_of
from youju.api.writing import KEY, request_key
from youju.core.period import Period
from youju.core.recipe import parse_as_of
from youju.core.report import UnknownReport
from youju.specs.catalog import load_catalog
from youju.store.queries import reports
from youju.store.queries.reports import FinalRow, ReportRow

__all__ = ["router"]  # with what is read


@router.get("/reports/render", summary="按模板成文，取一种文件")
def render(
    request: HttpRequest,
    report: Query[str],
    unit: Query[str],
    first: Query[date],
    last: Query[date],
    kind: Query[str] = "docx",
    as_of: Query[str] = "",
) -> HttpResponse:
    """One file of a report of the catalog, as of a moment; nothing is kept."""
    who = caller(request)
    specs = load_catalog(Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG)).reports
    if report not in specs:
        raise UnknownReport(name=report[:60], known="、".join(specs) or "无")
    naming = who.tree.naming(unit_of(who, unit), last)
    made = composed(
        specs[report],
        naming.code or naming.name,
        Period(first, last),
        viewer=who.viewer,
        as_of=parse_as_of(as_of.strip()),
    )
    return _file(exporting.export(made, kind), exporting.file_name(made, kind), exporting.MEDIA[kind])


@router.post("/reports/{uuid:uid}/final", response={201: schemas.SignedOut}, summary="定稿")
def sign(request: HttpRequest, uid: uuid.UUID, asked: schemas.SignIn, idempotency_key: str = KEY) -> object:
    """Sign a version of a report off."""
    with acting(request) as who:
        done = finals.sign(
            _report(who, uid),
            version=asked.version,
            by=who.member,
            day=asked.day,
            note=asked.note,
            key=request_key(idempotency_key),
        )
    warnings = [str(each) for each in done.warnings]
    return Status(
        201, {"number": done.number, "seq": done.seq, "figures": done.figures, "warnings": warnings}
    )


@router.get("/reports/{uuid:uid}/final", response=schemas.FinalOut, summary="定稿的核验和定稿后的变动")
def final(request: HttpRequest, uid: uuid.UUID, number: Query[int] = 0) -> object:
    """A signed version: whether it still holds, and what would be another number today."""
    who = caller(request)
    row = _final(who, uid, number)
    return {
        "number": row.number,
        "seq": row.seq,
        "title": row.title,
        "day": row.day,
        "signer": row.signer.name,
        "text": row.body,
        "figures": [
            {
                "key": each.key,
                "name": each.name,
                "recipe": each.recipe,
                "value": each.value or None,
                "unit": each.unit,
                "wording": each.wording,
                "n": each.n,
                "missing": each.missing,
                "pending": each.pending,
            }
            for each in reports.frozen(row)
        ],
        "problems": [str(each) for each in finals.verify(row)],
        "changes": [
            {
                "key": each.key,
                "name": each.name,
                "wording": each.wording,
                "change": each.text,
                "records": [
                    f"{record.what}：{record.register}，{record.unit}，{record.day}（#{record.seq}）"
                    for record in each.records
                ],
            }
            for each in finals.changed_since(row, who.viewer)
        ],
    }


@router.get("/reports/{uuid:uid}/final/{kind}", summary="定稿的文件")
def final_file(request: HttpRequest, uid: uuid.UUID, kind: str, number: Query[int] = 0) -> HttpResponse:
    """One file of a signed version: docx, pdf, check, html, text, facts, csv."""
    made = finals.recomposed(_final(caller(request), uid, number))
    return _file(exporting.export(made, kind), exporting.file_name(made, kind), exporting.MEDIA[kind])


def _report(who: Caller, uid: uuid.UUID) -> ReportRow:
    found = reports.get(str(uid), who.viewer, who.tree, who.today)
    who.opens(found.unit_id)
    return found


def _final(who: Caller, uid: uuid.UUID, number: int) -> FinalRow:
    return reports.final(_report(who, uid), max(0, number))


def _file(content: bytes, name: str, media: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
