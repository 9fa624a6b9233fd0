"""Days and periods as ledgers write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.period import BadPeriod, Period
from youju.core.problem import DomainError
from youju.core.zh.reading import (
    BadDay,
    DayWithoutYear,
    NoSuchDay,
    NotReadable,
    from_excel_serial,
    read_day,
    read_period,
)


@pytest.mark.parametrize(
    "text",
    [
        "2024.3.5", "2024．3．5", "2024-03-05", "2024/3/5", "20240305", "2024年3月5日", "2024年3月5号", "2024 年 3 月 5 日",
        "二〇二四年三月五日", "二○二四年三月五日", "3月5日", "三月五日", "3/5", "2024-03-05 10:20:00", "45356",
    ],
)  # fmt: skip
def test_one_day_in_many_writings(text: str) -> None:
    assert read_day(text, 2024) == date(2024, 3, 5)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("2024.2.30", NoSuchDay), ("3月5日", DayWithoutYear), ("不详", BadDay), ("", BadDay), ("3.5", BadDay)],
)
def test_refuses_in_chinese(text: str, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal) as caught:
        read_day(text)

    assert isinstance(caught.value, NotReadable)
    assert f"“{text}”" in caught.value.message


def test_serials_of_both_date_systems() -> None:
    assert from_excel_serial(45356) == date(2024, 3, 5)
    assert from_excel_serial(59) == date(1900, 2, 28)
    assert from_excel_serial(61) == date(1900, 3, 1)
    assert from_excel_serial(0, date1904=True) == date(1904, 1, 1)
    with pytest.raises(BadDay):
        from_excel_serial(60)  # the 29 February 1900 that never was
    with pytest.raises(BadDay):
        from_excel_serial(-1)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_every_writing_of_every_day_reads_back(day: date) -> None:
    for text in (
        f"{day:%Y-%m-%d}", f"{day:%Y%m%d}", f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日",
        f"{day.month}月{day.day}日",
    ):  # fmt: skip
        assert read_day(text, day.year) == day
    assert from_excel_serial((day - date(1899, 12, 30)).days) == day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024年", (1, 1), (12, 31)),
        ("2024年度", (1, 1), (12, 31)),
        ("2024年3月", (3, 1), (3, 31)),
        ("2024年1—4月", (1, 1), (4, 30)),
        ("1-4月", (1, 1), (4, 30)),
        ("上半年", (1, 1), (6, 30)),
        ("下半年", (7, 1), (12, 31)),
        ("2024年第三季度", (7, 1), (9, 30)),
        ("前三季度", (1, 1), (9, 30)),
        ("前11个月", (1, 1), (11, 30)),
        ("2024年1月1日至4月26日", (1, 1), (4, 26)),
        ("4月1日至10日", (4, 1), (4, 10)),
        ("2024年以来", (1, 1), (4, 26)),
        ("2024-01-01..2024-04-26", (1, 1), (4, 26)),
        ("3月5日", (3, 5), (3, 5)),
    ],
)
def test_periods(text: str, first: tuple[int, int], last: tuple[int, int]) -> None:
    assert read_period(text, 2024, date(2024, 4, 26)) == Period(date(2024, *first), date(2024, *last))


@given(st.text(max_size=20))
def test_any_text_is_a_period_or_refused(text: str) -> None:
    try:
        period = read_period(text, 2024, date(2024, 4, 26))
    except (BadPeriod, NotReadable):
        return
    assert period.last - period.first >= timedelta(0)
