"""Attacks on what reads a customer's Word template and a report's Markdown, and honest ones that must pass."""

from __future__ import annotations

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
    # more of each kind
    "{{ 标题|attr('upper') }}", "{{ 标题|batch(999999999) }}", "{{ 出处|sum }}", "{{ 标题|title }}", "{{ 标题|wordcount }}", "{{ 出处|dictsort }}", "{{ 数字|items }}",
    "{{ 标题|urlencode }}", "{{ 出处|unique }}", "{{ 出处|min }}", "{{ 出处|max }}", "{{ 出处|slice(99999999) }}", "{{ 标题|truncate(1) }}", "{{ 标题|round }}",
    "{{ 标题|int }}", "{{ 标题|float }}", "{{ 标题|abs }}", "{{ 标题|escape }}", "{{ 标题|upper|lower }}", "{{ 标题 is string }}", "{{ 标题 is mapping }}",
    "{{ 标题 is divisibleby 0 }}", "{{ 标题 is eq 1 }}", "{{ 数字[1+1] }}", "{{ 数字['a'|upper] }}", "{{ (标题).__class__ }}", "{{ 标题.mro() }}",
    "{{ 数字.get('标语') }}", "{{ 数字.pop('标语') }}", "{{ 数字.update({}) }}", "{%- set x = 标题 -%}", "{% set 标题 %}x{% endset %}", "{% for k, v in 数字 %}{% endfor %}",
    "{% for a in 出处|sort %}{% endfor %}", "{% for a in 数字.items() %}{% endfor %}", "{% if 7*7 %}{% endif %}", "{% if 标题 ~ 'a' %}{% endif %}", "{% elif %}",
    "{{ 标题 if }}", "{% endfor %}", "{% include ['a','b'] %}", "{% import 标题 as x %}", "{% block x scoped %}{% endblock %}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}", "{{ lipsum.__globals__['os'].popen('id').read() }}", "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__ }}", "{{ request.application.__globals__ }}", "{{ ''.join(['a']) }}", "{{ '%s'|format('a') }}", "{{ ['a']|join }}", "{{ 99999 }}",
]  # fmt: skip

HONEST = [
    "{{ 标题 }}", "{{ 数字.标语 }}", "{{ 数字['标语'] }}", "{{ 出处[0].编号 }}", "{% for a in 出处 %}{{ a.编号 }}{{ a.表述 }}；{% endfor %}",
    "{% for a in 出处 %}{{ loop.index }}.{{ a.表述 }}{% endfor %}", "{% if 标题 %}有{% else %}无{% endif %}", "{% if 零 == 0 %}零{% endif %}", "{{ 空|default('无', true) }}",
    "{{ 标题|length }}", "{{ 标题|trim }}", "{{ 标题 if 标题 else 单位 }}", "{% for p in 段落 %}{% if p.级别 == 1 %}{{ p.文字 }}{% endif %}{% endfor %}",
    "{{ 单位 }}{{ 期间 }}", "{# 说明 #}{{ 标题 }}", "{% if 标题 is defined and not 空 %}是{% endif %}", "{% if 标题 == '甲' or 单位 == '禾澄镇' %}是{% endif %}",
    "{% for a in 出处 %}{% if loop.last %}{{ a.精确值 }}{% endif %}{% endfor %}", "{% for a in 出处 %}{% for b in 段落 %}{{ b.文字 }}{% endfor %}{% endfor %}", "没有占位的一行",
    "{{ 出处|length }}", "{% if 出处|length > 1 %}多{% endif %}", "{{ 标题|first }}",
    "{{ 标题|default('无') }}", "{{ 空|d('无', true) }}", "{{ 标题|last }}", "{{ 出处|count }}", "{{ 出处[1].表述 }}", "{{ 出处[0]['编号'] }}", "{% if not 空 %}空{% endif %}",
    "{% if 标题 is none %}无{% else %}有{% endif %}", "{% for a in 出处 %}{% if loop.first %}{{ a.编号 }}{% endif %}{% endfor %}", "{% for a in 出处 %}{{ loop.revindex }}{% endfor %}",
    "{% for a in 出处 %}{% if loop.index is odd %}{{ a.编号 }}{% endif %}{% endfor %}", "{% for a in 出处 %}{{ a.编号 }}{% else %}没有{% endfor %}", "{% if 标题 != '甲' %}是{% endif %}",
    "{% if 零 >= 0 and 零 < 1 %}零{% endif %}", "{% if (标题 or 单位) and not 空 %}是{% endif %}", "{%- if 标题 -%}紧{%- endif -%}", "{{ '固定的字' }}", "{{ 3 }}",
    "{% for p in 段落 %}{{ p['文字'] }}{% endfor %}", "{% if 标题 %}{% if 单位 %}{{ 单位 }}{% endif %}{% endif %}", "{{ 数字.标语|trim|length }}", "{% if 数字.没有 is undefined %}无此项{% endif %}",
]  # fmt: skip

FIELDS = [
    'INCLUDEPICTURE "http://x/y"', 'INCLUDETEXT "file:///etc/passwd"', 'DDEAUTO c:\\\\cmd.exe "/k"', "DDE a b", "LINK Excel.Sheet", 'IMPORT "x"', "MACROBUTTON m x",
    'include</w:instrText></w:r><w:r><w:instrText>text "x"', 'DATABASE \\d "x"', "EMBED Package", 'RD "x.docx"', "AUTOTEXT x", "GOTOBUTTON a b",
]  # fmt: skip

PIECES = [
    b'<w:altChunk xmlns:r="x" r:id="rId9"/>', b"<w:object/>", b"<w:subDoc/>", b"{{r x }}", b"{%r if x %}", b'<w:fldSimple w:instr="INCLUDETEXT x"/>',
    b"<w:control/>", b"<w:attachedTemplate/>", b"<o:OLEObject/>",
]  # fmt: skip

MEMBERS = [
    ("word/vbaProject.bin", b"\xd0\xcf\x11\xe0"), ("word/embeddings/o.bin", b"x"), ("word/afchunk.html", b"<script>"), ("word/x.vml", b"x"),
    ("../../etc/cron.d/x", b"x"), ("word/bomb.xml", b"0" * 60_000_000), ("word/x.exe", b"MZ"), ("word/x.js", b"x"), ("word/x.rtf", b"{\\rtf1}"),
    ("word/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), ("word/header9.xml", b"<w:p><w:t>{{ ''.__class__ }}</w:t></w:p>"),
    ("docProps/custom.xml", b"<a>{{ 7*7 }}</a>"), ("word/footnotes.xml", b"<a>{% set x = 1 %}</a>"),
]  # fmt: skip

# Bodies of a report file: placeholders name figures and nothing else.
BODIES = [
    "{{ 1+1 }}", "{{ 份数+1 }}", "{{ 份数.__class__ }}", "{{ 份数|safe }}", "{{ 份数|attr('x') }}", "{{ __import__('os') }}", "{{ self }}", "{{ 份数() }}",
    "{{ 份数[0] }}", "{{ '份数' }}", "{{ 份数 if 1 }}", "{{ {{ 份数 }} }}", "{{ 份数", "份数 }}", "{{ }}", "{{ 没有的 }}", "{{ 份数 | 没有的 }}",
    "{{ 7*7 }}", "{{ 份数\n}}", "{{{ 份数 }}}", "{{ lipsum.__globals__ }}", "{{ config }}", "{{ request }}", "{{ 份数 ~ 'a' }}", "{{ _ }}",
    "{{ 份数 | upper }}", "{{ 9**9**9 }}", "{{ open('/etc/passwd') }}", "{{ 份数; 1 }}", "{{ " + "份" * 5_000 + " }}", "{{ 份数 }}\x00", "{{ 份数 | 万 | 万 }}",
]  # fmt: skip
# Bodies in which such marks are no placeholders: they stay the letters that they are.
LETTERS = [
    "{% for a in b %}{% endfor %}",
    "{# x #}",
    "${7*7}",
    "<% 7*7 %>",
    "#{7*7}",
    "%(x)s",
    "$(id)",
    "<script>alert(1)</script>",
    "[[7*7]]",
    "@SUM(1)",
]
FRONTS = [
    "a: !!python/object/apply:os.system [id]", "a: !!python/name:os.system", "a: &a [*a]", "id: x\nid: y", "figures: {份数: \"__import__('os')\"}",
    "figures: {份数: 'publicity.leaflets.handed_out; DROP TABLE'}", "figures: {'{{': publicity.leaflets.handed_out}", "figures: [1, 2", "figures: " + "[" * 3_000,
    "figures: {份数: '../../etc/passwd'}", "figures: {份数: '" + "9" * 5_000 + "'}", "a: !!binary x", "<<: *x",
    "a: &a [x]\n" + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]" for n in range(9)),
]  # fmt: skip
