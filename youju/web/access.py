"""Who may reach which address: every route is declared with its access, and nothing is reachable without.

    Route("entry", "entries/<uuid:entry>", views.show, can("see"), of={"entry": places.entry})

A route says who may come (`who`), by which methods, and which of its arguments name an object with a place (`of`).
The object is looked up before the view runs. What comes of it, in this order:

    nobody logged in              to the log-in page
    a right nobody granted        403, whatever the object
    no such object, or one the viewer may not see in any way   404: the two cannot be told apart
    an object one may see but not treat like this              403

docs/decisions/14-access-table.md; tests/web/test_matrix.py tries every route as every role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import update_wrapper
from typing import Any, Literal
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from youju.actions import visits
from youju.core.grant import Role, Verb
from youju.store.queries import logins, scope
from youju.store.queries.places import Place
from youju.web import limits
from youju.web.asking import Asked
from youju.web.components import exports

Method = Literal["GET", "POST"]
BOTH: tuple[Method, ...] = ("GET", "POST")
View = Callable[..., HttpResponseBase]
Finder = Callable[[Any], Place | None]


@dataclass(frozen=True, slots=True)
class Who:
    """Who may come: anybody, any member with a grant, or those with one of these verbs or roles."""

    public: bool = False
    verbs: tuple[Verb, ...] = ()
    roles: tuple[Role, ...] = ()

    def admits(self, request: Asked) -> bool:
        """Whether the viewer's grants of today contain what is asked, anywhere."""
        if self.public:
            return True
        held = [grant for grant in request.viewer.grants if grant.holds(request.today)]
        if not self.verbs and not self.roles:
            return bool(held)
        return any(grant.role in self.roles for grant in held) or any(
            request.viewer.grants_for(verb, request.today) for verb in self.verbs
        )


PUBLIC = Who(public=True)
MEMBER = Who()


def can(*verbs: Verb) -> Who:
    """Those who were granted one of these verbs."""
    return Who(verbs=verbs)


def role(*roles: Role) -> Who:
    """Those who hold one of these roles."""
    return Who(roles=roles)


@dataclass(frozen=True, slots=True)
class Menu:
    """A line in the menu: its title, and its rank; the first seven a person may open are shown."""

    title: str
    rank: int


@dataclass(frozen=True)
class Route:
    """One address.

    path       as Django writes it, without a leading slash
    methods    GET brings HEAD along
    of         argument → function that finds the object's place (youju.store.queries.places), or None
    unfinished may be used before a made password is replaced and a second factor is set up
    costly     takes seconds of the machine (an export, a check): each member may ask only so often
    menu       its line in the menu, when it has one
    """

    name: str
    path: str
    view: View
    who: Who
    methods: tuple[Method, ...] = ("GET",)
    of: Mapping[str, Finder] = field(default_factory=dict)
    unfinished: bool = False
    costly: bool = False
    menu: Menu | None = None

    def enter(self, request: Asked, **kwargs: Any) -> HttpResponseBase:
        """The view's answer, or the refusal that the declared access asks for."""
        allowed = {*self.methods, *(("HEAD", "OPTIONS") if "GET" in self.methods else ("OPTIONS",))}
        if request.method not in allowed:
            return refused(request, 405)
        if not self.who.public:
            if (stopped := self._stop(request)) is not None:
                return stopped
            for argument, find in self.of.items():
                place = find(kwargs[argument])
                if place is None or not sees(request, place):
                    raise Http404
                if not reaches(self.who, request, place):
                    return refused(request, 403)
                request.places[argument] = place
                visits.note(place.unit, request.viewer, request.tree, by=request.member)
            if self._is_costly(request) and not limits.costly.take(request.member.pk):
                return refused(request, 429)
        answer = self.view(request, **kwargs)
        return exports.of_page(request, answer) if request.GET and request.method == "GET" else answer

    def _is_costly(self, request: Asked) -> bool:
        """Whether this takes seconds: a list as a file, or a costly route, but for its mere form."""
        if request.method == "GET" and exports.asked_for(request):
            return True
        return self.costly and (request.method not in ("GET", "HEAD") or "POST" not in self.methods)

    def _stop(self, request: Asked) -> HttpResponseBase | None:
        if not request.user.is_authenticated:
            return to_login(request)
        held = [grant for grant in request.viewer.grants if grant.holds(request.today)]
        if not held:
            logout(request)
            messages.error(request, "该账号目前没有有效的授权，已退出登录。请联系安全管理员。")
            return to_login(request)
        if not self.unfinished:
            if request.user.must_change:
                return go(request, "password")
            needed = any(grant.role in settings.SECOND_FACTOR_ROLES for grant in held)
            if needed and not logins.has_second_factor(request.user.pk):
                return go(request, "mfa_activate_totp")
        return None if self.who.admits(request) else refused(request, 403)


def sees(request: Asked, place: Place) -> bool:
    """Whether the viewer may know that the object is there: it is theirs, or some grant reaches it."""
    if place.owner is not None:
        return place.owner == request.viewer.id
    return any(
        request.tree.contains(grant.unit, place.unit, request.today)
        for grant in request.viewer.grants
        if grant.holds(request.today)
        and (not place.register or not grant.registers or place.register in grant.registers)
    )


def reaches(who: Who, request: Asked, place: Place) -> bool:
    """Whether what is asked was granted at the object's place."""
    if place.owner is not None or (not who.verbs and not who.roles):
        return True
    if any(
        scope.may(request.viewer, verb, place.unit, request.tree, request.today, place.register)
        for verb in who.verbs
    ):
        return True
    return any(
        grant.role in who.roles and request.tree.contains(grant.unit, place.unit, request.today)
        for grant in request.viewer.grants
        if grant.holds(request.today)
    )


def guarded(route: Route) -> Callable[..., HttpResponseBase]:
    """What Django calls: the route's door, marked so that the middleware lets it pass."""

    def door(request: Asked, **kwargs: Any) -> HttpResponseBase:
        return route.enter(request, **kwargs)

    update_wrapper(door, route.view)
    door.route = route  # type: ignore[attr-defined]
    return door


def patterns(routes: Iterable[Route]) -> list[URLPattern]:
    """Django's patterns for the table."""
    return [path(route.path, guarded(route), name=route.name) for route in routes]


def refused(request: Asked, status: int) -> HttpResponse:
    """The page that says in Chinese what may not be done and what to do."""
    from youju.web import errors

    return errors.page(request, status)


def go(request: Asked, name: str) -> HttpResponse:
    """Send the browser to another route, also out of a fragment."""
    address = reverse(name)
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


def to_login(request: Asked) -> HttpResponse:
    """Send the browser to the log-in page, and back to where it was when it only read."""
    address = reverse("account_login")
    if request.method == "GET" and not request.htmx:
        address += f"?next={quote(request.get_full_path())}"
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": address})
    return redirect(address)
