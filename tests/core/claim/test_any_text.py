"""No text makes the extractor fail, lose its place or slow down."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.require import require_given
from youju.core.claim import attributes, surroundings
from youju.core.claim import extract as extract_module
from youju.core.claim.extract import extract
from youju.core.claim.grammar import SCAN
from youju.core.claim.model import CLAIM_KINDS, NON_CLAIM_KINDS
from youju.specs.lexicon import load_lexicon

ROOT = Path(__file__).resolve().parents[3]
LEXICON = load_lexicon([ROOT / "catalog"])
WHOLE_TEXT = ["_QUOTED", "_LONG_QUOTED", "_TITLE", "_HALF_WIDTH"]
REPORT = ROOT.parent / "shared" / "seed" / "report.txt"
OWN = (
    "一、基本情况\n　　2024年以来，全镇共投入4.447万元购买车辆和15万购买垃圾桶，17个村全部建成广场，其中12个村六项齐全。\n"
    "（二）同比增长12.5%，由45%提高到65%，提高20个百分点；生猪、肉牛出栏分别为1.2万头、860头，近3000只山羊，三分之二以上达标。\n"
    "三是处理信访件37件（次），电话0771-5501234，依据桂政发〔2024〕12号文件第三条，比例为11.7︰48.5︰39.8，翻了一番多，零事故。"
)
# What the grammar looks at, so that chance makes much of it.
PIECES = st.sampled_from(
    [
        *"0123456789０９，。、；：.,%％-—~至到多余几来近约超上百千万亿个名户元成半倍年月日号第一二两三十零〇都均全部分之每各（）()“”《》\n 　XxA",
        *(
            [
                "百分之",
                "分别为",
                "以上",
                "左右",
                "平方米",
                "个百分点",
                "增长",
                "下降",
                "没有一",
                "翻一番",
                "所有",
                "工作日",
                "连续",
                "热线",
            ]
        ),
    ]
)


def check(text: str) -> None:
    end = 0
    for claim in extract(text, LEXICON):
        assert text[claim.start : claim.end] == claim.text != ""
        assert claim.start >= end, "claims overlap"
        end = claim.end
        assert claim.kind in (CLAIM_KINDS if claim.is_claim else NON_CLAIM_KINDS)
        assert (claim.value is not None) == claim.is_claim
        assert claim.rule
        assert len(claim.subject) <= 40
        if claim.value is not None and not claim.value.values:
            assert not claim.value.interval.is_empty
            assert claim.value.interval.low is not None or claim.value.interval.high is not None


@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_sequence_of_numerals_units_and_marks(text: str) -> None:
    check(text)


@settings(max_examples=200)
@given(st.data())
def test_mutated_reports(data: st.DataObject) -> None:
    mutate(OWN, data)


@settings(max_examples=60)
@given(st.data())
def test_mutations_of_the_given_report(data: st.DataObject) -> None:
    require_given(REPORT.exists())
    text = REPORT.read_text(encoding="utf-8-sig")
    start = data.draw(st.integers(0, max(0, len(text) - 300)))
    mutate(text[start : start + 300], data)


def mutate(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(text)))
        removed = data.draw(st.integers(0, 4))
        text = text[:at] + data.draw(st.one_of(st.text(max_size=3), PIECES)) + text[at + removed :]
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "全镇上下团结一心。",
        "No figures here at all.",
        "In 2024 we planted 300 trees.",
        "🌾全村🎉新建3座桥🌉",
        "\ud800 3个 \udfff",
        "\x00 5户",
        "全\r\n镇3个\r村",
    ],
)
def test_odd_texts(text: str) -> None:
    check(text)


def test_line_ends_of_any_kind_do_not_move_offsets() -> None:
    for end in ("\n", "\r\n", "\r"):
        text = f"全镇有村{end}17个。{end}新建３座桥。"
        assert [claim.text for claim in extract(text, LEXICON)] == ["17个", "３座"]


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "零",
        "、",
        "一",
        "1、",
        "1,",
        "1-",
        "1:",
        "都",
        "均",
        "“",
        "《",
        "(1",
        "近",
        "百分之",
        "十几",
        "分别为1、",
        "三分之",
        "第一",
        "2024年",
        "全镇",
        "1个",
        "中",
        " ",
        "a1",
        "一半",
        "约",
        "1万",
    ],
)
def test_time_grows_linearly_with_length(piece: str) -> None:
    """Counted in calls and lines of the interpreter, not by a clock; pure searching inside `re` is bounded by its patterns."""
    text = piece * (1600 // len(piece))
    short, long = steps(lambda: extract(text, LEXICON)), steps(lambda: extract(text * 4, LEXICON))

    assert long <= short * 4.6 + 500


def steps(work: Callable[[], object]) -> int:
    """How many lines the work runs through."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def test_what_is_searched_through_a_whole_text_repeats_nothing_without_bound() -> None:
    """A repeat without bound, tried from every place of a long run, takes the square of its length: 777… and ，，，…"""
    whole = [SCAN, *patterns(surroundings), *(getattr(extract_module, name) for name in WHOLE_TEXT)]
    whole += [
        attributes._BOUNDARY,
        attributes._STOP,
        attributes._LINE_END,
        attributes._SENTENCE,
        attributes._ABBREVIATION,
    ]

    assert [each.pattern[:60] for each in whole if repeats_without_bound(each)] == []


def patterns(module: object) -> list[re.Pattern[str]]:
    return [each for each in vars(module).values() if isinstance(each, re.Pattern)]


def repeats_without_bound(pattern: re.Pattern[str]) -> bool:
    parser: Any = importlib.import_module("re._parser")
    return bool(unbounded(parser.parse(pattern.pattern), parser.MAXREPEAT))


def unbounded(node: Any, limit: Any) -> bool:
    """Whether any repeat of a parsed pattern has no upper bound."""
    if isinstance(node, tuple) and len(node) == 3 and node[1] is limit:
        return True
    if isinstance(node, tuple | list) or hasattr(node, "data"):
        return any(unbounded(each, limit) for each in getattr(node, "data", node))
    return False


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["7", "零", "、", "，", " "])
def test_a_megabyte_of_one_character(piece: str) -> None:
    claims = extract(piece * 1_000_000, LEXICON)

    assert not [each for each in claims if each.is_claim]


@pytest.mark.parametrize("piece", [",", "（", "“", "。", "1，", "2024年", "全镇", "XX镇", "1-", "近1"])
def test_a_long_text_of_one_piece(piece: str) -> None:
    check(piece * (40_000 // len(piece)))
