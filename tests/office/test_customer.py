"""A customer's Word template: honest ones are filled, hostile ones refused, and what people typed stays text."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE

from tests.hardness.hostile.templates import EXPRESSIONS, FIELDS, HONEST, MEMBERS, PIECES
from youju.core.problem import DomainError
from youju.core.secrecy import Classified
from youju.office.child import Json
from youju.office.customer import (
    TemplateNames,
    TemplateRefused,
    _check_package,
    _Wrong,
    check_source,
    check_task,
    check_template,
    fill_template,
    plain,
)
from youju.office.sniff import ClassifiedFile
from youju.office.text import read_text

VALUES: dict[str, Json] = {
    "标题": "禾澄镇工作总结",
    "单位": "禾澄镇",
    "期间": "2024年1月1日至4月26日",
    "数字": {"发放宣传资料": "20000多份", "标语": "56条"},
    "段落": [{"级别": 1, "文字": "一、情况"}, {"级别": 0, "文字": "已办结。"}],
    "出处": [
        {"编号": "F001", "表述": "20000多份", "精确值": "20350份"},
        {"编号": "F002", "表述": "56条", "精确值": "56条"},
    ],
    "零": 0,
    "空": "",
}


def template(path: Path, *lines: str) -> Path:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.save(str(path))
    return path


def changed(path: Path, member: str, change: object) -> Path:
    """The package with one member changed by a function of bytes, or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        for name in names:
            data = old.read(name)
            new.writestr(name, change(data) if name == member else data)  # type: ignore[operator]
        if member not in names:
            new.writestr(member, change(b""))  # type: ignore[operator]
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize("number", range(len(EXPRESSIONS)))
def test_an_attack_in_an_expression_is_refused_without_being_compiled(number: int) -> None:
    with pytest.raises(_Wrong):
        check_source(EXPRESSIONS[number])


def test_there_are_enough_attacks_and_honest_templates() -> None:
    assert len(set(EXPRESSIONS)) >= 150
    assert len(set(HONEST)) >= 40


@pytest.mark.parametrize("place", ["body", "header", "footer", "title", "table"])
def test_an_attack_is_found_wherever_it_stands(place: str, tmp_path: Path) -> None:
    document = docx.Document()
    attack = "{{ ''.__class__ }}"
    if place == "body":
        run = document.add_paragraph("{").add_run("{ ''.__cl")  # split over runs, as Word does
        run._r.addnext(document.paragraphs[0].add_run("ass__ }}")._r)
    elif place == "header":
        document.sections[0].header.paragraphs[0].text = attack
    elif place == "footer":
        document.sections[0].footer.paragraphs[0].text = attack
    elif place == "title":
        document.core_properties.title = attack
    else:
        document.add_table(1, 1).cell(0, 0).text = attack
    document.save(str(tmp_path / "t.docx"))
    with pytest.raises(TemplateRefused):
        check_task(tmp_path / "t.docx", name="模板.docx")


FIELD = '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p></w:body>'


@pytest.mark.parametrize("code", FIELDS)
def test_a_field_that_fetches_is_refused(code: str, tmp_path: Path) -> None:
    path = template(tmp_path / "t.docx", "{{ 标题 }}")
    changed(path, "word/document.xml", lambda data: data.replace(b"</w:body>", FIELD.format(code).encode()))
    with pytest.raises(TemplateRefused, match="域代码"):
        check_task(path, name="模板.docx")


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        (RELATIONSHIP_TYPE.IMAGE, "http://x/y.png"), (RELATIONSHIP_TYPE.IMAGE, "file:///etc/passwd"), (RELATIONSHIP_TYPE.HYPERLINK, "file:///c:/x.exe"),
        (RELATIONSHIP_TYPE.HYPERLINK, "javascript:alert(1)"), ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate", "http://x/t.dotm"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/frame", "http://x"), (RELATIONSHIP_TYPE.OLE_OBJECT, "http://x"),
        ("http://schemas.openxmlformats.org/officeDocument/2006/relationships/subDocument", "http://x"),
    ],
)  # fmt: skip
def test_something_outside_is_refused(kind: str, target: str, tmp_path: Path) -> None:
    document = docx.Document()
    document.part.relate_to(target, kind, is_external=True)
    document.save(str(tmp_path / "t.docx"))
    with pytest.raises(TemplateRefused):
        check_task(tmp_path / "t.docx", name="模板.docx")


@pytest.mark.parametrize(("member", "content"), MEMBERS)
def test_a_package_with_more_in_it_is_refused(member: str, content: bytes, tmp_path: Path) -> None:
    path = changed(template(tmp_path / "t.docx", "{{ 标题 }}"), member, lambda _: content)
    with pytest.raises(DomainError):
        check_task(path, name="模板.docx")


@pytest.mark.parametrize("piece", PIECES)
def test_an_element_that_brings_more_in_is_refused(piece: bytes, tmp_path: Path) -> None:
    wrapped = piece if piece.startswith(b"<") else b"<w:p><w:r><w:t>" + piece + b"</w:t></w:r></w:p>"
    path = template(tmp_path / "t.docx", "{{ 标题 }}")
    changed(path, "word/document.xml", lambda data: data.replace(b"<w:body>", b"<w:body>" + wrapped))
    with pytest.raises(TemplateRefused):
        check_task(path, name="模板.docx")


def test_an_entity_is_refused(tmp_path: Path) -> None:
    path = template(tmp_path / "t.docx", "{{ 标题 }}")
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    changed(path, "word/document.xml", lambda data: evil + data.partition(b"?>")[2])
    with pytest.raises(DomainError):
        check_task(path, name="模板.docx")


def test_honest_templates_are_filled(tmp_path: Path) -> None:
    path = template(tmp_path / "t.docx", *HONEST)
    assert set(check_template(path, name="模板.docx")) == {
        "标题",
        "数字",
        "出处",
        "零",
        "空",
        "单位",
        "段落",
        "期间",
    }
    (tmp_path / "out.docx").write_bytes(fill_template(path, VALUES, name="模板.docx"))
    text = read_text(tmp_path / "out.docx").text
    for words in ("禾澄镇工作总结", "56条", "F00120000多份；F00256条；", "1.20000多份2.56条", "有", "零", "无", "一、情况", "禾澄镇2024年1月1日至4月26日", "没有占位的一行"):  # fmt: skip
        assert words in text
    assert "{" not in text


def test_a_table_and_a_header_are_filled(tmp_path: Path) -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ 单位 }}"
    table = document.add_table(3, 2)
    for cell, words in zip(
        [cell for row in table.rows for cell in row.cells],
        ["{%tr for a in 出处 %}", "", "{{ a.编号 }}", "{{ a.精确值 }}", "{%tr endfor %}", ""],
        strict=True,
    ):
        cell.text = words
    document.save(str(tmp_path / "t.docx"))
    filled = docx.Document(io.BytesIO(fill_template(tmp_path / "t.docx", VALUES)))
    assert [[cell.text for cell in row.cells] for row in filled.tables[0].rows] == [
        ["F001", "20350份"],
        ["F002", "56条"],
    ]
    assert filled.sections[0].header.paragraphs[0].text == "禾澄镇"


def test_what_people_typed_stays_text(tmp_path: Path) -> None:
    """A field code, markup and a template typed into an entry come out as the letters they are."""
    typed = (
        '</w:t></w:r><w:r><w:instrText>DDEAUTO cmd</w:instrText> {{ 标题 }} {% raw %} & < > " {_{ 标题 }_}'
    )
    path = template(tmp_path / "t.docx", "{{ 单位 }}", "{{ 数字.标语 }}")
    made = fill_template(path, {"单位": typed, "数字": {"标语": "=1+1"}})
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        body = archive.read("word/document.xml").decode()
    assert "<w:instrText" not in body
    (tmp_path / "out.docx").write_bytes(made)
    text = read_text(tmp_path / "out.docx").text
    assert "{{ 标题 }}" in text
    assert "=1+1" in text
    assert "禾澄镇工作总结" not in text


def test_a_name_that_the_report_has_not_is_said(tmp_path: Path) -> None:
    path = template(tmp_path / "t.docx", "{{ 标题 }}{{ 没有的 }}{{ 也没有 }}")
    with pytest.raises(TemplateNames, match="也没有、没有的"):
        fill_template(path, VALUES, name="模板.docx")
    path = template(tmp_path / "u.docx", "{{ 数字.没有 }}")
    with pytest.raises(TemplateRefused):
        fill_template(path, VALUES, name="模板.docx")


def test_only_plain_values_are_given() -> None:
    assert plain(json.loads('{"a": [1, "b", null, true]}')) == {"a": [1, "b", None, True]}
    for value in (object(), 1.5, {1, 2}, b"x", (1, 2)):
        with pytest.raises(_Wrong):
            plain(value)


def test_a_template_that_would_never_end_is_stopped(tmp_path: Path) -> None:
    """Three loops over a long list are allowed by their form; time and memory are the limit."""
    loops = "".join(f"{{% for {name} in 出处 %}}" for name in "abc") + "长" * 50 + "{% endfor %}" * 3
    path = template(tmp_path / "t.docx", loops)
    values: dict[str, Json] = {"出处": [*range(3000)]}
    with pytest.raises(DomainError):
        fill_template(path, values, name="模板.docx")


def test_the_check_is_the_same_in_the_child(tmp_path: Path) -> None:
    path = template(tmp_path / "t.docx", "{{ range(9) }}")
    with pytest.raises(TemplateRefused, match=r"模板\.docx"):
        check_template(path, name="模板.docx")
    with pytest.raises(TemplateRefused):
        fill_template(path, VALUES, name="模板.docx")
    with pytest.raises(_Wrong):
        _check_package(path.read_bytes())


def test_a_marked_template_is_refused(tmp_path: Path) -> None:
    path = template(tmp_path / "t.docx", "秘密★1年", "{{ 标题 }}")
    with pytest.raises(ClassifiedFile):
        fill_template(path, VALUES, name="模板.docx")
    with pytest.raises(Classified):
        fill_template(template(path, "{{ 标题 }}"), VALUES, name="绝密★.docx")
