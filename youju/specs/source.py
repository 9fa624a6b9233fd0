"""A catalog file as a tree of texts with lines: strict, all problems collected, nothing guessed.

Every scalar is text as written (a bare `on:` stays "on", 2024-03-05 stays a text, 1.50 keeps its zero); what a text means
is decided by who asks for it. Keys nobody asked for are reported with the nearest known one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
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
                self.problem("catalog.missing", f"缺少“{key}”。请补上，如 {key}: …", key)
            return default
        node = self._nodes[key]
        if isinstance(node, yaml.ScalarNode):
            return str(node.value).strip()
        self.problem("catalog.not_text", f"“{key}”应是一个值，不是列表或映射。", key)
        return default

    def choice(self, key: str, allowed: Sequence[str], default: str = "") -> str:
        """A text that is one of a few; the default when it is none of them, and a problem."""
        value = self.text(key, default, required=not default)
        if value in allowed or not self.has(key) or not self.is_scalar(key):
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
        if value.isascii() and value.isdigit() and len(value) <= 9:
            return int(value)
        self.problem("catalog.not_number", f"“{key}”应是整数，如 36，现为“{value}”。", key)
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
            found = tuple(str(each.value).strip() for each in node.value)
            if "" in found:
                self.problem("catalog.empty", f"“{key}”中有空的一项。请补上或删去。", key)
            return tuple(each for each in found if each)
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

    def is_scalar(self, key: str) -> bool:
        """Whether a single value stands under the key."""
        return isinstance(self._nodes.get(key), yaml.ScalarNode)

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
        return {name: self.text(name) for name in self._nodes}

    def mixed(self) -> dict[str, tuple[str, ...]]:
        """Every key with its texts, for blocks whose keys are free and whose values are one or several."""
        return {name: self.texts(name) for name in self._nodes}

    def only(self, key: str, *, fits: bool, where: str) -> None:
        """A problem when the key is written where it has no meaning."""
        self._asked.append(key)
        if not fits and self.has(key):
            self.problem("catalog.out_of_place", f"只有{where}写“{key}”。请删去。", key)

    def finish(self) -> None:
        """Report every key that nobody asked for."""
        known = list(dict.fromkeys(self._asked))
        for name, line in self._lines.items():
            if name not in known:
                near = process.extractOne(name, known, score_cutoff=60)
                hint = f"是不是“{near[0]}”？" if near else f"可写：{'、'.join(known)}。"
                self.problems.add(line, "catalog.unknown_key", f"没有“{name}”这一项。{hint}")


def read_folder(folder: Path, ending: str) -> tuple[list[Path], list[Problems]]:
    """The files of a folder by name, and a problem for each that would be overlooked for its ending."""
    if not folder.is_dir():
        return [], []
    found, overlooked = [], []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.endswith("~") or path.is_dir():
            continue
        if path.suffix == ending:
            found.append(path)
        else:
            problems = Problems(shown(path))
            text = f"这里只读 {ending} 文件。请改名为 {path.stem}{ending}，或移出这个文件夹。"
            problems.add(1, "catalog.other_file", text)
            overlooked.append(problems)
    return found, overlooked


def folder_state(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each file in a folder: another value when one was changed, added or taken away."""
    try:
        with os.scandir(folder) as found:
            files = [(each.name, each.stat()) for each in found]
    except FileNotFoundError:
        return ()
    return tuple(sorted((name, about.st_mtime_ns, about.st_size) for name, about in files))


def shown(path: Path) -> str:
    """The path as a person at this prompt can open it: from where they stand, or in full."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def read_text(path: Path, problems: Problems) -> str | None:
    """The file's text, or None with a problem."""
    try:
        content = path.read_bytes()
    except OSError:
        problems.add(1, "catalog.unreadable", "文件打不开。请检查它是否还在、是否有读取权限。")
        return None
    if len(content) > MAX_BYTES:
        problems.add(1, "catalog.unreadable", "文件超过 1 MB，不像目录文件。请检查是否放错了文件。")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        problems.add(line, "catalog.unreadable", "从这一行起不是 UTF-8 编码。请另存为 UTF-8 编码的文本。")
        return None


def read_source(path: Path, problems: Problems) -> Block | None:
    """The file's mapping, or None with a problem."""
    text = read_text(path, problems)
    return None if text is None else parse_source(text, problems)


def parse_source(text: str, problems: Problems, first_line: int = 0) -> Block | None:
    """The mapping in a text; `first_line` is how many lines of the file stand before it."""
    whole = "\n" * first_line + text
    if bad := _CONTROL.search(whole):
        line = whole.count("\n", 0, bad.start()) + 1
        problems.add(line, "catalog.unreadable", f"有不可见的控制字符（U+{ord(bad[0]):04X}）。请删去。")
        return None
    try:
        root = yaml.compose(whole, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        line, advice = _explained(error, whole.splitlines())
        problems.add(line or first_line + 1, "catalog.unreadable", f"从这一行起读不懂。{advice}")
        return None
    if not isinstance(root, yaml.MappingNode):
        advice = _FULL_WIDTH if "：" in text else "请对照示例检查开头。"
        problems.add(first_line + 1, "catalog.unreadable", f"文件应由“名: 值”组成。{advice}")
        return None
    refused = list(_refused(root))
    for line, said in refused:
        problems.add(line, "catalog.unreadable", said)
    return None if refused else Block(root, problems)


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("null", "bool", "int", "float", "str", "map", "seq", "timestamp", "merge", "value")
)
_FULL_WIDTH = "冒号要用半角“:”，后面空一格。"
# What the YAML reader says, and what a person should do about it. The first that fits is shown.
_ADVICE = (
    ("character '\\t'", "缩进只能用空格，不能用制表符。"),
    ("mapping values are not allowed", "值里有冒号加空格时，请给整个值加引号，如 '甲: 乙'。"),
    ("quoted scalar", "引号没有成对。"),
    ("flow", "方括号或花括号没有成对，或项与项之间缺少半角逗号。"),
    ("could not find expected ':'", "这一行缺少半角冒号，或冒号后没有空一格。"),
    ("cannot start any token", "值以 %、@ 等符号开头时，请加引号，如 '%'。"),
    ("alias", "值以 * 或 & 开头时，请加引号。"),
    ("anchor", "值以 * 或 & 开头时，请加引号。"),
    ("block", "这一行的缩进与前面不齐，或少了“- ”。"),
)
_FROM_THE_START = ("simple key", "quoted scalar", "flow")  # the mistake is where the thing begins


def _explained(error: Exception, lines: Sequence[str]) -> tuple[int, str]:
    """Line (0: unknown) and advice for what the YAML reader could not read."""
    context = getattr(error, "context", None) or ""
    said = f"{context} {getattr(error, 'problem', None) or ''}"
    mark = getattr(error, "problem_mark", None)
    if isinstance(error, yaml.reader.ReaderError):
        return 0, "有不能显示的字符。请另存为 UTF-8 编码的文本。"
    if any(each in context for each in _FROM_THE_START):
        mark = getattr(error, "context_mark", None) or mark
    line = min(mark.line + 1, max(len(lines), 1)) if mark else 0
    written = lines[line - 1] if 0 < line <= len(lines) else ""
    if "：" in written and not re.search(r":(\s|$)", written):
        return line, _FULL_WIDTH
    found = next((advice for words, advice in _ADVICE if words in said), "")
    return line, found or "请检查缩进、引号、方括号和冒号后的空格。"


def _is_null(node: yaml.ScalarNode) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")


def _refused(root: yaml.Node) -> Iterator[tuple[int, str]]:
    """What YAML allows and these files do not: one node in two places (it can make a file endless), tags, keys
    that are no texts, control characters written as escapes.
    """
    seen: set[int] = set()
    stack = [root]
    while stack:
        node = stack.pop()
        line = node.start_mark.line + 1
        if id(node) in seen:
            yield line, "这里用了锚点（&、*）。请把内容照写一遍。"
            continue
        seen.add(id(node))
        if node.tag not in _TAGS:
            yield line, "这里用了标签（!）。请去掉，或给值加引号。"
        if isinstance(node, yaml.MappingNode):
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    yield key.start_mark.line + 1, "冒号前应是一个名称，不是列表或映射。"
            stack.extend(part for pair in node.value for part in pair)
        elif isinstance(node, yaml.SequenceNode):
            stack.extend(node.value)
        elif _CONTROL.search(str(node.value)):
            yield line, "值中有不可见的控制字符。请删去 \\x、\\u 等转义。"
