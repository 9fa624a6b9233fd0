"""Wordings a careful clerk changes, one thing under several names, and names that differ in one character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import HAN, Draft
from youju.core.audit.finding import Span
from youju.core.audit.words import Variants

_BODY = re.compile(rf"(?=([{HAN}]{{4}}(?:队|中心|小组|站|所|委员会|办公室|协会|理事会|工作室)))")
_DISTINCT = frozenset(
    "一二三四五六七八九十东西南北中上下左右前后大小老新男女甲乙丙丁省市县区镇乡村屯组户党团校级内外"
)
_QUOTED_SUFFIX = re.compile(r"(制度|机制)”")


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _run(draft: Draft, context: Context) -> Iterator[Slip]:
    for wording in context.words.wordings:
        if wording.kind == "ambiguous":
            continue
        for found in _compiled(wording.pattern).finditer(draft.text):
            if found.start() == found.end():
                continue
            use = found.expand(wording.use) if wording.use else ""
            yield Slip(
                *found.span(), wording.reason, f"改为“{use}”。" if use else "换一种说法。", group=wording.id
            )


def _run_ambiguous(draft: Draft, context: Context) -> Iterator[Slip]:
    for wording in context.words.wordings:
        if wording.kind != "ambiguous":
            continue
        if wording.beside and not _compiled(wording.beside).search(draft.text):
            continue
        for found in _compiled(wording.pattern).finditer(draft.text):
            if found.start() == found.end() or draft.is_quoted(found.start()):
                continue
            yield Slip(*found.span(), wording.reason, wording.use or "写出全称。", group=wording.id)


def _run_mixed(draft: Draft, context: Context) -> Iterator[Slip]:
    for variants in context.words.variants:
        places = {word: _places(draft, word, variants) for word in variants.words}
        used = {word: spans for word, spans in places.items() if spans}
        if len(used) < 2:
            continue
        names = "、".join(f"“{word}”" for word in used)
        best = variants.words[0]
        for word, spans in used.items():
            if word == best:
                continue
            others = tuple(spans[0] for other, spans in used.items() if other != word)
            for span in spans:
                yield Slip(
                    span.start,
                    span.end,
                    f"文中{names}混用。{variants.reason}",
                    f"统一为“{best}”；确有区别的，分别写明。",
                    related=others,
                    group=word,
                )
    yield from _twins(draft)
    yield from _quoted_suffix(draft)


def _places(draft: Draft, word: str, variants: Variants) -> list[Span]:
    longer = [each for each in (*variants.words, *variants.apart) if word in each and each != word]
    found = []
    for start in draft.words(word):
        if any(
            draft.text.startswith(each, start - each.find(word))
            for each in longer
            if start >= each.find(word)
        ):
            continue
        found.append(Span(start, start + len(word)))
    return found


def _twins(draft: Draft) -> Iterator[Slip]:
    """治安巡防队 and 治安巡逻队: names of a body that differ in one inner character."""
    seen: dict[str, tuple[str, Span]] = {}
    for found in _BODY.finditer(draft.text):
        name = found.group(1)
        span = Span(found.start(), found.start() + len(name))
        for at in (2, 3):
            if name[at] in _DISTINCT:
                continue
            key = f"{name[:at]}_{name[at + 1 :]}"
            other = seen.get(key)
            if other is None:
                seen[key] = (name, span)
            elif other[0] != name and other[0][at] not in _DISTINCT:
                yield Slip(
                    span.start,
                    span.end,
                    f"前文写作“{other[0]}”，这里写作“{name}”，只差一个字。",
                    "同一组织的，名称写成一样；不同的，写明区别。",
                    related=(other[1],),
                )
                seen[key] = (name, span)


def _quoted_suffix(draft: Draft) -> Iterator[Slip]:
    """“门前三包制度” beside “一事一议”制度: the class word inside the marks here and outside there."""
    outside = {found.group(1) for found in re.finditer(r"”(制度|机制)", draft.text)}
    for found in _QUOTED_SUFFIX.finditer(draft.text):
        opening = draft.text.rfind("“", max(0, found.start() - 12), found.start())
        if found.group(1) in outside and opening >= 0 and found.start() - opening > 2:
            yield Slip(
                opening,
                found.end(),
                f"别处把“{found.group(1)}”写在引号外，这里写进了引号内。",
                f"引号只括名称，“{found.group(1)}”放到引号外。",
            )


CHECK = Check("wording", "用词不当", "搭配不当、重复累赘、的地混用、不规范的简称和写法。", "note", _run)
AMBIGUOUS = Check("ambiguous", "指代不明", "容易误解的简称和职务名称。", "note", _run_ambiguous)
MIXED = Check("mixed", "名称不一致", "同一事物前后写法不同。", "note", _run_mixed)
