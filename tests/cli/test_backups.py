"""Backup and restore: everything comes back as it was, byte by byte, and what was tampered with does not come back at all."""

from __future__ import annotations

import json
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.conftest import LedgerFactory
from tests.town import START, build_town
from youju.actions import clock, evidence


def test_a_restored_ledger_is_the_same_in_every_figure_and_file(
    new_ledger: LedgerFactory, tmp_path: Path
) -> None:
    file, photo = tmp_path / "day.tar.gz", tmp_path / "签收单.txt"
    photo.write_text("签收单：东村 200份", encoding="utf-8")
    asked = ("figure", "leaflets.handed_out @甲镇 2024-03", "--as", "clerk", "--json")
    with new_ledger() as first, clock.at(START):
        town = build_town()
        entry = town.reviewed("leaflets", "东村", day="2024-03-05", count="200", taker="张三").entry
        evidence.attach(entry, photo, by=town.who["recorder"])
        done = first.run("backup", file, "--with-key", "--json")
        assert done.returncode == 0, done.stderr
        said = json.loads(done.stdout)
        town.reviewed("leaflets", "东村", day="2024-03-06", count="1")  # after the backup
        before = first.run(*asked, "--as-of", f"#{said['head']}")

    with new_ledger() as second:
        refused = second.run("restore", file)
        assert refused.returncode == 2
        assert "已有台账" in refused.stderr
        empty = tmp_path / "empty"
        env = {**second.env, "YOUJU_DATA": str(empty), "YOUJU_LOCAL": str(empty / "catalog")}
        if second.engine == "postgresql":
            return  # an empty database of its own is made by hand: docs/how-to/run-a-server.md
        back = subprocess.run(
            second.command("restore", file, "--json"), env=env, capture_output=True, text=True, check=False
        )
        assert back.returncode == 0, back.stderr
        assert json.loads(back.stdout) == {"head": said["head"], "hash": said["hash"], "ok": True}
        again = subprocess.run(second.command(*asked), env=env, capture_output=True, text=True, check=False)
    assert again.stdout == before.stdout
    kept = [path.read_bytes() for path in (empty / "evidence").rglob("*") if path.is_file()]
    assert kept == [photo.read_bytes()]


@pytest.mark.parametrize("what", ["cut", "changed", "not one"])
def test_a_backup_that_was_cut_or_changed_is_refused(
    new_ledger: LedgerFactory, tmp_path: Path, what: str
) -> None:
    file = tmp_path / "day.tar.gz"
    with new_ledger() as ledger, clock.at(START):
        build_town()
        assert ledger.run("backup", file).returncode == 0
        if what == "cut":
            file.write_bytes(file.read_bytes()[:-2000])
        elif what == "not one":
            file.write_text("不是备份", encoding="utf-8")
        else:
            folder = tmp_path / "open"
            with tarfile.open(file) as archive:
                archive.extractall(folder, filter="data")
                names = archive.getnames()
            database = folder / ("youju.sqlite3" if ledger.engine == "sqlite" else "youju.dump")
            held = bytearray(database.read_bytes())
            held[len(held) // 2] ^= 1
            database.write_bytes(held)
            with tarfile.open(file, "w:gz") as archive:
                for name in names:
                    archive.add(folder / name, name)
        from youju.actions import backups

        with pytest.raises(backups.BackupUnreadable):
            backups._unpack(file, tmp_path / "there")
