"""The draft as written with every figure marked: colour and word, a link to what was found, nothing of it markup."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

Row = Mapping[str, Any]
_LINE = re.compile(r"[^\n\r]+")
# What a reader looks at first; the others are shown when asked for.
TROUBLE = ("differs", "unclear", "unsupported", "unrecorded")


def marked(text: str, claims: Sequence[Row], findings: Sequence[Row], chosen: str, shown: str) -> SafeString:
    """The text in paragraphs.

    chosen  key of the finding whose details stand beside it
    shown   a verdict: only its figures are marked; "slip": only slips; "" all
    """
    marks = [
        (row["start"], row["end"], row["mark"], row["key"], row["verdict"])
        for row in claims
        if row["mark"] != "outside" and shown in ("", row["mark"])
    ]
    if shown in ("", "slip"):
        taken = [(start, end) for start, end, *_ in marks]
        for row in findings:
            start, end = row["start"], max(row["end"], row["start"] + 1)
            if not any(start < stop and first < end for first, stop in taken):
                marks.append((start, end, "slip", row["key"], row["title"]))
                taken.append((start, end))
    marks.sort()
    parts = []
    for line in _LINE.finditer(text):
        own = [each for each in marks if line.start() <= each[0] < line.end()]
        parts.append(format_html("<p>{}</p>", _line(text, line.start(), line.end(), own, chosen, shown)))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped where it was made


def mark_id(key: str) -> str:
    """Where on the page the mark of a finding stands."""
    return f"m-{key[:16]}"


def _line(
    text: str, start: int, end: int, marks: Sequence[tuple[int, int, str, str, str]], chosen: str, shown: str
) -> SafeString:
    parts: list[str] = []
    at = start
    for first, last, kind, key, said in marks:
        stop = min(last, end)
        if first < at:
            continue
        parts.append(conditional_escape(text[at:first]))
        query = urlencode({"at": key, **({"show": shown} if shown else {})})
        parts.append(
            format_html(
                '<a class="claim {}" id="{}" href="?{}#detail"{}>{}<span class="unseen">（{}）</span></a>',
                kind,
                mark_id(key),
                query,
                mark_safe(' aria-current="true"') if key == chosen else "",
                text[first:stop],
                said,
            )
        )
        at = stop
    parts.append(conditional_escape(text[at:end]))
    return mark_safe("".join(parts))  # noqa: S308 - escaped above
