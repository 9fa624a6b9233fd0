"""Reconciling a draft: read every claim, ask the ledger once, judge every claim.

plan = understand(draft, world)         no ledger
figures = … one question for plan.recipes …
checked = conclude(plan, figures, lexicon)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from youju.core.audit.draft import Draft
from youju.core.claim.lexicon import Lexicon
from youju.core.figure import Figure, Recipe
from youju.core.reconcile.candidate import World
from youju.core.reconcile.judge import answer, judge
from youju.core.reconcile.link import Linker
from youju.core.reconcile.model import VERDICTS, Checked, Understood, Verdict
from youju.core.reconcile.regions import regions


@dataclass(frozen=True, slots=True)
class Plan:
    """Every claim of a draft as understood."""

    understood: tuple[Understood, ...]

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """Every figure needed, once."""
        return tuple(
            dict.fromkeys(
                recipe for each in self.understood for reading in each.readings for recipe in reading.recipes
            )
        )


def understand(draft: Draft, world: World) -> Plan:
    """The readings of every claim of the draft, in order; no ledger is asked."""
    linker = Linker(world, draft)
    return Plan(tuple(linker.link(region) for region in regions(draft)))


def conclude(plan: Plan, figures: Mapping[Recipe, Figure | None], lexicon: Lexicon) -> list[Checked]:
    """The verdict on every claim, in order. A recipe that maps to None may not be seen by the asker."""
    return [judge(each, answer(each, figures, lexicon)) for each in plan.understood]


def counts(checked: Sequence[Checked]) -> dict[Verdict, int]:
    """How many claims got each verdict."""
    found = Counter(each.verdict for each in checked)
    return {verdict: found[verdict] for verdict in VERDICTS}
