"""Finding a figure by what people call it, choosing how it is written, and what stands behind one."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from youju.actions import checking
from youju.actions import inserting as acts
from youju.actions.ledger import once
from youju.core.figure import Figure
from youju.core.grant import NotAllowed
from youju.core.measure import Measure
from youju.core.orgtree import AmbiguousOrgUnit, UnknownOrgUnit
from youju.core.period import Period
from youju.core.phrase import Phrase
from youju.core.problem import DomainError
from youju.core.recipe import AGAINST_ZH, Recipe, parse_recipe
from youju.core.register import Catalog
from youju.specs.reports import report_from_text
from youju.store.queries import entries, figures, reports
from youju.store.queries.reports import ReportRow
from youju.web import errors
from youju.web.asking import Asked
from youju.web.components.forms import add_refusal, request_key
from youju.web.pages.reports.parts import asked_for, state_of

SHOWN = 20


class FigureForm(forms.Form):
    """Unit, period, split and comparison of a figure; the report's own unit and period are taken when left out."""

    unit = forms.CharField(label="组织", required=False, max_length=60)
    first = forms.DateField(
        label="第一天", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last = forms.DateField(
        label="最后一天", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    against = forms.ChoiceField(
        label="比较", required=False, choices=[("", "不比较"), ("同比", "同比"), ("环比", "环比")]
    )
    present = forms.BooleanField(
        label="按现区划", required=False, help_text="各组织按今天所在的地方计；定稿时记下定稿那天"
    )
    noun = forms.CharField(
        label="总数的名称", required=False, max_length=20, help_text="如“村”，写作“17个村中16个”"
    )

    def __init__(self, measure: Measure, catalog: Catalog, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.measure = measure
        for number, dimension in enumerate(measure.dimensions):
            values = catalog.dimension_choices(dimension, measure)
            listed = [("", "全部"), *((each.id, each.id) for each in values)]
            self.fields[f"dim{number}"] = forms.ChoiceField(
                label=dimension.id, required=False, choices=listed
            )
        if not measure.observed:
            del self.fields["against"]
        if measure.behaviour != "coverage":
            del self.fields["noun"]

    @property
    def dims(self) -> list[tuple[str, str]]:
        """The values that were chosen."""
        return [
            (dimension.id, value)
            for number, dimension in enumerate(self.measure.dimensions)
            if (value := self.cleaned_data.get(f"dim{number}", ""))
        ]

    @property
    def recipe(self) -> str:
        """The recipe; unit and period only where they are not the report's."""
        said = self.cleaned_data
        parts = [self.measure.id]
        if said["unit"].strip():
            parts.append(f"@{said['unit'].strip()}")
        if said["first"] and said["last"]:
            parts.append(str(Period(said["first"], said["last"])))
        if self.dims:
            parts.append("[" + "; ".join(f"{name}={value}" for name, value in self.dims) + "]")
        if said["present"]:
            parts.append("按现区划")
        if said.get("against"):
            parts.append(said["against"])
        return " ".join(parts)


class PhraseForm(forms.Form):
    """A phrase of figures that the report has."""

    kind = forms.ChoiceField(
        label="说法",
        choices=[("of_which", "合计，其中……"), ("each", "……各"), ("respectively", "……分别")],
    )
    whole = forms.ChoiceField(label="合计（只用于“其中”）", required=False)
    figures = forms.MultipleChoiceField(label="分项", widget=forms.CheckboxSelectMultiple)
    full = forms.BooleanField(label="分项就是全部，必须等于合计", required=False)


def insert(request: Asked, report: object) -> HttpResponse:
    """Search, choose, see every true wording, insert."""
    del report
    row = asked_for(request)
    asked = request.GET if request.method == "GET" else request.POST
    catalog = state_of(request).world.catalog
    context: dict[str, object] = {
        "report": row,
        "q": asked.get("q", "")[:60],
        "replacing": asked.get("replacing", "")[:60],
        "after": asked.get("after", "")[:60],
    }
    measure = catalog.measures.get(asked.get("measure", ""))
    if measure is None:
        found = acts.search(catalog, str(context["q"]))
        context["found"] = [(each, catalog.registers[each.register].title) for each in found]
        return render(request, "pages/reports/insert.html", context)
    form = FigureForm(measure, catalog, asked if "chosen" in asked else None)
    context |= {"measure": measure, "form": form}
    if not form.is_bound:
        form = FigureForm(measure, catalog, {})
        context["form"] = form
    figure = _figure_of(request, row, form) if form.is_valid() else None
    if figure is None:
        return render(request, "pages/reports/insert.html", context, status=422)
    noun = form.cleaned_data.get("noun", "")
    context |= {
        "figure": figure,
        "choices": acts.choices(figure, noun),
        "thin": checking.thin(figure),
        "missing": _names(request, figure),
    }
    if request.method == "POST":
        spec, _ = report_from_text(reports.newest(row).text, catalog)
        if spec is None:
            messages.error(request, "报告的开头部分读不懂，请先在正文中改正。")
            return redirect("report_write", row.uid)
        wording, replacing = request.POST.get("wording", ""), str(context["replacing"])
        name = acts.name_for(measure, form.dims, form.cleaned_data.get("against", ""), spec)
        try:
            once(
                request_key(request),
                {"insert": row.pk, "recipe": form.recipe, "wording": wording, "noun": noun, "for": replacing},
                lambda: {
                    "version": acts.insert_figure(
                        row,
                        form.recipe,
                        name,
                        wording=wording,
                        noun=noun,
                        catalog=catalog,
                        by=request.member,
                        replacing=replacing,
                        after=str(context["after"]),
                    ).number
                },
                by=request.member,
            )
        except DomainError as error:
            add_refusal(form, error)
            return render(request, "pages/reports/insert.html", context, status=422)
        if context["replacing"]:
            messages.success(request, f"“{context['replacing']}”已绑定为 {{{{ {name} }}}}。")
        else:
            messages.success(request, f"已加入数字 {{{{ {name} }}}}，请把它写进正文。")
        return redirect(reverse("report_write", args=[row.uid]) + "#prose")
    return render(request, "pages/reports/insert.html", context)


def phrase(request: Asked, report: object) -> HttpResponse:
    """Make 其中, 各 or 分别 of figures that the report has."""
    del report
    row = asked_for(request)
    catalog = state_of(request).world.catalog
    spec, _ = report_from_text(reports.newest(row).text, catalog)
    names = list(spec.figures) if spec else []
    form = PhraseForm(request.POST or None)
    for field, blank in (("whole", [("", "无")]), ("figures", [])):
        choice = form.fields[field]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [*blank, *((name, name) for name in names)]
    if request.method == "POST" and spec is not None and form.is_valid():
        said = form.cleaned_data
        kind = said["kind"]
        taken = {*spec.figures, *spec.phrases, *spec.details}
        stem = {"of_which": "其中", "each": "各", "respectively": "分别"}[kind]
        name = next(each for each in (f"{stem}{number}" for number in range(1, 200)) if each not in taken)
        made = Phrase(
            name, kind, tuple(said["figures"]), said["whole"] if kind == "of_which" else "", (), said["full"]
        )
        if kind == "of_which" and (not made.whole or made.whole in made.figures):
            form.add_error("whole", "请选一个合计，它不能同时是分项。")
        elif kind != "of_which" and len(made.figures) < 2:
            form.add_error("figures", "请至少选两个数字。")
        else:
            once(
                request_key(request),
                {"phrase": row.pk, "kind": kind, "figures": list(made.figures), "whole": made.whole},
                lambda: {"version": acts.insert_phrase(row, made, catalog=catalog, by=request.member).number},
                by=request.member,
            )
            messages.success(request, f"已加入套语 {{{{ {name} }}}}，请把它写进正文。")
            return redirect(reverse("report_write", args=[row.uid]) + "#prose")
    context = {"report": row, "form": form, "names": names}
    return render(request, "pages/reports/phrase.html", context, status=422 if form.errors else 200)


def drawer(request: Asked, report: object) -> HttpResponse:
    """What stands behind one figure: 口径, composition, records, pending, who has not reported."""
    del report
    row = asked_for(request)
    try:
        recipe = parse_recipe(request.GET.get("recipe", "")).asked(request.today)
        fixed = recipe if request.GET.get("fixed") else recipe.anew()
        world = figures.world_at(fixed.as_of, request.today)
        (figure,) = figures.evaluate_in(world, [fixed], request.viewer)
        page = figures.trace(figure.recipe, request.viewer, request.today, limit=SHOWN, world=world)
    except (NotAllowed, UnknownOrgUnit, AmbiguousOrgUnit):
        return errors.page(request, 404, "没有这个数字，或不在您的授权范围内。")
    tree = page.world.tree
    measure = page.world.catalog.measures[figure.recipe.measure]
    lines = entries.lines_of({source.entry for source in page.sources}, tree)
    context = {
        "report": row,
        "said": request.GET.get("said", "")[:60],
        "key": request.GET.get("key", "")[:6],
        "figure": figure,
        "measure": measure,
        "against": AGAINST_ZH.get(figure.recipe.against, ""),
        "register": page.world.catalog.registers[measure.register].title,
        "choices": acts.choices(figure),
        "thin": checking.thin(figure),
        "missing": [tree.full_name(unit, figure.recipe.period.last) for unit in figure.missing_units],
        "shortfalls": [
            (tree.full_name(each.unit, figure.recipe.period.last), each.lacks) for each in figure.shortfalls
        ],
        "sources": [
            (source.day, tree.full_name(source.unit, source.day), source.amount, lines[source.entry])
            for source in page.sources
        ],
        "more": page.next_offset is not None,
    }
    template = "pages/reports/drawer_part.html" if request.htmx else "pages/reports/drawer.html"
    return render(request, template, context)


def _figure_of(request: Asked, row: ReportRow, form: FigureForm) -> Figure | None:
    period = Period(row.first, row.last)
    unit = request.tree.naming(row.unit_id, period.last)
    try:
        recipe: Recipe = parse_recipe(form.recipe, unit=unit.code or unit.name, period=period)
        recipe = recipe.asked(request.today)
        (figure,) = figures.evaluate([recipe], request.viewer, request.today)
    except (NotAllowed, UnknownOrgUnit, AmbiguousOrgUnit):
        form.add_error("unit", "没有这个组织，或不在您的授权范围内。")
    except DomainError as error:
        add_refusal(form, error)
    else:
        return figure
    return None


def _names(request: Asked, figure: Figure) -> list[str]:
    return [request.tree.full_name(unit, figure.recipe.period.last) for unit in figure.missing_units]
