"""What reading a person's text needs from the catalog, read once a process: units and words change with a release."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings

from youju.core.claim.lexicon import Lexicon
from youju.core.quantity import UnitTable
from youju.specs.lexicon import load_lexicon


@cache
def lexicon() -> Lexicon:
    """Words and units, shipped and the town's own."""
    folders = (Path(settings.SHIPPED_CATALOG), Path(settings.LOCAL_CATALOG))
    return load_lexicon([each for each in folders if each.exists()])


def units() -> UnitTable:
    """The units of count and measure."""
    return lexicon().units
