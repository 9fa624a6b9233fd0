"""The body: blocks of the document → paragraphs and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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
from youju.office.gongwen import layout
from youju.office.gongwen.values import FigureTwice
from youju.office.gongwen.xml import Element, bookmarked, link, paragraph, run, w

HEADING_FONTS = {1: layout.HEITI, 2: layout.KAITI, 3: "", 4: ""}

WIDTH = layout.PAGE_WIDTH - layout.LEFT - layout.RIGHT


@dataclass(slots=True)
class Body:
    """Writes blocks and remembers the figures in the order of the text.

    numbers  figure id → number of its bookmark in the text
    """

    figures: list[FigureText] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def write(self, document: Document, *, keep_last: bool) -> list[Element]:
        """All blocks; keep_last ties the last one to what follows: no page holds a signature alone."""
        made: list[Element] = []
        for index, block in enumerate(document.blocks):
            made += self._block(block, keep=keep_last and index == len(document.blocks) - 1)
        return made

    def _block(self, block: Block, *, keep: bool) -> list[Element]:
        match block:
            case Heading():
                content = [run(block.number), *self._inlines(block.inlines)]
                return [paragraph(f"Heading{block.level}", *content, keep_next=keep)]
            case Paragraph():
                return [
                    paragraph("GwBody", *self._lead(block), *self._inlines(block.inlines), keep_next=keep)
                ]
            case Listing():
                last = len(block.items)
                return [
                    paragraph(
                        "GwBody",
                        run(f"{number}." if block.ordered else "——"),
                        *self._inlines(item),
                        keep_next=keep and number == last,
                    )
                    for number, item in enumerate(block.items, 1)
                ]
            case Table():
                return self._table(block)

    def _lead(self, block: Paragraph) -> list[Element]:
        if block.lead is None:
            return []
        font = HEADING_FONTS[block.lead.level]
        return [run(block.lead.number, font=font), *self._inlines(block.lead.inlines, font=font)]

    def _inlines(self, inlines: Sequence[Inline], *, font: str = "", bold: bool = False) -> list[Element]:
        made: list[Element] = []
        for one in inlines:
            if isinstance(one, Use):
                raise NotFilled(name=one.name, line=one.line)
            word = run(one.text, font=font, bold=bold or one.bold)
            made += self._figure(one, word) if isinstance(one, FigureText) else [word]
        return made

    def _figure(self, figure: FigureText, word: Element) -> list[Element]:
        """The figure between its bookmark's ends, linked to its row of the table."""
        if figure.id in self.numbers:
            raise FigureTwice(id=figure.id)
        self.figures.append(figure)
        self.numbers[figure.id] = 2 * len(self.figures) - 1
        tip = f"查看出处 {figure.id}"
        return bookmarked(f"fig_{figure.id}", self.numbers[figure.id], link(f"src_{figure.id}", tip, word))

    def _table(self, table: Table) -> list[Element]:
        columns = max(1, len(table.header))
        widths = [WIDTH // columns] * columns
        header = [[paragraph("GwCellMiddle", *self._inlines(cell, bold=True))] for cell in table.header]
        rows = [[[paragraph("GwCell", *self._inlines(cell))] for cell in row] for row in table.rows]
        title = [paragraph("GwTableTitle", run(table.title), keep_next=True)] if table.title else []
        after = paragraph("GwBody")  # two tables in a row would grow together
        return [*title, grid(widths, header, rows), after]


def grid(widths: Sequence[int], header: list[list[Element]], rows: list[list[list[Element]]]) -> Element:
    """A ruled table; cells are lists of paragraphs; the header stands on every page, no row is split."""
    edges = [
        w(side, val="single", sz=4, space=0, color="auto")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ]
    sides = [w(side, w=57, type="dxa") for side in ("left", "right")]
    look = w(
        "tblPr",
        w("tblW", w=sum(widths), type="dxa"),
        w("jc", val="center"),
        w("tblBorders", *edges),
        w("tblLayout", type="fixed"),
        w("tblCellMar", *sides),
    )
    made = w("tbl", look, w("tblGrid", *(w("gridCol", w=width) for width in widths)))
    for is_header, cells in ((True, header), *((False, row) for row in rows)):
        row = w("tr", w("trPr", w("cantSplit"), w("tblHeader") if is_header else None))
        for width, content in zip(widths, cells, strict=True):
            row.append(w("tc", w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center")), *content))
        made.append(row)
    return made
