"""What a check is: an id, words for people, and a function that yields slips."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from youju.core.audit.context import Context
from youju.core.audit.draft import Draft
from youju.core.audit.finding import Severity, Span

Needs = Literal["text", "claims", "places"]


@dataclass(frozen=True, slots=True)
class Slip:
    """A finding before it has its check's code: a place, the reason and what to do.

    severity  None: that of the check
    group     slips of one group are told as one when there are many; "" groups by the words themselves
    habit     a way of writing: two of its group are many
    """

    start: int
    end: int
    reason: str
    suggestion: str = ""
    severity: Severity | None = None
    related: tuple[Span, ...] = ()
    group: str = ""
    habit: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of slip.

    id        placeholder; its findings have the code audit.placeholder
    title     占位符未替换
    finds     one Chinese sentence: what it finds
    severity  of its findings, unless a slip says otherwise
    run       yields slips in any order, in time linear in the length of the text
    needs     what it works on besides the text
    default   runs unless switched off
    many      more slips of one group than this are told as one, with all their places
    """

    id: str
    title: str
    finds: str
    severity: Severity
    run: Callable[[Draft, Context], Iterator[Slip]]
    needs: Needs = "text"
    default: bool = True
    many: int = 12

    @property
    def code(self) -> str:
        """The code of its findings."""
        return f"audit.{self.id}"
