"""catalog/lexicon/choices/*.yaml → lists of options that several registers share, each with the days it was in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from youju.core.register import Choice
from youju.specs.source import Block, Problems, read_folder, read_source, shown


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
        paths, overlooked = read_folder(folder, ".yaml")
        problems.extend(overlooked)
        for path in paths:
            own = Problems(shown(path))
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
            choice = replace(choice, since="", until="")
    if choice.since and choice.until and choice.until < choice.since:
        text = f"“{choice.id}”的 until（{choice.until}）早于 since（{choice.since}）。请改正。"
        item.problem("choices.days", text, "until")
    item.finish()
    return choice


def check_names(choices: Iterable[Choice], block: Block, key: str) -> None:
    """A problem for every writing that means two options, and for an option written twice."""
    names: dict[str, str] = {}
    for choice in choices:
        if names.get(choice.id) == choice.id:
            block.problem("choices.twice", f"选项“{choice.id}”写了两次。请删去一处。", key)
        for each in (choice.id, *choice.aliases):
            other = names.setdefault(each, choice.id)
            if other != choice.id:
                text = f"“{each}”同时指“{other}”和“{choice.id}”。请删去一处。"
                block.problem("choices.twice", text, key)


def _read(block: Block, path: Path, found: dict[str, ChoiceList]) -> None:
    name = block.text("id", required=True)
    if name != path.stem:
        block.problem("choices.id", f"id 应与文件名一致，写成 id: {path.stem}。", "id")
        name = path.stem
    before = found.get(name)
    extends = block.flag("extends")
    title = block.text("title", required=before is None)
    source = block.text("source", required=True)
    choices = tuple(read_choice(each) for each in block.items("choices", texts=True))
    block.finish()
    if not choices:
        block.problem("choices.none", "没有选项。请写 choices: [甲, 乙]。", "choices")
    check_names(choices, block, "choices")
    if extends and before is None:
        text = f"没有名为“{name}”的随产品选项表可以增加。请去掉 extends，或改成要增加的那个表的名称。"
        block.problem("choices.extends", text, "extends")
    if before is None:
        found[name] = ChoiceList(name, title, source, choices)
    elif not extends:
        block.problem(
            "choices.there", f"已有选项表“{name}”。要在它后面增加，请写 extends: true；否则请换名。", "id"
        )
    else:
        found[name] = _extended(before, choices)
        if not block.problems.found:
            check_names(found[name].choices, block, "choices")


def _extended(before: ChoiceList, choices: Iterable[Choice]) -> ChoiceList:
    """The list with options added; an option it had gains aliases, and days where days are given."""
    merged = {choice.id: choice for choice in before.choices}
    for choice in choices:
        old = merged.get(choice.id, choice)
        aliases = tuple(dict.fromkeys((*old.aliases, *choice.aliases)))
        merged[choice.id] = Choice(choice.id, aliases, choice.since or old.since, choice.until or old.until)
    return replace(before, choices=tuple(merged.values()))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
