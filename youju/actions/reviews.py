"""Reviewing entries: confirm one or many, or return them with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from youju.actions import guards, ledger
from youju.actions.ledger import Change
from youju.actions.observing import reobserve
from youju.core.entry import StaleEntry, UnknownEntry
from youju.core.measure import UnitKind
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.core.register import Register
from youju.core.review import check_pending, check_reach, check_reason, check_reviewer
from youju.store import bulk
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
    seen: Mapping[int, int] | None = None,
    key: str = "",
) -> Reviewed:
    """Confirm entries together, all or none; from now on they count.

    seen    entry → number of the revision that the reviewer saw: nobody confirms what somebody wrote meanwhile
    raises  StaleEntry, SelfConfirmation and the like for a single entry, Refused with one problem an entry for several
    """
    return _review(entries, "confirmed", note, by=by, adjust=adjust, approver=approver, seen=seen, key=key)


def send_back(
    entries: Sequence[int],
    *,
    by: Member,
    reason: str,
    seen: Mapping[int, int] | None = None,
    key: str = "",
) -> Reviewed:
    """Return entries 退回补正 with a reason; what counted before goes on counting. `seen` as in confirm."""
    return _review(entries, "returned", check_reason(reason, "退回"), by=by, seen=seen, key=key)


def _review(
    keys: Sequence[int],
    verdict: Verdict,
    reason: str,
    *,
    by: Member,
    adjust: str = "",
    approver: Member | None = None,
    seen: Mapping[int, int] | None = None,
    key: str = "",
) -> Reviewed:
    wanted = sorted(set(keys))
    asked = ledger.told({"entries": wanted, "verdict": verdict, "reason": reason}, adjust=adjust)
    with ledger.change(f"entry.{verdict}", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return Reviewed(tuple(change.repeated["entries"]), int(change.repeated["seq"]))
        entries = _visible(change, wanted)
        _check(change, entries, verdict, seen or {})
        if verdict == "confirmed":
            days = [(entry.unit, entry.day) for entry in entries]
            days += [(entry.unit, entry.counted_on) for entry in entries if entry.counted_on is not None]
            adjustment = guards.check_open(change, days, "审核通过", adjust=adjust, approver=approver)
            reason = "；".join(each for each in (reason, adjustment) if each)
        said = {"verdict": verdict, "reviewer_id": by.pk, "reason": reason, "seq": change.seq}
        change.add_all(Review, [{"revision_id": entry.revision, **said} for entry in entries])
        if verdict == "confirmed":
            cached = [{"id": each.id, "state": "reviewed", "counted_id": each.revision} for each in entries]
        else:
            cached = [{"id": each.id, "state": "returned"} for each in entries]
        bulk.update(Entry, cached)
        reobserve(change, wanted)
        change.result = {"entries": wanted, "seq": change.seq}
        return Reviewed(tuple(wanted), change.seq)


class _Asked(NamedTuple):
    """What a review must know of an entry: its current revision and who wrote it, and the day of the one that counts."""

    id: int
    unit: int
    register: str
    state: str
    day: date
    revision: int
    number: int
    author: int
    counted_on: date | None


def _visible(change: Change, wanted: Sequence[int]) -> list[_Asked]:
    found: dict[int, _Asked] = {}
    for start in range(0, len(wanted), ledger.CHUNK):
        rows = Entry.unscoped.filter(pk__in=wanted[start : start + ledger.CHUNK])
        seen = scope.visible(rows, change.viewer, change.tree, change.today).values_list(
            "pk",
            "unit_id",
            "register",
            "state",
            "day",
            "current_id",
            "current__number",
            "current__author_id",
            "counted__day",
        )
        found.update((row[0], _Asked(*row)) for row in seen)
    for key in wanted:
        if key not in found:
            raise UnknownEntry(entry=key)
    return [found[key] for key in wanted]


def _check(change: Change, entries: Sequence[_Asked], verdict: Verdict, seen: Mapping[int, int]) -> None:
    registers = {name: each.register for name, each in specs.versions_at(change.seq - 1).items()}
    action = "审核通过" if verdict == "confirmed" else "退回"
    refusals: list[DomainError] = []
    allowed: set[tuple[int, str]] = set()
    for entry in entries:
        try:
            if (entry.unit, entry.register) not in allowed:
                change.require("review", entry.unit, entry.register)
                _check_reach(change, registers[entry.register], entry.unit)
                allowed.add((entry.unit, entry.register))
            check_pending(entry.id, entry.state, action)  # type: ignore[arg-type]
            if seen.get(entry.id, entry.number) != entry.number:
                raise StaleEntry(entry=entry.id, number=entry.number)
            check_reviewer(entry.id, entry.author, change.viewer.id, change.viewer.name)
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
