"""Importing workbooks: one workbook and register, one batch, all rows or (on request) the good ones; and taking it back."""

from __future__ import annotations

import contextlib
from dataclasses import replace

from youju.actions import entries, evidence, guards, headings, ledger, workbooks
from youju.actions.examining import Imported, content_of, day_of, examine
from youju.actions.ledger import Change
from youju.actions.observing import reobserve
from youju.actions.workbook_rows import NothingToImport, RegisterUnclear, Request, Rows, Tell, rows_of
from youju.core.importing import names_people
from youju.core.problem import DomainError, Refused
from youju.core.quantity import UnitTable
from youju.core.review import check_reason
from youju.office.workbook import Workbook, read_workbook
from youju.store.models import Batch, Entry, ImportedRow, Member
from youju.store.queries import scope

__all__ = ["Imported", "NothingToImport", "RegisterUnclear", "Request"]


class UnknownBatch(DomainError):
    """No batch of that number within what the asker may see."""

    code = "batch.unknown"
    text = "没有编号为{batch}的导入批次，或无权查看。"


class BatchTakenBack(DomainError):
    """The batch was taken back already."""

    code = "batch.taken_back"
    text = "批次{batch}已于#{seq}撤回。"


def import_workbook(request: Request, *, by: Member, units: UnitTable, key: str = "") -> Imported:
    """Import one workbook as one batch: all rows, or none when any has an error (unless `partial`).

    Rows imported before are recognised and left alone, so repeating an import changes nothing.
    raises  Refused with every problem, RegisterUnclear, NothingToImport, NotAllowed, file errors
    """
    workbook, before = read_workbook(request.path), None
    with contextlib.suppress(DomainError):  # said again under the lock, unless this is a retry
        before = rows_of(ledger.look(by), workbook, request, units)
    content = request.path.read_bytes()
    return import_read(workbook, content, request, by=by, units=units, key=key, before=before)


def import_read(
    workbook: Workbook,
    content: bytes,
    request: Request,
    *,
    by: Member,
    units: UnitTable,
    key: str = "",
    before: Rows | None = None,
) -> Imported:
    """Import what was read of a workbook; `content` is kept as evidence, sealed when it names people.

    before  its rows as they were read outside the ledger's lock
    """
    file = {"file": evidence.digest_of(content), "unit": request.unit, "register": request.register}
    asked = ledger.told(file, provider=request.provider, partial=request.partial, adjust=request.adjust)
    with ledger.change("batch.imported", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            found = examine(change, workbook, request, units, before=before)
            entries_then = tuple(change.repeated["entries"])
            return replace(found, batch=int(change.repeated["batch"]), entries=entries_then)
        found = examine(change, workbook, request, units, before=before)
        version = found.read.version
        errors = [problem for problem in found.all_problems if problem.level == "error"]
        table_errors = [problem for problem in found.problems if problem.level == "error"]
        if errors and (table_errors or not request.partial):
            raise Refused(tuple(found.all_problems))
        new = found.new
        if not new:
            change.repeated = {}  # nothing to write, so no event either
            return found
        days = [(line.unit, day_of(line, version.register)) for line in new]
        adjustment = guards.check_open(change, days, "导入", adjust=request.adjust, approver=request.approver)
        batch, made = _write(change, found, request, content, adjustment)
        headings.remember(change, request.unit, found.register, found.decided)
        change.result = {"batch": batch.pk, "entries": made}
        return replace(found, batch=batch.pk, seq=change.seq, entries=tuple(made))


def preview(request: Request, *, by: Member, units: UnitTable) -> Imported:
    """What an import would do; writes nothing."""
    return preview_read(read_workbook(request.path), request, by=by, units=units)


def preview_read(
    workbook: Workbook, request: Request, *, by: Member, units: UnitTable, tell: Tell | None = None
) -> Imported:
    """What importing what was read of a workbook would do; writes nothing and takes no lock."""
    return examine(ledger.look(by), workbook, request, units, tell)


def take_back(
    batch_id: int,
    *,
    by: Member,
    reason: str,
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> int:
    """Void every entry of a batch together; one that holds reviewed entries only by a reviewer. Returns the seq."""
    asked = ledger.told({"batch": batch_id, "reason": reason}, adjust=adjust)
    with ledger.change("batch.taken_back", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        rows = scope.visible(Batch.unscoped.all(), change.viewer, change.tree, change.today)
        batch = rows.filter(pk=batch_id).first()
        if batch is None:
            raise UnknownBatch(batch=batch_id)
        if batch.taken_back_seq is not None:
            raise BatchTakenBack(batch=batch_id, seq=batch.taken_back_seq)
        why = check_reason(reason, "撤回批次")
        living = list(
            Entry.unscoped.filter(imported__batch=batch)
            .exclude(state="void")
            .select_related("counted")
            .order_by("pk")
        )
        if living:
            entries.void_entries(change, living, why, adjust=adjust, approver=approver)
        batch.taken_back_seq = change.seq
        batch.save(update_fields=["taken_back_seq"])
        change.said["batch"] = batch.pk
        reobserve(change, [entry.pk for entry in living])
        change.result = {"seq": change.seq}
        return change.seq


def _write(
    change: Change,
    found: Imported,
    request: Request,
    content: bytes,
    adjustment: str,
) -> tuple[Batch, list[int]]:
    assert change.by is not None
    version, lines, file = found.read.version, found.new, found.file
    register = version.register
    sealed = workbooks.store(content) if names_people(found.tables, register) else None
    blob = evidence.store_bytes(content, evidence.media_type(file)) if sealed is None else sealed.blob
    batch = change.add(
        Batch(
            register=register.id,
            unit_id=request.unit,
            file_name=file[:255],
            blob=blob,
            by=change.by,
            rows=len(lines),
            seq=change.seq,
        )
    )
    contents = [content_of(line, register) for line in lines]
    written = entries.write(change, version, contents, provider=request.provider, adjustment=adjustment)
    made = [each.entry for each in written]
    change.add_all(
        ImportedRow,
        [
            {
                "batch_id": batch.pk,
                "entry_id": entry,
                "sheet": line.sheet[:100],
                "row": line.row,
                "digest": line.digest,
                "seq": change.seq,
            }
            for line, entry in zip(lines, made, strict=True)
        ],
    )
    if sealed is not None:
        workbooks.add(change, batch, sealed)
    reobserve(change, made)
    return batch, made
