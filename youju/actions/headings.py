"""What was learned of the headings of a unit's workbooks: a correction made once holds for its next import."""

from __future__ import annotations

from collections.abc import Mapping

from youju.actions.ledger import Change
from youju.core.importing import field_names
from youju.core.register import Register
from youju.store.models import LearnedHeading

LONGEST = 200


def learned(unit: int, register: Register) -> dict[str, str]:
    """Heading (normalised) → field id, '' to leave the column out; what means a field no longer asked for is left out."""
    fields = {each.id for each in field_names(register)} | {""}
    rows = LearnedHeading.unscoped.filter(unit_id=unit, register=register.id)
    return {heading: field for heading, field in rows.values_list("heading", "field") if field in fields}


def remember(change: Change, unit: int, register: str, decided: Mapping[str, str]) -> None:
    """Keep what was decided about headings (heading → field id), in the transaction of the import that used it."""
    assert change.by is not None
    rows = [
        LearnedHeading(
            unit_id=unit, register=register, heading=heading, field=field, by=change.by, at=change.at
        )
        for heading, field in decided.items()
        if len(heading) <= LONGEST
    ]
    LearnedHeading.unscoped.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["unit", "register", "heading"],
        update_fields=["field", "by", "at"],
    )
