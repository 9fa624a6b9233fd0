"""How long a report takes, as ratios: preview against a bare page, verifying against asking, and its files in seconds.

    YOUJU_DATA=… .venv/bin/python bench/report.py

Runs on the demo's ledger (`./run demo --no-serve` makes it; YOUJU_DATA says where); what it writes is rolled back.
Goals: preview after one changed figure ≤ 3× a bare page, a final report verified again ≤ 2× its figures asked as of
then, .docx ≤ 0.2 s, .pdf ≤ 0.5 s. Exit status 1 when a goal is missed.
"""

from __future__ import annotations

import importlib
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youju.config.settings")

import django  # noqa: E402

django.setup()
importlib.import_module(
    "youju.config.wsgi"
)  # the process is as served: what was loaded is left out of collections

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from demo import town  # noqa: E402
from demo.plan import END  # noqa: E402
from youju.actions import clock, exporting, finals, setup  # noqa: E402
from youju.core.grant import SELF_CHECK  # noqa: E402
from youju.store.models import Login  # noqa: E402
from youju.store.queries import figures, reports, scope  # noqa: E402
from youju.store.queries.ledger import head  # noqa: E402
from youju.store.queries.reports import FinalRow  # noqa: E402
from youju.store.queries.tree import tree_at  # noqa: E402

RUNS = 15


def main() -> int:
    """Print every figure beside its goal."""
    with clock.at(END), transaction.atomic():
        final = _final()
        made = finals.recomposed(final)
        lines = [
            *_preview(final),
            *_verifying(final),
            _line("正式稿 .docx", median(lambda: exporting.export(made, "docx")), 0.2),
            _line("正式稿 .pdf（含子进程）", median(lambda: exporting.export(made, "pdf")), 0.5),
            _line("核对稿 .docx（含两个子进程）", median(lambda: exporting.export(made, "check")), None),
            _line("网页 .html", median(lambda: exporting.export(made, "html")), None),
        ]
        transaction.set_rollback(True)
    for text, _ in lines:
        print(text)
    return 0 if all(good for _, good in lines) else 1


def median(do: Callable[[], object], runs: int = RUNS) -> float:
    """The median of several runs, in seconds, after one to warm up."""
    do()
    took = []
    for _ in range(runs):
        started = time.perf_counter()
        do()
        took.append(time.perf_counter() - started)
    return statistics.median(took)


def _final() -> FinalRow:
    tree, today = tree_at(head().head), clock.today()
    clerk = scope.viewer(town.CLERK)
    line = min(reports.listed(clerk, tree, today), key=lambda each: each.id)
    return reports.final(reports.get(line.id, clerk, tree, today), 1)


def _preview(final: FinalRow) -> list[tuple[str, bool]]:
    client = Client(HTTP_HOST="127.0.0.1")
    member = setup.member_of(town.CLERK)
    login = Login.objects.filter(account=town.CLERK).first() or Login.objects.create(
        member=member, account=town.CLERK, password="", must_change=False, password_at=END
    )
    client.force_login(login)
    address = reverse("report_preview", args=[final.report.uid])
    prose = reports.newest(final.report).text.split("---\n", 2)[2]
    turn = iter(range(10_000))

    def changed() -> None:
        """One figure is worded otherwise, and the text says so."""
        newest = reports.newest(final.report)
        style = ("exact", "many")[next(turn) % 2]
        text = prose.replace("{{ handed_out }}", f"{{{{ handed_out | {style} }}}}")
        answer = client.post(address, {"base": newest.number, "prose": text, "title": "{unit}{period}总结"})
        assert answer.status_code == 200

    def bare() -> None:
        assert client.get(reverse("complaint")).status_code == 200

    def whole() -> None:
        assert client.get(reverse("report_write", args=[final.report.uid])).status_code == 200

    page, preview = median(bare), median(changed)
    return [
        (f"空白页面 {page * 1000:.0f} ms，改一个数后的预览 {preview * 1000:.0f} ms", True),
        _ratio("预览 / 空白页面", preview / page, 3),
        (f"编写页面（全部）{median(whole) * 1000:.0f} ms", True),
    ]


def _verifying(final: FinalRow) -> list[tuple[str, bool]]:
    recipes = finals.Rechecked(final).recipes

    def asked() -> None:
        """Raw: from the observations, as of the moment of signing, without roll-ups."""
        figures.evaluate_in(finals.Rechecked(final).world, recipes, SELF_CHECK)

    def verified() -> None:
        assert finals.verify(final) == []

    raw, again = median(asked), median(verified)
    return [
        (f"{len(recipes)}个数按定稿时刻取数 {raw * 1000:.0f} ms，重算定稿 {again * 1000:.0f} ms", True),
        _ratio("重算定稿 / 按时刻取数", again / raw, 2),
    ]


def _ratio(title: str, found: float, goal: float) -> tuple[str, bool]:
    return f"{title} {found:.2f} 倍（目标 ≤ {goal}）{'' if found <= goal else '  未达到'}", found <= goal


def _line(title: str, seconds: float, goal: float | None) -> tuple[str, bool]:
    if goal is None:
        return f"{title} {seconds:.3f} 秒", True
    good = seconds <= goal
    return f"{title} {seconds:.3f} 秒（目标 ≤ {goal}）{'' if good else '  未达到'}", good


if __name__ == "__main__":
    sys.exit(main())
