"""The workbooks say what the history says, are as messy as an office's, and come out the same in every run."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from demo import sheets, town, workbooks
from demo.events import SHANGHAI, Book, catalog
from demo.history import histories, history
from demo.plan import END, SET_UP
from demo.workbooks import WorkbookPlan, write_workbooks
from tests.demo.reading import read, unit_id
from tests.demo.reckoning import typed
from youju.core.importing import Line
from youju.office.workbook import read_workbook


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> list[WorkbookPlan]:
    return write_workbooks(tmp_path_factory.mktemp("workbooks"))


@pytest.fixture(scope="module")
def lines(plans: list[WorkbookPlan]) -> dict[tuple[str, str, int], Line]:
    """Every record of every file as the importer reads it: (file, sheet, row) → line."""
    found = {}
    for plan in plans:
        own, problems = read(plan)
        assert not problems, problems
        found.update({(plan.file, line.sheet, line.row): line for line in own})
    return found


def said(plans: list[WorkbookPlan]) -> Iterator[tuple[WorkbookPlan, str, int, str]]:
    for plan in plans:
        for sheet in plan.sheets:
            for row, key in sheet.rows:
                yield plan, sheet.name, row, key


def test_every_row_reads_back_as_what_the_event_says(
    plans: list[WorkbookPlan], lines: dict[tuple[str, str, int], Line]
) -> None:
    events = {event.key: event for told in histories() for event in told.events}
    seen = set()
    for plan, sheet, row, key in said(plans):
        line, event = lines[plan.file, sheet, row], events[key]
        assert not line.problems, (plan.file, line.problems)
        assert line.unit == unit_id(event.unit), (plan.file, sheet, row)
        assert line.values == typed(catalog().register(event.register), event.written), (
            plan.file,
            sheet,
            row,
        )
        seen.add((plan.file, sheet, row))

    assert seen == set(lines), "rows that are nobody's"


def test_every_event_stands_in_its_workbook_or_was_typed_in(plans: list[WorkbookPlan]) -> None:
    new = [(plan.file, key) for plan, _, _, key in said(plans) if key not in plan.known]

    assert sorted(new) == sorted(
        (event.book, event.key) for told in histories() for event in told.events if event.book
    )
    assert all(event.by and event.at for told in histories() for event in told.events if not event.book)


def test_no_two_rows_of_a_unit_say_the_same(
    lines: dict[tuple[str, str, int], Line], plans: list[WorkbookPlan]
) -> None:
    """The importer would take the second for a copy."""
    digests: dict[str, str] = {}
    for plan, sheet, row, key in said(plans):
        digest = lines[plan.file, sheet, row].digest
        assert digests.setdefault(digest, key) == key, (plan.file, sheet, row)


def test_nothing_is_written_down_before_it_happened() -> None:
    for event, books in [(event, told.books) for told in histories() for event in told.events]:
        register = catalog().register(event.register)
        written = books[event.book].at if event.book else event.at
        assert written is not None
        counted = {rule.on or rule.since for rule in register.observe} | {register.day}
        counted |= {stage.on for stage in register.stages}
        days = [event.written.get(name) for name in counted]
        assert all(day <= written.date() for day in days if isinstance(day, date)), event
        assert SET_UP < written < END
        assert written.tzinfo is SHANGHAI


def test_a_growing_workbook_brings_its_old_rows_again(plans: list[WorkbookPlan]) -> None:
    growing = [plan for plan in plans if plan.known]

    assert len(growing) == 3
    assert all(plan.unit == "枧蒲村" for plan in growing)


def test_formats_and_encodings(plans: list[WorkbookPlan]) -> None:
    suffixes = {plan.path.suffix for plan in plans}
    books = {file: book for told in histories() for file, book in told.books.items()}
    encodings = {book.encoding for book in books.values() if book.file.endswith(".csv")}

    assert suffixes == {".xlsx", ".ods", ".csv"}
    assert encodings == {"utf-8", "utf-8-sig", "gb18030"}
    for plan in plans:
        if plan.path.suffix == ".csv":
            text = plan.path.read_bytes().decode(books[plan.file].encoding)
            assert len(list(csv.reader(io.StringIO(text)))) > 3


def test_the_mess_is_there(plans: list[WorkbookPlan]) -> None:
    """Four styles of dates, Chinese, full-width and 万 numbers, aliases, merged cells, blank rows, totals, notes, several sheets."""
    texts: set[str] = set()
    kinds: set[str] = set()
    merged = blank = several = 0
    for plan in plans:
        if plan.path.suffix != ".xlsx":
            continue
        book = openpyxl.load_workbook(plan.path)
        several += len(book.sheetnames) > 2
        for sheet in book.worksheets:
            merged += len(sheet.merged_cells.ranges) > 1
            rows = list(sheet.iter_rows(values_only=True))
            blank += any(not any(row) for row in rows[:-1])
            for row in rows:
                texts |= {cell for cell in row if isinstance(cell, str)}
                kinds |= {type(cell).__name__ for cell in row}

    def any_like(pattern: str) -> bool:
        return any(re.fullmatch(pattern, text) for text in texts)

    assert "datetime" in kinds  # real dates; serials are plain numbers
    for pattern in (
        r"\d{4}-\d\d-\d\d", r"\d{4}\.\d{1,2}\.\d{1,2}", r"\d{1,2}月\d{1,2}日", r"[０-９]+", r"[一二三四五六七八九十]+[条份次人册期个]",
        r"\d\.\d万份?", r"\d+份", "合计", "备注：.*", "清洁乡村", "填报单位：.*",
    ):  # fmt: skip
        assert any_like(pattern), pattern
    assert merged > 10
    assert blank > 5
    assert several > 5


def test_headers_vary(plans: list[WorkbookPlan]) -> None:
    """The same field is called by several names, with and without its unit, over one row or two."""
    names: dict[str, set[str]] = {}
    for book in history().books.values():
        ids = sheets.column_ids(book, history())
        for name, text in zip(ids, _headers(book), strict=True):
            names.setdefault(f"{book.register}.{name}", set()).add(text)

    assert len(names["publicity-leaflets.count"]) >= 3
    assert len(names["waste-removal.@unit"]) >= 3
    assert sum(len(each) > 1 for each in names.values()) > 25
    assert sum(bool(book.groups) for book in history().books.values()) >= 12


def test_two_runs_write_the_same_bytes(tmp_path: Path, plans: list[WorkbookPlan]) -> None:
    workbooks._grids.cache_clear()
    again = write_workbooks(tmp_path)

    assert [plan.file for plan in again] == [plan.file for plan in plans]
    for plan, other in zip(again, plans, strict=True):
        assert sha256(plan.path.read_bytes()).digest() == sha256(other.path.read_bytes()).digest(), plan.file


def test_chinese_numbers() -> None:
    assert [sheets.chinese(number) for number in (1, 4, 10, 11, 20, 35)] == [
        "一",
        "四",
        "十",
        "十一",
        "二十",
        "三十五",
    ]


def test_no_file_carries_a_secrecy_mark_or_a_person(plans: list[WorkbookPlan]) -> None:
    """read_workbook refuses marked files; what looks like a number of a person would come as a problem of the line."""
    for plan in plans:
        assert read_workbook(plan.path).sheets
    names = {person.name for person in town.people()} - {"莫清禾", "向建业"}  # those who sign below a table
    for event in history().events:
        assert not names & {value for value in event.values.values() if isinstance(value, str)}


def _headers(book: Book) -> list[str]:
    register = catalog().register(book.register)
    events = list(sheets._events_of(book, history()))
    return [column.header for column in sheets._columns(book, register, events)]
