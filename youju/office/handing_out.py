"""A list as a file to keep: its form, media type, name and content. The pages and the interface both hand lists out by this.

Whatever a person typed stays text, no cell is ever calculated: youju.office.export.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Literal
from urllib.parse import quote

from youju.office.export import Listing, write_csv, write_xlsx
from youju.office.spooling import spooled

Form = Literal["xlsx", "csv"]
MEDIA: dict[Form, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST = 50_000  # rows in one file; a longer list is narrowed down first


@dataclass(frozen=True, slots=True)
class Handed:
    """A file: `pieces` are its bytes, made as they are read; `disposition` makes a browser keep it, never show it."""

    pieces: IO[bytes] | Iterator[bytes]
    media: str
    disposition: str


def hand_out(listing: Listing, form: Form) -> Handed:
    """The list in this form, under its own title."""
    lines = (line.encode() for line in write_csv(listing))
    pieces = spooled(lambda target: write_xlsx(listing, target)) if form == "xlsx" else lines
    return Handed(pieces, MEDIA[form], attachment(f"{listing.title}.{form}"))


def attachment(name: str) -> str:
    """The header that makes a browser keep a file under this name."""
    return f"attachment; filename*=UTF-8''{quote(name.replace('/', '_'), safe='')}"
