"""What can be wrong: findings about data are values, refusals are exceptions; both speak Chinese and name the place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Where:
    """A place in something a person can open: a file, and in it a sheet, row and column, or a line, or a field.

    row, line  counted from 1, as the office program shows them
    column     the header's text, or the letters of the column (B) when it has none
    """

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""
    line: int | None = None
    field: str = ""

    def __str__(self) -> str:
        parts = []
        if self.file:
            parts.append(self.file if self.line is None else f"{self.file}:{self.line}")
        elif self.line is not None:
            parts.append(f"第{self.line}行")
        if self.sheet:
            parts.append(f"工作表“{self.sheet}”")
        if self.row is not None:
            parts.append(f"第{self.row}行")
        if self.column:
            parts.append(f"“{self.column}”列")
        if self.field:
            parts.append(f"字段“{self.field}”")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: where it is, what is wrong and what to do. An error keeps its row out, a warning does not.

    code  stable, dotted, listed in docs/errors.md
    text  the whole Chinese sentence, the advice included
    """

    where: Where
    code: str
    text: str
    level: Level = "error"
    fields: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        place = str(self.where)
        return f"{place}：{self.text}" if place else self.text


class DomainError(Exception):
    """A refusal: one request stops, nothing has changed. Subclasses set `code` and the Chinese `text`."""

    code: ClassVar[str] = "domain"
    text: ClassVar[str] = "无法完成此操作。"

    def __init__(self, **fields: object) -> None:
        self.fields = {name: str(value) for name, value in fields.items()}
        super().__init__(self.text.format(**self.fields))

    @property
    def message(self) -> str:
        """The Chinese sentence with its fields filled in."""
        return str(self)


class Refused(DomainError):
    """Several findings stop one request together: a workbook, a set of catalog files."""

    code = "refused"
    text = "有{count}处问题，未作任何更改。"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__(count=len(problems))
