"""The noun after a figure: 3名党员, 93人死亡, 15万购买垃圾桶, 1次外出培训班."""

from __future__ import annotations

import re

from youju.core.claim.grammar import NUMERALS, Grammar

_EDGES = " 、的了“”‘’\"'…·>"
_COUNTED_IN = re.compile(
    r"(?:总长|全长|总面积|总投资|占地)?[\d一二三四五六七八九十百千余多]{1,8}(?:人|名|户|亩|平方米|公里|层|岁|头|万元)(?:以上|以下|及以上|以内)?的|\d{1,3}周?岁(?:（含）)?及?以[上下]"
)
# 33户84间房屋: one noun for two figures that touch
_COUNTED_WITH = re.compile(
    r"\d[\d.,]*[万余多]*(?:(?:人|户|间|名|亩|头)(?=[^\W\d])(?![的以及])|(?:[kK][Ww]|千瓦|㎡|平方米|m3|m³|立方米|吨|寸|千伏|伏)(?=[一-鿿])(?![的以及、]))"
)
_AFTER_RUN = re.compile(r"[一-鿿A-Za-z、“”‘’·]{1,40}")
_AFTER_STOP = re.compile(
    r"已|均|都|全部|被|在|于|对(?!口|外|接|象|标|比)|向|把|将|进行|为|是|有(?![机效色害])|通过|占|正在|并(?!购|轨)|同比|环比|比(?!例|赛)|较|得到|送[去上来]|享受|按|由|从|使|让|给|以(?!上|下)|到(?!户|村)|达|不(?!堪|良|锈|足|动)|共(?=有|计|\d|$)|增至|降至|减至|升至|扩至|压至|后|时|，|其中|分别|予以|才|才能|能|可以|可|和谐|上升|下降|增长|增加|减少|提高|降低|未|就|的(?=\Z)|每|(?<![高中初平同优对相均])等(?!级|次|额)|且|与会|参与|参加|年底|年初|目前|现已|因|由于|尚|组成|构成|分成|分为|共同|采取|围绕|先后|集体|自愿|主动|积极|用于|任[第职教]|位于|来自|因|而|形成"
)
_PERSON = re.compile(r"[一-鿿]{2,8}?(?:[人成队委]员|战员|者|[能选歌]手|[教医律]师|代表|专家|骨干|人才|学员)")
# 集聚提升村, 清洁取暖设备: a noun that begins with a verb, to its end
_THING = re.compile(
    r"[一-鿿]{2,7}?(?:[村户镇区班队组站点室厂园店场院]|项目|企业|单位|部门|学校|医院|社区|街道|设备|设施|机构|平台|基地|中心|小区|车辆)(?=[、和及]|\Z)"
)
# A run this short may be one noun with a verb inside it (综合协调组, 垃圾清理三轮车).
_SHORT_RUN = 9
_STATE = re.compile(
    r"死亡|失踪|受灾|受伤|遇难|被困|因灾死亡|紧急转移|转移安置|需紧急|倒塌|损坏|损毁|受损|绝收|成灾|脱贫|返贫|参保|参加|参与|受益|就业|获奖|入选|落户|通过|办结|竣工|开工|投产|退出|摘帽|被评|获评|达标|受表彰|受到|出席|到会|报名|取得|完成|接种|复工|签约|入党|转正|辍学|中考|高考|考取|录取|毕业|不同程度|严重损坏|一般损坏|停产|关闭|整改|拆除|未脱贫|未整改|未达标|未完工|不达标|成危房|参训|受训|持证|上岗|外出务工|不同程度受损|需紧急生活救助"
)
_MEASURE_KINDS = frozenset({"money", "percent", "percent_point", "ratio", "duration", "mass", "measure"})
# 13名因重大疾病导致困难的女职工: what a long clause describes
_DESCRIBED = re.compile(
    r"(?:因|由|以|对|在|从|位于|来自|符合|患|不|被)[^，。；、\d]{1,22}的(?P<noun>[一-鿿]{2,8})"
)
_AND_SPENT = re.compile(r"[及和与](?:总?投资|投入|占地|面积)\Z")
_GIVEN = re.compile(
    r"(?:\d[\d.]{0,8}[万余多]{0,2}人)?(?:共?发放|享受|落实|领取|申领|提供|兑现|办理)了?(?P<what>[一-鿿“”]{2,20}(?=[\d，。；、约近]))"
)
_ASIDE = re.compile(r"[（(][^（）()\d，。；\n]{1,8}[）)](?=[一-鿿])")
_OCCASION = re.compile(r"[一-鿿]{2,16}?(?:活动|行动|演练|大赛|比赛)(?=[，。；、\n]|\Z)")
_QUOTED = re.compile(r"[“‘][^”’]*[”’]")


_ONE_CHARACTER = frozenset(
    "村镇乡县市社组屯区省旗盟州站校厂矿园店点所院馆库桥路井塘坝河湖户人牛羊猪马鸡鸭鹅鱼树楼岛寨寺庙洞"
)


class After:
    """What stands after the figures of one text."""

    def __init__(self, text: str, grammar: Grammar) -> None:
        self.text = text
        self.grammar = grammar

    def noun(self, end: int, kind: str, *, persons: bool = False, across: bool = True) -> str:
        """The noun phrase right after a unit (3名党员), or "" when a verb or a mark follows.

        persons  the unit counts people: 救援指战员 is a noun though it begins with a verb
        across   the noun of the figure that touches this one will do (33户84间房屋)
        """
        text = self.text
        if skipped := _COUNTED_IN.match(text, end) or (across and _COUNTED_WITH.match(text, end)) or None:
            end = skipped.end() - skipped[0].endswith("的")
        of = text.startswith("的", end)
        begin = end + of
        found = _AFTER_RUN.match(text, begin)
        if found is None or found[0][0] in "、”’·和及与或":
            return ""
        whole = found[0]
        if kind == "count" and (aside := _ASIDE.match(text, found.end())) and len(whole) < 5:
            further = _AFTER_RUN.match(text, aside.end())  # 贫困（低保户）残疾人
            whole += further[0] if further else ""
        run = self._until_verb(whole, of=of, persons=persons)
        if not run and kind == "count" and (described := _DESCRIBED.match(text, begin)):
            run = self._until_verb(described["noun"], of=True, persons=persons)
        run = _until_number(run, text, begin).strip(_EDGES)
        if len(run) > 2 and run[-1] in "中里内":
            run = run[:-1]
        if kind in _MEASURE_KINDS and not of and len(run) < 2:
            return ""
        if len(run) == 1:
            return run if kind == "count" and run in _ONE_CHARACTER else ""
        return run

    def occasion(self, end: int) -> str:
        """一次路域环境集中整治活动: an occasion to its end, whatever verbs its name holds; "" for none."""
        found = _OCCASION.match(self.text, end)
        return found[0] if found else ""

    def given(self, end: int) -> str:
        """What households and people got: 临时救助金 after 15户 or 15户40人 of 为15户40人发放临时救助金; "" for none."""
        found = _GIVEN.match(self.text, end)
        return found["what"] if found else ""

    def event(self, end: int) -> str:
        """What happened that many times, when it begins with a verb: 外出培训班 after 1次."""
        found = _AFTER_RUN.match(self.text, end)
        if found is None or found[0][0] in "、”":
            return ""
        stop = _AFTER_STOP.search(found[0])
        run = found[0][: stop.start()] if stop else found[0]
        return run.strip(_EDGES)[:14] if len(run) > 2 else ""

    def state(self, end: int) -> str:
        """What happened to those counted: 受灾 after 1646万人, 倒塌 after 20间; "" when nothing did."""
        if skipped := _COUNTED_WITH.match(self.text, end):
            end = skipped.end()
        found = _STATE.match(self.text, end)
        if found is None:
            return ""
        run = _AFTER_RUN.match(self.text, end)
        return run[0].split("、")[0][:8] if run else found[0]

    def spent_on(self, end: int) -> str:
        """What money was spent on: 购买垃圾桶 after 15万 gives 垃圾桶; "" when no verb follows."""
        found = _AFTER_RUN.match(self.text, end)
        if found is None or self._first_verb(found[0]) != 0 or found[0][0] == "、":
            return ""
        run = found[0]
        length = next((n for n in (4, 3, 2) if run[:n] in self.grammar.verbs), 2)
        run = run[length:].removeprefix("了")
        stop = _AFTER_STOP.search(run)
        run = run[: stop.start()] if stop and stop.start() > 1 else run
        return run.strip(_EDGES) if len(run) > 1 else ""

    def _until_verb(self, run: str, *, of: bool, persons: bool) -> str:
        """The words up to the first verb or adverb."""
        if stop := _AFTER_STOP.search(run):
            run = run[: stop.start()]
        position = self._first_verb(run)
        if position == 0:
            named = (_PERSON if persons else _THING).match(run)
            return named[0] if named else ""
        if position > 0 and not of and (len(run) > _SHORT_RUN or run[:position] in self.grammar.units):
            return run[:position]
        return run

    def _first_verb(self, run: str) -> int:
        """Where the first verb stands; 0 for a run that begins with one, -1 for none."""
        grammar = self.grammar
        for length in (4, 3, 2):
            if run[:length] in grammar.verbs and (len(run) == length or run[:length] not in grammar.nounish):
                return 0
        if run[:2] in grammar.verbs and run[2:3] in set("了的"):
            return 0
        for index in range(2, len(run) - 1):
            for length in (4, 3, 2):
                if run[index : index + length] in grammar.strong_verbs:
                    return index
        return -1


def _until_number(run: str, text: str, begin: int) -> str:
    """The words up to the next figure; numerals in quotation marks (“九小”场所) are part of a name."""
    quotes = [found.span() for found in _QUOTED.finditer(run)] if "“" in run or "‘" in run else []
    cut = next(
        (
            index
            for index, char in enumerate(run)
            if char in NUMERALS and (index > 1 or "0" <= char <= "9")
            if not any(start < index < end for start, end in quotes)
        ),
        len(run),
    )
    at_number = cut < len(run) or text[begin + cut : begin + cut + 1] in NUMERALS
    if at_number and (joint := _AND_SPENT.search(run, 2, cut)):
        return run[: joint.start()]
    if at_number and (comma := run.rfind("、", 2, cut)) > 0:
        cut = comma  # 绝收675亩、水毁耕地242亩: what stands last belongs to the next figure
    return run[:cut]
