"""Files that live as long as one request: those made for its answer, and those that came with it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import IO, BinaryIO, Protocol

from youju.office import temporary

SMALL = 4 << 20
MOST_NAME_BYTES = 200  # a file system takes 255; a temporary ending needs some


def spooled(write: Callable[[BinaryIO], None]) -> IO[bytes]:
    """What `write` writes, from its beginning; gone when it is closed."""
    file = tempfile.SpooledTemporaryFile(max_size=SMALL)  # noqa: SIM115 - the answer closes it
    write(file)  # type: ignore[arg-type]
    file.seek(0)
    return file


class Came(Protocol):
    """A file as a request brings it."""

    @property
    def name(self) -> str | None:
        """What its owner calls it, or whatever somebody wrote there."""

    def chunks(self) -> Iterator[bytes]:
        """Its content in pieces."""


@contextmanager
def stored(files: Sequence[Came]) -> Iterator[list[Path]]:
    """The uploads as files of their own names, until the end."""
    with temporary.folder("upload") as folder:
        found = []
        for at, each in enumerate(files):
            path = Path(folder, str(at), safe_name(each.name or ""))
            path.parent.mkdir()
            with path.open("wb") as target:
                for piece in each.chunks():
                    target.write(piece)
            found.append(path)
        yield found


def safe_name(name: str, otherwise: str = "文件") -> str:
    """A name is kept for people; only its last part, and nothing that a file system or a page may stumble on.

    What does not print is left out, the letters that turn the direction of the next ones among it: 照片gpj.exe must not
    read as 照片exe.jpg.
    """
    last = PurePath(name.replace("\\", "/")).name
    kept = "".join(each for each in last if each.isprintable()).strip(" .")
    suffix = PurePath(kept).suffix[:16]
    stem = kept[: len(kept) - len(suffix)] if suffix else kept
    while len((stem + suffix).encode()) > MOST_NAME_BYTES:
        stem = stem[:-1]
    return stem + suffix or otherwise
