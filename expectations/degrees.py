"""Longitudes and latitudes, and the metres of a projected reference system: from each to the other."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pyproj import Transformer

DEGREES = "EPSG:4326"
"""Longitude and latitude on WGS 84, as GeoJSON (RFC 7946) and GPX have them."""

Numbers = Sequence[float] | NDArray[np.float64]
Both = tuple[NDArray[np.float64], NDArray[np.float64]]


def to_degrees(crs: str, x: Numbers, y: Numbers) -> Both:
    """Longitudes and latitudes of places given in metres east and north.

    EPSG says of many systems that the north comes first, and of degrees that the latitude does; here east and longitude
    always do.

    Args:
        crs: Name of the system the metres are of.
        x: Metres east.
        y: Metres north.
    """
    lon, lat = _between(crs, DEGREES).transform(np.asarray(x, float), np.asarray(y, float), errcheck=True)
    return np.asarray(lon), np.asarray(lat)


def to_metres(crs: str, lon: Numbers, lat: Numbers) -> Both:
    """The way back: metres east and north of longitudes and latitudes."""
    x, y = _between(DEGREES, crs).transform(np.asarray(lon, float), np.asarray(lat, float), errcheck=True)
    return np.asarray(x), np.asarray(y)


@cache
def _between(one: str, other: str) -> "Transformer":
    # Imported here: a month without places should not pay for it.
    from pyproj import Transformer, network

    # A finer shift than its own data has would have to be fetched.
    network.set_network_enabled(active=False)  # type: ignore[attr-defined]  # its stub leaves it out
    return Transformer.from_crs(one, other, always_xy=True)
