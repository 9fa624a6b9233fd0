"""Registers as the ledger knows them: the versions that were in force at a sequence number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from youju.core.register import Catalog, Register
from youju.specs.record import register_from_text
from youju.store.models import SpecVersion


@dataclass(frozen=True, slots=True)
class Version:
    """One register version with the key of its row."""

    id: int
    digest: str
    register: Register


def versions_at(seq: int) -> dict[str, Version]:
    """The version of each register in force at `seq`, by register id. One statement, two when one is new to us."""
    rows = _in_force(seq)
    _learn({digest for _, _, digest in rows})
    return {name: Version(pk, digest, _known[digest]) for name, pk, digest in rows}


def versions(ids: Iterable[int]) -> dict[int, Register]:
    """Registers by the key of their version. One statement, two when one is new to us."""
    rows = SpecVersion.unscoped.filter(pk__in=set(ids)).values_list("pk", "digest")
    digests = dict(rows)
    _learn(set(digests.values()))
    return {pk: _known[digest] for pk, digest in digests.items()}


def catalog_at(seq: int) -> Catalog:
    """All registers in force at `seq`, with their measures. One statement, two when one is new to us."""
    return catalog_by_digests(digest for _, _, digest in _in_force(seq))


@lru_cache(maxsize=1)
def catalog_now(_hash: str, seq: int) -> Catalog:
    """The same for a caller who knows the hash of the ledger's head: no statement while the ledger stands."""
    return catalog_at(seq)


def catalog_by_digests(digests: Iterable[str]) -> Catalog:
    """The registers of these versions. One statement, and only when one is new to us."""
    wanted = tuple(digests)
    _learn(set(wanted))
    return _catalog(wanted)


def catalog_of(registers: Iterable[Register]) -> Catalog:
    """A catalog of these registers."""
    kept = {register.id: register for register in registers}
    measures = {measure.id: measure for register in kept.values() for measure in register.measures}
    return Catalog(kept, measures)


# A version's text never changes, so what was read once stands for its digest as long as the process lives.
_known: dict[str, Register] = {}


def _in_force(seq: int) -> list[tuple[str, int, str]]:
    rows = SpecVersion.unscoped.filter(kind="register", active_from_seq__lte=seq).order_by(
        "active_from_seq", "id"
    )
    found = {name: (name, pk, digest) for pk, name, digest in rows.values_list("pk", "name", "digest")}
    return list(found.values())


def _learn(digests: set[str]) -> None:
    missing = digests - _known.keys()
    if missing:
        rows = SpecVersion.unscoped.filter(digest__in=missing).values_list("digest", "text")
        _known.update((digest, register_from_text(text)) for digest, text in rows)


@lru_cache(maxsize=16)
def _catalog(digests: tuple[str, ...]) -> Catalog:
    return catalog_of(_known[digest] for digest in digests)
