"""One's own tokens: issued for one grant, shown once, ended at any time; and the interface they open."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from youju.actions import tokens
from youju.core.grant import ADMINISTRATORS, TITLES, Grant
from youju.core.problem import DomainError
from youju.store.queries.catalog import number
from youju.store.queries.tokens import listed
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal, request_key
from youju.web.components.marks import badge
from youju.web.components.tables import Column, Table

DESCRIPTION = Path("docs/api/openapi.json")  # compared with the interface by a test
PARAMETERS = {
    "recipe": "取数式", "as_of": "截至（台账序号或日期）", "form": "csv 或 xlsx，给出文件", "offset": "从第几条起", "limit": "最多几条",
    "unit": "组织（名称或代码）", "period": "期间", "state": "状态", "register_id": "台账编号", "report": "报告模板", "first": "第一天",
    "last": "最后一天", "kind": "文件种类", "number": "第几次定稿", "uid": "编号", "idempotency-key": "请求号（必带，重试用同一个）",
    "reuse_reason": "重复使用同一文件的理由", "effective_on": "材料日期", "expires_on": "失效日期",
}  # fmt: skip


class TokenForm(forms.Form):
    """For which grant, what for, until when."""

    grant = forms.ChoiceField(label="以哪项授权", help_text="令牌只有这一项授权，您的其他授权不随它走。")
    title = forms.CharField(label="用途", max_length=60, help_text="如：报送系统取数")
    expires_on = forms.DateField(
        label="失效日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def own(request: Asked) -> HttpResponse:
    """One's tokens, and a new one; its secret is on the page that follows and nowhere else."""
    grants = _grants(request)
    longest = request.today + timedelta(days=number(tokens.LONGEST, request.today))
    form = TokenForm(request.POST or None, initial={"expires_on": request.today + timedelta(days=90)})
    choice = form.fields["grant"]
    assert isinstance(choice, forms.ChoiceField)
    choice.choices = [(str(place), _told(request, each)) for place, each in enumerate(grants)]
    issued = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        grant = grants[int(said["grant"])]
        try:
            issued = tokens.issue(
                grant.role,
                grant.unit,
                said["title"],
                said["expires_on"],
                by=request.member,
                key=request_key(request),
            )
        except DomainError as error:
            add_refusal(
                form, error, {"token.expiry": "expires_on", "用途": "title", "token.no_title": "title"}
            )
        else:
            form = TokenForm()
    lines = listed(request.member, request.tree, request.today)
    context = {
        "form": form,
        "issued": issued,
        "longest": longest,
        "lines": [each for each in lines if each.in_force],
        "table": Table("我的令牌", COLUMNS, [_row(each) for each in lines], empty="还没有令牌。"),
    }
    return render(request, "pages/tokens/tokens.html", context, status=422 if form.errors else 200)


COLUMNS = (
    Column("用途"),
    Column("角色"),
    Column("范围"),
    Column("失效日期", "day"),
    Column("状态"),
    Column("编号"),
)


def revoke(request: Asked) -> HttpResponse:
    """End one of one's own tokens now."""
    request_key(request)
    mine = {each.uid for each in listed(request.member, request.tree, request.today) if each.in_force}
    if request.POST.get("token", "") in mine:
        tokens.revoke(request.POST["token"], by=request.member)
        messages.success(request, "令牌已收回，使用它的程序从现在起不能再取数。")
    else:
        messages.error(request, "没有这个有效的令牌，它可能已经收回或过期。")
    return redirect("tokens")


def interface(request: Asked) -> HttpResponse:
    """What programs may ask, by address."""
    rows = [(badge(method, "info"), path, said, told) for method, path, said, told in _operations()]
    columns = (Column("方法"), Column("地址"), Column("做什么", "long"), Column("参数", "long"))
    return render(request, "pages/tokens/interface.html", {"table": Table("接口", columns, rows)})


def _grants(request: Asked) -> list[Grant]:
    return [
        each
        for each in request.viewer.grants
        if each.holds(request.today) and each.role not in ADMINISTRATORS
    ]


def _told(request: Asked, grant: Grant) -> str:
    return f"{TITLES[grant.role]}，{request.tree.full_name(grant.unit, request.today)}"


def _row(line: Any) -> tuple[object, ...]:
    state = badge("有效", "ok") if line.in_force else badge("已失效")
    return line.title, line.role, line.unit, line.expires_on, state, line.uid


@cache
def _operations() -> tuple[tuple[str, str, str, str], ...]:
    """Method, address, what it does and its parameters, in the description's order."""
    found = json.loads((Path(settings.ROOT) / DESCRIPTION).read_text(encoding="utf-8"))
    return tuple(
        (method.upper(), path, each.get("summary", ""), "；".join(_parameters(each)))
        for path, methods in found["paths"].items()
        for method, each in methods.items()
    )


def _parameters(operation: dict[str, Any]) -> Iterator[str]:
    for each in operation.get("parameters", ()):
        told = PARAMETERS.get(each["name"].lower(), "")
        yield f"{each['name']}{'（必填）' if each.get('required') else ''}{'：' + told if told else ''}"
    if "requestBody" in operation:
        yield "正文见 openapi.json"
