"""The composer: prose with figures in it, saved by itself, shown beside as it will stand on paper."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from youju.actions import checking, drafts, previewing
from youju.actions.drafts import Saved
from youju.core.audit import CHECKS, SEVERITIES
from youju.core.problem import DomainError
from youju.specs.reports import report_as_text
from youju.store.queries import reports
from youju.store.queries.reports import ReportRow
from youju.web.asking import Asked
from youju.web.pages.reports.parts import Draft, asked_for, draft_of, paper, state_of

TITLES = {check.code: check.title for check in CHECKS}
OWN_PROBLEMS = "report.unused"  # while one writes, a figure may wait for its place


def write(request: Asked, report: object) -> HttpResponse:
    """The page; a form sent from it is saved and shown again."""
    del report
    row = asked_for(request)
    if request.method == "POST":
        try:
            saved = _save(request, row)
        except DomainError as error:
            messages.error(request, error.message)
            return _page(request, row, _sent(request, row), int(request.POST.get("base") or 0), status=422)
        _tell(request, saved)
        return redirect("report_sign" if "sign" in request.POST else "report_write", row.uid)
    newest = reports.newest(row)
    return _page(request, row, newest.text, newest.number)


def preview(request: Asked, report: object) -> HttpResponse:
    """Save what was typed, and answer with the side of the page that shows it."""
    del report
    row = asked_for(request)
    problem = ""
    base, text = int(_digits(request.POST.get("base", ""))), _sent(request, row)
    saved = Saved(base, text)
    try:
        saved = drafts.save(row, text, base=base, by=request.member)
    except DomainError as error:
        problem = error.message
    side = _side(request, row, saved.text, check=False)
    context = {**side, "saved": saved, "problem": problem, "report": row}
    return render(request, "pages/reports/side.html", context, status=422 if problem else 200)


def checks(request: Asked, report: object) -> HttpResponse:
    """What the checks find in the newest text, and the paper with the places marked: asked for after a pause in typing."""
    del report
    row = asked_for(request)
    context = {**_side(request, row, reports.newest(row).text), "report": row}
    return render(request, "pages/reports/checks.html", context)


def _page(request: Asked, row: ReportRow, text: str, base: int, status: int = 200) -> HttpResponse:
    side = _side(request, row, text)
    draft: Draft = side["draft"]  # type: ignore[assignment]
    context = {
        **side,
        "report": row,
        "base": base,
        "prose": draft.spec.prose if draft.spec else text,
        "spec": draft.spec,
        "names": _names(draft),
        "comments": [each for each in reports.comments(row) if each.settled_at is None],
    }
    return render(request, "pages/reports/write.html", context, status=status)


def _side(request: Asked, row: ReportRow, text: str, *, check: bool = True) -> dict[str, object]:
    """What stands beside the text; without `check` the checks are asked for by the page, a little later."""
    draft = draft_of(request, row, text)
    checked = checking.check(draft.made, request.today) if draft.made and check else None
    findings = [
        (
            SEVERITIES[each.severity],
            each.severity,
            TITLES.get(each.code, each.code),
            each.snippet,
            f"{each.reason}{each.suggestion}",
        )
        for each in (checked.findings if checked else ())
    ]
    return {
        "draft": draft,
        "checked": check,
        "paper": paper(row, draft.made, checked) if draft.made else "",
        "findings": findings,
        "loose": checked.loose if checked else (),
        "problems": [each for each in draft.problems if each.code != OWN_PROBLEMS],
        "letters": len("".join(draft.made.text.split())) if draft.made else 0,
    }


def _names(draft: Draft) -> list[tuple[str, str, str]]:
    """What can stand in the text: name, what it says now, and where it comes from."""
    if draft.spec is None or draft.made is None:
        return []
    found = []
    for use in draft.spec.figures.values():
        figure = draft.made.figures.get(use.name)
        found.append((use.name, figure.text if figure else "取数式有误", use.recipe))
    found += [(each.name, "套语", "、".join(each.names)) for each in draft.spec.phrases.values()]
    found += [(each.name, "列举", each.register or each.figure) for each in draft.spec.details.values()]
    return found


def _save(request: Asked, row: ReportRow) -> Saved:
    base = int(_digits(request.POST.get("base", "")))
    return drafts.save(row, _sent(request, row), base=base, by=request.member)


def _sent(request: Asked, row: ReportRow) -> str:
    """The whole text: the head of the version that was written on, with what was typed."""
    base = int(_digits(request.POST.get("base", "")))
    try:
        before = reports.version(row, base)
    except DomainError:
        before = reports.newest(row)
    spec, _ = previewing.parsed(state_of(request), before.text)
    prose = request.POST.get("prose", "").replace("\r\n", "\n")
    if spec is None:
        return prose
    title = request.POST.get("title", "").strip()[:200] or spec.title
    addressee = request.POST.get("addressee", spec.addressee).strip()[:100]
    return report_as_text(replace(spec, prose=prose, title=title, addressee=addressee))


def _tell(request: Asked, saved: Saved) -> None:
    if saved.both:
        messages.warning(
            request,
            f"已保存为第{saved.number}稿。有{len(saved.both)}处与他人同时修改，两稿都留在正文中，请核对。",
        )
    elif saved.merged:
        messages.info(request, f"已保存为第{saved.number}稿，并入了他人的改动。")
    else:
        messages.success(request, f"已保存为第{saved.number}稿。")


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdigit() and len(text) < 9 else "0"
