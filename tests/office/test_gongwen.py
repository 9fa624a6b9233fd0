"""The .docx of a report has the values of GB/T 9704-2012 in its XML, and every figure is linked both ways."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from lxml import etree

from youju.core.document import (
    Document,
    FigureText,
    Heading,
    NotFilled,
    Paragraph,
    Use,
    Words,
    fill,
    parse_prose,
)
from youju.office.gongwen import (
    FigureNote,
    FigureTwice,
    FigureWithoutSource,
    GongwenMeta,
    gongwen_bytes,
    layout,
    title_lines,
    write_gongwen,
)
from youju.office.text import read_text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PROSE = """\
今年以来，我镇各项工作有序推进。

一、宣传发动
（一）开展宣传
各村张贴标语{{ slogans }}，发放“明白纸”{{ leaflets }}。
（二）健全机构。镇里成立领导小组，组长{{ heads }}。
1.人员配备
（1）分工情况
- 第一项{{ issues }}
1) 甲
2) 乙
| 村 | 缺项 |
| 东村 | {{ missing }} |
末段文字。
"""
WORDS = {"slogans": "56条", "leaflets": "20000多份", "heads": "1人", "issues": "107期", "missing": "2处"}


def report(prose: str = PROSE) -> Document:
    document, problems = parse_prose(prose)
    assert not problems
    numbers = iter(range(1, 1000))
    return fill(document, lambda use: (FigureText(f"F{next(numbers):03}", WORDS[use.name]),))


def note(identity: str, wording: str = "") -> FigureNote:
    return FigureNote(
        identity,
        wording,
        "20350份",
        "期间内实际发到群众手中的份数，按发放日期计。",
        "禾澄镇",
        "2024年1月1日至4月26日",
        "2024年4月30日（#1234）",
        12,
        "publicity.leaflets.handed_out @禾澄镇 2024-01-01..2024-04-26",
    )


NOTES = [note(f"F{number:03}", words) for number, words in enumerate(WORDS.values(), 1)]
META = GongwenMeta(
    "禾澄镇工作总结", "禾丰县创城办", "禾澄镇人民政府", date(2024, 4, 26), remarks=("校验值：00ff",)
)


def member(data: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def one(root: etree._Element, tag: str) -> dict[str, str]:
    """The w: attributes of the only element with this tag."""
    (found,) = root.iter(f"{W}{tag}")
    return {str(key).removeprefix(W): str(value) for key, value in found.attrib.items()}


def style(data: bytes, identity: str) -> etree._Element:
    (found,) = (each for each in member(data, "word/styles.xml") if each.get(f"{W}styleId") == identity)
    return found


def text_of(element: etree._Element) -> str:
    return "".join(word.text or "" for word in element.iter(f"{W}t"))


def paragraphs(data: bytes) -> list[etree._Element]:
    return list(member(data, "word/document.xml").iter(f"{W}p"))


def test_paper_margins_and_the_grid_of_22_lines() -> None:
    body = member(gongwen_bytes(report(), META, NOTES), "word/document.xml")
    assert one(body, "pgSz") == {"w": "11906", "h": "16838"}  # A4 in twips
    margins = {name: round(int(value) * 25.4 / 1440) for name, value in one(body, "pgMar").items()}
    assert {side: margins[side] for side in ("top", "bottom", "left", "right")} == {
        "top": 37,
        "bottom": 35,
        "left": 28,
        "right": 26,
    }
    assert one(body, "docGrid") == {"type": "lines", "linePitch": "579"}
    page, edges = one(body, "pgSz"), one(body, "pgMar")
    height = int(page["h"]) - int(edges["top"]) - int(edges["bottom"])
    width = int(page["w"]) - int(edges["left"]) - int(edges["right"])
    assert round(height * 25.4 / 1440) == 225
    assert round(width * 25.4 / 1440) == 156
    assert height // 579 == 22
    defaults = style_defaults(gongwen_bytes(report(), META, NOTES))
    letter = int(defaults["sz"]) * 10 + int(defaults["spacing"])  # half points to twips, and closer
    assert width // letter == 28


def style_defaults(data: bytes) -> dict[str, str]:
    (look,) = member(data, "word/styles.xml").iter(f"{W}rPrDefault")
    return {
        etree.QName(each).localname: each.get(f"{W}val") or ""
        for each in look[0]
        if each.get(f"{W}val") is not None
    }


def test_body_is_third_size_fangsong_on_exact_lines_with_two_letters_of_indent() -> None:
    data = gongwen_bytes(report(), META, NOTES)
    defaults = member(data, "word/styles.xml").find(f"{W}docDefaults")
    assert defaults is not None
    fonts = one(defaults, "rFonts")
    assert fonts["eastAsia"] == "仿宋_GB2312"
    assert fonts["ascii"] == fonts["hAnsi"] == "Times New Roman"
    assert one(defaults, "sz") == {"val": "32"}
    assert one(defaults, "lang")["eastAsia"] == "zh-CN"
    (look,) = defaults.iter(f"{W}pPrDefault")
    assert one(look, "spacing") == {"before": "0", "after": "0", "line": "579", "lineRule": "exact"}
    assert one(style(data, "GwBody"), "ind") == {"firstLine": str(2 * 315)}


@pytest.mark.parametrize(
    ("identity", "font", "size"),
    [("GwTitle", "方正小标宋简体", "44"), ("Heading1", "黑体", None), ("Heading2", "楷体_GB2312", None)],
)
def test_title_and_headings_have_their_fonts(identity: str, font: str, size: str | None) -> None:
    found = style(gongwen_bytes(report(), META, NOTES), identity)
    assert one(found, "rFonts") == {"eastAsia": font}
    assert [each.get(f"{W}val") for each in found.iter(f"{W}sz")] == ([size] if size else [])
    if identity.startswith("Heading"):
        assert one(found, "outlineLvl") == {"val": str(int(identity[-1]) - 1)}
        assert one(found, "ind") == {"firstLine": "630"}
    else:
        assert one(found, "jc") == {"val": "center"}


def test_third_and_fourth_headings_stay_fangsong() -> None:
    data = gongwen_bytes(report(), META, NOTES)
    for identity in ("Heading3", "Heading4"):
        assert not list(style(data, identity).iter(f"{W}rFonts"))


def test_every_named_font_has_one_that_may_stand_in() -> None:
    data = gongwen_bytes(report(), META, NOTES)
    instead = {
        font.get(f"{W}name"): alternative.get(f"{W}val")
        for font in member(data, "word/fontTable.xml")
        for alternative in font.iter(f"{W}altName")
    }
    used = set()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            used |= set(re.findall(r'w:eastAsia="([^"]*[\u4e00-\u9fff][^"]*)"', archive.read(name).decode()))
    assert used == {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
    assert used <= set(instead)


def test_headings_paragraphs_and_lists_get_their_styles() -> None:
    rows = []
    for each in paragraphs(gongwen_bytes(report(), META, NOTES)):
        (look,) = each.iter(f"{W}pStyle")
        rows.append((look.get(f"{W}val"), text_of(each)))
    assert ("GwTitle", "禾澄镇工作总结") in rows
    assert ("GwAddressee", "禾丰县创城办：") in rows
    assert ("Heading1", "一、宣传发动") in rows
    assert ("Heading2", "（一）开展宣传") in rows
    assert ("Heading3", "1.人员配备") in rows
    assert ("Heading4", "（1）分工情况") in rows
    assert ("GwBody", "（二）健全机构。镇里成立领导小组，组长1人。") in rows
    assert ("GwBody", "——第一项107期") in rows
    assert ("GwBody", "2.乙") in rows


def test_a_heading_that_runs_in_is_kaiti_up_to_its_full_stop() -> None:
    data = gongwen_bytes(report(), META, NOTES)
    (found,) = (each for each in paragraphs(data) if text_of(each).startswith("（二）健全机构。"))
    kaiti = [
        text_of(run)
        for run in found.iter(f"{W}r")
        for fonts in run.iter(f"{W}rFonts")
        if fonts.get(f"{W}eastAsia") == "楷体_GB2312"
    ]
    assert "".join(kaiti) == "（二）健全机构。"


def test_page_numbers_stand_outside_on_odd_and_even_pages() -> None:
    data = gongwen_bytes(report(), META, NOTES)
    assert one(member(data, "word/settings.xml"), "evenAndOddHeaders") == {}
    odd, even = member(data, "word/footer1.xml"), member(data, "word/footer2.xml")
    assert one(odd, "jc") == {"val": "right"}
    assert one(odd, "ind") == {"right": "280"}  # one letter of 4号, 14 points
    assert one(even, "jc") == {"val": "left"}
    assert one(even, "ind") == {"left": "280"}
    for footer in (odd, even):
        assert [each.text for each in footer.iter(f"{W}instrText")] == [" PAGE "]
        assert re.fullmatch(r"— \d —", text_of(footer))
    look = style(data, "Footer")
    assert one(look, "sz") == {"val": "28"}
    assert one(look, "rFonts")["eastAsia"] == "宋体"
    relations = {each.get("Id"): each.get("Target") for each in member(data, "word/_rels/document.xml.rels")}
    kinds = {}
    for each in member(data, "word/document.xml").iter(f"{W}footerReference"):
        ((_, identity),) = ((key, value) for key, value in each.attrib.items() if str(key).endswith("}id"))
        kinds[each.get(f"{W}type")] = relations[identity]
    assert kinds == {"default": "footer1.xml", "even": "footer2.xml"}
    # 7 mm between the type area and the number
    top_of_number = layout.BOTTOM - layout.FOOTER - layout.FOOTER_LINE
    assert round(top_of_number * 25.4 / 1440) == 7


def indents(data: bytes, text: str) -> dict[str, int]:
    (found,) = (each for each in paragraphs(data) if text_of(each) == text)
    return {name: int(value) for name, value in one(found, "ind").items()}


def test_a_date_shorter_than_the_name_begins_two_letters_after_it() -> None:
    data = gongwen_bytes(report(), META, NOTES)
    name, day = indents(data, "禾澄镇人民政府"), indents(data, "2024年4月26日")
    assert name["left"] == (28 - 2 - 7) * 315  # its end two letters from the right
    assert day["left"] == name["left"] + 2 * 315


def test_a_date_longer_than_the_name_ends_two_letters_from_the_right() -> None:
    meta = GongwenMeta("总结", signature="禾澄", day=date(2024, 11, 26))
    data = gongwen_bytes(report(), meta, NOTES)
    name, day = indents(data, "禾澄"), indents(data, "2024年11月26日")
    assert (
        abs(28 * 315 - day["left"] - 7 * 315 - 2 * 315) <= 8
    )  # 8 half letters of digits and 3 letters: 7 wide
    assert day["left"] - name["left"] == 2 * 315


def test_for_a_seal_the_name_is_centred_over_the_date() -> None:
    meta = GongwenMeta("总结", signature="中共禾澄镇委员会", day=date(2024, 4, 26), sealed=True)
    data = gongwen_bytes(report(), meta, NOTES)
    name, day = indents(data, "中共禾澄镇委员会"), indents(data, "2024年4月26日")
    width = 3 * 315 + 7 * 157
    assert abs(28 * 315 - day["left"] - width - 4 * 315) <= 8
    assert abs((name["left"] + 8 * 315 / 2) - (day["left"] + width / 2)) <= 8


def test_nothing_of_the_closing_is_placed_by_blanks_and_it_holds_together() -> None:
    data = gongwen_bytes(report(), META, NOTES)
    all_text = [text_of(each) for each in paragraphs(data)]
    assert not [text for text in all_text if text != text.strip(" \u3000\u00a0")]
    at = all_text.index("禾澄镇人民政府")
    body_end = all_text.index("末段文字。")
    for each in paragraphs(data)[body_end : at + 1]:
        assert list(each.iter(f"{W}keepNext")), text_of(each)


def test_attachments_are_listed_and_the_table_is_the_last() -> None:
    one_only = gongwen_bytes(report(), META, NOTES)
    assert "附件：数据出处表" in [text_of(each) for each in paragraphs(one_only)]
    meta = GongwenMeta("总结", attachments=("责任分工表", "村庄清洁行动照片目录"))
    several = [text_of(each) for each in paragraphs(gongwen_bytes(report(), meta, NOTES))]
    at = several.index("附件：1.责任分工表")
    assert several[at : at + 3] == ["附件：1.责任分工表", "2.村庄清洁行动照片目录", "3.数据出处表"]
    assert "附件3" in several
    data = gongwen_bytes(report(), meta, NOTES)
    first, second = indents(data, "附件：1.责任分工表"), indents(data, "2.村庄清洁行动照片目录")
    assert first["left"] == second["left"]  # names stand under each other
    assert first["left"] - first["hanging"] == 2 * 315


def test_without_figures_there_is_no_table() -> None:
    data = gongwen_bytes(Document((Paragraph((Words("只有文字。"),)),)), GongwenMeta("通知"))
    assert [text_of(each) for each in paragraphs(data)] == ["通知", "", "只有文字。"]


def test_every_figure_is_linked_to_its_row_and_back() -> None:
    body = member(gongwen_bytes(report(), META, NOTES), "word/document.xml")
    marks: dict[str, str] = {}
    ids = []
    for start in body.iter(f"{W}bookmarkStart"):
        ids.append(start.get(f"{W}id"))
        words, step = "", start.getnext()
        while step is not None and step.tag != f"{W}bookmarkEnd":
            words, step = words + text_of(step), step.getnext()
        assert step is not None
        assert step.get(f"{W}id") == start.get(f"{W}id")
        marks[start.get(f"{W}name") or ""] = words
    assert len(set(ids)) == len(ids) == 2 * len(WORDS)
    figures = [f"F{number:03}" for number in range(1, len(WORDS) + 1)]
    assert marks == {
        **{f"fig_{figure}": words for figure, words in zip(figures, WORDS.values(), strict=True)},
        **{f"src_{figure}": figure for figure in figures},
    }
    links = [(each.get(f"{W}anchor"), text_of(each)) for each in body.iter(f"{W}hyperlink")]
    for figure, words in zip(figures, WORDS.values(), strict=True):
        assert links.count((f"src_{figure}", words)) == 1
        assert links.count((f"fig_{figure}", words)) == 1
        assert links.count((f"fig_{figure}", figure)) == 1
    assert {anchor for anchor, _ in links} <= set(marks)


def test_the_table_has_a_row_for_every_figure_in_the_order_of_the_text() -> None:
    data = gongwen_bytes(report(), META, list(reversed(NOTES)))
    *_, table = docx.Document(io.BytesIO(data)).tables
    rows = [["".join(cell.text.split("\n")) for cell in row.cells] for row in table.rows]
    assert rows[0] == ["序号", "正文表述", "精确值与口径", "单位、期间、截至", "来源条数", "编号"]
    assert [(row[0], row[1], row[5]) for row in rows[1:]] == [
        (str(number), words, f"F{number:03}") for number, words in enumerate(WORDS.values(), 1)
    ]
    assert rows[1][2].startswith("20350份期间内实际")
    assert "截至2024年4月30日（#1234）" in rows[1][3]
    assert rows[1][4] == "12"
    last = list(member(data, "word/document.xml").iter(f"{W}tbl"))[-1]
    first_row, *others = last.iter(f"{W}tr")
    assert list(first_row.iter(f"{W}tblHeader"))
    assert not [row for row in others if list(row.iter(f"{W}tblHeader"))]
    assert all(list(row.iter(f"{W}cantSplit")) for row in last.iter(f"{W}tr"))
    assert sum(int(each.get(f"{W}w") or 0) for each in last.iter(f"{W}gridCol")) == 8845  # 156 mm
    before = [text_of(each) for each in paragraphs(data)]
    mark = paragraphs(data)[before.index("附件")]
    assert list(mark.iter(f"{W}pageBreakBefore"))


def test_pending_and_missing_stand_beside_the_number_of_sources() -> None:
    document = Document((Paragraph((FigureText("F001", "56条"),)),))
    odd = FigureNote("F001", "56条", "56条", "口径", "镇", "期间", "今日", 3, "x", pending=2, missing=1)
    *_, table = docx.Document(io.BytesIO(gongwen_bytes(document, META, [odd]))).tables
    assert table.rows[1].cells[4].text.split("\n") == ["3", "待审核2条未计入", "1个单位未报"]


def test_a_figure_without_a_source_is_refused(tmp_path: Path) -> None:
    """Invariant 1."""
    path = tmp_path / "a.docx"
    with pytest.raises(FigureWithoutSource, match="“20000多份”（F002）"):
        write_gongwen(report(), path, META, NOTES[:1])
    assert list(tmp_path.iterdir()) == []


def test_a_placeholder_or_a_figure_id_used_twice_is_refused() -> None:
    with pytest.raises(NotFilled):
        gongwen_bytes(Document((Paragraph((Use("a", line=3),)),)), META)
    twice = Document((Paragraph((FigureText("F001", "1"), FigureText("F001", "2"))),))
    with pytest.raises(FigureTwice):
        gongwen_bytes(twice, META, NOTES)


def test_what_a_person_typed_stays_text() -> None:
    """Invariant 9: no field code, no markup, no second paragraph comes out of words."""
    typed = '=HYPERLINK("x")<w:p/>&amp;{{ a }}\x00\x0b { INCLUDETEXT "c" }'
    data = gongwen_bytes(Document((Heading(1, "一、", (Words(typed),)),)), META)
    body = member(data, "word/document.xml")
    assert '=HYPERLINK("x")<w:p/>&amp;{{ a }} { INCLUDETEXT "c" }' in text_of(body)
    assert not list(body.iter(f"{W}instrText"))
    assert not list(body.iter(f"{W}fldSimple"))


def test_children_stand_in_the_order_of_the_schema() -> None:
    order = {
        "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl kinsoku wordWrap overflowPunct autoSpaceDE "
        "autoSpaceDN adjustRightInd snapToGrid spacing ind jc outlineLvl rPr",
        "rPr": "rStyle rFonts b spacing kern sz szCs lang",
        "tblPr": "tblW jc tblInd tblBorders tblLayout tblCellMar",
        "trPr": "cantSplit tblHeader",
        "tcPr": "tcW vAlign",
        "sectPr": "footerReference pgSz pgMar docGrid",
        "style": "name basedOn next uiPriority semiHidden qFormat pPr rPr tblPr",
        "settings": "zoom evenAndOddHeaders characterSpacingControl compat themeFontLang",
    }
    data = gongwen_bytes(report(), META, NOTES)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [
            name for name in archive.namelist() if name.startswith("word/") and not name.endswith(".rels")
        ]
    seen = set()
    for name in members:
        for element in member(data, name).iter():
            local = etree.QName(element).localname
            if local in order:
                seen.add(local)
                allowed = order[local].split()
                places = [allowed.index(etree.QName(child).localname) for child in element]
                assert places == sorted(places), (
                    name,
                    local,
                    [etree.QName(child).localname for child in element],
                )
    assert seen == set(order)


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_gongwen(report(), tmp_path / "a.docx", META, NOTES)
    assert first == gongwen_bytes(report(), META, list(reversed(NOTES)))
    assert (tmp_path / "a.docx").read_bytes() == first
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert {each.date_time for each in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    core = docx.Document(str(tmp_path / "a.docx")).core_properties
    assert core.title == "禾澄镇工作总结"
    assert core.created is not None
    assert core.created.date() == date(2024, 4, 26)


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    write_gongwen(report(), tmp_path / "a.docx", META, NOTES)
    text = read_text(tmp_path / "a.docx").text
    assert "各村张贴标语56条，发放“明白纸”20000多份。\n" in text
    assert "村\t缺项\n东村\t2处\n" in text


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("禾澄镇工作总结", ("禾澄镇工作总结",)),
        (
            "第一行\n第二行很长很长很长很长很长很长很长很长",
            ("第一行", "第二行很长很长很长很长很长很长很长很长"),
        ),
        (
            "禾澄镇2024年第一季度全国文明城市创建工作情况报告",
            ("禾澄镇2024年第一季度", "全国文明城市创建工作情况报告"),
        ),
        (
            "禾澄镇2024年1月1日至4月26日文明城市创建工作总结",
            ("禾澄镇2024年1月1日至4月26日", "文明城市创建工作总结"),
        ),
        (
            "禾丰县禾澄镇人民政府关于2024年上半年农村人居环境整治工作情况的报告",
            ("禾丰县禾澄镇人民政府", "关于2024年上半年农村人居", "环境整治工作情况的报告"),
        ),
    ],
)
def test_long_titles_are_broken_where_they_read_well(title: str, lines: tuple[str, ...]) -> None:
    found = title_lines(title)
    assert "".join(found) == title.replace("\n", "")
    if len(lines) == len(found) == 2:
        assert found == lines
    for line in found:
        assert len(line) <= 20
        assert line[0] not in "的，、。》”）"
        assert line[-1] not in "《“（"
    assert not re.search(r"\d$", found[0]) or len(found) == 1
