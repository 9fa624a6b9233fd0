"""Stray spaces inside Chinese text, and spaces used to place a signature."""

from __future__ import annotations

import re
from collections.abc import Iterator

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import BLANK, HAN, Draft

_INSIDE = re.compile(
    rf"(?<=[{HAN}，。；：、”）》])[{BLANK}]+(?=[{HAN}0-9“（《，。；：、])|(?<=[0-9%％])[{BLANK}]+(?=[{HAN}，。；：、])"
)
_INDENT = re.compile(rf"^[{BLANK}]{{8,}}(?=[^\s])", re.MULTILINE)
_NAME = re.compile(rf"(?:^|[{BLANK}，、；：（])[{HAN}][{BLANK}\u3000]{{1,2}}[{HAN}](?=$|[{BLANK}，、。；）])")
_NUMBER_THEN_SPACE = re.compile(rf"[0-9][0-9.,%％]*[{BLANK}]")
_SPACE_THEN_NUMBER = re.compile(rf"[{BLANK}][0-9][0-9.,%％]*\Z")
STYLE = 20  # more spaces than this between digits and characters are a layout style, not a slip


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    text = draft.text
    found = [
        each
        for each in _INSIDE.finditer(text)
        if "\t" not in each.group() and not draft.is_table(draft.paragraph_at(each.start()))
    ]
    beside_digits = [
        each for each in found if _is_digit(text, each.start() - 1) or _is_digit(text, each.end())
    ]
    styled = len(beside_digits) > STYLE
    for each in found:
        start, end = each.span()
        digit = _is_digit(text, start - 1) or _is_digit(text, end)
        if (digit and (styled or _is_set_off(text, start, end))) or _is_spaced_on_purpose(draft, start, end):
            continue
        yield Slip(start, end, "字句中间有多余的空格。", "删去空格。", group="space")
    for each in _INDENT.finditer(text):
        paragraph = draft.paragraph_at(each.end())
        if draft.is_table(paragraph) or each.end() < draft.body:
            continue
        yield Slip(
            each.start(),
            each.end(),
            "用一长串空格排位置，换了字体、纸张或软件就会错位。",
            "删去空格，用右对齐或右缩进来排落款。",
            group="indent",
        )


def _is_digit(text: str, at: int) -> bool:
    return 0 <= at < len(text) and text[at] in "0123456789"


def _is_set_off(text: str, start: int, end: int) -> bool:
    """A number with a space on both sides: a way of setting numbers, not a slip."""
    if _is_digit(text, end):
        return _NUMBER_THEN_SPACE.match(text, end) is not None
    return _SPACE_THEN_NUMBER.search(text[max(0, start - 16) : start]) is not None


def _is_spaced_on_purpose(draft: Draft, start: int, end: int) -> bool:
    """Short lines are titles, signatures and name lists, spaced to fill a line; 李　明 is a name.

    A heading's number may be followed by one.
    """
    text = draft.text
    paragraph = draft.paragraph_at(start)
    if paragraph.end - paragraph.start <= 24 and text[paragraph.end - 1] not in "。；，":
        return True
    if text[start - 1] in "、.．，）)" and start - paragraph.start <= 4:
        return True
    if text[start - 1] in "。；：，" and end - start <= 2 and text[start:end].strip(" ") == "\u3000":
        return False
    name = text[max(paragraph.start, start - 2) : end + 2]
    return bool(_NAME.search(name)) and "\u3000" in text[start:end]


CHECK = Check("space", "多余空格", "字句中间的空格，以及用空格排位置的落款。", "note", _run, many=5)
