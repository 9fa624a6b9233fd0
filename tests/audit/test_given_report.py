"""The given report: of its 52 numbered anomalies, those in scope are found at their places."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.core.audit.texts import findings
from tests.require import require_given
from youju.core.audit import CHECKS, Finding

HERE = Path(__file__).resolve().parent
REPORT = HERE.parents[1].parent / "shared" / "seed" / "report.txt"
ROWS: list[dict[str, str | int]] = yaml.safe_load((HERE / "anomalies.yaml").read_text(encoding="utf-8"))
LONGEST_SNIPPET = 12


@cache
def report() -> str:
    require_given(REPORT.is_file())
    return REPORT.read_text(encoding="utf-8-sig")


@cache
def found() -> list[Finding]:
    return findings(report())


@pytest.mark.parametrize(
    "row", ROWS, ids=[f"{row['number']}-{row['code']}-{at}" for at, row in enumerate(ROWS)]
)
def test_the_anomaly_is_found_at_its_place(row: dict[str, str | int]) -> None:
    assert is_found(row)


def test_at_least_32_of_the_52_numbers_are_found() -> None:
    rows: dict[int, list[bool]] = defaultdict(list)
    for row in ROWS:
        rows[int(row["number"])].append(is_found(row))

    assert sum(all(each) for each in rows.values()) >= 32


def test_the_list_copies_no_sentence_and_names_real_checks() -> None:
    codes = {check.code for check in CHECKS}

    assert all(len(str(row["snippet"])) <= LONGEST_SNIPPET for row in ROWS)
    assert {str(row["code"]) for row in ROWS} <= codes
    assert {int(row["number"]) for row in ROWS} <= set(range(1, 53)) - {12, 13, 14, 20}


def is_found(row: dict[str, str | int]) -> bool:
    """A finding of the check, or a place related to it, touches one of the snippet's places."""
    text, snippet, before = report(), str(row["snippet"]), int(row.get("before", 0))
    places = []
    at = text.find(snippet)
    while at >= 0:
        places.append((at - before, at + len(snippet)))
        at = text.find(snippet, at + 1)
    spans = [
        span
        for finding in found()
        if finding.code == row["code"]
        for span in ((finding.start, finding.end), *((each.start, each.end) for each in finding.related))
    ]
    return any(start < right and left < end for left, right in places for start, end in spans)
