"""Reports 报告: which figures a text needs, how each is worded, and which must add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from youju.core.phrase import Phrase
from youju.core.problem import DomainError

ReportPeriod = Literal["any", "month", "quarter", "year"]


class UnknownReport(DomainError):
    """No report of that name."""

    code = "report.unknown"
    text = "没有“{name}”这个报告。现有：{known}。"


class PeriodOfReport(DomainError):
    """The report is written for another length of period."""

    code = "report.period"
    text = "“{title}”按{wanted}编写，{given}不是。请改写起止日期。"


class PartsDisagree(DomainError):
    """Figures that must add up do not."""

    code = "report.parts"
    text = "“{whole}”为{sum_wanted}，而“{parts}”合计为{sum_found}，两者不符。请先核对台账，再出报告。"


@dataclass(frozen=True, slots=True)
class FigureUse:
    """A figure of a report.

    recipe   text; unit and period are the report's own where it names none
    wording  style when the text asks for none: exact, many, all, of_whole, rounded …
    noun     what a whole counts, for 17个村中16个
    """

    name: str
    recipe: str
    wording: str = ""
    noun: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Detail:
    """Words rather than a number: who lacks what in a coverage figure, or what reviewed entries of a register say.

    figure    the name of a figure whose shortfalls are listed (show: missing)
    register  whose reviewed entries in the period are listed; `show` is a pattern with {unit} and {field id}
    """

    name: str
    figure: str = ""
    register: str = ""
    show: str = "missing"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """Figures that must add up to another."""

    whole: str
    parts: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class ReportSpec:
    """One report file. `prose` is its text as written; `first_line` the line of the file on which that begins."""

    id: str
    title: str
    figures: Mapping[str, FigureUse]
    prose: str
    period: ReportPeriod = "any"
    addressee: str = ""
    signature: str = ""
    details: Mapping[str, Detail] = field(default_factory=dict)
    parts: tuple[Parts, ...] = ()
    phrases: Mapping[str, Phrase] = field(default_factory=dict)
    first_line: int = 1
    file: str = ""
