"""Tables are found in sheets as offices keep them; what is no record is told apart, what is unsure is said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from youju.core.heading import FieldName
from youju.core.quantity import Unit, UnitTable
from youju.core.sheet import BadCell, Cell, Merge, Sheet
from youju.core.table import Found, Table, find_tables

UNITS = UnitTable(
    [
        Unit("份", "份"),
        Unit("次", "次"),
        Unit("元", "元", scale=2),
        Unit("万元", "元", Decimal(10000), scale=6),
    ]
)
FIELDS = (
    FieldName("day", "发放日期", ("日期", "发放时间"), required=True),
    FieldName("what", "资料名称", ("材料名称",), required=True),
    FieldName("count", "发放数量", ("数量", "份数"), required=True, amount=True, unit="份"),
    FieldName("cost", "经费", ("金额",), amount=True, unit="元"),
    FieldName("place", "发放地点", ("地点",)),
    FieldName("note", "备注", ()),
)


def sheet(text: str, *merged: str, name: str = "1月", hidden_rows: Sequence[int] = ()) -> Sheet:
    """A sheet drawn with | between cells; whole numbers are numbers, merged ranges are written A3:B4."""
    rows = tuple(
        tuple(_cell(part.strip()) for part in line.split("|")) for line in text.strip("\n").splitlines()
    )
    return Sheet(name, rows, tuple(map(_merge, merged)), hidden_rows=frozenset(hidden_rows))


def _cell(text: str) -> Cell:
    if text.startswith("'"):
        return text[1:]
    return Decimal(text) if text.replace(".", "", 1).isdecimal() else text or None


def _merge(text: str) -> Merge:
    (left, top), (right, bottom) = ((ord(end[0]) - 65, int(end[1:]) - 1) for end in text.split(":"))
    return Merge(top, left, bottom, right)


def find(found: Sheet, mapping: dict[str, str] | None = None, file: str = "台账.xlsx") -> Found:
    return find_tables(found, FIELDS, file=file, mapping=mapping, units=UNITS)


def only(found: Found) -> Table:
    assert len(found.tables) == 1
    return found.tables[0]


def codes(found: Found) -> list[str]:
    return [problem.code for problem in found.problems]


def records(table: Table, *fields: str) -> list[tuple[Cell, ...]]:
    return [tuple(cells[field] for field in fields) for _, cells in table.records()]


# --- headers ----------------------------------------------------------------------------------------------


def test_a_table_as_an_office_keeps_it() -> None:
    found = find(
        sheet(
            """
            禾澄镇2024年宣传资料发放台账
            填报单位：东村村委会 | | | 单位：份 | 填报日期：2025年1月5日
            序号 | 日 期 | 发放情况 | | | 备注
                 |       | 材料名称 | 数量（份） | 地点 |
            1 | 2024.3.5 | 防火 | 200 | 村部 |
            2 | 3月6日   | 防汛 | 20  | 广场 | 雨天
            |||||
            合计 | | | 220 | |
            填表人：甲 | | | 审核人：乙 | |
            """,
            "A1:F1", "A3:A4", "B3:B4", "C3:E3", "F3:F4",
        )
    )  # fmt: skip

    table = only(found)
    assert not found.problems
    assert [(each.letters, each.field, each.unit) for each in table.columns] == [
        ("A", None, ""),
        ("B", "day", ""),
        ("C", "what", ""),
        ("D", "count", "份"),
        ("E", "place", ""),
        ("F", "note", ""),
    ]
    assert table.header_rows == (3, 4)
    assert [number for number, _ in table.records()] == [5, 6]
    assert records(table, "day", "count", "note") == [
        ("2024.3.5", Decimal(200), None),
        ("3月6日", Decimal(20), "雨天"),
    ]
    assert [row.number for row in table.totals] == [8]
    assert (table.year_hint, table.year_from) == (2024, "标题")


@pytest.mark.parametrize(
    "heading",
    ["发放数量", "数量（份）", "数量(份)", "数 量", "*发放数量", "发放数量（单位：份）", "份数", "数量\n（份）", "【数量】", "数量/份", "发放数量（必填）"],
)  # fmt: skip
def test_a_column_is_known_by_any_of_its_names_however_they_are_written(heading: str) -> None:
    rows: tuple[tuple[Cell, ...], ...] = (("日期", "资料名称", heading), ("3月5日", "防火", Decimal(3)))
    found = find(Sheet("1月", rows))

    assert only(found).column_of("count") == 2
    assert not found.problems


def test_a_header_stands_anywhere_and_group_headings_need_not_be_merged() -> None:
    table = only(
        find(
            sheet(
                """
                |||
                |||
                | 发放情况 | | |
                | 日期 | 资料名称 | 数量 | 备注
                | 3月5日 | 防火 | 5 |
                """
            )
        )
    )

    assert [str(each.heading) for each in table.columns] == [
        "",
        "发放情况·日期",
        "发放情况·资料名称",
        "发放情况·数量",
        "备注",
    ] or table.header_rows == (4,)
    assert records(table, "day", "what", "count") == [("3月5日", "防火", Decimal(5))]


def test_a_row_of_units_under_the_names_belongs_to_the_header() -> None:
    table = only(find(sheet("日期|资料名称|数量|经费\n||份|万元\n3月5日|防火|5|0.5")))

    assert table.header_rows == (1, 2)
    assert [each.unit for each in table.columns] == ["", "", "份", "万元"]
    assert len(table.rows) == 1


def test_a_row_that_numbers_the_columns_is_no_record() -> None:
    table = only(find(sheet("日期|资料名称|数量|经费\n甲|乙|1|2\n3月5日|防火|5|0.5")))

    assert [row.number for row in table.rows] == [3]
    assert [(each.row, each.why) for each in table.skipped] == [(2, "栏次行")]


# --- what is not certain is said --------------------------------------------------------------------------


def test_a_missing_required_column_names_those_that_are_there() -> None:
    found = find(sheet("日期|数量|地点\n3月5日|5|村部"))

    assert codes(found) == ["table.column_missing"]
    text = str(found.problems[0])
    assert "台账.xlsx 工作表“1月” 第1行" in text
    assert "“资料名称”" in text
    assert "A列“日期”、B列“数量”、C列“地点”" in text
    assert "“材料名称”" in text


def test_a_heading_that_merely_resembles_a_field_is_never_taken() -> None:
    found = find(sheet("日期|资料名称|发放数量数|地点\n3月5日|防火|5|村部"))

    assert only(found).column_of("count") is None
    assert codes(found) == ["table.column_near"]
    assert found.problems[0].level == "error"
    assert "C列“发放数量数”像是“发放数量”" in found.problems[0].text


def test_what_resembles_a_field_that_is_there_already_is_only_unused() -> None:
    found = find(sheet("日期|资料名称|发放数量|发放数量数\n3月5日|防火|5|6"))

    assert only(found).column_of("count") == 2
    assert [(each.code, each.level) for each in found.problems] == [("table.columns_unused", "warning")]


def test_two_columns_of_one_name_are_not_guessed_between() -> None:
    found = find(sheet("日期|资料名称|1月||2月|\n||数量|备注|数量|地点\n3月5日|防火|5||6|", "C1:D1", "E1:F1"))

    assert "table.column_twice" in codes(found)
    assert only(found).column_of("count") is None
    assert "C列“1月·数量”、E列“2月·数量”都是“发放数量”" in found.problems[0].text


def test_a_name_that_two_fields_share_is_not_guessed() -> None:
    fields = (
        FieldName("day", "日期", (), required=True),
        FieldName("printed", "印制数量", ("数量",), amount=True),
        FieldName("given", "发放数量", ("数量",), amount=True),
    )
    found = find_tables(sheet("日期|数量\n3月5日|5"), fields)

    assert codes(found) == ["table.column_ambiguous"]
    assert "“印制数量”" in found.problems[0].text


def test_the_user_decides_by_mapping() -> None:
    found = find(sheet("日期|资料名称|份额|发放数量数\n3月5日|防火|5|6"), {"份额": "count", "D": ""})

    assert records(only(found), "count") == [(Decimal(5),)]
    assert not found.problems


def test_a_mapping_to_an_unknown_field_is_refused() -> None:
    with pytest.raises(KeyError):
        find(sheet("日期|资料名称|数量\n3月5日|防火|5"), {"数量": "sum"})


def test_unused_columns_are_told_in_one_warning() -> None:
    found = find(sheet("日期|资料名称|数量|领取人|电话\n3月5日|防火|5|甲|1"))

    assert [(each.code, each.level) for each in found.problems] == [("table.columns_unused", "warning")]
    assert "D列“领取人”、E列“电话”" in found.problems[0].text
    assert [each.letters for each in only(found).unmapped] == ["D", "E"]


def test_a_sheet_without_a_header_says_what_a_header_is() -> None:
    found = find(sheet("填写说明\n本表由各村填报|x\n日期|a|b"))

    assert not found.tables
    assert codes(found) == ["table.not_found"]
    assert "“发放日期”、“资料名称”、“发放数量”" in found.problems[0].text
    assert "第3行" in found.problems[0].text


def test_an_empty_sheet_says_nothing() -> None:
    assert find(Sheet("空", ((), (None, "  ")))) == Found(())


def test_a_hidden_sheet_with_a_table_is_told_and_not_read() -> None:
    shown = sheet("日期|资料名称|数量\n3月5日|防火|5")
    found = find(Sheet("旧", shown.rows, hidden=True))

    assert not found.tables
    assert [(each.code, each.level) for each in found.problems] == [("table.hidden_sheet", "warning")]


# --- rows -------------------------------------------------------------------------------------------------


def test_merged_cells_are_filled_down_but_numbers_are_not() -> None:
    found = find(
        sheet("日期|资料名称|数量\n3月5日|防火|5\n|防汛|6\n|禁毒|", "A2:A4", "C3:C4"),
    )

    assert records(only(found), "day", "what", "count") == [
        ("3月5日", "防火", Decimal(5)),
        ("3月5日", "防汛", Decimal(6)),
        ("3月5日", "禁毒", None),
    ]
    assert [(each.code, each.level, each.where.row) for each in found.problems] == [
        ("table.merged_amount", "error", 3)
    ]
    assert "第3—4行" in found.problems[0].text


def test_ditto_marks_repeat_what_stands_above() -> None:
    table = only(find(sheet("日期|资料名称|数量\n3月5日|防火|5\n同上|〃|6")))

    assert records(table, "day", "what", "count")[1] == ("3月5日", "防火", Decimal(6))


@pytest.mark.parametrize(
    "row",
    ["合计||220", "合 计||220", "|合计|220", "总计：||220", "小计||220", "东村合计||220", "合计（2项）||220", "1—3月累计||220", "合计：220份||"],
)  # fmt: skip
def test_totals_are_left_out(row: str) -> None:
    found = find(sheet(f"日期|资料名称|数量\n3月5日|防火|200\n3月6日|防汛|20\n{row}"))

    assert [each.number for each in only(found).rows] == [2, 3]
    assert [each.number for each in only(found).totals] == [4]
    assert not found.problems


def test_a_total_that_is_not_the_sum_is_a_warning_with_both_numbers() -> None:
    found = find(sheet("日期|资料名称|数量\n3月5日|防火|２００份\n3月6日|防汛|二十\n合计||230"))

    (problem,) = found.problems
    assert (problem.code, problem.level, problem.where.row) == ("table.total_differs", "warning", 4)
    assert "230" in problem.text
    assert "220" in problem.text
    assert "相差10" in problem.text


def test_subtotals_and_totals_at_the_top_are_understood() -> None:
    found = find(
        sheet(
            """
            日期|资料名称|数量
            合计||60
            3月5日|防火|10
            3月6日|防汛|20
            小计||30
            3月7日|防火|30
            小计||31
            """
        )
    )

    assert [(each.where.row, "31" in each.text and "是31，各行相加是30" in each.text) for each in found.problems] == [
        (7, True)
    ]  # fmt: skip


def test_a_total_over_cells_that_are_no_numbers_is_not_judged() -> None:
    assert not find(sheet("日期|资料名称|数量\n3月5日|防火|200多\n合计||999")).problems


@pytest.mark.parametrize(
    "row",
    [
        "备注：以上均为当月数据||",
        "注：1.统计口径见文件||",
        "填表人：甲||审核人：乙",
        "单位负责人（签字）：||",
        "制表人|甲|",
        "填报日期：2024年4月1日||",
        "联系电话：123||",
        "审核：甲||",
    ],
)
def test_remarks_and_signatures_below_are_no_records(row: str) -> None:
    found = find(
        sheet(f"日期|资料名称|数量\n3月5日|防火|5\n{row}\n以上内容由各组上报，经村务监督委员会核对无误||")
    )

    assert [each.number for each in only(found).rows] == [2]
    assert [(each.row, each.why) for each in only(found).skipped] == [
        (3, "表下说明或签名"),
        (4, "表下说明或签名"),
    ]


def test_rows_with_a_number_only_blank_rows_and_banners_are_passed_over() -> None:
    table = only(
        find(sheet("序号|日期|资料名称|数量\n一、一季度|||\n1|3月5日|防火|5\n2|||\n|||\n3|||", "A2:D2"))
    )

    assert [row.number for row in table.rows] == [3]
    assert [(each.row, each.why) for each in table.skipped] == [
        (2, "横贯表格的文字行"),
        (4, "只有序号"),
        (6, "只有序号"),
    ]


def test_an_incomplete_record_is_a_record() -> None:
    table = only(find(sheet("日期|资料名称|数量\n3月5日||\n|防火|")))

    assert records(table, "day", "what", "count") == [("3月5日", None, None), (None, "防火", None)]


def test_bad_cells_and_typed_values_are_handed_on_as_they_are() -> None:
    bad = BadCell("error", "#REF!")
    rows: tuple[tuple[Cell, ...], ...] = (
        ("日期", "资料名称", "数量", "备注"),
        (date(2024, 3, 5), "  防火 ", bad, True),
    )
    assert records(only(find(Sheet("1月", rows))), "day", "what", "count", "note") == [
        (date(2024, 3, 5), "  防火 ", bad, True)
    ]


def test_hidden_rows_are_read_and_told() -> None:
    found = find(sheet("日期|资料名称|数量\n3月5日|防火|5\n3月6日|防汛|6", hidden_rows=[2]))

    assert len(only(found).rows) == 2
    assert [(each.code, each.level) for each in found.problems] == [("table.hidden_rows", "warning")]


# --- several tables ---------------------------------------------------------------------------------------


def test_a_header_repeated_on_each_page_goes_on_with_the_table() -> None:
    table = only(
        find(
            sheet(
                """
                宣传台账
                日期|资料名称|数量
                3月5日|防火|5
                宣传台账（续）
                日期|资料名称|数量
                3月6日|防汛|6
                """,
                "A1:C1", "A4:C4",
            )
        )
    )  # fmt: skip

    assert [row.number for row in table.rows] == [3, 6]


def test_two_tables_of_one_header_under_different_titles_stay_apart() -> None:
    found = find(
        sheet(
            """
            东村宣传台账
            日期|资料名称|数量
            3月5日|防火|5
            合计||5
            填表人：甲||
            ||
            西村宣传台账
            填报单位：西村||2023年
            日期|资料名称|数量
            3月6日|防汛|6
            """
        )
    )

    first, second = found.tables
    assert first.title == ("东村宣传台账",)
    assert second.title == ("西村宣传台账", "填报单位：西村", "2023年")
    assert [[row.number for row in table.rows] for table in found.tables] == [[3], [10]]
    assert (first.year_hint, second.year_hint) == (None, 2023)
    assert not found.problems


# --- years and units --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "name", "file", "year", "source"),
    [
        ("2024年台账", "1月", "2023.xlsx", 2024, "标题"),
        ("二〇二四年台账", "1月", "x.xlsx", 2024, "标题"),
        ("台账", "2024年1月", "x.xlsx", 2024, "工作表名"),
        ("台账", "1月", "宣传202403.xlsx", 2024, "文件名"),
        ("台账", "1月", "宣传20240305(2).xlsx", 2024, "文件名"),
        ("2023年12月至2024年2月台账", "2024", "2024.xlsx", None, ""),
        ("填报日期：2025年1月5日", "1月", "x.xlsx", None, ""),
        ("发放2000份资料台账", "1月", "x.xlsx", None, ""),
        ("镇发〔2024〕3号", "1月", "x.xlsx", None, ""),
    ],
)
def test_the_year_of_days_without_one(
    title: str, name: str, file: str, year: int | None, source: str
) -> None:
    table = only(find(sheet(f"{title}\n日期|资料名称|数量\n3月5日|防火|5", name=name), file=file))

    assert (table.year_hint, table.year_from) == (year, source)


@pytest.mark.parametrize(
    ("line", "units"),
    [
        ("单位：份、万元", ("份", "万元")),
        ("（单位：万元）", ("", "万元")),
        ("计量单位：份", ("份", "")),
        ("填报单位：份", ("", "")),
        ("单位：东村村委会", ("", "")),
        ("单位：元、万元", ("", "")),
    ],
)
def test_a_unit_above_the_table_reaches_the_columns_it_fits(line: str, units: tuple[str, str]) -> None:
    table = only(find(sheet(f"台账|{line}\n日期|资料名称|数量|经费\n3月5日|防火|5|0.5")))

    assert (table.columns[2].unit, table.columns[3].unit) == units
    assert table.unit_hint == ""


def test_the_unit_of_the_heading_goes_before_the_one_above() -> None:
    table = only(find(sheet("台账|单位：万元\n日期|资料名称|数量|经费（元）\n3月5日|防火|5|0.5")))

    assert table.columns[3].unit == "元"


def test_without_declared_units_one_hint_is_the_tables() -> None:
    fields = (FieldName("day", "日期", (), required=True), FieldName("cost", "经费", (), amount=True))
    found = find_tables(sheet("台账|单位：万元\n日期|经费\n3月5日|0.5"), fields, units=UNITS)

    assert only(found).unit_hint == "万元"
