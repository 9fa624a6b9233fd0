"""Replaying the ledger in the order of its numbers, in memory, to compare what is stored with what should be."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from youju.core.measure import Measure
from youju.core.observation import Row
from youju.core.observing import Kept, Statement, is_level, level_series, observe
from youju.core.orgtree import OrgTree
from youju.core.register import Register
from youju.store.models import Entry, Event, Observation, Review, Revision, UnitPlacement, Void
from youju.store.models.base import OPEN
from youju.store.queries import specs
from youju.store.queries.statements import COLUMNS, all_measures, facts, row_of
from youju.store.queries.tree import tree_at

Interval = tuple[Row, int, int]


class MemoryShelf:
    """The rows of a replay: open ones by entry and by series, and every row with its interval."""

    def __init__(self) -> None:
        self.rows: dict[int, tuple[Row, int]] = {}
        self.done: list[Interval] = []
        self._by_entry: dict[int, set[int]] = defaultdict(set)
        self._by_series: dict[str, set[int]] = defaultdict(set)
        self._next = 1

    def of_entries(self, entries: Collection[int]) -> list[Kept]:
        """Every open row read from these entries."""
        return self._kept(key for entry in sorted(entries) for key in sorted(self._by_entry[entry]))

    def of_series(self, series: Collection[str]) -> list[Kept]:
        """Every open row of these series."""
        return self._kept(key for each in sorted(series) for key in sorted(self._by_series[each]))

    def entries_at(self, units: Collection[int]) -> set[int]:
        """The entries with an open row at these units, or in the level series that they report."""
        series = {level_series(unit) for unit in units}
        return {row.entry for row, _ in self.rows.values() if row.unit in units or row.series in series}

    def apply(self, close: Collection[int], rows: Collection[Row], seq: int) -> None:
        """Close and open rows at a sequence number."""
        for key in close:
            row, since = self.rows.pop(key)
            self._by_entry[row.entry].discard(key)
            self._by_series[row.series].discard(key)
            self.done.append((row, since, seq))
        for row in rows:
            self.rows[self._next] = (row, seq)
            self._by_entry[row.entry].add(self._next)
            if is_level(row.series):
                self._by_series[row.series].add(self._next)
            self._next += 1

    def intervals(self) -> Counter[Interval]:
        """Every row that ever was, with the numbers it was known between."""
        return Counter(self.done + [(row, since, OPEN) for row, since in self.rows.values()])

    def _kept(self, keys: Iterator[int]) -> list[Kept]:
        return [Kept(key, self.rows[key][0]) for key in keys]


@dataclass
class _Life:
    """What replay knows of an entry so far."""

    unit: int
    current: Revision | None = None
    pending: bool = False
    counted: Revision | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """The intervals that replay gives, and the entries' states at the end: id → (state, current, counted)."""

    intervals: Counter[Interval]
    states: dict[int, tuple[str, int | None, int | None]]


def replay() -> Replayed:
    """Replay everything from the appended tables alone, by the same core routine the writes use."""
    history = _History()
    shelf = MemoryShelf()
    lives: dict[int, _Life] = {}
    tree = OrgTree((), ())
    for seq, kind in Event.unscoped.order_by("seq").values_list("seq", "kind"):
        if kind.startswith(("unit.", "ledger.")):
            tree = tree_at(seq)
            moved = history.moved.get(seq)
            if moved:
                touched = _affected(moved, tree)
                entries = shelf.entries_at(touched) | {
                    entry
                    for entry in (row.entry for row, _ in shelf.rows.values())
                    if lives[entry].unit in touched
                }
                _observe(entries, lives, shelf, tree, history, seq)
            continue
        entries = history.happen(seq, lives)
        if entries:
            _observe(entries, lives, shelf, tree, history, seq)
    states = {
        key: (
            "void" if life.void else "pending" if life.pending else history.last_verdict(life),
            life.current.pk if life.current else None,
            life.counted.pk if life.counted else None,
        )
        for key, life in lives.items()
    }
    return Replayed(shelf.intervals(), states)


def stored() -> Counter[Interval]:
    """Every observation in the tables, with the numbers it was known between."""
    rows = Observation.unscoped.values_list("seq_from", "seq_to", *COLUMNS).iterator(chunk_size=5000)
    return Counter((row_of(columns), since, until) for since, until, *columns in rows)


class _History:
    def __init__(self) -> None:
        self.revisions: dict[int, list[Revision]] = defaultdict(list)
        self.reviews: dict[int, list[Review]] = defaultdict(list)
        self.voids: dict[int, list[Void]] = defaultdict(list)
        self.moved: dict[int, set[int]] = defaultdict(set)
        self.units = dict(Entry.unscoped.values_list("pk", "unit_id"))
        self.by_id: dict[int, Revision] = {}
        for revision in Revision.unscoped.order_by("pk").iterator(chunk_size=5000):
            self.revisions[revision.seq].append(revision)
            self.by_id[revision.pk] = revision
        for review in Review.unscoped.order_by("pk").iterator(chunk_size=5000):
            self.reviews[review.seq].append(review)
        for void in Void.unscoped.order_by("pk").iterator(chunk_size=5000):
            self.voids[void.seq].append(void)
        first: dict[int, int] = {}
        for row in UnitPlacement.unscoped.order_by("pk"):
            if first.setdefault(row.unit_id, row.seq_from) != row.seq_from:
                self.moved[row.seq_from].add(row.unit_id)
                if row.successor_id is not None:
                    self.moved[row.seq_from].add(row.successor_id)
        self.registers: dict[int, Register] = specs.versions(
            {revision.spec_id for revision in self.by_id.values()}
        )
        self.measures: dict[str, Measure] = all_measures(self.registers)
        self._verdict: dict[int, str] = {
            review.revision_id: review.verdict for reviews in self.reviews.values() for review in reviews
        }

    def happen(self, seq: int, lives: dict[int, _Life]) -> set[int]:
        """What entries were changed by the event, and how."""
        touched: set[int] = set()
        for revision in self.revisions.get(seq, ()):
            life = lives.setdefault(revision.entry_id, _Life(self.units[revision.entry_id]))
            life.current, life.pending = revision, True
            touched.add(revision.entry_id)
        for review in self.reviews.get(seq, ()):
            revision = self.by_id[review.revision_id]
            life = lives[revision.entry_id]
            life.pending = False
            if review.verdict == "confirmed":
                life.counted = revision
            touched.add(revision.entry_id)
        for void in self.voids.get(seq, ()):
            lives[void.entry_id].void = True
            lives[void.entry_id].pending = False
            touched.add(void.entry_id)
        return touched

    def last_verdict(self, life: _Life) -> str:
        """The state of an entry that neither waits nor is void."""
        assert life.current is not None
        return "reviewed" if self._verdict.get(life.current.pk) == "confirmed" else "returned"


def _observe(
    entries: Collection[int],
    lives: dict[int, _Life],
    shelf: MemoryShelf,
    tree: OrgTree,
    history: _History,
    seq: int,
) -> None:
    said: list[Statement] = []
    for entry in entries:
        life = lives[entry]
        if life.void:
            continue
        for revision, counted in ((life.counted, True), (life.current if life.pending else None, False)):
            if revision is not None:
                own = facts(revision, history.registers, history.measures)
                said.append(Statement(entry, revision.pk, tuple(own), counted))
    changes = observe(entries, sorted(said, key=lambda each: each.revision), shelf, tree)
    shelf.apply(changes.close, changes.open, seq)


def _affected(units: Collection[int], tree: OrgTree) -> set[int]:
    affected = set(units)
    for unit in units:
        affected.update(tree.heirs(unit))
    affected.update(unit for unit, heirs in tree.taken_over.items() if not affected.isdisjoint(heirs))
    return affected
