"""When the machine cannot, rather than the rules will not: the database is away or busy, or the disk is full.

Nobody asks beforehand. Whatever fails comes here at the outermost place that can still answer, and becomes a refusal
that says what to do; what is no outage goes on as the fault it is.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from django.db import InterfaceError, OperationalError, connection

from youju.core.problem import DomainError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_POSTGRES_FULL = "53100"
# Below this much room SQLite's vaguer errors ("disk I/O error", "unable to open") mean that the disk is full.
_ROOM_BYTES = 1 << 20
_SQLITE_VAGUE = ("SQLITE_IOERR", "SQLITE_CANTOPEN")
_SQLITE_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


class Unavailable(DomainError):
    """The database does not answer, or has no time."""

    code = "server.unavailable"
    text = (
        "数据库暂时没有应答，不能确认这次操作是否完成；已保存的内容不受影响。"
        "请过几秒再提交一次，同一张表单重复提交只算一次。"
    )


class DiskFull(DomainError):
    """There is no room to write."""

    code = "server.full"
    text = "服务器的磁盘已满，这次操作没有保存；已保存的内容不受影响，仍可查看。请联系系统管理员腾出空间，再提交一次。"


def outage_of(error: BaseException | None) -> DomainError | None:
    """The refusal for an error that an outage caused; None for any other."""
    if isinstance(error, OSError) and error.errno in _FULL:
        return DiskFull()
    if not isinstance(error, OperationalError | InterfaceError):
        return None
    cause = error.__cause__
    if connection.vendor == "postgresql":
        return DiskFull() if getattr(cause, "sqlstate", None) == _POSTGRES_FULL else Unavailable()
    name = str(getattr(cause, "sqlite_errorname", ""))
    if name == "SQLITE_FULL" or (name.startswith(_SQLITE_VAGUE) and not _has_room()):
        return DiskFull()
    return Unavailable() if name.startswith((*_SQLITE_BUSY, *_SQLITE_VAGUE)) else None


def _has_room() -> bool:
    try:
        return shutil.disk_usage(Path(str(connection.settings_dict["NAME"])).parent).free >= _ROOM_BYTES
    except OSError:
        return True
