"""Days and periods as ledgers and reports write them: 2024.3.5, 3月5日, 二〇二四年三月五日, 2024年1—4月, 上半年."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from youju.core.period import BadPeriod, Period, month_end, parse_period
from youju.core.zh.numerals import narrow, parse
from youju.core.zh.unreadable import NotReadable


class BadDay(NotReadable):
    """A text that names no day."""

    code = "day.not_a_day"
    text = "“{text}”不是日期。请写成 2024-03-05、2024.3.5、2024年3月5日或 20240305。"


class NoSuchDay(NotReadable):
    """A day that the calendar does not have."""

    code = "day.not_in_calendar"
    text = "“{text}”这一天不存在，请核对年、月、日。"


class DayWithoutYear(NotReadable):
    """A day without a year, and nothing around it that says which."""

    code = "day.year_missing"
    text = "“{text}”没有写年份，从表名和标题也看不出是哪一年。请写成 2024-03-05 的样子。"


_CHINESE_NUMBER = r"[\d〇零一二三四五六七八九十]"
_TIME = r"(?:[T ]\d{1,2}[:时]\d{1,2}.*)?"
_FULL = re.compile(rf"(\d{{4}})[-./年](\d{{1,2}})[-./月](\d{{1,2}})[日号]?{_TIME}")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_CHINESE = re.compile(
    rf"({_CHINESE_NUMBER}{{4}})年({_CHINESE_NUMBER}{{1,3}})月({_CHINESE_NUMBER}{{1,3}})[日号]?"
)
_NO_YEAR = re.compile(
    rf"({_CHINESE_NUMBER}{{1,3}})月({_CHINESE_NUMBER}{{1,3}})[日号]?|(\d{{1,2}})[-/](\d{{1,2}})"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")

_EPOCH_1900 = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)


# What people type on the day itself.
SAID_DAYS = {
    "大前天": 3,
    "前天": 2,
    "前日": 2,
    "昨天": 1,
    "昨日": 1,
    "昨晚": 1,
    "今天": 0,
    "今日": 0,
    "今早": 0,
}


def said_day(text: str, today: date) -> date | None:
    """The day of 今天, 昨天 and the like; None for any other text."""
    ago = SAID_DAYS.get(text.strip())
    return None if ago is None else today - timedelta(days=ago)


def read_day(text: str, year_hint: int | None = None) -> date:
    """The day a cell names. Raises BadDay, NoSuchDay, or DayWithoutYear when 3月5日 comes without a `year_hint`.

    A text of five digits is a serial of the 1900 date system; a time of day after the day is dropped.
    """
    plain = narrow(text).strip()
    tight = plain.replace(" ", "")
    if found := _FULL.fullmatch(plain) or _FULL.fullmatch(tight) or _COMPACT.fullmatch(tight):
        return _day(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _CHINESE.fullmatch(tight):
        return _day(text, *(_small(text, part) for part in found.groups()))
    if found := _NO_YEAR.fullmatch(tight):
        if year_hint is None:
            raise DayWithoutYear(text=text.strip())
        month, day = (_small(text, part) for part in found.groups() if part)
        return _day(text, year_hint, month, day)
    if _SERIAL.fullmatch(tight):
        return from_excel_serial(Decimal(tight))
    raise BadDay(text=text.strip())


def from_excel_serial(serial: Decimal | int, *, date1904: bool = False) -> date:
    """The day behind a spreadsheet's number; the time of day is dropped. Raises BadDay outside 1900–2199.

    The 1900 system believes in a 29 February 1900 (serial 60): numbers below it are one day further on.
    """
    days = int(serial)
    if date1904:
        day = _EPOCH_1904 + timedelta(days=days) if 0 <= days < 110_000 else None
    elif 1 <= days < 110_000 and days != 60:
        day = _EPOCH_1900 + timedelta(days=days if days > 60 else days + 1)
    else:
        day = None
    if day is None:
        raise BadDay(text=str(serial))
    return day


def _small(text: str, part: str) -> int:
    number = parse(part)
    if number is None:
        raise BadDay(text=text.strip())
    return int(number)


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay(text=text.strip()) from None


_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_DASH = "(?:-|至|到)"
_YEAR = r"(?:(\d{4})年?度?)?"
_PERIOD_YEAR = re.compile(r"(\d{4})(?:年度?)?")
_PERIOD_HALF = re.compile(_YEAR + "(上|下)半年")
_PERIOD_QUARTER = re.compile(_YEAR + "第?([一二三四1234])季度")
_PERIOD_FIRST_QUARTERS = re.compile(_YEAR + "前([二三23])季度")
_PERIOD_MONTHS = re.compile(rf"(?:(\d{{4}})[年.])?(\d{{1,2}})月?{_DASH}(?:(\d{{4}})[年.])?(\d{{1,2}})月份?")
_PERIOD_DOTTED = re.compile(rf"(\d{{4}})\.(\d{{1,2}}){_DASH}(\d{{4}})\.(\d{{1,2}})")
_PERIOD_MONTH = re.compile(r"(?:(\d{4})[年.-])?(\d{1,2})月份?")
_PERIOD_FIRST_MONTHS = re.compile(_YEAR + r"前(\d{1,2})个?月")
_PERIOD_SINCE = re.compile(r"(\d{4})年(?:(\d{1,2})月)?以来")
_PERIOD_YEARS = re.compile(rf"(\d{{4}})年?{_DASH}(\d{{4}})年")
_PERIOD_DAYS = re.compile(rf"(.+?日?){_DASH}(.+日)")


def read_period(text: str, year_hint: int | None = None, until: date | None = None) -> Period:
    """The days a period names, both ends included: 2024年, 2024年1—4月, 上半年, 第三季度, 2024年1月1日至4月26日.

    year_hint  the year of a period that does not say its own
    until      the last day of 2024年以来
    raises     BadPeriod, NoSuchDay
    """
    plain = narrow(text).replace(" ", "").replace("--", "-")
    found_period = _named_period(plain, year_hint, until)
    if found_period is not None:
        return found_period
    if found := _PERIOD_DAYS.fullmatch(plain):
        first = read_day(found[1], year_hint)
        last_text = found[2] if "月" in found[2] else f"{first.month}月{found[2]}"
        return Period(first, read_day(last_text, first.year))
    try:
        return parse_period(plain)
    except BadPeriod:
        pass
    try:
        day = read_day(text, year_hint)
    except (BadDay, DayWithoutYear):
        raise BadPeriod(text=text.strip()) from None
    return Period(day, day)


def _named_period(plain: str, hint: int | None, until: date | None) -> Period | None:
    if found := _PERIOD_YEAR.fullmatch(plain):
        return _months(int(found[1]), 1, int(found[1]), 12, plain)
    if found := _PERIOD_YEARS.fullmatch(plain):
        return _months(int(found[1]), 1, int(found[2]), 12, plain)
    if found := _PERIOD_DOTTED.fullmatch(plain):
        return _months(int(found[1]), int(found[2]), int(found[3]), int(found[4]), plain)
    if (found := _PERIOD_SINCE.fullmatch(plain)) and until is not None:
        return Period(date(int(found[1]), _month(found[2] or "1", plain), 1), until)
    for form, first, length in (
        (_PERIOD_HALF, lambda g: 1 if g == "上" else 7, 6),
        (_PERIOD_QUARTER, lambda g: _QUARTERS[g] * 3 - 2, 3),
        (_PERIOD_MONTH, int, 1),
    ):
        if found := form.fullmatch(plain):
            year = _year(found[1], hint, plain)
            month = first(found[2])
            return _months(year, month, year, month + length - 1, plain)
    if found := _PERIOD_FIRST_QUARTERS.fullmatch(plain):
        year = _year(found[1], hint, plain)
        return _months(year, 1, year, _QUARTERS[found[2]] * 3, plain)
    if found := _PERIOD_FIRST_MONTHS.fullmatch(plain):
        year = _year(found[1], hint, plain)
        return _months(year, 1, year, int(found[2]), plain)
    if found := _PERIOD_MONTHS.fullmatch(plain):
        year = _year(found[1], hint, plain)
        return _months(year, int(found[2]), int(found[3] or year), int(found[4]), plain)
    return None


def _year(written: str | None, hint: int | None, text: str) -> int:
    if written is None and hint is None:
        raise BadPeriod(text=text)
    return int(written) if written is not None else int(hint or 0)


def _month(written: str, text: str) -> int:
    if not 1 <= int(written) <= 12:
        raise BadPeriod(text=text)
    return int(written)


def _months(first_year: int, first: int, last_year: int, last: int, text: str) -> Period:
    """Whole months, from the first day of the first to the last day of the last."""
    if not (1 <= first <= 12 and 1 <= last <= 12 and 1 <= first_year <= 9998 and 1 <= last_year <= 9998):
        raise BadPeriod(text=text)
    return Period(date(first_year, first, 1), month_end(date(last_year, last, 1)))
