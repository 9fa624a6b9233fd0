"""Lists: rows of values that are texts already, a header that stays in sight, pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

Kind = Literal["text", "number", "day", "long"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, and how its cells stand: numbers to the right, days unbroken, long texts wrapped."""

    title: str
    kind: Kind = "text"
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Paging:
    """Which part of how many rows is shown, and how the address of another part is written.

    path       of the list, without its question mark
    query      what the address carries beside the offset (search, filters)
    """

    total: int
    offset: int
    limit: int
    path: str
    query: Mapping[str, str] = field(default_factory=dict)

    def url(self, offset: int) -> str:
        """The address of the part that begins at `offset`."""
        said = {name: value for name, value in self.query.items() if value}
        if offset:
            said["offset"] = str(offset)
        return f"{self.path}?{urlencode(said)}" if said else self.path

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.offset + self.limit, self.total)

    @property
    def before(self) -> str:
        """The address of the part before, '' on the first."""
        return self.url(max(self.offset - self.limit, 0)) if self.offset else ""

    @property
    def after(self) -> str:
        """The address of the next part, '' on the last."""
        return self.url(self.offset + self.limit) if self.last < self.total else ""


def offset_in(text: str, limit: int) -> int:
    """The offset that an address asks for, on a page's border; 0 for anything that is no number."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    return number - number % limit


@dataclass(frozen=True, slots=True)
class Table:
    """A list as a page gives it to `{% table %}`. Cells are texts (escaped) or markup of components.

    caption  what the list is, read out and shown above it
    empty    what is said when there are no rows
    grid     it is read across as well as down: on a phone it stays a table and is moved sideways
    handed_out  whether links under it hand it out as a file; no where the page has its own
    """

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    paging: Paging | None = None
    empty: str = "没有记录。"
    handed_out: bool = True
    grid: bool = False

    def html(self) -> SafeString:
        """The whole table. One string operation a cell: long lists stay cheap."""
        heads = _join(
            f'<th scope="col"{_class(column)}>{conditional_escape(column.title)}</th>'
            for column in self.columns
        )
        kinds = [_class(column) for column in self.columns]
        titles = [conditional_escape(column.title) for column in self.columns]
        lines = _join(
            "<tr>"
            + "".join(
                f'<td{kind} data-title="{title}">{_text(cell)}</td>'
                for kind, title, cell in zip(kinds, titles, row, strict=True)
            )
            + "</tr>"
            for row in self.rows
        )
        return format_html(
            '<div class="table{}" role="region" aria-label="{}" tabindex="0"><table><caption class="unseen">{}</caption>'
            "<thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>",
            " grid" if self.grid else "",
            self.caption,
            self.caption,
            heads,
            lines,
        )


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return conditional_escape(cell if isinstance(cell, str) else str(cell))


def _class(column: Column) -> str:
    return f' class="{column.kind}"' if column.kind != "text" else ""


def _join(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped where it was made
