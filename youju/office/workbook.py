"""Workbooks .xlsx .xlsm .xls .ods .csv as plain sheets: read in a limited child process, sniffed by content.

workbook = read_workbook(Path("台账.xlsx"))
for sheet in workbook.sheets: find_tables(sheet, names, file=workbook.name)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import get_args

from youju.core.problem import Problem, Where
from youju.core.secrecy import mark_in
from youju.core.sheet import BadCell, BadWhy, Cell, Merge, Sheet
from youju.office.archive import has_programs
from youju.office.child import Json, run_limited
from youju.office.sheets.limits import QuotesUnbalanced, SheetTooBig, TooManySheets
from youju.office.sheets.values import Read
from youju.office.sniff import WORKBOOKS, ClassifiedFile, FileEmpty, Kind, find_marking, sniff

# The refusals of the readers are named here, so that they can be raised again on this side of the pipe.
__all__ = ["QuotesUnbalanced", "SheetTooBig", "TooManySheets", "Workbook", "read_workbook", "workbook_task"]

MARKED_ROWS = (
    15  # so far down the cells of a row are also read as one line: 密级： in one cell, 机密 in the next
)


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets of a workbook that its owner calls `name`, hidden ones included, in their order.

    problems  warnings about the file as a whole (it carries macros)
    """

    name: str
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()


def read_workbook(path: Path, *, name: str | None = None) -> Workbook:
    """The cells of the workbook at `path`, as values: text, Decimal, date, time, bool, BadCell or nothing.

    name    the file's name as its owner knows it (uploads are stored under another); the path's own when None
    raises  what sniff and run_limited raise (damaged, encrypted, bomb, wrong kind …), ClassifiedFile, SheetTooBig,
            TooManySheets, QuotesUnbalanced; all DomainError, all in Chinese, none with content of the file
    """
    shown = path.name if name is None else name
    answer = run_limited("workbook", path, name=shown, cpu_seconds=15)
    assert isinstance(answer, dict)
    sheets = answer["sheets"]
    assert isinstance(sheets, list)
    problems = (_macros(shown),) if answer["macros"] else ()
    return Workbook(shown, tuple(_sheet_from_json(sheet) for sheet in sheets), problems)


def workbook_task(path: Path, *, name: str) -> Json:
    """`read_workbook` for the child."""
    kind = sniff(path, name, WORKBOOKS, macros=True)
    if mark_in(name) or find_marking([name]):
        raise ClassifiedFile(file=name, place="的文件名")
    read = _reader(kind)(path, name)
    _refuse_marked(read, name)
    if not any(sheet.rows for sheet in read.sheets):
        raise FileEmpty(file=name)
    return {
        "sheets": [_sheet_to_json(sheet) for sheet in read.sheets],
        "macros": kind in ("xlsx", "xls") and has_programs(path),
    }


def _reader(kind: Kind) -> Callable[[Path, str], Read]:
    """The reader of one format; its libraries are imported only here."""
    if kind == "xlsx":
        from youju.office.sheets.xlsx import read_xlsx

        return read_xlsx
    if kind == "xls":
        from youju.office.sheets.xls import read_xls

        return read_xls
    if kind == "ods":
        from youju.office.sheets.ods import read_ods

        return read_ods
    from youju.office.sheets.separated import read_separated

    return read_separated


def _macros(name: str) -> Problem:
    text = "文件带有宏。系统只读取单元格，不运行宏；留存的原件请另存为不含宏的 .xlsx。"
    return Problem(Where(name), "workbook.macros", text, "warning")


def _refuse_marked(read: Read, name: str) -> None:
    """Raises ClassifiedFile; the place is told by number, so that no name of a marked file is repeated anywhere."""
    for number, sheet in enumerate(read.sheets, 1):
        if find_marking([sheet.name]) or mark_in(sheet.name):
            raise ClassifiedFile(file=name, place=f"第{number}张工作表的名称")
        for row, texts in enumerate(_row_texts(sheet), 1):
            if find_marking(texts) or (row <= MARKED_ROWS and find_marking(["".join(texts)])):
                raise ClassifiedFile(file=name, place=f"第{number}张工作表第{row}行")
    for number, text in read.margins:
        if find_marking([text]) or mark_in(text):
            raise ClassifiedFile(file=name, place=f"第{number + 1}张工作表的页眉页脚")


def _row_texts(sheet: Sheet) -> Iterator[list[str]]:
    for row in sheet.rows:
        yield [cell for cell in row if isinstance(cell, str)]


def _sheet_to_json(sheet: Sheet) -> Json:
    return {
        "name": sheet.name,
        "rows": [[_cell_to_json(cell) for cell in row] for row in sheet.rows],
        "merged": [[merge.top, merge.left, merge.bottom, merge.right] for merge in sheet.merged],
        "hidden": sheet.hidden,
        "hidden_rows": [*sorted(sheet.hidden_rows)],
    }


def _sheet_from_json(found: Json) -> Sheet:
    assert isinstance(found, dict)
    rows, merged, hidden_rows = found["rows"], found["merged"], found["hidden_rows"]
    assert isinstance(rows, list)
    assert isinstance(merged, list)
    assert isinstance(hidden_rows, list)
    return Sheet(
        str(found["name"]),
        tuple(tuple(_cell_from_json(cell) for cell in row) for row in rows if isinstance(row, list)),
        tuple(Merge(*(int(str(edge)) for edge in merge)) for merge in merged if isinstance(merge, list)),
        bool(found["hidden"]),
        frozenset(int(str(row)) for row in hidden_rows),
    )


def _cell_to_json(cell: Cell) -> Json:
    """Texts, yes and no and nothing as themselves; the rest as [kind, text …]."""
    if cell is None or isinstance(cell, str | bool):
        return cell
    if isinstance(cell, Decimal):
        return ["n", format(cell, "f")]
    if isinstance(cell, BadCell):
        return ["bad", cell.why, cell.shown]
    kind = "moment" if isinstance(cell, datetime) else "day" if isinstance(cell, date) else "time"
    return [kind, cell.isoformat()]


def _cell_from_json(found: Json) -> Cell:
    if found is None or isinstance(found, str | bool):
        return found
    assert isinstance(found, list)
    kind, written = found[0], str(found[1])
    if kind == "n":
        return Decimal(written)
    if kind == "bad":
        why: BadWhy = next(each for each in get_args(BadWhy) if each == written)
        return BadCell(why, str(found[2]))
    if kind == "day":
        return date.fromisoformat(written)
    return datetime.fromisoformat(written) if kind == "moment" else time.fromisoformat(written)
