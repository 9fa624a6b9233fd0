"""The list of reports, a new one, reading one, its versions and comments."""

from __future__ import annotations

from datetime import timedelta
from difflib import SequenceMatcher
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import drafts
from youju.actions.ledger import once
from youju.core.grant import EVERY_REGISTER, NotAllowed
from youju.core.orgtree import UnknownOrgUnit
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.core.report import ReportSpec
from youju.specs.catalog import load_catalog
from youju.store.queries import reports, scope
from youju.web.asking import Asked
from youju.web.components.exports import file_of, part
from youju.web.components.forms import add_refusal, request_key
from youju.web.components.marks import badge, link
from youju.web.components.tables import Column, Paging, Table
from youju.web.components.tags import moment
from youju.web.pages.reports.parts import asked_for, draft_of, paper

PAGE = 50
BLANK = """{{ period }}，{{ unit }}……。现将有关情况报告如下。

一、基本情况

二、主要做法和成效

三、存在的问题

四、下一步打算
"""


class NewForm(forms.Form):
    """What a new report begins from."""

    begin_from = forms.ChoiceField(label="从哪里开始")
    unit = forms.CharField(label="报告单位", max_length=60, help_text="写组织名称或代码")
    first = forms.DateField(
        label="期间第一天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="期间最后一天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PeriodForm(forms.Form):
    """The period of the next report."""

    first = forms.DateField(
        label="期间第一天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="期间最后一天", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def listed(request: Asked) -> HttpResponseBase:
    """Every report within the viewer's reach, the latest period first."""
    offset, limit = part(request, PAGE)
    total, found = reports.page(request.viewer, request.tree, request.today, offset=offset, limit=limit)
    rows = [
        (
            link(each.title, reverse("report", args=[each.uid])),
            each.unit,
            each.period.chinese(),
            each.author,
            f"第{each.version}稿",
            moment(each.saved_at),
            badge(f"已定稿（第{each.final}版）", "ok") if each.final else badge("在写", "info"),
        )
        for each in found
    ]
    columns = (
        Column("标题", "long"), Column("单位"), Column("期间"), Column("撰稿"), Column("稿"), Column("保存时间", "day"), Column("状态"),
    )  # fmt: skip
    table = Table("报告", columns, rows, Paging(total, offset, PAGE, request.path), "还没有报告。")
    if file := file_of(request, table):
        return file
    context = {
        "table": table,
        "may_write": bool(request.viewer.grants_for("report", request.today, EVERY_REGISTER)),
    }
    return render(request, "pages/reports/listed.html", context)


def new(request: Asked) -> HttpResponse:
    """Begin a report from a template or from nothing."""
    catalog = load_catalog(Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG))
    first_of_year = request.today.replace(month=1, day=1)
    unit = next(iter(request.viewer.grants_for("report", request.today))).unit
    initial = {"unit": request.tree.name(unit, request.today), "first": first_of_year, "last": request.today}
    form = NewForm(request.POST or None, initial=initial)
    choice = form.fields["begin_from"]
    assert isinstance(choice, forms.ChoiceField)
    choice.choices = [
        *((spec.id, _name_of(spec)) for spec in catalog.reports.values()),
        ("", "空白（按“情况—做法—问题—打算”的顺序）"),
    ]
    choice.required = False
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            period = Period(said["first"], said["last"])
            at = request.tree.find(said["unit"], period.last)
            scope.require(request.viewer, "report", at, request.tree, request.today, EVERY_REGISTER)
            spec = catalog.reports.get(said["begin_from"]) or ReportSpec(
                "report", "{unit}{period}工作总结", {}, BLANK, signature="unit"
            )
            made = once(
                request_key(request),
                {"begin": spec.id, "unit": at, "period": str(period)},
                lambda: {"report": str(drafts.begin(spec, at, period, by=request.member).uid)},
                by=request.member,
            )
        except (UnknownOrgUnit, NotAllowed):
            form.add_error("unit", "没有这个组织，或您不能为它写报告。请核对名称。")
        except DomainError as error:
            add_refusal(form, error)
        else:
            return redirect("report_write", made["report"])
    return render(request, "pages/reports/new.html", {"form": form}, status=422 if form.errors else 200)


def next_one(request: Asked, report: object) -> HttpResponse:
    """Begin the next report from this one."""
    del report
    before = asked_for(request)
    period = Period(before.first, before.last)
    initial = {"first": period.last + timedelta(days=1), "last": max(request.today, period.last)}
    form = PeriodForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            following = Period(form.cleaned_data["first"], form.cleaned_data["last"])
            made = once(
                request_key(request),
                {"begin_from": before.pk, "period": str(following)},
                lambda: {"report": str(drafts.begin_from(before, following, by=request.member).uid)},
                by=request.member,
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            return redirect("report_write", made["report"])
    context = {"form": form, "report": before}
    return render(request, "pages/reports/next.html", context, status=422 if form.errors else 200)


def show(request: Asked, report: object) -> HttpResponse:
    """Read a report as it composes now, with its comments and what was signed."""
    del report
    row = asked_for(request)
    text = reports.newest(row)
    draft = draft_of(request, row, text.text)
    context = {
        "report": row,
        "text": text,
        "draft": draft,
        "paper": paper(row, draft.made) if draft.made else "",
        "finals": reports.finals(row),
        "comments": reports.comments(row),
        "may_write": scope.may(
            request.viewer, "report", row.unit_id, request.tree, request.today, EVERY_REGISTER
        ),
        "may_sign": scope.may(
            request.viewer, "sign", row.unit_id, request.tree, request.today, EVERY_REGISTER
        ),
    }
    return render(request, "pages/reports/show.html", context)


def comment(request: Asked, report: object) -> HttpResponse:
    """Remark on a report, or settle a remark."""
    del report
    row = asked_for(request)
    try:
        if key := request.POST.get("settle", ""):
            drafts.settle(int(key) if key.isdecimal() else 0, row, by=request.member)
        else:
            said, quote = request.POST.get("text", ""), request.POST.get("quote", "")
            once(
                request_key(request),
                {"remark_on": row.pk, "text": said, "quote": quote},
                lambda: {"remark": drafts.comment(row, said, quote=quote, by=request.member).pk},
                by=request.member,
            )
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(reverse("report", args=[row.uid]) + "#comments")


def versions(request: Asked, report: object) -> HttpResponse:
    """All versions, and what two of them differ in."""
    del report
    row = asked_for(request)
    every = reports.versions(row)
    newer = _number(request.GET.get("b", ""), every[0].number)
    older = _number(request.GET.get("a", ""), max(1, newer - 1))
    try:
        lines = _differences(reports.version(row, older).text, reports.version(row, newer).text)
    except DomainError:
        raise Http404 from None
    rows = [
        (
            link(
                f"第{each.number}稿",
                f"{reverse('report_versions', args=[row.uid])}?a={max(1, each.number - 1)}&b={each.number}",
            ),
            each.author.name,
            moment(each.at),
            each.note,
        )
        for each in every
    ]
    columns = (Column("稿"), Column("保存人"), Column("时间", "day"), Column("说明", "long"))
    context = {
        "report": row,
        "older": older,
        "newer": newer,
        "lines": lines,
        "table": Table("各稿", columns, rows),
    }
    return render(request, "pages/reports/versions.html", context)


def _name_of(spec: ReportSpec) -> str:
    return spec.title.replace("{unit}", "").replace("{period}", "") or spec.id


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _differences(before: str, after: str) -> list[tuple[str, str]]:
    """Lines of both, each marked same, out or in; long stretches of the same are left out."""
    a, b = before.split("\n"), after.split("\n")
    found: list[tuple[str, str]] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if kind == "equal":
            same = a[a1:a2]
            shown = same if len(same) <= 4 else [*same[:1], f"……（{len(same) - 2}行相同）", *same[-1:]]
            found += [("same", line) for line in shown]
            continue
        found += [("out", line) for line in a[a1:a2]]
        found += [("in", line) for line in b[b1:b2]]
    return found
