"""Saved views of lists: each person's own, no part of the ledger."""

from __future__ import annotations

import uuid
from urllib.parse import parse_qsl, urlencode

from youju.core.entry import check_text
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.store.models import Member, SavedView

MOST = 20  # of one person and register
LONGEST_TITLE, LONGEST_QUERY = 40, 2000


class TooManyViews(DomainError):
    """More saved views than a menu can show."""

    code = "view.too_many"
    text = "这本台账已存{count}个视图。请先删除不用的。"


def save(register: str, title: str, query: str, *, by: Member) -> SavedView:
    """Keep a view under its title, over one of the same title. Raises Refused for a title that cannot be kept."""
    named = title.strip()
    code, said = check_text(named, LONGEST_TITLE)
    if not named:
        code, said = "view.title", "请给视图起个名字。"
    if code:
        raise Refused((Problem(Where(field="视图名称"), code, said),))
    kept = urlencode([(name, value) for name, value in parse_qsl(query) if name != "offset"])[:LONGEST_QUERY]
    mine = SavedView.unscoped.filter(member=by, register=register)
    if (count := mine.exclude(title=named).count()) >= MOST:
        raise TooManyViews(count=count)
    row, _ = SavedView.unscoped.update_or_create(
        member=by, register=register, title=named, defaults={"query": kept}
    )
    return row


def delete(uid: uuid.UUID, *, by: Member) -> None:
    """Delete one's own view; one that is gone already is no error."""
    SavedView.unscoped.filter(uid=uid, member=by).delete()
