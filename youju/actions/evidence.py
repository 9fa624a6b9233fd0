"""Evidence: files kept once by their SHA-256, written to disk before the ledger says that they are there."""

from __future__ import annotations

import fcntl
import hashlib
import io
import mimetypes
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from youju.actions import entries, ledger, quota
from youju.core.problem import DomainError
from youju.core.review import check_alive
from youju.office.evidence import check_evidence
from youju.office.picture import preview
from youju.store.models import Blob, EvidenceLink, Ledger, Member

PIECE = 1 << 20
ORPHAN_SECONDS = 24 * 3600
Write = Callable[[BinaryIO], object]


class EvidenceReused(DomainError):
    """The same file proves another entry already."""

    code = "evidence.reused"
    text = "文件“{name}”已是记录{entries}的佐证材料。确需再次使用的，请写明再次使用的理由。"


class EvidenceTwice(DomainError):
    """The file is attached to this very entry."""

    code = "evidence.twice"
    text = "文件“{name}”已附在记录{entry}上，不必重复上传。"


@dataclass(frozen=True, slots=True)
class Attached:
    """What was attached: the file's digest and the ledger's number."""

    sha256: str
    size: int
    seq: int


def store(path: Path) -> Blob:
    """Put a file into the evidence store, flushed to disk, and give its row. The same bytes are kept once."""
    with path.open("rb") as source:
        return keep(_copied(source), digest_of_file(path), path.stat().st_size, media_type(path.name))


def store_bytes(content: bytes, kind: str) -> Blob:
    """Put bytes into the evidence store. Must be called inside the transaction that needs the row."""
    return keep(_copied(io.BytesIO(content)), digest_of(content), len(content), kind)


def keep(write: Write, sha256: str, size: int, kind: str) -> Blob:
    """Put into the store what `write` writes into a file: bytes of this digest and size. Inside the transaction that needs the row."""
    target = place_of(sha256)
    if not target.exists():
        _make_drawer(target.parent)
        part = target.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
        try:
            with part.open("wb") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except OSError:
            part.unlink(missing_ok=True)  # on a full disk every retry would leave another
            raise
        flush_folder(target.parent)
    else:
        os.utime(target)  # perhaps nobody's for long: the sweep must see that it is somebody's from now on
    blob, _ = Blob.unscoped.get_or_create(sha256=sha256, defaults={"size": size, "media_type": kind})
    return blob


def sweep() -> int:
    """Remove files that no row names: what a refused or interrupted step had put there. Returns how many.

    Only those older than a day: a step that is under way writes its file before its row.
    """
    folder = Path(settings.EVIDENCE_DIR)
    if not folder.is_dir():
        return 0
    removed = 0
    for drawer in folder.iterdir():
        if not drawer.is_dir():
            continue
        named = set(Blob.unscoped.filter(sha256__startswith=drawer.name).values_list("sha256", flat=True))
        for path in drawer.iterdir():
            if path.name not in named and _is_old(path):
                removed += _remove_orphan(path)
    return removed


def _remove_orphan(path: Path) -> bool:
    # Whoever keeps a file holds the ledger's row: while we hold it, no row can come to name this one.
    with transaction.atomic():
        Ledger.unscoped.select_for_update().filter(pk=1).first()
        if Blob.unscoped.filter(sha256=path.name).exists() or not _is_old(path):
            return False
        path.unlink(missing_ok=True)
        return True


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > ORPHAN_SECONDS
    except FileNotFoundError:
        return False


@contextmanager
def undisturbed(*, alone: bool) -> Iterator[bool]:
    """Between who copies the store (a backup; waits) and who removes files that a row names (`alone`; may be told False).

    A copy of the database is made first and names files that must still be there when they are copied.
    """
    handle = os.open(Path(settings.DATA_DIR) / "evidence.lock", os.O_RDONLY | os.O_CREAT, 0o644)
    had = True
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except BlockingIOError:
            had = False
        yield had
    finally:
        os.close(handle)


def place_of(sha256: str) -> Path:
    """Where the bytes with this digest lie."""
    return Path(settings.EVIDENCE_DIR) / sha256[:2] / sha256


def preview_of(sha256: str, name: str) -> Path:
    """A photo to look at, written anew without its metadata; made once, kept beside the evidence, and droppable.

    raises  NotAPicture, and what run_limited raises
    """
    shown = Path(settings.DATA_DIR) / "previews" / sha256[:2] / f"{sha256}.jpg"
    if not shown.exists():
        shown.parent.mkdir(parents=True, exist_ok=True)
        part = shown.with_name(f"{sha256}.{secrets.token_hex(4)}.part")
        part.write_bytes(preview(place_of(sha256), name))
        part.replace(shown)
    return shown


def attach(
    entry_id: int,
    path: Path,
    *,
    by: Member,
    effective_on: date | None = None,
    expires_on: date | None = None,
    reuse_reason: str = "",
    key: str = "",
    inspected: bool = False,
) -> Attached:
    """Attach a file to an entry. A file that proves other entries needs a reason, and the reuse stays visible.

    inspected  check_evidence has let the file pass already: reading it takes time, best spent before a transaction
    """
    if not inspected:
        check_evidence(path)
    asked = ledger.told(
        {"entry": entry_id, "file": digest_of_file(path)},
        effective_on=effective_on, expires_on=expires_on, reuse_reason=reuse_reason,
    )  # fmt: skip
    with ledger.change("evidence.attached", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return Attached(
                str(change.repeated["sha256"]), int(change.repeated["size"]), int(change.repeated["seq"])
            )
        entry = entries.find_entry(change, entry_id)
        change.require("record", entry.unit_id, entry.register)
        check_alive(entry.pk, entry.state, "附佐证材料")  # type: ignore[arg-type]
        quota.check(path.stat().st_size, by=by)
        blob = store(path)
        others = list(EvidenceLink.unscoped.filter(blob=blob).values_list("entry_id", flat=True))
        if entry.pk in others:
            raise EvidenceTwice(name=path.name, entry=entry.pk)
        if others and not reuse_reason.strip():
            raise EvidenceReused(name=path.name, entries="、".join(str(each) for each in others[:5]))
        change.add(
            EvidenceLink(
                entry=entry,
                blob=blob,
                name=path.name[:255],
                effective_on=effective_on,
                expires_on=expires_on,
                reuse_reason=reuse_reason.strip(),
                by=by,
                seq=change.seq,
            )
        )
        change.said["sha256"] = blob.sha256
        change.result = {"sha256": blob.sha256, "size": blob.size, "seq": change.seq}
        return Attached(blob.sha256, blob.size, change.seq)


def digest_of(content: bytes) -> str:
    """The SHA-256 that bytes are kept under."""
    return hashlib.sha256(content).hexdigest()


def digest_of_file(path: Path) -> str:
    """The same of a file, read in pieces."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def media_type(name: str) -> str:
    """The media type by the file's ending."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _make_drawer(folder: Path) -> None:
    """Make a folder of the store, its name flushed to disk as well: a file is only as durable as the way to it."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        flush_folder(each.parent)


def _copied(source: BinaryIO) -> Write:
    return lambda file: shutil.copyfileobj(source, file, PIECE)


def flush_folder(folder: Path) -> None:
    """Have the names in a folder on disk, or that they are gone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
