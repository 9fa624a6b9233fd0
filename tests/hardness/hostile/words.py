"""Word packages made to harm: bombs, entities, macros, paths, depth, fields that fetch; and old .doc files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests.hardness.hostile.file import WORDS, Hostile, given, spoiled
from tests.office.word_packages import docx_bytes, p

DOC = Path(__file__).resolve().parents[2] / "office" / "data" / "old-report.doc"
MAIN = "word/document.xml"
SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def files(web: str) -> Iterator[Hostile]:
    """All of this family."""
    for name, changes in {**_bombs(), **_links(web), **_crooked()}.items():
        yield Hostile("words", f"{name}.docx", lambda changes=changes: repacked(**changes))  # type: ignore[misc]
    good = docx_bytes(p(WORDS * 40))
    yield from spoiled("words", "文稿{}.docx", good, 8, 12, 31)
    old = DOC.read_bytes()
    yield from spoiled("words", "旧文稿{}.doc", old, 4, 6, 32)
    yield given("words", "旧文件.docx", old)
    yield given("words", "乱流.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40)
    yield given("words", "只有头.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    yield given("words", "富文本.doc", b"{\\rtf1{\\object\\objemb\\objupdate{\\*\\objdata 0105}}}")


def repacked(**changes: str | bytes) -> bytes:
    """A good .docx with these members changed or added."""
    kept = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(docx_bytes(p(WORDS)))) as source,
        zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(name, changes.pop(name, source.read(name)))
        for name, content in changes.items():
            target.writestr(name, content)
    return kept.getvalue()


def body(inside: str) -> str:
    """A document part."""
    return f'<?xml version="1.0"?><w:document xmlns:w="{SPACE}" xmlns:r="{OFFICE}"><w:body>{inside}</w:body></w:document>'


def relations(*kinds: tuple[str, str]) -> str:
    """A relations part: kind and target of each, all external."""
    listed = "".join(
        f'<Relationship Id="x{at}" Type="{OFFICE}/{kind}" Target="{target}" TargetMode="External"/>'
        for at, (kind, target) in enumerate(kinds)
    )
    return f'<Relationships xmlns="{RELATIONS}">{listed}</Relationships>'


def field(code: str) -> str:
    """A document with one field."""
    return body(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText>{code}</w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>{WORDS}</w:t></w:r></w:p>'
    )


Changes = dict[str, dict[str, str | bytes]]


def _bombs() -> Changes:
    paragraph = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    squares = "".join(f'<!ENTITY q "{"a" * 40_000}">')
    return {
        "正文炸弹": {MAIN: body(" " * 60_000_000)},
        "媒体炸弹": {"word/media/a.bin": b"\0" * 60_000_000},
        "许多炸弹": {f"word/media/{n}.bin": b"\0" * 12_000_000 for n in range(10)},
        "实体": {MAIN: '<!DOCTYPE a [<!ENTITY b "x">]>' + body("<w:p/>")},
        "十亿次笑": {MAIN: f'<!DOCTYPE a [<!ENTITY l0 "哈">{laughs}]>' + body("&l8;")},
        "平方增长": {MAIN: f"<!DOCTYPE a [{squares}]>" + body("&q;" * 40_000)},
        "双字节实体": {
            MAIN: ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>').encode(
                "utf-16"
            )
        },
        "很多部件": {f"x/{number}": b"" for number in range(3_000)},
        "很深": {MAIN: body("<w:p>" * 5_000 + "</w:p>" * 5_000)},
        "表套表": {MAIN: body("<w:tbl><w:tr><w:tc>" * 800 + "</w:tc></w:tr></w:tbl>" * 800)},
        "很多段": {MAIN: body(paragraph * 4_000)},
        "很多属性": {MAIN: body("<w:p " + " ".join(f'a{n}="1"' for n in range(50_000)) + "/>")},
        "很多空段": {MAIN: body("<w:p/>" * 400_000)},
        "很长的字": {MAIN: body(f"<w:p><w:r><w:t>{'长' * 3_000_000}</w:t></w:r></w:p>")},
        "很多批注": {
            "word/comments.xml": f'<w:comments xmlns:w="{SPACE}">'
            + "<w:comment/>" * 200_000
            + "</w:comments>"
        },
    }


def _links(web: str) -> Changes:
    rels = "word/_rels/document.xml.rels"
    settings = "word/_rels/settings.xml.rels"
    return {
        "远程模板": {settings: relations(("attachedTemplate", f"{web}/t.dotm"))},
        "外部图片": {rels: relations(("image", f"{web}/i.png"))},
        "外部对象": {rels: relations(("oleObject", f"{web}/o"))},
        "外部框架": {rels: relations(("frame", f"{web}/f"))},
        "子文档": {rels: relations(("subDocument", f"{web}/s.docx")), MAIN: body('<w:subDoc r:id="x0"/>')},
        "并入网页": {rels: relations(("aFChunk", f"{web}/c.html")), MAIN: body('<w:altChunk r:id="x0"/>')},
        "内嵌网页": {"word/afchunk.mht": b"<script>alert(1)</script>", MAIN: body('<w:altChunk r:id="x0"/>')},
        "本机文件": {rels: relations(("image", "file:///etc/passwd"), ("hyperlink", "javascript:alert(1)"))},
        "共享路径": {rels: relations(("image", r"\\\\127.0.0.1\\share\\a.png"))},
        "域取图": {MAIN: field(f'INCLUDEPICTURE "{web}/p.png"')},
        "域取文": {MAIN: field('INCLUDETEXT "/etc/passwd"')},
        "域动态交换": {MAIN: field(r'DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc"')},
        "域宏按钮": {MAIN: field("MACROBUTTON AutoOpen 点这里")},
        "域数据库": {MAIN: field(f'DATABASE \\d "{web}/d"')},
        "外部实体": {MAIN: f'<!DOCTYPE a [<!ENTITY x SYSTEM "{web}/xxe">]>' + body("<w:p>&x;</w:p>")},
        "外部定义": {MAIN: f'<!DOCTYPE a SYSTEM "{web}/dtd">' + body("<w:p/>")},
        "取本机": {MAIN: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + body("<w:p>&x;</w:p>")},
        "包含": {
            MAIN: body(
                '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd" parse="text"/>'
            )
        },
        "样式单": {MAIN: f'<?xml-stylesheet href="{web}/x.xsl" type="text/xsl"?>' + body("<w:p/>")},
    }


def _crooked() -> Changes:
    paragraph = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"
    enabled = "application/vnd.ms-word.document.macroEnabled.main+xml"
    return {
        "宏": {"word/vbaProject.bin": b"x"},
        "宏类型": {
            "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Override PartName="/{MAIN}" ContentType="{enabled}"/></Types>'
        },
        "对象": {"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" * 100},
        "对象包": {"word/embeddings/oleObject1.bin": "\x01Ole10Native".encode("utf-16-le")},
        "控件": {"word/activeX/activeX1.xml": "<a/>"},
        "路径": {"../../etc/x": b"x"},
        "绝对路径": {"/etc/x": b"x"},
        "反斜杠路径": {"word\\..\\..\\x": b"x"},
        "盘符路径": {"c:/x": b"x"},
        "没有正文": {MAIN: ""},
        "坏正文": {MAIN: body(paragraph)[:-20]},
        "坏编码": {MAIN: body(paragraph).encode("utf-16")},
        "错报编码": {MAIN: body(paragraph).replace("?>", ' encoding="shift_jis"?>').encode()},
        "没有类型": {"[Content_Types].xml": ""},
        "空关系": {"_rels/.rels": "<a/>"},
        "正文是图": {MAIN: b"\x89PNG\r\n\x1a\n" + b"\0" * 100},
        "控制字": {MAIN: body("<w:p><w:r><w:t>&#1;&#0;&#xFFFF;&#xD800;</w:t></w:r></w:p>")},
    }
