"""Learned words: what a member says that words of a draft mean. Their own drafts use it at once; for all others somebody
else with the right to review decides.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction

from youju.actions import auditing, audits, clock, ledger
from youju.actions.guards import top_of
from youju.core.audit.draft import Draft
from youju.core.claim.extract import extract
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.core.recipe import BadRecipe, Recipe, check_recipe
from youju.core.reconcile import skeleton, vocabulary
from youju.core.reconcile.regions import regions
from youju.store.models import LearnedWords, Member
from youju.store.queries import audits as stored


class NothingToLearn(DomainError):
    """The clause has no words of its own, or the figure is not there."""

    code = "learned.nothing"
    text = "这一处没有可以记住的叫法。请把文稿里的名称写完整后再核对。"


class SelfDecided(DomainError):
    """Who proposed it decides."""

    code = "learned.self"
    text = "“{words}”这个叫法是您提出的，请由其他有审核权限的人员决定。"


class AlreadyDecided(DomainError):
    """Somebody has decided."""

    code = "learned.decided"
    text = "“{words}”这个叫法已由{name}决定。"


class UnknownLearned(DomainError):
    """No such proposal."""

    code = "learned.unknown"
    text = "没有这条叫法。请刷新页面。"


def propose(
    draft_uid: uuid.UUID, start: int, measure: str, dims: Mapping[str, str], *, by: Member
) -> LearnedWords:
    """Say which measure the figure at `start` of one's draft is about; the draft is checked again with it.

    raises  UnknownDraft, NothingToLearn, BadRecipe (no such measure or kind)
    """
    draft = audits.find(draft_uid, by)
    if draft.unit_id is None:
        raise NothingToLearn
    today = clock.today()
    world, _ = stored.world_for(draft.as_of, today)
    lexicon = auditing.lexicon()
    catalog = auditing.known_catalog(world.catalog)
    recipe = check_recipe(
        Recipe(measure, "x", Period(draft.as_of, draft.as_of), tuple(dims.items())), catalog
    )
    words = vocabulary(catalog, world.tree, lexicon, draft.unit_id, draft.as_of)
    core = Draft(draft.text, extract(draft.text, lexicon))
    region = next((each for each in regions(core) if each.claim.start == start), None)
    if region is None or region.claim.value is None:
        raise NothingToLearn
    key = skeleton(region.core, words)[:120]
    if len(key) < 2:
        raise NothingToLearn
    unit = lexicon.unit(region.claim.value.norm_unit)
    known = catalog.measures[recipe.measure]
    if known.coverage is None and (unit is None or unit.family != known.unit.family):
        raise BadRecipe(text=recipe.measure, why=f"“{known.title}”按“{known.unit}”计，单位不同，不能对应。")
    town = top_of(draft.unit_id, world.tree, draft.as_of)
    shown = f"{region.before.strip()}…{region.after.strip()}".strip("…")[:200]
    with transaction.atomic():
        made, _ = LearnedWords.unscoped.update_or_create(
            unit_id=town,
            words=key,
            unit_symbol=unit.symbol if unit is not None else "",
            by=by,
            state="proposed",
            defaults={
                "measure": recipe.measure,
                "dims": [list(each) for each in recipe.dims],
                "shown": shown,
                "at": clock.now(),
            },
        )
    audits.again(draft_uid, by=by)
    return made


def decide(uid: uuid.UUID, *, by: Member, accepted: bool) -> LearnedWords:
    """Take a proposal for everybody's drafts of the unit, or decline it.

    raises  UnknownLearned, NotAllowed (verb review), SelfDecided, AlreadyDecided
    """
    look = ledger.look(by)
    with transaction.atomic():
        row = LearnedWords.unscoped.select_for_update().filter(uid=uid).first()
        if row is None:
            raise UnknownLearned
        look.require("review", row.unit_id)
        if row.state != "proposed":
            assert row.decided_by is not None
            raise AlreadyDecided(words=row.shown, name=row.decided_by.name)
        if row.by_id == by.pk:
            raise SelfDecided(words=row.shown)
        if accepted:
            LearnedWords.unscoped.filter(
                unit=row.unit, words=row.words, unit_symbol=row.unit_symbol, state="accepted"
            ).delete()
        row.state = "accepted" if accepted else "declined"
        row.decided_by, row.decided_at = by, clock.now()
        row.save(update_fields=["state", "decided_by", "decided_at"])
        return row
