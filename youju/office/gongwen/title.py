"""Titles: a long one is broken into lines that read well and look like a trapezium."""

from __future__ import annotations

import re
from itertools import combinations, pairwise

LONGEST_LINE = 20  # letters of 2号 on a line of 156 mm, with air at both ends

_NEVER_BEFORE = set("的地得了和与及之等至、，。；：？！）》」』”’％%—…")
_NEVER_AFTER = set("（《「『“‘第至—")
_GOOD_BEFORE = (
    "关于",
    "创建",
    "开展",
    "推进",
    "落实",
    "贯彻",
    "工作",
    "情况",
    "实施",
    "建设",
    "上半年",
    "下半年",
    "年度",
)
_GOOD_AFTER = (
    "关于",
    "镇",
    "县",
    "市",
    "区",
    "年",
    "月",
    "日",
    "度",
    "局",
    "办",
    "》",
    "”",
    "）",
    "、",
    "和",
    "与",
    "暨",
)


def title_lines(title: str) -> tuple[str, ...]:
    """The lines of a title: its own breaks when it has any, else the break that reads best."""
    own = tuple(line.strip() for line in re.split(r"[\r\n]+", title) if line.strip())
    if len(own) != 1 or len(own[0]) <= LONGEST_LINE:
        return own
    text = own[0]
    count = -(-len(text) // LONGEST_LINE)
    cuts = [at for at in range(2, len(text) - 1) if _may_break(text, at)]
    while count <= len(text):
        ways = [
            way for way in combinations(cuts, count - 1) if max(map(len, _pieces(text, way))) <= LONGEST_LINE
        ]
        if ways:
            return tuple(_pieces(text, min(ways, key=lambda way: _cost(text, way))))
        count += 1
        if count > 4:  # longer than any title; the office program breaks it
            return own
    return own


def _may_break(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if after in _NEVER_BEFORE or before in _NEVER_AFTER:
        return False
    if before.isascii() and after.isascii() and before.isalnum() and after.isalnum():
        return False
    # A date stays whole: 2024年4月26日.
    return not (before.isdigit() and after in "年月日") and not (before in "年月" and after.isdigit())


def _cost(text: str, way: tuple[int, ...]) -> int:
    lines = _pieces(text, way)
    cost = 2 * (max(map(len, lines)) - min(map(len, lines)))
    for at in way:
        good = text[:at].endswith(_GOOD_AFTER) + 2 * text[at:].startswith(_GOOD_BEFORE)
        cost += -4 * good if good else 30  # inside a word is worse than any want of balance
    if len(lines) > 1 and len(lines[0]) < len(lines[-1]):
        cost += 1  # the wider line first, when nothing else decides
    return cost


def _pieces(text: str, way: tuple[int, ...]) -> list[str]:
    bounds = (0, *way, len(text))
    return [text[left:right] for left, right in pairwise(bounds)]
