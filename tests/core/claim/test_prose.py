"""What running prose adds to the rows: marks typed half-width, shares of something, the thread of a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from youju.core.claim.extract import extract
from youju.core.claim.model import Claim
from youju.specs.lexicon import load_lexicon

LEXICON = load_lexicon([Path(__file__).resolve().parents[3] / "catalog"])


def claims(text: str) -> list[Claim]:
    return [each for each in extract(text, LEXICON) if each.is_claim]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全镇修路12公里,架桥3座;投入1,385万元.完成绿化5亩.", ["12公里", "3座", "1,385万元", "5亩"]),
        ("全区共收案321 146件。", ["321 146件"]),
        ("案值达5·8亿元。", ["5·8亿元"]),
        ("完成产值XX亿元，增长X%，投资__万元。", []),
        ("打造万亩茶园，开展百企联百村活动。", []),
        ("损失达百万元，近百名干部参加。", ["百万元", "近百名"]),
        ("15个人民法院参加，来了15个人。", ["15个", "15个人"]),
        ("3万多受灾群众得到救助。", ["3万多"]),
        ("人均住房不足13平方米14户。", ["14户"]),
        ("90%以上的村开展了清洁行动。", ["90%以上"]),
        ("满意率90%以上的村受到表彰。", []),
        ("其中县道12.2公里，国道212线中断3处。", ["12.2公里", "3处"]),
        ("项目二期扩建顺利，举办三期培训班。", ["三期"]),
        ("适时提高一、二类低保标准。", []),
        ("与村民一起加以改造，调解一起山林权属纠纷。", ["一起"]),
        ("全镇5个村均通公路，村均收入12万元。", ["5个", "均", "12万元"]),
        ("派出所有民警6人。", ["6人"]),
        ("成千上万群众参加。", []),
        ("编成一册资料、一张光盘。", ["一册", "一张"]),
        ("训练时长共计553.8个月。", ["553.8个月"]),
    ],
)
def test_what_counts(text: str, expected: list[str]) -> None:
    assert [each.text for each in claims(text)] == expected


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        (
            "税收收入3511万元，占年初预算8465万元的41.5%，同比下降5.2%。",
            ["税收收入", "年初预算", "税收收入占比", "税收收入"],
        ),
        ("登记率控制在3.4%，比年目标4%低0.6个百分点。", ["登记率", "登记率", "登记率"]),
        ("常住人口31万人，与2010年的33万人相比，减少2万人。", ["常住人口", "常住人口", "常住人口"]),
        ("接待游客8万人次，旅游收入3亿元，分别比上年增长12%、9%。", ["游客", "旅游收入", "游客", "旅游收入"]),
        ("乡镇、建制村通车率分别为99%和98%。", ["乡镇通车率", "建制村通车率"]),
        (
            "农业户60户，人口240人，分别占总户数和总人口的93%和96%。",
            ["农业户", "人口", "农业户占比", "人口占比"],
        ),
        (
            "新落户企业83家，注册资本3亿元，比去年增加56家，增长20%。",
            ["新落户企业", "注册资本", "新落户企业", "新落户企业"],
        ),
        ("国土面积（不包括刚接管的北坡林场）132平方公里。", ["国土面积"]),
        ("举办1次外出培训班。", ["外出培训班"]),
        ("队伍共50名救援指战员。", ["救援指战员"]),
        ("辖5个集聚提升村、4个整洁村。", ["集聚提升村", "整洁村"]),
        ("发放每人1000元的取暖补贴。", ["取暖补贴"]),
        ("为13名因病致困的女职工送去慰问。", ["女职工"]),
        ("绝收67亩、水毁耕地24亩。", ["绝收", "水毁耕地"]),
        ("33户84间房屋倒塌。", ["房屋倒塌", "房屋倒塌"]),
        ("全乡有27个村民小组504户。", ["村民小组", "户"]),
        ("上级扶持解决20万元。", ["上级扶持解决"]),
    ],
)
def test_what_it_is_about(text: str, subjects: list[str]) -> None:
    assert [each.subject for each in claims(text)] == subjects


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("今年新增低保9户，减少贫困人口12人。", ["up", "down"]),
        ("全年城镇新增就业200人。", [""]),
        ("规上高新增加值6亿元。", [""]),
        ("产值增长12%，13%。", ["up", "up"]),
        ("降雨量较常年偏多227毫米。", ["up"]),
        ("标准提高幅度达30%。", ["up"]),
        ("年平均增长率为0.5%。", [""]),
    ],
)
def test_changes(text: str, changes: list[str]) -> None:
    assert [each.change for each in claims(text)] == changes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("街道综治中心接待群众12人次。", ("街道", "")),
        ("硬化街道路面12米，柳店镇投入5万元。", ("柳店镇", "")),
        ("柳店镇8月汛情简报。截至12日，倒塌房屋3间。", ("柳店镇", "截至12日")),
        ("2024年11月信访月报：本月登记74批。", ("", "2024年11月")),
        ("2023年，柳店镇全年完成投资3亿元。", ("柳店镇", "2023年")),
        ("雨量187毫米，打破1975年以来纪录。", ("", "")),
        ("2024年投资3亿元，列入2025年计划。转移12人。", ("", "2024年")),
    ],
)
def test_where_and_when(text: str, said: tuple[str, str]) -> None:
    found = claims(text)[-1]

    assert (found.scope, found.period) == said
