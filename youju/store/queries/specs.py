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
    """The version of each register in force at `seq`, by register id. One statement."""
    found: dict[str, Version] = {}
    rows = SpecVersion.unscoped.filter(kind="register", active_from_seq__lte=seq).order_by(
        "active_from_seq", "id"
    )
    for pk, name, digest, text in rows.values_list("pk", "name", "digest", "text"):
        found[name] = Version(pk, digest, read(text))
    return found


def versions(ids: Iterable[int]) -> dict[int, Register]:
    """Registers by the key of their version. One statement."""
    rows = SpecVersion.unscoped.filter(pk__in=set(ids)).values_list("pk", "text")
    return {pk: read(text) for pk, text in rows}


def catalog_at(seq: int) -> Catalog:
    """All registers in force at `seq`, with their measures. One statement."""
    return catalog_of(version.register for version in versions_at(seq).values())


def catalog_of(registers: Iterable[Register]) -> Catalog:
    """A catalog of these registers."""
    kept = {register.id: register for register in registers}
    measures = {measure.id: measure for register in kept.values() for measure in register.measures}
    return Catalog(kept, measures)


@lru_cache(maxsize=512)
def read(text: str) -> Register:
    """A recorded register version. Parsed once: the same text is the same register."""
    return register_from_text(text)
