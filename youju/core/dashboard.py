"""Boards 看板: which figures, registers and map the overview of a unit shows. One catalog file each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from youju.core.measure import Measure, UnitKind
from youju.core.period import Period, add_months, month_end
from youju.core.recipe import Recipe, check_recipe, parse_recipe
from youju.core.register import Catalog

TREND_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """One main figure: a recipe without unit and period, its title ('' takes the measure's), and whether months are drawn."""

    recipe: str
    title: str = ""
    trend: bool = True


@dataclass(frozen=True, slots=True)
class Board:
    """A board.

    kinds      the kinds of unit it is for
    tiles      main figures, in order
    rows       kinds of unit that the matrix has a line for
    registers  the matrix' columns, by register; `column_measure` of each counts
    """

    id: str
    title: str
    kinds: tuple[UnitKind, ...]
    tiles: tuple[Tile, ...]
    rows: tuple[UnitKind, ...]
    registers: tuple[str, ...]
    source: str = ""


def board_for(boards: Mapping[str, Board], kind: UnitKind) -> Board | None:
    """The first board, by id, that is for units of this kind."""
    return next((boards[name] for name in sorted(boards) if kind in boards[name].kinds), None)


def tile_recipe(tile: Tile, unit: str, period: Period, catalog: Catalog, today: date) -> Recipe:
    """What a tile asks of a unit today. Raises BadRecipe."""
    return check_recipe(parse_recipe(tile.recipe, unit=unit, period=period).asked(today), catalog)


def column_measure(register: str, catalog: Catalog) -> Measure | None:
    """The measure that stands for a register in the matrix: of an 底册 what stands, else its first that is observed."""
    kept = catalog.registers.get(register)
    if kept is None:
        return None
    observed = [measure for measure in kept.measures if measure.observed]
    standing = [measure for measure in observed if kept.kind == "inventory" and measure.behaviour == "stock"]
    return next(iter(standing or observed), None)


def months_before(period: Period, count: int = TREND_MONTHS) -> list[Period]:
    """The last months up to the period's last day, the oldest first; the last one ends with the period."""
    first = period.last.replace(day=1)
    starts = [add_months(first, -number) for number in range(count - 1, 0, -1)]
    return [*(Period(start, month_end(start)) for start in starts), Period(first, period.last)]
