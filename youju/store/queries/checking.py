"""校验台: the rows that core.checking judges, within the viewer's grants. A dozen statements, however large the ledger's past."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from youju.core.canonical import canonical
from youju.core.checking import Said, Suspect, duplicates, late_batches, outliers
from youju.core.grant import Viewer
from youju.core.measure import Measure, UnitKind
from youju.core.period import Period
from youju.core.quantity import from_scaled
from youju.core.recipe import NOW, Recipe
from youju.store.models import Entry, Event, EvidenceLink, Observation
from youju.store.models.base import OPEN
from youju.store.queries import entries, figures
from youju.store.queries.catalog import number
from youju.store.queries.figures import World
from youju.store.queries.ledger import local_day
from youju.store.queries.overview import code_of, visible_measures

COUNTED: dict[str, UnitKind] = {"自然屯": "hamlet", "行政村": "village"}
OUTLIER_TIMES, LATE_BATCH = "check-outlier-times", "check-late-batch"


def suspects(viewer: Viewer, today: date, within: int | None = None) -> tuple[World, list[Suspect]]:
    """Everything that looks wrong since the beginning of last year, in the viewer's reach; of one unit when asked."""
    world = figures.world_at(NOW, today)
    since = date(today.year - 1, 1, 1)
    rows = entries.chosen(viewer, world.tree, today).exclude(state="void").filter(day__gte=since)
    found = [
        *_contradictions(world, viewer, today),
        *_above(world, viewer, today),
        *_observed(world, rows.values("pk"), since),
        *_entries(world, rows, today),
    ]
    if within is not None:
        found = [each for each in found if world.tree.contains(within, each.unit, today)]
    return world, found


def _contradictions(world: World, viewer: Viewer, today: date) -> Iterable[Suspect]:
    """Ratios above 100 % of this year: a part cannot be more than its whole."""
    period = Period(date(today.year, 1, 1), today)
    asked = [
        (unit, measure, Recipe(measure.id, code_of(world.tree, unit, today), period))
        for unit in _kept(world, viewer, today, "village")
        for measure in _measures(viewer, unit, world)
        if measure.ratio is not None
    ]
    answers = figures.evaluate_in(world, [recipe for *_, recipe in asked], viewer)
    for (unit, measure, _), figure in zip(asked, answers, strict=True):
        if figure.value is not None and figure.value.number > 100:
            text = f"{period.chinese()}为{figure.text}"
            yield Suspect("contradiction", measure.title, text, (), unit, today)


def _above(world: World, viewer: Viewer, today: date) -> Iterable[Suspect]:
    """Counts of hamlets or villages that are more than there are."""
    day = Period(today, today)
    asked = [
        (unit, measure, Recipe(measure.id, code_of(world.tree, unit, today), day))
        for unit in _kept(world, viewer, today, "village", "town")
        for measure in _measures(viewer, unit, world)
        if measure.behaviour == "stock" and measure.noun in COUNTED
    ]
    answers = figures.evaluate_in(world, [recipe for *_, recipe in asked], viewer)
    for (unit, measure, _), figure in zip(asked, answers, strict=True):
        there = len(world.tree.members(unit, today, COUNTED[measure.noun]))
        if figure.value is not None and there and figure.value.number > there:
            text = f"填报{figure.text}，实有{measure.noun}{there}个"
            yield Suspect("above", measure.title, text, (), unit, today)


def _observed(world: World, allowed: object, since: date) -> Iterable[Suspect]:
    """Levels that fell, and values far above the usual."""
    rows = Observation.unscoped.filter(
        seq_to=OPEN, counted=True, origin="own", day__gte=since, entry__in=allowed
    ).select_related("measure")
    said = []
    for row in rows.iterator(chunk_size=2000):
        measure = world.catalog.measures.get(row.measure.name)
        if measure is None:
            continue
        if row.series.startswith("L") and row.value < 0 and row.level is not None:
            before = from_scaled(row.level - row.value, measure.unit)
            text = f"由{before}降为{from_scaled(row.level, measure.unit)}"
            yield Suspect("falling", measure.title, text, (row.entry_id,), row.unit_id, row.day)
        elif not row.series:
            said.append(Said(row.entry_id, row.unit_id, row.day, row.measure.name, row.value))
    for each in outliers(said, number(OUTLIER_TIMES, world.moment.day)):
        measure = world.catalog.measures[each.key]
        text = str(from_scaled(each.value, measure.unit))
        yield Suspect("outlier", measure.title, text, (each.entry,), each.unit, each.day)


def _entries(world: World, rows: object, today: date) -> Iterable[Suspect]:
    """Entries that say the same, that lack evidence a rule asks for, and that were recorded late in a crowd."""
    assert isinstance(rows, type(Entry.unscoped.all()))
    held = list(
        rows.select_related("current").only(
            "pk", "register", "unit_id", "day", "seq", "state", "current__values", "current__nil"
        )
    )
    at = dict(Event.unscoped.filter(seq__in={entry.seq for entry in held}).values_list("seq", "at"))
    titles = {name: register.title for name, register in world.catalog.registers.items()}
    said = []
    for entry in held:
        assert entry.current is not None
        if entry.register in titles and not entry.current.nil:
            key = f"{entry.register} {canonical(entry.current.values)}"
            said.append(Said(entry.pk, entry.unit_id, entry.day, key))
    for group in duplicates(said):
        first = group[0]
        title, text = titles[first.key.partition(" ")[0]], f"{len(group)}条内容相同"
        yield Suspect("duplicate", title, text, tuple(each.entry for each in group), first.unit, first.day)
    required = {name for name, register in world.catalog.registers.items() if register.evidence_required_by}
    proven = set(
        EvidenceLink.unscoped.filter(entry__register__in=required).values_list("entry_id", flat=True)
    )
    for entry in held:
        if entry.register in required and entry.state == "reviewed" and entry.pk not in proven:
            topic, text = titles[entry.register], "没有佐证材料"
            yield Suspect("evidence", topic, text, (entry.pk,), entry.unit_id, entry.day)
    recorded = [
        (Said(entry.pk, entry.unit_id, entry.day, entry.register), local_day(at[entry.seq]))
        for entry in held
        if entry.register in titles
    ]
    for day, group in late_batches(recorded, number(LATE_BATCH, today)):
        first, days = group[0], [each.day for each in group]
        topic, text = f"{titles[first.key]}，{day}补录", f"{len(group)}条"
        some, span = tuple(each.entry for each in group[:3]), Period(min(days), max(days))
        yield Suspect("late", topic, text, some, first.unit, day, first.key, span)


def _measures(viewer: Viewer, unit: int, world: World) -> list[Measure]:
    seen = visible_measures(viewer, unit, world)
    return [measure for name, measure in world.catalog.measures.items() if name in seen]


def _kept(world: World, viewer: Viewer, today: date, *kinds: UnitKind) -> list[int]:
    """The viewer's units of these kinds, each once, by place."""
    found: dict[int, None] = {}
    for grant in viewer.grants_for("see", today):
        for kind in kinds:
            found.update(dict.fromkeys(world.tree.members(grant.unit, today, kind)))
    return list(found)
