"""The rows of a workbook as registers, organisation and learned headings read them, whatever entries there are.

That takes nearly all the time of an import and none of what others write meanwhile can change it, so it is done before the
ledger is locked; under the lock the rows are used again while what they were read with still holds. `examining` compares
them with what the ledger holds. Reads, never writes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz

from youju.actions import entries, guards, headings, sealing
from youju.actions.ledger import Change
from youju.core.heading import normalised
from youju.core.importing import ABOUT, UNIT_COLUMN, Context, Line, field_names, read_lines, repeated
from youju.core.problem import DomainError, Problem
from youju.core.quantity import UnitTable
from youju.core.register import Register, UnknownField
from youju.core.sheet import Sheet
from youju.core.table import Table, find_tables
from youju.office.workbook import Workbook
from youju.store.models import Member
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


@dataclass(frozen=True, slots=True)
class Rows:
    """What was read, and what it was read with.

    workbook  the one they are of, never changed
    version   of the register; learned, given: headings whose field was known before, or is told by the request
    lines     every record with its problems, repeated ones marked
    problems  what concerns no single row
    """

    workbook: Workbook
    version: Version
    learned: Mapping[str, str]
    given: Mapping[str, str]
    tables: tuple[Table, ...]
    lines: tuple[Line, ...]
    problems: tuple[Problem, ...]
    basis: _Basis


@dataclass(frozen=True, slots=True)
class _Basis:
    """What rows depend on besides the workbook and learned headings: what was asked, organisation, day and registers in force."""

    asked: tuple[int, str, tuple[tuple[str, str], ...]]
    organisation: int
    today: date
    versions: tuple[int, ...]


def rows_of(
    change: Change,
    workbook: Workbook,
    request: Request,
    units: UnitTable,
    tell: Tell | None = None,
    before: Rows | None = None,
) -> Rows:
    """The rows of the workbook; `before`, when they would be read the same again. Arguments and errors as `examine` has them."""
    versions = versions_at(change.seq - 1)
    basis = _Basis(
        (request.unit, request.register, tuple(sorted((request.mapping or {}).items()))),
        change.ledger.org_seq,
        change.today,
        tuple(sorted(each.id for each in versions.values())),
    )
    if before is not None and before.workbook is workbook and before.basis == basis:
        version = before.version
    else:
        before = None
        version = entries.version_of(
            change, request.register or _which_register(workbook, workbook.name, versions, units)
        )
    register = version.register
    change.require("import", request.unit, register.id)
    learned = headings.learned(request.unit, register)
    if before is not None and before.learned == learned:
        return before
    context = _context(change, workbook, request, register, units)
    given = _given(register, request.mapping or {})
    mapping = {**learned, **{normalised(name): each for name, each in given.items()}}
    tables, problems = _tables(workbook, register, mapping, units)
    lines = repeated(_read(tables, context, tell))
    if not lines and not problems:
        raise NothingToImport(file=workbook.name)
    return Rows(workbook, version, learned, given, tuple(tables), tuple(lines), tuple(problems), basis)


def _context(
    change: Change, workbook: Workbook, request: Request, register: Register, units: UnitTable
) -> Context:
    tree, today = change.tree, change.today
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
    return context


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
