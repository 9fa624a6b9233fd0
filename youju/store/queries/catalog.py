"""Where the catalog files of this installation lie, shipped and local, and what is read from them as they stand."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from youju.core.quantity import UnitTable
from youju.specs.lexicon import load_units


def catalog_folders(name: str) -> list[Path]:
    """The shipped catalog file or folder of this name, and the town's own when it is there."""
    found = [Path(settings.SHIPPED_CATALOG) / name, Path(settings.LOCAL_CATALOG) / name]
    return [each for each in found if each.exists()]


def units_of_measure() -> UnitTable:
    """The units of count and measure, shipped and local."""
    return load_units(catalog_folders("units.yaml"))
