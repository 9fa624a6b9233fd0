"""The fonts that .pdf files are set in: those that come with the product, and those an office adds.

None of ours has every letter: what the fallback draws is told, so that nobody finds it only on paper.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "fonts"
BODY = SHIPPED / "FandolFang-Regular.otf"
FALLBACK = SHIPPED / "NotoSansSC-Regular.otf"


def missing_letters(text: str) -> tuple[str, ...]:
    """The letters of `text` that 仿宋 lacks and the fallback font draws, each once, in order: 喆, 珺."""
    known = _letters(BODY)
    return tuple(
        dict.fromkeys(
            letter
            for letter in text
            if ord(letter) > 0x2E7F and not _space(letter) and ord(letter) not in known
        )
    )


def undrawable_letters(text: str) -> tuple[str, ...]:
    """The letters that no shipped font has: they would come out as empty boxes."""
    known = _letters(BODY) | _letters(FALLBACK)
    return tuple(
        dict.fromkeys(
            letter
            for letter in text
            if ord(letter) > 0xFF and not _space(letter) and ord(letter) not in known
        )
    )


def _space(letter: str) -> bool:
    return letter.isspace() or letter in "\u200b\ufeff"


@cache
def _letters(font: Path) -> frozenset[int]:
    """The code points in a font's character map (OpenType cmap, formats 4 and 12)."""
    data = font.read_bytes()

    def number(at: int, size: int) -> int:
        return int.from_bytes(data[at : at + size], "big")

    tables = {data[at : at + 4]: number(at + 8, 4) for at in range(12, 12 + 16 * number(4, 2), 16)}
    cmap = tables[b"cmap"]
    found: set[int] = set()
    for index in range(number(cmap + 2, 2)):
        at = cmap + number(cmap + 4 + 8 * index + 4, 4)
        if number(at, 2) == 12:
            for group in range(at + 16, at + 16 + 12 * number(at + 12, 4), 12):
                found.update(range(number(group, 4), number(group + 4, 4) + 1))
        elif number(at, 2) == 4:
            found.update(_segments(data, at))
    return frozenset(found - {0xFFFF})


def _segments(data: bytes, at: int) -> Iterable[int]:
    count = int.from_bytes(data[at + 6 : at + 8], "big")  # twice the number of segments
    ends = range(at + 14, at + 14 + count, 2)
    for end in ends:
        start = end + count + 2
        yield from range(
            int.from_bytes(data[start : start + 2], "big"), int.from_bytes(data[end : end + 2], "big") + 1
        )
