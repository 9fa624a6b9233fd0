"""What every request of a program carries: whose token, the one grant it stands for, the day; and how refusals look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from ninja.security import HttpBearer

from youju.actions import clock, visits
from youju.actions.setup import Actor
from youju.core.grant import NotAllowed, Viewer
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError, Refused
from youju.store.outage import DiskFull
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.tokens import bearer
from youju.store.queries.tree import tree_of

PROBLEM = "application/problem+json"
TITLES = {
    400: "请求无法识别", 401: "没有令牌或令牌已失效", 403: "没有权限", 404: "没有找到", 405: "不能这样操作", 409: "内容已有变动",
    413: "内容过大", 422: "未能办理", 500: "系统出现故障", 503: "暂时不能服务", 507: "磁盘已满",
}  # fmt: skip
NOT_FOUND = ("unknown", "not_found", "none")
CONFLICTS = ("request.reused", "entry.stale", "evidence.twice", "evidence.reused", "entry.duplicate_key")


@dataclass
class Caller:
    """Who calls: `member` for actions, `viewer` for queries. Both have the token's grant alone."""

    member: Actor
    grant: int

    @cached_property
    def viewer(self) -> Viewer:
        """The member with that grant."""
        with scope.by_one_grant(self.member.pk, self.grant):
            return scope.viewer_of(self.member)

    @cached_property
    def today(self) -> date:
        """The day it is in Shanghai."""
        return clock.today()

    @cached_property
    def tree(self) -> OrgTree:
        """The organisation now."""
        return tree_of(head().org_seq)

    def opens(self, *units: int) -> None:
        """These units' figures or records are about to be told: towns reached from above find a trace of it."""
        visits.note_all(units, self.viewer, self.tree, by=self.member)


class Bearing(HttpBearer):
    """`Authorization: Bearer youju_…`; `request.auth` is the Caller."""

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller, or None when the secret stands for nobody today, or was sent in the open."""
        if settings.HTTPS and not request.is_secure():
            return None
        found = bearer(token, clock.today())
        return None if found is None else Caller(found.member, found.grant)


def caller(request: HttpRequest) -> Caller:
    """Whoever calls; every operation has one."""
    found = request.auth  # type: ignore[attr-defined]
    assert isinstance(found, Caller)
    return found


@contextmanager
def acting(request: HttpRequest) -> Iterator[Caller]:
    """For operations that write: inside, the caller's member has the token's grant alone."""
    who = caller(request)
    with scope.by_one_grant(who.member.pk, who.grant):
        yield who


def problem(
    status: int, detail: str = "", code: str = "", problems: Sequence[Mapping[str, Any]] | None = None
) -> JsonResponse:
    """A problem document (RFC 9457) in Chinese; `code` is that of docs/errors.md."""
    title = TITLES.get(status, TITLES[422])
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail or title,
    }
    if code:
        body["code"] = code
    if problems:
        body["problems"] = problems
    return JsonResponse(body, status=status, content_type=PROBLEM, json_dumps_params={"ensure_ascii": False})


def refusal(error: DomainError) -> JsonResponse:
    """The problem document of a refusal."""
    if isinstance(error, NotAllowed):
        return problem(403, error.message, error.code)
    if isinstance(error, Refused):
        found = [
            {"code": each.code, "detail": each.text, "where": str(each.where), "level": each.level}
            for each in error.problems
        ]
        return problem(422, error.message, error.code, found)
    if error.code in CONFLICTS:
        return problem(409, error.message, error.code)
    return problem(404 if error.code.rpartition(".")[2] in NOT_FOUND else 422, error.message, error.code)


def failure(outage: DomainError | None) -> JsonResponse:
    """The problem document of what failed: of an outage with the time after which to ask again, or of a fault of ours."""
    if outage is None:
        return problem(
            500, "本次操作没有完成，已保存的内容不受影响。请稍后再试；如仍不行，请联系系统管理员。"
        )
    full = isinstance(outage, DiskFull)
    answer = problem(507 if full else 503, outage.message, outage.code)
    answer["Retry-After"] = "60" if full else "3"
    return answer
