"""Files that mean harm or are broken, made by code from a fixed seed: what the doors for uploads are tried with.

`corpus(web)` makes them all. `web` is the address of a listener: whatever fetches something from it has gone too far.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.hardness.hostile import disguises, names, papers, pictures, plain, words, workbooks
from tests.hardness.hostile.file import Hostile

__all__ = ["FAMILIES", "Hostile", "corpus"]

FAMILIES = {
    "pictures": pictures.files,
    "workbooks": workbooks.files,
    "words": words.files,
    "papers": papers.files,
    "plain": plain.files,
    "disguises": disguises.files,
    "names": names.files,
}


def corpus(web: str) -> Iterator[Hostile]:
    """All of them, family by family."""
    for family in FAMILIES.values():
        yield from family(web)
