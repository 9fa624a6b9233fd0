"""Numerals that say nothing a ledger could confirm: days, ordinals, list numbers, document numbers, names, phones."""

from __future__ import annotations

import re
from dataclasses import dataclass

from youju.core.claim.grammar import HAN_DIGITS
from youju.core.claim.model import NonClaimKind

_DASH = r"\s?(?:-{1,2}|至|到|、|和|及)\s?"
_HAN_SMALL = r"[一二三四五六七八九十廿]{1,3}"
_YEAR = r"(?:1[89]|20|21)\d{2}"
_MONTH = r"(?:1[0-2]|0?[1-9])"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])"
_TAIL = r"(?:以来|以前|以后|之前|之后|年初|年末|年底|初|末|底|上旬|中旬|下旬)?"
_MONTH_DAY = rf"{_MONTH}\s?月份?(?:\s?{_DAY}\s?[日号])?"
_DATE = re.compile(
    rf"{_YEAR}\s?年?{_DASH}(?:{_YEAR}|\d{{2}})\s?(?:年度?|学年)(?:期间|间)?"
    rf"|{_YEAR}\s?年\s?{_MONTH}{_DASH}{_MONTH}\s?月份?"
    rf"|{_YEAR}\s?年(?:度|间)?(?:\s?{_MONTH_DAY}(?:{_DASH}(?:{_YEAR}\s?年)?\s?(?:{_MONTH_DAY}|{_DAY}\s?日))?"
    rf"|第?[一二三四1-4]季度|[上下]半年|前[一二三四\d]个?季度|前\d{{1,2}}个?月)?{_TAIL}"
    rf"|{_YEAR}[./-]{_MONTH}[./-]{_DAY}(?!\d)(?:{_DASH}{_YEAR}[./-]{_MONTH}[./-]{_DAY})?"
    rf"|{_YEAR}[./-]{_MONTH}{_DASH}{_YEAR}[./-]{_MONTH}(?!\d)"
    rf"|{_MONTH}\s?月?{_DASH}{_MONTH}\s?月(?:份|末|底)?(?:{_DAY}\s?日)?"
    rf"|{_MONTH_DAY}(?:{_DASH}(?:{_MONTH_DAY}|{_DAY}\s?[日号]))?{_TAIL}"
    rf"|{_DAY}\s?日?{_DASH}{_DAY}\s?日(?!\w?用)"
    rf"|{_DAY}\s?日{_TAIL}(?!均)"
    r"|(?:[01]?\d|2[0-4])\s?[:时]\s?[0-5]\d\s?(?:分|许)?(?![:\d])(?:-{1,2}(?:[01]?\d|2[0-4])[:时][0-5]\d分?)?"
    r"|(?:[01]?\d|2[0-4])\s?[时点](?![要建意])(?:整|许|左右|前|半|以前|以后|之前|至|-|起)"
    r"|(?:[01]?\d|2[0-4])\s?时(?![间代期段长效限常候])"
    rf"|{_YEAR}\s?年代"
    r"|[1-9]0\s?年代|20[XxＸ×]{2}年(?:\d{1,2}月)?"
)
_HAN_DATE = re.compile(
    rf"(?:[一二][{HAN_DIGITS}]{{3}}年(?:{_HAN_SMALL}月份?(?:{_HAN_SMALL}[日号])?)?"
    rf"|{_HAN_SMALL}月份?(?:{_HAN_SMALL}[日号])?(?![个大])"
    r"|[一二三四]季度(?:末|以来)?|[一二三四]至[二三四]季度|[二三四五六七八九]十年代)"
)
_ORDINAL = re.compile(
    rf"第\s?(?:\d{{1,5}}|[{HAN_DIGITS}十百千万两]{{1,6}})(?:[、和至-]第?(?:\d{{1,3}}|{_HAN_SMALL})(?=[条款章节期届产类]))?"
)
_ARTICLE = re.compile(r"[条款章节编](?!例)|项(?=规定|之规定|、)")
_DOCUMENT = re.compile(r"\d{4}\s?[〕\]］】)）]\s?第?\s?(\d{1,5})\s?号")
_NUMBERED = re.compile(
    r"\d{1,6}\s?(?:-\d{1,5})?\s?号(?!召|称|线)(?:楼|院|文件|文|令|公告|店|门|住宅|地块|厂房|车间|线)?"
)
_PHONE = re.compile(
    r"(?:\+?86[- ]?)?1[3-9][\d×xX*]{9}(?!\d)|0\d{2,3}[- ]?[\d×xX*]{7,8}(?!\d)|400[- ]?\d{3}[- ]?\d{4}(?!\d)|[48]00-\d{7}"
    r"|\d{3,4}[×xX*]{3,5}\d{2,4}"
)
_PHONE_WORD = re.compile(
    r"(?:电话|热线|手机|传真|QQ|邮编|联系方式|拨打|号码|微信|短信)(?:号码|号)?\s?[为是:]?\s?\Z"
)
_IDENTITY = re.compile(r"\d{17}[\dXx](?!\d)|\d{14,}|[\dA-HJ-NPQRTUWXY]{18}(?![\dA-Za-z])")
_LATIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+/_#@-]*")
_LIST_START = re.compile(
    r"[（(]\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?[）)][、.]?"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?(?:、(?!\d)|[.](?!\d)|[.](?=\d{4}年)|[）)]|,(?!\d))|\d{1,2}(?:\.\d{1,2}){1,3}(?![\d万亿%])\s"
)
_ENUMERATOR = re.compile(rf"(?:{_HAN_SMALL})(?:是|要|则|来(?=[^年源到自]))(?!否)")
_HAN_PLACE = re.compile(
    r"[一二三四五六七八九十百千万]{1,2}(?:台子|道沟|家子|棵树|间房|眼井|里河|里店|[家户道台岔合河门里角龙星塔桥林塘坝口])(?:镇|乡|村(?![民庄级委集干务])|屯|街道|社区|庄|子)"
)
_SERVICE = re.compile(
    r"(?<=[国省县乡]道)\d{3}线|(?<=[国省]道)\d{3}(?![.\d公里米千条万处座个段多余])|\d{2,6}(?:[./]\d{1,3})?(?:国道|省道|县道|乡道|高速|热线|平台|指挥中心|报警|急救|工作法|工作机制|工作模式|工作思路|模式|战略|"
    r"发展思路|行动|专案|特大|事故|电影|大案|总站|医院|团|部队|系列|型|路公交)"
)
_ROOM = re.compile(r"\d{2,5}\s?(?:室|房间|栋楼|单元|门牌)")
_GRADE = re.compile(rf"(?:\d|{_HAN_SMALL})\s?[A-Za-z]?级(?:以上|及以上|以下)?(?!联)")
_ROUTE = re.compile(r"\d+(?:\+[\dNXn]+)+|\d+\s?[×xX*]\s?\d+")


_DIGITS = re.compile(r"\d+")
_SHORT_NUMBER = re.compile(r"\d{1,5}\s?号")
_OPEN_BRACKETS = frozenset("〔[［【(（")
_CLOSE_BRACKETS = frozenset("〕]］】)）号")
_NUMBERS: tuple[tuple[re.Pattern[str], NonClaimKind, str], ...] = (
    (_PHONE, "phone", "number.phone"),
    (_IDENTITY, "id-no", "number.identity"),
    (_SERVICE, "name-part", "name.numbered"),
    (_ROUTE, "name-part", "name.formula"),
    (_GRADE, "name-part", "name.grade"),
    (_NUMBERED, "id-no", "number.numbered"),
    (_ROOM, "id-no", "number.numbered"),
)
_OPENING = frozenset("〔[［【(（〕]］】)）号道")
# What follows digits that may be a date, a document, a phone, a road or a model; any other number is not looked at twice.
_SUSPICIOUS = frozenset(
    "年月日号时点./-:、至到和及〕］]】)）×xX*+ 线国省县乡高热平指报急工模战发行专特事电大总医团部系型室房栋单门级路"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwyz"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stretch of text that is no claim, and why."""

    start: int
    end: int
    kind: NonClaimKind
    rule: str


def ordinal_at(text: str, at: int) -> Refusal | None:
    """第三季度, 第二十三条, 第一产业: what begins with 第 at `at`."""
    found = _ORDINAL.match(text, at)
    if found is None:
        return None
    end = found.end()
    if text.startswith("季度", end):
        return Refusal(at, end + 2, "date", "date.quarter")
    if text.startswith("号", end) and text[at - 1 : at] in {"〕", "]", "）", ")", "］"}:
        return Refusal(at + 1, end + 1, "doc-no", "number.document")
    if text.startswith("次全国", end):
        return Refusal(at, end + 1, "ordinal", "ordinal.di")
    if article := _ARTICLE.match(text, end):
        return Refusal(at + 1, article.end(), "article-no", "number.article")
    return Refusal(at, end + (text[end : end + 1] in set("批期届次轮名位个")), "ordinal", "ordinal.di")


def refused_arabic(text: str, at: int) -> Refusal | None:
    """What digits at `at` are when they count nothing: dates, phones, identity and document numbers."""
    before = text[at - 1] if at else "\n"
    digits = _DIGITS.match(text, at)
    end = digits.end() if digits else at + 1
    if end - at < 6 and text[end : end + 1] not in _SUSPICIOUS and before not in _OPENING:
        return _announced_number(text, at, end)
    if (date := _DATE.match(text, at)) and not _is_no_date(text, at, date.end(), before):
        return Refusal(at, date.end(), "date", "date.calendar")
    if before in _OPEN_BRACKETS and _DOCUMENT.match(text, at):
        return Refusal(at, at + 4, "doc-no", "number.document")
    if before in _CLOSE_BRACKETS and (found := _SHORT_NUMBER.match(text, at)):
        return Refusal(at, found.end(), "doc-no", "number.document")
    for form, kind, rule in _NUMBERS:
        if found := form.match(text, at):
            return Refusal(at, found.end(), "phone" if "热线" in found[0] else kind, rule)
    return _announced_number(text, at, end)


def _is_no_date(text: str, at: int, end: int, before: str) -> bool:
    """前11个月 is one expression with its 前; 1:20 after 比 is a ratio."""
    return (before == "前" and text[end - 1] != "年") or (
        ":" in text[at:end] and "比" in text[max(0, at - 10) : at]
    )


def _announced_number(text: str, at: int, end: int) -> Refusal | None:
    """热线：96110: digits behind a word that says what they are."""
    if end - at >= 3 and _PHONE_WORD.search(text, max(0, at - 12), at):
        return Refusal(at, end, "phone", "number.phone")
    return None


def refused_han(text: str, at: int) -> Refusal | None:
    """What a Chinese numeral at `at` is when it counts nothing: 三月, 一是, 二〇二四年, 三级."""
    if found := _HAN_DATE.match(text, at):
        return Refusal(at, found.end(), "date", "date.calendar")
    if (found := _ENUMERATOR.match(text, at)) and (
        at == 0 or not ("一" <= text[at - 1] <= "鿿") or text[at - 1] == "其"
    ):
        return Refusal(at, found.end(), "ordinal", "ordinal.shi")
    if (found := _GRADE.match(text, at)) or (found := _HAN_PLACE.match(text, at)):
        return Refusal(at, found.end(), "name-part", "name.grade" if "级" in found[0] else "name.place")
    return None


def list_number(text: str, at: int) -> Refusal | None:
    """一、 （一） 1. at the start of a line or after a full stop."""
    start = at
    while start > 0 and text[start - 1] in " \t>":
        start -= 1
    if start and text[start - 1] in "（(":
        bracket = start - 1
        found = _LIST_START.match(text, bracket)
        before = (
            text[:bracket].rstrip(" \t>")[-1:]
            if bracket < 40
            else text[bracket - 20 : bracket].rstrip(" \t>")[-1:]
        )
        if found and (not before or before in "\n。；：:;，"):
            return Refusal(bracket, found.end(), "list-number", "list.number")
        return None
    if start == 0 or text[start - 1] in "\n\r\v\f。；：;:":
        found = _LIST_START.match(text, at)
        if found:
            return Refusal(at, found.end(), "list-number", "list.number")
    return None


def latin_at(text: str, at: int) -> int:
    """Where the word of letters and digits around `at` ends."""
    found = _LATIN.match(text, at)
    return found.end() if found else at + 1
