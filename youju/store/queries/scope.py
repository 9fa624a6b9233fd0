"""Who may see which rows. `visible` is the only function that limits rows to a viewer; nothing else may."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from typing import TypeVar

from django.db import models
from django.db.models import Q, QuerySet

from youju.core.grant import SELF_CHECK, VERBS, Grant, NotAllowed, Verb, Viewer
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError
from youju.store.models import Batch, Entry, Member, Report
from youju.store.models import Grant as GrantRow
from youju.store.models.base import OPEN

RowT = TypeVar("RowT", bound=models.Model)


class UnknownMember(DomainError):
    """No account of that name."""

    code = "member.unknown"
    text = "没有“{account}”这个账号。请核对账号。"


# (member, grant): a program that holds a token acts by one grant of its member, whatever else was granted.
_limited: ContextVar[tuple[int, int] | None] = ContextVar("limited", default=None)


@contextmanager
def by_one_grant(member: int, grant: int) -> Iterator[None]:
    """Inside, this member has this grant alone, in everything that asks for their grants."""
    token = _limited.set((member, grant))
    try:
        yield
    finally:
        _limited.reset(token)


def viewer(account: str) -> Viewer:
    """The member with this account and all grants known now. Two statements. Raises UnknownMember."""
    member = Member.unscoped.filter(account=account).first()
    if member is None:
        raise UnknownMember(account=account)
    return viewer_of(member)


def viewer_of(member: Member) -> Viewer:
    """A member's row as the rules see it. One statement."""
    rows = GrantRow.unscoped.filter(member=member, seq_to=OPEN).order_by("id")
    limited = _limited.get()
    if limited is not None and limited[0] == member.pk:
        rows = rows.filter(pk=limited[1])
    return Viewer(
        member.pk,
        member.account,
        member.name,
        tuple(
            Grant(
                row.role,  # type: ignore[arg-type]
                row.unit_id,
                frozenset(row.registers.splitlines()),
                row.since,
                row.until,
            )
            for row in rows
        ),
    )


def visible(
    rows: QuerySet[RowT], who: Viewer, tree: OrgTree, today: date, verb: Verb = "see"
) -> QuerySet[RowT]:
    """Those rows whose unit lies where the viewer's grants for `verb` reach, in the registers they name."""
    reach = Q(pk__in=())
    register = _register_path(rows.model)
    for grant in who.grants_for(verb, today):
        everywhere = tree.holds_all(grant.unit, today)
        if everywhere and not grant.registers:
            return rows  # naming every unit there is would take seconds at a province
        path = f"{_unit_path(rows.model)}__in"
        each = Q() if everywhere else Q(**{path: subtree(tree, grant.unit, today)})
        if grant.registers:
            if not register:
                continue  # a report is made of all registers
            each &= Q(**{f"{register}__in": sorted(grant.registers)})
        reach |= each
    return rows.filter(reach)


def subtree(tree: OrgTree, root: int, today: date) -> list[int]:
    """The unit and everything in its subtree today, with the units that merged into them."""
    return tree.subtree(root, today)


def may(who: Viewer, verb: Verb, unit: int, tree: OrgTree, today: date, register: str = "") -> bool:
    """Whether a grant allows the viewer this verb at this unit (and register) today."""
    return who is SELF_CHECK or any(
        tree.contains(grant.unit, unit, today) for grant in who.grants_for(verb, today, register)
    )


def require(who: Viewer, verb: Verb, unit: int, tree: OrgTree, today: date, register: str = "") -> None:
    """Raises NotAllowed unless `may`."""
    if not may(who, verb, unit, tree, today, register):
        raise NotAllowed(name=who.name, unit=tree.full_name(unit, today), verb=VERBS[verb])


def _unit_path(model: type[models.Model]) -> str:
    return "unit_id" if model in (Entry, Batch, Report) else "entry__unit_id"


def _register_path(model: type[models.Model]) -> str:
    if model is Report:
        return ""
    return "register" if model in (Entry, Batch) else "entry__register"
