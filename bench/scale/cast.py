"""Who writes in a measured ledger, and where."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bench.scale.ledger import TODAY

if TYPE_CHECKING:
    from youju.actions.setup import Actor
    from youju.core.quantity import UnitTable


@dataclass(frozen=True, slots=True)
class Cast:
    """A recorder and a reviewer of the whole province; a village, its town, and the names of that town's villages."""

    recorder: Actor
    reviewer: Actor
    village: int
    town: int
    village_names: tuple[str, ...]
    units: UnitTable

    def elsewhere(self) -> Cast:
        """The same people in another town: no village has the rows of all that was measured before in this ledger."""
        return _at(self, time.time_ns() // 1000)

    def fresh(self) -> str:
        """A text that no workbook before bore."""
        return f"{time.time_ns():X}"


def gather() -> Cast:
    """The cast of the ledger that Django has open."""
    from youju.actions.setup import member_of
    from youju.config.settings import SHIPPED_CATALOG
    from youju.specs.lexicon import load_units

    units = load_units([SHIPPED_CATALOG / "units.yaml"])
    return _at(Cast(member_of("recorder"), member_of("reviewer"), 0, 0, (), units), 0)


def _at(cast: Cast, number: int) -> Cast:
    from youju.actions.guards import top_of
    from youju.store.queries.ledger import head
    from youju.store.queries.tree import tree_of

    tree = tree_of(head().org_seq)
    villages = tree.members(next(iter(tree.placements)), TODAY, "village")
    village = villages[(len(villages) // 2 + number) % len(villages)]
    town = top_of(village, tree, TODAY)
    names = tuple(tree.name(each, TODAY) for each in tree.members(town, TODAY, "village"))
    return replace(cast, village=village, town=town, village_names=names)
