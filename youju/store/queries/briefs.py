"""一页纸: what has been reached, what is lacking, who is at it, and by which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from youju.core.figure import Figure, Recipe
from youju.core.grant import MAY, Viewer
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree
from youju.core.period import Period, slots
from youju.specs.parameters import number_on
from youju.store.models import Grant
from youju.store.models.base import OPEN
from youju.store.queries import figures
from youju.store.queries.catalog import catalog_folders
from youju.store.queries.overview import code_of, overview

NAMED = 8  # units that a line names before it says how many there are
DUE_DAY = "reporting-due-day"


@dataclass(frozen=True, slots=True)
class Reached:
    """A main figure."""

    title: str
    measure: Measure
    figure: Figure


@dataclass(frozen=True, slots=True)
class Open:
    """Something that is lacking. `due` is None where no day was set."""

    what: str
    recipe: Recipe
    figure: Figure
    measure: Measure
    who: str
    due: date | None


@dataclass(frozen=True, slots=True)
class Brief:
    """One page for those who lead."""

    reached: tuple[Reached, ...]
    open: tuple[Open, ...]
    seq: int


def brief_of(unit: int, period: Period, viewer: Viewer, today: date) -> Brief:
    """The brief of a unit by its board. Raises NotAllowed. Eight statements, whatever is lacking."""
    found = overview(unit, period, viewer, today)
    if found is None:
        return Brief((), (), 0)
    world = found.world
    tree, catalog, day = world.tree, world.catalog, found.period.last
    code = code_of(tree, unit, day)
    expected = [measure for _, measure in found.columns if measure.expected is not None]
    whole = figures.evaluate_in(world, [Recipe(each.id, code, period) for each in expected], viewer)
    people = _people(tree, day)
    last_day = number_on(catalog_folders("parameters"), DUE_DAY, today)
    lacking = []
    for measure, figure in zip(expected, whole, strict=True):
        if figure.missing:
            names = _names(tree, figure.missing_units, day)
            lacking.append(
                Open(
                    f"{catalog.registers[measure.register].title}：{names}未报",
                    figure.recipe, figure, measure,
                    _who(figure.missing_units, people, "record", tree, day),
                    _due(measure, period, today, last_day),
                )
            )  # fmt: skip
    for tile in found.tiles:
        short = [each.unit for each in tile.figure.shortfalls]
        if short:
            what = f"{tile.title}：还有{len(short)}个未达到（{_names(tree, short, day)}）"
            who = _who(short, people, "record", tree, day)
            lacking.append(Open(what, tile.figure.recipe, tile.figure, tile.measure, who, None))
        if tile.figure.pending:
            what = f"{tile.title}：{tile.figure.pending}条待审核"
            who = _who([unit], people, "review", tree, day)
            lacking.append(Open(what, tile.figure.recipe, tile.figure, tile.measure, who, None))
    reached = tuple(Reached(each.title, each.measure, each.figure) for each in found.tiles)
    return Brief(reached, tuple(lacking), world.moment.seq)


def _due(measure: Measure, period: Period, today: date, last_day: int) -> date | None:
    """The day by which the last slot that has ended should have been reported."""
    assert measure.expected is not None
    owed = list(slots(Period(period.first, min(period.last, today)), measure.expected.frequency))
    return owed[-1].last + timedelta(days=last_day) if owed else None


def _names(tree: OrgTree, units: Sequence[int], day: date) -> str:
    named = "、".join(tree.name(unit, day) for unit in units[:NAMED])
    return named if len(units) <= NAMED else f"{named}等{len(units)}个组织"


def _people(tree: OrgTree, day: date) -> list[tuple[int, str, str]]:
    """Who holds which role where on the day: (unit, role, name). One statement."""
    rows = (
        Grant.unscoped.filter(seq_to=OPEN, since__lte=day, until__gt=day)
        .select_related("member")
        .order_by("pk")
    )
    return [(row.unit_id, row.role, row.member.name) for row in rows if row.unit_id in tree.placements]


def _who(
    units: Sequence[int],
    people: list[tuple[int, str, str]],
    verb: str,
    tree: OrgTree,
    day: date,
) -> str:
    """Those granted the verb at these very units; where nobody is, the units above are asked in turn."""
    found: dict[str, None] = {}
    for unit in units[:NAMED]:
        for place in (unit, *tree.ancestors(unit, day)):
            here = [name for at, role, name in people if at == place and verb in MAY[role]]  # type: ignore[index]
            if here:
                found.update(dict.fromkeys(here))
                break
    names = list(found)
    return (
        "、".join(names[:NAMED]) + (f"等{len(names)}人" if len(names) > NAMED else "") if names else "未指定"
    )
