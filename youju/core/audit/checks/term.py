"""Names of bodies, programmes and statistics that were right once, or not yet; and a text full of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from youju.core.audit.check import Check, Slip
from youju.core.audit.checks.norm import cited
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.audit.words import Term

_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})(?:年|[-—~至])")
_FORMER = re.compile(
    r"原(?:称|名|为|来的?|先的?)?[“《（]?\Z|前身[是为]?“?\Z|[曾旧]称“?\Z|改革前的?\Z|撤销\Z|取消\Z|废止\Z"
)
_RENAMED = re.compile(
    r"[一-鿿]{0,2}(?:示范|先进)|[”》）]?(?:现|改为|更名|已|转为|转隶|合并|划转|并入|撤销|取消|废止|整合)"
)
STALE_TERMS = 3
STALE_YEARS = 3


@dataclass(frozen=True, slots=True)
class _Hit:
    term: Term
    word: str
    start: int
    end: int


def _run(draft: Draft, context: Context) -> Iterator[Slip]:
    day = _day(context)
    if day is None:
        return
    for hit in _hits(draft, context, day):
        term = hit.term
        if day > term.until:
            reason = f"“{hit.word}”是旧名称，{_when(term.until)}以后不再使用。{cited(term.source)}"
        else:
            assert term.since is not None
            reason = f"“{hit.word}”{_when(term.since)}才有，早于它的材料里不应出现。{cited(term.source)}"
        yield Slip(hit.start, hit.end, reason, _advice(term), group=hit.word)


def _run_stale(draft: Draft, context: Context) -> Iterator[Slip]:
    """Three or more names that were all out of date for years: an old text with a new date on it."""
    day = _day(context)
    if day is None:
        return
    years = context.parameter("audit-stale-years", STALE_YEARS)
    first: dict[str, _Hit] = {}
    for hit in _hits(draft, context, day):
        if day.year - hit.term.until.year >= years:
            first.setdefault(hit.term.words[0], hit)
    if len(first) < context.parameter("audit-stale-terms", STALE_TERMS):
        return
    hits = sorted(first.values(), key=lambda each: each.start)
    latest = max(hit.term.until for hit in hits)
    names = "、".join(f"“{hit.word}”" for hit in hits[:5])
    anchor = context.reported.place if context.reported and context.reported.place else None
    start, end = (anchor.start, anchor.end) if anchor else (hits[0].start, hits[0].end)
    yield Slip(
        start,
        end,
        f"落款是{day.year}年，文中{names}等{len(hits)}个名称最晚的{latest.year}年就停用了，像是旧稿换了年份。",
        "逐段核对内容和数字是不是这一年的。",
        related=tuple(Span(hit.start, hit.end) for hit in hits),
    )


def _hits(draft: Draft, context: Context, day: date) -> Iterator[_Hit]:
    """Every term that the draft uses on a day it was not right; longest writings first, none in another."""
    taken: set[int] = set()
    words = sorted(
        ((word, term) for term in context.words.terms for word in term.words), key=lambda each: -len(each[0])
    )
    for word, term in words:
        early = term.since is not None and day < term.since
        if day <= term.until and not early:
            continue
        for start in draft.words(word):
            end = start + len(word)
            if start in taken or _is_right(draft, term, word, start, early=early):
                continue
            taken.update(range(start, end))
            yield _Hit(term, word, start, end)


def _is_right(draft: Draft, term: Term, word: str, start: int, *, early: bool) -> bool:
    """Part of a longer name that is right, said of its own time, said to be a former name, or in a title."""
    text, end = draft.text, start + len(word)
    for longer in term.beside:
        offset = longer.find(word)
        while offset >= 0:
            if text.startswith(longer, start - offset) and start >= offset:
                return True
            offset = longer.find(word, offset + 1)
    if text.rfind("《", max(0, start - 60), start) > text.rfind("》", max(0, start - 60), start):
        return True
    if _FORMER.search(text[max(0, start - 6) : start]) or _RENAMED.match(text[end : end + 6]):
        return True
    sentence = draft.sentence_at(start)
    years = [int(each.group(1)) for each in _YEAR.finditer(text, sentence.start, sentence.end)]
    if early:
        return False
    return any(year <= term.until.year for year in years)


def _day(context: Context) -> date | None:
    return context.reported.period.last if context.reported is not None else context.today


def _when(day: date) -> str:
    return f"{day.year}年{day.month}月" if (day.month, day.day) not in {(12, 31), (1, 1)} else f"{day.year}年"


def _advice(term: Term) -> str:
    return term.use if "。" in term.use else f"现在用“{term.use}”；说的是当年的事，写明年份。"


CHECK = Check("term", "名称已变更", "机构、项目、指标的旧名称，或报告期还没有的名称。", "warning", _run)
STALE = Check(
    "stale", "疑似旧稿", "多个多年前就不用的名称同时出现，像是旧稿换了年份。", "warning", _run_stale
)
