"""Tables of cases over the demo's ledger: place, days, kind and action of a figure, and words that are not understood."""

from __future__ import annotations

from datetime import date

import pytest

from tests.reconcile_world import demo_ledger
from youju.core.period import Period
from youju.core.reconcile import Checked, Learned
from youju.core.reconcile.when import Clock, read_when

TOWN, VILLAGE = "990101101000", "990101101200"
REPORT = "2024-01-01..2024-04-26"


def only(text: str, number: int = 0) -> Checked:
    return demo_ledger().audit(text)[number]


def recipes(text: str, number: int = 0) -> list[str]:
    return [str(each.reading.recipe) for each in only(text, number).answers]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("发放宣传资料20350份。", TOWN),
        ("全镇发放宣传资料20350份。", TOWN),
        ("我镇发放宣传资料20350份。", TOWN),
        ("禾澄镇发放宣传资料20350份。", TOWN),
        ("禾岸村发放宣传资料1070份。", VILLAGE),
        ("禾岸村委会发放宣传资料1070份。", VILLAGE),
        ("一季度以来，禾岸村积极行动，发放宣传资料1070份。", VILLAGE),
        ("禾岸村情况好，全镇发放宣传资料20350份。", TOWN),
        ("向禾岸村群众发放宣传资料1070份。", VILLAGE),
    ],
)
def test_the_place_is_the_nearest_one_named(text: str, unit: str) -> None:
    assert recipes(text)[0].split(" ")[1] == f"@{unit}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("石塘村发放宣传资料20350份。", "组织里没有"),
        ("禾岸村、榕汀村发放宣传资料20350份。", "合在一起"),
        ("全县发放宣传资料20350份。", "超出本次核对"),
        ("稔原县发放宣传资料20350份。", "超出本次核对"),
        ("各村各发放宣传资料20350份。", "各"),
        ("发放反诈宣传资料20350份。", "反诈"),
        ("入户发放宣传资料20350份。", "入户"),
        ("回收宣传资料20350份。", "回收"),
        ("未发放宣传资料20350份。", "未"),
        ("发放宣传资料20350份（不含社区）。", "括号"),
        ("每月发放宣传资料20350份。", "每月"),
        ("春节期间发放宣传资料20350份。", "春节"),
        ("换届以来发放宣传资料20350份。", "换届以来"),
        ("围绕移风易俗，印制宣传资料22000份。", "移风易俗"),
        ("受理矛盾纠纷增长5.1%。", "哪个时期"),
        ("除社区外，全镇发放宣传资料20350份。", "除"),
        ("针对电信诈骗，发放宣传资料20350份。", "针对电信诈骗"),
        ("在移民搬迁点，发放宣传资料20350份。", "移民搬迁点"),
        ("向外出务工人员，发放宣传资料20350份。", "外出务工人员"),
        ("上一任期，发放宣传资料20350份。", "任期"),
        ("2023年和2024年，全镇发放宣传资料20350份。", "几段时间"),
        ("2月、3月，全镇发放宣传资料20350份。", "几段时间"),
        ("一、禾岸村\n发放宣传资料20350份。", "几种读法"),
    ],
)
def test_what_is_not_understood_is_never_called_consistent(text: str, why: str) -> None:
    """20350 份 were handed out in the town, so each of these would agree if its words were overlooked."""
    checked = only(text)

    assert checked.verdict in ("unclear", "outside")
    assert why in checked.reason + "".join(doubt for each in checked.answers for doubt in each.reading.doubts)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("全镇发放宣传资料1份。", REPORT),
        ("今年以来，全镇发放宣传资料1份。", REPORT),
        ("2024年以来，全镇发放宣传资料1份。", REPORT),
        ("2024年，全镇发放宣传资料1份。", REPORT),
        ("截至4月26日，全镇发放宣传资料1份。", REPORT),
        ("截至2024年3月底，全镇发放宣传资料1份。", "2024-01-01..2024-03-31"),
        ("一季度，全镇发放宣传资料1份。", "2024-01-01..2024-03-31"),
        ("第一季度全镇发放宣传资料1份。", "2024-01-01..2024-03-31"),
        ("1至3月，全镇发放宣传资料1份。", "2024-01-01..2024-03-31"),
        ("1-3月份，全镇发放宣传资料1份。", "2024-01-01..2024-03-31"),
        ("3月，全镇发放宣传资料1份。", "2024-03-01..2024-03-31"),
        ("2024年2月，全镇发放宣传资料1份。", "2024-02-01..2024-02-29"),
        ("12月，全镇发放宣传资料1份。", "2023-12-01..2023-12-31"),
        ("去年，全镇发放宣传资料1份。", "2023-01-01..2023-12-31"),
        ("2023年度，全镇发放宣传资料1份。", "2023-01-01..2023-12-31"),
        ("2023年上半年，全镇发放宣传资料1份。", "2023-01-01..2023-06-30"),
        ("3月5日，全镇发放宣传资料1份。", "2024-03-05"),
        ("3月1日至3月10日，全镇发放宣传资料1份。", "2024-03-01..2024-03-10"),
        ("全镇发放宣传资料1份（截至3月31日）。", "2024-01-01..2024-03-31"),
        ("3月以来，全镇发放宣传资料1份。", "2024-03-01..2024-04-26"),
        ("从3月起，全镇发放宣传资料1份。", "2024-03-01..2024-04-26"),
        ("自2023年10月以来，全镇发放宣传资料1份。", "2023-10-01..2024-04-26"),
        ("自2023年以来，全镇发放宣传资料1份。", "2023-01-01..2024-04-26"),
        ("上月，全镇发放宣传资料1份。", "2024-03-01..2024-03-31"),
    ],
)
def test_the_days_are_those_said(text: str, days: str) -> None:
    assert recipes(text)[0].split(" ")[2] == days


def test_a_quarter_said_in_the_sentence_before_gives_two_readings() -> None:
    found = recipes("一季度，我镇工作扎实。全镇发放宣传资料20350份。")
    assert [each.split(" ")[2] for each in found] == [REPORT, "2024-01-01..2024-03-31"]


@pytest.mark.parametrize(
    ("text", "verdict", "dims"),
    [
        ("发放宣传资料20350份。", "agrees", ""),
        ("发放村庄清洁行动宣传资料10000份。", "agrees", "[专项=村庄清洁行动]"),
        ("发放清洁乡村宣传资料10000份。", "agrees", "[专项=村庄清洁行动]"),
        ("围绕村庄清洁行动，发放宣传资料10000份。", "agrees", "[专项=村庄清洁行动]"),
        ("围绕村庄清洁行动，发放宣传资料20350份。", "differs", "[专项=村庄清洁行动]"),
        ("发放移风易俗宣传资料10000份。", "differs", "[专项=移风易俗]"),
        ("新立形象广告牌2个。", "agrees", "[类型=形象广告牌]"),
        ("新立永久性宣传牌6个。", "agrees", "[类型=永久性宣传牌]"),
        ("新立永久性宣传牌8个。", "differs", "[类型=永久性宣传牌]"),
        ("新立宣传牌8个。", "agrees", ""),
        ("投入4.447万元购买环卫车辆。", "agrees", "[品类=环卫车辆]"),
        ("投入15万元购买环卫车辆。", "differs", "[品类=环卫车辆]"),
        ("过磅清运生活垃圾1246.4吨。", "agrees", "[计量依据=过磅]"),
        ("清运生活垃圾1246.4吨。", "differs", ""),
        ("过磅清运生活垃圾1246380公斤。", "agrees", "[计量依据=过磅]"),
    ],
)
def test_the_kind_is_the_one_said(text: str, verdict: str, dims: str) -> None:
    checked = only(text)
    assert checked.verdict == verdict, checked
    assert recipes(text)[0].partition(" [")[2] == (dims[1:] if dims else "")


def test_a_campaign_of_the_passage_may_hold_or_not_and_both_are_shown() -> None:
    checked = only("村庄清洁行动有声有色。镇里发放宣传资料10000份。")
    assert checked.verdict == "unclear"
    assert [each.fits for each in checked.answers] == [False, True]


@pytest.mark.parametrize(
    ("text", "measure", "verdict"),
    [
        ("印制宣传资料22000份。", "printed", "agrees"),
        ("印刷宣传资料22000份。", "printed", "agrees"),
        ("发放宣传资料22000份。", "handed_out", "differs"),
        ("派发宣传单20350份。", "handed_out", "agrees"),
        ("报损宣传资料90份。", "spoiled", "agrees"),
        ("结存宣传资料1560份。", "left", "agrees"),
        ("结存宣传资料90份。", "left", "differs"),
        ("印发宣传资料20000多份。", "handed_out", "agrees"),
    ],
)
def test_the_action_tells_measures_of_one_noun_apart(text: str, measure: str, verdict: str) -> None:
    checked = only(text)
    assert checked.verdict == verdict
    assert recipes(text)[0].split(" ")[0] == f"publicity.leaflets.{measure}"


def test_without_an_action_two_true_numbers_of_one_noun_are_both_shown() -> None:
    checked = only("永久性标语56条。")
    assert checked.verdict == "unclear"
    assert {each.said for each in checked.answers} == {"56条", "73条"}


@pytest.mark.parametrize(
    ("text", "verdicts"),
    [
        ("17个村全部签订目标责任书。", ["agrees", "agrees"]),
        ("17个村全部建有健身广场。", ["agrees", "differs"]),
        ("17个村中16个建有健身广场。", ["agrees", "agrees"]),
        ("17个村中15个建有健身广场。", ["agrees", "differs"]),
        ("17个村几乎都建有健身广场。", ["agrees", "agrees"]),
        ("16个村建有健身广场。", ["agrees"]),
        ("全镇辖17个行政村、98个自然屯。", ["agrees", "agrees"]),
        ("全镇辖18个行政村。", ["differs"]),
        ("公路沿线31个自然屯全部建立长效保洁机制。", ["agrees", "agrees"]),
        ("98个自然屯全部建立长效保洁机制。", ["unclear", "unclear"]),
        ("17个村开展大扫除。", ["unrecorded"]),
    ],
)
def test_how_many_units_do_something(text: str, verdicts: list[str]) -> None:
    assert [each.verdict for each in demo_ledger().audit(text)] == verdicts


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("受理矛盾纠纷41件，同比增长5.1%。", "agrees"),
        ("受理矛盾纠纷41件，同比增长10.8%。", "differs"),
        ("受理矛盾纠纷41件，比去年同期增加2件。", "agrees"),
        ("受理矛盾纠纷41件，比去年同期减少2件。", "differs"),
    ],
)
def test_a_change_is_compared_with_the_same_days_a_year_before(text: str, verdict: str) -> None:
    assert only(text, 1).verdict == verdict


@pytest.mark.parametrize(
    "text",
    [
        "计划发放宣传资料20350份。",
        "下一步，发放宣传资料20350份。",
        "力争发放宣传资料20350份。",
        "平均每个村发放宣传资料20350份。",
    ],
)
def test_plans_and_averages_are_nothing_for_the_ledger(text: str) -> None:
    assert only(text).verdict in ("outside", "unclear")


def test_what_a_change_is_compared_with_is_what_was_said_last() -> None:
    text = "受理矛盾纠纷41件，环比增长900%，同比增长5.1%。"
    last = demo_ledger().audit(text)[2].answers[0]
    assert str(last.reading.base).split(" ")[2] == "2023-01-01..2023-04-26"
    assert last.fits


@pytest.mark.parametrize(
    "lead",
    [
        "在县委、县政府的正确领导下，",
        "以党建为引领，",
        "为迎接检查，",
        "围绕中心工作，",
        "按照上级要求，",
        "围绕文明创建，",
    ],
)
def test_who_leads_and_to_what_end_changes_no_number(lead: str) -> None:
    assert only(f"{lead}全镇发放宣传资料20350份。").verdict == "agrees"


def test_a_share_that_is_wrong_gets_the_whole_phrase_instead() -> None:
    text = "17个村全部建有健身广场。"
    (suggestion,) = only(text, 1).suggestions
    assert text[: suggestion.start] + suggestion.text + text[suggestion.end :] == "17个村中16个建有健身广场。"


def test_what_was_learned_links_the_same_words_and_nothing_else() -> None:
    learned = [Learned("惠民折页", "份", "publicity.leaflets.handed_out")]
    ledger = demo_ledger()
    assert ledger.audit("全镇累计惠民折页20350份。", learned=learned)[0].verdict == "agrees"
    assert ledger.audit("全镇累计惠农折页20350份。", learned=learned)[0].verdict != "agrees"
    for words in ("除社区外，", "针对电信诈骗，", "围绕移风易俗，", "一季度，", "禾岸村", "去年，"):
        assert ledger.audit(f"{words}惠民折页20350份。", learned=learned)[0].verdict != "agrees", words
    assert ledger.audit("围绕村庄清洁行动，惠民折页10000份。", learned=learned)[0].verdict == "agrees"


def test_a_cell_of_a_table_says_nothing_of_its_neighbours() -> None:
    text = "发放宣传资料\t20350份\t全镇\n公路沿线自然屯\t31个\t全部建立长效保洁机制\n"
    assert {each.verdict for each in demo_ledger().audit(text)} <= {"unrecorded", "unclear", "unsupported"}


def test_times_that_do_not_exist_are_doubts() -> None:
    clock = Clock(Period(date(2024, 1, 1), date(2024, 4, 26)), date(2024, 4, 26))
    for words in ("13月", "2024年2月31日", "2025年"):
        found = read_when(words, clock)
        assert found is not None
        assert found.doubt
