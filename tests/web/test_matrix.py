"""Every address × method × role × place, against what the access table declares. Nothing is listed here by hand.

Invariant 7: no answer shows anything of a unit out of reach.
A new route is tried by itself. When its view needs a query or a body, add a sample (tests/web/samples).
"""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import SimpleCookie

import pytest
from django.core import checks
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.web.declared import NOBODY, address, as_it_was, body_of, is_placed, outcome, patterns, routes
from tests.web.samples import makers, sample
from tests.web.world import CAST, PLACES, World, clock_at_now
from youju.store.queries import places
from youju.web.access import Route

METHODS = ("GET", "POST", "PUT", "DELETE")


def test_every_pattern_has_its_row_and_every_check_passes() -> None:
    without = [
        str(pattern.pattern)
        for pattern in patterns()
        if not hasattr(pattern.callback, "route") and not hasattr(pattern.callback, "api")
    ]
    assert without == []
    assert checks.run_checks() == []


def test_every_sample_belongs_to_a_route() -> None:
    assert set(makers()) - {route.name for route in routes()} == set()


@pytest.mark.parametrize("name", [route.name for route in routes()])
def test_route_answers_as_declared(name: str, world: World, client_of: Callable[[str], Client]) -> None:
    """示范县 > 甲镇 > 东村 西村 文化站 司法所, 乙镇 > 北村; a member for each role, an object at each place."""
    route = next(each for each in routes() if each.name == name)
    wrong = []
    with clock_at_now():
        for account in (NOBODY, *CAST, "ended"):
            client = client_of(account)
            unseen = world.unseen(account)
            for method in METHODS:
                for place in PLACES if is_placed(world, route) and method in route.methods else ("own",):
                    answer = ask(client, world, route, method, place)
                    expected = outcome(world, route, method, account, place)
                    got = outcome_of(answer, route)
                    body = body_of(answer)
                    leaked = [word for word in unseen if word.encode() in body]
                    if got != expected or leaked:
                        wrong.append(
                            f"{method} {name} as {account or 'nobody'} at {place}: {got}, not {expected} {leaked}"
                        )
    assert wrong == []


REGISTERED = {places.entry, places.batch, places.draft, places.adjustment, places.upload}


@pytest.mark.parametrize("name", [route.name for route in routes()])
def test_a_grant_for_one_register_tells_nothing_of_another(
    name: str, world: World, client_of: Callable[[str], Client]
) -> None:
    """The clerk of 甲镇 whose grant is for the villages' register alone; 文化站 and 司法所 keep another."""
    route = next(each for each in routes() if each.name == name)
    client, wrong = client_of("limited"), []
    with clock_at_now():
        for method in ("GET", "POST"):
            for place in PLACES:
                answer = ask(client, world, route, method, place)
                got, body = outcome_of(answer, route), body_of(answer)
                sent = str(sample(world, name, place))
                leaked = [
                    word for word in world.unseen("limited") if word.encode() in body and word not in sent
                ]
                finders = set(route.of.values())
                hidden = places.report in finders or (
                    place in ("office", "department") and bool(REGISTERED & finders)
                )
                if leaked or (hidden and method in route.methods and got not in ("403", "404")):
                    wrong.append(f"{method} {name} at {place}: {got} {leaked}")
    assert wrong == []


def outcome_of(answer: HttpResponse, route: Route) -> str:
    """login, 403, 404, 405; open for whatever else is no fault; the status of a fault."""
    login = reverse("account_login")
    # A public page may well lead to the log-in page: that is no refusal.
    if not route.who.public and answer.headers.get("Location", "").partition("?")[0] == login:
        return "login"
    if answer.status_code in (200, 204, 302, 303, 409, 422, 503):
        return "open"
    return str(answer.status_code)


def ask(client: Client, world: World, route: Route, method: str, place: str) -> HttpResponse:
    """One request; what it writes is taken back, and the client stays logged in."""
    given = sample(world, route.name, place)
    url = address(world, route, place, query=method == "GET")
    cookies = client.cookies.output(header="")
    with as_it_was():
        if method == "GET":
            answer = client.get(url)
        else:
            sent = dict(given.data)
            answer = client.post(url, sent) if method == "POST" else client.generic(method, url)
    client.cookies = SimpleCookie(cookies)
    return answer  # type: ignore[return-value]
