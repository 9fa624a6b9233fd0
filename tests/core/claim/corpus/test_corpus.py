"""The corpus is what its README says: offsets exact, values allowed, every kind there, size as promised."""

from __future__ import annotations

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
HALVES = ("dev", "heldout")
CLAIM_KINDS = (
    {"count", "money", "percent", "measure"}  # the many
    | {"mass", "percent_point", "ratio", "duration", "coverage"}  # the few
)
NON_CLAIM_KINDS = {
    "date", "ordinal", "list-number", "name-part", "doc-no", "article-no", "phone", "id-no",
    "criterion", "idiom", "duration-context",
}  # fmt: skip
FIELDS = {
    "id", "start", "end", "text", "value_low", "value_high", "low_open", "high_open", "unit", "norm_unit", "kind",
    "subject", "scope", "period", "change", "qualifier", "is_claim", "optional",
}  # fmt: skip
OPTIONAL_FIELDS = {"rate", "values"}
AT_LEAST = {"count": 200, "money": 60, "percent": 60, "measure": 40, "coverage": 15} | dict.fromkeys(
    (
        "mass",
        "ratio",
        "duration",
        "percent_point",
        "criterion",
        "idiom",
        "ordinal",
        "list-number",
        "name-part",
        "date",
    ),
    7,
)
FEW = 4  # of every other kind

Passage = dict[str, Any]  # a row of JSON, checked field by field below


def passages(half: str) -> list[Passage]:
    """The passages of one half, in order."""
    return [json.loads(line) for line in (HERE / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_the_corpus_is_as_large_as_promised() -> None:
    everything = [p for half in HALVES for p in passages(half)]
    claims = [c for p in everything for c in p["claims"] if c["is_claim"] and not c["optional"]]
    assert len(everything) >= 60
    assert len(claims) >= 800
    assert len({p["province"] for p in everything}) >= 25
    assert len({p["genre"] for p in everything}) >= 30
    assert len({p["text"] for p in everything}) == len(everything)


@pytest.mark.parametrize("half", HALVES)
def test_every_passage_has_its_own_name_and_a_readable_length(half: str) -> None:
    names = [p["id"] for p in passages(half)]
    assert len(set(names)) == len(names)
    for passage in passages(half):
        assert 50 <= len(passage["text"]) <= 620, passage["id"]


@pytest.mark.parametrize("half", HALVES)
def test_spans_hold_exactly_their_words_and_do_not_touch_each_other(half: str) -> None:
    for passage in passages(half):
        for claim in passage["claims"]:
            assert passage["text"][claim["start"] : claim["end"]] == claim["text"], claim["id"]
        for left, right in pairwise(passage["claims"]):
            assert left["end"] <= right["start"], right["id"]


@pytest.mark.parametrize("half", HALVES)
def test_every_digit_is_annotated(half: str) -> None:
    for passage in passages(half):
        covered = {i for c in passage["claims"] for i in range(c["start"], c["end"])}
        for number in re.finditer(r"[0-9０-９]+", passage["text"]):
            assert set(range(*number.span())) <= covered, (passage["id"], number[0])


@pytest.mark.parametrize("half", HALVES)
def test_fields_and_values_are_the_allowed_ones(half: str) -> None:
    for passage in passages(half):
        for claim in passage["claims"]:
            where = claim["id"]
            assert set(claim) >= FIELDS, where
            assert set(claim) <= FIELDS | OPTIONAL_FIELDS, where
            assert claim["kind"] in (CLAIM_KINDS if claim["is_claim"] else NON_CLAIM_KINDS), where
            assert claim["change"] in {"", "up", "down"}, where
            low, high = claim["value_low"], claim["value_high"]
            if not claim["is_claim"]:
                assert (low, high, claim["subject"]) == (None, None, ""), where
                continue
            assert claim["subject"], where
            assert low is not None or high is not None or claim["values"], where
            assert low is None or high is None or low <= high, where
            assert not (claim["low_open"] and low is None), where
            assert not (claim["high_open"] and high is None), where
            assert not re.search(r"[万亿]", claim["norm_unit"]), where


@pytest.mark.parametrize("half", HALVES)
def test_units_and_kinds_agree(half: str) -> None:
    """Money is in 元 or a named foreign money, percentages in % or ‰, and nobody counts 名 beside 人."""
    for claim in (c for p in passages(half) for c in p["claims"] if c["is_claim"]):
        unit = claim["norm_unit"]
        if claim["kind"] == "money":
            assert unit in {"元", "美元"}, claim["id"]
        elif claim["kind"] in {"percent", "coverage"}:
            assert unit in {"%", "‰"}, claim["id"]
        elif claim["kind"] == "percent_point":
            assert unit == "个百分点", claim["id"]
        assert unit not in {"名", "位", "千米", "㎡", "平米", "平方", "立方", "方"}, claim["id"]


@pytest.mark.parametrize("half", HALVES)
def test_every_kind_is_there_often_enough(half: str) -> None:
    seen = Counter(c["kind"] for p in passages(half) for c in p["claims"])
    short = {k: seen[k] for k in CLAIM_KINDS | NON_CLAIM_KINDS if seen[k] < AT_LEAST.get(k, FEW)}
    assert not short


@pytest.mark.parametrize(
    "wording",
    [
        "多", "余", "几", "近", "将近", "约", "左右", "来", "突破", "逾", "超过", "至少", "不少于", "以上", "以内",
        "不足", "没有一",
    ],
)  # fmt: skip
def test_every_wording_of_approximation_is_there(wording: str) -> None:
    assert any(
        wording in c["qualifier"] or wording in c["text"]
        for half in HALVES
        for p in passages(half)
        for c in p["claims"]
        if c["is_claim"]
    )


@pytest.mark.parametrize("half", HALVES)
def test_the_annotations_are_those_of_the_marked_up_texts(half: str) -> None:
    from tests.core.claim.corpus import marked

    assert list(marked.read(HERE / f"{half}.marked.txt")) == passages(half)
