"""Numbers as offices write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.zh.numerals import narrow, read_number, step_of


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("20", "20"),
        ("1,385", "1385"),
        ("1，385", "1385"),
        ("１．５万", "15000"),
        ("２０", "20"),
        ("12,345.67", "12345.67"),
        ("3亿5000万", "350000000"),
        ("1万2千", "12000"),
        ("3百万", "3000000"),
        ("1.3万亿", "1300000000000"),
        ("一千二百", "1200"),
        ("一万零五十", "10050"),
        ("一百零五", "105"),
        ("一百二", "120"),
        ("三万五", "35000"),
        ("一百二十万", "1200000"),
        ("两", "2"),
        ("两万", "20000"),
        ("廿三", "23"),
        ("卅", "30"),
        ("十二", "12"),
        ("半", "0.5"),
        ("三个半", "3.5"),
        ("二〇二四", "2024"),
        ("九十七点三", "97.3"),
        ("一点五万", "15000"),
        ("壹佰贰拾", "120"),
        ("负3", "-3"),
        ("-1.2", "-1.2"),
        (" 3 6 ", "36"),
        ("〇", "0"),
    ],
)
def test_reads(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "七八十",
        "20多",
        "1,38",
        "十百",
        "3万亿5000亿",
        "万个",
        "1.2.3",
        "一二",
        "1" * 40,
        "-",
        "点五",
    ],
)
def test_is_no_number(text: str) -> None:
    assert read_number(text) is None


@given(st.integers(0, 99_999_999))
def test_chinese_numerals_read_back(number: int) -> None:
    assert read_number(in_chinese(number)) == number


@given(st.decimals(0, 10**9, places=3))
def test_digits_in_any_width_read_back(number: Decimal) -> None:
    plain = f"{number:f}"
    wide = plain.translate({ord(str(i)): chr(0xFF10 + i) for i in range(10)} | {ord("."): "．"})

    assert read_number(plain) == number
    assert read_number(wide) == number
    assert read_number(f"{number:,f}") == number


@given(st.text())
def test_any_text_is_a_number_or_none(text: str) -> None:
    assert len(narrow(text)) == len(text)
    assert read_number(text) is None or isinstance(read_number(text), Decimal)


@pytest.mark.parametrize(
    ("number", "step"),
    [("20000", "10000"), ("2600000", "100000"), ("2024", "1"), ("1.5", "0.1"), ("0", "1"), ("10", "10")],
)
def test_the_step_is_the_place_of_the_last_digit_that_is_not_zero(number: str, step: str) -> None:
    assert step_of(Decimal(number)) == Decimal(step)


def in_chinese(number: int) -> str:
    """The numeral a person would write, by the rule of sections of four digits."""
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    text = _section(high) + "万" if high else ""
    if low:
        text += ("零" if high and low < 1000 else "") + _section(low)
    return text


def _section(number: int) -> str:
    text, zero = "", False
    for place, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, place)
        if digit:
            text += ("零" if zero and text else "") + "零一二三四五六七八九"[digit] + name
            zero = False
        elif text:
            zero = True
    return text
