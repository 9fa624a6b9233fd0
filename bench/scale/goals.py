"""What is promised of speed and memory, and what was measured: one line each."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Line:
    """One goal with what was found, in words."""

    title: str
    measured: str
    limit: str
    met: bool


@dataclass
class Goals:
    """The goals of one part at one size."""

    lines: list[Line] = field(default_factory=list)

    def add(self, title: str, measured: str, limit: str, *, met: bool) -> None:
        """A goal that is no ratio."""
        self.lines.append(Line(title, measured, limit, met))

    def at_most(self, title: str, ratio: float, limit: float) -> None:
        """A ratio that must not be above its limit."""
        self.add(title, f"{ratio:.2f}x", f"<= {limit:g}x", met=ratio <= limit)

    def at_least(self, title: str, ratio: float, limit: float) -> None:
        """A ratio that must not be below its limit."""
        self.add(title, f"{ratio:.2f}x", f">= {limit:g}x", met=ratio >= limit)
