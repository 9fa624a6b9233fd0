"""Outlines that a county gives: of the units asked for, laid flat; what is no map says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from youju.specs.maps import MAX_POINTS, WIDTH, read_outlines

SQUARE = [[[108.0, 23.0], [109.0, 23.0], [109.0, 24.0], [108.0, 24.0], [108.0, 23.0]]]


def write(folder: Path, features: object) -> Path:
    (folder / "county.geojson").write_text(json.dumps({"features": features}), encoding="utf-8")
    return folder


def feature(name: str, coordinates: object = SQUARE, kind: str = "Polygon") -> dict[str, object]:
    return {"properties": {"name": name}, "geometry": {"type": kind, "coordinates": coordinates}}


def test_only_the_units_asked_for_are_drawn_north_above(tmp_path: Path) -> None:
    outlines, problems = read_outlines(
        [write(tmp_path, [feature("东村"), feature("外村")])], ["东村", "西村"]
    )
    assert [each.found for each in problems] == [[]]
    assert outlines is not None
    assert list(outlines.rings) == ["东村"]
    (ring,) = outlines.rings["东村"]
    assert max(outlines.width, outlines.height) == pytest.approx(WIDTH)
    assert ring[0][1] == pytest.approx(outlines.height)  # the southern corner lies below
    assert outlines.width < outlines.height  # a degree of longitude is shorter than one of latitude here


def test_several_polygons_are_one_unit(tmp_path: Path) -> None:
    outlines, _ = read_outlines(
        [write(tmp_path, [feature("东村", [SQUARE, SQUARE], "MultiPolygon")])], ["东村"]
    )
    assert outlines is not None
    assert len(outlines.rings["东村"]) == 2


@pytest.mark.parametrize(
    "features",
    [
        "none",
        [{"properties": {"name": "东村"}}],
        [feature("东村", kind="Point")],
        [feature("东村", [[["x", 1]]])],
        [feature("东村", [[[1e400, 1]]])],
    ],
)
def test_what_is_no_map_is_a_problem_and_no_outline(tmp_path: Path, features: object) -> None:
    outlines, (problems,) = read_outlines([write(tmp_path, features)], ["东村"])
    assert outlines is None
    assert [each.code for each in problems.found] == ["map.unreadable"]


def test_an_outline_too_fine_to_see_is_refused(tmp_path: Path) -> None:
    long = [[[108 + number / 1e6, 23.0] for number in range(MAX_POINTS + 1)]]
    outlines, problems = read_outlines([write(tmp_path, [feature("东村", long)])], ["东村"])
    assert outlines is None
    assert [each.code for own in problems for each in own.found] == ["map.too_fine"]
