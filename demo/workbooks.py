"""The towns' workbooks as files, and which row of which sheet says what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from demo import files
from demo.events import Book, History
from demo.history import histories
from demo.sheets import Grid, grids_of


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet and its records: (row of the sheet from 1, key of the event)."""

    name: str
    rows: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class WorkbookPlan:
    """One file to import: whom for, by which account, when; `known` are keys that an earlier file brought."""

    path: Path
    file: str
    register: str
    unit: str
    by: str
    at: datetime
    sheets: tuple[SheetPlan, ...]
    known: frozenset[str] = frozenset()


@cache
def _grids(file: str) -> tuple[Grid, ...]:
    told = next(each for each in histories() if file in each.books)
    return tuple(grids_of(told.books[file], told))


def plan_of(book: Book, folder: Path, history: History) -> WorkbookPlan:
    """Where the file of a book will be and what it says; writes nothing."""
    own = {event.key for event in history.in_book(book.file)}
    sheets = tuple(SheetPlan(grid.name, tuple(grid.said)) for grid in _grids(book.file) if grid.said)
    said = frozenset(key for sheet in sheets for _, key in sheet.rows)
    return WorkbookPlan(
        folder / book.file, book.file, book.register, book.unit, book.by, book.at, sheets, said - own
    )


def write_workbooks(folder: Path) -> list[WorkbookPlan]:
    """Write every workbook into `folder`, in subfolders by year and month. Returns them by the time they are imported."""
    plans = []
    books = [(book, told) for told in histories() for book in told.books.values()]
    for book, told in sorted(books, key=lambda each: (each[0].at, each[0].file)):
        plan = plan_of(book, folder, told)
        files.write(plan.path, list(_grids(book.file)), book.encoding, told.town)
        plans.append(plan)
    return plans
