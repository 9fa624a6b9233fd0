"""Drafts as people have them (.txt .md .docx .pdf .doc) → their words, with the place of every word."""

from youju.office.text.read import read_text
from youju.office.text.values import Place, Span, Text

__all__ = ["Place", "Span", "Text", "read_text"]
