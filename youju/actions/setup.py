"""The first event of a ledger: its topmost unit, the town, and the three administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from youju.actions import ledger, members, units
from youju.actions.units import NewUnit
from youju.core.grant import Role
from youju.core.problem import DomainError
from youju.store.models import Ledger, Member
from youju.store.queries.scope import UnknownMember

Actor = Member  # what callers outside hold of an acting member: they pass it on and never query by it
ADMINISTRATOR_ROLES: tuple[Role, ...] = ("system", "security", "audit")


class LedgerThere(DomainError):
    """The database has a ledger already."""

    code = "ledger.there"
    text = "这里已有台账（最新序号#{head}），不能重复建立。如需另建，请换一个 YOUJU_DATA 目录。"


class ThreeAdministrators(DomainError):
    """The three administrators are not three people."""

    code = "init.administrators"
    text = "系统管理员、安全管理员、审计管理员须是三个不同的账号。"


@dataclass(frozen=True, slots=True)
class Account:
    """An account to make: its name to log in with, and the person's."""

    account: str
    name: str


def init(top: Sequence[NewUnit], administrators: Mapping[Role, Account]) -> list[int]:
    """Start a ledger: units (the hosting county first), and one account for each of the three administrators.

    returns  the ids of the units, in order
    raises   LedgerThere, ThreeAdministrators
    """
    before = Ledger.unscoped.filter(pk=1).first()
    if before is not None:
        raise LedgerThere(head=before.head)
    accounts = [administrators[role].account for role in ADMINISTRATOR_ROLES]
    if len(set(accounts)) != len(accounts):
        raise ThreeAdministrators
    with ledger.change("ledger.started", by=None, genesis=True) as change:
        made = units.add_units(change, top)
        for role in ADMINISTRATOR_ROLES:
            each = administrators[role]
            member = members.create(change, each.account, each.name, made[0])
            members.give(change, member, role, made[0])
        return made


def member_of(account: str) -> Member:
    """The member with this account. Raises UnknownMember."""
    found = Member.unscoped.filter(account=account).first()
    if found is None:
        raise UnknownMember(account=account)
    return found
