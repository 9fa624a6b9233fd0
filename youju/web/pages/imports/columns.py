"""The columns of a workbook as a person corrects them: what each was taken for, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from youju.actions.batches import Imported
from youju.core.heading import normalised
from youju.core.importing import UNIT_COLUMN, field_names
from youju.core.register import Register
from youju.core.table import Column, Table
from youju.web.pages.imports.words import cell_text

UNDECIDED = "?"
IGNORED = "-"
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One column to decide about.

    key      how a decision names it: its heading, or its letters where two columns have the same one
    value    the field's id, "-" when it is left out, "?" when nobody has decided
    why      how it came to that
    options  (value, title) of the select
    """

    key: str
    letters: str
    heading: str
    sheet: str
    sample: str
    value: str
    why: str
    options: tuple[tuple[str, str], ...]


def choices(found: Imported, register: Register) -> list[Choice]:
    """Every column with a heading, or that a decision gave a field, once for all tables."""
    fields = tuple((each.id, _title(each.id, each.title, each.required)) for each in field_names(register))
    decided = {normalised(name) for name in found.decided}
    listed: dict[str, Choice] = {}
    for table in found.tables:
        twice = Counter(normalised(str(column.heading)) for column in table.columns)
        for place, column in enumerate(table.columns):
            heading = normalised(str(column.heading))
            if not heading and column.field is None and not _texts(table, place):
                continue
            key = heading if heading and twice[heading] == 1 else column.letters
            if key in listed:
                continue
            value = _value(column)
            options = (*fields, (IGNORED, "不导入"))
            if value == UNDECIDED:
                options = ((UNDECIDED, "（请选择）"), *options)
            listed[key] = Choice(
                key,
                column.letters,
                str(column.heading) or f"{column.letters}列",
                table.sheet,
                "；".join(_texts(table, place)),
                value,
                _why(column, heading, decided, found.learned),
                options,
            )
    return list(listed.values())


def _title(field: str, title: str, required: bool) -> str:
    return "所属组织" if field == UNIT_COLUMN else f"{title}（必填）" if required else title


def _value(column: Column) -> str:
    if column.field is not None:
        return column.field
    return IGNORED if column.how in ("ignored", "serial") else UNDECIDED


def _why(column: Column, heading: str, decided: set[str], learned: object) -> str:
    if heading in decided or (column.how in ("given", "ignored") and heading not in learned):  # type: ignore[operator]
        return "您指定的"
    if heading in learned:  # type: ignore[operator]
        return "以前指定过，已记住"
    if column.how == "serial":
        return "序号"
    if column.suggestion is not None:
        return "没有把握，请选择"
    return "" if column.field is None else "按列名识别"


def _texts(table: Table, place: int) -> Sequence[str]:
    found: dict[str, None] = {}
    for row in table.rows:
        if text := cell_text(row.cells[place]):
            found[text[:20]] = None
        if len(found) == SAMPLES:
            break
    return list(found)
