"""Where an object in an address stands: of which unit and register, or whose it is. One statement each."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from youju.core.grant import EVERY_REGISTER
from youju.store.models import (
    AuditDraft,
    Batch,
    Complaint,
    Draft,
    Entry,
    LearnedWords,
    Member,
    OrgUnit,
    Report,
    SavedView,
    Upload,
)


@dataclass(frozen=True, slots=True)
class Place:
    """An object's key and its place.

    unit      whose grants decide
    register  of which register, '' when it belongs to none
    owner     the only member who may see it, None when grants decide
    """

    id: int
    unit: int
    register: str = ""
    owner: int | None = None


def unit(uid: uuid.UUID) -> Place | None:
    """A unit of the organisation."""
    key = OrgUnit.unscoped.filter(uid=uid).values_list("pk", flat=True).first()
    return None if key is None else Place(key, key)


def entry(uid: uuid.UUID) -> Place | None:
    """An entry of a register."""
    row = Entry.unscoped.filter(uid=uid).values_list("pk", "unit_id", "register").first()
    return None if row is None else Place(*row)


def batch(uid: uuid.UUID) -> Place | None:
    """An import."""
    row = Batch.unscoped.filter(uid=uid).values_list("pk", "unit_id", "register").first()
    return None if row is None else Place(*row)


def draft(uid: uuid.UUID) -> Place | None:
    """An entry not yet handed in: its author's alone."""
    row = Draft.unscoped.filter(uid=uid).values_list("pk", "unit_id", "register", "author_id").first()
    return None if row is None else Place(*row)


def adjustment(uid: uuid.UUID) -> Place | None:
    """A change inside a locked period that waits for an approval: whoever may approve it sees it."""
    rows = Draft.unscoped.filter(uid=uid, declined="").exclude(adjust="")
    row = rows.values_list("pk", "unit_id", "register").first()
    return None if row is None else Place(*row)


def audit_draft(uid: uuid.UUID) -> Place | None:
    """A draft under 材料体检: its uploader's alone."""
    row = AuditDraft.unscoped.filter(uid=uid).values_list("pk", "unit_id", "owner_id").first()
    return None if row is None else Place(row[0], row[1] or 0, "", row[2])


def learned_words(uid: uuid.UUID) -> Place | None:
    """What somebody proposed that words mean, at the unit whose drafts use them."""
    row = LearnedWords.unscoped.filter(uid=uid).values_list("pk", "unit_id").first()
    return None if row is None else Place(*row)


def upload(uid: uuid.UUID) -> Place | None:
    """A workbook brought and not imported yet: its owner's alone."""
    row = Upload.unscoped.filter(uid=uid).values_list("pk", "unit_id", "register", "owner_id").first()
    return None if row is None else Place(*row)


def saved_view(uid: uuid.UUID) -> Place | None:
    """A saved view of a list: its member's alone."""
    row = (
        SavedView.unscoped.filter(uid=uid)
        .values_list("pk", "member__unit_id", "register", "member_id")
        .first()
    )
    return None if row is None else Place(*row)


def member(uid: uuid.UUID) -> Place | None:
    """A member, at the unit they belong to."""
    row = Member.unscoped.filter(uid=uid).values_list("pk", "unit_id").first()
    return None if row is None else Place(*row)


def complaint(uid: uuid.UUID) -> Place | None:
    """A complaint, at the writer's unit; one without log-in at the hosting unit, which came first."""
    row = Complaint.unscoped.filter(uid=uid).first()
    if row is None:
        return None
    first = OrgUnit.unscoped.order_by("pk").values_list("pk", flat=True)
    return Place(row.pk, row.unit_id if row.unit_id is not None else first[0])


def report(uid: uuid.UUID) -> Place | None:
    """A report, at the unit it is of. It is made of all registers."""
    row = Report.unscoped.filter(uid=uid).values_list("pk", "unit_id").first()
    return None if row is None else Place(*row, EVERY_REGISTER)
