"""What is answered when something failed that nobody had expected: a page to people, a problem document to programs."""

import sys

from django.http import HttpRequest, HttpResponse

from youju.api.asking import failure
from youju.store.outage import outage_of
from youju.web import errors

PROGRAMS = "/api/"


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away, 507 when the disk is full, 500 for a fault of ours. Called while the error is handled."""
    outage = outage_of(sys.exc_info()[1])
    return failure(outage) if request.path.startswith(PROGRAMS) else errors.server_error(request, outage)
