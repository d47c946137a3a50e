"""places.geojson: the cells whose risk is published, as squares in longitude and latitude."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.geography.degrees import cell_rings
from expectations.geography.grid import Grid

DIGITS = 4
"""Decimals of an expected count."""
SHOWN = ("cell", "crime_type", "grade", "expected", "station", "box_name")


def cells_geojson(place_risk: pl.DataFrame, grid: Grid, publication: Mapping[str, Any]) -> bytes:
    """A GeoJSON FeatureCollection (RFC 7946), one polygon per row of `place_risk`, in the table's order.

    Corners go round against the clock, longitude first. Demonstration data says so in every feature.

    Args:
        place_risk: The table, or a station's rows of it.
        grid: The agency's grid.
        publication: The row of table `publication`.
    """
    rings = cell_rings(grid, place_risk["x"].to_numpy(), place_risk["y"].to_numpy())
    marked = {"generated": True} if publication["generated"] else {}
    features = [
        _feature(ring, row | {"expected": round(row["expected"], DIGITS)} | marked)
        for ring, row in zip(rings, place_risk.select(SHOWN).iter_rows(named=True), strict=True)
    ]
    foreseen = max(place_risk["month"].unique().to_list())
    about = {"foreseen": f"{foreseen:%Y-%m}", "as_of": f"{publication['as_of']}"} | marked
    head = json.dumps({"type": "FeatureCollection", "name": "places"} | about, ensure_ascii=False)
    return (head[:-1] + ', "features": [\n' + ",\n".join(features) + "\n]}\n").encode()


def _feature(ring: list[list[float]], properties: dict[str, Any]) -> str:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    made = {"type": "Feature", "properties": properties, "geometry": geometry}
    return json.dumps(made, ensure_ascii=False, separators=(",", ":"))
