"""What a verification says: parts, each with how much was looked at and what was found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps

from youju.core.problem import DomainError, Problem, Where

Check = Callable[[], "Part"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the verification: how much was looked at, and what was found.

    notes  what is in order as far as the ledger goes, and still wants doing
    """

    title: str
    checked: int
    findings: tuple[Problem, ...]
    notes: tuple[str, ...] = ()


@dataclass
class Look:
    """A part under way."""

    checked: int = 0
    findings: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, place: str, code: str, text: str) -> None:
        """Note what does not match, and where."""
        self.findings.append(Problem(Where(field=place), code, text))


def part(title: str) -> Callable[[Callable[[Look], None]], Check]:
    """Make a function that looks into one part of the verification.

    What cannot even be read, because a row points nowhere or is no longer text, a day or a number, is a finding
    too: whoever broke a row must not be able to stop the verification with it.
    """

    def made(check: Callable[[Look], None]) -> Check:
        @wraps(check)
        def checked() -> Part:
            look = Look()
            try:
                check(look)
            except Exception as error:  # noqa: BLE001 - whatever it is, a clean ledger does not raise it
                why = error.message if isinstance(error, DomainError) else f"{type(error).__name__}: {error}"
                text = f"读到无法识别的内容，这一部分没有核验完（{why[:200]}）。请保留现场，从备份比对。"
                look.add(title, "verify.unreadable", text)
            return Part(title, look.checked, tuple(look.findings), tuple(look.notes))

        return checked

    return made
