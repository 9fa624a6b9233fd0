"""Workbooks brought to be imported: kept aside for their owner, looked at, corrected, and imported by a job.

The bytes lie in uploads/ below YOUJU_DATA under a name of ours, and in no backup: they may name people. They are on disk
before the row that names them is there; a file without a row is swept after an hour, a row seven days after it was
brought. Once every row is imported the bytes are of no use to anybody and go at once.
"""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from youju.actions import batches, entries, entry_drafts, ledger, queue, quota
from youju.actions.batches import Imported, Request
from youju.actions.queue import Run
from youju.core.entry import ClosedPeriod, show
from youju.core.importing import Line, field_names
from youju.core.job import ENDED
from youju.core.problem import DomainError
from youju.core.quantity import Quantity
from youju.core.review import check_reason
from youju.office.package import whole_file
from youju.office.sniff import MAX_FILE_BYTES, FileTooLarge
from youju.office.spooling import safe_name
from youju.office.workbook import Workbook, read_workbook
from youju.store.models import Batch, Job, Member, Upload
from youju.store.queries.catalog import units_of_measure

KEPT = timedelta(days=7)
ORPHAN_SECONDS = 3600


class UnknownUpload(DomainError):
    """No such upload, or it is somebody else's."""

    code = "upload.unknown"
    text = "没有这份待导入的文件，或不是由您上传的。上传的文件只保留7天，请重新上传。"


class UploadBusy(DomainError):
    """It is being imported: nothing about it can be changed now."""

    code = "upload.busy"
    text = "“{file}”正在导入，请等待完成。"


@dataclass(frozen=True, slots=True)
class Looked:
    """An upload, its workbook, and what importing it would do; without the latter, why it cannot be said."""

    upload: Upload
    workbook: Workbook
    found: Imported | None
    refusal: DomainError | None = None


def bring(
    name: str,
    pieces: Iterable[bytes],
    *,
    unit: int,
    by: Member,
    register: str = "",
    provider: str = "",
    key: uuid.UUID | None = None,
) -> Upload:
    """Keep a workbook aside. It is read first: what is damaged, of another kind or carries a 密级 mark is not kept.

    name    as its owner calls it; a path in it is cut off
    key     the request's number, of which the upload's id is made: the same form sent twice is one upload
    raises  NotAllowed, FileTooLarge and what read_workbook raises
    """
    look = ledger.look(by)
    look.require("import", unit, register)
    # Of the member and the number together: nobody can name another's upload.
    uid = uuid.uuid4() if key is None else uuid.uuid5(by.uid, str(key))
    if (before := Upload.unscoped.filter(uid=uid, owner=by).first()) is not None:
        return before
    provider = entries.check_provider(provider)
    quota.check(0, by=by)
    name = safe_name(name, "工作簿")
    place = place_of(uid)
    size = put_aside(place, pieces, name)
    try:
        read_workbook(place, name=name)
    except BaseException:
        place.unlink(missing_ok=True)
        raise
    made, _ = Upload.unscoped.get_or_create(
        uid=uid,
        owner=by,
        defaults={
            "unit_id": unit,
            "register": register,
            "provider": provider,
            "name": name,
            "size": size,
            "at": timezone.now(),
        },
    )
    return made


def find(uid: uuid.UUID, by: Member, *, imported: bool = False) -> Upload:
    """The member's own upload. Raises UnknownUpload.

    imported  also one that was imported whole, of which only what came of it is left
    """
    found = Upload.unscoped.select_related("job").filter(uid=uid, owner=by).first()
    if found is None or not (place_of(uid).exists() or (imported and is_spent(found))):
        raise UnknownUpload
    return found


def look_at(upload: Upload, *, by: Member) -> Looked:
    """What importing an upload that was found would do, read anew. Writes nothing. Raises NotAllowed."""
    workbook = read_workbook(place_of(upload.uid), name=upload.name)
    try:
        found = batches.preview_read(workbook, _request(upload), by=by, units=units_of_measure())
    except (batches.RegisterUnclear, batches.NothingToImport) as refusal:
        return Looked(upload, workbook, None, refusal)
    return Looked(upload, workbook, found)


def correct(
    uid: uuid.UUID, *, by: Member, register: str, mapping: Mapping[str, str], provider: str = ""
) -> Upload:
    """Say which register it is and what columns mean; headings of fields it does not have are forgotten.

    mapping  heading or column letters → field id, '' to leave the column out
    raises   UnknownUpload, UploadBusy, UnknownRegister
    """
    with transaction.atomic():
        upload = _locked(uid, by)
        fields: set[str] = set()
        if register:
            version = entries.version_of(ledger.look(by), register)
            register = version.register.id
            fields = {each.id for each in field_names(version.register)} | {""}
        upload.register = register
        upload.mapping = {name[:200]: field for name, field in mapping.items() if field in fields and name}
        upload.provider = entries.check_provider(provider)
        upload.save(update_fields=["register", "mapping", "provider"])
        return upload


def submit(uid: uuid.UUID, *, by: Member, partial: bool) -> Job:
    """Ask for the import. While one is under way or done it is that one, however often this is called.

    raises  UnknownUpload
    """
    with transaction.atomic():
        upload = _locked(uid, by, busy=True)
        last = upload.job
        if last is not None and last.state in ("waiting", "running", "done"):
            return last
        tried = 0 if last is None else int(last.effect_key.rsplit(":", 1)[1])
        job = queue.ask(
            "import_upload",
            effect_key=f"import:{upload.uid}:{tried + 1}",
            by=by,
            asked={"upload": str(upload.uid), "partial": partial},
        )
        upload.job = job
        upload.save(update_fields=["job"])
        return job


def import_now(run: Run) -> None:
    """The job: read, look at every row outside the ledger's lock, then import in one transaction."""
    run.tell(0, 0, "正在读取工作簿")
    upload = find(uuid.UUID(str(run.asked["upload"])), run.owner)
    place = place_of(upload.uid)
    workbook = read_workbook(place, name=upload.name)
    request = replace(_request(upload), partial=bool(run.asked["partial"]))
    units = units_of_measure()
    looked = batches.preview_read(
        workbook, request, by=run.owner, units=units, tell=lambda n, of: run.tell(n, of, "正在核对")
    )
    rows = len(looked.lines)
    run.tell(rows, rows, f"正在写入{len(looked.new)}行")
    content = place.read_bytes()

    def effect() -> dict[str, object]:
        done = batches.import_read(workbook, content, request, by=run.owner, units=units, before=looked.read)
        batch = Batch.unscoped.filter(pk=done.batch or 0).first()
        return {
            "batch": done.batch,
            "batch_uid": "" if batch is None else str(batch.uid),
            "seq": done.seq,
            "register": done.register,
            "new": len(done.entries),
            "known": len(done.recognised),
            "refused": len(done.refused),
        }

    run.once(effect)
    if is_spent(Upload.unscoped.select_related("job").get(pk=upload.pk)):
        place.unlink(missing_ok=True)


def locked_rows(found: Imported) -> list[Line]:
    """The rows that only a locked period keeps out."""
    return [
        line
        for line in found.refused
        if {problem.code for problem in line.problems if problem.level == "error"} == {ClosedPeriod.code}
    ]


def ask_adjustments(uid: uuid.UUID, reason: str, *, by: Member) -> int:
    """Make every row that a locked period keeps out a change that waits for its approval, all or none. Returns how many.

    Asked again it is the same drafts; what was approved already is not recorded twice.
    raises  UnknownUpload, NoReason, NothingToImport, NotAllowed, TooManyDrafts, Refused
    """
    upload = find(uid, by)
    looked = look_at(upload, by=by)
    why = check_reason(reason, "申请调整")
    rows = [] if looked.found is None else locked_rows(looked.found)
    if looked.found is None or not rows:
        raise batches.NothingToImport(file=upload.name)
    look = ledger.look(by)
    register = entries.version_of(look, looked.found.register).register

    def typed(key: str, value: object) -> str:
        if isinstance(value, Quantity):
            return str(value)
        return show(value, register.by_id[key], lambda unit: look.tree.full_name(unit, look.today))

    with transaction.atomic():
        for line in rows:
            values = {key: typed(key, value) for key, value in line.values.items()}
            begun = entry_drafts.Begun(register.id, line.unit, values, provider=upload.provider)
            told = f"{why}（{upload.name}，{line.sheet}第{line.row}行）"
            entry_drafts.save(begun, by=by, uid=uuid.uuid5(uid, f"{line.sheet}/{line.row}"), adjust=told)
    return len(rows)


def discard(uid: uuid.UUID, *, by: Member) -> None:
    """Throw an upload away. Raises UnknownUpload, UploadBusy."""
    with transaction.atomic():
        upload = _locked(uid, by)
        upload.delete()
        transaction.on_commit(lambda: place_of(uid).unlink(missing_ok=True))


def sweep() -> int:
    """Remove uploads older than seven days, and files that no row names or that were imported whole. Returns how many files."""
    old = Upload.unscoped.filter(at__lt=timezone.now() - KEPT)
    old.exclude(job__state__in=("waiting", "running")).delete()
    folder = place_of(uuid.uuid4()).parent
    if not folder.is_dir():
        return 0
    rows = {str(each.uid): each for each in Upload.unscoped.select_related("job")}
    removed = 0
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            row = rows.get(path.name)
            over = time.time() - path.stat().st_mtime > ORPHAN_SECONDS if row is None else is_spent(row)
            if over:
                path.unlink()
                removed += 1
    return removed


def place_of(uid: uuid.UUID) -> Path:
    """Where the bytes of an upload lie."""
    return Path(settings.DATA_DIR) / "uploads" / str(uid)


def is_spent(upload: Upload) -> bool:
    """Whether it was imported, and no row is left that its owner may want to mend."""
    job = upload.job
    return job is not None and job.state == "done" and not job.result.get("refused", 1)


def _request(upload: Upload) -> Request:
    return Request(
        upload.unit_id,
        upload.register,
        place_of(upload.uid),
        dict(upload.mapping),
        provider=upload.provider,
    )


def _locked(uid: uuid.UUID, by: Member, *, busy: bool = False) -> Upload:
    """Inside a transaction: the owner's upload, nobody else changing it; `busy` allows one that is being imported."""
    upload = Upload.unscoped.select_for_update().filter(uid=uid, owner=by).first()
    if upload is None:
        raise UnknownUpload
    if not busy and upload.job is not None and upload.job.state not in ENDED:
        raise UploadBusy(file=upload.name)
    return upload


def put_aside(place: Path, pieces: Iterable[bytes], name: str) -> int:
    """Write a file that comes in pieces, whole or not at all; its size. Raises FileTooLarge."""
    place.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with whole_file(place) as file:
        for piece in pieces:
            size += len(piece)
            if size > MAX_FILE_BYTES:
                raise FileTooLarge(file=name, limit=MAX_FILE_BYTES // 1_000_000)
            file.write(piece)
    return size
