"""A draft against the ledger: the whole draft is asked in one question, whatever the number of its figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from youju.core.audit.draft import Draft
from youju.core.claim.lexicon import Lexicon
from youju.core.figure import AsOf, Figure, Plan, Recipe, assemble
from youju.core.grant import NotAllowed, Viewer
from youju.core.period import Period
from youju.core.reconcile import Checked, Clock, Learned, conclude, understand, vocabulary
from youju.core.reconcile import World as Words
from youju.store.queries import scope
from youju.store.queries.figures import World, answer, plan_in, world_at


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A draft with every claim checked.

    root    the unit it was checked for; reported: the days it reports on; as_of: the last day that counts
    world   the moment of the ledger that answered
    """

    draft: Draft
    root: int
    reported: Period
    as_of: date
    world: World
    checked: tuple[Checked, ...]

    @property
    def unit_name(self) -> str:
        """What the unit was called on the as-of day."""
        return self.world.tree.name(self.root, self.as_of)


def reconcile(
    draft: Draft,
    viewer: Viewer,
    unit: str,
    as_of: date,
    today: date,
    lexicon: Lexicon,
    *,
    reported: Period | None = None,
    learned: Iterable[Learned] = (),
    world: World | None = None,
) -> Reconciled:
    """Check every claim of a draft. Four or five statements; one when the world is given.

    unit      name or code of the unit the draft is about
    as_of     the last day; the ledger answers as it stood at the end of it
    reported  what the draft reports on; from the start of the year when None
    raises    UnknownOrgUnit, AmbiguousOrgUnit, NotAllowed, FutureMoment, BeforeLedger
    """
    world = world or world_at(AsOf(day=as_of) if as_of < today else AsOf(), today)
    root = world.tree.find(unit, as_of)
    scope.require(viewer, "see", root, world.tree, world.moment.day)
    period = _within(reported, as_of)
    words = Words(
        world.catalog,
        world.tree,
        lexicon,
        vocabulary(world.catalog, world.tree, lexicon, root, as_of),
        Clock(period, as_of),
        {(each.words, each.unit): each for each in learned},
    )
    plan = understand(draft, words)
    figures = ask(world, plan.recipes, viewer)
    return Reconciled(draft, root, period, as_of, world, tuple(conclude(plan, figures, lexicon)))


def ask(world: World, recipes: Sequence[Recipe], viewer: Viewer) -> dict[Recipe, Figure | None]:
    """The figures of all recipes; None for what the viewer may not see. One statement."""
    plans: dict[Recipe, Plan] = {}
    for recipe in recipes:
        try:
            plans[recipe] = plan_in(world, recipe, viewer)
        except NotAllowed:
            continue
    answers = answer([each for plan in plans.values() for each in plan.asks], world)
    return {
        recipe: assemble(plans[recipe], answers, world.catalog, world.tree, world.moment.seq)
        if recipe in plans
        else None
        for recipe in recipes
    }


def _within(reported: Period | None, as_of: date) -> Period:
    """The reported days up to the as-of day; the year so far when nothing is known or all of it lies later."""
    if reported is None or reported.first > as_of:
        return Period(date(as_of.year, 1, 1), as_of)
    return Period(reported.first, min(reported.last, as_of))
