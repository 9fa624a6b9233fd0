"""Every row of docs/algorithms/claims.md, one wording each."""

from __future__ import annotations

from pathlib import Path

import pytest

from youju.core.claim.extract import extract
from youju.core.claim.model import Claim
from youju.specs.lexicon import load_lexicon

LEXICON = load_lexicon([Path(__file__).resolve().parents[3] / "catalog"])


def claims(text: str) -> list[Claim]:
    return [each for each in extract(text, LEXICON) if each.is_claim]


def shown(text: str) -> list[tuple[str, str, str]]:
    return [
        (each.text, str(each.value.interval), each.value.norm_unit) for each in claims(text) if each.value
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("印发宣传资料20000多份。", ("20000多份", "(20000, 30000)", "份")),
        ("投入260余万元。", ("260余万元", "(2600000, 2700000)", "元")),
        ("受益1.5万余人。", ("1.5万余人", "(15000, 16000)", "人")),
        ("清运垃圾2024多吨。", ("2024多吨", "(2024, 2025)", "吨")),
        ("培训骨干十余名。", ("十余名", "(10, 20)", "人")),
        ("走访二十几户。", ("二十几户", "(20, 30)", "户")),
        ("养羊近3000只。", ("近3000只", "[2700, 3000]", "只")),
        ("受众约5万人次。", ("约5万人次", "[45000, 55000]", "人次")),
        ("投资约为1400万元。", ("约为1400万元", "[12600000, 15400000]", "元")),
        ("来了十来个人。", ("十来个人", "[9, 11]", "人")),
        ("亩产500公斤左右。", ("500公斤左右", "[450, 550]", "公斤")),
        ("办件量超过3万件。", ("超过3万件", "(30000, )", "件")),
        ("总量突破了40万亿元。", ("突破了40万亿元", "(40000000000000, )", "元")),
        ("开会不少于5次。", ("不少于5次", "[5, )", "次")),
        ("参加的有上百人。", ("上百人", "[100, )", "人")),
        ("占总数80%以上。", ("80%以上", "[80, )", "%")),
        ("出勤不足100人。", ("不足100人", "(, 100)", "人")),
        ("用时控制在30分钟以内。", ("30分钟以内", "(, 30]", "分钟")),
        ("清理乱堆乱放七八十处。", ("七八十处", "[70, 80]", "处")),
        ("每周巡逻3-5次。", ("3-5次", "[3, 5]", "次")),
        ("选派三至五名干部。", ("三至五名", "[3, 5]", "人")),
        ("投资10—15万元。", ("10—15万元", "[100000, 150000]", "元")),
        ("产值翻一番。", ("翻一番", "2", "倍")),
        ("收入翻两番。", ("翻两番", "4", "倍")),
        ("产量翻一番多。", ("翻一番多", "(2, 3)", "倍")),
        ("98个自然屯都制定了村规民约。", ("都", "100", "%")),
        ("群众满意率达百分之九十七点三。", ("百分之九十七点三", "97.3", "%")),
        ("三成农户参加。", ("三成", "30", "%")),
        ("旱地占七成以上。", ("七成以上", "[70, )", "%")),
        ("一半以上的村有了广场。", ("一半以上", "[50, )", "%")),
        ("绝大多数群众支持。", ("绝大多数", "(50, 100]", "%")),
        ("各村几乎都建有广场。", ("几乎都", "[90, 100]", "%")),
        ("17个村基本全部完成。", ("基本全部", "[90, 100]", "%")),
        ("多次获得表彰。", ("多次", "[2, )", "次")),
        ("没有一户返贫。", ("没有一户", "0", "户")),
        ("荒地三亩半。", ("三亩半", "3.5", "亩")),
        ("铺设管网12.5千米。", ("12.5千米", "12.5", "公里")),
        ("粉刷2.4万㎡。", ("2.4万㎡", "24000", "平方米")),
        ("存栏10.5万（头只匹）。", ("10.5万", "105000", "头")),
        ("发放补助716万。", ("716万", "7160000", "元")),
        ("最少可以配备2辆。", ("2辆", "[2, )", "辆")),
        ("张贴海报１,５００张。", ("１,５００张", "1500", "张")),
        ("有党员1，385名。", ("1，385名", "1385", "人")),
        ("提高1.3个百分点。", ("1.3个百分点", "1.3", "个百分点")),
        ("人口出生率7.12‰。", ("7.12‰", "7.12", "‰")),
        ("新建八车道公路。", ("八车道", "8", "车道")),
        ("时限压缩至2个工作日。", ("2个工作日", "2", "个工作日")),
        ("大雨致6省份受灾。", ("6省份", "6", "省份")),
        ("客运周转量2亿人公里。", ("2亿人公里", "200000000", "人公里")),
        ("货运周转量3亿吨公里。", ("3亿吨公里", "300000000", "吨公里")),
        ("外借图书2万册次。", ("2万册次", "20000", "册次")),
        ("PM2.5均值33微克∕立方米。", ("33微克∕立方米", "33", "微克/立方米")),
        ("文化站全年开馆260天。", ("260天", "260", "天")),
        ("连续10年无事故。", ("10年", "10", "年")),
    ],
)
def test_one_wording(text: str, expected: tuple[str, str, str]) -> None:
    assert expected in shown(text)


def test_ratio_lists_stay_together() -> None:
    (found,) = claims("三次产业结构为11.7︰48.5︰39.8。")

    assert found.text == "11.7︰48.5︰39.8"
    assert found.value is not None
    assert [str(each) for each in found.value.values] == ["11.7", "48.5", "39.8"]


def test_two_quantities_side_by_side_are_two() -> None:
    assert shown("拆除广告牌258块共6410平方米。") == [
        ("258块", "258", "块"),
        ("6410平方米", "6410", "平方米"),
    ]
    assert [text for text, _, _ in shown("造成3死14伤。")] == ["3死", "14伤"]
    assert [unit for _, _, unit in shown("造成3死14伤。")] == ["人", "人"]
    assert [text for text, _, _ in shown("全县辖5镇、1乡、1街道。")] == ["5镇", "1乡", "1街道"]


def test_units_left_out_are_said_to_be() -> None:
    bin_money = claims("投入4万元购买车辆和15万购买垃圾桶。")[1]
    assert bin_money.value is not None
    assert (bin_money.value.norm_unit, bin_money.value.unit_given) == ("元", False)
    points = claims("办结率、满意率分别提升1.2、3.5个百分点。")
    assert [(each.text, each.value.norm_unit) for each in points if each.value] == [
        ("1.2", "个百分点"),
        ("3.5个百分点", "个百分点"),
    ]


@pytest.mark.parametrize(
    ("text", "refused", "kind"),
    [
        ("2024年4月26日，召开会议。", "2024年4月26日", "date"),
        ("2017-2020年，我镇发展较快。", "2017-2020年", "date"),
        ("1—11月，完成投资。", "1—11月", "date"),
        ("三月份开展活动。", "三月份", "date"),
        ("第三季度办理信访件。", "第三季度", "date"),
        ("五年来，面貌一新。", "五年", "duration-context"),
        ("3年内建成。", "3年", "duration-context"),
        ("前11个月，完成投资。", "11个月", "duration-context"),
        ("一是统一思想。", "一是", "ordinal"),
        ("第一产业发展较快。", "第一", "ordinal"),
        ("项目一期工程开工。", "一期", "ordinal"),
        ("一、加强领导", "一、", "list-number"),
        ("（二）加大力度", "（二）", "list-number"),
        ("以“两学一做”为中心。", "两学一做", "name-part"),
        ("开展“五乱”整治。", "五乱", "name-part"),
        ("严格一事一议制度。", "一事一议", "name-part"),
        ("沿105国道两侧。", "105国道", "name-part"),
        ("创建4A级景区。", "4A级", "name-part"),
        ("建设5G基站。", "5G", "name-part"),
        ("根据桂政发〔2024〕12号文件。", "12号", "doc-no"),
        ("贯彻《条例》第二十三条。", "二十三条", "article-no"),
        ("电话：0771-5501234。", "0771-5501234", "phone"),
        ("手机13877654321。", "13877654321", "phone"),
        ("身份证450103199001011234。", "450103199001011234", "id-no"),
        ("纳税过百万元的企业增多。", "百万元", "criterion"),
        ("30岁以下青年参加。", "30岁以下", "criterion"),
        ("处二万元以上五万元以下罚款。", "二万元以上", "criterion"),
        ("防20年一遇洪水。", "20年", "duration-context"),
        ("形成一个新局面。", "一个", "idiom"),
        ("出台一系列政策。", "一系列", "idiom"),
        ("从三个方面入手。", "三个", "idiom"),
    ],
)
def test_what_is_no_claim_says_why(text: str, refused: str, kind: str) -> None:
    found = extract(text, LEXICON)

    assert (refused, kind) in [(each.text, each.kind) for each in found if not each.is_claim]
    assert refused not in [each.text for each in found if each.is_claim]


@pytest.mark.parametrize(
    "text",
    [
        "都匀市位于黔南。",
        "成都来的客商。",
        "人均收入增长。",
        "进一步加强。",
        "联系人：李百川。",
        "推进城乡均衡发展。",
    ],
)
def test_words_with_a_numeral_in_them_are_no_claims(text: str) -> None:
    assert claims(text) == []


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("收入增长9%。", ["up"]),
        ("户均净增245元。", ["up"]),
        ("发病率下降8个百分点。", ["down"]),
        ("覆盖率由45%提高到65%。", ["", ""]),
        ("比上年多12户。", ["up"]),
        ("收入增至1.04亿元，增长20.9%。", ["", "up"]),
        ("利润增长-0.5%。", ["up"]),
        ("收入和支出分别增长9%和8%。", ["up", "up"]),
        ("蓄水2亿立方米，比去年同期少蓄0.3亿立方米。", ["", "down"]),
        ("新增茶园200亩、果园30亩，管护路段5公里。", ["up", "up", ""]),
        ("农村低保新增12户40人，退出5户16人。", ["up", "up", "", ""]),
    ],
)
def test_change(text: str, changes: list[str]) -> None:
    assert [each.change for each in claims(text)] == changes


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("印发宣传资料300份。", ["宣传资料"]),
        ("建成3个文化广场。", ["文化广场"]),
        ("生猪、肉牛、山羊出栏分别为12头、8头和3只。", ["生猪出栏", "肉牛出栏", "山羊出栏"]),
        ("悬挂横幅20条、张贴标语30条。", ["横幅", "标语"]),
        ("财政收入8600万元，同比增长9%。", ["财政收入", "财政收入"]),
        ("成立42人的治安巡防队。", ["治安巡防队"]),
        ("满意率达97.3%。", ["满意率"]),
        ("第一产业实现增加值3亿元。", ["第一产业增加值"]),
        ("地区生产总值（GDP）221亿元。", ["地区生产总值"]),
        ("因灾死亡3人、失踪1人。", ["因灾死亡", "失踪"]),
    ],
)
def test_subject(text: str, subjects: list[str]) -> None:
    assert [each.subject for each in claims(text)] == subjects


def test_scope_period_rate_and_each() -> None:
    (found,) = claims("2024年以来，我镇召开会议4次。")
    assert (found.scope, found.period) == ("我镇", "2024年以来")
    (paid,) = claims("低保户每人每月补助430元。")
    assert paid.rate == "每人每月"
    (sent,) = claims("各村各派2名干部。")
    assert sent.each
