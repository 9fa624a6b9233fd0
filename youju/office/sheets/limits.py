"""How much of a workbook is read, and the refusals of what is more. docs/algorithms/import.md lists the limits."""

from __future__ import annotations

from youju.core.problem import DomainError
from youju.core.sheet import letters_of

MAX_SHEETS = 200
MAX_ROWS = 100_000
MAX_COLUMNS = 1_000
MAX_CELLS = 500_000
MAX_MERGES = 50_000


class SheetTooBig(DomainError):
    """Cells reach further than an office table does; a slip of the hand more often than a table."""

    code = "workbook.sheet_too_big"
    text = (
        "“{file}”工作表“{sheet}”的内容一直排到 {cell} 单元格，超出一次能读的限度"
        "（{rows} 行、{columns} 列、共 {cells} 格）。多半是误填到了很远的地方：请选中用不到的行和列，右键删除后保存再试；"
        "内容确实多的，请按月份或按村拆成几个文件。"
    )


class TooManySheets(DomainError):
    """More sheets or merged ranges than an office workbook has."""

    code = "workbook.too_many_sheets"
    text = "“{file}”有{count}张工作表（或合并单元格过多），最多读{limit}张。请删去用不到的工作表，或拆成几个文件再试。"


class QuotesUnbalanced(DomainError):
    """A quotation mark that never closes swallows the rest of the file."""

    code = "workbook.quotes"
    text = "“{file}”第{row}行附近的引号没有成对，后面的内容分不清列。请用 WPS 或 Excel 打开核对，另存为 .xlsx 再试。"


def check_extent(file: str, sheet: str, row: int, column: int) -> None:
    """Raises SheetTooBig when a sheet whose last used row and column (from 0) are these is too big to read."""
    if row >= MAX_ROWS or column >= MAX_COLUMNS or (row + 1) * (column + 1) > MAX_CELLS:
        raise SheetTooBig(
            file=file,
            sheet=sheet,
            cell=f"{letters_of(column)}{row + 1}",
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
            cells=MAX_CELLS,
        )


def check_count(file: str, count: int, limit: int = MAX_SHEETS) -> None:
    """Raises TooManySheets."""
    if count > limit:
        raise TooManySheets(file=file, count=count, limit=limit)
