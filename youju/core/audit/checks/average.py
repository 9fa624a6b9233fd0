"""Averages and products worked out again: 13个书屋、图书13000册，平均每个1200册; 24户，每户3万元，共70万元."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from youju.core.audit.check import Check, Slip
from youju.core.audit.checks.compare import AMOUNTS, in_words_of, same
from youju.core.audit.checks.sums import closed_bounds
from youju.core.audit.context import Context
from youju.core.audit.draft import HAN, Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

# 平均每村31人, 平均每个书屋藏书1200册, 户均3000元: the word says of what.
_MEAN = re.compile(
    rf"平均每(?:[个名位家所条辆支座])?([{HAN}]{{0,8}})\Z|(?:平均|，|；|^)([户人村亩校班])均[{HAN}]{{0,6}}\Z"
)
_PER = re.compile(rf"每(?:[个名位家所条辆支座])?([{HAN}]{{0,8}})\Z")
_IN_ALL = re.compile(r"(?:共计?|合计|总计|总共)[一-鿿]{0,4}\Z")
_OTHER = re.compile(r"年均|日均|月均|均[年月日天周]|每[年月日天周]|最[高低多少]|以上|左右")
_PER_MU = re.compile(r"(?:亩产|单产)(?:量)?(?:达到?|为|约)?\Z")
_TOTAL_YIELD = re.compile(r"总产(?:量)?(?:达到?|为|约)?\Z")
_KILOGRAMS = {"公斤": Decimal(1), "斤": Decimal("0.5"), "吨": Decimal(1000)}
HALF = Decimal("0.5")
SLACK = Decimal("1.005")
FARTHEST = 6  # figures between the average and what it was worked out from


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    for sentence in draft.sentences:
        claims = [
            claim
            for claim in draft.claims_in(sentence)
            if claim.kind in AMOUNTS and claim.value is not None and not claim.value.values
        ]
        yield from _yields(draft, claims)
        for at in range(2, len(claims)):
            yield from _averages(draft, claims, at)
            yield from _products(draft, claims, at)


def _averages(draft: Draft, claims: Sequence[Claim], at: int) -> Iterator[Slip]:
    """N of these, M in all, so many each."""
    mean = claims[at]
    led = draft.text[claims[at - 1].end : mean.start]
    found = _MEAN.search(led)
    if found is None or mean.value is None or not mean.value.interval.is_exact or _OTHER.search(led):
        return
    strict = found.group(1) is None
    whole = claims[at - 1]
    if not same(whole, mean) and not strict:
        whole = _of_the_noun(claims[max(0, at - FARTHEST) : at], mean, found.group(1)) or whole
    if not same(whole, mean) or whole.rate or whole.each or re.search("其中", led):
        return
    per = found.group(1) if not strict else found.group(2)
    numbers = [
        claim
        for claim in reversed(claims[max(0, at - 1 - (1 if strict else FARTHEST)) : at])
        if claim is not whole and _is_of(draft, claim, per)
    ]
    quotients = [each for each in (_quotient(whole, number) for number in numbers) if each is not None]
    place = _place(mean)
    stated = mean.value.number
    if not quotients or stated is None or any(low - place < stated < high + place for low, high in quotients):
        return
    number, (low, high) = numbers[0], quotients[0]
    right = ((low + high) / 2).quantize(_last_place(mean), ROUND_HALF_UP)
    yield Slip(
        mean.start,
        mean.end,
        f"“{whole.text}”除以“{number.text}”约是{in_words_of(mean, right)}，文中写“{mean.text}”。",
        "核对总数、个数和平均数。",
        related=(Span(number.start, number.end), Span(whole.start, whole.end)),
    )


def _products(draft: Draft, claims: Sequence[Claim], at: int) -> Iterator[Slip]:
    """N of these, so much each, so much in all."""
    number, each, total = claims[at - 2 : at + 1]
    led = draft.text[number.end : each.start]
    found = _PER.search(led)
    if found is None or not same(each, total) or _OTHER.search(led) or number.rate or len(led) > 16:
        return
    joined = draft.text[each.end : total.start]
    if len(joined) > 12 or not _IN_ALL.search(joined) or total.rate:
        return
    if not _is_of(draft, number, found.group(1)):
        return
    # What is paid for each is a standard, not rounded; only its 概数 leave room.
    count, whole = closed_bounds(number), closed_bounds(total)
    rate = each.value.interval if each.value is not None else None
    if count is None or whole is None or rate is None or rate.low is None or rate.high is None:
        return
    low, high = count[0] * rate.low, count[1] * rate.high
    if whole[0] <= high and whole[1] >= low:
        return
    yield Slip(
        total.start,
        total.end,
        f"“{number.text}”乘以“{each.text}”是{in_words_of(total, (low + high) / 2)}，文中写“{total.text}”。",
        "核对个数、标准和总数。",
        related=(Span(number.start, number.end), Span(each.start, each.end)),
    )


def _yields(draft: Draft, claims: Sequence[Claim]) -> Iterator[Slip]:
    """种植28600亩，平均亩产465公斤，总产13299吨: one of each in the sentence, in any order of the last two."""
    each = [claim for claim in claims if _is_weight(claim) and _PER_MU.search(_before(draft, claim))]
    total = [claim for claim in claims if _is_weight(claim) and _TOTAL_YIELD.search(_before(draft, claim))]
    areas = [claim for claim in claims if claim.value and claim.value.norm_unit == "亩" and not claim.change]
    if (
        len(each) != 1
        or len(total) != 1
        or len(areas) != 1
        or areas[0].start > min(each[0].start, total[0].start)
    ):
        return
    area, rate, whole = closed_bounds(areas[0]), closed_bounds(each[0]), closed_bounds(total[0])
    if area is None or rate is None or whole is None or each[0].value is None or total[0].value is None:
        return
    to_kilograms, kilograms = _KILOGRAMS[each[0].value.norm_unit], _KILOGRAMS[total[0].value.norm_unit]
    low, high = (
        (bound - half) * to_kilograms * mu / kilograms
        for bound, half, mu in ((rate[0], HALF, area[0]), (rate[1], -HALF, area[1]))
    )
    if whole[0] > high * SLACK or whole[1] < low / SLACK:
        yield Slip(
            total[0].start,
            total[0].end,
            f"“{areas[0].text}”乘以亩产“{each[0].text}”约是{in_words_of(total[0], ((low + high) / 2).quantize(Decimal(1)))}，"
            f"文中写“{total[0].text}”。",
            "核对面积、亩产和总产。",
            related=(Span(areas[0].start, areas[0].end), Span(each[0].start, each[0].end)),
        )


def _is_weight(claim: Claim) -> bool:
    return claim.value is not None and claim.value.norm_unit in _KILOGRAMS and not claim.change


def _before(draft: Draft, claim: Claim) -> str:
    return draft.text[max(draft.clause_at(claim.start).start, claim.start - 10) : claim.start]


def _of_the_noun(claims: Sequence[Claim], mean: Claim, per: str) -> Claim | None:
    """大米3400公斤、食用油680桶，惠及680户，平均每户大米5公斤: the whole with the noun that the average names."""
    return next(
        (
            claim
            for claim in reversed(claims)
            if same(claim, mean) and len(claim.subject) >= 2 and claim.subject[-2:] in per
        ),
        None,
    )


def _quotient(whole: Claim, number: Claim) -> tuple[Decimal, Decimal] | None:
    """The bounds of the one divided by the other."""
    total, count = closed_bounds(whole), closed_bounds(number)
    if total is None or count is None or count[0] <= 0:
        return None
    return total[0] / count[1], total[1] / count[0]


def _is_of(draft: Draft, claim: Claim, per: str) -> bool:
    """Whether a figure counts villages when the average is 每村, rooms when it is 每个书屋藏书."""
    value = claim.value
    if value is None or claim.change or claim.rate or claim.kind not in {"count", "measure"}:
        return False
    if not value.interval.is_exact:
        return False
    if per == "":
        return True
    if per[0] in {value.unit, value.norm_unit} or (len(value.unit) > 1 and per.startswith(value.unit)):
        return True
    after = re.match(rf"[{HAN}]{{1,6}}", draft.text[claim.end : claim.end + 6])
    nouns = [claim.subject, after.group() if after else ""]
    return any(
        noun.endswith(per[:length])
        for noun in nouns
        for length in range(1, len(per) + 1)
        if len(noun) >= length
    )


def _last_place(claim: Claim) -> Decimal:
    """The place value of the last written digit, in base numbers: 1.5万 → 1000."""
    low, high = closed_bounds(claim) or (Decimal(0), Decimal(0))
    return max(high - low, Decimal("0.1") if "." in claim.text else Decimal(1))


def _place(claim: Claim) -> Decimal:
    """How far an average may be off: a unit of its last place, half of the last round one from a thousand on."""
    step = claim.value.step if claim.value is not None else None
    place = _last_place(claim)
    if step is not None and claim.value is not None and (claim.value.number or 0) >= 1000:
        return max(place, step / 2)
    return place


CHECK = Check(
    "average",
    "平均数、乘积不符",
    "平均每个的数、每份多少共多少，与文中的两个数算不上。",
    "warning",
    _run,
    needs="claims",
)
