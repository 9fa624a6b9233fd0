"""One numeral expression of a text, as it was understood; the contract is docs/algorithms/claims.md."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

from youju.core.zh.interval import Interval
from youju.core.zh.numerals import step_of

__all__ = ["CLAIM_KINDS", "NON_CLAIM_KINDS", "Change", "Claim", "Interval", "Kind", "NonClaimKind", "Value"]

Kind = Literal[
    "count", "money", "mass", "measure", "percent", "percent_point", "ratio", "duration", "coverage"
]
NonClaimKind = Literal[
    "date",
    "ordinal",
    "list-number",
    "name-part",
    "doc-no",
    "article-no",
    "phone",
    "id-no",
    "criterion",
    "idiom",
    "duration-context",
]
Change = Literal["", "up", "down"]
CLAIM_KINDS: tuple[Kind, ...] = get_args(Kind)
NON_CLAIM_KINDS: tuple[NonClaimKind, ...] = get_args(NonClaimKind)


@dataclass(frozen=True, slots=True)
class Value:
    """What the number of a claim says.

    interval    the outer bounds, in base numbers
    number      the number as written, 万 and 亿 multiplied out; None for 全部, 多次, ratio lists
    unit        as written (名), or filled in from the neighbour or the verb when `unit_given` is False
    norm_unit   the unit that synonyms share (人); money is in 元
    qualifiers  the words that made the interval: 近, 多, 以上
    values      the parts of a ratio list 11.7︰48.5︰39.8, else empty
    """

    interval: Interval
    number: Decimal | None = None
    unit: str = ""
    norm_unit: str = ""
    unit_given: bool = True
    qualifiers: tuple[str, ...] = ()
    values: tuple[Decimal, ...] = ()

    @property
    def step(self) -> Decimal | None:
        """Place value of the last non-zero written digit, times the multiplier: 1000 for 1.5万."""
        return None if self.number is None else step_of(self.number)


@dataclass(frozen=True, slots=True)
class Claim:
    """A numeral expression or coverage word of a text. A claim is what a ledger line could confirm or refute.

    start, end  half-open, in code points of the text as given to `extract`
    text        exactly text[start:end]
    kind        of a claim one of CLAIM_KINDS; of a non-claim the reason, one of NON_CLAIM_KINDS
    value       None for a non-claim
    subject     the shortest noun phrase naming what is counted (宣传资料)
    scope       the place or body it holds for (全镇)
    period      as said (2024年以来); "" when nothing is said
    change      up or down when the figure is the size of a change, "" for a level
    rate        the base of a figure said per something (每人每月), else ""
    each        the figure holds for every one of several (各派2名)
    rule        the rule that made the interval or the refusal (approx.duo)
    """

    start: int
    end: int
    text: str
    is_claim: bool
    kind: Kind | NonClaimKind
    value: Value | None = None
    subject: str = ""
    scope: str = ""
    period: str = ""
    change: Change = ""
    rate: str = ""
    each: bool = False
    rule: str = ""
