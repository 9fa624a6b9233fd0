"""What entries say now, as facts read by their own register versions; and stored observations as core rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from youju.core.entry import from_json
from youju.core.measure import Measure
from youju.core.observation import Fact, Row, facts_of, nil_facts
from youju.core.observing import Statement
from youju.core.period import slot_of
from youju.core.register import Register
from youju.store.models import Entry, Observation, Revision
from youju.store.queries import specs

CHUNK = 500


def statements_of(entries: Collection[int]) -> list[Statement]:
    """The statements of these entries: of the revision that counts, and of the one that waits for review."""
    found: list[tuple[Entry, Revision, bool]] = []
    keys = sorted(entries)
    for start in range(0, len(keys), CHUNK):
        rows = Entry.unscoped.filter(pk__in=keys[start : start + CHUNK]).select_related("counted", "current")
        for entry in rows:
            if entry.state != "void" and entry.counted is not None:
                found.append((entry, entry.counted, True))
            if entry.state == "pending" and entry.current is not None:
                found.append((entry, entry.current, False))
    registers = specs.versions(revision.spec_id for _, revision, _ in found)
    measures = all_measures(registers)
    return [
        Statement(entry.pk, revision.pk, tuple(facts(revision, registers, measures)), counted)
        for entry, revision, counted in sorted(found, key=lambda each: each[1].pk)
    ]


def facts(
    revision: Revision, registers: Mapping[int, Register], measures: Mapping[str, Measure]
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


def row_of(row: Observation) -> Row:
    """A stored observation as a core row; needs the measure fetched with it."""
    return Row(
        row.measure.name,
        row.unit_id,
        row.day,
        row.place,
        row.series,
        (row.dim1, row.dim2, row.dim3),
        row.value,
        row.level,
        row.origin,  # type: ignore[arg-type]
        row.entry_id,
        row.revision_id,
        row.counted,
    )
