"""Whatever is given as a draft: no crash, every offset on its words, the same answer twice, linear work."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.audit.texts import TODAY, claims_of, findings, words
from youju.core.audit import CHECKS, Context, audit

TraceFunction: TypeAlias = Callable[[FrameType, str, Any], Any]  # as sys.settrace has it

# What drafts are made of, broken up at random: numerals, units, markers, headings, dates, odd characters.
PIECES = [
    *("一、", "（一）", "1.", "一是", "二是", "\n", "　　", " ", "\t", "|", "，", "。", "；", "：", "“", "”", "《", "》", "（", "）"),
    *("2024年", "以来", "4月26日", "2月30日", "全年", "累计", "共", "其中", "分别为", "增长", "占", "由", "提高到", "同比"),
    *("20000多", "约", "近", "左右", "98", "12.5%", "3个百分点", "2倍", "三分之一", "4.447万元", "15万", "个", "份", "吨", "户"),
    *("自然屯", "行政村", "村规民约", "制定", "宣传资料", "发放", "印发", "全部", "几乎都", "根本好转", "XX", "____", "〔〕", "{{", "}}"),
    *("计划生育", "国土所", "禾澄镇人民政府", ">", "&nbsp;", "\u00a0", "\ufffd", "\u200b", "\U0001f600", "𠮷", "０", "，，", "的的"),
]  # fmt: skip
REPORT = """禾澄镇2024年一季度工作总结
　　2024年以来，我镇围绕村庄清洁抓落实，现将情况汇报如下。
　　一、工作开展情况
　　（一）压实责任。全镇17个行政村、98个自然屯划为36个责任区，召开推进会4次，其中现场会1次。
　　（二）集中整治。清理垃圾120.5吨，拆除乱搭乱建42处，其中沿路30处、村内12处，投入4.447万元，同比增长12.5%。
　　（三）群众满意率由86%提高到93%，提高7个百分点；东村、西村分别评出先进户12户、9户，共21户。
　　二、存在的问题和下一步打算
　　一是管护不够及时。二是部分村“门前三包”没有签到户。下一步力争全年完成改厕300户。
　　　　　　　　　　　　　　　　禾澄镇人民政府
　　　　　　　　　　　　　　　　2024年4月2日
"""
CUTS = st.integers(0, len(REPORT))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """The report with stretches cut out, doubled or moved, and pieces put in."""
    text = REPORT
    for _ in range(draw(st.integers(1, 6))):
        start, end = sorted((draw(CUTS) % (len(text) + 1), draw(CUTS) % (len(text) + 1)))
        replacement = draw(st.sampled_from(["", text[start:end] * 2, *PIECES]))
        text = (text[:start] + replacement + text[end:])[:4000]
    return text


DRAFTS = st.one_of(
    mutated(),
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=60).map("".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=4)), max_size=60).map("".join),
)


@given(DRAFTS)
def test_no_text_breaks_a_check_and_findings_stand_on_their_words(text: str) -> None:
    for finding in findings(text):
        assert 0 <= finding.start < finding.end <= len(text)
        assert text[finding.start : finding.end] == finding.snippet
        assert finding.reason.endswith("。")
        for span in finding.related:
            assert 0 <= span.start < span.end <= len(text)


@given(DRAFTS)
def test_the_same_text_gives_the_same_findings(text: str) -> None:
    assert findings(text) == findings(text)


@given(DRAFTS, st.sampled_from([check.id for check in CHECKS]))
def test_a_check_that_is_off_finds_nothing_and_changes_no_other(text: str, off: str) -> None:
    every = findings(text)
    without = audit(text, claims_of(text), Context(words=words(), today=TODAY, off=frozenset({off})))

    assert without == [finding for finding in every if finding.code != f"audit.{off}"]


@given(DRAFTS)
def test_no_catalog_words_break_nothing(text: str) -> None:
    audit(text, claims_of(text), Context())


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "零",
        "、",
        "国",
        "工作",
        "2024年",
        "（",
        "“",
        "其中",
        "一、\n",
        "全镇98个自然屯全部，",
        "A, ",
        "\t1",
        "计生",
        "（1）5个",
        "图书5000册，书屋3个。",
        "共5个，其中3个、",
        "累计发放资料20份。发放资料30份。",
        "平均每村3人，共9人，",
        "由3户增加到5户，增长20%，",
        "占20%，去年5户，",
        "x镇**",
        "甲乙丙和甲乙丙",
        "取得显著成效，",
    ],
)
def test_work_grows_with_the_length_of_the_draft(piece: str) -> None:
    """Lines of Python run for a text and for one four times as long; reading the figures is not counted."""
    short, long = (_steps(piece * (size // len(piece))) for size in (1_500, 6_000))

    assert long < short * 4.5


def test_work_grows_with_the_length_of_a_report() -> None:
    short, long = (_steps(REPORT * times) for times in (4, 16))

    assert long < short * 4.5


def _steps(text: str) -> int:
    claims = claims_of(text)
    steps = 0

    def count(frame: FrameType, event: str, arg: object) -> TraceFunction:
        nonlocal steps
        steps += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        audit(text, claims, Context(words=words(), today=TODAY))
    finally:
        sys.settrace(before)
    return steps
