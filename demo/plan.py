"""What the people of the town do in the system, step by step: imports, entries, reviews, corrections, voids, the closing.

Every step names who does it and when; instants rise. Entries are named by the keys of `demo.events`; an import says
which row of which sheet bears which key. `demo.driver` carries the steps out through the real actions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from demo import neighbours, town
from demo.events import SHANGHAI, Event, History, Values, catalog, moment
from demo.history import histories
from demo.spread import quiet
from demo.workbooks import plan_of
from youju.core.period import Period, slot_of

SET_UP = datetime(2023, 1, 2, 9, 0, tzinfo=SHANGHAI)
END = datetime(2024, 4, 26, 18, 0, tzinfo=SHANGHAI)
CLOSED_AT = datetime(2024, 2, 5, 17, 0, tzinfo=SHANGHAI)
CLOSED_THROUGH = date(2023, 12, 31)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something one account does at one instant."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Import(Step):
    """Import a workbook for a unit. `rows` are (sheet, row from 1, key); `known` keys came with an earlier file."""

    file: str
    register: str
    unit: str
    rows: tuple[tuple[str, int, str], ...]
    known: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record(Step):
    """Type in one entry. `adjust` and `approver` when its day lies in the closed period."""

    key: str
    register: str
    unit: str
    values: Values
    adjust: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nil(Step):
    """Report that nothing happened in a month."""

    key: str
    register: str
    unit: str
    slot: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Correct(Step):
    """Correct an entry: only the fields that change; '' empties one."""

    key: str
    changes: Values
    reason: str
    adjust: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return(Step):
    """Send entries back with a reason."""

    keys: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Step):
    """Confirm entries together."""

    keys: tuple[str, ...]
    adjust: str = ""
    approver: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Void(Step):
    """Void an entry."""

    key: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Step):
    """Close the books of a unit's subtree through a day."""

    unit: str
    through: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Step):
    """Give a unit a tag from a day on."""

    unit: str
    tag: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename(Step):
    """Give a unit a new name from a day on; the old one stays an alias."""

    unit: str
    name: str
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Look(Step):
    """Somebody of the county opens a town's figures; it leaves a trace that the town sees."""

    unit: str


AnyStep = Import | Record | Nil | Correct | Return | Review | Void | Close | Tag | Rename | Look

PEACE = frozenset({"disputes", "patrol-squads", "village-patrols", "legal-events"})
PUBLICITY = frozenset(
    {"publicity-leaflets", "leaflet-printing", "slogans", "boards", "banners", "board-issues", "book-additions", "book-counts",
     "reading-rooms", "nominations", "honours", "study-meetings"}
)  # fmt: skip


LOOKS = ((date(2024, 4, 18), "莼浔镇"), (date(2024, 4, 22), town.TOWN))


def reviewer_of(register: str, at: str = town.TOWN) -> str:
    """The account of the reviewer of a town who checks a register."""
    for other in neighbours.NEIGHBOURS:
        if other.name == at:
            return other.reviewer
    if register in PEACE:
        return town.REVIEW_PEACE
    return town.REVIEW_PUBLICITY if register in PUBLICITY else town.REVIEW_VILLAGES


@cache
def steps() -> tuple[AnyStep, ...]:
    """Every step in order, no two at one instant."""
    found: list[AnyStep] = []
    for told in histories():
        planner = _Planner(told, found)
        if told.town == town.TOWN:
            planner.organisation()
            found.append(Close(by=town.LEADER, at=CLOSED_AT, unit=town.TOWN, through=CLOSED_THROUGH))
        for file in told.books:
            planner.book(file)
        planner.typed_in()
    found += [Look(by=town.COUNTY_OFFICE, at=moment(day, 10, 5), unit=unit) for day, unit in LOOKS]
    ordered = sorted(found, key=lambda step: (step.at, _RANK[type(step)]))
    return tuple(_apart(ordered))


# Of two steps at one instant, what is written comes before what is checked.
_RANK: dict[type, int] = {
    Tag: 0, Rename: 0, Import: 1, Record: 1, Nil: 1, Return: 2, Correct: 3, Review: 4, Void: 5, Close: 6, Look: 7,
}  # fmt: skip


@dataclass(slots=True)
class _Planner:
    history: History
    found: list[AnyStep]

    def organisation(self) -> None:
        """Tags of the roadside hamlets and the new name of the culture station."""
        for number, (hamlet, since) in enumerate(town.roadside().items()):
            at = moment(since + timedelta(days=1), 9, number)
            self.found.append(Tag(by=town.SYSTEM, at=at, unit=hamlet, tag=town.ROADSIDE, since=since))
        self.found.append(
            Rename(
                by=town.SYSTEM, at=moment(date(2024, 1, 2), 8, 30), unit=town.CULTURE, name=town.CULTURE_RENAMED,
                since=town.RENAMED_ON,
            )
        )  # fmt: skip

    def book(self, file: str) -> None:
        """The import of one workbook and what follows from it."""
        book = self.history.books[file]
        plan = plan_of(book, Path(), self.history)
        rows = tuple((sheet.name, row, key) for sheet in plan.sheets for row, key in sheet.rows)
        self.found.append(
            Import(
                by=book.by, at=book.at, file=file, register=book.register, unit=_unit(book.unit, book.at), rows=rows,
                known=plan.known,
            )
        )  # fmt: skip
        self.review(self.history.in_book(file), book.at, book.by)

    def typed_in(self) -> None:
        """Entries typed in one by one, and the nil reports; each is reviewed with others of its day."""
        together: dict[tuple[str, date], list[Event]] = defaultdict(list)
        for event in self.history.events:
            if event.at is None:
                continue
            unit = _unit(event.unit, event.at)
            day = _day(event)
            if event.nil:
                self.found.append(
                    Nil(
                        by=event.by, at=event.at, key=event.key, register=event.register, unit=unit,
                        slot=slot_of(day, "monthly"),
                    )
                )  # fmt: skip
            else:
                adjust, approver = self.adjust([event], event.at)
                self.found.append(
                    Record(
                        by=event.by, at=event.at, key=event.key, register=event.register, unit=unit, values=event.written,
                        adjust=adjust, approver=approver,
                    )
                )  # fmt: skip
            when = event.at.date() if not event.nil else event.at.date().replace(day=5)
            together[event.register, when].append(event)
        for (_, when), events in together.items():
            latest = max(event.at for event in events if event.at is not None)
            self.review(events, max(latest, datetime.combine(when, time(12), SHANGHAI)), events[0].by)

    def review(self, events: Iterable[Event], after: datetime, by: str) -> None:
        """What the reviewer does with entries just written, and what follows."""
        at = _next_workday(after, 10)
        good = []
        for event in events:
            if event.fate == "pending":
                continue
            if event.fate in ("fixed", "returned"):
                self.sent_back(event, at, by)
                continue
            good.append(event)
        self.confirm(good, at)
        for event in good:
            self.afterwards(event, at, by)

    def sent_back(self, event: Event, at: datetime, by: str) -> None:
        """Returned with a reason; mended and confirmed, or left lying."""
        reviewer = reviewer_of(event.register, self.history.town)
        self.found.append(Return(by=reviewer, at=at, keys=(event.key,), reason=event.reason))
        if event.fate == "fixed":
            mended = _next_workday(at, 9)
            adjust, approver = self.adjust([event], mended)
            changes = {name: event.values.get(name, "") for name in event.first}
            self.found.append(
                Correct(
                    by=by,
                    at=mended,
                    key=event.key,
                    changes=changes,
                    reason="按退回意见核对补正",
                    adjust=adjust,
                    approver=approver,
                )
            )
            self.confirm([event], _next_workday(mended, 10))

    def afterwards(self, event: Event, at: datetime, by: str) -> None:
        """Corrections and voids of what was confirmed."""
        if event.fate == "void":
            when = _next_workday(at, 15)
            self.found.append(
                Void(
                    by=reviewer_of(event.register, self.history.town),
                    at=when,
                    key=event.key,
                    reason=event.reason,
                )
            )
        elif event.fate in ("corrected", "correcting"):
            wanted = moment(event.amended_on, 9, 30) if event.amended_on else at + timedelta(days=2)
            when = _workday_from(max(wanted, at + timedelta(hours=1)))
            if event.fate == "correcting":
                when = END - timedelta(hours=2)
            changes = event.later or {name: event.values.get(name, "") for name in event.first}
            adjust, approver = self.adjust([event], when)
            self.found.append(
                Correct(
                    by=by,
                    at=when,
                    key=event.key,
                    changes=changes,
                    reason=event.reason,
                    adjust=adjust,
                    approver=approver,
                )
            )
            if event.fate == "corrected":
                self.confirm([event], _next_workday(when, 10))

    def confirm(self, events: list[Event], at: datetime) -> None:
        """Confirm together what needs no adjustment, and each adjusted one by itself."""
        plain = [event for event in events if not self.adjust([event], at)[0]]
        for own in ([plain] if plain else []) + [[event] for event in events if event not in plain]:
            adjust, approver = self.adjust(own, at)
            self.found.append(
                Review(
                    by=reviewer_of(own[0].register, self.history.town), at=at, keys=tuple(event.key for event in own), adjust=adjust,
                    approver=approver,
                )
            )  # fmt: skip

    def adjust(self, events: list[Event], at: datetime) -> tuple[str, str]:
        """The reason and the approver, when one of the entries lies in what was closed by then."""
        if self.history.town != town.TOWN or at <= CLOSED_AT:
            return "", ""
        if all(_day(event) > CLOSED_THROUGH for event in events):
            return "", ""
        return events[0].adjust or events[0].reason or "锁定后更正", town.LEADER


def _day(event: Event) -> date:
    day = event.values[catalog().register(event.register).day]
    assert isinstance(day, date)
    return day


def _unit(name: str, at: datetime) -> str:
    """What a unit is called at the time."""
    return town.CULTURE_RENAMED if name == town.CULTURE and at.date() > town.RENAMED_ON else name


def _next_workday(after: datetime, hour: int) -> datetime:
    """The given hour of the next workday; before the end of the demo at any price."""
    day = after.date() + timedelta(days=1)
    while quiet(day) or day.weekday() > 4:
        day += timedelta(days=1)
    found = datetime.combine(day, time(hour), SHANGHAI)
    last = END - timedelta(minutes=30)
    return found if found <= last else min(after + timedelta(minutes=10), last)


def _workday_from(wanted: datetime) -> datetime:
    while quiet(wanted.date()) or wanted.weekday() > 4:
        wanted += timedelta(days=1)
    return min(wanted, END - timedelta(minutes=90))


def _apart(ordered: list[AnyStep]) -> Iterator[AnyStep]:
    before: datetime | None = None
    for step in ordered:
        at = step.at if before is None or step.at > before else before + timedelta(seconds=1)
        yield replace(step, at=at)
        before = at
