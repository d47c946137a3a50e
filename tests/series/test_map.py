"""Cells of a surface as polygons: where the national grid's origin has them, against the clock, the likeliest alone."""

import json
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from expectations.geography.grid import Grid
from transforms.series.map import DRAWN, surface
from transforms.series.profile import METHODS

GRID = Grid()


def cells(searched: list[float]) -> pl.DataFrame:
    """So many cells eastwards from the origin of EPSG:5179: x 1,000,000 and y 2,000,000 at 127.5° E, 38° N (GRS80)."""
    x = 1_000_000.0 + 100 * np.arange(len(searched))
    columns = {method: [0.5] * len(searched) for method in METHODS}
    columns |= {f"{method}_searched": [1.0] * len(searched) for method in METHODS}
    named = GRID.codes(x, np.full(len(x), 2_000_000.0))
    return pl.DataFrame({"cell": named, "x": x, "y": [2_000_000.0] * len(x), **columns, "decay_searched": searched})


def test_a_cell_is_a_ring_against_the_clock_around_its_place_on_earth() -> None:
    drawn = surface(cells([0.01]), GRID)
    assert drawn is not None
    (feature,) = json.loads(drawn)["features"]
    (ring,) = feature["geometry"]["coordinates"]
    assert ring[0] == ring[-1] == pytest.approx([127.5, 38.0], abs=1e-6)
    # A hundred metres, by the radii of GRS80 at 38° N, are 0.001139° of longitude and 0.000901° of latitude.
    assert ring[2] == pytest.approx([127.5 + 0.001139, 38.0 + 0.000901], abs=2e-6)
    doubled = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring))
    assert doubled > 0
    assert feature["properties"]["cell"] == "라아000000"
    assert feature["properties"]["decay_searched"] == 0.01


def test_cells_that_nobody_would_reach_are_not_drawn() -> None:
    drawn = surface(cells([0.01, DRAWN, DRAWN + 0.01, 0.9]), GRID)
    assert drawn is not None
    assert [one["properties"]["decay_searched"] for one in json.loads(drawn)["features"]] == [0.01, DRAWN]
