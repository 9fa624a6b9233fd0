"""A draft against the ledger: the whole draft is asked in one question, whatever the number of its figures."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from youju.core.audit.draft import Draft
from youju.core.claim.lexicon import Lexicon
from youju.core.figure import Figure, Plan, assemble
from youju.core.grant import NotAllowed, Viewer
from youju.core.period import Period
from youju.core.recipe import AsOf, Recipe
from youju.core.reconcile import Checked, Clock, Learned, conclude, understand, vocabulary
from youju.core.reconcile import World as Words
from youju.core.register import Catalog
from youju.store.models import AcceptedFinding, AuditDraft
from youju.store.queries import scope
from youju.store.queries.figures import World, answer, plan_in, world_at
from youju.store.queries.ledger import BeforeLedger


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A draft with every claim checked.

    root    the unit it was checked for; reported: the days it reports on; as_of: the last day that counts
    world   the moment of the ledger that answered
    catalog  the registers its words were looked up in: those in force, and the shipped ones not yet enabled
    """

    draft: Draft
    root: int
    reported: Period
    as_of: date
    world: World
    catalog: Catalog
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
    shipped: Catalog | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Reconciled:
    """Check every claim of a draft. Four or five statements; one when the world is given.

    unit      name or code of the unit the draft is about
    as_of     the last day; the ledger answers as it stood at the end of it
    reported  what the draft reports on; from the start of the year when None
    shipped   registers that could be enabled: what they would know is 台账无记录, and asked for in 补据清单
    tell      called with how many claims of how many are linked
    raises    UnknownOrgUnit, AmbiguousOrgUnit, NotAllowed
    """
    world = world or world_for(as_of, today)[0]
    root = world.tree.find(unit, as_of)
    scope.require(viewer, "see", root, world.tree, world.moment.day)
    period = _within(reported, as_of)
    catalog = both(world.catalog, shipped)
    words = Words(
        catalog,
        world.tree,
        lexicon,
        vocabulary(catalog, world.tree, lexicon, root, as_of),
        Clock(period, as_of),
        {(each.words, each.unit): each for each in learned},
        frozenset(world.catalog.measures),
    )
    plan = understand(draft, words, tell)
    figures = ask(world, plan.recipes, viewer)
    checked = tuple(conclude(plan, figures, lexicon))
    return Reconciled(draft, root, period, as_of, world, catalog, checked)


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One of a member's drafts in a list. `counts` by verdict; None while it is being checked."""

    uid: uuid.UUID
    name: str
    number: int
    unit: int | None
    as_of: date
    at: datetime
    counts: dict[str, int] | None


def drafts_of(viewer: Viewer, limit: int = 50) -> list[DraftLine]:
    """The member's own drafts, the newest first. One statement."""
    rows = AuditDraft.unscoped.filter(owner=viewer.id).order_by("-at").defer("text", "spans")[:limit]
    return [
        DraftLine(
            row.uid,
            row.name,
            row.number,
            row.unit_id,
            row.as_of,
            row.at,
            None if row.found is None else dict(Counter(each["mark"] for each in row.found["claims"])),
        )
        for row in rows
    ]


def version_before(draft: AuditDraft) -> AuditDraft | None:
    """The version of a draft before this one. One statement."""
    rows = AuditDraft.unscoped.filter(series=draft.series, owner=draft.owner, number__lt=draft.number)
    return rows.order_by("-number").defer("text", "spans").first()


def settled(draft: AuditDraft) -> dict[str, tuple[str, str]]:
    """Key of a finding → (reason it stands, words taken over), of this version or an earlier one. One statement."""
    rows = AcceptedFinding.unscoped.filter(
        draft__series=draft.series, draft__owner=draft.owner, draft__number__lte=draft.number
    )
    return {row.key: (row.reason, row.replacement) for row in rows.order_by("draft__number", "at")}


def world_for(as_of: date, today: date) -> tuple[World, bool]:
    """The ledger as it stood at the end of `as_of`; as it stands now, when it was not there then: (world, whether so).

    A town that audits last year's report on its first day gets today's ledger, asked for last year's days.
    """
    if as_of >= today:
        return world_at(AsOf(), today), False
    try:
        return world_at(AsOf(day=as_of), today), False
    except BeforeLedger:
        return world_at(AsOf(), today), True


def ask(world: World, recipes: Sequence[Recipe], viewer: Viewer) -> dict[Recipe, Figure | None]:
    """The figures of all recipes; None for what the viewer may not see. At most three statements.

    A recipe of a measure whose register is not in force has a figure without value, as of no sequence.
    """
    plans: dict[Recipe, Plan] = {}
    known = world.catalog.measures
    for recipe in recipes:
        if recipe.measure not in known:
            continue
        try:
            plans[recipe] = plan_in(world, recipe, viewer)
        except NotAllowed:
            continue
    answers = answer([each for plan in plans.values() for each in plan.asks], world)
    found: dict[Recipe, Figure | None] = {}
    for recipe in recipes:
        if recipe in plans:
            found[recipe] = assemble(plans[recipe], answers, world.catalog, world.tree, world.moment.seq)
        else:
            found[recipe] = None if recipe.measure in known else Figure(None, recipe, 0, 0)
    return found


def both(active: Catalog, shipped: Catalog | None) -> Catalog:
    """The registers in force, and the shipped ones that are not."""
    if shipped is None:
        return active
    others = {name: each for name, each in shipped.registers.items() if name not in active.registers}
    registers = {**active.registers, **others}
    measures = {measure.id: measure for register in registers.values() for measure in register.measures}
    return Catalog(registers, measures)


def _within(reported: Period | None, as_of: date) -> Period:
    """The reported days up to the as-of day; the year so far when nothing is known or all of it lies later."""
    if reported is None or reported.first > as_of:
        return Period(date(as_of.year, 1, 1), as_of)
    return Period(reported.first, min(reported.last, as_of))
