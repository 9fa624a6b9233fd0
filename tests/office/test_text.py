"""Drafts are read whole: nothing a reader sees is missing, nothing a reader does not see is there, every word has a place."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.office.word_packages import docx_bytes, p, r, strict, tbl, textbox, write_docx
from tests.require import require
from youju.core.problem import DomainError
from youju.office.archive import FileDamaged, FileEncrypted, FileForged, FileHasMacros, FileIsBomb
from youju.office.sniff import ClassifiedFile, FileEmpty, WrongKind, WrongSuffix
from youju.office.text import Text, read_text
from youju.office.text.values import NoWords

DATA = Path(__file__).parent / "data"


def read(path: Path, body: str, **parts: str) -> str:
    return read_text(write_docx(path / "draft.docx", body, **parts)).text


# --- plain text -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_plain_text_is_read_as_it_is(encoding: str, suffix: str, tmp_path: Path) -> None:
    text = "一、发放２０份\r\n\r\n二、𬭚书记讲话\n\t３次"
    path = tmp_path / f"稿子{suffix}"
    path.write_bytes(text.encode(encoding))
    read = read_text(path)
    assert read.text == text
    assert read.kind == suffix[1:]
    assert str(read.place(text.index("𬭚"))) == "第3行"
    assert str(read.place(text.index("３"))) == "第4行"


def test_lines_of_a_text_with_old_line_ends_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("甲\r乙\r丙".encode())
    assert str(read_text(path).place(4)) == "第3行"


@pytest.mark.parametrize(("data", "refusal"), [(b"", FileEmpty), (b" \n\n", FileEmpty)])
def test_an_empty_file_is_refused(data: bytes, refusal: type[DomainError], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(refusal, match=r"a\.txt"):
        read_text(tmp_path / "a.txt")


def test_a_picture_with_the_suffix_of_a_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with pytest.raises(WrongKind, match="图片"):
        read_text(tmp_path / "a.txt")


def test_a_docx_with_the_suffix_of_a_text_is_refused(tmp_path: Path) -> None:
    write_docx(tmp_path / "a.txt", p("字"))
    with pytest.raises(WrongSuffix, match="docx"):
        read_text(tmp_path / "a.txt")


def test_the_owners_name_is_in_the_refusal(tmp_path: Path) -> None:
    (tmp_path / "tmp123").write_bytes(b"")
    with pytest.raises(FileEmpty, match=r"“年终总结\.docx”"):
        read_text(tmp_path / "tmp123", name="年终总结.docx")


def test_a_megabyte_of_one_sign_is_read(tmp_path: Path) -> None:
    """Linear: a pattern that went back and forth over these would not come to an end."""
    for sign in ("0", "零", "、", " ", "密"):
        text = "秘密" + sign * 1_000_000 + "x"
        (tmp_path / "a.txt").write_text(text, encoding="utf-8")
        assert read_text(tmp_path / "a.txt").text == text


# --- .docx ------------------------------------------------------------------------------------------------


def test_words_split_over_runs_are_one_text(tmp_path: Path) -> None:
    assert read(tmp_path, p("发放", "2", "00", "00多", "份") + p() + p("第二段")) == "发放20000多份\n第二段"


def test_content_controls_links_fields_and_smart_tags_are_read(tmp_path: Path) -> None:
    sdt = f"<w:sdt><w:sdtPr/><w:sdtContent>{r('20350份')}</w:sdtContent></w:sdt>"
    link = f'<w:hyperlink w:anchor="x">{r("56条")}</w:hyperlink>'
    simple = f'<w:fldSimple w:instr=" DOCPROPERTY a ">{r("107期")}</w:fldSimple>'
    field = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> REF a </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r("3次")}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    tag = f"<w:smartTag>{r('17个村')}</w:smartTag>"
    block = f"<w:sdt><w:sdtContent>{p('整段')}</w:sdtContent></w:sdt>"
    text = read(tmp_path, p("甲", sdt, "乙", link, simple, field, tag) + block)
    assert text == "甲20350份乙56条107期3次17个村\n整段"


def test_inserted_text_is_read_and_deleted_text_is_not(tmp_path: Path) -> None:
    inserted = f'<w:ins w:id="1" w:author="x">{r("30")}</w:ins>'
    deleted = '<w:del w:id="2" w:author="x"><w:r><w:delText>20</w:delText></w:r></w:del>'
    moved_away = f'<w:moveFrom w:id="3" w:author="x">{r("旧处")}</w:moveFrom>'
    moved_in = f'<w:moveTo w:id="4" w:author="x">{r("新处")}</w:moveTo>'
    row = "<w:tr><w:trPr><w:del w:id='5' w:author='x'/></w:trPr><w:tc>" + p("删去的行") + "</w:tc></w:tr>"
    table = tbl(("留下的行",)).replace("</w:tbl>", row + "</w:tbl>")
    body = p("发放", deleted, inserted, "份", moved_away, moved_in) + table
    assert read(tmp_path, body) == "发放30份新处\n留下的行"


def test_hidden_text_and_phonetic_guides_are_not_read(tmp_path: Path) -> None:
    ruby = (
        "<w:r><w:ruby><w:rubyPr/><w:rt>"
        + r("tún")
        + "</w:rt><w:rubyBase>"
        + r("屯")
        + "</w:rubyBase></w:ruby></w:r>"
    )
    shown = r("可见", '<w:vanish w:val="0"/>')
    assert read(tmp_path, p(r("看不见", "<w:vanish/>"), shown, ruby)) == "可见屯"


def test_blanks_breaks_and_signs(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t> 两端空白不算 </w:t></w:r><w:r><w:tab/></w:r>"
        '<w:r><w:t xml:space="preserve"> 保留 </w:t><w:br/><w:t>下\n行</w:t></w:r>'
        '<w:r><w:noBreakHyphen/><w:softHyphen/><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:char="2103"/></w:r></w:p>'
    )
    assert read(tmp_path, body) == "两端空白不算\t 保留 \n下 行-□℃"


def test_formulas_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, p("约", "<m:oMath><m:r><m:t>98.5</m:t></m:r></m:oMath>", "%")) == "约98.5%"


def test_tables_keep_their_columns_and_nested_ones_are_read(tmp_path: Path) -> None:
    nested = f"<w:p><w:r><w:t>外</w:t></w:r></w:p>{tbl(('内甲', '内乙'))}<w:p/>"
    text = read(
        tmp_path, p("前") + tbl(("村", "", "数"), ("", "", "3"), ("", "", "")) + tbl((nested, "右")) + p("后")
    )
    assert text == "前\n村\t\t数\n\t\t3\n外\n内甲\t内乙\t右\n后"


def test_rows_in_content_controls_are_read(tmp_path: Path) -> None:
    table = (
        tbl(("甲",))
        .replace("<w:tr>", "<w:sdt><w:sdtContent><w:tr>")
        .replace("</w:tr>", "</w:tr></w:sdtContent></w:sdt>")
    )
    assert read(tmp_path, table) == "甲"


def test_a_text_box_is_read_once_after_its_paragraph(tmp_path: Path) -> None:
    body = p("前文", textbox(p("框内20份") + p("框内第二段")), "后文") + p("下一段")
    assert read(tmp_path, body) == "前文后文\n框内20份\n框内第二段\n下一段"


def test_an_old_text_box_is_read_too(tmp_path: Path) -> None:
    box = f"<w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('旧框')}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    assert read(tmp_path, p(box) + p("下一段")) == "旧框\n下一段"


def test_notes_follow_the_body_in_the_order_of_their_marks(tmp_path: Path) -> None:
    def mark(kind: str, identity: int) -> str:
        return f'<w:r><w:{kind}Reference w:id="{identity}"/></w:r>'

    def noted(kind: str, identity: int, text: str, type_: str = "") -> str:
        return f'<w:{kind} w:id="{identity}" {type_}>{p("<w:r><w:footnoteRef/></w:r>", text)}</w:{kind}>'

    footnotes = (
        noted("footnote", -1, "分隔线", 'w:type="separator"')
        + noted("footnote", 5, "注乙")
        + noted("footnote", 7, "注甲")
    )
    text = read(
        tmp_path,
        p("一", mark("footnote", 7), "二", mark("footnote", 5), mark("endnote", 2)),
        footnotes=footnotes,
        endnotes=noted("endnote", 2, "尾"),
    )
    assert text == "一二\n注甲\n注乙\n尾"


def test_headers_and_footers_are_read_when_asked_for(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "a.docx", p("正文"), header1=p("页眉字"), footer1=p("页脚字"))
    assert read_text(path).text == "正文"
    read = read_text(path, headers=True)
    assert read.text == "正文\n页眉字\n页脚字"
    assert str(read.place(read.text.index("页脚字"))) == "第3段页脚"


def test_a_strict_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(strict(docx_bytes(p("严格", "格式"), footer1=p("页脚字"))))
    assert read_text(path, headers=True).text == "严格格式\n页脚字"


def test_every_word_has_its_place(tmp_path: Path) -> None:
    body = (
        p("第一段")
        + p()
        + p("第二段", textbox(p("框")), '<w:r><w:footnoteReference w:id="1"/></w:r>')
        + tbl(("甲", "乙"), ("丙", "丁丁"))
        + p("第三段")
    )
    path = write_docx(tmp_path / "a.docx", body, footnotes=f'<w:footnote w:id="1">{p("注")}</w:footnote>')
    read = read_text(path)
    places = {
        word: str(read.place(read.text.index(word)))
        for word in ("第一段", "二段", "框", "丁", "第三段", "注")
    }
    assert places == {
        "第一段": "第1段",
        "二段": "第2段",
        "框": "第2段文本框",
        "丁": "表1第2行第2列",
        "第三段": "第3段",
        "注": "脚注1",
    }
    line_end = read.text.index("\n第三段")
    assert str(read.place(line_end)) == "表1第2行第2列"
    assert str(read.place(line_end, line_end + 3)) == "第3段"
    assert_spans_fit(read)


def assert_spans_fit(read: Text) -> None:
    end = 0
    for span in read.spans:
        assert end <= span.start < span.end <= len(read.text)
        assert not read.text[end : span.start].strip()
        end = span.end
    assert not read.text[end:].strip()


def test_a_document_of_pictures_only_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoWords, match="扫描件或只有图片"):
        read(tmp_path, p("<w:r><w:drawing/></w:r>"))


# --- what is dangerous or broken --------------------------------------------------------------------------


def repack(data: bytes, **changes: str | bytes) -> bytes:
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, changes.pop(name, source.read(name)))
        for name, content in changes.items():
            target.writestr(name, content)
    return packed.getvalue()


def dangerous(kind: str) -> tuple[bytes, type[DomainError]]:
    data = docx_bytes(p("字" * 2000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        types = archive.read("[Content_Types].xml").decode()
        body = archive.read("word/document.xml").decode()
    if kind == "macros":
        return repack(data, **{"word/vbaProject.bin": b"x"}), FileHasMacros
    if kind == "bomb":
        huge = body.replace("<w:body>", "<w:body>" + " " * 60_000_000)
        return repack(data, **{"word/document.xml": huge}), FileIsBomb
    if kind == "dtd":
        return repack(
            data, **{"word/document.xml": body.replace("<w:document", "<!DOCTYPE a []><w:document", 1)}
        ), FileForged
    if kind == "cut":
        return data[: len(data) // 2], FileDamaged
    if kind == "not xml":
        return repack(data, **{"word/document.xml": body[:-30]}), FileDamaged
    if kind == "encrypted":
        sealed = io.BytesIO()  # the tool writes files of less than 4 KB wrongly
        data = docx_bytes(p("".join(chr(0x4E00 + at * 7919 % 20000) for at in range(9000))))
        OOXMLFile(io.BytesIO(data)).encrypt("secret", sealed)
        return sealed.getvalue(), FileEncrypted
    assert kind == "no main part"
    return repack(
        data, **{"[Content_Types].xml": types.replace("document.main", "document.other")}
    ), FileDamaged


@pytest.mark.parametrize("kind", ["macros", "bomb", "dtd", "cut", "not xml", "encrypted", "no main part"])
def test_dangerous_and_broken_files_are_refused_in_chinese(kind: str, tmp_path: Path) -> None:
    data, refusal = dangerous(kind)
    path = tmp_path / "draft.docx"
    path.write_bytes(data)
    with pytest.raises(refusal, match=r"“draft\.docx”") as caught:
        read_text(path)
    assert "字字" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".txt", ".docx"])
def test_a_classified_draft_is_refused_without_its_words(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"draft{suffix}"
    if suffix == ".txt":
        path.write_text("机密★10年\n某某情况", encoding="utf-8")
    else:
        write_docx(path, p("机密", "★10年") + p("某某情况"))
    with pytest.raises(ClassifiedFile) as caught:
        read_text(path)
    assert "某某" not in str(caught.value)
    assert read_text(path, refuse_marked=False).text == "机密★10年\n某某情况"


# --- .pdf -------------------------------------------------------------------------------------------------

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
SIZE = 16
LEFT = 80.0
WIDTH = 28 * SIZE


class Page:
    """Lines of 28 letters, as an office program would break them."""

    def __init__(self, path: Path, encrypt: StandardEncryption | None = None) -> None:
        self.canvas = Canvas(str(path), pagesize=A4, encrypt=encrypt)
        self.number = 1
        self.y = A4[1] - 110

    def paragraph(self, text: str) -> None:
        line, width, x = "", 2.0 * SIZE, LEFT + 2 * SIZE
        for letter in text:
            wide = SIZE if ord(letter) > 255 else SIZE * 0.5
            if width + wide > WIDTH + 0.1:
                self.line(line, x)
                line, width, x = "", 0.0, LEFT
            line, width = line + letter, width + wide
        self.line(line, x)

    def line(self, text: str, x: float = LEFT) -> None:
        if self.y < 110:
            self.next()
        self.canvas.setFont("STSong-Light", SIZE)
        self.canvas.drawString(x, self.y, text)
        self.y -= 29

    def next(self, head: str = "禾澄镇创建工作简报") -> None:
        self.canvas.setFont("STSong-Light", 10)
        self.canvas.drawString(LEFT, A4[1] - 50, head)
        self.canvas.drawString(A4[0] - 120, 60, f"— {self.number} —")
        self.canvas.showPage()
        self.number += 1
        self.y = A4[1] - 110


LONG = "全镇发放宣传资料多份并张贴标语若干条覆盖所有行政村和自然屯群众知晓率稳步提高" * 3 + "。"


def test_lines_of_a_pdf_are_joined_into_paragraphs_and_keep_page_and_line(tmp_path: Path) -> None:
    page = Page(tmp_path / "a.pdf")
    first = LONG.replace("条", "56条", 1)
    page.line("禾澄镇工作总结", LEFT + 160)
    page.paragraph(first)
    page.line("一、标题行", LEFT + 2 * SIZE)
    for _ in range(8):
        page.paragraph(LONG)
    page.paragraph("末段20000多份。")
    page.next()
    page.canvas.save()
    read = read_text(tmp_path / "a.pdf")
    assert read.kind == "pdf"
    assert read.text.split("\n") == ["禾澄镇工作总结", first, "一、标题行", *[LONG] * 8, "末段20000多份。"]
    assert str(read.place(0)) == "第1页第1行"
    assert str(read.place(read.text.index("56条"))) == "第1页第2行"
    last = read.place(read.text.index("20000多份"))
    assert last.page == 3
    assert_spans_fit(read)


def test_page_numbers_and_running_heads_are_left_out_unless_asked_for(tmp_path: Path) -> None:
    page = Page(tmp_path / "a.pdf")
    for number in range(4):
        page.line(f"第{number}页的字")
        page.next()
    page.canvas.save()
    assert read_text(tmp_path / "a.pdf").text == "第0页的字\n第1页的字\n第2页的字\n第3页的字"
    whole = read_text(tmp_path / "a.pdf", headers=True).text
    assert whole.count("简报") == 4
    assert "— 2 —" in whole


def test_columns_of_a_pdf_table_are_kept_apart(tmp_path: Path) -> None:
    page = Page(tmp_path / "a.pdf")
    for row in (("村", "数量"), ("东村", "20份"), ("南村", "35份")):
        for at, cell in enumerate(row):
            page.canvas.setFont("STSong-Light", SIZE)
            page.canvas.drawString(LEFT + at * 150, page.y, cell)
        page.y -= 29
    page.canvas.save()
    assert read_text(tmp_path / "a.pdf").text == "村\t数量\n东村\t20份\n南村\t35份"


def test_spacing_between_letters_and_digits_is_no_blank_but_english_words_keep_theirs(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), pagesize=A4)
    canvas.setFont("STSong-Light", SIZE)
    canvas.drawString(LEFT, 600, "共发放")
    canvas.drawString(LEFT + 3 * SIZE + 4, 600, "20350")
    canvas.drawString(LEFT + 5.5 * SIZE + 8, 600, "份")
    canvas.setFont("Times-Roman", SIZE)
    canvas.drawString(LEFT, 560, "two words")
    canvas.save()
    assert read_text(tmp_path / "a.pdf").text == "共发放20350份\ntwo words"


def scan(canvas: Canvas) -> None:
    from PIL import Image

    canvas.drawImage(ImageReader(Image.new("L", (200, 280), 200)), 0, 0, A4[0], A4[1])


def test_a_scanned_pdf_says_so(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "扫描.pdf"), pagesize=A4)
    for _ in range(2):
        scan(canvas)
        canvas.setFont("STSong-Light", 10)
        canvas.drawString(250, 30, "扫描软件")
        canvas.showPage()
    canvas.save()
    with pytest.raises(NoWords, match=r"“扫描\.pdf”里没有可读的文字，多半是扫描件"):
        read_text(tmp_path / "扫描.pdf")


def test_scanned_pages_among_others_are_named(tmp_path: Path) -> None:
    page = Page(tmp_path / "a.pdf")
    page.paragraph(LONG)
    page.next(head="")
    scan(page.canvas)
    page.canvas.showPage()
    page.canvas.save()
    read = read_text(tmp_path / "a.pdf")
    assert read.text == LONG
    (problem,) = read.problems
    assert (problem.code, problem.level) == ("text.picture_pages", "warning")
    assert str(problem).startswith("a.pdf：第2页是图片，没有文字")


def test_an_encrypted_pdf_is_refused_and_one_that_only_forbids_copying_is_read(tmp_path: Path) -> None:
    locked = Page(tmp_path / "locked.pdf", StandardEncryption("secret", "owner"))
    locked.paragraph(LONG)
    locked.canvas.save()
    with pytest.raises(FileEncrypted):
        read_text(tmp_path / "locked.pdf")
    free = Page(tmp_path / "free.pdf", StandardEncryption("", "owner", canCopy=0))
    free.paragraph(LONG)
    free.canvas.save()
    assert read_text(tmp_path / "free.pdf").text == LONG


def test_a_cut_pdf_is_refused(tmp_path: Path) -> None:
    page = Page(tmp_path / "a.pdf")
    page.paragraph(LONG)
    page.canvas.save()
    data = (tmp_path / "a.pdf").read_bytes()
    (tmp_path / "a.pdf").write_bytes(data[: len(data) // 2])
    with pytest.raises(FileDamaged):
        read_text(tmp_path / "a.pdf")


# --- .doc -------------------------------------------------------------------------------------------------


def test_an_old_doc_is_read() -> None:
    import shutil

    require("antiword（读旧版 .doc）", shutil.which("antiword"), "请安装 antiword")
    read = read_text(DATA / "old-report.doc")
    lines = read.text.split("\n")
    assert lines[0] == "一、发放资料20000多份，张贴标语56条。"
    assert lines[-3:] == ["村\t数量\t备注", "东村\t12份\t", "末段"]
    assert str(read.place(read.text.index("4.447"))) == "第2段"
    assert_spans_fit(read)


def test_without_the_converter_the_refusal_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # a machine without antiword
    with pytest.raises(DomainError) as caught:
        read_text(DATA / "old-report.doc")
    assert caught.value.code == "text.doc_reader_missing"
    assert "另存为 .docx" in str(caught.value)


def test_a_mark_in_a_page_header_is_found_though_headers_are_left_out(tmp_path: Path) -> None:
    path = write_docx(tmp_path / "文稿.docx", p("发放200份。"), header1=p("机密★1年"))
    with pytest.raises(ClassifiedFile):
        read_text(path)
    assert "机密" not in read_text(path, refuse_marked=False).text
