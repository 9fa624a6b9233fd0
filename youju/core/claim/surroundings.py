"""Where and when: places and times as a text names them, inherited by the figures that follow."""

from __future__ import annotations

import re
from bisect import bisect_left

from youju.core.claim.grammar import Grammar

_PLACE_CHAR = (
    "[^\\W\\d_a-z的了和与是有为各个全本每该等及向由从被把让将也都均已我听取至以其这那某多少几距进入驻到开度]"
)
_PLACE = re.compile(
    r"(?:(?<=[\n\r，。；：、“”（()）《》 >在由是对向和与及至])|^)"
    r"(?:(?:19|20)\d{2}年(?:度|底|末|初)?|\d{1,2}月份?(?:底|末)?|\d{1,2}日|上午|下午|晚|目前|今年|去年|全年|年内|本月|近日|日前|年末|"
    r"第?[一二三四]季度|[上下]半年|以来|截至目前|县委|县政府|市委|市政府|第?[一二三]巡[察视]组|反馈|关于|在|由|听取|位于|，){0,6}"
    rf"(?P<place>(?:{_PLACE_CHAR}{{2,6}}?|[XxＸ]{{1,4}})(?:(?:街道|苏木|嘎查|自治州|自治县|自治区|镇|乡|县)(?![长村区级域乡企]|内设)(?:党委|中心小学|中心校|中学|卫生院|派出所)?"
    r"|(?:社区|村)(?![级民庄干规两企域道医风屯居容务集]|委会|党)))"
)
# Bodies that speak of themselves at the start of a text or a sentence.
_BODY = re.compile(
    r"(?:(?<=[\n\r。；：】》])|\A)[　 ]{0,12}(?:(?:19|20)\d{2}年(?:度|以来)?|今年(?:以来)?|近日|日前|\d{1,2}月份?"
    r"|截至\d{1,2}月底|[上下]半年|[，,]){0,6}"
    rf"(?P<place>{_PLACE_CHAR}{{2,10}}?(?:农场|林场|牧场|渔场|茶场|水库|灌区|办事处|管理区|开发区|园区|景区|工业园|新区|学校|中学|小学|幼儿园|医院|卫生院|敬老院|养老院"
    r"|福利院"
    r"|派出所|市监所|司法所|供电所|财政所|水务站|农技站|水管站|工作站|服务站|合作社|服务中心|卫生室|党支部|联合社|商会|协会|公司|[一-鿿]区|[一-鿿]市|[一-鿿]旗|[一-鿿]州|[一-鿿]省|[一-鿿]县|[一-鿿]局))"
)
_WHOLE = re.compile(
    r"全(?:镇|县|市|区|省|乡|村|街道|社区|州|旗|盟|校|院|局|系统|辖区)(?![化级员])|全国(?=共|各地|范围|累计|新增)"
    r"|我(?:镇|县|市|区|省|乡|村|局|院|校|街道|委|办)|本(?:镇|县|市|区|乡|村|校|院|局)"
)
# 街道综治中心, 镇信访办: the town speaks of itself without its name
_OWN = re.compile(
    r"(?:(?<=[\n。；，：])|\A)[　 ]{0,4}(?P<own>街道|镇|乡)(?=(?!道|村|域|风|企|民|贤|间|土)[一-鿿\d])"
)
_NOT_PLACE = re.compile(
    r"(?:行政|自然|文明|示范|农|新农|贫困|脱贫|美丽|城|重点|薄弱|传统|特色|建制|中心|个别|部分|所有|试点|驻|好农|薄弱|空壳|标杆|城乡|撤并|入)(?:村|镇|乡|县|社区|街道)\Z"
)
_YEAR_MONTH_DAY = r"(?:(?:19|20)\d{2}\s?年)?(?:\d{1,2}\s?月份?)(?:\s?\d{1,2}\s?[日号])?(?:\s?\d{1,2}时)?"
_PERIOD = re.compile(
    r"(?=[\d截“十今去本全年上下前第一二三四五两近目当过国春中端元清暑寒假汛换疫防秋双灾])(?:"
    rf"截至(?:目前|\d{{1,2}}日|上月底?|昨日|本月底?|年底|(?:19|20)\d{{2}}年(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?[底末]?|{_YEAR_MONTH_DAY}[底末]?)"
    rf"|{_YEAR_MONTH_DAY}(?:-{{1,2}}|至|到)(?:{_YEAR_MONTH_DAY}|\d{{1,2}}日(?:\d{{1,2}}时)?)(?:以来|期间)?"
    r"|(?:19|20)\d{2}\s?年?(?:-{1,2}|至|到)(?:19|20)\d{2}\s?学?年(?:度|间)?"
    r"|(?:(?:19|20)\d{2}年)?\d{1,2}\s?月?(?:-{1,2}|至|到)\d{1,2}月份?"
    rf"|(?:19|20)\d{{2}}\s?年(?:度)?(?:第?[一二三四]季度|[上下]半年|前三季度|\d{{1,2}}月份?(?:\d{{1,2}}日)?)?[底末初]?(?:以来|期间)?(?![底末]?前)"
    rf"|{_YEAR_MONTH_DAY}(?:以来|[底末])?(?!前)"
    r"|今年[一-鿿]{1,3}期(?![一-鿿]{0,6}[的数])|“?十[一二三四五]五”?(?:以来|期间|时期|末)?|今年(?:以来|上半年|下半年|[春夏秋冬][季天]|前\d个?月|\d{1,2}月份?)?"
    r"|(?<![比较与])去年(?!同期|增|的|[底末]?[增净])|去冬今春|今冬明春|春节黄金周|国庆黄金周|本年度|本学[期年]|全年(?!任务|目标|计划|预算)|年内|[上下]半年|前三季度"
    r"|第?[一二三四]季度|近[一二两三四五六七八九十\d]{1,4}年(?:来)?|目前|本月|上月|当月|(?:一|五|[两三四])年来|过去[一五]年|本届[一-鿿]{0,3}以来"
    r"|(?:“[^”\n]{1,6}”|国庆|春节|中秋|五一|端午|元旦|清明|暑假|寒假|假期|汛期|换届|疫情|两会|防火期|春耕|秋收|双抢)(?:假期|期间|以来)"
    r"|灾后)"
    r"|(?<=[。；，：\n\r])[一-鿿]{1,6}(?:以来|期间|时节|学期|假期|[春夏秋冬]季|汛期|期|战役|行动中)(?=[，,])|\A[一-鿿]{1,6}(?:以来|期间|时节|学期|汛期|假期)"
    r"|(?:当前|近期|近日|日前|昨日|当日|当天|当晚|本周|上周|第\d{1,2}周|[一二三四五六七八九十]{1,2}月份?(?![个度])|二[〇○]二[〇○一二三四五六七八九]年(?:[一二三四五六七八九十]{1,2}月)?|(?:半|一|两|三|四|五|十)年来|(?<!\d)\d{1,3}年来|[春夏秋冬]季|入[汛夏秋冬春]以来|暑期|主汛期)"
)
# 由2022年的45%, 比2023年: a time that the figure is compared with, not its own
_COMPARED_TIME = re.compile(r"[比较由是从与于自]\Z")


_MOMENT = re.compile(r"目前|当前|截至|年末|当[年月日天晚]|近日|昨日|日前|本月|上月|\d{1,2}月\d{1,2}日")


# 打破1975年以来纪录, 列入2025年计划: a year that is mentioned, not one the figures are of
_NO_PERIOD = (
    "的",
    "同期",
    "纪录",
    "记录",
    "最",
    "新高",
    "来首",
    "计划",
    "规划",
    "出生",
    "版",
    "修订",
    "建成的",
)
_MENTIONED = frozenset({"打破", "列入", "纳入", "创下"})
_NOT_NAME = re.compile(
    r"^(?:今年|去年|上年|全年|我|仅|共|占|给|定期|重点|一般|其中|累计|预计|和美|美丽)|(?:给|占|全|我)[镇乡县]\Z|重点[区镇乡县村]|和美乡?村"
)
_PRONOUNS = frozenset({"本月", "当月", "本周", "当日", "当天", "当年"})
# 全年 after a named year is that year.
_THE_YEAR = frozenset({"全年", "年内", "本年度"})
_YEAR = re.compile(r"(?:19|20)\d{2}\s?年(?!\d)")
# A body named this early is the one that speaks.
_OPENING = 40


class Surroundings:
    """Places and times as a text mentions them, to be inherited by the figures that follow."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        said = [
            (found.start(), found[0])
            for found in _PERIOD.finditer(text)
            if not (
                text.startswith(_NO_PERIOD, found.end())
                or text[max(0, found.start() - 2) : found.start()] in _MENTIONED
                or (
                    text[found.start() - 1 : found.start()] in {"（", "("}
                    and text[found.end() : found.end() + 1] in {"）", ")"}
                )
                or _COMPARED_TIME.search(text, max(0, found.start() - 1), found.start())
            )
        ]
        # 目前 and 截至6月底 hold for their sentence; 2024年以来 holds until another stretch of time is named. A text
        # that names no stretch speaks of its moments throughout; 本月 and 全年 are the month and the year named before.
        if any(char.isdigit() for _, each in said[:3] for char in each):
            said = [each for each in said if each[1] not in _PRONOUNS]
        year = next((start for start, each in said if _YEAR.match(each)), len(text))
        said = [each for each in said if each[0] <= year or each[1] not in _THE_YEAR]
        self.periods = [each for each in said if not _MOMENT.match(each[1])] or said
        self.period_starts = [start for start, _ in self.periods]
        self.moments = [each for each in said if _MOMENT.match(each[1])]
        self.moment_starts = [start for start, _ in self.moments]
        places = [
            (found.start("place"), found["place"])
            for found in _PLACE.finditer(text)
            if not _NOT_PLACE.search(found["place"]) and _is_name(found["place"], grammar)
        ]
        self.villages = [each for each in places if each[1].endswith(("村", "社区"))]
        self.village_starts = [start for start, _ in self.villages]
        towns = [each for each in places if not each[1].endswith(("村", "社区"))]
        self.towns = towns or self.villages
        self.town_starts = [start for start, _ in self.towns]
        bodies = [
            (found.start("place"), found["place"])
            for found in _BODY.finditer(text)
            if _is_name(found["place"], grammar)
        ]
        if bodies and bodies[0][0] < _OPENING and (not towns or bodies[0][0] < towns[0][0]):
            self.towns = sorted({*towns, *bodies})
            self.town_starts = [start for start, _ in self.towns]
        self.wholes = sorted(
            [(found.start(), found[0]) for found in _WHOLE.finditer(text)]
            + [(found.start("own"), found["own"]) for found in _OWN.finditer(text)]
        )
        self.whole_starts = [start for start, _ in self.wholes]

    def period(self, at: int, sentence: int) -> str:
        """The moment said in its sentence, else the last stretch of time said before `at`; "" when nothing is said."""
        moment = bisect_left(self.moment_starts, at)
        stretch = bisect_left(self.period_starts, at)
        said_at = self.moment_starts[moment - 1] if moment else -1
        if said_at >= sentence and (not stretch or self.period_starts[stretch - 1] < said_at):
            return self.moments[moment - 1][1]
        if stretch:
            return self.periods[stretch - 1][1]
        return ""

    def scope(self, at: int, clause: int) -> str:
        """The village of its clause, else the last town named before, with 全镇 or 我镇 when that is how it is said."""
        village = _said(self.villages, self.village_starts, at, clause)
        if village and self.towns is not self.villages:
            return village
        town = _said(self.towns, self.town_starts, at, 0) or (self.towns[0][1] if self.towns else "")
        whole = _said(self.wholes, self.whole_starts, at, 0) or (self.wholes[0][1] if self.wholes else "")
        if town and whole and whole[-1] in town:
            return f"{town}（{whole}）"
        return town or whole


def _is_name(place: str, grammar: Grammar) -> bool:
    """硬化街道 and 组织村 are an act and its object."""
    return not (
        place[:2] in grammar.strong_verbs or place[:4] in grammar.strong_verbs or _NOT_NAME.search(place)
    )


def _said(said: list[tuple[int, str]], starts: list[int], at: int, since: int) -> str:
    index = bisect_left(starts, at)
    return said[index - 1][1] if index and said[index - 1][0] >= since else ""
