"""What a proof is, and which there are.

A proof is a module of this package that holds `PROOF = Proof(…)`; its name is the module's with dashes: server-kill.
Its function takes a count and a place to work in, does the thing that often, and says what it found. What must not be
is either named in `broken` or raised as an AssertionError; both make the proof fail.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from tests.ledgers import LedgerDatabase

Engine: TypeAlias = Literal["sqlite", "postgresql"]
LedgerFactory: TypeAlias = Callable[[], AbstractContextManager[LedgerDatabase]]
PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Place:
    """Where a proof works.

    engine      of this run; a proof is called once for each of its engines
    new_ledger  a fresh, migrated ledger on that engine, as long as the `with` lasts
    folder      empty, and the proof's own
    """

    engine: Engine
    new_ledger: LedgerFactory
    folder: Path


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a run.

    said    its figures in a few words: 500 kills, 61204 acknowledged: 0 lost, 0 half, 0 twice
    broken  each thing that must not be, in a sentence; empty when the promise held
    """

    said: str
    broken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """A promise and how it is tried.

    title    in Chinese, as `./run prove` lists it
    counted  what the count counts, in English: kills
    prove    does it `count` times
    full     engine → count before a release
    short    engine → count in every check; an engine left out is not tried there
    """

    title: str
    counted: str
    prove: Callable[[int, Place], Found]
    full: Mapping[Engine, int]
    short: Mapping[Engine, int]


def every() -> Iterator[tuple[str, Proof]]:
    """All proofs with their names, in the order of names."""
    for module in sorted(pkgutil.iter_modules([str(PACKAGE)]), key=lambda each: each.name):
        if module.name.startswith(("test_", "_")) or module.name in {"proof", "table"}:
            continue
        found = getattr(importlib.import_module(f"tests.hardness.{module.name}"), "PROOF", None)
        if isinstance(found, Proof):
            yield module.name.replace("_", "-"), found


def names() -> list[str]:
    """The names of all proofs, told from the files alone: nothing is imported, so nothing needs Django."""
    return sorted(
        path.stem.replace("_", "-")
        for path in PACKAGE.glob("[a-z]*.py")
        if "\nPROOF = " in path.read_text(encoding="utf-8")
    )


def named(name: str) -> Proof:
    """The proof of this name. Raises ModuleNotFoundError."""
    found = importlib.import_module(f"tests.hardness.{name.replace('-', '_')}").PROOF
    assert isinstance(found, Proof)
    return found
