"""What a checked draft is taken away as: the user's .docx with comments, a checklist .xlsx or .pdf, JSON."""

from __future__ import annotations

import json
import uuid
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from youju.actions import taking_away
from youju.web.asking import Asked

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def docx(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """The user's own file with a comment at every finding; ?changes=1 has the words taken over as tracked changes."""
    data = taking_away.commented(draft, by=request.member, changes=request.GET.get("changes") == "1")
    if data is None:
        messages.error(request, "这份文稿不是 .docx，不能加批注。请用 Word 另存为 .docx 后重新提交。")
        return redirect("audit", draft)
    return _file(data, "核对批注.docx", _DOCX)


def xlsx(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """The checklist as a workbook, or with ?form=pdf on paper."""
    if request.GET.get("form") == "pdf":
        return _file(
            taking_away.checklist(draft, "pdf", by=request.member), "核对清单.pdf", "application/pdf"
        )
    return _file(taking_away.checklist(draft, "xlsx", by=request.member), "核对清单.xlsx", _XLSX)


def json_file(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """Everything that was found, for programs."""
    data = json.dumps(taking_away.found(draft, by=request.member), ensure_ascii=False, indent=1)
    return _file(data.encode(), "核对结果.json", "application/json")


def _file(data: bytes, name: str, kind: str) -> HttpResponse:
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(data, content_type=kind, headers=headers)
