"""Every kind of event that an action writes has a name people read."""

from __future__ import annotations

import re
from pathlib import Path

from youju.core.event import TITLES, title_of

ACTIONS = Path(__file__).resolve().parents[2] / "youju" / "actions"
# entry.{verdict} of actions/reviews.py, and KIND of actions/visits.py
VERDICTS = {"entry.confirmed", "entry.returned", "town.opened"}


def test_every_kind_of_event_has_a_title_and_every_title_its_event() -> None:
    written = set(VERDICTS)
    for path in ACTIONS.glob("*.py"):
        written |= set(re.findall(r'ledger\.change\(\s*"([a-z_.]+)"', path.read_text(encoding="utf-8")))

    assert written == set(TITLES)


def test_an_unknown_kind_is_shown_as_it_is() -> None:
    assert title_of("something.else") == "something.else"
