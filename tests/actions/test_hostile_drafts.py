"""A hundred files that mean harm or are broken, brought as drafts: each is checked or refused in Chinese, and none stays."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ledgers import LedgerDatabase
from tests.office.word_packages import docx_bytes, p
from tests.town import START, Town, build_town
from youju.actions import auditing, audits, clock
from youju.core.problem import DomainError
from youju.store.models import AuditDraft

DOC = Path(__file__).resolve().parents[1] / "office" / "data" / "old-report.doc"
WORDS = "全镇发放宣传资料200份，召开专题学习会4次。"
File = tuple[str, bytes]


@pytest.fixture(scope="module")
def files() -> list[File]:
    return [*packages(), *mutants(), *papers(), *disguised(), *plain()]


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
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{inside}</w:body></w:document>'


def packages() -> Iterator[File]:
    """Word packages made to harm: bombs, entities, macros, paths, depth, numbers of members."""
    main = "word/document.xml"
    paragraph = f"<w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>"
    yield "炸弹.docx", repacked(**{main: body(" " * 60_000_000)})
    yield "炸弹2.docx", repacked(**{"word/media/a.bin": b"\0" * 60_000_000})
    yield "实体.docx", repacked(**{main: '<!DOCTYPE a [<!ENTITY b "x">]>' + body("<w:p/>")})
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    yield "实体2.docx", repacked(**{main: f'<!DOCTYPE a [<!ENTITY l0 "哈">{laughs}]>' + body("&l8;")})
    yield "外部.docx", repacked(**{main: '<!DOCTYPE a SYSTEM "file:///etc/passwd">' + body("<w:p/>")})
    yield "宏.docx", repacked(**{"word/vbaProject.bin": b"x"})
    yield "对象.docx", repacked(**{"word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0" * 100})
    yield "路径.docx", repacked(**{"../../etc/x": b"x"})
    yield "路径2.docx", repacked(**{"/etc/x": b"x"})
    yield "路径3.docx", repacked(**{"word\\..\\..\\x": b"x"})
    yield "很多.docx", repacked(**{f"x/{number}": b"" for number in range(3000)})
    yield "很深.docx", repacked(**{main: body("<w:p>" * 5000 + "</w:p>" * 5000)})
    yield "很深2.docx", repacked(**{main: body("<w:tbl><w:tr><w:tc>" * 800 + "</w:tc></w:tr></w:tbl>" * 800)})
    yield "很多段.docx", repacked(**{main: body(paragraph * 4000)})
    yield "没有正文.docx", repacked(**{main: ""})
    yield "坏正文.docx", repacked(**{main: body(paragraph)[:-20]})
    yield "坏编码.docx", repacked(**{main: body(paragraph).encode("utf-16")})
    yield "没有类型.docx", repacked(**{"[Content_Types].xml": ""})
    yield "空关系.docx", repacked(**{"_rels/.rels": "<a/>"})
    yield (
        "远程模板.docx",
        repacked(
            **{
                "word/_rels/settings.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
                'Target="http://127.0.0.1:9/x" TargetMode="External"/></Relationships>'
            }
        ),
    )
    yield (
        "域代码.docx",
        repacked(
            **{
                main: body(
                    '<w:p><w:r><w:instrText>DDEAUTO c:\\\\x "y"</w:instrText></w:r><w:r><w:t>20份</w:t></w:r></w:p>'
                )
            }
        ),
    )


def mutants() -> Iterator[File]:
    """A good file cut at many places, and with single bytes changed."""
    good = docx_bytes(p(WORDS * 40))
    for number in range(16):
        yield f"截断{number}.docx", good[: len(good) * (number + 1) // 17]
    rng = random.Random(4)
    for number in range(24):
        changed = bytearray(good)
        for _ in range(rng.choice((1, 3, 40))):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield f"变异{number}.docx", bytes(changed)


def papers() -> Iterator[File]:
    """PDFs that recurse, swell, or stop."""
    head = b"%PDF-1.4\n"
    page = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj "
    forms = b"".join(
        b"%d 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>/Length 60>>stream\n%s\nendstream endobj "
        % (number, number + 1, b"/F Do " * 10)
        for number in range(10, 19)
    )
    nested = head + page + b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R/Resources<</XObject<</F 10 0 R>>>>>>endobj 4 0 obj<</Length 5>>stream\n/F Do\nendstream endobj " + forms + b"trailer<</Root 1 0 R>>"  # fmt: skip
    loop = head + page + b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</XObject<</F 4 0 R>>>>>>endobj 4 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 4 0 R>>>>/Length 5>>stream\n/F Do\nendstream endobj trailer<</Root 1 0 R>>"  # fmt: skip
    wide = (
        head
        + page
        + b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400000 14400000]>>endobj trailer<</Root 1 0 R>>"
    )
    many = (
        head
        + b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[2 0 R]/Count 99999999>>endobj trailer<</Root 1 0 R>>"
    )
    for name, data in (("嵌套", nested), ("自身", loop), ("巨页", wide), ("循环页", many)):
        yield f"{name}.pdf", data
        yield f"{name}短.pdf", data[: len(data) * 2 // 3]
    yield "只有头.pdf", head
    yield "空对象.pdf", head + b"1 0 obj" * 2000


def disguised() -> Iterator[File]:
    """Files under the name of another kind."""
    good = docx_bytes(p(WORDS))
    png = b"\x89PNG\r\n\x1a\n" + b"\0" * 200
    old = DOC.read_bytes()
    for suffix in ("txt", "pdf", "doc", "md"):
        yield f"其实是docx.{suffix}", good
        yield f"其实是图片.{suffix}", png
    yield "其实是图片.docx", png
    yield "程序.docx", b"MZ" + b"\0" * 400
    yield "程序.txt", b"\x7fELF" + bytes(range(256)) * 4
    yield "网页.docx", b"<html><script>alert(1)</script></html>"
    yield "空.docx", b""
    yield "空.txt", b""
    yield "旧文件.docx", old
    for number in range(4):
        yield f"截断旧{number}.doc", old[: len(old) * (number + 1) // 5]
    yield "后缀.exe", WORDS.encode()
    yield "没有后缀", WORDS.encode()
    yield "压缩包.zip", good


def plain() -> Iterator[File]:
    """Texts that are hard on patterns, or no text."""
    yield "空字节.txt", b"\0" * 1000 + WORDS.encode()
    yield "坏编码.txt", b"\xff\xfe\xfd" * 400
    yield "半个字.txt", WORDS.encode()[:-1]
    yield "一.txt", ("一" * 50_000).encode()
    yield "数字.txt", ("9" * 20_000).encode()
    yield "逗号.txt", ("1," * 9_000).encode()
    yield "全部.txt", ("全部都均" * 4_000).encode()
    yield "引号.txt", ("“" * 9_000).encode()
    yield "括号.txt", ("（" * 9_000 + "20份").encode()
    yield "至.txt", ("1月至" * 4_000).encode()
    yield "其中.txt", ("其中发放宣传资料20份、" * 800).encode()
    yield "村.txt", ("石塘村" * 4_000 + "20份").encode()
    yield "换行.txt", b"\r\n\x85\x0b\x0c" * 3_000
    yield "方向.txt", ("\u202e20份\u202c" * 900).encode()
    yield "公式.txt", '=HYPERLINK("http://x")20份\n@SUM(1)30份\n'.encode()
    yield "标记.txt", "<script>alert(1)</script>20份{{ 7*7 }}{% load x %}".encode()
    yield "太长.txt", ("发放宣传资料20份。" * 60_000).encode()


def test_a_hundred_hostile_files_are_checked_or_refused_and_nothing_of_the_refused_stays(
    ledger_db: LedgerDatabase, files: list[File]
) -> None:
    assert len(files) >= 100
    with clock.at(START):
        town: Town = build_town()
        wrong = []
        for name, data in files:
            before = AuditDraft.unscoped.count()
            try:
                audits.bring(name, [data], by=town.who["clerk"], unit=town.unit["甲镇"])
            except DomainError as refusal:
                if AuditDraft.unscoped.count() != before or not refusal.message:
                    wrong.append(f"{name}: refused and kept")
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told with the file's name
                wrong.append(f"{name}: {type(error).__name__} {error}")

    assert wrong == []
    kept = {str(uid) for uid in AuditDraft.unscoped.filter(kind="docx").values_list("uid", flat=True)}
    folder = auditing.place_of(town.who["clerk"].uid).parent
    assert {path.name for path in folder.iterdir()} == kept
