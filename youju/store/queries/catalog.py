"""Where the catalog files of this installation lie, shipped and local, and what is read from them as they stand."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from youju.core.quantity import UnitTable
from youju.specs.lexicon import load_units
from youju.specs.parameters import number_on
from youju.specs.source import folder_state


def catalog_folders(name: str) -> list[Path]:
    """The shipped catalog file or folder of this name, and the town's own when it is there."""
    found = [Path(settings.SHIPPED_CATALOG) / name, Path(settings.LOCAL_CATALOG) / name]
    return [each for each in found if each.exists()]


def number(name: str, day: date) -> int:
    """The whole number that a dated parameter has on a day; read again when a file has changed. Raises NoParameter."""
    catalogs = Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG)
    return _number(catalogs, tuple(folder_state(each / "parameters") for each in catalogs), name, day)


@lru_cache(maxsize=64)
def _number(catalogs: tuple[Path, ...], _: tuple[object, ...], name: str, day: date) -> int:
    return number_on(catalogs, name, day)


def units_of_measure() -> UnitTable:
    """The units of count and measure, shipped and local."""
    return load_units(catalog_folders("units.yaml"))
