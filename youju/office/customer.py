"""A customer's own Word template: looked at before it is accepted, filled in a child that can do nothing but compute.

A template is a program written by somebody we do not know. So: nothing in it is ever compiled before its syntax tree
has passed an allow-list (names, texts, if, for, eight filters; no calls, no arithmetic, no assignments, no imports);
the values it is given are texts, numbers, lists and mappings and nothing else; looking up a name looks into mappings
and lists and never at what Python objects have; and the child that fills it has neither files nor network, and little
time and memory. docs/how-to/customer-template.md, docs/algorithms/report.md
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from youju.core.problem import DomainError
from youju.core.secrecy import Classified, mark_in
from youju.office import temporary
from youju.office.child import Json, run_limited

_TEMPLATE = "template.docx"
MOST_NODES = 5000
MOST_LETTERS = 2_000_000
MOST_LOOPS = 3
FILTERS = frozenset({"default", "d", "first", "last", "join", "length", "count", "trim"})
TESTS = frozenset({"defined", "undefined", "none", "odd", "even", "true", "false"})
LOOP = frozenset({"index", "index0", "first", "last", "length", "revindex", "even", "odd"})
_NODES = frozenset(
    {
        "Template", "Output", "TemplateData", "Name", "Const", "Getattr", "Getitem", "For", "If", "CondExpr", "Compare",
        "Operand", "And", "Or", "Not", "Filter", "Test", "Keyword",
    }
)  # fmt: skip
_SAFE_RELATION = re.compile(r"relationships/(?:metadata/)?(?:hyperlink|image|styles|settings|fontTable|theme|webSettings|numbering|"
                            r"header|footer|footnotes|endnotes|comments|customXml|customXmlProps|core-properties|"
                            r"extended-properties|custom-properties|officeDocument|thumbnail|people|commentsExtended|"
                            r"commentsIds|stylesWithEffects|glossaryDocument)$")  # fmt: skip
_FIELD = re.compile(rb"<w:(?:instrText|fldSimple)\b[^>]*>?([^<]*)")
_FIELD_NAMES = re.compile(
    rb"\b(?:INCLUDE\w*|DDE\w*|IMPORT|LINK|EMBED|MACROBUTTON|RD|DATABASE|GOTOBUTTON|AUTOTEXT)\b", re.IGNORECASE
)
_ELEMENTS = re.compile(rb"<(?:w:altChunk|o:OLEObject|w:object|w:control|w:subDoc|w:attachedTemplate)\b")
_TAG = re.compile(r"\{\{|\{%|\{#")
_MARKUP = re.compile(r"<[^>]+>")
_RICH = re.compile(r"\{[{%]r\s")


class TemplateRefused(DomainError):
    """Something in a template that we do not run."""

    code = "template.refused"
    text = "模板“{file}”不能使用：{why}"


class TemplateNames(DomainError):
    """A template asks for something that the report does not have."""

    code = "template.names"
    text = "模板“{file}”用到了报告里没有的名称：{names}。请改成报告中的名称，或先在报告里加上。"


class _Wrong(Exception):
    """Why a template is refused, in Chinese."""


def check_template(path: Path, *, name: str = "") -> tuple[str, ...]:
    """The names that a template asks for, when it is fit. Raises TemplateRefused and what sniffing raises."""
    found = run_limited("customer_check", path, name=name, cpu_seconds=5, memory_mb=512)
    assert isinstance(found, list)
    return tuple(str(each) for each in found)


def fill_template(path: Path, values: Mapping[str, Json], *, name: str = "") -> bytes:
    """The template with the values of a report in it.

    values   plain data: texts, whole numbers, lists and mappings; text is only ever text in the result
    raises   TemplateRefused, TemplateNames, FileTooSlow, FileTooBig
    """
    shown = name or path.name
    with temporary.folder("fill") as folder:
        shutil.copyfile(path, Path(folder) / _TEMPLATE)
        asked = Path(folder) / "values.json"
        asked.write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
        made = run_limited(
            "customer_fill", asked, name=shown, cpu_seconds=5, memory_mb=512, wall_seconds=20, output_mb=48
        )
    return base64.b64decode(str(made))


def check_task(path: Path, *, name: str) -> Json:
    """`check_template` for the child."""
    from youju.office.sniff import Kind, sniff

    accept: tuple[Kind, ...] = ("docx",)
    sniff(path, name, accept)
    try:
        return [*sorted(_check_package(path.read_bytes(), name))]
    except _Wrong as wrong:
        raise TemplateRefused(file=name, why=str(wrong)) from None


def fill_task(path: Path, *, name: str) -> Json:
    """`fill_template` for the child: everything is read and imported, then the door is closed.

    path  the values; the template lies beside them
    """
    import docxtpl
    from jinja2 import TemplateError
    from lxml import etree

    from youju.office import seal
    from youju.office.archive import FileDamaged
    from youju.office.sniff import Kind, sniff

    accept: tuple[Kind, ...] = ("docx",)
    template_path = path.with_name(_TEMPLATE)
    sniff(template_path, name, accept)
    content = template_path.read_bytes()
    _warm_up()
    values = plain(json.loads(path.read_text(encoding="utf-8")))
    try:
        names = _check_package(content, name)
        if lost := sorted(names - values.keys()):
            raise TemplateNames(file=name, names="、".join(lost[:8]))
        template = docxtpl.DocxTemplate(io.BytesIO(content))
        template.init_docx()
        seal.compute_only()
        template.render(values, _environment(), autoescape=True)
        out = io.BytesIO()
        template.save(out)
        _check_result(content, out.getvalue())
    except _Wrong as wrong:
        raise TemplateRefused(file=name, why=str(wrong)) from None
    except TemplateError:
        raise TemplateRefused(file=name, why="模板的写法有误，或用到了没有的内容。") from None
    except (etree.XMLSyntaxError, KeyError, zipfile.BadZipFile):
        raise FileDamaged(file=name) from None
    return base64.b64encode(out.getvalue()).decode()


def _warm_up() -> None:
    """Do everything once, a failure too, so that nothing has to be loaded when no file can be opened any more."""
    import docx
    import docxtpl
    from jinja2 import TemplateError

    blank = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(
        "{% for 甲 in b %}{{ 甲|join('') }}{{ loop.index }}{% endfor %}{% if b is defined %}{{ c|default('') }}{% endif %}"
    )
    document.save(blank)
    for values in ({"b": [["x"]], "c": "y"}, {}):
        template = docxtpl.DocxTemplate(io.BytesIO(blank.getvalue()))
        with contextlib.suppress(TemplateError):
            template.render(values, _environment(), autoescape=True)
            template.save(io.BytesIO())


def plain(value: object) -> Any:  # noqa: ANN401 - any JSON value
    """The value as texts, whole numbers, truth values, lists and mappings; anything else is refused."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return re.sub("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", "", value)
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    raise _Wrong("给模板的内容不是文字或数字。")


def check_source(source: str) -> set[str]:
    """The names that a piece of template asks for. It is parsed and never compiled. Raises _Wrong."""
    from jinja2 import TemplateSyntaxError, meta

    if len(source) > MOST_LETTERS:
        raise _Wrong("内容过长。")
    try:
        tree = _environment().parse(source)
    except (TemplateSyntaxError, RecursionError):
        raise _Wrong("占位的写法有误。只能写 {{ 名称 }}、{% for %}、{% if %}。") from None
    for count, node in enumerate(_walk(tree), 1):
        if count > MOST_NODES:
            raise _Wrong("占位过多。")
        _check_node(node)
    _check_loops(tree, 0)
    return meta.find_undeclared_variables(tree)


def _walk(node: Any) -> Iterator[Any]:  # noqa: ANN401 - nodes of Jinja have no types of ours
    stack = [node]
    while stack:
        each = stack.pop()
        yield each
        stack.extend(each.iter_child_nodes())


def _check_node(node: Any) -> None:  # noqa: ANN401
    kind = type(node).__name__
    if kind not in _NODES:
        raise _Wrong(f"不能使用“{_KIND_WORDS.get(kind, kind)}”。只能写名称、if、for。")
    if kind in _RULES:
        _RULES[kind](node)


def _check_name(node: Any) -> None:  # noqa: ANN401
    name = node.name if type(node).__name__ == "Name" else node.attr
    if name.startswith("_"):
        raise _Wrong(f"名称“{name[:20]}”不能以下划线开头。")
    if name == "loop" and node.ctx == "store":
        raise _Wrong("不能改写 loop。")


def _check_item(node: Any) -> None:  # noqa: ANN401
    if type(node.arg).__name__ not in ("Const", "Name"):
        raise _Wrong("方括号里只能写名称或数字。")


def _check_const(node: Any) -> None:  # noqa: ANN401
    value = node.value
    if isinstance(value, str):
        if len(value) > 500 or value.startswith("_"):
            raise _Wrong("引号里的文字过长，或以下划线开头。")
    elif not (value is None or isinstance(value, bool) or (isinstance(value, int) and abs(value) < 10_000)):
        raise _Wrong("数字过大，或不是整数。")


def _check_filter(node: Any) -> None:  # noqa: ANN401
    if node.name not in FILTERS or node.dyn_args or node.dyn_kwargs:
        raise _Wrong(f"不能使用过滤器“{str(node.name)[:20]}”。可用：{'、'.join(sorted(FILTERS))}。")


def _check_test(node: Any) -> None:  # noqa: ANN401
    if node.name not in TESTS or node.args or node.kwargs or node.dyn_args:
        raise _Wrong(f"不能使用判断“{str(node.name)[:20]}”。")


def _check_for(node: Any) -> None:  # noqa: ANN401
    if node.recursive or node.test is not None:
        raise _Wrong("for 不能带 recursive 或 if。")
    if type(node.iter).__name__ not in ("Name", "Getattr", "Getitem"):
        raise _Wrong("for 只能逐条列出报告里的内容。")


_RULES: dict[str, Callable[[Any], None]] = {
    "Name": _check_name,
    "Getattr": _check_name,
    "Getitem": _check_item,
    "Const": _check_const,
    "Filter": _check_filter,
    "Test": _check_test,
    "For": _check_for,
}


def _check_loops(node: Any, depth: int) -> None:  # noqa: ANN401
    if type(node).__name__ == "For":
        depth += 1
        if depth > MOST_LOOPS:
            raise _Wrong(f"for 最多套{MOST_LOOPS}层。")
    for child in node.iter_child_nodes():
        _check_loops(child, depth)


def _environment() -> Any:  # noqa: ANN401
    """An environment that knows nothing but mappings and lists, and compiles nothing that has not been checked."""
    from jinja2 import StrictUndefined
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Plain(ImmutableSandboxedEnvironment):
        def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401
            if isinstance(obj, LoopContext):
                return getattr(obj, attribute) if attribute in LOOP else self.undefined(name=attribute)
            return self.getitem(obj, attribute)

        def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401
            if isinstance(obj, dict) and isinstance(argument, str) and argument in obj:
                return obj[argument]
            if isinstance(obj, list) and isinstance(argument, int) and not isinstance(argument, bool):
                return obj[argument] if -len(obj) <= argument < len(obj) else self.undefined(name="")
            return self.undefined(name=str(argument)[:40])

        def from_string(self, source: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            check_source(source)
            return super().from_string(source, *args, **kwargs)

        def call_binop(self, *_: Any) -> Any:  # noqa: ANN401
            raise _Wrong("不能使用运算。")

        def call(self, *_: Any, **__: Any) -> Any:  # noqa: ANN401
            raise _Wrong("不能使用调用。")

    made = Plain(autoescape=True, undefined=StrictUndefined, extensions=[])
    made.globals.clear()
    made.filters = {name: each for name, each in made.filters.items() if name in FILTERS}
    made.tests = {name: each for name, each in made.tests.items() if name in TESTS}
    made.policies.clear()
    return made


def _check_package(content: bytes, name: str = "") -> set[str]:
    """The names that any part asks for. Raises _Wrong, Classified, ClassifiedFile."""
    if mark := mark_in(name):
        raise Classified(name=name, mark=mark)
    names: set[str] = set()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            lower = member.lower()
            if lower.endswith((".bin", ".exe", ".vml", ".html", ".htm", ".mht", ".rtf", ".js", ".vbs")):
                raise _Wrong("里面有嵌入的对象或其他文件。")
            if not lower.endswith((".xml", ".rels")):
                continue
            data = archive.read(member)
            if b"<!DOCTYPE" in data[:4000] or b"<!ENTITY" in data:
                raise _Wrong("里面有实体定义。")
            if lower.endswith(".rels"):
                _check_relations(data)
            else:
                names |= _check_part(data, name)
    return names


def _check_part(data: bytes, name: str) -> set[str]:
    """The names that one part asks for. Raises _Wrong, ClassifiedFile."""
    import docxtpl

    from youju.office.sniff import ClassifiedFile, find_marking

    if _ELEMENTS.search(data):
        raise _Wrong("里面有嵌入的对象、外部模板或子文档。")
    fields = b" ".join(_FIELD.findall(data)) + b" " + b"".join(_FIELD.findall(data))
    if _FIELD_NAMES.search(fields) or _FIELD_NAMES.search(b"".join(re.findall(rb'w:instr="([^"]*)"', data))):
        raise _Wrong("里面有会引入外部内容的域代码。")
    text = data.decode("utf-8", "replace")
    words = _MARKUP.sub("", text.replace("</w:p>", "\n"))
    if find_marking(words.splitlines()):
        raise ClassifiedFile(file=name, place="")
    if _RICH.search(text):
        raise _Wrong("不能使用 {{r 和 {%r。")
    if not _TAG.search(words):
        return set()
    return check_source(docxtpl.DocxTemplate(io.BytesIO(b"")).patch_xml(text))


def _check_relations(data: bytes) -> None:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        listed = etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        raise _Wrong("里面的部件已损坏。") from None
    for each in listed:
        kind, outside = str(each.get("Type", "")), each.get("TargetMode") == "External"
        target = str(each.get("Target", ""))
        if not _SAFE_RELATION.search(kind):
            raise _Wrong("里面有不认识的部件。")
        if outside and not (
            kind.endswith("/hyperlink") and target.startswith(("http://", "https://", "mailto:"))
        ):
            raise _Wrong("里面有指向外部文件的内容。")
        if "{{" in target or "{%" in target:
            raise _Wrong("链接地址里不能有占位。")


def _check_result(before: bytes, after: bytes) -> None:
    """What was filled in added no part, no relation and no field. Raises _Wrong."""
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        # python-docx writes a core part where there was none.
        if set(new.namelist()) - set(old.namelist()) - {"docProps/core.xml"}:
            raise _Wrong("填入后多出了部件。")
        for member in new.namelist():
            if member not in old.namelist():
                continue
            if member.endswith(".rels"):
                _check_relations(new.read(member))
            if (
                member.endswith(".xml")
                and not _FIELD.search(old.read(member))
                and _FIELD.search(new.read(member))
            ):
                raise _Wrong("填入后多出了域代码。")


_KIND_WORDS = {
    "Call": "调用", "Assign": "set", "Add": "运算", "Sub": "运算", "Mul": "运算", "Div": "运算", "Pow": "运算", "Mod": "运算",
    "FloorDiv": "运算", "Concat": "连接", "Macro": "macro", "Import": "import", "FromImport": "import", "Include": "include",
    "Extends": "extends", "Block": "block", "Slice": "切片", "List": "列表", "Dict": "字典", "Tuple": "元组",
    "FilterBlock": "filter", "CallBlock": "call", "With": "with", "Neg": "负号", "Pos": "正号",
}  # fmt: skip
