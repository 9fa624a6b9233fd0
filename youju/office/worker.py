"""The child's side of child.py: sets its own limits, runs one reader on one file, answers with one frame of JSON.

A reader is a function `read(path: Path, *, name: str, **arguments) -> Json`. It may raise any DomainError built from
keyword fields, defined in the module of the reader or imported there; the fields must not hold content of the file.
A new reader is a line in TASKS.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import resource
import sys
import traceback
from pathlib import Path

from youju.core.problem import DomainError

HEADER_BYTES = 8

TASKS: dict[str, str] = {
    "annotate": "youju.office.annotate:annotate_task",
    "customer_check": "youju.office.customer:check_task",
    "customer_fill": "youju.office.customer:fill_task",
    "typeset": "youju.office.pdf.typeset:typeset_task",
    "bookmarks": "youju.office.facts:bookmarks_task",
    "evidence": "youju.office.evidence:evidence_task",
    "picture": "youju.office.picture:picture_task",
    "sniff": "youju.office.sniff:sniff_task",
    "text": "youju.office.text.read:text_task",
    "workbook": "youju.office.workbook:workbook_task",
}


def main() -> int:
    """Answer the request on standard input; the answer leaves by what was standard output when we started."""
    gc.disable()  # a process that ends with its answer needs no memory back
    answer = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)  # a library that prints must not spoil the frame
    os.dup2(nowhere, 2)
    request = json.load(sys.stdin)
    set_limits(request["limits"])
    frame = json.dumps(_reply(sys.argv[1], request), ensure_ascii=False, separators=(",", ":"))
    data = frame.encode("utf-8", "surrogatepass")
    answer.write(len(data).to_bytes(HEADER_BYTES, "big") + data)
    answer.flush()
    os._exit(0)  # a native library that crashes while it cleans up has still answered


def set_limits(limits: dict[str, int]) -> None:
    """Bind this process; nothing of the file has been read yet."""
    megabyte = 1024 * 1024
    cpu = int(limits["cpu_seconds"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_mb"] * megabyte,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits["file_mb"] * megabyte,) * 2)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limits["open_files"],) * 2)


def _reply(task: str, request: dict[str, object]) -> dict[str, object]:
    module, _, function = TASKS[task].partition(":")
    arguments = request["arguments"]
    assert isinstance(arguments, dict)
    try:
        read = getattr(importlib.import_module(module), function)
        return {"value": read(Path(str(request["path"])), **arguments)}
    except DomainError as refusal:
        return {"code": refusal.code, "fields": refusal.fields}
    except MemoryError:
        return {"code": "file.too_big", "fields": {}}
    except RecursionError:
        return {"code": "file.unreadable", "fields": {}, "broke": "RecursionError"}
    # A Rust panic is a BaseException; its message may quote the file, its place may not.
    except BaseException as error:  # noqa: BLE001
        last = traceback.extract_tb(error.__traceback__)[-1:]
        place = f"{last[0].filename}:{last[0].lineno}" if last else ""
        return {"code": "file.unreadable", "fields": {}, "broke": f"{type(error).__name__} at {place}"}


if __name__ == "__main__":
    raise SystemExit(main())
