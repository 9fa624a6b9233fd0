"""The outermost layer: what every answer carries besides the policy of django-csp, and what is written down of refusals."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers

from youju.web import security_log


class ProtectingMiddleware:
    """No other site may load an answer, and no cache keeps it unless the view says for how long."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one request."""
        answer = self.get_response(request)
        answer.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in answer.headers:
            answer.headers["Cache-Control"] = "no-store, private"
            patch_vary_headers(answer, ["Cookie"])
        if getattr(request, "auth", None) is not None:
            security_log.note("token.used", request, status=answer.status_code)
        security_log.answered(request, answer)
        return answer
