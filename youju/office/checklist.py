"""The checklist of an audit as .xlsx and .pdf: one line a finding, for whoever mends the draft on paper.

Everything in it is text: nothing a draft says becomes a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import xlsxwriter

from youju.core.document import Document, Listing, Paragraph, Words
from youju.office.gongwen import GongwenMeta
from youju.office.pdf import pdf_bytes

COLUMNS = ("序号", "位置", "原文", "结论", "说明", "可写作", "处理")
_WIDTHS = (6, 14, 24, 16, 60, 24, 24)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the checklist; `done` says what the owner did about it."""

    place: str
    words: str
    verdict: str
    reason: str
    instead: str = ""
    done: str = ""


def checklist_xlsx(title: str, lines: Sequence[str], items: Sequence[Item]) -> bytes:
    """A workbook of one sheet: the title, lines about the check, and the items."""
    kept = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(kept, options) as book:
        sheet = book.add_worksheet("核对清单")
        bold = book.add_format({"bold": True, "font_size": 14})
        head = book.add_format({"bold": True, "bg_color": "#EDF1F5", "border": 1, "text_wrap": True})
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        sheet.write_string(0, 0, title, bold)
        for number, line in enumerate(lines, 1):
            sheet.write_string(number, 0, line)
        top = len(lines) + 2
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.write_string(top, column, name, head)
            sheet.set_column(column, column, width)
        for number, item in enumerate(items, 1):
            texts = (item.place, item.words, item.verdict, item.reason, item.instead, item.done)
            sheet.write_number(top + number, 0, number, cell)
            for column, text in enumerate(texts, 1):
                sheet.write_string(top + number, column, text[:32000], cell)
        sheet.freeze_panes(top + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
    return kept.getvalue()


def checklist_pdf(title: str, lines: Sequence[str], items: Sequence[Item], day: date) -> bytes:
    """The same on paper, in the layout of an official document. Raises NotTypeset."""
    told = tuple(
        (
            Words(f"{item.place}“{item.words}”", bold=True),
            Words(f"　{item.verdict}。{item.reason}"),
            Words(f"可写作：{item.instead}。" if item.instead else ""),
            Words(f"（{item.done}）" if item.done else ""),
        )
        for item in items
    )
    blocks = [Paragraph((Words(line),)) for line in lines]
    body = (Listing(told, ordered=True),) if told else (Paragraph((Words("没有需要处理的地方。"),)),)
    return pdf_bytes(Document((*blocks, *body)), GongwenMeta(title, day=day))
