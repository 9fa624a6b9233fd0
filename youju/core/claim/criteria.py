"""Quantities that define a class, set a target or pass the time, and so confirm nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from youju.core.claim.grammar import Grammar, UnitWord
from youju.core.claim.model import Kind, NonClaimKind, Value

_ABSTRACT_UNITS = frozenset("个项条种类点批件")
_ABSTRACT = re.compile(
    r"(?:大的?)?(?:方面|大事(?!记)|层面|维度|角度|环节|阶段|步骤|原则|转变|确保|坚持|聚焦|强化|到位|结合|统一|关口|时期|过程|世纪)"
    r"|(?:大的?)?(?:重点|关键|目标|任务|要求|问题|特点|亮点|突出|方向|导向|标准|体系|机制)(?![一-鿿])"
)
_LIMITS = frozenset({"以上", "以下", "以内", "及以上", "及以下", "之上", "之下"})
_INCLUSIVE = frozenset({"及以上", "及以下", "或以上", "或以下"})
_COMPARED = frozenset({"不足", "不到", "低于", "超过", "超", "高于", "未满", "不满"})
_SIZES = frozenset({"money", "measure", "mass"})
_SHARES = frozenset({"percent", "ratio", "percent_point"})
_COUNTED = re.compile(r"\d[\d.,]*[万余多]*[户人个家名位处件]")
# 90%以上的村 done by somebody says how many; 满意率90%以上的村 are a class
_PER_YEAR = re.compile(r"/[年月日天人户亩](?=的)")
_FREE = re.compile(
    r"(?:[，。；：、\n（]|[有使让将已为约超令因了]|其中|确保|带动|惠及|覆盖|全[国省市县区镇乡村])\s?\Z|\A\Z"
)
_PENALTY = re.compile(r"(?:罚款|有期徒刑|拘役|拘留|处罚|罚金)")
_LAW = re.compile(r"(?:处|处以|并处|可处)\s?\Z")
_UPPER_LIMIT = re.compile(r" ?[\d一二三四五六七八九十]+[万年倍个]?[^，。；]{0,4}以下")
_CLASS_NOUN = re.compile(
    r"的?(?:企业|项目|工业企业|工程|村|镇|大户|园区|产业|户|强村|学校|商场|超市|建筑|客户|单体|县|园|平台|(?:规模)?(?:养殖|种植|种粮|经营)(?:大户|户|场)|集群|乡镇|酒店|景区|老人|老年人|儿童|青年|党员|干部)"
)
_AGE_CLAIM = re.compile(r"(?:平均年龄|寿命|平均|年龄为|下降|提高|降低|年轻|[高低长])[^，。；]{0,8}\Z")
_TARGET = re.compile(r"的(?:目标|任务|要求|标准|规定|指标)")
_CLAUSE = re.compile(r"[^，。；：、\n]*\Z")
_TIME_CONTEXT = re.compile(
    r"(?:来|内|以内|后|前|期间|间|以来|以前|以后|之内|之前|之后|以下|期|制|一遇|时间|左右的|如一日|的历史|规划|计划|行动|任务|发展)"
)
_TIME_BEFORE = ("前", "近", "过去", "未来", "今后", "最近", "头", "首", "每", "后")
_CLOCKED = frozenset({"小时", "分钟", "秒", "个工作日", "学时"})
_DONE_IN = re.compile(r"办结|完成|到达|撤离|办理|出证|拿证|处置")
# 缩至3天, 减少10分钟, 日均执勤4.5小时, 由法定20个工作日: the time is the result, or what it was before
_MEASURED_TIME = re.compile(
    r"(?:[缩压减提延][^，。]{0,3}[至到为]|压减|缩减|减少|增加|延长|提前|缩短|节约|节省)了?(?:平均|近|约)?\Z"
    r"|[日人户年月周班次车]均[^，。\d]{0,6}\Z|[由从](?:法定|原来|过去|原先|平均)(?:的)?\Z"
    r"|(?:安全生产|安全运行|无事故|零事故|无火灾)(?:累计|已|达|满|共)?\Z"
)
_INTERRUPTED = re.compile(r"(?:中断|停)[^，]{1,4}\Z")


@dataclass(slots=True)  # not frozen: one is made for every number of a text, and that costs
class Quantity:
    """A number with its unit as found; `refused` says why it is no claim, None when it is one.

    before, after  the qualifiers around it
    """

    start: int
    end: int
    value: Value
    kind: Kind
    rule: str
    refused: NonClaimKind | None = None
    han: bool = False
    before: str = ""
    after: str = ""


def judged(text: str, found: Quantity, unit: UnitWord, grammar: Grammar) -> Quantity:
    """The quantity, refused when it defines a class, counts years of age, or is a time nobody measured."""
    if unit.kind == "duration":
        return _judged_duration(text, found, unit, grammar)
    if rule := _criterion(text, found, unit):
        return replace(found, refused="criterion", rule=rule)
    number = found.value.number
    few = number is not None and number <= 20
    if few and unit.norm in _ABSTRACT_UNITS and _ABSTRACT.match(text, found.end):
        return replace(found, refused="idiom", rule="idiom.abstract")
    return found


def _criterion(text: str, found: Quantity, unit: UnitWord) -> str:
    """The rule by which a quantity defines a class, or ""."""
    end = found.end
    if text[found.start - 1 : found.start] == "每":
        return "criterion.per"
    if unit.written == "岁" and not _AGE_CLAIM.search(text, max(0, found.start - 12), found.start):
        return "criterion.age"
    if found.after in _INCLUSIVE and unit.kind != "percent":
        return "criterion.modifier"
    if text.startswith("装", end) and unit.kind in {"mass", "measure"}:
        return "criterion.size"
    if text.startswith("的", end) and _TARGET.match(text, end):
        return "criterion.target"
    if (
        (found.before in _COMPARED or found.after in _LIMITS)
        and unit.kind in _SIZES
        and _COUNTED.match(text, end)
    ):
        return "criterion.modifier"  # 人均不足13平方米14户
    limited = _is_limit(text, found, unit) if found.after in _LIMITS else _names_a_class(text, found, unit)
    return "criterion.modifier" if limited else ""


def _is_limit(text: str, found: Quantity, unit: UnitWord) -> bool:
    """60%以上的村, 5000万元以上项目, 二万元以上五万元以下罚款."""
    end = found.end
    if (
        unit.kind == "percent"
        and text.startswith("的", end)
        and _FREE.search(text, max(0, found.start - 3), found.start)
    ):
        return False
    if text.startswith("的", end) or _PENALTY.match(text, end):
        return True
    if _LAW.search(text, max(0, found.start - 4), found.start):
        return True
    if found.after in {"以上", "及以上"} and _UPPER_LIMIT.match(text, end, end + 14):
        return True
    return unit.kind not in _SHARES and _CLASS_NOUN.match(text, end) is not None


def _names_a_class(text: str, found: Quantity, unit: UnitWord) -> bool:
    """纳税过百万元的企业, 超亿元项目, 亿元村."""
    end = found.end
    if found.after:
        return False
    if per := _PER_YEAR.match(text, end):
        end = per.end()
    bare = text[found.start - 1 : found.start] in {"过", "超"} or text[found.start] in "百千万亿"
    unbounded = bool(found.before) and found.value.interval.high is None
    if (bare and unit.kind == "money") or (unbounded and unit.kind in _SIZES):
        return _CLASS_NOUN.match(text, end) is not None
    return found.before in _COMPARED and text.startswith("的", end) and unit.kind in {*_SIZES, "percent"}


def _judged_duration(text: str, found: Quantity, unit: UnitWord, grammar: Grammar) -> Quantity:
    """A duration is a claim when it is what was measured: 压缩至2个工作日, 连续10年."""
    clause = _CLAUSE.search(text, max(0, found.start - 12), found.start)
    before = clause[0] if clause else ""
    context = replace(found, refused="duration-context", rule="duration.context")
    result = replace(found, rule="duration.result")
    if before.endswith(_TIME_BEFORE) or text[found.start] == "近":
        return context
    if "连续" in before[-4:]:
        return result
    if unit.norm in _CLOCKED and _DONE_IN.match(text, found.end):
        return result
    if _TIME_CONTEXT.match(text, found.end):
        return context
    if _MEASURED_TIME.search(before):
        return result
    limited = unit.norm in _CLOCKED and bool(found.value.qualifiers) and text[found.start] not in "近约"
    if limited or grammar.duration.search(before) or _INTERRUPTED.search(before):
        return result
    return context
