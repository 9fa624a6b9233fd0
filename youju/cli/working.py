"""The worker that `youju serve` keeps beside the pages: started, started again when it dies, ended with them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator

AGAIN_SECONDS = 1.0
END_SECONDS = 20.0


@contextlib.contextmanager
def worker_beside() -> Iterator[None]:
    """A worker process as long as the block lasts. It also ends by itself when this process is gone, however that went."""
    over = threading.Event()
    keeper = _Keeper(over)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


class _Keeper(threading.Thread):
    def __init__(self, over: threading.Event) -> None:
        super().__init__(name="worker-keeper", daemon=True)
        self.over = over

    def run(self) -> None:
        while not self.over.is_set():
            worker = subprocess.Popen(
                [sys.executable, "-P", "-m", "youju", "worker", "--parent", str(os.getpid()), "--json"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )
            while worker.poll() is None and not self.over.wait(0.2):
                pass
            if worker.poll() is None:
                _end(worker)
            self.over.wait(AGAIN_SECONDS)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Let it finish the job in hand; what takes longer is begun again at the next start."""
    worker.terminate()
    try:
        worker.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
