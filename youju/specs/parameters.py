"""catalog/parameters/*.yaml → values that change with the years, each with its source and whether somebody read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from youju.specs.source import Block, Problems, read_source


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
        for path in sorted(folder.glob("*.yaml")):
            own = Problems(path.name)
            problems.append(own)
            block = read_source(path, own)
            if block is not None:
                parameter = _read(block, path)
                found[parameter.id] = parameter
    return found, problems


def _read(block: Block, path: Path) -> Parameter:
    name = block.text("id", required=True)
    if name != path.stem:
        block.problem("parameter.id", f"id 应与文件名一致，写成 id: {path.stem}。", "id")
    values = [_value(each) for each in block.blocks("values")]
    if not values:
        block.problem(
            "parameter.values",
            "没有取值。请写 values: [{from: 2024-01-01, value: 6, source: …, verified: false}]。",
        )
    if [each.since for each in values] != sorted({each.since for each in values}):
        block.problem("parameter.order", "values 应按 from 的先后排列，日期不能重复。", "values")
    parameter = Parameter(
        name,
        block.text("title", required=True),
        block.text("note"),
        tuple(sorted(values, key=lambda each: each.since)),
    )
    block.finish()
    return parameter


def _value(block: Block) -> Value:
    text = block.text("from", required=True)
    try:
        since = date.fromisoformat(text)
    except ValueError:
        block.problem("catalog.not_day", f"from 应是日期，如 2024-01-01，现为“{text}”。", "from")
        since = date.min
    value = Value(
        since, block.text("value", required=True), block.text("source", required=True), block.flag("verified")
    )
    block.finish()
    return value
