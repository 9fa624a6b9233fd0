"""An old .doc through antiword, the one converter that reads them whole; it runs inside the limited child."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from youju.office.text.values import DocNotRead, DocReaderMissing, Place, Span, Text

SECONDS = 15.0

_PICTURE = re.compile(r"\[pic\]")


def read_doc(path: Path, name: str, headers: bool) -> Text:  # noqa: ARG001 - the signature of every reader
    """The text of a .doc that has been sniffed; a paragraph a line, table rows as antiword draws them."""
    program = shutil.which("antiword")
    if program is None:
        raise DocReaderMissing(file=name)
    try:
        done = subprocess.run(
            [program, "-w", "0", "-m", "UTF-8.txt", str(path)],
            capture_output=True,
            check=False,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise DocNotRead(file=name) from None
    if done.returncode != 0 or not done.stdout.strip():
        raise DocNotRead(file=name)
    lines = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        kept = _PICTURE.sub("", line).strip()
        if kept.startswith("|") and kept.endswith("|"):
            kept = "\t".join(cell.strip() for cell in kept[1:-1].split("|"))
        if kept:
            lines.append(kept)
    spans = []
    at = 0
    for number, line in enumerate(lines, 1):
        spans.append(Span(at, at + len(line), Place(paragraph=number)))
        at += len(line) + 1
    return Text("\n".join(lines), "doc", name, tuple(spans))
