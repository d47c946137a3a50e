"""Longitudes and latitudes, and the metres of an agency's grid: from each to the other, east always first.

EPSG says of many systems that the north comes first, and of degrees that the latitude does; in GeoJSON (RFC 7946), in a
drawing and here the east does.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from expectations.geography.grid import Grid
from expectations.geography.projection import moved

DEGREES = "EPSG:4326"
"""Longitude and latitude on WGS 84, as GeoJSON and GPX have them."""
DECIMALS = 6
"""Of a degree, as files have them: a tenth of a metre."""

Ring = list[tuple[float, float]]
Numbers = Sequence[float] | NDArray[np.float64]
Both = tuple[NDArray[np.float64], NDArray[np.float64]]


def to_degrees(crs: str, x: Numbers, y: Numbers) -> Both:
    """Longitudes and latitudes of places given in metres east and north.

    Args:
        crs: Name of the system the metres are of.
        x: Metres east.
        y: Metres north.

    Raises:
        ValueError: Nothing of known accuracy leads from the system to degrees.
    """
    return moved(np.asarray(x, float), np.asarray(y, float), crs, DEGREES)


def cell_rings(grid: Grid, x: Numbers, y: Numbers) -> list[list[list[float]]]:
    """Outlines of cells in degrees: around each against the clock, and back to where it began, as GeoJSON wants it.

    Args:
        grid: The agency's.
        x: Metres east of the cells' lower-left corners.
        y: Metres north of them.

    Raises:
        ValueError: Nothing of known accuracy leads from the grid's system to degrees.
    """
    side = grid.cell_metres
    east = np.add.outer(np.asarray(x, float), np.array([0, 1, 1, 0, 0]) * side)
    north = np.add.outer(np.asarray(y, float), np.array([0, 0, 1, 1, 0]) * side)
    longitude, latitude = to_degrees(grid.crs, east.ravel(), north.ravel())
    rings = np.stack([longitude, latitude], axis=1).round(DECIMALS).reshape(-1, 5, 2)
    return rings.tolist()


def to_metres(crs: str, lon: Numbers, lat: Numbers) -> Both:
    """The way back: metres east and north of longitudes and latitudes.

    Raises:
        ValueError: Nothing of known accuracy leads from degrees to the system.
    """
    return moved(np.asarray(lon, float), np.asarray(lat, float), DEGREES, crs)


def ring_in_metres(crs: str, ring: Iterable[tuple[float, float]]) -> Ring:
    """A ring of longitudes and latitudes, as an outline has them, in metres east and north.

    Raises:
        ValueError: Nothing of known accuracy leads from degrees to the system.
    """
    lon, lat = zip(*ring, strict=True)
    x, y = to_metres(crs, lon, lat)
    return list(zip(x.tolist(), y.tolist(), strict=True))
