"""Parts against the whole they are said to make: 其中, 共, 包括, brackets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

ADDED = frozenset({"count", "money", "mass", "measure"})
_AMONG = re.compile(r"其中[：:，,]?")
_TOTAL_MARK = re.compile(r"(?:总共|共计|合计|总计|共有|共)\Z")
_BREAK = re.compile(
    r"带动|撬动|吸引|拉动|实现|同时|另外|此外|全年|全[县镇乡市区]|累计|总|(?<!公)共(?!青)|惠及|覆盖(?:率|面)|服务(?:群众|农户|企业|人)|受益"
)
_DIFFERENT = re.compile(
    r"[同环]比|比去|比前|增幅|增长|下降|增加|减少|占|比上年|较上年|提高|每|平均|人均|新增|净增|任务|目标|计划"
)
_OVERLAPS = re.compile(
    r"已|整改|完成|办结|通过|验收|评为|达标|女|男|党员|岁|大学|本科|民族|低保|残疾|退|青年|老|[贫困]困|以上|以下"
)
_CLOSED = re.compile(r"其[他它余]|另外的|[四4]季度")
_PAIRS = (("男", "女"), ("城镇", "乡村"), ("城镇", "农村"))
_CONSISTS = re.compile(r"^[一-鿿]{0,8}，?(?:包括|分为|由|分别(?:是|为)|即|：)[^，。；0-9]{0,12}\Z")
_ORDINALS = ("第一产业", "第二产业", "第三产业")
INDUSTRY_GAP = 60
INDUSTRY_BEFORE = 4  # figures of money between the 地区生产总值 and the first industry
# 百 of 百分点 is no multiplier.
_WRITTEN = re.compile(r"[0-9]+(?:[.．]([0-9]+))?[多余几]?([十百千]?[万亿]+|[千百](?!分))?")
_FACTORS = {
    "十": Decimal(10),
    "百": Decimal(100),
    "千": Decimal(1000),
    "万": Decimal(10) ** 4,
    "亿": Decimal(10) ** 8,
}
MOST_PARTS = 24
NEAR = Decimal("0.05")  # parts that miss the whole by less than this were meant to make it


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    before: list[Claim] = []
    for statement in draft.statements:
        claims = [claim for claim in draft.claims_in(statement) if _is_amount(claim)]
        if len(claims) >= 2:
            yield from _among(draft, statement, claims, before)
            yield from _totals(draft, claims)
            yield from _brackets(draft, statement, claims)
        before = claims
    yield from _industries(draft)


def _industries(draft: Draft) -> Iterator[Slip]:
    """第一、第二、第三产业 make the 地区生产总值, in whatever sentences they stand."""
    money = [claim for claim in draft.claims if claim.kind == "money" and _is_amount(claim)]
    for at in range(1, len(money) - 2):
        parts = money[at : at + 3]
        if all(
            ordinal in draft.text[max(before.end, claim.start - 12) : claim.start]
            and claim.start - before.end <= INDUSTRY_GAP
            for ordinal, before, claim in zip(_ORDINALS, money[at - 1 :], parts, strict=False)
        ):
            wholes = [each for each in money[max(0, at - INDUSTRY_BEFORE) : at] if _is_product(draft, each)]
            verdicts = [list(_compare(draft.text, each, parts, whole_first=False)) for each in wholes]
            if verdicts and all(verdicts):
                yield from verdicts[-1]


def _is_product(draft: Draft, claim: Claim) -> bool:
    """The 地区生产总值 of the year, not that of a person or of the year before."""
    led = draft.text[max(0, claim.start - 24) : claim.start]
    at = max(led.rfind("生产总值"), led.rfind("GDP"))
    return at >= 0 and not re.search("人均|上年|去年|同期|目标|预期", led[max(0, at - 6) :])


def _among(
    draft: Draft, sentence: Span, claims: Sequence[Claim], previous: Sequence[Claim]
) -> Iterator[Slip]:
    """W 其中 a、b: no part is more than the whole, and parts that nearly make it make it.

    previous  the figures of the statement before, for one that begins with 其中
    """
    for found in _AMONG.finditer(draft.text, sentence.start, sentence.end):
        at = bisect_right(claims, found.start(), key=_end)
        # A statement that begins with 其中 is about the one figure before it; of several there is no telling.
        before = claims[max(0, at - MOST_PARTS) : at] or (previous if len(previous) == 1 else [])
        whole = _whole_of(draft, before, found.start())
        if whole is None:
            if found.start() == sentence.start and len(previous) > 1:
                yield from _of_several(draft, found.end(), claims[at:], previous)
            continue
        until = draft.text.find("其中", found.end(), sentence.end)
        parts: list[Claim] = []
        whole_list = True
        for claim in claims[at : at + MOST_PARTS]:
            if claim.start < found.end() or 0 <= until < claim.start:
                continue
            left = parts[-1].end if parts else found.end()
            if _BREAK.search(draft.text, left, claim.start):
                whole_list = False
                break
            if _same_unit(whole, claim) and not _is_another(draft, found.end(), claim):
                parts.append(claim)
        # What follows a semicolon may be another matter: it can complete a sum, not exceed the whole.
        surely = [part for part in parts if not re.search("[；;]", draft.text[found.end() : part.start])]
        listed = parts if whole_list else surely[:1]
        if len(surely) >= 2 and (_is_closed(draft.text, surely) or _are_apart(draft.text, surely)):
            listed = surely
        yield from _compare(draft.text, whole, listed, whole_first=True, surely=len(surely))


def _totals(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """a、b，共 W: the parts are what stands joined before it."""
    for at, whole in enumerate(claims):
        if at < 2 or not _TOTAL_MARK.search(draft.text, max(0, whole.start - 2), whole.start):
            continue
        parts: list[Claim] = []
        right = whole.start
        for claim in reversed(claims[:at]):
            between = draft.text[claim.end : right]
            if not _same_unit(whole, claim) or len(between) > 24 or re.search("共|。|其中", between[:-2]):
                break
            if _TOTAL_MARK.search(draft.text, max(0, claim.start - 2), claim.start):
                break
            parts.insert(0, claim)
            right = claim.start
        # 新增3200亩，其中东片…、西片…: what stands before 其中 is said of the whole.
        starts = draft.text.rfind("其中", draft.sentence_at(whole.start).start, whole.start)
        if len(parts) >= 2 and not any(_DIFFERENT.search(_led(draft, claim, starts)) for claim in parts):
            yield from _compare(draft.text, whole, parts, whole_first=False)


def _brackets(draft: Draft, sentence: Span, claims: Sequence[Claim]) -> Iterator[Slip]:
    """W（a、b、c）, W，包括a、b、c."""
    for whole in claims:
        opening = draft.text.find("（", whole.end, min(sentence.end, whole.end + 12))
        if opening < 0 or re.search("[）、，；。0-9]", draft.text[whole.end : opening]):
            continue
        closing = draft.text.find("）", opening, sentence.end)
        inside = [c for c in claims if opening < c.start < closing and _same_unit(whole, c)]
        if len(inside) >= 2 and "其中" not in draft.text[opening : inside[0].start]:
            yield from _compare(draft.text, whole, inside, whole_first=True)
    for at, whole in enumerate(claims[:-2]):
        if not _CONSISTS.match(draft.text[whole.end : claims[at + 1].start]):
            continue
        listed = [claims[at + 1]]
        for claim in claims[at + 2 : at + MOST_PARTS]:
            joined = draft.text[listed[-1].end : claim.start]
            if not re.match(r"[、和及与][^，。；、]{0,14}\Z", joined):
                break
            listed.append(claim)
        if len(listed) >= 2 and all(_same_unit(whole, claim) for claim in listed):
            yield from _compare(draft.text, whole, listed, whole_first=True)


def _whole_of(draft: Draft, before: Sequence[Claim], among: int) -> Claim | None:
    """The figure that 其中 is about: the last one that is no change and no goal, or what was added right before."""
    if before and 0 <= among - before[-1].end <= 1 and not before[-1].change:
        led = _led(draft, before[-1])
        if re.search("新增|净增", led) and not re.search("目标|任务|计划|每|平均|人均", led):
            return before[-1]
    return next((each for each in reversed(before) if not _is_another(draft, 0, each)), None)


def _of_several(draft: Draft, start: int, claims: Sequence[Claim], wholes: Sequence[Claim]) -> Iterator[Slip]:
    """A statement of its own that begins with 其中 and lists everything (…、其他31件): one of the wholes must fit."""
    parts: list[Claim] = []
    for claim in claims:
        left = parts[-1].end if parts else start
        if re.search("[，；]", draft.text[left : claim.start].strip("：:，")) or not _joined(parts, claim):
            break
        parts.append(claim)
    same = [whole for whole in wholes if parts and _same_unit(whole, parts[0])]
    if len(parts) < 3 or not same or not _is_closed(draft.text, parts):
        return
    verdicts = [list(_compare(draft.text, whole, parts, whole_first=True)) for whole in same]
    if all(verdicts):
        yield from verdicts[0]


def _joined(parts: Sequence[Claim], claim: Claim) -> bool:
    return not parts or _same_unit(parts[0], claim)


def _compare(
    text: str, whole: Claim, parts: Sequence[Claim], *, whole_first: bool, surely: int | None = None
) -> Iterator[Slip]:
    """Yields what does not fit. Bounds are compared, so 概数 and rounding are allowed for.

    whole_first  其中 and the like: parts may be a choice, so only a near miss is told
    surely       how many of the first parts are parts for certain; None: all
    """
    if not parts or whole.value is None:
        return
    low, high = written_bounds(whole)
    for at, part in enumerate(parts[:surely]):
        least, _ = written_bounds(part)
        if high is not None and least is not None and least > high:
            yield Slip(
                part.start,
                part.end,
                f"部分“{part.text}”大于总数“{whole.text}”。",
                "核对总数和部分。",
                severity="error" if whole_first and at == 0 else None,
                related=(Span(whole.start, whole.end),),
            )
            return
    if len(parts) < 2:
        return
    bounds = [written_bounds(part) for part in parts]
    if low is None or high is None or any(each is None for pair in bounds for each in pair):
        return
    least = sum((pair[0] for pair in bounds if pair[0] is not None), Decimal(0))
    most = sum((pair[1] for pair in bounds if pair[1] is not None), Decimal(0))
    if least <= high and most >= low:
        return
    gap = least - high if least > high else low - most
    apart = least > high and _are_apart(text, parts)
    if whole_first and _some_fit(bounds, low, high):
        return  # the parts that make the whole, and then more about it
    closed = _is_closed(text, parts) or (most < low and _one_digit_off(parts, whole))
    if whole_first and not (apart or closed) and (most < low or gap > NEAR * max(high, Decimal(1))):
        return  # a choice of parts, or parts that overlap
    listed = " + ".join(part.text for part in parts[:8])
    yield Slip(
        whole.start,
        whole.end,
        f"分项相加与总数不符：{listed} = {_show(parts, whole)}，总数写的是“{whole.text}”。",
        "逐项核对，改正总数或分项；没有列全的，写明还有哪些。",
        severity="note" if whole_first and most < low and not _is_closed(text, parts) else None,
        related=tuple(Span(part.start, part.end) for part in parts),
    )


def _some_fit(bounds: Sequence[tuple[Decimal | None, Decimal | None]], low: Decimal, high: Decimal) -> bool:
    """Whether the first few of the parts, two or more, make the whole."""
    least = most = Decimal(0)
    for at, (lower, upper) in enumerate(bounds):
        least, most = least + (lower or 0), most + (upper or 0)
        if at and least <= high and most >= low:
            return True
    return False


def _is_closed(text: str, parts: Sequence[Claim]) -> bool:
    """A list that leaves nothing out: 其他 at its end, four quarters, 男 and 女."""
    led = [
        text[max(0, one.start - 10, before.end if before else 0) : one.start]
        for before, one in zip((None, *parts), parts, strict=False)
    ]
    if _CLOSED.search(led[-1]) and (len(parts) >= 4 or "季度" not in led[-1]):
        return True
    return len(parts) == 2 and any(one in led[0] and two in led[1] for one, two in _PAIRS)


def _one_digit_off(parts: Sequence[Claim], whole: Claim) -> bool:
    """260 where the parts make 250: a slip of the pen is likelier than a choice of parts."""
    if whole.value is None or whole.value.number is None:
        return False
    total = sum((each.value.number for each in parts if each.value and each.value.number), Decimal(0))
    one, two = f"{total.normalize():f}", f"{whole.value.number.normalize():f}"
    significant = len(two.replace(".", "").strip("0"))
    if len(one) != len(two) or sum(a != b for a, b in zip(one, two, strict=True)) != 1:
        return False
    return significant >= 3 or (significant == 2 and abs(total - whole.value.number) == 1)


def _are_apart(text: str, parts: Sequence[Claim]) -> bool:
    """Whether parts, listed by 、, exclude one another: no part is said to be done, and none is a trait of people."""
    between = [text[one.end : two.start] for one, two in pairwise(parts)]
    lead = text[max(0, parts[0].start - 12) : parts[0].start]
    return all(each[:1] in "、和及与" and len(each) <= 14 for each in between) and not any(
        _OVERLAPS.search(each) for each in (*between, lead)
    )


def _end(claim: Claim) -> int:
    return claim.end


def written_bounds(claim: Claim) -> tuple[Decimal | None, Decimal | None]:
    """The interval of a claim, widened by half of the last written place when it has decimals or 万."""
    value = claim.value
    if value is None:
        return None, None
    low, high = value.interval.low, value.interval.high
    if value.interval.is_exact and value.number is not None and re.search(r"[.．万亿]", claim.text):
        half = _place(claim) / 2
        return value.number - half, value.number + half
    return low, high


def closed_bounds(claim: Claim) -> tuple[Decimal, Decimal] | None:
    """The same where both ends are known; None for 超过20 and the like."""
    low, high = written_bounds(claim)
    return None if low is None or high is None else (low, high)


def _place(claim: Claim) -> Decimal:
    """The place value of the last written digit, zeros included: 4.40万 → 100."""
    found = _WRITTEN.search(claim.text)
    multiplier = Decimal(1)
    for word in found.group(2) or "" if found else "":
        multiplier *= _FACTORS[word]
    decimals = len(found.group(1)) if found and found.group(1) else 0
    return multiplier / (Decimal(10) ** decimals)


def _show(parts: Sequence[Claim], whole: Claim) -> str:
    """The sum in the unit of the whole as written."""
    total = sum(
        (part.value.number for part in parts if part.value and part.value.number is not None), Decimal(0)
    )
    unit = whole.value.unit if whole.value else ""
    for word, factor in (("亿", Decimal(10) ** 8), ("万", Decimal(10) ** 4)):
        if word in whole.text:
            return f"{(total / factor).normalize():f}{word}{unit.replace(word, '')}"
    return f"{total.normalize():f}{unit}"


def _is_amount(claim: Claim) -> bool:
    value = claim.value
    return (
        claim.kind in ADDED
        and value is not None
        and value.number is not None
        and not claim.change
        and not claim.rate
        and not claim.each
        and not value.values
    )


def _same_unit(one: Claim, two: Claim) -> bool:
    assert one.value is not None
    assert two.value is not None
    return one.kind == two.kind and one.value.norm_unit == two.value.norm_unit


def _led(draft: Draft, claim: Claim, start: int = 0) -> str:
    """The words of its clause before a claim, from `start` on."""
    return draft.text[max(start, draft.clause_at(claim.start).start) : claim.start]


def _is_another(draft: Draft, start: int, claim: Claim) -> bool:
    """Whether the words before a part say that it is a change, a rate or a goal, not a part."""
    clause = draft.clause_at(claim.start)
    return _DIFFERENT.search(draft.text, max(start, clause.start), claim.start) is not None


CHECK = Check(
    "sums", "分项与总数不符", "“其中”大于总数，分项相加与“共”“合计”不符。", "warning", _run, needs="claims"
)
