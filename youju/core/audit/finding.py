"""What the audit of a draft says: one slip, its place to the character, why it is one and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: dict[Severity, str] = {"error": "错误", "warning": "疑点", "note": "提示"}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of the draft, half-open, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One slip in a draft.

    code        the check that found it, listed in docs/errors.md: audit.placeholder
    severity    error: certainly wrong; warning: very likely wrong; note: worth a look before it goes out
    start, end  half-open, in code points of the text as audited
    snippet     exactly text[start:end]
    reason      the whole Chinese sentence: what is wrong
    suggestion  what to write or to check
    related     the other places that take part: the total of these parts, the first of the two
    """

    code: str
    severity: Severity
    start: int
    end: int
    snippet: str
    reason: str
    suggestion: str = ""
    related: tuple[Span, ...] = ()
