"""What lists of entries are searched in and filtered by; kept with every revision, made again from the current ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from youju.actions import ledger
from youju.core.entry import show
from youju.core.orgtree import OrgTree
from youju.core.register import Register
from youju.store import bulk
from youju.store.models import Entry, Facet
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


def facets_of(register: Register, entry: int, values: Mapping[str, object]) -> list[bulk.Row]:
    """The values of an entry that lists of the register are filtered by, as rows."""
    return [
        {"entry_id": entry, "register": register.id, "field": each.id, "value": str(values[each.id])[:160]}
        for each in register.fields
        if each.filter and values.get(each.id) not in (None, "")
    ]


def ensure() -> None:
    """Make words and facets for the entries of a version that did not keep them."""
    if Entry.unscoped.exists() and not Entry.unscoped.exclude(words="").exists():
        rebuild()


def rebuild() -> int:
    """Make the words and facets of every entry anew from its current revision; returns how many there are."""
    tree, done = tree_at(head().head), 0
    keys = list(Entry.unscoped.order_by("pk").values_list("pk", flat=True))
    Facet.unscoped.all().delete()
    for start in range(0, len(keys), ledger.CHUNK):
        rows = Entry.unscoped.filter(pk__in=keys[start : start + ledger.CHUNK]).select_related("current")
        entries = [entry for entry in rows if entry.current is not None]
        registers = specs.versions(entry.current.spec_id for entry in entries if entry.current is not None)
        words: list[bulk.Row] = []
        facets: list[bulk.Row] = []
        for entry in entries:
            assert entry.current is not None
            register = registers[entry.current.spec_id]
            words.append({"id": entry.pk, "words": words_of(register, entry.current.values, tree, entry.day)})
            facets.extend(facets_of(register, entry.pk, entry.current.values))
        bulk.update(Entry, words)
        bulk.insert(Facet, facets)
        done += len(entries)
    return done
