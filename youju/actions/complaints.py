"""意见箱: anybody may write, the county and the security administrator read and answer. No part of the ledger."""

from __future__ import annotations

import uuid

from youju.actions import clock
from youju.core.entry import check_text
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.store.models import Complaint, Member

MOST = 2000


class Answered(DomainError):
    """Somebody has answered the complaint."""

    code = "complaint.answered"
    text = "这条意见已有答复，不能再改。"


def hand_in(
    text: str, *, contact: str = "", page: str = "", by: Member | None = None, uid: uuid.UUID
) -> Complaint:
    """Keep a complaint; the same `uid` again is the same complaint.

    by      who is logged in; None for somebody who is not, or does not want to be named
    raises  Refused when there is no text, or it is too long or carries what may not be stored
    """
    problems = []
    if not text.strip():
        problems.append(Problem(Where(field="意见内容"), "complaint.empty", "请写下您的意见。"))
    for field, each, most in (("意见内容", text, MOST), ("联系方式", contact, 100)):
        code, said = check_text(each, most)
        if code:
            problems.append(Problem(Where(field=field), code, said))
    if problems:
        raise Refused(tuple(problems))
    kept, _ = Complaint.unscoped.get_or_create(
        uid=uid,
        defaults={
            "at": clock.now(),
            "by": by,
            "unit_id": by.unit_id if by else None,
            "text": text.strip(),
            "contact": contact.strip(),
            "page": page[:200],
        },
    )
    return kept


def answer(complaint_id: int, text: str, *, by: Member) -> None:
    """Answer a complaint, once. Raises Answered, Refused."""
    where = Where(field="答复")
    if not text.strip():
        raise Refused((Problem(where, "complaint.no_answer", "请写下答复。"),))
    code, said = check_text(text, MOST)
    if code:
        raise Refused((Problem(where, code, said),))
    waiting = Complaint.unscoped.filter(pk=complaint_id, answer="")
    if not waiting.update(answer=text.strip(), answered_by=by, answered_at=clock.now()):
        raise Answered
