"""记录: what an entry says, what proves it, what happened to it, where it counts; and what may be done with it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from youju.actions import entries as acts
from youju.actions import entry_drafts as keeping
from youju.actions import recording, reviews
from youju.actions.evidence import place_of, preview_of
from youju.core.entry import STATES, StaleEntry
from youju.core.grant import NotAllowed
from youju.core.problem import DomainError
from youju.core.register import Register
from youju.office.spooling import stored
from youju.store.queries import entries, scope
from youju.store.queries.counting import counted_in
from youju.store.queries.entries import EntryDetail, Step
from youju.store.queries.specs import versions_at
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal, request_key
from youju.web.errors import page
from youju.web.pages.entries.forms import EntryForm, adjust_field, form_for, reason_field
from youju.web.pages.entries.recording import CLOSED
from youju.web.words import units

PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp")


def show(request: Asked, entry: uuid.UUID) -> HttpResponse:
    """One entry."""
    found = _detail(request)
    return render(request, "pages/entries/entry.html", _context(request, entry, found))


def correct(request: Asked, entry: uuid.UUID) -> HttpResponse:
    """The form of a correction; the revision it was opened on goes along, so that nobody overwrites another."""
    place = request.places["entry"]
    found = _detail(request)
    register, before = _register(place.register), entries.current_raw(place.id)
    form = _form(request, register, place.unit, before)
    theirs: list[tuple[str, str, str]] = []
    if request.method == "POST":
        if request.POST.get("do") == "adjust":
            return _ask_adjustment(request, form, entry, register, "correct")
        if form.is_valid():
            changes = _changes(form, before, register)
            seen = _seen(request) or 0
            try:
                with stored(form.cleaned_data["evidence"]) as files:
                    done = recording.correct(
                        place.id, changes, files, by=request.member, units=units(), key=request_key(request),
                        reason=form.cleaned_data["reason"], seen=seen,
                        reuse_reason=form.cleaned_data["reuse_reason"],
                    )  # fmt: skip
            except DomainError as error:
                if error.code == StaleEntry.code:
                    theirs = _both(form, before, register)
                _tell(form, error)
            else:
                messages.success(request, f"已更正为第{done.revision}稿，待审核。审核前仍按原来的数字统计。")
                return redirect("entry", entry)
    context = {
        "form": form,
        "kept": register,
        "line": found.line,
        "entry": entry,
        # After a clash the person has seen both: what is sent next is meant against the newer one.
        "seen": found.line.number if theirs else request.POST.get("seen", found.line.number),
        "theirs": theirs,
        "closed": "adjust" in form.errors,
    }
    status = 409 if theirs else 422 if form.is_bound and form.errors else 200
    return render(request, "pages/entries/correct.html", context, status=status)


def void(request: Asked, entry: uuid.UUID) -> HttpResponse:
    """作废, with a reason."""
    reason, adjust = request.POST.get("reason", ""), request.POST.get("adjust", "")
    try:
        if adjust.strip():
            place = request.places["entry"]
            begun = keeping.Begun(place.register, place.unit, {}, "void", place.id, reason=reason)
            keeping.save(begun, by=request.member, uid=uuid.UUID(request_key(request)), adjust=adjust)
            messages.success(request, "已提交批准，批准后作废。")
        else:
            key = request_key(request)
            acts.void(
                request.places["entry"].id, by=request.member, reason=reason, seen=_seen(request), key=key
            )
            messages.success(request, "已作废。")
    except DomainError as error:
        return _again(request, entry, error)
    return redirect("entry", entry)


def review(request: Asked, entry: uuid.UUID) -> HttpResponse:
    """通过 or 退回补正, for one entry."""
    key, by, said = request_key(request), request.member, request.POST.get("reason", "")
    entry_id, number = request.places["entry"].id, _seen(request)
    seen = None if number is None else {entry_id: number}
    try:
        if request.POST.get("verdict") == "return":
            reviews.send_back([entry_id], by=by, reason=said, seen=seen, key=key)
            messages.success(request, "已退回，登记人会在工作台看到理由。")
        else:
            reviews.confirm([entry_id], by=by, note=said, seen=seen, key=key)
            messages.success(request, "已通过，从现在起计入统计。")
    except DomainError as error:
        return _again(request, entry, error)
    return redirect("entry", entry)


def attach(request: Asked, entry: uuid.UUID) -> HttpResponse:
    """More evidence."""
    try:
        with stored(request.FILES.getlist("files")) as files:
            recording.attach(
                request.places["entry"].id, files, by=request.member, key=request_key(request),
                reuse_reason=request.POST.get("reuse_reason", ""),
            )  # fmt: skip
    except DomainError as error:
        return _again(request, entry, error)
    messages.success(request, f"已附上{len(files)}个文件。" if files else "没有选择文件。")
    return redirect("entry", entry)


def download(request: Asked, entry: uuid.UUID, sha256: str) -> HttpResponseBase:
    """The original of a file, as an attachment and nothing else."""
    del entry  # its place was looked up by the route
    file = _file(request, sha256)
    return FileResponse(
        place_of(file.sha256).open("rb"),
        as_attachment=True,
        filename=file.name,
        content_type="application/octet-stream",
    )


def preview(request: Asked, entry: uuid.UUID, sha256: str) -> HttpResponseBase:
    """A photo, written anew without its metadata."""
    del entry  # its place was looked up by the route
    file = _file(request, sha256)
    if not file.name.lower().endswith(PICTURES):
        raise Http404
    try:
        shown = preview_of(file.sha256, file.name)
    except DomainError as error:
        return page(request, 422, error.message)
    return FileResponse(shown.open("rb"), content_type="image/jpeg")


def _detail(request: Asked) -> EntryDetail:
    return entries.detail(request.places["entry"].id, request.viewer, request.tree, request.today)


def _register(name: str) -> Register:
    from youju.store.queries.ledger import head

    return versions_at(head().head)[name].register


def _file(request: Asked, sha256: str) -> entries.File:
    found = next((each for each in _detail(request).files if each.sha256 == sha256), None)
    if found is None or not place_of(sha256).exists():
        raise Http404
    return found


def _context(request: Asked, entry: uuid.UUID, found: EntryDetail) -> dict[str, Any]:
    place, line = request.places["entry"], found.line
    may = {
        verb: scope.may(request.viewer, verb, place.unit, request.tree, request.today, place.register)
        for verb in ("record", "review")
    }
    pending, alive = line.state == STATES["pending"], line.state != STATES["void"]
    own = line.author_id == request.viewer.id
    return {
        "entry": entry,
        "line": line,
        "steps": _steps(found.history),
        "files": [
            (each, each.name.lower().endswith(PICTURES), f"{max(each.size // 1024, 1)}KB")
            for each in found.files
        ],
        "counted": counted_in(place.id, request.viewer, request.tree, request.today),
        "may_review": may["review"] and pending and not own,
        "own_pending": pending and own and may["review"],
        "may_correct": may["record"] and alive,
        "may_void": alive and (may["review"] or (may["record"] and not found.was_reviewed)),
        "may_attach": may["record"] and alive,
    }


def _steps(history: tuple[Step, ...]) -> list[dict[str, Any]]:
    """Every step with what it changed, field by field, against the revision before."""
    found: list[dict[str, Any]] = []
    before: Mapping[str, str] | None = None
    for step in history:
        changed: list[tuple[str, str, str]] = []
        if step.values is not None:
            if before is not None:
                titles = dict.fromkeys((*before, *step.values))
                changed = [
                    (title, before.get(title, ""), step.values.get(title, ""))
                    for title in titles
                    if before.get(title, "") != step.values.get(title, "")
                ]
            before = step.values
        found.append({"step": step, "changed": changed})
    return found


def _form(request: Asked, register: Register, unit: int, before: Mapping[str, str]) -> EntryForm:
    extra = {"reason": reason_field("更正理由"), "adjust": adjust_field()}
    form = (
        form_for(register, unit, request.tree, request.today, request.POST, request.FILES, extra=extra)
        if request.method == "POST"
        else form_for(
            register,
            unit,
            request.tree,
            request.today,
            initial=_texts(request, register, before),
            extra=extra,
        )
    )
    for each in register.asked:
        if each.personal is not None:  # never shown again in a form; what is left empty stays as it is
            form.fields[each.id].required = False
            form.fields[each.id].help_text = "已加密保存，不再显示；留空则不变。"
    return form


def _texts(request: Asked, register: Register, before: Mapping[str, str]) -> dict[str, str]:
    """What a form shows of the current revision; units by the names its options bear."""
    found = dict.fromkeys((each.id for each in register.asked), "")
    for name, said in before.items():
        field = register.by_id.get(name)
        if field is None:
            continue
        found[name] = request.tree.full_name(int(said), request.today) if field.kind == "unit" else said
    return found


def _changes(form: EntryForm, before: Mapping[str, str], register: Register) -> dict[str, Any]:
    """Only what differs: an untouched field is not read again, and an empty personal one stays as it was."""
    found = {}
    for each in register.asked:
        now = form.cleaned_data.get(each.id) or ""
        if each.personal is not None:
            if now:
                found[each.id] = now
        elif each.id in form.changed_data or now != before.get(each.id, ""):
            found[each.id] = now
    return found


def _both(form: EntryForm, before: Mapping[str, str], register: Register) -> list[tuple[str, str, str]]:
    """Title, theirs, ours, where they differ."""
    return [
        (each.title, before.get(each.id, ""), str(form.cleaned_data.get(each.id) or ""))
        for each in register.asked
        if each.personal is None and before.get(each.id, "") != str(form.cleaned_data.get(each.id) or "")
    ]


def _seen(request: Asked) -> int | None:
    """The number of the revision that stood on the page."""
    said = request.POST.get("seen", "")
    return int(said) if said.isdigit() and len(said) < 10 else None


def _tell(form: EntryForm, error: DomainError) -> None:
    if error.code == CLOSED:
        form.add_error("adjust", error.message)
    else:
        add_refusal(form, error, {"evidence.reused": "reuse_reason", "entry.reason_required": "reason"})


def _ask_adjustment(
    request: Asked, form: EntryForm, entry: uuid.UUID, register: Register, act: keeping.Act
) -> HttpResponse:
    place = request.places["entry"]
    begun = keeping.Begun(
        register.id, place.unit, form.as_typed(), act, place.id, reason=request.POST.get("reason", ""),
        seen=_seen(request),
    )  # fmt: skip
    try:
        keeping.save(
            begun,
            by=request.member,
            uid=uuid.UUID(request_key(request)),
            adjust=request.POST.get("adjust", ""),
        )
    except DomainError as error:
        return _again(request, entry, error)
    messages.success(request, "已提交批准，批准后更正生效。")
    return redirect("entry", entry)


def _again(request: Asked, entry: uuid.UUID, error: DomainError) -> HttpResponse:
    """The entry's page once more with what was refused on top; what was typed stands in the form again."""
    if isinstance(error, NotAllowed):
        raise error
    context = _context(request, entry, _detail(request))
    problems = [each.text for each in getattr(error, "problems", ())] or [error.message]
    context |= {"refused": problems, "typed": request.POST, "closed": error.code == CLOSED}
    status = 409 if error.code == StaleEntry.code else 422
    return render(request, "pages/entries/entry.html", context, status=status)
