"""A checked draft as files: the owner's .docx with comments and tracked changes, a checklist, everything found."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from youju.actions import clock
from youju.actions.auditing import place_of
from youju.actions.audits import find
from youju.office import temporary
from youju.office.annotate import Comment, write_comments
from youju.office.checklist import Item, checklist_pdf, checklist_xlsx
from youju.store.models import Member
from youju.store.queries import audits
from youju.store.queries.ledger import SHANGHAI

AUTHOR = "材料体检"
TOLD = frozenset({"differs", "unclear", "unsupported", "unrecorded"})
Settled = Mapping[str, tuple[str, str]]


def found(uid: uuid.UUID, *, by: Member) -> dict[str, Any]:
    """Everything the check found, with what the owner did about it. Raises UnknownDraft."""
    draft = find(uid, by)
    settled = audits.settled(draft)
    rows = {key: {"reason": reason, "taken_over": text} for key, (reason, text) in settled.items()}
    return {"name": draft.name, "version": draft.number, **(draft.found or {}), "settled": rows}


def commented(uid: uuid.UUID, *, by: Member, changes: bool) -> bytes | None:
    """The owner's .docx with a comment at every finding that was not accepted; None when the draft was no .docx.

    changes  words taken over stand in it as tracked changes
    """
    draft = find(uid, by)
    source = place_of(draft.uid)
    if draft.kind != "docx" or not source.exists() or draft.found is None:
        return None
    settled = audits.settled(draft)
    comments = list(comments_of(draft.found, settled, changes=changes))
    at: datetime = clock.now().astimezone(SHANGHAI).replace(tzinfo=None)
    with temporary.folder("check") as folder:
        target = Path(folder) / "commented.docx"
        write_comments(source, comments, target, name=draft.name, at=at)
        return target.read_bytes()


def comments_of(found: Mapping[str, Any], settled: Settled, *, changes: bool) -> Iterator[Comment]:
    """A comment for every finding that does not stand accepted."""
    for row in found["claims"]:
        reason, taken = settled.get(row["key"], ("", ""))
        if row["mark"] not in TOLD or reason:
            continue
        start, end = row["start"], row["end"]
        if taken:
            offered = next((each for each in row["suggestions"] if each["text"] == taken), None)
            if offered is not None:
                start, end = offered["start"], offered["end"]
        text = f"〔{row['verdict']}〕{row['reason']}"
        if row["suggestions"]:
            text += f"可写作：{'、'.join(each['text'] for each in row['suggestions'][:3])}。"
        yield Comment(start, end, AUTHOR, text, "", taken if changes else "")
    for row in found["findings"]:
        if not settled.get(row["key"], ("", ""))[0]:
            text = f"〔{row['level']}〕{row['reason']}{row['suggestion']}"
            yield Comment(row["start"], row["end"], AUTHOR, text, row["code"])


def checklist(uid: uuid.UUID, form: Literal["xlsx", "pdf"], *, by: Member) -> bytes:
    """The checklist of a draft. Raises UnknownDraft."""
    draft = find(uid, by)
    told = draft.found or {"claims": [], "findings": [], "unit": "", "period": ""}
    items = items_of(told, audits.settled(draft))
    title = "材料体检核对清单"
    lines = [
        f"文稿：{draft.name}（第{draft.number}稿）",
        f"单位：{told['unit'] or '未定'}　截至：{draft.as_of.isoformat()}　报告期：{told['period'] or '未定'}",
        f"共{len(items)}处需要处理。",
    ]
    if form == "pdf":
        return checklist_pdf(title, lines, items, clock.today())
    return checklist_xlsx(title, lines, items)


def items_of(found: Mapping[str, Any], settled: Settled) -> Sequence[Item]:
    """The lines of the checklist, by their place in the draft."""
    rows = [
        row for row in (*found["claims"], *found["findings"]) if row.get("mark", "slip") in {*TOLD, "slip"}
    ]
    items = []
    for row in sorted(rows, key=lambda each: (each["start"], each["end"])):
        reason, taken = settled.get(row["key"], ("", ""))
        done = f"采用“{taken}”" if taken else f"保留：{reason}" if reason else ""
        instead = (
            "、".join(each["text"] for each in row.get("suggestions", ())[:3]) if "verdict" in row else ""
        )
        verdict = row.get("verdict") or f"{row['title']}（{row['level']}）"
        words = row.get("text") or row["snippet"]
        items.append(
            Item(row["place"], words, verdict, row["reason"] + (row.get("suggestion") or ""), instead, done)
        )
    return items
