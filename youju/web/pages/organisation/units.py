"""组织: the tree, one unit with its history, and what may be changed about it; 期间锁定."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from youju.actions import periods
from youju.actions import units as acts
from youju.actions.guards import KINDS_ZH
from youju.actions.units import NewUnit
from youju.core.orgtree import LEVEL_OF_KIND, AmbiguousOrgUnit, UnknownOrgUnit
from youju.core.problem import DomainError
from youju.core.zh.dates import read_day, said_day
from youju.store.queries import organisation, scope
from youju.store.queries.members import people
from youju.store.queries.tree import uids
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal, request_key


class DayField(forms.CharField):
    """A day as people write it; the value is a date, None when left empty."""

    def __init__(self, **said: Any) -> None:
        super().__init__(max_length=40, **said)

    def clean(self, value: Any) -> Any:
        """The date. Raises ValidationError with the sentence of the core."""
        text = super().clean(value)
        if not text:
            return None
        today = date.today()  # noqa: DTZ011 - only to complete 3月5日; the ledger judges the day by its own clock
        try:
            return said_day(text, today) or read_day(text, today.year)
        except DomainError as error:
            raise forms.ValidationError(error.message) from None


def _since(label: str = "自哪天起") -> DayField:
    return DayField(label=label, help_text="如 2024-04-01、4月1日、今天")


class RenameForm(forms.Form):
    """A new name from a day on."""

    name = forms.CharField(label="新名称", max_length=100)
    code = forms.CharField(label="区划代码", max_length=12, required=False, help_text="不变则留空。")
    since = _since()


class AliasForm(forms.Form):
    """Another way of writing the name."""

    alias = forms.CharField(label="别名", max_length=100, help_text="工作簿和材料里的其他写法。")


class TagForm(forms.Form):
    """A dated tag."""

    tag = forms.CharField(label="标记", max_length=40, help_text="如 公路沿线。")
    since = _since()
    until = DayField(label="到哪天为止（当天不含）", required=False)


class UntagForm(forms.Form):
    """The end of a tag."""

    tag = forms.CharField(label="标记", max_length=40)
    since = _since("自哪天起不再是")


class MoveForm(forms.Form):
    """Another parent from a day on."""

    parent = forms.CharField(label="划入哪个组织", max_length=100)
    since = _since()


class MergeForm(forms.Form):
    """Another unit takes over."""

    into = forms.CharField(label="并入哪个组织", max_length=100)
    since = _since()


class DissolveForm(forms.Form):
    """Nobody takes over."""

    since = _since("自哪天起撤销")


class AddForm(forms.Form):
    """A unit below this one."""

    name = forms.CharField(label="名称", max_length=100)
    kind = forms.ChoiceField(
        label="类别", choices=[(name, title) for name, title in KINDS_ZH.items() if name != "province"]
    )
    code = forms.CharField(
        label="区划代码",
        max_length=12,
        required=False,
        help_text="村级及以上填国家统计用区划代码12位，其余不填。",
    )
    since = _since("自哪天起设立")


@dataclass(frozen=True)
class Change:
    """One kind of change: its title, its form, what it does, and what to know before."""

    title: str
    form: type[forms.Form]
    do: Callable[[Asked, int, Mapping[str, Any], str], object]
    note: str = ""


def _named(request: Asked, text: str) -> int:
    return request.tree.find(text, request.today)


CHANGES: Mapping[str, Change] = {
    "rename": Change(
        "更名", RenameForm,
        lambda r, u, v, k: acts.rename(u, v["name"], since=v["since"], by=r.member, code=v["code"] or None, key=k),
        "旧名称转为别名；旧日期的记录和报告仍显示旧名。",
    ),
    "alias": Change("加别名", AliasForm, lambda r, u, v, k: acts.add_alias(u, v["alias"], by=r.member, key=k)),
    "tag": Change(
        "加标记", TagForm,
        lambda r, u, v, k: acts.tag(
            u, v["tag"], since=v["since"], by=r.member, key=k, **({"until": v["until"]} if v["until"] else {})
        ),
    ),
    "untag": Change(
        "去标记", UntagForm, lambda r, u, v, k: acts.untag(u, v["tag"], since=v["since"], by=r.member, key=k)
    ),
    "move": Change(
        "划转", MoveForm,
        lambda r, u, v, k: acts.move(u, _named(r, v["parent"]), since=v["since"], by=r.member, key=k),
        "划转日之前发生的数仍算在原上级，在用的存量随之划走。",
    ),
    "merge": Change(
        "合并", MergeForm,
        lambda r, u, v, k: acts.merge(u, _named(r, v["into"]), since=v["since"], by=r.member, key=k),
        "本组织自当日起不再存在，下级和存量由接收的组织承接，旧记录仍可查。",
    ),
    "dissolve": Change(
        "撤销", DissolveForm, lambda r, u, v, k: acts.dissolve(u, since=v["since"], by=r.member, key=k),
        "其下还有组织的，先划转再撤销。",
    ),
    "add": Change(
        "新设下级", AddForm,
        lambda r, u, v, k: acts.add([NewUnit(v["name"], v["kind"], u, v["code"], since=v["since"])], by=r.member, key=k),
    ),
}  # fmt: skip


def tree(request: Asked) -> HttpResponse:
    """The organisation within reach, as it stands today or stood on another day."""
    day, problem = request.today, ""
    if said := request.GET.get("day", "").strip():
        try:
            day = said_day(said, request.today) or read_day(said[:40], request.today.year)
        except DomainError as error:
            problem = error.message
    roots = [
        unit
        for unit in request.reach
        if not any(
            other != unit and request.tree.contains(other, unit, request.today) for other in request.reach
        )
    ]
    shown = {unit for root in roots for unit in request.tree.members(root, day)}
    ids = uids(shown)
    lines = [
        _line(request, unit, day, ids, shown) for root in roots for unit in request.tree.members(root, day)
    ]
    context = {
        "lines": lines,
        "day": said or str(day),
        "problem": problem,
        "count": len(lines),
        "manages": bool(
            request.viewer.grants_for("members", request.today)
            or request.viewer.grants_for("grants", request.today)
        ),
    }
    return render(request, "pages/organisation/tree.html", context)


def show(request: Asked, unit: uuid.UUID) -> HttpResponse:
    """One unit."""
    return render(request, "pages/organisation/unit.html", _context(request, unit))


def change(request: Asked, unit: uuid.UUID, what: str) -> HttpResponse:
    """One change of a unit: its form, and its hand-in."""
    kind = CHANGES.get(what)
    if kind is None:
        raise Http404
    place = request.places["unit"].id
    form = kind.form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kind.do(request, place, form.cleaned_data, request_key(request))
        except DomainError as error:
            fields = {"unit.name_taken": "name", "unit.code_taken": "code", "unit.ended": "since"}
            if isinstance(error, UnknownOrgUnit | AmbiguousOrgUnit):
                fields[error.code] = "parent" if "parent" in form.fields else "into"
            add_refusal(form, error, {name: at for name, at in fields.items() if at in form.fields})
        else:
            messages.success(request, f"{kind.title}已办理。")
            return redirect("unit", unit)
    context = {
        "kind": kind,
        "what": what,
        "form": form,
        "unit": unit,
        "name": request.tree.full_name(place, _day(request, place)),
    }
    return render(
        request,
        "pages/organisation/change.html",
        context,
        status=422 if form.is_bound and form.errors else 200,
    )


def close(request: Asked, unit: uuid.UUID) -> HttpResponse:
    """期间锁定 of a unit's books, or an earlier day to open them again, with a reason."""
    said, reason = request.POST.get("through", "").strip(), request.POST.get("reason", "")
    try:
        through = said_day(said, request.today) or read_day(said[:40], request.today.year)
        done = periods.close(
            request.places["unit"].id, through, by=request.member, reason=reason, key=request_key(request)
        )
    except DomainError as error:
        context = _context(request, unit) | {"refused": [error.message], "typed": request.POST}
        return render(request, "pages/organisation/unit.html", context, status=422)
    waiting = f"其中还有{done.pending}条待审核，须作为调整办理。" if done.pending else ""
    messages.success(request, f"已锁定到{done.through}。{waiting}")
    return redirect("unit", unit)


def _day(request: Asked, unit: int) -> date:
    """Today, or the last day that a unit which has ended existed."""
    if request.tree.exists(unit, request.today):
        return request.today
    return max(each.since for each in request.tree.placements[unit])


def _line(
    request: Asked, unit: int, day: date, ids: Mapping[int, uuid.UUID], shown: set[int]
) -> dict[str, Any]:
    depth = sum(1 for each in request.tree.ancestors(unit, day) if each in shown)
    naming = request.tree.naming(unit, day)
    return {
        "uid": ids[unit],
        "name": naming.name,
        "kind": KINDS_ZH[naming.kind],
        "code": naming.code,
        "tags": sorted(request.tree.tags(unit, day)),
        "depth": min(depth, 5),
    }


def _context(request: Asked, unit: uuid.UUID) -> dict[str, Any]:
    key = request.places["unit"].id
    tree, day = request.tree, _day(request, key)
    above = [key, *tree.ancestors(key, day)]
    closes = {each.unit: each for each in organisation.closes(above)}
    may = {
        verb: scope.may(request.viewer, verb, key, tree, request.today)
        for verb in ("units", "close", "members", "grants")
    }
    below = [
        each
        for each in tree.members(key, day)
        if each != key and next(iter(tree.ancestors(each, day)), None) == key
    ]
    ids = uids([*below, *above])
    return {
        "unit": unit,
        "name": tree.full_name(key, day),
        "kind": KINDS_ZH[tree.kind(key, day)],
        "code": tree.naming(key, day).code,
        "aliases": tree.naming(key, day).aliases,
        "alive": tree.exists(key, request.today),
        "past": organisation.past(key, tree),
        "parent": [(ids[above[1]], tree.full_name(above[1], day))]
        if len(above) > 1 and _visible(request, above[1])
        else [],
        "below": [(ids[each], tree.name(each, day), KINDS_ZH[tree.kind(each, day)]) for each in below],
        "closes": [(tree.full_name(each, day), closes[each]) for each in above if each in closes],
        "own_close": closes.get(key),
        "may": may,
        "is_keeper": LEVEL_OF_KIND[tree.kind(key, day)] >= LEVEL_OF_KIND["town"],
        "people": people([key]) if may["members"] or may["grants"] else [],
        "changes": [(name, each.title) for name, each in CHANGES.items()],
    }


def _visible(request: Asked, unit: int) -> bool:
    return any(request.tree.contains(root, unit, request.today) for root in request.reach)
