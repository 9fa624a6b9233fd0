"""Files that are made for one answer: in memory while small, on disk when they grow."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from typing import IO, BinaryIO

SMALL = 4 << 20


def spooled(write: Callable[[BinaryIO], None]) -> IO[bytes]:
    """What `write` writes, from its beginning; gone when it is closed."""
    file = tempfile.SpooledTemporaryFile(max_size=SMALL)  # noqa: SIM115 - the answer closes it
    write(file)  # type: ignore[arg-type]
    file.seek(0)
    return file
