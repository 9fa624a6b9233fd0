"""Work on one ledger by several processes, each with a copy of its own: for proofs that take back whatever they write."""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections
from django.test import override_settings

from tests.ledgers import LedgerDatabase


def in_processes(
    ledger: LedgerDatabase, folder: Path, count: int, work: Callable[[int], dict[str, Any]]
) -> list[dict[str, Any]]:
    """What `work(number)` says in each of `count` processes. One alone works here; several are for SQLite only.

    raises  AssertionError when one of them breaks off
    """
    if count == 1:
        return [work(0)]
    assert ledger.engine == "sqlite"
    connections["default"].close()
    children = {}
    for number in range(count):
        sys.stdout.flush()
        pid = os.fork()
        if not pid:
            _child(ledger, folder / f"copy-{number}", folder / f"said-{number}.json", number, work)
        children[number] = pid
    ended = {number: os.waitpid(pid, 0)[1] for number, pid in children.items()}
    assert not any(ended.values()), f"processes broke off: {ended}"
    return [json.loads((folder / f"said-{number}.json").read_text(encoding="utf-8")) for number in children]


def _child(
    ledger: LedgerDatabase, data: Path, said: Path, number: int, work: Callable[[int], dict[str, Any]]
) -> None:
    """Never returns: what the parent has open, and would put away at its end, is the parent's."""
    status = 1
    try:
        shutil.copytree(ledger.data, data)
        name = str(data / Path(connections.settings["default"]["NAME"]).name)
        connections.settings["default"] = {**connections.settings["default"], "NAME": name}
        connections["default"] = connections.create_connection("default")
        with override_settings(
            DATA_DIR=data,
            LOCAL_CATALOG=data / "catalog",
            EVIDENCE_DIR=data / "evidence",
            KEY_FILE=data / "personal.key",
        ):
            said.write_text(json.dumps(work(number)), encoding="utf-8")
        status = 0
    except BaseException:  # noqa: BLE001 - the parent is told by the status
        traceback.print_exc()
    finally:
        os._exit(status)
