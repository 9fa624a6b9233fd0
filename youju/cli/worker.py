"""`youju worker`: does the background jobs, one after the other, until it is told to stop."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from datetime import timedelta
from types import FrameType

from youju.actions import queue
from youju.actions.queue import Run, Worker
from youju.actions.working import Loop
from youju.cli.context import print_json
from youju.cli.parsing import Subparsers
from youju.cli.setting_up import check_triggers
from youju.core.job import LEASE, STATES_ZH, State
from youju.store.queries.ledger import head


def register(commands: Subparsers) -> None:
    """The arguments of `worker`."""
    parser = commands.add_parser("worker", help="后台任务")
    parser.add_argument("--once", action="store_true", help="办完排队的任务即退出")
    parser.add_argument(
        "--lease",
        type=float,
        default=LEASE.total_seconds(),
        metavar="秒",
        help="断开多久后由别的进程接着办（缺省30）",
    )
    parser.add_argument(
        "--poll", type=float, default=0.5, metavar="秒", help="没有任务时隔多久再看（缺省0.5）"
    )
    parser.add_argument("--parent", type=int, default=0, metavar="进程号", help="该进程结束时随之退出")
    parser.add_argument("--json", action="store_true", help="输出 JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl+C: the first ends after the job in hand, the second at once."""
    head()
    check_triggers()
    stop = threading.Event()

    def on_signal(number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            sys.exit(128 + number)  # what is under way is rolled back, and begun again by the next worker
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    worker = Worker(
        queue.name_here(),
        timedelta(seconds=max(args.lease, 0.2)),
    )
    loop = Loop(worker, stop, max(args.poll, 0.02), args.parent, args.once, None if args.json else _say)
    worked = loop.run()
    if args.json:
        print_json({"worked": worked})
    return 0


def _say(run: Run, state: State) -> None:
    print(f"{run.uid} {STATES_ZH[state]}", flush=True)
