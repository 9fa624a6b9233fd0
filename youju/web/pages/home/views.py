"""工作台: what waits for whoever has logged in, by what they were granted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from youju.core.grant import ADMINISTRATORS, TITLES
from youju.store.queries import desk, entry_drafts, jobs, queue, uploads
from youju.store.queries.catalog import number
from youju.store.queries.desk import Mine, OnDesk, Owed, Stand
from youju.store.queries.entries import EntryLine
from youju.store.queries.tree import uids
from youju.web.asking import Asked
from youju.web.components import marks
from youju.web.components.tables import Column, Table
from youju.web.components.tags import moment

OWING = {"recorder", "clerk", "leader", "county"}  # who is told what has not been reported
LEADING = {"leader", "county", "inspector"}  # who is shown the main figures
NAMED = 8
DUTIES = {
    "system": ("维护组织、人员和台账的启用", (("组织与人员", "organisation"), ("人员", "people"), ("台账启用", "registers"))),
    "security": ("授权和收回授权、重置密码和二次验证、批准到期删除", (("人员与授权", "people"), ("意见箱", "complaints"))),
    "audit": ("查看操作记录，校验台账有没有被改动", (("操作记录", "log"), ("台账校验", "log_verified"))),
}  # fmt: skip


def home(request: Asked) -> HttpResponse:
    """The viewer's desk."""
    viewer, today = request.viewer, request.today
    roles = {grant.role for grant in viewer.grants if grant.holds(today)}
    records, reviews = (bool(viewer.grants_for(verb, today)) for verb in ("record", "review"))
    context: dict[str, Any] = {
        "today": today,
        "units": [request.tree.full_name(unit, today) for unit in request.reach],
        "sees": bool(viewer.grants_for("see", today)),
        "records": records,
        "reviews": reviews,
    }
    if reviews:
        context |= _to_review(request, look="reviewer" in roles)
    if viewer.grants_for("adjust", today):
        context["adjustments"] = desk.adjustments(viewer, request.tree, today)
    if context["sees"]:
        unit = viewer.grants_for("see", today)[0].unit
        found = desk.stand(
            unit,
            viewer,
            today,
            due_day=number("reporting-due-day", today),
            owed=bool(roles & OWING),
            main=bool(roles & LEADING),
            reports=bool(viewer.grants_for("report", today)),
        )
        context |= _stand(request, unit, found)
        if records:
            context |= _own(request, found)
    if "clerk" in roles:
        context["uploads"] = _uploads(request)
    if held := [role for role in roles if role in ADMINISTRATORS]:
        context["duties"] = [(TITLES[role], *DUTIES[role]) for role in sorted(held)]
        if "audit" in held:
            context |= {"audits": True, "verified": jobs.latest("verify_ledger", viewer)}
    return render(request, "pages/home/home.html", context)


def _to_review(request: Asked, *, look: bool) -> dict[str, Any]:
    """How many wait; for those whose work it is also how many need a look, and why the first of them."""
    if not look:
        return {"waiting": desk.waiting(request.viewer, request.tree, request.today)}
    found = queue.queue(
        request.viewer,
        request.tree,
        request.today,
        times=number("review-outlier-times", request.today),
        enough=number("review-outlier-past", request.today),
    )
    marked = [each for each in found.waiting if each.reasons]
    rows = [
        (
            _entry(each.line),
            each.line.register,
            each.line.unit,
            said(each.line),
            "".join(reason.text for reason in each.reasons),
        )
        for each in marked[:5]
    ]
    columns = (
        Column("日期", "day"),
        Column("台账"),
        Column("组织"),
        Column("内容", "long"),
        Column("为什么要看", "long"),
    )
    return {
        "waiting": found.total,
        "marked": len(marked),
        "to_look": Table("需要看一眼的", columns, rows) if rows else None,
    }  # fmt: skip


def _own(request: Asked, found: Stand) -> dict[str, Any]:
    """What came back, what was begun, and what became of the latest."""
    mine = desk.mine(request.viewer, request.tree, request.today)
    drafts = entry_drafts.own(request.viewer, request.tree, found.world.catalog, request.today)
    back = [each for each in mine if each.line.state == "退回补正"]
    draft_rows = [
        (each.title, each.unit_name, each.said(found.world.catalog)[:60], moment(each.saved_at), _draft(each))
        for each in drafts[:5]
    ]
    columns = (
        Column("台账"),
        Column("组织"),
        Column("内容", "long"),
        Column("保存时间", "day"),
        Column("状态"),
    )
    return {
        "returned": len(back),
        "back": Table("退回给我补正的记录", BACK, [_returned(each) for each in back]) if back else None,
        "drafts": len(drafts),
        "draft_table": Table("我的草稿", columns, draft_rows) if drafts else None,
        "mine": Table("我最近登记的", MINE, [_mine(each) for each in mine], None, "您还没有登记过。"),
    }


BACK = (
    Column("日期", "day"), Column("台账"), Column("组织"), Column("内容", "long"), Column("退回理由", "long"), Column("办理"),
)  # fmt: skip
MINE = (
    Column("日期", "day"), Column("台账"), Column("组织"), Column("内容", "long"), Column("状态"), Column("审核", "long"),
)  # fmt: skip


def _returned(each: Mine) -> tuple[object, ...]:
    line = each.line
    mend = marks.link("补正", reverse("entry_correct", args=[line.uid]))
    why = f"{each.reason}（{each.reviewer}）" if each.reviewer else ""
    return _entry(line), line.register, line.unit, said(line), why, mend


def _mine(each: Mine) -> tuple[object, ...]:
    line = each.line
    told = f"{each.reviewer}：{each.reason}" if each.reason else each.reviewer
    return _entry(line), line.register, line.unit, said(line), state(line), told


def _draft(each: entry_drafts.DraftLine) -> str:
    if each.declined:
        return marks.badge("未获批准", "bad")
    return marks.badge("等待批准", "warn") if each.adjust else marks.badge("草稿")


def _stand(request: Asked, unit: int, found: Stand) -> dict[str, Any]:
    kind = request.tree.kind(unit, request.today)
    own = any(each.measure.expected is not None and each.measure.expected.kind == kind for each in found.owed)
    return {
        "main": found.main,
        "owed": _owed_here(request, unit, found) if own else _owed_below(request, found),
        "owed_here": own,
        "reports": [_report(each) for each in found.reports],
        "report_table": Table("报告", REPORTS, [_report(each) for each in found.reports])
        if found.reports
        else None,
    }


REPORTS = (Column("标题", "long"), Column("期间"), Column("状态", "long"))


def _owed_here(request: Asked, unit: int, found: Stand) -> Table:
    """What this unit itself has not reported, with the way to do it."""
    place = uids([unit])[unit]
    rows = []
    for each in found.owed:
        register = found.world.catalog.registers[each.measure.register]
        ways = format_html_join(
            "　",
            '<a href="{}">{}<span class="unseen">：{}</span></a>',
            (
                (reverse(name, args=[register.id, place]), word, register.title)
                for name, word in (("record_entry", "登记"), ("record_nil", "零报告"))
            ),
        )
        waits = marks.badge("待审核") if each.figure.pending else ways
        rows.append((register.title, each.slot.chinese(), _due(request, each), waits))
    columns = (Column("台账"), Column("期间"), Column("应报日期", "day"), Column("办理"))
    return Table("还没有报的", columns, rows, None, "没有欠报的。")


def _owed_below(request: Asked, found: Stand) -> Table:
    """Which units below have not reported, by code; for who looks from above, how many in each town."""
    tree, rows = request.tree, []
    for each in found.owed:
        units = each.figure.missing_units
        named = "、".join(tree.name(unit, each.slot.last) for unit in units[:NAMED])
        names = named if len(units) <= NAMED else f"{named}等{len(units)}个"
        if request.from_above:
            towns = tree.per_town(units, each.slot.last)
            names = "、".join(f"{tree.name(town, each.slot.last)}{count}个" for town, count in towns.items())
        title = found.world.catalog.registers[each.measure.register].title
        rows.append(
            (title, each.slot.chinese(), names, each.due, marks.link("看这个数", marks.trace_url(each.figure.recipe)))
        )  # fmt: skip
    columns = (
        Column("台账"),
        Column("期间"),
        Column("未报的组织", "long"),
        Column("应报日期", "day"),
        Column("数字"),
    )
    return Table("谁还没有报", columns, rows, None, "应报的都报了。")


def _due(request: Asked, each: Owed) -> str:
    passed = marks.badge("已过", "warn") if each.due < request.today else ""
    return format_html("{} {}", each.due, passed)


def _report(each: OnDesk) -> tuple[object, ...]:
    title = marks.link(each.title, reverse("report_final" if each.final else "report", args=[each.uid]))
    if not each.final:
        return title, each.period.chinese(), marks.badge("在写", "info")
    moved = format_html_join("、", "{}", ((marks.figure(figure),) for figure in each.changed[:3]))
    more = "等" if len(each.changed) > 3 else ""
    changed = marks.badge("定稿后有变动", "warn")
    return title, each.period.chinese(), format_html("{} 现为{}{}", changed, moved, more)


def _uploads(request: Asked) -> Table | None:
    rows = [
        (marks.link(each.name, reverse("import_upload", args=[each.uid])), moment(each.at), each.state)
        for each in uploads.own(request.viewer)
        if not each.is_done
    ]
    columns = (Column("文件", "long"), Column("上传时间", "day"), Column("状态"))
    return Table("正在导入的", columns, rows) if rows else None


def _entry(line: EntryLine) -> str:
    return marks.link(str(line.day), reverse("entry", args=[line.uid]))


def said(line: EntryLine) -> str:
    """What an entry says, in one line."""
    values: Sequence[tuple[str, str]] = list(line.values.items())[:4]
    return "零报告" if line.nil else "，".join(f"{title} {text}" for title, text in values)


def state(line: EntryLine) -> str:
    """An entry's state, with 补录 where it came late."""
    return marks.badges(line.state, *(["补录"] if line.late else []))
