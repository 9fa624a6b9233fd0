"""Shares and rates: a part of a whole, 整改率, and rates that cannot be over a hundred."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from youju.core.audit.check import Slip
from youju.core.audit.checks.compare import AMOUNTS, HUNDRED, check_share, same
from youju.core.audit.checks.sums import closed_bounds
from youju.core.audit.draft import HAN, Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

_SHARE = re.compile(r"占[^，。；0-9%]{0,14}(?:的|比|比重|比例)?(?:约|近|为|达)?\Z")
_OF_NAMED = re.compile(
    rf"占(?:全[镇乡县市区村校]|[本我]?[镇乡县市区村校])?(?:的)?([{HAN}]{{2,8}}?)的?(?:比重|比例)?(?:为|达|达到|约)?\Z"
)
_SIZE = re.compile(r"(?:种植|播种)?(?:总?面积|总?产?量|总?人数|总人口|总?户数|总数)\Z")
_FOUND = re.compile(r"(?:发现|排查|查出|受理|交办|登记|反馈|接到|摸排|应)[^，。；0-9]{0,10}\Z")
_REST = re.compile(r"(?:其余|剩余|余下)(?:的)?\Z")
LEAST_SHARES = 3
LAST = 5  # figures before 其余 that may be the whole and its parts
HALF_POINT = Decimal("0.5")
_RATE = re.compile(
    r"(?:(?:覆盖|合格|满意|入户|普及|知晓|参与|达标|受理|办结|化解|调解|调处|回访|及格|优良|签约|(?<!毛)入学|巩固|处理|收集|出勤|到位|就业|脱贫|整改|安装|占有|成活|绿化|森林覆盖|城镇化|硬化|入住|见警|破案|检出|接种|持证)率|满意度)"
    r"(?:达到|达|为|提高到|提升到|升至|保持在|稳定在|在|均为|均达)?[^，。；0-9]{0,4}\Z"
)
_NAMED_RATE = re.compile(r"([一-鿿]{2})率(?:达到|达|为|仅为|只有)?\Z")
_OWED = re.compile(r"应[一-鿿]{0,8}\Z")
LOOK_BACK = 800  # characters; what is farther away is another matter


def over_hundred(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """满意率102%: a share is never more than the whole."""
    for claim in claims:
        if claim.kind != "percent" or claim.change or claim.value is None or claim.value.number is None:
            continue
        if claim.value.number > HUNDRED and _RATE.search(draft.text, max(0, claim.start - 24), claim.start):
            yield Slip(
                claim.start,
                claim.end,
                f"“{claim.text}”超过100%，这一类比率最大是100%。",
                "核对分子、分母。",
                severity="error",
            )


def shares(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """总数W，a占P%; a，占全镇W的P%; a，占水稻面积的P% where W of that name is told once before."""
    for at, share in enumerate(claims):
        if share.kind != "percent" or share.change or at < 1:
            continue
        two = claims[at - 1]
        inner = draft.text[two.end : share.start]
        if at >= 2 and _is_amount_pair(claims[at - 2], two):
            one = claims[at - 2]
            if re.fullmatch(r"[^，。；、]{0,8}的(?:约|近)?", inner) and re.search(
                r"(?:占|为|完成)[^，。；、]{0,12}\Z", draft.text[one.end : two.start]
            ):
                yield from check_share(share, one, two)
                continue
            if _SHARE.search(inner) and len(inner) <= 6 and "其中" in draft.text[one.end : two.start]:
                yield from check_share(share, two, one)
                continue
        if two.kind in AMOUNTS and not two.change and not two.rate and len(inner) <= 18:
            whole = _named_whole(draft, two, inner)
            if whole is not None:
                yield from check_share(share, two, whole)


def _named_whole(draft: Draft, part: Claim, inner: str) -> Claim | None:
    """The one figure before `part` whose noun is the one after 占; None when there is none or several differ."""
    found = _OF_NAMED.search(inner)
    if found is None:
        return None
    noun = found.group(1)
    wholes = [
        claim
        for claim in draft.claims_in(Span(max(0, part.start - LOOK_BACK), part.start))
        if same(claim, part) and not claim.change and not claim.rate and _is_named(claim.subject, noun)
    ]
    values = {str(claim.value.interval) for claim in wholes if claim.value is not None}
    return wholes[-1] if len(values) == 1 else None


def _is_named(subject: str, noun: str) -> bool:
    """小麦种植面积 is what 占小麦面积 and 占种植面积 are about."""
    bare = _SIZE.sub("", noun)
    return subject.endswith(noun) or (len(bare) >= 2 and _SIZE.sub("", subject).endswith(bare))


def _is_amount_pair(one: Claim, two: Claim) -> bool:
    return same(one, two) and one.kind != "percent" and not one.change and not two.change


def rates(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """排查120处，整改108处，整改率90%; 应到120人，实到108人，到会率90%; 改厕428座，改厕率96%，应改435座."""
    for one, two, three in zip(claims, claims[1:], claims[2:], strict=False):
        if three.kind == "percent" and _is_amount_pair(one, two):
            yield from _rate_after(draft, one, two, three)
        elif two.kind == "percent" and not two.change and _is_amount_pair(one, three):
            named = _NAMED_RATE.search(draft.text[one.end : two.start])
            owed = draft.text[two.end : three.start]
            if named and two.start - one.end <= 12 and len(owed) <= 12 and _OWED.search(owed):
                yield from check_share(two, one, three)


def _rate_after(draft: Draft, whole: Claim, part: Claim, rate: Claim) -> Iterator[Slip]:
    """The rate is the second figure of the first, when its name says so."""
    name = _NAMED_RATE.search(draft.text[part.end : rate.start])
    if name is None or rate.change or rate.start - part.end > 12 or part.start - whole.end > 20:
        return
    led = draft.text[whole.end : part.start]
    between = draft.text[whole.end : rate.start - 3]
    owed = draft.text[draft.clause_at(whole.start).start : whole.start]
    # 成功49件，不成功4件，成功率92%: the second is not what the rate is about.
    if re.search(rf"[不未没].{{0,2}}{name.group(1)}", led):
        return
    if name.group(1) in between or ("应" in owed and "实" in led):
        yield from check_share(rate, part, whole)


def rates_of_before(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """发现隐患365处。…整改350处，整改率95%: the whole is the one thing found, a sentence or two before."""
    for at, rate in enumerate(claims):
        if rate.kind != "percent" or rate.change or at < 1:
            continue
        part = claims[at - 1]
        name = _NAMED_RATE.search(draft.text[part.end : rate.start])
        if name is None or part.change or part.kind not in AMOUNTS or rate.start - part.end > 12:
            continue
        if name.group(1) not in draft.text[max(0, part.start - 10) : part.start]:
            continue
        sentence = draft.sentence_at(part.start)
        if any(same(claim, part) for claim in draft.claims_in(Span(sentence.start, part.start))):
            continue
        found = [
            claim
            for claim in draft.claims_in(Span(max(0, part.start - LOOK_BACK // 4), sentence.start))
            if same(claim, part)
            and not claim.change
            and _FOUND.search(draft.text, max(0, claim.start - 14), claim.start)
        ]
        if len(found) == 1:
            yield from check_share(rate, part, found[0])


def shares_of_one(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """a占25%；b占20%；c占30%…: shares of one whole; one that does not fit what the others agree on."""
    pairs = [
        (part, share)
        for part, share in pairwise(claims)
        if share.kind == "percent"
        and not share.change
        and part.kind in AMOUNTS
        and not part.change
        and re.fullmatch(
            r"，占(?:比|[^，。；0-9]{0,8}(?:总数|总量|总额|总收入|总支出|比重)的?)?",
            draft.text[part.end : share.start],
        )
    ]
    if len(pairs) < LEAST_SHARES or not all(same(part, pairs[0][0]) for part, _ in pairs):
        return
    wholes = []
    for part, share in pairs:
        amount, percent = closed_bounds(part), closed_bounds(share)
        if amount is None or percent is None or percent[0] <= HALF_POINT:
            return
        slack = HALF_POINT if percent[0] == percent[1] else HALF_POINT / 10
        wholes.append(
            (amount[0] / (percent[1] + slack) * HUNDRED, amount[1] / (percent[0] - slack) * HUNDRED)
        )
    agreeing = [sum(low <= other[1] and high >= other[0] for other in wholes) for low, high in wholes]
    most = max(agreeing)
    if most * 2 <= len(pairs) or most == len(pairs):
        return
    for (part, share), count in zip(pairs, agreeing, strict=True):
        if count == 1:
            yield Slip(
                part.start,
                share.end,
                f"同一句里其他几项的数和占比是一个总数算出来的，“{part.text}”与“{share.text}”和它们对不上。",
                "核对这一项的数和占比。",
                related=tuple(Span(one.start, two.end) for one, two in pairs if two is not share),
            )


def rest(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """问题57个，整改54个，其余3个: what is left is the difference of two figures told before."""
    for claim in claims:
        if claim.kind not in AMOUNTS or claim.change or claim.value is None or claim.value.number is None:
            continue
        if not _REST.search(draft.text, max(0, claim.start - 3), claim.start):
            continue
        before = [
            each
            for each in draft.claims_in(Span(max(0, claim.start - LOOK_BACK // 4), claim.start))
            if same(each, claim)
            and not each.change
            and each.value is not None
            and each.value.number is not None
        ][-LAST:]
        numbers = [
            each.value.number for each in before if each.value is not None and each.value.number is not None
        ]
        left = claim.value.number
        if len(numbers) < 2 or numbers[-1] >= max(numbers):
            continue
        totals = {one - two for one in numbers for two in numbers} | {
            one - sum(numbers[at + 1 :]) for at, one in enumerate(numbers)
        }
        if left not in totals:
            yield Slip(
                claim.start,
                claim.end,
                f"前面是“{'”“'.join(each.text for each in before)}”，减下来不是“{claim.text}”。",
                "核对总数、完成数和剩余数。",
                severity="note",
                related=tuple(Span(each.start, each.end) for each in before),
            )
