"""False alarms: ledgers with many different pasts, some compacted, rebuilt, or backed up and restored, verify with nothing found."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.db import connection, connections, transaction

from tests.hardness.proof import Found, Place, Proof
from tests.ledgers import LedgerDatabase
from tests.stories import lived
from tests.town import START, Town, build_town
from youju.actions import backups, clock, restoring, rolling, searching, verifying, witness
from youju.store import triggers

PASTS = 25  # of one town, each taken back before the next begins
STEPS = (4, 16)


def prove(count: int, place: Place) -> Found:
    """`count` ledgers, each verified against its own head; one in each lot goes through what administrators do."""
    chance = random.Random(20260101)
    alarms: list[str] = []
    tally: Counter[str] = Counter()
    events = 0
    while sum(tally.values()) < count:
        with place.new_ledger() as ledger:
            with clock.at(START):
                town = build_town()
            for _ in range(min(PASTS - 1, count - sum(tally.values()) - 1)):
                with transaction.atomic():
                    lived(town, chance, chance.randrange(*STEPS), place.folder)
                    events += witness.present().seq
                    alarms += alarms_of("as it is")
                    transaction.set_rollback(True)
                tally["as it is"] += 1
            kept = sum(tally.values()) // PASTS
            name, care = list(CARE.items())[kept % len(CARE)]
            care(ledger, town, chance, place.folder)
            events += witness.present().seq
            alarms += alarms_of(name)
            tally[name] += 1
    said = ", ".join(f"{number} {name}" for name, number in tally.items())
    return Found(f"{said}; {events} events: {len(alarms)} false alarms", tuple(alarms[:20]))


def alarms_of(name: str) -> list[str]:
    """What verification finds, the present head given to it as if from paper."""
    parts = verifying.verify([witness.present()])
    return [f"{name}: {finding}" for part in parts for finding in part.findings]


Care = Callable[[LedgerDatabase, Town, random.Random, Path], None]


def _compacted(ledger: LedgerDatabase, town: Town, chance: random.Random, folder: Path) -> None:
    lived(town, chance, 12, folder)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("ANALYZE")


def _rebuilt(ledger: LedgerDatabase, town: Town, chance: random.Random, folder: Path) -> None:
    lived(town, chance, 12, folder)
    rolling.rebuild()
    searching.rebuild()
    triggers.install(connection)


def _restored(ledger: LedgerDatabase, town: Town, chance: random.Random, folder: Path) -> None:
    lived(town, chance, 12, folder)
    file = folder / "a.tar.gz"
    backups.make(file, with_key=True)
    connections["default"].close()
    restoring.restore(file, replace=True)
    for aside in ledger.data.glob("replaced-*"):
        shutil.rmtree(aside)


def _everything(ledger: LedgerDatabase, town: Town, chance: random.Random, folder: Path) -> None:
    lived(town, chance, 60, folder)


CARE: dict[str, Care] = {
    "after VACUUM and ANALYZE": _compacted,
    "rebuilt": _rebuilt,
    "backed up and restored": _restored,
    "with a longer past": _everything,
}
PROOF = Proof(
    title="没有人动过的台账，核验不误报",
    counted="ledgers",
    prove=prove,
    full={"sqlite": 700, "postgresql": 300},
    short={"sqlite": 30, "postgresql": 12},
)
