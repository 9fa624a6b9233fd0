"""What is answered where no view answers, or one failed: a page to people, a problem document to programs."""

import sys

from django.http import HttpRequest, HttpResponse

from youju.api.asking import failure, problem
from youju.store.outage import outage_of
from youju.web import errors

PROGRAMS = "/api/"


def server_error(request: HttpRequest) -> HttpResponse:
    """503 when the database is away, 507 when the disk is full, 500 for a fault of ours. Called while the error is handled."""
    outage = outage_of(sys.exc_info()[1])
    return failure(outage) if is_program(request) else errors.server_error(request, outage)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400 for what could not be read, 413 for what is too large."""
    page = errors.bad_request(request, exception)
    return problem(page.status_code) if is_program(request) else page


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return problem(403) if is_program(request) else errors.forbidden(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    return problem(404) if is_program(request) else errors.not_found(request, exception)


def is_program(request: HttpRequest) -> bool:
    """Whether a program asks."""
    return request.path.startswith(PROGRAMS)
