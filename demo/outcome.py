"""What the demo came to: the report as files, and its table with goal and figure side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from demo import expected, town
from demo.events import CATALOG
from demo.expected import GOALS, Goal
from demo.plan import END
from youju.actions import clock, reports
from youju.actions.reports import Rendered
from youju.core.figure import Figure
from youju.core.period import parse_period
from youju.core.quantity import Quantity
from youju.core.recipe import AsOf, parse_recipe
from youju.core.report import FigureUse
from youju.core.wording import STYLES, true_wordings
from youju.core.zh.reading import read_quantity
from youju.specs.catalog import load_catalog
from youju.store.queries import figures, scope
from youju.store.queries.catalog import units_of_measure
from youju.store.queries.tree import tree_at

REPORT = "work-summary"


@dataclass(frozen=True, slots=True)
class Line:
    """One goal beside what the ledger and the report say; `wrong` is empty when they agree."""

    goal: Goal
    figure: Figure
    wording: str
    wrong: tuple[str, ...]


def write_report(folder: Path, seq: int) -> Rendered:
    """Write the work summary as of the demo's last event, as the town's clerk does on the last day."""
    spec = load_catalog(CATALOG, None).reports[REPORT]
    with clock.at(END):
        return reports.render(
            spec,
            town.TOWN,
            parse_period(expected.PERIOD),
            viewer=scope.viewer(town.CLERK),
            out=folder,
            as_of=AsOf(seq=seq),
        )


def compare(rendered: Rendered, seq: int) -> list[Line]:
    """Every goal with the figure that its recipe gives, and the wording that the report has."""
    found = _evaluate([goal.recipe for goal in GOALS], seq)
    said = {fact.name: fact.wording for fact in rendered.facts.figures}
    uses = load_catalog(CATALOG, None).reports[REPORT].figures
    return [
        Line(
            goal,
            figure,
            said.get(goal.name, ""),
            tuple(_wrong(goal, figure, said.get(goal.name, ""), uses[goal.name])),
        )
        for goal, figure in zip(GOALS, found, strict=True)
    ]


def show(out: Console, lines: list[Line], seq: int) -> int:
    """Print goal and figure side by side, and what must hold beside them. Returns how many things are wrong."""
    out.print(f"{town.TOWN} {expected.PERIOD}，台账#{seq}：应有的数字与台账的数字")
    table = Table(show_edge=False)
    for heading, side in (
        ("", "left"), ("数字", "left"), ("应为", "right"), ("台账", "right"), ("报告写作", "left"), ("也可写作", "left"), ("依据", "right"),
        ("未报", "right"), ("待审", "right"), ("", "left"),
    ):  # fmt: skip
        table.add_column(heading, justify=side)  # type: ignore[arg-type]
    for line in lines:
        goal, figure = line.goal, line.figure
        table.add_row(
            goal.part, goal.label, _of(goal.value, goal.whole), _figure(figure), line.wording, "、".join(goal.accepted),
            str(figure.n), str(figure.missing or ""), str(figure.pending or ""), "；".join(line.wrong) or "✓",
        )  # fmt: skip
    out.print(table)
    wrong = sum(bool(line.wrong) for line in lines)
    for text, holds in _besides(lines, seq):
        out.print(f"{'✓' if holds else '✗'} {text}")
        wrong += not holds
    out.print(f"{len(lines)}个数字" + (f"，{wrong}处不符。" if wrong else "全部相符。"))
    return wrong


def _of(value: str, whole: str) -> str:
    return f"{value} / {whole}" if whole else value


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "未报"
    return _of(str(figure.value), "" if figure.whole is None else str(figure.whole))


def _wrong(goal: Goal, figure: Figure, wording: str, use: FigureUse) -> Iterator[str]:
    if figure.value is None or figure.value != _quantity(goal.value, figure.value):
        yield "数字不符"
        return
    if goal.whole and figure.whole != _quantity(goal.whole, figure.value):
        yield "总数不符"
    if wording != goal.wording:
        yield f"报告应写“{goal.wording}”"
    known = {each.text for style in STYLES for each in true_wordings(figure, use.noun, style)}
    for text in goal.accepted:
        if text not in known and _quantity(text, figure.value) != figure.value:
            yield f"“{text}”不成立"


def _quantity(text: str, like: Quantity) -> Quantity:
    return read_quantity(text, units_of_measure(), like.unit).to(like.unit)


def _besides(lines: list[Line], seq: int) -> Iterator[tuple[str, bool]]:
    """What else must hold, each with whether it does."""
    found = {line.goal.name: line.figure for line in lines}
    tree, last = tree_at(seq), END.date()
    lacking = {tree.name(each.unit, last): each.lacks for each in found["six"].shortfalls}
    said = "；".join(f"{village}缺{'、'.join(lacks)}" for village, lacks in lacking.items())
    yield f"六项设施未齐的村：{said}", lacking == expected.MISSING_FACILITIES
    bare = [tree.name(each.unit, last) for each in found["squares"].shortfalls]
    yield f"没有健身广场的村：{'、'.join(bare)}", bare == [expected.MISSING_SQUARE]
    part, whole = found["clean_leaflets"].value, found["handed_out"].value
    yield (
        f"村庄清洁行动发放的{part}是全部发放{whole}的一部分",
        part is not None and whole is not None and part.number < whole.number,
    )
    measure, village, month = expected.NOT_REPORTED
    (silent,) = _evaluate([f"{measure} @{village} {month}"], seq)
    yield (
        f"{village}{month}未报宣传资料发放：写“{silent.text}”，不写零",
        silent.value is None and silent.missing == 1,
    )


def _evaluate(recipes: list[str], seq: int) -> list[Figure]:
    """Figures as of the demo's last event, as the clerk sees them on the last day."""
    asked = [replace(parse_recipe(recipe), as_of=AsOf(seq=seq)) for recipe in recipes]
    with clock.at(END):
        return figures.evaluate(asked, scope.viewer(town.CLERK), clock.today())
