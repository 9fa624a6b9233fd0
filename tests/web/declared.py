"""What the access table declares, reckoned for an account at a place from the grants alone; shared by the tests of pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import override_settings
from django.urls import URLPattern, get_resolver, reverse

from tests.web.samples import sample
from tests.web.world import CAST, PLACES, World
from youju.core.grant import MAY, Grant
from youju.store.queries import places
from youju.web.access import Finder, Route
from youju.web.checks import every_pattern

NOBODY = ""
# Which objects of the world an argument names, by the finder that the route declares for it.
KINDS: dict[Finder, str] = {
    places.unit: "unit",
    places.entry: "entry",
    places.batch: "batch",
    places.draft: "draft",
    places.saved_view: "view",
    places.adjustment: "adjustment",
    places.member: "member",
    places.complaint: "complaint",
    places.report: "report",
    places.upload: "upload",
    places.audit_draft: "audit_draft",
    places.learned_words: "learned_words",
}
OWNED = {
    places.draft,
    places.upload,
    places.saved_view,
    places.audit_draft,
}  # somebody's alone: whoever else may see the unit may not see them


def patterns() -> list[URLPattern]:
    """Everything the resolver knows."""
    return list(every_pattern(get_resolver()))


def routes() -> list[Route]:
    """The declared routes among them."""
    return [pattern.callback.route for pattern in patterns() if hasattr(pattern.callback, "route")]


def outcome(world: World, route: Route, method: str, account: str, place: str) -> str:
    """What the declared access means for this account at this place, reckoned from the grants alone."""
    if method not in route.methods:
        return "405"
    if route.who.public:
        return "open"
    held = [grant for grant in world.grants.get(account, ()) if grant.since <= world.today < grant.until]
    if not held:
        return "login"
    if not any(covers(route, grant) for grant in held) and (route.who.verbs or route.who.roles):
        return "403"
    if is_placed(world, route) and not route.of:  # the unit stands in the query or the body
        return (
            "open" if any(covers(route, grant) and contains(world, grant, place) for grant in held) else "404"
        )
    for find in route.of.values():
        if not sees(world, held, account, find, place):
            return "404"
        # An object that is somebody's own is theirs to treat.
        if find not in OWNED and not may(world, route, held, place):
            return "403"
    return "open"


def is_placed(world: World, route: Route) -> bool:
    """Whether the route is about an object at a place, named in its path or in what is sent."""
    return bool(route.of) or sample(world, route.name, "own").placed


def sees(world: World, held: list[Grant], account: str, find: Finder, place: str) -> bool:
    """Whether the object at a place may be known to this account."""
    if find in OWNED:
        return account in CAST and CAST[account][1] == PLACES[place] and account != "clerk"
    return any(contains(world, grant, place) for grant in held)


def may(world: World, route: Route, held: list[Grant], place: str) -> bool:
    """Whether what the route asks for was granted at the place."""
    if not route.who.verbs and not route.who.roles:
        return True
    return any(covers(route, grant) and contains(world, grant, place) for grant in held)


def covers(route: Route, grant: Grant) -> bool:
    """Whether a grant is one of those that the route asks for."""
    return grant.role in route.who.roles or bool(MAY[grant.role] & set(route.who.verbs))


def contains(world: World, grant: Grant, place: str) -> bool:
    """Whether the place lies under the grant's unit."""
    return world.tree.contains(grant.unit, world.unit[PLACES[place]], world.today)


def address(world: World, route: Route, place: str, *, query: bool = True) -> str:
    """A route's address for the object at a place, with the query of its sample."""
    given = sample(world, route.name, place)
    arguments = {argument: world.objects[KINDS[find]][place] for argument, find in route.of.items()}
    asked = dict(given.query) if query else {}
    return reverse(route.name, kwargs={**arguments, **given.arguments}, query=asked or None)


def body_of(answer: Any) -> bytes:
    """All of an answer's body. A file is read and shut here: the answer's own close would end the database's session."""
    if not answer.streaming:
        return bytes(answer.content)
    read = b"".join(answer.streaming_content)
    for close in answer._resource_closers:
        close()
    answer._resource_closers.clear()
    return read


@contextlib.contextmanager
def as_it_was() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextlib.contextmanager
def without_quotas() -> Iterator[None]:
    """Nobody asks too often, or brings too much: for who tries a thousand things in a minute."""
    rates = {**settings.ACCOUNT_RATE_LIMITS, "costly": "1000000/m/user"}
    with override_settings(
        ACCOUNT_RATE_LIMITS=rates, UPLOAD_FILES_PER_DAY=1_000_000, UPLOAD_MEGABYTES_PER_DAY=1_000_000
    ):
        yield
