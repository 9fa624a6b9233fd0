"""Runs one reader on one file in a child process with limits, so that no file can harm the process that asked.

The child is a fresh interpreter (never a fork of the server), in its own session and an empty temporary folder, with
an environment that holds none of ours: no database address, no secret key. It answers with one frame of JSON over a
pipe (`worker.py` is its other end). Whatever kills it becomes a refusal in Chinese that names the file and tells
nothing of its content. POSIX only, because the limits are.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import youju
from youju.core.problem import DomainError
from youju.office import temporary
from youju.office.worker import HEADER_BYTES, TASKS

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]

_MB = 1024 * 1024

log = logging.getLogger(__name__)


class FileTooSlow(DomainError):
    """Reading took more time than a file may take."""

    code = "file.too_slow"
    text = "“{file}”内容过于庞杂，规定时间内没有读完，未作任何处理。请删去用不到的工作表、图片和空白行列，另存一份再试。"


class FileTooBig(DomainError):
    """Reading took more memory than a file may take, or yields more than can be handed over."""

    code = "file.too_big"
    text = "“{file}”展开后太大，超出一次能处理的限度，未作任何处理。请按月份或按村拆成几个文件再试。"


class FileUnreadable(DomainError):
    """The reader broke on the file."""

    code = "file.unreadable"
    text = "“{file}”读不出来，文件可能已损坏，或不是办公软件正常保存的文件。请用 WPS 或 Excel、Word 打开，另存一份再试。"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one child may use.

    cpu_seconds   processor time, whole seconds; wall_seconds is time on the clock
    memory_mb     address space; file_mb is the largest file it may write
    output_mb     the largest answer that is taken from it
    """

    cpu_seconds: int = 6
    memory_mb: int = 768
    wall_seconds: float = 30.0
    output_mb: int = 64
    file_mb: int = 32
    open_files: int = 64


def run_limited(
    task: str,
    path: Path,
    *,
    name: str = "",
    arguments: Mapping[str, Json] | None = None,
    cpu_seconds: int = 6,
    memory_mb: int = 768,
    wall_seconds: float = 30.0,
    output_mb: int = 64,
) -> Json:
    """What the reader `task` of worker.TASKS makes of the file at `path`.

    name       the file's name as its owner knows it, used in refusals; the reader gets it as `name`
    arguments  further keyword arguments of the reader, JSON values
    raises     FileTooSlow, FileTooBig, FileUnreadable, or the DomainError that the reader raised
    """
    if task not in TASKS:
        raise KeyError(task)
    shown = name or path.name
    limits = Limits(cpu_seconds, memory_mb, wall_seconds, output_mb)
    request: Json = {
        "path": str(path.absolute()),
        "arguments": {"name": shown, **(arguments or {})},
        "limits": asdict(limits),
    }
    with temporary.folder("read") as folder:
        frame, ended = _run(task, request, limits, Path(folder))
    if frame is None:
        raise _refusal_for(ended, task, shown)
    return _answer(frame, task, shown)


@dataclass(frozen=True, slots=True)
class _Ended:
    """How a child without an answer ended."""

    reason: str  # died, slow, big
    returncode: int = 0


def _run(task: str, request: Json, limits: Limits, folder: Path) -> tuple[bytearray | None, _Ended]:
    """The child's frame, or None and how it ended. No process of the child's session outlives this call."""
    asked = folder / "request.json"
    asked.write_text(json.dumps(request), encoding="utf-8")
    with asked.open("rb") as stdin:
        child = subprocess.Popen(
            [sys.executable, "-P", "-X", "utf8", "-m", "youju.office.worker", task],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a library's complaint may quote the file
            cwd=folder,
            env=_environment(folder),
            start_new_session=True,
        )
    deadline = time.monotonic() + limits.wall_seconds
    reason = "slow"
    frame = None
    try:
        frame, reason = _read_frame(child, deadline, limits.output_mb * _MB)
        if frame is None and reason == "died":
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        reason = "slow"
    finally:
        if (
            child.returncode is None
        ):  # while it is not waited for, its session number cannot belong to anybody else
            _kill_session(child.pid)
        child.wait()
        if child.stdout is not None:
            child.stdout.close()
    return frame, _Ended(reason, child.returncode)


def _read_frame(child: subprocess.Popen[bytes], deadline: float, most: int) -> tuple[bytearray | None, str]:
    assert child.stdout is not None
    got = bytearray()
    wanted: int | None = None
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while wanted is None or len(got) < wanted:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                return None, "slow"
            piece = os.read(child.stdout.fileno(), 1 << 16)
            if not piece:
                return None, "died"
            got += piece
            if wanted is None and len(got) >= HEADER_BYTES:
                wanted = HEADER_BYTES + int.from_bytes(got[:HEADER_BYTES], "big")
                if wanted > most:
                    return None, "big"
    del got[wanted:], got[:HEADER_BYTES]  # in place: a copy of a large answer costs as much again
    return got, "answered"


def _kill_session(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):  # already gone
        os.killpg(pid, signal.SIGKILL)


def _environment(folder: Path) -> dict[str, str]:
    """Only what an interpreter and a command-line converter need."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": str(Path(youju.__file__).resolve().parent.parent),
        "LANG": "C.UTF-8",
        "TZ": "Asia/Shanghai",
        "HOME": str(folder),
        "TMPDIR": str(folder),
    }


def _refusal_for(ended: _Ended, task: str, shown: str) -> DomainError:
    # A file's name is what its owner typed, a person's name as likely as not: it has no place in a log.
    log.warning("reader %s ended without an answer: %s, status %s", task, ended.reason, ended.returncode)
    # Native code that is refused memory aborts; a child whose answer is too long is killed by us.
    if ended.reason == "big" or ended.returncode == -signal.SIGABRT:
        return FileTooBig(file=shown)
    if ended.reason == "slow" or ended.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return FileTooSlow(file=shown)
    return FileUnreadable(file=shown)


def _answer(frame: bytearray, task: str, shown: str) -> Json:
    answer = json.loads(frame)
    if "value" in answer:
        value: Json = answer["value"]
        return value
    code, fields = str(answer.get("code", "")), dict(answer.get("fields", {}))
    if "broke" in answer:
        log.warning("reader %s broke: %s", task, answer["broke"])
    fields.setdefault("file", shown)
    for kind in _refusals(DomainError):
        if kind.code == code:
            try:
                refusal = kind(**fields)
            except (TypeError, KeyError):
                break  # a class with another constructor
            raise refusal
    raise FileUnreadable(file=shown)


def _refusals(kind: type[DomainError]) -> Iterator[type[DomainError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _refusals(child)
