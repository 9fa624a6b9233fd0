"""Locking a backup: key files, and a stream of AES-256-GCM pieces that notices whatever is changed, exchanged or cut off.

The construction is the STREAM of age: a key of its own for every file (HKDF-SHA256 over the key files and a random
salt), pieces of 64 KiB, each sealed under a counter and a mark that only the last one bears. Several key files together
make the key: then the system and the security administrator each keep one, and neither can read a backup alone.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from youju.core.problem import DomainError

MAGIC = b"youju-backup-locked-1\n"
PREFIX = "youju-backup-key-1:"
SALT, PIECE, TAG = 16, 1 << 16, 16


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


class Damaged(Exception):
    """What was read is not what was sealed, from some piece on."""


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


class Locking(io.RawIOBase):
    """A file to write to: what is written goes on to `target` sealed. Closing it seals the last piece."""

    def __init__(self, target: BinaryIO, keys: Sequence[bytes]) -> None:
        salt = secrets.token_bytes(SALT)
        target.write(MAGIC + salt)
        self._target, self._cipher = target, _cipher(keys, salt)
        self._held, self._number = bytearray(), 0

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Take bytes; whole pieces go out, but one is kept back: the last is sealed otherwise."""
        self._held += data
        while len(self._held) > PIECE:
            self._seal(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        """Seal what is left as the last piece. Does not close the target."""
        if not self.closed:
            self._seal(bytes(self._held), last=True)
        super().close()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class Unlocking(io.RawIOBase):
    """A file to read from: the sealed bytes of `source` (behind its magic) opened piece by piece. Raises Damaged."""

    def __init__(self, source: BinaryIO, keys: Sequence[bytes]) -> None:
        self._source, self._cipher = source, _cipher(keys, source.read(SALT))
        self._next = source.read(PIECE + TAG)
        self._open, self._number, self._done = b"", 0, False

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        """Opened bytes; 0 behind the last piece, and only behind it."""
        while not self._open and not self._done:
            piece, self._next = self._next, self._source.read(PIECE + TAG)
            self._done = not self._next
            try:
                self._open = self._cipher.decrypt(_nonce(self._number, last=self._done), piece, None)
            except InvalidTag:
                raise Damaged from None
            self._number += 1
        size = min(len(target), len(self._open))
        target[:size] = self._open[:size]
        self._open = self._open[size:]
        return size


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


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
