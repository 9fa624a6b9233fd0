"""Ten drafts with planted slips and ten clean reports: what is found, what is told for nothing.

planted.json lists every slip of the dirty drafts, also those that no check finds yet: the list is the measure, not the
checks. `pytest -s tests/audit/test_dirty_and_clean.py` prints recall and precision.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TypedDict

from tests.core.audit.texts import findings
from youju.core.audit import CHECKS, Finding, places_from_lines

HERE = Path(__file__).resolve().parent
DIRTY = sorted((HERE / "dirty").glob("*.txt"))
CLEAN = sorted((HERE / "clean").glob("*.txt"))
# The towns of the county that the fifth draft comes from.
PLACES = places_from_lines(["杨柳河镇", "清风桥镇/双溪村", "清风桥镇/石坝村"], "杨柳河镇")


class Planted(TypedDict):
    """One slip: its file, its check, the words it stands in."""

    file: str
    code: str
    snippet: str
    note: str


PLANTED: list[Planted] = json.loads((HERE / "dirty" / "planted.json").read_text(encoding="utf-8"))


@cache
def found(name: str) -> list[Finding]:
    text = (HERE / "dirty" / name).read_text(encoding="utf-8")
    return findings(
        text, places=PLACES if name == "05.txt" else None, unit="杨柳河镇" if name == "05.txt" else ""
    )


def is_told(row: Planted, finding: Finding) -> bool:
    """The finding is of the row's check, and it or a place of it touches the snippet."""
    text = (HERE / "dirty" / row["file"]).read_text(encoding="utf-8")
    spans = [(finding.start, finding.end), *((each.start, each.end) for each in finding.related)]
    at = text.find(row["snippet"])
    assert at >= 0, row
    while at >= 0:
        if finding.code == row["code"] and any(a < at + len(row["snippet"]) and at < b for a, b in spans):
            return True
        at = text.find(row["snippet"], at + 1)
    return False


def test_most_planted_slips_are_found_and_little_else_is_told() -> None:
    missed = [row for row in PLANTED if not any(is_told(row, each) for each in found(row["file"]))]
    every = [(path.name, finding) for path in DIRTY for finding in found(path.name)]
    idle = [
        (name, finding)
        for name, finding in every
        if not any(row["file"] == name and is_told(row, finding) for row in PLANTED)
    ]
    recall, precision = 1 - len(missed) / len(PLANTED), 1 - len(idle) / len(every)
    print(f"\n{len(PLANTED)} slips, recall {recall:.3f}; {len(every)} findings, precision {precision:.3f}")
    for row in missed:
        print("missed", row["file"], row["code"], row["snippet"], "-", row["note"])

    assert recall >= 0.88
    assert precision >= 0.97, idle


def test_every_kind_of_slip_is_planted_more_than_once_or_is_a_rare_one() -> None:
    planted = Counter(row["code"] for row in PLANTED)

    assert sum(planted.values()) >= 120
    assert {row["code"] for row in PLANTED} <= {check.code for check in CHECKS}
    assert len(planted) >= 20


def test_clean_reports_raise_hardly_anything_and_no_error() -> None:
    texts = [path.read_text(encoding="utf-8") for path in CLEAN]
    told = [
        (path.name, finding) for path, text in zip(CLEAN, texts, strict=True) for finding in findings(text)
    ]
    rate = len(told) / sum(len(text) for text in texts) * 1000
    print(
        f"\n{len(CLEAN)} clean reports, {sum(map(len, texts))} characters, {rate:.2f} false alarms per 1,000"
    )

    assert len(CLEAN) == 10
    assert rate <= 1, told
    assert not [finding for _, finding in told if finding.severity == "error"]
