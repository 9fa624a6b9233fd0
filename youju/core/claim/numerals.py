"""The number at a place of a text, with 多 余 几 来 and 万 亿 around it, and the words before it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from youju.core.claim.grammar import HAN, HAN_DIGITS
from youju.core.zh.approximation import BEFORE, vague
from youju.core.zh.interval import Interval
from youju.core.zh.numerals import LONGEST, MYRIADS, TENS, parse

# 321 146件: official tables and yearbooks divide thousands by a blank
_ARABIC = r"\d{1,3}(?:[,，]\d{3})+(?!\d)(?:\.\d+)?|\d{1,3}(?: \d{3})+(?=[万亿%一-鿿])|\d+(?:\.\d+)?"
_DIVIDERS = re.compile(r"[,， ]")
_MIDDLE = r"多|余|几(?![乎何率点])|来(?=[个人户名家次亩天里吨斤岁公分台辆头位条处万种])"
_NUMBER = re.compile(
    rf"(?:(?P<arabic>{_ARABIC})(?: ?(?P<arabic_middle>[多余几来])?(?P<arabic_scale>[十百千]?[万亿]{{1,2}}|个亿|[十百]|千(?![米克瓦伏])))?"
    rf"(?P<rest>(?<=[万亿千])\d+(?:\.\d+)?[百千万]?)?"
    rf"|(?P<han>[几数]?[{HAN}]+(?:点[{HAN_DIGITS}]+[万亿]*)?|[几数])"
    rf"(?:(?P<han_middle>[多余几来])(?P<han_scale>[百千万亿]+))?)"
    rf"(?P<middle> ?(?:{_MIDDLE}))?"
)
_BEFORE_ENDS = frozenset(word[-1] for word in BEFORE)
_BEFORE = re.compile("(?:" + "|".join(sorted(BEFORE, key=len, reverse=True)) + r") ?\Z")
_BEFORE_REACH = max(map(len, BEFORE)) + 1
# 预约, 附近: words that end like a qualifier
_ENDS_LIKE_ABOUT = frozenset("预公签条节集契违履制相誓毁续邀民")
_ENDS_LIKE_NEARLY = frozenset("附最临靠邻新远亲走")


@dataclass(slots=True)  # not frozen: one is made for every number of a text, and that costs
class Numeral:
    """A number as it stands in a text.

    number  None when it is no single number; then `loose` is its interval (七八十)
    middle  多 余 几 来, or ""
    bare    no digit was written: 百余, 上千
    scale   the 万 or 亿 after it, 1 for none: a range shares it (10-15万)
    """

    end: int
    number: Decimal | None
    loose: Interval | None
    middle: str
    bare: bool
    han: bool
    scale: Decimal = Decimal(1)


def numeral_at(text: str, at: int) -> Numeral | None:
    """The number that begins at `at`; None when the characters there make none."""
    found = _NUMBER.match(text, at)
    if found is None:
        return None
    middle = (found["middle"] or "").strip()
    arabic, end = found["arabic"], found.end()
    if arabic is not None:
        return _arabic(found, arabic, middle, end)
    han = found["han"]
    inner = found["han_middle"] or middle
    scale = found["han_scale"] or ""
    bare = han[0] in "百千万亿"
    if len(han) > LONGEST:
        return Numeral(end, None, None, "", bare=False, han=True)
    number = parse(han)
    if number is not None:
        shared = _product(scale or han[len(han.rstrip("万亿")) :])
        return Numeral(end, number * _product(scale), None, inner, bare=bare, han=True, scale=shared)
    if han in {"几", "数"}:
        return Numeral(end, None, Interval(Decimal(2), None), "", bare=False, han=True)
    loose = vague(han)
    return Numeral(end, None, loose, "", bare=bare, han=True)


def _arabic(found: re.Match[str], arabic: str, middle: str, end: int) -> Numeral:
    if len(arabic) > LONGEST:
        return Numeral(end, None, None, "", bare=False, han=False)
    number = Decimal(arabic if arabic.isdigit() else _DIVIDERS.sub("", arabic))
    scale = (found["arabic_scale"] or "").removeprefix("个")
    inner = found["arabic_middle"] or ""
    if scale:
        number *= _product(scale)
    if rest := found["rest"]:
        tail = parse(rest)
        if inner or tail is None or tail >= _product(scale or ""):
            end = found.start("rest")
            middle = ""
        else:
            number += tail
    return Numeral(
        end,
        number,
        None,
        inner or middle,
        bare=False,
        han=False,
        scale=_product(scale) if scale else Decimal(1),
    )


def qualifier_before(text: str, at: int, *, bare: bool) -> tuple[int, str]:
    """Where the words before a number begin that belong to it (近, 超过, 不少于), and the words; (at, "") for none."""
    last = at - 1
    if last >= 0 and text[last] == " ":
        last -= 1
    if last < 0 or text[last] not in _BEFORE_ENDS:
        return at, ""
    found = _BEFORE.search(text, max(0, at - _BEFORE_REACH), at)
    if found is None:
        return at, ""
    word = found[0].rstrip()
    start = found.start()
    if len(word) == 1 and _is_tail_of_word(text[start - 1 : start], word, bare=bare):
        return at, ""
    return start, word


def _is_tail_of_word(previous: str, word: str, *, bare: bool) -> bool:
    """签约, 附近; and 上 counts before a bare numeral only (上百人)."""
    if word == "上":
        return not bare or previous in {"以", "向", "之"}
    return (word == "约" and previous in _ENDS_LIKE_ABOUT) or (word == "近" and previous in _ENDS_LIKE_NEARLY)


def _product(chars: str) -> Decimal:
    number = 1
    for char in chars:
        number *= TENS.get(char) or MYRIADS[char]
    return Decimal(number)
