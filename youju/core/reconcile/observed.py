"""Claims about things counted: the unit family is the strongest filter, then names, actions and kinds."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process

from youju.core.quantity import Unit
from youju.core.reconcile.candidate import (
    HAN,
    Candidate,
    Passage,
    dims_of,
    is_holder,
    is_named,
    is_theme,
    verbs_of,
)
from youju.core.reconcile.model import Part, Rule
from youju.core.reconcile.regions import Region
from youju.core.reconcile.when import without_times
from youju.core.reconcile.words import Hit, Named, find_fragments

NEAR_SCORE, NEAR_MARGIN = 84, 8  # of 100: how alike a name has to be, and by how much more than the next one
YEAR_BEFORE = re.compile(r"同比|(?:较|比|与)?(?:上年|去年|上一年)(?:同期|同季|同月)")
JUST_BEFORE = re.compile(r"环比|(?:较|比)(?:上个?月|上个?季度|上一?期|前一?期)")
_PERIODS = r"(?:上年|去年|上一年|上个?月|上个?季度|上一?期)"
COMPARED = re.compile(rf"(?:较|比|与){_PERIODS}(?:同期|同季|同月)?(?:相比)?")
COMPARISON = re.compile(
    rf"(?:同比|环比|(?:较|比|与)?{_PERIODS}(?:同期|同季|同月)(?:相比)?|(?:较|比|与){_PERIODS}(?:相比)?)"
    r"|(?:净)?(?:增长|增加|上升|提高|提升|下降|减少|降低|回落|增|减|降|升|多|少)了?"
)


def observed(passage: Passage, region: Region, named: Named, core: str) -> Candidate | None:
    """The flow or stock `named`, when the clause names it; None when it does not or names another action."""
    measure, hits = named.measure, passage.hits(core)
    names = [hit for hit in hits if measure.id in hit.keys("noun") or is_named(named, hit)]
    led = _led(region, named, core)
    gapped = bool(led) or any(len(each) > 1 and find_fragments(each, core) for each in named.phrases)
    unit_is_noun = not HAN.search(core) and measure.noun.endswith(measure.unit.symbol)
    carried = not names and not gapped and not unit_is_noun
    if carried and not _carries(passage, region, named, hits):
        return None
    spelled = any(find_fragments(phrase, core) for phrase in named.phrases)
    candidate = Candidate(measure, "value", "carried" if carried else "exact" if spelled else "parts")
    verbs = _verbs(passage, region, named, hits)
    if verbs is None:
        return None
    if not verbs and not gapped:
        if not carried and all(is_holder(hit.word) for hit in names):
            return None  # 17个行政村 alone is no nomination, and 20余户 alone no 文明户
        verbless = _verbless(passage, region, named, carried=carried)
        if verbless is None:
            return None
        candidate.verbless = verbless
    _set_dims(passage, candidate, region, hits)
    previous = passage.previous(region)
    if led and previous is not None and previous.measure.noun == measure.noun:
        for name, value in previous.dims.items():
            if measure.dimension_index(name) is not None:
                candidate.dims.setdefault(name, value)
    passage.explain(candidate, region, core, named, led)
    return candidate


def _verbs(passage: Passage, region: Region, named: Named, hits: list[Hit]) -> frozenset[object] | None:
    """The actions said of the figure; none when only words that say little were used; None when another's was said."""
    verbs = verbs_of(hits) or verbs_of(passage.hits(region.announced))
    if not verbs and not region.apart:
        # 推荐行政村3个、自然屯19个: the verb at the head of a list holds for all of it
        verbs = verbs_of(passage.hits(_head_of(region))) & named.groups
    if verbs and not verbs & named.groups:
        soft = all(hit.keys("neutral") for hit in hits if hit.keys("verb"))
        return frozenset() if soft else None
    return verbs


def _verbless(passage: Passage, region: Region, named: Named, *, carried: bool) -> bool | None:
    """Whether the action was left out; False when the figure before it said it; None when that was another's."""
    previous, measure = passage.previous(region), named.measure
    joined = "其中" in region.before or not region.apart
    if previous is None or not (carried or joined):
        return True
    if previous.measure.id == measure.id:
        return False
    return None if carried or previous.measure.noun == measure.noun else True


def _led(region: Region, named: Named, core: str) -> list[tuple[int, int]]:
    """举办法治宣传活动3次，到场200人次: a name whose first words stand in the clause before; its last in this one."""
    offset = len(region.lead)
    for phrase in named.phrases:
        places = find_fragments(phrase, region.lead + core) if len(phrase) > 1 else None
        if places and places[0][0] < offset <= places[-1][0]:
            return [(start - offset, end - offset) for start, end in places if start >= offset]
    return []


def _head_of(region: Region) -> str:
    """The words of the clause before its first figure, when the claim is a later item of a list."""
    at = region.claim.start - region.clause_start - len(region.before)
    head = region.clause[: max(0, at)]
    return re.split(r"\d", head)[0] if head.endswith("、") else ""


def _carries(passage: Passage, region: Region, named: Named, hits: list[Hit]) -> bool:
    """Whether a clause without a noun goes on about what the figure before it counted."""
    previous, measure = passage.previous(region), named.measure
    if previous is None or any(hit.keys("noun") and not hit.kinds & named.kinds for hit in hits):
        return False
    if measure.unit.family == previous.measure.unit.family:
        return measure.id == previous.measure.id or bool(
            measure.noun and measure.noun == previous.measure.noun
        )
    # 购置环卫车辆6辆，投入4.447万元: the money of what was bought
    return measure.unit.kind == "money" and _kind_of(passage, named, previous.measure.noun) is not None


def _kind_of(passage: Passage, named: Named, noun: str) -> tuple[str, str] | None:
    """The kind of a measure that a noun names."""
    for dimension in named.measure.dimensions:
        for choice in passage.world.catalog.dimension_choices(dimension, named.measure):
            if noun and noun in (choice.id, *choice.aliases):
                return dimension.id, choice.id
    return None


def _set_dims(passage: Passage, candidate: Candidate, region: Region, hits: list[Hit]) -> None:
    """The kinds said in the clause, then those said before it; two kinds of one dimension are a doubt."""
    named = passage.world.vocabulary.named[candidate.measure.id]
    for name, values in dims_of(named, hits).items():
        if len(values) > 1:
            candidate.doubts.append(f"同时说到{'、'.join(sorted(values))}，台账按“{name}”分开记。")
        candidate.dims[name] = min(values)
    if candidate.rule == "carried":
        _carry_dims(passage, candidate, region)
    lead_dims(passage, candidate, region)
    themes_around(passage, candidate, region)


def themes_around(passage: Passage, candidate: Candidate, region: Region) -> None:
    """The campaigns that the passage is about, which the figure may belong to or not."""
    own = region.clause[: max(0, region.claim.start - region.clause_start - len(region.before))]
    said = passage.hits(without_times(region.core)) + passage.hits(without_times(region.lead))
    whole = any(hit.keys("root") and len(hit.word) > 1 for hit in said)
    # 全镇累计 begins anew: a campaign of the sentence before does not reach into it
    earlier = "" if whole else _without_figures(region.earlier)
    for words in (own, region.lead, earlier, region.heading):
        for name, values in _themes(passage, candidate, words):
            wanted = values - passage.world.vocabulary.general
            candidate.maybe += [
                (name, value) for value in sorted(wanted) if (name, value) not in candidate.maybe
            ]


def _without_figures(words: str) -> str:
    """The clauses that hold no number: what a passage is about, not what was counted in it."""
    return "，".join(clause for clause in re.split(r"[，。；;：:]", words) if not re.search(r"\d", clause))


def lead_dims(passage: Passage, candidate: Candidate, region: Region) -> None:
    """围绕村庄清洁行动，发放…: a campaign that the clauses before it narrow the sentence to."""
    vocabulary = passage.world.vocabulary
    for clause in re.split(r"[，,；;：:]", passage.quiet(region)):
        if not any(word in clause for word in vocabulary.narrow):
            continue
        for name, values in _themes(passage, candidate, clause):
            if len(values) > 1:
                candidate.doubts.append(f"前文同时说到{'、'.join(sorted(values))}。")
            if not values & vocabulary.general:
                candidate.dims[name] = min(values)
        for hit in passage.hits(without_times(clause)):
            for name, value in hit.kinds:
                if is_theme(name) and not {value} & vocabulary.general and not _splits(candidate, name):
                    candidate.doubts.append(f"“{hit.word}”是一个{name}，这个数据项不按{name}分。")


def _splits(candidate: Candidate, dimension: str) -> bool:
    return candidate.measure.dimension_index(dimension) is not None


def _carry_dims(passage: Passage, candidate: Candidate, region: Region) -> None:
    """What money was spent on, and the kind of the whole that a part belongs to."""
    measure, previous = candidate.measure, passage.previous(region)
    if previous is None:
        return
    if measure.unit.family != previous.measure.unit.family:
        kind = _kind_of(passage, passage.world.vocabulary.named[measure.id], previous.measure.noun)
        if kind is not None:
            candidate.dims.setdefault(*kind)
    elif "其中" in region.before or region.lead.endswith("其中"):
        for name, value in previous.dims.items():
            if measure.dimension_index(name) is not None:
                candidate.dims.setdefault(name, value)


def _themes(passage: Passage, candidate: Candidate, words: str) -> list[tuple[str, set[str]]]:
    """The campaigns named in `words`, of dimensions that the clause itself says nothing about."""
    named = passage.world.vocabulary.named[candidate.measure.id]
    found = dims_of(named, passage.hits(without_times(words)))
    return [(name, values) for name, values in found.items() if name not in candidate.dims and is_theme(name)]


def ratio(passage: Passage, region: Region, named: Named, core: str) -> Candidate | None:
    """A rate named in full or by its noun and what it says: 矛盾纠纷调结率, 纠纷调结率."""
    noun, action = named.measure.noun, named.measure.action
    spans = next((found for phrase in named.phrases if (found := find_fragments(phrase, core))), None)
    if spans is None:
        places = [(core.find(word), word) for word in (noun or "\0", noun[-2:] or "\0")]
        start = next(((at, at + len(word)) for at, word in places if at >= 0), None)
        at = core.find(action) if action else -1
        if start is None or at < 0:
            return None
        spans = (start, (at, at + len(action)))
    candidate = Candidate(named.measure, "value", "exact")
    passage.explain(candidate, region, core, None, spans)
    return candidate


def is_change(region: Region) -> bool:
    """Whether a figure is the size of a change against another period; 新增标语56条 is none."""
    claim = region.claim
    if not claim.change:
        return False
    said = region.lead + region.before
    return claim.kind in ("percent", "percent_point") or bool(
        YEAR_BEFORE.search(said) or COMPARED.search(said) or JUST_BEFORE.search(said)
    )


def against_just_before(region: Region) -> bool:
    """Whether a change is against the period just before (环比) and not the year before; what was said last holds."""
    said = region.lead + region.before
    just = max((found.start() for found in JUST_BEFORE.finditer(said)), default=-1)
    year = max((found.start() for found in YEAR_BEFORE.finditer(said)), default=-1)
    return just > year


def changes(passage: Passage, region: Region) -> list[Candidate]:
    """同比增长9%, 比上年同期多3件: of the figure before it, or of what the clause names."""
    claim, vocabulary = region.claim, passage.world.vocabulary
    part: Part = "growth" if claim.kind == "percent" else "difference"
    words = without_times(COMPARISON.sub(lambda found: "\n" * len(found[0]), region.core))
    hits = passage.hits(words)
    previous = passage.previous(region)
    unit = passage.world.lexicon.unit(claim.value.norm_unit) if claim.value else None
    found: list[Candidate] = []
    if claim.kind == "percent_point":
        return found
    if previous is not None and not any(hit.keys("noun") for hit in hits):
        options = [(vocabulary.named[previous.measure.id], dict(previous.dims))]
    else:
        options = [
            (named, {name: min(values) for name, values in dims_of(named, hits).items()})
            for named in vocabulary.named.values()
            if named.measure.observed and any(named.measure.id in hit.keys("noun") for hit in hits)
        ]
    for named, dims in options:
        if part == "difference" and (unit is None or unit.family != named.measure.unit.family):
            continue
        if not named.measure.observed:
            continue
        verbs = verbs_of(hits)
        if verbs and not verbs & named.groups:
            continue
        rule: Rule = "carried" if previous is not None and len(options) == 1 else "parts"
        candidate = Candidate(named.measure, part, rule, dims, verbless=not verbs and rule == "parts")
        passage.explain(candidate, region, words, named)
        found.append(candidate)
    said = region.lead + region.before
    if not (YEAR_BEFORE.search(said) or JUST_BEFORE.search(said)):
        for candidate in found:
            candidate.doubts.append("没有说明和哪个时期比。")
    return found


def near(passage: Passage, region: Region, unit: Unit) -> list[Candidate]:
    """The one measure of this unit family whose name is clearly nearest; never sure."""
    words, vocabulary = region.claim.subject, passage.world.vocabulary
    if len(words) < 2 or not HAN.search(words) or is_holder(words):
        return []
    names: dict[str, str] = {}
    for name in vocabulary.by_family.get(unit.family, ()):
        named = vocabulary.named[name]
        if named.measure.observed:
            names |= dict.fromkeys((named.measure.title, *named.measure.aliases, *named.nouns), name)
    best: dict[str, float] = {}
    for alias, score, _ in process.extract(words, list(names), scorer=fuzz.ratio, limit=8):
        best[names[alias]] = max(best.get(names[alias], 0), score)
    ranked = sorted(best.items(), key=lambda each: -each[1])
    if not ranked or ranked[0][1] < NEAR_SCORE:
        return []
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < NEAR_MARGIN:
        return []
    measure = passage.world.catalog.measures[ranked[0][0]]
    candidate = Candidate(measure, "value", "near")
    candidate.doubts.append(f"“{words}”与“{measure.title}”叫法相近，是不是同一项请确认。")
    return [candidate]
