"""A customer's Word template: honest ones are filled, hostile ones refused, and what people typed stays text."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE

from youju.core.problem import DomainError
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

EXPRESSIONS = [
    # walking from a value to the interpreter
    "{{ ''.__class__ }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{{ 标题.__class__ }}", "{{ 标题['__class__'] }}",
    "{{ 标题|attr('__class__') }}", "{{ 数字.__init__.__globals__ }}", "{{ self._TemplateReference__context }}", "{{ _ }}", "{{ __builtins__ }}",
    "{{ loop.__class__ }}", "{% for a in 出处 %}{{ loop.__init__ }}{% endfor %}", "{% for a in 出处 %}{{ loop._iterator }}{% endfor %}",
    "{{ 数字[\"__class__\"] }}", "{{ ()|attr('__class__') }}", "{{ 标题.format.__globals__ }}", "{{ ''['__cla' ~ 'ss__'] }}",
    # calls
    "{{ range(10) }}", "{{ lipsum() }}", "{{ cycler('a') }}", "{{ joiner() }}", "{{ namespace(a=1) }}", "{{ dict(a=1) }}", "{{ 标题.upper() }}",
    "{{ 标题.format('a') }}", "{{ 出处.append(1) }}", "{{ 出处.clear() }}", "{{ 数字.items() }}", "{{ self() }}", "{{ super() }}", "{{ caller() }}",
    "{{ config.from_object('os') }}", "{{ 标题.__str__() }}", "{{ get_flashed_messages() }}", "{{ url_for('x') }}", "{{ [].sort() }}",
    # arithmetic and constants that cost
    "{{ 7**7777777 }}", "{{ 1+1 }}", "{{ 'a'*999999999 }}", "{{ 9999999999999999999 }}", "{{ 1.5 }}", "{{ 2*3 }}", "{{ 10-1 }}", "{{ 7//2 }}", "{{ 7%2 }}",
    "{{ -1 }}", "{{ +1 }}", "{{ 'a' ~ 'b' }}", "{{ 1e308 }}", "{{ [1,2,3] }}", "{{ {'a':1} }}", "{{ (1,2) }}", "{{ 出处[0:1000000] }}", "{{ 1/0 }}",
    "{{ \"" + "a" * 600 + "\" }}",
    # filters and tests that we do not have
    "{{ 标题|safe }}", "{{ 标题|map('upper') }}", "{{ 出处|map(attribute='__class__') }}", "{{ 标题|format(1) }}", "{{ 标题|tojson }}", "{{ 标题|pprint }}",
    "{{ 标题|xmlattr }}", "{{ 标题|wordwrap(1) }}", "{{ 标题|center(999999999) }}", "{{ 标题|indent(99999) }}", "{{ 标题|replace('a','b') }}", "{{ 出处|groupby('编号') }}",
    "{{ 出处|select }}", "{{ 出处|reject }}", "{{ 出处|batch(1) }}", "{{ 出处|sort }}", "{{ 出处|random }}", "{{ 标题|urlize }}", "{{ 标题|striptags }}", "{{ 标题|list }}",
    "{{ 标题|e|safe }}", "{{ 标题|forceescape }}", "{{ 标题|string }}", "{{ 标题 is callable }}", "{{ 标题 is sameas 标题 }}", "{{ 标题 is filter }}", "{{ 标题|join(*出处) }}",
    "{{ 标题|default(**数字) }}", "{{ 标题|filesizeformat }}",
    # statements
    "{% set a = 1 %}", "{% import 'os' as os %}", "{% from 'x' import y %}", "{% include '/etc/passwd' %}", "{% extends 'base' %}", "{% block a %}{% endblock %}",
    "{% macro m() %}{% endmacro %}", "{% call m() %}{% endcall %}", "{% filter upper %}{% endfilter %}", "{% with a = 1 %}{% endwith %}", "{% do 出处.clear() %}",
    "{% raw %}{% endraw %}{{ 7*7 }}", "{% autoescape false %}{{ 标题 }}{% endautoescape %}", "{% for a in range(999999999) %}{% endfor %}",
    "{% for a in 出处 recursive %}{{ loop(a) }}{% endfor %}", "{% for a in 出处 if a %}{% endfor %}", "{% for a in 'abc' %}{% endfor %}", "{% for a in [1,2] %}{% endfor %}",
    "{% for a in 出处 %}{% for b in 出处 %}{% for c in 出处 %}{% for d in 出处 %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for loop in 出处 %}{% endfor %}", "{% for _a in 出处 %}{% endfor %}", "{% trans %}{% endtrans %}", "{% debug %}", "{% break %}", "{% while 1 %}{% endwhile %}",
    "{% if 标题.__class__ %}{% endif %}", "{{ 标题 if 标题.upper() else 1 }}", "{{ }}", "{{ 标题", "{% for %}", "{{ 标题 }", "{{ a.b.c.__d__ }}", "{{ 标题 }}" * 6000,
]  # fmt: skip

HONEST = [
    "{{ 标题 }}", "{{ 数字.标语 }}", "{{ 数字['标语'] }}", "{{ 出处[0].编号 }}", "{% for a in 出处 %}{{ a.编号 }}{{ a.表述 }}；{% endfor %}",
    "{% for a in 出处 %}{{ loop.index }}.{{ a.表述 }}{% endfor %}", "{% if 标题 %}有{% else %}无{% endif %}", "{% if 零 == 0 %}零{% endif %}", "{{ 空|default('无', true) }}",
    "{{ 标题|length }}", "{{ 标题|trim }}", "{{ 标题 if 标题 else 单位 }}", "{% for p in 段落 %}{% if p.级别 == 1 %}{{ p.文字 }}{% endif %}{% endfor %}",
    "{{ 单位 }}{{ 期间 }}", "{# 说明 #}{{ 标题 }}", "{% if 标题 is defined and not 空 %}是{% endif %}", "{% if 标题 == '甲' or 单位 == '禾澄镇' %}是{% endif %}",
    "{% for a in 出处 %}{% if loop.last %}{{ a.精确值 }}{% endif %}{% endfor %}", "{% for a in 出处 %}{% for b in 段落 %}{{ b.文字 }}{% endfor %}{% endfor %}", "没有占位的一行",
    "{{ 出处|length }}", "{% if 出处|length > 1 %}多{% endif %}", "{{ 标题|first }}",
]  # fmt: skip


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


def test_there_are_a_hundred_attacks_and_twenty_honest_templates() -> None:
    assert len(set(EXPRESSIONS)) >= 100
    assert len(set(HONEST)) >= 20


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


@pytest.mark.parametrize(
    "code",
    [
        'INCLUDEPICTURE "http://x/y"', 'INCLUDETEXT "file:///etc/passwd"', 'DDEAUTO c:\\\\cmd.exe "/k"', "DDE a b", "LINK Excel.Sheet", 'IMPORT "x"', "MACROBUTTON m x",
        'include</w:instrText></w:r><w:r><w:instrText>text "x"',
    ],
)  # fmt: skip
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


@pytest.mark.parametrize(
    ("member", "content"),
    [
        ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"), ("word/embeddings/o.bin", b"x"), ("word/afchunk.html", b"<script>"), ("word/x.vml", b"x"),
        ("../../etc/cron.d/x", b"x"), ("word/bomb.xml", b"0" * 60_000_000),
    ],
)  # fmt: skip
def test_a_package_with_more_in_it_is_refused(member: str, content: bytes, tmp_path: Path) -> None:
    path = changed(template(tmp_path / "t.docx", "{{ 标题 }}"), member, lambda _: content)
    with pytest.raises(DomainError):
        check_task(path, name="模板.docx")


@pytest.mark.parametrize(
    "piece",
    [
        b'<w:altChunk xmlns:r="x" r:id="rId9"/>', b'<w:object/>', b'<w:subDoc/>', b"{{r x }}", b"{%r if x %}",
        b'<w:fldSimple w:instr="INCLUDETEXT x"/>',
    ],
)  # fmt: skip
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
