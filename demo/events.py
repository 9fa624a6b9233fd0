"""What happened in the town, and in which workbook it was written down: values, without files and without a ledger."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from demo.town import SEED, TOWN
from youju.core.register import Catalog
from youju.specs.catalog import load_catalog

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATALOG = Path(__file__).resolve().parent.parent / "catalog"
FIRST_DAY, LAST_DAY = date(2023, 1, 1), date(2024, 4, 26)

Cell = str | int | Decimal | date | bool
Values = Mapping[str, Cell]
# reviewed: written, checked, counts. fixed: returned, corrected, then counts. corrected: counted, corrected, counts as corrected.
# correcting: counts as first written, a correction waits. pending, returned, void: never counts.
Fate = Literal["reviewed", "fixed", "corrected", "correcting", "pending", "returned", "void"]
COUNTED: frozenset[Fate] = frozenset({"reviewed", "fixed", "corrected", "correcting"})
UNIT_COLUMN = "@unit"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of one register, as the town's people write it.

    key         what the plan calls it
    values      field id → what counts in the end (of fates that never count: what was written)
    first       the fields that were written differently at first
    later       the fields of a correction that still waits for review
    reason      why it was returned, corrected or voided
    book        the workbook it stands in, '' when it was typed in by `by` at `at`
    amended_on  when a correction of a counted entry is written
    nil         a nil report for the month that `at` ends
    """

    key: str
    register: str
    unit: str
    values: Values
    fate: Fate = "reviewed"
    first: Values = field(default_factory=dict)
    later: Values = field(default_factory=dict)
    reason: str = ""
    book: str = ""
    by: str = ""
    at: datetime | None = None
    amended_on: date | None = None
    nil: bool = False
    adjust: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is in the figures in the end."""
        return self.fate in COUNTED

    @property
    def written(self) -> Values:
        """What was written the first time."""
        return {**self.values, **self.first}


@dataclass(frozen=True, slots=True)
class Book:
    """One workbook file.

    file      path inside the folder of workbooks; the suffix decides the format
    unit      whom it is imported for; when that is the town, each row names its own unit
    title     the line above the table; tells the year of dates that say none
    split     how rows are put on sheets
    encoding  of .csv
    merged    rows are sorted by unit and the unit's name is one merged cell
    groups    (first field, last field, heading): a second header row over these columns
    repeats   an earlier book whose rows stand in this one again
    """

    file: str
    register: str
    unit: str
    by: str
    at: datetime
    title: str
    split: Literal["one", "month", "area"] = "one"
    encoding: str = "utf-8-sig"
    merged: bool = False
    totals: bool = False
    groups: tuple[tuple[str, str, str], ...] = ()
    notes: tuple[str, ...] = ()
    repeats: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Everything of one town: events in the order they were thought up, workbooks by file."""

    events: tuple[Event, ...]
    books: Mapping[str, Book]
    town: str = TOWN

    def of(self, register: str) -> list[Event]:
        """The events of one register."""
        return [event for event in self.events if event.register == register]

    def in_book(self, file: str) -> list[Event]:
        """The events that stand in a workbook for the first time."""
        return [event for event in self.events if event.book == file]


class Chronicle:
    """Collects events and books of one area of work; chance comes from the seed and the register alone."""

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self.events: list[Event] = []
        self.books: dict[str, Book] = {}
        self._count: dict[str, int] = {}

    def book(
        self, file: str, register: str, unit: str, by: str, at: datetime, title: str, **layout: object
    ) -> str:
        """A workbook; returns its file."""
        assert file not in self.books, file
        self.books[file] = Book(file, register, unit, by, at, title, **layout)  # type: ignore[arg-type]
        return file

    def note(
        self,
        register: str,
        unit: str,
        values: Mapping[str, object],
        book: str = "",
        *,
        fate: Fate = "reviewed",
        first: Mapping[str, object] | None = None,
        later: Mapping[str, object] | None = None,
        reason: str = "",
        by: str = "",
        at: datetime | None = None,
        amended_on: date | None = None,
        nil: bool = False,
        adjust: str = "",
    ) -> Event:
        """One more event, in a book or typed in by hand."""
        assert bool(book) != bool(by), "either in a book or by hand"
        number = self._count[register] = self._count.get(register, 0) + 1
        kept = {name: value for name, value in _cells(values).items() if value != ""}
        event = Event(
            f"{self._prefix}{register}/{number:04}", register, unit, kept, fate, _cells(first or {}), _cells(later or {}), reason, book,
            by, at, amended_on, nil, adjust,
        )  # fmt: skip
        self.events.append(event)
        return event


def _cells(values: Mapping[str, object]) -> dict[str, Cell]:
    found: dict[str, Cell] = {}
    for name, value in values.items():
        assert isinstance(value, str | int | Decimal | date), (name, value)
        found[name] = value
    return found


def chance(what: str) -> random.Random:
    """The same chance for the same subject, every time."""
    return random.Random(f"{SEED}:{what}")


def moment(day: date, hour: int = 10, minute: int = 0) -> datetime:
    """A time of day in the town."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)


@cache
def catalog() -> Catalog:
    """The registers that the product ships."""
    loaded = load_catalog(CATALOG, None)
    assert not loaded.problems, loaded.problems
    return loaded.catalog
