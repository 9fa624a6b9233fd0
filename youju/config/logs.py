"""The security log and the fault log: one JSON object a line, one file a day in log/ of the data folder.

A line has the members of `FIELDS` and nothing else, so that what a person typed cannot get into it by a change elsewhere;
JSON keeps a line one line whatever an account name or an address contains. Faults say the exception's class and where it
came up, never its message, in which databases quote values. docs/security/logs.md
"""

from __future__ import annotations

import json
import logging
import os
import sys
import traceback
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

FIELDS = ("event", "account", "member", "address", "method", "route", "status", "code", "number")
LONGEST = 200  # characters of any one value: an account name of a megabyte is an attack, too


class Line(logging.Formatter):
    """A record as a line of JSON with the instant in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        said: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "log": record.name,
        }
        for name in FIELDS:
            value = getattr(record, name, None)
            if value not in (None, ""):
                said[name] = value if isinstance(value, int) else str(value)[:LONGEST]
        if record.exc_info and record.exc_info[0] is not None:
            said["fault"] = record.exc_info[0].__name__
            said["where"] = [
                f"{Path(each.filename).name}:{each.lineno} {each.name}"
                for each in traceback.extract_tb(record.exc_info[2])[-12:]
            ]
        elif record.name != "youju.security":
            # The text as it was written in the program: what was filled into it may be somebody's.
            said["text"] = str(record.msg)[:LONGEST]
        return json.dumps(said, ensure_ascii=False)


class DayFile(logging.Handler):
    """Appends to the day's file and removes files that are older than they have to be kept.

    Every line is one write to a file opened for appending, so several processes may share the file.
    """

    def __init__(self, folder: str, name: str, days: int) -> None:
        super().__init__()
        self.folder, self.name_, self.days = Path(folder), name, days
        self._day: date | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line. A full disk must not turn an answer into a fault: then the line goes to the error stream."""
        line = self.format(record) + "\n"
        day = datetime.fromtimestamp(record.created, UTC).date()
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / f"{self.name_}-{day}.jsonl"
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(handle, line.encode("utf-8", "backslashreplace"))
            finally:
                os.close(handle)
            if day != self._day:
                self._day = day
                self._sweep(day - timedelta(days=self.days))
        except OSError:
            sys.stderr.write(line)

    def _sweep(self, before: date) -> None:
        first = f"{self.name_}-{before}.jsonl"
        for path in self.folder.glob(f"{self.name_}-????-??-??.jsonl"):
            if path.name < first:
                path.unlink(missing_ok=True)


def configuration(folder: Path, days: int) -> dict[str, object]:
    """Django's LOGGING: security events and faults into their files, faults to the error stream as well."""
    line = {"()": "youju.config.logs.Line"}

    def file(name: str) -> dict[str, object]:
        return {
            "()": "youju.config.logs.DayFile",
            "folder": str(folder),
            "name": name,
            "days": days,
            "formatter": "line",
        }

    def log(*handlers: str, level: str = "INFO", upwards: bool = False) -> dict[str, object]:
        return {"handlers": list(handlers), "level": level, "propagate": upwards}

    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": line},
        "handlers": {
            "security": file("security"),
            "faults": file("faults"),
            "stream": {"class": "logging.StreamHandler", "level": "ERROR", "formatter": "line"},
        },
        "loggers": {
            "youju.security": log("security"),
            "django.security": log("security", level="WARNING"),
            "django.request": log("faults", "stream", level="ERROR"),
            "django": log("faults", "stream", level="ERROR"),
            "youju": log("faults", "stream", level="WARNING", upwards=True),
        },
    }
