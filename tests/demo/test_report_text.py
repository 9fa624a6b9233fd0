"""The report is in our own words: it shares no run of characters with the given one that words alone do not explain."""

from __future__ import annotations

from demo.events import CATALOG
from tests.require import require_given

GIVEN = CATALOG.parent.parent / "shared" / "seed" / "report.txt"
LONGEST = 12  # 社会主义核心价值观教育室 is a name


def test_no_sentence_of_the_given_report_is_in_ours() -> None:
    require_given(GIVEN.is_file())
    given = "".join(GIVEN.read_text(encoding="utf-8-sig").split())
    ours = "".join((CATALOG / "reports" / "work-summary.md").read_text(encoding="utf-8").split())
    shared = {
        ours[start : start + LONGEST + 1]
        for start in range(len(ours) - LONGEST)
        if ours[start : start + LONGEST + 1] in given
    }

    assert not shared
