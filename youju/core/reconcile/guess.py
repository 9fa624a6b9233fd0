"""Whose draft it is and as of when, read from its signature, its title and the places it names. Always changeable."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from youju.core.audit.draft import Draft
from youju.core.audit.reporting import read_period, read_signature
from youju.core.orgtree import OrgTree
from youju.core.period import Period

_OFFICES = re.compile(
    r"(?:中共|人民政府|政府|党委|镇委|办事处|委员会|村民委员会|村委会|党总支|党支部|工作领导小组|创建办|创城办|办公室).*\Z"
)
_OF_A_TOWN = re.compile(r"全镇|我镇|本镇|镇党委|镇政府")


@dataclass(frozen=True, slots=True)
class Guess:
    """What a draft says of itself.

    unit     id in the tree, None when nothing in it tells; known_by: signature, title, text, only or ""
    as_of    the day it speaks of; day_by: signature, period or today
    period   what it reports on, None when it does not say
    """

    unit: int | None
    known_by: str
    as_of: date
    day_by: str
    period: Period | None


def guess(draft: Draft, tree: OrgTree, candidates: Collection[int], today: date) -> Guess:
    """The unit and the day of a draft.

    candidates  units the reader may see: the guess is one of them or none
    """
    reported = read_period(draft)
    period = reported.period if reported else None
    signature = read_signature(draft)
    if signature is not None and signature.day <= today:
        as_of, day_by = signature.day, "signature"
    elif period is not None and period.last <= today:
        as_of, day_by = period.last, "period"
    else:
        as_of, day_by = today, "today"
    names = _names(tree, candidates, as_of)
    title = draft.slice(draft.title) if draft.title is not None else ""
    for words, known_by in ((signature.signer if signature else "", "signature"), (title, "title")):
        if (unit := _unit_in(words, names)) is not None:
            return Guess(unit, known_by, as_of, day_by, period)
    unit, known_by = _most_named(draft, tree, names, as_of)
    return Guess(unit, known_by, as_of, day_by, period)


def _names(tree: OrgTree, candidates: Collection[int], day: date) -> dict[str, int]:
    """Name → unit, of those that report: counties, towns, villages, communities, offices."""
    found: dict[str, int] = {}
    for unit in candidates:
        naming = tree.naming(unit, day)
        if naming.kind in ("county", "town", "village", "community", "office", "school"):
            for name in (naming.name, *naming.aliases):
                if len(name) > 1:
                    found.setdefault(name, unit)
    return found


def _unit_in(words: str, names: dict[str, int]) -> int | None:
    """The unit whose name stands first in some words; of two at one place the longer."""
    plain = _OFFICES.sub("", words) or words
    best: tuple[int, int, int] | None = None
    for name, unit in names.items():
        at = plain.find(name)
        if at >= 0 and (best is None or (at, -len(name)) < best[:2]):
            best = (at, -len(name), unit)
    return best[2] if best else None


def _most_named(draft: Draft, tree: OrgTree, names: dict[str, int], day: date) -> tuple[int | None, str]:
    """The town a text speaks of as 我镇, when only one may be seen; else the unit named most often."""
    towns = [unit for unit in set(names.values()) if tree.kind(unit, day) == "town"]
    if len(towns) == 1 and _OF_A_TOWN.search(draft.text):
        return towns[0], "text"
    counted: Counter[int] = Counter()
    for name, unit in names.items():
        counted[unit] += draft.text.count(name)
    for unit, times in counted.most_common(1):
        if times:
            return unit, "text"
    units = set(names.values())
    return (units.pop(), "only") if len(units) == 1 else (None, "")
