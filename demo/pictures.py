"""Pictures of the main pages for the README: `.venv/bin/python -m demo.pictures`, on a demo town that was made before.

The town is served as it stands on its last day; what the pictures need (an upload, a draft to check) is brought in
through the pages. Needs Chromium and the packages for development.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import django

from demo.plan import END

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HERE = Path(__file__).resolve().parent
TARGET = HERE.parent / "docs" / "pictures"
WIDE, PHONE = (1440, 900), (390, 844)
MOST_BYTES = 150_000
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
FIGURE = "/figures?" + urlencode({"recipe": "publicity.leaflets.handed_out @禾澄镇 2024-01-01..2024-04-26"})
WORKBOOK = (
    ("宣传资料发放台账",),
    ("村名", "发放日期", "发放数量", "专项", "发放地点"),
    ("禾岸村", "2024-04-22", "60", "防溺水", "小学门口"),
    ("澄尾村", "4月23日", "一百二十", "村庄清洁行动", "文艺舞台旁"),
    ("澄尾村", "2024-04-31", "80", "村庄清洁行动", "村委会门口"),
    ("稻坞村", "2024-04-24", "很多", "移风易俗", "晒谷场"),
    ("南海村", "2024-04-24", "40", "移风易俗", "渡口"),
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, who looks, how wide, and how to get to what is to be seen."""

    name: str
    account: str
    size: tuple[int, int]
    go: Callable[[Page], None]


def at(path: str) -> Callable[[Page], None]:
    """Just the page at an address."""

    def go(page: Page) -> None:
        page.goto(path)

    return go


def importing(page: Page) -> None:
    """A workbook with three faults, looked at before anything is written."""
    page.goto("/imports")
    body = _workbook()
    page.set_input_files(
        "#id_file", {"name": "四月下旬宣传资料.xlsx", "mimeType": "application/octet-stream", "buffer": body}
    )
    page.select_option("#id_unit", label="禾澄镇")
    page.click("text=上传并核对")
    page.wait_for_selector("#problems")
    page.locator("#problems").scroll_into_view_if_needed()


def auditing(page: Page) -> None:
    """The demo's draft with its slips, marked."""
    page.goto("/audits")
    page.set_input_files("#id_file", HERE / "draft" / "work-report.txt")
    page.click("text=开始核对")
    page.wait_for_selector(".claim", timeout=60_000)


def report(page: Page) -> None:
    """The first report of the list, as it composes now."""
    page.goto("/reports")
    page.locator("tbody a").first.click()
    page.wait_for_selector(".paper")


def pasting(page: Page) -> None:
    """A message of the group, read."""
    page.goto("/record")
    page.fill("#message", "4月25日在村委会门口发放防溺水宣传资料120份")
    page.click("text=识别")
    page.wait_for_selector(".proposal")


def recording(page: Page) -> None:
    """The form that the message has filled."""
    pasting(page)
    page.locator(".proposal button").first.click()
    page.wait_for_selector("#id_count")


SHOTS = (
    Shot("desk", "clerk", WIDE, at("/")),
    Shot("leader", "leader", WIDE, at("/")),
    Shot("figure", "clerk", WIDE, at(FIGURE)),
    Shot("review", "review-xuanchuan", WIDE, at("/reviews")),
    Shot("import", "clerk", WIDE, importing),
    Shot("report", "clerk", WIDE, report),
    Shot("audit", "clerk", WIDE, auditing),
    Shot("overview", "leader", WIDE, at("/overview")),
    Shot("county", "county", WIDE, at("/overview")),
    Shot("phone-paste", "hean", PHONE, pasting),
    Shot("phone-record", "hean", PHONE, recording),
    Shot("phone-figure", "hean", PHONE, at(FIGURE.replace("%E7%A6%BE%E6%BE%84%E9%95%87", "%E7%A6%BE%E5%B2%B8%E6%9D%91"))),
)  # fmt: skip


def main(names: list[str]) -> int:
    """Take the pictures of these names, or all. Says what does not fit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youju.config.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright keeps an event loop in this thread
    django.setup()
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    TARGET.mkdir(exist_ok=True)
    large = []
    with _served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        for shot in SHOTS:
            if not names or shot.name in names:
                size = _take(browser, url, shot)
                sys.stdout.write(f"{shot.name}.webp  {size // 1000} kB\n")
                large += [shot.name] if size > MOST_BYTES else []
        browser.close()
    return 1 if large else 0


def _take(browser: Browser, url: str, shot: Shot) -> int:
    from django.conf import settings
    from PIL import Image

    width, height = shot.size
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if width < WIDE[0] else 1,
        locale="zh-CN",
    )
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": _session(shot.account), "url": url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    shot.go(page)
    page.wait_for_load_state("networkidle")
    target = TARGET / f"{shot.name}.webp"
    Image.open(io.BytesIO(page.screenshot())).save(target, "WEBP", quality=80, method=6)
    context.close()
    return target.stat().st_size


def _session(account: str) -> str:
    """A session of this account, without its password; the account gets a log-in when it has none."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.utils import timezone

    from youju.actions import setup
    from youju.store.models import Login
    from youju.store.sessions import SessionStore

    member = setup.member_of(account)
    login = Login.objects.filter(member=member).first()
    if login is None:
        login = Login(member=member, account=account, password_at=timezone.now(), must_change=False)
        login.set_unusable_password()
        login.save()
    if login.must_change:
        login.must_change = False
        login.save()
    session = SessionStore()
    session[SESSION_KEY] = str(login.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = login.get_session_auth_hash()
    session["touched"] = int(time.time())
    session.create()
    assert session.session_key
    return session.session_key


@contextmanager
def _served() -> Iterator[str]:
    """The town's pages on a free port, with its worker."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-P", "-m", "youju", "serve", "--port", str(port)]
    there = {**os.environ, "YOUJU_DEMO_CLOCK": END.isoformat()}
    server = subprocess.Popen(
        command,
        cwd=HERE.parent,
        env=there,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in WORKBOOK:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
