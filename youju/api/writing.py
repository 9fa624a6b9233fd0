"""Writing: entries and evidence. Every request carries an Idempotency-Key, so a repeated one is the same write."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import File, Form, Header, Status
from ninja.files import UploadedFile

from youju.actions import entries, evidence
from youju.api import schemas
from youju.api.asking import acting
from youju.api.reading import entry_key, router, unit_of
from youju.core.problem import DomainError
from youju.office.sniff import MAX_FILE_BYTES, FileTooLarge
from youju.office.spooling import stored
from youju.store.queries.catalog import units_of_measure

__all__ = ["router"]  # with what is read
LONGEST_KEY = 100
# Named as it goes over the wire: servers drop headers with a low line in their name.
KEY: Any = Header("", alias="Idempotency-Key")  # type: ignore[type-arg]


class NoKey(DomainError):
    """A write without its request number."""

    code = "request.no_key"
    text = "写入请求必须带 Idempotency-Key：一次写入一个不重复的请求号（不超过100字），重试时用同一个。"


@router.post("/entries", response={201: schemas.RecordedOut}, summary="登记一条记录")
def record(request: HttpRequest, asked: schemas.EntryIn, idempotency_key: str = KEY) -> object:
    """Record one entry; it waits for review."""
    with acting(request) as who:
        done = entries.record(
            asked.register_id,
            unit_of(who, asked.unit),
            {
                name: str(value) if isinstance(value, int) and not isinstance(value, bool) else value
                for name, value in asked.values.items()
            },
            by=who.member,
            units=units_of_measure(),
            provider=asked.provider,
            key=request_key(idempotency_key),
        )
    warnings = [str(each) for each in done.warnings]
    return Status(201, {"uid": done.uid, "number": 1, "seq": done.seq, "warnings": warnings})


@router.post("/entries/{uuid:uid}/evidence", response={201: schemas.AttachedOut}, summary="附佐证材料")
def attach(
    request: HttpRequest,
    uid: uuid.UUID,
    file: File[UploadedFile],
    effective_on: Form[date | None] = None,
    expires_on: Form[date | None] = None,
    reuse_reason: Form[str] = "",
    idempotency_key: str = KEY,
) -> object:
    """Attach one file to an entry."""
    with acting(request) as who, stored([file]) as (path,):
        entry = entry_key(who, uid)
        if path.stat().st_size > MAX_FILE_BYTES:
            raise FileTooLarge(file=path.name, limit=MAX_FILE_BYTES // 1_000_000)
        done = evidence.attach(
            entry,
            path,
            by=who.member,
            effective_on=effective_on,
            expires_on=expires_on,
            reuse_reason=reuse_reason,
            key=request_key(idempotency_key),
        )
    return Status(201, {"sha256": done.sha256, "size": done.size, "seq": done.seq})


def request_key(text: str) -> str:
    """The caller's request number. Raises NoKey."""
    key = text.strip()
    if not key or len(key) > LONGEST_KEY:
        raise NoKey
    return key
