"""Choosing a true wording for a figure of a report: the style asked for when it is true, the nearest true one when not."""

from __future__ import annotations

from dataclasses import dataclass

from youju.core.figure import Figure
from youju.core.problem import DomainError
from youju.core.zh.interval import Interval
from youju.core.zh.wordings import ON_REQUEST, Style, Wording, wordings

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
    if figure.value is None:
        return Worded(NOT_REPORTED, "exact", Interval(None, None), asked if style else "")
    found = {each.style: each for each in true_wordings(figure, noun, asked)}
    for wanted in (asked, _INSTEAD.get(asked, "exact"), "exact"):
        each = next((found[name] for name in found if name == wanted), None)
        if each is not None:
            return Worded(each.text, each.style, each.interval, "" if each.style == asked else asked)
    first = next(iter(found.values()))
    return Worded(first.text, first.style, first.interval, asked)


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
