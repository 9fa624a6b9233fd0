"""Numbers with their units: where one begins and ends, what it allows, and whether it defines a class instead."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from youju.core.claim.grammar import AFTER_PATTERN, Grammar, UnitWord
from youju.core.claim.model import Kind, NonClaimKind, Value
from youju.core.claim.numerals import Numeral, numeral_at, qualifier_before
from youju.core.zh.approximation import approximate
from youju.core.zh.interval import Interval
from youju.core.zh.numerals import DIGITS

_RANGE = re.compile(r" ?(?:-{1,2}|至|到) ?(?=[\d一二三四五六七八九十百千两])")
_PART_OF = re.compile(r"分之")
_COORDINATES = re.compile(r"(?: ?(?:、|和|及|与|或) ?[近约超]?\d+(?:\.\d+)?[百千]?[万亿]?[多余]?){1,8}")
_APART = re.compile(r"(最少|至少|最多|至多)(?:可以|可|应当|应|要|需要|需|能)?[^，。；、：\d\n]{0,3}\Z")
_SIGNS = frozenset("-下负 ")
_NEGATIVE = re.compile(r"(?:[一-鿿（(]) ?(-|零下|负)\Z")
_TARGET = re.compile(r"的(?:目标|任务|要求|标准|规定|指标)")
_SLASH = re.compile(r"([1-9])/([2-9]|10)(?=以上|以下|左右|的|[，。；、]|$)")
_PLACES = re.compile(r"(?:前进|提升|上升|下降|后退|前移|跃升|提高|下滑|晋升)[了至到]?\Z")
_RANK = UnitWord("位", "位", "count")
_BRACKET_UNIT = re.compile(r"[（(]([^）)\d]{1,6})[）)]")
_HALF = re.compile(r"半(?=[，。；、）)的左以时来内后多 ]|$)")
_HALF_UNIT = re.compile(r"个半(?=月|小时|钟头|百分点|星期)")
_MANY_UNIT = re.compile(r"个[多余](?=月|小时|钟头|百分点|星期|亿|万)")
_LATE_MANY = re.compile(r"[多余](?![样种元方])")
_CHENG = re.compile(
    r"成(?![效立功果为员年人交本绩长熟品分就活套型批都片群排组])([一二三四五六七八九](?![个成]))?([多余])?"
)
_PERCENT = UnitWord("%", "%", "percent")
_MONEY = UnitWord("", "元", "money")

# What may not follow a unit: then the characters are another word (三方面, 5部门, 20处理).
_NOT_AFTER = {
    "方": "面案式向针便能可法程位", "人": "均才大民", "部": "门委分署长位", "位": "于置列次数", "分": "别之类局析布享管工钟为批级期",
    "本": "地级次市县镇村人年月届周期土质科", "道": "德路", "门": "诊店户票", "面": "积对向临", "口": "径岸碑罩粮",
    "场": "地所景合镇", "期": "间末限货待盼", "批": "准复示评", "台": "账风湾阶", "张": "贴家挂", "支": "持出付撑援柱农",
    "班": "子组", "节": "约日能", "根": "据本治", "所": "有在谓属需", "对": "于接外比象照口", "线": "上下索路",
    "层": "面次级", "类": "似别", "元": "素旦宵", "车": "辆间站道", "版": "权本", "单": "位元一独", "段": "落",
    "列": "入为席车", "排": "查名放水", "步": "骤入伐道", "回": "收复访来", "代": "表码理", "团": "队结员", "师": "生傅资",
    "连": "续接带", "营": "业商", "行": "政业动为", "通": "过报", "宗": "旨教", "处": "理罚置于分", "起": "来草诉到步",
    "名": "单列称胜优字副", "只": "有要能是", "条": "例件", "家": "庭长属园乡禽具电", "度": "假过日量电汛", "组": "织长建成合",
    "点": "要建意击钟整半", "例": "如", "片": "区", "环": "境节保", "种": "植养业子粮", "笔": "试", "队": "伍员", "头": "部衔",
    "课": "程题", "户": "籍口外均", "级": "别", "集": "中体聚团镇", "字": "号", "眼": "睛", "板": "块", "幕": "后", "届": "时",
    "市": "场级", "国": "家道债", "区": "域划", "省": "级道", "县": "级道", "镇": "级", "村": "民委庄务集级", "乡": "村道级", "周": "边年转围岁",
    "年": "级轻青代龄", "天": "然气津", "月": "龄", "日": "均常报", "项": "链", "件": "套", "桶": "装", "包": "村保", "校": "园",
    "路": "公上灯线面段口边程径由费桥基", "讲": "话座台堂解师义", "金": "额融", "银": "行", "度电": "", "点次": "", "平": "均台安", "厂": "房", "店": "铺", "院": "长", "组长": "", "斤": "两",
    "克": "服", "份": "额", "里": "程", "群": "众", "顶": "层", "席": "位", "盘": "活", "卷": "入", "封": "闭", "课时": "", "拨": "",
    "坝": "区", "河": "流道", "胜": "利", "负": "责担", "奖": "励补金", "轮": "训换候车", "幅": "度", "段次": "", "号": "",
}  # fmt: skip

_ABSTRACT_UNITS = frozenset("个项条种类点批件")
_ABSTRACT = re.compile(
    r"(?:大的?)?(?:方面|大事(?!记)|层面|维度|角度|环节|阶段|步骤|原则|转变|确保|坚持|聚焦|强化|到位|结合|统一|关口|时期|过程|世纪)"
    r"|(?:大的?)?(?:重点|关键|目标|任务|要求|问题|特点|亮点|突出|方向|导向|标准|体系|机制)(?![一-鿿])"
)
_DURATIONS = frozenset({"小时", "分钟", "秒", "天", "工作日", "周", "个月", "年"})
_MODIFIED = re.compile(
    r"(?:以上|以下|以内|之内|及以上|及以下)\s?(?:的|(?=[一-鿿])(?!的|上升|增长|提高|，|和(?:罚|拘)))"
)
_PENALTY = re.compile(r"(?:罚款|有期徒刑|拘役|拘留|处罚|罚金)")
_LAW = re.compile(r"(?:处|处以|并处|可处)\s?\Z")
_CLASS_NOUN = re.compile(
    r"的?(?:企业|项目|工业企业|工程|村|镇|大户|园区|产业|户|强村|学校|商场|超市|建筑|客户|单体|县|园|平台|集群|乡镇|酒店|景区|老人|老年人|儿童|青年|党员|干部)"
)
_AGE_CLAIM = re.compile(r"(?:平均年龄|寿命|平均|年龄为|下降|提高|降低|年轻)[^，。；]{0,8}\Z")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit as found; `refused` says why it is no claim, "" when it is one."""

    start: int
    end: int
    value: Value
    kind: Kind
    rule: str
    refused: NonClaimKind | None = None
    han: bool = False


def quantity_at(text: str, at: int, grammar: Grammar) -> Quantity | None:
    """The quantity whose number begins at `at`, or None when the numeral has no unit and no reason to be one."""
    first = numeral_at(text, at)
    if first is None:
        return None
    if text.startswith("分之", first.end):
        return _fraction(text, at, first)
    if slash := _SLASH.match(text, at):
        return _slashed(text, at, slash)
    if first.number is None and first.loose is None:
        return None
    start, before = qualifier_before(text, at, bare=first.bare)
    apart = "" if before else _qualifier_apart(text, start)
    number, loose, end = first.number, first.loose, first.end
    unit, unit_end, number, extra = _unit_after(text, end, number, grammar, han=first.han)
    if first.bare and unit is not None and unit.noun and not before and not first.middle:
        return None
    second: Numeral | None = None
    if number is not None and not first.middle:
        second, unit, unit_end = _range(text, at, first, unit, unit_end, grammar)
    if unit is not None and unit.written in {"位", "名"} and _PLACES.search(text, max(0, start - 4), start):
        unit = _RANK if unit.written == "位" else UnitWord("名", "名", "count")
    rule = ""
    given = True
    if unit is None:
        borrowed = _left_out(text, at, start, first, end, grammar)
        if borrowed is None:
            return None
        unit, unit_end, given = borrowed, (second or first).end, False
    if second is not None and second.number is not None and number is not None:
        low = number * (second.scale if first.scale == 1 and second.number > number else 1)
        interval, rule, number = Interval(low, second.number), "range", low
        after, unit_end = _after(text, unit_end)
    elif loose is not None:
        interval, rule = loose, "range.pair" if loose.high is not None else "approx.several"
        if text[at] in "几数":
            rule = "approx.several"
        after, unit_end = _after(text, unit_end)
        if before in {"上", "近"} and loose.low is not None:
            number = loose.low
    else:
        assert number is not None
        late = extra or _late(text, unit, unit_end, first)
        if late and late != "half":
            unit_end += 1 if late == "late" else 0
            step: Decimal | None = Decimal(10 if unit is _PERCENT else 1)
            middle = "多"
        else:
            step, middle = None, first.middle
        after, unit_end = _after(text, unit_end)
        if before or apart or middle or after:
            found = approximate(number, before or apart, middle, after, step)
            interval, rule = found.interval, found.rule
        else:
            interval, rule = Interval(number, number), "exact"
    words = tuple(word for word in (before, first.middle, after) if word)
    if (
        not words
        and number is not None
        and text[at - 1 : at] in _SIGNS
        and (sign := _NEGATIVE.search(text, max(0, at - 3), at))
    ):
        start, number = sign.start(1), -number
        interval = Interval(number, number)
    value = Value(
        interval,
        number,
        unit.written,
        unit.norm,
        unit_given=given,
        qualifiers=words,
    )
    found_quantity = Quantity(start, unit_end, value, unit.kind, rule, None, first.han)
    return _judged(text, at, found_quantity, unit, before, after, grammar)


def _qualifier_apart(text: str, start: int) -> str:
    """最少可以配备2辆: the qualifier stands before the verb and outside the span."""
    ahead = text[max(0, start - 9) : start]
    found = _APART.search(ahead) if "最" in ahead or "至" in ahead else None
    return found[1] if found else ""


def _unit_after(
    text: str, end: int, number: Decimal | None, grammar: Grammar, *, han: bool
) -> tuple[UnitWord | None, int, Decimal | None, str]:
    """The unit after a number: unit, where it ends, the number (with 半 added) and what 多 inside it says."""
    at = end
    while at < end + 2 and text[at : at + 1] == " ":
        at += 1
    extra = ""
    if number is not None and (found := _HALF_UNIT.match(text, at)):
        number, at = number + Decimal("0.5"), found.end() - 2
        unit = grammar.unit_at(text, at + 2)
        if unit is not None:
            return unit, at + 2 + len(unit.written), number, "half"
    elif found := _MANY_UNIT.match(text, at):
        unit = grammar.unit_at(text, found.end())
        if unit is not None:
            return unit, found.end() + len(unit.written), number, "inside"
    unit = grammar.unit_at(text, at)
    if unit is None:
        if (cheng := _CHENG.match(text, at)) and number is not None and number <= 10:
            tenths = DIGITS.get(cheng[1] or "", 0)
            return _PERCENT, cheng.end(), number * 10 + tenths, "inside" if cheng[2] else ""
        if (bracket := _BRACKET_UNIT.match(text, end)) and (inner := grammar.units.get(bracket[1][0])):
            return inner, end, number, ""
        return None, end, number, ""
    unit_end = at + len(unit.written)
    if at > end and unit.noun:
        return None, end, number, ""
    following = text[unit_end : unit_end + 1]
    if following and following in _NOT_AFTER.get(unit.written, "") and not _exception(text, unit, unit_end):
        return None, end, number, ""
    if unit.written.isascii() and unit.written.isalpha() and following.isascii() and following.isalnum():
        return None, end, number, ""
    if (
        han
        and unit.noun
        and len(unit.written) == 1
        and unit.norm != "人"
        and following not in "、，。；）) 0123456789"
    ):
        return None, end, number, ""
    if number is not None and unit.kind != "percent" and (half := _HALF.match(text, unit_end)):
        return unit, half.end(), number + Decimal("0.5"), "half"
    return unit, unit_end, number, extra


def _exception(text: str, unit: UnitWord, unit_end: int) -> bool:
    """2名副镇长 counts people, 200户籍 does not; 12户外出 counts households."""
    if unit.written == "名":
        return text[unit_end] == "副" or text.startswith("优秀", unit_end)
    return unit.written == "户" and text[unit_end] == "外" and not text.startswith("户外运动", unit_end - 1)


def _range(
    text: str, at: int, first: Numeral, unit: UnitWord | None, unit_end: int, grammar: Grammar
) -> tuple[Numeral | None, UnitWord | None, int]:
    """The far end of 3-5次, 三至五名, 10万元—15万元; the unit is the one after it."""
    found = _RANGE.match(text, unit_end if unit is not None else first.end)
    if found is None or (unit is not None and text[at - 1 : at] in {"由", "从"}):
        return None, unit, unit_end
    second = numeral_at(text, found.end())
    if second is None or second.number is None or first.number is None or text.startswith("分之", second.end):
        return None, unit, unit_end
    far_unit, far_end, _, _ = _unit_after(text, second.end, second.number, grammar, han=second.han)
    if far_unit is None or (unit is not None and far_unit.norm != unit.norm):
        return None, unit, unit_end
    shared = second.scale if first.scale == 1 else 1
    if far_unit is _PERCENT and text[far_end - 1] == "成":
        first_number = first.number * 10
        return replace(second, number=second.number * 10), far_unit, far_end if first_number else far_end
    if first.number > second.number and first.number * shared > second.number:
        return None, unit, unit_end
    return second, far_unit, far_end


def _after(text: str, end: int) -> tuple[str, int]:
    found = AFTER_PATTERN.match(text, end)
    if found is None:
        return "", end
    if found[1] in {"上下", "前后"} and text[found.end() : found.end() + 1] in set("游级联班结功左学期矛"):
        return "", end
    return found[1], found.end()


def _late(text: str, unit: UnitWord, unit_end: int, first: Numeral) -> str:
    """3年多, 10公里多: 多 after the unit."""
    if first.middle or unit.kind not in {"duration", "measure", "mass", "ratio", "money", "count"}:
        return ""
    if unit.kind == "count" and unit.norm not in {"个", "户", "人"}:
        return ""
    found = _LATE_MANY.match(text, unit_end)
    return "late" if found and text[unit_end + 1 : unit_end + 2] in set("，。；、的时来）") | {""} else ""


def _left_out(text: str, at: int, start: int, first: Numeral, end: int, grammar: Grammar) -> UnitWord | None:
    """The unit of a number that has none: from the coordinate item after it, the noun, or the verb."""
    if chain := _COORDINATES.match(text, end):
        unit, _, _, _ = _unit_after(text, chain.end(), None, grammar, han=first.han)
        if unit is not None:
            return None if unit.kind == "duration" or unit.noun else unit
    if first.number == 0 and text[start - 1 : start] in {"为", "是", "至", "到"}:
        return UnitWord("", "", "count")
    if first.number is None or first.han and first.number < 100:
        return None
    if first.bare and not first.middle and start == at:
        return None
    following_noun = grammar.nouns.match(text, end)
    if following_noun:
        return UnitWord("", grammar.noun_units[following_noun[0]], "count")
    clause = re.split(r"[，。；：\n]", text[max(0, start - 16) : start])[-1]
    if first.scale >= 1000 or first.number >= 1000 and not first.han:
        ahead = re.split(r"[，。；：、\n]", text[end : end + 10])[0]
        if first.scale >= 1000 and not ahead and "元" in text[max(0, start - 40) : start]:
            return _MONEY
        if grammar.money.search(clause) or (first.scale >= 1000 and grammar.money.search(ahead)):
            return _MONEY if first.scale >= 1000 or re.search(r"元|资金|款|补助|补贴", clause) else None
    if re.search(
        r"(?:指数|系数|收入比|之比|比例|比值|得分|评分)[^，。；]{0,16}(?:为|是|达|达到|到|至|由|从|年的|去年的|上年的)\Z",
        text[max(0, start - 28) : start],
    ):
        return UnitWord("", "", "ratio")
    if re.search(r"(?:指数|系数|性别比|收入比)[^，。；]{0,8}\Z", text[max(0, at - 12) : at]):
        return UnitWord("", "", "ratio")
    if first.scale >= 1000 or re.search(
        r"(?:得分|评分|总分|比为|值为|系数|总数|总量|数达|数为|达到?|共计|合计|总计)[为达约近]?\Z",
        text[max(0, start - 6) : start],
    ):
        return UnitWord("", "", "count")
    return None


def _fraction(text: str, at: int, first: Numeral) -> Quantity | None:
    """三分之二, 百分之九十七点三, 千分之三: as per cent."""
    second = numeral_at(text, first.end + 2)
    if second is None or second.number is None or not first.number:
        return None
    start, before = qualifier_before(text, at, bare=False)
    scale = Decimal(100) / first.number
    end = second.end
    high: Decimal | None = None
    if first.number == 100 and (dash := _RANGE.match(text, end)):
        far_at = dash.end() + (3 if text.startswith("百分之", dash.end()) else 0)
        far = numeral_at(text, far_at)
        if far is not None and far.number is not None and not text.startswith("分之", far.end):
            high, end = far.number, far.end
    after, end = _after(text, end)
    number = second.number * scale
    if high is not None:
        interval, rule = Interval(number, high), "range"
    else:
        found = approximate(number, before, second.middle, after)
        interval, rule = found.interval, found.rule if found.rule != "exact" else "fraction"
    words = tuple(word for word in (before, second.middle, after) if word)
    value = Value(interval, number, "%", "%", qualifiers=words)
    refused: NonClaimKind | None = "criterion" if after and text.startswith("的", end) else None
    return Quantity(
        start, end, value, "percent", "criterion.modifier" if refused else rule, refused, first.han
    )


def _slashed(text: str, at: int, found: re.Match[str]) -> Quantity | None:
    """2/3以上: a share written with a slash."""
    part, whole = Decimal(found[1]), Decimal(found[2])
    if not 0 < part < whole:
        return None
    start, before = qualifier_before(text, at, bare=False)
    after, end = _after(text, found.end())
    number = part * 100 / whole
    shape = approximate(number, before, "", after)
    words = tuple(word for word in (before, after) if word)
    value = Value(shape.interval, number, "%", "%", qualifiers=words)
    if after and text.startswith("的", end):
        return Quantity(start, end, value, "percent", "criterion.modifier", "criterion")
    return Quantity(start, end, value, "percent", shape.rule if words else "fraction")


def _judged(
    text: str, at: int, found: Quantity, unit: UnitWord, before: str, after: str, grammar: Grammar
) -> Quantity:
    """The quantity, refused when it defines a class, counts years of age, or is a time nobody measured."""
    clause_before = text[max(0, found.start - 12) : found.start]
    previous = text[found.start - 1 : found.start]
    if after in {"及以上", "及以下", "或以上", "或以下"} and unit.kind != "percent":
        return replace(found, refused="criterion", rule="criterion.modifier")
    if unit.kind in {"mass", "measure"} and text.startswith("装", found.end):
        return replace(found, refused="criterion", rule="criterion.size")
    if _TARGET.match(text, found.end):
        return replace(found, refused="criterion", rule="criterion.target")
    if unit.written == "岁" and not _AGE_CLAIM.search(clause_before):
        return replace(found, refused="criterion", rule="criterion.age")
    if previous == "每" and unit.kind != "duration":
        return replace(found, refused="criterion", rule="criterion.per")
    if unit.kind == "duration":
        return _judged_duration(text, found, unit, grammar)
    if _is_criterion(text, found, unit, before, after):
        return replace(found, refused="criterion", rule="criterion.modifier")
    number = found.value.number
    if (
        unit.norm in _ABSTRACT_UNITS
        and number is not None
        and number <= 20
        and _ABSTRACT.match(text, found.end)
    ):
        return replace(found, refused="idiom", rule="idiom.abstract")
    return found


def _is_criterion(text: str, found: Quantity, unit: UnitWord, before: str, after: str) -> bool:
    end = found.end
    if after in {"以上", "以下", "以内", "及以上", "及以下", "之上", "之下"}:
        if text.startswith("的", end):
            return True
        if _PENALTY.match(text, end) or _LAW.search(text, max(0, found.start - 4), found.start):
            return True
        if after in {"以上", "及以上"} and re.match(
            r" ?[\d一二三四五六七八九十]+[万年倍个]?[^，。；]{0,4}以下", text[end : end + 14]
        ):
            return True
        if unit.kind not in {"percent", "ratio", "percent_point"} and _CLASS_NOUN.match(text, end):
            return True
    named = text[found.start - 1 : found.start] in {"过", "超"} or text[found.start] in "百千万亿"
    if named and not after and unit.kind == "money" and _CLASS_NOUN.match(text, end):
        return True
    if (
        before
        and not after
        and found.value.interval.high is None
        and unit.kind in {"money", "measure", "mass"}
    ):
        return _CLASS_NOUN.match(text, end) is not None
    if before in {"不足", "不到", "低于", "超过", "超", "高于", "未满", "不满"} and text.startswith(
        "的", end
    ):
        return unit.kind in {"money", "measure", "mass", "percent"}
    return False


_CONTEXT_AFTER = re.compile(
    r"(?:来|内|以内|后|前|期间|间|以来|以前|以后|之内|之前|之后|以下|期|制|一遇|时间|左右的|如一日|的历史|规划|计划|行动|任务|发展)"
)


def _judged_duration(text: str, found: Quantity, unit: UnitWord, grammar: Grammar) -> Quantity:
    """A duration is a claim when it is what was measured: 压缩至2个工作日, 连续10年."""
    before = re.split(r"[，。；：、\n]", text[max(0, found.start - 12) : found.start])[-1]
    if (
        before.endswith(("前", "近", "过去", "未来", "今后", "最近", "头", "首", "每", "后"))
        or text[found.start] == "近"
    ):
        return replace(found, refused="duration-context", rule="duration.context")
    if "连续" in before[-4:]:
        return replace(found, rule="duration.result")
    exact_time = unit.norm in {"小时", "分钟", "秒", "个工作日", "学时"}
    if (
        exact_time
        and found.value.qualifiers
        and text[found.start] not in "近约"
        and not _CONTEXT_AFTER.match(text, found.end)
    ):
        return replace(found, rule="duration.result")
    if exact_time and re.match(r"办结|完成|到达|撤离|办理|出证|拿证|处置", text[found.end : found.end + 2]):
        return replace(found, rule="duration.result")
    if _CONTEXT_AFTER.match(text, found.end):
        return replace(found, refused="duration-context", rule="duration.context")
    if grammar.duration.search(before) or re.search(r"(?:中断|停)[^，]{1,4}\Z", before):
        return replace(found, rule="duration.result")
    return replace(found, refused="duration-context", rule="duration.context")
