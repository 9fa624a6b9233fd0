"""Measures 数据项: what can be counted, and how it behaves over days and units."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from youju.core.period import Frequency
from youju.core.quantity import Unit

UnitKind = Literal[
    "province", "city", "county", "town", "village", "community", "hamlet", "office", "school", "partner"
]
Behaviour = Literal["flow", "stock", "coverage", "ratio", "change"]
MAX_DIMENSIONS = 3  # columns of an observation; at most two of them may be rolled
MAX_ROLLED = 2


@dataclass(frozen=True, slots=True)
class Dimension:
    """One way a measure can be split: 专项, 类型. `rolled` ones are kept in the roll-up."""

    id: str
    rolled: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """Every unit of `kind` reports at this frequency; a slot without a reviewed report is 未报, never zero."""

    frequency: Frequency
    kind: UnitKind


@dataclass(frozen=True, slots=True)
class Condition:
    """A measure, or one part of it by dimension, that has to be above zero for a unit to be covered.

    A flow is asked over the period (did it happen), a stock on its last day (does it stand).
    """

    measure: str
    dims: tuple[tuple[str, str], ...] = ()
    title: str = ""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many units of a kind meet all conditions, among those of that kind that bear all `tags`."""

    of: UnitKind
    all_of: tuple[Condition, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure over another of the same unit and period, in per cent."""

    numerator: Condition
    denominator: Condition


@dataclass(frozen=True, slots=True)
class Change:
    """How a figure moved against the same period a year before (同比) or the one just before (环比), in per cent."""

    of: Condition
    against: Literal["year_before", "just_before"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One countable thing, owned by exactly one register.

    id          dotted and stable: publicity.leaflets.handed_out
    title       the Chinese name; `aliases` are the ways people write it in drafts
    behaviour   flow adds over days; stock stands on a day and its totals over periods are an error
    dimensions  ordered; an observation gives each a value or ''
    definition  口径 in one sentence, shown beside every figure
    source      where the definition comes from
    action      the verb that tells it from its neighbours: 印制, 发放
    noun        what is counted, as prose writes it: 宣传资料
    """

    id: str
    title: str
    unit: Unit
    behaviour: Behaviour
    register: str
    definition: str
    source: str = ""
    aliases: tuple[str, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    expected: Expectation | None = None
    coverage: Coverage | None = None
    ratio: Ratio | None = None
    change: Change | None = None
    action: str = ""
    noun: str = ""

    @property
    def observed(self) -> bool:
        """Whether observations are made for it, or it is derived from others."""
        return self.behaviour in ("flow", "stock")

    def dimension_index(self, name: str) -> int | None:
        """The place of a dimension among the measure's, or None."""
        for index, dimension in enumerate(self.dimensions):
            if dimension.id == name:
                return index
        return None


@dataclass(frozen=True, slots=True)
class DimensionValue:
    """One value of a dimension with the ways people write it: 村庄清洁行动, also 清洁乡村."""

    id: str
    aliases: tuple[str, ...] = field(default=())
