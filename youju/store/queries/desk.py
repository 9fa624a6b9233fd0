"""What lies on a person's desk: what came back, what became of theirs, what is owed, what is being written, what stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db.models import Case, Max, Value, When

from youju.core.dashboard import board_for, tile_recipe
from youju.core.figure import Figure
from youju.core.grant import Viewer
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree
from youju.core.period import Frequency, Period, ended_slots
from youju.core.problem import DomainError
from youju.core.quantity import plain
from youju.core.recipe import NOW, Recipe, parse_recipe
from youju.specs.dashboards import read_boards
from youju.store.models import Draft, FrozenFigure, Report, Review
from youju.store.queries import figures, scope
from youju.store.queries.catalog import catalog_folders
from youju.store.queries.entries import EntryLine, chosen, lines
from youju.store.queries.figures import World
from youju.store.queries.overview import code_of, visible_measures

LOOKED_BACK: dict[Frequency, int] = {"monthly": 3, "quarterly": 2, "yearly": 1}  # slots that are asked after
FINALS_CHECKED = 6  # signed reports whose numbers are looked at again


@dataclass(frozen=True, slots=True)
class Mine:
    """An entry of one's own and what became of it: by whom it was reviewed and why, '' while it waits."""

    line: EntryLine
    reviewer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Owed:
    """A register and a slot that some units have not reported; `due` is the last day for it."""

    measure: Measure
    slot: Period
    due: date
    figure: Figure


@dataclass(frozen=True, slots=True)
class OnDesk:
    """A report: not signed yet, or signed with so many of its figures saying something else today."""

    uid: str
    title: str
    period: Period
    final: int
    changed: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Stand:
    """What the ledger says of a unit now.

    owed     slots that have ended and were not reported, by register
    main     the figures of the unit's board: what each is called, and the figure
    reports  those being written, and those signed whose figures have moved
    """

    world: World
    owed: tuple[Owed, ...]
    main: tuple[tuple[str, Figure], ...]
    reports: tuple[OnDesk, ...]


def mine(viewer: Viewer, tree: OrgTree, today: date, most: int = 10) -> list[Mine]:
    """The viewer's own entries, those that came back first, then the latest. At most six statements."""
    rows = chosen(viewer, tree, today).filter(current__author_id=viewer.id)
    back_first = Case(When(state="returned", then=Value(0)), default=Value(1))
    some = list(rows.select_related("current", "current__author").order_by(back_first, "-pk")[:most])
    if not some:
        return []
    told: dict[int, Review] = {}
    found = Review.unscoped.filter(revision__in=[each.current_id for each in some if each.current_id])
    for review in found.select_related("reviewer").order_by("seq"):
        told[review.revision_id] = review
    return [
        Mine(
            line,
            told[each.current_id].reviewer.name if each.current_id in told else "",
            told[each.current_id].reason if each.current_id in told else "",
        )
        for each, line in zip(some, lines(some, tree), strict=True)
        if each.current_id is not None
    ]


def waiting(viewer: Viewer, tree: OrgTree, today: date) -> int:
    """How many entries wait for this reviewer. One statement."""
    rows = chosen(viewer, tree, today, state="pending", verb="review")
    return rows.exclude(current__author_id=viewer.id).count()


def adjustments(viewer: Viewer, tree: OrgTree, today: date) -> int:
    """How many changes inside locked periods wait for the viewer's approval. One statement."""
    units: set[int] = set()
    for grant in viewer.grants_for("adjust", today):
        units.update(scope.subtree(tree, grant.unit, today))
    rows = Draft.unscoped.filter(unit_id__in=units, declined="").exclude(adjust="")
    return rows.exclude(author_id=viewer.id).count()


def stand(
    unit: int, viewer: Viewer, today: date, *, due_day: int, owed: bool, main: bool, reports: bool
) -> Stand:
    """What is owed, stands and is being written at a unit. At most six statements.

    due_day              by which day after its end a slot has to be reported
    owed, main, reports  which parts are wanted
    """
    world = figures.world_at(NOW, today)
    may = visible_measures(viewer, unit, world)
    dues = list(_dues(world, unit, may, today)) if owed else []
    mains = list(_mains(world, unit, may, today)) if main else []
    rows, frozen = _reports(viewer, world.tree, today) if reports else ([], {})
    asked = _readable(world, viewer, [row for each in frozen.values() for row in each])
    recipes = [*(each for *_, each in dues), *(each for _, each in mains), *asked.values()]
    found = iter(figures.evaluate_in(world, recipes, viewer))
    said = [(measure, slot, next(found)) for measure, slot, _ in dues]
    shown = tuple((title, next(found)) for title, _ in mains)
    now = dict(zip(asked, found, strict=True))
    return Stand(
        world,
        tuple(
            Owed(measure, slot, slot.last + timedelta(days=due_day), figure)
            for measure, slot, figure in said
            if figure.missing
        ),
        shown,
        tuple(_on_desk(rows, frozen, now)),
    )


def _dues(world: World, unit: int, may: set[str], today: date) -> Iterable[tuple[Measure, Period, Recipe]]:
    """The slots that have ended, of the first measure of each register that is expected, the oldest first."""
    code = code_of(world.tree, unit, today)
    for register in world.catalog.registers.values():
        for measure in register.measures:
            if measure.expected is not None and measure.id in may:
                frequency = measure.expected.frequency
                for slot in reversed(ended_slots(today, frequency, LOOKED_BACK[frequency])):
                    yield measure, slot, Recipe(measure.id, code, slot)
                break


def _mains(world: World, unit: int, may: set[str], today: date) -> Iterable[tuple[str, Recipe]]:
    boards, _ = read_boards(catalog_folders("dashboards"), world.catalog)
    board = board_for(boards, world.tree.kind(unit, today))
    period = Period(today.replace(month=1, day=1), today)
    for tile in board.tiles if board else ():
        recipe = tile_recipe(tile, code_of(world.tree, unit, today), period, world.catalog, today)
        if recipe.measure in may:
            yield tile.title or world.catalog.measures[recipe.measure].title, recipe


def _reports(
    viewer: Viewer, tree: OrgTree, today: date, most: int = 10
) -> tuple[Sequence[Report], Mapping[int, Sequence[FrozenFigure]]]:
    """The latest reports, and what the figures of the last signed ones were. Two statements."""
    rows = scope.visible(Report.unscoped.all(), viewer, tree, today)
    rows = rows.annotate(signed=Max("finals__number"), signed_key=Max("finals__pk"))
    found = list(rows.order_by("-last", "-pk")[:most])
    keys = [each.signed_key for each in found if each.signed_key][:FINALS_CHECKED]
    frozen: dict[int, list[FrozenFigure]] = {}
    if keys:
        for row in FrozenFigure.unscoped.filter(final__in=keys).order_by("pk"):
            frozen.setdefault(row.final_id, []).append(row)
    return found, frozen


def _readable(world: World, viewer: Viewer, rows: Sequence[FrozenFigure]) -> dict[int, Recipe]:
    """What signed figures would be asked today; those of units or registers that are no more are left out."""
    found = {}
    for row in rows:
        recipe = replace(parse_recipe(row.recipe), as_of=NOW)
        try:
            figures.plan_in(world, recipe, viewer)
        except DomainError:
            continue
        found[row.pk] = recipe
    return found


def _on_desk(
    rows: Sequence[Report], frozen: Mapping[int, Sequence[FrozenFigure]], now: Mapping[int, Figure]
) -> Iterable[OnDesk]:
    for each in rows:
        signed, key = each.signed, each.signed_key  # type: ignore[attr-defined]
        changed = tuple(
            now[row.pk] for row in frozen.get(key, ()) if row.pk in now and _moved(row, now[row.pk])
        )
        if not signed or changed:
            yield OnDesk(str(each.uid), each.title, Period(each.first, each.last), signed or 0, changed)


def _moved(row: FrozenFigure, now: Figure) -> bool:
    value = "" if now.value is None else plain(now.value.number)
    whole = "" if now.whole is None else str(now.whole)
    return (value, whole) != (row.value, row.whole)
