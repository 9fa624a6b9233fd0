"""全部 of how many, 几乎都 of how many, one for each village or one in all."""

from __future__ import annotations

import re
from collections.abc import Iterator

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import HAN, Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

_PLACES = "自然屯|自然村|村屯|行政村|村民小组|小区|社区|网格|中小学校?|学校|幼儿园|企业|商户|门店|农户|家庭|站所|单位|校园|村|屯"
# 公路沿线的村屯: a part of the places, which needs a count of its own.
_NOUN = re.compile(
    rf"(?:([{HAN}]{{0,6}}(?:沿线|周边|附近|一带|范围内|片区|流域|库区|城郊|景区|镇区|试点|示范|重点))的)?"
    rf"([{HAN}]{{0,6}}?(?:{_PLACES}))(?:已|基本|现|目前|也|实现|[{HAN}]{{0,2}})?\Z"
)
_HEADS = (
    ("学校", "小学", "中学"),
    ("小区",),
    ("社区",),
    ("网格",),
    ("幼儿园",),
    ("企业",),
    ("商户", "门店"),
    ("单位",),
    ("站所",),
)
_NUMBER = re.compile(r"[0-9]+|[一二三四五六七八九十百]+(?=[个所家户村屯名])")
_ALL = frozenset({"全部", "均", "都", "所有", "全覆盖", "全"})
_REACH = re.compile(r"(?:达到|达)(?:了)?\Z")
_EACH = re.compile(r"每|各|均|一村一|分别|标准|统一")
_WIDE = re.compile(r"大型|大规模|规模(?:较|很)?大")
_PART = re.compile(r"[，。；：、,;:\s]")
ONES_FEWEST = 4
MOST_NOUNS = 200  # a draft of more different nouns is no draft


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    counted = _beside_numbers(draft.text)
    known: dict[str, bool] = {}
    for claim in draft.claims:
        if claim.kind != "coverage" or claim.value is None:
            continue
        clause = draft.clause_at(claim.start)
        numbers = [
            each for each in draft.claims_in(clause) if each.kind == "count" and each.end <= claim.start
        ]
        if claim.value.interval.is_exact:
            if not numbers and len(known) < MOST_NOUNS:
                yield from _of_how_many(draft, claim, clause, counted, known)
        elif numbers:
            whole = numbers[-1]
            yield Slip(
                whole.start,
                claim.end,
                f"总数是“{whole.text}”，“{claim.text}”到底是多少没有写。",
                "写出具体个数，例如“其中若干个”，并说明还差哪些。",
            )
    yield from _reached(draft)
    yield from _ones(draft)
    yield from _large(draft)


def _of_how_many(
    draft: Draft, claim: Claim, clause: Span, counted: str, known: dict[str, bool]
) -> Iterator[Slip]:
    """全部 of places that the draft never counts.

    counted  what stands beside the numbers of the draft
    known    nouns looked up already: whether the draft counts them
    """
    if claim.text not in _ALL:
        return
    found = _NOUN.search(draft.text, max(clause.start, claim.start - 20), claim.start)
    if found is None:
        return
    which, noun = found.groups()
    wanted = (f"{which}的{noun}", f"{which}{noun}") if which else _heads(noun)
    key = "/".join(wanted)
    if key not in known:
        known[key] = any(each in counted for each in wanted)
    if known[key]:
        return
    start = found.start(1) if which else found.start(2)
    yield Slip(
        start,
        claim.end,
        f"“{draft.text[start : claim.end]}”没有写总数是多少。",
        "写明总数，例如“全镇若干个村”，读的人才知道“全部”是多少。",
        group="of how many",
    )


def _heads(noun: str) -> tuple[str, ...]:
    """What counts a noun: 17个行政村 counts 各村, 3所小学 counts 中小学."""
    for heads in _HEADS:
        if noun.endswith(heads):
            return heads
    return (noun[-1],)


def _beside_numbers(text: str) -> str:
    """What stands within a comma, up to ten characters, after every number and before it, a line each."""
    return "\n".join(
        f"{_PART.split(text[max(0, found.start() - 8) : found.start()])[-1]}\n"
        f"{_PART.split(text[found.end() : found.end() + 10], maxsplit=1)[0]}"
        for found in _NUMBER.finditer(text)
    )


def _reached(draft: Draft) -> Iterator[Slip]:
    """达98个 where 98 is all there are: say so."""
    totals: dict[tuple[str, str, str], Claim] = {}
    for claim in draft.claims:
        value = claim.value
        if value is None or claim.kind != "count" or not value.interval.is_exact or not claim.subject:
            continue
        after = draft.text[claim.end : claim.end + 16]
        if re.match(rf"[{HAN}]{{1,8}}(?:全部|均|都)", after):
            noun = claim.subject[-1]
            totals[value.norm_unit, noun, str(value.number)] = claim
    for claim in draft.claims:
        value = claim.value
        if value is None or claim.kind != "count" or not value.interval.is_exact:
            continue
        if not _REACH.search(draft.text, max(0, claim.start - 3), claim.start):
            continue
        before = _REACH.sub("", draft.text[max(0, claim.start - 6) : claim.start])
        noun = before[-1:] or claim.subject[-1:]
        total = totals.get((value.norm_unit, noun, str(value.number)))
        if total is not None and total is not claim:
            yield Slip(
                claim.start,
                claim.end,
                f"“{claim.text}”就是全部（见“{draft.text[total.start : total.end + 4]}”），用“达”不准确。",
                "是全部的写“全部”；不是同一范围的，写明范围。",
                related=(Span(total.start, total.end),),
            )


def _ones(draft: Draft) -> Iterator[Slip]:
    """Several villages in the clause before, then 球场1个、舞台1个: each, or in all?"""
    for statement in draft.statements:
        claims = draft.claims_in(statement)
        ones = [
            each
            for each in claims
            if each.kind == "count" and each.value is not None and each.value.number == 1
        ]
        if len(ones) < ONES_FEWEST:
            continue
        many = [
            each
            for each in claims
            if each.end <= ones[0].start
            and each.kind == "count"
            and each.value is not None
            and each.value.number is not None
            and each.value.number > 1
            and re.match(rf"[{HAN}]{{0,4}}(?:{_PLACES})", draft.text[each.end : each.end + 8])
        ]
        listed = draft.text[ones[0].start : ones[-1].end]
        if (
            not many
            or "、" not in listed
            or re.search(r"每|各|均|一村一|分别", draft.text[many[-1].end : ones[0].start])
        ):
            continue
        yield Slip(
            ones[0].start,
            ones[-1].end,
            f"前面说“{draft.text[many[-1].start : many[-1].end + 3]}”，后面列的都是1个，是每村一个还是全镇一个没有写明。",
            "每个村都有的写“每村”；不是的，写有几个村、哪几个村。",
            related=(Span(many[-1].start, many[-1].end),),
        )


def _large(draft: Draft) -> Iterator[Slip]:
    """大型活动3次 without how many came."""
    for found in _WIDE.finditer(draft.text):
        sentence = draft.sentence_at(found.start())
        clause = draft.clause_at(found.start())
        counted = [
            each
            for each in draft.claims_in(Span(found.end(), clause.end))
            if each.value and each.value.norm_unit in {"次", "场", "期", "场次"}
        ]
        people = [
            each
            for each in draft.claims_in(sentence)
            if each.value and each.value.norm_unit in {"人", "人次", "户", "份"}
        ]
        if counted and not people:
            yield Slip(
                found.start(),
                counted[0].end,
                f"“{found.group()}”没有说多大规模。",
                "写明时间、地点和参加人数。",
                group="large",
            )


CHECK = Check(
    "coverage",
    "范围不明",
    "“全部”“几乎都”“达”没有写总数或具体个数，“大型”没有写规模。",
    "note",
    _run,
    needs="claims",
)
