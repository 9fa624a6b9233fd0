"""Whatever a draft holds, reconciling it says something of every figure, in time linear in its length."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from demo.slips import DRAFT
from tests.reconcile_world import demo_ledger, lexicon
from youju.core.audit.draft import Draft
from youju.core.claim.extract import extract
from youju.core.reconcile import VERDICTS
from youju.core.reconcile.regions import regions

PIECES = st.sampled_from(
    [
        "全镇", "禾岸村", "石塘村", "17个", "村", "全部", "几乎都", "发放", "宣传资料", "20350份", "其中", "，", "。", "；", "、", "（", "）", "：",
        "围绕村庄清洁行动", "一季度", "截至", "4月26日", "2024年", "以来", "去年同期", "同比增长", "5.1%", "多2件", "各", "每月", "\n", "一、",
        "投入", "4.447万元", "购买", "环卫车辆", "98个自然屯", "中", "16个", "建有健身广场", "永久性标语", "0份", "负", "1/0", "999999999999999999999份",
        "\u3000", "\t", "XX", "《", "》", "“", "”", "分别为", "和", "13月", "31日", "２０份", "二十余户", "\U00020000",
    ]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=40))
def test_every_figure_of_any_text_gets_a_verdict(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = demo_ledger().audit(text)

    assert len(found) == sum(claim.is_claim for claim in extract(text, lexicon()))
    for each in found:
        assert each.verdict in VERDICTS
        assert each.reason
        if each.verdict == "agrees":
            assert each.answers
            assert all(answer.fits and not answer.reading.doubts for answer in each.answers)


@settings(max_examples=100)
@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    demo_ledger().audit(text)


def test_cutting_a_draft_anywhere_breaks_nothing() -> None:
    text = DRAFT.read_text(encoding="utf-8")
    for end in range(0, len(text), 37):
        demo_ledger().audit(text[:end])


def test_regions_of_a_text_without_full_stops_stay_small() -> None:
    text = "发放宣传资料20份，" * 5000
    found = regions(Draft(text, extract(text, lexicon())))

    assert len(found) == 5000
    assert max(len(each.lead) + len(each.clause) + len(each.earlier) for each in found) < 2000
