"""What a person may import, where, and the workbooks that they brought and have not imported yet."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime

from youju.core.grant import Viewer
from youju.core.job import STATES_ZH, State
from youju.core.orgtree import OrgTree
from youju.core.register import Catalog, Register
from youju.store.models import Upload

ALIKE = {"village", "community"}  # they keep the same registers


@dataclass(frozen=True, slots=True)
class UploadLine:
    """One upload in its owner's list; `state` in Chinese."""

    uid: uuid.UUID
    name: str
    unit: int
    register: str
    at: datetime
    state: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class Importable:
    """Where the viewer may import, by place in the tree, and what: registers kept somewhere in there."""

    units: tuple[int, ...]
    registers: tuple[Register, ...]


def importable(viewer: Viewer, tree: OrgTree, today: date, catalog: Catalog) -> Importable:
    """No statement: reckoned from the grants."""
    grants = viewer.grants_for("import", today)
    units = [unit for grant in grants for unit in tree.members(grant.unit, today)]
    registers = []
    for register in catalog.registers.values():
        wanted = ALIKE if register.kept_by in ALIKE else {register.kept_by}
        reach = [
            unit
            for grant in viewer.grants_for("import", today, register.id)
            for unit in tree.members(grant.unit, today)
        ]
        if any(tree.kind(unit, today) in wanted for unit in reach):
            registers.append(register)
    return Importable(tuple(dict.fromkeys(units)), tuple(registers))


def own(viewer: Viewer, most: int = 20) -> list[UploadLine]:
    """The viewer's uploads, newest first. One statement."""
    rows = Upload.unscoped.filter(owner_id=viewer.id).select_related("job").order_by("-at")[:most]
    return [
        UploadLine(row.uid, row.name, row.unit_id, row.register, row.at, _state(row), _is_done(row))
        for row in rows
    ]


def _state(row: Upload) -> str:
    if row.job is None:
        return "待核对"
    state: State = row.job.state  # type: ignore[assignment]
    return {"done": "已导入", "refused": "待核对"}.get(state, STATES_ZH[state])


def _is_done(row: Upload) -> bool:
    return row.job is not None and row.job.state == "done"
