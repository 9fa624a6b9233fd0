"""Checks of a draft that need no ledger: slips that would embarrass whoever signs it.

`audit(text, claims, context) -> list[Finding]` runs them, `CHECKS` lists them;
docs/algorithms/audit.md explains them.
"""

from youju.core.audit.check import Check, Slip
from youju.core.audit.context import Context, Places, places_from_lines, places_of
from youju.core.audit.finding import SEVERITIES, Finding, Severity, Span
from youju.core.audit.registry import CHECKS, UnknownCheck, active_checks, audit, read_off
from youju.core.audit.words import AuditWords

__all__ = [
    "CHECKS", "SEVERITIES", "AuditWords", "Check", "Context", "Finding", "Places", "Severity", "Slip", "Span",
    "UnknownCheck", "active_checks", "audit", "places_from_lines", "places_of", "read_off",
]  # fmt: skip
