"""Which unit a figure of a draft holds for: the whole town, one village, or something the tree does not know.

The nearest unit named in the clause, else in the clauses before it, else the one its paragraph is about, else the whole.
Two units in one clause (东村、南村发放300份) are a joint total, which is a doubt and not a guess.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from youju.core.reconcile.regions import Region
from youju.core.reconcile.words import Hit, Vocabulary

# A place by its looks that no name of the tree explains: 石塘村, 某某镇.
_STRANGE = re.compile(
    r"(?P<name>[一-鿿]{1,6}?(?:行政村|村民委员会|村委会|村委|村|社区|自然屯|屯|镇|乡|街道|小学|中学|初级中学|派出所|卫生院))"
)
_GENERIC = re.compile(
    r"(?:行政|自然|各|全|本|我|该|两|农|乡|每|个|文明|示范|美丽|所有|全部|多数|部分|其他|其余|相关|沿线|中心|重点|试点|及|和|与|的|有|在|向|到|由|对|等|进|入|下|驻|包|为|"
    r"薄弱|城|新|古|老|山|库区|贫困|脱贫|先进|优秀|推荐|申报|建成|评为|名|级)+(?:行政|自然|文明)?"
    r"(?:行政村|村民委员会|村委会|村委|村|社区|自然屯|屯|镇|乡|街道|小学|中学|派出所|卫生院)"
)
_JOINT = re.compile(r"[、和与及]")
_AFTER_PLACE = re.compile(r"[干级民容貌规屯两庄风部内里医道域委会]")


@dataclass(frozen=True, slots=True)
class Where:
    """The unit that a claim holds for.

    unit    id in the tree
    said    the name as written, "" for the whole by default
    others  units it might hold for as well, because an earlier clause or sentence names them
    doubt   Chinese, "" when it is sure
    """

    unit: int
    said: str = ""
    others: tuple[int, ...] = ()
    doubt: str = ""


def read_where(
    region: Region,
    core: list[Hit],
    lead: list[Hit],
    opening: list[Hit],
    heading: list[Hit],
    vocabulary: Vocabulary,
) -> Where:
    """The unit of one claim.

    core, lead, opening, heading  the known words of its clause, of the clauses before it, of its paragraph's first words,
                              of the headings above it
    """
    root = vocabulary.root
    for word in vocabulary.above:
        if word in region.core or word in region.lead:
            return Where(root, word, (), f"“{word}”超出本次核对的单位。")
    found = _in_clause(region, core, vocabulary)
    if found is None and not _says_whole(core):
        found = _before(region, lead, vocabulary)
        if found is None and not _says_whole(lead) and (topic := _topic(opening, heading)) is not None:
            found = replace(_of(topic, vocabulary), others=(root,))
    return found or Where(root)


def _in_clause(region: Region, core: list[Hit], vocabulary: Vocabulary) -> Where | None:
    here = _named(core)
    if len(here) > 1:
        names = "、".join(dict.fromkeys(hit.word for hit in here))
        return Where(vocabulary.root, names, (), f"“{names}”是合在一起的数，台账按单位分开记。")
    if strange := strange_place(region.core, core):
        return Where(vocabulary.root, strange, (), f"组织里没有“{strange}”。")
    return _of(here[0], vocabulary) if here else None


def _before(region: Region, lead: list[Hit], vocabulary: Vocabulary) -> Where | None:
    root, before = vocabulary.root, _named(lead)
    if not before:
        strange = "" if _says_whole(lead) else strange_place(region.lead, lead)
        return Where(root, strange, (), f"组织里没有“{strange}”。") if strange else None
    found = _of(before[-1], vocabulary)
    if len({hit.keys("unit") for hit in before}) > 1:
        return Where(found.unit, found.said, (root,), "前文说到几个单位，这个数是哪一个的说不准。")
    if any(hit.keys("root") and len(hit.word) > 1 and hit.start > before[-1].end for hit in lead):
        return Where(root)
    return replace(found, others=(root,)) if "其中" in region.lead or "：" in region.lead else found


def _says_whole(hits: list[Hit]) -> bool:
    return any(hit.keys("root") and len(hit.word) > 1 for hit in hits)


def strange_place(text: str, hits: list[Hit]) -> str:
    """A name that looks like a place and that no known word covers, or ""."""
    for found in _STRANGE.finditer(text):
        start, end = found.span("name")
        name = found["name"]
        if _GENERIC.search(name) or len(name) < 2 or _AFTER_PLACE.match(text, end):
            continue
        if any(hit.keys("unit") and start <= hit.start and hit.end == end for hit in hits):
            continue  # 向禾岸村: the name itself is known, what stands before it is judged as any other word
        covered: set[int] = set()
        for hit in hits:
            covered.update(range(hit.start, hit.end))
        free = [text[at] for at in range(start, end) if at not in covered]
        if free and start not in covered:
            return name
    return ""


def _named(hits: list[Hit]) -> list[Hit]:
    return [hit for hit in hits if hit.keys("unit")]


def _of(hit: Hit, vocabulary: Vocabulary) -> Where:
    units = sorted(hit.keys("unit"))  # type: ignore[type-var]
    if len(units) > 1:
        return Where(vocabulary.root, hit.word, (), f"“{hit.word}”有{len(units)}个，说不准是哪一个。")
    return Where(int(str(units[0])), hit.word)


def _topic(opening: list[Hit], heading: list[Hit]) -> Hit | None:
    """The unit that a paragraph begins with: 东村：… 发放宣传资料200份."""
    for hit in opening:
        if hit.keys("unit"):
            if hit.start <= 8:
                return hit
            break
        if hit.keys("root") and len(hit.word) > 1:
            return None
    return next((hit for hit in reversed(heading) if hit.keys("unit")), None)
