"""What is written for a value reads back to an interval that contains it."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from youju.core.quantity import Quantity, UnitMismatch
from youju.core.zh.reading import NotReadable, read
from youju.core.zh.wordings import ON_REQUEST, wordings
from youju.specs.lexicon import load_units

UNITS = load_units([Path(__file__).resolve().parents[3] / "catalog" / "units.yaml"])
SYMBOLS = (
    "个",
    "份",
    "条",
    "人",
    "人次",
    "户",
    "元",
    "吨",
    "公里",
    "亩",
    "平方米",
    "%",
    "小时",
    "册",
    "万元",
)


def of(number: str, unit: str) -> Quantity:
    return Quantity(Decimal(number), UNITS[unit])


def texts(value: Quantity, whole: Quantity | None = None, noun: str = "", *asked: str) -> dict[str, str]:
    wanted = [style for style in ON_REQUEST if style in asked]
    return {each.style: each.text for each in wordings(value, whole, noun, wanted)}


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (of("56", "条"), "exact", "56条"),
        (of("44470", "元"), "exact", "4.447万元"),
        (of("150000", "元"), "exact", "15万元"),
        (of("104000000", "元"), "exact", "1.04亿元"),
        (of("44473.55", "元"), "exact", "44473.55元"),
        (of("10000", "份"), "exact", "10000份"),
        (of("20350", "份"), "many", "20000多份"),
        (of("1246.38", "吨"), "many", "1200多吨"),
        (of("1246.38", "吨"), "rounded", "1246.4吨"),
        (of("1246380", "元"), "many", "120多万元"),
        (of("1246380", "元"), "rounded", "124.64万元"),
        (of("42", "人"), "many", "40多人"),
    ],
)
def test_styles(value: Quantity, style: str, text: str) -> None:
    assert texts(value)[style] == text


def test_all_of_a_whole_and_part_of_it() -> None:
    assert texts(of("17", "个"), of("17", "个"), "村")["all"] == "17个村全部"
    part = texts(of("16", "个"), of("17", "个"), "村", "almost")
    assert part["of_whole"] == "17个村中16个"
    assert part["almost"] == "17个村几乎都"
    assert "all" not in part
    assert "almost" not in texts(of("15", "个"), of("17", "个"), "村", "almost")  # 88.2 % is not nearly all


def test_a_round_number_has_no_more_than_itself_and_vague_styles_are_for_those_who_ask() -> None:
    assert texts(of("200", "条")).keys() == {"exact"}
    assert "yu" not in texts(of("23", "户"))
    assert texts(of("23", "户"), None, "", "yu")["yu"] == "20余户"


def test_a_whole_of_another_kind_is_refused() -> None:
    with pytest.raises(UnitMismatch):
        wordings(of("3", "个"), of("3", "吨"))


@settings(max_examples=400)
@given(
    number=st.one_of(
        st.integers(0, 10**9).map(Decimal),
        st.decimals(0, 10**7, places=1),
        st.decimals(0, 10**7, places=3),
        st.integers(0, 99).map(Decimal),
    ),
    symbol=st.sampled_from(SYMBOLS),
    more=st.integers(0, 500),
)
def test_every_wording_reads_back_to_an_interval_with_the_value(
    number: Decimal, symbol: str, more: int
) -> None:
    value = Quantity(number, UNITS[symbol])
    base = number * 10_000 if symbol == "万元" else number
    found = wordings(value, Quantity(number + more, UNITS[symbol]), "村", ON_REQUEST)

    assert found[0].style == "exact"
    for wording in found:
        assert base in read(wording.text), wording
        assert wording.interval == read(wording.text)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("20000多份", "(20000, 30000)"),
        ("二十余户", "(20, 30)"),
        ("260余万元", "(2600000, 2700000)"),
        ("1.5万余人", "(15000, 16000)"),
        ("近3000只", "[2700, 3000]"),
        ("约5万人次", "[45000, 55000]"),
        ("超过20000人", "(20000, )"),
        ("不少于5次", "[5, )"),
        ("不足100户", "( , 100)".replace(" ", "", 1)),
        ("30人以上", "[30, )"),
        ("30人以内", "(, 30]"),
        ("七八十起", "[70, 80]"),
        ("数百人", "[100, 1000)"),
        ("3年多", "(3, 4)"),
        ("4.447万元", "[44465, 44475)"),
        ("百分之九十七点三", "[97.25, 97.35)"),
        ("98个自然屯全部", "98"),
        ("17个村中16个", "16"),
        ("上百人", "[100, )"),
    ],
)
def test_reads(text: str, interval: str) -> None:
    assert str(read(text)) == interval


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        interval = read(text)
    except NotReadable:
        return
    assert not interval.is_empty
