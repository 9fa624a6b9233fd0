"""Numbers of headings and of 一是…二是…: in order, at the right level, with the right mark."""

from __future__ import annotations

import re
from collections.abc import Iterator

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import Draft, Heading
from youju.core.audit.finding import Span

_STYLE = {1: "一、", 2: "（一）", 3: "1.", 4: "（1）"}
_RIGHT_MARK = {1: "、", 2: "", 3: ".．", 4: ""}
_ITEM = re.compile(
    r"(?:(?<=[。；：，;:,\s“（])|^)(第?)([一二三四五六七八九十]{1,2})(是|要|则|来)(?![个种些次条件项名])",
    re.MULTILINE,
)
_DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九十")}
_CHINESE = "零一二三四五六七八九十"
# A heading that differs from another in one of these is about something else.
_WEIGHTY = frozenset(
    "一二三四五六七八九十上下前后东南西北春夏秋冬农林牧渔工商水电路气党团村镇城乡老小男女内外人财物事文教"
)
FEWEST = 2  # headings of a level that make it one, where it is the only level


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    yield from _order(draft)
    yield from _marks(draft)
    for paragraph in draft.prose:
        yield from _items(draft, paragraph)


def _order(draft: Draft) -> Iterator[Slip]:
    """Within one parent the numbers of a level go 1, 2, 3; a new parent starts anew."""
    seen: dict[int, list[Heading]] = {}
    for heading in draft.headings:
        if heading.number == 0:
            continue
        for deeper in [level for level in seen if level > heading.level]:
            del seen[deeper]
        earlier = seen.setdefault(heading.level, [])
        if heading.number == 1 and earlier:
            earlier.clear()  # another list, or another paper
        if not earlier:
            if heading.number > 1 and not _starts_elsewhere(draft, heading):
                yield _slip(heading, f"这一级标题从“{_label(draft, heading)}”开始，前面没有第1个。", 1, None)
        else:
            yield from _after(draft, heading, earlier)
        earlier.append(heading)


def _after(draft: Draft, heading: Heading, earlier: list[Heading]) -> Iterator[Slip]:
    """What is wrong with a heading after those of its level; a swapped pair and a gap are told once."""
    numbers = [each.number for each in earlier]
    highest, last = max(numbers), earlier[-1]
    if heading.number in numbers:
        twin = earlier[numbers.index(heading.number)]
        yield _slip(heading, f"标题序号“{_label(draft, heading)}”用了两次。", highest + 1, twin)
    elif heading.number > highest + 1 + (len(set(numbers)) < len(numbers)):
        reason = f"标题序号从“{_label(draft, last)}”跳到“{_label(draft, heading)}”。"
        yield _slip(heading, reason, highest + 1, last)


def _marks(draft: Draft) -> Iterator[Slip]:
    """一、 takes 、; （一） nothing; 1. a full stop; （1） nothing. Source: GB/T 9704-2012."""
    by_level: dict[int, list[Heading]] = {}
    for heading in draft.headings:
        by_level.setdefault(heading.level, []).append(heading)
    for level, headings in by_level.items():
        if len(headings) < FEWEST and len(by_level) < 2:
            continue
        for heading in headings:
            right = _RIGHT_MARK[level]
            if heading.mark != right and (not right or heading.mark not in right):
                yield Slip(
                    heading.label.start,
                    heading.label.end,
                    f"序号写作“{_label(draft, heading)}”，公文格式要求写作“{_STYLE[level]}”的样子。",
                    f"序号后{'用“' + right[0] + '”' if right else '不加标点'}。",
                    severity="note",
                    group=f"mark {level}",
                    habit=True,
                )


def _items(draft: Draft, paragraph: Span) -> Iterator[Slip]:
    """一是…二是…三是 in one paragraph: none left out, none twice."""
    before: tuple[str, int, Span] | None = None
    for found in _ITEM.finditer(draft.text, paragraph.start, paragraph.end):
        first, numeral, verb = found.groups()
        number = _DIGITS.get(numeral, 0) if len(numeral) == 1 else 10 + _DIGITS.get(numeral[1], 0)
        place = Span(found.start(), found.end())
        if first or number == 0:
            continue
        if before is not None and before[0] == verb and number not in {1, before[1] + 1}:
            expected = _CHINESE[before[1] + 1] if before[1] < 10 else f"十{_CHINESE[before[1] - 9]}"
            verdict = "用了两次" if number == before[1] else f"前面是“{draft.slice(before[2])}”，次序不连"
            yield Slip(
                place.start,
                place.end,
                f"“{draft.slice(place)}”{verdict}。",
                f"按次序应为“{expected}{verb}”，查看是否漏写或删改后没有重排。",
                related=(before[2],),
            )
        before = (verb, number, place)


def _starts_elsewhere(draft: Draft, heading: Heading) -> bool:
    """An excerpt may begin in the middle; a run-in number far down the text may be a sentence (3.5万…)."""
    return (
        heading.run_in
        or heading.level >= 3
        or draft.title is None
        or not any(each.level == heading.level and each.start > heading.start for each in draft.headings)
    )


def _label(draft: Draft, heading: Heading) -> str:
    return draft.slice(heading.label)


def _slip(heading: Heading, reason: str, expected: int, other: Heading | None) -> Slip:
    number = _CHINESE[expected] if heading.level <= 2 and expected <= 10 else str(expected)
    return Slip(
        heading.label.start,
        heading.label.end,
        reason,
        f"按次序应为第{number}个，查看是否漏写，或增删后没有重排。",
        related=(other.label,) if other is not None else (),
    )


def _run_twins(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    """Headings of one level that begin or read alike: the same words, or all but one character."""
    seen: dict[tuple[int, str], tuple[Heading, str]] = {}
    for heading in draft.headings:
        if heading.run_in or not 4 <= len(heading.title) <= 40:
            continue
        # A figure in it: an item of a list, not a heading.
        parts = [
            part
            for part in re.split(r"[，、：,: ]", heading.title)
            if 4 <= len(part) <= 14 and not re.search("[0-9]", part)
        ]
        twins = ((part, twin) for part in parts if (twin := _twin(part, heading, seen)) is not None)
        part, other = next(twins, ("", None))
        if other is not None:
            start = draft.text.find(part, heading.start, heading.end)
            yield Slip(
                start,
                start + len(part),
                f"标题“{part}”与前面的标题“{other.title}”几乎一样。",
                "两节各说什么，从标题上要能分清；内容相同的合并。",
                related=(Span(other.start, other.end),),
            )
        for part in parts:
            for at in range(len(part)):
                seen.setdefault((heading.level, _without(part, at)), (heading, part))


def _twin(part: str, heading: Heading, seen: dict[tuple[int, str], tuple[Heading, str]]) -> Heading | None:
    """An earlier heading of the level with the same part, or with one that differs in a character of no weight."""
    for at in range(len(part)):
        # One character left out at a time: parts that differ in one character have one key in common.
        other, words = seen.get((heading.level, _without(part, at)), (None, ""))
        if other is not None and (words == part or not {words[at], part[at]} & _WEIGHTY):
            return other
    return None


def _without(part: str, at: int) -> str:
    return f"{part[:at]}_{part[at + 1 :]}"


CHECK = Check("numbering", "序号次序", "标题和“一是、二是”的序号跳号、重号，序号后的标点。", "warning", _run)
TWINS = Check("heading_twins", "标题近似", "同级标题几乎一样。", "note", _run_twins)
