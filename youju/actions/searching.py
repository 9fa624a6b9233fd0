"""What lists of entries are searched in and filtered by; kept with every revision, made again from the current ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from youju.actions import ledger
from youju.core.entry import show
from youju.core.orgtree import OrgTree
from youju.core.register import Register
from youju.store.models import Entry, Facet, Revision
from youju.store.queries import specs
from youju.store.queries.ledger import head
from youju.store.queries.tree import tree_at


def words_of(register: Register, values: Mapping[str, object], tree: OrgTree, day: date) -> str:
    """What a revision says, to be searched in: every ordinary value as a person reads it."""
    fields = register.by_id
    shown = (
        show(value, fields[name], lambda unit: tree.full_name(unit, day))
        for name, value in values.items()
        if name in fields
    )
    return " ".join(each for each in shown if each)


def facets_of(register: Register, values: Mapping[str, object]) -> dict[str, str]:
    """The values that lists of the register are filtered by: field → value."""
    return {
        each.id: str(values[each.id])[:160]
        for each in register.fields
        if each.filter and values.get(each.id) not in (None, "")
    }


def write_facets(register: Register, entries: Sequence[Entry], revisions: Sequence[Revision]) -> None:
    """Keep the facets of entries as their new revisions, in the same order, say."""
    if not any(each.filter for each in register.fields):
        return
    older = [entry.pk for entry, revision in zip(entries, revisions, strict=True) if revision.number > 1]
    if older:
        Facet.unscoped.filter(entry_id__in=older).delete()
    Facet.unscoped.bulk_create(
        [
            Facet(entry=entry, register=register.id, field=name, value=value)
            for entry, revision in zip(entries, revisions, strict=True)
            for name, value in facets_of(register, revision.values).items()
        ],
        batch_size=ledger.CHUNK,
    )


def rebuild() -> int:
    """Make the words and facets of every entry anew from its current revision; returns how many there are."""
    tree, done = tree_at(head().head), 0
    keys = list(Entry.unscoped.order_by("pk").values_list("pk", flat=True))
    Facet.unscoped.all().delete()
    for start in range(0, len(keys), ledger.CHUNK):
        rows = Entry.unscoped.filter(pk__in=keys[start : start + ledger.CHUNK]).select_related("current")
        entries = [entry for entry in rows if entry.current is not None]
        registers = specs.versions(entry.current.spec_id for entry in entries if entry.current is not None)
        for entry in entries:
            assert entry.current is not None
            register = registers[entry.current.spec_id]
            entry.words = words_of(register, entry.current.values, tree, entry.day)
            write_facets(register, [entry], [entry.current])
        Entry.unscoped.bulk_update(entries, ["words"], batch_size=ledger.CHUNK)
        done += len(entries)
    return done
