"""Where the headers of a sheet's tables are: rows that name fields of a register, wherever they stand and however deep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from youju.core.heading import FieldNames, Heading, How, Match, normalised, read_heading, split_unit
from youju.core.sheet import Filled, letters_of, text_of

NEAR_ROWS = 40  # filled rows in which a header is also looked for by resemblance; below, it must name two fields exactly
DEEPEST = 3
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    index         of the sheet, from 0; letters as the office program shows it: B
    field         the id of the field it means, or None
    how           given, exact, last part (of a header of several rows); near and ending are no more than a likeness,
                  so `field` is then None and `suggestion` the id; else serial (序号), ignored, none
    score         0 to 100
    default_unit  the unit named above the table that fits the field
    """

    index: int
    heading: Heading
    field: str | None = None
    how: How = "none"
    score: float = 0.0
    suggestion: str | None = None
    default_unit: str = ""

    @property
    def letters(self) -> str:
        """B, as the office program shows it."""
        return letters_of(self.index)

    @property
    def unit(self) -> str:
        """The unit of its bare numbers: named in the heading, or else above the table; "" when neither does."""
        return self.heading.unit or self.default_unit

    @property
    def label(self) -> str:
        """What to call it in a message: its heading, or else its letters."""
        return str(self.heading) or self.letters


@dataclass(frozen=True, slots=True)
class Header:
    """A header: its rows (from 0, both included), all columns of the sheet, and how each was matched."""

    top: int
    bottom: int
    columns: tuple[Column, ...]
    matches: tuple[Match, ...]

    @property
    def worth(self) -> tuple[int, float, int, int]:
        """How good it is as a header: fields named, how surely, and that a unit row or group row belongs to it."""
        named = {column.field: column.score for column in self.columns if column.field is not None}
        twins = {rival for match in self.matches if match.score >= 100 for rival in match.rivals}
        return len(named) + len(twins - set(named)), sum(named.values()), self.bottom, -self.top


def find_headers(filled: Filled, names: FieldNames) -> list[Header]:
    """The headers in `filled` from top to bottom, those repeated on every page included."""
    chosen: list[Header] = []
    seen = 0
    for row in range(filled.height):
        texts = filled.texts(row)
        if len(texts) < min(2, len(names.fields)):
            continue
        seen += 1
        if not _may_be_header(filled, row, texts):
            continue
        if seen > NEAR_ROWS and len({names.is_name(text) for text in texts} - {None}) < 2:
            continue
        for top in _tops(filled, row):
            header = _read_header(filled, names, top, row)
            if header is None or not _is_enough(header, names) or not _rows_belong(filled, names, header):
                continue
            if not chosen or header.bottom - chosen[-1].top >= DEEPEST:
                chosen.append(header)
            elif header.worth > chosen[-1].worth:
                chosen[-1] = header
    return chosen


def same_rows(filled: Filled, one: Header, other: Header) -> bool:
    """Whether two headers say the same, word for word."""
    return one.bottom - one.top == other.bottom - other.top and all(
        row_key(filled, one.top + offset) == row_key(filled, other.top + offset)
        for offset in range(one.bottom - one.top + 1)
    )


def row_key(filled: Filled, row: int) -> tuple[str, ...]:
    """What a row says, for telling a repeated one."""
    return tuple(normalised(text) for text in filled.texts(row))


def _may_be_header(filled: Filled, row: int, texts: list[str]) -> bool:
    if max(map(len, texts)) > 4 * LONGEST:
        return False
    others = sum(not isinstance(cell, str | None) for cell in filled.sheet.rows[row])
    return others * 3 <= len(texts)


def _tops(filled: Filled, bottom: int) -> Iterator[int]:
    """The rows at which a header that ends at `bottom` may begin."""
    top = bottom
    yield top
    while top > 0 and bottom - top + 1 < DEEPEST and _is_group_row(filled, top - 1):
        top -= 1
        yield top


def _is_group_row(filled: Filled, row: int) -> bool:
    """Whether `row` may hold group headings over the row below, and is no title or line of particulars."""
    texts = filled.texts(row)
    if len(texts) < 2 or any(len(text) > LONGEST or re.search(r"[:：]\s*\S", text) for text in texts):
        return False
    return _may_be_header(filled, row, texts)


def _read_header(filled: Filled, names: FieldNames, top: int, bottom: int) -> Header | None:
    """The header in these rows; None when no column names a field for sure, which no likeness can make up for."""
    headings = [
        read_heading(
            (_heading_text(filled, row, index, bottom) for row in range(top, bottom + 1)), names.units
        )
        for index in range(filled.width)
    ]
    if not any(
        _is_sure(names.match(heading, letters_of(index), near=False))
        for index, heading in enumerate(headings)
    ):
        return None
    matches = [names.match(heading, letters_of(index)) for index, heading in enumerate(headings)]
    best: dict[str, int] = {}
    for match in matches:
        if match.field is not None:
            best[match.field] = max(best.get(match.field, 0), _RANKS[match.how])
    for index, match in enumerate(matches):
        if match.field is not None and _RANKS[match.how] < best[match.field]:
            matches[index] = Match(None, "none", match.score)  # another column says it better
    columns = [
        Column(index, heading, match.field, match.how, match.score)
        for index, (heading, match) in enumerate(zip(headings, matches, strict=True))
    ]
    for field in best:  # two columns that say the same equally well: neither is taken, both are reported
        twins = [column for column in columns if column.field == field]
        if len(twins) > 1:
            for column in twins:
                columns[column.index] = replace(column, field=None, how="none")
                matches[column.index] = Match(None, "none", column.score, (field,))
    return Header(top, bottom, tuple(columns), tuple(matches))


def _is_sure(match: Match) -> bool:
    """Whether a column bears a field's own name, or one that several fields share."""
    return match.how in _SURE or match.score >= 100


_SURE: tuple[How, ...] = ("given", "exact", "last part")
_RANKS: dict[How, int] = {"given": 5, "exact": 4, "last part": 3, "near": 2, "ending": 1}


def _heading_text(filled: Filled, row: int, column: int, bottom: int) -> str:
    """A header cell; a group heading typed over several columns without merging reaches as far as the next one."""
    text = text_of(filled.value(row, column))
    if text or row == bottom or not text_of(filled.own(bottom, column)):
        return text
    for left in range(column - 1, -1, -1):
        beside = text_of(filled.value(row, left))
        if beside:
            grouped = filled.merge_at(row, left) is None and text_of(filled.own(bottom, left))
            return beside if grouped else ""
    return ""


def _is_enough(header: Header, names: FieldNames) -> bool:
    """Two fields named exactly, or one and likenesses in half the columns; and half of what is required.

    A single field is enough where the register has no more. Less is a list or a text that mentions a name.
    """
    sure = {column.field for column in header.columns if column.how in _SURE}
    found = {column.field for column in header.columns} - {None}
    for match in header.matches:
        found.update(match.rivals)
        if match.score >= 100:
            sure.update(match.rivals)
    headed = sum(bool(column.heading.parts) for column in header.columns)
    least = min(2, len(names.fields))
    required = {field.id for field in names.fields.values() if field.required}
    return (
        bool(sure)
        and (len(sure) >= least or (len(found) >= least and 2 * len(found) >= headed))
        and 2 * len(found & required) >= len(required)
    )


def _rows_belong(filled: Filled, names: FieldNames, header: Header) -> bool:
    """In a header of several rows, each row must help to name a field or give its unit."""
    if header.top == header.bottom:
        return True
    for row in range(header.top, header.bottom + 1):
        for column, match in zip(header.columns, header.matches, strict=True):
            text = text_of(filled.own(row, column.index))
            if not text:
                continue
            name, unit = split_unit(text, names.units)
            if (unit and not name) or (
                (column.field is not None or match.rivals) and " ".join(text.split()) in column.heading.parts
            ):
                break
        else:
            return False
    return True
