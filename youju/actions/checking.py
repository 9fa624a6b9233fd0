"""Checks while a report is written: the ledger-free checks of drafts, and numbers that were typed and are no figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from youju.actions.composing import Composed
from youju.core.audit import AuditWords, Context, Finding, audit, read_off
from youju.core.claim.extract import extract
from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import CLAIM_KINDS, Claim
from youju.core.document import figures_in
from youju.core.figure import Figure
from youju.specs.lexicon import load_lexicon
from youju.specs.terms import read_audit_words


@dataclass(frozen=True, slots=True)
class Loose:
    """A number in the text that is no figure: it can be bound to one.

    before  some words before it, so that it can be found again in the text
    subject what it seems to count, as the extractor reads it
    """

    start: int
    end: int
    text: str
    before: str
    subject: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found in a composed report; places are those of its plain text."""

    findings: tuple[Finding, ...]
    loose: tuple[Loose, ...]


def check(made: Composed, today: date) -> Checked:
    """Run every ledger-free check, and find typed numbers outside of figures."""
    text = made.text
    folders = _folders()
    stamp = _stamp(folders)
    lexicon, words = _words(folders, stamp, made.period.last)
    claims = extract(text, lexicon)
    context = Context(
        words=words, period=made.period, unit=made.unit_name, today=today, off=read_off(words.off)
    )
    spans = sorted(figures_in(made.document).values())
    return Checked(tuple(audit(text, claims, context)), tuple(_loose(text, claims, spans)))


def thin(figure: Figure) -> list[str]:
    """Why one should think twice before writing a figure: few records, some missing, some waiting."""
    said = []
    if figure.value is None:
        said.append("没有任何单位报送")
    elif figure.n <= 1 and figure.value.number != 0:
        said.append("只有1条记录支撑")
    if figure.missing:
        said.append(f"{figure.missing}个单位有未报的期次，数字只含已报的")
    if figure.pending:
        said.append(f"另有{figure.pending}条待审核，未计入")
    return said


def _loose(text: str, claims: list[Claim], spans: list[tuple[int, int]]) -> Iterator[Loose]:
    for claim in claims:
        inside = any(start < claim.end and claim.start < end for start, end in spans)
        if claim.is_claim and claim.kind in CLAIM_KINDS and claim.kind != "coverage" and not inside:
            before = text[max(0, claim.start - 12) : claim.start].rpartition("\n")[2]
            yield Loose(claim.start, claim.end, claim.text, before, claim.subject)


def _folders() -> tuple[Path, ...]:
    both = (Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG))
    return tuple(folder for folder in both if folder.is_dir())


def _stamp(folders: tuple[Path, ...]) -> float:
    """When the newest of the files that words come from was written."""
    parts = ("terms", "norms", "lexicon", "parameters")
    files = [path for folder in folders for part in parts for path in (folder / part).rglob("*.yaml")]
    return max((path.stat().st_mtime for path in files), default=0.0)


@lru_cache(maxsize=8)
def _words(folders: tuple[Path, ...], _stamp: float, day: date) -> tuple[Lexicon, AuditWords]:
    words, _ = read_audit_words(folders, day)
    return load_lexicon(folders), words
