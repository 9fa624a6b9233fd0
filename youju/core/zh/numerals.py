"""Numerals as offices write them: 1,385, １．５万, 一千二百, 两万余, 廿三, 3亿5000万, 二〇二四."""

from __future__ import annotations

import re
from decimal import Decimal

# One character for one, so that every offset of the original text stays valid.
NARROW = str.maketrans(
    {
        **{chr(0xFF10 + i): str(i) for i in range(10)},
        **{chr(0xFF21 + i): chr(65 + i) for i in range(26)},
        **{chr(0xFF41 + i): chr(97 + i) for i in range(26)},
        "％": "%",
        "．": ".",
        "＋": "+",
        "－": "-",
        "—": "-",
        "–": "-",
        "―": "-",
        "−": "-",
        "~": "-",
        "～": "-",
        "〜": "-",
        "∼": "-",
        "／": "/",
        "︰": ":",
        "：": ":",
        "∶": ":",
        "\u3000": " ",
        "\xa0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u202f": " ",
        "○": "〇",
        "萬": "万",
        "億": "亿",
    }
)

DIGITS = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "貳": 2,
}
TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
SHORT_TENS = {"廿": 20, "卅": 30}
MYRIADS = {"万": 10**4, "亿": 10**8}

CHINESE = "零〇一二三四五六七八九十百千万亿两廿卅"
FORMAL = "壹贰叁肆伍陆柒捌玖拾佰仟貳"

# More digits than any count has: a number of some card, account or permit.
LONGEST = 18

_SIGN = {"-": -1, "负": -1, "+": 1}
_ARABIC = re.compile(r"\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_HALF = re.compile(r"(.*?)(?:个)?半")


def narrow(text: str) -> str:
    """The text with full-width digits, letters, dashes, colons and spaces made plain; its length stays the same."""
    return text.translate(NARROW)


def read_number(text: str) -> Decimal | None:
    """The number a cell or a word holds, or None: 20, 1,385, １．５万, 一千二百, 两, 廿三, 半, 负3, 二〇二四.

    Approximate words (20多, 七八十) are no number; `youju.core.zh.reading.read` gives their interval.
    """
    plain = narrow(text).replace(" ", "").replace("\t", "")
    sign = 1
    if plain[:1] in _SIGN:
        sign = _SIGN[plain[0]]
        plain = plain[1:]
    number = parse(plain)
    if number is None and (half := _HALF.fullmatch(plain)):
        whole = parse(half[1]) if half[1] else Decimal(0)
        number = None if whole is None or whole != whole.to_integral_value() else whole + Decimal("0.5")
    return None if number is None else number * sign


def parse(text: str) -> Decimal | None:
    """The value of an unsigned numeral in narrow characters, or None when it is none."""
    if text.isascii():
        found = _ARABIC.fullmatch(text)
        return Decimal(text.replace(",", "")) if found and len(text) <= LONGEST + 6 else None
    if len(text) > LONGEST + 6:
        return None
    if "点" in text:
        return _with_decimals(text)
    if all(char in DIGITS for char in text):
        return _digit_string(text)
    return _place_values(text)


def step_of(number: Decimal) -> Decimal:
    """Place value of the last non-zero digit: 20000 → 10000, 2600000 → 100000, 1.5 → 0.1, 0 → 1."""
    if not number:
        return Decimal(1)
    exponent = number.normalize().as_tuple().exponent
    return Decimal(1).scaleb(int(exponent))


def _digit_string(text: str) -> Decimal | None:
    """One digit, or digits read out one by one as in a year (二〇二四); 七八 is two guesses, not a number."""
    if len(text) == 2 and "零" not in text and "〇" not in text:
        return None
    return Decimal("".join(str(DIGITS[char]) for char in text))


def _with_decimals(text: str) -> Decimal | None:
    whole, _, rest = text.partition("点")
    digits = rest.rstrip("万亿千百")
    head = _digit_string(whole) if all(char in DIGITS for char in whole) else _place_values(whole)
    if not whole or not digits or head is None or not all(char in DIGITS for char in digits):
        return None
    number = Decimal(f"{head}.{''.join(str(DIGITS[char]) for char in digits)}")
    for char in rest[len(digits) :]:
        number *= MYRIADS.get(char) or TENS[char]
    return number


def _place_values(text: str) -> Decimal | None:
    """Sum of digits times places: 一千二百, 3亿5000万, 1.5万, 三万五 (35000), 百 (100)."""
    hundred_millions = myriads = section = Decimal(0)
    pending: Decimal | None = None
    place = last = 10**16
    after_zero = False
    position = 0
    while position < len(text):
        char = text[position]
        position += 1
        if char in TENS:
            unit = TENS[char]
            if unit >= place or (
                pending is None and unit != 10 and position > 1 and text[position - 2] not in MYRIADS
            ):
                # 百万 and 千万 after a number multiply it as a whole: 3百万, 2.5千万.
                return None
            section += (Decimal(1) if pending is None else pending) * unit
            pending, place, last, after_zero = None, unit, unit, False
        elif char in MYRIADS:
            if pending is None and section == 0 and not (char == "亿" and myriads) and position > 1:
                return None
            section += pending or 0
            if position == 1:
                section = Decimal(1)
            if char == "亿":
                hundred_millions = (hundred_millions + myriads + section) * MYRIADS[char]
                myriads = Decimal(0)
            elif myriads:
                return None
            else:
                myriads = section * MYRIADS[char]
            section, pending, place, last, after_zero = Decimal(0), None, 10**16, MYRIADS[char], False
        elif char in "零〇" and position < len(text) and not text[position].isdigit():
            if pending is not None:
                return None
            after_zero = True
        elif char in SHORT_TENS:
            if pending is not None or place <= 10:
                return None
            section += SHORT_TENS[char]
            place = last = 10
        elif char in DIGITS:
            if pending is not None:
                return None
            pending = Decimal(DIGITS[char])
        else:
            found = _ARABIC.match(text, position - 1)
            if found is None or pending is not None:
                return None
            pending = Decimal(found[0].replace(",", "").replace("，", ""))
            position = found.end()
    if (
        pending is not None
        and last > 10
        and last < 10**16
        and not after_zero
        and pending < 10
        and text[-1] in DIGITS
    ):
        pending *= last // 10  # 三万五 is 35000, 一百二 is 120
    return hundred_millions + myriads + section + (pending or 0)
