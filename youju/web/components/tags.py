"""Template tags for the shared parts; every template has them without loading anything."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.forms import BoundField
from django.template import Context, Library
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django_htmx.templatetags.django_htmx import htmx_script as _htmx_script

from youju.core.figure import Figure
from youju.store.queries.ledger import SHANGHAI
from youju.web.asking import Asked
from youju.web.components import marks
from youju.web.components.forms import KEY
from youju.web.components.tables import Table

register = Library()
register.simple_tag(takes_context=True, name="htmx_script")(_htmx_script)


@register.simple_tag(takes_context=True)
def once(context: Context) -> SafeString:
    """The hidden request number of a form: the same form sent twice is one write."""
    sent = context["request"].POST.get(KEY, "")
    try:
        key = str(uuid.UUID(sent))
    except ValueError:
        key = str(uuid.uuid4())
    return format_html('<input type="hidden" name="{}" value="{}">', KEY, key)


@register.simple_tag
def badge(text: str, tone: str = "") -> SafeString:
    """A word in a coloured frame."""
    return marks.badge(text, tone)


@register.simple_tag
def figure(of: Figure, text: str = "", title: str = "") -> SafeString:
    """A number that leads to its sources."""
    return marks.figure(of, text, title)


@register.simple_tag(takes_context=True)
def table(context: Context, of: Table) -> SafeString:
    """A list with its pages and the links that hand it out, or what is said when it is empty."""
    request, files = context.get("request"), ""
    if of.rows and of.handed_out and isinstance(request, Asked) and request.method == "GET":
        request.listed.append(of)
        query = {**request.GET.dict(), "list": str(len(request.listed))}
        files = exports(
            request.path, {name: each for name, each in query.items() if name not in {"offset", "as"}}
        )
    told = {"table": of, "paging": of.paging, "files": files}
    return mark_safe(render_to_string("components/table.html", told))  # noqa: S308 - rendered


@register.simple_tag
def field(bound: BoundField, wide: str = "") -> SafeString:
    """A form field with its label, help and error. `wide` makes it take the whole width."""
    kind = getattr(bound.field.widget, "input_type", "")
    context = {
        "field": bound,
        "wide": bool(wide),
        "checkbox": kind == "checkbox",
        "group": kind == "radio" or (kind == "checkbox" and hasattr(bound.field.widget, "choices")),
    }
    return mark_safe(render_to_string("components/field.html", context))  # noqa: S308 - rendered


@register.simple_tag
def problems(found: Iterable[object], title: str = "请先处理以下问题") -> SafeString:
    """A list of problems, each with its place and what to do."""
    listed = [str(each) for each in found]
    if not listed:
        return SafeString("")
    context = {"problems": listed, "title": title}
    return mark_safe(render_to_string("components/problems.html", context))  # noqa: S308 - rendered


@register.simple_tag
def exports(path: str, query: Mapping[str, str] | None = None) -> SafeString:
    """Links that hand the list at `path` out as a file."""
    said = {name: value for name, value in (query or {}).items() if value}
    xlsx, csv = (f"{path}?{urlencode({**said, 'as': form})}" for form in ("xlsx", "csv"))
    return format_html(
        '<p class="exports">导出 <a href="{}" download>.xlsx</a><a href="{}" download>.csv</a></p>',
        xlsx,
        csv,
    )


@register.simple_tag
def empty(text: str, url: str = "", label: str = "") -> SafeString:
    """What stands where nothing is yet, with the next step when there is one."""
    context = {"text": text, "url": url, "label": label}
    return mark_safe(render_to_string("components/empty.html", context))  # noqa: S308 - rendered


@register.simple_tag
def tabs(lines: Iterable[tuple[str, str, bool]], label: str = "分类") -> SafeString:
    """Links to parts of one page: (title, address, whether it is this one)."""
    context = {"lines": list(lines), "label": label}
    return mark_safe(render_to_string("components/tabs.html", context))  # noqa: S308 - rendered


@register.simple_tag
def timeline(steps: Iterable[Any]) -> SafeString:
    """What happened, in order: objects with at, who, what, reason (store.queries.entries.Step)."""
    return mark_safe(render_to_string("components/timeline.html", {"steps": list(steps)}))  # noqa: S308 - rendered


@register.simple_block_tag
def confirm(content: str, label: str, title: str = "", tone: str = "") -> SafeString:
    """A step that is asked about before it is done: a button that opens the form inside; needs no script.

    label  what the button says
    title  what is about to happen, above the form
    tone   "bad" for what cannot be undone
    """
    context = {"content": content, "label": label, "title": title or label, "tone": tone}
    return mark_safe(render_to_string("components/confirm.html", context))  # noqa: S308 - rendered


@register.simple_tag
def querystring_of(**said: object) -> str:
    """What stands behind the question mark of an address; empty values are left out."""
    return urlencode({name: str(value) for name, value in said.items() if value})


@register.filter
def moment(at: datetime | None) -> str:
    """An instant as people here read it: 2024-04-26 15:04."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if at else ""
