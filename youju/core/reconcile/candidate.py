"""A measure that a claim may speak of, and what its clause says for and against it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from youju.core.audit.draft import Draft
from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Claim
from youju.core.measure import Measure
from youju.core.orgtree import OrgTree
from youju.core.reconcile.model import Part, Rule
from youju.core.reconcile.regions import Region
from youju.core.reconcile.when import Clock, without_times
from youju.core.reconcile.words import HOLDERS, Hit, Named, Vocabulary, find_fragments
from youju.core.register import Catalog

HAN = re.compile(r"[㐀-鿿]")
# A kind that names the thing by itself: 形象广告牌2个. A campaign or a level does not.
_NAMING = frozenset({"类型", "品类", "职责", "类别"})
# A campaign holds for a whole passage; a kind of thing does not.
_THEMES = frozenset({"专项"})
_FARTHEST = 8
# What stands before a comma and narrows; under whose lead, to what end and with what as guide changes no number.
_NARROWING = re.compile(
    r"(?:全镇|全县|我镇|本镇|各级|镇里|同时|并)?(?:在|向|面向|针对|结合|围绕|通过|对|给|于)(?P<what>[^在向面针结围通对给于].*)"
)
_HARMLESS = re.compile(
    r"(?:下|基础上|同时|引领|牵头|为契机|为抓手|要求|精神|部署|过程中|方式|形式|等措施|指导|领导)\Z"
)
_EACH = re.compile(r"各(?![类种项级界方地])|每|均")
EACH = "“各”是每个单位都有这么多，不是合计。"


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
    """What linking needs to know besides the draft.

    active  the measures whose registers are in force, when the catalog holds others as well; these come first
    """

    catalog: Catalog
    tree: OrgTree
    lexicon: Lexicon
    vocabulary: Vocabulary
    clock: Clock
    learned: Mapping[tuple[str, str], Learned] = field(default_factory=dict)
    active: frozenset[str] | None = None


@dataclass(slots=True)
class Candidate:
    """A measure that may be meant.

    dims      what the words say for sure; maybe: campaigns named further off, which may hold or not
    doubts    Chinese: what keeps it from being sure; left: how many characters of the clause nothing explains
    verbless  the action was left out; held: the units of a coverage are named
    """

    measure: Measure
    part: Part
    rule: Rule
    dims: dict[str, str] = field(default_factory=dict)
    maybe: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    left: int = 0
    verbless: bool = False
    held: bool = False


class Passage:
    """One draft while its claims are linked in order; what a claim was linked to helps the next of its sentence."""

    def __init__(self, world: World, draft: Draft) -> None:
        self.world = world
        self.text = draft.text
        self.claims: Sequence[Claim] = draft.claims
        self.starts = [claim.start for claim in draft.claims]
        self.linked: dict[int, Candidate] = {}
        self._hits: dict[str, list[Hit]] = {}

    def hits(self, words: str) -> list[Hit]:
        """The known words in a string; asked for again, they are remembered."""
        found = self._hits.get(words)
        if found is None:
            found = self._hits[words] = self.world.vocabulary.hits(words)
        return found

    def previous(self, region: Region) -> Candidate | None:
        """What the nearest claim before it in its sentence was linked to."""
        index = region.previous
        while index is not None and index >= 0 and region.index - index <= _FARTHEST:
            if self.starts[index] < region.sentence_start:
                return None
            if index in self.linked:
                return self.linked[index]
            index -= 1
        return None

    def quiet(self, region: Region) -> str:
        """The clauses before it in its sentence that hold no figure: 围绕村庄清洁行动，发放…"""
        at, quiet = region.sentence_start, ""
        starts = [each for each in self.starts if region.sentence_start <= each < region.clause_start]
        for clause in re.split(r"(?<=[，,；;：:])", region.lead):
            end = at + len(clause)
            if not any(at <= start < end for start in starts):
                quiet += clause
            at = end
        return quiet

    def blank_clause(self, region: Region) -> str:
        """The whole clause with its figures and times blanked."""
        blank = list(region.clause)
        for index in (region.index, *region.alike):
            claim = self.claims[index]
            for at in range(max(claim.start, region.clause_start), min(claim.end, region.clause_end)):
                blank[at - region.clause_start] = "\n"
        return without_times("".join(blank))

    def explain(
        self,
        candidate: Candidate,
        region: Region,
        words: str,
        named: Named | None,
        fragments: Iterable[tuple[int, int]] = (),
    ) -> None:
        """Count the characters of `words` that nothing explains, and say them as a doubt."""
        known = [False] * len(words)
        spans = list(fragments)
        for phrase in named.phrases if named is not None else ():
            spans += find_fragments(phrase, words) or ()
        spans += [(hit.start, hit.end) for hit in self.hits(words) if _explains(hit, candidate, named)]
        for start, end in spans:
            known[start:end] = [True] * (end - start)
        left = "".join(
            char if not known[at] and HAN.match(char) else " " for at, char in enumerate(words)
        ).split()
        candidate.left = sum(map(len, left))
        if left:
            candidate.doubts.append(f"“{'、'.join(left[:3])}”限定了什么，台账里对不上。")
        self.weigh_surroundings(candidate, region, named)

    def weigh_surroundings(self, candidate: Candidate, region: Region, named: Named | None) -> None:
        """The doubts that brackets, 各 and the clauses before raise, however the measure was found."""
        if region.bracket and not self._is_plain(region.bracket):
            candidate.doubts.append(f"括号里的“{region.bracket[:16]}”可能改变口径。")
        if is_each(region):
            candidate.doubts.append(EACH)
        quiet = self.quiet(region)
        self._narrowed(candidate, quiet, named)
        if taken := next((word for word in self.world.vocabulary.excepting if word in quiet), ""):
            candidate.doubts.append(f"前文的“{taken}”从总数里去掉了什么，台账里对不上。")

    def _narrowed(self, candidate: Candidate, quiet: str, named: Named | None) -> None:
        """在移民搬迁点，… 针对电信诈骗，…: a clause that narrows what follows to something nobody has explained."""
        for clause in re.split(r"[，,；;：:]", quiet):
            words = without_times(clause)
            found = _NARROWING.match("".join(words.split("\n")).strip())
            if found is None or _HARMLESS.search(clause):
                continue
            inside = found["what"]
            known = [False] * len(inside)
            for hit in self.hits(inside):
                plain = hit.kinds & {(name, value) for name, value in candidate.dims.items()}
                general = {value for _, value in hit.kinds} & self.world.vocabulary.general
                if plain or general or _explains(hit, candidate, named):
                    known[hit.start : hit.end] = [True] * (hit.end - hit.start)
            left = "".join(char for at, char in enumerate(inside) if not known[at] and HAN.match(char))
            if left:
                candidate.doubts.append(f"前文的“{clause.strip()[:16]}”限定了什么，台账里对不上。")

    def _is_plain(self, words: str) -> bool:
        """Words in brackets that change nothing: a day."""
        rest = list(without_times(words))
        for hit in self.hits("".join(rest)):
            if hit.keys("neutral") or hit.keys("root"):
                rest[hit.start : hit.end] = "\n" * (hit.end - hit.start)
        return not re.search(r"[㐀-鿿\d]", "".join(rest))


def is_each(region: Region) -> bool:
    """各村悬挂2条: so many for every one. 各类书籍 is none of it."""
    return region.claim.each and _EACH.search(region.before) is not None


def _explains(hit: Hit, candidate: Candidate, named: Named | None) -> bool:
    measure = candidate.measure
    if hit.keys("neutral") or hit.keys("unit") or hit.keys("root"):
        return True
    if measure.id in hit.keys("noun") or measure.id in hit.keys("tail"):
        return True
    if named is not None and hit.keys("verb") & named.groups:
        return True
    if any((name, value) in hit.keys("dim") for name, value in candidate.dims.items()):
        return True
    if measure.coverage is not None:
        if measure.coverage.of in hit.keys("holder"):
            return True
        return any(tag in hit.keys("tag") for tag in measure.coverage.tags)
    return False


def verbs_of(hits: Iterable[Hit]) -> frozenset[object]:
    """The groups of all actions named."""
    return frozenset(key for hit in hits for key in hit.keys("verb"))


def dims_of(named: Named, hits: Iterable[Hit]) -> dict[str, set[str]]:
    """The kinds of this measure that are named; the noun of the whole wins over a kind of the same name."""
    found: dict[str, set[str]] = {}
    for hit in hits:
        if named.measure.id not in hit.keys("noun"):
            for name, value in named.kinds & hit.kinds:
                found.setdefault(name, set()).add(value)
    return found


def is_named(named: Named, hit: Hit) -> bool:
    """Whether a kind of the measure names the thing by itself: 形象广告牌, 永久性标语."""
    noun = named.measure.noun
    return any(name in _NAMING or (noun and noun in hit.word) for name, _ in named.kinds & hit.kinds)


def is_theme(dimension: str) -> bool:
    """Whether a kind holds for a whole passage, as a campaign does."""
    return dimension in _THEMES


def is_holder(word: str) -> bool:
    """Whether a word names units rather than things: 行政村, 自然屯."""
    return any(word in words for words in HOLDERS.values())


def skeleton(words: str, vocabulary: Vocabulary) -> str:
    """The words of a clause without places, times, figures and what changes nothing: the key of what was learned."""
    text = without_times(words)
    chars = list(text)
    for hit in vocabulary.hits(text):
        if hit.keys("unit") or hit.keys("root") or hit.keys("neutral"):
            chars[hit.start : hit.end] = [" "] * (hit.end - hit.start)
    return "".join(char for char in chars if HAN.match(char))
