"""From a claim's readings and the ledger's figures to one verdict.

A claim agrees with the ledger only when every reading of it is sure and every one of them fits. One that may be meant
otherwise, or whose words are not all understood, is unclear; so a figure is never called consistent by luck.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Claim
from youju.core.figure import Figure
from youju.core.quantity import Quantity, plain
from youju.core.recipe import Recipe
from youju.core.reconcile.model import Answered, Checked, Reading, Suggestion, Understood, Verdict
from youju.core.wording import true_wordings
from youju.core.zh.interval import Interval
from youju.core.zh.numerals import narrow
from youju.core.zh.reading import rounding
from youju.core.zh.wordings import Wording, exact

NOT_ENABLED = "记这个数的台账还没有启用。"
_HUNDRED = Decimal(100)
LONGEST_NOUN = 8
_DECIMALS = re.compile(r"(\d[\d,]*\.\d+)\s*([百千万亿]*)")
_SCALE = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
_STYLES = {
    "approx.duo": ("many", "exact"),
    "approx.yu": ("yu", "many", "exact"),
    "approx.jin": ("nearly", "exact"),
    "approx.yue": ("about", "exact"),
    "approx.chao": ("over", "exact"),
}


def answer(
    understood: Understood, figures: Mapping[Recipe, Figure | None], lexicon: Lexicon
) -> list[Answered]:
    """Every reading with the number the ledger has for it. A recipe that maps to None may not be seen."""
    return [
        _answered(understood.claim, reading, figures.get(reading.recipe), figures, lexicon)
        for reading in understood.readings
    ]


def judge(understood: Understood, answers: Sequence[Answered]) -> Checked:
    """The verdict on one claim."""
    claim = understood.claim
    if understood.outside:
        return Checked(claim, "outside", understood.outside, near=understood.near)
    if not answers:
        if claim.kind == "coverage":
            return Checked(
                claim, "unsupported", "没有数字，台账里也没有能对应的数据项。", near=understood.near
            )
        verdict: Verdict = "unclear" if understood.near else "unrecorded"
        return Checked(claim, verdict, understood.reason, near=understood.near)
    if all(each.figure is None for each in answers):
        return Checked(claim, "outside", "对应的数据不在你能查看的范围内。", near=understood.near)
    known = [each for each in answers if each.fits is not None]
    if not known:
        if all(each.figure is not None and not each.figure.seq for each in answers):
            return Checked(claim, "unrecorded", NOT_ENABLED, tuple(answers), near=understood.near)
        reason = "台账有这个数据项，这段时间没有任何单位报送。"
        return Checked(claim, "unrecorded", reason, tuple(answers), near=understood.near)
    verdict, reason = _verdict(claim, answers, known)
    first = _shown(known)
    wordings = _wordings(claim, first)
    return Checked(
        claim,
        verdict,
        reason,
        tuple(answers),
        wordings,
        _suggestions(claim, first, wordings) if verdict == "differs" else (),
        understood.near,
    )


def with_whole_phrases(checked: Sequence[Checked], text: str) -> list[Checked]:
    """17个村全部 that are 16 gets 17个村中16个 in place of the whole phrase, number and 全部 together."""
    made = list(checked)
    for number, each in enumerate(made):
        before = made[number - 1] if number else None
        if before is None or each.verdict != "differs" or not before.answers or not each.answers:
            continue
        whole, share = before.answers[0], each.answers[0]
        if (whole.reading.part, share.reading.part) != ("whole", "share") or share.figure is None:
            continue
        noun = text[before.claim.end : each.claim.start]
        value, of = share.figure.value, share.figure.whole
        if whole.reading.recipe == share.reading.recipe and len(noun) <= LONGEST_NOUN and value and of:
            said = f"{plain(of.number)}{of.unit}{noun}中{value}"
            phrase = Suggestion(before.claim.start, each.claim.end, said)
            made[number] = replace(each, suggestions=(phrase,))
    return made


def allowed(claim: Claim) -> Interval:
    """What a claim allows: its own interval, and for a number with decimals everything that rounds to it."""
    assert claim.value is not None
    interval = claim.value.interval
    if claim.rule == "coverage.almost":
        return Interval(interval.low, interval.high, interval.low_open, high_open=True)
    if not interval.is_exact or interval.low is None:
        return interval
    found = _DECIMALS.search(narrow(claim.text))
    if found is None:
        return interval
    multiplier = Decimal(1)
    for char in found[2]:
        multiplier *= _SCALE[char]
    number = Decimal(found[1].replace(",", ""))
    return rounding(number, multiplier) if number * multiplier == interval.low else interval


def _answered(
    claim: Claim,
    reading: Reading,
    figure: Figure | None,
    figures: Mapping[Recipe, Figure | None],
    lexicon: Lexicon,
) -> Answered:
    base = figures.get(reading.base) if reading.base is not None else None
    if figure is None or (reading.base is not None and base is None):
        return Answered(reading, None, None, "", None)
    number, said = _meant(claim, reading, figure, base, lexicon)
    fits = None if number is None else _within(claim, reading, number)
    return Answered(reading, figure, base, said, fits)


def _meant(
    claim: Claim, reading: Reading, figure: Figure, base: Figure | None, lexicon: Lexicon
) -> tuple[Decimal | None, str]:
    """The number that the claim speaks of, in the claim's unit, and how it is shown."""
    value = figure.value
    if reading.part == "whole":
        whole = figure.whole
        return (None, "未报") if whole is None else (whole.number, str(whole))
    if value is None:
        return None, "未报"
    if reading.part == "share":
        if figure.whole is None or not figure.whole.number:
            return None, "未报"
        share = value.number / figure.whole.number * _HUNDRED
        return share, f"{plain(figure.whole.number)}{figure.whole.unit}中{value}"
    if reading.part == "value":
        return _in_unit(claim, value, lexicon), exact(value)
    if base is None or base.value is None:
        return None, "对比的时期未报"
    before = base.value.to(value.unit)
    if reading.part == "difference":
        change = Quantity(value.number - before.number, value.unit)
        if claim.change == "down":
            change = Quantity(-change.number, value.unit)
        return _in_unit(claim, change, lexicon), f"{exact(value)}，对比的时期{exact(before)}"
    if not before.number:
        return None, f"{exact(value)}，对比的时期为0"
    growth = (value.number - before.number) / before.number * _HUNDRED
    growth = -growth if claim.change == "down" else growth
    return (
        growth,
        f"{exact(value)}，对比的时期{exact(before)}，{'下降' if claim.change == 'down' else '增长'}{_one(growth)}%",
    )


def _in_unit(claim: Claim, value: Quantity, lexicon: Lexicon) -> Decimal | None:
    assert claim.value is not None
    unit = lexicon.unit(claim.value.norm_unit)
    if unit is None or unit.family != value.unit.family:
        # 17村 and 17个: the noun is the unit
        return value.number
    return value.to(unit).number


def _within(claim: Claim, reading: Reading, number: Decimal) -> bool:
    interval = allowed(claim)
    if reading.part == "growth" and interval.is_exact and interval.low is not None:
        found = _DECIMALS.search(narrow(claim.text))
        places = len(found[1].partition(".")[2]) if found else 0
        half = Decimal(5).scaleb(-places - 1)
        return interval.low - half <= number < interval.low + half
    return number in interval


def _one(number: Decimal) -> str:
    return plain(number.quantize(Decimal("0.1")))


def _verdict(claim: Claim, answers: Sequence[Answered], known: Sequence[Answered]) -> tuple[Verdict, str]:
    doubts = list(dict.fromkeys(doubt for each in answers for doubt in each.reading.doubts))
    fitting = [each for each in known if each.fits]
    if doubts:
        what = "按其中一种读法与台账相符" if fitting else "按现在的读法与台账不符"
        return "unclear", f"{doubts[0]}{what}，请确认口径。"
    if len(fitting) == len(answers):
        return "agrees", f"台账为{fitting[0].said}。"
    if fitting:
        measures = {each.reading.recipe.measure for each in answers}
        why = "这个说法对应几个数据项" if len(measures) > 1 else "时间、范围或专项有几种读法"
        return "unclear", f"{why}，只有一部分相符，请确认口径。"
    if len(known) < len(answers):
        return "unclear", f"台账为{known[0].said}，与“{claim.text}”不符；另一种读法没有记录，请确认口径。"
    return (
        "differs",
        f"台账为{'，另一种读法为'.join(dict.fromkeys(each.said for each in known))}，与“{claim.text}”不符。",
    )


def _shown(known: Sequence[Answered]) -> Answered:
    """The answer whose wordings are offered: what fits, else what the words say first."""
    primary = [each for each in known if each.reading.primary] or list(known)
    return next((each for each in primary if each.fits), primary[0])


def _wordings(claim: Claim, answered: Answered) -> tuple[Wording, ...]:
    figure = answered.figure
    if figure is None or figure.value is None or answered.reading.part in ("growth", "difference"):
        return ()
    asked = _STYLES.get(claim.rule, ("exact",))[0]
    if answered.reading.part in ("share", "whole"):
        noun = ""
        return tuple(
            each
            for each in true_wordings(figure, noun, asked)
            if each.style in ("all", "of_whole", "almost", "most")
        )
    return tuple(each for each in true_wordings(figure, "", asked) if each.style not in ("all", "of_whole"))


def _suggestions(claim: Claim, answered: Answered, wordings: Sequence[Wording]) -> tuple[Suggestion, ...]:
    """What may stand in place of the figure: in the style it was written in when that is true, else the plainest."""
    if answered.reading.part != "value":
        return ()
    wanted = _STYLES.get(claim.rule, ("exact",))
    ordered = sorted(
        wordings, key=lambda each: wanted.index(each.style) if each.style in wanted else len(wanted)
    )
    texts = dict.fromkeys(each.text for each in ordered)
    return tuple(Suggestion(claim.start, claim.end, text) for text in texts if text != claim.text)
