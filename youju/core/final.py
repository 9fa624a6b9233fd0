"""Final reports 定稿: what is kept of each figure, and whether the ledger still says the same of that moment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from youju.core.canonical import digest
from youju.core.figure import Figure
from youju.core.quantity import plain
from youju.core.wording import says


@dataclass(frozen=True, slots=True)
class Kept:
    """One figure as a final report holds it.

    value    decimal text in `unit`, '' when unreported; whole: of a coverage, '17个'
    sources  how many revisions stood behind it; their digest tells which
    """

    recipe: str
    value: str
    unit: str
    whole: str
    wording: str
    n: int
    missing: int
    pending: int
    sources: int
    sources_digest: str


def kept(figure: Figure, wording: str, revisions: Sequence[int], unit: str) -> Kept:
    """What a final report keeps of a figure. `unit` is the measure's, for a figure without a value."""
    return Kept(
        str(figure.recipe),
        "" if figure.value is None else plain(figure.value.number),
        unit if figure.value is None else figure.value.unit.symbol,
        "" if figure.whole is None else str(figure.whole),
        wording,
        figure.n,
        figure.missing,
        figure.pending,
        len(revisions),
        digest(sorted(revisions)),
    )


def differences(before: Kept, now: Kept, figure: Figure) -> Iterator[str]:
    """What the ledger says otherwise of that same moment: there must be nothing. `now` is `figure`, kept anew."""
    for name, title in (
        ("value", "数值"),
        ("unit", "单位"),
        ("whole", "总数"),
        ("n", "条数"),
        ("missing", "未报单位数"),
        ("pending", "待审核条数"),
        ("sources", "来源条数"),
    ):
        old, new = getattr(before, name), getattr(now, name)
        if old != new:
            yield f"{title}定稿时为{old or '未报'}，按同一时刻重算为{new or '未报'}"
    if before.sources == now.sources and before.sources_digest != now.sources_digest:
        yield "来源记录与定稿时不同"
    if not says(before.wording, figure):
        yield f"表述“{before.wording}”与数值不符"


def moved(before: Kept, now: Kept) -> bool:
    """Whether a figure says something else today than it did: another value, or other records behind it."""
    return (before.value, before.whole, before.sources_digest) != (now.value, now.whole, now.sources_digest)


def change_text(before: Kept, now: Kept) -> str:
    """20350份 → 20330份（−20）, in words for a list."""

    def shown(each: Kept) -> str:
        return f"{each.value}{each.unit}" if each.value else "未报"

    if before.value == now.value and before.whole == now.whole:
        return f"{shown(now)}（数值未变，来源有变）"
    if before.value and now.value:
        difference = Decimal(now.value) - Decimal(before.value)
        mark = "+" if difference > 0 else "−"
        beside = (
            f"（{mark}{plain(abs(difference))}）" if difference else f"（总数{before.whole}→{now.whole}）"
        )
        return f"{shown(before)}→{shown(now)}{beside}"
    return f"{shown(before)}→{shown(now)}"
