"""How rows become digests and events become a chain.

An event names, for every table, the digest of the rows that its sequence number appended or closed. Whoever has
the tables can compute them again. What a digest covers has a version, which the event's body names: events of an
older version go on being verified as they were written. docs/decisions/01-ledger-sequence-and-digests.md
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from django.db import models

from youju.core.canonical import digest
from youju.store.models import (
    Batch,
    Entry,
    EvidenceLink,
    FinalReport,
    FrozenFigure,
    Grant,
    ImportedRow,
    Member,
    OrgUnit,
    PeriodClose,
    ReportText,
    Review,
    Revision,
    SealedWorkbook,
    SpecVersion,
    Token,
    Tombstone,
    UnitNaming,
    UnitPlacement,
    UnitTagging,
    Void,
    WorkbookTombstone,
)

# What the chain holds of each table: the column with the sequence number, and the columns that never change.
APPENDED: dict[type[models.Model], tuple[str, tuple[str, ...]]] = {
    OrgUnit: ("seq", ("id", "uid")),
    UnitNaming: ("seq_from", ("id", "unit_id", "name", "kind", "code", "aliases", "since", "until")),
    UnitPlacement: ("seq_from", ("id", "unit_id", "parent_id", "place", "since", "until", "successor_id")),
    UnitTagging: ("seq_from", ("id", "unit_id", "tag", "since", "until")),
    Member: ("seq", ("id", "uid", "account", "name", "unit_id")),
    Grant: ("seq_from", ("id", "member_id", "role", "unit_id", "registers", "since", "until")),
    SpecVersion: ("active_from_seq", ("id", "kind", "name", "digest")),
    Entry: ("seq", ("id", "uid", "register", "unit_id")),
    Revision: (
        "seq",
        ("id", "entry_id", "number", "author_id", "provider", "reason", "adjustment", "digest"),
    ),
    Review: ("seq", ("id", "revision_id", "verdict", "reviewer_id", "reason")),
    Void: ("seq", ("id", "entry_id", "by_id", "reason")),
    Batch: ("seq", ("id", "uid", "register", "unit_id", "file_name", "blob_id", "by_id", "rows")),
    ImportedRow: ("seq", ("id", "batch_id", "entry_id", "sheet", "row", "digest")),
    EvidenceLink: (
        "seq",
        ("id", "entry_id", "blob_id", "name", "effective_on", "expires_on", "reuse_reason", "by_id"),
    ),
    Tombstone: ("seq", ("id", "revision_id", "field", "reason", "basis", "approver_id")),
    SealedWorkbook: ("seq", ("id", "batch_id", "blob_id", "digest")),
    WorkbookTombstone: ("seq", ("id", "sealed_id", "reason", "basis", "approver_id")),
    FinalReport: (
        "seq",
        ("id", "uid", "report_id", "number", "text_number", "day", "signer_id", "note", "digest"),
    ),
    FrozenFigure: (
        "seq",
        (
            "id",
            "final_id",
            "key",
            "name",
            "recipe",
            "value",
            "unit",
            "whole",
            "wording",
            "n",
            "missing",
            "pending",
            "sources",
            "sources_digest",
        ),
    ),
    Token: ("seq_from", ("id", "uid", "member_id", "grant_id", "title", "digest", "expires_on")),
    PeriodClose: ("seq_from", ("id", "unit_id", "through", "by_id", "reason")),
}
VERSION = 2  # of what the digests cover; 1 had only the columns above, and its bodies name no version


def _kept_bytes(row: models.Model) -> list[object]:
    """Of a row that names a file: which bytes, so that nobody can put others in their place."""
    blob = row.blob  # type: ignore[attr-defined]
    return [blob.sha256, blob.size, blob.media_type]


def _written(row: models.Model) -> list[object]:
    """Of a signed report: what it is a report on, and who wrote which version of its text until then."""
    report = row.report  # type: ignore[attr-defined]
    texts = ReportText.unscoped.filter(report=report, number__lte=row.text_number).order_by("number")  # type: ignore[attr-defined]
    of_report = ("uid", "spec", "unit_id", "first", "last", "title", "by_id", "at")
    of_text = ("id", "number", "base", "text", "author_id", "at", "note")
    said = [[plain_value(getattr(report, column)) for column in of_report]]
    said += [[plain_value(getattr(text, column)) for column in of_text] for text in texts]
    # Drafts may hold what no ledger row may, such as a lone surrogate: the plain digest takes everything.
    return [hashlib.sha256(json.dumps(said).encode()).hexdigest()]


# What version 2 adds to a row's line: columns of its own, and of rows that it names.
ADDED: Mapping[type[models.Model], tuple[str, ...]] = {Revision: ("spec_id",)}
NAMED: Mapping[type[models.Model], Callable[[models.Model], list[object]]] = {
    EvidenceLink: _kept_bytes,
    Batch: _kept_bytes,
    SealedWorkbook: _kept_bytes,
    FinalReport: _written,
}
# What has to be fetched with the rows for it.
WITH: Mapping[type[models.Model], str] = {
    EvidenceLink: "blob",
    Batch: "blob",
    SealedWorkbook: "blob",
    FinalReport: "report",
}
CLOSED: tuple[type[models.Model], ...] = (UnitNaming, UnitPlacement, UnitTagging, Grant, PeriodClose, Token)


_AS_IT_IS = frozenset({int, str, bool, type(None)})


def table_name(model: type[models.Model]) -> str:
    """The name of a table in event bodies: unit_naming for UnitNaming."""
    name = model.__name__
    return "".join(
        f"_{each.lower()}" if each.isupper() and at else each.lower() for at, each in enumerate(name)
    )


def row_line(row: models.Model, version: int = VERSION) -> list[object]:
    """The canonical list of what the digests of this version cover of a row."""
    model = type(row)
    columns = APPENDED[model][1] + (ADDED.get(model, ()) if version >= 2 else ())
    line = [plain_value(getattr(row, column)) for column in columns]
    return [*line, NAMED[model](row)] if version >= 2 and model in NAMED else line


def line_of(model: type[models.Model]) -> Callable[[Mapping[str, Any]], list[object]]:
    """The same of rows of one table that are dicts by column, as store.bulk has them."""
    assert model not in NAMED, "rows that name others are added one by one"
    pick = itemgetter(*APPENDED[model][1], *ADDED.get(model, ()))
    return lambda row: [each if type(each) in _AS_IT_IS else plain_value(each) for each in pick(row)]


def rows_digest(lines: Iterable[list[object]]) -> tuple[int, str]:
    """How many rows, and one digest over them in the order of their keys."""
    ordered = sorted(lines, key=lambda line: int(str(line[0])))
    return len(ordered), digest(ordered)


def link(previous: str, seq: int, at: datetime, kind: str, actor: int | None, body: str) -> str:
    """The hash of an event: of the one before, and of everything the event says."""
    return digest([previous, seq, at.isoformat(), kind, actor, body])


def plain_value(value: object) -> object:
    """A column's value in the types that `canonical` writes."""
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value
