"""The worker's loop: take a job, say every few seconds that it lives, do the job, look for jobs whose worker died."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from youju.actions import audits, evidence, logins, queue, uploads, workbooks
from youju.actions.queue import Run, Worker
from youju.core.job import State
from youju.office import temporary

log = logging.getLogger(__name__)
HOUSEKEEPING_SECONDS = 3600.0
Lost = (OperationalError, InterfaceError)


@dataclass(slots=True)
class Loop:
    """One worker at work.

    stop          set it to end after the job in hand
    poll_seconds  between two looks at an empty queue
    parent        the process that started this one: when it is gone, so is the worker. 0: it lives by itself
    once          end when nothing is ready any more
    said          called with each run and what it came to
    """

    worker: Worker
    stop: threading.Event
    poll_seconds: float = 0.5
    parent: int = 0
    once: bool = False
    said: Callable[[Run, State], None] | None = None

    def run(self) -> int:
        """Work until told to stop. Returns how many jobs were worked at."""
        heart = _Heart(self.worker, self.parent)
        heart.start()
        worked, next_reaping, next_housekeeping, sealed = 0, 0.0, 0.0, False
        try:
            while not self.stop.is_set():
                try:
                    if time.monotonic() >= next_reaping:
                        queue.reap()
                        next_reaping = time.monotonic() + self.worker.lease.total_seconds() / 3
                    if time.monotonic() >= next_housekeeping:
                        housekeep()
                        sealed = sealed or workbooks.seal_left()
                        next_housekeeping = time.monotonic() + HOUSEKEEPING_SECONDS
                    run = queue.take(self.worker)
                    if run is not None:
                        self._do(run, heart)
                        worked += 1
                        continue
                except Lost:
                    # A server that restarts, a lock held too long: the job's lease ends and it is taken again.
                    log.warning("the database did not answer; trying again")
                    connection.close()
                if self.once:
                    break
                close_old_connections()
                self.stop.wait(self.poll_seconds)
        finally:
            heart.end()
        return worked

    def _do(self, run: Run, heart: _Heart) -> None:
        heart.run_in_hand = run
        try:
            state = queue.perform(run)
        finally:
            heart.run_in_hand = None
        if self.said is not None:
            self.said(run, state)


class _Heart(threading.Thread):
    """Beats for the job in hand, on a connection of its own."""

    def __init__(self, worker: Worker, parent: int) -> None:
        super().__init__(name="heart", daemon=True)
        self.worker = worker
        self.parent = parent
        self.run_in_hand: Run | None = None
        self._over = threading.Event()

    def end(self) -> None:
        self._over.set()
        self.join()

    def run(self) -> None:
        interval = min(self.worker.lease.total_seconds() / 4, 2.0 if self.parent else 60.0)
        while not self._over.wait(interval):
            if self.parent and os.getppid() != self.parent:
                os._exit(0)  # like a kill: what is under way leaves nothing behind, and its lease ends
            run = self.run_in_hand
            if run is None:
                continue
            try:
                queue.beat(run, self.worker)
            except Lost:
                # On SQLite our own long transaction may hold the lock: then nobody can take the job away either.
                connection.close()
        connection.close()


def housekeep() -> None:
    """Delete what is past its time: old jobs, workbooks nobody imported, drafts after a month, files without a row, sessions.

    Also the folders that killed processes left behind.
    """
    queue.forget()
    uploads.sweep()
    audits.sweep()
    evidence.sweep()
    workbooks.sweep()
    logins.sweep_sessions()
    temporary.sweep(Path(settings.DATA_DIR))
