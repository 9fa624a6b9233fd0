"""Lists joined by 分别 and 各: as many figures as names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from youju.core.audit.check import Check, Slip
from youju.core.audit.checks.sums import ADDED
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Span

_RESPECTIVELY = re.compile(
    r"分别(?:为|是|达到|达|有|增长|下降|提高|完成|占|实现|降低|上升|增加|减少|投入|发放|同比增长|同比下降)?了?"
)
_JOINT = re.compile(r"^[\s]*(?:[、，,和及与]|以及)[\s]*$")
_ITEM = re.compile(r"、|和|与|以及|及(?!以[上下内])")
_QUOTED = re.compile(r"“[^”]{1,24}”|《[^》]{1,40}》")
_OPEN = re.compile(r"等|各|每|以及其他")
_COUNTED = re.compile(
    r"([2-9两二三四五六七八九十])(?:个|家|所|名|类|项|大|级|种|条|户|镇|村|乡|区|县|市|产业)"
)
_EACH = re.compile(r"(?<!共)各(?!类|种|项|级|界)[^，。；、]{0,6}\Z")
_NUMBER = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2}


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    """甲、乙、丙分别为1、2: three names, two values."""
    for found in _RESPECTIVELY.finditer(draft.text):
        sentence = draft.sentence_at(found.start())
        after = draft.claims_in(Span(found.end(), sentence.end))
        if not after or after[0].start - found.end() > 12:
            continue
        values = [after[0]]
        for claim in after[1:]:
            if not _JOINT.match(draft.text[values[-1].end : claim.start]):
                break
            values.append(claim)
        names = _names(draft.text[_list_start(draft, sentence, found.start()) : found.start()])
        if len(values) < 2 or names < 2 or names == len(values):
            continue
        first, last = values[0], values[-1]
        yield Slip(
            first.start,
            last.end,
            f"“分别”前面是{names}项，后面是{len(values)}个数，对不上。",
            "一项一数，按同样的次序写全。",
            related=(Span(found.start(), found.end()),),
        )

    yield from _each_with_several(draft)


def _each_with_several(draft: Draft) -> Iterator[Slip]:
    """甲、乙各植树300株、200株: 各 takes one figure."""
    for one, two in pairwise(draft.claims):
        if (
            one.value is None
            or two.value is None
            or not _EACH.search(draft.text, max(0, one.start - 8), one.start)
        ):
            continue
        if one.kind == two.kind and one.value.norm_unit == two.value.norm_unit and one.kind in ADDED:
            between = draft.text[one.end : two.start]
            if between in {"、", "和", "与"} and two.text != one.text:
                yield Slip(
                    one.start,
                    two.end,
                    f"“各”后面应当只有一个数，这里有“{one.text}”“{two.text}”两个。",
                    "数相同的只写一个；不同的改用“分别”，一项一数。",
                )


def _list_start(draft: Draft, sentence: Span, end: int) -> int:
    """Where the list before 分别 begins: after the last comma, colon or bracket."""
    return max(draft.text.rfind(mark, sentence.start, end) + 1 for mark in "，,：:；;）") or sentence.start


def _names(text: str) -> int:
    """How many things a list names; 0 when it is open (等) or there is no telling."""
    text = _QUOTED.sub("名", text)
    if _OPEN.search(text) or "（" in text or "“" in text:
        return 0
    items = [item for item in _ITEM.split(text) if item.strip()]
    if "、" not in text:
        counted = _COUNTED.findall(text)
        if len(items) == 1 and len(counted) == 1:
            word = counted[0]
            return _NUMBER[word] if word in _NUMBER else int(word)
        # 和 alone also stands inside names (和平村) and sentences; two short items are a list.
        return 2 if len(items) == 2 and all(len(item) <= 12 for item in items) else 0
    return len(items)


CHECK = Check(
    "respectively",
    "“分别”不对应",
    "“分别”前后的项数和个数不一样。",
    "warning",
    _run,
    needs="claims",
)
