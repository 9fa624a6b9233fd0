"""From a claim to what it may ask the ledger: unit family first, then names, actions and kinds, then days and places.

Every character of the clause has to be explained by the measure, the place, the days or by words that change nothing.
What is left unexplained is a doubt: such a reading is shown and never called consistent. docs/algorithms/reconcile.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz import fuzz, process

from youju.core.audit.draft import Draft
from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Claim
from youju.core.figure import Recipe
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree
from youju.core.period import Period
from youju.core.quantity import Unit
from youju.core.reconcile.model import Part, Reading, Rule, Understood
from youju.core.reconcile.regions import Region
from youju.core.reconcile.when import Clock, When, is_moment, read_when, without_times
from youju.core.reconcile.where import Where, read_where
from youju.core.reconcile.words import HOLDERS, Hit, Named, Vocabulary, find_fragments, unit_of
from youju.core.register import Catalog

NEAR_SCORE, NEAR_MARGIN = 84, 8  # of 100: how alike a name has to be, and by how much more than the next one
MOST_READINGS = 6
_HAN = re.compile(r"[㐀-鿿]")
_PLAN_TAIL = 30
_ALL_WORDS = frozenset({"coverage.all", "coverage.almost", "coverage.most", "coverage.half"})
_WHOLE_AFTER = re.compile(r"(?P<holder>[^，。；、\d]{0,10}?)(?:中|里|当中)的?(?:有)?\s*\Z")
_QUANTIFIED = re.compile(r"[^，。；、\d]{0,12}?\s*\Z")
_YEAR_BEFORE = re.compile(r"同比|(?:较|比|与)?(?:上年|去年|上一年)(?:同期|同季|同月)")
_JUST_BEFORE = re.compile(r"环比|(?:较|比)(?:上个?月|上个?季度|上一?期|前一?期)")
_COMPARISON = re.compile(
    r"(?:同比|环比|(?:较|比|与)?(?:上年|去年|上一年|上个?月|上个?季度|上一?期)(?:同期|同季|同月)?(?:相比)?)"
    r"|(?:净)?(?:增长|增加|上升|提高|提升|下降|减少|降低|回落|增|减|降|升|多|少)了?"
)
_PERCENT = frozenset({"%", "percent"})


@dataclass(frozen=True, slots=True)
class Learned:
    """What a person has said that words mean: 宣传折页 is 发放宣传资料.

    words    the clause without its number, days and places, as `skeleton` makes it
    unit     the unit of measure it was said with
    """

    words: str
    unit: str
    measure: str
    dims: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """What linking needs to know besides the draft."""

    catalog: Catalog
    tree: OrgTree
    lexicon: Lexicon
    vocabulary: Vocabulary
    clock: Clock
    learned: Mapping[tuple[str, str], Learned] = field(default_factory=dict)

    def unit_text(self, unit: int, day: date) -> str:
        """A name for recipes that only this unit has."""
        naming = self.tree.naming(unit, day)
        return naming.code or self.tree.full_name(unit, day)


@dataclass(slots=True)
class _Candidate:
    """A measure that may be meant, with what speaks against it."""

    measure: Measure
    part: Part
    rule: Rule
    dims: dict[str, str] = field(default_factory=dict)
    maybe: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    left: int = 0
    verbless: bool = False
    conflict: bool = False


class Linker:
    """Links the claims of one draft, in order; what a claim was linked to helps the next of its sentence."""

    def __init__(self, world: World, draft: Draft) -> None:
        self.world = world
        self.text = draft.text
        self.claims = draft.claims
        self.starts = [claim.start for claim in draft.claims]
        self.measures: dict[int, _Candidate] = {}

    def link(self, region: Region) -> Understood:
        """The readings of one claim."""
        claim = region.claim
        if outside := self._outside(region):
            return Understood(claim, outside=outside)
        vocabulary = self.world.vocabulary
        timeless = without_times(region.core)
        core = vocabulary.hits(timeless)
        lead = vocabulary.hits(without_times(region.lead))
        where = read_where(region, core, lead, vocabulary.hits(region.opening), vocabulary)
        when = self._when(region)
        unit = unit_of(claim.value.norm_unit, self.world.lexicon) if claim.value else None
        candidates = self._candidates(region, timeless, core, lead, unit)
        if not candidates:
            return self._unlinked(region, timeless, unit)
        best = _best(candidates)
        shared = [*([where.doubt] if where.doubt else []), *([when.doubt] if when.doubt else [])]
        readings: list[Reading] = []
        for candidate in best:
            readings += self._readings(region, candidate, where, when, shared)
        readings = list({(each.recipes, each.part): each for each in reversed(readings)}.values())[::-1]
        readings = readings[:MOST_READINGS]
        if len({each.recipe.measure for each in readings if each.primary}) == 1 and best[0].rule != "near":
            self.measures[region.index] = best[0]
        return Understood(claim, tuple(readings), near=tuple(dict.fromkeys(each.recipe.measure for each in readings)))

    # What is nothing for a ledger

    def _outside(self, region: Region) -> str:
        claim = region.claim
        words = region.before
        for word in self.world.vocabulary.plan:
            if word in words or (region.lead or region.clause).lstrip(" 　").startswith(word):
                return f"“{word}”说的是打算，不是已经发生的事。"
        if claim.rate and claim.kind not in ("coverage",):
            return f"“{claim.rate}”是按单位折算的数，台账不记。"
        if claim.kind == "duration":
            return "时长不在台账的数据项里。"
        if claim.value is not None and claim.value.values:
            return "成串的比例不与台账核对。"
        return ""

    def _unlinked(self, region: Region, core: str, unit: Unit | None) -> Understood:
        claim = region.claim
        other = self._of_other_unit(core)
        if other is not None and claim.kind != "coverage":
            reading = Understood(claim, near=(other.id,))
            written = claim.value.unit if claim.value else ""
            return replace(
                reading, reason=f"台账里“{other.title}”按“{other.unit}”计，这里写的是“{written or '没有单位'}”。"
            )
        if unit is None and claim.kind != "coverage":
            return Understood(claim, reason="没有这个单位的数据项。")
        return Understood(claim, reason="台账里没有能确定对应的数据项。")

    def _of_other_unit(self, core: str) -> Measure | None:
        """The one measure that the words name by verb and noun, but in another unit."""
        named = [
            each.measure
            for each in self.world.vocabulary.named.values()
            if each.measure.observed and any(find_fragments(phrase, core) for phrase in each.phrases)
        ]
        return named[0] if len({each.id for each in named}) == 1 else None

    # Days

    def _when(self, region: Region) -> When:
        clock = self.world.clock
        for words in (region.bracket, region.before, region.after):
            if words and (found := read_when(words, clock)) is not None:
                return found
        if (found := read_when(region.lead, clock)) is not None:
            return found
        if (found := read_when(region.earlier, clock)) is not None and found.said and not is_moment(found.said):
            if found.period == clock.reported:
                return replace(found, doubt="")
            return When(found.period, found.said, f"上一句说的是“{found.said}”，这句没有再说时间。")
        return When(clock.reported)

    # Measures

    def _candidates(
        self, region: Region, core: str, hits: list[Hit], lead: list[Hit], unit: Unit | None
    ) -> list[_Candidate]:
        claim = region.claim
        if learned := self._learned(region, core, unit):
            return [learned]
        found: list[_Candidate] = []
        if claim.change:
            found = self._changes(region, core, hits)
            return found
        if claim.kind == "coverage" or (claim.value and claim.value.unit in _holder_words()) or (
            unit is not None and unit.symbol in ("个", "所", "家")
        ):
            found += self._coverages(region, core, hits, lead)
        if claim.kind == "coverage":
            return found
        if unit is None:
            return found
        vocabulary = self.world.vocabulary
        for name in vocabulary.by_family.get(unit.family, ()):
            named = vocabulary.named[name]
            if named.measure.behaviour in ("flow", "stock"):
                candidate = self._observed(region, named, core, hits, lead)
            elif named.measure.behaviour == "ratio":
                candidate = self._ratio(named, core, hits)
            else:
                candidate = None
            if candidate is not None:
                found.append(candidate)
        return found or self._near(region, unit)

    def _observed(
        self, region: Region, named: Named, core: str, hits: list[Hit], lead: list[Hit]
    ) -> _Candidate | None:
        measure = named.measure
        own_dims = _dims(measure, hits)
        noun = [hit for hit in hits if measure.id in hit.keys("noun")]
        naming = [
            hit
            for hit in hits
            if any(_names(measure, str(key[0]), hit.word) for key in hit.keys("dim") if _has(measure, key))  # type: ignore[index]
        ]
        rule: Rule = "exact" if any(find_fragments(phrase, core) for phrase in named.phrases) else "parts"
        carried = False
        announced = self.world.vocabulary.hits(region.announced)
        if not noun and not naming:
            if not self._carries(region, named, hits, core):
                return None
            rule, carried = "carried", True
        candidate = _Candidate(measure, "value", rule)
        verbs = _groups(hits) or _groups(announced)
        mine = verbs & named.groups
        if verbs and not mine:
            only_soft = all(self._is_soft(hit) for hit in hits if hit.keys("verb"))
            if not only_soft:
                return None
            verbs = frozenset()
        candidate.verbless = not verbs
        if carried and not verbs:
            previous = self._previous(region)
            if previous is None or previous.measure.id != measure.id:
                return None
            candidate.verbless = False
        elif not verbs and (previous := self._previous(region)) is not None and (
            "其中" in region.before or not region.apart
        ):
            if previous.measure.id == measure.id:
                candidate.verbless = False
            elif previous.measure.noun == measure.noun:
                return None
        self._set_dims(candidate, region, own_dims, lead, hits)
        if carried and (previous := self._previous(region)) is not None and (
            "其中" in region.before or "其中" in region.lead[-12:]
        ):
            for name, value in previous.dims.items():
                if measure.dimension_index(name) is not None:
                    candidate.dims.setdefault(name, value)
        self._explain(candidate, region, core, hits, named, announced)
        return candidate

    def _is_soft(self, hit: Hit) -> bool:
        """A verb that says little: 开展, 组织, 实现."""
        return bool(hit.keys("neutral"))

    def _carries(self, region: Region, named: Named, hits: list[Hit], core: str) -> bool:
        """Whether a clause without a noun goes on about what the figure before it counted."""
        previous = self._previous(region)
        if previous is None or any(hit.keys("noun") for hit in hits):
            return False
        measure = named.measure
        if measure.unit.family == previous.measure.unit.family:
            same = measure.id == previous.measure.id or (measure.noun and measure.noun == previous.measure.noun)
            return bool(same)
        # 购置环卫车辆6辆，投入4.447万元: the money of what was bought
        if measure.unit.kind == "money" and previous.measure.noun:
            return any(
                previous.measure.noun in (choice.id, *choice.aliases)
                for dimension in measure.dimensions
                for choice in self.world.catalog.dimension_choices(dimension, measure)
            )
        return False

    def _previous(self, region: Region) -> _Candidate | None:
        index = region.previous
        while index is not None and index >= 0 and region.index - index <= 8:
            if index in self.measures:
                return self.measures[index]
            index -= 1
        return None

    def _set_dims(
        self,
        candidate: _Candidate,
        region: Region,
        own: Mapping[str, set[str]],
        lead: list[Hit],
        hits: list[Hit],
    ) -> None:
        """The kinds said in the clause, then those said before it; two kinds of one dimension are a doubt."""
        measure = candidate.measure
        for name, values in own.items():
            if len(values) > 1:
                candidate.doubts.append(f"同时说到{'、'.join(sorted(values))}，台账按“{name}”分开记。")
            candidate.dims[name] = sorted(values)[0]
        if measure.unit.kind == "money" and candidate.rule == "carried":
            previous = self._previous(region)
            for dimension in measure.dimensions:
                for choice in self.world.catalog.dimension_choices(dimension, measure):
                    if previous is not None and previous.measure.noun in (choice.id, *choice.aliases):
                        candidate.dims.setdefault(dimension.id, choice.id)
        quiet = self._led(region)
        for name, values in _dims(measure, quiet).items():
            if name not in candidate.dims:
                if len(values) > 1:
                    candidate.doubts.append(f"前文同时说到{'、'.join(sorted(values))}。")
                candidate.dims[name] = sorted(values)[0]
        for name, values in _dims(measure, lead).items():
            if name not in candidate.dims and _is_theme(name):
                candidate.maybe.setdefault(name, sorted(values)[0])
        for name, values in _dims(measure, self.world.vocabulary.hits(region.heading)).items():
            if name not in candidate.dims and name not in candidate.maybe and _is_theme(name):
                candidate.maybe[name] = sorted(values)[0]

    def _led(self, region: Region) -> list[Hit]:
        """The words of the clauses before it that hold no figure: 围绕村庄清洁行动，发放…"""
        clauses = re.split(r"(?<=[，,；;：:])", region.lead)
        at = region.sentence_start
        quiet = ""
        starts = [each for each in self.starts if region.sentence_start <= each < region.clause_start]
        for clause in clauses:
            end = at + len(clause)
            if not any(at <= start < end for start in starts):
                quiet += clause
            at = end
        return self.world.vocabulary.hits(quiet)

    def _explain(
        self,
        candidate: _Candidate,
        region: Region,
        core: str,
        hits: Iterable[Hit],
        named: Named | None,
        announced: Iterable[Hit] = (),
        fragments: Iterable[tuple[int, int]] = (),
    ) -> None:
        """Count the characters of the clause that nothing explains, and say them as a doubt."""
        del announced
        known = [False] * len(core)
        for start, end in fragments:
            known[start:end] = [True] * (end - start)
        if named is not None:
            for phrase in named.phrases:
                for start, end in find_fragments(phrase, core) or ():
                    known[start:end] = [True] * (end - start)
        for hit in hits:
            if self._explains(hit, candidate, named):
                known[hit.start : hit.end] = [True] * (hit.end - hit.start)
        left = "".join(char if not known[at] and _HAN.match(char) else " " for at, char in enumerate(core))
        words = left.split()
        candidate.left = sum(map(len, words))
        if words:
            candidate.doubts.append(f"“{'、'.join(words[:3])}”限定了什么，台账里对不上。")
        if region.bracket and not self._is_plain(region.bracket):
            candidate.doubts.append(f"括号里的“{region.bracket[:16]}”可能改变口径。")
        if region.claim.each:
            candidate.doubts.append("“各”是每个单位都有这么多，不是合计。")

    def _is_plain(self, words: str) -> bool:
        """Words in brackets that change nothing: a day."""
        rest = without_times(words)
        for hit in self.world.vocabulary.hits(rest):
            if hit.keys("neutral") or hit.keys("root"):
                rest = rest[: hit.start] + "\n" * (hit.end - hit.start) + rest[hit.end :]
        return not _HAN.search(rest) and not re.search(r"\d", rest)

    def _explains(self, hit: Hit, candidate: _Candidate, named: Named | None) -> bool:
        measure = candidate.measure
        if hit.keys("neutral") or hit.keys("unit") or hit.keys("root"):
            return True
        if measure.id in hit.keys("noun"):
            return True
        if named is not None and hit.keys("verb") & named.groups:
            return True
        if any(candidate.dims.get(str(key[0])) == key[1] for key in hit.keys("dim")):  # type: ignore[index]
            return True
        if measure.coverage is not None:
            if measure.coverage.of in hit.keys("holder"):
                return True
            return any(tag in hit.keys("tag") for tag in measure.coverage.tags)
        return False

    # Coverages

    def _coverages(
        self, region: Region, core: str, hits: list[Hit], lead: list[Hit]
    ) -> list[_Candidate]:
        del core
        claim, vocabulary = region.claim, self.world.vocabulary
        clause, blank = self._whole_clause(region)
        clause_hits = vocabulary.hits(blank)
        sentence = region.lead + blank
        offset = len(region.lead)
        part = self._part(region)
        found = []
        for named in vocabulary.named.values():
            measure = named.measure
            if measure.coverage is None:
                continue
            best: tuple[tuple[int, int], ...] = ()
            for predicate in named.predicates:
                places = find_fragments(predicate, sentence)
                if places and places[-1][0] >= offset and sum(e - s for s, e in places) > sum(
                    e - s for s, e in best
                ):
                    best = places
            if not best:
                continue
            candidate = _Candidate(measure, part, "predicate")
            inside = [(start - offset, end - offset) for start, end in best if start >= offset]
            self._explain(candidate, region, blank, clause_hits, None, (), inside)
            if measure.coverage.tags and not all(
                any(tag in hit.keys("tag") for hit in (*clause_hits, *lead)) for tag in measure.coverage.tags
            ):
                candidate.doubts.append(f"这个数据项只算“{'、'.join(measure.coverage.tags)}”的单位，这里没有说。")
            found.append(candidate)
        del clause, hits
        if not found and claim.kind == "count" and part in ("value", "whole"):
            found += self._universe(region, blank, clause_hits)
        return found

    def _whole_clause(self, region: Region) -> tuple[str, str]:
        """The clause, and the same with its figures and times blanked."""
        clause = region.clause
        blank = list(clause)
        for index in (region.index, *region.alike):
            claim = self.claims[index]
            for at in range(max(claim.start, region.clause_start), min(claim.end, region.clause_end)):
                blank[at - region.clause_start] = "\n"
        return clause, without_times("".join(blank))

    def _part(self, region: Region) -> Part:
        """Which number of a coverage is meant: 17个村 before 全部 or 中 is the whole, 全部 the share."""
        claim = region.claim
        if claim.kind == "coverage":
            return "share"
        if claim.kind == "percent":
            return "share"
        following = [self.claims[each] for each in region.alike if each > region.index]
        if following:
            words = self.text[claim.end : following[0].start]
            if _WHOLE_AFTER.fullmatch(words):
                return "whole"
            if following[0].kind == "coverage" and following[0].rule in _ALL_WORDS and _QUANTIFIED.fullmatch(words):
                return "whole"
        return "value"

    def _universe(self, region: Region, core: str, hits: list[Hit]) -> list[_Candidate]:
        """全镇辖17个行政村: how many units of a kind there are, as a coverage without tags counts them."""
        claim = region.claim
        own = self.world.vocabulary.hits(region.core)
        kinds = {key for hit in own for key in hit.keys("holder")}
        if claim.value is not None:
            kinds |= {kind for kind, words in HOLDERS.items() if claim.value.unit in words}
        if len(kinds) != 1:
            kinds = {key for key in kinds if any(key in hit.keys("holder") and len(hit.word) > 1 for hit in own)}
        if len(kinds) != 1:
            return []
        kind = next(iter(kinds))
        for named in self.world.vocabulary.named.values():
            measure = named.measure
            rule = measure.coverage
            if rule is not None and rule.of == kind and not rule.tags:
                candidate = _Candidate(measure, "whole", "units")
                text = without_times(region.core)
                self._explain(candidate, region, text, self.world.vocabulary.hits(text), None)
                del core, hits
                return [candidate]
        return []

    # Rates and changes

    def _ratio(self, named: Named, core: str, hits: list[Hit]) -> _Candidate | None:
        if not any(find_fragments(phrase, core) for phrase in named.phrases):
            noun, action = named.measure.noun, named.measure.action
            if not (noun and action and action in core and (noun in core or any(noun.endswith(w) and w in core for w in (noun[-2:],)))):
                return None
        candidate = _Candidate(named.measure, "value", "exact")
        fragments = [
            (at, at + len(word))
            for word in {named.measure.noun, named.measure.action, named.measure.noun[-2:], named.measure.title} - {""}
            for at in _places(word, core)
        ]
        left = "".join(char for at, char in enumerate(core) if _HAN.match(char) and not any(s <= at < e for s, e in fragments))
        for hit in hits:
            if hit.keys("neutral") or hit.keys("unit") or hit.keys("root"):
                for char in hit.word:
                    left = left.replace(char, "", 1)
        candidate.left = len(left)
        if left:
            candidate.doubts.append(f"“{left[:8]}”限定了什么，台账里对不上。")
        return candidate

    def _changes(self, region: Region, core: str, hits: list[Hit]) -> list[_Candidate]:
        """同比增长9%, 比上年同期多3件: the measure of the figure before it, or one the clause names."""
        claim = region.claim
        del hits
        part: Part = "growth" if claim.kind == "percent" else "difference"
        text = _COMPARISON.sub(lambda found: "\n" * len(found[0]), core)
        words = self.world.vocabulary.hits(text)
        previous = self._previous(region)
        found: list[_Candidate] = []
        unit = unit_of(claim.value.norm_unit, self.world.lexicon) if claim.value else None
        if previous is not None and not any(hit.keys("noun") for hit in words):
            if part == "difference" and (unit is None or unit.family != previous.measure.unit.family):
                return []
            if claim.kind == "percent_point" and previous.measure.behaviour != "ratio":
                return []
            candidate = _Candidate(previous.measure, part, "carried", dict(previous.dims))
            self._explain(candidate, region, text, words, self.world.vocabulary.named[previous.measure.id])
            found.append(candidate)
        else:
            for named in self.world.vocabulary.named.values():
                if not named.measure.observed or not any(
                    named.measure.id in hit.keys("noun") for hit in words
                ):
                    continue
                if part == "difference" and (unit is None or unit.family != named.measure.unit.family):
                    continue
                verbs = _groups(words)
                if verbs and not verbs & named.groups:
                    continue
                candidate = _Candidate(named.measure, part, "parts", verbless=not verbs)
                for name, values in _dims(named.measure, words).items():
                    candidate.dims[name] = sorted(values)[0]
                self._explain(candidate, region, text, words, named)
                found.append(candidate)
        said = region.lead + region.before
        if not (_YEAR_BEFORE.search(said) or _JUST_BEFORE.search(said)):
            for candidate in found:
                candidate.doubts.append("没有说明和哪个时期比。")
        return found

    # Names that are only alike

    def _near(self, region: Region, unit: Unit) -> list[_Candidate]:
        """The one measure of this unit family whose name is clearly nearest; never sure."""
        words = region.claim.subject
        if len(words) < 2:
            return []
        names: dict[str, str] = {}
        for name in self.world.vocabulary.by_family.get(unit.family, ()):
            named = self.world.vocabulary.named[name]
            if named.measure.observed:
                for alias in (named.measure.title, *named.measure.aliases, *named.nouns):
                    names[alias] = name
        best: dict[str, float] = {}
        for alias, score, _ in process.extract(words, list(names), scorer=fuzz.ratio, limit=8):
            best[names[alias]] = max(best.get(names[alias], 0), score)
        ranked = sorted(best.items(), key=lambda each: -each[1])
        if not ranked or ranked[0][1] < NEAR_SCORE:
            return []
        if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < NEAR_MARGIN:
            return []
        measure = self.world.catalog.measures[ranked[0][0]]
        candidate = _Candidate(measure, "value", "near")
        candidate.doubts.append(f"“{words}”与“{measure.title}”叫法相近，是不是同一项请确认。")
        return [candidate]

    def _learned(self, region: Region, core: str, unit: Unit | None) -> _Candidate | None:
        """What a person has said these very words mean."""
        if not self.world.learned:
            return None
        key = (skeleton(core, self.world.vocabulary), unit.symbol if unit else "")
        known = self.world.learned.get(key)
        if known is None or known.measure not in self.world.catalog.measures:
            return None
        measure = self.world.catalog.measures[known.measure]
        part = self._part(region) if measure.coverage else "value"
        candidate = _Candidate(measure, part, "learned", dict(known.dims))
        if region.claim.each:
            candidate.doubts.append("“各”是每个单位都有这么多，不是合计。")
        return candidate

    # Readings

    def _readings(
        self, region: Region, candidate: _Candidate, where: Where, when: When, shared: list[str]
    ) -> list[Reading]:
        doubts = tuple(dict.fromkeys([*shared, *candidate.doubts]))
        dims = tuple(sorted(candidate.dims.items()))
        readings = [self._reading(region, candidate, dims, where.unit, when.period, doubts, primary=True)]
        if candidate.maybe:
            wider = tuple(sorted({**candidate.maybe, **candidate.dims}.items()))
            readings.append(
                self._reading(region, candidate, wider, where.unit, when.period, doubts, primary=False)
            )
        for unit in where.others:
            readings.append(self._reading(region, candidate, dims, unit, when.period, doubts, primary=False))
        return [each for each in readings if each is not None]

    def _reading(
        self,
        region: Region,
        candidate: _Candidate,
        dims: tuple[tuple[str, str], ...],
        unit: int,
        period: Period,
        doubts: tuple[str, ...],
        *,
        primary: bool,
    ) -> Reading:
        name = self.world.unit_text(unit, period.last)
        recipe = Recipe(candidate.measure.id, name, period, dims)
        base = None
        if candidate.part in ("growth", "difference"):
            said = region.lead + region.before
            before = period.just_before() if _JUST_BEFORE.search(said) else period.year_before()
            base = replace(recipe, period=before)
        return Reading(recipe, candidate.part, candidate.rule, base, primary, doubts)


def skeleton(core: str, vocabulary: Vocabulary) -> str:
    """The words of a clause without places, times, figures and words that change nothing: the key of what was learned."""
    text = without_times(core)
    chars = list(text)
    for hit in vocabulary.hits(text):
        if hit.keys("unit") or hit.keys("root") or hit.keys("neutral"):
            chars[hit.start : hit.end] = [" "] * (hit.end - hit.start)
    return "".join(char for char in chars if _HAN.match(char))


def _best(candidates: list[_Candidate]) -> list[_Candidate]:
    """The candidates that explain most of the clause; a doubt more is as bad as a word left over."""
    least = min(each.left for each in candidates)
    found = [each for each in candidates if each.left == least]
    stated = [each for each in found if not each.verbless]
    found = stated or found
    exact = [each for each in found if each.rule in ("exact", "predicate", "learned")]
    if exact and not all(each.verbless for each in found):
        found = exact
    covering = [each for each in found if each.measure.coverage is not None]
    if covering and any(each.rule == "predicate" for each in covering):
        longest = [each for each in covering if each.rule == "predicate"]
        found = longest
    return found


def _groups(hits: Iterable[Hit]) -> frozenset[object]:
    return frozenset(key for hit in hits for key in hit.keys("verb"))


def _has(measure: Measure, key: object) -> bool:
    assert isinstance(key, tuple)
    return measure.dimension_index(str(key[0])) is not None


def _names(measure: Measure, dimension: str, word: str) -> bool:
    """Whether a kind names the thing by itself: 形象广告牌, 永久性标语."""
    return dimension in ("类型", "品类", "职责", "类别") or bool(measure.noun and measure.noun in word)


def _is_theme(dimension: str) -> bool:
    """A campaign holds for a whole passage; a kind of thing does not."""
    return dimension == "专项"


def _dims(measure: Measure, hits: Iterable[Hit]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for hit in hits:
        if measure.id in hit.keys("noun"):
            continue  # the noun of the whole wins over a kind of the same name
        for key in hit.keys("dim"):
            assert isinstance(key, tuple)
            if measure.dimension_index(str(key[0])) is not None:
                found.setdefault(str(key[0]), set()).add(str(key[1]))
    return found


def _places(word: str, text: str) -> Iterable[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _holder_words() -> frozenset[str]:
    return frozenset(word for words in HOLDERS.values() for word in words)
