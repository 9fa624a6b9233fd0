"""Handing in a form: the entry, its files and the end of its draft are one step, done once or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import transaction

from youju.actions import entries, entry_drafts, evidence
from youju.actions.entries import Recorded
from youju.core.entry import Raw
from youju.core.quantity import UnitTable
from youju.office.evidence import check_evidence
from youju.store.models import Member


def record(
    register: str,
    unit: int,
    raw: Mapping[str, Raw],
    files: Sequence[Path],
    *,
    by: Member,
    units: UnitTable,
    key: str,
    provider: str = "",
    reuse_reason: str = "",
    draft: uuid.UUID | None = None,
) -> Recorded:
    """`entries.record` with evidence. When a file is refused the entry is not recorded either.

    key  the form's request number; the same form sent twice gives the same entry
    """
    inspect(files)
    with transaction.atomic():
        recorded = entries.record(register, unit, raw, by=by, units=units, provider=provider, key=key)
        _attach(recorded.entry, files, by=by, key=key, reuse_reason=reuse_reason)
        if draft is not None:
            entry_drafts.discard(draft, by=by)
        return recorded


def correct(
    entry: int,
    changes: Mapping[str, Raw],
    files: Sequence[Path],
    *,
    by: Member,
    units: UnitTable,
    key: str,
    reason: str,
    seen: int,
    reuse_reason: str = "",
) -> Recorded:
    """`entries.correct` with evidence, in one step."""
    inspect(files)
    with transaction.atomic():
        recorded = entries.correct(entry, changes, by=by, units=units, reason=reason, seen=seen, key=key)
        _attach(entry, files, by=by, key=key, reuse_reason=reuse_reason)
        return recorded


def attach(entry: int, files: Sequence[Path], *, by: Member, key: str, reuse_reason: str = "") -> None:
    """Attach several files, all or none; each under the form's number and its own place in the form."""
    inspect(files)
    with transaction.atomic():
        _attach(entry, files, by=by, key=key, reuse_reason=reuse_reason)


def inspect(files: Sequence[Path]) -> None:
    """Raises what `check_evidence` raises for the first file that may not be kept. Before any transaction: it reads them."""
    for path in files:
        check_evidence(path)


def _attach(entry: int, files: Sequence[Path], *, by: Member, key: str, reuse_reason: str) -> None:
    for at, path in enumerate(files):
        evidence.attach(entry, path, by=by, key=f"{key}/{at}", reuse_reason=reuse_reason, inspected=True)
