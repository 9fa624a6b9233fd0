"""恢复: a backup back, whole or not at all.

Everything is unpacked beside, compared with its list, brought to this version and verified there; only then is it put
in place, the database last. On PostgreSQL the tables are restored into the database itself, in one transaction, and
taken out again when they do not verify. What stood there before is refused, or set aside when that was asked for.

What a restore leaves: one event in the ledger, no session (one that was ended after the backup would live again) and no
token in force (neither can the backup know which was revoked since).
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection

from youju.actions import ledger, sealing, workbooks
from youju.actions.backup_keys import MAGIC, BackupLocked, Unlocking, fits, read_keys
from youju.actions.backups import (
    CATALOG,
    DATABASE,
    DUMP,
    EVIDENCE,
    FORMAT,
    KEYS,
    LIST,
    Backup,
    database,
    digest_of,
    files_in,
    folders,
    run_program,
)
from youju.actions.pieces import Damaged
from youju.core.problem import DomainError
from youju.office import temporary
from youju.store.models import CacheLine, LoginSession, Token, Upload
from youju.store.models.base import OPEN

SHOWN = 5  # findings that are spelled out when a backup does not verify


class BackupUnreadable(DomainError):
    """Not a backup of ours, or one that was changed or cut off."""

    code = "backup.unreadable"
    text = "“{file}”不能用于恢复：{why}没有作任何更改。请换一份备份。"


class NotEmpty(DomainError):
    """There is a ledger where the backup should go."""

    code = "backup.not_empty"
    text = (
        "“{folder}”里已有台账，为免覆盖不能恢复到这里。"
        "请把 YOUJU_DATA（和 DATABASE_URL）指向空的地方；确要替换的，停止服务后加 --replace，现有的会移到一旁保留。"
    )


class InUse(DomainError):
    """Somebody works on the ledger that is to be replaced."""

    code = "backup.in_use"
    text = "现有台账正在使用中，不能替换。请先停止有据服务和后台任务，再恢复。"


class WrongEngine(DomainError):
    """A backup of one engine, settings for the other."""

    code = "backup.engine"
    text = "这份备份是{made}的，当前设置是{asked}。请按备份的数据库类型设置 DATABASE_URL 后再恢复。"


class NotVerified(DomainError):
    """The backup is whole, and what is in it does not verify."""

    code = "backup.not_verified"
    text = (
        "备份完整，但其中的台账核验不符，没有恢复：{why}请换一份备份；确要查看这一份的，加 --even-if-wrong。"
    )


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored.

    seq       the event that says so
    tokens    how many tokens were ended; findings: what did not verify, when it was restored all the same
    aside     where what stood there before is now, '' when there was nothing
    unchecked whether personal fields could not be compared, for want of personal.key
    """

    backup: Backup
    seq: int
    tokens: int
    findings: tuple[str, ...]
    aside: str
    unchecked: bool


def restore(
    source: Path, *, keys: Sequence[Path] = (), replace: bool = False, anyway: bool = False
) -> Restored:
    """Bring a backup back into the place that the settings name.

    keys     the key files it was locked with
    replace  set aside a ledger that stands there; nobody may be working on it
    anyway   also when what is in it does not verify
    raises   BackupUnreadable, BackupLocked, NotEmpty, InUse, WrongEngine, NotVerified, DumpFailed: then nothing has changed
    """
    data, engine = Path(settings.DATA_DIR), connection.vendor
    there = _is_there(data, engine)
    if there and not replace:
        raise NotEmpty(folder=data if engine == "sqlite" else settings.DATABASES["default"]["NAME"])
    if there:
        _check_idle(engine)
    data.mkdir(parents=True, exist_ok=True)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    with temporary.folder("restore", beside=data) as unpacked:
        folder = Path(unpacked)
        found = _unpack(source, folder, read_keys(keys))
        if found.engine != engine:
            raise WrongEngine(made=found.engine, asked=engine)
        own_key = data / KEYS[0]
        if not (folder / KEYS[0]).exists() and own_key.exists():
            shutil.copy2(own_key, folder / KEYS[0])  # kept apart from the backup and put there by hand
        with ExitStack() as undo:
            if engine == "sqlite":
                _check_sqlite(folder / DATABASE, found, source.name)
            else:
                undo.enter_context(_restored_tables(folder / DUMP, stamp if there else ""))
            said = _finish(folder, source.name, engine, anyway=anyway)
            aside = _put_in_place(folder, data, found, stamp if there else "")
    return Restored(found, said["seq"], said["tokens"], tuple(said["findings"]), aside, said["unchecked"])


def finish(found: Backup, *, anyway: bool) -> dict[str, Any]:
    """What a child does in the unpacked ledger, already brought to this version: verify it and leave the trace."""
    from youju.actions import verifying

    workbooks.sweep()  # what was erased while the backup was made
    parts = verifying.verify()
    unchecked = sealing.is_needed() and not Path(settings.KEY_FILE).exists()
    findings = [
        f"{part.title}：{finding}"
        for part in parts
        for finding in part.findings
        if not (unchecked and part.title == "个人信息")
    ]
    if findings and not anyway:
        return {"findings": findings, "seq": 0, "tokens": 0, "unchecked": unchecked}
    with ledger.change("ledger.restored", by=None) as change:
        if (change.ledger.head, change.ledger.hash) != (found.head, found.hash):
            raise BackupUnreadable(file="", why="恢复后的台账头与备份清单不符。")
        rows = list(Token.unscoped.filter(seq_to=OPEN))
        for row in rows:
            change.close(row)
        change.said["backup"] = f"{found.at} #{found.head} {found.hash[:12]}"
    LoginSession.objects.all().delete()
    Upload.unscoped.all().delete()  # whose files no backup holds
    CacheLine.unscoped.all().delete()
    connection.close()  # so that on SQLite all is in the one file that is moved
    return {"findings": findings, "seq": change.seq, "tokens": len(rows), "unchecked": unchecked}


def _finish(folder: Path, name: str, engine: str, *, anyway: bool) -> dict[str, Any]:
    """Let a child of ours open the unpacked ledger, so that this process never holds it open while it is moved."""
    env = os.environ | {
        "YOUJU_DATA": str(folder),
        "YOUJU_LOCAL": str(folder / CATALOG),
        "PYTHONPATH": str(settings.ROOT),
        "PYTHONUTF8": "1",
    }
    if engine == "sqlite":
        env["DATABASE_URL"] = ""  # the unpacked one, wherever the settings have theirs
    command = [sys.executable, "-P", "-m", "youju", "restore", "--finish", str(folder / LIST)]
    done = subprocess.run(
        [*command, *(["--even-if-wrong"] if anyway else [])],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        why = done.stderr.strip().splitlines()[-1:] or ["打不开其中的台账。"]
        raise BackupUnreadable(file=name, why=why[0])
    said: dict[str, Any] = json.loads(done.stdout)
    if not said["seq"]:
        shown, count = said["findings"][:SHOWN], len(said["findings"])
        raise NotVerified(why="；".join(shown) + (f"……共{count}处。" if count > SHOWN else "。"))
    return said


# --- where it goes ----------------------------------------------------------------------------------------


def _is_there(data: Path, engine: str) -> bool:
    if engine == "sqlite":
        return Path(settings.DATABASES["default"]["NAME"]).exists() or Path(settings.EVIDENCE_DIR).exists()
    return bool(connection.introspection.table_names()) or (data / EVIDENCE).exists()


def _check_idle(engine: str) -> None:
    """Raises InUse when another process has the ledger open."""
    if engine == "sqlite":
        path = Path(settings.DATABASES["default"]["NAME"])
        if not path.exists():
            return
        with closing(sqlite3.connect(path, timeout=0.5, isolation_level=None)) as own:
            try:
                own.execute("PRAGMA locking_mode = EXCLUSIVE")
                own.execute("BEGIN EXCLUSIVE")
                own.execute("ROLLBACK")
            except sqlite3.OperationalError:
                raise InUse from None
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if cursor.fetchone()[0]:
            raise InUse


@contextmanager
def _restored_tables(dump: Path, stamp: str) -> Iterator[None]:
    """The dump's tables in the database; taken out again, and what was set aside put back, when anything goes wrong."""
    aside = _aside_schema(stamp)
    if stamp:
        _execute(f"ALTER SCHEMA public RENAME TO {aside}", "CREATE SCHEMA public")
    try:
        options = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"]
        # The schema itself is there; its entry in the dump would only stand in the way.
        run_program("pg_restore", [*options, "--schema=public", "--dbname", database(), str(dump)])
        yield
    except BaseException:
        _execute("DROP SCHEMA public CASCADE")
        _execute(f"ALTER SCHEMA {aside} RENAME TO public" if stamp else "CREATE SCHEMA public")
        raise


def _execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for each in statements:
            cursor.execute(each)
    connection.close()


def _put_in_place(folder: Path, data: Path, found: Backup, stamp: str) -> str:
    """Move what was unpacked to where it belongs, the database last; what stands there goes aside first."""
    places = {name: data / name for name in KEYS if name in found.files} | dict(folders(data))
    replaced = {*places} - {CATALOG, "fonts"}  # which backups of older versions do not hold
    if found.engine == "sqlite":
        own = Path(settings.DATABASES["default"]["NAME"])
        files = {f"{DATABASE}{end}": own.with_name(own.name + end) for end in ("-wal", "-shm", "")}
        places |= files
        replaced |= {*files}
    aside = data / f"replaced-{stamp}"
    for name, place in places.items():
        fresh = folder / name
        if stamp and place.exists() and (fresh.exists() or name in replaced):
            aside.mkdir(mode=0o700, exist_ok=True)
            shutil.move(place, aside / name)
        if fresh.is_dir():
            shutil.copytree(fresh, place, dirs_exist_ok=True)
        elif fresh.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(fresh, place)
    _flush(data, found)
    if not stamp:
        return ""
    schema = "" if found.engine == "sqlite" else f"，数据库模式 {_aside_schema(stamp)}"
    return f"{aside}{schema}"


def _aside_schema(stamp: str) -> str:
    return f"replaced_{stamp.replace('-', '_')}"


def _flush(data: Path, found: Backup) -> None:
    for name in (*found.files, ""):
        path = data / name
        if path.exists():
            handle = os.open(path, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


# --- what is in the file ----------------------------------------------------------------------------------


def _unpack(source: Path, folder: Path, locks: Sequence[bytes]) -> Backup:
    try:
        with source.open("rb") as file, ExitStack() as layers:
            stream: Any = file
            if file.read(len(MAGIC)) == MAGIC:
                _check_keys(file, source.name, locks)
                stream = Unlocking(file, locks)
            else:
                file.seek(0)
            zipped = layers.enter_context(gzip.GzipFile(fileobj=stream, mode="rb"))
            archive = layers.enter_context(tarfile.open(fileobj=zipped, mode="r|"))
            archive.extractall(folder, filter="data")
            while zipped.read(1 << 16):  # to the end, where the checksum and the mark of the last piece stand
                pass
        said = json.loads((folder / LIST).read_text(encoding="utf-8"))
        found = Backup(**said)
    except (OSError, EOFError, tarfile.TarError, zlib.error, Damaged, ValueError, TypeError):
        raise BackupUnreadable(file=source.name, why="不是备份文件，或已损坏、被改动。") from None
    if found.format != FORMAT:
        raise BackupUnreadable(file=source.name, why=f"格式版本{found.format}不能识别。")
    there = {str(PurePosixPath(path.relative_to(folder))) for path in files_in(folder)} - {LIST}
    wrong = sorted(there ^ set(found.files)) or [
        name for name, digest in found.files.items() if digest_of(folder / name) != digest
    ]
    if wrong:
        raise BackupUnreadable(file=source.name, why=f"其中的{wrong[0]}与清单不符。")
    return found


def _check_keys(file: BinaryIO, name: str, locks: Sequence[bytes]) -> None:
    if not locks:
        raise BackupLocked(file=name, why="没有密钥不能恢复")
    if not fits(file, locks):
        raise BackupLocked(file=name, why="所给密钥打不开它（密钥不符、不全，或文件开头被改动）")


def _check_sqlite(path: Path, found: Backup, name: str) -> None:
    try:
        with closing(sqlite3.connect(path)) as own:
            sound = own.execute("PRAGMA integrity_check(1)").fetchone()[0]
            there = own.execute("SELECT head, hash FROM store_ledger WHERE id = 1").fetchone()
    except sqlite3.DatabaseError:
        raise BackupUnreadable(file=name, why="其中的数据库已损坏。") from None
    if sound != "ok":
        raise BackupUnreadable(file=name, why="其中的数据库已损坏。")
    if there != (found.head, found.hash):
        raise BackupUnreadable(file=name, why="其中的台账头与备份清单不符。")
