"""What the matrix and the walker send: one module a noun with SAMPLES, found by itself.

A route whose arguments are declared with `of` needs no sample: its objects are those of the world at each place.
One that needs a query or a body to be answered gets one here:

    SAMPLES = {"figure": lambda world, place: Sample(query={"recipe": f"发放宣传资料 @{world.names[place]} 2024"}, placed=True)}
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.web.world import World


@dataclass(frozen=True)
class Sample:
    """What goes into one request.

    arguments   those of the path that `of` does not provide
    query       of a GET
    data        of a POST; it should be accepted where it is allowed (what it writes is rolled back)
    placed      that query or data name the unit of the place: then every place is tried, and a foreign one is 404
    """

    arguments: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    placed: bool = False


Maker = Callable[[World, str], Sample]


@cache
def makers() -> dict[str, Maker]:
    """The samples of all modules beside this one, by route name."""
    found: dict[str, Maker] = {}
    for module in pkgutil.iter_modules(__path__):
        found |= importlib.import_module(f"{__name__}.{module.name}").SAMPLES
    return found


def sample(world: World, route: str, place: str) -> Sample:
    """The sample of a route at a place; an empty one when none is given."""
    make = makers().get(route)
    return make(world, place) if make else Sample()
