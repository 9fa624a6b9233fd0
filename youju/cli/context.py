"""What commands on the ledger share: who acts, which unit is meant, how answers are printed."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.table import Table

from youju.actions import clock
from youju.actions.setup import Actor, member_of
from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.core.problem import DomainError, Problem
from youju.store.queries import scope
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at

ACCOUNT_FILE = "account"


class NoAccount(DomainError):
    """Nobody said who acts."""

    code = "account.none"
    text = "没有说明由谁办理。请加 --as 账号，或设 YOUJU_AS，或用 youju account use 账号 设为本机默认。"


class BadDay(DomainError):
    """Not a day."""

    code = "day.unreadable"
    text = "“{text}”不是日期。请写成 2024-04-26。"


class BadValue(DomainError):
    """Not field=value."""

    code = "entry.bad_pair"
    text = "“{text}”应写成“字段=值”，例如 发放数量=200。"


@dataclass(frozen=True)
class Acting:
    """Who acts in a command, and the ledger as it stands."""

    account: str

    @cached_property
    def member(self) -> Actor:
        """The acting member's row."""
        return member_of(self.account)

    @cached_property
    def viewer(self) -> Viewer:
        """The acting member with the grants in force."""
        return scope.viewer_of(self.member)

    @cached_property
    def tree(self) -> OrgTree:
        """The organisation now."""
        return tree_at(head().head)

    @cached_property
    def today(self) -> date:
        """The day it is."""
        return clock.today()

    def unit(self, text: str, day: date | None = None) -> int:
        """The unit that a name or code means. Raises UnknownOrgUnit, AmbiguousOrgUnit."""
        return self.tree.find(text, day or self.today)

    def name(self, unit: int) -> str:
        """What a unit is called today, with its parents below the town."""
        return self.tree.full_name(unit, self.today)


def acting(args: argparse.Namespace) -> Acting:
    """The acting member: --as, YOUJU_AS, or the account this machine uses. Raises NoLedger, NoAccount."""
    head()
    account = getattr(args, "account", "") or os.environ.get("YOUJU_AS", "") or default_account()
    if not account:
        raise NoAccount
    return Acting(account)


def default_account() -> str:
    """The account that this machine uses when none is given."""
    file = Path(settings.DATA_DIR) / ACCOUNT_FILE
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


def day_of(text: str) -> date:
    """A day typed as 2024-04-26. Raises BadDay."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BadDay(text=text) from None


def pairs(texts: Sequence[str]) -> dict[str, str]:
    """字段=值 arguments. Raises BadValue."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name.strip():
            raise BadValue(text=text)
        found[name.strip()] = value
    return found


def approver_of(args: argparse.Namespace) -> Actor | None:
    """Who approves an adjustment, when somebody does. Raises UnknownMember."""
    return member_of(args.approver) if args.approver else None


def print_json(value: object) -> None:
    """One JSON document on the standard output."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=1))


def print_problems(problems: Iterable[Problem]) -> None:
    """Problems as lines, warnings marked."""
    for problem in problems:
        print(f"{'提醒：' if problem.level == 'warning' else ''}{problem}")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
    """A table for people, its title on a line of its own; the columns' texts wrap, nothing is cut."""
    if title:
        print(title)
    table = Table(*columns, show_edge=False, pad_edge=False)
    for row in rows:
        table.add_row(*("" if each is None else str(each) for each in row))
    console().print(table)


def console() -> Console:
    """The standard output; wide when it is no terminal, so that nothing wraps in a file."""
    out = Console(highlight=False, markup=False, emoji=False)
    return out if out.is_terminal else Console(highlight=False, markup=False, emoji=False, width=200)


def plain(value: object) -> object:
    """A value as JSON writes it: days and instants as text, decimals as text, dataclasses as mappings."""
    if isinstance(value, Problem):
        where = {name: each for name, each in plain_fields(value.where).items() if each not in ("", None)}
        return {"where": where, "code": value.code, "text": value.text, "level": value.level}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain_fields(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, date | datetime | Decimal | Path):
        return str(value)
    return value


def plain_fields(value: object) -> dict[str, object]:
    """The fields of a dataclass, each plain."""
    return {each.name: plain(getattr(value, each.name)) for each in dataclasses.fields(value)}  # type: ignore[arg-type]
