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
_ANY = rf"(?:{_ARABIC.pattern}|[一二三四五六七八九两壹贰叁肆伍陆柒捌玖貳])"
_SECTION = re.compile(
    rf"[零〇]?(?P<thousands>{_ANY}?[千仟])?[零〇]?(?P<hundreds>{_ANY}?[百佰])?[零〇]?(?P<tens>{_ANY}?[十拾])?"
    rf"(?P<score>[廿卅])?[零〇]?(?P<ones>{_ANY})?"
)
_ZERO = re.compile("[零〇]")
_PLACES = (("thousands", 1000), ("hundreds", 100), ("tens", 10))
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
    if not whole:
        return None
    head = _digit_string(whole) if all(char in DIGITS for char in whole) else _place_values(whole)
    if not digits or head is None or not all(char in DIGITS for char in digits):
        return None
    number = Decimal(f"{head}.{''.join(str(DIGITS[char]) for char in digits)}")
    for char in rest[len(digits) :]:
        number *= MYRIADS.get(char) or TENS[char]
    return number


def _place_values(text: str) -> Decimal | None:
    """Sum of digits times places: 一千二百, 3亿5000万, 1.5万, 三万五 (35000), 百 (100)."""
    for name, size in (("亿", MYRIADS["亿"]), ("万", MYRIADS["万"])):
        left, mark, right = text.rpartition(name)
        if not mark:
            continue
        if name in left:
            return None
        head = Decimal(1) if not left else _place_values(left)
        tail = Decimal(0) if not right else _below(right, size)
        return None if head is None or tail is None else head * size + tail
    return _section(text, 0)


def _below(text: str, size: int) -> Decimal | None:
    """What stands after 亿 or 万: less than it, and a lone digit is the next place (三万五)."""
    number = _place_values(text) if "万" in text else _section(text, size)
    return None if number is None or number >= size else number


def _section(text: str, above: int) -> Decimal | None:
    """Thousands to ones; `above` is the place that was written just before, 0 for none."""
    found = _SECTION.fullmatch(text)
    if found is None:
        return None
    number = Decimal(0)
    last = above
    for name, place in _PLACES:
        if found[name] is not None:
            number += (_digit(found[name][:-1]) if len(found[name]) > 1 else 1) * place
            last = place
    if found["score"]:
        number += SHORT_TENS[found["score"]]
        last = 10
    if found["ones"]:
        ones = _digit(found["ones"])
        short = last > 10 and not _ZERO.search(text) and found["ones"] in DIGITS
        number += ones * (last // 10) if short else ones
    return number


def _digit(text: str) -> Decimal:
    return Decimal(DIGITS[text]) if text in DIGITS else Decimal(text.replace(",", "").replace("，", ""))
