"""Starting Django for commands that open the ledger, and making the tables the first time."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.db.migrations.loader import MigrationLoader

from youju.core.problem import DomainError


class DatabaseUnreachable(DomainError):
    """The database does not answer."""

    code = "database.unreachable"
    text = "连不上数据库：{why}。请检查 DATABASE_URL 或 YOUJU_DATA，并确认数据库已启动。"


class DatabaseBroken(DomainError):
    """Triggers are missing: somebody could change facts unnoticed."""

    code = "database.triggers"
    text = "数据库缺少防改触发器：{names}。台账已停用，请先备份，再运行 youju verify --repair-triggers 并查明原因。"


class DatabaseForgets(DomainError):
    """The database may lose what it has acknowledged."""

    code = "database.durability"
    text = (
        "数据库现在的设置断电时会丢失已确认的记录：{why}。台账已停用。"
        "SQLite 请把数据目录放在本机磁盘（不要用网络盘）；PostgreSQL 请把 synchronous_commit 设为 on。"
    )


class MigrationsPending(DomainError):
    """The tables are of an older version of this program."""

    code = "database.pending"
    text = "数据库还停在旧版本（待升级：{names}）。请先备份，再用 youju serve --migrate 启动，或运行任一 youju 命令完成升级。"


class DatabaseNewer(DomainError):
    """The tables are of a newer version than this program."""

    code = "database.newer"
    text = (
        "数据库已由更新版本的有据升级过（本程序不认识：{names}），旧版本不能打开，没有作任何更改。"
        "请换用新版本程序；确要退回旧版本，请用升级前的备份恢复。"
    )


def open_ledger() -> None:
    """Set Django up and bring the tables to the version of this program. Raises DatabaseUnreachable, DatabaseNewer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youju.config.settings")
    django.setup()
    from django.conf import settings
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    try:
        executor = MigrationExecutor(connection)
        check_not_newer(executor.loader)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if plan:
            from django.core.management import call_command

            from youju.actions import searching

            call_command("migrate", verbosity=0, interactive=False)
            ensure_rollups()
            searching.ensure()
    except DatabaseError as error:
        raise DatabaseUnreachable(why=str(error).strip().splitlines()[0]) from error


def check_served() -> None:
    """Set Django up for serving, which changes no table; sums that are lacking are built.

    raises  DatabaseUnreachable, DatabaseNewer, MigrationsPending, DatabaseBroken, DatabaseForgets, NoLedger
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youju.config.settings")
    django.setup()
    from django.conf import settings
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    from youju.store.queries.ledger import head

    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    try:
        loader = MigrationExecutor(connection).loader
        check_not_newer(loader)
        pending = sorted(set(loader.graph.nodes) - set(loader.applied_migrations))
        if pending:
            raise MigrationsPending(names="、".join(f"{app}.{name}" for app, name in pending[:5]))
        check_kept()
        head()
        ensure_rollups()
    except DatabaseError as error:
        raise DatabaseUnreachable(why=str(error).strip().splitlines()[0]) from error
    finally:
        connection.close()


def ensure_rollups() -> None:
    """Build the sums that this version keeps and an older one, or other registers, did not; figures are right without them, only slower."""
    from youju.actions import rolling

    if done := rolling.ensure():
        print(f"汇总已按现行台账定义建立：{done.cells}格。", file=sys.stderr, flush=True)


def check_not_newer(loader: MigrationLoader) -> None:
    """Raises DatabaseNewer when the database knows migrations that this program does not."""
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations))
    if unknown:
        raise DatabaseNewer(names="、".join(f"{app}.{name}" for app, name in unknown[:5]))


def check_kept() -> None:
    """Refuse to go on where facts could be changed unnoticed or be lost. Raises DatabaseBroken, DatabaseForgets."""
    from django.db import connection

    from youju.store import durability

    check_triggers()
    if found := durability.weaknesses(connection):
        raise DatabaseForgets(why="、".join(found))


def check_triggers() -> None:
    """Raises DatabaseBroken when a trigger that keeps facts is missing."""
    from django.db import connection

    from youju.store import triggers

    if names := triggers.missing(connection):
        raise DatabaseBroken(names="、".join(names))
