"""The same report composed again and again while it is written: what one state of the ledger says is asked once.

A state is known by the hash of the ledger's last event, so nothing has to be thrown away when the ledger moves on;
whether the viewer may see a figure is checked every time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock
from typing import Generic, TypeVar

from youju.core.figure import Figure
from youju.core.grant import Viewer
from youju.core.problem import Problem
from youju.core.recipe import NOW, Recipe
from youju.core.report import ReportSpec
from youju.specs.reports import report_from_text
from youju.store.queries import figures
from youju.store.queries.figures import World
from youju.store.queries.ledger import head

ValueT = TypeVar("ValueT")
Key = tuple[object, ...]
Parsed = tuple[ReportSpec | None, tuple[Problem, ...]]


@dataclass
class _Shelf(Generic[ValueT]):
    """The newest so many values; safe between threads."""

    most: int
    kept: OrderedDict[Key, ValueT] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Key) -> ValueT | None:
        with self.lock:
            return self.kept.get(key)

    def put(self, key: Key, value: ValueT) -> None:
        with self.lock:
            self.kept[key] = value
            while len(self.kept) > self.most:
                self.kept.popitem(last=False)


_worlds: _Shelf[World] = _Shelf(4)
_figures: _Shelf[Figure] = _Shelf(4096)
_words: _Shelf[str] = _Shelf(256)
_texts: _Shelf[Parsed] = _Shelf(32)


@dataclass(frozen=True, slots=True)
class State:
    """The ledger as it stands: its world, the instant of its last event, and what it is known by."""

    world: World
    at: datetime
    key: tuple[str, date]


def state(today: date) -> State:
    """The ledger now. One statement when it has not moved since it was last asked for."""
    ledger = head()
    key = (ledger.hash, today)
    world = _worlds.get(key)
    if world is None:
        world = figures.world_at(NOW, today)
        if world.moment.seq == ledger.head:
            _worlds.put(key, world)
    return State(world, ledger.at, key)


def parsed(now: State, text: str) -> Parsed:
    """A report's text as a report: what is written on next is mostly what was just shown."""
    key = (*now.key, text)
    kept = _texts.get(key)
    if kept is None:
        kept = report_from_text(text, now.world.catalog)
        _texts.put(key, kept)
    return kept


def evaluate(now: State, recipes: Sequence[Recipe], viewer: Viewer) -> list[Figure]:
    """The figures of recipes; only what this state has not been asked yet is computed. Raises NotAllowed and BadRecipe."""
    found: dict[int, Figure] = {}
    wanted = []
    for number, recipe in enumerate(recipes):
        figures.plan_in(now.world, recipe, viewer)
        kept = _figures.get((*now.key, str(recipe)))
        if kept is None:
            wanted.append(number)
        else:
            found[number] = kept
    if wanted:
        asked = [recipes[number] for number in wanted]
        for number, figure in zip(wanted, figures.evaluate_in(now.world, asked, viewer), strict=True):
            found[number] = figure
            _figures.put((*now.key, str(recipes[number])), figure)
    return [found[number] for number in range(len(recipes))]


def notebook(now: State, viewer: Viewer) -> Callable[[Key, Callable[[], str]], str]:
    """Keeps words that this viewer was shown in this state, so that they are asked for once."""

    def remember(place: Key, ask: Callable[[], str]) -> str:
        key = (*now.key, viewer.id, *place)
        kept = _words.get(key)
        if kept is None:
            kept = ask()
            _words.put(key, kept)
        return kept

    return remember
