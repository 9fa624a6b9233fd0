"""Effects without a figure, parts that a report lacks, a signature unlike the title, foreign places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft, read_heading
from youju.core.audit.finding import Span
from youju.core.audit.reporting import is_plan, read_signature

_COMPARISON = frozenset({"percent", "percent_point", "ratio"})
_HONOUR = re.compile(
    r"(?:多次|屡次|先后|连续多年|连年|曾)(?:获得|荣获|受到|得到|被评为|获)(?:了)?[^，。；\n]{0,16}?(?:褒奖|表彰|嘉奖|奖励|好评|肯定|荣誉|称号|表扬|奖项|先进)"
)
_HONOURS = re.compile(
    r"获(?:得|评|奖)?(?:了)?[^，。；\n0-9“《]{0,12}(?:荣誉|表彰|奖励|称号|奖项)(?:称号)?(?:多次|多项|若干)"
)
# …明显提高的五年: the opening words of a chapter, whose figures follow.
_OF_A_TIME = re.compile(r"[^，。；\n]{0,4}的(?:[一二三四五六七八九十0-9]+|这)(?:年|时期)")
_NAMED = re.compile(r"[“《][^”》\n]{2,30}[”》]|[0-9]{4}年|[0-9]+[次项个]")
_UNIT = re.compile(
    r"[一-鿿]{2,8}?(?:镇|乡|街道)(?=人民政府|政府|党委|创|[0-9\s]|党政|综合|办事处|关于|[一-鿿]{0,12}(?:总结|汇报|报告|情况))"
)
_SIGNER = re.compile(r"^([一-鿿]{2,8}?(?:镇|乡|街道))(?=人民政府|党委|政府|办事处|委员会|$)")
_REPORT = re.compile(r"总结|汇报|工作报告|情况(?:的)?报告|工作情况")
_SHORTCOMING = re.compile(
    r"存在.{0,8}(?:问题|不足|短板|困难)|问题(?:和|与|及)?(?:不足|困难|短板)|不足之处|短板|薄弱|差距|主要问题"
)
_NEXT = re.compile(r"下一步|下步|下阶段|今后|下半年|明年|来年|接下来|工作(?:打算|计划|思路|安排)|重点工作")
OPENING = 2  # the title and the first paragraphs sum up; figures follow
LONG_REPORT = 1500


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _run_unsupported(draft: Draft, context: Context) -> Iterator[Slip]:
    """An absolute effect asks for a comparison in its sentence, an award for its name and year."""
    opening = draft.paragraphs[: OPENING + 1]
    for effect in context.words.effects:
        for found in _compiled(effect.pattern).finditer(draft.text):
            paragraph = draft.paragraph_at(found.start())
            if effect.absolute:
                if any(
                    each.change or each.kind in _COMPARISON
                    for each in draft.claims_in(draft.sentence_at(found.start()))
                ):
                    continue
            elif (
                paragraph in opening
                or draft.has_claim(paragraph)
                or _OF_A_TIME.match(draft.text, found.end())
            ):
                continue
            if _is_heading(draft, found.start()):
                continue
            yield Slip(
                *found.span(),
                f"“{found.group()}”说的是效果，{'这句里没有前后对比的数据' if effect.absolute else '这一段没有任何数据'}。",
                "补上能对照的数字（多少到多少、比例、时间），或改为只写做了什么。",
                group="absolute" if effect.absolute else "effect",
                habit=not effect.absolute,
            )
    for found in (*_HONOUR.finditer(draft.text), *_HONOURS.finditer(draft.text)):
        sentence = draft.sentence_at(found.start())
        if _NAMED.search(draft.text, sentence.start, sentence.end):
            continue
        yield Slip(
            *found.span(),
            f"“{found.group()}”没有写明称号、时间和授予单位。",
            "逐项写明何年何月、由谁授予、什么称号，并附证书或文件。",
        )


def _is_heading(draft: Draft, place: int) -> bool:
    heading = read_heading(draft.text, draft.paragraph_at(place))
    return heading is not None and heading.start <= place < heading.end


def _run_structure(draft: Draft, context: Context) -> Iterator[Slip]:
    """A long report of work done that names no shortcoming and no next step, or has no title."""
    signature = read_signature(draft)
    if (
        len(draft.text) < context.parameter("audit-report-length", LONG_REPORT)
        or is_plan(draft)
        or context.reported is None
    ):
        return
    chapters = [heading for heading in draft.headings if heading.level == 1]
    title = draft.slice(draft.title) if draft.title else ""
    if len(chapters) < 3 or not (_REPORT.search(title) or (signature is not None and not title)):
        return
    place = chapters[-1]
    if not title:
        first = draft.paragraphs[0]
        yield Slip(
            first.start,
            min(first.end, first.start + 12),
            "材料没有标题。",
            "补上标题，写明单位、时间段和事由。",
        )
    if not _SHORTCOMING.search(draft.text):
        yield Slip(
            place.start,
            place.end,
            "全文没有写存在的问题。",
            "工作总结一般要写问题和不足；不需要的，可关闭这项检查。",
            group="shortcomings",
        )
    if not _NEXT.search(draft.text):
        yield Slip(
            place.start,
            place.end,
            "全文没有写下一步打算。",
            "补上下一步工作、责任单位和时限；不需要的，可关闭这项检查。",
            group="next",
        )


def _run_signature(draft: Draft, context: Context) -> Iterator[Slip]:
    """The town that signs is not the town of the title (or of the unit given)."""
    signature = read_signature(draft)
    if signature is None or signature.signer_place is None:
        return
    signer = _SIGNER.match(signature.signer)
    if signer is None:
        return
    titled = context.unit
    place: tuple[Span, ...] = ()
    if (
        not titled
        and draft.title is not None
        and (found := _UNIT.search(draft.text, draft.title.start, draft.title.end))
    ):
        titled, place = found.group(), (Span(*found.span()),)
    if (
        titled
        and not re.search(r"[全各乡][^镇乡]{0,3}乡", titled)
        and not titled.endswith(signer.group(1))
        and not signer.group(1).endswith(titled)
    ):
        where = signature.signer_place
        yield Slip(
            where.start,
            where.end,
            f"落款是“{signer.group(1)}”，标题或报送单位是“{titled}”。",
            "核对落款单位。",
            related=place,
        )


def _run_places(draft: Draft, context: Context) -> Iterator[Slip]:
    """Names of another town's places, where they are not part of a longer own name."""
    if context.places is None:
        return
    taken: set[int] = set()
    for name, town in sorted(context.places.others.items(), key=lambda each: -len(each[0])):
        longer = [own for own in context.places.own if name in own]
        for start in draft.words(name):
            offsets = [
                own.find(name) for own in longer if draft.text.startswith(own, max(0, start - own.find(name)))
            ]
            if start in taken or any(start >= offset for offset in offsets) or _is_partner(draft, start):
                continue
            taken.update(range(start, start + len(name)))
            what = f"“{name}”是{town}的地名" if name != town else f"“{name}”不是本单位"
            yield Slip(
                start,
                start + len(name),
                f"{what}，不在{context.unit or '本单位'}的组织名册里。",
                "查看是不是从别处的材料复制来的；确实涉及外地的，可不改。",
                group=name,
            )


_PARTNER = re.compile(r"学习考察|考察|参观|学习|借鉴|协作|交界|毗邻|相邻|接壤|共建|联合|对口|外出|观摩")


def _is_partner(draft: Draft, start: int) -> bool:
    """A sentence about visiting or working with neighbours may name them."""
    sentence = draft.sentence_at(start)
    return _PARTNER.search(draft.text, sentence.start, sentence.end) is not None


UNSUPPORTED = Check(
    "unsupported", "表述无数据支撑", "只有结论没有数据的效果，没有写明名目的表彰。", "note", _run_unsupported
)
STRUCTURE = Check(
    "structure", "内容不全", "较长的工作总结没有标题、没有问题、没有下一步打算。", "note", _run_structure
)
SIGNATURE = Check("signature", "落款不符", "落款单位与标题或报送单位不同。", "warning", _run_signature)
PLACES = Check(
    "places", "外地地名", "别的乡镇的地名（需要给出组织名册）。", "error", _run_places, needs="places"
)
