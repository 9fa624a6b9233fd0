"""Two people wrote on one text at once: what both meant, line by line. Nothing that anybody wrote is lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import TypeVar

from youju.core.report import ReportSpec

ValueT = TypeVar("ValueT")


@dataclass(frozen=True, slots=True)
class Merged:
    """The text of both; `both` holds the lines that the two changed differently: (the other's, mine), both are kept."""

    text: str
    both: tuple[tuple[str, str], ...] = ()


def merge_text(base: str, theirs: str, mine: str) -> Merged:
    """`mine` and `theirs`, both written on `base`, as one text. Where both changed the same lines, both stand there."""
    if theirs in (base, mine):
        return Merged(mine)
    if base == mine:
        return Merged(theirs)
    old, a, b = (text.split("\n") for text in (base, theirs, mine))
    of_a, of_b = _matches(old, a), _matches(old, b)
    kept = [index for index in range(len(old)) if index in of_a and index in of_b]
    merged: list[str] = []
    both: list[tuple[str, str]] = []
    at = (0, 0, 0)
    for index in (*kept, len(old)):
        ends = (index, of_a.get(index, len(a)), of_b.get(index, len(b)))
        piece, clash = _between(old[at[0] : ends[0]], a[at[1] : ends[1]], b[at[2] : ends[2]])
        merged += piece
        both += clash
        if index < len(old):
            merged.append(old[index])
        at = (ends[0] + 1, ends[1] + 1, ends[2] + 1)
    return Merged("\n".join(merged), tuple(both))


def merge_reports(base: ReportSpec, theirs: ReportSpec, mine: ReportSpec) -> tuple[ReportSpec, Merged]:
    """The same for whole reports: prose by lines, figures, details and phrases by name; what both changed is mine."""
    prose = merge_text(base.prose, theirs.prose, mine.prose)
    merged = replace(
        mine,
        prose=prose.text,
        title=_newer(base.title, theirs.title, mine.title),
        addressee=_newer(base.addressee, theirs.addressee, mine.addressee),
        signature=_newer(base.signature, theirs.signature, mine.signature),
        figures=_merged_by_name(base.figures, theirs.figures, mine.figures),
        details=_merged_by_name(base.details, theirs.details, mine.details),
        phrases=_merged_by_name(base.phrases, theirs.phrases, mine.phrases),
        parts=mine.parts if mine.parts != base.parts else theirs.parts,
    )
    return merged, prose


def _newer(base: str, theirs: str, mine: str) -> str:
    return mine if mine != base else theirs


def _merged_by_name(
    base: Mapping[str, ValueT], theirs: Mapping[str, ValueT], mine: Mapping[str, ValueT]
) -> dict[str, ValueT]:
    """What either side added or changed; something that one side took out and the other left alone goes."""
    merged = {}
    for name in dict.fromkeys((*mine, *theirs)):
        own, other, old = mine.get(name), theirs.get(name), base.get(name)
        wanted = own if own != old or other is None else other
        if wanted is None and old is None:
            wanted = other
        if wanted is not None and not (other is None and own == old and old is not None):
            merged[name] = wanted
    return merged


def _matches(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    found = {}
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        for offset in range(block.size):
            found[block.a + offset] = block.b + offset
    return found


def _between(old: list[str], theirs: list[str], mine: list[str]) -> tuple[list[str], list[tuple[str, str]]]:
    if theirs in (old, mine):
        return mine, []
    if mine == old:
        return theirs, []
    if not old:
        return [*theirs, *mine], []  # both added something at one place
    return [*theirs, *mine], [("\n".join(theirs), "\n".join(mine))]
