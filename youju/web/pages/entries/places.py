"""Where a person may record what: the units in their reach, and the registers each of them keeps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from youju.core.measure import UnitKind
from youju.core.register import Register
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.specs import catalog_at
from youju.web.asking import Asked

ALIKE: frozenset[UnitKind] = frozenset({"village", "community"})  # communities keep what villages do


def units_to_record(request: Asked, registers: Iterable[Register]) -> list[int]:
    """The units somebody may record for, in the order of their codes; only those of a kind that keeps a register."""
    kinds = {each.kept_by for each in registers}
    if kinds & ALIKE:
        kinds |= ALIKE
    found: dict[int, None] = {}
    for grant in request.viewer.grants_for("record", request.today):
        for unit in request.tree.members(grant.unit, request.today):
            if request.tree.kind(unit, request.today) in kinds:
                found[unit] = None
    return list(found)


def registers_in_force() -> dict[str, Register]:
    """Every register that is switched on, by id."""
    return dict(catalog_at(head().head).registers)


def kept_by(request: Asked, unit: int, registers: Sequence[Register]) -> list[Register]:
    """The registers that a unit keeps and the viewer may record in, those to start with first, then by title."""
    kind = request.tree.kind(unit, request.today)
    found = [
        each
        for each in registers
        if (each.kept_by == kind or {each.kept_by, kind} <= ALIKE)
        and scope.may(request.viewer, "record", unit, request.tree, request.today, each.id)
    ]
    return sorted(found, key=lambda each: (not each.starter, each.id))


def is_for_another(request: Asked, unit: int) -> bool:
    """Whether recording for this unit is 代录: the viewer's own unit is another one."""
    return bool(request.member.unit_id != unit)
