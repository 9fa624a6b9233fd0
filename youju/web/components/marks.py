"""Small marks: the state of an entry, a figure that leads to its sources, a link in a cell."""

from __future__ import annotations

from urllib.parse import quote_plus

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from youju.core.figure import Figure
from youju.core.recipe import Recipe

TONES: dict[str, str] = {
    "待审核": "warn", "已审核": "ok", "退回补正": "bad", "作废": "off", "补录": "info", "草稿": "off", "代录": "info", "零报告": "info",
}  # fmt: skip


def badge(text: str, tone: str = "") -> SafeString:
    """A word in a coloured frame. Known words have their colour; others are plain unless `tone` says (ok, warn, bad, info, off)."""
    return format_html('<span class="badge {}">{}</span>', tone or TONES.get(text, "off"), text)


def badges(*texts: str) -> SafeString:
    """Several words in their frames."""
    return format_html_join(" ", "{}", ((badge(text),) for text in texts))


def link(text: str, url: str) -> SafeString:
    """A link for a cell."""
    return format_html('<a href="{}">{}</a>', url, text)


def trace_url(recipe: Recipe | str) -> str:
    """The address of a figure's page."""
    return f"{reverse('figure')}?recipe={quote_plus(str(recipe))}"


def figure(of: Figure, text: str = "", title: str = "", *, brief: bool = False) -> SafeString:
    """A number as a page may show it: a link to what it is made of, with what waits for review and who has not reported.

    text   a true wording of the value, instead of the plain one
    title  what the number is, for who cannot see where it stands
    brief  what waits and what is missing as two short words in their colours, for a cell among many
    """
    said = text or of.text
    notes = []
    if of.pending:
        notes.append(f"待审{of.pending}" if brief else f"另有{of.pending}条待审核")
    if of.missing:
        notes.append(f"未报{of.missing}" if brief else f"{of.missing}个未报")
    note: str
    if brief:
        short = zip(("warn" if each.startswith("待") else "bad" for each in notes), notes, strict=True)
        note = format_html_join("", ' <span class="badge {}">{}</span>', short)
    else:
        note = format_html(' <span class="note">{}</span>', "，".join(notes)) if notes else ""
    label = format_html('<span class="unseen">{}：</span>', title) if title else ""
    kind = "figure none" if of.value is None else "figure"
    return format_html('<a class="{}" href="{}">{}{}</a>{}', kind, trace_url(of.recipe), label, said, note)
