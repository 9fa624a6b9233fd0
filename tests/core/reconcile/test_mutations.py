"""Sentences of our own writer: true ones always agree with the ledger; changed ones that are untrue never do."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.core.reconcile.sentences import Said, cover_sentences, sentences
from tests.reconcile_world import Ledger, random_ledger
from youju.core.reconcile import Verdict

Judged = tuple[Said, list[Verdict]]
LEDGERS = 30
AT_LEAST = 5000
CHANGES = frozenset({"number", "unit", "scope", "period", "dimension", "action"})


def _said(ledger: Ledger, seed: int) -> Iterator[Said]:
    yield from sentences(ledger, random.Random(seed))
    yield from cover_sentences(ledger, random.Random(seed))


@pytest.fixture(scope="module")
def verdicts() -> list[Judged]:
    """Every sentence with the verdicts on its figures."""
    found: list[Judged] = []
    for seed in range(LEDGERS):
        ledger = random_ledger(seed)
        for said in _said(ledger, seed):
            found.append((said, [each.verdict for each in ledger.audit(said.text)]))
    return found


def test_a_true_sentence_of_our_writer_always_agrees(verdicts: list[Judged]) -> None:
    true = [(said, found) for said, found in verdicts if not said.change]

    assert len(true) >= 500
    assert [said.text for said, found in true if not found or set(found) != {"agrees"}] == []


def test_an_untrue_sentence_never_agrees(verdicts: list[Judged]) -> None:
    untrue = [(said, found) for said, found in verdicts if said.change and not said.true]

    assert len(untrue) >= AT_LEAST
    assert set(Counter(said.change for said, _ in untrue)) == CHANGES
    wrong = [
        (said.change, said.text, str(said.recipe))
        for said, found in untrue
        if found and set(found) == {"agrees"}
    ]
    assert wrong == []
