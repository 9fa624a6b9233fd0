"""A draft against a real ledger: the same few statements whatever it says, and nothing of what its reader may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.ledgers import LedgerDatabase
from tests.town import SHIPPED, START, Town, build_town
from youju.actions import clock
from youju.core.audit.draft import Draft
from youju.core.claim.extract import extract
from youju.core.claim.lexicon import Lexicon
from youju.core.grant import NotAllowed
from youju.core.reconcile import Verdict
from youju.specs.lexicon import load_lexicon
from youju.store.queries import audits, scope

AS_OF = date(2024, 5, 1)
TEXT = "甲镇发放宣传资料300份，其中村庄清洁行动200份。东村发放宣传资料200份，南村发放宣传资料200份。"


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    """
    2024-03-05  东村  leaflets.handed_out  200 份  专项=村庄清洁行动
    2024-04-02  南村  leaflets.handed_out  100 份
    """
    with clock.at(START):
        made = build_town()
        made.reviewed("leaflets", "东村", day="2024-03-05", count="200", campaign="清洁乡村")
        made.reviewed("leaflets", "南村", day="2024-04-02", count="100")
        yield made


@cache
def lexicon() -> Lexicon:
    return load_lexicon([SHIPPED])


def check(town: Town, text: str, by: str = "clerk", unit: str = "甲镇") -> list[tuple[str, Verdict]]:
    viewer = scope.viewer_of(town.who[by])
    draft = Draft(text, extract(text, lexicon()))
    done = audits.reconcile(draft, viewer, unit, AS_OF, clock.today(), lexicon())
    return [(each.claim.text, each.verdict) for each in done.checked]


def test_each_figure_of_a_draft_is_checked_for_its_own_place_and_campaign(town: Town) -> None:
    assert check(town, TEXT) == [
        ("300份", "agrees"),
        ("200份", "agrees"),
        ("200份", "agrees"),
        ("200份", "differs"),
    ]


def test_a_long_draft_takes_no_more_statements_than_a_short_one(town: Town) -> None:
    viewer = scope.viewer_of(town.who["clerk"])
    counts: list[int] = []
    for text in (
        TEXT,  # the first of all reads the tree and the registers, too
        TEXT,
        "\n".join([TEXT, "全镇新增永久性标语3条，农家书屋藏书500册。一季度发放宣传资料200份。"] * 60),
    ):
        draft = Draft(text, extract(text, lexicon()))
        with CaptureQueriesContext(connection) as asked:
            done = audits.reconcile(draft, viewer, "甲镇", AS_OF, clock.today(), lexicon())
        counts.append(len(asked))
        assert len(done.checked) >= 4

    assert counts[1] == counts[2] <= counts[0] <= 10


def test_who_may_not_see_a_town_cannot_audit_a_draft_against_it(town: Town) -> None:
    with pytest.raises(NotAllowed):
        check(town, TEXT, by="stranger")


def test_a_figure_outside_what_the_reader_may_see_gets_no_number(town: Town) -> None:
    """A village cadre may audit the village's own draft; another village's figure in it stays unsaid."""
    viewer = scope.viewer_of(town.who["east"])
    text = "东村发放宣传资料200份。"
    draft = Draft(text, extract(text, lexicon()))
    done = audits.reconcile(draft, viewer, "东村", AS_OF, clock.today(), lexicon())
    own = [each for each in done.checked if each.verdict == "agrees"]
    recipe = own[0].answers[0].reading.recipe

    elsewhere = audits.ask(done.world, [recipe, type(recipe)(recipe.measure, "南村", recipe.period)], viewer)

    assert [figure.text if figure else None for figure in elsewhere.values()] == ["200份", None]
