"""备份与恢复: the whole ledger as one file that proves itself, and back.

A backup is a .tar.gz of a directory: the database (SQLite: a copy made by SQLite's own backup while others write;
PostgreSQL: pg_dump), every evidence file, the key of personal data when asked for, and a list of all of them with their
SHA-256, the ledger's head and its hash. Restoring refuses a file whose list does not fit, and a folder that is not empty;
after it `youju verify` must find nothing, and the head must be the one in the list.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.db import connection

from youju.core.problem import DomainError
from youju.store.queries.ledger import head

LIST, DATABASE, DUMP, KEY = "backup.json", "youju.sqlite3", "youju.dump", "personal.key"
FORMAT = 1
PIECE = 1 << 20


class BackupUnreadable(DomainError):
    """Not a backup of ours, or one that was changed or cut off."""

    code = "backup.unreadable"
    text = "“{file}”不能用于恢复：{why}请换一份备份。"


class NotEmpty(DomainError):
    """There is a ledger where the backup should go."""

    code = "backup.not_empty"
    text = "“{folder}”里已有台账，为免覆盖不能恢复到这里。请把 YOUJU_DATA 指向一个空文件夹。"


class WrongEngine(DomainError):
    """A backup of one engine, settings for the other."""

    code = "backup.engine"
    text = "这份备份是{made}的，当前设置是{asked}。请按备份的数据库类型设置 DATABASE_URL 后再恢复。"


class DumpFailed(DomainError):
    """PostgreSQL's program did not do it."""

    code = "backup.program"
    text = "{program} 没有完成：{why}。请确认已安装 PostgreSQL 客户端程序且版本不低于服务器。"


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds. `files` are paths inside it with their SHA-256."""

    format: int
    engine: str
    head: int
    hash: str
    at: str
    files: dict[str, str]


def make(target: Path, *, with_key: bool) -> Backup:
    """Write a backup to `target`, whole or not at all. Others may go on writing.

    with_key  personal data can be read after restoring; such a file is to be kept as safely as the data itself
    raises    NoLedger, DumpFailed
    """
    head()
    with tempfile.TemporaryDirectory(dir=target.parent) as made:
        folder = Path(made)
        engine = connection.vendor
        if engine == "sqlite":
            number, digest = _copy_sqlite(Path(settings.DATABASES["default"]["NAME"]), folder / DATABASE)
        else:
            number, digest = _dump(folder / DUMP)
        # After the database: a file is on disk before its row is there, so none that the copy names is missing.
        if Path(settings.EVIDENCE_DIR).is_dir():
            shutil.copytree(
                settings.EVIDENCE_DIR, folder / "evidence", ignore=shutil.ignore_patterns("*.part")
            )
        if with_key and Path(settings.KEY_FILE).exists():
            shutil.copy2(settings.KEY_FILE, folder / KEY)
        files = {str(PurePosixPath(path.relative_to(folder))): _digest(path) for path in _files(folder)}
        found = Backup(FORMAT, engine, number, digest, datetime.now(UTC).isoformat(timespec="seconds"), files)
        (folder / LIST).write_text(json.dumps(asdict(found), ensure_ascii=False, indent=1), encoding="utf-8")
        part = target.with_name(target.name + ".part")
        with tarfile.open(part, "w:gz", compresslevel=1) as archive:
            archive.add(folder / LIST, LIST)
            for name in files:
                archive.add(folder / name, name, recursive=False)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    return found


def restore(source: Path) -> Backup:
    """Bring a backup back into the empty place that the settings name. Verify afterwards.

    raises  BackupUnreadable, NotEmpty, WrongEngine, DumpFailed
    """
    data = Path(settings.DATA_DIR)
    engine = connection.vendor
    if _is_there(data, engine):
        raise NotEmpty(folder=data if engine == "sqlite" else settings.DATABASES["default"]["NAME"])
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data) as unpacked:
        folder = Path(unpacked)
        found = _unpack(source, folder)
        if found.engine != engine:
            raise WrongEngine(made=found.engine, asked=engine)
        if engine == "sqlite":
            (folder / DATABASE).replace(settings.DATABASES["default"]["NAME"])
        else:
            _run(
                "pg_restore",
                [
                    "--no-owner",
                    "--exit-on-error",
                    "--single-transaction",
                    "--dbname",
                    _url(),
                    str(folder / DUMP),
                ],
            )
        if (folder / "evidence").is_dir():
            shutil.copytree(folder / "evidence", settings.EVIDENCE_DIR, dirs_exist_ok=True)
        if (folder / KEY).exists():
            (folder / KEY).replace(settings.KEY_FILE)
    with connection.cursor() as cursor:  # the tables may still be those of an older version
        cursor.execute("SELECT head, hash FROM store_ledger WHERE id = 1")
        there = cursor.fetchone()
    if there != (found.head, found.hash):
        raise BackupUnreadable(file=source.name, why="恢复后的台账头与备份清单不符。")
    return found


def _is_there(data: Path, engine: str) -> bool:
    if engine == "sqlite":
        return Path(settings.DATABASES["default"]["NAME"]).exists() or Path(settings.EVIDENCE_DIR).exists()
    return bool(connection.introspection.table_names()) or (data / "evidence").exists()


def _copy_sqlite(source: Path, target: Path) -> tuple[int, str]:
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)
        number, digest = here.execute("SELECT head, hash FROM store_ledger WHERE id = 1").fetchone()
    return int(number), str(digest)


def _dump(target: Path) -> tuple[int, str]:
    """A dump and the head in it: the ledger's row is looked at before and after, and the dump made again if it moved."""
    for _ in range(5):
        before = head()
        _run("pg_dump", ["--format=custom", "--no-owner", "--file", str(target), _url()])
        if head().head == before.head:
            return before.head, before.hash
    raise DumpFailed(program="pg_dump", why="备份期间台账一直有写入，无法确定台账头，请换个时间")


def _url() -> str:
    """Where PostgreSQL is, as its programs want it; the password goes by the environment."""
    own = settings.DATABASES["default"]
    host, port = own.get("HOST") or "localhost", own.get("PORT") or 5432
    return f"host={host} port={port} user={own.get('USER', '')} dbname={own['NAME']}"


def _run(program: str, arguments: list[str]) -> None:
    env = os.environ | {"PGPASSWORD": str(settings.DATABASES["default"].get("PASSWORD") or "")}
    try:
        done = subprocess.run([program, *arguments], env=env, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise DumpFailed(program=program, why="没有找到这个程序") from None
    if done.returncode != 0:
        raise DumpFailed(program=program, why=done.stderr.strip()[-300:])


def _unpack(source: Path, folder: Path) -> Backup:
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        said = json.loads((folder / LIST).read_text(encoding="utf-8"))
        found = Backup(**said)
    except (OSError, EOFError, tarfile.TarError, ValueError, TypeError):
        raise BackupUnreadable(file=source.name, why="不是备份文件，或已损坏。") from None
    if found.format != FORMAT:
        raise BackupUnreadable(file=source.name, why=f"格式版本{found.format}不能识别。")
    there = {str(PurePosixPath(path.relative_to(folder))) for path in _files(folder)} - {LIST}
    wrong = sorted(there ^ set(found.files)) or [
        name for name, digest in found.files.items() if _digest(folder / name) != digest
    ]
    if wrong:
        raise BackupUnreadable(file=source.name, why=f"其中的{wrong[0]}与清单不符。")
    return found


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
