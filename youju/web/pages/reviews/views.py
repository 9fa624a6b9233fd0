"""审核: the queue with what needs a look and why; one by one or many at once, with the keyboard or without scripts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import reviews
from youju.core.entry import StaleEntry, UnknownEntry
from youju.core.grant import NotAllowed
from youju.core.problem import DomainError, Refused
from youju.store.queries import queue as queues
from youju.store.queries.catalog import number
from youju.store.queries.ledger import head
from youju.store.queries.queue import Waiting
from youju.store.queries.specs import catalog_at
from youju.store.queries.tree import uids
from youju.web.asking import Asked
from youju.web.components.exports import file_of
from youju.web.components.forms import request_key
from youju.web.components.tables import Column, Paging, Table, offset_in

PAGE = 50
PAGES = (PAGE, queues.MOST)  # how many a reviewer may have on a page, and so decide about at once
COLUMNS = (
    Column("日期", "day"), Column("台账"), Column("组织"), Column("内容", "long"), Column("登记人"),
    Column("细看什么", "long"), Column("记录编号", "number"),
)  # fmt: skip


class NothingChosen(DomainError):
    """A decision about no entry."""

    code = "review.none_chosen"
    text = "没有选中记录。请先勾选要办理的记录。"


def queue(request: Asked) -> HttpResponseBase:
    """What waits for this reviewer, with what needs a look."""
    return _page(request, request.GET)


def decide(request: Asked) -> HttpResponseBase:
    """通过 or 退回补正 for the entries chosen, all or none."""
    said, back = request.POST.get("reason", ""), request.POST.get("back", "")
    chosen = request.POST.getlist("entries")
    try:
        key, wanted = request_key(request), _wanted(request, chosen)
        seen = _seen(request, chosen, wanted)
        if request.POST.get("verdict") == "return":
            reviews.send_back(wanted, by=request.member, reason=said, seen=seen, key=key)
            messages.success(request, f"已退回{len(wanted)}条，登记人会在工作台看到理由。")
        else:
            reviews.confirm(wanted, by=request.member, note=said, seen=seen, key=key)
            messages.success(request, f"已通过{len(wanted)}条，从现在起计入统计。")
    except (NotAllowed, UnknownEntry):
        raise
    except DomainError as error:
        problems = [each.text for each in error.problems] if isinstance(error, Refused) else [error.message]
        status = 409 if error.code == StaleEntry.code else 422
        return _page(request, QueryDict(back), problems=problems, chosen=chosen, reason=said, status=status)
    return redirect(f"{reverse('reviews')}?{QueryDict(back).urlencode()}")


def _wanted(request: Asked, chosen: Sequence[str]) -> list[int]:
    if not chosen:
        raise NothingChosen
    for each in chosen:
        if _uuid(each) is None:
            raise UnknownEntry(entry=each[:40])
    known = queues.keys_of(chosen, request.viewer, request.tree, request.today)
    for each in chosen:
        if each not in known:
            raise UnknownEntry(entry=each)
    return [known[each] for each in chosen]


def _seen(request: Asked, chosen: Sequence[str], wanted: Sequence[int]) -> dict[int, int]:
    """The revisions that stood in the list: entry → number."""
    said = {entry: request.POST.get(f"seen-{uid}", "") for uid, entry in zip(chosen, wanted, strict=True)}
    return {entry: int(number) for entry, number in said.items() if number.isdigit() and len(number) < 10}


def _page(
    request: Asked,
    query: Mapping[str, str],
    *,
    problems: Sequence[str] = (),
    chosen: Sequence[str] = (),
    reason: str = "",
    status: int = 200,
) -> HttpResponseBase:
    by_register, by_unit = queues.filters(request.viewer, request.tree, request.today)
    titles = catalog_at(head().head).registers
    ids = uids([unit for unit, _ in by_unit])
    register = query.get("register", "")
    unit = next((key for key, uid in ids.items() if str(uid) == query.get("unit", "")), None)
    batch = _uuid(query.get("batch", ""))
    limit = next((each for each in PAGES if str(each) == query.get("show", "")), PAGE)
    found = queues.queue(
        request.viewer,
        request.tree,
        request.today,
        times=number("review-outlier-times", request.today),
        enough=number("review-outlier-past", request.today),
        register=register if register in titles else "",
        unit=unit,
        batch=batch,
    )
    look = query.get("look", "")
    waiting = [each for each in found.waiting if not look or bool(each.reasons) == (look == "yes")]
    if file := file_of(request, Table("待审核的记录", COLUMNS, [_cells(each) for each in waiting])):
        return file
    offset = offset_in(query.get("offset", ""), limit)
    kept = {"register": register, "unit": query.get("unit", ""), "look": look}
    kept |= {"batch": str(batch or ""), "show": str(limit) if limit != PAGE else ""}
    marked = sum(bool(each.reasons) for each in found.waiting)
    context: dict[str, Any] = {
        "total": found.total,
        "most": queues.MOST,
        "marked": marked,
        "lines": [_line(each, chosen) for each in waiting[offset : offset + limit]],
        "paging": Paging(len(waiting), offset, limit, reverse("reviews"), kept),
        "registers": [
            (name, titles[name].title, n, name == register) for name, n in by_register if name in titles
        ],
        "units": [
            (ids[key], request.tree.full_name(key, request.today), n, key == unit)
            for key, n in by_unit
            if key in ids
        ],
        "look": look,
        "batch": batch,
        "pages": [(each, each == limit) for each in PAGES],
        "back": "&".join(f"{name}={value}" for name, value in kept.items() if value),
        "problems": problems,
        "reason": reason,
        "kept": kept,
    }
    return render(request, "pages/reviews/queue.html", context, status=status)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _said(waiting: Waiting) -> str:
    line = waiting.line
    return "零报告" if line.nil else "，".join(f"{title} {text}" for title, text in line.values.items())


def _cells(waiting: Waiting) -> tuple[object, ...]:
    line, why = waiting.line, "；".join(each.text for each in waiting.reasons)
    return line.day, line.register, line.unit, _said(waiting), line.author, why, line.id


def _line(waiting: Waiting, chosen: Sequence[str]) -> dict[str, Any]:
    return {
        "line": waiting.line,
        "said": _said(waiting),
        "reasons": waiting.reasons,
        "files": waiting.files,
        "chosen": waiting.line.uid in chosen,
    }
