"""Workbooks that may not or cannot be read are refused in Chinese: what is wrong, in which file, what to do."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
import pyzipper
import xlwt
from msoffcrypto.format.ooxml import OOXMLFile

from tests.office.workbooks import (
    MAIN,
    SHEET,
    repack,
    save_csv,
    save_ods,
    save_xls,
    save_xlsx,
    sheet_xml,
    with_sheet,
)
from youju.core.problem import DomainError
from youju.office.archive import (
    FileDamaged,
    FileEncrypted,
    FileForged,
    FileHasMacros,
    FileHasPackage,
    FileIsBomb,
)
from youju.office.child import FileTooBig
from youju.office.sheets.limits import QuotesUnbalanced, SheetTooBig, TooManySheets
from youju.office.sniff import ClassifiedFile, FileEmpty, WrongKind, WrongSuffix
from youju.office.workbook import read_workbook


def refusal(path: Path, kind: type[DomainError], name: str | None = None) -> str:
    with pytest.raises(kind) as caught:
        read_workbook(path, name=name)
    text = caught.value.message
    assert (name or path.name) in text
    assert "。" in text
    return text


def plain(folder: Path) -> Path:
    return save_xlsx(folder / "台账.xlsx", {"1月": [["日期", "数量"], ["3月5日", Decimal(5)]]})


# --- wrong kinds ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "real"),
    [
        ("台账.xls", "<html><table><tr><td>日期</td></tr></table></html>".encode(), "网页"),
        ("台账.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "图片"),
        ("台账.xlsx", b"Rar!\x1a\x07\x01\0", "压缩包"),
        ("台账.xlsx", b"MZ\x90\0\x03\0\0\0", "程序"),
        ("台账.xls", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "XML"),
        ("台账.et", b"anything", "WPS"),
        ("台账.pdf", b"%PDF-1.4\n...\nstartxref\n0\n%%EOF\n", ".pdf"),
    ],
)  # fmt: skip
def test_what_is_no_workbook_is_told_by_its_content(
    name: str, content: bytes, real: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert real in refusal(path, WrongKind)


@pytest.mark.parametrize("name", ["台账.xlsx", "台账.xls", "台账.ods"])
def test_a_csv_under_another_suffix_says_which_it_should_bear(name: str, tmp_path: Path) -> None:
    path = save_csv(tmp_path / name, [["日期", "数量"]])

    assert ".csv" in refusal(path, WrongSuffix) or "纯文本" in refusal(path, WrongSuffix)


def test_an_xlsx_called_xls_says_so(tmp_path: Path) -> None:
    path = plain(tmp_path).rename(tmp_path / "台账.xls")

    assert ".xlsx" in refusal(path, WrongSuffix)


def test_empty_files_and_empty_workbooks(tmp_path: Path) -> None:
    nothing = tmp_path / "空.csv"
    nothing.write_bytes(b"")
    refusal(nothing, FileEmpty)
    refusal(save_xlsx(tmp_path / "空.xlsx", {"1月": []}), FileEmpty)
    refusal(save_ods(tmp_path / "空.ods", {"1月": [[None, " "]]}), FileEmpty)


def test_a_quotation_mark_that_never_closes(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text('日期,说明\n3月5日,"没有成对\n3月6日,x\n', encoding="utf-8")

    assert "第2行" in refusal(path, QuotesUnbalanced)


# --- passwords --------------------------------------------------------------------------------------------


def test_workbooks_with_a_password(tmp_path: Path) -> None:
    source = plain(tmp_path)
    encrypted = tmp_path / "加密.xlsx"
    with source.open("rb") as clear, encrypted.open("wb") as locked:
        OOXMLFile(clear).encrypt("secret", locked)

    old = save_xls(tmp_path / "加密.xls", {"1月": [["日期"]]})
    data = old.read_bytes()
    start = data.index(
        b"\x09\x08\x10\x00\x00\x06\x05\x00"
    )  # the workbook's first record; the next becomes FILEPASS
    old.write_bytes(data[: start + 20] + b"\x2f\x00" + data[start + 22 :])

    zipped = tmp_path / "加密2.xlsx"
    with pyzipper.AESZipFile(zipped, "w", encryption=pyzipper.WZ_AES) as package:
        package.setpassword(b"secret")
        package.writestr("xl/workbook.xml", "x")

    manifest = (
        b'<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        b'<manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>'
        b"</manifest:manifest>"
    )
    open_document = repack(
        save_ods(tmp_path / "a.ods", {"1月": [["日期"]]}),
        {"META-INF/manifest.xml": manifest},
        tmp_path / "加密.ods",
    )

    for path in (encrypted, old, zipped, open_document):
        assert "密码" in refusal(path, FileEncrypted)


# --- damaged ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_files_cut_off_anywhere_are_damaged_never_half_read(
    share: float, suffix: str, tmp_path: Path
) -> None:
    grid = [["日期", "数量"], *([f"3月{day}日", str(day)] for day in range(1, 31))]
    save = {".xlsx": save_xlsx, ".xls": save_xls, ".ods": save_ods}[suffix]
    path = save(tmp_path / f"台账{suffix}", {"1月": grid})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])

    refusal(path, FileDamaged)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        (SHEET, b"<worksheet"),
        (SHEET, b"\xff\xfe\x00"),
        ("xl/workbook.xml", b"<workbook/"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships xmlns='x'/>"),
    ],
)
def test_parts_that_are_no_xml_or_do_not_fit(part: str, content: bytes, tmp_path: Path) -> None:
    refusal(repack(plain(tmp_path), {part: content}, tmp_path / "坏.xlsx"), FileDamaged)


def test_a_byte_changed_in_a_compressed_part_is_noticed(tmp_path: Path) -> None:
    path = plain(tmp_path)
    with zipfile.ZipFile(path) as package:
        at = package.getinfo(SHEET).header_offset
    data = bytearray(path.read_bytes())
    data[at + 60] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(DomainError) as caught:
        read_workbook(path)
    assert caught.value.code in ("file.damaged", "file.forged", "file.unreadable")


# --- bombs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", ["XFD1", "A1048576", "XFD1048576", "B250001"])
def test_a_cell_far_away_is_named(cell: str, tmp_path: Path) -> None:
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    path = with_sheet(tmp_path, f'<row r="{row}"><c r="{cell}"><v>1</v></c></row>')

    text = refusal(path, SheetTooBig)
    assert cell in text
    assert "工作表“1月”" in text


def test_far_away_cells_of_old_and_open_workbooks(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    book.add_sheet("1月").write(65_535, 255, "x")
    book.save(str(tmp_path / "台账.xls"))
    far = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0">'
        '<office:body><office:spreadsheet><table:table table:name="1月">'
        '<table:table-row table:number-rows-repeated="1048576">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
        "</table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
    )
    ods = save_ods(tmp_path / "a.ods", {"1月": [["x"]]})

    assert "IV65536" in refusal(tmp_path / "台账.xls", SheetTooBig)
    assert "1月" in refusal(repack(ods, {"content.xml": far.encode()}, tmp_path / "台账.ods"), SheetTooBig)


def test_a_csv_with_too_many_rows(tmp_path: Path) -> None:
    path = tmp_path / "台账.csv"
    path.write_text("a,b\n" * 100_001, encoding="utf-8")

    assert "100001" in refusal(path, SheetTooBig)


def test_a_part_that_unfolds_without_end(tmp_path: Path) -> None:
    blanks = sheet_xml(" " * 60_000_000)
    refusal(repack(plain(tmp_path), {SHEET: blanks}, tmp_path / "bomb.xlsx"), FileIsBomb)


def test_a_part_that_says_less_than_it_holds(tmp_path: Path) -> None:
    path = repack(plain(tmp_path), {SHEET: sheet_xml(" " * 3_000_000)}, tmp_path / "lie.xlsx")
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as package:
        real = struct.pack("<I", package.getinfo(SHEET).file_size)
    while real in data:
        at = data.index(real)
        data[at : at + 4] = struct.pack("<I", 100)
    path.write_bytes(data)

    with pytest.raises(DomainError) as caught:
        read_workbook(path)
    assert caught.value.code in ("file.bomb", "file.forged")


def test_thousands_of_parts_and_of_sheets(tmp_path: Path) -> None:
    parts = repack(
        plain(tmp_path), {f"xl/media/{number}.bin": b"" for number in range(2_001)}, tmp_path / "a.xlsx"
    )
    refusal(parts, FileIsBomb)
    book = openpyxl.Workbook()
    for number in range(201):
        book.create_sheet(f"表{number}")
    book.save(tmp_path / "b.xlsx")
    refusal(tmp_path / "b.xlsx", TooManySheets)


def test_overlapping_parts(tmp_path: Path) -> None:
    """Many names for one compressed block: small to store, endless to unfold."""
    block = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = block.compress(b" " * 100_000) + block.flush()
    name = b"xl/workbook.xml"
    crc = zlib.crc32(b" " * 100_000)
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), 100_000, len(name), 0)
    out = io.BytesIO(local + name + packed)
    out.seek(0, io.SEEK_END)
    directory_at = out.tell()
    for number in range(50):
        entry_name = name + str(number).encode()
        out.write(
            struct.pack(
                "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(packed), 100_000,
                len(entry_name), 0, 0, 0, 0, 0, 0,
            )
            + entry_name
        )  # fmt: skip
    size = out.tell() - directory_at
    out.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 50, 50, size, directory_at, 0))
    path = tmp_path / "台账.xlsx"
    path.write_bytes(out.getvalue())

    refusal(path, FileForged)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_declared_entities(declaration: str, tmp_path: Path) -> None:
    part = f'<?xml version="1.0"?>{declaration}<worksheet xmlns="{MAIN}"/>'.encode()
    for encoded in (part, part.decode().encode("utf-16")):
        refusal(repack(plain(tmp_path), {SHEET: encoded}, tmp_path / "x.xlsx"), FileForged)


def test_parts_that_lead_outside(tmp_path: Path) -> None:
    refusal(repack(plain(tmp_path), {"../../etc/cron.d/x": b"x"}, tmp_path / "x.xlsx"), FileForged)


def test_more_text_than_is_handed_over(tmp_path: Path) -> None:
    """Each cell may hold 32,767 characters; a few thousand of them are more than any ledger."""
    text = "防火" * 16_000
    rows = "".join(f'<row><c t="s"><v>0</v></c><c t="s"><v>{n % 2}</v></c></row>' for n in range(900))
    strings = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si><si><t>{text}x</t></si></sst>'
    source = plain(tmp_path)
    refusal(
        repack(
            source, {SHEET: sheet_xml(rows), "xl/sharedStrings.xml": strings.encode()}, tmp_path / "x.xlsx"
        ),
        FileTooBig,
    )


# --- programs and embedded files --------------------------------------------------------------------------


def test_macro_sheets_of_old_workbooks_are_refused(tmp_path: Path) -> None:
    path = save_xls(tmp_path / "台账.xls", {"aaa": [["x"]]})
    data = bytearray(path.read_bytes())
    listed = data.index(b"\x85\x00")
    data[listed + 4 + 5] = 1  # kind of sheet: Excel 4 macros
    path.write_bytes(data)

    refusal(path, FileHasMacros)


def test_embedded_files_are_refused(tmp_path: Path) -> None:
    changes = {"xl/embeddings/oleObject1.bin": b"..." + "\x01Ole10Native".encode("utf-16-le") + b"..."}
    refusal(repack(plain(tmp_path), changes, tmp_path / "x.xlsx"), FileHasPackage)


# --- marks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["机密★10年", "秘 密 ★", "密级：秘密", "绝密★启用前", "内部资料　注意保存", "【内部资料】", "工作秘密"],
)
def test_a_marked_sheet_is_refused_and_not_repeated(text: str, tmp_path: Path) -> None:
    path = save_xlsx(tmp_path / "台账.xlsx", {"1月": [["x"]], "名单": [["日期"], [text], ["张三丰"]]})

    said = refusal(path, ClassifiedFile)
    assert "第2张工作表第2行" in said
    assert "名单" not in said
    assert "非涉密系统" in said


def test_a_mark_split_over_two_cells_in_a_page_header_a_sheet_name_or_the_file_name(tmp_path: Path) -> None:
    split = save_xlsx(tmp_path / "a.xlsx", {"1月": [["编号：1", "密级：", "机密"]]})
    assert "第1张工作表第1行" in refusal(split, ClassifiedFile)

    header = with_sheet(
        tmp_path,
        "<row><c><v>1</v></c></row>",
        "<headerFooter><oddHeader>&amp;R机密★5年</oddHeader></headerFooter>",
    )
    assert "页眉页脚" in refusal(header, ClassifiedFile)

    named = save_xls(tmp_path / "a.xls", {"机密★": [["x"]]})
    assert "名称" in refusal(named, ClassifiedFile)

    assert "文件名" in refusal(plain(tmp_path), ClassifiedFile, "（秘密）台账.xlsx")


@pytest.mark.parametrize("text", ["发放保密宣传资料", "开展国家秘密保护宣传教育", "整理内部资料3份", "秘密"])
def test_words_about_secrets_are_no_marks(text: str, tmp_path: Path) -> None:
    assert read_workbook(save_xlsx(tmp_path / "台账.xlsx", {"1月": [["内容"], [text]]})).sheets
