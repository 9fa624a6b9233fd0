"""The words the extractor looks up: units, names with numbers in them, verbs, what makes a count abstract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from youju.core.quantity import Unit, UnitTable


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Lexicon:
    """Everything about words that a catalog file may extend.

    units  the unit table, catalog/units.yaml and a local file beside it
    words  list name → words, the files of catalog/lexicon/ (`names.place`, `verbs.do` …)
    """

    units: UnitTable
    words: Mapping[str, tuple[str, ...]]

    def list(self, *names: str) -> tuple[str, ...]:
        """The words of these lists together; a list that no file has is empty."""
        return tuple(word for name in names for word in self.words.get(name, ()))

    def unit(self, written: str) -> Unit | None:
        """The unit written so, or None."""
        return self.units.find(written)
