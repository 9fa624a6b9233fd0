"""Report prose is read into a tree; placeholders keep their line; what is wrong is said with its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.document import (
    Document,
    FigureText,
    Heading,
    Listing,
    NotFilled,
    Paragraph,
    Table,
    Use,
    Words,
    fill,
    inlines_of,
    parse_prose,
    plain_text,
    uses,
)
from youju.core.document.prose import number_text


def read(text: str) -> Document:
    document, problems = parse_prose(text)
    assert not problems, [str(problem) for problem in problems]
    return document


def test_headings_by_their_numbers() -> None:
    document = read(
        "一、基本情况\n（一）队伍建设\n1.人员\n（1）分工\n1. 第二种写法不算重复时\n".replace(
            "1. 第二种", "2. 第二种"
        )
    )
    assert [(block.level, block.number) for block in document.blocks if isinstance(block, Heading)] == [
        (1, "一、"),
        (2, "（一）"),
        (3, "1."),
        (4, "（1）"),
        (3, "2."),
    ]


def test_markdown_headings_number_themselves() -> None:
    document = read("# 组织领导\n## 机构\n## 制度\n# 宣传\n## 标语\n### 书写\n#### 位置")
    assert plain_text(document).split("\n") == [
        "一、组织领导",
        "（一）机构",
        "（二）制度",
        "二、宣传",
        "（一）标语",
        "1.书写",
        "（1）位置",
    ]


def test_a_markdown_heading_that_brings_its_number_keeps_it() -> None:
    assert plain_text(read("# 一、组织领导\n# 二、宣传")) == "一、组织领导\n二、宣传"


@pytest.mark.parametrize(
    "line",
    [
        "一、全镇共发放资料，群众反响良好。",  # ends as a sentence does
        "1.3万元用于购置垃圾桶",  # a number, not a heading
        "（一）" + "长" * 41,
        "一是加强领导",
    ],
)
def test_what_is_no_heading_stays_a_paragraph(line: str) -> None:
    (block,) = read(line).blocks
    assert isinstance(block, Paragraph)
    assert plain_text(Document((block,))) == line


def test_a_heading_may_run_into_its_paragraph() -> None:
    (block,) = read("（一）健全机构。镇里成立领导小组，组长{{ leaders }}。").blocks
    assert isinstance(block, Paragraph)
    assert block.lead is not None
    assert (block.lead.level, block.lead.number) == (2, "（一）")
    assert block.lead.inlines == (Words("健全机构。"),)
    assert block.inlines == (Words("镇里成立领导小组，组长"), Use("leaders", "", 1, 20), Words("。"))


def test_headings_out_of_order_are_reported() -> None:
    _, problems = parse_prose("一、甲\n三、乙\n", file="catalog/reports/brief.md", first_line=8)
    (problem,) = problems
    assert str(problem) == "catalog/reports/brief.md:9：这里应为“二、”，现为“三”，请检查标题序号。"
    assert problem.level == "warning"


def test_placeholders_carry_name_style_line_and_column() -> None:
    document, problems = parse_prose(
        "发放{{ leaflets|many }}，\n　　标语{{slogans}}、{{ 缺项 | of whole }}", first_line=12
    )
    assert not problems
    assert uses(document) == [
        Use("leaflets", "many", 12, 3),
        Use("slogans", "", 13, 3),
        Use("缺项", "of whole", 13, 15),
    ]


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("共{{ a", "prose.placeholder", "第2字的“{{”不成对"),
        ("共a }}份", "prose.placeholder", "“}}”不成对"),
        ("共{ a }份", "prose.placeholder", "两边各两个花括号"),
        ("共｛｛ a ｝｝份", "prose.placeholder", "半角"),
        ("共{{ a {{ b }}", "prose.placeholder", "第2字"),
        ("共{{ }}份", "prose.placeholder", "名称只能用"),
        ("共{{ 3a }}份", "prose.placeholder", "不以数字开头"),
        ("共{{ a.b }}份", "prose.placeholder", "名称只能用"),
        ("共{{ a | }}份", "prose.placeholder", "表述样式"),
        ("{% for x in y %}", "prose.placeholder", "没有循环"),
        ("**重点", "prose.bold", "没有成对"),
        ("有\x00字", "prose.character", "第2字"),
        ("有\ud800字", "prose.character", "控制字符"),
        ("##### 太深", "prose.too_deep", "最多四级"),
        ("#  ", "prose.empty_heading", ""),
    ],
)
def test_what_is_wrong_is_said_with_its_line(line: str, code: str, says: str) -> None:
    if code == "prose.empty_heading":
        line = "一、甲\n（一）\n# 二、"
    _, problems = parse_prose(f"第一段。\n{line}", file="a.md")
    assert code in {problem.code for problem in problems}
    found = next(problem for problem in problems if problem.code == code)
    assert found.where.file == "a.md"
    assert found.where.line is not None
    assert found.where.line >= 2
    assert says in found.text


def test_bold_spans_a_placeholder() -> None:
    (block,) = read("其中**发放{{ a }}份**，剩余").blocks
    assert isinstance(block, Paragraph)
    assert block.inlines == (
        Words("其中"),
        Words("发放", bold=True),
        Use("a", "", 1, 7, bold=True),
        Words("份", bold=True),
        Words("，剩余"),
    )


def test_lists_and_tables() -> None:
    document = read(
        "- 第一项{{ a }}\n- 第二项\n\n1) 甲\n2）乙\n\n| 村 | 数量 |\n|---|:--:|\n| 东村 | {{ a | exact }} |\n| | 0 |\n"
    )
    plain_list, ordered, table = document.blocks
    assert isinstance(plain_list, Listing)
    assert isinstance(ordered, Listing)
    assert isinstance(table, Table)
    assert [len(plain_list.items), plain_list.ordered, len(ordered.items), ordered.ordered] == [
        2,
        False,
        2,
        True,
    ]
    assert table.header == ((Words("村"),), (Words("数量"),))
    assert table.rows == (((Words("东村"),), (Use("a", "exact", 9, 8),)), ((), (Words("0"),)))


def test_a_table_row_of_another_width_is_reported_and_fitted() -> None:
    document, problems = parse_prose("| 甲 | 乙 |\n| 1 |\n| 1 | 2 | 3 |")
    assert [problem.where.line for problem in problems] == [2, 3]
    (table,) = document.blocks
    assert isinstance(table, Table)
    assert [len(row) for row in table.rows] == [2, 2]


def test_fill_puts_figures_in_sentences_and_tables_where_one_stands_alone() -> None:
    document = read("发放**{{ a }}**。\n{{ missing }}\n{{ nothing }}")
    table = Table(((Words("村"),),), (((Words("南村"),),),))

    def answer(use: Use) -> tuple[Words | FigureText, ...] | tuple[Table, ...]:
        if use.name == "missing":
            return (table,)
        return (FigureText("F001", "20000多份"),) if use.name == "a" else ()

    filled = fill(document, answer)
    assert filled.blocks == (
        Paragraph((Words("发放"), FigureText("F001", "20000多份", bold=True), Words("。")), 1),
        table,
    )
    assert plain_text(filled) == "发放20000多份。\n村\n南村"


def test_a_table_inside_a_sentence_is_refused() -> None:
    with pytest.raises(NotFilled, match=r"第1行的“\{\{ a \}\}”"):
        fill(read("缺{{ a }}。"), lambda use: (Table((), ()),))


def test_an_unfilled_placeholder_has_no_text() -> None:
    with pytest.raises(NotFilled, match="第2行"):
        plain_text(read("甲\n共{{ a }}份"))


def test_what_is_filled_in_is_never_read_again() -> None:
    """Invariant 9: a cadre who types {{ b }} into an entry gets these five characters back."""
    filled = fill(read("{{ a }}"), lambda use: (Words("{{ b }} **x** # y"),))
    assert plain_text(filled) == "{{ b }} **x** # y"
    assert uses(filled) == []


@pytest.mark.parametrize("number", range(1, 100))
def test_every_heading_number_reads_back(number: int) -> None:
    for level in (1, 2):
        document, problems = parse_prose(
            "\n".join(number_text(level, each) + "题" for each in range(1, number + 1))
        )
        assert not problems
        assert len(document.blocks) == number


@given(st.text(alphabet="{}|*#-一、（）1.。 \n\tab村％\x00\ud800", max_size=60) | st.text(max_size=80))
def test_any_text_is_read_without_losing_words(text: str) -> None:
    document, _ = parse_prose(text)
    kept = "".join(one.text for one in inlines_of(document) if isinstance(one, Words))
    for character in "ab村％":
        names = "".join(f"{use.name}{use.style}" for use in uses(document))
        assert (
            kept.count(character) + names.count(character) == text.count(character)
            or "|" in text
            or "{{" in text
        )
