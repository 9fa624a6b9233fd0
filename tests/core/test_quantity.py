"""Quantities: exact, converted within a family, never rounded on the way in."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.quantity import Quantity, TooManyDecimals, Unit, UnitMismatch, UnitTable, from_scaled, plain

YUAN, WAN = Unit("元", "money", Decimal(1), 2), Unit("万元", "money", Decimal(10000), 6)
KILO, TON = Unit("公斤", "mass", Decimal(1), 3), Unit("吨", "mass", Decimal(1000), 6)
PIECE = Unit("件", "件")


def test_money_is_kept_to_the_fen() -> None:
    assert Quantity(Decimal("4.447"), WAN).to(YUAN).scaled() == 4_447_000
    assert str(from_scaled(4_447_000, YUAN)) == "44470元"
    with pytest.raises(TooManyDecimals, match="最多记2位"):
        Quantity(Decimal("0.001"), YUAN).scaled()


def test_sums_convert_and_kinds_do_not_mix() -> None:
    assert str(Quantity(Decimal("1.2"), TON) + Quantity(Decimal(46), KILO)) == "1.246吨"
    with pytest.raises(UnitMismatch, match="不是同一类"):
        Quantity(Decimal(1), TON) + Quantity(Decimal(1), YUAN)


@pytest.mark.parametrize(
    ("number", "text"), [("1246.380", "1246.38"), ("1E+4", "10000"), ("0.50", "0.5"), ("100", "100")]
)
def test_numbers_are_written_plainly(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_rounding_is_half_up() -> None:
    assert str(Quantity(Decimal("0.125"), TON).rounded(2)) == "0.13吨"
    assert str(Quantity(Decimal("2.5"), PIECE).rounded(0)) == "3件"


def test_two_units_do_not_share_a_writing() -> None:
    with pytest.raises(ValueError, match="人"):
        UnitTable([Unit("人", "人", aliases=("名",)), Unit("名", "名")])


@given(st.integers(-(10**15), 10**15))
def test_what_is_stored_comes_back(value: int) -> None:
    assert from_scaled(value, YUAN).scaled() == value
    assert from_scaled(value, YUAN).to(WAN).to(YUAN).scaled() == value
