"""The surface of a series as GeoJSON: cells as polygons, for a map program of the officer who asked."""

import json
from typing import Any

import polars as pl

from expectations.geography.degrees import DEGREES, cell_rings
from expectations.geography.grid import Grid
from expectations.geography.projection import is_reached
from transforms.series.profile import METHODS

DRAWN = 0.25
"""Share of the area up to which a cell is drawn, by any of the methods: beyond it nobody looks."""


def surface(cells: pl.DataFrame, grid: Grid) -> str | None:
    """A FeatureCollection of the cells worth looking at; None where nothing leads from the grid's system to degrees.

    Args:
        cells: cell, x, y (lower-left corner) and of each method its height and its share searched.
        grid: The agency's.
    """
    if not is_reached(grid.crs, DEGREES):
        return None
    searched = [f"{method}_searched" for method in METHODS]
    drawn = cells.filter(pl.min_horizontal(searched) <= DRAWN).sort("y", "x")
    rings = cell_rings(grid, drawn["x"].to_numpy(), drawn["y"].to_numpy())
    told = drawn.select("cell", *METHODS, *searched).iter_rows(named=True)
    features: list[dict[str, Any]] = [
        {"type": "Feature", "properties": of, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for of, ring in zip(told, rings, strict=True)
    ]
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in features)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'
