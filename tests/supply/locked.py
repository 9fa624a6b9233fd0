"""The packages of the lock files, and what else of other people is in the tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = ROOT / "requirements"
FONTS = ROOT / "youju" / "office" / "fonts"
_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)
_LOCKS = (("runtime.lock", "runtime"), ("dev.lock", "dev"), ("tools.txt", "tools"))


@dataclass(frozen=True, slots=True, order=True)
class Package:
    """One pinned version. `use`: runtime (the product runs on it), dev (tests and checks), tools (sets up)."""

    name: str
    version: str
    use: str


def packages() -> list[Package]:
    """Every pinned version once, under the first use it has, by name."""
    found: dict[tuple[str, str], str] = {}
    for lock, use in _LOCKS:
        for match in _PIN.finditer((REQUIREMENTS / lock).read_text(encoding="utf-8")):
            found.setdefault((normal(match["name"]), match["version"]), use)
    return sorted(Package(name, version, use) for (name, version), use in found.items())


def asked_for() -> list[str]:
    """The packages that the product names itself; the others came with them."""
    lines = (REQUIREMENTS / "runtime.in").read_text(encoding="utf-8").splitlines()
    named = (re.match(r"[A-Za-z0-9._-]+", line) for line in lines if not line.startswith(("#", "-")))
    return sorted(normal(match[0]) for match in named if match)


def normal(name: str) -> str:
    """A package's name as comparisons want it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def fonts() -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of each font file in the tree."""
    for line in (FONTS / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        yield name, digest
