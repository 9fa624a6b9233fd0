"""备份: the whole ledger as one file that proves itself.

A backup is a .tar.gz of a directory: the database (SQLite: a copy made by SQLite's own backup while others write;
PostgreSQL: pg_dump of one snapshot), every evidence file, the town's own catalog and fonts, the files of drafts, the
keys when asked for, and a list of all of them with their SHA-256, the ledger's head and its hash. It may be locked as a
whole (backup_keys). `restoring` is the way back. Workbooks that wait to be imported are not in it: they may name people,
are kept for seven days, and a backup for years.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection, transaction

from youju.actions import evidence, workbooks
from youju.actions.backup_keys import Locking, read_keys
from youju.core.problem import DomainError
from youju.office import temporary
from youju.store.queries.ledger import head

LIST, DATABASE, DUMP = "backup.json", "youju.sqlite3", "youju.dump"
EVIDENCE, CATALOG = "evidence", "catalog"
KEYS = (
    "personal.key",
    "secret.key",
)  # what opens personal fields; what signs sessions and seals second factors
BESIDE = ("fonts", "drafts")  # folders of the data folder; the last one loses files at any time
FORMAT = 1
PIECE = 1 << 20


class DumpFailed(DomainError):
    """PostgreSQL's program did not do it."""

    code = "backup.program"
    text = "{program} 没有完成：{why}。请确认已安装 PostgreSQL 客户端程序且版本不低于服务器。"


class NoTarget(DomainError):
    """Nowhere to write to."""

    code = "backup.no_target"
    text = "请写明备份到哪个文件，例如 youju backup 2024-04-26.tar.gz。"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. `files` are paths inside it with their SHA-256."""

    format: int
    engine: str
    head: int
    hash: str
    at: str
    files: dict[str, str]


def make(target: Path, *, with_key: bool, keys: Sequence[Path] = ()) -> Backup:
    """Write a backup to `target`, whole or not at all. Others may go on writing.

    with_key  personal data can be read after restoring, and second factors work; such a file is to be kept as safely
              as the data itself
    keys      key files that lock the backup; all of them are needed to restore it
    raises    NoLedger, DumpFailed, BadBackupKey
    """
    head()
    locks = read_keys(keys)
    workbooks.sweep()  # what should be gone is in no backup
    data = Path(settings.DATA_DIR)
    with evidence.undisturbed(alone=False), temporary.folder("backup", beside=data) as made:
        folder = Path(made)
        engine = connection.vendor
        if engine == "sqlite":
            number, digest = _copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), folder / DATABASE)
        else:
            number, digest = _dump(folder / DUMP)
        # After the database: a file is on disk before its row is there, so none that the copy names is missing.
        for name, source in folders(data).items():
            _copy_folder(source, folder / name)
        for name in KEYS if with_key else ():
            if (data / name).exists():
                shutil.copy2(data / name, folder / name)
        listed = {str(PurePosixPath(path.relative_to(folder))): digest_of(path) for path in files_in(folder)}
        found = Backup(
            FORMAT, engine, number, digest, datetime.now(UTC).isoformat(timespec="seconds"), listed
        )
        (folder / LIST).write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1), encoding="utf-8")
        part = target.with_name(target.name + ".part")
        try:
            _pack(folder, [LIST, *listed], part, locks)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    return found


def folders(data: Path) -> Mapping[str, Path]:
    """The folders of a backup: their name in it, and where they lie."""
    own = {EVIDENCE: Path(settings.EVIDENCE_DIR), CATALOG: Path(settings.LOCAL_CATALOG)}
    return own | {name: data / name for name in BESIDE}


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below a folder, in one order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


def database() -> str:
    """Where PostgreSQL is, as its programs want it; the password goes by the environment."""
    own = settings.DATABASES["default"]
    host, port = own.get("HOST") or "localhost", own.get("PORT") or 5432
    return f"host={host} port={port} user={own.get('USER', '')} dbname={own['NAME']}"


def run_program(program: str, arguments: Sequence[str]) -> None:
    """Run one of PostgreSQL's programs to its end. Raises DumpFailed with its last words."""
    env = os.environ | {"PGPASSWORD": str(settings.DATABASES["default"].get("PASSWORD") or "")}
    try:
        done = subprocess.run([program, *arguments], env=env, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise DumpFailed(program=program, why="没有找到这个程序") from None
    if done.returncode != 0:
        raise DumpFailed(program=program, why=done.stderr.strip()[-300:])


def _copy_sqlite(source: Path, target: Path) -> tuple[int, str]:
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
        number, digest = here.execute("SELECT head, hash FROM store_ledger WHERE id = 1").fetchone()
    return int(number), str(digest)


def _dump(target: Path) -> tuple[int, str]:
    """A dump and the head in it: both see the same snapshot, so it does not matter who writes meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), head, hash FROM store_ledger WHERE id = 1")
        snapshot, number, digest = cursor.fetchone()
        options = [
            "--format=custom",
            "--compress=0",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
        ]
        run_program("pg_dump", [*options, "--file", str(target), database()])
    return int(number), str(digest)


def _copy_folder(source: Path, target: Path) -> None:
    if not source.is_dir():
        return
    for path in files_in(source):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        try:
            if path.suffix != ".part":
                shutil.copy2(path, place)
        except FileNotFoundError:  # swept since it was listed
            continue


def _pack(folder: Path, names: Sequence[str], part: Path, locks: Sequence[bytes]) -> None:
    with part.open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        with ExitStack() as layers:
            outer = layers.enter_context(Locking(file, locks)) if locks else file
            zipped = layers.enter_context(
                gzip.GzipFile(fileobj=outer, mode="wb", compresslevel=1, filename="")
            )
            archive = layers.enter_context(tarfile.open(fileobj=zipped, mode="w|"))
            for name in names:
                archive.add(folder / name, name, recursive=False)
        file.flush()
        os.fsync(file.fileno())
