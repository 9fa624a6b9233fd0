"""What an import would bring: register, columns, rows and every problem at its cell. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from youju.actions import entries, guards, ledger
from youju.actions.entries import Content
from youju.actions.ledger import Change
from youju.actions.workbook_rows import Request, Rows, Tell, rows_of
from youju.core.importing import (
    Line,
    decided,
    with_problem,
)
from youju.core.problem import DomainError, Problem
from youju.core.quantity import UnitTable
from youju.core.register import Register
from youju.core.table import Table
from youju.office.workbook import Workbook
from youju.store.models import Entry, ImportedRow


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do.

    batch       its number; None when nothing was written
    lines       every row, with its problems
    recognised  rows that an earlier import brought
    problems    what concerns no single row: columns, sheets
    read        the rows before they were compared with what the ledger holds
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
    read: Rows
    learned: Mapping[str, str]
    decided: Mapping[str, str]

    @property
    def tables(self) -> tuple[Table, ...]:
        """The tables as they were found, with what each column was taken for."""
        return self.read.tables

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


def examine(
    change: Change,
    workbook: Workbook,
    request: Request,
    units: UnitTable,
    tell: Tell | None = None,
    before: Rows | None = None,
) -> Imported:
    """What importing the workbook would bring.

    tell    called now and then with how many rows are read, and of how many
    before  the rows of the same workbook read earlier, outside the ledger's lock: used while they would read the same
    raises  RegisterUnclear, NothingToImport, NotAllowed, WrongKeeper
    """
    rows = rows_of(change, workbook, request, units, tell, before)
    register = rows.version.register
    recognised = _recognised(rows.lines)
    lines = _check_rows(
        change, register, rows.lines, recognised, adjusted=bool(request.adjust and request.approver)
    )
    shown = {
        column.label: register.by_id[column.field].title if column.field in register.by_id else "所属组织"
        for table in rows.tables
        for column in table.columns
        if column.field is not None
    }
    choices = decided(rows.tables, rows.given)
    return Imported(
        register.id,
        register.title,
        workbook.name,
        None,
        None,
        (),
        tuple(lines),
        tuple(line for line in lines if line.digest in recognised and line.usable),
        rows.problems,
        shown,
        rows,
        {name: each for name, each in rows.learned.items() if name not in choices},
        choices,
    )


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
