"""Workbooks of the world: one brought and not imported yet, and one that was imported, at each place."""

from __future__ import annotations

import io

from openpyxl import Workbook as NewWorkbook

from tests.town import measure_units
from youju.actions import batches, uploads
from youju.actions.batches import Request
from youju.core.sheet import Sheet
from youju.office.workbook import Workbook
from youju.store.models import Batch, Member, Upload

Rows = list[tuple[str, ...]]


def rows_for(*, office: bool, word: str) -> Rows:
    """A title, headings and three rows, the last with two faults; `word` stands in each."""
    if office:
        return [
            ("学习会议台账",),
            ("会议日期", "会议类型", "会议次数", "议题"),
            ("2024-04-21", "专题会", "1", f"{word}甲"),
            ("2024-04-22", "专题会", "1", f"{word}乙"),
            ("2024-13-45", "专题会", "很多", f"{word}丙"),
        ]
    return [
        ("宣传资料发放台账",),
        ("发放日期", "发放数量", "地点", "经费"),
        ("2024-04-21", "30", f"{word}甲", "100"),
        ("2024-04-22", "40", f"{word}乙", "100"),
        ("2024-13-45", "很多", f"{word}丙", "100"),
    ]


def content(rows: Rows) -> bytes:
    """An .xlsx of these rows."""
    book = NewWorkbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = sheet.cell(number, column, text)
            cell.data_type = "s"  # whatever it begins with: people type = too
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(unit: int, rows: Rows, by: Member) -> Upload:
    """A workbook that waits to be looked at."""
    return uploads.bring(f"{rows[0][0]}.xlsx", [content(rows)], unit=unit, by=by)


def batch(unit: int, rows: Rows, by: Member) -> Batch:
    """An import of the rows without faults."""
    workbook = Workbook(f"{rows[0][0]}.xlsx", (Sheet("登记", tuple(rows)),))
    done = batches.import_read(
        workbook, content(rows), Request(unit, partial=True), by=by, units=measure_units()
    )
    assert done.batch is not None
    return Batch.unscoped.get(pk=done.batch)
