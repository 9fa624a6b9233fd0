"""Invariant 6: original workbooks that name people, sealed at import, opened for whoever may, erased with what they brought."""

from __future__ import annotations

import io
import random
import tarfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from tests.hardness.tamper import forgotten, without_triggers
from tests.ledgers import LedgerDatabase
from tests.town import START, Town, build_town, measure_units
from youju.actions import (
    backups,
    batches,
    clock,
    entries,
    erasing,
    evidence,
    pieces,
    reviews,
    sealing,
    verifying,
    workbooks,
)
from youju.actions.batches import Imported, Request
from youju.actions.erasing import Erased
from youju.core.sheet import Cell, Sheet
from youju.office.workbook import Workbook
from youju.store import triggers
from youju.store.models import (
    Batch,
    Blob,
    Event,
    PersonalValue,
    SealedWorkbook,
    WorkbookKey,
    WorkbookTombstone,
)

NAME = "欧阳待测"
HEAD = ("发放日期", "数量", "领取人")


@pytest.fixture
def town(ledger_db: LedgerDatabase) -> Iterator[Town]:
    with clock.at(START):
        yield build_town()


def bring(
    town: Town,
    *rows: tuple[Cell, ...],
    head: tuple[str, ...] = HEAD,
    unit: str = "东村",
    more: bytes = b"",
    partial: bool = False,
    mapping: dict[str, str] | None = None,
) -> tuple[Imported, bytes]:
    """Import a workbook of these rows; its bytes say them, and `more`."""
    content = "\n".join(",".join(map(str, row)) for row in (head, *rows)).encode() + more
    done = batches.import_read(
        Workbook("签收.csv", (Sheet("签收", (head, *rows)),)),
        content,
        Request(town.unit[unit], "leaflets", partial=partial, mapping=mapping),
        by=town.who["recorder"],
        units=measure_units(),
    )
    return done, content


def original(done: Imported) -> bytes:
    assert done.batch is not None
    found = workbooks.original(done.batch)
    assert found is not None
    return b"".join(found)


def erase(town: Town, days: int) -> Erased:
    with clock.at(START + timedelta(days=days)):
        return erasing.erase_due(town.unit["示范县"], by=town.who["sec"], reason="期满", basis="保存期限届满")


def findings() -> list[str]:
    return [finding.code for part in verifying.verify() for finding in part.findings]


def notes() -> list[str]:
    return [note for part in verifying.verify() for note in part.notes]


def files() -> list[Path]:
    return [path for path in evidence.place_of("00").parent.parent.rglob("*") if path.is_file()]


def stands_anywhere(data: Path) -> bool:
    connection.close()
    return any(NAME.encode() in path.read_bytes() for path in data.rglob("*") if path.is_file())


def test_it_is_kept_sealed_and_comes_back_as_it_was(town: Town, ledger_db: LedgerDatabase) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME))

    assert original(done) == content
    assert not stands_anywhere(ledger_db.data)
    batch, sealed = Batch.unscoped.get(), SealedWorkbook.unscoped.get()
    assert batch.blob == sealed.blob
    assert evidence.digest_of(evidence.place_of(batch.blob.sha256).read_bytes()) == batch.blob.sha256
    key = WorkbookKey.unscoped.get()
    assert workbooks.salted(bytes(key.salt), [content]) == sealed.digest
    assert key.erase_on == PersonalValue.unscoped.get().erase_on
    assert findings() == []


@pytest.mark.parametrize("more", [0, pieces.PIECE, 5 * pieces.PIECE + 7])
def test_every_length_is_sealed_and_opened_whole(town: Town, more: int) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME), more=random.Random(more).randbytes(more))
    assert original(done) == content
    assert findings() == []


def test_a_workbook_that_names_nobody_stays_as_it_came(town: Town) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11"), head=HEAD[:2])
    assert original(done) == content
    assert [path.read_bytes() for path in files()] == [content]
    assert not SealedWorkbook.unscoped.exists()


def test_a_column_of_names_that_was_left_out_is_one_all_the_same(town: Town) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME), mapping={"领取人": ""})
    assert not PersonalValue.unscoped.exists()
    assert original(done) == content
    assert content not in [path.read_bytes() for path in files()]
    assert WorkbookKey.unscoped.get().erase_on == date(2025, 5, 1)
    assert findings() == []


def test_it_goes_with_the_last_value_that_it_brought_and_not_before(
    town: Town, ledger_db: LedgerDatabase
) -> None:
    done, content = bring(
        town, (date(2024, 3, 3), "11", "早的"), (date(2024, 4, 20), "12", NAME), (date(2024, 4, 28), "13", "")
    )
    batch, blob = Batch.unscoped.get(), Blob.unscoped.get()

    first = erase(town, 350)
    assert (first.fields, first.workbooks) == (1, 0)
    assert original(done) == content

    last = erase(town, 390)
    assert (last.fields, last.workbooks) == (1, 1)
    assert not WorkbookKey.unscoped.exists()
    assert not evidence.place_of(blob.sha256).exists()
    stone = WorkbookTombstone.unscoped.get()
    assert (stone.basis, stone.approver, stone.seq) == ("保存期限届满", town.who["sec"], last.seq)
    assert findings() == []
    assert notes() == []
    with pytest.raises(workbooks.WorkbookErased, match="保存期限届满"):
        workbooks.original(batch.pk)
    assert erase(town, 391) == Erased(0, None)
    assert not stands_anywhere(ledger_db.data)


def test_what_became_of_its_rows_changes_neither_its_date_nor_its_keeping(town: Town) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME), (date(2024, 4, 4), "12", NAME))
    first, second = done.entries
    entries.correct(
        first, {"day": "2024-05-01"}, by=town.who["recorder"], units=measure_units(), reason="笔误"
    )
    entries.void(second, by=town.who["recorder"], reason="重复")
    assert done.batch is not None
    batches.take_back(done.batch, by=town.who["recorder"], reason="选错文件")
    assert original(done) == content
    assert findings() == []
    # The corrected revision, of a later day, holds the name for longer than the workbook.
    assert (erase(town, 369).workbooks, PersonalValue.unscoped.count()) == (1, 1)
    assert findings() == []


def test_the_same_workbook_twice_is_recognised(town: Town) -> None:
    row = (date(2024, 4, 3), "11", NAME)
    bring(town, row)
    again, _ = bring(town, row)
    assert (again.batch, len(again.recognised)) == (None, 1)
    assert (Batch.unscoped.count(), Blob.unscoped.count(), len(files())) == (1, 1, 1)


def test_the_same_bytes_in_two_batches_are_sealed_twice_and_go_each_at_its_date(town: Town) -> None:
    """The second brings the row that was refused in the first; each has a key and a file of its own."""
    rows = ((date(2024, 4, 3), "11", NAME), (date(2024, 6, 3), "12", NAME))
    first, content = bring(town, *rows, partial=True)
    with clock.at(START + timedelta(days=40)):
        second, same = bring(town, *rows)
    assert content == same
    assert len({blob.sha256 for blob in Blob.unscoped.all()}) == 2
    assert erase(town, 375).workbooks == 1
    with pytest.raises(workbooks.WorkbookErased):
        original(first)
    assert original(second) == content
    assert findings() == []


def test_only_an_erased_workbook_may_lack_its_file_or_key(town: Town) -> None:
    bring(town, (date(2024, 4, 3), "11", NAME))
    path = evidence.place_of(Blob.unscoped.get().sha256)
    kept = path.read_bytes()
    path.unlink()
    assert findings() == ["verify.evidence"]
    path.write_bytes(kept)
    with forgotten():
        without_triggers()
        WorkbookKey.unscoped.all().delete()
        triggers.install(connection)
        assert findings() == ["verify.personal"]
    erase(town, 400)
    assert findings() == []
    path.write_bytes(kept)
    assert findings() == []
    assert len(notes()) == 1
    assert workbooks.sweep() == 1
    assert notes() == []


def test_a_key_goes_only_after_its_tombstone(town: Town) -> None:
    bring(town, (date(2024, 4, 3), "11", NAME))
    for statement in (
        "DELETE FROM store_workbookkey",
        "UPDATE store_workbookkey SET erase_on = '2024-01-01'",
        "DELETE FROM store_sealedworkbook",
        "UPDATE store_sealedworkbook SET digest = 'x'",
    ):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_a_damaged_file_does_not_open(town: Town) -> None:
    done, _ = bring(town, (date(2024, 4, 3), "11", NAME))
    path = evidence.place_of(Blob.unscoped.get().sha256)
    kept = path.read_bytes()
    for bad in (kept[:-1], b"x" + kept[1:], kept[:40] + bytes([kept[40] ^ 1]) + kept[41:]):
        path.write_bytes(bad)
        with pytest.raises(workbooks.WorkbookDamaged):
            original(done)
        assert set(findings()) == {"verify.personal", "verify.evidence"}


def test_without_the_key_nothing_is_imported_opened_or_made_anew(
    town: Town, ledger_db: LedgerDatabase
) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME))
    key = ledger_db.data / "personal.key"
    key.rename(ledger_db.data / "gone")
    sealing.forget_key()
    with forgotten():
        without_triggers()
        PersonalValue.unscoped.all().delete()
        with pytest.raises(sealing.KeyMissing):
            original(done)
    with pytest.raises(sealing.KeyMissing):
        bring(town, (date(2024, 4, 4), "11", NAME))
    assert not key.exists()
    key.write_bytes(b"x" * 32)
    sealing.forget_key()
    with pytest.raises(sealing.KeyMissing):
        original(done)
    (ledger_db.data / "gone").rename(key)
    sealing.forget_key()
    triggers.install(connection)
    assert original(done) == content


def test_a_backup_that_is_being_made_keeps_the_file_until_it_is_done(town: Town) -> None:
    """The copy of the database may name it, so it must be there to be copied."""
    bring(town, (date(2024, 4, 3), "11", NAME))
    path = evidence.place_of(Blob.unscoped.get().sha256)
    with evidence.undisturbed(alone=False):
        assert erase(town, 400).workbooks == 1
        assert path.exists()
        assert workbooks.sweep() == 0
    assert workbooks.sweep() == 1
    assert not path.exists()


def test_a_backup_holds_no_name_in_clear(town: Town, tmp_path: Path) -> None:
    bring(town, (date(2024, 4, 3), "11", NAME))
    backups.make(tmp_path / "a.tar.gz", with_key=False)
    with tarfile.open(tmp_path / "a.tar.gz") as archive:
        members = [archive.extractfile(each) for each in archive.getmembers()]
        assert not any(NAME.encode() in each.read() for each in members if each is not None)


def test_the_security_administrator_erases_by_command(town: Town, ledger_db: LedgerDatabase) -> None:
    """The command lives today, when all of it is due."""
    bring(town, (date(2024, 4, 3), "11", NAME))
    said = ledger_db.run("erase", "示范县", "--as", "sec", "--dry-run")
    assert "个人信息1项、原工作簿1个" in said.stdout
    assert ledger_db.run("erase", "示范县", "--as", "recorder", "--dry-run").returncode == 2
    assert ledger_db.run("erase", "示范县", "--as", "sec", "--reason", "期满").returncode == 2
    assert WorkbookKey.unscoped.exists()
    done = ledger_db.run("erase", "示范县", "--as", "sec", "--reason", "期满", "--basis", "保管期限表")
    assert "已删除个人信息1项、原工作簿1个" in done.stdout
    assert files() == []
    again = ledger_db.run("erase", "示范县", "--as", "sec", "--reason", "期满", "--basis", "保管期限表")
    assert "没有到期" in again.stdout
    assert ledger_db.run("verify").returncode == 0


# --- what earlier versions kept plainly --------------------------------------------------------------------


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Until undone, workbooks are kept as versions before 0013 kept them. A real such ledger: tests/hardness/upgrades.py."""
    monkeypatch.setattr(batches, "names_people", lambda *_: False)
    return monkeypatch


def test_what_was_kept_plainly_is_told_and_sealed_once(
    town: Town, ledger_db: LedgerDatabase, plainly: pytest.MonkeyPatch
) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME))
    nobody, other = bring(town, (date(2024, 4, 4), "11"), head=HEAD[:2])
    plainly.undo()
    assert findings() == []
    assert len(notes()) == 1
    assert stands_anywhere(ledger_db.data)

    assert workbooks.seal_left()
    head = Event.unscoped.count()
    assert workbooks.seal_left()
    assert Event.unscoped.count() == head
    assert Event.unscoped.filter(kind="workbook.sealed", actor=None).count() == 1
    assert not stands_anywhere(ledger_db.data)
    assert (original(done), original(nobody)) == (content, other)
    assert (findings(), notes()) == ([], [])
    assert erase(town, 400).workbooks == 1
    assert (findings(), notes()) == ([], [])
    assert [path.read_bytes() for path in files()] == [other]


def test_erasing_does_not_wait_for_them_to_be_sealed(
    town: Town, ledger_db: LedgerDatabase, plainly: pytest.MonkeyPatch
) -> None:
    bring(town, (date(2024, 4, 3), "11", NAME))
    plainly.undo()
    assert erase(town, 400).workbooks == 1
    assert files() == []
    assert findings() == []


def test_a_plain_file_that_proves_an_entry_as_well_stays_for_that(
    town: Town, plainly: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME))
    plainly.undo()
    (tmp_path / "签收.txt").write_bytes(content)
    evidence.attach(done.entries[0], tmp_path / "签收.txt", by=town.who["recorder"])
    assert workbooks.seal_left()
    assert content in [path.read_bytes() for path in files()]
    assert findings() == []


def test_one_that_cannot_be_sealed_is_left_for_later(
    town: Town, ledger_db: LedgerDatabase, plainly: pytest.MonkeyPatch
) -> None:
    done, content = bring(town, (date(2024, 4, 3), "11", NAME))
    plainly.undo()
    key = ledger_db.data / "personal.key"
    held = key.read_bytes()
    key.unlink()
    sealing.forget_key()
    assert not workbooks.seal_left()
    assert original(done) == content
    key.write_bytes(held)
    sealing.forget_key()
    assert workbooks.seal_left()
    assert original(done) == content


def test_reviews_and_figures_know_nothing_of_it(town: Town) -> None:
    done, _ = bring(town, (date(2024, 4, 3), "11", NAME))
    reviews.confirm(list(done.entries), by=town.who["reviewer"])
    before = town.figure("leaflets.handed_out @东村 2024-04").text
    erase(town, 400)
    assert town.figure("leaflets.handed_out @东村 2024-04").text == before


def test_sealing_to_a_file_seals_the_last_piece_apart() -> None:
    held = io.BytesIO()
    workbooks._seal(b"", held, b"k" * 32)
    assert len(held.getvalue()) == len(workbooks.MAGIC) + pieces.TAG
