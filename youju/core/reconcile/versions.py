"""Two checks of one draft: what was mended between them, and what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_TROUBLE = frozenset({"differs", "unclear", "unsupported"})


@dataclass(frozen=True, slots=True)
class Compared:
    """Findings of the earlier check that are gone, and of the later that were not there: what is wrong, and the words."""

    mended: tuple[tuple[str, str], ...]
    new: tuple[tuple[str, str], ...]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Compared:
    """What changed between two checks, as kept by `checked_row` and `finding_row`."""
    old, now = Counter(_troubles(before)), Counter(_troubles(after))
    return Compared(tuple((old - now).elements()), tuple((now - old).elements()))


def _troubles(found: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    claims: Sequence[Mapping[str, Any]] = found.get("claims", ())
    for row in claims:
        if row["mark"] in _TROUBLE:
            subject = row["subject"] or ""
            yield str(row["verdict"]), f"{subject}{row['text']}"
    for row in found.get("findings", ()):
        yield str(row["title"]), str(row["snippet"])
