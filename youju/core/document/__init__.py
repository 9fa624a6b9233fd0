"""The small document tree that reports are made of: one tree, several writers (docx, pdf, html)."""

from youju.core.document.prose import parse_prose
from youju.core.document.tree import (
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
    Words,
    figures_in,
    fill,
    inlines_of,
    lines_of,
    plain_text,
    uses,
)

__all__ = [
    "Block",
    "Document",
    "FigureText",
    "Heading",
    "Inline",
    "Listing",
    "NotFilled",
    "Paragraph",
    "Table",
    "Use",
    "Words",
    "figures_in",
    "fill",
    "inlines_of",
    "lines_of",
    "parse_prose",
    "plain_text",
    "uses",
]
