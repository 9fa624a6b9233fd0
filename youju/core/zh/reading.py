"""Reading what offices write: cells into quantities and days, wordings into intervals."""

from __future__ import annotations

import re
from decimal import Decimal

from youju.core.quantity import Quantity, Unit, UnitMismatch, UnitTable
from youju.core.zh.approximation import AFTER, BEFORE, approximate, bounded, vague
from youju.core.zh.dates import BadDay, DayWithoutYear, NoSuchDay, from_excel_serial, read_day, read_period
from youju.core.zh.interval import Interval, exactly
from youju.core.zh.numerals import LONGEST, MYRIADS, narrow, parse, read_number
from youju.core.zh.unreadable import NotReadable

__all__ = [
    "ApproximateCell", "BadDay", "DayWithoutYear", "NoSuchDay", "NotANumber", "NotReadable", "UnknownCellUnit",
    "from_excel_serial", "read", "read_day", "read_number", "read_period", "read_quantity",
]  # fmt: skip


class NotANumber(NotReadable):
    """A cell that should hold a number and does not."""

    code = "number.unreadable"
    text = "“{text}”不是能识别的数。请填数字，如 12、1.5万、四次，单位为{unit}。"


class ApproximateCell(NotReadable):
    """A ledger keeps exact figures; 20多 and 近30 belong into reports."""

    code = "number.approximate"
    text = "“{text}”是概数，台账要记确切的数。请查原始凭证，填准确数字，单位为{unit}。"


class UnknownCellUnit(NotReadable):
    """A number followed by a word that is no unit."""

    code = "number.unknown_unit"
    text = "“{text}”中的“{written}”不是能识别的单位。请只填数字，单位为{unit}。"


_NUMERAL = re.compile(
    r"[-+负]?(?:\d[\d,，]*(?:\.\d+)?|\.\d+|[零〇一二三四五六七八九十百千万亿两廿卅壹贰叁肆伍陆柒捌玖拾佰仟点])+(?:[百千万亿]*)"
)
_PERCENT = re.compile(r"百分之(.+)")
_APPROXIMATE = re.compile(
    r"(?:约|大约|近|将近|接近|超过?|逾|不足|不到|至少|突破).+|.+(?:多|余|几|来)\D{0,4}|.+(?:左右|上下|以上|以下|以内)|[几数若].*"
)


def read_quantity(text: str, units: UnitTable, default_unit: Unit) -> Quantity:
    """The quantity a cell holds: 20, 1.5万, 四次, 200份, 4.447万元, 三亩半, 百分之九十.

    default_unit  the unit when the cell names none; a unit named in the cell must be of its family
    returns       in the unit that the cell names, else in `default_unit`
    raises        NotANumber, ApproximateCell, UnknownCellUnit (all NotReadable), UnitMismatch;
                  that the number fits the unit's decimals is Quantity.scaled's to say
    """
    plain = narrow(text).replace(" ", "").replace("\t", "").replace("\n", "")
    if found := _PERCENT.fullmatch(plain):
        number = read_number(found[1])
        if number is not None:
            return _in_unit(Quantity(number, units["%"]), default_unit)
    number = read_number(plain)
    if number is not None:
        if plain[-1] in MYRIADS and default_unit.symbol[0] in MYRIADS:
            # 1.5万 in a column of 万元 is 1.5万元; nobody means 15000万元.
            return Quantity(number, units[default_unit.symbol[1:]])
        return Quantity(number, default_unit)
    numeral, unit_text = _split(plain, units)
    if numeral is None:
        if _APPROXIMATE.fullmatch(plain) and any(
            char.isdigit() or parse(char) is not None for char in plain + "几"
        ):
            raise ApproximateCell(text=text.strip(), unit=default_unit)
        raise NotANumber(text=text.strip(), unit=default_unit)
    half = Decimal(0)
    if unit_text.endswith("半") and len(unit_text) > 1:
        half, unit_text = Decimal("0.5"), unit_text[:-1]
    unit = units.find(unit_text)
    if unit is None:
        if unit_text[:1] in ("多", "余", "几", "来") or unit_text.endswith(tuple(AFTER)):
            raise ApproximateCell(text=text.strip(), unit=default_unit)
        raise UnknownCellUnit(text=text.strip(), written=unit_text, unit=default_unit)
    return _in_unit(Quantity(numeral + half, unit), default_unit)


def _split(plain: str, units: UnitTable) -> tuple[Decimal | None, str]:
    """The longest number that leaves a unit (12.5 of 12.5千米), else the longest number, and what follows it."""
    found = _NUMERAL.match(plain)
    if found is None:
        return None, ""
    longest: tuple[Decimal | None, str] = None, ""
    for end in range(found.end(), max(0, found.end() - 5), -1):
        number = read_number(plain[:end])
        if number is None:
            continue
        rest = plain[end:]
        if rest.removesuffix("半") in units and not (plain[end - 1] == "千" and f"千{rest}" in units):
            return number, rest
        if longest[0] is None and not rest.startswith((".", ",", "，")):
            longest = number, rest
    return longest


def _in_unit(quantity: Quantity, wanted: Unit) -> Quantity:
    if quantity.unit.family != wanted.family:
        raise UnitMismatch(a=quantity.unit, b=wanted)
    return quantity


_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?"
_HAN = "零〇一二三四五六七八九十百千万亿两廿卅"
_BEFORE_WORDS = "|".join(sorted(BEFORE, key=len, reverse=True))
_AFTER_WORDS = "|".join(re.escape(word) for word in sorted(AFTER, key=len, reverse=True))
_UNIT = r"[^\d\s,.，。;；]{0,12}?"
_WORDING = re.compile(
    rf"(?P<before>{_BEFORE_WORDS})?"
    rf"(?P<number>{_ARABIC}|[{_HAN}几数]+(?:点[{_HAN}]+)?)(?P<middle>好几|[多余几来])?"
    rf"(?P<scale>[百千万亿]*)(?P<middle2>[多余](?=\D|$))?"
    rf"(?P<unit>{_UNIT})(?P<late>[多余])?(?P<after>{_AFTER_WORDS})?"
)
_OF_WHOLE = re.compile(rf"({_ARABIC}){_UNIT}(?:中的?|里)(?:有)?({_ARABIC}){_UNIT}")
_ALL = re.compile(rf"({_ARABIC}){_UNIT}(全部|全都|几乎都|几乎全部|大部分)")
_PERCENT_WORDING = re.compile(rf"百分之({_ARABIC}|[{_HAN}]+(?:点[{_HAN}]+)?)")


def read(text: str) -> Interval:
    """The interval a wording allows, in base numbers: 20000多份, 4.447万元, 17个村中16个, 98个村全部, 二十余户.

    A number with decimals stands for everything that rounds to it: 1246.4 for 1246.35 up to, not including, 1246.45.
    raises  NotReadable
    source  docs/algorithms/wording.md
    """
    plain = narrow(text).strip().replace(" ", "")
    if len(plain) > 80:
        raise NotReadable(text=f"{text[:20]}…")
    if found := _OF_WHOLE.fullmatch(plain):
        return exactly(Decimal(found[2].replace(",", "")))
    if found := _ALL.fullmatch(plain):
        return _share_of(Decimal(found[1].replace(",", "")), found[2])
    if found := _PERCENT_WORDING.fullmatch(plain):
        number = read_number(found[1])
        if number is not None:
            return rounding(number, Decimal(1))
    if (plain[:1] == "-" or plain[:1] == "负") and len(plain) > 1:
        inner = read(plain[1:])
        return Interval(
            None if inner.high is None else -inner.high,
            None if inner.low is None else -inner.low,
            low_open=inner.high_open,
            high_open=inner.low_open,
        )
    found = _WORDING.fullmatch(plain)
    if found is None:
        raise NotReadable(text=text.strip())
    return _worded(found, text)


def rounding(number: Decimal, multiplier: Decimal) -> Interval:
    """What rounds to `number` as it is written, times `multiplier`; exactly it when it has no decimals."""
    exponent = int(number.as_tuple().exponent)
    if exponent >= 0:
        return exactly(number * multiplier)
    half = Decimal(5).scaleb(exponent - 1)
    return Interval((number - half) * multiplier, (number + half) * multiplier, high_open=True)


def _share_of(whole: Decimal, word: str) -> Interval:
    if word in {"全部", "全都"}:
        return exactly(whole)
    if word.startswith("几乎"):
        return Interval(whole * Decimal("0.9"), whole, high_open=True)
    return Interval(whole / 2, whole, low_open=True)


def _worded(found: re.Match[str], text: str) -> Interval:
    numeral, scale = found["number"], found["scale"] or ""
    middle = found["middle"] or found["middle2"] or ""
    late, before, after = found["late"] or "", found["before"] or "", found["after"] or ""
    if not middle and not late and not before and not after and (loose := vague(numeral + scale)):
        return loose
    multiplier = Decimal(1)
    for char in scale:
        multiplier *= {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[char]
    number = read_number(numeral)
    if number is None or len(numeral) > LONGEST + 6:
        if (loose := vague(numeral)) is not None and not (middle or late):
            return Interval(loose.low and loose.low * multiplier, loose.high and loose.high * multiplier)
        raise NotReadable(text=text.strip())
    if late and not middle:
        # 3年多: the rest of one unit, not of the last digit's place
        return bounded("beyond", number * multiplier, multiplier if not scale else None)
    if not (before or middle or after):
        return rounding(number, multiplier)
    return approximate(number * multiplier, before, middle, after).interval
