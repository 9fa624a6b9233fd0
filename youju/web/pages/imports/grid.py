"""The sheet beside its problems: rows and cells as in the office program, what is wrong marked where it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from youju.actions.batches import Imported
from youju.core.problem import Problem
from youju.core.sheet import Filled, Sheet, letters_of
from youju.core.table import Table
from youju.office.workbook import Workbook
from youju.web.pages.imports.words import cell_text

PAGE = 100  # rows of the sheet shown at once
WIDEST = 40  # columns
LONGEST = 60  # characters of a cell
LISTED = 100  # problems listed; the rows themselves can be fetched


@dataclass(frozen=True, slots=True)
class Mark:
    """One problem with its number on the page and the address of its cell (or row)."""

    number: int
    problem: Problem
    url: str

    @property
    def place(self) -> str:
        """Where it is, in short: 第4行“份数”."""
        where = self.problem.where
        row = f"第{where.row}行" if where.row else ""
        return f"{row}“{where.column}”" if where.column else row or where.sheet or "整个文件"

    @property
    def level(self) -> str:
        """Bad or warn."""
        return "bad" if self.problem.level == "error" else "warn"


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, part of its rows.

    tabs    (title, address, current) of the sheets that hold tables
    counts  how many rows there are, and which part is shown
    """

    sheet: str
    tabs: tuple[tuple[str, str, bool], ...]
    html: SafeString
    total: int
    offset: int
    before: str
    after: str
    marks: tuple[Mark, ...]
    more: int

    @property
    def last(self) -> int:
        """The number of the last row shown, counted among those chosen."""
        return min(self.offset + PAGE, self.total)


def grid(workbook: Workbook, found: Imported, path: str, sheet: int, offset: int, only: str) -> Grid | None:
    """The grid of a sheet that holds tables; None when none does.

    sheet   its place in the workbook, the first with a table when that one has none
    offset  of the rows; only: "problems" leaves out rows without any
    """
    tables: dict[str, list[Table]] = {}
    for table in found.tables:
        tables.setdefault(table.sheet, []).append(table)
    places = [place for place, each in enumerate(workbook.sheets) if each.name in tables]
    if not places:
        return None
    chosen = sheet if sheet in places else places[0]
    view = _View(workbook.sheets[chosen], tables[workbook.sheets[chosen].name], found, path, chosen, only)
    offset = min(offset - offset % PAGE, max(len(view.body) - 1, 0) // PAGE * PAGE)
    marks = marked(workbook, found, path, only)
    return Grid(
        workbook.sheets[chosen].name,
        tuple(
            (workbook.sheets[place].name or "工作表", f"{path}?sheet={place}#sheet", place == chosen)
            for place in places
        ),
        view.html(offset, marks),
        len(view.body),
        offset,
        view.url(offset - PAGE) if offset else "",
        view.url(offset + PAGE) if offset + PAGE < len(view.body) else "",
        tuple(marks[:LISTED]),
        max(len(marks) - LISTED, 0),
    )


def marked(workbook: Workbook, found: Imported, path: str, only: str = "") -> list[Mark]:
    """Every problem, errors first, each with the address of its place."""
    sheets = {sheet.name: place for place, sheet in enumerate(workbook.sheets)}
    places: dict[str, dict[int, int]] = {}
    for table in found.tables:
        if table.sheet not in places:
            body = _body(workbook.sheets[sheets[table.sheet]], _of(found, table.sheet), found, only)
            places[table.sheet] = {row: at for at, row in enumerate(body)}
    ordered = sorted(found.all_problems, key=lambda problem: problem.level != "error")
    marks = []
    for number, problem in enumerate(ordered, 1):
        where = problem.where
        url = ""
        if where.sheet in places:
            at = places[where.sheet].get(where.row or 0, 0)
            query: dict[str, object] = {"sheet": sheets[where.sheet], "offset": at - at % PAGE}
            if only:
                query["only"] = only
            column = _index(_of(found, where.sheet), where.row or 0, where.column)
            anchor = f"r{where.row or 1}" if column is None else f"c{where.row or 1}-{column}"
            url = f"{path}?{urlencode(query)}#{anchor}"
        marks.append(Mark(number, problem, url))
    return marks


class _View:
    """One sheet being drawn."""

    def __init__(
        self, sheet: Sheet, tables: Sequence[Table], found: Imported, path: str, place: int, only: str
    ) -> None:
        self.sheet, self.tables, self.path, self.place, self.only = sheet, tables, path, place, only
        self.filled = Filled(sheet)
        self.width = min(self.filled.width, WIDEST)
        self.body = _body(sheet, tables, found, only)
        self.headers = {row for table in tables for row in table.header_rows}
        self.notes = {each.row: each.why for table in tables for each in table.skipped}
        known = {id(line) for line in found.recognised}
        self.states: dict[int, tuple[str, str]] = {}
        for line in found.lines:
            if line.sheet == sheet.name:
                state = (
                    ("bad", "有问题")
                    if not line.usable
                    else ("off", "已导入过")
                    if id(line) in known
                    else ("ok", "可导入")
                )
                self.states[line.row] = state

    def url(self, offset: int) -> str:
        query: dict[str, object] = {"sheet": self.place, "offset": offset}
        if self.only:
            query["only"] = self.only
        return f"{self.path}?{urlencode(query)}#sheet"

    def html(self, offset: int, marks: Sequence[Mark]) -> SafeString:
        wrong: dict[tuple[int, int | None], list[Mark]] = {}
        for mark in marks:
            where = mark.problem.where
            if where.sheet == self.sheet.name and where.row is not None:
                wrong.setdefault((where.row, _index(self.tables, where.row, where.column)), []).append(mark)
        letters = "".join(f'<th scope="col">{letters_of(column)}</th>' for column in range(self.width))
        rows = "".join(self._row(row, wrong) for row in self.body[offset : offset + PAGE])
        return format_html(
            '<div class="sheet" role="region" aria-label="工作表{}" tabindex="0"><table><caption class="unseen">工作表{}</caption>'
            '<thead><tr><th scope="col">行</th><th scope="col">状态</th>{}</tr></thead><tbody>{}</tbody></table></div>',
            self.sheet.name,
            self.sheet.name,
            mark_safe(letters),  # noqa: S308 - letters
            mark_safe(rows),  # noqa: S308 - every part was escaped where it was made
        )

    def _row(self, row: int, wrong: dict[tuple[int, int | None], list[Mark]]) -> str:
        tone, state = self.states.get(row, ("", ""))
        if row in self.headers:
            tone, state = "head", "表头"
        elif row in self.notes:
            tone, state = "off", self.notes[row]
        cells = "".join(self._cell(row, column, wrong.get((row, column), ())) for column in range(self.width))
        return (
            f'<tr class="{tone}" id="r{row}"><th scope="row">{row}</th>'
            f'<td class="state">{conditional_escape(state)}{_links(wrong.get((row, None), ()))}</td>{cells}</tr>'
        )

    def _cell(self, row: int, column: int, marks: Sequence[Mark]) -> str:
        text = cell_text(self.filled.own(row - 1, column))
        if not text and not marks:
            return "<td></td>"
        shown = conditional_escape(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
        if not marks:
            return f"<td>{shown}</td>"
        worst = min(mark.level for mark in marks)
        return f'<td class="{worst}" id="c{row}-{column}">{shown}{_links(marks)}</td>'


def _body(sheet: Sheet, tables: Sequence[Table], found: Imported, only: str) -> list[int]:
    """The rows to show, numbered from 1: all that hold anything; or headers and those with problems."""
    if only == "problems":
        wrong = {each.where.row or 0 for each in found.all_problems if each.where.sheet == sheet.name}
        wrong |= {row for table in tables for row in table.header_rows}
        return sorted(wrong - {0})
    filled = [row for row, cells in enumerate(sheet.rows, 1) if any(cell not in (None, "") for cell in cells)]
    headers = {row for table in tables for row in table.header_rows}
    return sorted({*filled, *headers})


def _of(found: Imported, sheet: str) -> list[Table]:
    return [table for table in found.tables if table.sheet == sheet]


def _index(tables: Sequence[Table], row: int, label: str) -> int | None:
    """The column of the sheet that a problem's label means, in the table that the row belongs to."""
    if not label:
        return None
    above = [table for table in tables if table.header_rows[0] <= row] or list(tables)
    for table in reversed(above):
        for column in table.columns:
            if label in (column.label, column.letters):
                return column.index if column.index < WIDEST else None
    return None


def _links(marks: Iterable[Mark]) -> str:
    return "".join(
        f'<a class="mark {mark.level}" href="#p{mark.number}" title="{conditional_escape(mark.problem.text)}">'
        f'<span class="unseen">问题</span>{mark.number}</a>'
        for mark in marks
        if mark.number <= LISTED
    )
