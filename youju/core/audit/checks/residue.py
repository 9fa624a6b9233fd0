"""What copying leaves behind: a > at the start of a line, &nbsp;, tags, unreadable characters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context
from youju.core.audit.draft import BLANK, HAN, Draft

_LINE_START = re.compile(rf"^[{BLANK}]*([>＞]+)(?=[{BLANK}]*[{HAN}（(“])", re.MULTILINE)
_MARKUP = re.compile(
    r"&(?:nbsp|lt|gt|amp|quot|ldquo|rdquo|mdash|#\d{2,5});|</?(?:p|br|span|div|font|strong|b|a|td|tr)\b[^<>\n]{0,80}>"
)
_UNREADABLE = re.compile(r"[\ufffd\ue000-\uf8ff]+|锟斤拷|烫烫烫|[\u200b\u200c\u200e\u200f\u2060]+")
_NOTICE = re.compile(
    r"此处隐藏\d*字|下载后查看|更新时间[：:]\d|来源[：:]网[友络]|(?:未经允许|转载请注明)|点击(?:下载|查看|此处)|第\s?\d+\s?页\s?共\s?\d+\s?页"
)


def _run(draft: Draft, context: Context) -> Iterator[Slip]:  # noqa: ARG001
    for found in _LINE_START.finditer(draft.text):
        yield Slip(*found.span(1), "行首的“>”是转贴时留下的符号。", "删去行首的符号。", group="line start")
    for found in _MARKUP.finditer(draft.text):
        yield Slip(*found.span(), "网页代码没有清理干净。", "删去，或换成它所代表的字符。", group="markup")
    for found in _UNREADABLE.finditer(draft.text):
        if draft.is_table(draft.paragraph_at(found.start())):
            continue
        yield Slip(
            *found.span(),
            "看不见或无法辨认的字符，多是转换文件格式时留下的。",
            "删去后按原稿补上。",
            group="unreadable",
        )
    for found in _NOTICE.finditer(draft.text):
        yield Slip(*found.span(), "这是网页或文库的提示，不是材料内容。", "删去。")


CHECK = Check(
    "residue",
    "转贴残留",
    "转贴或转换格式时留下的符号、网页代码、乱码和网站提示。",
    "warning",
    _run,
)
