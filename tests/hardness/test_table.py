"""docs/proofs.md: rows are replaced one by one, and every proof is explained."""

from __future__ import annotations

import re
from datetime import date

from tests.hardness import proof, table
from tests.hardness.table import HEAD, Row, with_row

DAY = date(2024, 4, 26)


def row(name: str, *, found: str = "0 lost", met: bool = True) -> Row:
    return Row(name, DAY, "abc", "2 cores", "500 kills", found, 4.04, met)


def test_a_row_takes_its_place_among_the_others_and_replaces_its_own() -> None:
    page = f"# Proofs\n\n{HEAD}\n\nWhat they are.\n"
    for each in (row("b"), row("a", found="2 lost", met=False), row("c"), row("a", found="a|b\nc")):
        page = with_row(page, each)

    assert page == (
        f"# Proofs\n\n{HEAD}\n"
        "| `a` | 2024-04-26 | abc | 2 cores | 500 kills | a∣b c | 4.0 | met |\n"
        "| `b` | 2024-04-26 | abc | 2 cores | 500 kills | 0 lost | 4.0 | met |\n"
        "| `c` | 2024-04-26 | abc | 2 cores | 500 kills | 0 lost | 4.0 | met |\n"
        "\nWhat they are.\n"
    )


def test_what_failed_says_so() -> None:
    assert with_row(HEAD, row("a", met=False)).endswith("| **not met** |")


def test_every_proof_is_explained_and_every_row_is_one_of_a_proof() -> None:
    page = table.PAGE.read_text(encoding="utf-8")
    explained = re.findall(r"^- \*\*([a-z0-9-]+)\*\*", page, re.MULTILINE)

    assert explained == [name for name, _ in proof.every()] == proof.names()
    assert {match[1] for match in table.ROW.finditer(page)} <= set(explained)
