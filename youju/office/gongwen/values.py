"""What a writer of official documents is given besides the text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from youju.core.problem import DomainError


class FigureWithoutSource(DomainError):
    """A figure stands in the text and nobody says where it comes from."""

    code = "gongwen.figure_without_source"
    text = "正文中的“{wording}”（{id}）没有出处，不能成文。每个数字都要有出处，请重新生成报告。"


class FigureTwice(DomainError):
    """Two places in the text carry one figure id."""

    code = "gongwen.figure_twice"
    text = "编号“{id}”在正文中用了两次。每处数字要有各自的编号，请重新生成报告。"


@dataclass(frozen=True, slots=True)
class GongwenMeta:
    """What stands around the body.

    title        line breaks in it are kept; without any, a long title is broken where it reads well
    addressee    主送机关, with or without the colon; "" for none
    signature    署名; day is 成文日期
    sealed       leave the place for a seal: the date further in, the name centred over it
    attachments  names for the 附件说明; the 数据出处表 is added when there are figures
    remarks      lines below the 数据出处表, such as the digest of the facts file
    """

    title: str
    addressee: str = ""
    signature: str = ""
    day: date | None = None
    sealed: bool = False
    attachments: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureNote:
    """One row of the 数据出处表: where the figure with this id comes from. Words only, ready to print.

    wording     as in the text; exact: the value with its unit, or 未报
    definition  口径, one sentence
    unit        the organisation; period and as_of as a reader writes them
    sources     how many reviewed entries it is made of; pending and missing are beside it, never in it
    """

    id: str
    wording: str
    exact: str
    definition: str
    unit: str
    period: str
    as_of: str
    sources: int
    recipe: str
    pending: int = 0
    missing: int = 0
