"""Registers 台账: what is written down, by whom, who checks it, and which measures it feeds.

A register is one YAML file in the catalog; `youju.specs` turns it into these values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rapidfuzz import process

from youju.core.measure import Dimension, Measure, UnitKind
from youju.core.period import Frequency
from youju.core.problem import DomainError
from youju.core.quantity import Unit

RegisterKind = Literal["log", "inventory", "case"]
FieldKind = Literal["text", "long_text", "date", "quantity", "choice", "unit", "yes_no"]
ReviewRule = Literal["another-member", "town-reviewer"]


class UnknownRegister(DomainError):
    """A register that the instance does not have."""

    code = "register.unknown"
    text = "没有“{name}”这个台账。{hint}"


class UnknownField(DomainError):
    """A field that the register does not have."""

    code = "register.unknown_field"
    text = "台账“{register}”没有“{name}”这一项。可填：{known}。"


@dataclass(frozen=True, slots=True)
class Personal:
    """Why a field holds personal data, and until when. Kept encrypted beside the chain, erased at its date."""

    category: str  # 姓名, 电话, 住址, 身份证号, 健康 …
    purpose: str
    basis: str
    retention_months: int


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a choice field; aliases are other writings found in workbooks and drafts.

    since, until  the first and the last ISO day on which it may be used ('' means open); campaigns end
    """

    id: str
    aliases: tuple[str, ...] = ()
    since: str = ""
    until: str = ""

    def in_use(self, day: date) -> bool:
        """Whether it may be chosen for something of that day."""
        return (not self.since or self.since <= day.isoformat()) and (
            not self.until or day.isoformat() <= self.until
        )


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a register.

    kind      quantity has a `unit`; choice has `choices`; unit names an organisation of one of `unit_kinds`
    minimum   lowest number allowed, as written ('' = none); negative counts are refused unless set below zero
    retired   no longer asked or imported, still shown on old entries
    """

    id: str
    title: str
    kind: FieldKind
    required: bool = False
    unit: Unit | None = None
    choices: tuple[Choice, ...] = ()
    unit_kinds: tuple[UnitKind, ...] = ()
    aliases: tuple[str, ...] = ()
    help: str = ""
    example: str = ""
    filter: bool = False
    personal: Personal | None = None
    minimum: str = "0"
    retired: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """A condition on the entry's own fields: one of `values`, or (values empty) simply filled in."""

    field: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observe:
    """One line of `observe`: how an entry becomes a fact of a measure.

    on           the date field the fact counts on (flow, or level of a stock)
    since/until  for a stock: the date fields between which the thing stands (until excluded, may be empty)
    value        the name of a quantity field, or an exact amount such as "1 件"
    level        the value is the level reported by the unit itself, not an addition
    at           the unit field whose unit the fact belongs to ('' = the entry's unit)
    dims         dimension → choice or text field
    when         all must hold
    """

    measure: str
    value: str
    on: str = ""
    since: str = ""
    until: str = ""
    level: bool = False
    at: str = ""
    dims: tuple[tuple[str, str], ...] = ()
    when: tuple[When, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a case: entered when its date field is filled; stages follow one another in order.

    due_after  the stage before it and the days allowed: ("applied", 7, "working")
    public_days, other_person  公示期 of n days; must be done by another member than the stage before
    """

    id: str
    title: str
    on: str
    due_after: tuple[str, int, Literal["calendar", "working"]] | None = None
    public_days: int = 0
    other_person: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """An example run as a test: given these raw values, exactly these facts come out (text form)."""

    given: Mapping[str, str]
    observes: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """One register. `day` is the date field an entry is filed under and its period is judged by."""

    id: str
    kind: RegisterKind
    title: str
    kept_by: UnitKind
    fields: tuple[Field, ...]
    day: str
    purpose: str = ""
    source: str = ""
    review: ReviewRule = "another-member"
    measures: tuple[Measure, ...] = ()
    observe: tuple[Observe, ...] = ()
    stages: tuple[Stage, ...] = ()
    key: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    evidence_required_by: str = ""
    asked_for_by: str = ""
    authoritative: str = ""
    starter: bool = False
    aliases: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    file: str = ""
    by_id: Mapping[str, Field] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_id", {each.id: each for each in self.fields})

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields still asked for."""
        return tuple(each for each in self.fields if not each.retired)

    @property
    def expected_frequency(self) -> Frequency | None:
        """How often a flow of this register is expected, when one is; only then may nil be reported."""
        for measure in self.measures:
            if measure.behaviour == "flow" and measure.expected is not None:
                return measure.expected.frequency
        return None

    def field(self, name: str) -> Field:
        """The field with this id or title. Raises UnknownField."""
        for each in self.fields:
            if name in (each.id, each.title):
                return each
        raise UnknownField(register=self.title, name=name, known="、".join(each.title for each in self.asked))


@dataclass(frozen=True, slots=True)
class Catalog:
    """All registers of an instance, with their measures by id and the dimensions' values."""

    registers: Mapping[str, Register]
    measures: Mapping[str, Measure]

    def register(self, name: str) -> Register:
        """The register with this id or title. Raises UnknownRegister, naming the nearest."""
        if name in self.registers:
            return self.registers[name]
        for each in self.registers.values():
            if name == each.title or name in each.aliases:
                return each
        raise UnknownRegister(name=name, hint=_nearest_hint(name, self))

    def dimension_choices(self, dimension: Dimension, measure: Measure) -> tuple[Choice, ...]:
        """The known values of one dimension of a measure, from the choice fields that feed it."""
        found: dict[str, Choice] = {}
        for register in self.registers.values():
            for rule in register.observe:
                if rule.measure != measure.id:
                    continue
                for name, source in rule.dims:
                    if name == dimension.id and source in register.by_id:
                        for choice in register.by_id[source].choices:
                            found.setdefault(choice.id, choice)
        return tuple(found.values())


def _nearest_hint(name: str, catalog: Catalog) -> str:
    names = [each.title for each in catalog.registers.values()] + list(catalog.registers)
    best = process.extractOne(name, names, score_cutoff=40)
    if best:
        return f"最接近的是“{best[0]}”。"
    return "请核对台账名称。"
