"""校验台: findings by kind and by what they are about, each with the records to open."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html_join

from youju.actions import visits
from youju.core.checking import TITLES, Suspect
from youju.core.orgtree import OrgTree
from youju.store.queries.checking import suspects
from youju.store.queries.entries import uids_of
from youju.store.queries.tree import uids
from youju.web.asking import Asked
from youju.web.components.marks import link
from youju.web.components.tables import Column, Table

COLUMNS = (Column("组织"), Column("日期", "day"), Column("情况", "long"), Column("办理"))
OPENED = (
    8  # so many findings of one kind are shown at once; of more the topics are listed and opened one by one
)


@dataclass(frozen=True, slots=True)
class Group:
    """One kind of finding: its topics, each with its table."""

    title: str
    advice: str
    count: int
    topics: tuple[tuple[str, int, Table], ...]


def show(request: Asked) -> HttpResponse:
    """Everything that looks wrong in the viewer's reach; for who looks from above, how much in each town."""
    within = _asked_unit(request)
    if request.from_above and (within is None or request.tree.town_of(within, request.today) is None):
        return _towns(request)
    world, found = suspects(request.viewer, request.today, within)
    opened = [each.unit for each in found] if within is None else [within]
    visits.note_all(opened, request.viewer, request.tree, by=request.member)
    entries = uids_of({key for each in found for key in each.entries})
    units = uids({each.unit for each in found})
    groups, clean = [], []
    for kind, (title, advice) in TITLES.items():
        own = sorted((each for each in found if each.kind == kind), key=lambda each: each.topic)
        if not own:
            clean.append(title)
            continue
        topics = []
        for topic, same in groupby(own, key=lambda each: each.topic):
            rows = [_row(each, world.tree, entries, units) for each in _by_place(same, world.tree)]
            topics.append((topic, len(rows), Table(f"{title}：{topic}", COLUMNS, rows)))
        groups.append(Group(title, advice, len(own), tuple(topics)))
    context = {"groups": groups, "clean": clean, "opened": OPENED, "name": _name(request, within)}
    return render(request, "pages/checks/checks.html", context)


def _towns(request: Asked) -> HttpResponse:
    """How many findings of each kind there are in each town; a town is opened to read them, and sees that it was."""
    world, found = suspects(request.viewer, request.today)
    tree, today = world.tree, request.today
    seen = [
        unit
        for grant in request.viewer.grants_for("see", today)
        for unit in tree.members(grant.unit, today, "town")
    ]
    keys = uids(seen)
    per_kind = {
        kind: tree.per_town((each.unit for each in found if each.kind == kind), today) for kind in TITLES
    }
    rows = [
        (
            link(tree.name(town, today), f"{reverse('checks')}?unit={keys[town]}"),
            *(per_kind[kind].get(town, "") for kind in TITLES),
        )
        for town in dict.fromkeys(seen)
    ]
    columns = [Column("镇"), *(Column(title, "number") for title, _ in TITLES.values())]
    table = Table("各镇待核对的情况", columns, rows, empty="没有下级镇。")
    return render(request, "pages/checks/towns.html", {"table": table})


def _row(
    each: Suspect, tree: OrgTree, entries: Mapping[int, object], units: Mapping[int, uuid.UUID]
) -> tuple[object, ...]:
    return tree.full_name(each.unit, each.day), each.day, each.text, _links(each, entries, units)


def _links(each: Suspect, entries: Mapping[int, object], units: Mapping[int, uuid.UUID]) -> str:
    if each.period is not None:
        asked = urlencode({"unit": str(units[each.unit]), "period": str(each.period)})
        return link("看这些记录", f"{reverse('ledger_list', args=[each.register])}?{asked}")
    if not each.entries:
        return link("看数据", reverse("overview_unit", args=[units[each.unit]]))
    words = (
        ["打开记录"]
        if len(each.entries) == 1
        else [f"第{place}条" for place in range(1, len(each.entries) + 1)]
    )
    addresses = [reverse("entry", args=[entries[key]]) for key in each.entries]
    return format_html_join("　", '<a href="{}">{}</a>', zip(addresses, words, strict=True))


def _by_place(found: Iterable[Suspect], tree: OrgTree) -> list[Suspect]:
    return sorted(found, key=lambda each: (tree.place(each.unit, each.day) or 0, each.day))


def _asked_unit(request: Asked) -> int | None:
    """The unit that the address names, when the viewer may see it."""
    asked = request.GET.get("unit", "")
    if not asked:
        return None
    seen = [
        unit
        for grant in request.viewer.grants_for("see", request.today)
        for unit in request.tree.members(grant.unit, request.today)
    ]
    return next((unit for unit, uid in uids(seen).items() if str(uid) == asked), None)


def _name(request: Asked, within: int | None) -> str:
    return "" if within is None else request.tree.full_name(within, request.today)
