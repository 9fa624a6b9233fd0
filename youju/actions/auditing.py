"""What a check of a draft finds: slips, verdicts, what the ledger lacks, edited figures of our own documents, copies.

Reads only. The ledger is asked in a handful of statements, whatever the number of figures.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from youju.actions import clock
from youju.core.audit import CHECKS, Context, audit, read_off
from youju.core.audit.context import places_of
from youju.core.audit.draft import Draft
from youju.core.audit.reporting import read_period
from youju.core.claim.extract import extract
from youju.core.claim.lexicon import Lexicon
from youju.core.orgtree import OrgTree
from youju.core.period import Period
from youju.core.problem import Refused
from youju.core.reconcile.rows import checked_row, finding_row, lacking
from youju.core.register import Catalog
from youju.core.similar import Earlier, near_copies
from youju.office.facts import check_bookmarks, parse_facts, read_bookmarks
from youju.office.text import Text
from youju.office.text.values import PARTS, Place, Span
from youju.specs.catalog import load_catalog
from youju.specs.lexicon import load_lexicon
from youju.specs.terms import read_audit_words
from youju.store.models import AuditDraft, Member
from youju.store.queries import audits, learned, reports, scope

KEPT = timedelta(days=30)
MOST_EARLIER = 40


def text_of(draft: AuditDraft) -> Text:
    """The draft as it was read, with the places of its characters."""
    spans = tuple(
        Span(start, end, Place(PARTS[part], page, line, paragraph, table, row, cell))
        for start, end, part, page, line, paragraph, table, row, cell in draft.spans
    )
    return Text(draft.text, draft.kind, draft.name, spans)  # type: ignore[arg-type]


def place_of(uid: uuid.UUID) -> Path:
    """Where the file of a draft lies."""
    return Path(settings.DATA_DIR) / "drafts" / str(uid)


def lexicon() -> Lexicon:
    """Units and words as the catalog files have them now."""
    return _lexicon(_stamp())


def known_catalog(active: Catalog) -> Catalog:
    """The registers in force and those that could be enabled."""
    return audits.both(active, _shipped(_stamp()))


def examine(draft: AuditDraft, by: Member, tell: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Everything the check has to say of a draft, as JSON. The ledger is asked once, whatever the number of figures."""
    words_of, shipped = lexicon(), _shipped(_stamp())
    read = text_of(draft)
    claims = extract(read.text, words_of)
    core = Draft(read.text, claims)
    today = clock.today()
    viewer = scope.viewer_of(by)
    words, problems = read_audit_words(_folders(), draft.last or draft.as_of)
    if problems:
        raise Refused(tuple(problems))
    period = Period(draft.first, draft.last) if draft.first and draft.last else None
    world, late = audits.world_for(draft.as_of, today)
    unit_name, places = "", None
    if draft.unit_id is not None:
        unit_name = world.tree.name(draft.unit_id, draft.as_of)
        places = places_of(world.tree, draft.unit_id, draft.as_of)
    context = Context(
        words=words, period=period, unit=unit_name, places=places, today=today, off=read_off(words.off)
    )
    titles = {check.code: check.title for check in CHECKS}

    def place(start: int, end: int) -> str:
        return str(read.place(start, end))

    found: dict[str, Any] = {
        "findings": [
            finding_row(each, read.text, place, titles[each.code])
            for each in audit(read.text, claims, context)
        ],
        "claims": [],
        "seq": world.moment.seq,
        "late": late,
        "unit": unit_name,
        "as_of": draft.as_of.isoformat(),
        "period": "",
        "lacking": [],
    }
    catalog = shipped
    if draft.unit_id is not None:
        naming = world.tree.naming(draft.unit_id, draft.as_of)
        reported = read_period(core, period)
        done = audits.reconcile(
            core,
            viewer,
            naming.code or world.tree.full_name(draft.unit_id, draft.as_of),
            draft.as_of,
            today,
            words_of,
            reported=reported.period if reported else None,
            learned=learned.for_member(by.pk, world.tree, draft.unit_id, draft.as_of),
            world=world,
            shipped=shipped,
            tell=tell,
        )
        catalog = done.catalog
        found["claims"] = [checked_row(each, read.text, place, catalog) for each in done.checked]
        found["period"] = done.reported.chinese()
        found["lacking"] = lacking(found["claims"], catalog)
    finals = reports.latest_finals(viewer, world.tree, today, MOST_EARLIER)
    found["ours"] = _ours(draft, finals)
    found["copies"] = _copies(draft, [] if found["ours"] else finals, world.tree)
    return found


def _ours(draft: AuditDraft, finals: Sequence[reports.FinalRow]) -> list[str]:
    """Our own document come back: what was edited in it since it was signed off."""
    if draft.kind != "docx" or not place_of(draft.uid).exists():
        return []
    marks = read_bookmarks(place_of(draft.uid), name=draft.name)
    if not marks:
        return []
    for final in finals:
        facts = parse_facts(final.facts.encode(), name=final.title)
        if {fact.id for fact in facts.figures} >= set(marks) and _plain(final.title) in _plain(draft.text):
            problems = check_bookmarks(facts, marks, file=draft.name)
            return [each.text for each in problems] or [
                f"与定稿“{final.title}”逐个数字核对，{len(marks)}个数字都没有改动。"
            ]
    return ["文件带有本系统的数字标记，但没有找到对应的定稿，只按台账核对。"]


def _plain(words: str) -> str:
    """Without blanks and line ends: a title is broken where it reads well."""
    return "".join(words.split())


def _copies(draft: AuditDraft, finals: Sequence[reports.FinalRow], tree: OrgTree) -> list[dict[str, object]]:
    """Paragraphs that stand in an earlier text the owner may see: final reports, and the owner's other drafts."""
    earlier = [Earlier(str(final.uid), final.title, final.body) for final in finals]
    others = AuditDraft.unscoped.filter(owner=draft.owner).exclude(series=draft.series).exclude(pk=draft.pk)
    earlier += [
        Earlier(str(each.uid), f"{each.name}（{each.at:%Y-%m-%d}提交）", each.text)
        for each in others.order_by("-at")[:MOST_EARLIER]
    ]
    names: list[str] = []
    for unit in tree.placements:
        naming = tree.naming(unit, draft.as_of)
        names += [naming.name, *naming.aliases]
    return [
        {
            "start": each.start,
            "end": each.end,
            "title": each.title,
            "words": each.words,
            "other": each.other,
            "score": each.score,
            "differs": list(each.differs),
        }
        for each in near_copies(draft.text, earlier, names)
    ]


def _folders() -> list[Path]:
    folders = (Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG))
    return [folder for folder in folders if folder.is_dir()]


def _stamp() -> tuple[tuple[str, int], ...]:
    """Changes when a catalog file does, so that a running server reads it again."""
    return tuple(
        (str(path), path.stat().st_mtime_ns) for folder in _folders() for path in sorted(folder.rglob("*.*"))
    )


@lru_cache(maxsize=2)
def _lexicon(stamp: tuple[tuple[str, int], ...]) -> Lexicon:
    del stamp
    return load_lexicon(_folders())


@lru_cache(maxsize=2)
def _shipped(stamp: tuple[tuple[str, int], ...]) -> Catalog:
    del stamp
    return load_catalog(Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG)).catalog
