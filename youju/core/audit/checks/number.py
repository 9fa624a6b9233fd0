"""One figure by itself: a year pasted as a quantity, 多 on a number that is not round, two 概数, no unit."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span
from youju.core.claim.model import Claim

_YEAR = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})年")
_LOOSE = frozenset("多余几来")
_TAIL = re.compile(r"([0-9]|[一二三四五六七八九])([多余几来])(?![十百千])")
_BEFORE = (
    "大约",
    "大概",
    "约",
    "近",
    "将近",
    "接近",
    "超过",
    "超",
    "突破",
    "逾",
    "至少",
    "不少于",
    "不到",
    "不足",
    "最少",
    "最多",
)
_AFTER = ("多", "余", "几", "来", "左右", "上下", "以上", "以下", "以内", "开外")
_AFTERWARDS = re.compile(r"(?:左右|上下|以上|以下|以内)")
_BEFOREHAND = re.compile(r"(?:大约|大概|约|将近|接近|超过|突破|逾|至少|不少于|不到|不足|近)\Z")
_BARE = re.compile(r"[0-9一二三四五六七八九十百千几半多余].*[万亿]\Z|[0-9]\Z")
_COUNTED_BY_NAME = re.compile(r"推荐|评选|评出|命名|授予|表彰|任命|选举|选派|申报|认定|获评|授牌|通报")
_PLAIN = re.compile(r"[1-9][0-9]{0,5}(?:\.[0-9]+)?")
_CLAUSE_ENDS = ("，", "。", "；", "、", ",", ";", "\n", "")
_BARE_RATE = re.compile(
    r"(?:成功|(?<![概利汇税费心速频倍功育积]))率(?:已?达到?|提高到|提升到|上升到|保持在|稳定在|为|均为)(?:了)?([0-9]{1,3}(?:\.[0-9]+)?)(?=[，。；、,;\n]|\Z)"
)
_DONE_TO = re.compile(
    r"(?:组织|开展|召开|举办|发放|印发|张贴|悬挂|书写|清理|清运|清除|整治|拆除|疏通|硬化|修建|新建|建成|改造|安装|更换|配备|"
    r"购置|种植|补栽|排查|检查|巡查|整改|调解|化解|受理|办结|走访|慰问|培训|帮扶|救助|发展|培育|投入|推荐|评选)"
    r"[一-鿿]{1,10}(?<![第前号达为至到约近])\Z"
)
ROUND_DIGITS = Decimal(1000)
ROUND_FEWEST = 2


def _run_year(draft: Draft, context: Context) -> Iterator[Slip]:
    """2024多吨 in a report on 2024: the year was replaced throughout, figures included."""
    likely = _likely_years(draft, context)
    for claim in draft.claims:
        year = _pasted_year(claim, likely)
        if not year or claim.value is None or draft.is_table(draft.paragraph_at(claim.start)):
            continue
        loose = _LOOSE & set(claim.value.qualifiers)
        yield Slip(
            claim.start,
            claim.end,
            f"“{claim.text}”里的{year}正好是年份，像是批量替换年份时误改的数量。"
            + ("年份不是整数，后面也不能用概数。" if loose else ""),
            "按原始记录核对这个数。",
            severity="error" if loose else "warning",
        )


def _likely_years(draft: Draft, context: Context) -> set[str]:
    """The year of the report, and the one that its text names most."""
    years = Counter(found.group(1) for found in _YEAR.finditer(draft.text))
    likely = {year for year, times in years.most_common(1) if times >= 2}
    if context.reported is not None:
        likely.add(str(context.reported.period.last.year))
    return likely


def _pasted_year(claim: Claim, likely: set[str]) -> str:
    """The year that a figure is written as, "" when it is none of them."""
    written = claim.text.lstrip("约近超过逾").replace(",", "").replace("，", "")[:4]
    return written if written in likely and claim.value and claim.value.number == Decimal(written) else ""


def _run_exact(draft: Draft, context: Context) -> Iterator[Slip]:
    """多, 余 and 几 need a round number before them: 56余条 says nothing."""
    likely = _likely_years(draft, context)
    for claim in draft.claims:
        if claim.value is None or not _LOOSE & set(claim.value.qualifiers) or _pasted_year(claim, likely):
            continue
        found = _TAIL.search(claim.text)
        number = claim.value.number
        if found is None or found.group(1) == "0" or number is None or "." in claim.text:
            continue
        if number == number.to_integral_value() and number % 10 != 0 and not _is_teen(claim.text, found):
            word = found.group(2)
            yield Slip(
                claim.start,
                claim.end,
                f"“{claim.text}”前面是精确到个位的数，后面又用“{word}”，自相矛盾。",
                f"数字是准的，删去“{word}”；不准的，写成整十整百的数。",
            )
    for claim in draft.claims:
        if claim.value is None or not _LOOSE & set(claim.value.qualifiers):
            continue
        before = draft.text[draft.clause_at(claim.start).start : claim.start]
        if _COUNTED_BY_NAME.search(before):
            yield Slip(
                claim.start,
                claim.end,
                "推荐、评选、表彰的对象有名单，数量应当是准数。",
                "按名单写准确的数。",
                severity="note",
            )


def _is_teen(text: str, found: re.Match[str]) -> bool:
    """三五十多? 二十几 and 十来 end in 十; a digit before 十 is no last digit."""
    return text[found.end() : found.end() + 1] in {"十", "百", "千"}


def _run_twice(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    """约20余人, 近300人左右: one is enough."""
    for claim in draft.claims:
        if claim.value is None:
            continue
        start, end = claim.start, claim.end
        words = [each for each in claim.value.qualifiers if each in _BEFORE or each in _AFTER]
        if (ahead := _BEFOREHAND.search(draft.text, max(0, start - 3), start)) and words:
            words.insert(0, ahead.group())
            start = ahead.start()
        if (behind := _AFTERWARDS.match(draft.text, end)) and words:
            words.append(behind.group())
            end = behind.end()
        if len(words) >= 2 and len(set(words)) >= 2:
            listed = "、".join(f"“{word}”" for word in words)
            yield Slip(start, end, f"一个数上用了{listed}两个概数词。", "只留一个。")


def _run_unit(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    """15万购买垃圾桶: 万 of what."""
    for claim in draft.claims:
        value = claim.value
        if value is None or value.unit_given or claim.kind != "money" or not _BARE.search(claim.text):
            continue
        if (
            draft.is_table(draft.paragraph_at(claim.start))
            or draft.text[claim.end : claim.end + 1] in "-—~～至"
        ):
            continue
        yield Slip(
            claim.start,
            claim.end,
            f"“{claim.text}”后面没有单位。",
            f"补上单位“{value.norm_unit or '元'}”，写成“{claim.text}{value.norm_unit or '元'}”。",
        )
    yield from _bare_counts(draft)
    for found in _BARE_RATE.finditer(draft.text):
        if not draft.is_table(draft.paragraph_at(found.start())):
            yield Slip(
                *found.span(1),
                f"“{found.group()}”后面没有百分号。",
                f"核对后补上“%”，写成“{found.group(1)}%”。",
            )


def _bare_counts(draft: Draft) -> Iterator[Slip]:
    """清运垃圾80，: a number at the end of a clause that says what was done, and of what is 80."""
    for entry in draft.entries:
        if entry.is_claim or not entry.rule.endswith("bare") or not _PLAIN.fullmatch(entry.text):
            continue
        if draft.text[entry.end : entry.end + 1] not in _CLAUSE_ENDS or draft.is_quoted(entry.start):
            continue
        before = draft.text[draft.clause_at(entry.start).start : entry.start]
        if draft.is_table(draft.paragraph_at(entry.start)) or not _DONE_TO.search(before):
            continue
        yield Slip(
            entry.start,
            entry.end,
            f"“{before[-6:]}{entry.text}”的数后面没有单位。",
            "补上单位（个、处、吨、份等）。",
        )


def _run_round(draft: Draft, context: Context) -> Iterator[Slip]:
    """Several counts of thousands without 多 or 约: estimates written as if they were counted."""
    fewest = context.parameter("audit-round-figures", ROUND_FEWEST)
    rounded = [claim for claim in draft.claims if _is_round(claim)]
    counts = [claim for claim in draft.claims if claim.kind == "count" and _is_exact(claim, ROUND_DIGITS)]
    if len(rounded) < fewest or len(rounded) * 2 < len(counts):
        return
    first, *others = rounded
    shown = "、".join(f"“{each.text}”" for each in rounded[:5])
    yield Slip(
        first.start,
        first.end,
        f"{shown}都是整千整万的数，像是估计数。",
        "有台账的写准数；确是估计的，加“约”“近”“多”。",
        related=tuple(Span(each.start, each.end) for each in others),
    )


def _is_exact(claim: Claim, least: Decimal) -> bool:
    value = claim.value
    return (
        value is not None and value.interval.is_exact and value.number is not None and value.number >= least
    )


def _is_round(claim: Claim) -> bool:
    """A count of at least a thousand that ends in three zeros, written out (not 1万)."""
    value = claim.value
    if claim.kind != "count" or claim.rate or value is None or not _is_exact(claim, ROUND_DIGITS):
        return False
    assert value.number is not None
    return value.number % ROUND_DIGITS == 0 and not re.search(r"[万亿千]", claim.text)


YEAR = Check(
    "year_number",
    "年份误作数量",
    "数量正好等于年份，像是批量替换时误改的。",
    "warning",
    _run_year,
    needs="claims",
)
EXACT = Check(
    "not_round",
    "概数用在准数上",
    "个位不是零的数后面用“多”“余”；有名单的数量用概数。",
    "warning",
    _run_exact,
    needs="claims",
)
TWICE = Check(
    "two_approximations",
    "概数词重复",
    "一个数上用了两个概数词：约20余人。",
    "warning",
    _run_twice,
    needs="claims",
)
UNIT = Check(
    "missing_unit",
    "缺少单位",
    "金额没有写“元”，个数没有写单位，比率没有写“%”。",
    "warning",
    _run_unit,
    needs="claims",
)
ROUND = Check(
    "round_figures",
    "整数偏多",
    "多个整千整万的数没有用概数词，像是估计数。",
    "note",
    _run_round,
    needs="claims",
)
