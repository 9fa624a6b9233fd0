"""Phrases 套语: 其中, 各 and 分别 written from linked figures, so that what stands in one sentence always agrees.

of_which      8个，其中形象广告牌6个、永久性宣传牌2个
each          专题学习会、干部学习大会各3次
respectively  专题学习会、干部学习大会分别4次、6次
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from youju.core.document import Use, Words
from youju.core.figure import Figure
from youju.core.problem import DomainError
from youju.core.recipe import Recipe

PhraseKind = Literal["of_which", "each", "respectively"]
KINDS: tuple[PhraseKind, ...] = ("of_which", "each", "respectively")


class PhraseUntrue(DomainError):
    """What the phrase would say is not so."""

    code = "report.phrase"
    text = "“{name}”不能成立：{why}请先核对台账，或改写这一句。"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of a report.

    whole    of 其中: the name of the figure that is split; '' otherwise
    figures  names of the figures that are listed, two at least
    labels   what each is called; empty: the value of its last dimension, or the title of its measure
    full     其中: the parts must be all there is, so they must add up to the whole
    """

    name: str
    kind: PhraseKind
    figures: tuple[str, ...]
    whole: str = ""
    labels: tuple[str, ...] = ()
    full: bool = False
    line: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Every figure it needs."""
        return (self.whole, *self.figures) if self.whole else self.figures


def say(
    phrase: Phrase, figures: Mapping[str, Figure], titles: Mapping[str, str], place: Use
) -> tuple[Words | Use, ...]:
    """The phrase as words and figures in their exact wording: rounded parts would not seem to add up.

    titles  what each figure is called when the phrase has no labels of its own
    raises  PhraseUntrue when something is unreported, of different units, overlaps or does not add up
    """
    labels = phrase.labels or tuple(titles[name] for name in phrase.figures)
    _check_known(phrase, figures)

    def use(name: str) -> Use:
        return Use(name, "exact", place.line, place.column, place.bold)

    def words(text: str) -> Words:
        return Words(text, place.bold)

    if phrase.kind == "of_which":
        _check_parts(phrase, figures)
        listed = [
            (words(("、" if number else "") + label), use(name))
            for number, (label, name) in enumerate(zip(labels, phrase.figures, strict=True))
        ]
        return (use(phrase.whole), words("，其中"), *(piece for pair in listed for piece in pair))
    same = len({str(figures[name].value) for name in phrase.figures}) == 1
    if phrase.kind == "each" and same:
        return (words("、".join(labels) + "各"), use(phrase.figures[0]))
    listed_values = [piece for name in phrase.figures for piece in (words("、"), use(name))][
        1:
    ]  # what is not the same for all is said of each
    return (words("、".join(labels) + "分别"), *listed_values)


def said_together(phrase: Phrase, figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """The figures that one printed number speaks for: all of an 各 that holds, none otherwise."""
    same = len({str(figures[name].value) for name in phrase.figures}) == 1
    return phrase.figures if phrase.kind == "each" and same else ()


def _check_known(phrase: Phrase, figures: Mapping[str, Figure]) -> None:
    for name in phrase.names:
        if figures[name].value is None:
            raise PhraseUntrue(name=phrase.name, why=f"“{name}”未报。")
    families = {value.unit.family for name in phrase.names if (value := figures[name].value) is not None}
    if len(families) > 1 and phrase.kind != "respectively":
        raise PhraseUntrue(name=phrase.name, why="各数的单位不同。")


def _check_parts(phrase: Phrase, figures: Mapping[str, Figure]) -> None:
    whole = figures[phrase.whole]
    values = [value for name in phrase.figures if (value := figures[name].value) is not None]
    assert whole.value is not None
    total = sum(values[1:], values[0]).to(whole.value.unit)
    if phrase.full:
        if total != whole.value:
            why = f"“{phrase.whole}”为{whole.value}，各分项合计为{total}。"
            raise PhraseUntrue(name=phrase.name, why=why)
        return
    for name in phrase.figures:
        if not _is_part(figures[name].recipe, whole.recipe):
            why = f"“{name}”不是“{phrase.whole}”的一部分（数据项、组织、期间应相同，只多一个维度）。"
            raise PhraseUntrue(name=phrase.name, why=why)
    for a, b in _pairs(phrase.figures):
        if not _apart(figures[a].recipe, figures[b].recipe):
            raise PhraseUntrue(name=phrase.name, why=f"“{a}”与“{b}”可能有重复，不能并列为分项。")


def _is_part(part: Recipe, whole: Recipe) -> bool:
    same = (part.measure, part.unit, part.period, part.as_of, part.division)
    return same == (whole.measure, whole.unit, whole.period, whole.as_of, whole.division) and set(
        whole.dims
    ) < set(part.dims)


def _apart(a: Recipe, b: Recipe) -> bool:
    """Whether no observation counts in both: they ask different values of one dimension."""
    of_b = dict(b.dims)
    return any(name in of_b and of_b[name] != value for name, value in a.dims)


def _pairs(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for at, name in enumerate(names):
        for other in names[at + 1 :]:
            yield name, other
