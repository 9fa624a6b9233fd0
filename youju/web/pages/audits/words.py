"""Learned words: what a figure of a draft is said to be about, who decides it for all; registers a report asks for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import auditing, learning, registers
from youju.core.problem import DomainError
from youju.store.queries import learned
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at
from youju.web.asking import Asked


def choices_for(draft: Any, row: Mapping[str, Any] | None) -> list[tuple[str, str]]:
    """What a figure may be said to be about: every measure counted in its unit, and each of its kinds."""
    if (
        row is None
        or "verdict" not in row
        or not draft.unit_id
        or row["kind"] not in ("count", "money", "mass", "measure")
    ):
        return []
    catalog = auditing.known_catalog(catalog_at(head().head))
    unit = auditing.lexicon().unit(row["unit"])
    found: list[tuple[str, str]] = []
    for measure in catalog.measures.values():
        if unit is None or measure.unit.family != unit.family or measure.behaviour in ("ratio", "change"):
            continue
        found.append((measure.id, measure.title))
        for dimension in measure.dimensions:
            found += [
                (
                    f"{measure.id}|{dimension.id}={choice.id}",
                    f"{measure.title}（{dimension.id}：{choice.id}）",
                )
                for choice in catalog.dimension_choices(dimension, measure)
            ]
    return found


def learn(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """Say what the figure is about; it holds for the member's drafts at once."""
    measure, _, kind = request.POST.get("measure", "").partition("|")
    name, equals, value = kind.partition("=")
    start = request.POST.get("start", "")
    try:
        if not measure or not start.isdecimal():
            raise learning.NothingToLearn
        said = learning.propose(
            draft, int(start[:9]), measure, {name: value} if equals else {}, by=request.member
        )
        messages.success(
            request, f"已记住“{said.shown}”。您的文稿马上按它核对；其他人的要等有审核权限的人同意。"
        )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("audit", draft)


def listed(request: Asked) -> HttpResponse:
    """Proposals that wait for a decision."""
    measures = auditing.known_catalog(catalog_at(head().head)).measures
    lines = [
        {
            "line": each,
            "measure": measures[each.measure].title if each.measure in measures else each.measure,
            "kinds": "，".join(f"{name}：{value}" for name, value in each.dims),
            "mine": each.by_id == request.viewer.id,
        }
        for each in learned.listed(request.viewer, request.tree, request.today)
    ]
    return render(request, "pages/audits/words.html", {"lines": lines})


def decide(request: Asked, word: uuid.UUID) -> HttpResponse:
    """Agree to a proposal, or decline it."""
    try:
        row = learning.decide(word, by=request.member, accepted=request.POST.get("verdict") == "accept")
        messages.success(request, f"“{row.shown}”：{'已同意' if row.state == 'accepted' else '未同意'}。")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("learned_words")


def wanted(request: Asked) -> HttpResponse:
    """The registers that a draft asks for, and one button that enables them all; for the system administrator."""
    known = auditing.known_catalog(catalog_at(head().head)).registers
    asked = [name for name in request.GET.get("ids", request.POST.get("ids", "")).split(",") if name in known]
    active = catalog_at(head().head).registers
    new = [known[name] for name in asked if name not in active]
    if request.method == "POST":
        try:
            roots = [grant.unit for grant in request.viewer.grants_for("registers", request.today)]
            done = registers.sync(new, by=request.member, unit=roots[0])
            messages.success(
                request, f"已启用{len(done.added)}个台账。" if done.added else "这些台账都已启用。"
            )
        except DomainError as error:
            messages.error(request, error.message)
        return redirect(f"{reverse('registers_wanted')}?ids={','.join(asked)}")
    return render(
        request,
        "pages/audits/wanted.html",
        {"new": new, "ids": ",".join(asked), "same": [known[name] for name in asked if name in active]},
    )
