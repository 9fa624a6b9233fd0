"""Comments stand on the exact words, however the runs are split; words and looks of the draft stay as they were."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.office.word_packages import docx_bytes, p, r, strict, tbl, textbox, write_docx
from youju.core.document import Document, FigureText, Paragraph, Words
from youju.office.annotate import Comment, CommentOutside, annotated, write_comments
from youju.office.gongwen import FigureNote, GongwenMeta, write_gongwen
from youju.office.sniff import WrongKind
from youju.office.text import read_text
from youju.office.text.docx import read_words

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def body_of(data: bytes) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def box_of(element: etree._Element) -> etree._Element | None:
    """The text box that `element` stands in."""
    return next((each for each in element.iterancestors() if each.tag == f"{W}txbxContent"), None)


def on_words(data: bytes) -> dict[str, str]:
    """Comment id → the words between its range's ends, read without any code of ours.

    A text box that is anchored between the ends is another story: its words are not the range's.
    """
    found: dict[str, str] = {}
    opened: dict[str, etree._Element | None] = {}
    for element in body_of(data).iter():
        identity = element.get(f"{W}id") or ""
        if element.tag == f"{W}commentRangeStart":
            assert identity not in found
            opened[identity] = box_of(element)
            found[identity] = ""
        elif element.tag == f"{W}commentRangeEnd":
            assert opened.pop(identity) is box_of(element)
        elif element.tag in (f"{W}t", f"{W}tab", f"{W}br"):
            for each, box in opened.items():
                if box_of(element) is box:
                    found[each] += element.text or "" if element.tag == f"{W}t" else "\t"
    assert not opened
    return found


def looks(data: bytes) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every letter with its run's look and what the run stands in."""
    rows = []
    for run in body_of(data).iter(f"{W}r"):
        properties = run.find(f"{W}rPr")
        look = "" if properties is None else etree.tostring(properties, method="c14n").decode()
        above = tuple(str(each.tag) for each in run.iterancestors())
        for child in run:
            if child.tag == f"{W}t":
                rows += [(letter, look, above) for letter in child.text or ""]
            elif child.tag in (f"{W}tab", f"{W}br"):
                rows.append((str(child.tag), look, above))
    return rows


def comment_texts(data: bytes) -> dict[str, list[str]]:
    return {
        str(each.comment_id): [paragraph.text for paragraph in each.paragraphs]
        for each in docx.Document(io.BytesIO(data)).comments
    }


def test_a_comment_on_words_split_over_runs(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", p("共发放", r("20", "<w:b/>"), r("000", "<w:i/>"), "多份资料"))
    out = tmp_path / "b.docx"
    start = read_text(path).text.index("20000多")
    write_comments(
        path, [Comment(start, start + 6, "有据", "与台账不一致：应为20350份。", "ledger.mismatch")], out
    )
    data = out.read_bytes()
    assert on_words(data) == {"0": "20000多"}
    assert comment_texts(data) == {"0": ["与台账不一致：应为20350份。", "（检查项：ledger.mismatch）"]}
    assert looks(data) == looks(path.read_bytes())
    assert read_text(out).text == read_text(path).text
    (comment,) = docx.Document(str(out)).comments
    assert (comment.author, comment.initials) == ("有据", "有")


def test_the_reference_mark_follows_the_range(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", p("共发放20份资料"))
    data = annotated(path, "a.docx", [Comment(3, 6, "有据", "核对")])
    (paragraph,) = body_of(data).iter(f"{W}p")
    tags = [(etree.QName(each).localname, "".join(each.itertext())) for each in paragraph]
    assert tags == [
        ("r", "共发放"),
        ("commentRangeStart", ""),
        ("r", "20份"),
        ("commentRangeEnd", ""),
        ("r", ""),
        ("r", "资料"),
    ]
    assert paragraph[4][0].tag == f"{W}commentReference"


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param('<w:hyperlink w:anchor="x">{}</w:hyperlink>', id="link"),
        pytest.param('<w:ins w:id="9" w:author="x">{}</w:ins>', id="inserted"),
        pytest.param("<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>", id="content control"),
        pytest.param('<w:fldSimple w:instr=" REF a ">{}</w:fldSimple>', id="field"),
        pytest.param("<w:smartTag>{}</w:smartTag>", id="smart tag"),
    ],
)
def test_words_inside_links_controls_fields_and_insertions(wrap: str, tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", p("发放", wrap.format(r("20350份", "<w:b/>") + r("资料")), "完"))
    text = read_text(path).text
    comments = [
        Comment(text.index("350"), text.index("350") + 4, "有据", "内"),
        Comment(1, len(text), "有据", "跨"),
    ]
    data = annotated(path, "a.docx", comments)
    assert on_words(data) == {"0": "350份", "1": "放20350份资料完"}
    assert looks(data) == looks(path.read_bytes())


CONTROL = "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>"
ROW = "<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc><w:tcPr/>{}</w:tc>{}</w:tr></w:tbl>"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(p("前", CONTROL.format(r("发放20350份")), "后"), id="in a line"),
        pytest.param(CONTROL.format(p("发放20350份")) + p("后"), id="a paragraph, one after it"),
        pytest.param(p("前") + CONTROL.format(p("发放20350份")), id="a paragraph, one before it"),
        pytest.param(
            ROW.format(p("甲"), CONTROL.format(f"<w:tc><w:tcPr/>{p('发放20350份')}</w:tc>")) + p("后"),
            id="a cell",
        ),
        pytest.param(
            CONTROL.format(p("前", CONTROL.format(r("发放20350份")))) + p("后"), id="one in another"
        ),
    ],
)
def test_the_mark_of_a_comment_stands_outside_of_content_controls(body: str, tmp_path: Path) -> None:
    """Plain-text controls hold text only, and LibreOffice 7.4 loses the words of a control with a mark in it."""
    path = write_docx(tmp_path / "a.docx", body)
    text = read_text(path).text
    data = annotated(path, "a.docx", [Comment(text.index("350"), text.index("350") + 4, "有据", "核对")])
    assert on_words(data) == {"0": "350份"}
    (mark,) = body_of(data).iter(f"{W}commentReference")
    assert not [each for each in mark.iterancestors() if each.tag == f"{W}sdt"]
    assert next(mark.iterancestors(f"{W}p")) is not None
    assert looks(data) == looks(path.read_bytes())


def test_words_in_tables_and_nested_tables(tmp_path: Path) -> None:
    inner = f"<w:p/>{tbl(('屯', '98个'))}<w:p/>"
    path = write_docx(tmp_path / "a.docx", p("前") + tbl(("村", "17个"), (inner, "数")) + p("后"))
    text = read_text(path).text
    comments = [
        Comment(text.index(word), text.index(word) + len(word), "有据", word) for word in ("17", "98个", "数")
    ]
    across = Comment(text.index("村"), text.index("98") + 1, "有据", "跨格")
    data = annotated(path, "a.docx", [*comments, across])
    assert on_words(data) == {"0": "17", "1": "98个", "2": "数", "3": "村17个屯9"}


def test_words_in_a_text_box_are_quoted_at_its_drawing(tmp_path: Path) -> None:
    """Word ignores comments inside text boxes ([MS-OI29500] 2.1.315); a range does not lead out of the box."""
    path = write_docx(tmp_path / "a.docx", p("前文", textbox(p("框内20份"))) + p("下一段"))
    text = read_text(path).text
    inside = Comment(text.index("20"), text.index("20") + 3, "有据", "框")
    leading_out = Comment(text.index("20"), len(text), "有据", "出框")
    data = annotated(path, "a.docx", [inside, leading_out])
    assert comment_texts(data) == {"0": ["第1段文本框“20份”：框"], "1": ["第1段文本框“20份”：出框"]}
    for mark in body_of(data).iter(f"{W}commentRangeStart", f"{W}commentRangeEnd", f"{W}commentReference"):
        assert box_of(mark) is None
    (drawing,) = (each for each in body_of(data).iter(f"{W}r") if each.find(f".//{W}txbxContent") is not None)
    before, after = drawing.getprevious(), drawing.getnext()
    assert before is not None
    assert after is not None
    assert (before.tag, after.tag) == (f"{W}commentRangeStart", f"{W}commentRangeEnd")
    (tmp_path / "b.docx").write_bytes(data)
    assert read_text(tmp_path / "b.docx").text == text


def test_a_footnote_is_commented_at_its_mark_with_its_words_quoted(tmp_path: Path) -> None:
    mark = '<w:r><w:footnoteReference w:id="3"/></w:r>'
    path = write_docx(
        tmp_path / "a.docx",
        p("正文", mark, "续"),
        footnotes=f'<w:footnote w:id="3">{p("共20份")}</w:footnote>',
    )
    text = read_text(path).text
    data = annotated(path, "a.docx", [Comment(text.index("20"), text.index("20") + 3, "有据", "请核对")])
    assert comment_texts(data) == {"0": ["脚注1“20份”：请核对"]}
    (start,) = body_of(data).iter(f"{W}commentRangeStart")
    following = start.getnext()
    assert following is not None
    assert following[0].tag == f"{W}footnoteReference"


def test_formulas_and_phonetic_guides_are_taken_whole(tmp_path: Path) -> None:
    formula = "<m:oMath><m:r><m:t>98.5</m:t></m:r></m:oMath>"
    ruby = f"<w:r><w:ruby><w:rubyPr/><w:rt>{r('t')}</w:rt><w:rubyBase>{r('屯里')}</w:rubyBase></w:ruby></w:r>"
    path = write_docx(tmp_path / "a.docx", p("约", formula, "%", ruby))
    text = read_text(path).text
    data = annotated(
        path, "a.docx", [Comment(2, 4, "有据", "公式"), Comment(len(text) - 1, len(text), "有据", "注音")]
    )
    tags = [etree.QName(each).localname for each in next(body_of(data).iter(f"{W}p"))]
    assert tags == [
        "r", "commentRangeStart", "oMath", "commentRangeEnd", "r", "r", "commentRangeStart", "r", "commentRangeEnd", "r",
    ]  # fmt: skip


def test_comments_that_are_there_already_stay(tmp_path: Path) -> None:
    old = f'<w:comment w:id="7" w:author="李镇长">{p("这个数对吗")}</w:comment>'
    marked = p('<w:commentRangeStart w:id="7"/>', "20份", '<w:commentRangeEnd w:id="7"/>', "资料")
    path = write_docx(tmp_path / "a.docx", marked, comments=old)
    once = annotated(path, "a.docx", [Comment(0, 3, "有据", "一"), Comment(1, 4, "有据", "二")])
    assert comment_texts(once) == {"7": ["这个数对吗"], "8": ["一"], "9": ["二"]}
    assert on_words(once) == {"7": "20份", "8": "20份", "9": "0份资"}
    (tmp_path / "b.docx").write_bytes(once)
    twice = annotated(tmp_path / "b.docx", "b.docx", [Comment(4, 5, "有据", "三")])
    assert sorted(comment_texts(twice)) == ["10", "7", "8", "9"]
    with zipfile.ZipFile(io.BytesIO(twice)) as archive:
        assert len(archive.namelist()) == len(set(archive.namelist()))


def test_everything_else_of_the_package_is_untouched(tmp_path: Path) -> None:
    document = Document((Paragraph((Words("张贴标语"), FigureText("F001", "56条"), Words("。"))),))
    path = tmp_path / "a.docx"
    note = FigureNote("F001", "56条", "56条", "口径", "镇", "期间", "今日", 3, "x")
    write_gongwen(document, path, GongwenMeta("总结"), [note])
    text = read_text(path).text
    data = annotated(path, "a.docx", [Comment(text.index("56条"), text.index("56条") + 3, "有据", "好")])
    assert on_words(data) == {"0": "56条"}
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(io.BytesIO(data)) as after:
        for member in before.namelist():
            if member not in ("word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"):
                assert before.read(member) == after.read(member)
        assert set(after.namelist()) == {*before.namelist(), "word/comments.xml"}
        assert before.read("word/document.xml").count(b"bookmarkStart") == after.read(
            "word/document.xml"
        ).count(b"bookmarkStart")


def test_a_strict_file_gets_its_comments_in_its_own_names(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(strict(docx_bytes(p("共20份资料"))))
    write_comments(path, [Comment(1, 4, "有据", "核对")], tmp_path / "b.docx")
    assert read_text(tmp_path / "b.docx").text == "共20份资料"
    with zipfile.ZipFile(tmp_path / "b.docx") as archive:
        whole = "".join(archive.read(name).decode() for name in archive.namelist() if "[" not in name)
        (start,) = (
            each
            for each in etree.fromstring(archive.read("word/document.xml")).iter()
            if etree.QName(each).localname == "commentRangeStart"
        )
    assert etree.QName(start).namespace == "http://purl.oclc.org/ooxml/wordprocessingml/main"
    assert "purl.oclc.org/ooxml/officeDocument/relationships/comments" in whole
    assert "schemas.openxmlformats.org/wordprocessingml/2006/main" not in whole


def test_the_same_comments_give_the_same_bytes_and_a_moment_is_carried_when_given(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", p("共20份"))
    comments = [Comment(1, 4, "有据", "核对")]
    write_comments(path, comments, tmp_path / "b.docx")
    write_comments(path, comments, tmp_path / "c.docx", at=datetime(2024, 4, 26, 9, 30))  # noqa: DTZ001 - as Word has it
    assert (tmp_path / "b.docx").read_bytes() == annotated(path, "a.docx", comments)
    (comment,) = docx.Document(str(tmp_path / "c.docx")).comments
    assert comment.timestamp is not None
    assert comment.timestamp.isoformat().startswith("2024-04-26T09:30")


@pytest.mark.parametrize(("start", "end"), [(0, 99), (-1, 2), (3, 1), (6, 6)])
def test_a_comment_outside_of_the_text_is_refused(start: int, end: int, tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", p("共20") + p("段"))
    with pytest.raises(CommentOutside, match=r"“a\.docx”"):
        write_comments(path, [Comment(start, end, "有据", "核对")], tmp_path / "b.docx")
    assert not (tmp_path / "b.docx").exists()


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [(0, 0, "共"), (2, 2, "2"), (3, 4, "0"), (3, 3, "0"), (4, 4, "0"), (5, 5, "段")],
)
def test_a_comment_on_nothing_stands_on_the_letter_before(
    start: int, end: int, words: str, tmp_path: Path
) -> None:
    """A unit is missing here: there is no word of its own, and a line end stands nowhere in the file."""
    path = write_docx(tmp_path / "a.docx", p("共20") + p("段"))
    data = annotated(path, "a.docx", [Comment(start, end, "有据", "缺单位")])
    assert on_words(data) == {"0": words}


def test_only_a_docx_takes_comments(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("字", encoding="utf-8")
    with pytest.raises(WrongKind):
        write_comments(tmp_path / "a.txt", [Comment(0, 1, "有据", "核对")], tmp_path / "b.docx")


def test_what_is_said_in_a_comment_stays_text(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", p("共20份"))
    data = annotated(path, "a.docx", [Comment(1, 3, "<w:a>", "<w:p/>&amp;\x00 {{ x }}\n第二行")])
    assert comment_texts(data) == {"0": ["<w:p/>&amp; {{ x }}", "第二行"]}


# --- however the runs are split ---------------------------------------------------------------------------

LETTERS = st.text(alphabet="发放宣传资料20350份，。 𬭚％", min_size=1, max_size=14)
LOOKS = st.sampled_from(["", "<w:b/>", '<w:rFonts w:eastAsia="黑体"/><w:i/>', '<w:sz w:val="32"/>'])
WRAPS = st.sampled_from(
    [
        "{}",
        "{}",
        '<w:hyperlink w:anchor="x">{}</w:hyperlink>',
        '<w:ins w:id="900" w:author="x">{}</w:ins>',
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        '<w:del w:id="901" w:author="x"><w:r><w:delText>删</w:delText></w:r></w:del>{}<w:proofErr w:type="spellStart"/>',
    ]
)


@st.composite
def a_paragraph(draw: st.DrawFn) -> str:
    """Words cut into runs at random, some runs of several w:t and tabs, some wrapped."""
    text = draw(LETTERS)
    cuts = sorted({0, len(text), *draw(st.lists(st.integers(0, len(text)), max_size=5))})
    content = ""
    for left, right in pairwise(cuts):
        piece = text[left:right]
        middle = draw(st.integers(0, len(piece)))
        inner = f'<w:t xml:space="preserve">{piece[:middle]}</w:t>' if middle else ""
        inner += draw(st.sampled_from(["", "", "<w:tab/>", "<w:br/>", "<w:lastRenderedPageBreak/>"]))
        inner += f'<w:t xml:space="preserve">{piece[middle:]}</w:t>' if middle < len(piece) else ""
        look = draw(LOOKS)
        run = f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{inner}</w:r>"
        content += draw(WRAPS).format(run)
    return f"<w:p>{content}</w:p>"


@st.composite
def a_body(draw: st.DrawFn) -> str:
    blocks = []
    for _ in range(draw(st.integers(1, 4))):
        paragraph = draw(a_paragraph())
        kind = draw(st.sampled_from(["plain", "plain", "table", "box"]))
        if kind == "table":
            blocks.append(tbl((paragraph, draw(a_paragraph())), ("<w:p/>", draw(a_paragraph()))))
        elif kind == "box":
            blocks.append(p("外", textbox(paragraph), "文"))
        else:
            blocks.append(paragraph)
    return "".join(blocks)


def shown(path: Path, start: int, end: int) -> str:
    """What a range between two offsets stands on: no separators, breaks as tabs; nothing for words of a box."""
    pieces = [
        piece
        for piece in read_words(path, "a.docx").pieces
        if piece.element is not None and piece.end > start and piece.start < end
    ]

    boxes = [box_of(each.element) for each in pieces if each.element is not None]
    if boxes[0] is not None:
        return ""
    return "".join(
        each.text[max(0, start - each.start) : end - each.start].replace("\n", "\t")
        for each, box in zip(pieces, boxes, strict=True)
        if box is boxes[0]
    )


@settings(max_examples=60, deadline=None)
@given(a_body(), st.data())
def test_any_words_in_any_runs(body: str, data: st.DataObject) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = write_docx(Path(folder) / "a.docx", body)
        whole = read_words(path, "a.docx").text
        comments = draw_comments(data, whole)
        written = annotated(path, "a.docx", comments)
        other = Path(folder) / "b.docx"
        other.write_bytes(written)
        assert read_words(other, "b.docx").text == whole
        assert looks(written) == looks(path.read_bytes())
        found = on_words(written)
        assert len(found) == len(comments)
        for number, comment in enumerate(comments):
            expected = shown(path, comment.start, comment.end)
            assert found[str(number)] == expected


def draw_comments(data: st.DataObject, text: str) -> Sequence[Comment]:
    made = []
    for number in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        if text[start:end].strip("\n\t"):
            made.append(Comment(start, end, "有据", f"第{number}条"))
    return made


def test_the_names_of_the_draft_stay_declared(tmp_path: Path) -> None:
    """Word refuses a file whose mc:Ignorable names a prefix that is not declared."""
    path = write_docx(tmp_path / "a.docx", p("共20份"))
    root = body_of(annotated(path, "a.docx", [Comment(1, 3, "有据", "核对")]))
    assert root.get("{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable") == "wps"
    assert "wps" in root.nsmap
    assert set(root.nsmap) == set(body_of(path.read_bytes()).nsmap)
