"""What uploads may do to the machine: memory and processes of the server, calls to a listener, files that stay behind."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings

from youju.actions.uploads import is_spent
from youju.store.models import AuditDraft, Blob, Upload

KILOBYTES = re.compile(r"^VmRSS:\s*(\d+) kB", re.MULTILINE)


@dataclass
class Watch:
    """Looks at a process and all that it started, several times a second.

    before  process → kilobytes in memory when the watch began
    most    the most it had since
    """

    root: int
    before: dict[int, int] = field(default_factory=dict)
    most: dict[int, int] = field(default_factory=dict)

    def begin(self) -> None:
        """From now on memory is compared with that of now. Only what lasts is looked at: no reader of a file."""
        self.before = {pid: memory_of(pid) for pid in family(self.root) if not is_reader(pid)}
        self.most = dict(self.before)

    def look(self) -> None:
        """One look."""
        for pid in self.before:
            self.most[pid] = max(self.most[pid], memory_of(pid))

    @contextlib.contextmanager
    def looking(self) -> Iterator[None]:
        """Look all the time."""
        over = threading.Event()

        def run() -> None:
            while not over.wait(0.2):
                self.look()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield
        over.set()
        thread.join()

    @property
    def grown(self) -> int:
        """Megabytes that the process which grew most has now beyond what it had."""
        return max((memory_of(pid) - kilobytes for pid, kilobytes in self.before.items()), default=0) // 1024

    @property
    def peak(self) -> int:
        """The same at the worst moment."""
        return max((self.most[pid] - kilobytes for pid, kilobytes in self.before.items()), default=0) // 1024

    def deaths(self) -> list[int]:
        """Processes that were there and are not."""
        return [pid for pid in self.before if not Path(f"/proc/{pid}").exists()]


def memory_of(pid: int) -> int:
    """Kilobytes of memory a process has; 0 when it is gone."""
    with contextlib.suppress(OSError):
        found = KILOBYTES.search(Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
        return int(found[1]) if found else 0
    return 0


def family(root: int) -> list[int]:
    """A process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def is_reader(pid: int) -> bool:
    """Whether it is a child that reads one file."""
    with contextlib.suppress(OSError):
        return b"youju.office.worker" in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def readers_in(folder: Path) -> list[int]:
    """Processes that work inside a folder: readers of files that nobody waits for any more."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if (entry / "cwd").readlink().is_relative_to(folder):
                    found.append(int(entry.name))
    return found


@dataclass
class Listener:
    """Somebody who listens, and counts who calls."""

    port: int = 0
    calls: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Listen until the end."""
        with socket.create_server(("127.0.0.1", 0)) as server:
            self.port = server.getsockname()[1]
            server.settimeout(0.2)
            over = threading.Event()

            def run() -> None:
                while not over.is_set():
                    with contextlib.suppress(TimeoutError):
                        server.accept()[0].close()
                        self.calls += 1

            thread = threading.Thread(target=run, daemon=True)
            thread.start()
            yield
            over.set()
            thread.join()


def left_behind(temporary: Path) -> list[str]:
    """Files without a row, rows without a file, and whatever still lies in the server's temporary folder."""
    deadline = time.monotonic() + 20
    while any(temporary.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.1)  # an answer is there a moment before its request has put everything away
    wrong = [f"left in the temporary folder: {path.name}" for path in temporary.iterdir()]
    wrong += [f"a reader is still there: {pid}" for pid in readers_in(temporary)]
    waiting = Upload.unscoped.select_related("job")
    uploads = {str(each.uid) for each in waiting if not is_spent(each)}  # what is imported whole has no file
    drafts = {str(uid) for uid in AuditDraft.unscoped.filter(kind="docx").values_list("uid", flat=True)}
    blobs = set(Blob.unscoped.values_list("sha256", flat=True))
    for folder, named in (("uploads", uploads), ("drafts", drafts), ("evidence", blobs)):
        place = Path(settings.DATA_DIR, folder)
        there = {path.name for path in place.rglob("*") if path.is_file()} if place.is_dir() else set()
        wrong += [f"{folder}: {name} without a row" for name in sorted(there - named)]
        wrong += [f"{folder}: {name} without its file" for name in sorted(named - there)]
    return wrong
