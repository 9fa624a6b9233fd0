"""From the cells of a sheet as an office keeps it to tables: header found, merged cells filled, totals left out.

Titles above, headers of several rows, repeated headers, totals, remarks and signature lines are told apart from
records. Nothing is dropped silently: what is not a record is listed with the reason, and what is not certain is a
problem that says what to do. The rule in steps: docs/algorithms/import.md.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from youju.core.header import Column, Header, find_headers, same_rows
from youju.core.heading import FieldName, FieldNames, Match, normalised
from youju.core.problem import Level, Problem, Where
from youju.core.quantity import UnitTable
from youju.core.records import Row, Skipped, is_note, read_records
from youju.core.sheet import BadCell, Cell, Filled, Merge, Sheet, text_of
from youju.core.totals import differing_totals

__all__ = [
    "BadCell",
    "Cell",
    "Column",
    "FieldName",
    "Found",
    "Merge",
    "Row",
    "Sheet",
    "Skipped",
    "Table",
    "find_tables",
]

TITLE_ROWS = 8  # so far above a header its title may begin
SHOWN = 12  # names listed in one message


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a sheet.

    title        the texts above the header, top to bottom
    header_rows  sheet rows of the header, from 1
    rows         the records; totals: the rows that add them up; skipped: all others, each with the reason
    year_hint    the year that the title, the sheet's name or the file's name gives, for days without one; year_from says which
    unit_hint    the unit named once for the whole table (单位：份), when the fields' own units are not known; else ""
    """

    sheet: str
    title: tuple[str, ...]
    header_rows: tuple[int, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    totals: tuple[Row, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    year_hint: int | None = None
    year_from: str = ""
    unit_hint: str = ""

    @property
    def unmapped(self) -> tuple[Column, ...]:
        """Columns with a heading that mean no field; 序号 and columns left out by request are not among them."""
        return tuple(
            each for each in self.columns if each.field is None and each.heading.parts and each.how in _OPEN
        )

    def column_of(self, field: str) -> int | None:
        """The place of `field` in `columns` and in each row's `cells`, or None."""
        return next((place for place, column in enumerate(self.columns) if column.field == field), None)

    def records(self) -> Iterator[tuple[int, dict[str, Cell]]]:
        """(sheet row, {field id: cell}) for every record."""
        places = [
            (place, column.field) for place, column in enumerate(self.columns) if column.field is not None
        ]
        for row in self.rows:
            yield row.number, {field: row.cells[place] for place, field in places}


_OPEN = ("none", "near", "ending")


@dataclass(frozen=True, slots=True)
class Found:
    """The tables of one sheet and what is to be said about them. An error names a column or row that must be mended."""

    tables: tuple[Table, ...]
    problems: tuple[Problem, ...] = ()


def find_tables(
    sheet: Sheet,
    fields: Sequence[FieldName],
    *,
    file: str = "",
    mapping: Mapping[str, str] | None = None,
    units: Container[str] | None = None,
) -> Found:
    """The tables in `sheet` whose headers name `fields`, in their order.

    file     the file's name, for the places of problems and as the last source of a year
    mapping  the caller's own decision: heading (or column letters) → field id, "" to leave a column out
    units    known unit symbols (a UnitTable will do, and is best); without it short texts in brackets count as units
    raises   KeyError when `mapping` names an unknown field
    """
    names = FieldNames(fields, mapping, units)
    filled = Filled(sheet)
    headers = find_headers(filled, names)
    if sheet.hidden:
        return Found((), (_hidden_sheet(sheet, file),) if headers else ())
    if not headers:
        is_empty = not any(text_of(cell) for row in sheet.rows for cell in row)
        return Found((), () if is_empty else (_no_table(filled, names, file),))
    tables: list[Table] = []
    problems: list[Problem] = []
    for place in _places(filled, headers):
        table, found = _read_table(filled, names, place, file)
        tables.append(table)
        problems += found
    return Found(tuple(tables), tuple(problems))


# Where one table ends and the next begins.


@dataclass(frozen=True, slots=True)
class _Place:
    """A table on its sheet: the rows of its title, its header, and the row after its last. Rows from 0."""

    title: tuple[int, ...]
    header: Header
    end: int


def _places(filled: Filled, headers: Sequence[Header]) -> list[_Place]:
    """A header repeated word for word goes on with the table above, unless another title stands over it."""
    starts: list[tuple[tuple[int, ...], Header]] = []
    for place, header in enumerate(headers):
        after = headers[place - 1].bottom + 1 if place else 0
        title = _title_rows(filled, after, header.top)
        if starts and same_rows(filled, header, starts[-1][1]):
            above = {_title_key(text) for row in starts[-1][0] for text in filled.texts(row)}
            if {_title_key(text) for row in title for text in filled.texts(row)} <= above | {""}:
                continue
        starts.append((title, header))
    places = []
    for place, (title, header) in enumerate(starts):
        end = filled.height
        if place + 1 < len(starts):
            below, next_header = starts[place + 1]
            end = below[0] if below else next_header.top
        places.append(_Place(title, header, end))
    return places


_CONTINUED = re.compile(r"[(（]?续(?:表|\d*)?[)）]?$|第.{1,4}页(?:[,，]?共.{1,4}页)?|\W")
_TITLE_WORDS = re.compile(r"表$|台账|登记|汇总|统计|明细|清单|名册|情况")
_PARTICULARS = re.compile(r"[:：]|\d{4}\s*年|\d\s*月|第.{1,4}页")


def _title_key(text: str) -> str:
    return _CONTINUED.sub("", normalised(text))


def _title_rows(filled: Filled, after: int, top: int) -> tuple[int, ...]:
    """The rows from `after` on that belong to the header at `top`: its title, and under that particulars (单位：份).

    On top of a sheet that is everything. Between two tables it ends, upwards, at a blank row, a signature, a record,
    or at particulars above a title: those are the table's above.
    """
    if after == 0:
        return tuple(row for row in range(max(0, top - TITLE_ROWS), top) if filled.texts(row))
    rows: list[int] = []
    titled = False
    for row in range(top - 1, max(after, top - TITLE_ROWS) - 1, -1):
        texts = filled.texts(row)
        if not texts and not rows:
            continue
        if not texts or is_note(texts, above=True) or _holds_numbers(filled, row):
            break
        if all(_PARTICULARS.search(text) for text in texts) and (len(texts) > 1 or "：" in texts[0]):
            if titled:
                break
        elif len(texts) > 1 or not _is_title(filled, row, texts[0]):
            break
        else:
            titled = True
        rows.append(row)
    return tuple(reversed(rows))


def _holds_numbers(filled: Filled, row: int) -> bool:
    return any(not isinstance(cell, str | None) for cell in filled.sheet.rows[row])


def _is_title(filled: Filled, row: int, text: str) -> bool:
    is_banner = any(merge.right > merge.left for merge in filled.merges_at(row))
    return is_banner or bool(_TITLE_WORDS.search(text)) or not (row and filled.texts(row - 1))


# One table.


def _read_table(filled: Filled, names: FieldNames, place: _Place, file: str) -> tuple[Table, list[Problem]]:
    sheet = filled.sheet
    title = tuple(text for row in place.title for text in filled.texts(row))
    hints = _unit_hints(title, names.units)
    columns = tuple(_settled(column, names, hints) for column in place.header.columns)
    read = read_records(filled, names, place.header, columns, place.end)
    year, year_from = _year_hint(title, sheet.name, file)
    declared = any(each.unit for each in names.fields.values() if each.amount)
    table = Table(
        sheet.name,
        title,
        tuple(range(place.header.top + 1, place.header.bottom + 2)),
        columns,
        read.rows,
        read.totals,
        read.skipped,
        year,
        year_from,
        hints[0] if len(hints) == 1 and not declared else "",
    )
    reporter = _Reporter(names, table, file)
    reporter.columns(place.header)
    reporter.merged_amounts(read.merged_amounts)
    reporter.hidden_rows(sheet.hidden_rows)
    reporter.totals()
    return table, reporter.problems


def _settled(column: Column, names: FieldNames, hints: Sequence[str]) -> Column:
    """The column with its default unit; a likeness of names is a suggestion, never a decision."""
    if column.how in ("near", "ending"):
        return replace(column, field=None, suggestion=column.field)
    if column.field is None or column.heading.unit:
        return column
    wanted = names.fields[column.field].unit
    if not wanted or not isinstance(names.units, UnitTable):
        return column
    unit = names.units.find(wanted)
    family = [
        hint
        for hint in hints
        if unit is not None and (found := names.units.find(hint)) is not None and found.family == unit.family
    ]
    return replace(column, default_unit=family[0]) if len(set(family)) == 1 else column


_UNIT_LINE = re.compile(r"(?<![填报制送责任上管])(?:计量)?单\s*位\s*[:：]\s*([^\s:：;；。()（）]+)")


def _unit_hints(title: Sequence[str], units: Container[str] | None) -> list[str]:
    """The units that 单位：份、元 above the table names; 单位：东村村委会 names none."""
    for text in title:
        for found in _UNIT_LINE.finditer(text):
            parts = [part for part in re.split(r"[、，,/／]", found[1]) if part]
            if parts and all(part in units if units is not None else len(part) <= 3 for part in parts):
                return parts
    return []


_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*(?:年|[.\-/—]\s*\d{1,2}(?!\d))")
_BARE_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:(?:0[1-9]|1[0-2])(?:[0-3]\d)?)?(?!\d)")
_HAN_YEAR = re.compile(r"([〇零○一二三四五六七八九]{4})\s*年")
_HAN_DIGITS = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_DAY_OF_FILLING = re.compile(r"(?:填|制|报|上报|报送|统计|打印|编制)[表报送]?\s*(?:日\s*期|时\s*间)\s*[:：]?")


def _year_hint(title: Sequence[str], sheet: str, file: str) -> tuple[int | None, str]:
    """The one year named there. The day a table was filled in says nothing of the days in it; two years say nothing."""
    about = [text for text in title if not _DAY_OF_FILLING.search(text)]
    for texts, source, pattern in (
        (about, "标题", _YEAR),
        ([sheet], "工作表名", _BARE_YEAR),
        ([file], "文件名", _BARE_YEAR),
    ):
        years = {int(found[1]) for text in texts for found in pattern.finditer(text)}
        years |= {
            int(found[1].translate(_HAN_DIGITS)) for text in texts for found in _HAN_YEAR.finditer(text)
        }
        if len(years) == 1:
            return years.pop(), source
        if years:
            return None, ""
    return None, ""


# What is to be said about it.


class _Reporter:
    """Collects the problems of one table."""

    def __init__(self, names: FieldNames, table: Table, file: str) -> None:
        self.names = names
        self.table = table
        self.file = file
        self.problems: list[Problem] = []

    def say(
        self, code: str, text: str, level: Level = "error", *, row: int | None = None, column: str = ""
    ) -> None:
        where = Where(self.file, self.table.sheet, self.table.header_rows[-1] if row is None else row, column)
        self.problems.append(Problem(where, code, text, level))

    def columns(self, header: Header) -> None:
        """Columns that are not certain, required ones that are missing, and those that mean nothing here."""
        matches = dict(zip(self.table.columns, header.matches, strict=True))
        taken = {column.field for column in self.table.columns} - {None}
        unsure = self._rivals(matches, taken)
        left = []
        for column in self.table.unmapped:
            wanted, match = column.suggestion, matches[column]
            if wanted is not None and wanted not in taken | unsure:
                self._near(column, wanted)
                unsure.add(wanted)
            elif not set(match.rivals) & unsure:
                left.append(f"{column.letters}列“{column.label}”")
        for field in self.names.fields.values():
            if field.required and field.id not in taken | unsure:
                self._missing(field)
        if left:
            text = f"{_listed(left)}不是本台账的填报项，没有导入。需要导入的，请改成台账的列名，或指定各列的对应关系。"
            self.say("table.columns_unused", text, "warning")

    def _rivals(self, matches: Mapping[Column, Match], taken: Container[str | None]) -> set[str]:
        """Tell of columns that fit several fields, and of fields that several columns fit; returns their ids.

        What merely resembles a field that another column names exactly is no rival of it.
        """
        unsure: set[str] = set()
        twins: dict[str, list[Column]] = {}
        for column, match in matches.items():
            rivals = [each for each in match.rivals if match.score >= 100 or each not in taken]
            if not rivals or column.field is not None:
                continue
            unsure.update(rivals)
            if len(match.rivals) == 1:
                twins.setdefault(rivals[0], []).append(column)
            else:
                self._ambiguous(column, rivals)
        for field, columns in twins.items():
            self._twins(field, columns)
        return unsure

    def _ambiguous(self, column: Column, rivals: Sequence[str]) -> None:
        titles = "、".join(f"“{self.names.fields[rival].title}”" for rival in rivals)
        text = f"{column.letters}列“{column.label}”可能是{titles}，分不清。请改成其中一个列名，或指定各列的对应关系。"
        self.say("table.column_ambiguous", text, column=column.label)

    def _twins(self, field: str, columns: Sequence[Column]) -> None:
        title = self.names.fields[field].title
        places = "、".join(f"{column.letters}列“{column.label}”" for column in columns)
        text = f"{places}都是“{title}”，不知该取哪一列。请给不用的列改名，或指定各列的对应关系。"
        self.say("table.column_twice", text, column=columns[0].label)

    def _near(self, column: Column, wanted: str) -> None:
        field = self.names.fields[wanted]
        text = (
            f"{column.letters}列“{column.label}”像是“{field.title}”，没有把握，未采用。"
            f"确是的，请把列名改为“{field.title}”，或用 --map 指定；不是的，请用 --map 写明不导入这一列。"
        )
        level: Level = "error" if field.required or field.amount else "warning"
        self.say("table.column_near", text, level, column=column.label)

    def _missing(self, field: FieldName) -> None:
        headings = [f"{each.letters}列“{each.label}”" for each in self.table.columns if each.heading.parts]
        also = f"（也可写{_listed([f'“{alias}”' for alias in field.aliases])}）" if field.aliases else ""
        text = (
            f"没有找到“{field.title}”这一列，它是必填的。表头现有：{_listed(headings)}。"
            f"请补上这一列，或把相应的列名改为“{field.title}”{also}，或用 --map 指定。"
        )
        self.say("table.column_missing", text)

    def merged_amounts(self, merged: Sequence[tuple[int, Merge]]) -> None:
        """A number merged over several records belongs to none of them."""
        for place, merge in merged:
            column = self.table.columns[place]
            rows = f"第{merge.top + 1}—{merge.bottom + 1}行"
            text = f"{rows}的“{column.label}”合并成了一格，分不清每行各是多少。请取消合并，逐行填写。"
            self.say("table.merged_amount", text, row=merge.top + 1, column=column.label)

    def hidden_rows(self, hidden: frozenset[int]) -> None:
        """Hidden rows are records like any other; whoever filtered them away should know."""
        rows = [str(row.number) for row in self.table.rows if row.number - 1 in hidden]
        if rows:
            text = f"第{_listed(rows)}行是隐藏行，已一并读取。不该导入的，请删除后再试。"
            self.say("table.hidden_rows", text, "warning", row=int(rows[0]))

    def totals(self) -> None:
        """A total that is not the sum of its rows: a row is missing, or the total is old."""
        for found in differing_totals(self.table.rows, self.table.totals, self.table.columns, self.names):
            column = self.table.columns[found.place].label
            text = (
                f"{found.label}行的“{column}”是{found.written}，各行相加是{found.summed}，相差{found.difference}。"
                "合计行不导入；请核对是否漏行、重复，或合计没有更新。"
            )
            self.say("table.total_differs", text, "warning", row=found.row, column=column)


def _hidden_sheet(sheet: Sheet, file: str) -> Problem:
    text = "这张工作表是隐藏的，没有读取。需要导入的，请取消隐藏后再试。"
    return Problem(Where(file, sheet.name), "table.hidden_sheet", text, "warning")


def _no_table(filled: Filled, names: FieldNames, file: str) -> Problem:
    wanted = [each.title for each in names.fields.values() if each.required]
    wanted = wanted or [each.title for each in names.fields.values()]
    best, found = 0, 0
    for row in range(min(filled.height, 40)):
        known = len({names.is_name(text) for text in filled.texts(row)} - {None})
        if known > found:
            best, found = row, known
    nearest = ""
    if found:
        nearest = f"最像表头的是第{best + 1}行：{_listed(filled.texts(best))}。"
    text = (
        f"没有找到表头。表头应是一行列名，至少写明{_listed([f'“{title}”' for title in wanted])}。{nearest}"
        "请核对列名，或下载本台账的导入模板填写。"
    )
    return Problem(Where(file, filled.sheet.name, best + 1 if found else None), "table.not_found", text)


def _listed(items: Sequence[str]) -> str:
    more = f"等{len(items)}项" if len(items) > SHOWN else ""
    return "、".join(items[:SHOWN]) + more
