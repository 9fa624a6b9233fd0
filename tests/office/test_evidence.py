"""What is taken as evidence: each kind as itself; nothing that is cut off, disguised, a program, or marked."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.office.word_packages import docx_bytes, p
from tests.photos import photo
from youju.core.problem import DomainError
from youju.office.evidence import check_evidence
from youju.office.spooling import safe_name


def workbook(*cells: str) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    assert book.active is not None
    book.active.append(list(cells))
    book.save(out)
    return out.getvalue()


def archive(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr(name, "x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("照片.jpg", photo()), ("照片.PNG", photo(kind="PNG")), ("微信图片.jpg", photo(kind="WEBP")), ("手机.heic", b"\0\0\0\x18ftypheic" + b"\0" * 40),
        ("签收表.docx", docx_bytes(p("发放200份"))), ("台账.xlsx", workbook("数量", "200")), ("说明.txt", "发放200份".encode("gb18030")),
        ("名单.csv", "甲,乙\n1,2\n".encode()), ("版式.ofd", archive("OFD.xml")), ("录像.mp4", b"\0\0\0\x18ftypisom" + b"\0" * 40),
        ("录音.amr", b"#!AMR\n" + b"\0" * 9),
    ],
)  # fmt: skip
def test_what_offices_have_is_taken(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    check_evidence(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("照片.jpg", photo()[:-40], "picture.bad"), ("照片.jpg", b"<html><script>alert(1)</script>", "picture.bad"),
        ("照片.png", b"%!PS-Adobe-3.0 EPSF-3.0\n", "picture.bad"), ("照片.svg", b"<svg/>", "evidence.kind"), ("页.html", b"<html>", "evidence.kind"),
        ("包.zip", archive("a.txt"), "evidence.kind"), ("无后缀", b"abc", "evidence.kind"), ("程序.jpg", b"MZ\x90\0", "file.program"),
        ("脚本.txt", b"#!/bin/sh\n", "file.program"), ("录像.mp4", b"<html>", "evidence.not_as_named"), ("文稿.wps", b"hello", "evidence.not_as_named"),
        ("演示.pptx", archive("../../x"), "file.forged"), ("通知.docx", docx_bytes(p("机密★1年")), "file.classified"),
        ("台账.xlsx", workbook("密 级：", "机密"), "file.classified"), ("说明.txt", "内部资料".encode(), "file.classified"),
        ("绝密★.txt", b"abc", "secrecy.marked"), ("表.xlsx", workbook("1")[:900], "file.damaged"), ("文.docx", workbook("1"), "file.wrong_suffix"),
        ("空.jpg", b"", "file.empty"),
    ],
)  # fmt: skip
def test_what_is_not_as_it_says_is_refused(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DomainError) as refused:
        check_evidence(tmp_path / name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\桌面\\照片.jpg", "照片.jpg"), ("照片\u202egpj.exe", "照片gpj.exe"), ("a\0b\r\n.txt", "ab.txt"),
        ("...", "文件"), ("", "文件"), ("长" * 300 + ".jpg", "长" * 65 + ".jpg"),
    ],
)  # fmt: skip
def test_a_name_is_cut_to_what_people_need(given: str, kept: str) -> None:
    assert safe_name(given) == kept
