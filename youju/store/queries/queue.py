"""The reviewer's queue: what waits, what needs a look and why. A fixed number of statements however long it is."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from youju.core.attention import Reason, Said, Seen, compared, reasons, said
from youju.core.grant import Viewer
from youju.core.orgtree import OrgTree
from youju.core.register import Register
from youju.store.models import Entry, EvidenceLink
from youju.store.queries import specs
from youju.store.queries.entries import EntryLine, chosen, lines

MOST = 500  # of one look at the queue: nobody decides about more at a time
LOOK_BACK = timedelta(days=730)
PAST = 120  # of a unit's reviewed entries of a register, the latest: what is usual there
_Day = tuple[str, int, date]  # register, unit and day


@dataclass(frozen=True, slots=True)
class Waiting:
    """One entry that waits, with what to look at; `files` is how many are attached."""

    line: EntryLine
    reasons: tuple[Reason, ...]
    files: int


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a reviewer: how many, and the oldest MOST of them, those that need a look first."""

    total: int
    waiting: tuple[Waiting, ...]


def queue(
    viewer: Viewer,
    tree: OrgTree,
    today: date,
    *,
    times: int,
    enough: int,
    register: str = "",
    unit: int | None = None,
    batch: uuid.UUID | None = None,
) -> Queue:
    """The queue of one reviewer, their own entries left out. Eight statements at most.

    times, enough  as core.attention takes them
    batch          only what this import brought
    """
    rows = chosen(viewer, tree, today, register=register, unit=unit, state="pending", verb="review")
    rows = rows.exclude(current__author_id=viewer.id).select_related("current", "current__author")
    if batch is not None:
        rows = rows.filter(imported__batch__uid=batch)
    entries = list(rows.order_by("pk")[:MOST])
    if not entries:
        return Queue(0, ())
    total = len(entries) if len(entries) < MOST else rows.count()
    files, shared = _files([entry.pk for entry in entries])
    registers = specs.versions(entry.current.spec_id for entry in entries if entry.current is not None)
    by_key = {line.id: line for line in lines(entries, tree, registers)}
    seen = {entry.pk: _seen(entry, by_key[entry.pk], files, shared) for entry in entries}
    past = _past(entries, today)
    twins = _twins(entries, registers)
    found = []
    for entry in entries:
        assert entry.current is not None
        told = reasons(
            seen[entry.pk],
            registers[entry.current.spec_id],
            past.get((entry.register, entry.unit_id), {}),
            twins.get(entry.pk, ""),
            times=times,
            enough=enough,
        )
        found.append(Waiting(by_key[entry.pk], tuple(told), files.get(entry.pk, 0)))
    found.sort(key=lambda each: not each.reasons)
    return Queue(total, tuple(found))


def filters(
    viewer: Viewer, tree: OrgTree, today: date
) -> tuple[list[tuple[str, int]], list[tuple[int, int]]]:
    """How many wait by register and by unit, for the filters above the queue. Two statements."""
    rows = chosen(viewer, tree, today, state="pending", verb="review").exclude(current__author_id=viewer.id)
    by_register = rows.order_by("register").values_list("register").annotate(n=Count("pk"))
    by_unit = rows.order_by("unit_id").values_list("unit_id").annotate(n=Count("pk"))
    return list(by_register), list(by_unit)


def keys_of(uids: Iterable[str], viewer: Viewer, tree: OrgTree, today: date) -> dict[str, int]:
    """The entries that these ids name, among those the viewer may review. One statement."""
    rows = chosen(viewer, tree, today, verb="review").filter(uid__in=list(uids))
    return {str(uid): key for uid, key in rows.values_list("uid", "pk")}


def _seen(
    entry: Entry, line: EntryLine, files: Mapping[int, int], shared: Mapping[int, tuple[int, tuple[str, ...]]]
) -> Seen:
    assert entry.current is not None
    reused, why = shared.get(entry.pk, (0, ()))
    return Seen(
        entry.day,
        line.recorded_on,
        line.late,
        entry.current.values,
        line.nil,
        files.get(entry.pk, 0),
        reused,
        why,
    )


def _files(keys: Sequence[int]) -> tuple[dict[int, int], dict[int, tuple[int, tuple[str, ...]]]]:
    """How many files each entry has; how many other entries they prove, and the reasons given for that."""
    own = list(
        EvidenceLink.unscoped.filter(entry_id__in=keys).values_list("entry_id", "blob_id", "reuse_reason")
    )
    uses: dict[int, set[int]] = defaultdict(set)
    rows = EvidenceLink.unscoped.filter(blob_id__in={blob for _, blob, _ in own})
    for blob, entry in rows.values_list("blob_id", "entry_id"):
        uses[blob].add(entry)
    count: dict[int, int] = defaultdict(int)
    shared: dict[int, tuple[int, tuple[str, ...]]] = {}
    for entry, blob, why in own:
        count[entry] += 1
        if others := uses[blob] - {entry}:
            before, said = shared.get(entry, (0, ()))
            shared[entry] = before + len(others), (*said, why) if why else said
    return dict(count), shared


def _past(entries: Sequence[Entry], today: date) -> dict[tuple[str, int], dict[str, list[Decimal]]]:
    """What the latest reviewed entries of these registers and units said, number by number."""
    found: dict[tuple[str, int], dict[str, list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    rows = Entry.unscoped.filter(
        register__in={each.register for each in entries},
        unit_id__in={each.unit_id for each in entries},
        day__gte=today - LOOK_BACK,
        counted__isnull=False,
    ).exclude(state="void")
    latest = Window(
        RowNumber(), partition_by=[F("register"), F("unit_id")], order_by=[F("day").desc(), F("pk").desc()]
    )
    some = rows.annotate(place=latest).filter(place__lte=PAST)
    for register, unit, values in some.values_list("register", "unit_id", "counted__values"):
        for name, value in values.items():
            if isinstance(value, str) and value.replace(".", "", 1).isdigit():
                found[register, unit][name].append(Decimal(value))
    return found


def _twins(entries: Sequence[Entry], registers: Mapping[int, Register]) -> dict[int, str]:
    """For each entry that has one, the uid of another living entry of its register, unit and day that says the same.

    A day may have thousands, all of one workbook: they are looked through once, and only what is asked for is kept.
    """
    fields = {spec: compared(register) for spec, register in registers.items()}
    asked: dict[_Day, set[int]] = defaultdict(set)
    own: dict[int, tuple[_Day, int, Said]] = {}
    for entry in entries:
        assert entry.current is not None
        spec, here = entry.current.spec_id, (entry.register, entry.unit_id, entry.day)
        words = () if entry.current.nil else said(entry.current.values, fields[spec])
        if words:
            asked[here].add(spec)
            own[entry.pk] = here, spec, words
    wanted = set(own.values())
    rows = Entry.unscoped.filter(
        register__in={register for register, _, _ in asked},
        unit_id__in={unit for _, unit, _ in asked},
        day__in={day for _, _, day in asked},
        current__nil=False,
    ).exclude(state="void")
    found: dict[tuple[_Day, int, Said], list[tuple[int, str]]] = defaultdict(list)
    some = rows.order_by("pk").values_list("pk", "uid", "register", "unit_id", "day", "current__values")
    for key, uid, register, unit, day, values in some.iterator(chunk_size=2000):
        for spec in asked.get((register, unit, day), ()):
            same = ((register, unit, day), spec, said(values, fields[spec]))
            if same in wanted and len(found[same]) < 2:  # its own and one more
                found[same].append((key, str(uid)))
    others = {
        entry: next((uid for key, uid in found[same] if key != entry), "") for entry, same in own.items()
    }
    return {entry: uid for entry, uid in others.items() if uid}
