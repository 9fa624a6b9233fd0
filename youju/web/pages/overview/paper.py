"""The brief as an official document: every figure in it with its row of the 数据出处表."""

from __future__ import annotations

from youju.core.document import Block, Document, FigureText, Heading, Inline, Paragraph, Table, Words
from youju.core.figure import Figure
from youju.core.measure import Measure
from youju.core.period import Period
from youju.office.gongwen import FigureNote
from youju.store.queries.briefs import Brief


def paper(brief: Brief, name: str, period: Period) -> tuple[Document, list[FigureNote]]:
    """The document and the notes of its figures."""
    notes: list[FigureNote] = []

    def figure(of: Figure, measure: Measure) -> FigureText:
        number = f"F{len(notes) + 1:03d}"
        notes.append(
            FigureNote(
                number, of.text, of.text, measure.definition, name, period.chinese(), f"台账序号#{of.seq}", of.n,
                str(of.recipe), of.pending, of.missing,
            )
        )  # fmt: skip
        return FigureText(number, of.text)

    reached: list[Inline] = [Words(f"{period.chinese()}，")]
    for number, each in enumerate(brief.reached):
        reached += [
            Words(("；" if number else "") + each.title),
            figure(each.figure, each.measure),
            *(
                [Words(f"（共{each.figure.whole}）")]
                if each.figure.whole is not None and each.measure.coverage
                else []
            ),
        ]
    reached.append(Words("。"))
    blocks: list[Block] = [
        Heading(1, "一、", (Words("到哪了"),)),
        Paragraph(tuple(reached)),
        Heading(1, "二、", (Words("差什么、谁在办、几号完成"),)),
        Table(
            tuple((Words(title),) for title in ("差什么", "谁在办", "几号完成")),
            tuple(
                (
                    (Words(each.what),),
                    (Words(each.who),),
                    (Words("—" if each.due is None else str(each.due)),),
                )
                for each in brief.open
            ),
        )
        if brief.open
        else Paragraph((Words("没有缺口。"),)),
    ]
    return Document(tuple(blocks)), notes
