"""Roll-ups: what they answer now, and whether they are what the observations say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from youju.core.canonical import digest
from youju.core.figure import Answer, Ask
from youju.core.orgtree import OrgTree, level_size
from youju.core.register import Catalog
from youju.core.rollup import FIELDS, WHOLE, Grid, Part, grid_of, slices_of
from youju.store import sql
from youju.store.models import MeasureKey
from youju.store.queries.ledger import Moment


@dataclass(frozen=True, slots=True)
class Difference:
    """A cell that is kept otherwise than the observations say. None: it is not there, or should not be."""

    node: int
    measure: str
    dim: str
    dim2: str
    month: int
    kept: tuple[int, ...] | None
    right: tuple[int, ...] | None


def name_of(grid: Grid) -> str:
    """A digest that tells this grid from any other."""
    return digest([list(grid.levels), sorted([name, *columns] for name, columns in grid.rolled.items())])


def grid_in_force(moment: Moment, tree: OrgTree, catalog: Catalog) -> Grid | None:
    """The grid whose roll-ups are kept, when they are those that this moment's tree and registers ask for."""
    if not moment.grid:
        return None
    grid = grid_of(tree.top_level, catalog.measures.values())
    return grid if name_of(grid) == moment.grid else None


def answer(parts: Mapping[Ask, Part], moment: Moment) -> dict[Ask, tuple[Answer, int]]:
    """What the cells say to each question, and how many waiting rows may belong to one entry. One statement.

    Questions that cells cannot answer are absent; all are, when the ledger has moved on since `moment`.
    """
    asks = list(parts)
    questions = [
        {
            "i": number,
            "node": part.node,
            "m": ask.measure,
            "x1": part.dim,
            "x2": part.dim2,
            "m0": part.months[0],
            "m1": part.months[1],
            "d1": ask.last.isoformat(),
            "d2": part.until.isoformat(),
            "lo": ask.low,
            "hi": ask.high,
        }
        for number, (ask, part) in enumerate(parts.items())
    ]
    found = dict.fromkeys(asks, (Answer(), 0))
    for tag, number, n, total, waiting, shared, standing, grid in sql.rows("rolled", [json.dumps(questions)]):
        if tag == "head":
            if (n, grid) != (moment.seq, moment.grid):
                return {}
        elif tag == "cell":
            found[asks[number]] = (
                Answer(int(total), int(n), int(standing), int(waiting)),
                int(shared),
            )
        else:
            found.pop(asks[number])
    return found


def differences(grid: Grid, limit: int) -> list[Difference]:
    """Cells that are not what the open observations say, at most about `limit`. Two statements."""
    found: dict[tuple[int, str, str, str, int], dict[str, tuple[int, ...]]] = {}
    for tag, node, measure, dim, dim2, month, *numbers in sql.rows(
        "rollup_differences", [*_cells_asked(grid), 2 * limit]
    ):
        cell = found.setdefault((node, measure, dim, dim2, month), {})
        cell[tag] = tuple(int(number) for number in numbers)
    return [
        Difference(*key, cell.get("kept"), cell.get("right")) for key, cell in list(found.items())[:limit]
    ]


def rebuild(grid: Grid) -> int:
    """Fill the empty roll-up from the open observations. Returns how many cells there are now."""
    return sql.run("rollup_rebuild", _cells_asked(grid))


def add(cells: Iterable[tuple[tuple[int, str, str, str, int], list[int]]], *, sweep: bool) -> None:
    """Add to these cells. One statement; two with `sweep`, which removes those that are empty then."""
    lines = json.dumps(
        [
            {"node": node, "m": measure, "dim": dim, "dim2": dim2, "month": month}
            | dict(zip(FIELDS, numbers, strict=True))
            for (node, measure, dim, dim2, month), numbers in cells
        ]
    )
    sql.run("rollup_add", [lines])
    if sweep:
        sql.run("rollup_sweep", [lines])


def _cells_asked(grid: Grid) -> list[str]:
    measures = MeasureKey.unscoped.values_list("name", flat=True)
    slices = [
        {"m": name, "a": first, "b": second}
        for name in measures
        for first, second in (slices_of(grid.rolled[name]) if name in grid.rolled else [WHOLE])
    ]
    levels = [{"level": level, "size": level_size(level)} for level in grid.levels]
    return [json.dumps(slices), json.dumps(levels)]
