"""The area an agency polices, on its grid."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from expectations.agency.file import Places
from expectations.agency.ground.outlines import Outline, Rings
from expectations.agency.parts import AgencyError
from expectations.geography.degrees import Ring, ring_in_metres
from expectations.geography.raster import Raster, filled_in, touched, united

FINE = 100
"""Metres of the sides of squares by which it is told whether a point lies near the area."""


def filled_area(places: Places, features: Sequence[Rings]) -> Raster:
    """The area of a GeoJSON file as cells of the grid: those whose centre lies in a feature, within it by even-odd.

    Raises:
        AgencyError: It does not lie where the grid's system reaches, or is larger than any agency's.
    """
    return _united(filled_in, places, features, places.cell_metres)


def touched_area(places: Places, features: Sequence[Rings]) -> Raster:
    """The same area as all squares it has a part in, of at most 100 m: what is near it does not hang on the grid.

    Raises:
        AgencyError: As of `filled_area`.
    """
    return _united(touched, places, features, min(places.cell_metres, FINE))


def _united(fill: Callable[[list[Ring], int], Raster], places: Places, features: Sequence[Rings], side: int) -> Raster:
    try:
        return united([fill([ring_in_metres(places.crs, ring) for ring in rings], side) for rings in features])
    except ValueError as error:
        raise AgencyError("agency_area_elsewhere", file=places.area, crs=places.crs) from error


def box_around(outlines: Iterable[Outline], crs: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north, in metres, of the districts' outlines; None where there are none."""
    rings = [ring_in_metres(crs, ring) for outline in outlines for ring in outline.rings]
    if not rings:
        return None
    points = np.concatenate([np.asarray(ring) for ring in rings])
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return None
    (west, south), (east, north) = points.min(axis=0).tolist(), points.max(axis=0).tolist()
    return west, south, east, north
