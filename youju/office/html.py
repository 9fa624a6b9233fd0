"""A report as one .html file that stands alone: no scripts, nothing fetched, every figure a link to its row and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text, as `plain_text` counts, that a page shows as doubtful; kind is its class."""

    start: int
    end: int
    kind: str
    title: str


def body_html(
    document: Document,
    *,
    figure: Callable[[str], Mapping[str, str]] | None = None,
    marks: Sequence[Mark] = (),
) -> list[str]:
    """The blocks of the body as markup.

    figure  figure id → attributes of its link; by default it leads to #src_F001
    marks   in order and apart from each other; inside a figure none is drawn
    """
    writer = _Writer(figure or _to_source, marks)
    return [piece for block in document.blocks for piece in writer.block(block)]


def _to_source(key: str) -> Mapping[str, str]:
    return {"id": f"fig_{key}", "href": f"#src_{key}"}


@dataclass
class _Writer:
    """Writes blocks and knows where in `plain_text` it is."""

    figure: Callable[[str], Mapping[str, str]]
    marks: Sequence[Mark]
    at: int = 0

    def block(self, block: Block) -> list[str]:
        """The markup of one block; the place moves past it and its line end."""
        match block:
            case Heading():
                level = block.level + 1
                return [f"<h{level}>{self.line(block.number, block.inlines)}</h{level}>"]
            case Paragraph():
                lead = ""
                if block.lead is not None:
                    words = self.words(block.lead.number) + self.inlines(block.lead.inlines)
                    lead = f'<span class="lead">{words}</span>'
                return [f"<p>{lead}{self.line('', block.inlines)}</p>"]
            case Listing():
                marks = (f"{number}." if block.ordered else "——" for number in range(1, len(block.items) + 1))
                pairs = zip(marks, block.items, strict=True)
                return [f"<p>{self.line(mark, item)}</p>" for mark, item in pairs]
            case Table():
                caption = f"<caption>{self.line(block.title, ())}</caption>" if block.title else ""
                head = self.row(block.header, "th")
                rows = "".join(self.row(row, "td") for row in block.rows)
                return [f"<table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>"]

    def row(self, cells: Sequence[Sequence[Inline]], tag: str) -> str:
        """A table row; between cells plain_text has a tab."""
        made = []
        scope = ' scope="col"' if tag == "th" else ""
        for cell in cells:
            made.append(f"<{tag}{scope}>{self.inlines(cell)}</{tag}>")
            self.at += 1
        return f"<tr>{''.join(made)}</tr>"

    def line(self, before: str, inlines: Sequence[Inline]) -> str:
        """One line with its mark."""
        made = self.words(before) + self.inlines(inlines)
        self.at += 1
        return made

    def inlines(self, inlines: Sequence[Inline]) -> str:
        """Words and figures."""
        made = []
        for one in inlines:
            if isinstance(one, Use):
                raise NotFilled(name=one.name, line=one.line)
            if isinstance(one, FigureText):
                self.at += len(one.text)
                names = self.figure(one.id)
                written = "".join(f' {name}="{escape(value)}"' for name, value in names.items())
                words = f"<a{written}>{escape(one.text)}</a>"
            else:
                words = self.words(one.text)
            made.append(f"<strong>{words}</strong>" if one.bold else words)
        return "".join(made)

    def words(self, text: str) -> str:
        """Escaped words with the marks that fall into them."""
        first, last = self.at, self.at + len(text)
        self.at = last
        made, at = [], first
        for mark in self.marks:
            start, end = max(mark.start, at), min(mark.end, last)
            if start >= end:
                continue
            made.append(escape(text[at - first : start - first]))
            inside = escape(text[start - first : end - first])
            made.append(f'<mark class="{escape(mark.kind)}" title="{escape(mark.title)}">{inside}</mark>')
            at = end
        return "".join([*made, escape(text[at - first :])])


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
