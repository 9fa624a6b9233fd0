"""A report as files: 正式稿 .docx and .pdf, 核对稿 with codes and comments, .html, facts.json and facts.csv."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path

from youju.actions.composing import Composed
from youju.actions.reports import fonts_folder
from youju.core.document import (
    Document,
    FigureText,
    Heading,
    Inline,
    Listing,
    Paragraph,
    Table,
    Words,
    lines_of,
    words_of,
)
from youju.core.problem import DomainError
from youju.office import temporary
from youju.office.annotate import Comment, write_comments
from youju.office.child import Json
from youju.office.customer import fill_template
from youju.office.facts import facts_bytes
from youju.office.facts_table import facts_csv, short_code
from youju.office.gongwen import FigureNote, GongwenMeta, gongwen_bytes
from youju.office.gongwen.appendix import note_beside
from youju.office.html import html_bytes
from youju.office.pdf import pdf_bytes
from youju.office.text import read_text

KINDS: dict[str, str] = {
    "docx": "正式稿（Word）",
    "pdf": "正式稿（PDF）",
    "check": "核对稿（Word，带批注和短码）",
    "html": "网页",
    "text": "纯文本",
    "facts": "数据文件（JSON）",
    "csv": "数据表（CSV）",
}
ENDINGS = {
    "docx": ".docx", "pdf": ".pdf", "check": ".核对稿.docx", "html": ".html", "text": ".txt", "facts": ".facts.json", "csv": ".facts.csv",
}  # fmt: skip
MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "check": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "text": "text/plain; charset=utf-8",
    "facts": "application/json",
    "csv": "text/csv; charset=utf-8",
}
AUTHOR = "有据"
_MARKS = tuple(
    re.compile(each)
    for each in (
        "[一二三四五六七八九十]+、",
        "[（(][一二三四五六七八九十]+[）)]",
        r"\d+[.．]",
        r"[（(]\d+[）)]",
    )
)


class UnknownExport(DomainError):
    """No such kind of file."""

    code = "report.export_kind"
    text = "没有“{kind}”这种文件。可用：{known}。"


def export(made: Composed, kind: str) -> bytes:
    """One file of a composed report. Raises UnknownExport and what the writers raise."""
    writers: dict[str, Callable[[], bytes]] = {
        "docx": lambda: gongwen_bytes(made.document, _meta(made), made.notes),
        "pdf": lambda: pdf_bytes(
            made.document, _meta(made), made.notes, facts=facts_bytes(made.facts), fonts=fonts_folder()
        ),
        "check": lambda: check_copy(made),
        "text": lambda: text_bytes(made),
        "html": lambda: html_bytes(made.document, _meta(made), made.notes),
        "facts": lambda: facts_bytes(made.facts),
        "csv": lambda: facts_csv(made.facts, {note.id: note for note in made.notes}),
    }
    if kind not in writers:
        raise UnknownExport(kind=kind, known="、".join(KINDS))
    return writers[kind]()


def file_name(made: Composed, kind: str) -> str:
    """What a file is called: the title without what file systems forbid."""
    return re.sub(r'[\\/:*?"<>|\s\x00-\x1f]+', "", made.title)[:80] + ENDINGS[kind]


def text_bytes(made: Composed) -> bytes:
    """Title, body, name and date as lines: to be pasted into somebody else's form."""
    meta = _meta(made)
    day = f"{made.day.year}年{made.day.month}月{made.day.day}日"
    addressee = [made.spec.addressee.rstrip("：:") + "："] if made.spec.addressee else []
    return ("\n".join([made.title, *addressee, made.text, meta.signature, day]) + "\n").encode()


def check_copy(made: Composed) -> bytes:
    """核对稿: a code behind every figure, and at it a comment that says where the figure comes from."""
    codes = {note.id: short_code(number) for number, note in enumerate(made.notes, 1)}
    content = gongwen_bytes(_coded(made.document, codes), _meta(made), made.notes)
    with temporary.folder("check") as folder:
        plain, checked = Path(folder) / "plain.docx", Path(folder) / "checked.docx"
        plain.write_bytes(content)
        text = read_text(plain).text
        write_comments(plain, list(_comments(text, made.notes, codes)), checked)
        return checked.read_bytes()


def template_values(made: Composed) -> dict[str, Json]:
    """What a customer's template may ask for: plain texts and lists, by the names that its how-to page lists."""
    meta = _meta(made)
    day = made.day
    body: list[Json] = []
    for before, inlines in lines_of(made.document):
        level = next((at for at, mark in enumerate(_MARKS, 1) if mark.fullmatch(before)), 0)
        body.append({"级别": level, "文字": before + words_of(inlines)})
    wordings: dict[str, Json] = {}
    exact: dict[str, Json] = {}
    sources: list[Json] = []
    for number, note in enumerate(made.notes, 1):
        name = made.used[note.id]
        wordings.setdefault(name, note.wording)
        exact.setdefault(name, note.exact)
        sources.append(
            {
                "编号": note.id,
                "短码": short_code(number),
                "名称": name,
                "表述": note.wording,
                "精确值": note.exact,
                "口径": note.definition,
                "组织": note.unit,
                "期间": note.period,
                "截至": note.as_of,
                "条数": note.sources,
                "未报": note.missing,
                "待审核": note.pending,
                "取数式": note.recipe,
            }
        )
    return {
        "标题": made.title,
        "单位": made.unit_name,
        "期间": made.period.chinese(),
        "主送机关": made.spec.addressee,
        "署名": meta.signature,
        "成文日期": f"{day.year}年{day.month}月{day.day}日",
        "台账序号": made.facts.seq,
        "数字": wordings,
        "精确": exact,
        "正文": body,
        "出处": sources,
    }


def with_template(made: Composed, template: Path, name: str) -> bytes:
    """A customer's own Word template with this report in it. Raises TemplateRefused, TemplateNames and the like."""
    return fill_template(template, template_values(made), name=name)


def _comments(text: str, notes: Collection[FigureNote], codes: dict[str, str]) -> Iterator[Comment]:
    at = 0
    for note in notes:
        at = text.index(codes[note.id], at)
        end = at + len(codes[note.id])
        lines = [
            f"{note.id} {note.exact}",
            f"口径：{note.definition}",
            f"{note.unit}，{note.period}，截至{note.as_of}，来源{note.sources}条",
            *note_beside(note),
            note.recipe,
        ]
        yield Comment(at - len(note.wording), end, AUTHOR, "\n".join(lines))
        at = end


def _coded(document: Document, codes: dict[str, str]) -> Document:
    def inlines(all_: tuple[Inline, ...]) -> tuple[Inline, ...]:
        return tuple(
            piece
            for one in all_
            for piece in ((one, Words(codes[one.id])) if isinstance(one, FigureText) else (one,))
        )

    blocks: list[Heading | Paragraph | Listing | Table] = []
    for block in document.blocks:
        match block:
            case Heading():
                blocks.append(replace(block, inlines=inlines(block.inlines)))
            case Paragraph():
                lead = replace(block.lead, inlines=inlines(block.lead.inlines)) if block.lead else None
                blocks.append(replace(block, inlines=inlines(block.inlines), lead=lead))
            case Listing():
                blocks.append(replace(block, items=tuple(map(inlines, block.items))))
            case Table():
                rows = tuple(tuple(map(inlines, row)) for row in block.rows)
                blocks.append(replace(block, header=tuple(map(inlines, block.header)), rows=rows))
    return Document(tuple(blocks))


def _meta(made: Composed) -> GongwenMeta:
    return made.meta(facts_bytes(made.facts))
