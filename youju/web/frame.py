"""What the frame round every page shows: the host, the menu, who is logged in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from youju.actions import clock
from youju.core.grant import TITLES
from youju.store.queries import logins
from youju.web.access import Route
from youju.web.asking import Asked

NOTICE = "本系统为非涉密系统，严禁存储、处理、传输国家秘密和工作秘密"
MENU_LINES = 7


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the menu."""

    title: str
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page."""
    found: dict[str, Any] = {
        "notice": NOTICE,
        "demo_day": clock.today() if settings.DEMO_CLOCK else None,
        "host": SimpleLazyObject(lambda: settings.HOST_NAME or logins.host()),
    }
    # A page that failed before our middleware ran has no viewer.
    if isinstance(request, Asked) and hasattr(request, "user") and request.user.is_authenticated:
        found["asked"] = request
        found["menu"] = menu(request)
        found["roles"] = "、".join(
            dict.fromkeys(TITLES[each.role] for each in request.viewer.grants if each.holds(request.today))
        )
    return found


def menu(request: Asked) -> list[Line]:
    """The lines this viewer may open, by rank, at most seven."""
    from youju.web.routes import ROUTES

    here = request.resolver_match.url_name if request.resolver_match else ""
    section = _section(request.path.lstrip("/"))
    found = []
    for route in sorted((each for each in ROUTES if each.menu), key=_rank):
        if route.menu and route.who.admits(request):
            current = route.name == here or (bool(section) and _section(route.path) == section)
            found.append(Line(route.menu.title, reverse(route.name), current))
    return found[:MENU_LINES]


def _rank(route: Route) -> int:
    return route.menu.rank if route.menu else 0


def _section(path: str) -> str:
    return path.partition("/")[0]
