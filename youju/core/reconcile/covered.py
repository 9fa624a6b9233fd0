"""Claims about how many units do or have something: 98个自然屯全部…, 17个村中16个…, 全镇辖17个行政村."""

from __future__ import annotations

import re

from youju.core.reconcile.candidate import HAN, Candidate, Passage
from youju.core.reconcile.model import Part
from youju.core.reconcile.regions import Region
from youju.core.reconcile.when import without_times
from youju.core.reconcile.words import HOLDERS, Named, find_fragments

_QUANTIFIERS = frozenset({"coverage.all", "coverage.almost", "coverage.most", "coverage.half"})
_OF_WHOLE = re.compile(r"[^，。；、\d]{0,10}?(?:中|里|当中)的?(?:有)?\s*")
_QUANTIFIED = re.compile(r"[^，。；、\d]{0,12}?\s*")
# Verbs by which a text says how many units there are.
_HAVING = frozenset(
    [
        "辖",
        "下辖",
        "管辖",
        "现辖",
        "所辖",
        "有",
        "共有",
        "现有",
        "共",
        "和",
        "及",
        "个",
        "为",
        "辖区",
        "辖区内",
    ]
)
_COUNTED_KINDS = frozenset({"village", "hamlet", "school", "partner", "community"})


def part_of(passage: Passage, region: Region) -> Part:
    """Which number of a coverage is meant: 17个村 before 全部 or 中 is the whole, 全部 the share."""
    claim = region.claim
    if claim.kind in ("coverage", "percent"):
        return "share"
    following = next((passage.claims[each] for each in region.alike if each > region.index), None)
    if following is not None:
        words = passage.text[claim.end : following.start]
        if _OF_WHOLE.fullmatch(words):
            return "whole"
        if following.kind == "coverage" and following.rule in _QUANTIFIERS and _QUANTIFIED.fullmatch(words):
            return "whole"
    return "value"


def coverages(passage: Passage, region: Region) -> list[Candidate]:
    """The coverages whose predicate stands in the clause, and for a bare number of units how many there are."""
    blank = passage.blank_clause(region)
    sentence, offset = region.lead + blank, len(region.lead)
    part = part_of(passage, region)
    found = []
    for named in passage.world.vocabulary.named.values():
        if named.measure.coverage is None:
            continue
        best = _predicate_in(named, sentence, offset)
        if best:
            inside = [(start - offset, end - offset) for start, end in best if start >= offset]
            found.append(_candidate(passage, region, named, part, blank, inside))
    if not found and region.claim.kind == "count":
        found += universe(passage, region, part)
    return found


def _predicate_in(named: Named, sentence: str, offset: int) -> tuple[tuple[int, int], ...]:
    """Where the longest predicate of a coverage stands; its last words belong to the claim's own clause."""
    best: tuple[tuple[int, int], ...] = ()
    for predicate in named.predicates:
        places = find_fragments(predicate, sentence)
        if places and places[-1][0] >= offset and _length(places) > _length(best):
            best = places
    return best


def _length(places: tuple[tuple[int, int], ...]) -> int:
    return sum(end - start for start, end in places)


def _candidate(
    passage: Passage, region: Region, named: Named, part: Part, blank: str, inside: list[tuple[int, int]]
) -> Candidate:
    measure, claim = named.measure, region.claim
    assert measure.coverage is not None
    candidate = Candidate(measure, part, "predicate")
    passage.explain(candidate, region, blank, named, inside)
    hits = passage.hits(blank)
    candidate.held = (
        claim.kind == "coverage"
        or any(measure.coverage.of in hit.keys("holder") for hit in hits)
        or bool(claim.value and claim.value.unit in HOLDERS[measure.coverage.of])
    )
    lead = passage.hits(region.lead)
    if not all(any(tag in hit.keys("tag") for hit in (*hits, *lead)) for tag in measure.coverage.tags):
        candidate.doubts.append(f"这个数据项只算“{'、'.join(measure.coverage.tags)}”的单位，这里没有说。")
    return candidate


def universe(passage: Passage, region: Region, part: Part) -> list[Candidate]:
    """How many units of a kind there are, as a coverage without tags counts them."""
    claim = region.claim
    wholes = (passage.linked.get(each) for each in region.alike if each < region.index)
    if region.announced or any(
        each is not None and each.part == "whole" and each.rule != "units" for each in wholes
    ):
        return []
    core = without_times(region.core)
    if part == "whole" and not any(hit.keys("root") and len(hit.word) > 1 for hit in passage.hits(core)):
        return []  # 31个自然屯全部通了路: of which hamlets is not said
    kinds = {
        key
        for hit in passage.hits(core)
        for key in hit.keys("holder")
        if len(hit.word) > 1 or not hit.keys("root")
    }
    if claim.value is not None:
        kinds |= {kind for kind, words in HOLDERS.items() if claim.value.unit in words}
    kinds &= _COUNTED_KINDS
    if len(kinds) != 1 or (part == "value" and not _is_bare(passage, region)):
        return []
    kind = next(iter(kinds))
    for named in passage.world.vocabulary.named.values():
        rule = named.measure.coverage
        if rule is not None and rule.of == kind and not rule.tags:
            candidate = Candidate(named.measure, "whole", "units")
            passage.explain(candidate, region, core, None)
            return [candidate]
    return []


def _is_bare(passage: Passage, region: Region) -> bool:
    """A clause that only says how many units there are: 全镇辖17个行政村、98个自然屯."""
    clause = passage.blank_clause(region)
    plain = [
        hit
        for hit in passage.hits(clause)
        if hit.word in _HAVING or hit.keys("holder") or hit.keys("root") or hit.keys("unit")
    ]
    return not any(
        HAN.match(char) and not any(hit.start <= at < hit.end for hit in plain)
        for at, char in enumerate(clause)
    )
