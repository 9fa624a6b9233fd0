"""Writing observations down: after entries changed, or the organisation did, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from django.db.models import Q

from youju.actions import rolling
from youju.actions.ledger import CHUNK, Change
from youju.core.observation import Row
from youju.core.observing import Kept, Statement, level_series, observe
from youju.core.orgtree import OrgTree
from youju.store import bulk
from youju.store.models import MeasureKey, Observation
from youju.store.models.base import OPEN
from youju.store.queries.statements import COLUMNS, row_of, statements_of
from youju.store.queries.tree import tree_at


class TableShelf:
    """The open rows in the database; `seen` are all that were asked for."""

    def __init__(self) -> None:
        self.seen: dict[int, Row] = {}

    def of_entries(self, entries: Collection[int]) -> list[Kept]:
        """Every open row read from these entries."""
        return list(self._rows("entry_id__in", entries))

    def of_series(self, series: Collection[str]) -> list[Kept]:
        """Every open counted row of these series."""
        return list(self._rows("series__in", series))

    def _rows(self, path: str, wanted: Collection[int] | Collection[str]) -> Iterator[Kept]:
        keys = sorted(wanted)
        for start in range(0, len(keys), CHUNK):
            chosen = Q(**{path: keys[start : start + CHUNK]})
            for pk, *columns in Observation.unscoped.filter(chosen, seq_to=OPEN).values_list("pk", *COLUMNS):
                kept = self.seen.get(pk) or self.seen.setdefault(pk, row_of(columns))
                yield Kept(pk, kept)


def reobserve(change: Change, entries: Collection[int], tree: OrgTree | None = None) -> None:
    """Close and open rows so that exactly what these entries say now is observed. Once in a change, at its end."""
    said: Sequence[Statement] = statements_of(entries)
    shelf = TableShelf()
    result = observe(entries, said, shelf, tree or change.tree)
    for start in range(0, len(result.close), CHUNK):
        Observation.unscoped.filter(pk__in=result.close[start : start + CHUNK]).update(seq_to=change.seq)
    keys = _measure_keys({row.measure for row in result.open})
    bulk.insert(
        Observation,
        [
            {
                "measure_id": keys[row.measure],
                "counted": row.counted,
                "place": row.place,
                "day": row.day,
                "unit_id": row.unit,
                "series": row.series,
                "dim1": row.dims[0],
                "dim2": row.dims[1],
                "dim3": row.dims[2],
                "value": row.value,
                "level": row.level,
                "origin": row.origin,
                "entry_id": row.entry,
                "revision_id": row.revision,
                "seq_from": change.seq,
            }
            for row in result.open
        ],
    )
    closed = [shelf.seen[key] for key in result.close]
    rolling.roll(change, list(shelf.seen.values()), closed, result.open)


def replace_units(change: Change, units: Collection[int]) -> None:
    """After these units moved, merged or ended: observe again everything that was placed by them."""
    tree = tree_at(change.seq)
    affected = set(units)
    for unit in units:
        affected.update(tree.heirs(unit))
    affected.update(unit for unit, heirs in tree.taken_over.items() if not affected.isdisjoint(heirs))
    rows = Observation.unscoped.filter(seq_to=OPEN).filter(
        Q(unit_id__in=affected)
        | Q(entry__unit_id__in=affected)
        | Q(series__in=[level_series(unit) for unit in affected])
    )
    entries = set(rows.values_list("entry_id", flat=True).distinct())
    reobserve(change, entries, tree)


def _measure_keys(names: Collection[str]) -> dict[str, int]:
    known = dict(MeasureKey.unscoped.filter(name__in=names).values_list("name", "pk"))
    for name in sorted(set(names) - set(known)):
        known[name] = MeasureKey.unscoped.create(name=name).pk
    return known
