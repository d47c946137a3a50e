"""The cells that can be ranked at all: the agency's area, or what lies around its past crimes."""

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from expectations.geography.grid import Grid
from expectations.geography.raster import Raster, raster_of

CLOSED = 500.0
"""Metres by which cells with past crimes are closed: a park between them is of the town, fields around it are not."""
AT_ONCE = 9
"""Nearest cells looked at: on a grid eight are equally far, seldom more."""
SCHEMA = {"cell": pl.String, "x": pl.Float64, "y": pl.Float64, "station": pl.String, "box": pl.String}


def study_area(events: pl.DataFrame, grid: Grid, area: Raster | None = None) -> pl.DataFrame:
    """One row per cell of the study area: `cell`, `x`, `y` (lower-left corner in metres), `station`, `box`; by cell.

    Without the agency's area these are the cells with a past crime, closed by 500 m, or by the side of a cell where
    that is longer (dilation, then erosion), holes filled, all components kept; with it, the cells whose centre lies in
    it and those with a past crime. A cell belongs to the station, and within it to the box, of most of its crimes, of
    equal ones to the first by code; one without crimes, or whose crimes name none, to those of the nearest cell that
    has them (of equally near ones the first by code of the cell). Reversals take away from what a station has.

    Args:
        events: Crimes before the as-of whose place may be told, defaults left out: `cell`, `x`, `y` (lower-left
            corner), `station` (null where unknown), `box` (null where unknown or none), `incidents` (signed).
        grid: The agency's.
        area: Cells of the agency's area, where its folder has one.

    Raises:
        ValueError: The cells lie so far apart that no area holds them.
    """
    past = events.group_by("cell").agg(pl.col("x").first(), pl.col("y").first()).sort("cell")
    if area is None and past.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    east, north = past["x"].to_numpy(), past["y"].to_numpy()
    if area is None:
        x, y = raster_of(east, north, grid.cell_metres).closed(max(CLOSED, grid.cell_metres)).corners()
    else:
        (x, y), missed = area.corners(), ~area.holds(east, north)
        x, y = np.concatenate([x, east[missed]]), np.concatenate([y, north[missed]])
    cells = pl.DataFrame({"cell": grid.codes(x, y), "x": x, "y": y}).sort("cell")
    return _belonging(cells, events).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _belonging(cells: pl.DataFrame, events: pl.DataFrame) -> pl.DataFrame:
    """Give each cell the station and box that most of its crimes have, or the nearest such cell's."""
    stations = _most(events.drop_nulls("station"), ["cell"], "station")
    boxes = _most(events.drop_nulls(["station", "box"]), ["cell", "station"], "box")
    named = stations.join(boxes, on=["cell", "station"], how="left")
    known = cells.join(named, on="cell", how="left").sort("cell")
    own = known.filter(pl.col("station").is_not_null())
    if own.is_empty():
        return known
    lacking = known.filter(pl.col("station").is_null()).drop("station", "box")
    near = own[_nearest(lacking.select("x", "y").to_numpy(), own.select("x", "y").to_numpy())].select("station", "box")
    return pl.concat([own, lacking.hstack(near)]).sort("cell")


def _most(events: pl.DataFrame, keys: list[str], name: str) -> pl.DataFrame:
    """One row per key: of the names in it the one with the most crimes, of equal ones the first by code."""
    counted = events.group_by(*keys, name).agg(pl.col("incidents").sum())
    ranked = counted.sort(*keys, "incidents", name, descending=[*(False for _ in keys), True, False])
    return ranked.unique(keys, keep="first", maintain_order=True).drop("incidents")


def _nearest(points: np.ndarray, among: np.ndarray) -> np.ndarray:
    """Position in `among` of the point nearest to each, of equally near ones the first."""
    if not len(points):
        return np.empty(0, dtype=np.int64)
    # Cells are equally far from several others as a rule; which of them the tree names first is its own affair.
    distance, position = cKDTree(among).query(points, AT_ONCE)
    tied = distance <= distance[:, :1] * (1 + 1e-12)
    nearest = np.where(tied, position, len(among)).min(axis=1)
    for row in np.flatnonzero(tied[:, -1]):  # there may be more of them
        nearest[row] = min(cKDTree(among).query_ball_point(points[row], distance[row, 0] * (1 + 1e-12)))
    return np.asarray(nearest, dtype=np.int64)
