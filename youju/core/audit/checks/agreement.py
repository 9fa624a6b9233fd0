"""One noun with two values, and a cumulative figure smaller than a part of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

_TOTAL = re.compile(r"累计|全年|共计|总计|合计|总共|总数|共(?![同建享青产和])")
_WHOLE_AREA = re.compile(
    r"(?:全[镇乡县市区村街]|[我本]?(?:镇|乡|县|街道)辖|下辖|辖|辖区)(?:现有|共有|内有|内|有|共)?\Z"
)
_COUNTED_AREA = re.compile(
    r"(?:自然屯|自然村|行政村|村民小组|村民委员会|村委会|社区|居委会|网格|学校|中小学|小学|幼儿园|卫生室|党支部|村)"
    r"(?![一-鿿]{0,3}(?:中|里)的?)"
)
# 全镇 (现有) noun (共有|总数 …) and then the figure, nothing else in the clause.
_STANDING = re.compile(
    r"[　\s]*(?:目前|现在|现)?[全我本]?(?:镇|乡|县|街道|村|社区|辖区)?[内现共有总下辖]*"
    r"((?:常住|户籍|农业|总|在册|实有|建档)?(?:人口|党员|农户|户数|耕地面积|耕地|林地面积|林地|低保户|低保对象|脱贫户|"
    r"脱贫人口|监测户|残疾人|老年人|学生|教师|保洁员|护林员|网格员|辖区面积|国土面积|总面积|行政区域面积))"
    r"(?:总数|总量)?[达到为共有约]*\Z"
)
_GROWN = re.compile(r"[，,]?(?:比上年|较上年|同比)")
_NOT_NOW = re.compile(
    r"计划|目标|拟|将|力争|预计|上年|去年|同期|原有|剩余|每|各(?!类|种|项|级)|平均|人均|户均"
)
_PART = re.compile(r"其中|新增|净增|另|第|分别|以上的|上半年|下半年|季度|[0-9]月")
_COMPARED = re.compile(
    r"[由从比较]|分别|其中|目标|以上|达标|高于|低于|平均|全[国省市县]|同期|去年|上年|[0-9]月|季度"
)
_FILLER = re.compile(r"各类|各种|全镇|全乡|全县|我镇|本镇|宣传|有关|相关|的|等|辖区|内|该|共|了")
# A place by its name, not 本村 or 各屯: two villages may each have their own figure.
_PLACE = re.compile(
    r"([^\W\d_村屯镇乡行政自然全各本我该的和及与在到由把将每个了基层文明]{1,3})(?:村|屯|社区|小区|镇|乡|街道|县|小学|中学)(?![规民级委容务])"
)
# Words that set a sentence apart from one with the same noun in another section.
_CAMPAIGN = re.compile(r"[“《]|专项|行动|活动|期间|[节日周月]|季度|主题|针对|围绕|领域|方面")
# Nouns of many things: two figures of one of them are seldom of the same thing.
_GENERIC = frozenset(
    (
        *("资金", "项目", "活动", "问题", "群众", "企业", "人员", "党员", "干部", "会议", "培训", "投资"),
        *("收入", "面积", "检查", "隐患", "房屋", "车辆", "设备", "土地", "农户", "街道", "社区", "物资"),
        *("保洁员", "志愿者", "老人", "学生", "家庭", "产值", "工程", "线索", "案件", "线路", "道路"),
    )
)
_FAMILY_UNITS = frozenset(
    {
        "个",
        "家",
        "所",
        "户",
        "人",
        "座",
        "处",
        "册",
        "条",
        "份",
        "块",
        "件",
        "支",
        "场",
        "次",
        "期",
        "名",
        "套",
        "辆",
        "吨",
        "公斤",
        "公里",
        "亩",
        "平方米",
        "立方米",
        "%",
    }
)


NEAREST = 8
LONGEST_GENERIC = 4  # shorter nouns name too many things to say that two figures are of one


@dataclass(frozen=True, slots=True)
class _Said:
    """A level of a noun: what was counted, what was done to it, and whether it is all of it or a part."""

    claim: Claim
    noun: str
    action: str
    total: bool
    partial: bool
    heading: int
    place: str
    campaign: bool


def _run(draft: Draft, context: Context) -> Iterator[Slip]:
    yield from _areas(draft)
    alike = {word: words[0] for words in context.words.synonyms for word in words}
    groups: dict[tuple[str, str], list[_Said]] = {}
    for claim in draft.claims:
        said = _said(draft, claim, alike)
        if said is not None and claim.value is not None:
            groups.setdefault((said.noun, claim.value.norm_unit), []).append(said)
    for members in groups.values():
        if len(members) > 1:
            yield from _compare(members)


def _areas(draft: Draft) -> Iterator[Slip]:
    """全镇17个行政村 here, 全镇18个行政村 there: what stands or lives in an area is counted once."""
    seen: dict[tuple[str, str], Claim] = {}
    for claim in draft.claims:
        value = claim.value
        if (
            value is None
            or claim.kind not in {"count", "measure"}
            or claim.change
            or claim.each
            or claim.rate
        ):
            continue
        noun = _standing(draft, claim)
        if not noun:
            continue
        other = seen.setdefault((noun, value.norm_unit), claim)
        if other is not claim and _disjoint(claim, other):
            yield Slip(
                claim.start,
                claim.end,
                f"“{noun}”前文写“{other.text}”，这里写“{claim.text}”，同一范围应当只有一个数。",
                "按名册或行政区划核对，统一为一个数；时间不同的，写明时间。",
                related=(Span(other.start, other.end),),
            )


def _standing(draft: Draft, claim: Claim) -> str:
    """The noun of a figure that is said of the whole area and of nothing done: 全镇共有党员856名. "" for others."""
    clause = draft.clause_at(claim.start)
    before, after = draft.text[clause.start : claim.start], draft.text[claim.end : claim.end + 10]
    if _NOT_NOW.search(before) or _PART.search(before):
        return ""
    if (counted := _COUNTED_AREA.match(after)) and _WHOLE_AREA.search(before):
        return counted.group()
    said = _STANDING.match(before)
    return said.group(1) if said and not _GROWN.search(after) else ""


def _said(draft: Draft, claim: Claim, alike: Mapping[str, str]) -> _Said | None:
    """None for what is no level of a specific noun: changes, rates, parts, goals, tables."""
    value = claim.value
    if (
        value is None
        or claim.kind not in {"count", "money", "mass", "measure", "percent"}
        or claim.change
        or claim.rate
        or (claim.kind == "percent" and not _is_standing_rate(draft, claim))
        or value.number is None
        or value.norm_unit not in _FAMILY_UNITS
        or draft.is_table(draft.paragraph_at(claim.start))
    ):
        return None
    if draft.looks_ahead(claim.start):
        return None
    clause = draft.clause_at(claim.start)
    before = draft.text[clause.start : claim.start]
    sentence = draft.sentence_at(claim.start)
    opening = draft.text[sentence.start : min(sentence.start + 12, claim.start)]
    if _NOT_NOW.search(before) or _NOT_NOW.search(opening):
        return None
    noun = _FILLER.sub("", claim.subject)
    for word in sorted(alike, key=len, reverse=True):
        if word in noun and noun != word and "〈" not in noun:
            noun = noun.replace(word, f"〈{alike[word]}〉")
    if len(noun) < 2 or noun in _GENERIC or "、" in noun:
        return None
    # What was done stands before the noun: 累计 发放 宣传资料.
    subject_at = before.rfind(claim.subject) if claim.subject else -1
    lead = before[:subject_at] if subject_at >= 0 else ""
    last = re.sub(r"(?:各类|各种|宣传|有关|相关|了|的)+\Z", "", lead.rsplit("、", 1)[-1])
    verb = last[-2:] if len(last) >= 2 else ""
    if claim.kind == "percent":
        verb = "率"
    total = claim.kind != "percent" and _TOTAL.search(f"{last}，{before[-4:]}") is not None
    campaign = _CAMPAIGN.search(draft.text, sentence.start, sentence.end) is not None
    partial = _PART.search(before) is not None or _PART.search(opening) is not None
    named = _PLACE.findall(before) or _PLACE.findall(draft.text[sentence.start : sentence.start + 10])
    place = named[-1] if named else ""
    heading = draft.section_at(claim.start)
    return _Said(claim, noun, alike.get(verb, verb), total and not partial, partial, heading, place, campaign)


def _is_standing_rate(draft: Draft, claim: Claim) -> bool:
    """道路通行率达96%: a rate by its own name, compared with nothing."""
    sentence = draft.sentence_at(claim.start)
    earlier = draft.claims_in(Span(sentence.start, claim.start))
    # 登记650人，管理507人，管理率78%: of these people, another group has its own.
    return (
        claim.subject.endswith(("率", "度"))
        and all(each.kind == "percent" for each in earlier)
        and _COMPARED.search(draft.text, sentence.start, sentence.end) is None
    )


def _compare(members: Sequence[_Said]) -> Iterator[Slip]:
    """Each figure against the first total of its noun, and against the last few said before it."""
    total = next((each for each in members if each.total and not each.place), None)
    for at, said in enumerate(members):
        if total is not None and said is not total and said.action == total.action:
            slip = _against_total(total, said)
        else:
            others = (each for each in members[max(0, at - NEAREST) : at] if each is not total)
            slip = next((found for other in others if (found := _against_other(said, other))), None)
        if slip is not None:
            yield slip


def _against_total(total: _Said, said: _Said) -> Slip | None:
    """Another total of the whole must be the same; a part may not be more."""
    if not _disjoint(said.claim, total.claim):
        return None
    if said.total and not said.place:
        return _two_values(said, total)
    return _smaller_total(total, said) if _more(said.claim, total.claim) else None


def _against_other(said: _Said, other: _Said) -> Slip | None:
    """The same done to the same thing at the same place, with another number."""
    if (
        said.partial
        or other.partial
        or not said.action
        or said.action != other.action
        or said.place != other.place
    ):
        return None
    if not _disjoint(said.claim, other.claim):
        return None
    if said.claim.subject != other.claim.subject:
        return _overlapping(said, other) if "〈" in said.noun else None
    if len(said.noun) < LONGEST_GENERIC or (
        said.heading != other.heading and (said.campaign or other.campaign)
    ):
        return None
    return _two_values(said, other)


def _disjoint(one: Claim, two: Claim) -> bool:
    return (
        one.value is not None
        and two.value is not None
        and not one.value.interval.overlaps(two.value.interval)
    )


def _more(one: Claim, two: Claim) -> bool:
    a, b = one.value, two.value
    return (
        a is not None
        and b is not None
        and a.number is not None
        and b.number is not None
        and a.number > b.number
    )


def _two_values(said: _Said, other: _Said) -> Slip:
    return Slip(
        said.claim.start,
        said.claim.end,
        f"“{said.claim.subject}”前文写“{other.claim.text}”，这里写“{said.claim.text}”，看不出是两回事。",
        "核对哪个数对；确是不同范围、时间或专项的，写明。",
        related=(Span(other.claim.start, other.claim.end),),
    )


def _smaller_total(total: _Said, part: _Said) -> Slip:
    return Slip(
        total.claim.start,
        total.claim.end,
        f"“{total.claim.subject}”累计是“{total.claim.text}”，另一处单说就有“{part.claim.text}”，累计数反而小。",
        "写明两个数各指什么（总数、某项活动），累计数不应小于其中一项。",
        related=(Span(part.claim.start, part.claim.end),),
    )


def _overlapping(said: _Said, other: _Said) -> Slip:
    return Slip(
        said.claim.start,
        said.claim.end,
        f"“{said.claim.subject}{said.claim.text}”与“{other.claim.subject}{other.claim.text}”是相近的类别，看不出有没有重复计算。",
        "写明两类的区别，或合并成一个数。",
        severity="note",
        related=(Span(other.claim.start, other.claim.end),),
    )


CHECK = Check(
    "conflict",
    "同一事项数字不一",
    "同一事项前后两个数，累计数小于其中一项，相近类别分不清。",
    "warning",
    _run,
    needs="claims",
)
