"""材料体检 for programs: a text in, every figure with its verdict out; nothing is kept."""

from __future__ import annotations

from django.http import HttpRequest

from youju.actions import audits
from youju.api import schemas
from youju.api.asking import acting
from youju.api.reading import router, unit_of

__all__ = ["router"]  # with what is read


@router.post("/audits", response=schemas.AuditOut, summary="核对一段文稿，不保存")
def check(request: HttpRequest, asked: schemas.AuditIn) -> object:
    """Check a text against the ledger. The text is not kept; the log says only that a check was made."""
    with acting(request) as who:
        unit = unit_of(who, asked.unit) if asked.unit else None
        return audits.check_once(asked.text, by=who.member, unit=unit, as_of=asked.as_of)
