"""附件《数据出处表》: one row for every figure in the text, linked both ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from youju.core.document import FigureText
from youju.office.gongwen import layout
from youju.office.gongwen.body import WIDTH, grid
from youju.office.gongwen.values import FigureNote, FigureWithoutSource
from youju.office.gongwen.xml import Element, bookmarked, link, paragraph, run

TITLE = "数据出处表"
HEADER = ("序号", "正文表述", "精确值与口径", "单位、期间、截至", "来源条数", "编号")

WIDTHS_MM = (11, 30, 52, 37, 13)  # the last column takes what is left
_WIDTHS = [round(mm * layout.TWIPS_PER_MM) for mm in WIDTHS_MM]
_WIDTHS.append(WIDTH - sum(_WIDTHS))


def appendix(
    figures: Sequence[FigureText], notes: Mapping[str, FigureNote], mark: str, remarks: Sequence[str]
) -> list[Element]:
    """The table on a page of its own. Raises FigureWithoutSource.

    figures  in the order of the text, which is the order of the rows
    mark     附件, or 附件3 among several
    """
    rows = []
    for number, figure in enumerate(figures, 1):
        note = notes.get(figure.id)
        if note is None:
            raise FigureWithoutSource(id=figure.id, wording=figure.text)
        rows.append(_row(number, figure, note))
    header = [[paragraph("GwCellMiddle", run(title, font=layout.HEITI))] for title in HEADER]
    return [
        paragraph("GwAppendixMark", run(mark), page_break=True),
        paragraph("GwLine"),
        paragraph("GwTitle", run(TITLE)),
        paragraph("GwLine"),
        grid(_WIDTHS, header, rows),
        *(paragraph("GwCellSmall", run(remark)) for remark in remarks),
    ]


def note_beside(note: FigureNote) -> list[str]:
    """What stands beside a figure and is not in it: entries that wait, units that have not reported."""
    beside = []
    if note.pending:
        beside.append(f"待审核{note.pending}条未计入")
    if note.missing:
        beside.append(f"{note.missing}个单位未报")
    return beside


def _row(number: int, figure: FigureText, note: FigureNote) -> list[list[Element]]:
    back = link(f"fig_{figure.id}", "回到正文", run(figure.id))
    wording = link(f"fig_{figure.id}", "回到正文", run(figure.text))
    return [
        [paragraph("GwCellMiddle", run(str(number)))],
        [paragraph("GwCell", wording)],
        [
            paragraph("GwCell", run(note.exact)),
            paragraph("GwCellSmall", run(note.definition)),
            paragraph("GwCellSmall", run(note.recipe)),
        ],
        [
            paragraph("GwCell", run(note.unit)),
            paragraph("GwCellSmall", run(note.period)),
            paragraph("GwCellSmall", run(f"截至{note.as_of}")),
        ],
        [
            paragraph("GwCellMiddle", run(str(note.sources))),
            *(paragraph("GwCellSmall", run(words)) for words in note_beside(note)),
        ],
        [paragraph("GwCellMiddle", *bookmarked(f"src_{figure.id}", 2 * number, back))],
    ]
