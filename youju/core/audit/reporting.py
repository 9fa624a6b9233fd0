"""Which period a draft reports on, read from its title, its signature and its own words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from youju.core.audit.draft import BLANK, Draft
from youju.core.audit.finding import Span
from youju.core.period import Period, add_months, month_end

_ARABIC = r"[0-9]"
_YEAR = r"((?:19|20)[0-9]{2})"
DAY = re.compile(rf"(?<![0-9]){_YEAR}年([0-9]{{1,2}})月([0-9]{{1,2}})[日号]")
_MONTHS = re.compile(
    rf"{_YEAR}年(?![0-9]{{1,2}}月[0-9]{{1,2}}日)(?:度)?(?:的)?(?:第?([一二三四1-4])季度|(上|下)半年|(前三季度)"
    rf"|([0-9]{{1,2}})月?(?:份)?[-—－–~～至到]+([0-9]{{1,2}})月|([0-9]{{1,2}})月)?"
)
_DAYS = re.compile(
    rf"{_YEAR}年([0-9]{{1,2}})月([0-9]{{1,2}})[日号][-—－–~～至到]+(?:{_YEAR}年)?([0-9]{{1,2}})月([0-9]{{1,2}})[日号]"
)
_PLAN = re.compile(r"计划|方案|要点|安排|通知|规划|意见|办法|责任书|倡议|预案|设想|打算")
_ACCOUNT = re.compile(r"总结|汇报|报告|情况|小结|述职|回顾|公报|简报|材料|信息")
_SPOKEN = re.compile(r"(?:今年|年初|本年度)(?:以)?来")
_QUARTERS = {word: number for number, words in enumerate(("一1", "二2", "三3", "四4"), 1) for word in words}
_CHINESE = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
NEARLY_YEAR_END = (12, 10)  # a report of mid-December speaks of the whole year and may


@dataclass(frozen=True, slots=True)
class Reported:
    """What a draft reports on.

    period     both ends included
    known_by   given, title, or signature
    signed     the day below the text and its place, None when there is none
    """

    period: Period
    known_by: Literal["given", "title", "signature"]
    place: Span | None = None

    @property
    def is_part_year(self) -> bool:
        """The period is a part of one calendar year and ends well before that year does."""
        first, last = self.period.first, self.period.last
        return first.year == last.year and (last.month, last.day) < NEARLY_YEAR_END


@dataclass(frozen=True, slots=True)
class Signature:
    """The day below a text, and who signs above it ("" when nobody does)."""

    day: date
    place: Span
    signer: str
    signer_place: Span | None


def is_plan(draft: Draft) -> bool:
    """Whether the title says that the text looks ahead: a plan, a notice, a set of rules."""
    title = draft.slice(draft.title) if draft.title else ""
    return bool(_PLAN.search(title)) and not _ACCOUNT.search(title)


def read_signature(draft: Draft) -> Signature | None:
    """The day that stands alone in one of the last lines, and the short line above it."""
    tail = draft.paragraphs[-12:]
    for at in range(len(tail) - 1, -1, -1):
        day = read_day(draft.slice(tail[at]).strip(BLANK + "（）()"))
        if day is None:
            continue
        above = tail[at - 1] if at else None
        signer = draft.slice(above) if above is not None else ""
        if not 2 <= len(signer) <= 30 or re.search(r"[。；，：！？,;:]", signer):
            above, signer = None, ""
        return Signature(day, tail[at], signer, above)
    return None


def read_day(text: str) -> date | None:
    """2024年4月26日 or 二〇二四年四月二十六日, and nothing else; None for what is no day."""
    compact = re.sub(rf"[{BLANK}]", "", text)
    if found := DAY.fullmatch(compact):
        year, month, day = (int(group) for group in found.groups())
    elif found := _CHINESE_DAY.fullmatch(compact):
        year = int(found.group(1).translate(_CHINESE))
        month, day = _tens(found.group(2)), _tens(found.group(3))
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_period(draft: Draft, given: Period | None = None) -> Reported | None:
    """What the draft reports on: `given`, else by its title, else from the year's start to its signature."""
    if given is not None:
        return Reported(given, "given")
    if is_plan(draft):
        return None
    signature = read_signature(draft)
    if draft.title is not None and (found := _period_of_title(draft, draft.title, signature)):
        return found
    if signature is not None and (period := _period_of_signature(draft, signature)):
        return Reported(period, "signature", signature.place)
    return None


def _period_of_title(draft: Draft, title: Span, signature: Signature | None) -> Reported | None:
    if (days := _DAYS.search(draft.text, title.start, title.end)) and (period := _period_of_days(days)):
        return Reported(period, "title", Span(days.start(), days.end()))
    found = _MONTHS.search(draft.text, title.start, title.end)
    if found is None:
        return None
    year = int(found.group(1))
    _, quarter, half, three, first_month, last_month, month = found.groups()
    if quarter:
        first, last = _QUARTERS[quarter] * 3 - 2, _QUARTERS[quarter] * 3
    elif half:
        first, last = (1, 6) if half == "上" else (7, 12)
    elif three:
        first, last = 1, 9
    elif first_month and last_month:
        first, last = int(first_month), int(last_month)
    elif month:
        first = last = int(month)
    else:
        first, last = 1, 12
    if not 1 <= first <= last <= 12:
        return None
    period = Period(date(year, first, 1), month_end(date(year, last, 1)))
    if (first, last) == (1, 12) and signature is not None and signature.day in period:
        # 2024年工作情况 of 26 April reports on what there is of the year; a real year's end stays one.
        period = Period(period.first, signature.day)
    return Reported(period, "title", Span(found.start(), found.end()))


def _period_of_days(found: re.Match[str]) -> Period | None:
    """2024年1月1日至4月26日; None when such days do not exist or run backwards."""
    year, month, day, last_year, last_month, last_day = found.groups()
    try:
        first = date(int(year), int(month), int(day))
        last = date(int(last_year or year), int(last_month), int(last_day))
    except ValueError:
        return None
    return Period(first, last) if first <= last else None


def _period_of_signature(draft: Draft, signature: Signature) -> Period | None:
    """From the start of the year that the text speaks of to the day it was signed."""
    day = signature.day
    years = Counter(found.group(1) for found in re.finditer(rf"{_YEAR}年", draft.text))
    this, before = years[str(day.year)], years[str(day.year - 1)]
    spoken = _SPOKEN.search(draft.text) is not None
    reviewed = re.search(
        rf"{day.year - 1}年(?:主要)?(?:的)?工作(?:回顾|总结|情况)|过去(?:的)?一年", draft.text
    )
    if day.month <= 3 and not spoken and (before > this or reviewed):
        return Period(date(day.year - 1, 1, 1), date(day.year - 1, 12, 31))
    if spoken or re.search(rf"{day.year}年(?:以来|上半年|[0-9]{{1,2}}月|度|，)", draft.text):
        return Period(date(day.year, 1, 1), day)
    return None


def days_in(draft: Draft) -> Iterator[tuple[Span, int, int, int]]:
    """Every 2024年4月26日 of the text with its three numbers, possible or not."""
    for found in DAY.finditer(draft.text):
        yield Span(found.start(), found.end()), int(found[1]), int(found[2]), int(found[3])


def last_day(year: int, month: int) -> date:
    """The last day of a month."""
    return add_months(date(year, month, 1), 1) - timedelta(days=1)


def _tens(numeral: str) -> int:
    """一 to 三十一."""
    tens, ten, ones = numeral.partition("十")
    digits = {word: number for number, word in enumerate("一二三四五六七八九", 1)}
    if not ten:
        return digits.get(numeral, 0)
    return digits.get(tens, 1) * 10 + digits.get(ones, 0)
