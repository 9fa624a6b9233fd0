"""Whole reports over a ledger in memory, with what each of their figures says known by construction."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from demo import town
from demo.events import CATALOG, catalog
from tests.reconcile_world import REPORTED, Ledger
from youju.core.figure import Figure
from youju.core.recipe import Recipe, check_recipe, parse_recipe
from youju.core.reconcile import Answered, Checked
from youju.core.report import FigureUse, ReportSpec
from youju.core.wording import STYLES, true_wordings, word
from youju.core.zh.wordings import wordings
from youju.specs.reports import read_reports

Choose = Callable[[FigureUse, Figure], tuple[str, bool]]
HERE = Path(__file__).resolve().parent
_USE = re.compile(r"\{\{ (\w+)(?: \| (\w+))? \}\}")


@dataclass(frozen=True)
class Placed:
    """A figure of a report: where its wording stands, what it says, and whether that is true."""

    start: int
    end: int
    recipe: Recipe
    figure: Figure
    true: bool


@dataclass
class Report:
    """A text and its figures."""

    text: str
    figures: list[Placed] = field(default_factory=list)

    def linked_right(self, checked: Sequence[Checked]) -> tuple[int, int]:
        """How many figures were linked to the recipe they were made from, and how many there are."""
        right = sum(
            any(_same(answer, placed) for answer in self._answers(placed, checked)) for placed in self.figures
        )
        return right, len(self.figures)

    def wrongly_agreeing(self, checked: Sequence[Checked]) -> list[str]:
        """Untrue figures that were called consistent in all of their words."""
        return [
            self.text[placed.start : placed.end]
            for placed in self.figures
            if not placed.true
            and all(each.verdict == "agrees" for each in self._of(placed, checked))
            and self._of(placed, checked)
        ]

    def compare(self, checked: Sequence[Checked]) -> list[str]:
        """What is not as it should be: not linked, or true and not called consistent."""
        wrong = []
        for placed in self.figures:
            own = self._of(placed, checked)
            linked = any(_same(answer, placed) for answer in self._answers(placed, checked))
            agrees = bool(own) and all(each.verdict == "agrees" for each in own)
            if not linked or (placed.true and not agrees):
                around = self.text[max(0, placed.start - 16) : placed.end + 8]
                wrong.append(f"{around} ← {placed.recipe}: {[(each.verdict, each.reason) for each in own]}")
        return wrong

    def _of(self, placed: Placed, checked: Sequence[Checked]) -> list[Checked]:
        return [each for each in checked if placed.start <= each.claim.start and each.claim.end <= placed.end]

    def _answers(self, placed: Placed, checked: Sequence[Checked]) -> list[Answered]:
        return [answer for each in self._of(placed, checked) for answer in each.answers]


def _same(answer: Answered, placed: Placed) -> bool:
    said = answer.reading.recipe
    return (said.measure, said.period, frozenset(said.dims)) == (
        placed.recipe.measure,
        placed.recipe.period,
        frozenset(placed.recipe.dims),
    )


@cache
def shipped() -> ReportSpec:
    """The report that the product ships."""
    return _spec(CATALOG / "reports", "work-summary")


@cache
def second() -> ReportSpec:
    """A report of other sentences, only for the tests."""
    return _spec(HERE / "reports_of_tests", "other-report")


def _spec(folder: Path, name: str) -> ReportSpec:
    found, problems = read_reports([folder], catalog())
    assert name in found, problems
    return found[name]


def demo_report(ledger: Ledger) -> Report:
    """The shipped report over a ledger, every figure as the report words it."""
    return _write(shipped(), ledger, lambda use, figure: (word(figure, use.wording, use.noun).text, True))


def random_report(ledger: Ledger, seed: int) -> Report:
    """One of the reports over a ledger: most figures true in any wording, some changed so that they are not."""
    rng = random.Random(seed)

    def choose(use: FigureUse, figure: Figure) -> tuple[str, bool]:
        assert figure.value is not None
        parts = use.wording in ("all", "of_whole")
        found = [
            each
            for style in STYLES
            for each in true_wordings(figure, use.noun, style)
            if (each.style in ("all", "of_whole", "almost", "most")) == parts
        ]
        if parts or rng.random() < 0.75 or not figure.value.number:
            return (rng.choice(found).text, True) if found else ("", True)
        other = replace(figure.value, number=figure.value.number * rng.choice((2, 3, 11)) + 1)
        texts = [
            each for each in wordings(other) if not any(each.interval.overlaps(own.interval) for own in found)
        ]
        return (texts[0].text, False) if texts else (rng.choice(found).text, True)

    return _write(shipped() if seed % 2 else second(), ledger, choose)


def _write(spec: ReportSpec, ledger: Ledger, choose: Choose) -> Report:
    fixed = {"period": REPORTED.chinese(), "unit": town.TOWN, "until": "2024年4月26日"}
    report = Report("")
    title = spec.title.replace("{unit}", town.TOWN).replace("{period}", REPORTED.chinese())
    text = f"{title}\n\n"
    last = 0
    for found in _USE.finditer(spec.prose):
        text += spec.prose[last : found.start()]
        last = found.end()
        name = found[1]
        if name in fixed:
            text += fixed[name]
        elif name in spec.figures:
            use = spec.figures[name]
            recipe = check_recipe(parse_recipe(use.recipe, unit=town.TOWN, period=REPORTED), catalog())
            figure = ledger.figure(recipe)
            if figure.value is None:
                text += "若干"
                continue
            words, true = choose(use, figure)
            if words:
                report.figures.append(Placed(len(text), len(text) + len(words), recipe, figure, true))
            text += words or "若干"
        else:
            text += "无"
    report.text = text + spec.prose[last:] + f"\n\n{town.TOWN}人民政府\n2024年4月26日\n"
    return report
