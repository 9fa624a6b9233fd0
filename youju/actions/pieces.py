"""A stream of AES-256-GCM pieces that notices whatever is changed, exchanged or cut off.

The construction is the STREAM of age: pieces of 64 KiB, each sealed under a counter and a mark that only the last one
bears. A key is used for one stream and for nothing else.
"""

from __future__ import annotations

import io
from typing import BinaryIO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE, TAG = 1 << 16, 16


class Damaged(Exception):
    """What was read is not what was sealed, from some piece on."""


class Target(Protocol):
    """Where sealed pieces go."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""


class Sealing(io.RawIOBase):
    """A file to write to: what is written goes on to `target` sealed. Closing it seals the last piece, not the target."""

    def __init__(self, target: Target, cipher: AESGCM) -> None:
        self._target, self._cipher = target, cipher
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
        """Seal what is left as the last piece."""
        if not self.closed:
            self._seal(bytes(self._held), last=True)
        super().close()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class Opening(io.RawIOBase):
    """A file to read from: the sealed pieces of `source`, opened one by one. Raises Damaged."""

    def __init__(self, source: BinaryIO, cipher: AESGCM) -> None:
        self._source, self._cipher = source, cipher
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


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
