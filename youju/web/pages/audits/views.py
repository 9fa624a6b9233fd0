"""材料体检: drop or paste a draft; the draft as written, each figure marked; what was found, one by one."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import audits as acts
from youju.actions.auditing import KEPT
from youju.core.claim.rules import title_of
from youju.core.period import BadPeriod, Period
from youju.core.problem import DomainError
from youju.core.reconcile import VERDICTS
from youju.core.reconcile.versions import compare
from youju.office.sniff import MAX_FILE_BYTES
from youju.store.queries import audits, scope
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal
from youju.web.components.marks import badge, link, trace_url
from youju.web.components.tables import Column, Table
from youju.web.components.tags import moment
from youju.web.pages.audits.marked import mark_id, marked
from youju.web.pages.audits.words import choices_for

TONES = {
    "agrees": "ok",
    "differs": "bad",
    "unclear": "warn",
    "unrecorded": "info",
    "outside": "off",
    "unsupported": "warn",
}
KNOWN_BY = {
    "signature": "从落款读出",
    "title": "从标题读出",
    "text": "从正文读出",
    "only": "您只有这一个单位的权限",
}
KEEPERS = {
    "village": "各村（社区）",
    "community": "社区",
    "office": "镇直部门",
    "hamlet": "自然屯",
    "school": "学校",
    "town": "镇",
}
ACCEPT = ".txt,.md,.docx,.pdf,.doc"


class BringForm(forms.Form):
    """A file or a pasted text; unit and day when the draft does not say them."""

    file = forms.FileField(
        label="文件",
        required=False,
        help_text=f"Word（.docx、.doc）、PDF 或纯文本，不超过{MAX_FILE_BYTES // 1_000_000}MB。也可以把文件拖到这里。",
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPT}),
    )
    text = forms.CharField(
        label="或者粘贴文稿",
        required=False,
        strip=False,
        max_length=acts.LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    unit = forms.TypedChoiceField(label="单位", required=False, coerce=int, empty_value=None)
    as_of = forms.DateField(
        label="截至", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        """One of the two has to be there."""
        said: dict[str, Any] = super().clean() or {}
        if not said.get("file") and not (said.get("text") or "").strip():
            raise forms.ValidationError("请选择文件，或粘贴文稿。")
        return said


class ChangeForm(forms.Form):
    """For which unit, as of which day and for which period it is checked."""

    unit = forms.TypedChoiceField(label="单位", coerce=int, empty_value=None)
    as_of = forms.DateField(label="截至", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    first = forms.DateField(
        label="报告期起", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="报告期止", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


def listed(request: Asked) -> HttpResponse:
    """The drafts of the last thirty days, and the form for a new one."""
    form = BringForm(request.POST or None, request.FILES or None)
    _choose(form, request, "请从文稿判断")
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        options = {"by": request.member, "unit": said["unit"], "as_of": said["as_of"]}
        try:
            file: UploadedFile | None = said["file"]
            if file is not None:
                brought = acts.bring(file.name or "文稿.txt", file.chunks(), **options)
            else:
                brought = acts.paste(said["text"], **options)
        except DomainError as error:
            add_refusal(form, error)
        else:
            return redirect("audit", brought.draft.uid)
    rows = [
        (
            moment(each.at),
            link(f"{each.name}（第{each.number}稿）" if each.number > 1 else each.name, _url(each.uid)),
            request.tree.name(each.unit, each.as_of) if each.unit is not None else "未定",
            str(each.as_of),
            _told(each.counts),
        )
        for each in audits.drafts_of(request.viewer)
    ]
    columns = (
        Column("提交", "day"),
        Column("文稿", "long"),
        Column("单位"),
        Column("截至", "day"),
        Column("结果", "long"),
    )
    context = {
        "form": form,
        "table": Table("我的文稿", columns, rows, None, "还没有文稿。"),
        "kept": KEPT.days,
    }
    return render(request, "pages/audits/listed.html", context, status=422 if form.errors else 200)


def show(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """One draft with every figure marked; the one asked for beside it."""
    own = acts.find(draft, request.member)
    if own.found is None:
        return render(request, "pages/audits/waiting.html", {"draft": own, "job": own.job})
    found: Mapping[str, Any] = own.found
    shown = request.GET.get("show", "")
    settled = audits.settled(own)
    rows = {row["key"]: row for row in (*found["findings"], *found["claims"])}
    troubles = [row["key"] for row in found["claims"] if row["mark"] in ("differs", "unclear", "unsupported")]
    chosen = request.GET.get("at", "")
    if chosen not in rows:
        chosen = next((key for key in troubles if key not in settled), next(iter(rows), ""))
    context: dict[str, Any] = {
        "draft": own,
        "row": _detail(rows.get(chosen), found),
        "overlapping": _overlapping(rows.get(chosen), found),
        "learn": choices_for(own, rows.get(chosen)),
        "settled": settled.get(chosen),
    }
    if request.htmx:
        return render(request, "pages/audits/detail.html", context)
    before = audits.version_before(own)
    context |= {
        "found": found,
        "unit": found["unit"] or "未定",
        "known_by": KNOWN_BY.get(own.guessed, ""),
        "form": _change_form(request, own),
        "words": marked(own.text, found["claims"], found["findings"], chosen, shown),
        "legend": list(_legend(found, shown)),
        "compared": compare(before.found, found) if before is not None and before.found else None,
        "before": before,
        "can_docx": own.kind == "docx",
    }
    return render(request, "pages/audits/show.html", context)


def change(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """Check again for another unit, day or period."""
    form = ChangeForm(request.POST)
    _choose(form, request, "")
    if form.is_valid():
        said = form.cleaned_data
        try:
            period = Period(said["first"], said["last"]) if said["first"] and said["last"] else None
            acts.change(draft, by=request.member, unit=said["unit"], as_of=said["as_of"], period=period)
        except (BadPeriod, DomainError) as error:
            messages.error(request, error.message)
    else:
        messages.error(request, "单位或日期没有填对，没有重新核对。")
    return redirect("audit", draft)


def settle(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """Take words over, let a finding stand with a reason, or take that back."""
    key = request.POST.get("key", "")
    try:
        if text := request.POST.get("take", ""):
            acts.take_over(draft, key, text, by=request.member)
            messages.success(request, f"已采用“{text}”，导出的文稿里会有修订标记。")
        elif request.POST.get("withdraw"):
            acts.withdraw(draft, key, by=request.member)
            messages.success(request, "已撤回。")
        else:
            acts.accept(draft, key, request.POST.get("reason", ""), by=request.member)
            messages.success(request, "已记下理由。")
    except DomainError as error:
        messages.error(request, error.message)
    return redirect(f"{_url(draft)}?at={key}#detail")


def discard(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """Erase a draft now."""
    acts.discard(draft, by=request.member)
    messages.success(request, "文稿已删除。")
    return redirect("audits")


def lacking(request: Asked, draft: uuid.UUID) -> HttpResponse:
    """补据清单, a printable page for each who keeps registers."""
    own = acts.find(draft, request.member)
    if own.found is None:
        raise Http404
    pages: dict[str, list[Mapping[str, Any]]] = {}
    for row in own.found["lacking"]:
        pages.setdefault(KEEPERS.get(row["keeper"], row["keeper"]), []).append(row)
    wanted = ",".join(row["register"] for row in own.found["lacking"])
    context = {
        "draft": own,
        "unit": own.found["unit"],
        "pages": pages,
        "enable": f"{reverse('registers_wanted')}?ids={wanted}" if wanted else "",
    }
    return render(request, "pages/audits/lacking.html", context)


def _url(draft: uuid.UUID) -> str:
    return reverse("audit", args=[draft])


def _told(counts: Mapping[str, int] | None) -> str:
    if counts is None:
        return "正在核对"
    said = [f"{VERDICTS[mark]}{number}" for mark, number in counts.items() if mark in VERDICTS]
    return "，".join(said) or "没有数字"


def _choose(form: forms.Form, request: Asked, nothing: str) -> None:
    """Offer the units the viewer may see, towns and villages first; `nothing` is what no choice says."""
    units = {
        unit
        for grant in request.viewer.grants_for("see", request.today)
        for unit in scope.subtree(request.tree, grant.unit, request.today)
        if request.tree.exists(unit, request.today)
        and request.tree.kind(unit, request.today) not in ("hamlet", "partner")
    }
    found = sorted((request.tree.place(unit, request.today) or 0, unit) for unit in units)
    choices: list[tuple[object, str]] = [("", nothing)] if nothing else []
    choices += [(unit, request.tree.full_name(unit, request.today)) for _, unit in found]
    field = form.fields["unit"]
    assert isinstance(field, forms.TypedChoiceField)
    field.choices = choices


def _change_form(request: Asked, draft: Any) -> ChangeForm:
    form = ChangeForm(
        initial={"unit": draft.unit_id, "as_of": draft.as_of, "first": draft.first, "last": draft.last}
    )
    _choose(form, request, "")
    return form


def _legend(found: Mapping[str, Any], shown: str) -> Iterator[tuple[str, str, str, int, bool]]:
    """Mark, word, address, how many, whether it is the filter now."""
    yield "", "全部", "?", len(found["claims"]) + len(found["findings"]), shown == ""
    for mark, title in VERDICTS.items():
        count = sum(1 for row in found["claims"] if row["mark"] == mark)
        if count and mark != "outside":
            yield mark, title, f"?show={mark}", count, shown == mark
    if found["findings"]:
        yield "slip", "文字和数据问题", "?show=slip", len(found["findings"]), shown == "slip"


def _detail(row: Mapping[str, Any] | None, found: Mapping[str, Any]) -> dict[str, Any] | None:
    """What stands beside the draft for one finding; figures become links to their sources."""
    if row is None:
        return None
    made = {**row, "mark_id": mark_id(row["key"])}
    if "verdict" in row:
        made["how"] = title_of(row["rule"])
        made["badge"] = badge(row["verdict"], TONES[row["mark"]])
        made["answers"] = [
            {
                **each,
                "link": link(each["ledger"], f"{trace_url(each['recipe'])}&as_of=%23{found['seq']}")
                if each["seq"]
                else each["ledger"],
            }
            for each in row["readings"]
        ]
    return made


def _overlapping(row: Mapping[str, Any] | None, found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Slips that touch the same words as a figure: they have no mark of their own."""
    if row is None or "verdict" not in row:
        return []
    return [
        each
        for each in found["findings"]
        if each["start"] < row["end"] and row["start"] < max(each["end"], each["start"] + 1)
    ]
