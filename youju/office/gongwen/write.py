"""`write_gongwen`: a filled document → .docx after GB/T 9704-2012, the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from youju.core.document import Document
from youju.office.gongwen import parts
from youju.office.gongwen.appendix import TITLE, appendix
from youju.office.gongwen.body import Body
from youju.office.gongwen.closing import attachments, signature
from youju.office.gongwen.title import title_lines
from youju.office.gongwen.values import FigureNote, GongwenMeta
from youju.office.gongwen.xml import Element, paragraph, root, run, to_bytes, w
from youju.office.package import pack, write_whole


def write_gongwen(
    document: Document, path: Path, meta: GongwenMeta, notes: Iterable[FigureNote] = ()
) -> bytes:
    """Write the .docx and return its bytes.

    document  with every placeholder filled; each figure has its own id
    notes     where every figure comes from; of figures that are not in the text none is printed
    raises    NotFilled, FigureTwice, FigureWithoutSource
    """
    data = gongwen_bytes(document, meta, notes)
    write_whole(path, data)
    return data


def gongwen_bytes(document: Document, meta: GongwenMeta, notes: Iterable[FigureNote] = ()) -> bytes:
    """What `write_gongwen` writes."""
    return pack(
        {
            "[Content_Types].xml": parts.content_types(),
            "_rels/.rels": parts.package_relations(),
            "word/document.xml": to_bytes(
                root("document", w("body", *_content(document, meta, notes), parts.section()))
            ),
            "word/_rels/document.xml.rels": parts.document_relations(),
            "word/styles.xml": parts.styles(),
            "word/settings.xml": parts.settings(),
            "word/fontTable.xml": parts.fonts(),
            "word/footer1.xml": parts.footer(odd=True),
            "word/footer2.xml": parts.footer(odd=False),
            "docProps/core.xml": parts.core_properties(
                " ".join(title_lines(meta.title)), meta.signature, meta.day
            ),
            "docProps/app.xml": parts.app_properties(),
        }
    )


def _content(document: Document, meta: GongwenMeta, notes: Iterable[FigureNote]) -> list[Element]:
    body = Body()
    signed = bool(meta.signature or meta.day)
    blocks = body.write(document, keep_last=signed)
    names = (*meta.attachments, TITLE) if body.figures else meta.attachments
    content = [paragraph("GwTitle", run(line)) for line in title_lines(meta.title)]
    content.append(paragraph("GwLine"))
    if meta.addressee:
        content.append(paragraph("GwAddressee", run(meta.addressee.rstrip("：:") + "：")))
    content += blocks
    content += attachments(names)
    content += signature(meta.signature, meta.day, sealed=meta.sealed)
    if body.figures:
        mark = "附件" if len(names) == 1 else f"附件{len(names)}"
        content += appendix(body.figures, {note.id: note for note in notes}, mark, meta.remarks)
    return content
