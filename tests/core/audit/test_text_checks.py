"""Checks of words: each row is a draft of one or two sentences and what must be marked in it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.core.audit.texts import findings, snippets
from youju.core.audit import places_from_lines
from youju.core.period import Period

FOUR_MONTHS = Period(date(2024, 1, 1), date(2024, 4, 26))

FOUND = [
    # placeholders
    ("placeholder", "XX镇召开推进会。", ["XX"]),
    ("placeholder", "在××村试点，由___负责。", ["××", "___"]),
    ("placeholder", "依据镇发〔〕号文件，{{ 单位 }}已上报。", ["〔〕", "{{ 单位 }}"]),
    ("placeholder", "会议于X年X月召开，数据待补充。", ["X", "X", "数据待补充"]),
    ("placeholder", "投资X00万元，增长21.X%。", ["X", "X"]),
    ("placeholder", "{工程名称}已完工。", ["{工程名称}"]),
    ("placeholder", "x镇位于x区东部，引进*农业公司，201*年度印发《》。", ["x", "x", "*", "201*", "《》"]),
    ("placeholder", "我镇地处**西郊，是***进入**的门户。", ["**", "***", "**"]),
    # what copying leaves
    ("residue", ">　　一、工作开展情况\n正文在此。", [">"]),
    ("residue", "全镇&nbsp;已完成<br>任务。", ["&nbsp;", "<br>"]),
    # punctuation
    ("half_width", "任务已分解;责任已落实,成效明显。", [";", ","]),
    ("half_width", "开展(夜间)巡查。", ["(", ")"]),
    ("half_width", '推进"五小园"建设。', ['"五小园"']),
    ("half_width", '按照市"333"和县"三年行动"部署。', ['"333"', '"三年行动"']),
    ("marks", "任务已完成，，效果较好。", ["，，"]),
    ("marks", "印发《实施方案，逐项落实。", ["《"]),
    ("marks", "开展“敲门行动活动，入户走访。", ["“"]),
    # spaces
    ("space", "悬挂横幅 12条，完善 “三务”公开。", [" ", " "]),
    # repetition
    ("doubled", "扎实推进推进道路硬化。", ["推进推进"]),
    ("doubled", "把创建工作创建活动抓好，做好整治行动整治。", ["创建工作创建", "整治行动整治"]),
    ("doubled", "这是群众的的期盼。", ["的的"]),
    ("doubled", "推进书屋建设与书屋建设相结合。", ["书屋建设与书屋建设"]),
    ("doubled", "做好工作总结工作总结。", ["工作总结工作总结"]),
    ("repeat", "全年清理垃圾216吨，清理河道18.6公里，拆除乱建76处。\n其他情况。\n清理垃圾216吨，清理河道18.6公里，拆除乱建76处。", ["清理垃圾216吨，清理河道18.6公里，拆除乱建76处。"]),
    ("year_repeated", "2024年以来，发放宣传单960份。2024年以来，召开专题会3次。", ["2024年以来"]),
    ("year_repeated", "2024年以来，我镇抓早抓小，2024年累计排查隐患。", ["2024年"]),
    # numbering
    ("numbering", "一、组织领导\n抓实抓细。\n三、存在问题\n不够细。", ["三、"]),
    ("numbering", "一是抓宣传，二是抓整治，四是抓考核。", ["四是"]),
    ("numbering", "（一）抓宣传。\n（二）抓整治。\n（二）抓考核。", ["（二）"]),
    ("numbering", "一、组织领导\n内容。\n三、存在问题\n内容。\n二、下步打算\n内容。", ["三、"]),
    ("numbering", "一、组织领导\n1、抓宣传。", ["1、"]),
    ("heading_twins", "一、全民参与，共建家园\n内容。\n二、全面参与，共享成果\n内容。", ["全面参与"]),
    # dates
    ("date", "2月30日召开会议，4月31日验收。", ["2月30日", "4月31日"]),
    ("date", "6月12日至3日开展检查。", ["6月12日至3日"]),
    ("date", "2024年4月26日（星期一）召开会议。", ["2024年4月26日（星期一"]),
    ("date", "截止11底，全部完成。", ["截止11底"]),
    # words
    ("wording", "极大的鼓舞了士气，截止目前已完成。", ["极大的", "截止"]),
    ("wording", "重新更换了灯具，建立台帐，提高法制意识。", ["重新更换", "台帐", "法制"]),
    ("wording", "止目前，31各居民小区化解领里纠纷，2021年年上半年，二0二0年。", ["止目前", "各", "领里", "年年", "二0二0"]),
    ("mixed", "镇治安巡防队每晚出动，村治安巡逻队配合。", ["治安巡逻队"]),
    ("mixed", "推行“一事一议”制度，落实“门前三包制度”。", ["“门前三包制度”"]),
    ("ambiguous", "创成自治区级、区级文明单位。", ["区级"]),
    # substance
    ("unsupported", "村容村貌实现根本好转。", ["根本好转"]),
    ("unsupported", "我村多次获得上级的表彰。", ["多次获得上级的表彰"]),
    ("unsupported", "我校获得市级以上荣誉多次。", ["获得市级以上荣誉多次"]),
    ("actor", "村规民约由镇政府制定。", ["由镇政府"]),
    ("actor", "12个自然屯制定了村规民约。", ["自然屯"]),
]  # fmt: skip

SILENT = [
    ("placeholder", "热线138××××5678，联系人张××、李××。"),
    ("placeholder", "一、**重点任务**已完成，X光机1台，XXL号雨衣。"),
    ("placeholder", "二〇二四年，105国道沿线……"),
    ("placeholder", "**重点任务** 已完成，见 **表一** 和 *附件*。"),
    ("residue", "得分>90的村有3个。"),
    ("half_width", "3:2获胜，详见https://example.cn/a,b;c，时间8:30，比例1.5:1。"),
    ("half_width", "依据GB/T 9704-2012，面积为1,200平方米。"),
    ("marks", "“第一段的引文，\n“第二段的引文。”"),
    ("marks", "1）清淤；2）补栽；a）植树。"),
    ("marks", "他说：“好……”。"),
    ("space", "　　全镇开展整治。\n联系人：李　明\n村名\t户数\n东村\t12"),
    ("space", "使用 Word 编辑，运行 3 小时。"),
    ("doubled", "逐户研究研究，人人参与，一步一步推进，走好新时代的长征路，目的的明确。"),
    ("doubled", "东风社区社区工作者，检查站检查员，志愿服务志愿者。"),
    ("doubled", "新修村道占道占地的，逐一登记。"),
    ("doubled", "东村和西村、农村和农户参与。"),
    ("year_repeated", "2023年完成12件，2024年完成15件；《2024年工作要点》要求2024年3月前办结。"),
    ("numbering", "一、组织领导\n（一）抓宣传\n（二）抓整治\n二、下步打算\n（一）抓考核\n（二）抓督查"),
    ("numbering", "一要抓早，二要抓小，三要抓细。一是抓党建，二是抓产业。"),
    ("numbering", "四、服务业\n内容。\n五、投资\n内容。"),
    ("heading_twins", "1.文化支出5万元，占总支出的0.1%。\n2.卫生支出6万元，占总支出的0.2%。"),
    ("heading_twins", "一、第一季度工作情况\n内容。\n二、第二季度工作打算\n内容。"),
    ("date", "2月29日前报送，2024年12月底完成，3月1日至4月30日开展。"),
    ("date", "2024年4月26日（星期五）召开会议。"),
    ("wording", "深入的思考、积极的态度、有效的办法，截止日期为5月1日，法制科已审核。"),
    ("wording", "截至目前，防止目前的问题反弹，12个村、各社区，一年年上台阶，二〇二〇年。"),
    ("wording", "村民委托村委会代办，出版报纸，记录在案。"),
    ("mixed", "第一小组和第二小组，农业服务中心和林业服务中心，东街社区居委会和西街社区居委会。"),
    ("ambiguous", "获评自治区级文明村、城区级卫生村。"),
    ("unsupported", "题目\n开头。\n另一段。\n过去的五年，是群众幸福感明显提高的五年。"),
    ("unsupported", "垃圾积存量由120吨降到8吨，村容村貌实现根本好转，清理率达93.3%。"),
    ("unsupported", "2023年8月被市里授予“平安乡镇”称号，先后获得“美丽庭院”表彰2次。"),
    ("actor", "东村召开村民会议，修订了村规民约；17个行政村都制定了村规民约。"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "marked"), FOUND)
def test_the_slip_is_marked_on_its_words(code: str, text: str, marked: list[str]) -> None:
    assert snippets(text, code) == marked


@pytest.mark.parametrize(("code", "text"), SILENT)
def test_what_is_in_order_is_left_alone(code: str, text: str) -> None:
    assert snippets(text, code) == []


def test_a_paragraph_copied_twice_is_told_once_with_its_first_place() -> None:
    paragraph = "镇村两级干部分片包干，逐户走访摸底，建立问题清单，限期销号，确保件件有着落、事事有回音。"
    text = f"{paragraph}\n中间另有一段说明情况的文字。\n{paragraph}"

    (found,) = findings(text, "repeat")

    assert (found.start, found.end) == (text.rindex("镇村两级"), len(text))
    assert [text[span.start : span.end] for span in found.related] == [paragraph]


def test_the_cut_off_excerpt_above_an_article_is_found() -> None:
    body = (
        "今年一季度，镇里把农村道路养护列为民生实事，组建三支养护小队，按月巡查、按季评比，群众出行更加方便。"
    )

    (found,) = findings(f"{body[:40]}...\n{body}随后又推广到全镇。", "repeat")

    assert found.snippet == f"{body[:40]}..."
    assert "没有写完" in found.reason


def test_long_passages_word_for_word_in_two_sections_are_found() -> None:
    copied = "坚持镇村干部带头、党员示范、群众跟进的办法逐村逐户推进整治"
    text = f"一、宣传\n在宣传中，{copied}，效果较好。\n二、治理\n治理方面，也{copied}，持续用力。"

    assert snippets(text, "repeat") == [copied]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("全年清理垃圾120吨。", ["全年"]),
        ("一年来，镇里办成12件实事。", ["一年来"]),
        ("2024年累计化解纠纷12件。", ["2024年累计"]),
        ("全年目标任务已完成四成。", []),
        ("力争全年完成改厕300户。", []),
        ("2023年全年清理垃圾300吨。", []),
        ("占全年任务的35%。", []),
        ("2024年3月累计化解纠纷2件。", []),
    ],
)
def test_whole_year_wording_in_a_report_on_four_months(text: str, marked: list[str]) -> None:
    assert snippets(text, "year_wording", period=FOUR_MONTHS) == marked


def test_a_work_report_of_january_is_about_the_year_before_and_its_plan_about_the_year() -> None:
    text = (
        "禾澄镇人民政府工作报告\n——2025年1月9日在禾澄镇人民代表大会上\n一、2024年工作回顾\n全年新建公厕12座。\n"
        "二、2025年工作安排\n全年新建公厕8座。\n禾澄镇人民政府\n2025年1月9日"
    )

    assert snippets(text, "year_wording") == []
    assert snippets(text, "conflict") == []


def test_a_closing_day_without_a_year_is_of_the_reports_year() -> None:
    text = "禾澄镇2024年工作总结\n截至12月底，全部完成。\n禾澄镇人民政府\n2025年1月6日"

    assert snippets(text, "date") == []


def test_a_report_on_the_whole_year_may_say_so() -> None:
    year = Period(date(2023, 1, 1), date(2023, 12, 31))

    assert snippets("全年清理垃圾120吨。", "year_wording", period=year) == []


def test_what_happened_after_the_report_was_signed_is_found() -> None:
    text = "2024年5月10日召开了现场会。下一步将于2024年6月1日启动评比。\n禾澄镇人民政府\n2024年4月26日"

    assert snippets(text, "date") == ["2024年5月10日"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("镇综治信访维稳中心值班。", ["综治信访维稳中心"]),
        ("国土所、工商所配合执法。", ["国土所", "工商所"]),
        ("计划生育工作常抓不懈。", ["计划生育工作"]),
        ("计划生育协会走访计划生育特殊家庭。", []),
        ("依据《人口与计划生育法》办理。", []),
        ("2012年，原国土资源局划定范围。", []),
        ("农民人均纯收入21000元。", ["农民人均纯收入"]),
        ("2010年农民人均纯收入4200元。", []),
        ("国土空间规划已报批。", []),
    ],
)
def test_names_past_their_date(text: str, marked: list[str]) -> None:
    assert snippets(text, "term", period=FOUR_MONTHS) == marked


def test_an_old_name_is_right_in_an_old_report() -> None:
    assert (
        snippets("国土所、工商所配合执法。", "term", period=Period(date(2016, 1, 1), date(2016, 12, 31)))
        == []
    )


def test_a_name_that_did_not_exist_yet_is_found() -> None:
    year = Period(date(2015, 1, 1), date(2015, 12, 31))

    (found,) = findings("县乡村振兴局组织验收。", "term", period=year)

    assert found.snippet == "乡村振兴局"
    assert "2021年2月" in found.reason


def test_many_names_long_gone_make_an_old_draft() -> None:
    text = "镇综治信访维稳中心、国土所、地税所参加，新农合参合率98%，安监局指导。"

    (found,) = findings(text, "stale", period=FOUR_MONTHS)

    assert len(found.related) == 5
    assert "旧稿" in found.reason


def test_places_of_another_town_are_found_and_own_ones_are_not() -> None:
    places = places_from_lines(["禾澄镇/东坪村", "石桥镇/上坪村", "石桥镇/坪村", "石桥镇"], "禾澄镇")
    text = "东坪村、上坪村已完成整治，石桥镇群众参与。到石桥镇考察学习1次。"

    marked = [each.snippet for each in findings(text, "places", places=places, unit="禾澄镇")]

    assert marked == ["上坪村", "石桥镇"]


def test_without_a_tree_no_place_is_foreign() -> None:
    assert findings("上坪村已完成整治。", "places") == []


def test_who_signs_is_who_reports() -> None:
    text = "禾澄镇2024年一季度工作总结\n一季度，全镇开展整治。\n石桥镇人民政府\n2024年4月2日"

    (found,) = findings(text, "signature")

    assert found.snippet == "石桥镇人民政府"


def test_nine_placeholders_are_nine_findings_and_thirty_are_one() -> None:
    some = findings("XX镇开展整治。" * 9, "placeholder")
    many = findings("XX镇开展整治。" * 30, "placeholder")

    assert len(some) == 9
    assert len(many) == 1
    assert len(many[0].related) == 29


def test_whoever_signs_for_the_town_of_the_title_is_right() -> None:
    text = "禾澄镇2024年一季度工作总结\n一季度，全镇开展整治。\n中共禾澄镇委员会\n2024年4月2日"

    assert findings(text, "signature") == []


LONG = "各村对照清单逐项落实，镇里按月检查、按季通报。" * 30


def test_a_long_report_without_shortcomings_and_next_steps_is_told_at_its_last_chapter() -> None:
    text = (
        f"禾澄镇2024年一季度工作总结\n一、组织领导\n{LONG}\n二、环境整治\n{LONG}\n三、移风易俗\n{LONG}\n"
        "禾澄镇人民政府\n2024年4月2日"
    )

    found = findings(text, "structure")

    assert [each.snippet for each in found] == ["三、移风易俗"] * 2
    assert "问题" in found[0].reason + found[1].reason


def test_a_short_report_and_one_that_has_them_are_left_alone() -> None:
    chapters = (
        f"一、组织领导\n{LONG}\n二、存在的问题\n{LONG}\n三、下一步打算\n{LONG}\n禾澄镇人民政府\n2024年4月2日"
    )

    assert findings(f"禾澄镇2024年一季度工作总结\n{chapters}", "structure") == []
    assert (
        findings("禾澄镇2024年一季度工作总结\n一、宣传\n二、整治\n三、考核\n2024年4月2日", "structure") == []
    )


def test_one_old_name_makes_no_old_draft_and_set_phrases_no_copy() -> None:
    text = "镇综治信访维稳中心值班。\n一是加强领导，压实责任。\n二是加强领导，压实责任，扎实推进。"

    assert findings(text, "stale", period=FOUR_MONTHS) == []
    assert findings(text, "repeat") == []


def test_the_source_table_of_our_own_reports_is_not_read_as_prose() -> None:
    body = "禾澄镇召开学习会4次。\n附件：数据出处表\n"
    row = "期间内达成书面或口头协议的矛盾纠纷件数，按调结日期计，可含以前受理的。\n"
    table = f"附件\n数据出处表\n{row}{row}"
    remark = "本表由台账#596生成；数据文件的 SHA-256：c3cf。\n"

    assert findings(body + table + remark) == findings(body)
    assert findings(body + table) != findings(body)  # somebody else's appendix is read like the rest
