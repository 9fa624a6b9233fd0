"""Whole drafts against a ledger: the demo's draft with its planted slips, and the demo's own report."""

from __future__ import annotations

from functools import cache

import pytest

from demo.auditing import is_found
from demo.events import CATALOG
from demo.expected import GOALS
from demo.slips import DRAFT, SLIPS, Slip
from tests.core.reconcile.reports import demo_report, random_report
from tests.reconcile_world import REPORTED, demo_ledger, lexicon, random_ledger
from youju.core.audit import Context, Finding, audit
from youju.core.claim.extract import extract
from youju.core.reconcile import Checked
from youju.specs.terms import read_audit_words

DRAFTS = 40


@cache
def draft() -> str:
    return DRAFT.read_text(encoding="utf-8")


@cache
def checked() -> list[Checked]:
    return demo_ledger().audit(draft())


@cache
def findings() -> list[Finding]:
    words, problems = read_audit_words([CATALOG], REPORTED.last)
    assert not problems
    return audit(draft(), extract(draft(), lexicon()), Context(words=words, today=REPORTED.last))


def _place(slip: Slip) -> range:
    at = draft().index(slip.snippet)
    return range(at, at + len(slip.snippet))


def _touches(place: range, start: int, end: int) -> bool:
    return start < place.stop and place.start < end


@pytest.mark.parametrize("slip", SLIPS, ids=[slip.snippet for slip in SLIPS])
def test_every_planted_slip_of_the_demo_draft_is_found(slip: Slip) -> None:
    assert is_found(slip, draft(), checked(), findings())


def test_the_demo_draft_raises_at_most_two_false_alarms() -> None:
    places = [_place(slip) for slip in SLIPS]

    def is_planted(start: int, end: int) -> bool:
        return any(_touches(place, start, end) for place in places)

    alarms = [
        each.claim.text
        for each in checked()
        if each.verdict in ("differs", "unclear", "unsupported")
        and not is_planted(each.claim.start, each.claim.end)
    ]
    alarms += [
        each.snippet
        for each in findings()
        if each.severity != "note" and not is_planted(each.start, each.end)
    ]

    assert len(SLIPS) >= 30
    assert len(alarms) <= 2, alarms


def test_every_figure_of_our_own_report_is_linked_to_its_recipe_and_agrees() -> None:
    report = demo_report(demo_ledger())
    found = demo_ledger().audit(report.text)

    wrong = report.compare(found)

    assert len(report.figures) >= len(GOALS)
    assert wrong == []


@pytest.mark.parametrize("seed", range(DRAFTS))
def test_reports_over_ledgers_of_chance_link_right_and_never_agree_wrongly(seed: int) -> None:
    ledger = random_ledger(seed)
    report = random_report(ledger, seed)
    found = ledger.audit(report.text)

    right, of = report.linked_right(found)

    assert report.wrongly_agreeing(found) == []
    assert of >= 15
    assert right >= 0.95 * of, report.compare(found)
