"""Checks of figures, on what the extractor reads: each row is a draft and what must be marked in it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.audit.texts import findings, snippets
from youju.core.period import Period

FOUR_MONTHS = Period(date(2024, 1, 1), date(2024, 4, 26))

FOUND = [
    # one figure
    ("not_round", "排查隐患56余处。", ["56余处"]),
    ("not_round", "走访群众137多户。", ["137多户"]),
    ("not_round", "评选文明家庭20余户。", ["20余户"]),
    ("two_approximations", "约20余人参加。", ["约20余人"]),
    ("two_approximations", "清运垃圾近300吨左右。", ["近300吨左右"]),
    ("missing_unit", "投入12万购买果皮箱。", ["12万"]),
    ("round_figures", "发放倡议书3000份，张贴海报2000张，入户宣讲5000人次。", ["3000份"]),
    # one noun
    ("conflict", "全镇17个行政村开展整治。其后，全镇18个行政村通过验收。", ["18个"]),
    ("conflict", "一季度发放明白纸5600份。截至目前，累计发放明白纸3200份。", ["3200份"]),
    ("conflict", "全镇共有党员856名。其后写到，全镇党员865名。", ["865名"]),
    ("missing_unit", "清运垃圾80，疏通沟渠3公里。", ["80"]),
    # parts and wholes
    ("sums", "全镇有党员120人，其中女党员150人。", ["150人"]),
    ("sums", "清理乱堆乱放30处、乱搭乱建12处，共45处。", ["45处"]),
    ("sums", "建成公厕28座，其中镇区11座、村级16座。", ["28座"]),
    ("respectively", "东村、西村、南村分别植树300株、450株。", ["300株、450株"]),
    ("respectively", "东村、西村各植树300株、200株。", ["300株、200株"]),
    # rates
    ("percent", "入户率由78%提高到96%，提高20个百分点。", ["20个百分点"]),
    ("percent", "入户率由78%提高到96%，提高18%。", ["18%"]),
    ("percent", "接待游客由2000人次增加到3000人次，增长80%。", ["80%"]),
    ("percent", "村集体收入由20万元增加到60万元，增长3倍。", ["3倍"]),
    ("percent", "群众满意率达102%。", ["102%"]),
    ("percent", "满意率由96%提高到91%。", ["96%提高到91%"]),
    ("percent", "排查隐患120处，整改108处，整改率95%。", ["95%"]),
    ("percent", "应到代表120人，实到108人，到会率95%。", ["95%"]),
    ("percent", "今年清运垃圾360吨，去年同期300吨，同比增长30%。", ["30%"]),
    ("percent", "村集体收入去年20万元，今年60万元，是去年的2倍。", ["2倍"]),
    ("percent", "亩均收入19800元，比上年的18000元增加1600元。", ["1600元"]),
    ("percent", "发案28起，同比下降20%，去年同期为36起。", ["20%"]),
    ("percent", "化肥用量774吨，上年同期860吨，下降12%。", ["12%"]),
    ("percent", "工期由90天压缩到75天，缩短25天。", ["25天"]),
    ("percent", "近视率36%，比上学年的38%下降2%。", ["2%"]),
    ("percent", "种植水稻1.86万亩。参保面积14880亩，占水稻面积的85%。", ["85%"]),
    ("percent", "改造户厕428座，改厕率96%，应改435座。", ["96%"]),
    ("percent", "村集体收入由20万元增加到60万元，增长1.2倍。", ["1.2倍"]),
    ("missing_unit", "受理36件，调解成功率达97，基本实现目标。", ["97"]),
    ("year_number", "2024年，2024年上半年受益群众2,024人。", ["2,024人"]),
    # averages and products
    ("average", "举办讲座24场，参加1680人次，平均每场80人次。", ["80人次"]),
    ("average", "农家书屋13个，藏书13000册，平均每个书屋藏书1200册。", ["1200册"]),
    ("average", "带动120户增收60万元，户均增收3000元。", ["3000元"]),
    ("average", "改造危房24户，每户补助3万元，共计70万元。", ["70万元"]),
    # wholes said in other ways
    ("sums", "新增耕地320亩，其中东片180亩、西片150亩，合计320亩。", ["320亩"]),
    ("sums", "受理146件，办结139件。其中邻里58件、家庭37件、劳资25件、其他31件。", ["146件"]),
    ("sums", "清理垃圾2310吨，其中一季度420吨、二季度560吨、三季度580吨、四季度600吨。", ["2310吨"]),
    ("sums", "现有对象55名，包括东村19名、西村35名。", ["55名"]),
    ("conflict", "全年清理河道垃圾2160吨。清理河道垃圾共计2310吨。", ["2310吨"]),
    ("conflict", "道路通行率提高到98%，效果明显。道路通行率达96%。", ["96%"]),
    ("respectively", "开展“好戏下乡”、“书法展”、“广场舞”分别为8场、20场。", ["8场、20场"]),
    # norms
    ("norm", "建成农家书屋12个，配备图书3600册。", ["3600册"]),
    ("base", "成功调解邻里纠纷9件。", ["成功调解邻里纠纷9件"]),
    # ranges left open
    ("coverage", "17个行政村几乎都装了路灯。", ["17个行政村几乎都"]),
    ("coverage", "举办大型宣讲活动4场。", ["大型宣讲活动4场"]),
]  # fmt: skip

SILENT = [
    ("not_round", "排查隐患60余处，走访130多户，投入12.5万元，历时3个多月，20多岁的青年十余人。"),
    ("two_approximations", "约20人参加，近300吨，60处以上，100多户。"),
    ("missing_unit", "综合得分95，位居全县前3，热线12345，型号为A12。"),
    ("missing_unit", "投入12万元；新增贷款10—15万元；惠及30万人；发放3万只鸡苗。"),
    ("round_figures", "发放倡议书3000份，张贴海报2150张，入户宣讲5327人次，走访1024户。"),
    ("conflict", "全镇17个行政村开展整治，其中12个行政村通过验收。"),
    ("conflict", "发放禁毒宣传单2000份。发放防溺水宣传单3000份。累计发放各类宣传单8000份。"),
    ("conflict", "东村种植脐橙300亩，西村种植脐橙450亩。"),
    ("sums", "清理乱堆乱放30处、乱搭乱建12处，共42处。"),
    ("sums", "全镇有党员120人，其中女党员35人、35岁以下党员20人。"),
    ("sums", "财政收入8600万元，其中税收收入6200万元；固定资产投资12亿元。"),
    ("sums", "三次产业分别完成10.2亿元、35.1亿元、22.4亿元，合计67.7亿元。"),
    ("sums", "投入资金50万元，其中上级补助30万元，带动社会投入200万元。"),
    ("respectively", "东村、西村、南村分别植树300株、450株、260株。"),
    ("respectively", "一、二、三产业增加值分别增长3.1%、5.2%、4.4%。"),
    ("respectively", "东村、西村各配备锄头30把、铁锹20把。"),
    ("respectively", "大米、食用油等物资分别送到200户、150户、90户。"),
    ("percent", "入户率由78%提高到96%，提高18个百分点。"),
    ("percent", "接待游客由2000人次增加到3000人次，增长50%。"),
    ("percent", "村集体收入由20万元增加到60万元，增长2倍，是上年的3倍。"),
    ("percent", "完成年度任务的120%，增长率达150%。"),
    ("percent", "地区生产总值由40亿元增加到45亿元，按可比价格计算增长8%。"),
    ("percent", "今年清运垃圾360吨，去年同期300吨，同比增长20%，是去年的1.2倍。"),
    ("percent", "受理20件，办结18件，满意率99%；排查隐患120处，整改108处，整改率90%。"),
    ("sums", "种豆0.97万亩，同比快0.11万亩，其中蚕豆0.82万亩；小麦0.07万亩。"),
    ("percent", "收入3640万元，为预算3500万元的104%，比上年的3400万元增加240万元，增长7.1%。"),
    ("percent", "调解纠纷53件，调解成功49件，不成功4件，调解成功率92%。"),
    ("percent", "环比增长5%，上年同期为36起；发案28起，同比下降22.2%，去年同期为36起。"),
    ("percent", "零售额38.03亿元。城镇零售额32.25亿元，占零售额的84.8%；小学毛入学率102%。"),
    ("missing_unit", "发电功率达99，血压为120，完成率达到95%。"),
    ("average", "理论宣讲96场、便民服务216场，参加群众9360人次，平均每次30人次；活动312场。"),
    ("average", "夜间巡逻92次，出动1840人次，平均每次20人次；改造24户，每户补助3万元，共72万元。"),
    ("average", "培训9期456人，平均每期50余人；120户增收60万元，户均增收5000元。"),
    ("sums", "户籍人口210084人。其中，男108374人，女101710人；出生人口1290人。"),
    ("sums", "产值18.19亿元，其中农业14.91亿元，林业1.36亿元，牧业1.61亿元。"),
    ("sums", "对象1991人，其中脱贫户1932人、监测户59人、搬迁户208人。"),
    ("conflict", "登记650人，管理520人，规范管理率80%；登记65人，管理50人，规范管理率77%。"),
    ("conflict", "一、工作回顾\n安排重点项目20个。\n二、下一步打算\n安排重点项目22个。"),
    ("respectively", "0—17岁、18—34岁、60岁及以上人口分别为18人、19人和25人。"),
    ("base", "案件共3件，调处成功3件；共调处纠纷53件，调解成功49件。"),
    ("norm", "建成农家书屋12个，配备图书24000册。"),
    ("norm", "14个农家书屋藏书23800册，平均每个书屋1700册。"),
    ("base", "受理邻里纠纷11件，成功调解9件。"),
    ("coverage", "全镇17个行政村全部通过验收，各村均设立公示栏。"),
    ("coverage", "举办大型宣讲活动4场，1200人次参加。"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "marked"), FOUND)
def test_the_slip_is_marked_on_its_words(code: str, text: str, marked: list[str]) -> None:
    assert snippets(text, code) == marked


@pytest.mark.parametrize(("code", "text"), SILENT)
def test_what_is_in_order_is_left_alone(code: str, text: str) -> None:
    assert snippets(text, code) == []


def test_the_year_pasted_as_a_quantity() -> None:
    (found,) = findings("2024年以来，清理垃圾2024多吨。", "year_number", period=FOUR_MONTHS)

    assert found.snippet == "2024多吨"
    assert found.severity == "error"


def test_a_quantity_that_happens_to_be_another_year_is_left_alone() -> None:
    assert findings("2024年以来，清理垃圾1998吨。", "year_number", period=FOUR_MONTHS) == []


def test_a_part_that_does_not_fit_names_its_whole() -> None:
    text = "清理乱堆乱放30处、乱搭乱建12处，共45处。"

    (found,) = findings(text, "sums")

    assert [text[span.start : span.end] for span in found.related] == ["30处", "12处"]
    assert "42处" in found.reason


def test_a_wrong_rate_tells_the_right_one() -> None:
    (found,) = findings("接待游客由2000人次增加到3000人次，增长80%。", "percent")

    assert "50" in found.reason


def test_waste_a_person_and_day_far_outside_the_usual() -> None:
    (found,) = findings("全镇常住人口2.1万人，清运生活垃圾12吨。", "norm", period=FOUR_MONTHS)

    assert found.snippet == "12吨"
    assert "每人每天" in found.reason
