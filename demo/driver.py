"""Carries the plan out through the real actions: what the people of the three towns did, by whom and at the instant they did it.

Needs Django set up and a database without a ledger. A step makes one event of the ledger; the first refusal ends all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from demo import neighbours, plan, town
from demo.events import catalog
from demo.plan import AnyStep
from demo.workbooks import write_workbooks
from youju.actions import batches, clock, entries, members, periods, registers, reviews, setup, units, visits
from youju.actions.batches import Imported
from youju.actions.setup import Account, Actor
from youju.actions.units import NewUnit
from youju.core.quantity import UnitTable
from youju.office.workbook import Workbook, read_workbook
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at

READERS = 2  # workbooks that are read ahead, each in its own child process


class PlanMissed(Exception):
    """The actions did something else than the plan says: a mistake in the demo, or in the product."""


@dataclass(frozen=True, slots=True)
class Cast:
    """The ids of the units, by every name they bear, and the accounts."""

    unit: Mapping[str, int]
    who: Mapping[str, Actor]


def set_up() -> Cast:
    """Start the ledger: units, accounts, grants, registers, all on the morning of SET_UP."""
    morning = plan.SET_UP
    top, rest = town.places()[:2], town.places()[2:] + neighbours.places()
    with clock.at(morning):
        administrators = town.administrators()
        made = setup.init(
            [_new(place) for place in top],
            {role: Account(person.account, person.name) for role, person in administrators.items()},
        )
    who = {person.account: setup.member_of(person.account) for person in administrators.values()}
    system, security = who[town.SYSTEM], who[town.SECURITY]
    unit = dict(zip((place.name for place in top), made, strict=True))
    with clock.at(morning + timedelta(minutes=10)):
        made = units.add([_new(place, unit) for place in rest], by=system)
    unit |= dict(zip((place.name for place in rest), made, strict=True))
    unit[town.CULTURE_RENAMED] = unit[town.CULTURE]
    for number, person in enumerate(town.people() + neighbours.people()):
        with clock.at(morning + timedelta(minutes=20 + number)):
            member = members.add_member(person.account, person.name, unit[person.unit], by=system)
            for role, at, names in person.grants:
                members.grant(member, role, unit[at], by=security, registers=names, since=town.GRANTED)
            who[person.account] = member
    with clock.at(morning + timedelta(hours=2)):
        registers.sync(catalog().registers.values(), by=system, unit=unit[town.COUNTY])
    return Cast(unit, who)


def _new(place: town.Place, known: Mapping[str, int] | None = None) -> NewUnit:
    parent = (known or {}).get(place.parent, place.parent) or None
    return NewUnit(
        place.name, place.kind, parent, place.code, place.aliases, since=place.since, ref=place.name
    )


@contextmanager
def reading_ahead(folder: Path) -> Iterator[Mapping[str, Future[Workbook]]]:
    """Write the town's workbooks into `folder` and read them in the order of their import, a few ahead of it."""
    books = write_workbooks(folder)
    with ThreadPoolExecutor(READERS) as readers:
        try:
            yield {book.file: readers.submit(read_workbook, book.path) for book in books}
        finally:
            readers.shutdown(wait=True, cancel_futures=True)


@dataclass(slots=True)
class Driver:
    """Carries out steps in order. `entry` knows under which number an entry was recorded that the plan calls by a key."""

    cast: Cast
    folder: Path
    read: Mapping[str, Future[Workbook]]
    measures: UnitTable
    entry: dict[str, int] = field(default_factory=dict)

    def take(self, step: AnyStep) -> None:  # noqa: C901 - one case for each kind of step
        """Carry out one step at its instant. Raises what the action refuses, and PlanMissed."""
        by, unit = self.cast.who[step.by], self.cast.unit
        with clock.at(step.at):
            match step:
                case plan.Import():
                    self._import(step, by)
                case plan.Record():
                    done = entries.record(
                        step.register, unit[step.unit], step.values, by=by, units=self.measures, adjust=step.adjust,
                        approver=self._approver(step.approver),
                    )  # fmt: skip
                    self.entry[step.key] = done.entry
                case plan.Nil():
                    self.entry[step.key] = entries.record_nil(
                        step.register, unit[step.unit], step.slot, by=by
                    ).entry
                case plan.Correct():
                    entries.correct(
                        self.entry[step.key], step.changes, by=by, units=self.measures, reason=step.reason,
                        adjust=step.adjust, approver=self._approver(step.approver),
                    )  # fmt: skip
                case plan.Return():
                    reviews.send_back(self._entries(step.keys), by=by, reason=step.reason)
                case plan.Review():
                    reviews.confirm(
                        self._entries(step.keys),
                        by=by,
                        adjust=step.adjust,
                        approver=self._approver(step.approver),
                    )
                case plan.Void():
                    entries.void(self.entry[step.key], by=by, reason=step.reason)
                case plan.Close():
                    periods.close(unit[step.unit], step.through, by=by)
                case plan.Tag():
                    units.tag(unit[step.unit], step.tag, since=step.since, by=by)
                case plan.Rename():
                    units.rename(unit[step.unit], step.name, since=step.since, by=by)
                case plan.Look():
                    visits.note(unit[step.unit], scope.viewer_of(by), tree_at(head().head), by=by)

    def _import(self, step: plan.Import, by: Actor) -> None:
        path = self.folder / step.file
        request = batches.Request(self.cast.unit[step.unit], step.register, path)
        done = batches.import_read(
            self.read[step.file].result(), path.read_bytes(), request, by=by, units=self.measures
        )
        self._note(step, done)

    def _note(self, step: plan.Import, done: Imported) -> None:
        """Remember which entry each planned row became. Raises PlanMissed when a row is missing, or one too many is there."""
        planned = {(sheet, row): key for sheet, row, key in step.rows}
        new = {(line.sheet, line.row): entry for line, entry in zip(done.new, done.entries, strict=True)}
        known = {(line.sheet, line.row) for line in done.recognised}
        missed = {
            where for where, key in planned.items() if where not in (known if key in step.known else new)
        }
        if missed or len(new) + len(known) != len(planned):
            raise PlanMissed(
                f"{step.file}：应有{len(planned)}行，新录{len(new)}行，识别{len(known)}行，缺{sorted(missed)[:3]}"
            )
        self.entry |= {planned[where]: entry for where, entry in new.items()}

    def _entries(self, keys: Sequence[str]) -> list[int]:
        return [self.entry[key] for key in keys]

    def _approver(self, account: str) -> Actor | None:
        return self.cast.who[account] if account else None
