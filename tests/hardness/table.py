"""The dated table of docs/proofs.md: one row a proof, sorted, each replaced by the run that proves it anew."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "proofs.md"
HEAD = "| proof | day | commit | machine | asked | found | minutes | verdict |\n|---|---|---|---|---|---|---|---|"
ROW = re.compile(r"^\| `([a-z0-9-]+)` \|.*$", re.MULTILINE)
MET, NOT_MET = "met", "**not met**"


@dataclass(frozen=True, slots=True)
class Row:
    """One run of one proof in full."""

    name: str
    day: date
    commit: str
    machine: str
    asked: str
    found: str
    minutes: float
    met: bool

    def text(self) -> str:
        """The line of the table; what was found stands in one line, without what would end a cell."""
        cells = [
            f"`{self.name}`",
            self.day.isoformat(),
            self.commit,
            self.machine,
            self.asked,
            " ".join(self.found.split()).replace("|", "∣"),
            f"{self.minutes:.1f}",
            MET if self.met else NOT_MET,
        ]
        return f"| {' | '.join(cells)} |"


def with_row(page: str, row: Row) -> str:
    """The page with this proof's row in its place, the old one gone."""
    before, head, rest = page.partition(HEAD)
    if not head:
        raise ValueError(f"no table in {PAGE.name}")
    table, after = re.fullmatch(r"((?:\n\|[^\n]*)*)(.*)", rest, re.DOTALL).groups()  # type: ignore[union-attr]
    rows = {match[1]: match[0] for match in ROW.finditer(table)} | {row.name: row.text()}
    return before + head + "".join(f"\n{rows[name]}" for name in sorted(rows)) + after


def write(row: Row, page: Path = PAGE) -> None:
    """Put the row into the page."""
    page.write_text(with_row(page.read_text(encoding="utf-8"), row), encoding="utf-8")
