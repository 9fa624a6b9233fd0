"""Invariant 8: a process killed between the steps that keep an evidence file: never a row without its file.

A file is written, flushed, named, its folder flushed, and only then does the ledger say that it is there. Each process
here is killed right before or right after one of these steps; the same request again must then finish the work, and
what is left over is nobody's and is swept.
"""

from __future__ import annotations

import itertools
import os
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import override_settings

from tests.hardness.disk_full import sweep_up
from tests.hardness.proof import Found, Place, Proof
from tests.killing import wait_for_the_server
from tests.photos import photo
from tests.town import START, Town, build_town
from youju.actions import clock, evidence, verifying
from youju.store.models import Blob, EvidenceLink

MOST_STEPS = (
    6  # the file, its name, its folder, the store's folder when a drawer is new, the commit; and none
)


def prove(count: int, place: Place) -> Found:
    """Kill `count` processes, each at another step of keeping another file."""
    ended: Counter[str] = Counter()
    with place.new_ledger(), clock.at(START), override_settings(UPLOAD_FILES_PER_DAY=count + 1):
        town = build_town()
        for number in range(count):
            entry = town.record("leaflets", "东村", day="2024-04-20", count="1", place=f"{number}").entry
            path = place.folder / f"照片{number}.png"
            path.write_bytes(photo(f"{place.engine}{number}", "PNG"))
            step, after = number // 2 % MOST_STEPS, bool(number % 2)
            ended[attached_and_killed(town, entry, path, step, after=after)] += 1
            sha256 = evidence.digest_of(path.read_bytes())
            linked = EvidenceLink.unscoped.filter(entry=entry).exists()
            assert linked == Blob.unscoped.filter(sha256=sha256).exists()
            assert not linked or evidence.digest_of(evidence.place_of(sha256).read_bytes()) == sha256
            again = attach(town, entry, path)
            assert (again.sha256, EvidenceLink.unscoped.filter(entry=entry).count()) == (sha256, 1)
        swept = sweep_up(may_be_half=True)
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
    assert ended["killed"] >= count // 2
    said = f"{ended['killed']} killed between steps, {ended['answered']} had their answer: 0 rows without a file, 0 twice"
    return Found(f"{said}; {swept} left-over files swept, no other")


def attach(town: Town, entry: int, path: Path) -> evidence.Attached:
    """Attach the file, as the page does after looking through it."""
    return evidence.attach(entry, path, by=town.who["recorder"], key=path.name, inspected=True)


def attached_and_killed(town: Town, entry: int, path: Path, step: int, *, after: bool) -> str:
    """Attach the file in a process that is killed at this step."""
    return killed(lambda: attach(town, entry, path), step, after=after)


def killed(act: Callable[[], object], step: int, *, after: bool) -> str:
    """Do it in a process that is killed at this step; "killed", or "answered" when it came to its end."""
    connection.close()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            strike(step, after=after)
            act()
            os.write(write, b"answered")
        except BaseException:  # noqa: BLE001 - the parent tells it
            os.write(write, traceback.format_exc().encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as file:
        said = file.read().decode()
    _, status = os.waitpid(child, 0)
    assert said in ("", "answered"), said
    assert os.waitstatus_to_exitcode(status) == (0 if said else -signal.SIGKILL)
    wait_for_the_server()
    return said or "killed"


def strike(step: int, *, after: bool) -> None:
    """From now on, kill this process at its `step`-th lasting step, before or after it."""
    numbers = itertools.count()

    def led(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            mine = next(numbers) == step
            if mine and not after:
                os.kill(os.getpid(), signal.SIGKILL)
            done = function(*arguments, **named)
            if mine:
                os.kill(os.getpid(), signal.SIGKILL)
            return done

        return call

    os.fsync, os.replace, os.unlink = led(os.fsync), led(os.replace), led(os.unlink)
    BaseDatabaseWrapper._commit = led(BaseDatabaseWrapper._commit)  # type: ignore[attr-defined]


PROOF = Proof(
    title="保存佐证材料的各步之间被强行终止",
    counted="kills",
    prove=prove,
    full={"sqlite": 1000, "postgresql": 500},
    short={"sqlite": 36, "postgresql": 24},
)
