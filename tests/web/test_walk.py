"""A browser opens every page as every role, wide and narrow, with and without scripts; and statements are counted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request

from tests.town import measure_units
from tests.web.declared import NOBODY, address, as_it_was, body_of, is_placed, outcome, routes
from tests.web.world import CAST, PLACES, VILLAGE_REGISTER, World, clock_at_now
from youju.actions.entries import record
from youju.web import kept
from youju.web.access import Route

WIDTHS = (1440, 390)
WCAG = {
    "resultTypes": ["violations"],
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
}
GOLDEN = Path(__file__).with_name("statements.json")
# The frame round a page asks for: session, log-in, grants, second factor, host, ledger head, tree, whether the county has looked.
FRAME, MOST = 8, 12
LONGEST = 100  # rows of one list
NOT_THEIRS = {("record_nil", "office")}  # an office keeps no register that is expected, and the page says so
# What is no page: answers for machines, and files.
NOT_PAGES = {"live", "ready", "entry_file", "entry_preview", "report_checks", "report_file", "report_proof"}


def visits(world: World, account: str) -> Iterator[tuple[Route, str]]:
    """The pages that an account may open, each once, at the first place where it may."""
    for route in routes():
        if "GET" not in route.methods or route.name in NOT_PAGES or (route.name, account) in NOT_THEIRS:
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


@dataclass(frozen=True, slots=True)
class Visit:
    """A page as an account reads it, and how many statements it took, the frame's included."""

    account: str
    route: str
    url: str
    statements: int
    body: str


@pytest.fixture(scope="module")
def read(world: World) -> list[Visit]:
    """Every page as every role, once, without a browser."""
    found: list[Visit] = []
    for account in (NOBODY, *CAST):
        client = Client(raise_request_exception=False)
        if account:
            client.force_login(world.login(account))
        with clock_at_now():
            client.get(
                "/health/live" if not account else "/account"
            )  # the first visit of a session writes it
            for route, url in visits(world, account):
                body_of(client.get(url))  # the first visit writes its session, and that the county looked
                kept.forget()
                with as_it_was(), CaptureQueriesContext(connection) as asked:
                    body = body_of(client.get(url)).decode("utf-8", "replace")
                found.append(Visit(account, route.name, url, len(asked), body))
    return found


def test_no_page_asks_the_database_too_much(read: list[Visit], *, golden: bool) -> None:
    """Statements of each page for whoever it costs most."""
    most: dict[str, int] = {}
    for visit in read:
        most[visit.route] = max(most.get(visit.route, 0), visit.statements)
    if golden:
        GOLDEN.write_text(json.dumps(dict(sorted(most.items())), indent=1) + "\n", encoding="utf-8")
    assert {name: count for name, count in most.items() if count > FRAME + MOST} == {}
    # A tree and registers that the process has not read yet cost three statements; a statement for each line costs more.
    known = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert most.keys() == known.keys()
    assert {name: (count, known[name]) for name, count in most.items() if count > known[name] + 3} == {}


class Forms(HTMLParser):
    """The forms of a page: where they lead, and what they send along."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str]]] = []
        self.open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A form that is posted, or a control in it."""
        given = dict(attrs)
        if tag == "form":
            self.open = (given.get("method") or "get").lower() == "post"
            if self.open:
                self.found.append((given.get("action") or "", set()))
        elif self.open and given.get("name") and (tag != "input" or given.get("value")):
            self.found[-1][1].add(str(given["name"]))

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        self.open = self.open and tag != "form"


# Forms of the log-in, and one that only hands a file out: sent twice they do what they did, and write nothing.
WITHOUT_NUMBER = re.compile("account|mfa|password|report_filled")


def test_every_form_carries_its_token_and_its_request_number(read: list[Visit]) -> None:
    """Invariant 8 begins here: without its number a second sending would be a second write."""
    wrong, seen = set(), 0
    for visit in read:
        page = Forms()
        page.feed(visit.body)
        for action, names in page.found:
            seen += 1
            target = resolve((action or visit.url).partition("?")[0]).url_name or ""
            if "csrfmiddlewaretoken" not in names:
                wrong.add(f"{visit.route} → {target}: no token")
            if "once" not in names and not WITHOUT_NUMBER.match(target):
                wrong.add(f"{visit.route} → {target}: no request number")
    assert sorted(wrong) == []
    assert seen > 200


def test_long_lists_come_in_parts(world: World, client_of: Callable[[str], Client]) -> None:
    """东村 hands in 110 entries: no page of anybody shows all of them, and where they are cut there is a way on."""
    with clock_at_now(), as_it_was():
        for number in range(110):
            said = {"day": "2024-04-20", "count": str(number + 1), "place": "金丝雀东村"}
            record(
                VILLAGE_REGISTER, world.unit["东村"], said, by=world.who["recorder"], units=measure_units()
            )
        wrong, cut = [], set()
        for account in ("recorder", "reviewer", "county"):
            client = client_of(account)
            for route, url in visits(world, account):
                answer = client.get(url)
                if "attachment" in answer.headers.get("Content-Disposition", "") or answer.streaming:
                    continue
                page = answer.content.decode()
                longest = max((each.count("<tr") for each in page.split("<tbody>")[1:]), default=0)
                if longest > LONGEST:
                    wrong.append(f"{route.name} as {account}: {longest} rows")
                if 'rel="next"' in page:
                    cut.add(route.name)
    assert wrong == []
    assert {"ledger_list", "reviews"} <= cut
