"""Workbooks that reach too far, unfold to too much, calculate, fetch, lead outside, or stop."""

# ruff: noqa: PLW0108 - every one is a function of its own, called when its file is sent

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import partial

import xlwt

from tests.hardness.hostile.file import Hostile, spoiled
from tests.hardness.hostile.words import relations
from tests.web.workbooks import content, rows_for

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
GOOD = content(rows_for(office=False, word="表"))
ODS = "application/vnd.oasis.opendocument.spreadsheet"
Make = Callable[[], bytes]


def files(web: str) -> Iterator[Hostile]:
    """All of this family."""
    for name, make in {**_far(), **_bombs(), **_acting(web), **_crooked()}.items():
        yield Hostile("workbooks", f"{name}.xlsx", make)
    for name, make in {**_old(), **_open(web), **_separated()}.items():
        yield Hostile("workbooks", name, make)
    yield from spoiled("workbooks", "台账{}.xlsx", GOOD, 6, 8, 41)
    yield from spoiled("workbooks", "旧台账{}.xls", _xls(), 3, 5, 42)


def changed(**changes: str | bytes) -> bytes:
    """The good workbook with these members changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.pop(name, old.read(name)))
        for name, data in changes.items():
            new.writestr(name, data)
    return out.getvalue()


def sheet(rows: str, after: str = "", before: str = "") -> bytes:
    """The good workbook with another first sheet."""
    return changed(
        **{SHEET: f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'}
    )


def cell(where: str, text: str, more: str = "") -> str:
    """A row of one cell of text."""
    return f'<row><c r="{where}" t="inlineStr"{more}><is><t>{text}</t></is></c></row>'


def formula(text: str) -> bytes:
    """A sheet with one formula and its last value."""
    return sheet(f'<row r="1"><c r="A1" t="str"><f>{text}</f><v>5</v></c></row>')


def _far() -> dict[str, Make]:
    return {
        "远处一格": lambda: sheet(cell("XFD1048576", "x")),
        "整表合并": lambda: sheet(
            cell("A1", "x"), '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
        ),
        "合并重叠": lambda: sheet(
            cell("A1", "x"), "<mergeCells>" + '<mergeCell ref="A1:Z99"/>' * 60_000 + "</mergeCells>"
        ),
        "宣称极大": lambda: sheet(cell("A1", "x"), before='<dimension ref="A1:XFD1048576"/>'),
        "没有范围": partial(_many_rows, 200_000),
        "很多列": lambda: sheet("<row>" + "<c><v>1</v></c>" * 300_000 + "</row>"),
        "隐藏行": lambda: sheet('<row hidden="1"/>' * 400_000 + cell("A400001", "x")),
        "列号怪": lambda: sheet(cell("ZZZZZZZ99999999999", "x")),
        "行号怪": lambda: sheet(
            '<row r="-5"><c r="A0"><v>1</v></c></row><row r="99999999999999"><c><v>1</v></c></row>'
        ),
        "行号乱": lambda: sheet(
            "".join(f'<row r="{9_999 - n}"><c r="A{n}"><v>1</v></c></row>' for n in range(9_000))
        ),
        "重复格": lambda: sheet(cell("A1", "x") * 50_000),
    }


def _many_rows(count: int) -> bytes:
    row = "<row><c><v>1</v></c><c><v>2</v></c><c><v>3</v></c><c><v>4</v></c></row>"
    return sheet(row * count)


def _bombs() -> dict[str, Make]:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    return {
        "一格炸弹": lambda: sheet(cell("A1", " " * 60_000_000)),
        "共享文字炸弹": lambda: changed(
            **{"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>{" " * 60_000_000}</t></si></sst>'}
        ),
        "样式过多": lambda: changed(
            **{
                "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs>'
                + "<xf/>" * 900_000
                + "</cellXfs></styleSheet>"
            }
        ),
        "名称过多": lambda: changed(
            **{
                "xl/workbook.xml": f'<workbook xmlns="{MAIN}"><sheets/><definedNames>'
                + '<definedName name="a">1</definedName>' * 200_000
                + "</definedNames></workbook>"
            }
        ),
        "工作表过多": _many_sheets,
        "十亿次笑": lambda: changed(
            **{SHEET: f'<!DOCTYPE a [<!ENTITY l0 "哈">{laughs}]><worksheet xmlns="{MAIN}">&l8;</worksheet>'}
        ),
        "共享实体": lambda: changed(
            **{
                "xl/sharedStrings.xml": f'<!DOCTYPE a [<!ENTITY b "x">]><sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
            }
        ),
        "重叠": _overlapping,
        "很多部件": lambda: changed(**{f"x/{n}": b"" for n in range(3_000)}),
        "嵌套很深": lambda: sheet("<row>" + "<a>" * 20_000 + "</a>" * 20_000 + "</row>"),
        "假长度": lambda: _declared(GOOD, 9),
        "媒体炸弹": lambda: changed(**{"xl/media/a.png": b"\0" * 60_000_000}),
    }


def _many_sheets() -> bytes:
    named = "".join(f'<sheet name="s{n}" sheetId="{n + 1}" r:id="rId1"/>' for n in range(20_000))
    space = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    return changed(
        **{
            "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{space}"><sheets>{named}</sheets></workbook>'
        }
    )


def _overlapping() -> bytes:
    """Many members of the directory that are one and the same data."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * 1_000_000)
        first = archive.infolist()[0]
        for number in range(1_500):
            twin = zipfile.ZipInfo(f"xl/{number}.xml")
            twin.header_offset, twin.compress_type = first.header_offset, first.compress_type
            twin.compress_size, twin.file_size, twin.CRC = first.compress_size, first.file_size, first.CRC
            archive.filelist.append(twin)
    return out.getvalue()


def _declared(data: bytes, size: int) -> bytes:
    """The directory's lengths are lies."""
    made = bytearray(data)
    at = made.find(b"PK\x01\x02")
    while at >= 0:
        made[at + 24 : at + 28] = struct.pack("<I", size)
        at = made.find(b"PK\x01\x02", at + 4)
    return bytes(made)


def _acting(web: str) -> dict[str, Make]:
    link = f'<externalLink xmlns="{MAIN}"><externalBook/></externalLink>'
    connection = f'<connections xmlns="{MAIN}"><connection id="1" name="a" type="4"><webPr url="{web}/c"/></connection></connections>'
    codes = {
        "动态交换": "cmd|' /C calc'!A0", "网页函数": f'WEBSERVICE("{web}/w")', "超链函数": f'HYPERLINK("{web}/h","点")',
        "取图函数": f'IMAGE("{web}/i.png")', "外部引用": f"'{web}/[a.xlsx]s'!A1", "宏函数": 'CALL("kernel32","WinExec","JCJ","calc",0)',
        "公式很长": "1" + "+1" * 300_000, "公式很深": "(" * 60_000 + "1" + ")" * 60_000,
    }  # fmt: skip
    made: dict[str, Make] = {name: partial(formula, code) for name, code in codes.items()}
    return made | {
        "外部链接": lambda: changed(**{"xl/externalLinks/externalLink1.xml": link, "xl/externalLinks/_rels/externalLink1.xml.rels": relations(("externalLinkPath", f"{web}/l.xlsx"))}),
        "数据连接": lambda: changed(**{"xl/connections.xml": connection}),
        "外部图片": lambda: changed(**{"xl/drawings/_rels/drawing1.xml.rels": relations(("image", f"{web}/d.png"))}),
        "外部实体": lambda: changed(**{SHEET: f'<!DOCTYPE a [<!ENTITY x SYSTEM "{web}/xxe">]><worksheet xmlns="{MAIN}"><sheetData>{cell("A1", "&x;")}</sheetData></worksheet>'}),
        "取本机": lambda: changed(**{"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}),
        "文字像公式": lambda: sheet("".join(cell(f"A{n}", text) for n, text in enumerate(("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1"), 1))),
        "网页文字": lambda: content([("宣传资料发放台账",), ("发放日期", "发放数量", "地点"), ("2024-04-21", "30", "<script>alert(1)</script>{{7*7}}")]),
        "宏": lambda: changed(**{"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        "宏表": lambda: changed(**{"xl/macrosheets/sheet1.xml": "<a/>"}),
        "控件": lambda: changed(**{"xl/activeX/activeX1.bin": b"x"}),
        "对象包": lambda: changed(**{"xl/embeddings/oleObject1.bin": "\x01Ole10Native".encode("utf-16-le")}),
        "路径": lambda: changed(**{"../../../../tmp/x": b"x"}),
        "路径关系": lambda: changed(**{"xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="x" Target="../../../../etc/passwd"/></Relationships>'}),
    }  # fmt: skip


def _crooked() -> dict[str, Make]:
    return {
        "数字怪": lambda: sheet("".join(f'<row r="{n}"><c r="A{n}"><v>{text}</v></c></row>' for n, text in enumerate(("1e999999999", "nan", "-inf", "0x1F", "1" * 5_000, "１２", "1,2.3"), 1))),
        "日期怪": lambda: sheet("".join(f'<row r="{n}"><c r="A{n}" t="d"><v>{text}</v></c></row>' for n, text in enumerate(("9999-99-99", "0000-00-00", "-1", "2024-02-30T99:99:99"), 1))),
        "类型怪": lambda: sheet('<row r="1"><c r="A1" t="zzz"><v>1</v></c><c r="B1" t="s"><v>999999</v></c><c r="C1" t="s"><v>-1</v></c><c r="D1" t="b"><v>9</v></c></row>'),
        "样式号怪": lambda: sheet('<row r="1"><c r="A1" s="99999999"><v>1</v></c></row>'),
        "没有主部": lambda: changed(**{"xl/workbook.xml": ""}),
        "表名怪": lambda: GOOD.replace(b"Sheet", b"Sh\0et"),
        "没有关系": lambda: changed(**{"xl/_rels/workbook.xml.rels": "<a/>"}),
        "表是图": lambda: changed(**{SHEET: b"\x89PNG\r\n\x1a\n"}),
        "控制字": lambda: sheet(cell("A1", "&#1;_x0000_&#xFFFF;")),
        "加密位": lambda: _flagged(GOOD),
        "二进制表": lambda: changed(**{"[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'}),
    }  # fmt: skip


def _flagged(data: bytes) -> bytes:
    made = bytearray(data)
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        where = made.find(mark)
        made[where + at] |= 1
    return bytes(made)


def _xls() -> bytes:
    book, out = xlwt.Workbook(), io.BytesIO()
    page = book.add_sheet("登记")
    for row, texts in enumerate(rows_for(office=False, word="旧")):
        for column, text in enumerate(texts):
            page.write(row, column, text)
    book.save(out)
    return out.getvalue()


def _old() -> dict[str, Make]:
    """Old workbooks; a record is kind, length, body."""
    start = struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0, 0, 0, 0)

    def with_record(record: bytes) -> bytes:
        good = bytearray(_xls())
        at = good.find(start[:8])
        good[at + 20 : at + 20 + len(record)] = record
        return bytes(good)

    return {
        "要密码.xls": lambda: with_record(struct.pack("<HHH", 0x002F, 2, 0)),
        "宏表.xls": lambda: with_record(struct.pack("<HHIBB", 0x0085, 8, 0, 0, 1) + b"\1\0a"),
        "记录无尽.xls": lambda: with_record(struct.pack("<HH", 0x00FC, 0xFFFF)),
        "网页表.xls": lambda: b"<html><table><tr><td>=cmd|' /C calc'!A0</td></tr></table></html>",
        "旧式标记.xls": lambda: (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
        ),
        "乱流.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(255, -1, -1)) * 40,
    }


def _ods(inside: str, **more: str | bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), ODS)
        archive.writestr("content.xml", inside)
        for name, data in more.items():
            archive.writestr(name, data)
    return out.getvalue()


def _open(web: str) -> dict[str, Make]:
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
        for short in ("office", "table", "text")
    )

    def book(rows: str) -> str:
        return f'<office:document-content {spaces}><office:body><office:spreadsheet><table:table table:name="a">{rows}</table:table></office:spreadsheet></office:body></office:document-content>'

    row = '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="{}" office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    return {
        "重复到底.ods": lambda: _ods(book(row.format(1_048_576, 16_384))),
        "重复负数.ods": lambda: _ods(book(row.format(-5, "abc"))),
        "重复相乘.ods": lambda: _ods(book(row.format(90_000, 5) * 50)),
        "实体.ods": lambda: _ods(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{web}/ods">]>' + book("&x;")),
        "程序.ods": lambda: _ods(book(row.format(1, 1)), **{"Basic/Standard/Module1.xml": "<a/>"}),
        "加密.ods": lambda: _ods("x", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}),
        "炸弹.ods": lambda: _ods(" " * 60_000_000),
        "很深.ods": lambda: _ods("<a>" * 100_000),
        "空.ods": lambda: _ods(""),
    }


def _separated() -> dict[str, Make]:
    head = "发放日期,发放数量,地点\n"
    return {
        "公式.csv": lambda: (head + "2024-04-21,30,=cmd|' /C calc'!A0\n2024-04-22,40,@SUM(1)\n").encode(),
        "引号.csv": lambda: (head + '2024-04-21,"30,甲\n' * 9_000).encode(),
        "空字节.csv": lambda: head.encode() + b"\0" * 100_000,
        "长行.csv": lambda: (head + "9" * 20_000_000).encode(),
        "很多列.csv": lambda: ("," * 5_000_000).encode(),
        "很多行.csv": lambda: (head + "a\n" * 3_000_000).encode(),
        "坏编码.csv": lambda: b"\xff\xfe\xfd" * 4_000,
        "双字节.csv": lambda: (head + "2024-04-21,30,甲\n").encode("utf-16"),
        "日文编码.csv": lambda: "日付,数量,場所ポ\n".encode("shift_jis") * 50,
        "韩文编码.csv": lambda: "날짜,수량,장소\n".encode("euc-kr") * 50,
        "方向.csv": lambda: (head + "2024-04-21,30,\u202e甲\u202c\n" * 50).encode(),
        "只有分隔.tsv": lambda: b"\t\t\t\n" * 1_000,
        "网页.csv": lambda: b"<html><script>alert(1)</script>",
        "换行.csv": lambda: b"\r\n\x85\x0b\x0c" * 3_000,
    }
