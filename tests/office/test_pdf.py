"""The .pdf of a report, read back: letters, lines, margins, fonts, numbers, links, the facts inside."""

from __future__ import annotations

import hashlib
import random
import socket
import subprocess
import sys
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tests.office.pdf_pages import POINTS, Letter, letters, lines, links, opened, text_of
from youju.core.document import Document, FigureText, Heading, Paragraph, Words, fill, parse_prose
from youju.office.gongwen import FigureNote, FigureWithoutSource, GongwenMeta
from youju.office.pdf import missing_letters, pdf_bytes, preview_pages
from youju.office.pdf.fonts import SHIPPED, undrawable_letters

LINE = 28.95
TOP, LEFT = 37 * POINTS, 28 * POINTS
RIGHT = (210 - 26) * POINTS
DAY = date(2024, 4, 26)
ENDS = "，。、；：？！）》”％"
PLAIN = GongwenMeta("总结", signature="禾澄镇人民政府", day=DAY)
PIECES = (
    "村里人人参与，", "“门前三包”落到实处。", "刘喆、李珺、王𬭚", "共56条", "20350份", "Wi-Fi 6", "清运1246.4吨；", "（含3.5%）",
    "《办法》", "——", "调结12件，", "其中水田排水3件。", "镇党委、政府", "①", "℃", "“十四五”", "不断完善！", "是否到位？",
)  # fmt: skip


def document(text: str) -> Document:
    found, problems = parse_prose(text)
    assert problems == ()
    return found


def line_number(letter: Letter) -> float:
    return (letter.middle - TOP) / LINE - 0.5


def body_lines(page: list[list[Letter]]) -> list[list[Letter]]:
    """The lines inside the type area: without the page number."""
    return [row for row in page if row[0].middle < TOP + 22 * LINE]


def test_the_shipped_fonts_are_the_ones_that_were_chosen() -> None:
    pairs = [line.split("  ") for line in (SHIPPED / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    sums = {name: digest for digest, name in pairs}
    fonts = sorted(path for path in SHIPPED.iterdir() if path.suffix in (".otf", ".ttf"))
    assert [path.name for path in fonts] == sorted(sums)
    for path in fonts:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sums[path.name]
    assert sum(path.stat().st_size for path in fonts) <= 30_000_000
    table = (SHIPPED / "README.md").read_text(encoding="utf-8")
    for path in fonts:
        assert f"| {path.name} |" in table
    for licence in (SHIPPED / "licences").iterdir():
        assert licence.name in table


def test_28_letters_a_line_and_22_lines_a_page() -> None:
    data = pdf_bytes(document("镇" * 28 * 22 * 3), GongwenMeta("题"))
    with opened(data) as pages:
        assert {(round(page.get_width() / POINTS), round(page.get_height() / POINTS)) for page in pages} == {
            (210, 297)
        }
        full = body_lines(lines(pages[1]))
    assert [len(row) for row in full] == [28] * 22
    for number, row in enumerate(full):
        assert line_number(row[0]) == pytest.approx(number, abs=0.05)  # the box of the letter, not the line
        assert row[0].middle - full[0][0].middle == pytest.approx(number * LINE, abs=0.02)
        assert row[0].x == pytest.approx(LEFT, abs=0.6)
        assert row[-1].right == pytest.approx(RIGHT, abs=0.6)
        for before, after in pairwise(row):
            assert after.x - before.x == pytest.approx((RIGHT - LEFT) / 28, abs=0.06)  # 15.79 points


@pytest.mark.parametrize("size", [250, 900, 3000, 9000, 40000])  # half a page to 60 pages
def test_any_text_keeps_the_grid_and_every_letter(size: int) -> None:
    draw = random.Random(size)
    paragraphs: list[str] = []
    while sum(map(len, paragraphs)) < size:
        paragraphs.append("".join(draw.choices(PIECES, k=draw.randint(2, 60))))
    data = pdf_bytes(document("\n".join(paragraphs)), PLAIN)
    with opened(data) as pages:
        every = [lines(page) for page in pages]
    assert len(every) >= size // 660
    read = []
    for page in every:
        rows = body_lines(page)
        assert len(rows) <= 22
        for row in rows:
            assert line_number(row[0]) == pytest.approx(round(line_number(row[0])), abs=0.06)
            assert row[0].x + (8 if row[0].text in "（《“" else 0) > LEFT - 1
            squeezed = 8 if row[-1].text in ENDS else 0  # a mark at the end of a line gives up its empty half
            assert row[-1].right - squeezed < RIGHT + 1, text_of(row)
            assert text_of(row)[0] not in ENDS, text_of(row)
            assert text_of(row)[-1] not in "（《“", text_of(row)
            read.append(text_of(row))
    for page in every[:-2]:
        assert round(line_number(body_lines(page)[-1][0])) == 21  # no page but the last ones is short
    written = "总结" + "".join("".join(each.split()) for each in paragraphs) + "禾澄镇人民政府2024年4月26日"
    assert "".join(read) == written


def test_two_lines_of_the_text_stand_with_the_signature() -> None:
    """Wherever the text ends on a page, as far as its last paragraph has two lines to give."""
    for extra in range(0, 70, 3):
        text = "开头一段。\n" + "村里人人参与。" * (58 + extra)
        with opened(pdf_bytes(document(text), PLAIN)) as pages:
            rows = body_lines(lines(pages[len(pages) - 1]))
        at = next(number for number, row in enumerate(rows) if text_of(row) == "禾澄镇人民政府")
        assert at >= 2, (extra, [text_of(row) for row in rows])
        assert line_number(rows[at][0]) - line_number(rows[at - 1][0]) == pytest.approx(2, abs=0.05)


def test_the_name_ends_two_letters_from_the_edge_and_the_date_begins_two_letters_in() -> None:
    with opened(pdf_bytes(document("正文。"), PLAIN)) as pages:
        rows = lines(pages[0])
    name = next(row for row in rows if text_of(row) == "禾澄镇人民政府")
    day = next(row for row in rows if text_of(row) == "2024年4月26日")
    assert day[0].x - name[0].x == pytest.approx(2 * 15.75, abs=0.5)
    assert RIGHT - name[-1].right == pytest.approx(2 * 15.75, abs=1.5)


def test_for_a_seal_the_date_ends_four_letters_from_the_edge() -> None:
    meta = GongwenMeta("总结", signature="禾澄镇人民政府", day=DAY, sealed=True)
    with opened(pdf_bytes(document("正文。"), meta)) as pages:
        rows = lines(pages[0])
    day = next(row for row in rows if text_of(row) == "2024年4月26日")
    name = next(row for row in rows if text_of(row) == "禾澄镇人民政府")
    assert RIGHT - day[-1].right == pytest.approx(4 * 15.75, abs=1.5)
    assert (name[0].x + name[-1].right) / 2 == pytest.approx((day[0].x + day[-1].right) / 2, abs=1)


def test_page_numbers_stand_outside_seven_millimetres_below_the_text() -> None:
    with opened(pdf_bytes(document("镇" * 1500), GongwenMeta("题"))) as pages:
        numbers = [lines(page)[-1] for page in pages]
    assert [text_of(row) for row in numbers] == ["—1—", "—2—", "—3—"]
    for index, row in enumerate(numbers):
        if index % 2 == 0:
            assert RIGHT - row[-1].right == pytest.approx(14, abs=1.2)
        else:
            assert row[0].x - LEFT == pytest.approx(14, abs=1.2)
        assert row[1].size == pytest.approx(14, abs=0.1)
        assert row[1].middle == pytest.approx(TOP + 225 * POINTS + 7 * POINTS + 8, abs=1.5)


def test_title_and_headings_have_their_fonts_and_the_text_its_own() -> None:
    text = (
        "一、加强领导\n（一）健全机构\n1.组织\n（1）会议\n（二）压实责任。镇里召开“专题会”3次。\n正文刘喆。"
    )
    with opened(pdf_bytes(document(text), PLAIN)) as pages:
        rows = {text_of(row): row for row in lines(pages[0])}
    fonts = {words: {each.font for each in row} for words, row in rows.items()}
    assert fonts["总结"] == {"FandolSong-Bold"}
    assert {each.size for each in rows["总结"]} == {22}
    assert fonts["一、加强领导"] == {"NotoSansSC-Regular"}
    assert fonts["（一）健全机构"] == {"FandolKai-Regular"}
    assert fonts["1.组织"] == {"LiberationSerif", "FandolFang-Regular"}
    lead = rows["（二）压实责任。镇里召开“专题会”3次。"]
    assert [each.font for each in lead[:8]] == ["FandolKai-Regular"] * 8
    assert {each.font for each in lead[8:] if each.text != "3"} == {
        "FandolFang-Regular"
    }  # quotation marks too
    for words, row in rows.items():
        if words.startswith(("一、", "（", "1.", "正文")):
            assert row[0].x == pytest.approx(
                LEFT + 2 * 15.75, abs=9
            )  # a full-width bracket has air before it
    assert [each.font for each in rows["正文刘喆。"]] == [
        *["FandolFang-Regular"] * 3, "NotoSansSC-Regular", "FandolFang-Regular"
    ]  # fmt: skip


def test_a_long_title_is_broken_at_a_word_and_never_inside_a_date() -> None:
    meta = GongwenMeta("禾澄镇2024年1月1日至4月26日文明城市创建工作总结")
    with opened(pdf_bytes(document("正文。"), meta)) as pages:
        rows = lines(pages[0])
    assert [text_of(row) for row in rows[:2]] == ["禾澄镇2024年1月1日至4月26日", "文明城市创建工作总结"]
    for row in rows[:2]:
        assert (row[0].x + row[-1].right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=2)


def with_figures(count: int) -> tuple[Document, list[FigureNote]]:
    notes: list[FigureNote] = []
    text = "一、数字\n" + "\n".join(f"第{number}项{{{{ n }}}}。" for number in range(count))

    def answer(_: object) -> tuple[FigureText]:
        key = f"F{len(notes) + 1:03}"
        notes.append(
            FigureNote(
                key, "20000多份", "20350份", "以签收为准。", "禾澄镇", "2024年1月", "台账#9", 31,
                "publicity.leaflets.handed_out @990101101000 2024-01-01..2024-04-26 [专项=村庄清洁行动]", 1, 2,
            )
        )  # fmt: skip
        return (FigureText(key, "20000多份"),)

    return fill(document(text), answer), notes


def test_figures_link_to_their_rows_and_back() -> None:
    filled, notes = with_figures(60)
    with opened(pdf_bytes(filled, PLAIN, notes)) as pages:
        found = links(pages)
        first_row = next(
            number for number, page in enumerate(pages) if text_of(lines(page)[1]) == "数据出处表"
        )
        table = [text_of(row) for number in range(first_row, len(pages)) for row in lines(pages[number])]
    there = [each for each in found if each[0] < first_row]
    back = [each for each in found if each[0] >= first_row]
    assert len(there) == 60
    assert all(target >= first_row for _, target in there)
    assert len(back) == 120  # the words and the number of every row
    assert all(target < first_row for _, target in back)
    assert sum("序号" in row for row in table) == len({number for number, _ in back})  # a header on each page
    assert any("待审核" in row for row in table)


def test_a_figure_without_a_row_is_refused() -> None:
    filled, notes = with_figures(2)
    with pytest.raises(FigureWithoutSource):
        pdf_bytes(filled, PLAIN, notes[:1])


def test_the_facts_are_inside_and_the_file_says_it_is_an_archive_file() -> None:
    filled, notes = with_figures(3)
    facts = '{"schema": "youju.facts/1", "名": "喆"}\n'.encode()
    data = pdf_bytes(filled, PLAIN, notes, facts=facts)
    with opened(data) as pages:
        assert pages.count_attachments() == 1
        attachment = pages.get_attachment(0)
        assert attachment.get_name() == "facts.json"
        assert bytes(attachment.get_data()) == facts
    assert b"<pdfaid:part>3</pdfaid:part>" in data
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in data
    assert data == pdf_bytes(filled, PLAIN, notes, facts=facts)


def test_what_people_type_is_printed_and_never_run() -> None:
    typed = [
        '#read("/etc/passwd")', '#import "@preview/x:1.0.0"', "$ x^2 $", "*星号* _下划线_ `代码`", "#let x = 1", "\\#panic()",
        "<label> @ref", "= 标题", "#eval(\"1\")", '"] + panic() + ["', "{% raw %}", "+ 1", "/ 词: 义", "// 注", "~--- ...",
    ]  # fmt: skip
    blocks = tuple(Paragraph((Words(each),)) for each in typed)
    meta = GongwenMeta('#panic("t")', addressee="$a$", signature="#panic()", day=DAY)
    with opened(pdf_bytes(Document((Heading(1, "一、", (Words("#panic()"),)), *blocks)), meta)) as pages:
        read = "".join(each.text for page in pages for each in letters(page))
    for each in (*typed, '#panic("t")', "$a$：", "一、#panic()"):
        assert "".join(each.split()) in read


def test_letters_of_the_fallback_font_are_named() -> None:
    assert missing_letters("刘喆、李珺，“人”2024年，𬭚喆") == ("喆", "珺", "𬭚")
    assert undrawable_letters("刘喆𬭚A1①") == ()
    assert undrawable_letters("\U000f0000") == ("\U000f0000",)


def test_the_preview_shows_the_same_pages() -> None:
    filled, notes = with_figures(30)
    with opened(pdf_bytes(filled, PLAIN, notes)) as pages:
        count = len(pages)
    pictures = preview_pages(filled, PLAIN, notes)
    assert len(pictures) == count
    assert all(picture.lstrip().startswith(b"<svg") for picture in pictures)


SEALED = """
import os, socket, sys
from youju.office import seal
held = open(os.devnull)
assert getattr(seal, sys.argv[1])(), "not sealed"
def tries(what):
    try:
        what()
        return "yes"
    except OSError as error:
        return "no"
print(tries(socket.socket), tries(lambda: os.execv("/bin/true", ["true"])), tries(lambda: open(os.devnull)), held.read() == "")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's filter is Linux's")
@pytest.mark.parametrize(
    ("how", "said"), [("no_network", "no no yes True"), ("compute_only", "no no no True")]
)
def test_a_sealed_process_reaches_nobody(how: str, said: str) -> None:
    assert socket.socket is not None
    done = subprocess.run(
        [sys.executable, "-c", SEALED, how],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=True,
    )
    assert done.stdout.startswith(said)
