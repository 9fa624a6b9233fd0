"""What a catalog says about words: names past their date, shaky wordings, norms a figure is held against.

Values only; youju/specs/terms.py reads them from catalog/terms and catalog/norms. Administrative and
programme names and plain language only: political formulations are nobody's business here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Source:
    """Where a catalog statement comes from, and whether somebody has read that source."""

    text: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Term:
    """A name of a body, a programme or a statistic that was right from a day until a day.

    words   ways to write it
    since   first day it was right, None when long ago
    until   last day it was right
    use     what to write instead
    beside  longer names that contain one of the words and are still right (计划生育协会)
    """

    words: tuple[str, ...]
    until: date
    use: str
    source: Source
    since: date | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    r"""A way to put things that a careful clerk changes.

    pattern  a regular expression; what it matches is the place
    use      what to write instead, may refer to groups as \1; "" when only a look is asked for
    reason   the Chinese sentence
    kind     misspelt, redundant, collocation, ambiguous
    beside   a regular expression that must be found in the draft for the wording to matter; "" always
    """

    id: str
    kind: str
    pattern: str
    use: str
    reason: str
    source: Source
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Variants:
    """Writings of one thing of which a text should use one: the first is the recommended one.

    A writing is skipped inside any of `apart`, longer names that are right as they are.
    """

    words: tuple[str, ...]
    reason: str
    source: Source
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """A phrase that claims an effect and therefore asks for a figure.

    absolute  it leaves no room (根本好转): a figure of comparison must stand in its sentence;
              otherwise any figure in its paragraph will do
    """

    pattern: str
    absolute: bool
    source: Source


@dataclass(frozen=True, slots=True)
class Bound:
    """A limit from a day on."""

    since: date
    low: Decimal | None
    high: Decimal | None
    source: Source


@dataclass(frozen=True, slots=True)
class RatioNorm:
    """What one of these usually has of those: books of a reading room.

    part_unit, per_unit  normalised units of the two figures
    part, per            words one of which the noun of the figure contains
    bounds               dated, in order; low and high in `part_unit` for each `per_unit`
    """

    id: str
    title: str
    part: tuple[str, ...]
    part_unit: str
    per: tuple[str, ...]
    per_unit: tuple[str, ...]
    bounds: tuple[Bound, ...]
    per_day: bool = False


@dataclass(frozen=True, slots=True)
class ActorNorm:
    """Who may do something: an act, and those who cannot be its doer.

    act, not_by  regular expressions; a sentence's clause that has both is a finding
    unless       a regular expression that makes the clause right after all
    """

    id: str
    title: str
    act: str
    not_by: str
    unless: str
    by: str
    source: Source


@dataclass(frozen=True, slots=True)
class BaseNorm:
    """A result that needs the number it was a result of: 成功调解 n 件 of how many accepted.

    result, base  regular expressions; a figure after `result` asks for one after `base` in the draft
    """

    id: str
    title: str
    result: str
    base: str
    ask: str
    source: Source


@dataclass(frozen=True, slots=True)
class AuditWords:
    """Everything a catalog says to the audit. Empty lists switch nothing else off.

    synonyms    actions and adjectives that count as one when two figures are compared
    off         checks that a catalog switches off for everybody
    parameters  numbers the checks use, by id, as in force on the day asked
    """

    terms: tuple[Term, ...] = ()
    wordings: tuple[Wording, ...] = ()
    variants: tuple[Variants, ...] = ()
    effects: tuple[Effect, ...] = ()
    ratios: tuple[RatioNorm, ...] = ()
    actors: tuple[ActorNorm, ...] = ()
    bases: tuple[BaseNorm, ...] = ()
    synonyms: tuple[tuple[str, ...], ...] = ()
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    off: tuple[str, ...] = ()
