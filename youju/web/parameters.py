"""Dated parameters as pages ask for them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from youju.specs.parameters import number_on


@lru_cache(maxsize=64)
def number(name: str, day: date) -> int:
    """The whole number that a parameter has on a day; read once a day and process. Raises NoParameter."""
    folders = (Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG))
    return number_on([folder / "parameters" for folder in folders], name, day)
