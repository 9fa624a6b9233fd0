"""Where an entry counts: the figures its observations are part of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.core.period import slot_of
from youju.core.quantity import from_scaled
from youju.core.recipe import Recipe
from youju.store.models import Observation
from youju.store.models.base import OPEN
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at


@dataclass(frozen=True, slots=True)
class Counted:
    """One fact of an entry, and the figures it is part of.

    counted  whether it is reviewed; otherwise it is only shown beside the figures
    recipes  (what the figure is of, recipe text): the unit's month, then the town's
    """

    title: str
    amount: str
    day: date
    counted: bool
    recipes: tuple[tuple[str, str], ...]


def counted_in(entry: int, viewer: Viewer, tree: OrgTree, today: date) -> list[Counted]:
    """The facts of an entry, by day. Figures of units beyond the viewer's grants are left out. Three statements."""
    rows = Observation.unscoped.filter(entry_id=entry, seq_to=OPEN).exclude(origin="transfer")
    found = list(rows.select_related("measure").order_by("day", "pk"))
    if not found:
        return []
    measures = catalog_at(head().head).measures
    facts = []
    for row in found:
        measure = measures.get(row.measure.name)
        if measure is None or (measure.behaviour == "stock" and row.value < 0 and row.level is None):
            continue
        number = row.value if row.level is None else row.level
        period = slot_of(row.day, "monthly")
        recipes = [
            (
                f"{tree.name(unit, row.day)}{period.chinese()}",
                str(Recipe(measure.id, _named(tree, unit, row.day), period)),
            )
            for unit in _units(tree, row.unit_id, row.day)
            if scope.may(viewer, "see", unit, tree, today)
        ]
        facts.append(
            Counted(
                measure.title, str(from_scaled(number, measure.unit)), row.day, row.counted, tuple(recipes)
            )
        )
    return facts


def _units(tree: OrgTree, unit: int, day: date) -> list[int]:
    """The unit, and the town above it when it is not one itself."""
    town = tree.up_to(unit, "town", day)
    return [unit] if town is None or town == unit else [unit, town]


def _named(tree: OrgTree, unit: int, day: date) -> str:
    """A name that a recipe finds again: the code where there is one."""
    return tree.naming(unit, day).code or tree.full_name(unit, day)
