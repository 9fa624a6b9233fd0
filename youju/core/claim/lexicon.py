"""The words the extractor looks up: units, names with numbers in them, verbs of change, places and bodies."""

from __future__ import annotations

from dataclasses import dataclass

from youju.core.quantity import UnitTable


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything about words that a catalog file may extend.

    units  the unit table, catalog/units.yaml and a local file beside it
    words  list name → words, the files of catalog/lexicon/
    """

    units: UnitTable
    words: dict[str, tuple[str, ...]]

    def list(self, name: str) -> tuple[str, ...]:
        """The words of one list; empty when no file has it."""
        return self.words.get(name, ())
