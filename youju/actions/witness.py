"""链头: the ledger's number and hash, written down where nobody of this machine can change them.

Whoever owns the machine can rewrite every table and every hash, or put an older copy back. What they cannot change is
a head that stands on a printed report, in a backup elsewhere or in somebody's notes: the chain must still hold it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from youju.actions.verification import Look, Part, part
from youju.core.problem import DomainError
from youju.store.models import Event
from youju.store.queries.ledger import head

SHORTEST = (
    12  # letters of a hash, as the log shows them: nobody finds another event that begins like this by chance
)
_WRITTEN = re.compile(r"#?\s*(\d{1,18})[\s:：,，·]+([0-9a-fA-F\s]{12,100})")


class BadHead(DomainError):
    """Not a head as it is printed."""

    code = "verify.bad_head"
    text = "“{text}”不是链头。请照抄序号和链值，例如：--head “#128 9f2c41d07b35…”，链值至少写前12位。"


@dataclass(frozen=True, slots=True)
class Head:
    """The number of an event and its hash, or the first letters of it."""

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"#{self.seq} {self.hash}"


def present() -> Head:
    """The ledger's head. Raises NoLedger."""
    ledger = head()
    return Head(ledger.head, ledger.hash)


def head_at(seq: int) -> Head | None:
    """The head when the event of this number was the last; None when there is none (yet)."""
    found = Event.unscoped.filter(seq=seq).values_list("hash", flat=True).first()
    return None if found is None else Head(seq, found)


def parse_head(text: str) -> Head:
    """A head as somebody copied it from paper: spaces and capitals do not matter. Raises BadHead."""
    match = _WRITTEN.fullmatch(text.strip().strip("“”\"'…").strip())
    letters = "" if match is None else re.sub(r"\s", "", match[2]).lower()
    if match is None or not SHORTEST <= len(letters) <= 64:
        raise BadHead(text=text[:100])
    return Head(int(match[1]), letters)


def compare(heads: Sequence[Head]) -> Part:
    """Whether the chain holds every one of these heads."""

    @part("抄存的链头")
    def check(look: Look) -> None:
        last = head().head
        for given in heads:
            look.checked += 1
            there = head_at(given.seq)
            if there is None:
                text = f"台账现在只到#{last}：被截短，或换成了较早的副本。请保留现场，联系审计管理员。"
                look.add(f"#{given.seq}", "verify.witness", text)
            elif not there.hash.startswith(given.hash):
                text = "该序号的链值与抄存的不符：此前的历史被改写过。请保留现场，联系审计管理员。"
                look.add(f"#{given.seq}", "verify.witness", text)

    return check()
