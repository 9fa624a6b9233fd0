"""Packages and files written whole or not at all; the same input gives the same bytes."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

_NO_TIME = (
    1980,
    1,
    1,
    0,
    0,
    0,
)  # the earliest day a zip can say: the package must not know when it was written


def pack(members: Mapping[str, bytes]) -> bytes:
    """A zip of `members` in their order, without clock, owner or rights."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name, _NO_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            member.create_system = 0
            archive.writestr(member, data)
    return packed.getvalue()


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path`: after a crash there is the old file or the new one, never a part."""
    with whole_file(path) as file:
        file.write(data)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be written in pieces, that stands at `path` when all went well and nowhere else."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
