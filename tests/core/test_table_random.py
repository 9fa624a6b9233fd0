"""Any table, with any of the junk that stands around tables in offices, is found exactly: same columns, same records."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.test_table import FIELDS, UNITS
from youju.core.heading import FieldName
from youju.core.sheet import Cell, Merge, Sheet
from youju.core.table import find_tables

Line = list[Cell]
PLACES = ("村部", "广场", "学校门口", "石桥屯")
WHATS = ("防火明白纸", "防汛手册", "反诈宣传单", "村规民约")
DAYS = ("2024.3.5", "3月5日", "2024-03-05", "二〇二四年三月五日", Decimal(45356))


@dataclass(frozen=True)
class Drawn:
    """A sheet, and what has to be found in it: field → column, and (row, values) of each record."""

    sheet: Sheet
    columns: dict[str, int]
    records: list[tuple[int, dict[str, Cell]]]
    totals: list[int]


def spaced(text: str, how: int) -> str:
    return (text, " ".join(text), f"*{text}", f"{text}\n", f"　{text} ", f"{text}：")[how]


@st.composite
def heading(draw: st.DrawFn, field: FieldName) -> str:
    name = spaced(draw(st.sampled_from((field.title, *field.aliases))), draw(st.integers(0, 5)))
    if field.unit and draw(st.booleans()):
        brackets = draw(st.sampled_from(("（）", "()", "【】")))
        name = name.strip("：") + brackets[0] + field.unit + brackets[1]
    return name


def value(field: FieldName) -> st.SearchStrategy[Cell]:
    if field.id == "day":
        return st.sampled_from(DAYS)
    if field.id == "what":
        return st.sampled_from(WHATS)
    if field.amount:
        return st.integers(1, 5000).map(Decimal)
    return st.one_of(st.none(), st.sampled_from(PLACES))


@st.composite
def sheets(draw: st.DrawFn) -> Drawn:
    fields = [each for each in FIELDS if each.required or draw(st.booleans())]
    order: list[FieldName | None] = list(draw(st.permutations(fields)))
    for _ in range(draw(st.integers(0, 2))):  # columns that mean nothing here
        order.insert(draw(st.integers(0, len(order))), None)
    has_serial = draw(st.booleans())
    left = draw(st.integers(0, 2))  # empty columns on the left
    lines: list[Line] = []
    merged: list[Merge] = []
    width = left + has_serial + len(order)
    for title in draw(
        st.lists(st.sampled_from(("宣传台账", "（2024年）", "填报单位：东村")), max_size=2, unique=True)
    ):
        if draw(st.booleans()):
            merged.append(Merge(len(lines), 0, len(lines), width - 1))
        lines.append([title])
    has_gap = draw(st.booleans())
    if lines and has_gap:
        lines.append([])
    top: Line = [None] * left
    bottom: Line = [None] * left
    two_rows = draw(st.booleans())
    group = (
        draw(st.integers(0, len(order) - 2)) if two_rows and len(order) >= 2 else None
    )  # two columns under one
    if has_serial:
        top.append("序号")
        bottom.append(None)
    columns: dict[str, int] = {}
    for place, field in enumerate(order):
        at = len(top)
        name = draw(heading(field)) if field else f"第{place}项其他事"
        if field:
            columns[field.id] = at
        if group is not None and place in (group, group + 1):
            top.append("发放情况" if place == group else None)
            bottom.append(name)
            if place == group and draw(st.booleans()):
                merged.append(Merge(len(lines), at, len(lines), at + 1))
        else:
            top.append(name)
            bottom.append(None)
            if group is not None and draw(st.booleans()):
                merged.append(Merge(len(lines), at, len(lines) + 1, at))
    lines.append(top)
    if group is not None:
        lines.append(bottom)
    records: list[tuple[int, dict[str, Cell]]] = []
    totals: list[int] = []
    for number in range(draw(st.integers(1, 8))):
        if draw(st.integers(0, 4)) == 0:
            lines.append([])
        found: dict[str, Cell] = {field.id: draw(value(field)) for field in fields}
        line: Line = [None] * left
        line += [Decimal(number + 1)] if has_serial else []
        line += [found[field.id] if field else draw(st.sampled_from((None, "杂项"))) for field in order]
        lines.append(line)
        records.append((len(lines), found))
    if draw(st.booleans()):
        total: Line = [None] * width
        for field in fields:
            if field.amount:
                total[columns[field.id]] = sum(
                    (each for _, row in records if isinstance(each := row[field.id], Decimal)), Decimal(0)
                )
        first_free = next(at for at in range(left, width) if total[at] is None)
        total[first_free] = draw(st.sampled_from(("合计", "总 计", "合计：")))
        if first_free < min(columns[field.id] for field in fields if field.amount):
            lines.append(total)
            totals.append(len(lines))
    if draw(st.booleans()):
        lines += [[], [*([None] * left), "填表人：甲", None, "审核人：乙"]]
    if draw(st.booleans()):
        lines.append([*([None] * left), "备注：本表一式两份，报镇创城办一份。"])
    return Drawn(Sheet("1月", tuple(map(tuple, lines)), tuple(merged)), columns, records, totals)


@settings(max_examples=150, deadline=None)
@given(sheets())
def test_what_was_put_in_is_found(drawn: Drawn) -> None:
    found = find_tables(drawn.sheet, FIELDS, file="台账.xlsx", units=UNITS)

    assert [problem for problem in found.problems if problem.code != "table.columns_unused"] == []
    (table,) = found.tables
    assert {each.field: each.index for each in table.columns if each.field} == drawn.columns
    assert list(table.records()) == drawn.records
    assert [row.number for row in table.totals] == drawn.totals


cell = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(("日期", "资料名称", "数量（份）", "合计", "备注：", "填表人：", "单位：份", "·", "*", "（）", "同上")),
    st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=0, max_value=10**9),
    st.booleans(),
)  # fmt: skip


@st.composite
def any_sheet(draw: st.DrawFn) -> Sheet:
    rows = draw(st.lists(st.lists(cell, max_size=6).map(tuple), max_size=12))
    merges: list[Merge] = []
    taken: set[tuple[int, int]] = set()
    for _ in range(draw(st.integers(0, 3))):
        top, left = draw(st.integers(0, 11)), draw(st.integers(0, 5))
        merge = Merge(top, left, top + draw(st.integers(0, 3)), left + draw(st.integers(0, 3)))
        covered = {
            (row, column)
            for row in range(merge.top, merge.bottom + 1)
            for column in range(merge.left, merge.right + 1)
        }
        if not covered & taken:
            taken |= covered
            merges.append(merge)
    return Sheet(draw(st.text(max_size=5)), tuple(rows), tuple(merges))


@settings(max_examples=200, deadline=None)
@given(any_sheet())
def test_every_row_is_a_record_a_total_a_header_a_title_or_listed_with_its_reason(sheet: Sheet) -> None:
    found = find_tables(sheet, FIELDS, units=UNITS)

    told = set()
    for table in found.tables:
        told |= {row.number for row in table.rows} | {row.number for row in table.totals}
        told |= {each.row for each in table.skipped} | set(table.header_rows)
        assert {row.number for row in table.rows}.isdisjoint(each.row for each in table.skipped)
    if found.tables:
        first = found.tables[0].header_rows[0]
        for number, row in enumerate(sheet.rows, 1):
            filled = any(cell is not None and str(cell).strip() for cell in row)
            if filled and number > first and number not in told:
                titles = {text for table in found.tables for text in table.title}
                covered = {
                    (at, column)
                    for merge in sheet.merged
                    for at in range(merge.top, merge.bottom + 1)
                    for column in range(merge.left, merge.right + 1)
                    if (at, column) != (merge.top, merge.left)
                }
                texts = {
                    str(cell).strip()
                    for column, cell in enumerate(row)
                    if (number - 1, column) not in covered and isinstance(cell, str) and cell.strip()
                }
                assert texts <= titles
