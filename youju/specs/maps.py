"""catalog/maps/*.geojson, given by a county → outlines of units, laid flat for drawing.

A feature is a Polygon or MultiPolygon whose properties name a unit by `code` or `name`. Nothing else of the file is
read. Outlines are for those who are logged in; pages for everybody show the schematic.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from youju.specs.source import Problems, read_folder, shown

MAX_BYTES = 8_000_000
MAX_POINTS = 20_000  # of all outlines together; more make a page heavy, and nobody sees them
WIDTH = 720.0

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Outlines:
    """Rings by unit code or name, in the coordinates of a drawing `width` × `height`, north above."""

    rings: dict[str, tuple[Ring, ...]]
    width: float
    height: float


def read_outlines(folders: Sequence[Path], names: Sequence[str]) -> tuple[Outlines | None, list[Problems]]:
    """The outlines of the units of these codes and names; None when no file has any of them."""
    found: dict[str, list[list[tuple[float, float]]]] = {}
    problems = []
    for folder in folders:
        paths, overlooked = read_folder(folder, ".geojson")
        problems.extend(overlooked)
        for path in paths:
            own = Problems(shown(path))
            problems.append(own)
            _read(path, own, frozenset(names), found)
    points = [point for rings in found.values() for ring in rings for point in ring]
    if not points:
        return None, problems
    if len(points) > MAX_POINTS:
        own = Problems(shown(folders[-1]))
        own.add(
            1,
            "map.too_fine",
            f"边界共{len(points)}个点，超过{MAX_POINTS}个。请先简化边界，再放入 maps 文件夹。",
        )
        return None, [*problems, own]
    return _flat(found, points), problems


def _read(
    path: Path, problems: Problems, names: frozenset[str], found: dict[str, list[list[tuple[float, float]]]]
) -> None:
    if path.stat().st_size > MAX_BYTES:
        problems.add(1, "map.too_large", f"文件超过{MAX_BYTES // 1_000_000} MB。请先简化边界。")
        return
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        for feature in held["features"]:
            said = feature.get("properties") or {}
            key = next((str(said[name]) for name in ("code", "name") if str(said.get(name, "")) in names), "")
            if key:
                found.setdefault(key, []).extend(_rings(feature["geometry"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        problems.add(
            1,
            "map.unreadable",
            "不是可用的 GeoJSON：应是 FeatureCollection，每个要素是 Polygon 或 MultiPolygon。",
        )


def _rings(geometry: dict[str, Any]) -> list[list[tuple[float, float]]]:
    polygons = {"Polygon": [geometry["coordinates"]], "MultiPolygon": geometry["coordinates"]}[
        geometry["type"]
    ]
    rings = [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]
    if not rings or not all(len(ring) > 2 for ring in rings):
        raise ValueError
    if not all(
        math.isfinite(number) and abs(number) <= 180 for ring in rings for point in ring for number in point
    ):
        raise ValueError
    return rings


def _flat(found: dict[str, list[list[tuple[float, float]]]], points: list[tuple[float, float]]) -> Outlines:
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    narrowing = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * narrowing, north - south, 1e-9)
    rings = {
        key: tuple(
            tuple(((x - west) * narrowing * scale, (north - y) * scale) for x, y in ring) for ring in own
        )
        for key, own in found.items()
    }
    return Outlines(rings, (east - west) * narrowing * scale, (north - south) * scale)
