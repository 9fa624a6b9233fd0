"""The words a draft may use for what a ledger knows: measures, actions, kinds, units; and words that change nothing.

A `Vocabulary` is built once for a catalog, a tree and a lexicon. A name may have a gap: 议定…屯规民约…上墙.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, cast

from youju.core.claim.lexicon import Lexicon
from youju.core.measure import Measure, UnitKind
from youju.core.orgtree import LEVEL_OF_KIND, OrgTree
from youju.core.register import Catalog

GAP = "…"
Sort = Literal["noun", "tail", "verb", "dim", "unit", "root", "holder", "tag", "neutral"]
# How prose calls the units of a kind.
HOLDERS: Mapping[UnitKind, tuple[str, ...]] = {
    "village": ("行政村", "村民委员会", "村民委", "村委会", "村委", "村"),
    "community": ("社区",),
    "hamlet": ("自然屯", "自然村", "村屯", "屯"),
    "school": ("中小学校", "中小学", "学校", "所学校", "校"),
    "partner": ("机关和企事业单位", "机关企事业单位", "机关、企事业单位", "共建单位", "企事业单位", "单位"),
    "office": ("站所", "镇直部门", "部门", "办公室"),
    "town": ("乡镇", "镇"),
}
_WHOLE: Mapping[UnitKind, tuple[str, ...]] = {
    "province": ("全省", "我省", "本省", "省"),
    "city": ("全市", "我市", "本市", "市"),
    "county": ("全县", "我县", "本县", "县", "全区", "我区"),
    "town": ("全镇", "我镇", "本镇", "镇", "全乡", "我乡", "镇域", "镇辖区", "全镇上下", "全镇各村", "镇内"),
    "village": ("全村", "我村", "本村", "村", "村内"),
    "community": ("全社区", "我社区", "本社区", "社区"),
}
# Names that every whole of a draft may be called by; the others speak of another level.
ABOVE = {word: kind for kind, words in _WHOLE.items() for word in words if len(word) > 1}


Meanings = Mapping[Sort, frozenset[object]]
_NOTHING: frozenset[object] = frozenset()


@dataclass(frozen=True, slots=True)
class Hit:
    """A word found in a string: half-open, and what it may stand for.

    meanings  by sort: measure ids (noun; tail, the last two characters of one), action groups (verb), (dimension, value)
              (dim), unit ids (unit), kinds (holder)
    """

    start: int
    end: int
    word: str
    meanings: Meanings

    def keys(self, sort: Sort) -> frozenset[object]:
        """Everything of one sort that it may stand for."""
        return self.meanings.get(sort, _NOTHING)

    @property
    def kinds(self) -> frozenset[tuple[str, str]]:
        """The (dimension, value) pairs it may stand for."""
        return cast("frozenset[tuple[str, str]]", self.meanings.get("dim", _NOTHING))


@dataclass(frozen=True, slots=True)
class Named:
    """How one measure is spoken of.

    nouns       what is counted; verbs: groups of actions that mean this measure
    predicates  of a coverage: what holds for the units counted, fragments in order
    phrases     whole names, verb and noun, fragments in order
    kinds       (dimension, value) of every kind it is split by
    """

    measure: Measure
    nouns: frozenset[str]
    groups: frozenset[str]
    predicates: tuple[tuple[str, ...], ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    kinds: frozenset[tuple[str, str]] = frozenset()


@dataclass(slots=True, eq=False)
class Vocabulary:
    """Everything that can be looked up in a draft about one unit.

    named      measure id → how it is spoken of
    by_family  family of units → measures counted in it
    index      word → what it may stand for; lengths: first character → how long its words are, longest first
    plan       words that speak of intentions; narrow: words that narrow a sentence to a campaign
    general    campaigns that are the whole work's own name and narrow nothing
    excepting  words that take something out of what is counted
    above      names of what lies above the root, and 全县 in a town's draft
    """

    root: int
    root_kind: UnitKind
    named: dict[str, Named] = field(default_factory=dict)
    by_family: dict[str, list[str]] = field(default_factory=dict)
    index: dict[str, dict[Sort, frozenset[object]]] = field(default_factory=dict)
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    plan: tuple[str, ...] = ()
    narrow: tuple[str, ...] = ()
    general: frozenset[str] = frozenset()
    excepting: tuple[str, ...] = ()
    above: frozenset[str] = frozenset()

    def hits(self, text: str) -> list[Hit]:
        """Every known word in `text`, by place; one that lies strictly inside a longer one is left out."""
        found: list[Hit] = []
        reach = -1
        index, lengths = self.index, self.lengths
        for start, char in enumerate(text):
            for size in lengths.get(char, ()):
                word = text[start : start + size]
                if len(word) == size and start + size > reach and (meanings := index.get(word)) is not None:
                    found.append(Hit(start, start + size, word, meanings))
                    reach = start + size
                    break
        return found


def vocabulary(catalog: Catalog, tree: OrgTree, lexicon: Lexicon, root: int, day: date) -> Vocabulary:
    """The words for drafts of the unit `root` on `day`."""
    groups = {
        name.removeprefix("actions."): words
        for name, words in lexicon.words.items()
        if name.startswith("actions.")
    }
    kind = tree.kind(root, day)
    made = Vocabulary(root, kind)
    made.plan = lexicon.list("reconcile.plan")
    made.narrow = lexicon.list("reconcile.narrow")
    made.excepting = lexicon.list("reconcile.except")
    made.general = frozenset(lexicon.list("reconcile.general"))
    builder = _Builder(made, groups)
    for measure in catalog.measures.values():
        builder.measure(measure, catalog)
    for group, words in groups.items():
        builder.add("verb", [group], words)
    builder.add("neutral", ["neutral"], lexicon.list("reconcile.neutral"))
    for holder, words in HOLDERS.items():
        builder.add("holder", [holder], words)
    builder.tags(catalog)
    builder.units(tree, root, day)
    sizes: dict[str, set[int]] = {}
    for word in made.index:
        sizes.setdefault(word[0], set()).add(len(word))
    made.lengths = {char: tuple(sorted(own, reverse=True)) for char, own in sizes.items()}
    return made


class _Builder:
    def __init__(self, made: Vocabulary, groups: Mapping[str, Sequence[str]]) -> None:
        self.made = made
        self.groups = groups
        self.group_of: dict[str, set[str]] = {}
        for group, words in groups.items():
            for word in words:
                self.group_of.setdefault(word, set()).add(group)
        self.verbs = sorted(self.group_of, key=len, reverse=True)

    def add(self, sort: Sort, keys: Iterable[object], words: Iterable[str]) -> None:
        """Let these words stand for these keys as well."""
        meant = frozenset(keys)
        for word in words:
            meanings = self.made.index.setdefault(word, {})
            meanings[sort] = meanings.get(sort, _NOTHING) | meant

    def measure(self, measure: Measure, catalog: Catalog) -> None:
        """Index one measure's nouns, names and the values of its dimensions."""
        names = (measure.title, *measure.aliases)
        if measure.behaviour == "coverage":
            named = self._covering(measure, names)
        elif measure.observed:
            named = self._observed(measure, names)
        else:
            named = Named(measure, frozenset(), frozenset(), (), tuple(map(_fragments, names)))
        kinds: set[tuple[str, str]] = set()
        for dimension in measure.dimensions:
            for value in catalog.dimension_choices(dimension, measure):
                words = [word for word in (value.id, *value.aliases) if len(word) > 1]
                self.add("dim", [(dimension.id, value.id)], words)
                kinds.add((dimension.id, value.id))
        self.made.named[measure.id] = replace(named, kinds=frozenset(kinds))
        self.made.by_family.setdefault(measure.unit.family, []).append(measure.id)
        self.add("noun", [measure.id], named.nouns)
        # 水田排水纠纷: the end of 矛盾纠纷 explains itself beside a kind, and is no evidence alone
        self.add("tail", [measure.id], {noun[-2:] for noun in named.nouns if len(noun) > 3})

    def _covering(self, measure: Measure, names: Sequence[str]) -> Named:
        predicates: list[tuple[str, ...]] = []
        groups: set[str] = set()
        for name in names:
            predicate = _predicate(name)
            predicates.append(_fragments(predicate))
            verb = self._verb(predicate)
            if verb and GAP not in predicate:
                # 建有健身广场: 建成健身广场 and 健身广场已建成 say the same
                groups |= self.group_of[verb]
                predicates.append((predicate.removeprefix(verb),))
        return Named(measure, frozenset(), frozenset(groups), tuple(predicates))

    def _observed(self, measure: Measure, names: Sequence[str]) -> Named:
        groups = {measure.action}
        if measure.action not in self.groups:
            groups |= self.group_of.get(measure.action, set())
        if measure.unit.kind == "money":
            groups.add("购置")  # 投入4.447万元购买环卫车辆 says what for
        nouns = {measure.noun or measure.title}
        for words in HOLDERS.values():
            if measure.noun in words:
                nouns.update(words)
        for name in names:
            verb = self._verb(name)
            if verb:
                groups |= self._own_groups(verb, measure)
            rest = name.removeprefix(verb)
            if GAP not in rest and len(rest) > 1:
                nouns.add(rest)
        phrases = tuple(map(_fragments, names))
        return Named(measure, frozenset(nouns), frozenset(groups - {""}), (), phrases)

    def _verb(self, name: str) -> str:
        """The action that a name begins with, when two characters or more follow."""
        return next((each for each in self.verbs if name.startswith(each) and len(name) > len(each) + 1), "")

    def _own_groups(self, verb: str, measure: Measure) -> set[str]:
        """The groups a verb of an alias adds: only the one the measure has, unless the verb is in no other."""
        mine = self.group_of.get(verb, set())
        return {measure.action} & mine or (mine if len(mine) == 1 else set())

    def tags(self, catalog: Catalog) -> None:
        """The tags that a coverage asks for: 公路沿线."""
        for measure in catalog.measures.values():
            if measure.coverage is not None:
                for tag in measure.coverage.tags:
                    self.add("tag", [tag], [tag])

    def units(self, tree: OrgTree, root: int, day: date) -> None:
        """The names of everything inside the root, of the root itself, and of what lies above it."""
        made = self.made
        for unit in tree.members(root, day):
            naming = tree.naming(unit, day)
            if unit != root:
                self.add("unit", [unit], [name for name in (naming.name, *naming.aliases) if len(name) > 1])
            else:
                self.add("root", [root], {naming.name, *naming.aliases})
        kind = made.root_kind
        self.add("root", [root], _WHOLE.get(kind, ()))
        level = LEVEL_OF_KIND[kind]
        made.above = frozenset(
            {word for word, other in ABOVE.items() if LEVEL_OF_KIND[other] < level}
            | {tree.name(unit, day) for unit in tree.ancestors(root, day)}
        )


def _predicate(name: str) -> str:
    """What a coverage says of its units: 建有健身广场 of 建有健身广场的村."""
    for kind in HOLDERS.values():
        for word in sorted(kind, key=len, reverse=True):
            if name.endswith(f"的{word}"):
                return name.removesuffix(f"的{word}")
    head, of, tail = name.rpartition("的")
    return head if of and any(tail.endswith(word) for kind in HOLDERS.values() for word in kind) else name


def _fragments(name: str) -> tuple[str, ...]:
    return tuple(part for part in name.split(GAP) if part)


def find_fragments(fragments: Sequence[str], text: str) -> tuple[tuple[int, int], ...] | None:
    """Where the fragments stand in `text`, in order; the last one as late as it can be. None when one is missing."""
    places: list[tuple[int, int]] = []
    at = len(text)
    for fragment in reversed(fragments):
        found = text.rfind(fragment, 0, at)
        if found < 0:
            return None
        places.append((found, found + len(fragment)))
        at = found
    return tuple(reversed(places))
