"""数据总览: what a board says of a unit; every number in it is a figure of the same moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from youju.core.dashboard import Board, board_for, column_measure, months_before, tile_recipe
from youju.core.figure import Figure
from youju.core.grant import Viewer
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree
from youju.core.period import Period
from youju.core.problem import Problem
from youju.core.recipe import NOW, Recipe
from youju.core.register import Catalog
from youju.specs.dashboards import read_boards
from youju.specs.maps import Outlines, Ring, read_outlines
from youju.specs.source import Problems, folder_state
from youju.store.queries import figures, scope
from youju.store.queries.catalog import catalog_folders
from youju.store.queries.figures import World

Standing = Literal["missing", "pending", "recorded", "nothing"]


@dataclass(frozen=True, slots=True)
class TileFigure:
    """A main figure with its months: (month, figure), the oldest first; none when the board draws none."""

    title: str
    measure: Measure
    figure: Figure
    months: tuple[tuple[Period, Figure], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A unit's line of the matrix: one figure for each column."""

    unit: int
    name: str
    cells: tuple[Figure, ...]

    @property
    def standing(self) -> Standing:
        """The worst that any cell says; never a score."""
        if any(cell.missing for cell in self.cells):
            return "missing"
        if any(cell.pending for cell in self.cells):
            return "pending"
        return "recorded" if any(cell.n for cell in self.cells) else "nothing"


@dataclass(frozen=True, slots=True)
class Overview:
    """A board filled for one unit and period. `columns` are register titles with the measure that counts."""

    board: Board
    world: World
    unit: int
    period: Period
    tiles: tuple[TileFigure, ...]
    columns: tuple[tuple[str, Measure], ...]
    lines: tuple[Line, ...]
    outlines: Outlines | None
    problems: tuple[Problem, ...]

    @property
    def shapes(self) -> list[tuple[Ring, ...]]:
        """Each line's outline, by code or name; () where the county gave none."""
        if self.outlines is None:
            return [() for _ in self.lines]
        rings, tree, day = self.outlines.rings, self.world.tree, self.period.last
        return [
            rings.get(tree.naming(line.unit, day).code) or rings.get(line.name, ()) for line in self.lines
        ]


def overview(unit: int, period: Period, viewer: Viewer, today: date) -> Overview | None:
    """The board for this unit, filled; None when there is no board for its kind. Raises NotAllowed.

    Figures of registers that the viewer was not granted are left out. A handful of statements, whatever the board's size.
    """
    world = figures.world_at(NOW, today)
    tree, catalog = world.tree, world.catalog
    boards, read = _boards(catalog)
    board = board_for(boards, tree.kind(unit, period.last))
    if board is None:
        return None
    code = code_of(tree, unit, period.last)
    may = visible_measures(viewer, unit, world)
    tiles = [
        (tile, recipe)
        for tile in board.tiles
        if (recipe := tile_recipe(tile, code, period, catalog, today)).measure in may
    ]
    months = months_before(period)
    columns = [
        (catalog.registers[name].title, measure)
        for name in board.registers
        if (measure := column_measure(name, catalog)) is not None and measure.id in may
    ]
    below = {each for kind in board.rows for each in tree.census(unit, period.last, kind)} - {unit}
    rows = sorted(below, key=lambda each: (tree.place(each, period.last) or 0, each))
    trends = [
        [tile_recipe(tile, code, month, catalog, today) for month in months] if tile.trend else []
        for tile, _ in tiles
    ]
    cells = [
        [Recipe(measure.id, code_of(tree, row, period.last), period) for _, measure in columns]
        for row in rows
    ]
    asked = [recipe for _, recipe in tiles]
    asked += [recipe for line in (*trends, *cells) for recipe in line]
    found = iter(figures.evaluate_in(world, asked, viewer))
    mains = [next(found) for _ in tiles]
    drawn, map_read = read_outlines(
        catalog_folders("maps"),
        [
            text
            for row in rows
            for text in (tree.naming(row, period.last).code, tree.name(row, period.last))
            if text
        ],
    )
    return Overview(
        board,
        world,
        unit,
        period,
        tuple(
            TileFigure(
                tile.title or catalog.measures[recipe.measure].title,
                catalog.measures[recipe.measure],
                main,
                tuple(zip(months, [next(found) for _ in trend], strict=False)),
            )
            for (tile, recipe), main, trend in zip(tiles, mains, trends, strict=True)
        ),
        tuple(columns),
        tuple(
            Line(row, tree.name(row, period.last), tuple(next(found) for _ in line))
            for row, line in zip(rows, cells, strict=True)
        ),
        drawn,
        tuple(problem for each in (*read, *map_read) for problem in each.found),
    )


def _boards(catalog: Catalog) -> tuple[dict[str, Board], list[Problems]]:
    """The boards as their files say; read again when a file changed or other registers are in force."""
    folders = catalog_folders("dashboards")
    state = tuple((folder, folder_state(folder)) for folder in folders)
    known = _read.get("boards")
    if known is None or known[0] is not catalog or known[1] != state:
        known = _read["boards"] = (catalog, state, read_boards(folders, catalog))
    return known[2]


_read: dict[str, tuple[Catalog, object, tuple[dict[str, Board], list[Problems]]]] = {}


def code_of(tree: OrgTree, unit: int, day: date) -> str:
    """A text that names exactly this unit in a recipe: its code, or its name with all its parents'."""
    if code := tree.naming(unit, day).code:
        return code
    return "/".join([tree.name(each, day) for each in [*reversed(list(tree.ancestors(unit, day))), unit]])


def visible_measures(viewer: Viewer, unit: int, world: World) -> set[str]:
    """The measures that the viewer may see at the unit: everything they are made of is of registers granted there."""
    catalog, day = world.catalog, world.moment.day
    registers = {name for name in catalog.registers if scope.may(viewer, "see", unit, world.tree, day, name)}
    return {
        name
        for name, measure in catalog.measures.items()
        if {each.register for each in figures.measures_behind(measure, catalog)} <= registers
    }
