"""Reconciling a draft: read every claim, ask the ledger once, judge every claim.

plan = understand(draft, world)         no ledger
figures = … one question for plan.recipes …
checked = conclude(plan, figures, lexicon)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from youju.core.audit.draft import Draft
from youju.core.claim.lexicon import Lexicon
from youju.core.figure import Figure
from youju.core.recipe import Recipe
from youju.core.reconcile.candidate import World
from youju.core.reconcile.judge import answer, judge, with_whole_phrases
from youju.core.reconcile.link import Linker
from youju.core.reconcile.model import VERDICTS, Checked, Understood, Verdict
from youju.core.reconcile.regions import regions

TOLD_EVERY = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """Every claim of a draft as understood."""

    understood: tuple[Understood, ...]
    text: str

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """Every figure needed, once."""
        return tuple(
            dict.fromkeys(
                recipe for each in self.understood for reading in each.readings for recipe in reading.recipes
            )
        )


def understand(draft: Draft, world: World, tell: Callable[[int, int], None] | None = None) -> Plan:
    """The readings of every claim of the draft, in order; no ledger is asked. `tell` hears how far it is."""
    linker = Linker(world, draft)
    found = []
    for number, region in enumerate(regions(draft), 1):
        found.append(linker.link(region))
        if tell is not None and number % TOLD_EVERY == 0:
            tell(number, len(draft.claims))
    return Plan(tuple(found), draft.text)


def conclude(plan: Plan, figures: Mapping[Recipe, Figure | None], lexicon: Lexicon) -> list[Checked]:
    """The verdict on every claim, in order. A recipe that maps to None may not be seen by the asker."""
    checked = [judge(each, answer(each, figures, lexicon)) for each in plan.understood]
    return with_whole_phrases(checked, plan.text)


def counts(checked: Sequence[Checked]) -> dict[Verdict, int]:
    """How many claims got each verdict."""
    found = Counter(each.verdict for each in checked)
    return {verdict: found[verdict] for verdict in VERDICTS}
