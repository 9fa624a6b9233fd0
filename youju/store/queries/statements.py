"""What entries say now, as facts read by their own register versions; and stored observations as core rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from youju.core.entry import from_json
from youju.core.measure import Measure
from youju.core.observation import Fact, Row, facts_of, nil_facts
from youju.core.observing import Statement
from youju.core.period import slot_of
from youju.core.register import Register
from youju.store.bulk import CHUNK
from youju.store.models import Entry, Revision
from youju.store.queries import specs


def statements_of(entries: Collection[int]) -> list[Statement]:
    """The statements of these entries: of the revision that counts, and of the one that waits for review."""
    found: list[tuple[int, Said, bool]] = []
    keys = sorted(entries)
    for counted in (True, False):
        which = "counted" if counted else "current"
        rows = Entry.unscoped.exclude(state="void") if counted else Entry.unscoped.filter(state="pending")
        columns = [f"{which}__{name}" for name in Said._fields]
        for start in range(0, len(keys), CHUNK):
            chosen = rows.filter(**{"pk__in": keys[start : start + CHUNK], f"{which}__isnull": False})
            for entry, *said in chosen.values_list("pk", *columns):
                found.append((entry, Said(*said), counted))
    registers = specs.versions({said.spec_id for _, said, _ in found})
    measures = all_measures(registers)
    return [
        Statement(entry, said.id, tuple(facts(said, registers, measures)), counted)
        for entry, said, counted in sorted(found, key=lambda each: each[1].id)
    ]


class Said(NamedTuple):
    """The columns of a revision that its facts are read from."""

    id: int
    spec_id: int
    unit_id: int
    day: date
    values: Mapping[str, object]
    nil: bool


def facts(
    revision: Said | Revision, registers: Mapping[int, Register], measures: Mapping[str, Measure]
) -> list[Fact]:
    """What one revision says, by the register version it was written in."""
    register = registers[revision.spec_id]
    if revision.nil:
        frequency = register.expected_frequency
        assert frequency is not None, "a nil report is accepted only where one is expected"
        return nil_facts(register, slot_of(revision.day, frequency), revision.unit_id)
    values = from_json(register, revision.values)
    return facts_of(register, values, measures, revision.unit_id)


def all_measures(registers: Mapping[int, Register]) -> dict[str, Measure]:
    """Every measure that these registers may feed: their own, and those of others in force now."""
    own = {measure.id: measure for register in registers.values() for measure in register.measures}
    fed = {rule.measure for register in registers.values() for rule in register.observe}
    if fed <= set(own):
        return own
    everything = specs.catalog_at(2**62).measures
    return {**everything, **own}


# What a core row is made of, in the order of its fields.
COLUMNS = (
    "measure__name", "unit_id", "day", "place", "series", "dim1", "dim2", "dim3", "value", "level", "origin",
    "entry_id", "revision_id", "counted",
)  # fmt: skip


def row_of(columns: Sequence[Any]) -> Row:
    """A stored observation, read by COLUMNS, as a core row."""
    measure, unit, day, place, series, dim1, dim2, dim3, *rest = columns
    return Row(measure, unit, day, place, series, (dim1, dim2, dim3), *rest)
