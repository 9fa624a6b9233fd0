"""Invariants 2, 3 and 4: random histories of a ledger, judged by a second, slow and simple reckoning of what every figure should be.

The reckoning below knows entries, reviews and the organisation, but neither observations nor deltas: a flow counts
where its unit stood on its day, an item where it stands on the day asked, a level is the last report that nobody
who took the unit over has superseded. By the division of a day all of it counts where the unit that holds it stands that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.conftest import LedgerFactory
from tests.town import START, Town, build_town, measure_units
from youju.actions import batches, clock, entries, periods, reviews, units
from youju.actions.units import NewUnit
from youju.core.entry import Raw, UnknownEntry
from youju.core.figure import Figure
from youju.core.grant import Viewer
from youju.core.orgtree import LEVEL_OF_KIND, OrgTree, level_size
from youju.core.period import parse_period, slots
from youju.core.problem import DomainError
from youju.core.recipe import NOW, AsOf, Recipe, parse_recipe
from youju.core.sheet import Sheet
from youju.office.workbook import Workbook
from youju.store.models import Entry, Revision
from youju.store.queries import figures, replay, scope

HISTORIES = {"sqlite": 2000, "postgresql": 200}
SHARDS = 8  # so that parallel workers share the work
FIRST = date(2024, 1, 1)
ASKED = ("2024-01-01..2024-02-15", "2024-02-01..2024-04-30", "2024-04-30")
MEASURES = (
    "leaflets.handed_out", "leaflets.handed_out [专项=村庄清洁行动]", "slogans.added", "slogans.standing", "books.stock",
    "villages.informed",
)  # fmt: skip

# Few villages and days, so that what happens meets: the same day, the same series, the unit that took over.
days = st.integers(0, 12).map(lambda number: FIRST + timedelta(days=10 * number))
villages = st.sampled_from(("东村", "南村", "北村"))
picks = st.integers(0, 30)
counts = st.integers(0, 9)
campaigns = st.sampled_from(["", "村庄清洁行动", "移风易俗"])
reviewed = st.sampled_from([True, True, False])
Step = tuple[Any, ...]

records = st.one_of(
    st.tuples(st.just("leaflets"), reviewed, villages, days, counts, campaigns),
    st.tuples(st.just("slogans"), reviewed, villages, days, counts, st.none() | st.integers(0, 60)),
    st.tuples(st.just("books"), reviewed, villages, days, counts),
    st.tuples(st.just("books"), reviewed, villages, days, counts),
    st.tuples(st.just("nil"), reviewed, villages, st.sampled_from(["2024-01", "2024-02", "2024-03"])),
    st.tuples(
        st.just("batch"), reviewed, villages, st.lists(st.tuples(days, counts), min_size=1, max_size=3)
    ),
)
changes = st.one_of(
    st.tuples(st.just("confirm"), picks),
    st.tuples(st.just("confirm all")),
    st.tuples(st.just("return"), picks),
    st.tuples(st.just("correct"), reviewed, picks, counts, st.none() | days),
    st.tuples(st.just("correct"), reviewed, picks, counts, st.none() | days),
    st.tuples(st.just("void"), picks),
    st.tuples(st.just("take back"), picks),
)
reorganisations = st.one_of(
    st.tuples(st.just("move"), villages, st.sampled_from(["甲镇", "乙镇"]), days),
    st.tuples(st.just("merge"), villages, villages, days),
    st.tuples(st.just("merge"), villages, villages, days),
    st.tuples(st.just("dissolve"), villages, days),
    st.tuples(st.just("close"), st.sampled_from(["甲镇", "东村"]), days),
)
steps = st.one_of(records, records, changes, reorganisations)


@dataclass
class Told:
    """A history being lived: what was acknowledged, and what the figures were after each event."""

    town: Town
    divisions: tuple[date, ...] = ()
    now: datetime = START
    batches: list[int] = field(default_factory=list)
    seen: dict[int, dict[Recipe, tuple[object, ...]]] = field(default_factory=dict)

    @cached_property
    def viewer(self) -> Viewer:
        """The clerk, who sees everything here."""
        return scope.viewer_of(self.town.who["clerk"])


@pytest.mark.parametrize("shard", range(SHARDS))
def test_any_history_gives_the_figures_of_the_slow_reckoning_at_every_moment(
    new_ledger: LedgerFactory, shard: int
) -> None:
    with new_ledger() as ledger, clock.at(START):
        town = build_town()

        @seed(shard)
        @settings(
            max_examples=HISTORIES[ledger.engine] // SHARDS,
            derandomize=False,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(st.lists(steps, min_size=1, max_size=14), st.tuples(days, days))
        def live(history: list[Step], divisions: tuple[date, date]) -> None:
            with forgotten():
                told = Told(town, divisions)
                for step in history:
                    told.now += timedelta(hours=7)
                    with clock.at(told.now):
                        happened = act(told, step)
                        if happened:
                            remember(told)
                with clock.at(told.now):
                    check(told)

        live()


@contextmanager
def forgotten() -> Iterator[None]:
    """Everything inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def act(told: Told, step: Step) -> bool:
    """Do one step; False when the ledger refused it, which must leave it as it was."""
    before = _state()
    try:
        with transaction.atomic():
            _do(told, step)
    except DomainError:
        assert _state() == before
        return False
    return True


def _do(told: Told, step: Step) -> None:
    kind, *rest = step
    town, who = told.town, told.town.who
    if kind in RECORDS:
        then_reviewed, *values = rest
        made = RECORDS[kind](told, *values)
        if then_reviewed:
            reviews.confirm(made, by=who["reviewer"])
    elif kind == "confirm":
        reviews.confirm([_pick(rest[0])], by=who["reviewer"])
    elif kind == "confirm all":
        waiting = list(Entry.unscoped.filter(state="pending").values_list("pk", flat=True))
        if not waiting:
            raise UnknownEntry(entry="-")
        reviews.confirm(waiting, by=who["reviewer"])
    elif kind == "return":
        reviews.send_back([_pick(rest[0])], by=who["reviewer"], reason="数量与签收表不符")
    elif kind == "void":
        entries.void(_pick(rest[0]), by=who["reviewer"], reason="重复登记")
    elif kind == "take back":
        if not told.batches:
            raise batches.UnknownBatch(batch=0)
        batches.take_back(told.batches[rest[0] % len(told.batches)], by=who["reviewer"], reason="选错文件")
    elif kind == "move":
        village, target, day = rest
        units.move(town.unit[village], town.unit[target], since=day, by=who["sys"])
    elif kind == "merge":
        village, target, day = rest
        units.merge(town.unit[village], town.unit[target], since=day, by=who["sys"])
    elif kind == "dissolve":
        village, day = rest
        units.dissolve(town.unit[village], since=day, by=who["sys"])
    elif kind == "found":
        above, what, day, reports = rest
        name = f"新{what}{told.now:%m%d%H}"
        unit = NewUnit(name, what, town.unit[above], since=day)
        (founded,) = units.add([unit], by=who["sys"])
        for later in reports:
            raw = {"day": day + timedelta(days=later), "count": "1"}
            made_entry = entries.record("leaflets", founded, raw, by=who["recorder"], units=measure_units())
            reviews.confirm([made_entry.entry], by=who["reviewer"])
    elif kind == "recast":
        village, cast, day = rest
        units.rename(town.unit[village], f"{village}{day}", since=day, by=who["sys"], kind=cast)
    else:
        assert kind == "close"
        unit, day = rest
        periods.close(town.unit[unit], day, by=who["leader"], reason="核定")


def _leaflets(
    told: Told,
    village: str,
    day: date,
    count: int,
    campaign: str,
    audience: str = "",
    again: tuple[date, int] | None = None,
) -> list[int]:
    again_on, more = (again[0], str(again[1])) if again else (None, None)
    made = told.town.record(
        "leaflets",
        village,
        day=day,
        count=str(count),
        campaign=campaign,
        audience=audience,
        again_on=again_on,
        again=more,
    )
    return [made.entry]


def _slogans(told: Told, village: str, day: date, count: int, stands: int | None) -> list[int]:
    removed = None if stands is None else day + timedelta(days=stands)
    made = told.town.record("slogans", village, installed_on=day, removed_on=removed, count=str(count))
    return [made.entry]


def _books(told: Told, village: str, day: date, count: int, kind: str = "") -> list[int]:
    return [told.town.record("books", village, counted_on=day, books=str(count), kind=kind).entry]


def _nil(told: Told, village: str, month: str) -> list[int]:
    unit, slot = told.town.unit[village], parse_period(month)
    return [entries.record_nil("leaflets", unit, slot, by=told.town.who["recorder"]).entry]


def _correct(told: Told, pick: int, count: int, day: date | None) -> list[int]:
    entry = Entry.unscoped.get(pk=_pick(pick))
    number, filed = {
        "leaflets": ("count", "day"),
        "slogans": ("count", "installed_on"),
        "books": ("books", "counted_on"),
    }[entry.register]
    changed: dict[str, Raw] = {number: str(count), **({filed: day} if day else {})}
    recorder = told.town.who["recorder"]
    return [entries.correct(entry.pk, changed, by=recorder, units=measure_units(), reason="笔误").entry]


def _batch(told: Told, village: str, rows: list[tuple[date, int]]) -> list[int]:
    cells = [(day, str(count), f"第{at}处 {told.now}") for at, (day, count) in enumerate(rows)]
    sheet = Sheet("一季度", (("发放日期", "数量", "地点"), *cells))
    workbook = Workbook("宣传资料发放台账.xlsx", (sheet,))
    request = batches.Request(told.town.unit[village], "leaflets")
    recorder = told.town.who["recorder"]
    done = batches.import_read(workbook, b"rows", request, by=recorder, units=measure_units())
    assert done.batch is not None
    told.batches.append(done.batch)
    return list(done.entries)


RECORDS: dict[str, Callable[..., list[int]]] = {
    "leaflets": _leaflets,
    "slogans": _slogans,
    "books": _books,
    "nil": _nil,
    "correct": _correct,
    "batch": _batch,
}


def _pick(number: object) -> int:
    keys = list(Entry.unscoped.order_by("pk").values_list("pk", flat=True))
    if not keys:
        raise UnknownEntry(entry="-")
    return keys[int(str(number)) % len(keys)]


def _state() -> tuple[object, ...]:
    from youju.store.models import Ledger, Observation

    ledger = Ledger.unscoped.get(pk=1)
    return (ledger.head, ledger.hash, Observation.unscoped.count(), Entry.unscoped.count())


RECIPES = [
    parse_recipe(f"{name} @{place} {asked} {dims}".strip())
    for name, _, dims in (measure.partition(" ") for measure in MEASURES)
    for place in ("示范县", "甲镇", "东村")
    for asked in ASKED
]


# Asked by the divisions of two days of the history's own, before, within or after these periods; half of them at a time.
DIVIDED = [
    parse_recipe(f"{name} @{place} {asked} {dims}".strip())
    for name, _, dims in (measure.partition(" ") for measure in MEASURES)
    for place, asked in (("示范县", ASKED[0]), ("甲镇", ASKED[1]), ("东村", ASKED[0]))
]


def _shown(figure: Figure) -> tuple[object, ...]:
    return figure.text, figure.n, figure.pending


def remember(told: Told) -> None:
    """Write down what the figures are right after an event, and compare them with the slow reckoning."""
    world = figures.world_at(NOW, clock.today())
    divided = [
        replace(each, division=told.divisions[number % 2])
        for number, each in enumerate(DIVIDED[told.now.day % 2 :: 2])
    ]
    asked = [each for each in RECIPES + divided if world.tree.exists(told.town.unit[each.unit], each.day)]
    answers = figures.evaluate_in(world, asked, told.viewer)
    counted = _counted()
    told.seen[world.moment.seq] = dict(zip(asked, map(_shown, answers), strict=True))
    for recipe, figure in zip(asked, answers, strict=True):
        root, period = told.town.unit[recipe.unit], recipe.period
        by = recipe.division if isinstance(recipe.division, date) else None
        wanted = reckon(
            counted, recipe.measure, dict(recipe.dims), root, period.first, period.last, world.tree, by
        )
        assert figure.text.rstrip("份条册个") == ("未报" if wanted is None else str(wanted)), str(recipe)
        if recipe.measure == "leaflets.handed_out" and not recipe.dims and by is not None:
            assert set(figure.missing_units) == _missing(counted, root, recipe, by, world.tree), str(recipe)


def check(told: Told) -> None:
    """Looking back at every moment gives what was seen then, and replaying the ledger gives the stored rows."""
    for seq, seen in told.seen.items():
        asked = [replace(recipe, as_of=AsOf(seq=seq)) for recipe in seen]
        again = figures.evaluate(asked, told.viewer, clock.today())
        assert dict(zip(seen, map(_shown, again), strict=True)) == seen
    replayed = replay.replay()
    assert replay.stored() == replayed.intervals
    states = {
        key: tuple(rest)
        for key, *rest in Entry.unscoped.values_list("pk", "state", "current_id", "counted_id")
    }
    assert states == replayed.states


# The slow reckoning.


Counted = list[tuple[Entry, Revision]]


def _counted() -> Counted:
    rows = Entry.unscoped.select_related("counted").exclude(state="void")
    return [(entry, entry.counted) for entry in rows if entry.counted is not None]


def reckon(
    counted: Counted,
    measure: str,
    dims: dict[str, str],
    root: int,
    first: date,
    last: date,
    tree: OrgTree,
    by: date | None = None,
) -> int | None:
    """What the figure should be, from the revisions that count; `by` the division of a day."""
    register = "slogans" if measure == "slogans.added" else "leaflets"
    happened = [
        revision
        for entry, revision in counted
        if entry.register == register
        and first <= revision.day <= last
        and _in(tree, root, revision.unit_id, revision.day, by)
        and all(revision.values.get("campaign", "") == value for value in dims.values())
    ]
    if measure in ("leaflets.handed_out", "slogans.added"):
        return sum(_flow(revision, "count") for revision in happened) if happened else None
    if measure == "slogans.standing":
        return _standing(counted, root, last, tree, by)
    if measure == "books.stock":
        return _levels(counted, root, last, tree, by)
    assert measure == "villages.informed"
    universe = tree.members(root, by or last, "village")
    sums: dict[int, int] = {}
    for revision in happened:
        holder = _stands_for(tree, revision.unit_id, by) if by else tree.heir(revision.unit_id, last)
        sums[holder] = sums.get(holder, 0) + _flow(revision, "count")
    return sum(1 for unit in universe if sums.get(unit, 0) > 0) if happened and universe else None


def _flow(revision: Revision, name: str) -> int:
    return int(revision.values.get(name, 0))


def _in(tree: OrgTree, root: int, unit: int, day: date, by: date | None = None) -> bool:
    """Whether the unit stood in the root's subtree on a day of a flow, by the place it had; or counts there by a division."""
    if by is not None:
        return root in (here := _stands_for(tree, unit, by), *tree.ancestors(here, by))
    placement = tree.placement(root, day)
    place = tree.place(unit, day)
    if placement is None or place is None:
        return False
    return placement.place <= place < placement.place + level_size(LEVEL_OF_KIND[tree.kind(root, day)])


def _stands_for(tree: OrgTree, unit: int, day: date) -> int:
    """Whoever stands on a day for a unit: step by step to who took over, or who was above at the end or the beginning.

    Two units may each have been merged into the other, the later merger recorded first: nobody takes over twice.
    """
    seen = {unit}
    while not any(each.covers(day) for each in tree.placements[unit]):
        first, *_ = lives = tree.placements[unit]
        heir = lives[-1].successor if day >= first.since else None
        above = first.parent if day < first.since else lives[-1].parent
        step = above if heir is None or heir in seen else heir
        assert step is not None
        seen.add(step)
        unit = step
    return unit


def _missing(counted: Counted, root: int, recipe: Recipe, by: date, tree: OrgTree) -> set[int]:
    """The villages that count in the root by the division, and said nothing in some month at whose end they stood."""
    found = set()
    for month in slots(recipe.period, "monthly"):
        said = {
            tree.heir(revision.unit_id, month.last)
            for entry, revision in counted
            if entry.register == "leaflets" and month.first <= revision.day <= month.last
        }
        found |= {
            unit
            for unit in tree.placements
            if tree.exists(unit, month.last)
            and tree.kind(unit, month.last) == "village"
            and _in(tree, root, unit, month.last, by)
            and unit not in said
        }
    return found


def _standing(counted: Counted, root: int, day: date, tree: OrgTree, by: date | None) -> int | None:
    known, total = False, 0
    for entry, revision in counted:
        if entry.register != "slogans":
            continue
        since = date.fromisoformat(revision.values["installed_on"])
        ends = date.fromisoformat(revision.values["removed_on"]) if "removed_on" in revision.values else None
        if since > day or (ends is not None and ends <= since):
            continue
        amount = _flow(revision, "count")
        last = day if ends is None else min(day, ends)
        known = known or _ever(tree, root, revision.unit_id, since, last, day, amount, by)
        if ends is None or day < ends:
            total += amount if _holds(tree, root, revision.unit_id, day, by) else 0
    return total if known else None


def _holds(tree: OrgTree, root: int, unit: int, day: date, by: date | None) -> bool:
    """Whether what stood at the unit stands in the root's subtree on a day: by a division where its holder of that day counts."""
    return _in(tree, root, unit if by is None else tree.heir(unit, day), day, by)


def _levels(counted: Counted, root: int, day: date, tree: OrgTree, by: date | None) -> int | None:
    reports: dict[int, list[Revision]] = {}
    for entry, revision in counted:
        if entry.register == "books":
            reports.setdefault(revision.unit_id, []).append(revision)
    known, total = False, 0
    for unit, own in reports.items():
        heirs = tree.heirs(unit)
        cuts = [
            other.day
            for heir in heirs
            for other in reports.get(heir, [])
            if tree.heir(unit, other.day) == heir
        ]
        cut = min(cuts, default=date.max)
        past = sorted(
            (revision for revision in own if revision.day <= day), key=lambda each: (each.day, each.pk)
        )
        for at, revision in enumerate(past):
            amount = int(revision.values["books"]) if revision.day < cut else 0
            ends = [each.day for each in past[at + 1 : at + 2]] + [cut]
            known = known or _ever(tree, root, unit, revision.day, min(day, *ends), day, amount, by)
        valid = [revision for revision in past if revision.day < cut]
        if valid and day < cut and _holds(tree, root, unit, day, by):
            total += int(valid[-1].values["books"])
    return total if known else None


def _ever(
    tree: OrgTree, root: int, unit: int, since: date, until: date, day: date, amount: int, by: date | None
) -> bool:
    """Whether something that stood at the unit was ever written down in the subtree that the root has on `day`.

    It is where it was said, and, when it was more than nothing, at every place it was carried to until `until`.
    """
    steps = tree.path(unit, since, until + timedelta(days=1))
    if by is not None:
        return any(
            _in(tree, root, each, day, by) for at, (_, each, _) in enumerate(steps) if at == 0 or amount
        )
    placement = tree.placement(root, day)
    if placement is None:
        return False
    high = placement.place + level_size(LEVEL_OF_KIND[tree.kind(root, day)])
    places = [place for at, (_, _, place) in enumerate(steps) if at == 0 or amount]
    return any(placement.place <= place < high for place in places)


def test_the_engine_under_test_is_the_one_asked_for(new_ledger: LedgerFactory) -> None:
    with new_ledger() as ledger:
        assert connection.vendor == ("postgresql" if ledger.url else "sqlite")
