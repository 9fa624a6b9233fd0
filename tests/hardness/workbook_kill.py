"""Invariants 6 and 8: a process killed while a workbook that names people is sealed, sealed later, or erased.

Each process is killed right before or right after one of its lasting steps. Then there is a whole sealed import or none,
never a row without its file, never a key without its row, and the same act again finishes the work.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from unittest import mock

from tests.hardness.disk_full import evidence_folder, sweep_up
from tests.hardness.evidence_kill import killed
from tests.hardness.proof import Found, Place, Proof
from tests.stories import LATER
from tests.town import START, Town, build_town, measure_units
from youju.actions import batches, clock, erasing, evidence, verifying, verifying_entries, workbooks
from youju.core.sheet import Sheet
from youju.office.workbook import Workbook
from youju.store.models import Batch, Entry, SealedWorkbook, WorkbookKey, WorkbookTombstone

MOST_STEPS = 6  # the file, its name, its folder, the store's folder, the commit, the plain file's end
NAME = "欧阳待测"


def prove(count: int, place: Place) -> Found:
    """Kill `count` processes, each at another step of one of the three acts."""
    ended: Counter[str] = Counter()
    with place.new_ledger(), clock.at(START):
        town = build_town()
        bring(town, "first", "2024-03-03")  # so that the key of the instance is there
        for number in range(count):
            act = ACTS[number % len(ACTS)]
            step, after = number // len(ACTS) // 2 % MOST_STEPS, bool(number // len(ACTS) % 2)
            ended[act(town, f"{number}", step, after=after)] += 1
            ended[act.__name__] += 1
        sweep_up(may_be_half=True)
        held = [path.read_bytes() for path in evidence_folder().rglob("*") if path.is_file()]
        assert not any(NAME.encode() in each for each in held), "a name lies there in clear"
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
    assert ended["killed"] >= count // 4
    said = f"{ended['killed']} killed between steps, {ended['answered']} had their answer"
    return Found(
        f"{said} ({ended['sealed_at_import']} imports, {ended['sealed_later']} sealed later, {ended['erased']} erased): "
        "0 half, 0 rows without a file, 0 names in clear"
    )


def bring(town: Town, place: str, day: str = "2024-04-03") -> batches.Imported:
    """Import a workbook with a name; every place is another workbook."""
    rows = (("发放日期", "数量", "地点", "领取人"), (date.fromisoformat(day), "11", place, NAME))
    return batches.import_read(
        Workbook(f"签收{place}.csv", (Sheet("签收", rows),)),
        content_of(place),
        batches.Request(town.unit["东村"], "leaflets"),
        by=town.who["recorder"],
        units=measure_units(),
    )


def content_of(place: str) -> bytes:
    """The bytes of that workbook."""
    return f"{NAME},{place}".encode() * 10_000


def opens(batch: Batch, place: str) -> bool:
    """Whether the original comes back as it was brought."""
    return b"".join(workbooks.original(batch.pk) or ()) == content_of(place)


def sealed_at_import(town: Town, place: str, step: int, *, after: bool) -> str:
    """Killed while it imports; the same import again makes it whole."""
    ended = killed(lambda: bring(town, place), step, after=after)
    found = Batch.unscoped.filter(file_name=f"签收{place}.csv")
    whole = found.count()
    assert Entry.unscoped.filter(imported__batch__in=found).count() == whole
    assert WorkbookKey.unscoped.filter(sealed__batch__in=found).count() == whole
    check()
    again = bring(town, place)
    assert (len(again.entries), len(again.recognised)) == (1 - whole, whole)
    assert opens(found.get(), place)
    return ended


def sealed_later(town: Town, place: str, step: int, *, after: bool) -> str:
    """Imported as an earlier version did, killed while it is sealed; the next run finishes, and the plain file is gone."""
    with mock.patch.object(batches, "names_people", return_value=False):
        bring(town, place)
    batch = Batch.unscoped.select_related("blob").get(file_name=f"签收{place}.csv")
    plain = evidence.place_of(batch.blob.sha256)
    assert plain.exists()
    ended = killed(workbooks.seal_left, step, after=after)
    check()
    assert opens(batch, place)
    assert SealedWorkbook.unscoped.filter(batch=batch).exists() or plain.exists()
    assert workbooks.seal_left()
    assert not plain.exists()
    assert opens(batch, place)
    return ended


def erased(town: Town, place: str, step: int, *, after: bool) -> str:
    """Killed while it is erased with all others; the next run finishes."""
    bring(town, place)
    batch = Batch.unscoped.select_related("blob").get(file_name=f"签收{place}.csv")

    def erase() -> None:
        with clock.at(LATER + timedelta(days=int(place))):
            erasing.erase_due(town.unit["示范县"], by=town.who["sec"], reason="期满", basis="保存期限届满")

    ended = killed(erase, step, after=after)
    stones, keys = (
        set(model.unscoped.values_list("sealed_id", flat=True)) for model in (WorkbookTombstone, WorkbookKey)
    )
    assert stones.isdisjoint(keys)
    assert len(stones | keys) == SealedWorkbook.unscoped.count()
    check()
    erase()
    workbooks.sweep()
    assert not WorkbookKey.unscoped.exists()
    assert not evidence.place_of(batch.blob.sha256).exists()
    return ended


def check() -> None:
    """What `verify` says of files and personal data."""
    for part in (verifying_entries.check_personal(), verifying_entries.check_evidence()):
        assert part.findings == ()


ACTS = (sealed_at_import, sealed_later, erased)

PROOF = Proof(
    title="加密、删除含个人信息的原工作簿时被强行终止",
    counted="kills",
    prove=prove,
    full={"sqlite": 360, "postgresql": 180},
    short={"sqlite": 36, "postgresql": 36},
)
