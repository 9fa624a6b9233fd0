"""Importing workbooks: one workbook and register, one batch, all rows or (on request) the good ones; and taking it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rapidfuzz import fuzz

from youju.actions import entries, evidence, guards, ledger, sealing
from youju.actions.entries import Content
from youju.actions.ledger import Change
from youju.actions.observing import reobserve
from youju.core.importing import Context, Line, field_names, read_lines, repeated, with_problem
from youju.core.problem import DomainError, Problem, Refused
from youju.core.quantity import UnitTable
from youju.core.register import Register
from youju.core.review import check_reason
from youju.core.sheet import Sheet
from youju.core.table import Table, find_tables
from youju.office.template import ABOUT
from youju.office.workbook import Workbook, read_workbook
from youju.store.models import Batch, Entry, ImportedRow, Member
from youju.store.queries import scope
from youju.store.queries.specs import Version, versions_at


class RegisterUnclear(DomainError):
    """The workbook does not say which register it is."""

    code = "import.which_register"
    text = "看不出“{file}”是哪个台账。{hint}请指明台账。"


class NothingToImport(DomainError):
    """No record in the workbook."""

    code = "import.nothing"
    text = "“{file}”里没有可导入的记录。请确认表头下有数据，且工作表未隐藏。"


class UnknownBatch(DomainError):
    """No batch of that number within what the asker may see."""

    code = "batch.unknown"
    text = "没有编号为{batch}的导入批次，或无权查看。"


class BatchTakenBack(DomainError):
    """The batch was taken back already."""

    code = "batch.taken_back"
    text = "批次{batch}已于#{seq}撤回。"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do.

    batch       its number; None when nothing was written
    lines       every row, with its problems
    recognised  rows that an earlier import brought
    problems    what concerns no single row: columns, sheets
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


def import_workbook(request: Request, *, by: Member, units: UnitTable, key: str = "") -> Imported:
    """Import one workbook as one batch: all rows, or none when any has an error (unless `partial`).

    Rows imported before are recognised and left alone, so repeating an import changes nothing.
    raises  Refused with every problem, RegisterUnclear, NothingToImport, NotAllowed, file errors
    """
    return import_read(
        read_workbook(request.path), request.path.read_bytes(), request, by=by, units=units, key=key
    )


def import_read(
    workbook: Workbook, content: bytes, request: Request, *, by: Member, units: UnitTable, key: str = ""
) -> Imported:
    """Import what was read of a workbook; `content` is kept as evidence."""
    asked = {"file": evidence.digest_of(content), "unit": request.unit, "register": request.register}
    with ledger.change("batch.imported", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return _as_before(change, workbook, request, units)
        found, version = _examine(change, workbook, request, units)
        errors = [problem for problem in found.all_problems if problem.level == "error"]
        table_errors = [problem for problem in found.problems if problem.level == "error"]
        if errors and (table_errors or not request.partial):
            raise Refused(tuple(found.all_problems))
        if not found.new:
            change.repeated = {}  # nothing to write, so no event either
            return found
        days = [(line.unit, _day(line, version.register)) for line in found.new]
        adjustment = guards.check_open(change, days, "导入", adjust=request.adjust, approver=request.approver)
        batch, made = _write(change, version, found, request, content, adjustment)
        change.result = {"batch": batch.pk, "entries": made}
        return replace(found, batch=batch.pk, seq=change.seq, entries=tuple(made))


def preview(request: Request, *, by: Member, units: UnitTable) -> Imported:
    """What an import would do; writes nothing."""
    workbook = read_workbook(request.path)
    with ledger.change("batch.previewed", by=by) as change:
        found, _ = _examine(change, workbook, request, units)
        change.repeated = {}
        return found


def take_back(
    batch_id: int, *, by: Member, reason: str, adjust: str = "", approver: Member | None = None
) -> int:
    """Void every entry of a batch together; one that holds reviewed entries only by a reviewer. Returns the seq."""
    with ledger.change("batch.taken_back", by=by) as change:
        rows = scope.visible(Batch.unscoped.all(), change.viewer, change.tree, change.today)
        batch = rows.filter(pk=batch_id).first()
        if batch is None:
            raise UnknownBatch(batch=batch_id)
        if batch.taken_back_seq is not None:
            raise BatchTakenBack(batch=batch_id, seq=batch.taken_back_seq)
        why = check_reason(reason, "撤回批次")
        living = list(
            Entry.unscoped.filter(imported__batch=batch)
            .exclude(state="void")
            .select_related("counted")
            .order_by("pk")
        )
        if living:
            entries.void_entries(change, living, why, adjust=adjust, approver=approver)
        batch.taken_back_seq = change.seq
        batch.save(update_fields=["taken_back_seq"])
        change.said["batch"] = batch.pk
        reobserve(change, [entry.pk for entry in living])
        return change.seq


def _examine(
    change: Change, workbook: Workbook, request: Request, units: UnitTable
) -> tuple[Imported, Version]:
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
    tables, problems = _tables(workbook, register, request, units)
    lines = repeated(list(read_lines(tables, context)))
    if not lines and not problems:
        raise NothingToImport(file=workbook.name)
    recognised = _recognised(lines)
    lines = _check_rows(
        change, register, lines, recognised, adjusted=bool(request.adjust and request.approver)
    )
    headings = {
        column.label: register.by_id[column.field].title if column.field in register.by_id else "所属组织"
        for table in tables
        for column in table.columns
        if column.field is not None
    }
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
        headings,
    )
    return found, version


def _tables(
    workbook: Workbook, register: Register, request: Request, units: UnitTable
) -> tuple[list[Table], list[Problem]]:
    names = field_names(register)
    tables: list[Table] = []
    problems: list[Problem] = []
    unread: list[Problem] = []
    for sheet in workbook.sheets:
        if sheet.name in ABOUT:
            continue
        found = find_tables(sheet, names, file=workbook.name, mapping=request.mapping, units=units)
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
    living = _living_keys(register, lines, recognised)
    titles = "、".join(register.by_id[name].title for name in register.key)
    checked = []
    for line in lines:
        if not line.usable or line.digest in recognised:
            checked.append(line)
            continue
        if line.unit not in refusals:
            refusals[line.unit] = _refusal(change, line.unit, register)
        refusal = refusals[line.unit] or (None if adjusted else _closed(change, line, register))
        wanted = entries.key_digest(register, _content(line, register))
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


def _living_keys(register: Register, lines: Sequence[Line], recognised: set[str]) -> dict[str, int]:
    if not register.key:
        return {}
    wanted = [
        entries.key_digest(register, _content(line, register))
        for line in lines
        if line.usable and line.digest not in recognised
    ]
    found: dict[str, int] = {}
    for start in range(0, len(wanted), ledger.CHUNK):
        rows = Entry.unscoped.filter(key_digest__in=wanted[start : start + ledger.CHUNK]).exclude(
            key_digest=""
        )
        found.update(rows.exclude(state="void").values_list("key_digest", "pk"))
    return found


def _closed(change: Change, line: Line, register: Register) -> DomainError | None:
    try:
        guards.check_open(change, [(line.unit, _day(line, register))], "导入")
    except DomainError as error:
        return error
    return None


def _refusal(change: Change, unit: int, register: Register) -> DomainError | None:
    try:
        change.require("import", unit, register.id)
    except DomainError as error:
        return error
    return None


def _write(
    change: Change, version: Version, found: Imported, request: Request, content: bytes, adjustment: str
) -> tuple[Batch, list[int]]:
    assert change.by is not None
    register = version.register
    blob = evidence.store_bytes(content, evidence.media_type(found.file))
    batch = change.add(
        Batch(
            register=register.id,
            unit_id=request.unit,
            file_name=found.file[:255],
            blob=blob,
            by=change.by,
            rows=len(found.new),
            seq=change.seq,
        )
    )
    contents = [_content(line, register) for line in found.new]
    written = entries.write(change, version, contents, provider=request.provider, adjustment=adjustment)
    change.add_all(
        ImportedRow,
        [
            ImportedRow(
                batch=batch,
                entry=entry,
                sheet=line.sheet[:100],
                row=line.row,
                digest=line.digest,
                seq=change.seq,
            )
            for line, (entry, _) in zip(found.new, written, strict=True)
        ],
    )
    made = [entry.pk for entry, _ in written]
    reobserve(change, made)
    return batch, made


def _as_before(change: Change, workbook: Workbook, request: Request, units: UnitTable) -> Imported:
    assert change.repeated is not None
    found, _ = _examine(change, workbook, request, units)
    return replace(found, batch=int(change.repeated["batch"]), entries=tuple(change.repeated["entries"]))


def _content(line: Line, register: Register) -> Content:
    return Content(line.unit, _day(line, register), dict(line.values))


def _day(line: Line, register: Register) -> date:
    day = line.values.get(register.day)
    assert isinstance(day, date), "the day an entry is filed under is a required field"
    return day
