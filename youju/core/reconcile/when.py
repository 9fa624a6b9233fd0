"""Which days a figure of a draft speaks of: 一季度, 2024年以来, 截至4月26日, 去年, 1至3月.

said                         flow                              stock
nothing                      the period the draft reports on   its last day
2024年以来, 今年以来, 年初以来   1 January to the as-of day        the as-of day
2024年, 今年, 全年            the year, up to the as-of day      its last day, or the as-of day
一季度, 上半年, 3月, 1-3月     those months                      their last day
截至4月26日                   from the draft's first day to it   that day
去年, 2023年                  that year                         its last day
每月, 近三年, 换届以来          not resolved: a doubt
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from youju.core.period import Period, add_months, month_end

_Y = r"(?:(?P<y>(?:19|20)\d{2})\s*年(?:度)?(?:的)?|(?P<this>今年|本年度?|当年)|(?P<last>去年|上年|上一年))"
_MD = r"(?P<{0}m>\d{{1,2}})\s*月(?P<{0}d>\d{{1,2}})\s*[日号]"
_TO = r"(?:\s*[-—－–~～]{1,2}\s*|\s*[至到]\s*)"
_QUARTERS = {word: number for number, words in enumerate(("一1", "二2", "三3", "四4"), 1) for word in words}
_CHINESE_MONTHS = {word: number for number, word in enumerate([*"一二三四五六七八九十", "十一", "十二"], 1)}
_TIME = re.compile(
    rf"(?P<range>(?:{_Y})?{_MD.format('a')}{_TO}(?:(?P<y2>(?:19|20)\d{{2}})\s*年)?(?:(?P<bm>\d{{1,2}})\s*月)?(?P<bd>\d{{1,2}})\s*[日号])"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("range", _TIME),
    ("until", re.compile(rf"(?:截至|截止到?)\s*(?:{_Y})?{_MD.format('u')}")),
    ("until_month", re.compile(rf"(?:截至|截止到?)\s*(?:{_Y})?(?P<um>\d{{1,2}})\s*月(?:份)?[底末]?")),
    ("until_year", re.compile(r"(?:截至|截止到?)\s*(?P<y>(?:19|20)\d{2})\s*年[底末]?")),
    ("now", re.compile(r"截至目前|截止目前|目前|当前|至今|截至今日")),
    ("day", re.compile(rf"(?:{_Y})?{_MD.format('u')}(?P<since>以来|起)?")),
    (
        "months",
        re.compile(
            rf"(?:{_Y})?(?P<am>\d{{1,2}})\s*月?(?:份)?{_TO}(?:(?P<y2>(?:19|20)\d{{2}})\s*年)?(?P<bm>\d{{1,2}})\s*月(?:份)?"
        ),
    ),
    ("quarter", re.compile(rf"(?:{_Y})?第?(?P<q>[一二三四1-4])季度(?P<end>[末底])?")),
    ("half", re.compile(rf"(?:{_Y})?(?P<h>[上下])半年")),
    ("three", re.compile(rf"(?:{_Y})?前三(?:个)?季度")),
    ("first_months", re.compile(rf"(?:{_Y})?前(?P<n>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})个月")),
    ("month", re.compile(rf"(?:{_Y})?(?P<m>\d{{1,2}})\s*月(?:份)?(?P<end>[末底])?(?P<since>以来|起)?")),
    (
        "zh_month",
        re.compile(
            rf"(?:{_Y})?(?<![一二三四五六七八九十])(?P<zm>十[一二]|[一二三四五六七八九十])月份(?P<end>[末底])?"
        ),
    ),
    ("year", re.compile(rf"{_Y}(?P<since>以来|初以来)?(?P<end>[末底])?")),
    ("start", re.compile(r"年初以来|自?年初至今|本年以来")),
    ("whole", re.compile(r"全年|年内|期内|报告期内?|本期")),
    ("relative", re.compile(r"(?P<w>本|当|上|这个?|上个)(?P<u>月|季度|个?月|个?季度)")),
)
# Days that this module does not resolve; a figure near one is never called consistent.
_UNKNOWN = re.compile(
    r"每(?:月|周|年|季度?|天|日|学期|半年)|近[一二三四五六七八九十两几\d]+(?:年|个月|天|周)|[一二三四五六七八九十两几\d]+年来|“?十[一二三四五]五”?"
    r"|(?:换届|上任|成立|启动|开展|实施|开工|建成|疫情|入[春夏秋冬汛])以来|[春夏秋冬]季|汛期|春节|国庆|中秋|五一|端午|元旦|清明|暑假|寒假|假期"
    r"|[一上本下]?个?任期|本届|上届|本周|上周|当天|当日|昨日|近日|近期|日前|往年|历年|累年|前年|同期|上年末|期初|学期|周期|十月|[上中下]旬"
)
_JOINED = re.compile(r"\s*[、和与及]\s*")
_COMPARED = re.compile(r"[比较由是从与于自]\s*\Z|同比|环比")


@dataclass(frozen=True, slots=True)
class When:
    """The days a claim speaks of.

    period  both ends included; of a stock the last day counts
    said    the words that said so, "" when nothing was said
    doubt   Chinese, "" when it is sure
    others  days it may speak of as well, because the sentence before it named them
    """

    period: Period
    said: str = ""
    doubt: str = ""
    others: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """What the draft as a whole says of time.

    reported  the period it reports on
    as_of     the last day that can be asked for
    """

    reported: Period
    as_of: date

    def period(self, first: date, last: date) -> Period | None:
        """These days as far as they lie before the as-of day."""
        last = min(last, self.as_of)
        return Period(first, last) if first <= last else None


def read_when(words: str, clock: Clock) -> When | None:
    """The last time said in `words`, or None when nothing is said."""
    found = list(_times(words, clock))
    unknown = [each for each in _UNKNOWN.finditer(words) if not _inside(each.span(), found)]
    last = found[-1] if found else None
    if len(found) > 1 and _JOINED.fullmatch(words[found[-2][1] : found[-1][0]]):
        said = words[found[-2][0] : found[-1][1]]
        return When(clock.reported, said, f"“{said}”是合在一起的几段时间，台账按一段时间算。")
    if unknown and (last is None or unknown[-1].start() > last[0]):
        said = unknown[-1][0]
        return When(clock.reported, said, f"“{said}”指哪段时间说不准。")
    if last is None:
        return None
    _, _, said, period = last
    if period is None:
        return When(clock.reported, said, f"“{said}”不在截至{clock.as_of}的台账范围内。")
    return When(period, said)


def is_moment(said: str) -> bool:
    """Whether the words name a day and no stretch of time: they hold for their own sentence only."""
    return bool(re.match(r"截至|截止|目前|当前|至今", said)) or bool(re.search(r"[日号]\Z", said))


def _inside(span: tuple[int, int], found: list[tuple[int, int, str, Period | None]]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end, _, _ in found)


def _times(words: str, clock: Clock) -> Iterator[tuple[int, int, str, Period | None]]:
    """Every time said, in order, longest reading first; times that something is compared with are left out."""
    taken = 0
    candidates = sorted(
        (
            (found.start(), -found.end(), name, found)
            for name, pattern in _FORMS
            for found in pattern.finditer(words)
        ),
        key=lambda each: (each[0], each[1]),
    )
    for start, negative_end, name, found in candidates:
        if start < taken or not found[0]:
            continue
        if name in ("month", "day", "months", "quarter") and start and words[start - 1].isdigit():
            continue
        begins = name in {"range", "months"} or bool(found.groupdict().get("since"))
        compared = _COMPARED.search(words[max(0, start - 2) : start])
        if (compared and not (begins and compared[0].strip() in "从自由")) or words.startswith(
            "同期", found.end()
        ):
            taken = -negative_end
            continue
        taken = -negative_end
        try:
            period = _READ[name](found, clock)
        except ValueError:
            period = None
        yield start, -negative_end, found[0], period


def _year(found: re.Match[str], clock: Clock, month: int = 0) -> int:
    groups = found.groupdict()
    if groups.get("y"):
        return int(groups["y"])
    if groups.get("last"):
        return clock.as_of.year - 1
    if groups.get("this"):
        return clock.as_of.year
    # A month without a year is the last one of that name that the draft can know.
    year = clock.reported.last.year
    return year - 1 if month and date(year, month, 1) > clock.as_of else year


def _range(found: re.Match[str], clock: Clock) -> Period | None:
    first_month = int(found["am"])
    last_month = int(found["bm"] or first_month)
    last_year = int(found["y2"]) if found["y2"] else _year(found, clock, last_month)
    first_year = int(found["y"]) if found["y"] else last_year
    if not found["y2"] and found["y"]:
        last_year = first_year
    return clock.period(
        date(first_year, first_month, int(found["ad"])), date(last_year, last_month, int(found["bd"]))
    )


def _until(found: re.Match[str], clock: Clock) -> Period | None:
    month = int(found["um"])
    day = date(_year(found, clock, month), month, int(found["ud"]))
    return _from_start(clock, day)


def _until_month(found: re.Match[str], clock: Clock) -> Period | None:
    month = int(found["um"])
    return _from_start(clock, month_end(date(_year(found, clock, month), month, 1)))


def _until_year(found: re.Match[str], clock: Clock) -> Period | None:
    return _from_start(clock, date(int(found["y"]), 12, 31))


def _from_start(clock: Clock, last: date) -> Period | None:
    first = clock.reported.first if clock.reported.first <= last else date(last.year, 1, 1)
    return clock.period(first, last)


def _now(found: re.Match[str], clock: Clock) -> Period | None:  # noqa: ARG001 - the signature of every reader
    return clock.period(clock.reported.first, clock.reported.last)


def _day(found: re.Match[str], clock: Clock) -> Period | None:
    month = int(found["um"])
    day = date(_year(found, clock, month), month, int(found["ud"]))
    return clock.period(day, clock.as_of if found["since"] else day)


def _months(found: re.Match[str], clock: Clock) -> Period | None:
    first, last = int(found["am"]), int(found["bm"])
    last_year = int(found["y2"]) if found["y2"] else 0
    year = _year(found, clock, last) if not (last_year and not found["y"]) else last_year
    return clock.period(date(year, first, 1), month_end(date(last_year or year, last, 1)))


def _quarter(found: re.Match[str], clock: Clock) -> Period | None:
    number = _QUARTERS[found["q"]]
    year = _year(found, clock, number * 3 - 2)
    return clock.period(date(year, number * 3 - 2, 1), month_end(date(year, number * 3, 1)))


def _half(found: re.Match[str], clock: Clock) -> Period | None:
    first = 1 if found["h"] == "上" else 7
    year = _year(found, clock, first)
    return clock.period(date(year, first, 1), month_end(date(year, first + 5, 1)))


def _three(found: re.Match[str], clock: Clock) -> Period | None:
    year = _year(found, clock, 1)
    return clock.period(date(year, 1, 1), date(year, 9, 30))


def _first_months(found: re.Match[str], clock: Clock) -> Period | None:
    number = int(found["n"]) if found["n"].isdecimal() else _CHINESE_MONTHS[found["n"]]
    year = _year(found, clock, 1)
    return clock.period(date(year, 1, 1), month_end(date(year, number, 1)))


def _month(found: re.Match[str], clock: Clock) -> Period | None:
    groups = found.groupdict()
    number = int(groups["m"]) if groups.get("m") else _CHINESE_MONTHS[groups["zm"]]
    first = date(_year(found, clock, number), number, 1)
    return clock.period(first, clock.as_of if groups.get("since") else month_end(first))


def _whole_year(found: re.Match[str], clock: Clock) -> Period | None:
    year = _year(found, clock)
    last = clock.as_of if found["since"] else date(year, 12, 31)
    if year == clock.reported.first.year == clock.reported.last.year and not found["since"]:
        # 2024年 in a report that ends in April speaks of what there is of the year.
        return clock.period(date(year, 1, 1), min(last, max(clock.reported.last, clock.reported.first)))
    return clock.period(date(year, 1, 1), last)


def _start(found: re.Match[str], clock: Clock) -> Period | None:  # noqa: ARG001
    return clock.period(date(clock.as_of.year, 1, 1), clock.as_of)


def _whole(found: re.Match[str], clock: Clock) -> Period | None:
    if found[0] in ("全年", "年内"):
        return clock.period(date(clock.reported.last.year, 1, 1), clock.reported.last)
    return clock.period(clock.reported.first, clock.reported.last)


def _relative(found: re.Match[str], clock: Clock) -> Period | None:
    length = 3 if "季" in found["u"] else 1
    last = clock.reported.last
    start = date(last.year, (last.month - 1) // length * length + 1, 1)
    if found["w"].startswith("上"):
        start = add_months(start, -length)
    return clock.period(start, add_months(start, length) - timedelta(days=1))


_READ: dict[str, Callable[[re.Match[str], Clock], Period | None]] = {
    "range": _range,
    "until": _until,
    "until_month": _until_month,
    "until_year": _until_year,
    "now": _now,
    "day": _day,
    "months": _months,
    "quarter": _quarter,
    "half": _half,
    "three": _three,
    "first_months": _first_months,
    "month": _month,
    "zh_month": _month,
    "year": _whole_year,
    "start": _start,
    "whole": _whole,
    "relative": _relative,
}


def without_times(words: str) -> str:
    """The words with every time in them blanked, so that their characters are not left unexplained."""
    for _, pattern in _FORMS:
        words = pattern.sub(lambda found: "\n" * len(found[0]), words)
    return _UNKNOWN.sub(lambda found: "\n" * len(found[0]), words)
