"""A filled document as the plain data that the layout file prints. Everything in it is text, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from youju.core.document import (
    Block,
    Document,
    FigureText,
    Heading,
    Inline,
    Listing,
    NotFilled,
    Paragraph,
    Table,
    Use,
)
from youju.office.child import Json
from youju.office.gongwen.appendix import HEADER, TITLE, WIDTHS_MM, note_beside
from youju.office.gongwen.title import title_lines
from youju.office.gongwen.values import FigureNote, FigureTwice, FigureWithoutSource, GongwenMeta

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def layout_data(document: Document, meta: GongwenMeta, notes: Iterable[FigureNote]) -> dict[str, Json]:
    """What gongwen.typ reads. Raises NotFilled, FigureTwice, FigureWithoutSource."""
    blocks = [one for block in document.blocks for one in _block(block)]
    figures = list(_figures(document))
    last = blocks.pop() if blocks and blocks[-1]["k"] == "par" else None
    names = (*meta.attachments, TITLE) if figures else meta.attachments
    return {
        "title": [*title_lines(meta.title)],
        "addressee": meta.addressee.rstrip("：:") + "：" if meta.addressee else "",
        "signature": meta.signature,
        "day": [meta.day.year, meta.day.month, meta.day.day] if meta.day else None,
        "sealed": meta.sealed,
        "attachments": [*names],
        "blocks": [*blocks],
        "last": last,
        "rest": None,
        "appendix": _appendix(figures, {note.id: note for note in notes}, names, meta.remarks),
    }


def _appendix(
    figures: Sequence[FigureText],
    notes: Mapping[str, FigureNote],
    names: Sequence[str],
    remarks: Sequence[str],
) -> Json:
    if not figures:
        return None
    rows: list[Json] = []
    for number, figure in enumerate(figures, 1):
        note = notes.get(figure.id)
        if note is None:
            raise FigureWithoutSource(id=figure.id, wording=figure.text)
        rows.append(
            {
                "number": number,
                "id": figure.id,
                "wording": figure.text,
                "exact": note.exact,
                "definition": note.definition,
                "recipe": note.recipe,
                "unit": note.unit,
                "period": note.period,
                "as_of": f"截至{note.as_of}",
                "sources": note.sources,
                "beside": [*note_beside(note)],
            }
        )
    mark = "附件" if len(names) == 1 else f"附件{len(names)}"
    return {
        "mark": mark,
        "title": TITLE,
        "header": [*HEADER],
        "widths": [*WIDTHS_MM],
        "rows": rows,
        "remarks": [*remarks],
    }


def _figures(document: Document) -> Iterator[FigureText]:
    from youju.core.document import inlines_of

    seen = set()
    for one in inlines_of(document):
        if isinstance(one, FigureText):
            if one.id in seen:
                raise FigureTwice(id=one.id)
            seen.add(one.id)
            yield one


def _block(block: Block) -> Iterator[dict[str, Json]]:
    match block:
        case Heading():
            title: list[Json] = [{"t": block.number}, *_inlines(block.inlines)]
            yield {"k": "heading", "level": block.level, "inlines": title}
        case Paragraph():
            lead: Json = None
            level = 0
            if block.lead is not None:
                level = block.lead.level
                lead = [{"t": block.lead.number}, *_inlines(block.lead.inlines)]
            yield {"k": "par", "lead": lead, "level": level, "inlines": _inlines(block.inlines)}
        case Listing():
            for number, item in enumerate(block.items, 1):
                mark: Json = {"t": f"{number}." if block.ordered else "——"}
                yield {"k": "par", "lead": None, "level": 0, "inlines": [mark, *_inlines(item)]}
        case Table():
            yield {
                "k": "table",
                "title": block.title,
                "header": [_inlines(cell) for cell in block.header],
                "rows": [[_inlines(cell) for cell in row] for row in block.rows],
            }


def _inlines(inlines: Sequence[Inline]) -> list[Json]:
    made: list[Json] = []
    for one in inlines:
        if isinstance(one, Use):
            raise NotFilled(name=one.name, line=one.line)
        word: dict[str, Json] = {"t": _UNPRINTABLE.sub("", one.text)}
        if one.bold:
            word["bold"] = True
        if isinstance(one, FigureText):
            word["f"] = one.id
        made.append(word)
    return made


def cut(inlines: Sequence[Mapping[str, Any]], letters: int) -> tuple[list[Json], list[Json]]:
    """The inlines before and after so many letters, blanks not counted; a figure that is cut stays one figure."""
    before: list[Json] = []
    after: list[Json] = []
    left = letters
    for one in inlines:
        text = str(one["t"])
        ends = _after(text, left)
        left -= sum(1 for letter in text[:ends] if not letter.isspace())
        if ends:
            before.append({**one, "t": text[:ends]})
        if ends < len(text):
            after.append({**one, "t": text[ends:], **({"again": True} if ends else {})})
    return before, after


def _after(text: str, letters: int) -> int:
    """Where in `text` so many letters have passed."""
    for at, letter in enumerate(text):
        if letters == 0:
            return at
        letters -= not letter.isspace()
    return len(text)
