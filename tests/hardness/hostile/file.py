"""What a hostile file is."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

WORDS = "全镇发放宣传资料200份，召开专题学习会4次。"


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file as it is brought.

    family  what it is one of
    name    as the browser sends it
    make    its bytes; made when they are sent, for some are large
    marked  it carries a 密级 mark that can be read: no door may keep it
    """

    family: str
    name: str
    make: Callable[[], bytes]
    marked: bool = False


def given(family: str, name: str, data: bytes, *, marked: bool = False) -> Hostile:
    """One whose bytes are there already."""
    return Hostile(family, name, lambda: data, marked)


def spoiled(family: str, name: str, good: bytes, cuts: int, changes: int, seed: int) -> Iterator[Hostile]:
    """A good file cut off at many places, and with a few or many bytes changed. `name` holds a {}."""
    for number in range(cuts):
        yield given(family, name.format(f"截断{number}"), good[: len(good) * (number + 1) // (cuts + 1)])
    rng = random.Random(seed)
    for number in range(changes):
        changed = bytearray(good)
        for _ in range(rng.choice((1, 3, 40))):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        yield given(family, name.format(f"变异{number}"), bytes(changed))
