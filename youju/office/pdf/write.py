"""`write_pdf`: a filled document → .pdf. The layout runs in a limited child; this process only hands data over."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from pathlib import Path

from youju.core.document import Document
from youju.office import temporary
from youju.office.child import Json, run_limited
from youju.office.gongwen.values import FigureNote, GongwenMeta
from youju.office.package import write_whole
from youju.office.pdf.data import layout_data
from youju.office.pdf.typeset import NotTypeset


def write_pdf(
    document: Document,
    path: Path,
    meta: GongwenMeta,
    notes: Iterable[FigureNote] = (),
    *,
    facts: bytes = b"",
    fonts: Path | None = None,
) -> bytes:
    """Write the .pdf and return its bytes; arguments as in `pdf_bytes`."""
    data = pdf_bytes(document, meta, notes, facts=facts, fonts=fonts)
    write_whole(path, data)
    return data


def pdf_bytes(
    document: Document,
    meta: GongwenMeta,
    notes: Iterable[FigureNote] = (),
    *,
    facts: bytes = b"",
    fonts: Path | None = None,
) -> bytes:
    """A PDF/A-3b file; the same input gives the same bytes.

    facts   what is attached as facts.json
    fonts   a folder of fonts the office has a licence for; they stand before ours
    raises  NotFilled, FigureTwice, FigureWithoutSource, NotTypeset
    """
    return _run(layout_data(document, meta, notes), facts.decode(), "pdf", fonts)[0]


def preview_pages(
    document: Document, meta: GongwenMeta, notes: Iterable[FigureNote] = (), *, fonts: Path | None = None
) -> list[bytes]:
    """The pages as SVG pictures, as the .pdf will show them."""
    return _run(layout_data(document, meta, notes), "", "svg", fonts)


def _run(data: dict[str, Json], facts: str, form: str, fonts: Path | None) -> list[bytes]:
    arguments: dict[str, Json] = {"form": form, "fonts": str(fonts) if fonts and fonts.is_dir() else ""}
    with temporary.folder("pdf") as folder:
        path = Path(folder) / "document.json"
        path.write_text(json.dumps({"data": data, "facts": facts}, ensure_ascii=False), encoding="utf-8")
        title = "".join(str(line) for line in data["title"]) if isinstance(data["title"], list) else ""
        made = run_limited(
            "typeset", path, name=title or "报告", arguments=arguments, cpu_seconds=30, memory_mb=2048
        )
    if not isinstance(made, list):
        raise NotTypeset(file=title)
    return [base64.b64decode(str(each)) for each in made]
