"""The unit of a number: after it, at the far end of a range, or left out and to be taken from elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from youju.core.claim.grammar import Grammar, UnitWord
from youju.core.claim.numerals import Numeral, numeral_at
from youju.core.zh.numerals import DIGITS, MYRIADS, TENS

PERCENT = UnitWord("%", "%", "percent")
_MONEY = UnitWord("", "元", "money")
_COUNT = UnitWord("", "", "count")
_RATIO = UnitWord("", "", "ratio")
_RANK = UnitWord("位", "位", "count")
_PLACE = UnitWord("名", "名", "count")
_HALF_ONE = Decimal("0.5")

_RANGE = re.compile(r" ?(?:-{1,2}|至|到) ?(?=[\d一二三四五六七八九十百千两])")
_COORDINATES = re.compile(r"(?: ?(?:、|和|及|与|或) ?[近约超]?\d+(?:\.\d+)?[百千]?[万亿]?[多余]?){1,8}")
_SCALE = re.compile(r"\d([百千]?[万亿])[多余]?\Z")
_BRACKET_UNIT = re.compile(r"[（(]([^）)\d]{1,6})[）)]")
_HALF = re.compile(r"半(?=[，。；、）)的左以时来内后多 ]|$)")
_HALF_UNIT = re.compile(r"个半(?=月|小时|钟头|百分点|星期)")
_MANY_UNIT = re.compile(r"个[多余](?=月|小时|钟头|百分点|星期|亿|万)")
_TENTHS = re.compile(
    r"成(?![效立功果为员年人交本绩长熟品分就活套型批都片群排组])([一二三四五六七八九](?![个成]))?([多余])?"
)
_GAINED = re.compile(r"(?:前进|提升|上升|下降|后退|前移|跃升|提高|下滑|晋升)[了至到]?\Z")
_INDEX = re.compile(
    r"(?:指数|系数|收入比|之比|比例|比值|得分|评分)[^，。；]{0,16}(?:为|是|达|达到|到|至|由|从|年的|去年的|上年的)\Z"
    r"|(?:指数|系数|性别比|收入比)[^，。；]{0,8}\Z"
)
_TOTAL = re.compile(
    r"(?:得分|评分|总分|比为|值为|系数|总数|总量|数达|数为|达到?|共计|合计|总计)[为达约近]?\Z"
)
_SUM = re.compile(r"元|资金|款|补助|补贴")
_PEOPLES = frozenset("民大才均工防文")  # 15个人民法院, 3个人大代表之家
_CLAUSE = re.compile(r"[^，。；：\n]*\Z")
_AHEAD = re.compile(r"[^，。；：、\n]{0,10}")


@dataclass(slots=True)
class Measured:
    """A number with its unit found.

    end     after the unit
    number  with 半 added, 成 turned into per cent
    inside  half (三亩半), many (3个多月, 八成多), or ""
    """

    unit: UnitWord | None
    end: int
    number: Decimal | None
    inside: str = ""


def unit_after(text: str, end: int, number: Decimal | None, grammar: Grammar, *, han: bool) -> Measured:
    """The unit that follows a number which ends at `end`; with unit None when there is none."""
    at = end
    while at < end + 2 and text[at : at + 1] == " ":
        at += 1
    if text.startswith("个", at) and (split := _split_unit(text, at, number, grammar)):
        return split
    unit = grammar.unit_at(text, at)
    if unit is None:
        return _without_unit(text, at, end, number, grammar)
    unit_end = at + len(unit.written)
    if unit.written == "个人" and text[unit_end : unit_end + 1] in _PEOPLES:
        unit = grammar.shorter_unit_at(text, at, unit) or unit
        unit_end = at + len(unit.written)
    if (at > end and unit.noun) or _is_other_word(text, unit, unit_end, grammar, han=han):
        return Measured(None, end, number)
    if number is not None and unit.kind != "percent" and (half := _HALF.match(text, unit_end)):
        return Measured(unit, half.end(), number + _HALF_ONE, "half")
    return Measured(unit, unit_end, number)


def _split_unit(text: str, at: int, number: Decimal | None, grammar: Grammar) -> Measured | None:
    """一个半月, 3个多小时: 半 or 多 inside the unit."""
    half = _HALF_UNIT.match(text, at)
    found = half or _MANY_UNIT.match(text, at)
    unit = grammar.unit_at(text, found.end()) if found else None
    if found is None or unit is None:
        return None
    end = found.end() + len(unit.written)
    if half is None:
        return Measured(unit, end, number, "many")
    return None if number is None else Measured(unit, end, number + _HALF_ONE, "half")


def _without_unit(text: str, at: int, end: int, number: Decimal | None, grammar: Grammar) -> Measured:
    """八成, 九成三, and 10.5万（头只匹）, whose bracket stays outside."""
    if number is not None and number <= 10 and (tenths := _TENTHS.match(text, at)):
        number = number * 10 + DIGITS.get(tenths[1] or "", 0)
        return Measured(PERCENT, tenths.end(), number, "many" if tenths[2] else "")
    bracket = _BRACKET_UNIT.match(text, end)
    return Measured(grammar.units.get(bracket[1][0]) if bracket else None, end, number)


def _is_other_word(text: str, unit: UnitWord, unit_end: int, grammar: Grammar, *, han: bool) -> bool:
    """三方面, 5部门, 5G: the characters of the unit begin another word."""
    following = text[unit_end : unit_end + 1]
    if following in grammar.not_units.get(unit.written, ()) and not _is_unit_after_all(text, unit, unit_end):
        return True
    if unit.written.isascii() and unit.written.isalpha() and following.isascii() and following.isalnum():
        return True
    # 三镇 may be a name; 三镇， and 三乡9村 count
    return (
        han
        and unit.noun
        and len(unit.written) == 1
        and unit.norm != "人"
        and following not in "、，。；）) 0123456789"
    )


def _is_unit_after_all(text: str, unit: UnitWord, unit_end: int) -> bool:
    """2名优秀党员 counts people, 2名优 does not; 12户外出务工 counts households, 户外 does not."""
    if unit.written == "名":
        return text.startswith(("优秀", "优抚", "优待", "优生", "优质"), unit_end)
    return unit.written == "户" and text.startswith("外出", unit_end)


def ranked(text: str, start: int, unit: UnitWord) -> UnitWord:
    """前进25位: places gained, not people."""
    if unit.written in {"位", "名"} and _GAINED.search(text, max(0, start - 4), start):
        return _RANK if unit.written == "位" else _PLACE
    return unit


def far_end(
    text: str, at: int, first: Numeral, near: Measured, grammar: Grammar
) -> tuple[Numeral, Measured] | None:
    """The other end of 3-5次, 三至五名, 10万元—15万元 with the unit after it, or None when there is no range."""
    found = _RANGE.match(text, near.end if near.unit is not None else first.end)
    if found is None or (near.unit is not None and text[at - 1 : at] in {"由", "从"}):
        return None
    second = numeral_at(text, found.end())
    if second is None or second.number is None or first.number is None or text.startswith("分之", second.end):
        return None
    far = unit_after(text, second.end, second.number, grammar, han=second.han)
    if far.unit is None or far.number is None or (near.unit is not None and far.unit.norm != near.unit.norm):
        return None
    if far.unit is PERCENT and text[far.end - 1] == "成":
        first = replace(first, number=first.number * 10)
    shared = second.scale if first.scale == 1 else Decimal(1)
    assert first.number is not None
    low = first.number * shared if far.number > first.number else first.number
    return None if low > far.number else (replace(first, number=low), far)


def shared_scale(text: str, end: int) -> Decimal:
    """The 万 or 亿 that the numbers of a list share: 3.2、4.1和5.6亿元; 1 for none."""
    chain = _COORDINATES.match(text, end)
    found = _SCALE.search(chain[0]) if chain else None
    number = Decimal(1)
    for char in found[1] if found else "":
        number *= TENS.get(char) or MYRIADS[char]
    return number


def left_out(text: str, at: int, start: int, first: Numeral, grammar: Grammar) -> UnitWord | None:
    """The unit of a number that has none: from the coordinate item after it, the noun, the verb, an index's name."""
    end = first.end
    if chain := _COORDINATES.match(text, end):
        unit = unit_after(text, chain.end(), None, grammar, han=first.han).unit
        if unit is not None:
            return None if unit.kind == "duration" or unit.noun else unit
    if first.number == 0 and text[start - 1 : start] in {"为", "是", "至", "到"}:
        return _COUNT
    small_han = first.han and (first.number or 0) < 100
    if first.number is None or small_han or (first.bare and not first.middle and start == at):
        return None
    if (noun := grammar.nouns.match(text, end)) and (
        noun.start("noun") == end or first.scale >= 1000 or first.middle
    ):
        return UnitWord("", grammar.noun_units[noun["noun"]], "count")  # 3万多受灾群众
    if unit := _money_left_out(text, start, first, grammar):
        return unit
    if _INDEX.search(text, max(0, start - 28), start):
        return _RATIO
    if first.scale >= 1000 or _TOTAL.search(text, max(0, start - 6), start):
        return _COUNT
    return None


def _money_left_out(text: str, start: int, first: Numeral, grammar: Grammar) -> UnitWord | None:
    """发放补助716万, 15万购买垃圾桶: the verb or the noun says that it is money."""
    thousands = first.scale >= 1000
    if not thousands and (first.han or (first.number or 0) < 1000):
        return None
    ahead = _AHEAD.match(text, first.end)
    following = ahead[0] if ahead else ""
    if thousands and not following and "元" in text[max(0, start - 40) : start]:
        return _MONEY
    found = _CLAUSE.search(text, max(0, start - 16), start)
    clause = found[0] if found else ""
    if thousands:
        return _MONEY if grammar.money.search(clause) or grammar.money.search(following) else None
    return _MONEY if grammar.money.search(clause) and _SUM.search(clause) else None
