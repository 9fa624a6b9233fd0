"""Charts drawn on the server: SVG without script or style, every mark a link with a title. The table stands beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from youju.core.figure import Figure
from youju.core.period import Period
from youju.web.components.marks import trace_url

WIDTH, HEIGHT, GAP, FOOT = 240, 56, 3, 20


@dataclass(frozen=True, slots=True)
class Hexagon:
    """One unit of the schematic map: what it is called, how it stands (a class of the sheet, a word, a short one), where it leads."""

    name: str
    standing: str
    said: str
    url: str
    short: str = ""


def months(title: str, figures: Sequence[tuple[Period, Figure]]) -> SafeString:
    """One bar a month, from nothing; a month nobody reported for has a hollow mark on the base line."""
    values = [None if each.value is None else each.value.number for _, each in figures]
    top = max((abs(value) for value in values if value is not None), default=Decimal(0)) or Decimal(1)
    step = WIDTH / max(len(figures), 1)
    bars = format_html_join(
        "",
        '<a href="{}"><rect class="{}" x="{}" y="{}" width="{}" height="{}"><title>{}：{}</title></rect></a>',
        (
            (
                trace_url(figure.recipe),
                "month" if value is not None else "month none",
                f"{number * step + GAP / 2:.1f}",
                f"{HEIGHT - _height(value, top):.1f}",
                f"{step - GAP:.1f}",
                f"{_height(value, top):.1f}",
                _month(period),
                figure.text,
            )
            for number, ((period, figure), value) in enumerate(zip(figures, values, strict=True))
        ),
    )
    return format_html(
        '<svg class="months" viewBox="0 0 {} {}" role="group" aria-label="{}各月">{}'
        '<line class="base" x1="0" x2="{}" y1="{}" y2="{}"/><text x="0" y="{}">{}</text><text class="end" x="{}" y="{}">{}</text></svg>',
        WIDTH, HEIGHT + FOOT, title, bars, WIDTH, HEIGHT, HEIGHT,
        HEIGHT + FOOT - 5, _month(figures[0][0]), WIDTH, HEIGHT + FOOT - 5, _month(figures[-1][0]),
    )  # fmt: skip


def bar(value: Decimal | None, top: Decimal) -> SafeString:
    """A bar as long as the value's share of the largest beside it; the number stands in the same row."""
    share = 0.0 if not value or not top else float(abs(value) / top) * 100
    return format_html(
        '<svg class="bar-of" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="month" width="{}" height="10"/></svg>',
        f"{share:.1f}",
    )


def hexagons(title: str, units: Sequence[Hexagon], across: int = 5) -> SafeString:
    """A schematic map: units in the order of their codes, in rows; not their true positions."""
    wide, high = 96, 84
    cells = format_html_join(
        "",
        '<a href="{}"><g transform="translate({} {})"><polygon class="hex {}" points="48,2 92,27 92,57 48,82 4,57 4,27">'
        '<title>{}：{}</title></polygon><text x="48" y="{}">{}</text><text class="standing" x="48" y="64">{}</text></g></a>',
        (
            (
                unit.url,
                number % across * wide + (wide // 2 if number // across % 2 else 0),
                number // across * (high - 20),
                unit.standing,
                unit.name,
                unit.said,
                42 if unit.short else 48,
                unit.name[:5],
                unit.short,
            )
            for number, unit in enumerate(units)
        ),
    )
    rows = (len(units) + across - 1) // across
    width = min(len(units), across) * wide + (wide // 2 if rows > 1 else 0)
    return format_html(
        '<svg class="map" width="{}" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>',
        width, width, max(rows, 1) * (high - 20) + 20, title, cells,
    )  # fmt: skip


def outlines(
    title: str,
    units: Sequence[tuple[Hexagon, Sequence[Sequence[tuple[float, float]]]]],
    size: tuple[float, float],
) -> SafeString:
    """A map of outlines that the county gave: each unit's rings, linked and named like the schematic's hexagons."""
    shapes = format_html_join(
        "",
        '<a href="{}"><path class="hex {}" fill-rule="evenodd" d="{}"><title>{}：{}</title></path>'
        '<text x="{}" y="{}">{}</text><text class="standing" x="{}" y="{}">{}</text></a>',
        (
            (
                unit.url,
                unit.standing,
                " ".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring) + "Z" for ring in rings),
                unit.name,
                unit.said,
                x,
                y - 8 if unit.short else y,
                unit.name[:5],
                x,
                y + 10,
                unit.short,
            )
            for unit, rings in units
            for x, y in [_middle(rings)]
        ),
    )
    return format_html(
        '<svg class="map" width="{}" viewBox="-2 -2 {} {}" role="group" aria-label="{}">{}</svg>',
        f"{size[0] + 4:.0f}", f"{size[0] + 4:.0f}", f"{size[1] + 4:.0f}", title, shapes,
    )  # fmt: skip


def _middle(rings: Sequence[Sequence[tuple[float, float]]]) -> tuple[int, int]:
    """Where a name stands: the centre of gravity of the widest ring."""
    ring = max(rings, key=lambda ring: max(x for x, _ in ring) - min(x for x, _ in ring))
    area = across = down = 0.0
    for (x, y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        turn = x * next_y - next_x * y
        area, across, down = area + turn, across + (x + next_x) * turn, down + (y + next_y) * turn
    if not area:  # a line or a point
        return round(sum(x for x, _ in ring) / len(ring)), round(sum(y for _, y in ring) / len(ring))
    return round(across / (3 * area)), round(down / (3 * area))


def _height(value: Decimal | None, top: Decimal) -> float:
    return 2.0 if not value else max(2.0, float(abs(value) / top) * (HEIGHT - 4))


def _month(period: Period) -> str:
    return f"{period.first.year}年{period.first.month}月"
