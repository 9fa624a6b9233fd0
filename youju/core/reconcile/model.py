"""What the audit says about one figure of a draft: how it was read, what the ledger says, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from youju.core.claim.model import Claim
from youju.core.figure import Figure
from youju.core.recipe import Recipe
from youju.core.zh.wordings import Wording

Verdict = Literal["agrees", "differs", "unclear", "unrecorded", "outside", "unsupported"]
VERDICTS: dict[Verdict, str] = {
    "agrees": "与台账一致",
    "differs": "与台账不一致",
    "unclear": "口径待确认",
    "unrecorded": "台账无记录",
    "outside": "不属核对范围",
    "unsupported": "表述无数据支撑",
}
# Which number of a figure a claim speaks of.
# value: 16 of 16个村建有; whole: 17 of 17个村中16个; share: 全部, 几乎都, 92.7%;
# difference: 比上年同期多3件; growth: 同比增长9%
Part = Literal["value", "whole", "share", "difference", "growth"]
Rule = Literal["exact", "parts", "carried", "predicate", "units", "learned", "near"]
RULES: dict[Rule, str] = {
    "exact": "名称与数据项一致",
    "parts": "动作和名词与数据项一致",
    "carried": "承接本句前一个数的数据项",
    "predicate": "谓语与覆盖类数据项一致",
    "units": "所说的是辖区内的单位数",
    "learned": "按已确认的叫法",
    "near": "叫法相近，未能确定",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a claim: a figure to ask for, which number of it is meant, and why it is read so.

    base     the figure compared with, of 同比增长 and 比上年同期多
    rule     how the measure was found
    primary  what the words say; the others are what they might mean as well
    doubts   Chinese: what keeps this reading from being sure; with any, nothing is ever called consistent
    """

    recipe: Recipe
    part: Part
    rule: Rule
    base: Recipe | None = None
    primary: bool = True
    doubts: tuple[str, ...] = ()

    @property
    def recipes(self) -> tuple[Recipe, ...]:
        """The figures it needs."""
        return (self.recipe,) if self.base is None else (self.recipe, self.base)


@dataclass(frozen=True, slots=True)
class Understood:
    """A claim with its readings, before the ledger is asked.

    outside  why it is nothing for the ledger, "" otherwise
    reason   why there is no reading, "" when there is one
    near     ids of measures it may be about, for the checklist of what is missing
    """

    claim: Claim
    readings: tuple[Reading, ...] = ()
    outside: str = ""
    reason: str = ""
    near: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """A reading with the ledger's answer.

    figure  None when the asker may not see it
    said    the number of the figure that is meant, as text with its unit; 未报 when there is none
    fits    whether it lies inside what the claim allows; None when there is no number
    """

    reading: Reading
    figure: Figure | None
    base: Figure | None
    said: str
    fits: bool | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words to write instead of text[start:end]; true of the ledger."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One claim with its verdict.

    reason       one Chinese sentence
    answers      every reading with what the ledger says
    wordings     true ways to write the ledger's figure, the plainest first
    suggestions  what may stand instead, for the reader to take over
    """

    claim: Claim
    verdict: Verdict
    reason: str
    answers: tuple[Answered, ...] = ()
    wordings: tuple[Wording, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    near: tuple[str, ...] = field(default=())
