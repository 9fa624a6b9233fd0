"""From the events of a workbook to the cells of its sheets, as a town office would type them: never twice the same way."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from demo import neighbours
from demo.events import UNIT_COLUMN, Book, Cell, Event, History, catalog, chance
from demo.town import TOWN, keepers, places
from youju.core.importing import UNIT_HEADINGS
from youju.core.register import Field, Register

DateStyle = Literal["date", "iso", "dot", "short", "serial"]
_EPOCH = date(1899, 12, 30)
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
_HAN = "零一二三四五六七八九"
_REPEAT_HEADER_AT = 45
AREAS = ("东片", "中片", "西片")


@dataclass(frozen=True, slots=True)
class Merge:
    """Merged cells; rows and columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Grid:
    """One sheet: its cells, what is merged, and which row (from 1) says which event."""

    name: str
    rows: list[list[Cell | None]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    said: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Column:
    id: str
    header: str
    group: str = ""


def grids_of(book: Book, history: History) -> list[Grid]:
    """The sheets of a workbook, the earlier rows of a growing one included."""
    events = list(_events_of(book, history))
    register = catalog().register(book.register)
    columns = _columns(book, register, events)
    if book.file.endswith(".csv"):
        parts = [("", events)]
    elif book.split == "one":
        parts = [("Sheet1" if len(book.file) % 2 else register.title[:10], events)]
    elif book.split == "month":
        parts = [
            (f"{month}月", own)
            for month in range(1, 13)
            if (own := [each for each in events if _day(each, register).month == month])
        ]
    else:
        parts = [
            (name, own)
            for index, name in enumerate(AREAS)
            if (own := [each for each in events if _area(each) == index])
        ]
    grids = [_grid(name, book, register, columns, own) for name, own in parts]
    if book.split == "area":
        grids.append(Grid("填表说明", [["填表说明"], ["各片区分表填写，由镇汇总；空格表示没有。"]]))
    return grids


def column_ids(book: Book, history: History) -> list[str]:
    """The fields a workbook has columns for, @unit for the column that names the unit."""
    return [
        each.id for each in _columns(book, catalog().register(book.register), list(_events_of(book, history)))
    ]


def _events_of(book: Book, history: History) -> Iterator[Event]:
    if book.repeats:
        yield from _events_of(history.books[book.repeats], history)
    yield from history.in_book(book.file)


def _columns(book: Book, register: Register, events: Sequence[Event]) -> list[_Column]:
    rng = chance(f"headers {book.file if not book.repeats else book.title}")
    used = {name for event in events for name, value in event.written.items() if value != ""}
    used |= {name for event in events for name in event.values}
    fields = [each for each in register.asked if each.id in used]
    groups = {}
    for first, last, heading in book.groups:
        ids = [each.id for each in fields]
        if first in ids and last in ids:
            groups.update(dict.fromkeys(ids[ids.index(first) : ids.index(last) + 1], heading))
    columns = [_Column(each.id, _header(each, rng), groups.get(each.id, "")) for each in fields]
    if book.unit == TOWN or book.unit in neighbours.TOWNS:
        taken = {name for each in register.asked for name in (each.title, *each.aliases)}
        names = [name for name in UNIT_HEADINGS[register.kept_by] if name not in taken][:4]
        columns.insert(0, _Column(UNIT_COLUMN, rng.choice(names)))
    return columns


def _header(field_: Field, rng: random.Random) -> str:
    name = rng.choice((field_.title, field_.title, *field_.aliases))
    if field_.unit is not None and rng.random() < 0.5:
        return f"{name}（{field_.unit}）"
    return name


def _grid(
    name: str, book: Book, register: Register, columns: Sequence[_Column], events: Sequence[Event]
) -> Grid:
    rng = chance(f"sheet {book.title} {name}")
    writer = _Writer(Grid(name), book, register, columns, rng)
    ordered = sorted(events, key=lambda each: (_day(each, register), each.key))
    if book.merged:
        ordered = sorted(ordered, key=lambda each: _order(each.unit))
    writer.heading()
    previous = ""
    for number, event in enumerate(ordered, 1):
        if number > 1 and not book.merged:
            if number % _REPEAT_HEADER_AT == 0 and not any(column.group for column in columns):
                writer.grid.rows.append([])
                writer.header_rows()
            elif rng.random() < 0.03:
                writer.grid.rows.append([])
        writer.event(number, event, same=book.merged and event.unit == previous)
        previous = event.unit
    writer.ending(ordered)
    return writer.grid


class _Writer:
    def __init__(
        self, grid: Grid, book: Book, register: Register, columns: Sequence[_Column], rng: random.Random
    ) -> None:
        self.grid = grid
        self.book = book
        self.register = register
        self.columns = columns
        self.rng = rng
        found = re.search(r"20\d\d", book.title)
        self.year = int(found[0]) if found else 0
        styles: list[DateStyle] = ["date", "iso", "dot", "serial"]
        if self.year:
            styles += ["short", "short"]
        self.style: DateStyle = rng.choice(styles)
        self.unit_top = -1

    def heading(self) -> None:
        """The title, sometimes a line about who fills it in, and the header."""
        width = len(self.columns)
        self.grid.rows.append([self.book.title])
        self.grid.merges.append(Merge(0, 0, 0, width))
        if self.rng.random() < 0.4:
            self.grid.rows.append([f"填报单位：{self.book.unit}"])
        self.header_rows()

    def header_rows(self) -> None:
        """One header row, or two when columns are grouped."""
        top = len(self.grid.rows)
        if not any(column.group for column in self.columns):
            self.grid.rows.append(["序号", *(column.header for column in self.columns)])
            return
        upper: list[Cell | None] = ["序号"]
        lower: list[Cell | None] = [None]
        self.grid.merges.append(Merge(top, 0, top + 1, 0))
        for index, column in enumerate(self.columns, 1):
            before = self.columns[index - 2].group if index > 1 else ""
            if not column.group:
                self.grid.merges.append(Merge(top, index, top + 1, index))
                upper.append(column.header)
                lower.append(None)
                continue
            lower.append(column.header)
            if column.group == before:
                upper.append(None)
                continue
            size = sum(1 for each in self.columns if each.group == column.group)
            if size > 1:
                self.grid.merges.append(Merge(top, index, top, index + size - 1))
            upper.append(column.group)
        self.grid.rows += [upper, lower]

    def event(self, number: int, event: Event, *, same: bool) -> None:
        """One record."""
        draw = chance(f"cells {event.key}")
        row: list[Cell | None] = [number]
        for index, column in enumerate(self.columns, 1):
            if column.id == UNIT_COLUMN:
                row.append(None if same else _unit_name(event.unit, draw))
                if same:
                    self._stretch(index)
                continue
            value = event.written.get(column.id, "")
            row.append(self._cell(self.register.by_id[column.id], value, draw))
        self.grid.rows.append(row)
        self.grid.said.append((len(self.grid.rows), event.key))

    def _stretch(self, column: int) -> None:
        """The unit's merged cell reaches one row further down."""
        here = len(self.grid.rows)
        last = self.grid.merges[-1]
        if last.left == last.right == column and last.bottom == here - 1:
            self.grid.merges[-1] = Merge(last.top, column, here, column)
        else:
            self.grid.merges.append(Merge(here - 1, column, here, column))

    def ending(self, events: Sequence[Event]) -> None:
        """A row of totals and the notes below."""
        if self.book.totals:
            row: list[Cell | None] = ["合计"]
            for column in self.columns:
                kept = self.register.by_id.get(column.id)
                if kept is None or kept.kind != "quantity":
                    row.append(None)
                    continue
                written = [event.written.get(column.id) for event in events]
                total = sum((Decimal(str(each)) for each in written if each not in (None, "")), Decimal(0))
                row.append(total)
            self.grid.rows.append(row)
        for note in self.book.notes:
            self.grid.rows.append([note])

    def _cell(self, kept: Field, value: Cell, draw: random.Random) -> Cell | None:
        if value == "" or value is None:
            return draw.choice((None, None, None, "—")) if not kept.required else None
        if isinstance(value, bool):
            return draw.choice(("是", "是", "√", "有")) if value else draw.choice(("否", "×"))
        if isinstance(value, date):
            return self._date(value, draw)
        if kept.kind == "quantity":
            return _amount(Decimal(str(value)), kept, draw)
        if kept.kind == "choice":
            aliases = next(each.aliases for each in kept.choices if each.id == value)
            return draw.choice(aliases) if aliases and draw.random() < 0.3 else str(value)
        return str(value)

    def _date(self, day: date, draw: random.Random) -> Cell:
        style = self.style if draw.random() < 0.88 else draw.choice(("iso", "dot", "short"))
        if style == "short" and day.year != self.year:
            style = "dot"
        if self.book.file.endswith(".csv") and style == "date":
            style = "iso"
        if style == "iso":
            return day.isoformat()
        if style == "dot":
            return f"{day.year}.{day.month}.{day.day}"
        if style == "short":
            return f"{day.month}月{day.day}日"
        return (day - _EPOCH).days if style == "serial" else day


def _amount(number: Decimal, kept: Field, draw: random.Random) -> Cell:
    """A number as people type it: mostly plain, now and then full-width, in Chinese, with its unit, or in 万."""
    assert kept.unit is not None
    unit = kept.unit.symbol
    whole = number == number.to_integral_value()
    plain: Cell = int(number) if whole else number
    chosen = draw.random()
    if whole and number >= 10_000 and number % 500 == 0 and (kept.id == "count" or kept.unit.kind == "money"):
        return f"{(number / 10_000).normalize():f}万{unit if draw.random() < 0.5 else ''}"
    if chosen < 0.90 or kept.unit.kind in ("mass", "money"):
        return plain if chosen < 0.97 else f"{plain}{unit}"
    if whole and chosen < 0.94:
        return str(int(number)).translate(_WIDE)
    if whole and chosen < 0.97 and 1 <= number <= 30:
        return f"{chinese(int(number))}{unit}"
    return f"{plain}{unit}"


def chinese(number: int) -> str:
    """A whole number from 1 to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{_HAN[tens]}十"
    return head + (_HAN[ones] if ones or not tens else "")


def _unit_name(unit: str, draw: random.Random) -> str:
    if draw.random() >= 0.2:
        return unit
    aliases = next((each.aliases for each in (*places(), *neighbours.places()) if each.name == unit), ())
    return draw.choice(aliases) if aliases else unit


def _day(event: Event, register: Register) -> date:
    day = event.written.get(register.day) or event.values[register.day]
    assert isinstance(day, date)
    return day


def _area(event: Event) -> int:
    order = _order(event.unit)
    return min(2, order // 6) if order < len(keepers()) else 0


def _order(unit: str) -> int:
    return _ORDER.get(unit, len(_ORDER))


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: index for index, name in enumerate(names)}


_ORDER = _numbered(
    [
        *keepers(),
        *(each.name for each in places() if each.kind in ("school", "partner")),
        *(each.name for each in neighbours.places() if each.kind == "village"),
    ]
)
