"""What the pages of a report share: the report asked for, its text composed, and the sheet of paper it stands on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

from youju.actions import previewing
from youju.actions.checking import Checked
from youju.actions.composing import Composed, compose
from youju.actions.previewing import State
from youju.core.audit import SEVERITIES
from youju.core.period import Period
from youju.core.problem import Problem
from youju.core.report import ReportSpec
from youju.office.gongwen import title_lines
from youju.office.html import Mark, body_html
from youju.store.queries import reports
from youju.store.queries.reports import ReportRow
from youju.web.asking import Asked


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it composes now: `made` is None when its head cannot be read; problems say why."""

    spec: ReportSpec | None
    made: Composed | None
    problems: tuple[Problem, ...]


def asked_for(request: Asked) -> ReportRow:
    """The report that the route has let through."""
    return reports.by_key(request.places["report"].id)


def state_of(request: Asked) -> State:
    """The ledger as it stood when this request first asked."""
    kept: State | None = request.__dict__.get("ledger_state")
    if kept is None:
        kept = request.__dict__["ledger_state"] = previewing.state(request.today)
    return kept


def draft_of(request: Asked, report: ReportRow, text: str, *, sources: bool = False) -> Draft:
    """The text with the figures of now."""
    now = state_of(request)
    spec, problems = previewing.parsed(now, text)
    if spec is None:
        return Draft(None, None, problems)
    period = Period(report.first, report.last)
    unit = now.world.tree.naming(report.unit_id, period.last)
    made = compose(
        spec,
        unit.code or unit.name,
        period,
        viewer=request.viewer,
        world=now.world,
        at=now.at,
        strict=False,
        sources=sources,
        evaluate=lambda recipes: previewing.evaluate(now, recipes, request.viewer),
        remember=previewing.notebook(now, request.viewer),
    )
    return Draft(spec, made, (*problems, *made.warnings))


def paper(report: ReportRow, made: Composed, checked: Checked | None = None) -> SafeString:
    """The report as it will stand on paper; every figure opens its drawer, doubtful words are marked."""
    marks = _marks(checked) if checked else []

    notes = {note.id: note for note in made.notes}
    drawer = reverse("report_drawer", args=[report.uid])

    def figure(key: str) -> Mapping[str, str]:
        said = {"recipe": notes[key].recipe, "said": notes[key].wording, "key": key}
        address = f"{drawer}?{urlencode(said)}"
        return {
            "class": "said",
            "href": address,
            "hx-get": address,
            "hx-target": "#drawer",
            "id": f"fig_{key}",
        }

    title = "<br>".join(str(conditional_escape(line)) for line in title_lines(made.title))
    signature = conditional_escape(made.signature)
    day = made.day
    parts = [
        f'<p class="title">{title}</p>',
        f'<p class="flat">{conditional_escape(made.spec.addressee.rstrip("：:"))}：</p>'
        if made.spec.addressee
        else "",
        *body_html(made.document, figure=figure, marks=marks),
        f'<p class="sign">{signature}</p><p class="sign">{day.year}年{day.month}月{day.day}日</p>',
    ]
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped where it was made


def _marks(checked: Checked) -> list[Mark]:
    found = [
        Mark(each.start, each.end, f"slip-{each.severity}", f"{SEVERITIES[each.severity]}：{each.reason}")
        for each in checked.findings
        if each.end > each.start
    ]
    found += [Mark(each.start, each.end, "loose", "这个数没有绑定数据项") for each in checked.loose]
    apart: list[Mark] = []
    for mark in sorted(found, key=lambda each: (each.start, -each.end)):
        if not apart or mark.start >= apart[-1].end:
            apart.append(mark)
    return apart
