"""People's accounts, and the grants that say what they may do where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from youju.actions import ledger, logins
from youju.core.entry import check_text
from youju.core.grant import TITLES, Role, check_disjoint
from youju.core.orgtree import FAR
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.store.models import Grant, Member
from youju.store.models.base import OPEN

_ACCOUNT = re.compile(r"[a-z][a-z0-9._-]{1,39}")


class AccountTaken(DomainError):
    """Somebody has the account name."""

    code = "member.taken"
    text = "账号“{account}”已有人使用。请换一个。"


class BadAccount(DomainError):
    """Not an account name."""

    code = "member.bad_account"
    text = "账号“{account}”不合要求：请用2至40个小写字母、数字、点、横线，以字母开头。"


class NoSuchGrant(DomainError):
    """A grant that is not in force."""

    code = "grant.none"
    text = "{name}没有这项授权。"


def add_member(account: str, name: str, unit: int, *, by: Member, key: str = "") -> Member:
    """A new account. Nobody may do anything with it until it is granted something."""
    asked = {"account": account, "name": name, "unit": unit}
    with ledger.change("member.added", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return Member.unscoped.get(account=account)
        change.require("members", unit)
        return create(change, account, name, unit)


def create(change: ledger.Change, account: str, name: str, unit: int) -> Member:
    """A new account inside a change. Raises BadAccount, AccountTaken."""
    if not _ACCOUNT.fullmatch(account):
        raise BadAccount(account=account)
    code, text = check_text(name, 40)
    if code or not name.strip():
        raise Refused((Problem(Where(field="姓名"), code or "member.no_name", text or "姓名不能为空。"),))
    if Member.unscoped.filter(account=account).exists():
        raise AccountTaken(account=account)
    return change.add(Member(account=account, name=name.strip(), unit_id=unit, seq=change.seq))


def grant(
    member: Member,
    role: Role,
    unit: int,
    *,
    by: Member,
    registers: Sequence[str] = (),
    since: date | None = None,
    until: date = FAR,
    key: str = "",
) -> Grant:
    """Grant a role over a unit's subtree. Only a security administrator may. Raises RolesConflict."""
    asked = {
        "member": member.pk,
        "role": role,
        "unit": unit,
        "registers": sorted(registers),
        "until": str(until),
    }
    with ledger.change("grant.given", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return Grant.unscoped.get(seq_from=int(change.repeated["seq"]))
        change.require("grants", unit)
        return give(change, member, role, unit, registers=registers, since=since, until=until)


def give(
    change: ledger.Change,
    member: Member,
    role: Role,
    unit: int,
    *,
    registers: Sequence[str] = (),
    since: date | None = None,
    until: date = FAR,
) -> Grant:
    """Write a grant inside a change. Raises RolesConflict."""
    held: list[Role] = [
        row.role  # type: ignore[misc]
        for row in Grant.unscoped.filter(member=member, seq_to=OPEN, until__gt=since or change.today)
    ]
    check_disjoint(member.name, held, role)
    return change.add(
        Grant(
            member=member,
            role=role,
            unit_id=unit,
            registers="\n".join(sorted(registers)),
            since=since or change.today,
            until=until,
            seq_from=change.seq,
        )
    )


def revoke(member: Member, role: Role, unit: int, *, by: Member, key: str = "") -> int:
    """End a grant now. Returns the seq. Raises NoSuchGrant."""
    asked = {"member": member.pk, "role": role, "unit": unit}
    with ledger.change("grant.ended", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        change.require("grants", unit)
        rows = list(Grant.unscoped.filter(member=member, role=role, unit_id=unit, seq_to=OPEN))
        if not rows:
            raise NoSuchGrant(name=member.name)
        for row in rows:
            change.close(row)
        logins.end_sessions(member)
        change.said["ended"] = TITLES[role]
        return change.seq
