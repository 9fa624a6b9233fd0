"""定稿: signing off, the signed report, what has changed since, its files, and answering in the meeting."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from youju.actions import checking, exporting
from youju.actions import finals as acts
from youju.actions.composing import Composed
from youju.core.audit import CHECKS, SEVERITIES
from youju.core.problem import DomainError, Refused
from youju.core.recipe import parse_recipe
from youju.office.customer import check_template
from youju.office.facts_table import short_code
from youju.office.pdf import missing_letters
from youju.office.spooling import stored
from youju.store.queries import entries, figures, reports
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal, request_key
from youju.web.pages.reports.parts import asked_for, draft_of, paper

TITLES = {check.code: check.title for check in CHECKS}
MOST_TEMPLATE = 10_000_000
ORIGINALS = 2  # how many records are shown in the meeting


class SignForm(forms.Form):
    """成文日期 and a note."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    day = forms.DateField(label="成文日期", widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    note = forms.CharField(label="说明", required=False, max_length=200)


def sign(request: Asked, report: object) -> HttpResponse:
    """What will be signed, with everything that should be looked at first; and signing it."""
    del report
    row = asked_for(request)
    newest = reports.newest(row)
    form = SignForm(request.POST or None, initial={"version": newest.number, "day": request.today})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            done = acts.sign(
                row,
                version=said["version"],
                by=request.member,
                day=said["day"],
                note=said["note"],
                key=request_key(request),
            )
        except Refused as refusal:
            for problem in refusal.problems:
                form.add_error(None, str(problem))
        except DomainError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, f"已定稿（第{done.number}版），台账#{done.seq}，{done.figures}个数字可随时重算。"
            )
            return redirect("report_final", row.uid)
    draft = draft_of(request, row, newest.text)
    checked = checking.check(draft.made, request.today) if draft.made else None
    context = {
        "report": row,
        "text": newest,
        "form": form,
        "draft": draft,
        "paper": paper(row, draft.made, checked) if draft.made else "",
        "findings": [
            (
                SEVERITIES[each.severity],
                each.severity,
                TITLES.get(each.code, each.code),
                each.snippet,
                f"{each.reason}{each.suggestion}",
            )
            for each in (checked.findings if checked else ())
        ],
        "loose": checked.loose if checked else (),
        "fallback": missing_letters(draft.made.text) if draft.made else (),
    }
    return render(request, "pages/reports/sign.html", context, status=422 if form.errors else 200)


def show(request: Asked, report: object) -> HttpResponse:
    """The signed report as it stands, and 定稿后有变动."""
    del report
    row = asked_for(request)
    wanted = request.GET.get("n", "")
    final = reports.final(
        row, int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0
    )
    frozen = reports.frozen(final)
    context = {
        "report": row,
        "final": final,
        "every": reports.finals(row),
        "changes": acts.changed_since(final, request.viewer),
        "figures": [
            (short_code(number), each)
            for number, each in enumerate((each for each in frozen if "+" not in each.key), 1)
        ],
        "kinds": [(kind, title) for kind, title in exporting.KINDS.items()],
        "body": _linked(row, final.body, [each for each in frozen if "+" not in each.key]),
    }
    return render(request, "pages/reports/final.html", context)


def _linked(report: reports.ReportRow, body: str, rows: Sequence[reports.FrozenRow]) -> list[SafeString]:
    """The lines of a signed body, every figure a link to what stands behind it; figures stand in their order."""
    address = reverse("report_ask", args=[report.uid])
    made, at = [], 0
    for number, row in enumerate(rows, 1):
        found = re.compile(rf"(?<![\d.]){re.escape(row.wording)}").search(body, at)
        if found is None:
            continue
        made.append(conditional_escape(body[at : found.start()]))
        made.append(format_html('<a class="said" href="{}?code={}">{}</a>', address, number, row.wording))
        at = found.end()
    made.append(conditional_escape(body[at:]))
    return [mark_safe(line) for line in "".join(made).split("\n")]  # noqa: S308 - escaped piece by piece


def file(request: Asked, report: object, kind: str) -> HttpResponse:
    """One file of the signed report."""
    del report
    if kind not in exporting.KINDS:
        raise Http404
    row = asked_for(request)
    wanted = request.GET.get("n", "")
    final = reports.final(
        row, int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0
    )
    made = acts.recomposed(final)
    return _download(made, kind)


def filled(request: Asked, report: object) -> HttpResponse:
    """The signed report in the Word template that was sent along; the template is not kept."""
    del report
    row = asked_for(request)
    sent = request.FILES.get("template")
    if sent is None or sent.size is None or sent.size > MOST_TEMPLATE:
        messages.error(request, "请选择不超过 10 MB 的 .docx 模板。")
        return redirect("report_final", row.uid)
    with stored([sent]) as (path,):
        check_template(path, name=path.name)  # before the report is put together for nothing
        made = acts.recomposed(reports.final(row))
        content = exporting.with_template(made, path, path.name)
    return _attached(content, exporting.file_name(made, "docx"), exporting.MEDIA["docx"])


def proof(request: Asked, report: object) -> HttpResponse:
    """The text as it stands, laid out on pages."""
    del report
    row = asked_for(request)
    draft = draft_of(request, row, reports.newest(row).text, sources=True)
    if draft.made is None:
        raise Refused(draft.problems)
    answer = HttpResponse(exporting.export(draft.made, "pdf"), content_type="application/pdf")
    answer["Content-Disposition"] = "inline; filename=proof.pdf"
    return answer


def ask(request: Asked, report: uuid.UUID) -> HttpResponse:
    """会场追问: type 07, see one large screen."""
    final = reports.last_final(request.places["report"].id)
    if final is None:
        return redirect("report", report)
    row = final.report
    rows = [each for each in reports.frozen(final) if "+" not in each.key]
    typed = "".join(letter for letter in request.GET.get("code", "") if letter.isdecimal())[:3]
    context: dict[str, object] = {"report": row, "final": final, "code": typed, "count": len(rows)}
    number = int(typed) if typed else 0
    if typed and not 1 <= number <= len(rows):
        context["wrong"] = f"没有编号{typed}。本报告的编号是01到{len(rows):02}。"
    elif typed:
        frozen = rows[number - 1]
        recipe = parse_recipe(frozen.recipe)
        world = acts.Rechecked(final).world
        (figure,) = figures.evaluate_in(world, [recipe], request.viewer)
        page = figures.trace(recipe, request.viewer, request.today, limit=ORIGINALS, world=world)
        tree = page.world.tree
        lines = entries.lines_of({source.entry for source in page.sources}, tree)
        files = entries.evidence_names({source.entry for source in page.sources})
        context |= {
            "frozen": frozen,
            "figure": figure,
            "short": short_code(number),
            "measure": page.world.catalog.measures[recipe.measure],
            "missing": [tree.full_name(unit, recipe.period.last) for unit in figure.missing_units],
            "shortfalls": [
                (tree.full_name(each.unit, recipe.period.last), each.lacks) for each in figure.shortfalls
            ],
            "originals": [
                (
                    source.day,
                    tree.full_name(source.unit, source.day),
                    source.amount,
                    lines[source.entry],
                    files.get(source.entry, ()),
                )
                for source in page.sources
            ],
            "after": f"{number % len(rows) + 1:02}",
        }
    return render(request, "pages/reports/ask.html", context)


def _download(made: Composed, kind: str) -> HttpResponse:
    return _attached(exporting.export(made, kind), exporting.file_name(made, kind), exporting.MEDIA[kind])


def _attached(content: bytes, name: str, media: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f"attachment; filename=report; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
