"""意见箱: open to everybody from every page; the county and the security administrator answer."""

from __future__ import annotations

import uuid

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import complaints as acts
from youju.core.problem import DomainError
from youju.store.queries import complaints
from youju.web.asking import Asked
from youju.web.components.exports import file_of, part
from youju.web.components.forms import add_refusal, request_key
from youju.web.components.marks import badge, link
from youju.web.components.tables import Column, Paging, Table
from youju.web.components.tags import moment
from youju.web.errors import page

PAGE = 50


class ComplaintForm(forms.Form):
    """What somebody wants to say."""

    text = forms.CharField(
        label="意见内容",
        max_length=acts.MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="哪里不好用、哪条要求不合理、谁让您重复填报，都可以写。请勿写国家秘密、工作秘密和他人隐私。",
    )
    contact = forms.CharField(
        label="联系方式",
        max_length=100,
        required=False,
        help_text="想得到答复又不愿署名时填写，只有答复人看得到。",
    )
    named = forms.BooleanField(label="署上我的名字（可在“我的意见”中看到答复）", required=False, initial=True)
    page = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    """What is answered."""

    text = forms.CharField(label="答复", max_length=acts.MOST, widget=forms.Textarea(attrs={"rows": 4}))


def write(request: Asked) -> HttpResponse:
    """The form, and its hand-in."""
    form = ComplaintForm(request.POST or None, initial={"page": request.GET.get("page", "")[:200]})
    if not request.user.is_authenticated:
        del form.fields["named"]
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="complaint"):
            return page(request, 429, "您在短时间内提交的意见过多，请稍后再来。")
        said = form.cleaned_data
        by = request.member if said.get("named") else None
        try:
            acts.hand_in(
                said["text"],
                contact=said["contact"],
                page=said["page"],
                by=by,
                uid=uuid.UUID(request_key(request)),
            )
        except DomainError as error:
            add_refusal(form, error)
        else:
            return redirect("complaint_kept")
    return render(request, "pages/complaints/write.html", {"form": form}, status=422 if form.errors else 200)


def kept(request: Asked) -> HttpResponse:
    """Thanks, and who reads it."""
    return render(request, "pages/complaints/kept.html")


def listed(request: Asked) -> HttpResponseBase:
    """Every complaint the viewer answers for, unanswered first."""
    offset, limit = part(request, PAGE)
    total, found = complaints.complaints(
        request.viewer, request.tree, request.today, offset=offset, limit=limit
    )
    rows = [
        (
            moment(each.at),
            link(each.text[:60], reverse("complaint_answer", args=[each.uid])),
            each.by or "未署名",
            "" if each.unit is None else request.tree.full_name(each.unit, request.today),
            badge("已答复", "ok") if each.answer else badge("待答复", "warn"),
        )
        for each in found
    ]
    columns = (Column("时间", "day"), Column("意见", "long"), Column("署名"), Column("组织"), Column("状态"))
    paging = Paging(total, offset, PAGE, request.path)
    table = Table("意见", columns, rows, paging, "还没有意见。")
    return file_of(request, table) or render(request, "pages/complaints/listed.html", {"table": table})


def own(request: Asked) -> HttpResponse:
    """What the viewer wrote under their name, with the answers."""
    return render(request, "pages/complaints/own.html", {"said": complaints.own(request.viewer)})


def answer(request: Asked, complaint: uuid.UUID) -> HttpResponse:
    """One complaint, and the answer to it."""
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            acts.answer(request.places["complaint"].id, form.cleaned_data["text"], by=request.member)
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(request, "已答复。")
            return redirect("complaints")
    context = {"said": complaints.said(complaint), "form": form}
    return render(request, "pages/complaints/answer.html", context, status=422 if form.errors else 200)
