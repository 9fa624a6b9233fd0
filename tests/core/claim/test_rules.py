"""Whoever wrote a figure is told in words, not by a code, how it was read."""

from __future__ import annotations

from pathlib import Path

import pytest

from youju.core.claim.extract import extract
from youju.core.claim.rules import TITLES, title_of
from youju.core.zh.approximation import AFTER, BEFORE, MIDDLE, _rule
from youju.specs.lexicon import load_lexicon

ROOT = Path(__file__).resolve().parents[3]
TEXTS = sorted(Path(__file__).parent.glob("corpus/**/*.txt")) + sorted(ROOT.glob("demo/draft/*.txt"))


def test_every_rule_of_the_corpus_has_words() -> None:
    lexicon = load_lexicon([ROOT / "catalog"])
    met = {
        claim.rule
        for path in TEXTS
        for claim in extract(path.read_text(encoding="utf-8"), lexicon)
        if claim.is_claim
    }
    assert met >= {"exact", "approx.jin", "coverage.all", "range.pair"}
    assert met - set(TITLES) == set()


@pytest.mark.parametrize("word", [*BEFORE, *AFTER, *MIDDLE])
def test_every_word_about_a_number_has_words(word: str) -> None:
    assert title_of(_rule(word[-1] if word in MIDDLE else word)) != _rule(
        word[-1] if word in MIDDLE else word
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("种树2024棵", "2024棵"),
        ("种树2024多棵", "大于2024棵、小于2025棵"),
        ("种树近50棵", "不少于45棵、不多于50棵"),
        ("种树50棵以上", "不少于50棵"),
        ("种树不到50棵", "小于50棵"),
    ],
)
def test_what_a_figure_allows_is_said_without_brackets(text: str, said: str) -> None:
    lexicon = load_lexicon([ROOT / "catalog"])
    (claim,) = [each for each in extract(text + "。", lexicon) if each.is_claim]
    assert claim.value is not None
    assert claim.value.interval.said(claim.value.norm_unit) == said
