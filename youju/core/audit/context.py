"""What the audit knows besides the text: the period it reports on, its own places, the day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from youju.core.audit.reporting import Reported
from youju.core.audit.words import AuditWords
from youju.core.orgtree import LEVEL_OF_KIND, OrgTree
from youju.core.period import Period


@dataclass(frozen=True, slots=True)
class Places:
    """Names of places: those of the reporting unit, and those of its neighbours.

    own     names the draft may use: the unit, what lies in it and above it
    others  name → the unit that it belongs to
    """

    own: frozenset[str] = frozenset()
    others: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What a check may use besides the draft.

    words     what the catalog says
    period    what the draft reports on, both ends included; None: read from the text
    unit      name of the reporting unit, "" when not known
    places    None: no check of place names
    today     None: nothing is compared with the present day
    off       ids of checks that are switched off
    reported  what the draft reports on; `audit` fills it in
    """

    words: AuditWords = field(default_factory=AuditWords)
    period: Period | None = None
    unit: str = ""
    places: Places | None = None
    today: date | None = None
    off: frozenset[str] = frozenset()
    reported: Reported | None = None

    def parameter(self, name: str, default: int) -> int:
        """A whole number that the catalog may set: audit-stale-years."""
        return int(self.words.parameters.get(name, default))


def places_of(tree: OrgTree, unit: int, day: date) -> Places:
    """Own names and those of other towns on `day`, as far as `tree` knows them.

    A name that both have is one's own: 新村 exists in every county.
    """
    above = tuple(tree.ancestors(unit, day))
    own = {name for member in (*tree.members(unit, day), *above) for name in _names(tree, member, day)}
    others: dict[str, str] = {}
    for other in tree.placements:
        if other in above or not tree.exists(other, day) or tree.contains(unit, other, day):
            continue
        town = next(
            (each for each in (other, *tree.ancestors(other, day)) if tree.kind(each, day) == "town"), None
        )
        if town is None or LEVEL_OF_KIND[tree.kind(other, day)] < LEVEL_OF_KIND["town"]:
            continue
        for name in _names(tree, other, day):
            others.setdefault(name, tree.name(town, day))
    return Places(frozenset(own), _without(others, own))


def places_from_lines(lines: Iterable[str], unit: str) -> Places:
    """Places from a plain list, one a line: a town (石桥镇) or a town and a place of it (石桥镇/上村).

    unit  the town whose places are one's own
    """
    own: set[str] = {unit}
    others: dict[str, str] = {}
    for line in lines:
        parts = [
            part.strip() for part in line.replace("，", "/").replace(",", "/").split("/") if part.strip()
        ]
        if not parts or parts[0].startswith("#"):
            continue
        if parts[0] == unit:
            own.update(parts)
        else:
            others.update({part: parts[0] for part in parts if part not in others})
    return Places(frozenset(own), _without(others, own))


def _names(tree: OrgTree, unit: int, day: date) -> list[str]:
    naming = tree.naming(unit, day)
    return [name for name in (naming.name, *naming.aliases) if len(name) >= 2]


def _without(others: dict[str, str], own: Iterable[str]) -> dict[str, str]:
    mine = set(own)
    return {name: town for name, town in others.items() if name not in mine}
