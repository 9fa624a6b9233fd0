"""Days, periods and the slots in which reports are due."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.period import BadPeriod, Period, parse_period, slot_of, slots

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "first", "last", "chinese"),
    [
        ("2024-01-01..2024-04-26", "2024-01-01", "2024-04-26", "2024年1月1日至4月26日"),
        ("2024-04-26", "2024-04-26", "2024-04-26", "2024年4月26日"),
        ("2024-02", "2024-02-01", "2024-02-29", "2024年2月"),
        ("2024Q1", "2024-01-01", "2024-03-31", "2024年1月至3月"),
        ("2024", "2024-01-01", "2024-12-31", "2024年"),
        ("2023-12-01..2024-01-31", "2023-12-01", "2024-01-31", "2023年12月1日至2024年1月31日"),
    ],
)
def test_periods_are_read_and_written(text: str, first: str, last: str, chinese: str) -> None:
    period = parse_period(text)
    assert (str(period.first), str(period.last), period.chinese()) == (first, last, chinese)


@pytest.mark.parametrize("text", ["", "2024-13", "2024-02-30", "2024Q5", "去年", "2024-05-01..2024-04-01"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(BadPeriod):
        parse_period(text)


def test_only_slots_that_have_ended_are_due() -> None:
    period = parse_period("2024-01-15..2024-04-26")
    assert [str(slot) for slot in slots(period, "monthly")] == [
        "2024-01-01..2024-01-31", "2024-02-01..2024-02-29", "2024-03-01..2024-03-31",
    ]  # fmt: skip
    assert [str(slot) for slot in slots(period, "quarterly")] == ["2024-01-01..2024-03-31"]
    assert list(slots(period, "yearly")) == []


def test_the_same_period_a_year_before_and_just_before() -> None:
    assert str(parse_period("2024-02-29").year_before()) == "2023-02-28"
    assert str(parse_period("2024Q1").just_before()) == "2023-10-01..2023-12-31"
    assert str(parse_period("2024-03").just_before()) == "2024-02-01..2024-02-29"
    assert str(parse_period("2024-01-11..2024-01-20").just_before()) == "2024-01-01..2024-01-10"


@given(DAYS, DAYS)
def test_a_period_reads_back_to_itself(one: date, other: date) -> None:
    period = Period(min(one, other), max(one, other))
    assert parse_period(str(period)) == period
    assert period.first in period
    assert period.last in period


@given(DAYS, st.sampled_from(["monthly", "quarterly", "yearly"]))
def test_every_day_lies_in_one_slot_that_is_its_own(day: date, frequency: str) -> None:
    slot = slot_of(day, frequency)  # type: ignore[arg-type]
    assert day in slot
    assert list(slots(slot, frequency)) == [slot]  # type: ignore[arg-type]
