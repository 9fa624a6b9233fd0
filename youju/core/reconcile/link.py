"""From a claim to what it may ask the ledger: unit family first, then names, actions and kinds, then days and places.

Every character of the clause has to be explained by the measure, the place, the days or by words that change nothing.
What is left unexplained is a doubt: such a reading is shown and never called consistent. docs/algorithms/reconcile.md.
"""

from __future__ import annotations

import re
from dataclasses import replace

from youju.core.audit.draft import Draft
from youju.core.measure import Measure
from youju.core.period import Period
from youju.core.quantity import Unit
from youju.core.recipe import Recipe
from youju.core.reconcile.candidate import Candidate, Passage, World, skeleton
from youju.core.reconcile.covered import coverages, part_of
from youju.core.reconcile.model import Reading, Understood
from youju.core.reconcile.observed import (
    COMPARED,
    COMPARISON,
    against_just_before,
    changes,
    is_change,
    lead_dims,
    near,
    observed,
    ratio,
    themes_around,
)
from youju.core.reconcile.regions import Region
from youju.core.reconcile.when import When, is_moment, read_when, without_times
from youju.core.reconcile.where import Where, read_where
from youju.core.reconcile.words import HOLDERS, find_fragments

MOST_READINGS = 6
# Units of measure in which the units of a coverage are counted.
_COUNTING = frozenset({"个", "所", "家"})
_TASK = re.compile(r"的?(?:[年全]*(?:目标|任务|指标|计划)(?!书|清单))")
_HOLDER_WORDS = frozenset(word for words in HOLDERS.values() for word in words)


class Linker:
    """Links the claims of one draft, in order."""

    def __init__(self, world: World, draft: Draft) -> None:
        self.world = world
        self.passage = Passage(world, draft)

    def link(self, region: Region) -> Understood:
        """The readings of one claim."""
        claim, passage = region.claim, self.passage
        if outside := self._outside(region):
            return Understood(claim, outside=outside)
        core = without_times(region.core)
        unit = self.world.lexicon.unit(claim.value.norm_unit) if claim.value else None
        candidates = self._candidates(region, core, unit)
        if not candidates:
            return self._unlinked(region, core, unit)
        where = read_where(
            region,
            passage.hits(core),
            passage.hits(without_times(region.lead)),
            passage.hits(region.opening),
            passage.hits(region.heading),
            self.world.vocabulary,
        )
        when = self._when(region)
        best = _best(candidates, self.world.active)
        found: dict[object, Reading] = {}
        for candidate in best:
            for reading in self._readings(region, candidate, where, when):
                found.setdefault((reading.recipes, reading.part), reading)
        readings = tuple(found.values())[:MOST_READINGS]
        if len({each.measure.id for each in best}) == 1 and best[0].rule != "near":
            passage.linked[region.index] = best[0]
        return Understood(
            claim, readings, near=tuple(dict.fromkeys(each.recipe.measure for each in readings))
        )

    def _outside(self, region: Region) -> str:
        """Why a claim is nothing for the ledger, or ""."""
        claim = region.claim
        sentence = (region.lead or region.clause).lstrip(" 　")
        for word in self.world.vocabulary.plan:
            if word in region.before or sentence.startswith(word):
                return f"“{word}”说的是打算，不是已经发生的事。"
        if _TASK.match(region.after):
            return "说的是任务或目标数，不是已经发生的事。"
        if claim.rate and claim.kind != "coverage":
            return f"“{claim.rate}”是按单位折算的数，台账不记。"
        if claim.kind == "duration":
            return "时长不在台账的数据项里。"
        if claim.value is not None and claim.value.values:
            return "成串的比例不与台账核对。"
        return ""

    def _unlinked(self, region: Region, core: str, unit: Unit | None) -> Understood:
        claim = region.claim
        if claim.kind == "coverage":
            return Understood(claim)
        counted = claim.value is not None and claim.kind in ("count", "mass", "measure")
        other = self._of_other_unit(core) if counted and not is_change(region) else None
        if (
            other is not None
            and claim.value is not None
            and (unit is None or unit.family != other.unit.family)
        ):
            written = claim.value.unit or "没有单位"
            reason = f"台账里“{other.title}”按“{other.unit}”计，这里写的是“{written}”。"
            return Understood(claim, reason=reason, near=(other.id,))
        return Understood(
            claim, reason="没有这个单位的数据项。" if unit is None else "台账里没有能确定对应的数据项。"
        )

    def _of_other_unit(self, core: str) -> Measure | None:
        """The one measure that the words name by verb and noun, but in another unit."""
        named = {
            each.measure.id: each.measure
            for each in self.world.vocabulary.named.values()
            if each.measure.observed and any(find_fragments(phrase, core) for phrase in each.phrases)
        }
        return next(iter(named.values())) if len(named) == 1 else None

    def _candidates(self, region: Region, core: str, unit: Unit | None) -> list[Candidate]:
        claim, passage, vocabulary = region.claim, self.passage, self.world.vocabulary
        if (learned := self._learned(region, core, unit)) is not None:
            return [learned]
        if is_change(region):
            return changes(passage, region)
        covering: list[Candidate] = []
        written = claim.value.unit if claim.value else ""
        if claim.kind == "coverage" or written in _HOLDER_WORDS or (unit and unit.symbol in _COUNTING):
            covering = coverages(passage, region)
        if claim.kind == "coverage" or unit is None:
            return covering
        counted: list[Candidate] = []
        for name in vocabulary.by_family.get(unit.family, ()):
            named = vocabulary.named[name]
            candidate = None
            if named.measure.observed:
                candidate = observed(passage, region, named, core)
            elif named.measure.behaviour == "ratio":
                candidate = ratio(passage, region, named, core)
            if candidate is not None:
                counted.append(candidate)
        # 农家书屋17个 counts rooms; 17个村有农家书屋 counts villages
        held = [each for each in covering if each.rule == "predicate" and (each.held or not counted)]
        return held or counted or covering or near(passage, region, unit)

    def _learned(self, region: Region, core: str, unit: Unit | None) -> Candidate | None:
        """What a person has said these very words mean."""
        if not self.world.learned:
            return None
        key = (skeleton(core, self.world.vocabulary), unit.symbol if unit else "")
        known = self.world.learned.get(key)
        if known is None or known.measure not in self.world.catalog.measures:
            return None
        measure = self.world.catalog.measures[known.measure]
        part = part_of(self.passage, region) if measure.coverage else "value"
        candidate = Candidate(measure, part, "learned", dict(known.dims))
        lead_dims(self.passage, candidate, region)
        themes_around(self.passage, candidate, region)
        self.passage.weigh_surroundings(candidate, region, self.world.vocabulary.named[measure.id])
        return candidate

    def _when(self, region: Region) -> When:
        """The days: said in brackets behind it, in its clause, before it in its sentence, in the sentence before."""
        clock = self.world.clock
        for words in (region.bracket, region.before, region.after, region.lead):
            plain = (COMPARISON if is_change(region) else COMPARED).sub("\n", words)
            if words and (found := read_when(plain, clock)) is not None:
                return found
        found = read_when(region.earlier, clock)
        if found is None or is_moment(found.said) or found.period == clock.reported:
            return When(clock.reported)
        return When(clock.reported, doubt=found.doubt, others=() if found.doubt else (found.period,))

    def _readings(self, region: Region, candidate: Candidate, where: Where, when: When) -> list[Reading]:
        doubts = tuple(dict.fromkeys(filter(None, (where.doubt, when.doubt, *candidate.doubts))))
        dims = tuple(sorted(candidate.dims.items()))
        base = None
        if candidate.part in ("growth", "difference"):
            base = when.period.just_before() if against_just_before(region) else when.period.year_before()

        def reading(
            dims: tuple[tuple[str, str], ...], unit: int, period: Period, *, primary: bool
        ) -> Reading:
            recipe = Recipe(candidate.measure.id, self._unit_text(unit, period), period, dims)
            compared = None if base is None else replace(recipe, period=base)
            return Reading(recipe, candidate.part, candidate.rule, compared, primary, doubts)

        found = [reading(dims, where.unit, when.period, primary=True)]
        for kind in candidate.maybe:
            wider = tuple(sorted({**candidate.dims, kind[0]: kind[1]}.items()))
            found.append(reading(wider, where.unit, when.period, primary=False))
        found += [reading(dims, unit, when.period, primary=False) for unit in where.others]
        return found + [reading(dims, where.unit, period, primary=False) for period in when.others]

    def _unit_text(self, unit: int, period: Period) -> str:
        """A name for recipes that only this unit has."""
        naming = self.world.tree.naming(unit, period.last)
        return naming.code or self.world.tree.full_name(unit, period.last)


def _best(candidates: list[Candidate], active: frozenset[str] | None) -> list[Candidate]:
    """The candidates that leave least of the clause unexplained; of these those whose action or whole name was said."""
    least = min(each.left for each in candidates)
    found = [each for each in candidates if each.left == least]
    if active is not None:
        found = [each for each in found if each.measure.id in active] or found
    stated = [each for each in found if not each.verbless]
    found = stated or found
    exact = [each for each in found if each.rule in ("exact", "predicate", "learned")]
    return exact if exact and stated else found
