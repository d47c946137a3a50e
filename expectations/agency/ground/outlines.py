"""Outlines of districts: the GeoJSON file an agency folder may name, read into rings of longitudes and latitudes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from expectations.field_faults import FolderFault

Point = tuple[float, float]
Rings = tuple[tuple[Point, ...], ...]
_LONGITUDES, _LATITUDES = 180, 90
_SMALLEST = 3


class OutlineError(FolderFault):
    """A file of outlines that cannot be used; the sentence names the feature, what was found and what was expected."""


@dataclass(frozen=True)
class Outline:
    """One district's outline.

    Attributes:
        district: Its code in districts.csv.
        rings: Rings of (longitude, latitude), outer ones and holes alike; drawn together by the even-odd rule.
    """

    district: str
    rings: Rings


def read_outlines(path: Path, codes: set[str]) -> tuple[Outline, ...]:
    """Outlines of a GeoJSON FeatureCollection whose features name a district in property `code`, by code.

    Args:
        path: The file, UTF-8.
        codes: Codes of districts.csv.

    Raises:
        OutlineError: The file is missing or no GeoJSON, names a district there is not, or one twice; or a coordinate
            is no longitude and latitude in degrees.
    """
    found: dict[str, Outline] = {}
    for number, feature in enumerate(_features(path), 1):
        outline = _outline(feature, {"file": path.name, "number": number}, codes)
        if outline.district in found:
            raise OutlineError("outline_twice", file=path.name, number=number, found=outline.district)
        found[outline.district] = outline
    return tuple(found[code] for code in sorted(found))


def read_area(path: Path) -> tuple[Rings, ...]:
    """Rings of each feature of a GeoJSON FeatureCollection: together one area, whatever its parts are called.

    Features may lie over each other, as a station's and its boxes' do; holes are those of a feature alone.

    Args:
        path: The file, UTF-8.

    Raises:
        OutlineError: The file is missing or no GeoJSON, holds no area, or a coordinate is no longitude and latitude in
            degrees.
    """
    features = _features(path)
    if not features:
        raise OutlineError("outline_no_collection", file=path.name)
    return tuple(
        _read_rings(feature, path.stem, {"file": path.name, "number": number})
        for number, feature in enumerate(features, 1)
    )


def _features(path: Path) -> list[Any]:
    """Features of a FeatureCollection."""
    try:
        held = json.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise OutlineError("outline_missing", file=path.name) from None
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise OutlineError("outline_no_json", file=path.name, why=error) from error
    features = held.get("features") if isinstance(held, dict) and held.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise OutlineError("outline_no_collection", file=path.name)
    return features


def _outline(feature: Any, where: dict[str, Any], codes: set[str]) -> Outline:
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get("code") if isinstance(properties, dict) else None
    if not isinstance(code, str) or code not in codes:
        raise OutlineError("outline_no_district", found=repr(code), **where)
    return Outline(code, _read_rings(feature, code, where))


def _read_rings(feature: Any, code: str, where: dict[str, Any]) -> Rings:
    """Rings of a feature, at least one; `code` names it in sentences."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if not isinstance(geometry, dict) or kind not in ("Polygon", "MultiPolygon"):
        raise OutlineError("outline_geometry", district=code, found=repr(kind), **where)
    polygons = geometry.get("coordinates")
    try:
        rings = tuple(_rings([polygons] if kind == "Polygon" else polygons))
    except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
        raise OutlineError("outline_coordinates", district=code, least=_SMALLEST, **where) from error
    if not rings:
        raise OutlineError("outline_empty", district=code, **where)
    return rings


def _rings(polygons: Any) -> Iterator[tuple[Point, ...]]:
    for polygon in polygons:
        for ring in polygon:
            points = tuple((float(point[0]), float(point[1])) for point in ring)
            inside = all(
                isfinite(x) and isfinite(y) and abs(x) <= _LONGITUDES and abs(y) <= _LATITUDES for x, y in points
            )
            if len(points) < _SMALLEST or not inside:
                raise ValueError
            yield points
