"""Folders that live as long as one step, and the sweeping of those whose step was killed.

A process that ends by itself removes its folder. One that is killed, or whose machine stops, cannot: an uploaded workbook
with names of people would lie there for ever. So the folders carry our names, and the worker removes those that are old.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, get_args

Purpose = Literal["backup", "check", "fill", "pdf", "read", "restore", "upload"]
OLD_SECONDS = 24 * 3600  # the longest step, a backup of a large ledger, takes hours at most


def folder(purpose: Purpose, beside: Path | None = None) -> AbstractContextManager[str]:
    """A folder of our own, readable by nobody else, removed with all that is in it at the end.

    beside  the folder that it is made in, hidden: on the file system of the data; None: where temporary files are kept
    """
    return tempfile.TemporaryDirectory(prefix=_prefix(purpose, hidden=beside is not None), dir=beside)


def sweep(beside: Path) -> int:
    """Remove what killed processes left behind: our folders, and the server's parts of large uploads. Returns how many.

    beside  the folder in which backups are made and unpacked
    """
    usual = Path(tempfile.gettempdir())
    return sum(_remove(path) for path in (*_left(usual), *_left(beside, hidden=True)) if _is_old(path))


def _left(place: Path, *, hidden: bool = False) -> Iterator[Path]:
    for purpose in get_args(Purpose):
        yield from place.glob(f"{_prefix(purpose, hidden=hidden)}*")
    if not hidden:
        yield from place.glob("tmp*.upload*")  # as Django calls what it takes in


def _prefix(purpose: Purpose, *, hidden: bool) -> str:
    return f"{'.' if hidden else ''}youju-{purpose}-"


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.lstat().st_mtime > OLD_SECONDS
    except OSError:
        return False


def _remove(path: Path) -> bool:
    # Another account's, of another ledger on this machine, stays: that ledger's worker removes it.
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError:
        return False
    return True
