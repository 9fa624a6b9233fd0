"""facts.csv: the figures of a report as a table for office programs, which must not take any cell for a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping

from youju.core.quantity import plain
from youju.office.facts import Facts
from youju.office.gongwen.values import FigureNote

COLUMNS = (
    "编号", "短码", "名称", "正文表述", "精确值", "单位", "组织", "期间", "口径", "条数", "未报单位", "待审核", "取数式",
)  # fmt: skip
_FORMULA = re.compile(r"[=+\-@\t\r\n|]")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def facts_csv(facts: Facts, notes: Mapping[str, FigureNote]) -> bytes:
    """One line a figure, UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, fact in enumerate(facts.figures, 1):
        note = notes[fact.id]
        value = "未报" if fact.value is None else plain(fact.value)
        row = (
            fact.id, short_code(number), fact.name, fact.wording, value, fact.unit, note.unit, note.period, note.definition,
            str(fact.n), str(fact.missing), str(fact.pending), fact.recipe,
        )  # fmt: skip
        writer.writerow([harmless(cell) for cell in row])
    return ("\ufeff" + out.getvalue()).encode()


def short_code(number: int) -> str:
    """The code by which a figure is asked for in a meeting: ⟨07⟩."""
    return f"⟨{number:02}⟩"


def harmless(cell: str) -> str:
    """A cell that begins like a formula gets a quotation mark before it; a plain number stays one."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
