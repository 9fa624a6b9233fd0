"""catalog/units.yaml and catalog/lexicon/*.yaml → the units and words that reading a text needs.

A file of units holds `units:`, a list of {symbol, family, factor, scale, kind, aliases}; a file of words holds
`id:` (its own name), `title:` and `words:`. A later folder adds to an earlier one: a unit of a known symbol gains
the aliases written there and changes in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from youju.core.claim.lexicon import Lexicon
from youju.core.problem import Problem, Refused, Where
from youju.core.quantity import Unit, UnitTable

UNIT_KINDS = (
    "count", "money", "mass", "length", "area", "volume", "time", "percent", "percent_point", "ratio", "rate"
)  # fmt: skip
_UNIT_FIELDS = frozenset({"symbol", "family", "factor", "scale", "kind", "aliases"})
_WORD_FIELDS = frozenset({"id", "title", "words"})
_MOST_DECIMALS = 12


def load_units(paths: Sequence[Path]) -> UnitTable:
    """The unit table of these files, in order. Raises Refused with every problem, each with file and line."""
    problems: list[Problem] = []
    units: dict[str, Unit] = {}
    owner: dict[str, str] = {}
    for path in paths:
        for item in _items(path, "units", problems):
            unit = _unit(item, units, problems)
            if unit is None:
                continue
            taken = [
                name for name in (unit.symbol, *unit.aliases) if owner.get(name, unit.symbol) != unit.symbol
            ]
            for name in taken:
                item.problem(
                    problems, "unit.taken", f"“{name}”已经是单位“{owner[name]}”的写法，请换一个或删去。"
                )
            if not taken:
                units[unit.symbol] = unit
                owner.update(dict.fromkeys((unit.symbol, *unit.aliases), unit.symbol))
    if problems:
        raise Refused(tuple(problems))
    return UnitTable(units.values())


def load_lexicon(paths: Sequence[Path]) -> Lexicon:
    """Units and words of these catalog folders, in order. Raises Refused with every problem.

    paths  folders that hold units.yaml and lexicon/; what a folder does not have is skipped
    """
    units = load_units([folder / "units.yaml" for folder in paths if (folder / "units.yaml").is_file()])
    problems: list[Problem] = []
    words: dict[str, dict[str, None]] = {}
    for folder in paths:
        for path in sorted((folder / "lexicon").glob("*.yaml")):
            for name, found in _words(path, problems).items():
                words.setdefault(name, {}).update(dict.fromkeys(found))
    if problems:
        raise Refused(tuple(problems))
    return Lexicon(units, {name: tuple(found) for name, found in words.items()})


class _Item:
    """One mapping of a file with the line it starts on."""

    def __init__(self, path: Path, node: yaml.MappingNode) -> None:
        self.path = path
        self.line = node.start_mark.line + 1
        self.values: dict[str, yaml.Node] = {str(key.value): value for key, value in node.value}

    def problem(self, problems: list[Problem], code: str, text: str) -> None:
        problems.append(Problem(Where(file=self.path.name, line=self.line), code, text))

    def text(self, name: str, default: str) -> str:
        node = self.values.get(name)
        return str(node.value) if isinstance(node, yaml.ScalarNode) else default

    def texts(self, name: str) -> list[str]:
        node = self.values.get(name)
        return [str(each.value) for each in node.value] if isinstance(node, yaml.SequenceNode) else []


def _unit(item: _Item, known: Mapping[str, Unit], problems: list[Problem]) -> Unit | None:
    before = len(problems)
    for field in sorted(item.values.keys() - _UNIT_FIELDS):
        text = f"没有“{field}”这一项。可用：symbol、family、factor、scale、kind、aliases。"
        item.problem(problems, "unit.field", text)
    symbol = item.text("symbol", "").strip()
    if not symbol:
        item.problem(problems, "unit.symbol", "缺少 symbol。请写单位的规范写法，如 symbol: 件。")
        return None
    aliases = tuple(item.texts("aliases"))
    if (old := known.get(symbol)) is not None:
        return replace(old, aliases=tuple(dict.fromkeys((*old.aliases, *aliases))))
    kind = item.text("kind", "count")
    if kind not in UNIT_KINDS:
        item.problem(problems, "unit.kind", f"没有“{kind}”这一类。可用：{'、'.join(UNIT_KINDS)}。")
    scale = item.text("scale", "0")
    if not (scale.isdecimal() and int(scale) <= _MOST_DECIMALS):
        item.problem(problems, "unit.scale", f"scale 应是 0 到 {_MOST_DECIMALS} 的整数，现为“{scale}”。")
    try:
        factor = Decimal(item.text("factor", "1"))
    except InvalidOperation:
        factor = Decimal(0)
    if not (factor.is_finite() and factor > 0):
        item.problem(problems, "unit.factor", f"factor 应是大于 0 的数，现为“{item.text('factor', '')}”。")
    if len(problems) > before:
        return None
    return Unit(symbol, item.text("family", symbol), factor, int(scale), aliases, kind)


def _words(path: Path, problems: list[Problem]) -> dict[str, list[str]]:
    """List name → words: the id of the file alone, or id.section for each section of `words:`."""
    root = _root(path, problems)
    if root is None:
        return {}
    item = _Item(path, root)
    for field in sorted(item.values.keys() - _WORD_FIELDS):
        item.problem(problems, "lexicon.field", f"没有“{field}”这一项。可用：id、title、words。")
    name = item.text("id", "")
    if name != path.stem:
        item.problem(problems, "lexicon.id", f"id 应与文件名一致，写成 id: {path.stem}。")
    node = item.values.get("words")
    if isinstance(node, yaml.SequenceNode):
        return {name: list(_scalars(path, node, problems))}
    if isinstance(node, yaml.MappingNode):
        return {f"{name}.{key.value}": list(_scalars(path, each, problems)) for key, each in node.value}
    item.problem(problems, "lexicon.words", "缺少 words。请写一串词语，每行一个，前面加“- ”。")
    return {}


def _scalars(path: Path, node: yaml.Node, problems: list[Problem]) -> Iterable[str]:
    children = node.value if isinstance(node, yaml.SequenceNode) else [node]
    for each in children:
        if isinstance(each, yaml.ScalarNode) and str(each.value).strip():
            yield from str(each.value).split()
        else:
            where = Where(file=path.name, line=each.start_mark.line + 1)
            problems.append(Problem(where, "lexicon.word", "这里应是一个词。请写成“- 词语”。"))


def _items(path: Path, name: str, problems: list[Problem]) -> Iterable[_Item]:
    root = _root(path, problems)
    if root is None:
        return
    for key, node in root.value:
        if key.value != name or not isinstance(node, yaml.SequenceNode):
            where = Where(file=path.name, line=key.start_mark.line + 1)
            problems.append(Problem(where, "unit.file", f"这里应是“{name}:”和它下面的一串单位。"))
            continue
        for each in node.value:
            if isinstance(each, yaml.MappingNode):
                yield _Item(path, each)
            else:
                where = Where(file=path.name, line=each.start_mark.line + 1)
                problems.append(Problem(where, "unit.file", "这里应是一个单位，如 {symbol: 件}。"))


def _root(path: Path, problems: list[Problem]) -> yaml.MappingNode | None:
    try:
        root = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = Where(file=path.name, line=mark.line + 1 if mark else None)
        problems.append(
            Problem(where, "catalog.unreadable", "文件读不懂。请检查编码（UTF-8）、缩进、引号和冒号。")
        )
        return None
    if isinstance(root, yaml.MappingNode):
        return root
    problems.append(Problem(Where(file=path.name), "catalog.unreadable", "文件读不懂：请对照示例检查开头。"))
    return None
