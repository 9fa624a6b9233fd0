"""Recording, correcting and voiding entries."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from youju.actions import guards, ledger, sealing, searching
from youju.actions.ledger import Change
from youju.actions.observing import reobserve
from youju.core.canonical import digest
from youju.core.entry import (
    Raw,
    Reading,
    StaleEntry,
    UnknownEntry,
    check_text,
    from_json,
    read_values,
    show,
    to_json,
)
from youju.core.observation import Value
from youju.core.period import Period
from youju.core.problem import DomainError, Problem, Refused, Where
from youju.core.quantity import UnitTable
from youju.core.register import Register, UnknownRegister
from youju.core.review import check_alive, check_reason
from youju.store import bulk
from youju.store.models import Entry, Facet, Member, PersonalValue, Revision, Void
from youju.store.models.base import new_uid
from youju.store.queries import scope, specs
from youju.store.queries.specs import Version


class NilNotExpected(DomainError):
    """A nil report for a register that expects nothing at a frequency."""

    code = "entry.nil_not_expected"
    text = "台账“{register}”没有定期报送要求，不用零报告。"


class DuplicateKey(DomainError):
    """Another entry has the same natural key."""

    code = "entry.duplicate_key"
    text = "已有记录{entry}的{fields}与本条相同（{values}）。如需修改，请更正该记录，不要重复登记。"


class NotReported(DomainError):
    """A nil report where something was recorded."""

    code = "entry.nil_but_recorded"
    text = "“{unit}”在{slot}已有记录（{entry}），不能再报零。"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written: the entry's number, its revision, the ledger's number and the warnings."""

    entry: int
    uid: str
    revision: int
    seq: int
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Content:
    """What one revision is to say, read and checked."""

    unit: int
    day: date
    values: dict[str, Value]
    nil: bool = False


class Written(NamedTuple):
    """A revision that was written: its entry's keys, its number within the entry, and its own key."""

    entry: int
    uid: uuid.UUID
    revision: int
    key: int


def record(
    register: str,
    unit: int,
    raw: Mapping[str, Raw],
    *,
    by: Member,
    units: UnitTable,
    provider: str = "",
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> Recorded:
    """Record one entry; it waits for review. All problems of all fields come together as Refused."""
    raw_texts = {name: str(value) for name, value in raw.items()}
    asked = ledger.told(
        {"register": register, "unit": unit, "raw": raw_texts}, provider=provider, adjust=adjust
    )
    with ledger.change("entry.recorded", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return _recorded(change.repeated)
        version = version_of(change, register)
        kept = version.register
        change.require("record", unit, kept.id)
        guards.check_keeper(kept, unit, change.tree, change.today)
        read = read_values(kept, raw, reading_of(change, unit, units))
        if not read.usable:
            raise Refused(read.problems)
        content = Content(unit, _filed_day(kept, read.values, change.today), read.values)
        adjustment = guards.check_open(
            change, [(unit, content.day)], "登记", adjust=adjust, approver=approver
        )
        check_key(kept, content)
        written = write(change, version, [content], provider=provider, adjustment=adjustment)[0]
        reobserve(change, [written.entry])
        change.result = _as_result(written, change.seq)
        return replace(_recorded(change.result), warnings=read.problems)


def record_nil(register: str, unit: int, slot: Period, *, by: Member, key: str = "") -> Recorded:
    """Record that nothing happened in a slot 零报告; a reviewed one is a zero, not a silence."""
    asked = {"register": register, "unit": unit, "slot": str(slot)}
    with ledger.change("entry.recorded", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return _recorded(change.repeated)
        version = version_of(change, register)
        if version.register.expected_frequency is None:
            raise NilNotExpected(register=version.register.title)
        change.require("record", unit, version.register.id)
        guards.check_keeper(version.register, unit, change.tree, change.today)
        if slot.last > change.today:
            place = Where(field="期间")
            text = f"{slot.chinese()}尚未结束，不能报零。请在期满后报送。"
            raise Refused((Problem(place, "entry.future_day", text),))
        there = Entry.unscoped.filter(
            register=version.register.id, unit_id=unit, day__range=(slot.first, slot.last)
        ).exclude(state="void")
        if (first := there.first()) is not None:
            raise NotReported(unit=change.tree.name(unit, slot.last), slot=slot.chinese(), entry=first.pk)
        guards.check_open(change, [(unit, slot.last)], "报零")
        written = write(change, version, [Content(unit, slot.last, {}, nil=True)])[0]
        reobserve(change, [written.entry])
        change.result = _as_result(written, change.seq)
        return _recorded(change.result)


def correct(
    entry_id: int,
    changes: Mapping[str, Raw],
    *,
    by: Member,
    units: UnitTable,
    reason: str,
    seen: int | None = None,
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> Recorded:
    """Correct an entry by a new revision; the one that counts goes on counting until the new one is reviewed.

    changes  only the fields that change
    seen     the revision number the person saw, to refuse overwriting somebody else's correction
    """
    texts = {name: str(value) for name, value in changes.items()}
    asked = ledger.told({"entry": entry_id, "changes": texts, "reason": reason}, adjust=adjust)
    with ledger.change("entry.corrected", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return _recorded(change.repeated)
        entry = find_entry(change, entry_id)
        change.require("record", entry.unit_id, entry.register)
        check_alive(entry.pk, entry.state, "更正")  # type: ignore[arg-type]
        why = check_reason(reason, "更正")
        before = entry.current
        assert before is not None
        if seen is not None and seen != before.number:
            raise StaleEntry(entry=entry.pk, number=before.number)
        version = version_of(change, entry.register)
        raw = {**_as_raw(before, version.register), **changes}
        read = read_values(version.register, raw, reading_of(change, entry.unit_id, units))
        if not read.usable:
            raise Refused(read.problems)
        content = Content(entry.unit_id, _filed_day(version.register, read.values, before.day), read.values)
        days = [(entry.unit_id, before.day), (entry.unit_id, content.day)]
        adjustment = guards.check_open(change, days, "更正", adjust=adjust, approver=approver)
        check_key(version.register, content, but=entry.pk)
        written = write(change, version, [content], entries=[entry], reason=why, adjustment=adjustment)[0]
        reobserve(change, [entry.pk])
        change.result = _as_result(written, change.seq)
        return replace(_recorded(change.result), warnings=read.problems)


def void(
    entry_id: int,
    *,
    by: Member,
    reason: str,
    seen: int | None = None,
    adjust: str = "",
    approver: Member | None = None,
    key: str = "",
) -> int:
    """Void an entry 作废, with a reason; a reviewed one only by a reviewer who did not record it. Returns the seq.

    seen  the revision number the person saw, so that nobody voids what somebody has just put right
    """
    asked = ledger.told({"entry": entry_id, "reason": reason}, adjust=adjust)
    with ledger.change("entry.voided", by=by, key=key, asked=asked) as change:
        if change.repeated is not None:
            return int(change.repeated["seq"])
        entry = find_entry(change, entry_id)
        why = check_reason(reason, "作废")
        if seen is not None and entry.current is not None and seen != entry.current.number:
            raise StaleEntry(entry=entry.pk, number=entry.current.number)
        void_entries(change, [entry], why, adjust=adjust, approver=approver)
        reobserve(change, [entry.pk])
        change.result = {"seq": change.seq}
        return change.seq


def void_entries(
    change: Change, entries: Sequence[Entry], reason: str, *, adjust: str = "", approver: Member | None = None
) -> None:
    """Write the voids of several entries inside a change, with all guards."""
    assert change.by is not None
    for entry in entries:
        check_alive(entry.pk, entry.state, "作废")  # type: ignore[arg-type]
        if entry.counted is not None:
            change.require("review", entry.unit_id, entry.register)
        elif not scope.may(change.viewer, "review", entry.unit_id, change.tree, change.today, entry.register):
            change.require("record", entry.unit_id, entry.register)
    days = [(entry.unit_id, entry.day) for entry in entries]
    guards.check_open(change, days, "作废", adjust=adjust, approver=approver)
    said = {"by_id": change.by.pk, "reason": reason, "seq": change.seq}
    change.add_all(Void, [{"entry_id": entry.pk, **said} for entry in entries])
    bulk.update(Entry, [{"id": entry.pk, "state": "void"} for entry in entries])


def write(
    change: Change,
    version: Version,
    contents: Sequence[Content],
    *,
    entries: Sequence[Entry] = (),
    provider: str = "",
    reason: str = "",
    adjustment: str = "",
) -> list[Written]:
    """Write revisions, with new entries unless some are given, in their order. Does not observe."""
    assert change.by is not None
    register, author = version.register, change.by.pk
    written = _numbered(contents, entries)
    revisions: list[bulk.Row] = []
    private: list[bulk.Row] = []
    cached: list[bulk.Row] = []
    facets: list[bulk.Row] = []
    for content, each in zip(contents, written, strict=True):
        values, personal = to_json(register, content.values)
        digests, rows = sealing.sealed(register, personal, content.day)
        said = revision_digest(version.digest, content.unit, content.day, values, digests, content.nil)
        revisions.append(
            {
                "id": each.key,
                "entry_id": each.entry,
                "number": each.revision,
                "spec_id": version.id,
                "unit_id": content.unit,
                "day": content.day,
                "values": values,
                "sealed": digests,
                "nil": content.nil,
                "author_id": author,
                "provider": provider,
                "reason": reason,
                "adjustment": adjustment,
                "seq": change.seq,
                "digest": said,
            }
        )
        private.extend({"revision_id": each.key, **row} for row in rows)
        cached.append(
            {
                "id": each.entry,
                "current_id": each.key,
                "state": "pending",
                "day": content.day,
                "key_digest": key_digest(register, content),
                "words": searching.words_of(register, values, change.tree, content.day),
            }
        )
        facets.extend(searching.facets_of(register, each.entry, values))
    if entries:
        bulk.update(Entry, cached)
    else:
        same = {"register": register.id, "seq": change.seq}
        change.add_all(
            Entry,
            [
                {"uid": each.uid, "unit_id": content.unit, **same, **row}
                for each, content, row in zip(written, contents, cached, strict=True)
            ],
        )
    change.add_all(Revision, revisions)
    bulk.insert(PersonalValue, private)
    if entries and any(each.filter for each in register.fields):
        Facet.unscoped.filter(entry__in=entries).delete()
    bulk.insert(Facet, facets)
    return written


def _numbered(contents: Sequence[Content], entries: Sequence[Entry]) -> list[Written]:
    """Which entry, new unless some are given, and which revision of it each content becomes."""
    revisions = bulk.reserve(Revision, len(contents))
    if entries:
        return [
            Written(entry.pk, entry.uid, (entry.current.number if entry.current else 0) + 1, key)
            for entry, key in zip(entries, revisions, strict=True)
        ]
    keys = bulk.reserve(Entry, len(contents))
    return [Written(entry, new_uid(), 1, key) for entry, key in zip(keys, revisions, strict=True)]


def revision_digest(
    spec: str, unit: int, day: date, values: Mapping[str, object], sealed: Mapping[str, str], nil: bool
) -> str:
    """The digest of what a revision says."""
    return digest([spec, unit, day, dict(values), dict(sealed), nil])


def key_digest(register: Register, content: Content) -> str:
    """The digest of the natural key, '' when the register has none or part of it is empty."""
    parts = [content.values.get(name) for name in register.key]
    if not parts or any(part is None for part in parts):
        return ""
    return digest([register.id, content.unit, [str(part) for part in parts]])


def check_key(register: Register, content: Content, but: int | None = None) -> None:
    """Raises DuplicateKey when a living entry of the unit has the same natural key."""
    wanted = key_digest(register, content)
    if not wanted:
        return
    others = Entry.unscoped.filter(key_digest=wanted).exclude(state="void")
    if but is not None:
        others = others.exclude(pk=but)
    if (other := others.first()) is not None:
        raise DuplicateKey(
            entry=other.pk,
            fields="、".join(register.by_id[name].title for name in register.key),
            values="，".join(str(content.values[name]) for name in register.key),
        )


def version_of(change: Change, register: str) -> Version:
    """The register's version in force. Raises UnknownRegister."""
    known = specs.versions_at(change.seq - 1)
    if register in known:
        return known[register]
    catalog = specs.catalog_of(version.register for version in known.values())
    if not known:
        raise UnknownRegister(name=register, hint="还没有启用任何台账，请先启用。")
    return known[catalog.register(register).id]


def find_entry(change: Change, entry_id: int) -> Entry:
    """The entry, if the acting member may see it. Raises UnknownEntry: what one may not see does not exist."""
    rows = Entry.unscoped.select_related("current", "counted").filter(pk=entry_id)
    entry = scope.visible(rows, change.viewer, change.tree, change.today).first()
    if entry is None:
        raise UnknownEntry(entry=entry_id)
    return entry


def reading_of(
    change: Change, unit: int, units: UnitTable, columns: Mapping[str, str] | None = None
) -> Reading:
    """What values typed by hand are read with."""
    return Reading(
        units,
        change.tree,
        unit,
        change.today,
        lambda name: Where(field=name),
        columns or {},
        change.today.year,
        guards.top_of(unit, change.tree, change.today),
    )


def shown(revision: Revision, register: Register, unit_name: dict[int, str]) -> dict[str, str]:
    """The ordinary values of a revision as a person reads them, by title."""
    return {
        register.by_id[name].title: show(value, register.by_id[name], lambda unit: unit_name.get(unit, ""))
        for name, value in revision.values.items()
    }


def check_provider(provider: str) -> str:
    """The provider's name, cleaned. Raises Refused for text that may not be kept."""
    code, text = check_text(provider, 60)
    if code:
        raise Refused((Problem(Where(field="提供人"), code, text),))
    return provider.strip()


def _filed_day(register: Register, values: Mapping[str, Value], otherwise: date) -> date:
    day = values.get(register.day)
    return day if isinstance(day, date) else otherwise


def _as_raw(revision: Revision, register: Register) -> dict[str, Raw]:
    kept: dict[str, Raw] = {}
    for name, value in from_json(
        register, {name: value for name, value in revision.values.items() if name in register.by_id}
    ).items():
        field = register.by_id[name]
        if field.retired:
            continue
        kept[name] = str(value) if field.kind == "quantity" else value  # type: ignore[assignment]
    return {**kept, **sealing.opened(revision)}


def _as_result(written: Written, seq: int) -> dict[str, object]:
    return {"entry": written.entry, "uid": str(written.uid), "revision": written.revision, "seq": seq}


def _recorded(result: Mapping[str, object]) -> Recorded:
    return Recorded(
        int(str(result["entry"])), str(result["uid"]), int(str(result["revision"])), int(str(result["seq"]))
    )
