"""From the tables of a workbook to entries that may be recorded: units, values, duplicates, every problem at its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from decimal import Decimal

from youju.core.canonical import digest
from youju.core.entry import Raw, Reader, Reading
from youju.core.heading import FieldName, normalised
from youju.core.measure import UnitKind
from youju.core.observation import Value
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError, Problem, Where
from youju.core.quantity import Quantity, UnitTable, plain
from youju.core.register import Register
from youju.core.sheet import BadCell, Cell
from youju.core.table import Table

UNIT_COLUMN = "@unit"
EXPLANATIONS, OPTIONS = "填写说明", "选项"
ABOUT = frozenset(
    {EXPLANATIONS, OPTIONS}
)  # sheets of our templates that look like tables and hold no records
# Headings under which town workbooks name the unit a row belongs to, unless the register has a field of that name.
UNIT_HEADINGS: dict[UnitKind, tuple[str, ...]] = {
    "village": (
        "村名",
        "行政村",
        "村（社区）",
        "村别",
        "所属村",
        "村",
        "村居",
        "村委会",
        "村（居）",
        "填报单位",
    ),
    "school": ("学校", "学校名称", "校名", "单位", "填报单位"),
    "partner": ("共建单位", "单位名称", "单位", "填报单位"),
    "office": ("部门", "站所", "责任部门", "单位", "填报单位"),
    "hamlet": ("自然屯", "屯名", "屯", "村民小组"),
    "town": ("乡镇", "镇", "填报单位"),
}
UNIT_HEADINGS["community"] = UNIT_HEADINGS["village"]


@dataclass(frozen=True, slots=True)
class Line:
    """One row that becomes an entry, or does not: `problems` with an error keep it out.

    digest  of register, unit and typed values: the same row in another file has the same
    text    the cells as read, by the heading of their column, for previews and for the list of refused rows
    """

    file: str
    sheet: str
    row: int
    unit: int
    values: Mapping[str, Value]
    digest: str
    problems: tuple[Problem, ...]
    text: Mapping[str, str]

    @property
    def usable(self) -> bool:
        """Whether nothing keeps it out."""
        return not self.problems or not any(problem.level == "error" for problem in self.problems)

    def where(self, name: str = "") -> Where:
        """The place of the row, and of the field when one is named."""
        return Where(self.file, self.sheet, self.row, name)


@dataclass(slots=True)
class Context:
    """What the rows of one import are read with."""

    register: Register
    tree: OrgTree
    unit: int
    today: date
    units: UnitTable
    file: str
    within: int
    seal: Callable[[str], str] = field(default=str)
    _named: dict[str, int | Problem] = field(default_factory=dict)

    def find(self, text: str) -> int | Problem:
        """The unit that keeps the register and that a cell names, or what is wrong with the name; each name is sought once."""
        found = self._named.get(text)
        if found is None:
            kinds = {self.register.kept_by}
            if kinds & {"village", "community"}:
                kinds = {"village", "community"}
            try:
                found = self.tree.find(text, self.today, self.unit, kinds)
            except DomainError as error:
                found = Problem(Where(), error.code, error.message)
            self._named[text] = found
        return found

    @property
    def unit_names_rows(self) -> bool:
        """Whether the unit given keeps the register itself; otherwise each row names its own."""
        kind = self.tree.kind(self.unit, self.today)
        return kind == self.register.kept_by or {kind, self.register.kept_by} <= {"village", "community"}


def field_names(register: Register) -> list[FieldName]:
    """The headings to look for: the fields still asked for, and the unit a row belongs to."""
    names = [
        FieldName(
            each.id,
            each.title,
            each.aliases,
            each.required,
            each.kind == "quantity",
            "" if each.unit is None else each.unit.symbol,
        )
        for each in register.asked
    ]
    taken = {name for each in register.asked for name in (each.title, *each.aliases)}
    free = [name for name in UNIT_HEADINGS.get(register.kept_by, ()) if name not in taken]
    if free:
        names.append(FieldName(UNIT_COLUMN, free[0], tuple(free[1:]), required=False))
    return names


def names_people(tables: Iterable[Table], register: Register) -> bool:
    """Whether a column was taken for a personal field, or bears the name of one and was left out."""
    private = [each for each in register.fields if each.personal is not None]
    fields = {each.id for each in private}
    words = {normalised(name) for each in private for name in (each.title, *each.aliases)}
    return any(
        column.field in fields
        or not words.isdisjoint(map(normalised, (column.heading.name, str(column.heading))))
        for table in tables
        for column in table.columns
    )


def read_lines(tables: Iterable[Table], context: Context) -> Iterator[Line]:
    """Every record of the tables as a line, in order. The unit of each is the row's, the table's, or the given one."""
    for table in tables:
        rows = _Rows(table, context)
        for number, cells in table.records():
            yield rows.line(number, cells)


def decided(tables: Iterable[Table], mapping: Mapping[str, str]) -> dict[str, str]:
    """What `mapping` decided about columns that have a heading: heading → field id, '' to leave it out.

    A decision about column letters is one about the heading that stands there; two columns of one heading teach nothing.
    """
    given = {normalised(name): field for name, field in mapping.items()}
    found: dict[str, set[str]] = {}
    for table in tables:
        for column in table.columns:
            heading = normalised(str(column.heading))
            whole = normalised("".join(column.heading.parts))
            keys = (normalised(column.letters), heading, whole, column.heading.name)
            key = next((key for key in keys if key and key in given), None)
            if heading:
                found.setdefault(heading, set()).add("?" if key is None else given[key])
    return {
        heading: fields.pop() for heading, fields in found.items() if len(fields) == 1 and fields != {"?"}
    }


def repeated(lines: Sequence[Line]) -> list[Line]:
    """The lines with a problem added where one says again what an earlier one of the file said."""
    first: dict[str, Line] = {}
    found = []
    for line in lines:
        before = first.setdefault(line.digest, line)
        if before is line or not line.digest:
            found.append(line)
            continue
        place = (
            f"工作表“{before.sheet}”第{before.row}行" if before.sheet != line.sheet else f"第{before.row}行"
        )
        advice = "若确是两件事，请在能区分的一列（如地点、说明）写明；若是重复抄录，请删去一行。"
        found.append(with_problem(line, "import.duplicate_row", f"与{place}完全相同。{advice}"))
    return found


def with_problem(line: Line, code: str, text: str, column: str = "") -> Line:
    """The line with one more error."""
    problem = Problem(line.where(column), code, text)
    return Line(
        line.file,
        line.sheet,
        line.row,
        line.unit,
        line.values,
        line.digest,
        (*line.problems, problem),
        line.text,
    )


class _Rows:
    """Makes lines of the records of one table: what its columns and the register say is looked up once."""

    def __init__(self, table: Table, context: Context) -> None:
        self.context = context
        self.sheet = table.sheet
        self.fallback = _unit_of_table(table, context)
        headings = {column.field: column for column in table.columns if column.field is not None}
        self.labels = {name: column.label for name, column in headings.items()}
        units = {name: column.unit or table.unit_hint for name, column in headings.items()}
        reading = Reading(
            context.units,
            context.tree,
            context.unit,
            context.today,
            lambda name: Where(field=name),
            units,
            table.year_hint,
            context.within,
        )
        self.reader = Reader(context.register, reading)
        self.personal = {each.id for each in context.register.fields if each.personal is not None}

    def where(self, number: int, name: str) -> Where:
        """The place of a field in a row."""
        column = self.labels.get(name)
        if column is None:
            fields = self.context.register.by_id
            column = fields[name].title if name in fields else ""
        return Where(self.context.file, self.sheet, number, column)

    def line(self, number: int, cells: Mapping[str, Cell]) -> Line:
        """The line that this row of the sheet gives."""
        context = self.context

        def where(name: str) -> Where:
            return self.where(number, name)

        problems: list[Problem] = []
        raw: dict[str, Raw] = {}
        for name, cell in cells.items():
            if isinstance(cell, BadCell):
                problems.append(Problem(where(name), *_bad_cell(cell)))
            elif name != UNIT_COLUMN:
                raw[name] = _raw(cell)
        unit = _unit_of_row(cells.get(UNIT_COLUMN), self.fallback, context, where, problems)
        bad = {problem.where.column for problem in problems}
        text = {self.labels[name]: _shown(cell) for name, cell in cells.items()}
        if unit is None:
            return Line(context.file, self.sheet, number, context.unit, {}, "", tuple(problems), text)
        read = self.reader.read(raw, unit, where)
        problems.extend(problem for problem in read.problems if problem.where.column not in bad)
        sealed = self._digest(unit, read.values) if read.usable and not bad else ""
        return Line(context.file, self.sheet, number, unit, read.values, sealed, tuple(problems), text)

    def _digest(self, unit: int, values: Mapping[str, Value]) -> str:
        stable = {name: _stable(value) for name, value in values.items()}
        said = digest([self.context.register.id, unit, stable])
        return said if self.personal.isdisjoint(values) else self.context.seal(said)


def _stable(value: Value) -> object:
    if isinstance(value, Quantity):
        return plain(value.number)
    return value.isoformat() if isinstance(value, date) else value


def _unit_of_table(table: Table, context: Context) -> int | None:
    if context.unit_names_rows:
        return context.unit
    for text in (table.sheet, *table.title):
        found = _named_in(text, context)
        if found is not None:
            return found
    return None


def _named_in(text: str, context: Context) -> int | None:
    """The one unit of the right kind whose name stands in a title; None when there is none or several."""
    found = {
        unit
        for unit in context.tree.members(context.unit, context.today, context.register.kept_by)
        for name in (
            context.tree.name(unit, context.today),
            *context.tree.naming(unit, context.today).aliases,
        )
        if name and name in text
    }
    return found.pop() if len(found) == 1 else None


def _unit_of_row(
    cell: Cell,
    fallback: int | None,
    context: Context,
    where: Callable[[str], Where],
    problems: list[Problem],
) -> int | None:
    text = _shown(cell) if not isinstance(cell, BadCell) else ""
    if not text:
        if fallback is None:
            problems.append(
                Problem(
                    where(UNIT_COLUMN),
                    "import.no_unit",
                    "看不出这一行属于哪个组织。请加一列写明（如“村名”），或按组织分别导入（--unit）。",
                )
            )
        return fallback
    found = context.find(text)
    if isinstance(found, Problem):
        problems.append(replace(found, where=where(UNIT_COLUMN)))
        return None
    return found


def _bad_cell(cell: BadCell) -> tuple[str, str]:
    if cell.why == "error":
        return "cell.error", f"单元格是公式错误（{cell.shown}）。请改正公式，或填入结果数值。"
    if cell.why == "uncalculated":
        return (
            "cell.uncalculated",
            "单元格的公式没有计算结果。请用办公软件打开、保存后再导入，或填入结果数值。",
        )
    return "text.unwritable", f"单元格中有不能保存的字符（{cell.shown}）。请删除后重填。"


def _raw(cell: Cell) -> Raw:
    if isinstance(cell, time):
        return cell.isoformat()
    assert not isinstance(cell, BadCell)
    return cell


def _shown(cell: Cell) -> str:
    if cell is None or isinstance(cell, BadCell):
        return cell.shown if isinstance(cell, BadCell) else ""
    if isinstance(cell, Decimal):
        return plain(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return str(cell).strip()
