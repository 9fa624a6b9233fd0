"""Reviewing entries: confirm one or many, or return them with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from youju.actions import guards, ledger
from youju.actions.ledger import Change
from youju.actions.observing import reobserve
from youju.core.entry import UnknownEntry
from youju.core.measure import UnitKind
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.core.register import Register
from youju.core.review import check_pending, check_reach, check_reason, check_reviewer
from youju.store.models import Entry, Member, Review
from youju.store.queries import scope, specs

Verdict = Literal["confirmed", "returned"]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Which entries were reviewed, under which ledger number."""

    entries: tuple[int, ...]
    seq: int


def confirm(
    entries: Sequence[int],
    *,
    by: Member,
    note: str = "",
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> Reviewed:
    """Confirm entries together, all or none; from now on they count.

    raises  SelfConfirmation and the like for a single entry, Refused with one problem an entry for several
    """
    return _review(entries, "confirmed", note, by=by, adjust=adjust, approver=approver, key=key)


def send_back(entries: Sequence[int], *, by: Member, reason: str, key: str = "") -> Reviewed:
    """Return entries 退回补正 with a reason; what counted before goes on counting."""
    return _review(entries, "returned", check_reason(reason, "退回"), by=by, key=key)


def _review(
    keys: Sequence[int],
    verdict: Verdict,
    reason: str,
    *,
    by: Member,
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> Reviewed:
    wanted = sorted(set(keys))
    asked = {"entries": wanted, "verdict": verdict, "reason": reason}
    with ledger.change(f"entry.{verdict}", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return Reviewed(tuple(change.repeated["entries"]), int(change.repeated["seq"]))
        entries = _visible(change, wanted)
        _check(change, entries, verdict)
        if verdict == "confirmed":
            days = [(entry.unit_id, entry.day) for entry in entries]
            days += [(entry.unit_id, entry.counted.day) for entry in entries if entry.counted is not None]
            adjustment = guards.check_open(change, days, "审核通过", adjust=adjust, approver=approver)
            reason = "；".join(each for each in (reason, adjustment) if each)
        change.add_all(
            Review,
            [
                Review(revision=entry.current, verdict=verdict, reviewer=by, reason=reason, seq=change.seq)
                for entry in entries
            ],
        )
        for entry in entries:
            entry.state = "reviewed" if verdict == "confirmed" else "returned"
            if verdict == "confirmed":
                entry.counted = entry.current
        Entry.unscoped.bulk_update(entries, ["state", "counted"], batch_size=ledger.CHUNK)
        reobserve(change, wanted)
        change.result = {"entries": wanted, "seq": change.seq}
        return Reviewed(tuple(wanted), change.seq)


def _visible(change: Change, wanted: Sequence[int]) -> list[Entry]:
    found: dict[int, Entry] = {}
    for start in range(0, len(wanted), ledger.CHUNK):
        rows = Entry.unscoped.select_related("current", "counted").filter(
            pk__in=wanted[start : start + ledger.CHUNK]
        )
        found.update(
            (entry.pk, entry) for entry in scope.visible(rows, change.viewer, change.tree, change.today)
        )
    for key in wanted:
        if key not in found:
            raise UnknownEntry(entry=key)
    return [found[key] for key in wanted]


def _check(change: Change, entries: Sequence[Entry], verdict: Verdict) -> None:
    registers = {name: each.register for name, each in specs.versions_at(change.seq - 1).items()}
    action = "审核通过" if verdict == "confirmed" else "退回"
    refusals: list[DomainError] = []
    allowed: set[tuple[int, str]] = set()
    for entry in entries:
        assert entry.current is not None
        try:
            if (entry.unit_id, entry.register) not in allowed:
                change.require("review", entry.unit_id, entry.register)
                _check_reach(change, registers[entry.register], entry.unit_id)
                allowed.add((entry.unit_id, entry.register))
            check_pending(entry.pk, entry.state, action)  # type: ignore[arg-type]
            check_reviewer(entry.pk, entry.current.author_id, change.viewer.id, change.viewer.name)
        except DomainError as error:
            refusals.append(error)
    if len(entries) == 1 and refusals:
        raise refusals[0]
    if refusals:
        raise Refused(tuple(Problem(Where(), error.code, error.message) for error in refusals))


def _check_reach(change: Change, register: Register, unit: int) -> None:
    reaches: dict[UnitKind, str] = {}
    for grant in change.viewer.grants_for("review", change.today, register.id):
        if change.tree.contains(grant.unit, unit, change.today):
            reaches[change.tree.kind(grant.unit, change.today)] = change.tree.name(grant.unit, change.today)
    check_reach(register, reaches, change.viewer.name)
