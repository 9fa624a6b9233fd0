"""登记: choose a register or paste a message, fill in the form, hand it in; drafts and nil reports beside it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import entries as acts
from youju.actions import entry_drafts as keeping
from youju.actions import recording
from youju.actions.guards import check_keeper
from youju.core.entry import ReasonRequired
from youju.core.message import MOST, Prefilled, prefill, read_message
from youju.core.orgtree import OrgTree
from youju.core.period import ended_slots
from youju.core.problem import DomainError
from youju.core.register import Catalog, Register
from youju.office.spooling import stored
from youju.store.queries import entry_drafts as drafts
from youju.store.queries import scope
from youju.store.queries.tree import uids
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal, request_key
from youju.web.pages.entries import places
from youju.web.pages.entries.forms import EntryForm, adjust_field, form_for, proxy_field
from youju.web.words import lexicon, units

CLOSED = "entry.closed_period"
PROPOSED = 3


def choose(request: Asked) -> HttpResponse:
    """The registers of one unit, the paste box, and what was begun; a pasted message proposes registers."""
    registers = places.registers_in_force()
    reach = places.units_to_record(request, registers.values())
    ids = uids(reach)
    chosen = _chosen(request, reach, ids)
    kept = places.kept_by(request, chosen, list(registers.values())) if chosen is not None else []
    text = request.POST.get("message", "")
    context = {
        "chosen": chosen,
        "unit": ids.get(chosen) if chosen is not None else None,
        "unit_name": request.tree.full_name(chosen, request.today) if chosen is not None else "",
        "reach": [(ids[each], request.tree.full_name(each, request.today), each == chosen) for each in reach],
        "kept": kept,
        "message": text[:MOST],
        "most": MOST,
        "proposed": _proposed(request, text, chosen, kept) if text.strip() and chosen is not None else None,
        "drafts": _drafts(request, registers),
    }
    return render(request, "pages/entries/choose.html", context)


def write(request: Asked, register: str, unit: uuid.UUID) -> HttpResponse:
    """The form of one register, and its hand-in, its draft, or its request for an adjustment."""
    del unit
    kept, place = _kept(request, register), request.places["unit"].id
    draft = _draft(request, kept, place)
    form = _form(request, kept, place, draft)
    if request.method == "POST" and "prefill" not in request.POST:
        if request.POST.get("do") in {"draft", "adjust"}:
            return _keep(request, form, kept, place)
        if form.is_valid():
            done = _hand_in(request, form, kept, place)
            if done is not None:
                return done
    return _page(request, form, kept, place, draft)


def nil(request: Asked, register: str, unit: uuid.UUID) -> HttpResponse:
    """零报告 for one month: nothing happened."""
    del unit
    kept, place = _kept(request, register), request.places["unit"].id
    if kept.expected_frequency is None:
        raise acts.NilNotExpected(register=kept.title)
    slots = ended_slots(request.today, kept.expected_frequency, 12)
    chosen = next((slot for slot in slots if str(slot) == request.POST.get("slot", "")), None)
    if request.method == "POST" and chosen is not None:
        done = acts.record_nil(kept.id, place, chosen, by=request.member, key=request_key(request))
        messages.success(request, f"{chosen.chinese()}已报零，待审核。")
        return redirect("entry", done.uid)
    context = {
        "kept": kept,
        "unit_name": request.tree.full_name(place, request.today),
        "slots": [(str(slot), slot.chinese()) for slot in slots],
        "chosen": request.POST.get("slot", ""),
    }
    return render(request, "pages/entries/nil.html", context)


def discard(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """Delete one's own draft."""
    keeping.discard(draft, by=request.member)
    messages.success(request, "草稿已删除。")
    return redirect("record")


def adjustments(request: Asked) -> HttpResponse:
    """Changes inside locked periods that wait for this person's approval."""
    catalog = _catalog()
    found = drafts.to_approve(request.viewer, request.tree, catalog, request.today)
    lines = [{"line": each, "said": each.said(catalog)} for each in found]
    return render(request, "pages/entries/adjustments.html", {"lines": lines})


def adjust(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """Approve or decline one of them."""
    try:
        if request.POST.get("verdict") == "approve":
            keeping.approve(draft, by=request.member, units=units())
            messages.success(request, "已批准，调整已生效，待审核。")
        else:
            keeping.decline(draft, request.POST.get("reason", ""), by=request.member)
            messages.success(request, "已退回申请人。")
    except DomainError as error:
        messages.error(request, _said(error))
    return redirect("adjustments")


def _chosen(request: Asked, reach: list[int], ids: Mapping[int, uuid.UUID]) -> int | None:
    """The unit asked for, else one's own, else the first that keeps anything."""
    asked = request.GET.get("unit", "") or request.POST.get("unit", "")
    for each in reach:
        if str(ids[each]) == asked:
            return each
    return request.member.unit_id if request.member.unit_id in ids else next(iter(reach), None)


def _kept(request: Asked, register: str) -> Register:
    found = places.registers_in_force().get(register)
    if found is None:
        raise Http404
    place = request.places["unit"].id
    check_keeper(found, place, request.tree, request.today)
    scope.require(request.viewer, "record", place, request.tree, request.today, found.id)
    return found


def _catalog() -> Catalog:
    return Catalog(places.registers_in_force(), {})


def _drafts(request: Asked, registers: Mapping[str, Register]) -> list[dict[str, Any]]:
    catalog = Catalog(registers, {})
    found = []
    for line in drafts.own(request.viewer, request.tree, catalog, request.today):
        new = ("record_entry", [line.register, line.unit_uid])
        name, arguments = ("entry_correct", [line.entry]) if line.entry else new
        url = reverse(name, args=arguments)
        found.append({"line": line, "said": line.said(catalog), "url": f"{url}?draft={line.uid}"})
    return found


def _proposed(request: Asked, text: str, unit: int, kept: list[Register]) -> list[dict[str, Any]]:
    """What the message may be, best first, each with what was read and what was left over."""
    registers = {each.id: each for each in kept}
    message = read_message(text, lexicon(), request.today, _names(request.tree, unit, request))
    found = prefill(message, kept, units(), lambda each: request.tree.kind(each, request.today))
    return [
        {
            "register": registers[each.register],
            "read": [
                (registers[each.register].by_id[name].title, said) for name, said in each.values.items()
            ],
            "notes": list(each.notes.values()),
            "unused": each.unused,
        }
        for each in found[:PROPOSED]
    ]


def _names(tree: OrgTree, unit: int, request: Asked) -> list[tuple[int, str]]:
    return [
        (each, tree.name(each, request.today)) for each in tree.members(unit, request.today) if each != unit
    ]


def _draft(request: Asked, kept: Register, place: int) -> drafts.DraftLine | None:
    asked = request.GET.get("draft", "") or request.POST.get("draft", "")
    try:
        uid = uuid.UUID(asked)
    except ValueError:
        return None
    found = drafts.one(uid, request.viewer, request.tree, _catalog(), request.today)
    return found if found and found.register == kept.id and found.unit == place else None


def _form(request: Asked, kept: Register, place: int, draft: drafts.DraftLine | None) -> EntryForm:
    extra = {"adjust": adjust_field()}
    if places.is_for_another(request, place):
        extra["provider"] = proxy_field()
    initial: dict[str, str] = {}
    notes: Mapping[str, str] = {}
    if draft is not None:
        initial = {**draft.values, "provider": draft.provider, "adjust": draft.adjust}
    if "prefill" in request.POST:
        found = _prefilled(request, kept, place)
        if found is not None:
            initial, notes = _fitting(found, kept, place, request), found.notes
    elif request.method == "POST":
        return form_for(kept, place, request.tree, request.today, request.POST, request.FILES, extra=extra)
    return form_for(kept, place, request.tree, request.today, initial=initial, notes=notes, extra=extra)


def _prefilled(request: Asked, kept: Register, place: int) -> Prefilled | None:
    text = request.POST.get("message", "")
    message = read_message(text, lexicon(), request.today, _names(request.tree, place, request))
    found = prefill(message, [kept], units(), lambda each: request.tree.kind(each, request.today))
    return found[0] if found else None


def _fitting(found: Prefilled, kept: Register, place: int, request: Asked) -> dict[str, str]:
    """A unit's bare name as the form's options write it."""
    full = {
        request.tree.name(each, request.today): request.tree.full_name(each, request.today)
        for each in request.tree.members(place, request.today)
    }
    return {
        name: full.get(said, said) if kept.by_id[name].kind == "unit" else said
        for name, said in found.values.items()
    }


def _hand_in(request: Asked, form: EntryForm, kept: Register, place: int) -> HttpResponse | None:
    draft = request.POST.get("draft", "")
    try:
        with stored(form.cleaned_data["evidence"]) as files:
            done = recording.record(
                kept.id,
                place,
                form.raw(),
                files,
                by=request.member,
                units=units(),
                key=request_key(request),
                provider=acts.check_provider(form.cleaned_data.get("provider", "")),
                reuse_reason=form.cleaned_data["reuse_reason"],
                draft=uuid.UUID(draft) if _is_uid(draft) else None,
            )
    except DomainError as error:
        if error.code == CLOSED:
            form.add_error("adjust", error.message)
        else:
            add_refusal(form, error, {"evidence.reused": "reuse_reason", "提供人": "provider"})
        return None
    messages.success(request, f"“{kept.title}”已登记，待审核。")
    for problem in done.warnings:
        messages.warning(request, problem.text)
    if request.POST.get("do") == "again":
        return redirect("record_entry", kept.id, uids([place])[place])
    return redirect("entry", done.uid)


def _keep(request: Asked, form: EntryForm, kept: Register, place: int) -> HttpResponse:
    """Save as a draft; with a reason for the adjustment it waits for the approval."""
    wanted = request.POST.get("draft", "")
    uid = uuid.UUID(wanted) if _is_uid(wanted) else uuid.UUID(request_key(request))
    adjust = request.POST.get("adjust", "") if request.POST["do"] == "adjust" else ""
    begun = keeping.Begun(kept.id, place, form.as_typed(), provider=request.POST.get("provider", ""))
    try:
        if request.POST["do"] == "adjust" and not adjust.strip():
            raise ReasonRequired(action="锁定期内的调整")
        keeping.save(begun, by=request.member, uid=uid, adjust=adjust)
    except DomainError as error:
        form.full_clean()
        add_refusal(form, error, {"entry.reason_required": "adjust"})
        return _page(request, form, kept, place, None)
    said = "已提交批准，批准后生效。" if adjust else "草稿已保存，只有您自己看得到。"
    if any(each.personal is not None for each in kept.asked):
        said += "个人信息和佐证材料不存入草稿，提交时再填。"
    messages.success(request, said)
    return redirect("record")


def _page(
    request: Asked, form: EntryForm, kept: Register, place: int, draft: drafts.DraftLine | None
) -> HttpResponse:
    context = {
        "form": form,
        "kept": kept,
        "unit": uids([place])[place],
        "unit_name": request.tree.full_name(place, request.today),
        "draft": draft.uid if draft else request.POST.get("draft", ""),
        "declined": draft.declined if draft else "",
        "for_another": places.is_for_another(request, place),
        "keeper": request.viewer.id,
        "closed": bool(form.is_bound and form.errors.get("adjust")) or bool(draft and draft.adjust),
    }
    return render(
        request, "pages/entries/write.html", context, status=422 if form.is_bound and form.errors else 200
    )


def _is_uid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _said(error: DomainError) -> str:
    problems = getattr(error, "problems", ())
    return "；".join(each.text for each in problems) or error.message
