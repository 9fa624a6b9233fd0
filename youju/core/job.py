"""Background jobs 后台任务: their states, when one is tried again, and what may be kept of a failure.

The rule in steps: docs/algorithms/jobs.md.
"""

from __future__ import annotations

import traceback
from datetime import timedelta
from pathlib import PurePath
from typing import Literal

from youju.core.problem import DomainError

State = Literal["waiting", "running", "done", "refused", "failed"]
STATES_ZH: dict[State, str] = {
    "waiting": "排队中", "running": "办理中", "done": "已办完", "refused": "未办理", "failed": "出错",
}  # fmt: skip
ENDED: tuple[State, ...] = ("done", "refused", "failed")
MAX_ATTEMPTS = 10
LONGEST_DELAY = timedelta(minutes=1)
LEASE = timedelta(seconds=30)
KEPT = timedelta(days=90)  # as long as request numbers: a retry that late is a new request


class UnknownJob(DomainError):
    """No job of that id, or it is somebody else's: who did not ask for it learns nothing of it."""

    code = "job.unknown"
    text = "没有这项办理，或不是由您提交的。请回到提交的页面查看。"


class JobBroken(DomainError):
    """Something in the program or the machine broke; the job's own data say nothing about it."""

    code = "job.broken"
    text = "办理中出错，没有作任何更改。请稍后再试一次；仍不行的，请把任务号{job}告诉系统管理员。"


class JobGivenUp(DomainError):
    """The job ended its worker as often as is allowed."""

    code = "job.given_up"
    text = "办理{attempts}次都中途断开，没有作任何更改。请把任务号{job}告诉系统管理员。"


def delay(attempts: int) -> timedelta:
    """How long after its `attempts`-th end without a result a job waits: none at first, then 1, 2, 4 … 60 seconds."""
    return min(timedelta(seconds=2 ** (attempts - 2)), LONGEST_DELAY) if attempts > 1 else timedelta()


def trace_of(error: BaseException) -> str:
    """Where an error came from, without what it says: classes and places of the program, never a value or a message.

    One line for each error of the chain, the first cause first, each followed by its frames, innermost last.
    """
    chain: list[BaseException] = []
    each: BaseException | None = error
    while each is not None and each not in chain:
        chain.append(each)
        each = each.__cause__ or each.__context__
    lines = []
    for found in reversed(chain):
        kind = type(found)
        lines.append(f"{kind.__module__}.{kind.__qualname__}")
        lines += [
            f"  {_place(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(found.__traceback__)
        ]
    return "\n".join(lines)


def _place(file: str) -> str:
    """The file from its package on: a path of this machine may name a person."""
    parts = PurePath(file).parts
    for root in ("site-packages", "youju"):
        if root in parts:
            at = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[at + (root == "site-packages") :])
    return parts[-1] if parts else ""
