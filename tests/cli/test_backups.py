"""Backup and restore: everything comes back as it was, byte by byte, and what was tampered with does not come back at all."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection, connections

from tests.conftest import LedgerFactory
from tests.handed_out import handed_out
from tests.ledgers import LedgerDatabase
from tests.stories import LATER, everything
from tests.town import START, build_town
from youju.actions import backup_keys, backups, clock, pieces, restoring
from youju.store.models import Event, Login, LoginSession, Token
from youju.store.models.base import OPEN
from youju.store.queries.ledger import head

CANARY = "金丝雀村三组"


def emptied(ledger: LedgerDatabase) -> None:
    """A place with nothing in it: no database file, or a database without tables."""
    if ledger.engine == "sqlite":
        connections["default"].close()
        (ledger.data / "youju.sqlite3").unlink()
    else:
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
        connections["default"].close()


def done(ledger: LedgerDatabase, *arguments: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    connections["default"].close()
    found = ledger.run(*arguments)
    assert found.returncode == status, found.stdout + found.stderr
    return found


def before_the_trace(content: dict[str, bytes]) -> dict[str, bytes]:
    """What a restored ledger hands out, without the one event that says that it was restored and the tokens it ended."""
    said = json.loads(content["verify --json"])
    chain = next(part for part in said["parts"] if part["title"] == "哈希链")
    chain["checked"] -= 1
    del said["head"]
    return content | {"verify --json": json.dumps(said).encode()}


def without_head(content: dict[str, bytes]) -> dict[str, bytes]:
    said = json.loads(content["verify --json"])
    del said["head"]
    return content | {"verify --json": json.dumps(said).encode()}


def test_a_restored_ledger_hands_out_the_same_bytes(new_ledger: LedgerFactory, tmp_path: Path) -> None:
    """Reports, lists, figures, roll-ups, evidence and verification; sessions and tokens of before work no more."""
    file = tmp_path / "day.tar.gz"
    (tmp_path / "files").mkdir()
    with clock.at(LATER):
        with new_ledger() as first:
            everything(tmp_path / "files")
            (first.data / "catalog" / "parameters").mkdir(parents=True)
            (first.data / "catalog" / "parameters" / "own.txt").write_text("本地", encoding="utf-8")
            printed = f"#{head().head} {head().hash}"
            Login.objects.update(must_change=False)
            seq = head().head
            given = handed_out(first, seq)
            assert LoginSession.objects.count() == 1
            assert Token.unscoped.filter(seq_to=OPEN).count() == 1
            said = json.loads(done(first, "backup", file, "--with-key", "--json").stdout)
            assert said["head"] == seq
        with new_ledger() as second:
            refused = done(second, "restore", file, status=2)
            assert "已有台账" in refused.stderr
            emptied(second)
            back = json.loads(done(second, "restore", file, "--json").stdout)
            assert (back["head"], back["hash"], back["ok"]) == (seq, said["hash"], True)
            assert (back["seq"], back["tokens"], back["unchecked"], back["aside"]) == (seq + 1, 1, False, "")
            assert LoginSession.objects.count() == 0
            assert Token.unscoped.filter(seq_to=OPEN).count() == 0
            trace = Event.unscoped.get(seq=seq + 1)
            assert trace.kind == "ledger.restored"
            assert f"#{seq} {said['hash'][:12]}" in trace.body
            assert (second.data / "catalog" / "parameters" / "own.txt").read_text(encoding="utf-8") == "本地"
            again = handed_out(second, seq)
            changed = [
                name
                for name, content in without_head(given).items()
                if before_the_trace(again)[name] != content
            ]
            assert changed == []
            assert again.keys() == given.keys()
            done(second, "verify", "--head", printed)
            assert sorted(path.name for path in second.data.glob(".youju-*")) == []


WRITER = """
import sys, itertools
from youju.cli.setting_up import open_ledger
open_ledger()
from tests.town import catalog, measure_units
from youju.actions import entries, reviews, evidence
from youju.actions.setup import member_of
from youju.store.models import OrgUnit, UnitNaming
from pathlib import Path
unit = UnitNaming.unscoped.get(name="东村").unit_id
for n in itertools.count():
    made = entries.record("leaflets", unit, {"day": "2024-03-05", "count": str(n)}, by=member_of("recorder"), units=measure_units())
    file = Path(sys.argv[1]) / f"{n}.txt"; file.write_text(f"{sys.argv[1]} {n}")
    evidence.attach(made.entry, file, by=member_of("recorder"))
    reviews.confirm([made.entry], by=member_of("reviewer"))
    print(made.seq, flush=True)
"""


@contextmanager
def writing(ledger: LedgerDatabase, folder: Path) -> Iterator[None]:
    """Two processes that go on recording until the end."""
    running = []
    for name in ("甲", "乙"):
        (folder / name).mkdir()
        command = [*ledger.command()[:2], "-c", WRITER, str(folder / name)]
        running.append(
            subprocess.Popen(
                command, env=ledger.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        )
    try:
        for each in running:
            assert each.stdout is not None
            assert each.stdout.readline().strip().isdigit(), each.communicate()
        yield
        assert [each.poll() for each in running] == [None, None]
    finally:
        for each in running:
            each.kill()
            each.communicate()


def test_a_backup_made_while_others_write_is_one_moment(new_ledger: LedgerFactory, tmp_path: Path) -> None:
    file, asked = tmp_path / "day.tar.gz", "leaflets.handed_out @甲镇 2024-03"
    with new_ledger() as first, clock.at(START):
        build_town()
        with writing(first, tmp_path):
            made = []
            for _ in range(3):
                made.append(json.loads(done(first, "backup", file, "--json").stdout))
                time.sleep(0.1)
        heads = [each["head"] for each in made]
        assert heads == sorted(set(heads)), "nobody wrote meanwhile"
        assert heads[-1] < head().head
        then = done(first, "figure", asked, "--as", "clerk", "--json", "--as-of", f"#{heads[-1]}").stdout
    with new_ledger() as second:
        emptied(second)
        back = json.loads(done(second, "restore", file, "--json").stdout)
        assert (back["head"], back["hash"], back["ok"]) == (heads[-1], made[-1]["hash"], True)
        assert (
            done(second, "figure", asked, "--as", "clerk", "--json", "--as-of", f"#{heads[-1]}").stdout
            == then
        )


def test_what_stands_there_is_set_aside_only_when_told_and_only_when_nobody_works_on_it(
    new_ledger: LedgerFactory, tmp_path: Path
) -> None:
    file = tmp_path / "day.tar.gz"
    with new_ledger() as ledger, clock.at(START):
        town = build_town()
        backups.make(file, with_key=True)
        there = head().head
        town.record("leaflets", "东村", day="2024-03-05", count="1")
        assert head().head > there
        assert "正在使用中" in ledger.run("restore", file, "--replace").stderr  # by this very process
        assert head().head > there
        back = json.loads(done(ledger, "restore", file, "--replace", "--json").stdout)
        assert (back["ok"], back["seq"], head().head) == (True, there + 1, there + 1)
        done(ledger, "verify")
        kept = Path(back["aside"].partition("，")[0])
        if ledger.engine == "sqlite":
            with closing(sqlite3.connect(kept / "youju.sqlite3")) as old:
                assert old.execute("SELECT head FROM store_ledger").fetchone() == (there + 1,)
        else:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT head FROM {back['aside'].rpartition(' ')[2]}.store_ledger")
                assert cursor.fetchone() == (there + 1,)


def test_a_locked_backup_opens_with_all_its_keys_and_shows_nothing_without(
    new_ledger: LedgerFactory, tmp_path: Path
) -> None:
    file, plain = tmp_path / "day.backup", tmp_path / "plain.tar.gz"
    system, security, other = (tmp_path / f"{name}.key" for name in ("system", "security", "other"))
    with new_ledger() as first, clock.at(START):
        build_town().record("leaflets", "东村", day="2024-03-05", count="1", place=CANARY, taker="张三")
        done(first, "backup", "--new-key", system)
        for path in (security, other):
            backup_keys.new_key(path)
        with pytest.raises(backup_keys.BackupKeyThere):
            backup_keys.new_key(other)
        done(first, "backup", file, "--with-key", "--key", system, "--key", security)
        backups.make(plain, with_key=False)
        assert oct(system.stat().st_mode & 0o777) == oct(file.stat().st_mode & 0o777) == oct(0o600)
        assert list(tmp_path.glob("*.part")) == list(first.data.glob(".youju-*")) == []
    assert CANARY.encode() in gzip.decompress(plain.read_bytes())
    sealed = file.read_bytes()
    assert CANARY.encode() not in sealed
    for name in (b"personal.key", b"youju.sqlite3", b"backup.json", gzip.compress(b"")[:3]):
        assert name not in sealed
    with new_ledger() as second:
        emptied(second)
        for keys in ((), (system,), (system, other), (other,)):
            with pytest.raises(backup_keys.BackupLocked):
                restoring.restore(file, keys=keys)
        with pytest.raises(backup_keys.BadBackupKey):
            restoring.restore(file, keys=[plain])
        connections["default"].close()
        assert not (second.data / "youju.sqlite3").exists()
        back = json.loads(done(second, "restore", file, "--key", security, "--key", system, "--json").stdout)
        assert back["ok"]


def test_without_the_key_the_rest_is_restored_and_said_so(new_ledger: LedgerFactory, tmp_path: Path) -> None:
    file, key = tmp_path / "day.tar.gz", tmp_path / "personal.key"
    with new_ledger() as first, clock.at(START):
        build_town().record("leaflets", "东村", day="2024-03-05", count="1", taker="张三")
        backups.make(file, with_key=False)
        key.write_bytes((first.data / "personal.key").read_bytes())
    with new_ledger() as second:
        emptied(second)
        assert json.loads(done(second, "restore", file, "--json").stdout)["unchecked"] is True
        done(second, "verify", status=1)
        (second.data / "personal.key").write_bytes(key.read_bytes())
        done(second, "verify")


Change = Callable[[dict[str, bytes]], object]


def _one_bit(name: str) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        found = next(each for each in parts if each.startswith(name))
        held = bytearray(parts[found])
        held[len(held) // 2] ^= 1
        parts[found] = bytes(held)

    return change


def _said(**values: object) -> Change:
    def change(parts: dict[str, bytes]) -> None:
        parts["backup.json"] = json.dumps(json.loads(parts["backup.json"]) | values).encode()

    return change


TAMPERED: dict[str, Change] = {
    "a bit of the database": _one_bit("youju."),
    "a bit of an evidence file": _one_bit("evidence/"),
    "a file more": lambda parts: parts.update({"evidence/aa/more": b"x"}),
    "a file less": lambda parts: (
        parts.pop(next(each for each in parts if each.startswith("evidence/"))) and None
    ),
    "outside": lambda parts: parts.update({"../outside": b"x"}),
    "another head": _said(head=1),
    "another hash": _said(hash="0" * 64),
    "a later format": _said(format=9),
    "another engine": _said(engine="oracle"),
    "no list": lambda parts: parts.pop("backup.json"),
}


def test_what_was_cut_changed_or_exchanged_is_refused_and_nothing_is_half_done(
    new_ledger: LedgerFactory, tmp_path: Path
) -> None:
    file, key = tmp_path / "day.tar.gz", tmp_path / "one.key"
    (tmp_path / "files").mkdir()
    with new_ledger(), clock.at(START):
        everything(tmp_path / "files")
        backup_keys.new_key(key)
        backups.make(file, with_key=True)
        backups.make(tmp_path / "locked", with_key=True, keys=[key])
    with tarfile.open(file) as archive:
        parts = {each.name: archive.extractfile(each).read() for each in archive.getmembers()}  # type: ignore[union-attr]
    whole, locked = file.read_bytes(), (tmp_path / "locked").read_bytes()
    bad: dict[str, bytes] = {
        "no backup": b"not one",
        "empty": b"",
        "cut": whole[:-2000],
        "cut at the end": whole[:-4],
        "a bit": whole[:-3000] + bytes([whole[-3000] ^ 4]) + whole[-2999:],
        "locked, cut": locked[: len(locked) // 2],
        "locked, a bit": locked[:-100] + bytes([locked[-100] ^ 1]) + locked[-99:],
    }
    for name, change in TAMPERED.items():
        changed = dict(parts)
        change(changed)
        bad[name] = packed(changed)
    with new_ledger() as second:
        emptied(second)
        for name, content in bad.items():
            (tmp_path / "bad").write_bytes(content)
            with pytest.raises((restoring.BackupUnreadable, restoring.WrongEngine, backup_keys.BackupLocked)):
                restoring.restore(tmp_path / "bad", keys=[key])
            assert list(second.data.rglob("*")) == [], name
            assert second.engine == "sqlite" or connection.introspection.table_names() == [], name
            connections["default"].close()
        refused = done(second, "restore", tmp_path / "bad", status=2)
        assert "不能用于恢复" in refused.stderr
        assert not (tmp_path / "outside").exists()
        assert list(second.data.rglob("*")) == []


def packed(parts: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as archive:
        for name, content in parts.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return held.getvalue()


def test_a_ledger_that_does_not_verify_is_restored_only_to_be_looked_at(
    new_ledger: LedgerFactory, tmp_path: Path
) -> None:
    """Whoever changes the tables and then makes a good backup of them is found by the restore."""
    file = tmp_path / "day.tar.gz"
    with new_ledger(), clock.at(START):
        from tests.hardness.tamper import without_triggers
        from youju.store import triggers

        build_town().record("leaflets", "东村", day="2024-03-05", count="1")
        without_triggers()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE store_revision SET provider = '别人'")
        triggers.install(connection)
        backups.make(file, with_key=True)
    with new_ledger() as second:
        emptied(second)
        refused = done(second, "restore", file, status=2)
        assert "核验不符" in refused.stderr
        assert list(second.data.rglob("*")) == []
        assert second.engine == "sqlite" or connection.introspection.table_names() == []
        connections["default"].close()
        looked = json.loads(done(second, "restore", file, "--even-if-wrong", "--json", status=1).stdout)
        assert looked["findings"]
        assert head().head == looked["seq"]


def test_keys_are_read_strictly(tmp_path: Path) -> None:
    key = tmp_path / "a.key"
    backup_keys.new_key(key)
    other = tmp_path / "b.key"
    other.write_text(key.read_text().replace(backup_keys.PREFIX, ""))
    assert len(backup_keys.read_keys([key, key])) == 1
    for path in (other, tmp_path / "none", tmp_path):
        with pytest.raises(backup_keys.BadBackupKey):
            backup_keys.read_keys([path])


PIECE = pieces.PIECE


def locked(content: bytes, keys: list[bytes]) -> bytes:
    held = io.BytesIO()
    with backup_keys.Locking(held, keys) as target:
        for at in range(0, len(content), 50_000):
            target.write(content[at : at + 50_000])
    return held.getvalue()


def opened(content: bytes, keys: list[bytes]) -> bytes:
    source = io.BytesIO(content)
    assert source.read(len(backup_keys.MAGIC)) == backup_keys.MAGIC
    return backup_keys.Unlocking(source, keys).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE])
def test_every_length_is_locked_and_opened_whole(size: int) -> None:
    content, keys = random.Random(size).randbytes(size), [b"a" * 32, b"b" * 32]
    sealed = locked(content, keys)
    assert opened(sealed, keys) == content
    assert locked(content, keys) != sealed  # never the same twice
    for other in ([b"a" * 32], [b"b" * 32], [b"a" * 32, b"c" * 32]):
        with pytest.raises(pieces.Damaged):
            opened(sealed, other)


def test_pieces_that_are_cut_off_exchanged_repeated_or_changed_are_noticed() -> None:
    keys, chance = [b"a" * 32], random.Random(1)
    sealed = locked(chance.randbytes(4 * PIECE - 7), keys)
    start, step = len(backup_keys.MAGIC) + backup_keys.SALT, PIECE + pieces.TAG
    parts = [sealed[at : at + step] for at in range(start, len(sealed), step)]
    assert len(parts) == 4
    bad = [
        b"".join(parts[each] for each in order)
        for order in ((0, 1, 2), (0,), (), (0, 2, 1, 3), (0, 0, 1, 2, 3), (1, 2, 3), (0, 1, 2, 3, 3))
    ]
    bad += [sealed[start:] + b"x", sealed[start:-1]]
    for _ in range(50):
        at = chance.randrange(start, len(sealed))
        bad.append(sealed[start:at] + bytes([sealed[at] ^ (1 << chance.randrange(8))]) + sealed[at + 1 :])
    for each in bad:
        with pytest.raises(pieces.Damaged):
            opened(sealed[:start] + each, keys)
    with pytest.raises(pieces.Damaged):
        opened(sealed[: start - 1] + b"x" + sealed[start:], keys)
