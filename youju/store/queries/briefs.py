"""一页纸: what has been reached, what is lacking, who is at it, and by which day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from youju.core.figure import Figure
from youju.core.grant import MAY, Verb, Viewer
from youju.core.measure import Measure
from youju.core.orgtree import TOWN_LEVEL, OrgTree
from youju.core.period import Period, slots
from youju.core.recipe import Recipe
from youju.store.models import Grant
from youju.store.models.base import OPEN
from youju.store.queries import figures
from youju.store.queries.catalog import number
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
    """Something that is lacking, in parts that each open their figure. `due` is None where no day was set."""

    about: str
    parts: tuple[tuple[str, Recipe], ...]
    who: str
    due: date | None

    @property
    def what(self) -> str:
        """All of it in one line."""
        return self.about + "、".join(text for text, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Brief:
    """One page for those who lead."""

    reached: tuple[Reached, ...]
    open: tuple[Open, ...]
    seq: int
    due_day: int = 0


def brief_of(unit: int, period: Period, viewer: Viewer, today: date) -> Brief:
    """The brief of a unit by its board; above a town, towns are counted. Raises NotAllowed. Eight statements at most."""
    found = overview(unit, period, viewer, today)
    if found is None:
        return Brief((), (), 0)
    world = found.world
    tree, catalog, day = world.tree, world.catalog, found.period.last
    code = code_of(tree, unit, day)
    expected = [measure for _, measure in found.columns if measure.expected is not None]
    owed = [(measure, slot) for measure in expected for slot in _owed(measure, period, today)]
    asked = [Recipe(measure.id, code, slot) for measure, slot in owed]
    told = figures.evaluate_in(world, asked, viewer)
    people = _people(tree, day)
    last_day = number(DUE_DAY, today)
    silent: dict[tuple[str, tuple[int, ...]], list[Figure]] = {}
    for (measure, _), figure in zip(owed, told, strict=True):
        if figure.missing:
            silent.setdefault((measure.register, tuple(figure.missing_units)), []).append(figure)
    lacking = [
        Open(
            f"{catalog.registers[register].title}：{_names(tree, units, day, unit)}未报，",
            tuple((each.recipe.period.chinese(), each.recipe) for each in own),
            _who(_charged(tree, units, day, unit), people, "record", tree, day, register),
            own[0].recipe.period.last + timedelta(days=last_day),
        )
        for (register, units), own in silent.items()
    ]
    waiting = []
    for tile in found.tiles:
        if short := [each.unit for each in tile.figure.shortfalls]:
            what = f"还有{len(short)}个未达到（{_names(tree, short, day, unit)}）"
            who = _who(_charged(tree, short, day, unit), people, "record", tree, day, tile.measure.register)
            lacking.append(Open(f"{tile.title}：", ((what, tile.figure.recipe),), who, None))
        if tile.figure.pending and tile.measure.observed:
            waiting.append((f"{tile.title}{tile.figure.pending}条", tile.figure.recipe))
    if waiting:
        above = tree.level(unit, day) < TOWN_LEVEL
        who = "各镇审核员" if above else _who([unit], people, "review", tree, day)
        lacking.append(Open("待审核：", tuple(waiting), who, None))
    reached = tuple(Reached(each.title, each.measure, each.figure) for each in found.tiles)
    return Brief(reached, tuple(lacking), world.moment.seq, last_day)


def _owed(measure: Measure, period: Period, today: date) -> list[Period]:
    """The slots of the period that have ended by yesterday."""
    assert measure.expected is not None
    until = min(period.last, today - timedelta(days=1))
    if until < period.first:
        return []
    return list(slots(Period(period.first, until), measure.expected.frequency))


def _charged(tree: OrgTree, units: Sequence[int], day: date, within: int) -> Sequence[int]:
    """Who is asked about units that lack something: they themselves, or their towns when they are told by towns."""
    return units if tree.level(within, day) >= TOWN_LEVEL else list(tree.per_town(units, day))


def _names(tree: OrgTree, units: Sequence[int], day: date, within: int) -> str:
    if tree.level(within, day) < TOWN_LEVEL:
        return "、".join(f"{tree.name(town, day)}{n}个" for town, n in tree.per_town(units, day).items())
    named = "、".join(tree.name(unit, day) for unit in units[:NAMED])
    return named if len(units) <= NAMED else f"{named}等{len(units)}个组织"


People = list[tuple[int, str, str, str]]


def _people(tree: OrgTree, day: date) -> People:
    """Who holds which role where on the day: (unit, role, name, registers, '' for all). One statement."""
    rows = (
        Grant.unscoped.filter(seq_to=OPEN, since__lte=day, until__gt=day)
        .select_related("member")
        .order_by("pk")
    )
    return [
        (row.unit_id, row.role, row.member.name, row.registers)
        for row in rows
        if row.unit_id in tree.placements
    ]


def _who(
    units: Sequence[int],
    people: People,
    verb: Verb,
    tree: OrgTree,
    day: date,
    register: str = "",
) -> str:
    """Those granted the verb (for this register) at these very units; where nobody is, the units above are asked in turn."""
    found: dict[str, None] = {}
    for unit in units[:NAMED]:
        for place in (unit, *tree.ancestors(unit, day)):
            here = [
                name
                for at, role, name, kept in people
                if at == place
                and verb in MAY[role]  # type: ignore[index]
                and (not register or not kept or register in kept.splitlines())
            ]
            if here:
                found.update(dict.fromkeys(here))
                break
    names = list(found)
    return (
        "、".join(names[:NAMED]) + (f"等{len(names)}人" if len(names) > NAMED else "") if names else "未指定"
    )
