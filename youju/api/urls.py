"""The interface under /api/v1: every operation wants a token; refusals are problem documents in Chinese."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import URLResolver, path
from ninja.errors import AuthenticationError, HttpError, ValidationError

from youju.api import auditing, reporting
from youju.api.asking import Bearing, problem, refusal
from youju.api.describing import Interface
from youju.core.problem import DomainError

api = Interface(
    title="有据",
    version="1",
    description="每一个数字都有据可查：取数、追溯、读写台账。本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密。",
    urls_namespace="api",
    auth=Bearing(),
    docs_url=None,
)
PARTS = (auditing, reporting)  # each adds its operations to the one router
api.add_router("", reporting.router)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    """What the rules refuse."""
    del request
    return refusal(error)


@api.exception_handler(ValidationError)
def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """What is not of the described form."""
    del request
    found = [
        {
            "code": "request.unreadable",
            "detail": str(each["msg"]),
            "where": ".".join(str(part) for part in each["loc"]),
        }
        for each in error.errors
    ]
    return problem(422, "请求内容不合要求，见 problems。", "request.unreadable", found)


@api.exception_handler(AuthenticationError)
def nobody(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or one that stands for nobody today."""
    del request, error
    answer = problem(
        401, "请在 Authorization: Bearer 后带上有效的令牌。可用 youju token issue 签发。", "token.invalid"
    )
    answer["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def other(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What could not be read at all."""
    del request
    return problem(error.status_code, "请求无法识别，请检查内容是否为合法的 JSON。", "request.unreadable")


def patterns() -> URLResolver:
    """The interface's patterns, each marked as one of its own: their door is the token."""
    urls, app, namespace = api.urls
    for each in urls:
        each.callback = _answering_in_kind(each.callback)
    found = path("api/v1/", (urls, app, namespace))
    assert isinstance(found, URLResolver)
    return found


def _answering_in_kind(view: Any) -> Any:  # noqa: ANN401 - a view of Ninja
    """The view, with a problem document where Ninja says that a method does not exist."""

    @wraps(view)
    def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        said: HttpResponse = view(request, *args, **kwargs)
        if said.status_code != 405:
            return said
        refused = problem(405)
        refused["Allow"] = said["Allow"]
        return refused

    answer.api = True  # type: ignore[attr-defined]
    return answer
