"""What every request carries: who asks, what was granted to them, what day it is; and that no view is reached uninvited."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponseBase

from youju.actions import clock
from youju.actions.setup import Actor
from youju.core.grant import Viewer
from youju.core.orgtree import TOWN_LEVEL, OrgTree
from youju.core.problem import DomainError
from youju.store.queries import scope
from youju.store.queries.ledger import Head, head
from youju.store.queries.places import Place
from youju.store.queries.tree import tree_now
from youju.store.sessions import BEGAN, TOUCHED

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from youju.web.components.tables import Table

NOBODY = Viewer(0, "", "")
TOUCH_SECONDS = 60  # a session's end is moved on at most so often: a write for every page read would queue


class Asked(HttpRequest):
    """A request as views see it. The properties are filled when first used, so a page pays for what it reads.

    places   argument → place, for the arguments that the route declared with `of`
    listed   the lists that the page shows, in order, each to be handed out as a file
    """

    user: Any
    htmx: HtmxDetails
    places: dict[str, Place]
    listed: list[Table]

    @cached_property
    def today(self) -> date:
        """The day it is in Shanghai."""
        return clock.today()

    @cached_property
    def member(self) -> Actor:
        """Who is logged in: what actions take as `by`. Only for routes that are not public."""
        member: Actor = self.user.member
        return member

    @cached_property
    def viewer(self) -> Viewer:
        """The same person with their grants: what queries take. Nobody, without any grant, when nobody is logged in."""
        return scope.viewer_of(self.member) if self.user.is_authenticated else NOBODY

    @cached_property
    def ledger(self) -> Head:
        """The ledger's head. One small statement."""
        return head()

    @cached_property
    def tree(self) -> OrgTree:
        """The organisation now. Two small statements while it does not change, one while nothing does."""
        return tree_now(self.ledger.hash, self.ledger.org_seq)

    @cached_property
    def from_above(self) -> bool:
        """Whether the viewer sees towns from above only: they are shown totals, and open one town at a time."""
        seen = [grant.unit for grant in self.viewer.grants_for("see", self.today)]
        return bool(seen) and all(self.tree.level(each, self.today) < TOWN_LEVEL for each in seen)

    @property
    def reach(self) -> list[int]:
        """The units the viewer's grants of today stand on, each once."""
        return list(dict.fromkeys(grant.unit for grant in self.viewer.grants if grant.holds(self.today)))


class AskingMiddleware:
    """Turns requests into `Asked`, ends idle sessions, refuses views that no route declares, and shows refusals as pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one request."""
        # The handler has made a WSGIRequest; it stays one, and becomes ours as well.
        kind = type(request)
        request.__class__ = _asked(kind)
        assert isinstance(request, Asked)
        request.places, request.listed = {}, []
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            _touch(request)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """Only doors of the access table open, and those of the interface, which ask for a token. Raises Http404 for any other view."""
        del request, args, kwargs
        if not hasattr(view, "route") and not hasattr(view, "api"):
            raise Http404

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """A refusal that a view did not turn into a message beside its form becomes a page."""
        from youju.web import errors

        return errors.refusal(request, error) if isinstance(error, DomainError) else None


_kinds: dict[type[HttpRequest], type[HttpRequest]] = {}


def _asked(kind: type[HttpRequest]) -> type[HttpRequest]:
    if kind not in _kinds:
        _kinds[kind] = type(f"Asked{kind.__name__}", (Asked, kind), {})
    return _kinds[kind]


def _touch(request: Asked) -> None:
    from youju.web import security_log

    now = int(time.time())
    began = request.session.setdefault(BEGAN, now)
    if now - began >= settings.SESSION_LONGEST_SECONDS:
        security_log.note("session.over", request)
        logout(request)
        messages.info(request, "本次登录已满最长时限，为安全起见请重新登录。")
        return
    # Also when the clock went back: else the session would live until its old end, perhaps a year away.
    if not 0 <= now - request.session.get(TOUCHED, 0) < TOUCH_SECONDS:
        request.session[BEGAN] = min(began, now)
        request.session[TOUCHED] = now
