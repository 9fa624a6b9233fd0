"""Short drafts for the checks: what they find in them, and in what they must keep silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from youju.core.audit import AuditWords, Context, Finding, Places, audit
from youju.core.claim.extract import extract
from youju.core.claim.lexicon import Lexicon
from youju.core.claim.model import Claim
from youju.core.period import Period
from youju.specs.lexicon import load_lexicon
from youju.specs.terms import read_audit_words

CATALOG = Path(__file__).resolve().parents[3] / "catalog"
TODAY = date(2026, 11, 24)


@cache
def words() -> AuditWords:
    found, problems = read_audit_words([CATALOG], TODAY)
    assert not problems, [str(problem) for problem in problems]
    return found


@cache
def lexicon() -> Lexicon:
    return load_lexicon([CATALOG])


def claims_of(text: str) -> Sequence[Claim]:
    return extract(text, lexicon())


def findings(
    text: str, code: str = "", *, period: Period | None = None, unit: str = "", places: Places | None = None
) -> list[Finding]:
    """What the audit finds in `text`; only findings of check `code` when one is given."""
    context = Context(words=words(), period=period, unit=unit, places=places, today=TODAY)
    found = audit(text, claims_of(text), context)
    return [each for each in found if not code or each.code == f"audit.{code}"]


def snippets(text: str, code: str, **known: object) -> list[str]:
    """The words that check `code` marks in `text`."""
    return [each.snippet for each in findings(text, code, **known)]  # type: ignore[arg-type]
