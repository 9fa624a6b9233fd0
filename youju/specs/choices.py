"""catalog/lexicon/choices/*.yaml → lists of options that several registers share, each with the days it was in use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from youju.core.register import Choice
from youju.specs.source import Block, Problems, read_source


@dataclass(frozen=True, slots=True)
class ChoiceList:
    """A shared list of options."""

    id: str
    title: str
    source: str
    choices: tuple[Choice, ...]


def read_choices(folders: Sequence[Path]) -> tuple[dict[str, ChoiceList], list[Problems]]:
    """The lists of these folders in order; a file of a later folder with `extends: true` adds to the earlier one."""
    found: dict[str, ChoiceList] = {}
    problems = []
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            own = Problems(path.name)
            problems.append(own)
            block = read_source(path, own)
            if block is not None:
                _read(block, path, found)
    return found, problems


def read_choice(item: Block | str) -> Choice:
    """One option: a text alone, or a mapping with aliases and days."""
    if isinstance(item, str):
        return Choice(item)
    choice = Choice(
        item.text("id", required=True), item.texts("aliases"), item.text("since"), item.text("until")
    )
    for key, day in (("since", choice.since), ("until", choice.until)):
        if day and not _is_day(day):
            item.problem("catalog.not_day", f"{key} 应是日期，如 2024-01-01，现为“{day}”。", key)
    item.finish()
    return choice


def _read(block: Block, path: Path, found: dict[str, ChoiceList]) -> None:
    name = block.text("id", required=True)
    if name != path.stem:
        block.problem("choices.id", f"id 应与文件名一致，写成 id: {path.stem}。", "id")
    title, source = block.text("title", required=True), block.text("source", required=True)
    extends = block.flag("extends")
    choices = tuple(read_choice(each) for each in block.items("choices", texts=True))
    block.finish()
    names: dict[str, str] = {}
    for choice in choices:
        for each in (choice.id, *choice.aliases):
            if names.setdefault(each, choice.id) != choice.id:
                text = f"“{each}”同时指“{names[each]}”和“{choice.id}”。请删去一处。"
                block.problem("choices.twice", text, "choices")
    before = found.get(name)
    if before is None:
        found[name] = ChoiceList(name, title, source, choices)
    elif not extends:
        block.problem(
            "choices.there", f"已有选项表“{name}”。要在它后面增加，请写 extends: true；否则请换名。", "id"
        )
    else:
        merged = {choice.id: choice for choice in before.choices}
        for choice in choices:
            old = merged.get(choice.id)
            merged[choice.id] = (
                replace(choice, aliases=tuple(dict.fromkeys((*old.aliases, *choice.aliases))))
                if old
                else choice
            )
        found[name] = replace(before, choices=tuple(merged.values()))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
