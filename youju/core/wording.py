"""Choosing a true wording for a figure of a report: the style asked for when it is true, the nearest true one when not."""

from __future__ import annotations

import re
from dataclasses import dataclass

from youju.core.figure import Figure
from youju.core.problem import DomainError
from youju.core.quantity import plain
from youju.core.recipe import AGAINST_ZH
from youju.core.zh.interval import Interval, exactly
from youju.core.zh.reading import read
from youju.core.zh.wordings import ON_REQUEST, Style, Wording, in_base, wordings

STYLES: tuple[str, ...] = (
    "exact", "digits", "many", "rounded", "all", "of_whole", "yu", "nearly", "over", "about", "almost", "most"
)  # fmt: skip
# What is said instead when a style is not true of the value: 全部 becomes 17个村中16个.
_INSTEAD: dict[str, str] = {"all": "of_whole", "almost": "of_whole", "most": "of_whole"}
NOT_REPORTED = "（未报）"


class UnknownStyle(DomainError):
    """No such way of wording."""

    code = "report.style"
    text = "没有“{style}”这种写法。可用：{known}。"


@dataclass(frozen=True, slots=True)
class Worded:
    """A figure in words. `instead` is the style asked for when another had to be taken, '' otherwise."""

    text: str
    style: str
    interval: Interval
    instead: str = ""


def word(figure: Figure, style: str, noun: str = "") -> Worded:
    """The figure in the style asked for, or in the nearest one that is true of it. Raises UnknownStyle."""
    asked = style or "exact"
    if asked not in STYLES:
        raise UnknownStyle(style=style, known="、".join(STYLES))
    if figure.recipe.against:
        return changed(figure)
    if figure.value is None:
        return Worded(NOT_REPORTED, "exact", Interval(None, None), asked if style else "")
    found = {each.style: each for each in true_wordings(figure, noun, asked)}
    for wanted in (asked, _INSTEAD.get(asked, "exact"), "exact"):
        each = next((found[name] for name in found if name == wanted), None)
        if each is not None:
            return Worded(each.text, each.style, each.interval, "" if each.style == asked else asked)
    first = next(iter(found.values()))
    return Worded(first.text, first.style, first.interval, asked)


def changed(figure: Figure) -> Worded:
    """A figure of 同比 or 环比 in words: 同比增长12.5%, 环比下降3%, 同比持平; its interval is that of the signed number."""
    against = AGAINST_ZH[figure.recipe.against]
    if figure.value is None:
        return Worded(f"（{against}无法比较）", "exact", Interval(None, None))
    number = figure.value.number
    if number == 0:
        return Worded(f"{against}持平", "exact", exactly(number))
    verb = "增长" if number > 0 else "下降"
    return Worded(f"{against}{verb}{plain(abs(number))}%", "exact", exactly(number))


def says(text: str, figure: Figure) -> bool:
    """Whether a wording is true of a figure: what a reader may take it for contains the value."""
    if figure.recipe.against or figure.value is None:
        return text == word(figure, "").text
    if text == NOT_REPORTED:
        return False
    if figure.whole is not None and any(text == each.text for each in _of_whole(text, figure)):
        return True
    return in_base(figure.value) in read(text)


def _of_whole(text: str, figure: Figure) -> list[Wording]:
    """The wordings of a part of a whole, with the noun that `text` gives the whole."""
    assert figure.whole is not None
    start = f"{plain(figure.whole.number)}{figure.whole.unit}"
    if not text.startswith(start):
        return []
    noun = re.split("中|全部|几乎都|大部分", text.removeprefix(start))[0]
    return [each for asked in ("almost", "most") for each in true_wordings(figure, noun, asked)]


def true_wordings(figure: Figure, noun: str = "", asked: str = "") -> list[Wording]:
    """Every true wording of a figure that has a value; those on request only when asked for."""
    assert figure.value is not None
    request: set[Style] = {style for style in ON_REQUEST if style == asked}
    whole = (
        figure.whole
        if figure.whole is not None and figure.whole.unit.family == figure.value.unit.family
        else None
    )
    return wordings(figure.value, whole, noun, request)
