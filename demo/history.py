"""All that happened in 禾澄镇 from January 2023 to 26 April 2024, and in its neighbours; the same in every run."""

from __future__ import annotations

from functools import cache

from demo import civility, governance, neighbours, publicity, upkeep
from demo.events import Chronicle, History


@cache
def history() -> History:
    """Every entry of every register, and the workbooks most of them stand in."""
    chronicle = Chronicle()
    for area in (publicity, governance, upkeep, civility):
        area.tell(chronicle)
    empty = set(chronicle.books) - {event.book for event in chronicle.events}
    assert not empty, f"workbooks without rows: {empty}"
    return History(tuple(chronicle.events), dict(chronicle.books))


@cache
def histories() -> tuple[History, ...]:
    """What happened in each town of the county, 禾澄镇 first."""
    return history(), *neighbours.histories()
