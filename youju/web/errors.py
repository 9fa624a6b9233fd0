"""Pages for what cannot be done: each says what is wrong and what to do, in the common frame."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from youju.core.grant import NotAllowed
from youju.core.problem import DomainError, Refused
from youju.store.outage import DiskFull
from youju.web import security_log

TEXTS: dict[int, tuple[str, str]] = {
    400: ("请求无法识别", "浏览器发来的内容不完整或不合要求。请返回上一页重新操作。"),
    403: ("没有权限", "您的授权不包括此项操作。如工作需要，请联系安全管理员授权。"),
    404: ("没有这个页面", "地址有误，或这项内容不存在、不在您的授权范围内。请从左侧菜单进入。"),
    405: ("不能这样操作", "此页面不接受这种操作。请返回上一页重新操作。"),
    409: ("内容已有变动", "该内容在您打开之后已有变动。请刷新后核对，再重新提交。"),
    413: ("内容过大", "提交的内容超过大小限制。请减小文件后再提交。"),
    422: ("未能办理", ""),
    429: ("操作过于频繁", "短时间内操作次数过多，请过一分钟再试。如忘记密码，请联系安全管理员。"),
    503: ("暂时不能服务", ""),
    507: ("磁盘已满", ""),
    500: ("系统出现故障", "本次操作没有完成，已保存的内容不受影响。请稍后再试；如仍不行，请联系系统管理员。"),
}
AGAIN_SECONDS = {503: 3, 507: 60}  # what Retry-After says
NOT_FOUND = ("unknown", "not_found", "none")


def page(request: HttpRequest, status: int, text: str = "", problems: tuple[str, ...] = ()) -> HttpResponse:
    """The page of a status, with its own sentence when there is a better one."""
    title, usual = TEXTS[status]
    context = {"title": title, "text": text or usual, "status": status, "problems": problems}
    return render(request, "pages/errors/error.html", context, status=status)


def refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """The page of a refusal: its own sentence under the status that fits; its code is for the log."""
    answer = _refusal(request, error)
    answer.refusal = error.code  # type: ignore[attr-defined]
    return answer


def _refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    if isinstance(error, NotAllowed):
        return page(request, 403, error.message)
    if isinstance(error, Refused):
        return page(request, 422, error.message, tuple(str(each) for each in error.problems))
    status = 404 if error.code.rpartition(".")[2] in NOT_FOUND else 422
    return page(request, status, error.message)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 for a body that is larger than any file we take."""
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    del exception
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404."""
    del exception
    return page(request, 404)


def server_error(request: HttpRequest, outage: DomainError | None = None) -> HttpResponse:
    """500, or the status of an outage, without anything that could itself fail."""
    del request
    from django.template.loader import render_to_string

    status = 500 if outage is None else 507 if isinstance(outage, DiskFull) else 503
    title, text = TEXTS[status]
    context = {"title": title, "text": text or str(outage)}
    answer = HttpResponse(render_to_string("pages/errors/bare.html", context), status=status)
    if status in AGAIN_SECONDS:
        answer["Retry-After"] = str(AGAIN_SECONDS[status])
    return answer


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form that was open too long, or sent from elsewhere."""
    del reason
    security_log.note("form.forged", request)
    text = "页面打开时间过长，或浏览器禁用了 Cookie，为安全起见没有提交。请返回上一页刷新后重新提交，已填内容请先复制保存。"
    return page(request, 403, text)
