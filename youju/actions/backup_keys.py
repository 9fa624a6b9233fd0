"""Locking a backup: key files, and the sealed stream of `pieces` under a key of its own for every file.

That key is HKDF-SHA256 over the key files and a random salt. Several key files together make it: then the system and the
security administrator each keep one, and neither can read a backup alone.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youju.actions.pieces import Damaged, Opening, Sealing
from youju.core.problem import DomainError

MAGIC = b"youju-backup-locked-1\n"
PREFIX = "youju-backup-key-1:"
SALT = 16


class BadBackupKey(DomainError):
    """Not a key file."""

    code = "backup.bad_key"
    text = "“{file}”不是备份密钥文件。密钥文件由 youju backup --new-key 生成，只有一行。"


class BackupKeyThere(DomainError):
    """A key file is never overwritten: every backup made with it would be lost."""

    code = "backup.key_there"
    text = "“{file}”已存在，不覆盖。请另取文件名。"


class BackupLocked(DomainError):
    """A locked backup without its key, or with another."""

    code = "backup.locked"
    text = "“{file}”已加密，{why}。请用 --key 给出备份时所用的全部密钥文件。"


def new_key(path: Path) -> None:
    """Write a new key file, readable by its owner only. Raises BackupKeyThere."""
    text = PREFIX + base64.b64encode(secrets.token_bytes(32)).decode() + "\n"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise BackupKeyThere(file=path) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def read_keys(paths: Sequence[Path]) -> list[bytes]:
    """The keys of these files, in an order that does not depend on how they were named. Raises BadBackupKey."""
    found = set()
    for path in paths:
        try:
            text = path.read_text(encoding="ascii").strip()
            key = base64.b64decode(text.removeprefix(PREFIX), validate=True)
        except (OSError, UnicodeDecodeError, binascii.Error):
            raise BadBackupKey(file=path) from None
        if not text.startswith(PREFIX) or len(key) != 32:
            raise BadBackupKey(file=path)
        found.add(key)
    return sorted(found)


class Locking(Sealing):
    """A file to write to: what is written goes on to `target` locked. Closing it does not close the target."""

    def __init__(self, target: BinaryIO, keys: Sequence[bytes]) -> None:
        salt = secrets.token_bytes(SALT)
        target.write(MAGIC + salt)
        super().__init__(target, _cipher(keys, salt))


class Unlocking(Opening):
    """A file to read from: the locked bytes of `source` (behind its magic) opened piece by piece. Raises Damaged."""

    def __init__(self, source: BinaryIO, keys: Sequence[bytes]) -> None:
        super().__init__(source, _cipher(keys, source.read(SALT)))


def fits(source: BinaryIO, keys: Sequence[bytes]) -> bool:
    """Whether these keys open the first piece; leaves the source where it was."""
    start = source.tell()
    try:
        Unlocking(source, keys).read(1)
    except Damaged:
        return False
    finally:
        source.seek(start)
    return True


def _cipher(keys: Sequence[bytes], salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"youju backup").derive(b"".join(keys)))
