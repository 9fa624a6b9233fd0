"""catalog/terms, catalog/norms and the `audit-` parameters → what the audit knows about words and limits.

Six kinds of file in catalog/terms (`kind:` says which): terms, wordings, variants, effects, synonyms, checks-off; three in
catalog/norms: ratio, actor, base. docs/how-to/add-a-term.md shows one of each. Every statement names
its source and says whether somebody has read it (`verified`). Problems carry file and line, and a
statement that has one is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from youju.core.audit.words import (
    ActorNorm,
    AuditWords,
    BaseNorm,
    Bound,
    Effect,
    RatioNorm,
    Source,
    Term,
    Variants,
    Wording,
)
from youju.core.problem import Problem, Where

PARAMETER_PREFIX = "audit-"
WORDING_KINDS = ("misspelt", "redundant", "collocation", "ambiguous")


@dataclass
class _Collected:
    terms: list[Term] = field(default_factory=list)
    wordings: list[Wording] = field(default_factory=list)
    variants: list[Variants] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    ratios: list[RatioNorm] = field(default_factory=list)
    actors: list[ActorNorm] = field(default_factory=list)
    bases: list[BaseNorm] = field(default_factory=list)
    synonyms: list[tuple[str, ...]] = field(default_factory=list)
    parameters: dict[str, Decimal] = field(default_factory=dict)
    off: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_audit_words(catalogs: Sequence[Path], day: date) -> tuple[AuditWords, list[Problem]]:
    """All audit words of the catalog folders, later folders adding to earlier ones.

    catalogs  folders that hold terms/, norms/ and parameters/; what is missing is skipped
    day       the day whose parameters count
    returns   the words, and what is wrong in the files (those statements are left out)
    """
    found = _Collected()
    for catalog in catalogs:
        for path in sorted((catalog / "terms").glob("*.yaml")):
            _read_file(path, found, _TERM_KINDS)
        for path in sorted((catalog / "norms").glob("*.yaml")):
            _read_file(path, found, _NORM_KINDS)
        for path in sorted((catalog / "parameters").glob(f"{PARAMETER_PREFIX}*.yaml")):
            _read_parameter(path, found, day)
    words = AuditWords(
        tuple(found.terms),
        tuple(found.wordings),
        tuple(found.variants),
        tuple(found.effects),
        tuple(found.ratios),
        tuple(found.actors),
        tuple(found.bases),
        tuple(found.synonyms),
        found.parameters,
        tuple(found.off),
    )
    return words, found.problems


@dataclass(frozen=True, slots=True)
class _Statement:
    """One mapping of a file: its values, its line, and the file's own source where it names none."""

    path: Path
    values: Mapping[str, object]
    inherited: Mapping[str, object]
    problems: list[Problem]

    @property
    def where(self) -> Where:
        line = self.values.get(_LINE)
        return Where(file=self.path.name, line=line if isinstance(line, int) else None)

    def text(self, name: str, default: str | None = None) -> str:
        value = self.values.get(name, self.inherited.get(name) if name == "source" else None)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (not value.strip() and default is None):
            raise _Unreadable(f"缺少“{name}”，或不是文字。")
        return value

    def words(self, name: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        value = self.values.get(name)
        if value is None and default is not None:
            return default
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(each, str) and each for each in value)
        ):
            raise _Unreadable(f"“{name}”要写成一个不为空的文字列表，例如 [甲, 乙]。")
        return tuple(value)

    def day(self, name: str) -> date | None:
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, date):
            raise _Unreadable(f"“{name}”要写成日期，例如 2024-01-01。")
        return value

    def number(self, name: str) -> Decimal | None:
        value = self.values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise _Unreadable(f"“{name}”要写成数字。")
        return Decimal(value)

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.values.get(name, default)
        if not isinstance(value, bool):
            raise _Unreadable(f"“{name}”要写 true 或 false。")
        return value

    def pattern(self, name: str, *, required: bool = True) -> str:
        text = self.text(name, None if required else "")
        try:
            re.compile(text)
        except re.error as error:
            raise _Unreadable(f"“{name}”不是正确的正则表达式（{error.pos}处）。") from error
        return text

    @property
    def source(self) -> Source:
        verified = self.values.get("verified", self.inherited.get("verified", False))
        if not isinstance(verified, bool):
            raise _Unreadable("“verified”要写 true 或 false。")
        return Source(self.text("source"), verified)


class _Unreadable(Exception):
    """One statement cannot be used; the text says why."""


def _term(given: _Statement, found: _Collected) -> None:
    until, since = given.day("until"), given.day("since")
    if until is None:
        raise _Unreadable("缺少“until”（这个名称最后一天有效的日期）。")
    if since is not None and since > until:
        raise _Unreadable("“since”晚于“until”。")
    found.terms.append(
        Term(given.words("words"), until, given.text("use"), given.source, since, given.words("beside", ()))
    )


def _wording(given: _Statement, found: _Collected) -> None:
    kind = given.text("kind")
    if kind not in WORDING_KINDS:
        raise _Unreadable(f"“kind”只能是{'、'.join(WORDING_KINDS)}。")
    pattern, use = given.pattern("pattern"), given.text("use", "")
    groups = re.compile(pattern).groups
    if any(int(each) > groups for each in re.findall(r"\\(\d)", use)):
        raise _Unreadable("“use”引用了“pattern”里没有的括号。")
    beside = given.pattern("beside", required=False)
    found.wordings.append(
        Wording(given.text("id"), kind, pattern, use, given.text("reason"), given.source, beside)
    )


def _variants(given: _Statement, found: _Collected) -> None:
    words = given.words("words")
    if len(words) < 2:
        raise _Unreadable("“words”至少要有两种写法。")
    found.variants.append(Variants(words, given.text("reason"), given.source, given.words("apart", ())))


def _effect(given: _Statement, found: _Collected) -> None:
    found.effects.append(
        Effect(given.pattern("pattern"), given.flag("absolute", default=False), given.source)
    )


def _synonyms(given: _Statement, found: _Collected) -> None:
    groups = given.values.get("synonyms")
    for group in groups if isinstance(groups, list) else [groups]:
        if (
            not isinstance(group, list)
            or len(group) < 2
            or not all(isinstance(each, str) and each for each in group)
        ):
            raise _Unreadable("“synonyms”的每一组要写成至少两个词的列表，例如 [甲, 乙]。")
        found.synonyms.append(tuple(group))


def _off(given: _Statement, found: _Collected) -> None:
    names = given.values.get("checks")
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise _Unreadable("“checks”要写成检查名称的列表，例如 [heading_twins]；不关闭写 []。")
    found.off += names


def _ratio(given: _Statement, found: _Collected) -> None:
    bounds = []
    for value in _statements(given, "values"):
        since, low, high = value.day("from"), value.number("low"), value.number("high")
        if since is None or (low is None and high is None):
            raise _Unreadable("“values”里每一条要有 from，以及 low 或 high。")
        if low is not None and high is not None and low > high:
            raise _Unreadable("“low”大于“high”。")
        bounds.append(Bound(since, low, high, value.source))
    found.ratios.append(
        RatioNorm(
            given.text("id"),
            given.text("title"),
            given.words("part"),
            given.text("part_unit"),
            given.words("per"),
            given.words("per_unit"),
            tuple(sorted(bounds, key=lambda each: each.since)),
            given.flag("per_day", default=False),
        )
    )


def _actor(given: _Statement, found: _Collected) -> None:
    found.actors.append(
        ActorNorm(
            given.text("id"),
            given.text("title"),
            given.pattern("act"),
            given.pattern("not_by"),
            given.pattern("unless", required=False),
            given.text("by"),
            given.source,
        )
    )


def _base(given: _Statement, found: _Collected) -> None:
    found.bases.append(
        BaseNorm(
            given.text("id"),
            given.text("title"),
            given.pattern("result"),
            given.pattern("base"),
            given.text("ask"),
            given.source,
        )
    )


_Reader = Callable[[_Statement, _Collected], None]
_TERM_KINDS: dict[str, tuple[str, _Reader]] = {
    "terms": ("terms", _term),
    "wordings": ("wordings", _wording),
    "variants": ("variants", _variants),
    "effects": ("effects", _effect),
    "synonyms": ("", _synonyms),
    "checks-off": ("", _off),
}
_NORM_KINDS: dict[str, tuple[str, _Reader]] = {
    "ratio": ("", _ratio),
    "actor": ("", _actor),
    "base": ("", _base),
}


def _read_file(path: Path, found: _Collected, kinds: Mapping[str, tuple[str, _Reader]]) -> None:
    """One catalog file: a list of statements under a key, or (norms) the file itself is the statement."""
    content = _parse(path, found.problems)
    if content is None:
        return
    whole = _Statement(path, content, {}, found.problems)
    if content.get("id") != path.stem:
        found.problems.append(_problem(whole, f"“id”要与文件名一致，应为“{path.stem}”。"))
        return
    kind = content.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        found.problems.append(_problem(whole, f"“kind”只能是{'、'.join(kinds)}。"))
        return
    key, read = kinds[kind]
    try:
        statements = _statements(whole, key) if key else (whole,)
    except _Unreadable as error:
        found.problems.append(_problem(whole, str(error)))
        return
    for statement in statements:
        try:
            read(statement, found)
        except _Unreadable as error:
            found.problems.append(_problem(statement, str(error)))


def _read_parameter(path: Path, found: _Collected, day: date) -> None:
    """The value of an `audit-` parameter that is in force on `day`."""
    content = _parse(path, found.problems)
    if content is None or "values" not in content:
        return
    whole = _Statement(path, content, {}, found.problems)
    try:
        dated = [
            (each.day("from") or date.min, each.number("value")) for each in _statements(whole, "values")
        ]
    except _Unreadable as error:
        found.problems.append(_problem(whole, str(error)))
        return
    for since, value in sorted(dated, key=lambda each: each[0]):
        if since <= day and value is not None:
            found.parameters[path.stem] = value


def _statements(given: _Statement, key: str) -> tuple[_Statement, ...]:
    value = given.values.get(key)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _Unreadable(f"“{key}”要写成一个列表，每条一组内容。")
    return tuple(_Statement(given.path, each, given.values, given.problems) for each in value)


_LINE = "__line__"


class _Loader(yaml.SafeLoader):
    """YAML with the line of every mapping, decimals for numbers, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:  # noqa: ARG002, FBT002
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for at, key in enumerate(keys):
            if key in keys[:at]:
                raise yaml.constructor.ConstructorError(
                    None, None, f"“{key}”写了两次", node.value[at][0].start_mark
                )
        found: dict[object, object] = super().construct_mapping(node, deep=True)
        found[_LINE] = node.start_mark.line + 1
        return found

    def construct_decimal(self, node: yaml.ScalarNode) -> Decimal:
        try:
            return Decimal(str(node.value).replace("_", ""))
        except InvalidOperation:
            raise yaml.constructor.ConstructorError(None, None, "不是数字", node.start_mark) from None


_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.construct_decimal)


def _parse(path: Path, problems: list[Problem]) -> dict[str, object] | None:
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(file=path.name, line=mark.line + 1 if mark else None)
        said = getattr(error, "problem", None) or "文件不是 UTF-8 编码的 YAML"
        problems.append(
            Problem(where, "catalog.unreadable", f"文件读不懂：{said}。请按示例检查缩进、引号和冒号。")
        )
        return None
    if not isinstance(content, dict):
        problems.append(
            Problem(Where(file=path.name), "catalog.unreadable", "文件读不懂：应以“id:”开头。请对照示例。")
        )
        return None
    return content


def _problem(statement: _Statement, text: str) -> Problem:
    return Problem(statement.where, "catalog.audit_words", text)
