"""Personal fields: encrypted beside the chain, which holds only a salted digest, so that they can be erased.

Also the keys of sealed workbooks, which are wrapped in the same way (`workbooks`). AES-256-GCM; the key lies in a file
of the data folder that backups must keep apart from the database.
docs/decisions/07-personal-data-and-erasure.md
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import uuid
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from youju.core.period import add_months
from youju.core.problem import DomainError
from youju.core.register import Register
from youju.store import bulk
from youju.store.models import PersonalValue, Revision, WorkbookKey


class KeyMissing(DomainError):
    """The key file is gone or is not the one the values were written with."""

    code = "personal.key"
    text = "个人信息的密钥文件缺失或不符（{path}）。请从备份中恢复该文件，勿新建。"


def sealed(
    register: Register, personal: Mapping[str, str], day: date
) -> tuple[dict[str, str], list[bulk.Row]]:
    """The digests that go into the chain, and the encrypted rows that do not; the rows lack their revision yet."""
    digests: dict[str, str] = {}
    rows: list[bulk.Row] = []
    for name, text in sorted(personal.items()):
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        digests[name] = salted(salt, text)
        rows.append(
            {
                "field": name,
                "salt": salt,
                "nonce": nonce,
                "ciphertext": _cipher(_key()).encrypt(nonce, text.encode(), name.encode()),
                "erase_on": erased_on(register, name, day),
            }
        )
    return digests, rows


def erased_on(register: Register, name: str, day: date) -> date:
    """When a personal field of a revision filed under that day is to be erased."""
    purpose = register.by_id[name].personal
    assert purpose is not None
    return add_months(day, purpose.retention_months + 1)


def opened(revision: Revision) -> dict[str, str]:
    """The personal fields of a revision as text; erased ones are missing. Raises KeyMissing."""
    return {row.field: _open(row) for row in PersonalValue.unscoped.filter(revision=revision)}


def salted(salt: bytes, text: str) -> str:
    """The digest that stands in the chain for a personal text."""
    return hashlib.sha256(salt + text.encode()).hexdigest()


def digest_of(row: PersonalValue) -> str:
    """The salted digest of an encrypted value, as the chain should hold it."""
    return salted(bytes(row.salt), _open(row))


def keyed(text: str) -> str:
    """A digest that only this instance can make: for comparing rows with personal fields without storing a guessable one."""
    return hmac.new(_key(), text.encode(), hashlib.sha256).hexdigest()


def wrapped(key: bytes, batch: uuid.UUID) -> tuple[bytes, bytes]:
    """The key of a batch's workbook under the instance's: nonce and ciphertext. Raises KeyMissing."""
    nonce = secrets.token_bytes(12)
    return nonce, _cipher(_key()).encrypt(nonce, key, _of_batch(batch))


def unwrapped(row: WorkbookKey, batch: uuid.UUID) -> bytes:
    """The key of a batch's workbook. Raises KeyMissing."""
    return _decrypted(bytes(row.nonce), bytes(row.wrapped), _of_batch(batch))


def _of_batch(batch: uuid.UUID) -> bytes:
    return b"workbook of " + batch.bytes  # with a blank, so that it is no field's name


def _open(row: PersonalValue) -> str:
    return _decrypted(bytes(row.nonce), bytes(row.ciphertext), row.field.encode()).decode()


def _decrypted(nonce: bytes, sealed: bytes, context: bytes) -> bytes:
    try:
        return _cipher(_key()).decrypt(nonce, sealed, context)
    except InvalidTag:
        raise KeyMissing(path=settings.KEY_FILE) from None


def _key() -> bytes:
    return _read_key(settings.KEY_FILE)


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def is_needed() -> bool:
    """Whether something is sealed under the key, so that another must not be made."""
    return PersonalValue.unscoped.exists() or WorkbookKey.unscoped.exists()


def forget_key() -> None:
    """Read the key file again at the next use."""
    _read_key.cache_clear()


@cache
def _read_key(path: Path) -> bytes:
    if path.exists():
        return path.read_bytes()
    if is_needed():
        raise KeyMissing(path=path)
    path.parent.mkdir(parents=True, exist_ok=True)
    key = AESGCM.generate_key(256)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    return key
