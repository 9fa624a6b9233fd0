"""Half-width punctuation in Chinese text, doubled marks, quotation marks and brackets without a partner."""

from __future__ import annotations

import re
from collections.abc import Iterator

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import HAN, Draft
from youju.core.audit.finding import Span

_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）", ".": "。"}
# Between two characters of Chinese text; a full stop only at the end of a line or before more Chinese.
_HALF = re.compile(
    rf"(?<=[{HAN}”’》）〕%％])[,;:?!](?=[\s{HAN}“‘《（0-9A-Za-z]|$)|(?<=[0-9A-Za-z])[,;](?=[{HAN}“《（])"
    rf"|(?<=[{HAN}”》）])\.(?=[{HAN}“《（\n]|$)|\((?=[{HAN}“《])|(?<=[{HAN}”》。])\)"
)
_DOUBLED = re.compile(
    r"，，+|。。(?!。)|、、+|；；+|：：+|[，、；：][。，、；：]|。[，、；：]|！！！+|(?<!。)。。(?!。)"
)
_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "〔": "〕", "【": "】", "「": "」", "(": ")"}
_ENDS = {right: left for left, right in _PAIRS.items()}
_LABEL_END = re.compile(r"(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])\Z")
_STRAIGHT = re.compile(r"\"[^\"\n]{1,80}\"|(?<![A-Za-z])'[^'\n]{1,80}'")
_CHINESE = re.compile(rf"[{HAN}]")


def _run_half(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    text = draft.text
    for found in _HALF.finditer(text):
        mark, at = found.group(), found.start()
        if draft.is_table(draft.paragraph_at(at)):
            continue
        yield Slip(
            at,
            found.end(),
            f"中文里用了半角的“{mark}”。",
            f"改为全角的“{_FULL[mark]}”。",
            group="bracket" if mark in "()" else mark,
        )
    for found in _STRAIGHT.finditer(text):
        # Marks pair up in their order; what they quote, or what they stand in, is Chinese.
        if not _CHINESE.search(text, max(0, found.start() - 1), found.end() + 1):
            continue
        yield Slip(*found.span(), "中文里用了直引号。", "改为弯引号“ ”。", group="straight")


def _run_marks(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    text = draft.text
    for found in _DOUBLED.finditer(text):
        if draft.is_table(draft.paragraph_at(found.start())):
            continue
        yield Slip(*found.span(), f"标点“{found.group()}”重复或相连。", "只留应有的一个。")
    for paragraph in draft.prose:
        yield from _unpaired(text, paragraph)


def _unpaired(text: str, paragraph: Span) -> Iterator[Slip]:
    """Marks of one paragraph that are opened and not closed, or the other way round. A quotation may run over
    paragraphs, each opened anew, so an unclosed “ that opens its paragraph is none.
    """
    opened: list[int] = []
    content = text[paragraph.start : paragraph.end]
    for at, mark in enumerate(content):
        if mark in _PAIRS:
            opened.append(at)
        elif mark in _ENDS:
            if opened and content[opened[-1]] == _ENDS[mark]:
                opened.pop()
            elif any(content[each] == _ENDS[mark] for each in opened[-4:]):
                # What was opened in between has no end; the outer pair is in order.
                while content[opened[-1]] != _ENDS[mark]:
                    yield _lonely(paragraph.start + opened.pop(), "前", text)
                opened.pop()
            elif not (mark in "）)" and _LABEL_END.search(content[max(0, at - 3) : at])) and not _is_mixed(
                content, at
            ):
                yield _lonely(paragraph.start + at, "后", text)
    for at in opened:
        if not (at == 0 and content[at] == "“") and not _is_closed_otherwise(content, at):
            yield _lonely(paragraph.start + at, "前", text)


def _is_mixed(content: str, at: int) -> bool:
    """（甲) is a matter of width, told by the half-width check; ’ is an apostrophe in English."""
    if content[at] == "’":
        return True
    other = {")": "（", "）": "("}.get(content[at])
    return other is not None and other in content[max(0, at - 60) : at]


def _is_closed_otherwise(content: str, at: int) -> bool:
    other = {"（": ")", "(": "）"}.get(content[at])
    return (other is not None and other in content[at : at + 60]) or content[at] == "‘"


def _lonely(at: int, side: str, text: str) -> Slip:
    mark = text[at]
    kind = "引号" if mark in "“”‘’「」" else "书名号" if mark in "《》" else "括号"
    missing = _PAIRS.get(mark) or _ENDS[mark]
    return Slip(
        at,
        at + 1,
        f"只有{side}{kind}“{mark}”，没有与它配对的“{missing}”。",
        f"补上“{missing}”，或删去“{mark}”。",
        group=mark,
    )


HALF_WIDTH = Check(
    "half_width",
    "半角标点",
    "中文里的半角逗号、分号、冒号、括号和直引号。",
    "note",
    _run_half,
    many=5,
)
MARKS = Check(
    "marks",
    "标点重复或不成对",
    "重复相连的标点，没有配对的引号、书名号和括号。",
    "warning",
    _run_marks,
)
