"""A report as one .html file that stands alone: no scripts, nothing fetched, every figure a link to its row and back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

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
    inlines_of,
)
from youju.office.gongwen.appendix import HEADER, TITLE, note_beside
from youju.office.gongwen.title import title_lines
from youju.office.gongwen.values import FigureNote, FigureWithoutSource, GongwenMeta

STYLE = """
@page { size: A4; margin: 37mm 26mm 35mm 28mm }
body { margin: 2rem auto; max-width: 156mm; color: #000; background: #fff;
  font: 16pt/28.95pt FangSong, 仿宋_GB2312, 仿宋, STFangsong, serif; letter-spacing: -.25pt }
h1 { font: 22pt/28.95pt 方正小标宋简体, STZhongsong, 华文中宋, SimSun, serif; text-align: center; margin: 0 0 28.95pt }
h2, h3, h4, h5, p { margin: 0; font-size: 16pt; font-weight: normal; text-indent: 2em; text-align: justify }
h2 { font-family: 黑体, SimHei, sans-serif } h3, .lead { font-family: 楷体_GB2312, KaiTi, 楷体, STKaiti, serif }
p.flat { text-indent: 0 } p.sign { text-indent: 0; text-align: right; padding-right: 2em }
a { color: inherit; text-decoration: none; border-bottom: 1px dotted #666 } a:focus, a:hover { background: #fff3c4 }
:target { background: #fff3c4 }
table { border-collapse: collapse; width: 100%; font-size: 10.5pt; line-height: 16pt; letter-spacing: 0 }
th, td { border: .5pt solid #000; padding: 0 3pt; text-align: left; vertical-align: middle; overflow-wrap: anywhere }
th { font-family: 黑体, SimHei, sans-serif; font-weight: normal; text-align: center } small { font-size: 9pt; display: block }
@media print { body { margin: 0 } a { border: 0 } section { break-before: page } }
"""


def html_bytes(document: Document, meta: GongwenMeta, notes: Iterable[FigureNote] = ()) -> bytes:
    """The whole page. Raises NotFilled, FigureWithoutSource."""
    lines = title_lines(meta.title)
    known = {note.id: note for note in notes}
    figures = [one for one in inlines_of(document) if isinstance(one, FigureText)]
    body = [
        f"<h1>{'<br>'.join(map(escape, lines))}</h1>",
        f'<p class="flat">{escape(meta.addressee.rstrip("：:"))}：</p>' if meta.addressee else "",
        *body_html(document),
        f'<p class="sign">{escape(meta.signature)}</p>' if meta.signature else "",
        f'<p class="sign">{meta.day.year}年{meta.day.month}月{meta.day.day}日</p>' if meta.day else "",
        _appendix(figures, known, meta.remarks) if figures else "",
    ]
    title = escape(" ".join(lines))
    page = (
        f'<!doctype html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f'<meta name="viewport" content="width=device-width">\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n'
    )
    return (page + "\n".join(each for each in body if each) + "\n</main>\n</body>\n</html>\n").encode()


def body_html(document: Document) -> list[str]:
    """The blocks of the body; every figure is a link to #src_F001."""
    return [piece for block in document.blocks for piece in _block(block)]


def _block(block: Block) -> list[str]:
    match block:
        case Heading():
            level = block.level + 1
            return [f"<h{level}>{escape(block.number)}{_inlines(block.inlines)}</h{level}>"]
        case Paragraph():
            lead = ""
            if block.lead is not None:
                words = escape(block.lead.number) + _inlines(block.lead.inlines)
                lead = f'<span class="lead">{words}</span>'
            return [f"<p>{lead}{_inlines(block.inlines)}</p>"]
        case Listing():
            marks = (f"{number}." if block.ordered else "——" for number in range(1, len(block.items) + 1))
            return [f"<p>{mark}{_inlines(item)}</p>" for mark, item in zip(marks, block.items, strict=True)]
        case Table():
            head = "".join(f'<th scope="col">{_inlines(cell)}</th>' for cell in block.header)
            rows = "".join(
                "<tr>" + "".join(f"<td>{_inlines(cell)}</td>" for cell in row) + "</tr>" for row in block.rows
            )
            caption = f"<caption>{escape(block.title)}</caption>" if block.title else ""
            return [f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"]


def _inlines(inlines: Sequence[Inline]) -> str:
    made = []
    for one in inlines:
        if isinstance(one, Use):
            raise NotFilled(name=one.name, line=one.line)
        words = escape(one.text)
        if one.bold:
            words = f"<strong>{words}</strong>"
        if isinstance(one, FigureText):
            key = escape(one.id)
            words = f'<a id="fig_{key}" href="#src_{key}" data-figure="{key}">{words}</a>'
        made.append(words)
    return "".join(made)


def _appendix(figures: Sequence[FigureText], known: dict[str, FigureNote], remarks: Sequence[str]) -> str:
    rows = []
    for number, figure in enumerate(figures, 1):
        note = known.get(figure.id)
        if note is None:
            raise FigureWithoutSource(id=figure.id, wording=figure.text)
        key = escape(figure.id)
        beside = "".join(f"<small>{escape(words)}</small>" for words in note_beside(note))
        rows.append(
            f'<tr id="src_{key}"><td>{number}</td><td><a href="#fig_{key}">{escape(figure.text)}</a></td>'
            f"<td>{escape(note.exact)}<small>{escape(note.definition)}</small><small>{escape(note.recipe)}</small></td>"
            f"<td>{escape(note.unit)}<small>{escape(note.period)}</small><small>截至{escape(note.as_of)}</small></td>"
            f"<td>{note.sources}{beside}</td><td>{key}</td></tr>"
        )
    head = "".join(f'<th scope="col">{title}</th>' for title in HEADER)
    below = "".join(f'<p class="flat"><small>{escape(remark)}</small></p>' for remark in remarks)
    return (
        f"<section><h1>{TITLE}</h1><table><thead><tr>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>{below}</section>"
    )
