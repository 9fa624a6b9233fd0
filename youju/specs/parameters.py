"""catalog/parameters/*.yaml → values that change with the years, each with its source and whether somebody read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from youju.core.problem import DomainError
from youju.specs.source import Block, Problems, read_folder, read_source, shown


class NoParameter(DomainError):
    """A parameter that the program cannot do without has no whole number on the day."""

    code = "parameter.none"
    text = "参数“{name}”在{day}没有可用的整数取值。请检查 catalog/parameters/{name}.yaml。"


@dataclass(frozen=True, slots=True)
class Value:
    """A parameter's value from a day on. `verified` is False when nobody has read its source."""

    since: date
    value: str
    source: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter with its values by day, earliest first."""

    id: str
    title: str
    note: str
    values: tuple[Value, ...]

    def on(self, day: date) -> Value | None:
        """The value in force on a day, or None before the first."""
        return next((each for each in reversed(self.values) if each.since <= day), None)


def read_parameters(folders: Sequence[Path]) -> tuple[dict[str, Parameter], list[Problems]]:
    """The parameters of these folders; a file of a later folder takes the place of an earlier one (a province's rule)."""
    found: dict[str, Parameter] = {}
    problems = []
    for folder in folders:
        paths, overlooked = read_folder(folder, ".yaml")
        problems.extend(overlooked)
        for path in paths:
            own = Problems(shown(path))
            problems.append(own)
            block = read_source(path, own)
            if block is not None:
                parameter = _read(block, path)
                found[parameter.id] = parameter
    return found, problems


def number_on(catalogs: Sequence[Path], name: str, day: date) -> int:
    """The whole number that parameter `name` has on a day. Raises NoParameter when no catalog has a readable one."""
    return numbers_on(catalogs, day)(name)


def numbers_on(catalogs: Sequence[Path], day: date) -> Callable[[str], int]:
    """`number_on` for many parameters: the files are read once."""
    folders = [folder / "parameters" for folder in catalogs]
    found, _ = read_parameters([folder for folder in folders if folder.is_dir()])

    def number(name: str) -> int:
        value = found[name].on(day) if name in found else None
        try:
            return int(value.value if value else "")
        except ValueError:
            raise NoParameter(name=name, day=day) from None

    return number


def _read(block: Block, path: Path) -> Parameter:
    name = block.text("id", required=True)
    if name != path.stem:
        block.problem("parameter.id", f"id 应与文件名一致，写成 id: {path.stem}。", "id")
    written = block.blocks("values")
    values = [_value(each) for each in written]
    if not written:
        block.problem(
            "parameter.values",
            "没有取值。请写 values: [{from: 2024-01-01, value: 6, source: …, verified: false}]。",
        )
    dated = [(each.since, at) for each, at in zip(values, written, strict=True) if each is not None]
    for (before, _), (day, at) in pairwise(dated):
        if day <= before:
            text = f"{day}不晚于前一个取值的{before}。请按 from 的先后排列，日期不重复。"
            at.problem("parameter.order", text, "from")
    parameter = Parameter(
        path.stem,
        block.text("title", required=True),
        block.text("note"),
        tuple(sorted((each for each in values if each is not None), key=lambda each: each.since)),
    )
    block.finish()
    return parameter


def _value(block: Block) -> Value | None:
    text = block.text("from", required=True)
    value, source = block.text("value", required=True), block.text("source", required=True)
    verified = block.flag("verified")
    block.finish()
    try:
        return Value(date.fromisoformat(text), value, source, verified)
    except ValueError:
        if text:
            block.problem("catalog.not_day", f"from 应是日期，如 2024-01-01，现为“{text}”。", "from")
        return None
