"""What an import would bring: register, columns, rows and every problem at its cell. Reads, never writes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz

from youju.actions import entries, guards, headings, ledger, sealing
from youju.actions.entries import Content
from youju.actions.ledger import Change
from youju.core.heading import normalised
from youju.core.importing import (
    ABOUT,
    UNIT_COLUMN,
    Context,
    Line,
    decided,
    field_names,
    read_lines,
    repeated,
    with_problem,
)
from youju.core.problem import DomainError, Problem
from youju.core.quantity import UnitTable
from youju.core.register import Register, UnknownField
from youju.core.sheet import Sheet
from youju.core.table import Table, find_tables
from youju.office.workbook import Workbook
from youju.store.models import Entry, ImportedRow, Member
from youju.store.queries.specs import Version, versions_at

Tell = Callable[[int, int], None]
TOLD_EVERY = 100


class RegisterUnclear(DomainError):
    """The workbook does not say which register it is."""

    code = "import.which_register"
    text = "看不出“{file}”是哪个台账。{hint}请指明台账。"


class NothingToImport(DomainError):
    """No record in the workbook."""

    code = "import.nothing"
    text = "“{file}”里没有可导入的记录。请确认表头下有数据，且工作表未隐藏。"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do.

    batch       its number; None when nothing was written
    lines       every row, with its problems
    recognised  rows that an earlier import brought
    problems    what concerns no single row: columns, sheets
    tables      as they were found, with what each column was taken for
    decided     heading → field id, as this request says it ('' leaves the column out)
    learned     headings whose field was known from an earlier correction of this unit, not from this request
    """

    register: str
    title: str
    file: str
    batch: int | None
    seq: int | None
    entries: tuple[int, ...]
    lines: tuple[Line, ...]
    recognised: tuple[Line, ...]
    problems: tuple[Problem, ...]
    headings: Mapping[str, str]
    tables: tuple[Table, ...] = ()
    learned: Mapping[str, str] = field(default_factory=dict)
    decided: Mapping[str, str] = field(default_factory=dict)

    @property
    def new(self) -> tuple[Line, ...]:
        """The rows that may be recorded."""
        known = {id(line) for line in self.recognised}
        return tuple(line for line in self.lines if line.usable and id(line) not in known)

    @property
    def refused(self) -> tuple[Line, ...]:
        """The rows that something keeps out."""
        return tuple(line for line in self.lines if not line.usable)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Everything to be said, errors and warnings."""
        return (*self.problems, *(problem for line in self.lines for problem in line.problems))


@dataclass(frozen=True, slots=True)
class Request:
    """What to import: for which unit, as which register ('' to find out), from which file, columns mapped by hand."""

    unit: int
    register: str = ""
    path: Path = Path()
    mapping: Mapping[str, str] | None = None
    partial: bool = False
    provider: str = ""
    adjust: str = ""
    approver: Member | None = None


def examine(
    change: Change, workbook: Workbook, request: Request, units: UnitTable, tell: Tell | None = None
) -> tuple[Imported, Version]:
    """What importing the workbook would bring, and the register's version it was read with.

    tell    called now and then with how many rows are read, and of how many
    raises  RegisterUnclear, NothingToImport, NotAllowed, WrongKeeper
    """
    tree, today = change.tree, change.today
    versions = versions_at(change.seq - 1)
    name = request.register or _which_register(workbook, workbook.name, versions, units)
    version = entries.version_of(change, name)
    register = version.register
    change.require("import", request.unit, register.id)
    context = Context(
        register,
        tree,
        request.unit,
        today,
        units,
        workbook.name,
        guards.top_of(request.unit, tree, today),
        sealing.keyed,
    )
    if not context.unit_names_rows and not tree.members(request.unit, today, register.kept_by):
        guards.check_keeper(register, request.unit, tree, today)
    learned = headings.learned(request.unit, register)
    given = _given(register, request.mapping or {})
    mapping = {**learned, **{normalised(name): each for name, each in given.items()}}
    tables, problems = _tables(workbook, register, mapping, units)
    lines = repeated(_read(tables, context, tell))
    if not lines and not problems:
        raise NothingToImport(file=workbook.name)
    recognised = _recognised(lines)
    lines = _check_rows(
        change, register, lines, recognised, adjusted=bool(request.adjust and request.approver)
    )
    shown = {
        column.label: register.by_id[column.field].title if column.field in register.by_id else "所属组织"
        for table in tables
        for column in table.columns
        if column.field is not None
    }
    choices = decided(tables, given)
    found = Imported(
        register.id,
        register.title,
        workbook.name,
        None,
        None,
        (),
        tuple(lines),
        tuple(line for line in lines if line.digest in recognised and line.usable),
        tuple(problems),
        shown,
        tuple(tables),
        {name: each for name, each in learned.items() if name not in choices},
        choices,
    )
    return found, version


def _given(register: Register, mapping: Mapping[str, str]) -> dict[str, str]:
    """A mapping with ids for the fields that it names by id or title. Raises UnknownField."""
    asked = {each.id for each in register.asked}
    found = {}
    for heading, name in mapping.items():
        field_id = name if name in ("", UNIT_COLUMN) else register.field(name).id
        if field_id not in asked | {"", UNIT_COLUMN}:
            raise UnknownField(
                register=register.title, name=name, known="、".join(each.title for each in register.asked)
            )
        found[heading] = field_id
    return found


def _read(tables: Sequence[Table], context: Context, tell: Tell | None) -> list[Line]:
    rows = sum(len(table.rows) for table in tables)
    lines = []
    for number, line in enumerate(read_lines(tables, context), 1):
        lines.append(line)
        if tell is not None and number % TOLD_EVERY == 0:
            tell(number, rows)
    return lines


def _tables(
    workbook: Workbook, register: Register, mapping: Mapping[str, str], units: UnitTable
) -> tuple[list[Table], list[Problem]]:
    names = field_names(register)
    tables: list[Table] = []
    problems: list[Problem] = []
    unread: list[Problem] = []
    for sheet in workbook.sheets:
        if sheet.name in ABOUT:
            continue
        found = find_tables(sheet, names, file=workbook.name, mapping=mapping, units=units)
        tables.extend(found.tables)
        # A sheet without any table (a cover, notes for filling in) is no fault as long as another sheet has one.
        (problems if found.tables else unread).extend(found.problems)
    return tables, problems if tables else unread


def _which_register(workbook: Workbook, file: str, versions: Mapping[str, Version], units: UnitTable) -> str:
    """The register whose title the workbook bears, or else whose headings fit best by far."""
    titles = [text for sheet in workbook.sheets for text in _titles(sheet)] + [file]
    named = {
        name
        for name, version in versions.items()
        for title in (version.register.title, *version.register.aliases)
        if any(title in text for text in titles)
    }
    if len(named) == 1:
        return named.pop()
    scores = sorted(
        ((_fit(workbook, version.register, units), name) for name, version in versions.items()), reverse=True
    )
    if scores and scores[0][0] > 0 and (len(scores) == 1 or scores[0][0] >= scores[1][0] + 2):
        return scores[0][1]
    close = sorted(named) or [
        name
        for _, name in sorted(
            ((fuzz.partial_ratio(each.register.title, file), key) for key, each in versions.items()),
            reverse=True,
        )[:3]
    ]
    titles_of = "、".join(f"{versions[name].register.title}（{name}）" for name in close[:4])
    raise RegisterUnclear(file=file, hint=f"可能是：{titles_of}。" if titles_of else "")


def _fit(workbook: Workbook, register: Register, units: UnitTable) -> int:
    names = field_names(register)
    required = {name.id for name in names if name.required}
    best = 0
    for sheet in workbook.sheets:
        for table in find_tables(sheet, names, units=units).tables:
            fields = {column.field for column in table.columns if column.field is not None}
            if required <= fields:
                best = max(best, len(fields))
    return best


def _titles(sheet: Sheet) -> list[str]:
    return [sheet.name] + [cell for row in sheet.rows[:4] for cell in row if isinstance(cell, str)]


def _recognised(lines: Sequence[Line]) -> set[str]:
    wanted = [line.digest for line in lines if line.digest]
    found: set[str] = set()
    for start in range(0, len(wanted), ledger.CHUNK):
        rows = ImportedRow.unscoped.filter(digest__in=wanted[start : start + ledger.CHUNK]).exclude(
            entry__state="void"
        )
        found.update(rows.values_list("digest", flat=True))
    return found


def _check_rows(
    change: Change, register: Register, lines: Sequence[Line], recognised: set[str], *, adjusted: bool
) -> list[Line]:
    refusals: dict[int, DomainError | None] = {}
    keys: dict[str, Line] = {}
    wanted_of = _keys_of(register, lines, recognised)
    living = _living_keys(wanted_of.values())
    titles = "、".join(register.by_id[name].title for name in register.key)
    checked = []
    for line in lines:
        if not line.usable or line.digest in recognised:
            checked.append(line)
            continue
        if line.unit not in refusals:
            refusals[line.unit] = _refusal(change, line.unit, register)
        refusal = refusals[line.unit] or (None if adjusted else _closed(change, line, register))
        wanted = wanted_of.get(id(line), "")
        if refusal is not None:
            checked.append(with_problem(line, refusal.code, refusal.message))
        elif wanted and wanted in keys:
            text = f"“{titles}”与第{keys[wanted].row}行相同而内容不同。请核对哪一行是对的。"
            checked.append(with_problem(line, "import.same_key", text))
        elif wanted and wanted in living:
            text = f"“{titles}”与已有记录{living[wanted]}相同而内容不同。请更正该记录，不要重复登记。"
            checked.append(with_problem(line, "entry.duplicate_key", text))
        else:
            checked.append(line)
        keys.setdefault(wanted, line)
    return checked


def _keys_of(register: Register, lines: Sequence[Line], recognised: set[str]) -> dict[int, str]:
    """The digest of each line's natural key, by the line's identity; none for a register without keys."""
    if not register.key:
        return {}
    return {
        id(line): entries.key_digest(register, content_of(line, register))
        for line in lines
        if line.usable and line.digest not in recognised
    }


def _living_keys(keys: Iterable[str]) -> dict[str, int]:
    """Which of these natural keys living entries have."""
    wanted = [key for key in keys if key]
    found: dict[str, int] = {}
    for start in range(0, len(wanted), ledger.CHUNK):
        rows = Entry.unscoped.filter(key_digest__in=wanted[start : start + ledger.CHUNK])
        found.update(rows.exclude(state="void").values_list("key_digest", "pk"))
    return found


def _closed(change: Change, line: Line, register: Register) -> DomainError | None:
    try:
        guards.check_open(change, [(line.unit, day_of(line, register))], "导入")
    except DomainError as error:
        return error
    return None


def _refusal(change: Change, unit: int, register: Register) -> DomainError | None:
    try:
        change.require("import", unit, register.id)
    except DomainError as error:
        return error
    return None


def content_of(line: Line, register: Register) -> Content:
    """What the first revision of a usable line's entry says."""
    return Content(line.unit, day_of(line, register), dict(line.values))


def day_of(line: Line, register: Register) -> date:
    """The day that a usable line's entry is filed under."""
    day = line.values.get(register.day)
    assert isinstance(day, date), "the day an entry is filed under is a required field"
    return day
