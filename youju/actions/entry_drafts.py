"""Drafts: what somebody has begun, and changes inside a locked period that wait for an approval.

Nothing here touches the ledger until a draft is handed in; then the ordinary action does the work, in its own name.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from youju.actions import clock, entries
from youju.core.canonical import clean
from youju.core.entry import Raw, check_text
from youju.core.grant import Viewer
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.core.quantity import UnitTable
from youju.core.register import Register
from youju.core.review import SelfConfirmation, check_reason
from youju.store.models import Draft, Entry, Member
from youju.store.queries import scope, specs
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at

Act = Literal["record", "correct", "void"]
MOST_CHARACTERS = 60_000  # of all fields together: a draft is a form, no place to keep files
MOST_DRAFTS = 50  # of one person


class DraftTooBig(DomainError):
    """More text than a form holds."""

    code = "draft.too_big"
    text = "草稿内容过长，没有保存。请精简，或把全文作为佐证材料上传。"


class TooManyDrafts(DomainError):
    """One person keeps more drafts than anybody can have begun."""

    code = "draft.too_many"
    text = "您已有{count}份草稿，请先提交或删除一些再存。"


class UnknownDraft(DomainError):
    """No such draft of this person, or none that this person may approve."""

    code = "draft.unknown"
    text = "没有这份草稿，它可能已经提交或删除。"


@dataclass(frozen=True, slots=True)
class Begun:
    """What a draft is to become: `values` are the raw texts of the form."""

    register: str
    unit: int
    values: Mapping[str, str]
    act: Act = "record"
    entry: int | None = None
    provider: str = ""
    reason: str = ""
    seen: int | None = None


def save(begun: Begun, *, by: Member, uid: uuid.UUID, adjust: str = "") -> Draft:
    """Keep a draft under its id, anew or over what it held. Personal fields are left out.

    adjust  why a locked day has to change: the draft then waits for whoever may approve that
    raises  NotAllowed, UnknownDraft for somebody else's id, DraftTooBig, TooManyDrafts, Refused for unkeepable text
    """
    viewer, register = _allowed(begun, by)
    kept = _keepable(register, begun.values)
    for text in (adjust, begun.reason, begun.provider):
        _check(text)
    with transaction.atomic():
        # The member's row is the lock: two tabs that save at once do not both become the fiftieth draft.
        Member.unscoped.select_for_update().get(pk=by.pk)
        draft = Draft.unscoped.filter(uid=uid).first()
        if draft is not None and draft.author_id != viewer.id:
            raise UnknownDraft
        if draft is None:
            count = Draft.unscoped.filter(author=by).count()
            if count >= MOST_DRAFTS:
                raise TooManyDrafts(count=count)
            draft = Draft(uid=uid, author=by)
        draft.register, draft.unit_id, draft.act, draft.entry_id = (
            register.id,
            begun.unit,
            begun.act,
            begun.entry,
        )
        draft.values, draft.provider, draft.reason = kept, begun.provider.strip(), begun.reason.strip()
        draft.seen, draft.adjust, draft.declined = begun.seen, adjust.strip(), ""
        draft.saved_at = clock.now()
        draft.save()
        return draft


def discard(uid: uuid.UUID, *, by: Member) -> None:
    """Delete one's own draft; one that is gone already is no error."""
    Draft.unscoped.filter(uid=uid, author=by).delete()


def approve(uid: uuid.UUID, *, by: Member, units: UnitTable) -> int:
    """Approve a change inside a locked period: it is carried out in its author's name, with the approver on record.

    returns  the entry
    raises   UnknownDraft, SelfConfirmation, NotAllowed, and whatever handing it in raises; then the draft stays
    """
    with transaction.atomic():
        draft = _waiting(uid, by)
        key = f"draft/{draft.uid}"
        author, adjust = draft.author, draft.adjust
        if draft.act == "correct":
            assert draft.entry_id is not None
            changes: dict[str, Raw] = dict(draft.values)
            entries.correct(
                draft.entry_id, changes, by=author, units=units, reason=draft.reason, seen=draft.seen,
                adjust=adjust, approver=by, key=key,
            )  # fmt: skip
            entry = draft.entry_id
        elif draft.act == "void":
            assert draft.entry_id is not None
            entries.void(draft.entry_id, by=author, reason=draft.reason, adjust=adjust, approver=by, key=key)
            entry = draft.entry_id
        else:
            entry = entries.record(
                draft.register, draft.unit_id, dict(draft.values), by=author, units=units,
                provider=draft.provider, adjust=adjust, approver=by, key=key,
            ).entry  # fmt: skip
        draft.delete()
        return entry


def decline(uid: uuid.UUID, reason: str, *, by: Member) -> None:
    """Refuse the approval, with a reason; the draft goes back to its author."""
    why = check_reason(reason, "不予批准")
    _check(why)
    with transaction.atomic():
        draft = _waiting(uid, by)
        draft.declined = why
        draft.save(update_fields=["declined"])


def _waiting(uid: uuid.UUID, by: Member) -> Draft:
    draft = Draft.unscoped.select_for_update().filter(uid=uid).exclude(adjust="").first()
    if draft is None or draft.declined:
        raise UnknownDraft
    today, tree, viewer = clock.today(), tree_at(head().head), scope.viewer_of(by)
    scope.require(viewer, "adjust", draft.unit_id, tree, today)
    if draft.author_id == by.pk:
        raise SelfConfirmation(name=by.name, entry="调整")
    return draft


def _allowed(begun: Begun, by: Member) -> tuple[Viewer, Register]:
    seq = head().head
    today, tree, viewer = clock.today(), tree_at(seq), scope.viewer_of(by)
    register = specs.catalog_at(seq).register(begun.register)
    if begun.act != "void" or not scope.may(viewer, "review", begun.unit, tree, today, register.id):
        scope.require(viewer, "record", begun.unit, tree, today, register.id)
    if begun.entry is not None:
        rows = scope.visible(Entry.unscoped.filter(pk=begun.entry), viewer, tree, today)
        if not rows.filter(unit_id=begun.unit, register=register.id).exists():
            raise UnknownDraft
    return viewer, register


def _keepable(register: Register, values: Mapping[str, str]) -> dict[str, str]:
    kept = {}
    for name, text in values.items():
        field = register.by_id.get(name)
        if field is None or field.personal is not None or not text.strip():
            continue
        _check(text, limit=MOST_CHARACTERS, field=field.title)
        kept[name] = clean(text)
    if len(json.dumps(kept, ensure_ascii=False)) > MOST_CHARACTERS:
        raise DraftTooBig
    return kept


def _check(text: str, limit: int = 1000, field: str = "") -> None:
    code, said = check_text(text, limit)
    if code:
        raise Refused((Problem(Where(field=field), code, said),))
