"""Reference systems: points that are published in two of them, and ways that would need a file refused."""

import os
import subprocess
import sys

import numpy as np
import pytest
from pydantic import BaseModel, ValidationError

from expectations.field_faults import FieldFault
from expectations.geography.projection import Crs, MetricCrs, bounds, is_geographic, is_reached, moved


class Named(BaseModel):
    crs: Crs = "EPSG:4326"
    metric: MetricCrs = "EPSG:5179"


def one(x: float, y: float, source: str, target: str) -> tuple[float, float]:
    east, north = moved(np.array([x]), np.array([y]), source, target)
    return float(east[0]), float(north[0])


def test_the_origin_of_the_national_system_is_where_it_is_defined() -> None:
    assert one(127.5, 38.0, "EPSG:4326", "EPSG:5179") == pytest.approx((1_000_000, 2_000_000), abs=0.01)
    assert one(127.0, 38.0, "EPSG:4326", "EPSG:5186") == pytest.approx((200_000, 600_000), abs=0.01)


def test_feet_of_a_state_plane_are_us_survey_feet() -> None:
    """The false easting of Missouri East is 250,000 m, its origin 35°50' N, 90°30' W (NOAA manual NOS NGS 5)."""
    feet = 250_000 * 3937 / 1200
    longitude, latitude = one(feet, 0.0, "ESRI:102696", "EPSG:4269")
    assert (longitude, latitude) == pytest.approx((-90.5, 35 + 50 / 60), abs=1e-9)


def test_what_cannot_be_there_is_not_finite() -> None:
    assert not np.isfinite(one(35.16, 126.85, "EPSG:4326", "EPSG:5179")).any()
    assert not np.isfinite(one(float("nan"), 35.0, "EPSG:4326", "EPSG:5179")).any()


def test_a_way_that_needs_a_file_of_shifts_is_none() -> None:
    assert is_reached("EPSG:4326", "EPSG:5179")
    assert is_reached("EPSG:5174", "EPSG:5179"), "the old Korean datum, by seven parameters"
    assert not is_reached("EPSG:4267", "EPSG:26915"), "NAD27 is told in NAD83 by files alone"
    with pytest.raises(ValueError, match="file of shifts"):
        one(-90.2, 38.6, "EPSG:4267", "EPSG:26915")


@pytest.mark.parametrize("name", ["EPSG:99999999", "EPSG", "", "+proj=longlat +nadgrids=x", "EPSG:5773", "WGS84"])
def test_what_is_no_system_on_the_ground_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="no reference system"):
        Named(crs=name)


@pytest.mark.parametrize("name", ["EPSG:4326", "ESRI:102696"])
def test_a_grid_counts_in_metres(name: str) -> None:
    with pytest.raises(ValidationError, match="in metres"):
        Named(metric=name)


def test_systems_say_what_they_are_for() -> None:
    assert (is_geographic("EPSG:4326"), is_geographic("EPSG:5179")) == (True, False)
    west, south, east, north = bounds("EPSG:5179") or (0.0, 0.0, 0.0, 0.0)
    assert west < 126.85 < east
    assert south < 35.16 < north
    with pytest.raises(FieldFault):
        bounds("EPSG:1")


def test_no_network_is_asked_even_where_the_machine_says_so() -> None:
    program = (
        "from expectations.geography.projection import is_reached; import pyproj.network as n; "
        "print(n.is_network_enabled(), is_reached('EPSG:4267', 'EPSG:26915'), n.is_network_enabled())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PROJ_NETWORK": "ON"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["True", "False", "False"]
