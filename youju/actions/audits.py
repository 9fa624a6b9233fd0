"""材料体检: a draft brought by one member, checked, corrected, accepted, checked again, and erased after thirty days.

A draft is its uploader's alone. The ledger's log says only that a check was made. docs/how-to/audit-a-draft.md
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from youju.actions import auditing, clock, ledger, queue, quota
from youju.actions.auditing import KEPT, MOST_EARLIER, place_of
from youju.actions.queue import Run
from youju.actions.uploads import put_aside
from youju.core import privacy, secrecy
from youju.core.audit.draft import Draft
from youju.core.job import ENDED
from youju.core.period import Period
from youju.core.problem import DomainError
from youju.core.reconcile.guess import guess
from youju.core.similar import likeness
from youju.office.spooling import safe_name
from youju.office.text import Text, read_text
from youju.office.text.values import PARTS
from youju.store.models import AcceptedFinding, AuditDraft, Member
from youju.store.queries import scope

LONG = 20_000  # characters; a longer draft is checked in the background
LONGEST = 400_000
SAME_DRAFT = 0.5  # of the shorter one's shingles: versions of one draft share more than drafts of one kind


class UnknownDraft(DomainError):
    """No such draft, or it is somebody else's."""

    code = "audit.unknown"
    text = "没有这份文稿，或不是由您提交的。文稿只保留30天，请重新提交。"


class DraftTooLong(DomainError):
    """More characters than are checked at once."""

    code = "audit.too_long"
    text = "文稿有{length}字，一次最多核对{limit}字。请分成几份。"


class DraftHasPersonalNumbers(DomainError):
    """Identity or bank card numbers are not kept."""

    code = "audit.personal"
    text = "文稿里有{kinds}（{masked}），本系统不保存。请删去后再核对。"


class NoReason(DomainError):
    """A finding is accepted with a reason or not at all."""

    code = "audit.no_reason"
    text = "请写明为什么可以这样写，例如“以上级通报为准”。"


class UnknownFinding(DomainError):
    """Nothing of that key was found in the draft."""

    code = "audit.unknown_finding"
    text = "这份文稿里没有这一处。可能已重新核对，请刷新页面。"


@dataclass(frozen=True, slots=True)
class Brought:
    """A draft as it was brought: its row, and the job that checks it when it is long."""

    draft: AuditDraft
    in_background: bool


def bring(
    name: str,
    pieces: Iterable[bytes],
    *,
    by: Member,
    unit: int | None = None,
    as_of: date | None = None,
    period: Period | None = None,
) -> Brought:
    """Read a draft and check it. What is damaged, carries a 密级 mark or an identity number is refused and not kept.

    unit, as_of, period  None: read from the draft
    raises               what read_text raises, DraftTooLong, DraftHasPersonalNumbers, NotAllowed
    """
    quota.check(0, by=by)
    name = safe_name(name, "文稿.txt")
    if mark := secrecy.mark_in(name):
        raise secrecy.Classified(name=name, mark=mark)
    uid = uuid.uuid4()
    place = place_of(uid)
    put_aside(place, pieces, name)
    kept = False
    try:
        read = read_text(place, name=name)
        draft = _new(uid, name, read, by, unit, as_of, period)
        kept = draft.kind == "docx"
        return _checked_or_queued(draft, by)
    finally:
        if not kept:  # only a .docx is given back with comments
            place.unlink(missing_ok=True)


def paste(
    text: str,
    *,
    by: Member,
    unit: int | None = None,
    as_of: date | None = None,
    period: Period | None = None,
) -> Brought:
    """Check a text that was pasted. Raises Classified, DraftTooLong, DraftHasPersonalNumbers, NotAllowed."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if mark := secrecy.mark_in(plain):
        raise secrecy.Classified(name="粘贴的文稿", mark=mark)
    draft = _new(uuid.uuid4(), "粘贴的文稿", Text(plain, "txt", "粘贴的文稿"), by, unit, as_of, period)
    return _checked_or_queued(draft, by)


def check_once(
    text: str, *, by: Member, unit: int | None = None, as_of: date | None = None
) -> dict[str, Any]:
    """What a check of a text finds, without keeping anything; the log says that a check was made.

    raises  Classified, DraftTooLong, DraftHasPersonalNumbers, NotAllowed
    """
    if len(text) > LONG:
        raise DraftTooLong(length=len(text), limit=LONG)
    if mark := secrecy.mark_in(text):
        raise secrecy.Classified(name="文稿", mark=mark)
    draft = _new(uuid.uuid4(), "文稿", Text(text, "txt", "文稿"), by, unit, as_of, None)
    found = auditing.examine(draft, by)
    with ledger.change("draft.checked", by=by):
        return found


def find(uid: uuid.UUID, by: Member) -> AuditDraft:
    """The member's own draft. Raises UnknownDraft."""
    found = AuditDraft.unscoped.select_related("job").filter(uid=uid, owner=by).first()
    if found is None or found.at < clock.now() - KEPT:
        raise UnknownDraft
    return found


def change(uid: uuid.UUID, *, by: Member, unit: int | None, as_of: date, period: Period | None) -> AuditDraft:
    """Check a draft again for another unit or day."""
    draft = find(uid, by)
    draft.unit_id, draft.as_of = unit, as_of
    draft.first, draft.last = (period.first, period.last) if period else (None, None)
    draft.guessed = ""
    draft.save(update_fields=["unit", "as_of", "first", "last", "guessed"])
    return _checked_or_queued(draft, by).draft


def again(uid: uuid.UUID, *, by: Member) -> AuditDraft:
    """Check a draft again, with what has been learned since."""
    return _checked_or_queued(find(uid, by), by).draft


def accept(uid: uuid.UUID, key: str, reason: str, *, by: Member) -> AcceptedFinding:
    """Let a finding stand, with the reason. Raises UnknownDraft, UnknownFinding, NoReason."""
    draft = find(uid, by)
    reason = " ".join(reason.split())[:200]
    if len(reason) < 2:
        raise NoReason
    found = draft.found or {}
    if key not in {row["key"] for row in (*found.get("claims", ()), *found.get("findings", ()))}:
        raise UnknownFinding
    made, _ = AcceptedFinding.unscoped.update_or_create(
        draft=draft, key=key, defaults={"reason": reason, "replacement": "", "at": clock.now()}
    )
    return made


def take_over(uid: uuid.UUID, key: str, text: str, *, by: Member) -> AcceptedFinding:
    """Take over a true wording that was offered; the exported .docx has it as a tracked change.

    raises  UnknownDraft, UnknownFinding (also when the words were not offered)
    """
    draft = find(uid, by)
    offered = {
        each["text"]
        for row in (draft.found or {}).get("claims", ())
        if row["key"] == key
        for each in row["suggestions"]
    }
    if text not in offered:
        raise UnknownFinding
    made, _ = AcceptedFinding.unscoped.update_or_create(
        draft=draft, key=key, defaults={"reason": "", "replacement": text, "at": clock.now()}
    )
    return made


def withdraw(uid: uuid.UUID, key: str, *, by: Member) -> None:
    """Take back an acceptance or a wording taken over. Raises UnknownDraft."""
    AcceptedFinding.unscoped.filter(draft=find(uid, by), key=key).delete()


def discard(uid: uuid.UUID, *, by: Member) -> None:
    """Erase a draft now. Raises UnknownDraft."""
    draft = find(uid, by)
    place_of(draft.uid).unlink(missing_ok=True)
    draft.delete()


def sweep() -> int:
    """Erase drafts older than thirty days, and files that no row names. Returns how many drafts."""
    old = AuditDraft.unscoped.filter(at__lt=clock.now() - KEPT)
    erased = old.count()
    old.delete()
    folder = place_of(uuid.uuid4()).parent
    if folder.is_dir():
        named = {str(uid) for uid in AuditDraft.unscoped.values_list("uid", flat=True)}
        for path in folder.iterdir():
            if path.name not in named and clock.now().timestamp() - path.stat().st_mtime > 3600:
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
    return erased


def examine_now(run: Run) -> None:
    """The job: check a long draft, telling how far it is."""
    draft = find(uuid.UUID(str(run.asked["draft"])), run.owner)
    found = auditing.examine(draft, run.owner, lambda n, of: run.tell(n, of, "正在核对"))

    def effect() -> dict[str, object]:
        _keep(draft, found, run.owner)
        return {"draft": str(draft.uid)}

    run.once(effect)


def _new(
    uid: uuid.UUID,
    name: str,
    read: Text,
    by: Member,
    unit: int | None,
    as_of: date | None,
    period: Period | None,
) -> AuditDraft:
    # No database keeps it in a text; the mark in its place leaves every offset where it was.
    read = replace(read, text=read.text.replace("\0", "\ufffd"))
    if len(read.text) > LONGEST:
        raise DraftTooLong(length=len(read.text), limit=LONGEST)
    if numbers := [each for each in privacy.scan(read.text) if each.sensitive]:
        kinds = "、".join(dict.fromkeys(each.kind for each in numbers))
        raise DraftHasPersonalNumbers(kinds=kinds, masked=numbers[0].masked)
    look = ledger.look(by)
    seen = {
        each
        for grant in look.viewer.grants_for("see", look.today)
        for each in scope.subtree(look.tree, grant.unit, look.today)
    }
    draft = Draft(read.text)
    guessed = guess(draft, look.tree, seen, look.today)
    period = period or guessed.period
    unit = unit if unit is not None else guessed.unit
    if unit is not None:
        look.require("see", unit)
    row = AuditDraft(
        uid=uid,
        owner=by,
        unit_id=unit,
        name=name,
        kind=read.kind,
        text=read.text,
        spans=_span_rows(read),
        as_of=as_of or guessed.as_of,
        first=period.first if period else None,
        last=period.last if period else None,
        guessed=guessed.known_by if unit == guessed.unit else "",
        at=clock.now(),
    )
    _as_version(row)
    return row


def _span_rows(read: Text) -> list[list[int]]:
    return [
        [
            each.start,
            each.end,
            PARTS.index(each.place.part),
            each.place.page,
            each.place.line,
            each.place.paragraph,
            each.place.table,
            each.place.row,
            each.place.cell,
        ]
        for each in read.spans
    ]


def _as_version(row: AuditDraft) -> None:
    """Put it in the series of the owner's draft that it is a version of."""
    mine = AuditDraft.unscoped.filter(owner=row.owner, at__gte=clock.now() - KEPT).order_by("-at")
    for other in mine.only("series", "number", "text", "unit_id", "name")[:MOST_EARLIER]:
        if likeness(row.text, other.text) >= SAME_DRAFT and other.unit_id == row.unit_id:
            newest = AuditDraft.unscoped.filter(series=other.series).order_by("-number").first()
            row.series, row.number = other.series, (newest.number if newest else 0) + 1
            return


def _checked_or_queued(draft: AuditDraft, by: Member) -> Brought:
    if len(draft.text) > LONG:
        with transaction.atomic():
            draft.found = None
            draft.save()
            job = draft.job
            if job is None or job.state in ENDED:
                key = f"audit:{draft.uid}:{uuid.uuid4().hex[:8]}"
                draft.job = queue.ask("examine_draft", effect_key=key, by=by, asked={"draft": str(draft.uid)})
                draft.save(update_fields=["job"])
        return Brought(draft, in_background=True)
    found = auditing.examine(draft, by)
    _keep(draft, found, by)
    return Brought(draft, in_background=False)


def _keep(draft: AuditDraft, found: dict[str, Any], by: Member) -> None:
    """What the check said, and the one thing the log says: that a check was made."""
    with ledger.change("draft.checked", by=by):
        draft.found = found
        draft.save()
