"""`youju serve`: the pages, behind granian. One process with threads on SQLite, several on PostgreSQL."""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os

from youju.cli.parsing import Subparsers
from youju.cli.working import worker_beside
from youju.core.problem import DomainError

THREADS = 8
PORTS = range(1, 65536)
# The C library keeps up to 64 MB of what a large upload took, in each of several heaps, for the next one. With these fixed
# (malloc.h: M_MMAP_THRESHOLD, M_TRIM_THRESHOLD, M_ARENA_MAX) what is large goes back to the system at once.
ALLOCATION = {-3: 1_000_000, -1: 2_000_000, -8: 2}


class BadPort(DomainError):
    """A number that is no port, or one that is taken."""

    code = "serve.port"
    text = "端口{port}不能使用：{why}。请用 --port 换一个，例如 --port 8001。"


class DebugExposed(DomainError):
    """Errors would be shown with all their values to whoever reaches the address."""

    code = "serve.debug"
    text = "DEBUG=1 会把出错时的全部数据显示给访问者，只能在本机使用。请去掉 DEBUG，或不要用 --host {host}。"


def register(commands: Subparsers) -> None:
    """The arguments of `serve`."""
    parser = commands.add_parser("serve", help="启动网页服务")
    parser.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听地址，默认只限本机")
    parser.add_argument("--port", type=int, default=8000, metavar="端口")
    parser.add_argument(
        "--workers", type=int, default=0, metavar="进程数", help="PostgreSQL 默认按处理器数；SQLite 只能是1"
    )
    parser.add_argument(
        "--threads", type=int, default=THREADS, metavar="线程数", help=f"每个进程，默认{THREADS}"
    )
    parser.add_argument(
        "--no-worker", action="store_true", help="不随之启动后台进程（另行运行 youju worker）"
    )
    parser.add_argument("--migrate", action="store_true", help="先把数据库升级到本程序的版本")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted, with a worker for background jobs. Requests under way and the job in hand are finished first."""
    from youju.cli.setting_up import check_served, open_ledger

    check_port(args.host, args.port)
    check_debug(args.host)
    if args.migrate:
        open_ledger()
    check_served()
    with contextlib.nullcontext() if args.no_worker else worker_beside():
        serve(args.host, args.port, workers=args.workers, threads=args.threads)
    return 0


def serve(host: str, port: int, *, workers: int = 0, threads: int = THREADS) -> None:
    """Start the server on a ledger that has been checked, and return when it was told to stop."""
    from django.db import connection
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    give_memory_back()
    if connection.vendor == "sqlite":
        workers = 1  # one writer at a time in any case: threads share its page cache
    elif not workers:
        workers = max(2, min(os.cpu_count() or 2, 8))
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - asking what was typed, binding nothing
    print(f"有据已启动：http://{shown}:{port}/　（Ctrl+C 停止）", flush=True)
    server = Granian(
        "youju.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
    )
    server.serve()


def check_debug(host: str) -> None:
    """Raises DebugExposed where errors would be shown to more than this machine."""
    from django.conf import settings

    if settings.DEBUG and host not in ("127.0.0.1", "::1", "localhost"):
        raise DebugExposed(host=host)


def check_port(host: str, port: int) -> None:
    """Raises BadPort for a port that cannot be listened on."""
    import socket

    if port not in PORTS:
        raise BadPort(port=port, why="应在1到65535之间")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise BadPort(port=port, why=error.strerror or "已被占用") from error


def give_memory_back() -> None:
    """Let this process, and those that come from it, give the system back what they do not need; where glibc is used."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for option, value in ALLOCATION.items():
            libc.mallopt(option, value)
