"""A catalog file as a tree of texts with lines: strict, all problems collected, nothing guessed.

Every scalar is text as written (a bare `on:` stays "on", 2024-03-05 stays a text, 1.50 keeps its zero); what a text means
is decided by who asks for it. Keys nobody asked for are reported with the nearest known one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import yaml
from rapidfuzz import process

from youju.core.problem import Problem, Where

MAX_BYTES = 1_000_000
TRUE = frozenset({"true", "yes", "是"})
FALSE = frozenset({"false", "no", "否"})


class Problems:
    """Collects what is wrong in one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def add(self, line: int, code: str, text: str) -> None:
        """One more problem at a line of the file."""
        self.found.append(Problem(Where(file=self.file, line=line), code, text))


class Block:
    """One mapping: ask for its keys, then `finish` reports those nobody asked for."""

    def __init__(self, node: yaml.MappingNode, problems: Problems) -> None:
        self.line = node.start_mark.line + 1
        self.problems = problems
        self._nodes: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: list[str] = []
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            line = key.start_mark.line + 1
            if name in self._nodes:
                text = f"“{name}”写了两次（第{self._lines[name]}行已有）。请删去一处。"
                problems.add(line, "catalog.duplicate_key", text)
            self._nodes[name] = value
            self._lines[name] = line

    def problem(self, code: str, text: str, key: str = "") -> None:
        """A problem at this block, or at one of its keys."""
        self.problems.add(self.line_of(key), code, text)

    def line_of(self, key: str) -> int:
        """The line a key stands on; the block's own when it is absent."""
        return self._lines.get(key, self.line)

    def has(self, key: str) -> bool:
        """Whether the key is written, with something behind it."""
        node = self._nodes.get(key)
        return node is not None and not (isinstance(node, yaml.ScalarNode) and _is_null(node))

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """The text of a scalar."""
        self._asked.append(key)
        if not self.has(key):
            if required:
                self.problem("catalog.missing", f"缺少“{key}”。请补上，如 {key}: …")
            return default
        node = self._nodes[key]
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip()
        self.problem("catalog.not_text", f"“{key}”应是一个值，不是列表或映射。", key)
        return default

    def choice(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        """A text that is one of a few; the default when it is none of them, and a problem."""
        value = self.text(key, default, required=not default)
        if value in allowed or not self.has(key):
            return value or default or allowed[0]
        near = process.extractOne(value, allowed, score_cutoff=50)
        hint = f"是不是“{near[0]}”？" if near else ""
        self.problem(
            "catalog.not_allowed", f"“{key}”不能是“{value}”。{hint}可用：{'、'.join(allowed)}。", key
        )
        return default or allowed[0]

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.text(key).lower()
        if value in TRUE:
            return True
        if value and value not in FALSE:
            self.problem("catalog.not_flag", f"“{key}”应是 true 或 false，现为“{value}”。", key)
        return default if not value else False

    def number(self, key: str, default: int = 0) -> int:
        """A whole number that is not negative."""
        value = self.text(key)
        if not value:
            return default
        if value.isascii() and value.isdigit():
            return int(value)
        self.problem("catalog.not_number", f"“{key}”应是整数，现为“{value}”。", key)
        return default

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        self._asked.append(key)
        if not self.has(key):
            return ()
        node = self._nodes[key]
        if isinstance(node, yaml.ScalarNode):
            return (str(node.value).strip(),)
        if isinstance(node, yaml.SequenceNode) and all(
            isinstance(each, yaml.ScalarNode) for each in node.value
        ):
            return tuple(str(each.value).strip() for each in node.value)
        self.problem("catalog.not_list", f"“{key}”应是一列词语，如 {key}: [甲, 乙]。", key)
        return ()

    def block(self, key: str) -> Block | None:
        """A mapping under the key, or None."""
        self._asked.append(key)
        if not self.has(key):
            return None
        node = self._nodes[key]
        if isinstance(node, yaml.MappingNode):
            return Block(node, self.problems)
        self.problem("catalog.not_block", f"“{key}”应是映射，如 {key}: {{名: 值}}。", key)
        return None

    def is_block(self, key: str) -> bool:
        """Whether a mapping stands under the key."""
        return isinstance(self._nodes.get(key), yaml.MappingNode)

    def is_list(self, key: str) -> bool:
        """Whether a list stands under the key."""
        return isinstance(self._nodes.get(key), yaml.SequenceNode)

    def blocks(self, key: str) -> list[Block]:
        """A list of mappings."""
        return [each for each in self.items(key) if isinstance(each, Block)]

    def items(self, key: str, *, texts: bool = False) -> list[Block | str]:
        """A list of mappings, and of texts where those are allowed."""
        self._asked.append(key)
        if not self.has(key):
            return []
        node = self._nodes[key]
        if not isinstance(node, yaml.SequenceNode):
            self.problem("catalog.not_list", f"“{key}”应是一列，每项前加“- ”。", key)
            return []
        found: list[Block | str] = []
        for each in node.value:
            if isinstance(each, yaml.MappingNode):
                found.append(Block(each, self.problems))
            elif texts and isinstance(each, yaml.ScalarNode):
                found.append(str(each.value).strip())
            else:
                line = each.start_mark.line + 1
                self.problems.add(line, "catalog.not_block", f"“{key}”的每一项应是映射，如 - {{id: …}}。")
        return found

    def names(self) -> list[str]:
        """Every key, for blocks whose keys are free."""
        return list(self._nodes)

    def scalars(self) -> dict[str, str]:
        """Every key with its text, for blocks whose keys are free."""
        self._asked.extend(self._nodes)
        return {
            name: str(node.value).strip()
            for name, node in self._nodes.items()
            if isinstance(node, yaml.ScalarNode)
        }

    def mixed(self) -> dict[str, tuple[str, ...]]:
        """Every key with its texts, for blocks whose keys are free and whose values are one or several."""
        return {name: self.texts(name) for name in self._nodes}

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        known = list(dict.fromkeys(self._asked))
        for name, line in self._lines.items():
            if name not in known:
                near = process.extractOne(name, known, score_cutoff=60)
                hint = f"是不是“{near[0]}”？" if near else f"可写：{'、'.join(known)}。"
                self.problems.add(line, "catalog.unknown_key", f"没有“{name}”这一项。{hint}")


def read_source(path: Path, problems: Problems) -> Block | None:
    """The file's mapping, or None with a problem."""
    try:
        content = path.read_bytes()
        if len(content) > MAX_BYTES:
            problems.add(1, "catalog.unreadable", "文件超过 1 MB，不像目录文件。请检查是否放错了文件。")
            return None
        text = content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        problems.add(1, "catalog.unreadable", "文件读不懂。请另存为 UTF-8 编码的文本。")
        return None
    return parse_source(text, problems)


def parse_source(text: str, problems: Problems, first_line: int = 0) -> Block | None:
    """The mapping in a text; `first_line` is how many lines of the file stand before it."""
    try:
        root = yaml.compose("\n" * first_line + text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else first_line + 1
        advice = (
            "缩进只能用空格，不能用制表符。" if "\t" in text else "请检查缩进、引号、方括号和冒号后的空格。"
        )
        problems.add(line, "catalog.unreadable", f"从这一行起读不懂。{advice}")
        return None
    if isinstance(root, yaml.MappingNode) and not _has_alias(root):
        return Block(root, problems)
    problems.add(
        first_line + 1, "catalog.unreadable", "文件应由“名: 值”组成，且不用锚点（&、*）。请对照示例检查开头。"
    )
    return None


def _is_null(node: yaml.ScalarNode) -> bool:
    return node.tag == "tag:yaml.org,2002:null"


def _has_alias(root: yaml.Node) -> bool:
    """Whether one node stands in two places: anchors make files hard to read and can make them endless."""
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        if id(node) in seen:
            return True
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            stack.extend(part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)
    return False
