"""人员: accounts and what they were granted. The system administrator makes accounts, the security administrator grants."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import logins as login_acts
from youju.actions import members as acts
from youju.core.grant import MAY, TITLES, VERBS, Role
from youju.core.orgtree import FAR
from youju.core.problem import DomainError
from youju.store.queries import logins, organisation
from youju.store.queries.ledger import head
from youju.store.queries.members import people
from youju.store.queries.specs import catalog_at
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal, request_key
from youju.web.components.marks import badge, link
from youju.web.components.tables import Column, Table
from youju.web.pages.organisation.units import DayField

EACH_ROLE = [
    (role, f"{title}（{'、'.join(VERBS[verb] for verb in sorted(MAY[role]))}）")
    for role, title in TITLES.items()
]


class NewForm(forms.Form):
    """A new account."""

    account = forms.CharField(
        label="账号", max_length=40, help_text="2至40个小写字母、数字、点、横线，以字母开头，用后不改。"
    )
    name = forms.CharField(label="姓名", max_length=40)
    unit = forms.CharField(label="所在组织", max_length=100)


class GrantForm(forms.Form):
    """A role over a subtree, with an end."""

    role = forms.ChoiceField(label="角色", choices=EACH_ROLE)
    unit = forms.CharField(label="在哪个组织", max_length=100, help_text="授权及于该组织和它的下级。")
    registers = forms.MultipleChoiceField(
        label="只限这些台账",
        required=False,
        help_text="不选则不限。",
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )
    since = DayField(label="自哪天起", required=False, help_text="不填为今天。")
    until = DayField(
        label="到哪天为止（当天不含）", required=False, help_text="借调、包村等临时任务请写明，不填为长期。"
    )


def listed(request: Asked) -> HttpResponse:
    """Every account within reach, by account, with its grants."""
    units = [unit for root in request.reach for unit in request.tree.members(root, request.today)]
    found = people(units)
    ids = organisation.member_uids([each.account for each in found])
    rows = [
        (
            link(each.account, reverse("person", args=[ids[each.account]])),
            each.name,
            request.tree.full_name(each.unit, request.today),
            "；".join(
                f"{TITLES[held.role]}@{request.tree.name(held.unit, request.today)}" for held in each.held
            )
            or badge("没有授权"),
        )
        for each in found
    ]
    columns = (Column("账号"), Column("姓名"), Column("所在组织"), Column("授权", "long"))
    context = {
        "table": Table("人员", columns, rows, empty="还没有人员。"),
        "adds": bool(request.viewer.grants_for("members", request.today)),
    }
    return render(request, "pages/organisation/people.html", context)


def new(request: Asked) -> HttpResponse:
    """A new account."""
    form = NewForm(request.POST or None, initial={"unit": request.GET.get("unit", "")[:100]})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            unit = request.tree.find(said["unit"], request.today)
            made = acts.add_member(
                said["account"], said["name"], unit, by=request.member, key=request_key(request)
            )
        except DomainError as error:
            places = {
                "unit.not_found": "unit",
                "unit.ambiguous": "unit",
                "member.taken": "account",
                "member.bad_account": "account",
            }
            add_refusal(form, error, places)
        else:
            messages.success(request, "账号已建立。请安全管理员授权，并开通登录。")
            return redirect("person", made.uid)
    return render(
        request, "pages/organisation/person_new.html", {"form": form}, status=422 if form.errors else 200
    )


def show(request: Asked, member: uuid.UUID) -> HttpResponse:
    """One account."""
    return _page(request, member, _grant_form())


def grant(request: Asked, member: uuid.UUID) -> HttpResponse:
    """Grant a role."""
    form = _grant_form(request)
    if form.is_valid():
        said = form.cleaned_data
        role: Role = said["role"]
        try:
            unit = request.tree.find(said["unit"], request.today)
            acts.grant(
                organisation.member(request.places["member"].id), role, unit, by=request.member,
                registers=said["registers"], since=said["since"], until=said["until"] or FAR,
                key=request_key(request),
            )  # fmt: skip
        except DomainError as error:
            add_refusal(
                form, error, {"unit.not_found": "unit", "unit.ambiguous": "unit", "grant.conflict": "role"}
            )
        else:
            messages.success(request, f"已授予{TITLES[role]}。")
            return redirect("person", member)
    return _page(request, member, form)


def revoke(request: Asked, member: uuid.UUID) -> HttpResponse:
    """End a grant; the member's sessions end with it."""
    role, unit = request.POST.get("role", ""), request.POST.get("unit", "")
    if role not in TITLES or not unit.isdigit():
        return _page(request, member, _grant_form(), "没有这项授权，请刷新页面核对。")
    try:
        acts.revoke(
            organisation.member(request.places["member"].id), role, int(unit), by=request.member,
            key=request_key(request),
        )  # fmt: skip
    except DomainError as error:
        return _page(request, member, _grant_form(), error.message)
    messages.success(request, f"{TITLES[role]}的授权已收回，其登录随即失效。")
    return redirect("person", member)


def login(request: Asked, member: uuid.UUID) -> HttpResponse:
    """Open the log-in or give a new password: shown once, on this page only."""
    request_key(request)
    try:
        password = login_acts.open_login(organisation.member(request.places["member"].id), by=request.member)
    except DomainError as error:
        return _page(request, member, _grant_form(), error.message)
    answer = _page(request, member, _grant_form(), password=password)
    answer["Cache-Control"] = "no-store"
    return answer


def end(request: Asked, member: uuid.UUID) -> HttpResponse:
    """End every session of a person, who may log in again."""
    try:
        login_acts.end_all(organisation.member(request.places["member"].id), by=request.member)
    except DomainError as error:
        return _page(request, member, _grant_form(), error.message)
    messages.success(request, "其全部登录已结束，本人可重新登录。")
    return redirect("person", member)


def factor(request: Asked, member: uuid.UUID) -> HttpResponse:
    """Forget a lost code generator."""
    try:
        login_acts.drop_second_factor(organisation.member(request.places["member"].id), by=request.member)
    except DomainError as error:
        return _page(request, member, _grant_form(), error.message)
    messages.success(request, "动态码已解除，本人下次登录时重新设置。")
    return redirect("person", member)


def _grant_form(request: Asked | None = None) -> GrantForm:
    form = GrantForm(request.POST if request is not None else None)
    registers = catalog_at(head().head).registers.values()
    field = form.fields["registers"]
    assert isinstance(field, forms.MultipleChoiceField)
    field.choices = [(each.id, each.title) for each in sorted(registers, key=lambda each: each.id)]
    return form


def _page(
    request: Asked, member: uuid.UUID, form: GrantForm, refused: str = "", password: str = ""
) -> HttpResponse:
    person = organisation.member(request.places["member"].id)
    grants = organisation.grants_of(person.pk)
    may_grant = bool(request.viewer.grants_for("grants", request.today))
    context: dict[str, Any] = {
        "member": member,
        "person": person,
        "unit_name": request.tree.full_name(person.unit_id, request.today),
        "grants": [
            {
                "role": each.role,
                "title": TITLES[each.role],
                "unit": each.unit,
                "unit_name": request.tree.full_name(each.unit, request.today),
                "registers": each.registers,
                "since": each.since,
                "until": each.until,
                "now": _holds(each.since, each.until, request.today),
            }
            for each in grants
        ],
        "form": form,
        "may_grant": may_grant,
        "can_log_in": person.pk in logins.accounts_with_login([person.pk]),
        "refused": [refused] if refused else [],
        "password": password,
    }
    bad = bool(refused) or (form.is_bound and bool(form.errors))
    return render(request, "pages/organisation/person.html", context, status=422 if bad else 200)


def _holds(since: date, until: date | None, today: date) -> bool:
    return since <= today and (until is None or today < until)
