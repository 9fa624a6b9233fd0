"""Entries as a person asks for them: lists, one with its history, the queue of those that wait."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from youju.core.entry import STATES, UnknownEntry, show
from youju.core.grant import Verb, Viewer
from youju.core.orgtree import OrgTree
from youju.core.period import Period, slot_of
from youju.core.register import Register
from youju.store.models import Entry, Event, EvidenceLink, Facet, ImportedRow, Review, Revision, Void
from youju.store.queries import scope, specs
from youju.store.queries.ledger import local_day


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry in a list.

    values  title → text of what its current revision says; personal fields are left out
    late    补录: recorded after the month of its day had ended
    uid     the id in its address
    """

    id: int
    uid: str
    register: str
    unit: str
    day: date
    state: str
    values: dict[str, str]
    nil: bool
    number: int
    recorded_on: date
    author: str
    author_id: int
    late: bool
    unit_id: int
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the revision of an entry that counted said, by field id; personal fields are left out."""

    unit: str
    day: date
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an entry's history: when, who, what, why, and what it said then."""

    seq: int
    at: datetime
    who: str
    what: str
    reason: str = ""
    values: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file attached as evidence, and which other entries it proves too."""

    name: str
    sha256: str
    size: int
    by: str
    effective_on: date | None
    expires_on: date | None
    reused_for: tuple[int, ...]
    reuse_reason: str


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """One entry with everything behind it. `was_reviewed`: some revision of it counts, or did until it was voided."""

    line: EntryLine
    history: tuple[Step, ...]
    files: tuple[File, ...]
    was_reviewed: bool


def chosen(
    viewer: Viewer,
    tree: OrgTree,
    today: date,
    *,
    register: str = "",
    unit: int | None = None,
    period: Period | None = None,
    state: str = "",
    verb: Verb = "see",
    words: str = "",
    facets: Mapping[str, str] | None = None,
) -> QuerySet[Entry]:
    """The entries the viewer may see (or review, record …), narrowed down; by day and number.

    words   every word of it must stand in what an entry says; two characters are enough
    facets  filter field → value
    """
    rows = scope.visible(Entry.unscoped.all(), viewer, tree, today, verb)
    if register:
        rows = rows.filter(register=register)
    if unit is not None:
        rows = rows.filter(unit_id__in=scope.subtree(tree, unit, today))
    if period is not None:
        rows = rows.filter(day__range=(period.first, period.last))
    if state:
        rows = rows.filter(state=state)
    for word in words.split():
        rows = rows.filter(words__icontains=word)
    for name, value in (facets or {}).items():
        having = Facet.unscoped.filter(register=register, field=name, value=value)
        rows = rows.filter(pk__in=having.values("entry_id"))
    return rows.order_by("day", "pk")


def lines(
    entries: Sequence[Entry], tree: OrgTree, registers: Mapping[int, Register] | None = None
) -> list[EntryLine]:
    """List lines of entries fetched with `current`; four statements however many, three when their `registers` are known."""
    if registers is None:
        registers = specs.versions(entry.current.spec_id for entry in entries if entry.current is not None)
    at = _instants({entry.seq for entry in entries})
    came = _came([entry.pk for entry in entries])
    return [_line(entry, registers, tree, at, came) for entry in entries]


def page(
    viewer: Viewer,
    tree: OrgTree,
    today: date,
    *,
    offset: int = 0,
    limit: int = 200,
    register: str = "",
    unit: int | None = None,
    period: Period | None = None,
    state: str = "",
    words: str = "",
    facets: Mapping[str, str] | None = None,
    order: Sequence[str] = (),
) -> tuple[int, list[EntryLine]]:
    """How many entries `chosen` finds, and the lines of some of them, in another `order` when columns are named."""
    rows = chosen(
        viewer,
        tree,
        today,
        register=register,
        unit=unit,
        period=period,
        state=state,
        words=words,
        facets=facets,
    )
    if order:
        rows = rows.order_by(*order, "pk")
    some = list(rows.select_related("current", "current__author")[offset : offset + limit])
    return rows.count(), lines(some, tree)


def waiting(
    viewer: Viewer,
    tree: OrgTree,
    today: date,
    *,
    register: str = "",
    unit: int | None = None,
    period: Period | None = None,
    batch: int | None = None,
) -> list[EntryLine]:
    """What waits for this reviewer: pending entries of units and registers they review, their own left out."""
    rows = chosen(
        viewer, tree, today, register=register, unit=unit, period=period, state="pending", verb="review"
    )
    if batch is not None:
        rows = rows.filter(imported__batch_id=batch)
    others = rows.exclude(current__author_id=viewer.id)
    return lines(list(others.select_related("current", "current__author")), tree)


def lines_of(keys: Collection[int], tree: OrgTree) -> dict[int, EntryLine]:
    """Lines by entry, for entries whose visibility a figure has already checked."""
    rows = Entry.unscoped.filter(pk__in=keys).select_related("current", "current__author")
    return {line.id: line for line in lines(list(rows), tree)}


def evidence_names(keys: Collection[int]) -> dict[int, list[str]]:
    """The names of the files attached to entries. One statement."""
    found: dict[int, list[str]] = {}
    rows = EvidenceLink.unscoped.filter(entry_id__in=keys).order_by("pk")
    for entry, name in rows.values_list("entry_id", "name"):
        found.setdefault(entry, []).append(name)
    return found


def uids_of(keys: Collection[int]) -> dict[int, str]:
    """The uid of each entry, by key. One statement for every thousand."""
    found: dict[int, str] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), 1000):
        rows = Entry.unscoped.filter(pk__in=wanted[start : start + 1000]).values_list("pk", "uid")
        found.update((pk, str(uid)) for pk, uid in rows)
    return found


def uids_of_revisions(revisions: Collection[int]) -> dict[int, str]:
    """The uid of the entry of each revision. One statement for every thousand."""
    found: dict[int, str] = {}
    keys = sorted(revisions)
    for start in range(0, len(keys), 1000):
        rows = Revision.unscoped.filter(pk__in=keys[start : start + 1000])
        found.update((pk, str(uid)) for pk, uid in rows.values_list("pk", "entry__uid"))
    return found


def counted_values(
    register: str, viewer: Viewer, tree: OrgTree, today: date, unit: int, period: Period, seq: int
) -> list[Counted]:
    """What counted in a register and a period as of a ledger number, by day: of each entry the last confirmed revision.

    A correction that waits, or came later, changes nothing; of a flow the unit is where it stood on its day.
    """
    entries = scope.visible(Entry.unscoped.filter(register=register), viewer, tree, today)
    confirmed = Review.unscoped.filter(verdict="confirmed", seq__lte=seq, revision__entry__in=entries)
    confirmed = confirmed.exclude(revision__entry__void__seq__lte=seq).select_related("revision")
    last = {review.revision.entry_id: review.revision for review in confirmed.order_by("seq")}
    revisions = [
        revision
        for revision in sorted(last.values(), key=lambda each: (each.day, each.entry_id))
        if not revision.nil
        and period.first <= revision.day <= period.last
        and tree.contains(unit, revision.unit_id, revision.day)
    ]
    registers = specs.versions(revision.spec_id for revision in revisions)
    found = []
    for revision in revisions:
        fields = registers[revision.spec_id].by_id
        titles = {field.title: name for name, field in fields.items()}
        said = _values(revision, registers[revision.spec_id], tree)
        values = {titles[title]: text for title, text in said.items()}
        found.append(Counted(tree.full_name(revision.unit_id, revision.day), revision.day, values))
    return found


def register_of(entry_id: int, viewer: Viewer, tree: OrgTree, today: date) -> str:
    """The register of an entry that the viewer may see. Raises UnknownEntry."""
    rows = scope.visible(Entry.unscoped.filter(pk=entry_id), viewer, tree, today)
    found = rows.values_list("register", flat=True).first()
    if found is None:
        raise UnknownEntry(entry=entry_id)
    return str(found)


def detail(entry_id: int, viewer: Viewer, tree: OrgTree, today: date) -> EntryDetail:
    """One entry with its history and evidence. Raises UnknownEntry for what the viewer may not see."""
    rows = scope.visible(Entry.unscoped.filter(pk=entry_id), viewer, tree, today)
    entry = rows.select_related("current", "current__author", "void", "void__by").first()
    if entry is None:
        raise UnknownEntry(entry=entry_id)
    revisions = list(entry.revisions.select_related("author").order_by("number"))
    reviews = list(Review.unscoped.filter(revision__entry=entry).select_related("reviewer").order_by("seq"))
    void = getattr(entry, "void", None)
    registers = specs.versions(revision.spec_id for revision in revisions)
    ended = [void] if void is not None else []
    at = _instants({entry.seq, *(each.seq for each in (*revisions, *reviews, *ended))})
    line = _line(entry, registers, tree, at, _came([entry.pk]))
    history = _history(revisions, reviews, void, registers, tree, at)
    return EntryDetail(line, tuple(history), tuple(_files(entry)), entry.counted_id is not None)


def current_raw(entry_id: int) -> dict[str, str]:
    """What the current revision says, by field, as it would be typed; a unit as the text of its key.

    Personal fields are not in it. For entries whose visibility was checked before. One statement, and the register's.
    """
    revision = Revision.unscoped.get(pk__in=Entry.unscoped.filter(pk=entry_id).values("current_id"))
    fields = specs.versions([revision.spec_id])[revision.spec_id].by_id
    found = {}
    for name, value in revision.values.items():
        if name in fields:
            said = {True: "是", False: "否"}.get(value, "") if fields[name].kind == "yes_no" else str(value)
            found[name] = said
    return found


def _line(
    entry: Entry,
    registers: Mapping[int, Register],
    tree: OrgTree,
    at: Mapping[int, datetime],
    came: Mapping[int, str],
) -> EntryLine:
    revision = entry.current
    assert revision is not None
    register = registers[revision.spec_id]
    recorded = local_day(at[entry.seq])
    return EntryLine(
        entry.pk,
        str(entry.uid),
        register.title,
        tree.full_name(entry.unit_id, entry.day),
        entry.day,
        STATES[entry.state],  # type: ignore[index]
        _values(revision, register, tree),
        revision.nil,
        revision.number,
        recorded,
        revision.author.name,
        revision.author_id,
        recorded > slot_of(entry.day, "monthly").last,
        entry.unit_id,
        came.get(entry.pk, ""),
    )


def _values(revision: Revision, register: Register, tree: OrgTree) -> dict[str, str]:
    def name(unit: int) -> str:
        return tree.full_name(unit, revision.day)

    return {
        register.by_id[key].title: show(value, register.by_id[key], name)
        for key, value in revision.values.items()
        if key in register.by_id
    }


def _history(
    revisions: Sequence[Revision],
    reviews: Sequence[Review],
    void: Void | None,
    registers: Mapping[int, Register],
    tree: OrgTree,
    at: Mapping[int, datetime],
) -> list[Step]:
    found: list[tuple[int, str, str, str, dict[str, str] | None]] = []
    for revision in revisions:
        what = "登记" if revision.number == 1 else f"更正（第{revision.number}稿）"
        who = revision.author.name + (f"（代录，由{revision.provider}提供）" if revision.provider else "")
        why = "；".join(each for each in (revision.reason, revision.adjustment) if each)
        values = _values(revision, registers[revision.spec_id], tree)
        found.append((revision.seq, who, what, why, values))
    for review in reviews:
        verdict = "通过" if review.verdict == "confirmed" else "退回补正"
        found.append((review.seq, review.reviewer.name, verdict, review.reason, None))
    if void is not None:
        found.append((void.seq, void.by.name, "作废", void.reason, None))
    return [
        Step(seq, at[seq], who, what, why, values)
        for seq, who, what, why, values in sorted(found, key=lambda each: each[0])
    ]


def _instants(seqs: Collection[int]) -> dict[int, datetime]:
    return dict(Event.unscoped.filter(seq__in=seqs).values_list("seq", "at"))


def _came(keys: Collection[int]) -> dict[int, str]:
    """From which row of which workbook entries came, for those that did."""
    rows = ImportedRow.unscoped.filter(entry__in=keys).select_related("batch")
    return {row.entry_id: f"{row.batch.file_name} {row.sheet} 第{row.row}行" for row in rows}


def _files(entry: Entry) -> list[File]:
    links = list(EvidenceLink.unscoped.filter(entry=entry).select_related("blob", "by").order_by("pk"))
    others = EvidenceLink.unscoped.filter(blob__in=[link.blob_id for link in links]).exclude(entry=entry)
    used: dict[int, list[int]] = {}
    for blob, other in others.values_list("blob_id", "entry_id"):
        used.setdefault(blob, []).append(other)
    return [
        File(
            link.name,
            link.blob.sha256,
            link.blob.size,
            link.by.name,
            link.effective_on,
            link.expires_on,
            tuple(sorted(used.get(link.blob_id, ()))),
            link.reuse_reason,
        )
        for link in links
    ]
