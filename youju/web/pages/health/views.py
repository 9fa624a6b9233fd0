"""Whether the process answers, and whether it can do its work."""

from __future__ import annotations

from django.db import Error, connection
from django.http import HttpResponse

from youju.store import triggers
from youju.store.queries.ledger import NoLedger, head
from youju.web.asking import Asked


def live(request: Asked) -> HttpResponse:
    """200 while the process answers."""
    del request
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


def ready(request: Asked) -> HttpResponse:
    """200 when the database answers, has a ledger and all its triggers; 503 with the reason otherwise."""
    del request
    try:
        head()
        wrong = "triggers\n" if triggers.missing(connection) else ""
    except NoLedger:
        wrong = "ledger\n"
    except Error:
        wrong = "database\n"
    return HttpResponse(
        wrong or "ok\n", status=503 if wrong else 200, content_type="text/plain; charset=utf-8"
    )
