"""Cells with a number and perhaps a unit."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youju.core.problem import DomainError
from youju.core.quantity import TooManyDecimals, UnitMismatch
from youju.core.zh.reading import ApproximateCell, NotANumber, NotReadable, UnknownCellUnit, read_quantity
from youju.specs.lexicon import load_units

UNITS = load_units([Path(__file__).resolve().parents[3] / "catalog" / "units.yaml"])


@pytest.mark.parametrize(
    ("text", "unit", "shown"),
    [
        ("20", "份", "20份"),
        ("200份", "份", "200份"),
        ("２０", "人", "20人"),
        ("12名", "人", "12人"),
        ("四次", "次", "4次"),
        ("1.5万", "份", "15000份"),
        ("1,200个", "个", "1200个"),
        ("三亩半", "亩", "3.5亩"),
        ("4.447万元", "元", "44470元"),
        ("15万", "元", "150000元"),
        ("1.5万", "万元", "15000元"),
        ("百分之九十", "%", "90%"),
        ("90％", "%", "90%"),
        ("12.5千米", "公里", "12.5公里"),
        ("-3", "个", "-3个"),
    ],
)
def test_reads(text: str, unit: str, shown: str) -> None:
    assert str(read_quantity(text, UNITS, UNITS[unit])) == shown


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("3公里", UnitMismatch),
        ("20多", ApproximateCell),
        ("约30", ApproximateCell),
        ("二十余户", ApproximateCell),
        ("50以上", ApproximateCell),
        ("200瓣", UnknownCellUnit),
        ("无", NotANumber),
        ("", NotANumber),
        ("1.2.3", NotANumber),
    ],
)
def test_refuses_in_chinese(text: str, refusal: type[DomainError]) -> None:
    with pytest.raises(refusal) as caught:
        read_quantity(text, UNITS, UNITS["份"])

    assert "份" in caught.value.message


def test_more_decimals_than_the_unit_keeps_are_refused_when_stored() -> None:
    assert read_quantity("1246.38", UNITS, UNITS["吨"]).scaled() == 1_246_380
    with pytest.raises(TooManyDecimals):
        read_quantity("1.5", UNITS, UNITS["人"]).scaled()


@given(st.text(max_size=30))
def test_any_cell_is_a_quantity_or_refused(text: str) -> None:
    try:
        found = read_quantity(text, UNITS, UNITS["件"])
    except (NotReadable, UnitMismatch):
        return
    assert found.unit.family == "件"
