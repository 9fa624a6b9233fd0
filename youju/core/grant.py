"""Who may do what, where: grants of roles over subtrees and registers, with an end date.

The three administrators are disjoint from one another and from every business role (design, invariant 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from youju.core.orgtree import FAR
from youju.core.problem import DomainError

Role = Literal[
    "recorder", "reviewer", "clerk", "leader", "inspector", "county", "system", "security", "audit"
]
Verb = Literal[
    "record", "review", "import", "see", "close", "adjust", "units", "registers", "members", "grants",
    "log", "erase", "report", "sign",
]  # fmt: skip
TITLES: dict[Role, str] = {
    "recorder": "登记员", "reviewer": "审核员", "clerk": "创城办经办人", "leader": "镇领导", "inspector": "督查员",
    "county": "县级主管", "system": "系统管理员", "security": "安全管理员", "audit": "审计管理员",
}  # fmt: skip
VERBS: dict[Verb, str] = {
    "record": "登记", "review": "审核", "import": "导入", "see": "查看", "close": "锁定期间", "adjust": "批准锁定期内的调整",
    "units": "维护组织", "registers": "启用台账", "members": "维护人员", "grants": "授权", "log": "查看操作记录", "erase": "批准到期删除",
    "report": "编写报告", "sign": "签发定稿",
}  # fmt: skip
MAY: dict[Role, frozenset[Verb]] = {
    "recorder": frozenset({"record", "import", "see"}),
    "reviewer": frozenset({"review", "see"}),
    "clerk": frozenset({"record", "import", "see", "report", "sign"}),
    "leader": frozenset({"see", "review", "close", "adjust", "sign"}),
    "inspector": frozenset({"see"}),
    "county": frozenset({"see"}),
    "system": frozenset({"units", "registers", "members"}),
    "security": frozenset({"grants", "erase"}),
    "audit": frozenset({"log"}),
}
# Stands for the register of what is made of all registers, a report: a grant for some of them does not reach it.
EVERY_REGISTER = "*"
ADMINISTRATORS: frozenset[Role] = frozenset({"system", "security", "audit"})


class NotAllowed(DomainError):
    """The member has no grant for this verb at this unit on this day."""

    code = "grant.not_allowed"
    text = "{name}没有在“{unit}”{verb}的权限。请由有权限的人员办理，或请安全管理员授权。"


class RolesConflict(DomainError):
    """The grant would join roles that must stay apart."""

    code = "grant.conflict"
    text = "{name}已是{held}，不能再担任{wanted}：系统、安全、审计三员须由不同的人担任，且不兼任业务角色。"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role over the subtree of `unit`, for all registers (empty) or some, from `since` until `until` (excluded)."""

    role: Role
    unit: int
    registers: frozenset[str] = frozenset()
    since: date = date.min
    until: date = FAR

    def holds(self, day: date) -> bool:
        """Whether the grant is in force on `day`."""
        return self.since <= day < self.until


@dataclass(frozen=True, slots=True)
class Viewer:
    """A member as the rules see one: who asks, and with which grants."""

    id: int
    account: str
    name: str
    grants: tuple[Grant, ...] = ()

    def grants_for(self, verb: Verb, day: date, register: str = "") -> list[Grant]:
        """The grants in force on `day` that allow `verb` (for this register, when one is named)."""
        return [
            grant
            for grant in self.grants
            if verb in MAY[grant.role]
            and grant.holds(day)
            and (not register or not grant.registers or register in grant.registers)
        ]


# Not a person: the ledger when it computes its own figures again to see whether they still hold.
SELF_CHECK = Viewer(0, "", "台账自检")


def check_disjoint(name: str, held: Iterable[Role], wanted: Role) -> None:
    """Raises RolesConflict when a member with `held` may not also be `wanted`."""
    for role in held:
        if role != wanted and (role in ADMINISTRATORS or wanted in ADMINISTRATORS):
            raise RolesConflict(name=name, held=TITLES[role], wanted=TITLES[wanted])
