"""The hints a reviewer gets, each with an entry it speaks of and one it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from youju.core.attention import Seen, compared, reasons, said, unusual
from youju.core.register import Register
from youju.specs.catalog import load_catalog

CATALOG = Path(__file__).resolve().parents[2] / "catalog"
PAST = [Decimal(each) for each in (200, 180, 240, 300, 220)]
ENTRY = Seen(date(2024, 3, 5), date(2024, 3, 6), late=False, values={"count": "210", "day": "2024-03-05"})


@cache
def leaflets() -> Register:
    return load_catalog(CATALOG, None).catalog.registers["publicity-leaflets"]


def told(entry: Seen, twin: str = "") -> list[str]:
    found = reasons(entry, leaflets(), {"count": PAST}, twin, times=5, enough=5)
    return [each.code for each in found]


def test_an_ordinary_entry_needs_no_look() -> None:
    assert told(ENTRY) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2200, "2200比本单位以往（多为220，最多300）大得多。"),
        (1099, ""),  # not yet five times the median
        (310, ""),
        (40, "40比本单位以往（多为220，最少180）小得多。"),
        (45, ""),
        (180, ""),
    ],
)
def test_a_number_stands_out_beyond_the_range_and_five_times_the_median(value: int, said: str) -> None:
    assert unusual(Decimal(value), PAST, 5, 5) == said


def test_too_little_past_says_nothing() -> None:
    assert unusual(Decimal(10**6), PAST[:4], 5, 5) == ""


def test_a_unit_that_once_had_a_large_number_may_have_one_again() -> None:
    assert unusual(Decimal(2200), [*PAST, Decimal(2500)], 5, 5) == ""


def test_a_late_entry_says_how_late() -> None:
    late = replace(ENTRY, late=True, recorded_on=date(2024, 5, 4))
    (reason,) = reasons(late, leaflets(), {}, "", times=5, enough=5)
    assert reason.text == "补录：事后60天才登记。"


def test_a_file_used_elsewhere_is_told_with_the_reason_given() -> None:
    (reason,) = reasons(
        replace(ENTRY, files=1, reused=2, why=("合影",)), leaflets(), {}, "", times=5, enough=5
    )
    assert reason.text == "佐证材料还用在别的记录上（2处）。理由：合影。"


def test_twins_say_the_same_amounts_wherever_it_was() -> None:
    fields = compared(leaflets())
    same = said({"count": "210", "day": "2024-03-05", "place": "别处"}, fields)
    assert said(ENTRY.values, fields) == same
    assert said({"count": "210", "campaign": None}, fields) == same  # left empty, or not there
    assert said({"count": "211"}, fields) != same
    assert said({"place": "别处"}, fields) == ()
    assert told(ENTRY, "b") == ["duplicate"]


def test_nil_is_never_unusual() -> None:
    assert told(replace(ENTRY, nil=True, values={})) == []
