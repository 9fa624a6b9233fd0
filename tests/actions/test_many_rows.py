"""Three hundred rows or three thousand: as many statements, the same checks; and nearly all of it before the ledger is locked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import batches, clock, ledger, reviews, verifying
from youju.actions.batches import Request
from youju.actions.workbook_rows import Rows, rows_of
from youju.core.problem import Refused
from youju.office.workbook import Workbook, read_workbook
from youju.store.models import Entry

HEADINGS = ("序号", "发放时间", "份数", "活动名称", "地点")


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def workbook(path: Path, rows: list[tuple[object, ...]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for number, row in enumerate([HEADINGS, *rows]):
        sheet.write_row(number, 0, row)
    book.close()
    return path


def leaflets(count: int, at: str) -> list[tuple[object, ...]]:
    return [
        (
            number,
            f"2024-0{1 + number % 4}-{10 + number % 18}",
            number % 90 + 1,
            "清洁乡村",
            f"{at}{number}号门",
        )
        for number in range(count)
    ]


def request_for(town: Town, path: Path) -> Request:
    return Request(town.unit["东村"], "leaflets", path)


def looked_at(town: Town, path: Path) -> tuple[Workbook, Rows]:
    """The workbook and its rows as they are read before the ledger is locked."""
    read = read_workbook(path)
    return read, rows_of(ledger.look(town.who["recorder"]), read, request_for(town, path), measure_units())


def test_ten_times_the_rows_take_no_statement_more_to_import_and_to_review(
    town: Town, tmp_path: Path
) -> None:
    took = []
    for count in (5, 300, 3000):  # the first learns what later ones know: specs, tree, measure keys
        path = workbook(tmp_path / f"{count}.xlsx", leaflets(count, f"{count}排"))
        with CaptureQueriesContext(connection) as importing:
            done = batches.import_workbook(
                request_for(town, path), by=town.who["recorder"], units=measure_units()
            )
        with CaptureQueriesContext(connection) as reviewing:
            reviews.confirm(done.entries, by=town.who["reviewer"])
        assert len(done.entries) == count
        took.append((len(importing), len(reviewing)))
    assert took[1] == took[2]
    assert town.figure("leaflets.handed_out @东村 2024-01-01..2024-04-30").n == 3305
    assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)


def test_rows_read_before_the_lock_are_compared_with_what_was_written_meanwhile(
    town: Town, tmp_path: Path
) -> None:
    path = workbook(tmp_path / "发放.xlsx", leaflets(4, "一排"))
    read, before = looked_at(town, path)
    other = workbook(tmp_path / "另一份.xlsx", leaflets(2, "一排"))
    batches.import_workbook(request_for(town, other), by=town.who["recorder"], units=measure_units())
    done = batches.import_read(
        read,
        path.read_bytes(),
        request_for(town, path),
        by=town.who["recorder"],
        units=measure_units(),
        before=before,
    )
    assert (len(done.recognised), len(done.entries), done.read is before) == (2, 2, True)
    assert Entry.unscoped.count() == 4


def test_rows_read_with_other_columns_or_on_another_day_are_read_again(town: Town, tmp_path: Path) -> None:
    path = workbook(tmp_path / "发放.xlsx", leaflets(3, "二排"))
    read, before = looked_at(town, path)
    look = ledger.look(town.who["recorder"])
    same = rows_of(look, read, request_for(town, path), measure_units(), before=before)
    asked = Request(town.unit["东村"], "leaflets", path, mapping={"地点": ""})
    without_place = rows_of(look, read, asked, measure_units(), before=before)
    assert (same is before, "place" in without_place.lines[0].values) == (True, False)
    with clock.at(START.replace(year=2023)):  # all of it would be the future then
        earlier = ledger.look(town.who["recorder"])
        earlier.at = START.replace(year=2023)
        again = rows_of(earlier, read, request_for(town, path), measure_units(), before=before)
    assert {problem.code for line in again.lines for problem in line.problems} == {"entry.future_day"}


def test_a_cell_that_equals_one_read_before_is_not_taken_for_it(town: Town, tmp_path: Path) -> None:
    """TRUE equals 1 in Python; a count of TRUE is still no number."""
    rows: list[tuple[object, ...]] = [
        (1, "2024-03-05", 1, "清洁乡村", "村委会"),
        (2, "2024-03-06", True, "清洁乡村", "小学"),
    ]
    with pytest.raises(Refused) as refusal:
        batches.import_workbook(
            request_for(town, workbook(tmp_path / "发放.xlsx", rows)),
            by=town.who["recorder"],
            units=measure_units(),
        )
    errors = [each for each in refusal.value.problems if each.level == "error"]
    assert [(each.code, each.where.row, each.where.column) for each in errors] == [
        ("entry.bad_number", 3, "份数")
    ]
