"""A browser opens every page as every role, wide and narrow, with and without scripts; and statements are counted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

from tests.web.declared import NOBODY, address, as_it_was, is_placed, outcome, routes
from tests.web.world import CAST, PLACES, World, clock_at_now
from youju.web.access import Route

WIDTHS = (1440, 390)
WCAG = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
GOLDEN = Path(__file__).with_name("statements.json")
# The frame round a page asks for: session, log-in, grants, second factor, host, ledger head, tree.
FRAME, MOST = 7, 12
# What is no page: answers for machines, and files.
NOT_PAGES = {"live", "ready", "entry_file", "entry_preview", "report_checks", "report_file", "report_proof"}


def visits(world: World, account: str) -> Iterator[tuple[Route, str]]:
    """The pages that an account may open, each once, at the first place where it may."""
    for route in routes():
        if "GET" not in route.methods or route.name in NOT_PAGES:
            continue
        for place in PLACES if is_placed(world, route) else ("own",):
            if outcome(world, route, "GET", account, place) == "open":
                yield route, address(world, route, place)
                break


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("account", [NOBODY, *(name for name in CAST if name != "stranger")])
def test_every_page_is_sound_in_a_browser(
    account: str, world: World, context_of: Callable[..., BrowserContext]
) -> None:
    complaints: list[str] = []
    page = context_of(account).new_page()
    listen(page, complaints)
    plain = context_of(account, scripts=False, width=390).new_page()
    for route, url in visits(world, account):
        found = len(complaints)
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        try:
            answer = page.goto(url)
        except Error as error:
            if "Download is starting" not in str(error):
                raise
            continue  # a file to keep; had it failed, there would be a page that says so
        if answer is None or not answer.ok:
            complaints.append(f"answered {answer and answer.status}")
        # Two pages of one skeleton have the same faults: axe looks at each skeleton once.
        skeleton = str(page.evaluate(SKELETON))
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                complaints.append(f"{width} px: scrolls sideways")
            if f"{width}{skeleton}" not in LOOKED_AT:
                complaints += [f"{width} px: {each}" for each in violations(page)]
                LOOKED_AT.add(f"{width}{skeleton}")
        without = plain.goto(url)
        if without is None or not without.ok or not plain.locator("main h1").first.is_visible():
            complaints.append("without scripts: no page")
        complaints[found:] = [f"{route.name} as {account or 'nobody'}: {each}" for each in complaints[found:]]
    assert complaints == []


@pytest.mark.browser
def test_the_walk_would_see_faults(world: World, context_of: Callable[..., BrowserContext]) -> None:
    said: list[str] = []
    page = context_of("").new_page()
    listen(page, said)
    page.goto("/login")
    page.evaluate(
        "document.querySelector('main').innerHTML = '<p style=color:red>a</p><img src=/no.png><input>'"
    )
    page.wait_for_load_state("networkidle")
    assert [each.partition(":")[0] for each in violations(page)] == ["image-alt", "label"]
    assert any("Content Security Policy" in each for each in said)
    assert any("404" in each for each in said)


# What a page is made of, each kind of element under each kind of parent once: rows more or less make no new page.
SKELETON = """() => [...new Set([...document.querySelectorAll("body *")].map(each => {
  const kind = at => at.tagName + "." + at.className;
  return kind(each.parentElement) + ">" + kind(each) + "#" + [...each.attributes].map(a => a.name).join();
}))].join(" ")"""
LOOKED_AT: set[str] = set()


def listen(page: Page, complaints: list[str]) -> None:
    """Note what the browser complains of: errors and refused resources, the content security policy among them."""

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"console: {message.text}")

    def failed(request: Request) -> None:
        if not is_a_file(request):
            complaints.append(f"not loaded: {request.url}")

    page.on("console", said)
    page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
    page.on("requestfailed", failed)


def is_a_file(request: Request) -> bool:
    """Whether the browser left the page's own request because it became a file to keep."""
    return request.is_navigation_request() and request.failure == "net::ERR_ABORTED"


def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.1 AA, with the first element of each."""
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        f"{each['id']}: {each['nodes'][0]['html'][:160]} {each['nodes'][0]['failureSummary'][:200]}"
        for each in found
    ]


def test_no_page_asks_the_database_too_much(
    world: World, client_of: Callable[[str], Client], *, golden: bool
) -> None:
    """Statements of each page for whoever it costs most, the frame's included."""
    most: dict[str, int] = {}
    for account in (NOBODY, *CAST):
        client = client_of(account)
        with clock_at_now():
            for route, url in visits(world, account):
                client.get(url)  # the first visit of a session writes it
                with as_it_was(), CaptureQueriesContext(connection) as asked:
                    client.get(url)
                most[route.name] = max(most.get(route.name, 0), len(asked))
    if golden:
        GOLDEN.write_text(json.dumps(dict(sorted(most.items())), indent=1) + "\n", encoding="utf-8")
    assert {name: count for name, count in most.items() if count > FRAME + MOST} == {}
    assert most == json.loads(GOLDEN.read_text(encoding="utf-8"))
