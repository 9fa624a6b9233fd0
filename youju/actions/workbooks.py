"""Original workbooks of imports: those that name people are kept sealed, opened for whoever may, erased at their date.

Each has a random key of its own, wrapped by the instance's, in a row beside the chain. The chain holds the digest of the
sealed bytes, which is their name in the evidence store, and a salted digest of the bytes as they came. When the key is
deleted with its tombstone nobody can read the sealed bytes any more, and the file goes.
docs/decisions/07-personal-data-and-erasure.md
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from youju.actions import evidence, ledger, sealing
from youju.actions.ledger import Change
from youju.actions.pieces import PIECE, Damaged, Opening, Sealing, Target
from youju.actions.sealing import KeyMissing
from youju.core.problem import DomainError
from youju.core.register import Register
from youju.store.models import (
    Batch,
    Blob,
    EvidenceLink,
    Ledger,
    Revision,
    SealedWorkbook,
    SpecVersion,
    WorkbookKey,
)
from youju.store.queries import batches as stored
from youju.store.queries import specs
from youju.store.queries.ledger import local_day

MAGIC = b"youju-workbook-sealed-1\n"
KIND = "application/octet-stream"
log = logging.getLogger(__name__)


class WorkbookErased(DomainError):
    """The workbook went with the personal data that it brought."""

    code = "batch.erased"
    text = "批次{batch}的原工作簿含个人信息，已于{day}按规定删除（依据：{basis}），不能再下载。"


class WorkbookDamaged(DomainError):
    """The sealed bytes are not those that were written."""

    code = "batch.damaged"
    text = "批次{batch}的原工作簿文件被改动或损坏，不能打开。请系统管理员从备份恢复，并运行 youju verify。"


@dataclass(frozen=True, slots=True)
class Fresh:
    """A workbook that was just sealed into the store; `digest` is the salted one of the bytes as they came."""

    blob: Blob
    key: bytes
    salt: bytes
    digest: str


class _Counted:
    """Takes bytes and keeps only how many, and their digest."""

    def __init__(self) -> None:
        self.size, self.sha256 = 0, hashlib.sha256()

    def write(self, data: bytes, /) -> None:
        """Count them."""
        self.size += len(data)
        self.sha256.update(data)


def store(content: bytes) -> Fresh:
    """Seal a workbook into the evidence store. Inside the transaction that needs it."""
    key, salt = AESGCM.generate_key(256), secrets.token_bytes(16)
    counted = _Counted()
    _seal(content, counted, key)  # sealing twice costs less than a second copy of a large workbook
    blob = evidence.keep(
        lambda file: _seal(content, file, key), counted.sha256.hexdigest(), counted.size, KIND
    )
    return Fresh(blob, key, salt, salted(salt, [content]))


def add(change: Change, batch: Batch, fresh: Fresh) -> None:
    """Say that the workbook of a batch, whose rows are written, lies sealed; its key goes beside the chain."""
    row = change.add(SealedWorkbook(batch=batch, blob=fresh.blob, digest=fresh.digest, seq=change.seq))
    nonce, wrapped = sealing.wrapped(fresh.key, batch.uid)
    WorkbookKey.unscoped.create(
        sealed=row, salt=fresh.salt, nonce=nonce, wrapped=wrapped, erase_on=erased_on(batch)
    )


def erased_on(batch: Batch) -> date:
    """When the workbook of a batch is to be erased: with the last personal value that its rows brought.

    What became of the rows since (corrected, void, taken back) changes nothing. When no row that was imported has such a
    value, only one that was refused or known before: the latest row by the longest period of the register.
    """
    rows = _first_revisions().filter(entry__imported__batch=batch)
    said = list(rows.values_list("spec_id", "day", "sealed"))
    registers = specs.versions({spec for spec, _, _ in said})
    dated = [
        sealing.erased_on(registers[spec], name, day) for spec, day, sealed in said for name in sealed
    ] or [
        sealing.erased_on(registers[spec], name, day)
        for spec, day, _ in said
        for name in _private(registers[spec])
    ]
    return max(dated)


def original(batch: int) -> Iterator[bytes] | None:
    """The workbook of a batch as it came, in pieces; None when its file is missing.

    raises  WorkbookErased, WorkbookDamaged (in the middle, when the damage is there), KeyMissing
    """
    row = Batch.unscoped.select_related("blob", "sealed__blob", "sealed__key").get(pk=batch)
    sealed: SealedWorkbook | None = getattr(row, "sealed", None)
    path = evidence.place_of((row if sealed is None else sealed).blob.sha256)
    if sealed is None:
        return _plain(path) if path.exists() else None
    key: WorkbookKey | None = getattr(sealed, "key", None)
    if key is None:
        erased = stored.erasure(batch)
        if erased is None:  # somebody took it away behind the ledger's back
            raise WorkbookDamaged(batch=batch)
        raise WorkbookErased(batch=batch, day=local_day(erased.at), basis=erased.basis)
    opening = sealing.unwrapped(key, row.uid)
    if not path.exists():
        return None
    pieces = _opened(path, opening, batch)
    first = next(pieces, b"")  # what does not open at all is told before anything is sent
    return itertools.chain((first,), pieces)


def digest_of(sealed: SealedWorkbook, key: WorkbookKey) -> str:
    """The salted digest of a sealed workbook's bytes as they came, '' when they cannot be opened. Raises KeyMissing."""
    path = evidence.place_of(sealed.blob.sha256)
    pieces = _opened(path, sealing.unwrapped(key, sealed.batch.uid), sealed.batch_id)
    try:
        return salted(bytes(key.salt), pieces)
    except WorkbookDamaged:
        return ""


def salted(salt: bytes, pieces: Iterable[bytes]) -> str:
    """The digest that stands in the chain for the bytes of a workbook as it came."""
    found = hashlib.sha256(salt)
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


def gone() -> QuerySet[Blob]:
    """The blobs whose files are not to be there: erased workbooks, and those that lie sealed in another blob by now.

    A blob that is evidence of an entry as well, or the plain workbook of another batch, stays.
    """
    here = OuterRef("pk")
    once = Exists(SealedWorkbook.unscoped.filter(Q(blob=here) | Q(batch__blob=here)))
    return Blob.unscoped.filter(once).exclude(
        Exists(EvidenceLink.unscoped.filter(blob=here))
        | Exists(Batch.unscoped.filter(blob=here, sealed=None))
        | Exists(SealedWorkbook.unscoped.filter(blob=here, erased=None))
    )


def sweep() -> int:
    """Remove the files that are not to be there. Returns how many. While a backup is being made none: the next sweep does."""
    there = [
        sha256 for sha256 in gone().values_list("sha256", flat=True) if evidence.place_of(sha256).exists()
    ]
    return sum(_remove(sha256) for sha256 in there)


def left_plain() -> QuerySet[Batch]:
    """Batches that an earlier version imported whose workbook lies there as it came, though its rows name people."""
    rows = SpecVersion.unscoped.values_list("pk", "name")
    names = dict(rows)
    private = {names[pk] for pk, register in specs.versions(names).items() if _private(register)}
    named = _first_revisions().filter(entry__imported__batch=OuterRef("pk")).exclude(sealed={})
    return Batch.unscoped.filter(Exists(named), sealed=None, register__in=private)


def seal_left() -> bool:
    """Seal what earlier versions kept plainly, each workbook by an event of its own; False when some could not be.

    Killed at any moment, what is sealed is whole, and what is left is done at the next call.
    """
    done = True
    for batch in left_plain().order_by("pk").values_list("pk", flat=True):
        try:
            _seal_left(batch)
        except (KeyMissing, OSError) as error:
            log.warning("the workbook of batch %s was not sealed: %s", batch, type(error).__name__)
            done = False
    sweep()
    return done


def _seal_left(key: int) -> None:
    with ledger.change("workbook.sealed", by=None) as change:
        batch = left_plain().select_related("blob").filter(pk=key).first()
        if batch is None:  # another worker was quicker
            change.repeated = {}
            return
        content = evidence.place_of(batch.blob.sha256).read_bytes()
        if evidence.digest_of(content) != batch.blob.sha256:
            raise OSError("not the bytes that were imported")  # which `verify` says
        add(change, batch, store(content))
        change.said["batch"] = batch.pk


def _remove(sha256: str) -> bool:
    # As for orphans: while we hold the ledger's row, nobody can come to need the file again.
    with evidence.undisturbed(alone=True) as alone, transaction.atomic():
        Ledger.unscoped.select_for_update().filter(pk=1).first()
        if not alone or not gone().filter(sha256=sha256).exists():
            return False
        path = evidence.place_of(sha256)
        path.unlink(missing_ok=True)
        evidence.flush_folder(path.parent)
        return True


def _first_revisions() -> QuerySet[Revision]:
    return Revision.unscoped.filter(number=1)


def _private(register: Register) -> list[str]:
    return [each.id for each in register.fields if each.personal is not None]


def _seal(content: bytes, target: Target, key: bytes) -> None:
    target.write(MAGIC)
    with closing(Sealing(target, AESGCM(key))) as file:
        for at in range(0, len(content), PIECE):
            file.write(content[at : at + PIECE])


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _opened(path: Path, key: bytes, batch: int) -> Iterator[bytes]:
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise WorkbookDamaged(batch=batch)
        try:
            source = Opening(file, AESGCM(key))
            while piece := source.read(PIECE):
                yield piece
        except Damaged:
            raise WorkbookDamaged(batch=batch) from None
