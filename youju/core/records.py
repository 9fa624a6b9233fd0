"""The rows under a header: which are records, which are totals, and why each of the others is none."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from youju.core.header import Column, Header, row_key
from youju.core.heading import FieldNames, normalised
from youju.core.sheet import Cell, Filled, Merge, text_of


@dataclass(frozen=True, slots=True)
class Row:
    """One record or total. number is the sheet's row, from 1; cells are in the order of the table's columns."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no record, and why, in words for the user."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Records:
    """What was read under one header.

    merged_amounts  (place of the column, range): a number merged over the rows of several records
    """

    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    skipped: tuple[Skipped, ...]
    merged_amounts: tuple[tuple[int, Merge], ...]


def read_records(
    filled: Filled, names: FieldNames, header: Header, columns: Sequence[Column], end: int
) -> Records:
    """Every row between the header and `end` (from 0, excluded); blank rows are passed over without a word."""
    reader = _Reader(filled, names, header, columns)
    for row in range(header.bottom + 1, end):
        reader.read(row)
    return Records(
        tuple(reader.rows), tuple(reader.totals), tuple(reader.skipped), tuple(reader.merged_amounts)
    )


def is_note(texts: Sequence[str], *, above: bool = False) -> bool:
    """Whether a row begins with a remark or a line for signatures.

    above  of a row above a header: 填报单位 and 填报日期 stand there too and are no signature
    """
    if not texts:
        return False
    first = normalised(texts[0])
    if above and _PARTICULAR.match(first):
        return False
    return bool(_NOTE.match(first)) or _is_signature(texts)


# Rows are recognised by what stands first in them, blanks and full-width forms aside.
_NOTE = re.compile(r"(?:备注|注|附注|说明|填表说明|填报说明|附)(?:[:：]|\d|[一二三][、.]|$)")
_EXAMPLE = re.compile(r"[(【\[]?(?:示例|样例|填写示例|例如|例)(?:[)】\]:：]|$)")
_SIGNATURE = re.compile(
    r"(?:填表|填报|制表|制单|编制|审核|复核|审批|审签|经办|分管|主要|主管|负责|单位负责|村负责|部门负责|联系|统计|登记|会计|出纳|监督|签字|盖章|公章|单位)"
    r"(?:人员|人|员|领导|负责人|电话|日期|时间|盖章|公章|签字|签章|单位)?(?:\(.{0,8}\))?(?:[:：]|$)"
)
_PARTICULAR = re.compile(r"(?:填报|填表|制表|上报|报送|编制|计量|统计)?(?:单位|部门|日期|时间)")
_TOTAL = re.compile(r"(?:合计|总计|小计|共计|累计|总数)(?:\(.{0,12}\))?")
_TOTAL_FIRST = re.compile(rf".{{0,12}}?{_TOTAL.pattern}[:：]?(?:[\d.,]+.{{0,3}})?")
_DITTO = frozenset({"同上", "〃", "″", "”", '"', "''", "々"})
_ORDINALS = "甲乙丙丁戊己庚辛壬癸"


def _is_signature(texts: Sequence[str]) -> bool:
    first = normalised(texts[0])
    return bool(_SIGNATURE.match(first)) and (bool(re.search("[:：]", texts[0])) or _is_role(first))


def _may_be_total(text: str) -> bool:
    """Whether a character stands there that no word for a total is without."""
    return "计" in text or "数" in text


def _is_role(text: str) -> bool:
    """填表人 or 审核: a role alone, its name in the next cell."""
    return text.endswith(
        ("人", "员", "领导", "电话", "日期", "盖章", "公章", "签字", "签章", "审核", "复核", "制表")
    )


class _Reader:
    def __init__(self, filled: Filled, names: FieldNames, header: Header, columns: Sequence[Column]) -> None:
        self.filled = filled
        self.header = header
        self.columns = columns
        self.header_keys = {row_key(filled, row) for row in range(header.top, header.bottom + 1)}
        self.header_texts = {text for key in self.header_keys for text in key}
        self.indices = [column.index for column in columns]
        self.amounts = [
            place
            for place, column in enumerate(columns)
            if column.field is not None and names.fields[column.field].amount
        ]
        self.serials = {column.index for column in columns if column.how == "serial"}
        self.mapped = {column.index for column in columns if column.field is not None}
        self.labels_end = min((columns[place].index for place in self.amounts), default=len(columns))
        self.rows: list[Row] = []
        self.totals: list[Row] = []
        self.skipped: list[Skipped] = []
        self.merged_amounts: list[tuple[int, Merge]] = []
        self.below = False  # a remark has been seen: lines of a single text that follow belong to it

    def read(self, row: int) -> None:
        own = {column: text for column, text in enumerate(self.filled.own_texts(row)) if text}
        if not own:
            return
        is_total = self._is_total(row, own)
        if why := self._why_no_record(row, own, is_total=is_total):
            self.skipped.append(Skipped(row + 1, why))
        elif is_total:
            self.totals.append(Row(row + 1, self._cells(row)))
            self.skipped.append(Skipped(row + 1, "合计行"))
        else:
            self.below = False
            cells = self._cells(row)
            if self.filled.merges_at(row):
                self._note_merged_amounts(row)
                cells = self._with_dittos(cells)
            elif not _DITTO.isdisjoint(own.values()):
                cells = self._with_dittos(cells)
            self.rows.append(Row(row + 1, cells))

    def _why_no_record(self, row: int, own: dict[int, str], *, is_total: bool) -> str:
        first = own[min(own)]
        plain = normalised(first)
        if plain in self.header_texts and row_key(self.filled, row) in self.header_keys:
            return "重复的表头"
        if row == self.header.bottom + 1 and self._numbers_columns(own):
            return "栏次行"
        if is_note([first]) or (self.below and self._is_line(own)):
            self.below = True
            return "表下说明或签名"
        if _EXAMPLE.match(plain):
            return "示例行"
        return "" if is_total else self._why_no_content(row, own)

    def _why_no_content(self, row: int, own: dict[int, str]) -> str:
        if len(own) == 1:
            merge = self.filled.merge_at(row, min(own))
            if merge is not None and merge.right > merge.left:
                return "横贯表格的文字行"
        if set(own) <= self.serials:
            return "只有序号"
        return "" if set(own) & self.mapped else "要导入的各列都空着"

    def _is_line(self, own: dict[int, str]) -> bool:
        """A single text that may go on with a remark: not in a column we read, or long, or where lines begin."""
        column = min(own)
        return len(own) == 1 and (column not in self.mapped or column == 0 or len(own[column]) > 12)

    def _is_total(self, row: int, own: dict[int, str]) -> bool:
        """合计 stands first (东村合计, 合计（17个村）), or alone in a cell left of the first amount."""
        labels = [normalised(label) for label in (self._first_label(row), self._first_serial(own)) if label]
        if any(_may_be_total(label) and _TOTAL_FIRST.fullmatch(label) for label in labels):
            return True
        return any(
            _may_be_total(text) and column < self.labels_end and _TOTAL.fullmatch(normalised(text))
            for column, text in own.items()
        )

    def _first_label(self, row: int) -> str:
        """What the row shows first, running numbers aside."""
        for column in range(self.filled.width):
            if column not in self.serials and (text := text_of(self.filled.value(row, column))):
                return text
        return ""

    def _first_serial(self, own: dict[int, str]) -> str:
        """What stands in the first column of running numbers that is filled."""
        return next((text for column, text in own.items() if column in self.serials), "")

    def _numbers_columns(self, own: dict[int, str]) -> bool:
        """甲 乙 1 2 3 under the header: the columns counted, as statistical tables do."""
        texts = [own[column] for column in sorted(own)]
        letters = [text for text in texts if text in _ORDINALS]
        digits = [text for text in texts if text.isdecimal()]
        if len(letters) + len(digits) < len(texts) or len(texts) < 3:
            return False
        counted = [int(digit) for digit in digits] == list(range(1, len(digits) + 1))
        amounts = {self.columns[place].index for place in self.amounts}
        return counted and (bool(letters) or bool((self.mapped - amounts) & set(own)))

    def _cells(self, row: int) -> tuple[Cell, ...]:
        if self.filled.merges_at(row):
            return tuple(self._cell(row, place) for place in range(len(self.columns)))
        cells = self.filled.sheet.rows[row]
        return tuple(cells[column] if column < len(cells) else None for column in self.indices)

    def _cell(self, row: int, place: int) -> Cell:
        """The cell's value; that of its merged range when the range begins under the header, in this column."""
        column = self.columns[place].index
        merge = self.filled.merge_at(row, column)
        if merge is None or merge.top == row:
            return self.filled.own(row, column)
        if merge.left != column or merge.top <= self.header.bottom or place in self.amounts:
            return None
        return self.filled.own(merge.top, merge.left)

    def _with_dittos(self, cells: tuple[Cell, ...]) -> tuple[Cell, ...]:
        """同上 and 〃 say what the record above says."""
        if not self.rows:
            return cells
        above = self.rows[-1].cells
        return tuple(
            above[place] if isinstance(cell, str) and cell.strip() in _DITTO else cell
            for place, cell in enumerate(cells)
        )

    def _note_merged_amounts(self, row: int) -> None:
        for place in self.amounts:
            merge = self.filled.merge_at(row, self.columns[place].index)
            if merge is None or merge.top > row - 1 or (place, merge) in self.merged_amounts:
                continue
            if merge.top > self.header.bottom and text_of(self.filled.own(merge.top, merge.left)):
                self.merged_amounts.append((place, merge))
