"""Shares and rates: a part of a whole, 整改率, and rates that cannot be over a hundred."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from youju.core.audit.check import Slip
from youju.core.audit.checks.compare import AMOUNTS, HUNDRED, check_share, same
from youju.core.audit.draft import HAN, Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

_SHARE = re.compile(r"占[^，。；0-9%]{0,14}(?:的|比|比重|比例)?(?:约|近|为|达)?\Z")
_OF_NAMED = re.compile(
    rf"占(?:全[镇乡县市区村校]|[本我]?[镇乡县市区村校])?(?:的)?([{HAN}]{{2,8}}?)"
    r"(?:种植面积|总面积|面积|总人数|总人口|总数|总户数|人数|户数)?的?(?:比重|比例)?(?:为|达|达到|约)?\Z"
)
_RATE = re.compile(
    r"(?:(?:覆盖|合格|满意|入户|普及|知晓|参与|达标|受理|办结|化解|调解|调处|回访|及格|优良|签约|(?<!毛)入学|巩固|处理|收集|出勤|到位|就业|脱贫|整改|安装|占有|成活|绿化|森林覆盖|城镇化|硬化|入住|见警|破案|检出|接种|持证)率|满意度)"
    r"(?:达到|达|为|提高到|提升到|升至|保持在|稳定在|在|均为|均达)?[^，。；0-9]{0,4}\Z"
)
_NAMED_RATE = re.compile(r"([一-鿿]{2})率(?:达到|达|为|仅为|只有)?\Z")
_OWED = re.compile(r"应[一-鿿]{0,8}\Z")
LOOK_BACK = 400  # characters; what is farther away is another matter


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
                r"占[^，。；、]{0,12}\Z", draft.text[one.end : two.start]
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
        if same(claim, part) and not claim.change and not claim.rate and claim.subject.endswith(noun)
    ]
    values = {str(claim.value.interval) for claim in wholes if claim.value is not None}
    return wholes[-1] if len(values) == 1 else None


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
    owed = draft.text[draft.clause_at(whole.start).start : whole.start]
    # 成功49件，不成功4件，成功率92%: the second is not what the rate is about.
    if re.search(rf"[不未没].{{0,2}}{name.group(1)}", led):
        return
    if name.group(1) in led or ("应" in owed and "实" in led):
        yield from check_share(rate, part, whole)
