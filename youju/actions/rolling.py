"""Keeping the roll-ups: with every change of observations, and anew when what is kept is another thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from youju.actions.ledger import Change
from youju.core.observation import Row
from youju.core.reach import probes, reach_changes, touched
from youju.core.rollup import Grid, changes, grid_of
from youju.store.models import Ledger, Observation, Reach, RollUp
from youju.store.models.base import OPEN
from youju.store.queries import rollups
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at
from youju.store.queries.tree import top_level

SHOWN = 20  # differences that are spelled out


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many cells were written, from how many open observations."""

    cells: int
    observations: int


@dataclass(frozen=True, slots=True)
class Checked:
    """How many cells are kept, whether they are those the registers ask for, and which of them are wrong."""

    cells: int
    in_force: bool
    differences: tuple[rollups.Difference, ...]


def roll(change: Change, before: Sequence[Row], closed: Sequence[Row], opened: Sequence[Row]) -> None:
    """Take closed and opened rows into the roll-ups, in the transaction that closed and opened them.

    before  as core.rollup.changes needs them
    """
    grid = grid_of(change.tree.top_level, change.catalog.measures.values())
    if rollups.name_of(grid) != change.ledger.grid:
        _build(change.ledger, grid)
    elif cells := changes(before, closed, opened, grid):
        emptied = any(numbers[0] < 0 or numbers[2] < 0 for numbers in cells.values())
        rollups.add(sorted(cells.items()), sweep=emptied)
    if rollups.rules_name(grid) != change.ledger.rules:
        _build_reach(change.ledger, grid)
    elif changed := touched(closed, opened, grid.rules):
        after = rollups.sums(probes(changed, grid.rules))
        if reached := reach_changes(changed, after, grid.rules, grid.levels):
            rollups.add_reach(sorted(reached.items()))


def follow(change: Change) -> None:
    """After the registers changed: build anew when they ask for other roll-ups than are kept."""
    roll(change, (), (), ())


def rebuild() -> Rebuilt:
    """Drop the roll-ups and build them from the open observations. Raises NoLedger."""
    head()
    with transaction.atomic():
        ledger = Ledger.unscoped.select_for_update().get(pk=1)
        grid = _grid(ledger)
        cells = _build(ledger, grid) + _build_reach(ledger, grid)
        ledger.save(update_fields=["grid", "rules"])
        return Rebuilt(cells, Observation.unscoped.filter(seq_to=OPEN).count())


def ensure() -> Rebuilt | None:
    """Build what the registers ask for and is not kept: after an upgrade, at the first start. None when nothing was lacking."""
    kept = Ledger.unscoped.filter(pk=1).first()
    if kept is None or _in_force(kept, _grid(kept)):
        return None
    with transaction.atomic():
        ledger = Ledger.unscoped.select_for_update().get(pk=1)
        grid, cells = _grid(ledger), 0
        if rollups.name_of(grid) != ledger.grid:
            cells += _build(ledger, grid)
        if rollups.rules_name(grid) != ledger.rules:
            cells += _build_reach(ledger, grid)
        ledger.save(update_fields=["grid", "rules"])
        return Rebuilt(cells, Observation.unscoped.filter(seq_to=OPEN).count())


def check() -> Checked:
    """Compare every cell with the open observations. Reads only. Raises NoLedger."""
    ledger = head()
    grid = _grid(ledger)
    in_force = _in_force(ledger, grid)
    found = rollups.differences(grid, SHOWN) if in_force else []
    return Checked(RollUp.unscoped.count() + Reach.unscoped.count(), in_force, tuple(found))


def _grid(ledger: Ledger) -> Grid:
    return grid_of(top_level(ledger.org_seq), catalog_at(ledger.head).measures.values())


def _in_force(ledger: Ledger, grid: Grid) -> bool:
    return (rollups.name_of(grid), rollups.rules_name(grid)) == (ledger.grid, ledger.rules)


def _build(ledger: Ledger, grid: Grid) -> int:
    RollUp.unscoped.all().delete()
    ledger.grid = rollups.name_of(grid)
    return rollups.rebuild(grid)


def _build_reach(ledger: Ledger, grid: Grid) -> int:
    Reach.unscoped.all().delete()
    ledger.rules = rollups.rules_name(grid)
    return rollups.rebuild_reach(grid)
