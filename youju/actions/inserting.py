"""Putting figures and phrases into a report that is being written: finding the measure, naming it, placing it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from youju.actions import drafts
from youju.actions.drafts import Saved
from youju.core.figure import Figure
from youju.core.measure import Measure
from youju.core.phrase import Phrase
from youju.core.problem import Refused
from youju.core.register import Catalog
from youju.core.report import FigureUse, ReportSpec
from youju.core.wording import STYLES, changed, true_wordings
from youju.specs.reports import BUILT_IN, report_as_text, report_from_text
from youju.store.models import Member, Report
from youju.store.queries import reports

MOST_FOUND = 12

STYLE_TITLES = {
    "exact": "精确值", "digits": "数字", "many": "多", "rounded": "四舍五入", "all": "全部", "of_whole": "几个中几个",
    "yu": "余", "nearly": "近", "over": "超过", "about": "约", "almost": "几乎都", "most": "大部分",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """One true way to write a figure, as it would stand in the text."""

    style: str
    title: str
    text: str


def search(catalog: Catalog, asked: str) -> list[Measure]:
    """The measures that people may mean by these words, the nearest first; all of them, by title, for none."""
    every = list(catalog.measures.values())
    asked = asked.strip()
    if not asked:
        return sorted(every, key=lambda each: each.title)
    names = {
        (number, name): name
        for number, each in enumerate(every)
        for name in (each.title, each.id, each.noun, *each.aliases)
        if name
    }
    best: dict[int, float] = {}
    for name, score, (number, _) in process.extract(asked, names, scorer=fuzz.WRatio, limit=None):
        bonus = 30 if asked in name or name in asked else 0
        best[number] = max(best.get(number, 0), score + bonus)
    ordered = sorted(best, key=lambda number: -best[number])
    return [every[number] for number in ordered if best[number] >= 45][:MOST_FOUND]


def choices(figure: Figure, noun: str = "") -> list[Choice]:
    """Every true wording of a figure, the vaguer ones last; one of them when it is a comparison or unreported."""
    if figure.recipe.against:
        return [Choice("exact", "比较", changed(figure).text)]
    if figure.value is None:
        return [Choice("exact", "未报", "（未报）")]
    found: dict[str, Choice] = {}
    for style in STYLES:
        for each in true_wordings(figure, noun, style):
            found.setdefault(each.text, Choice(each.style, STYLE_TITLES[each.style], each.text))
    return list(found.values())


def name_for(measure: Measure, dims: Sequence[tuple[str, str]], against: str, taken: ReportSpec) -> str:
    """A name that says what the figure is, and that the report does not use yet: 发放宣传资料_村庄清洁行动."""
    parts = [measure.title, *(value for _, value in dims), *([against] if against else [])]
    stem = "_".join(re.sub(r"\W+", "", part) for part in parts) or "数字"
    stem = stem if not stem[0].isdecimal() else f"数_{stem}"
    used = {*taken.figures, *taken.details, *taken.phrases, *BUILT_IN}
    numbered = (f"{stem}_{number}" if number > 1 else stem for number in range(1, len(used) + 2))
    return next(name for name in numbered if name not in used)


def insert_figure(
    report: Report,
    recipe: str,
    name: str,
    *,
    wording: str = "",
    noun: str = "",
    catalog: Catalog,
    by: Member,
    replacing: str = "",
    after: str = "",
) -> Saved:
    """Add a figure to the newest text; with `replacing` it takes the place of that typed number.

    replacing, after  the typed words, and some words right before them
    """
    newest, spec = _newest(report, catalog)
    figures = {**spec.figures, name: FigureUse(name, recipe, wording if wording != "exact" else "", noun)}
    prose = _replaced(spec.prose, after, replacing, f"{{{{ {name} }}}}") if replacing else spec.prose
    return _save(report, replace(spec, figures=figures, prose=prose), newest, by)


def insert_phrase(report: Report, phrase: Phrase, *, catalog: Catalog, by: Member) -> Saved:
    """Add a phrase to the newest text."""
    newest, spec = _newest(report, catalog)
    return _save(report, replace(spec, phrases={**spec.phrases, phrase.name: phrase}), newest, by)


def _newest(report: Report, catalog: Catalog) -> tuple[int, ReportSpec]:
    newest = reports.newest(report)
    spec, problems = report_from_text(newest.text, catalog)
    if spec is None:
        raise Refused(problems)
    return newest.number, spec


def _save(report: Report, spec: ReportSpec, base: int, by: Member) -> Saved:
    return drafts.save(report, report_as_text(spec), base=base, by=by)


def _replaced(prose: str, before: str, typed: str, placeholder: str) -> str:
    at = prose.find(before + typed) if before else -1
    if at >= 0:
        at += len(before)
    else:
        at = prose.find(typed)
    return prose if at < 0 else prose[:at] + placeholder + prose[at + len(typed) :]
