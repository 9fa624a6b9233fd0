"""The town's workbooks as files, and which row of which sheet says what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from demo import files
from demo.events import Book
from demo.history import history
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
    return tuple(grids_of(history().books[file], history()))


def plan_of(book: Book, folder: Path) -> WorkbookPlan:
    """Where the file of a book will be and what it says; writes nothing."""
    own = {event.key for event in history().in_book(book.file)}
    sheets = tuple(SheetPlan(grid.name, tuple(grid.said)) for grid in _grids(book.file) if grid.said)
    said = frozenset(key for sheet in sheets for _, key in sheet.rows)
    return WorkbookPlan(
        folder / book.file, book.file, book.register, book.unit, book.by, book.at, sheets, said - own
    )


def write_workbooks(folder: Path) -> list[WorkbookPlan]:
    """Write every workbook into `folder`, in subfolders by year and month. Returns them by the time they are imported."""
    plans = []
    for book in sorted(history().books.values(), key=lambda each: (each.at, each.file)):
        plan = plan_of(book, folder)
        files.write(plan.path, list(_grids(book.file)), book.encoding)
        plans.append(plan)
    return plans
