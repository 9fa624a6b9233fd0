"""Invariant 8, an import killed at any moment: what was acknowledged is there, nothing is half there, a retry adds nothing twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

from openpyxl import Workbook

from tests.hardness.proof import Found, Place, Proof
from tests.killing import wait_for_the_server
from tests.town import START, build_town
from youju.actions import clock, verifying
from youju.store.models import Batch, Entry, ImportedRow, Ledger

ROWS = 150


def prove(count: int, place: Place) -> Found:
    """Kill `count` imports; every one is then whole or not there, and the same command heals it."""
    with place.new_ledger() as ledger:
        with clock.at(START):
            build_town()
        assert ledger.run("verify", "--json").returncode == 0  # the first start of a program is slower
        began = time.monotonic()
        assert ledger.run(*_import(_workbook(place.folder, 0))).returncode == 0
        whole = time.monotonic() - began
        moments = random.Random(20240426)
        struck = 0
        for number in range(1, count + 1):
            path = _workbook(place.folder, number)
            # Mostly near the end, where it writes, found by feeling the way; sometimes anywhere.
            wait = moments.uniform(0.0, whole) if number % 4 == 0 else whole * moments.uniform(0.9, 1.0)
            acknowledged = _kill_after(ledger.start(*_import(path)), wait)
            wait_for_the_server()
            whole *= 0.93 if acknowledged else 1.02
            written = Entry.unscoped.filter(imported__batch__file_name=path.name).count()
            assert written in (0, ROWS)
            assert not acknowledged or written == ROWS
            struck += not acknowledged
            head = Ledger.unscoped.get(pk=1).head
            again = ledger.run(*_import(path))
            assert again.returncode == 0, again.stderr
            said = json.loads(again.stdout)
            assert said["imported"] + said["recognised"] == ROWS
            assert Entry.unscoped.filter(imported__batch__file_name=path.name).count() == ROWS
            assert Batch.unscoped.filter(file_name=path.name).count() == 1
            assert Ledger.unscoped.get(pk=1).head == head + (0 if written else 1)
        assert struck >= count // 4, "the machine was so quick that hardly any import was struck"
        digests = list(ImportedRow.unscoped.values_list("digest", flat=True))
        assert len(digests) == len(set(digests)) == ROWS * (count + 1)
        assert [part.findings for part in verifying.verify()] == [()] * len(verifying.PARTS)
    return Found(f"{struck} struck before their answer, {len(digests)} rows: 0 lost, 0 half, 0 twice")


def _import(path: Path) -> list[str | Path]:
    return ["import", path, "--unit", "东村", "--register", "leaflets", "--as", "recorder", "--json"]


def _kill_after(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill the process; whether it had acknowledged its work before."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    out, _ = process.communicate()
    return '"batch"' in out


def _workbook(folder: Path, number: int) -> Path:
    """A workbook of rows that no other one has."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["宣传资料发放台账"])
    sheet.append(["发放日期", "数量（份）", "专项", "地点"])
    for row in range(ROWS):
        sheet.append([f"2024.{row % 4 + 1}.{row % 28 + 1}", row + 1, "清洁乡村", f"第{number}次第{row}户"])
    path = folder / f"发放登记{number}.xlsx"
    book.save(path)
    return path


PROOF = Proof(
    title="导入时随时被强行终止",
    counted="kills",
    prove=prove,
    full={"sqlite": 100, "postgresql": 20},
    short={"sqlite": 20, "postgresql": 20},
)
