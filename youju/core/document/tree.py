"""Blocks and what stands in them. A `Use` is a placeholder; `fill` puts words and figures in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from youju.core.problem import DomainError


class NotFilled(DomainError):
    """A placeholder reached a writer."""

    code = "document.not_filled"
    text = (
        "正文第{line}行的“{{{{ {name} }}}}”没有对应的数字或内容，不能成文。"
        "请在报告文件的 figures 或 details 中补上这一项。"
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Text as it is. It is never read for markup again."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Use:
    """`{{ name | style }}`: a figure or a detail of the report is wanted here.

    style   how to word it, "" when the report's own choice holds
    line    counted from 1 in the file; column likewise
    """

    name: str
    style: str = ""
    line: int = 0
    column: int = 0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure as it is worded here; each has its own id, F001, F002 …, even when it is said twice."""

    id: str
    text: str
    bold: bool = False


Inline = Words | Use | FigureText


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4: 一、 （一） 1. （1）. `number` stands right before the inlines."""

    level: int
    number: str
    inlines: tuple[Inline, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of body text.

    lead   a heading that runs into it: （一）加强领导。镇党委……
    """

    inlines: tuple[Inline, ...]
    line: int = 0
    lead: Heading | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of a list. Official style has no bullets: writers put ——, or 1. when ordered."""

    items: tuple[tuple[Inline, ...], ...]
    ordered: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """A table; every row has as many cells as `header`. title stands above it, "" for none."""

    header: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    title: str = ""
    line: int = 0


Block = Heading | Paragraph | Listing | Table


@dataclass(frozen=True, slots=True)
class Document:
    """The body of a report: its title and everything else are metadata of the writer."""

    blocks: tuple[Block, ...]


Answer = Callable[[Use], tuple[Inline, ...] | tuple[Block, ...]]


def fill(document: Document, answer: Answer) -> Document:
    """The document with every placeholder replaced by what `answer` says.

    answer   inlines for a place in a sentence; blocks only where the placeholder is all of its paragraph
    raises   NotFilled when answer gives blocks inside a sentence, or a placeholder again; what answer raises
    """
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Paragraph) and block.lead is None and len(block.inlines) == 1:
            alone = block.inlines[0]
            if isinstance(alone, Use):
                blocks += _fill_paragraph(block, alone, answer)
                continue
        blocks.append(_fill_block(block, answer))
    return Document(tuple(blocks))


def uses(document: Document) -> list[Use]:
    """All placeholders in reading order."""
    return [one for one in inlines_of(document) if isinstance(one, Use)]


def inlines_of(document: Document) -> Iterator[Inline]:
    """Everything that stands in any block, in reading order."""
    for block in document.blocks:
        if isinstance(block, Table):
            for row in (block.header, *block.rows):
                for cell in row:
                    yield from cell
        elif isinstance(block, Listing):
            for item in block.items:
                yield from item
        else:
            if isinstance(block, Paragraph) and block.lead:
                yield from block.lead.inlines
            yield from block.inlines


def plain_text(document: Document) -> str:
    """The text, one line a block or table row (cells joined by tabs), as read. Raises NotFilled."""
    return "\n".join(before + words_of(inlines) for before, inlines in lines_of(document))


def figures_in(document: Document) -> dict[str, tuple[int, int]]:
    """Where each figure stands in `plain_text`: figure id → start and end."""
    found = {}
    at = 0
    for before, inlines in lines_of(document):
        at += len(before)
        for one in inlines:
            if isinstance(one, Use):
                raise NotFilled(name=one.name, line=one.line)
            if isinstance(one, FigureText):
                found[one.id] = (at, at + len(one.text))
            at += len(one.text)
        at += 1
    return found


def lines_of(document: Document) -> Iterator[tuple[str, tuple[Inline, ...]]]:
    """The lines of `plain_text`: the mark that stands before (一、 —— 1.), and what stands in the line."""
    for block in document.blocks:
        match block:
            case Heading():
                yield block.number, block.inlines
            case Paragraph():
                lead = block.lead.inlines if block.lead else ()
                yield block.lead.number if block.lead else "", (*lead, *block.inlines)
            case Listing():
                for index, item in enumerate(block.items, 1):
                    yield f"{index}." if block.ordered else "——", item
            case Table():
                if block.title:
                    yield block.title, ()
                for row in (block.header, *block.rows):
                    cells: list[Inline] = []
                    for number, cell in enumerate(row):
                        cells += [Words("\t"), *cell] if number else cell
                    yield "", tuple(cells)


def words_of(inlines: tuple[Inline, ...]) -> str:
    """What the inlines read as. Raises NotFilled."""
    parts = []
    for one in inlines:
        if isinstance(one, Use):
            raise NotFilled(name=one.name, line=one.line)
        parts.append(one.text)
    return "".join(parts)


def _fill_paragraph(paragraph: Paragraph, alone: Use, answer: Answer) -> list[Block]:
    """What takes the place of a paragraph that was one placeholder; nothing when the answer is empty."""
    given = answer(alone)
    inlines = tuple(one for one in given if isinstance(one, Words | FigureText))
    whole = [one for one in given if isinstance(one, Heading | Paragraph | Listing | Table)]
    if len(inlines) + len(whole) != len(given) or (inlines and whole):
        raise NotFilled(name=alone.name, line=alone.line)
    return whole or ([replace(paragraph, inlines=inlines)] if inlines else [])


def _fill_block(block: Block, answer: Answer) -> Block:
    match block:
        case Heading():
            return replace(block, inlines=_fill(block.inlines, answer))
        case Paragraph():
            lead = replace(block.lead, inlines=_fill(block.lead.inlines, answer)) if block.lead else None
            return replace(block, lead=lead, inlines=_fill(block.inlines, answer))
        case Listing():
            return replace(block, items=tuple(_fill(item, answer) for item in block.items))
        case Table():
            header = tuple(_fill(cell, answer) for cell in block.header)
            rows = tuple(tuple(_fill(cell, answer) for cell in row) for row in block.rows)
            return replace(block, header=header, rows=rows)


def _fill(inlines: tuple[Inline, ...], answer: Answer) -> tuple[Inline, ...]:
    filled: list[Inline] = []
    for one in inlines:
        if not isinstance(one, Use):
            filled.append(one)
            continue
        for given in answer(one):
            if not isinstance(given, Words | FigureText):
                raise NotFilled(name=one.name, line=one.line)
            filled.append(replace(given, bold=given.bold or one.bold))
    return tuple(filled)
