"""The world of the pages, clients by account, a live server, and a browser.

What needs Django is imported inside: this file is read before the settings are chosen (tests/conftest.py).
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests import ledgers
from tests.conftest import SESSION
from tests.require import require

if TYPE_CHECKING:
    from wsgiref.types import StartResponse

    from tests.web.world import World

CHROMIUM = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[World]:
    """Two towns with every role and an object at every kind of place, made once for the tests of a module.

    They leave no trace in it: what writes is rolled back, or writes what no other test looks at.
    """
    from tests.web import world as worlds

    data = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), ledgers.new_ledger(request.config.stash[SESSION], data):
        yield worlds.build()


@pytest.fixture
def client_of(world: World) -> Callable[[str], Client]:
    """A client that is logged in as an account of the world, without its password; "" for nobody."""

    def make(account: str) -> Client:
        client = Client(raise_request_exception=False)
        if account:
            client.force_login(world.login(account))
        return client

    return make


@dataclass(frozen=True)
class Server:
    """A server of this process's application on the world's ledger."""

    url: str


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Say nothing."""


class _Threads(ThreadedWSGIServer):
    daemon_threads = True


@pytest.fixture(scope="module")
def server(world: World) -> Iterator[Server]:
    """Pages for a browser, from threads of this process, on the day of the world."""
    from tests.web.world import clock_at_now

    application = get_wsgi_application()

    def answer(environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        with clock_at_now():
            return application(environ, start)

    with _Threads(("127.0.0.1", 0), _Quiet) as listening:
        listening.set_app(answer)
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield Server(f"http://127.0.0.1:{listening.server_address[1]}")
        listening.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    require("Chromium 浏览器", found, "请安装 chromium")
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop in this thread, in which Django would refuse to ask its database.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        started = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM))
        yield started
        started.close()
        # While that loop runs, Django keeps the connections of this thread apart from those before and after it;
        # one that stayed would lead the next module to the ledger of this one.
        connections["default"].close()
        del connections["default"]


@pytest.fixture
def context_of(browser: Browser, server: Server, world: World) -> Iterator[Callable[..., BrowserContext]]:
    """A browser window, logged in as an account; "" is nobody."""
    opened: list[BrowserContext] = []

    def make(account: str, *, scripts: bool = True, width: int = 1440) -> BrowserContext:
        context = browser.new_context(
            base_url=server.url,
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        opened.append(context)
        if account:
            client = Client()
            client.force_login(world.login(account))
            cookie = client.cookies["youju"].value
            context.add_cookies([{"name": "youju", "value": cookie, "url": server.url}])
        return context

    yield make
    for context in opened:
        context.close()
