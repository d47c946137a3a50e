"""Points of one reference system as metres of another: by PROJ, without a network and without files of shifts.

A way between two systems that needs a file of shifts would give other cells on a machine that has the file than on one
that has not. So no such way is taken, and where no other is of known accuracy there is none: the layout is refused.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator

from expectations.field_faults import FieldFault

if TYPE_CHECKING:  # commands that only read an agency folder start without numpy
    import numpy as np
    from numpy.typing import NDArray
    from pyproj import CRS, Transformer

COARSEST = 10.0
"""Metres by which a way between two systems may err, a tenth of the usual cell."""
_NAME = re.compile(r"[A-Za-z]+:[0-9]{1,9}")
_FILES = "grid"
"""Part of the name of every step of PROJ that reads a file of shifts: hgridshift, vgridshift, gridshift, nadgrids."""

if TYPE_CHECKING:
    Axis = NDArray[np.float64]


@lru_cache(maxsize=64)
def _system(name: str) -> CRS:
    """A reference system by the name of an authority: a text of parameters could name files.

    Raises:
        FieldFault: There is none of this name, or it has no two axes on the ground.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not _NAME.fullmatch(name):
        raise FieldFault("toml_no_crs", found=name)
    try:
        found = CRS.from_user_input(name)
    except CRSError as error:
        raise FieldFault("toml_no_crs", found=name) from error
    if not (found.is_projected or found.is_geographic):
        raise FieldFault("toml_no_crs", found=name)
    return found


def _is_system(name: str) -> str:
    _system(name)
    return name


Crs = Annotated[str, AfterValidator(_is_system)]
"""The name of a reference system, such as EPSG:4326."""


def _is_metric(name: str) -> str:
    system = _system(name)
    if not system.is_projected or any(axis.unit_conversion_factor != 1.0 for axis in system.axis_info):
        raise FieldFault("toml_crs_metric", found=name)
    return name


MetricCrs = Annotated[str, AfterValidator(_is_metric)]
"""The name of a projected system in metres."""


def is_geographic(name: str) -> bool:
    """Whether a system counts in degrees."""
    return bool(_system(name).is_geographic)


def bounds(name: str) -> tuple[float, float, float, float] | None:
    """West, south, east and north of where a system is meant to be used, in degrees; None where it does not say."""
    area = _system(name).area_of_use
    return None if area is None else (area.west, area.south, area.east, area.north)


@lru_cache(maxsize=64)
def _way(source: str, target: str) -> Transformer | None:
    """The best way from one system to another that needs no file and errs by less than a tenth of a cell, or none."""
    from pyproj.network import set_network_enabled  # type: ignore[attr-defined]
    from pyproj.transformer import TransformerGroup

    set_network_enabled(active=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # that a better way would need a file
        found = TransformerGroup(_system(source), _system(target), always_xy=True, allow_ballpark=False)
    ways = (way for way in found.transformers if _FILES not in way.definition and 0 <= way.accuracy <= COARSEST)
    return next(ways, None)


def is_reached(source: str, target: str) -> bool:
    """Whether points of one system can be told in another without a file of shifts."""
    return _way(source, target) is not None


def moved(x: Axis, y: Axis, source: str, target: str) -> tuple[Axis, Axis]:
    """Points of one system in another; not finite where a point cannot be there.

    Args:
        x: East, or longitude.
        y: North, or latitude.
        source: Name of their system.
        target: Name of the one asked for.

    Raises:
        ValueError: Nothing leads from one to the other: `is_reached` says so beforehand.
    """
    import numpy as np

    way = _way(source, target)
    if way is None:
        raise ValueError(f"no way of known accuracy from {source} to {target} without a file of shifts")
    east, north = way.transform(np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64), errcheck=False)
    return np.asarray(east, dtype=np.float64), np.asarray(north, dtype=np.float64)
