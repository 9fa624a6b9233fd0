"""Days that cannot be, days outside the report period, whole-year wording in a report on part of a year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.audit.reporting import days_in, is_plan, last_day, read_signature

_SHORT = re.compile(r"(?<![0-9年])([0-9]{1,2})月([0-9]{1,2})日")
_NO_MONTH = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}年(0|00|1[3-9]|[2-9][0-9])月(?!龄)")
_NO_MONTH_WORD = re.compile(r"截[至止](?:(?:19|20)[0-9]{2}年)?(?:1[0-2]|[1-9])(?=底|末)[底末]")
_UNTIL = re.compile(
    r"截[至止](?:((?:19|20)[0-9]{2})年|今年|目前)?([0-9]{1,2})月(?:份)?(?:([0-9]{1,2})日|底|末)"
)
_RANGE = re.compile(
    r"(?<![0-9])(?:((?:19|20)[0-9]{2})年)?([0-9]{1,2})月([0-9]{1,2})日(?:至|到|[-—－–~～]+)(?:((?:19|20)[0-9]{2})年)?(?:([0-9]{1,2})月)?([0-9]{1,2})日"
)
_WEEKDAY = re.compile(
    r"((?:19|20)[0-9]{2})年([0-9]{1,2})月([0-9]{1,2})日[（(]?(?:星期|周)([一二三四五六日天])"
)
_AHEAD = re.compile(
    r"将|拟|期限|不超过|不晚于|预计|计划|力争|确保|争取|届时|截止|之前|日前|底前|下一步|打算|准备|目标|去年|上年|往年|有效期|到期|起施行|起实施|安排"
)
_ALREADY = re.compile(
    r"了|已|完成|召开|举[办行]|开展|组织|印发|下发|发放|清理|整治|收到|通过|获|验收|开工|竣工|共|累计"
)
_WHOLE_YEAR = re.compile(r"全年|一年来|年终|全年度|一年以来|这一年")
_TOTAL_OF_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年(?:度)?(?:全年|累计|总共|合计|共计)")
_NOT_YET = re.compile(
    r"目标|任务|计划|预计|力争|确保|争取|预期|预算|指标|安排|全年的|占全年|时序|下半年|去年|上年|上一年|往年|将|拟|要求|下一步|打算|全年无休|"
    r"全年(?:不间断|候|开放|巡|保|生产总值|平均气温|降)|(?:超|过|近)全年|进度|可望|有望|提前|前年|贯穿全年|以来的"
)
_WEEKDAYS = "一二三四五六日"
_OTHER_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年")


def _run(draft: Draft, context: Context) -> Iterator[Slip]:
    yield from _impossible(draft)
    yield from _reversed(draft)
    yield from _weekdays(draft)
    yield from _outside(draft, context)


def _impossible(draft: Draft) -> Iterator[Slip]:
    """2月30日, 13月."""
    full = {span.start: (span, year, month, day) for span, year, month, day in days_in(draft)}
    for span, year, month, day in full.values():
        if not _is_day(year, month, day):
            yield _bad(span.start, span.end, draft.text[span.start : span.end])
    for found in _NO_MONTH.finditer(draft.text):
        yield Slip(*found.span(), f"没有“{found.group(1)}月”。", "按原始记录改正月份。", severity="error")
    for found in _NO_MONTH_WORD.finditer(draft.text):
        yield Slip(*found.span(), f"“{found.group()}”少写了“月”。", "补上“月”字，并核对日期。")
    for found in _SHORT.finditer(draft.text):
        # A leap year is as good as any where no year is written.
        if not _is_day(2024, int(found[1]), int(found[2])):
            yield _bad(found.start(), found.end(), found.group())


def _bad(start: int, end: int, words: str) -> Slip:
    return Slip(start, end, f"没有“{words}”这一天。", "按原始记录改正日期。", severity="error")


def _reversed(draft: Draft) -> Iterator[Slip]:
    for found in _RANGE.finditer(draft.text):
        year, month, day, to_year, to_month, to_day = (int(each) if each else None for each in found.groups())
        assert month is not None
        assert day is not None
        assert to_day is not None
        base = year or 2024
        end_year = to_year or base
        end_month = to_month or month
        if not (_is_day(base, month, day) and _is_day(end_year, end_month, to_day)):
            continue
        if date(end_year, end_month, to_day) < date(base, month, day) and (year or to_month is None):
            yield Slip(
                *found.span(),
                f"“{found.group()}”的结束日期早于开始日期。",
                "核对起止日期；跨年的，写明后一个年份。",
            )


def _weekdays(draft: Draft) -> Iterator[Slip]:
    for found in _WEEKDAY.finditer(draft.text):
        year, month, day = int(found[1]), int(found[2]), int(found[3])
        if _is_day(year, month, day):
            right = _WEEKDAYS[date(year, month, day).weekday()]
            if found[4].replace("天", "日") != right:
                yield Slip(
                    *found.span(),
                    f"{year}年{month}月{day}日是星期{right}，不是星期{found[4]}。",
                    "核对日期和星期。",
                )


def _outside(draft: Draft, context: Context) -> Iterator[Slip]:
    """Something already done on a day after the report's last one (or after today)."""
    signature = read_signature(draft)
    if context.period is not None:
        limit, what = context.period.last, "报告期最后一天"
    elif signature is not None and not is_plan(draft):
        limit, what = signature.day, "落款日期"
    elif context.today is not None:
        limit, what = context.today, "今天"
    else:
        return
    dated = list(days_in(draft))
    if context.reported is not None and context.reported.period.first.year == limit.year:
        # 5月12日 without a year is of the report's year.
        short = _SHORT.finditer(draft.text)
        dated += [(Span(*found.span()), limit.year, int(found[1]), int(found[2])) for found in short]
    for found in _UNTIL.finditer(draft.text):
        month = int(found[2])
        year = int(found[1] or (context.reported.period.last.year if context.reported else limit.year))
        if 1 <= month <= 12 and date(year, month, 1) > limit:
            reason = f"“{found.group()}”在{what}（{limit.year}年{limit.month}月{limit.day}日）之后，数字不可能统计到那时。"
            yield Slip(*found.span(), reason, "核对截止的日期和数字。")
    for span, year, month, day in dated:
        if not _is_day(year, month, day) or date(year, month, day) <= limit or draft.is_quoted(span.start):
            continue
        sentence = draft.slice(draft.sentence_at(span.start))
        clause = draft.slice(draft.clause_at(span.start)) + draft.text[span.end : span.end + 40]
        if _AHEAD.search(sentence) or not _ALREADY.search(clause):
            continue
        yield Slip(
            span.start,
            span.end,
            f"“{draft.slice(span)}”在{what}（{limit.year}年{limit.month}月{limit.day}日）之后，句中却说已经做了。",
            "核对日期；确属以后的事，改用“将”“拟”。",
        )


def _run_year_wording(draft: Draft, context: Context) -> Iterator[Slip]:
    """全年 and the like where the year is not over yet."""
    reported = context.reported
    if reported is None or not reported.is_part_year:
        return
    year, last = reported.period.first.year, reported.period.last
    until = f"{last.month}月{last.day}日" if last != last_day(last.year, last.month) else f"{last.month}月底"
    for found in _WHOLE_YEAR.finditer(draft.text):
        sentence = draft.sentence_at(found.start())
        clause = draft.slice(draft.clause_at(found.start()))
        words = draft.slice(sentence)
        years = {int(each.group(1)) for each in _OTHER_YEAR.finditer(words)}
        if _NOT_YET.search(clause) or _NOT_YET.search(words[: max(0, found.start() - sentence.start)]):
            continue
        if (
            (years and year not in years)
            or draft.is_quoted(found.start())
            or draft.looks_ahead(found.start())
        ):
            continue
        yield Slip(
            *found.span(),
            f"报告期只到{year}年{until}，“{found.group()}”说的是一整年。",
            f"改为“{year}年以来”或“截至{until}”；是全年目标或上年数的，写明。",
            group="whole year",
        )
    for found in _TOTAL_OF_YEAR.finditer(draft.text):
        if int(found.group(1)) != year or "全年" in found.group():
            continue
        if draft.is_quoted(found.start()) or _NOT_YET.search(draft.slice(draft.clause_at(found.start()))):
            continue
        yield Slip(
            *found.span(),
            f"报告期只到{year}年{until}，“{found.group()}”读起来是一整年的总数。",
            f"改为“{year}年以来累计”或“截至{until}累计”，并核对是不是这一段时间的数。",
            group="whole year",
        )


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


DATES = Check(
    "date", "日期有误", "不存在的日期，起止颠倒，星期不符，报告期以后的日期却说已经完成。", "warning", _run
)
YEAR_WORDING = Check(
    "year_wording",
    "全年表述",
    "报告期只是一年的一部分，却用“全年”“一年来”“某年累计”。",
    "warning",
    _run_year_wording,
)
