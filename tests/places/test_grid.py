"""Cells of the grid: codes as Korea publishes them, corners that hold their points, codes back to corners."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.geography.grid import Grid

NATIONAL = Grid()
PLAIN = Grid("EPSG:32618", 250)
METRES = st.floats(-9e6, 9e6, allow_nan=False, allow_subnormal=False)  # a hundredth of which is still below 0


def codes(grid: Grid, *points: tuple[float, float]) -> list[str]:
    x, y = (np.array(axis, dtype=float) for axis in zip(*points, strict=True))
    return grid.codes(x, y).tolist()


@pytest.mark.parametrize(
    ("place", "longitude", "latitude", "letters"),
    [
        ("Seoul, city hall", 126.9780, 37.5665, "다사"),
        ("Sejong, city hall", 127.2890, 36.4801, "다바"),
        ("Gwangju, city hall", 126.8526, 35.1601, "다라"),
    ],
)
def test_places_lie_in_the_square_that_is_published_for_them(place, longitude, latitude, letters):
    to = pyproj.Transformer.from_crs("EPSG:4326", "EPSG:5179", always_xy=True)
    assert codes(NATIONAL, to.transform(longitude, latitude))[0][:2] == letters, place


def test_grids_whose_codes_look_alike_have_other_names():
    assert (NATIONAL.name, Grid("epsg:5179").name) == ("EPSG:5179/100", "EPSG:5179/100")
    alike = [Grid("EPSG:5186"), Grid("EPSG:5187"), Grid("EPSG:5186", 250)]
    assert {grid.codes(np.array([1000.0]), np.array([500.0]))[0] for grid in alike} == {"x1000y500"}
    assert len({grid.name for grid in alike}) == 3


def test_the_sign_on_the_path_up_gwangdeoksan_names_that_mountain():
    """A photographed sign reads 다바 5802 5337 (10 m); the mountain's top is at 36.69 N, 127.03 E."""
    x, y = NATIONAL.corner("다바580533")
    assert (x, y) == (958_000, 1_853_300)
    longitude, latitude = pyproj.Transformer.from_crs("EPSG:5179", "EPSG:4326", always_xy=True).transform(x, y)
    assert abs(longitude - 127.03) < 0.02
    assert abs(latitude - 36.69) < 0.02


def test_codes_begin_at_the_origin_of_the_national_grid():
    corner = (700_000.0, 1_300_000.0)
    assert codes(NATIONAL, corner, (700_099.9, 1_300_100.0), (1_499_999.9, 2_099_999.9)) == [
        "가가000000",
        "가가000001",
        "아아999999",
    ]
    assert codes(NATIONAL, (699_999.0, 1_300_000.0), (0.0, -1.0)) == ["x699900y1300000", "x0y-100"]


def test_the_code_of_another_grid_is_its_corner():
    assert codes(PLAIN, (475_500.0, 4_413_500.0), (475_749.9, 4_413_499.9)) == [
        "x475500y4413500",
        "x475500y4413250",
    ]
    assert codes(Grid("EPSG:5179", 250), (940_300.0, 1_684_600.0)) == ["x940250y1684500"]


@given(grid=st.sampled_from([NATIONAL, PLAIN, Grid("EPSG:5179", 50)]), x=METRES, y=METRES)
def test_a_cell_holds_its_points_and_its_code_names_its_corner(grid, x, y):
    (code,) = codes(grid, (x, y))
    west, south = grid.corner(code)
    assert west <= x < west + grid.cell_metres
    assert south <= y < south + grid.cell_metres
    assert (west % grid.cell_metres, south % grid.cell_metres) == (0, 0)
    assert codes(grid, (west, south)) == [code]


@pytest.mark.parametrize(
    "code", ["", "다라40384", "자라403846", "x1y2", "x100y100 ", "x-0y0", "다라４０３８４６", "x940300y1684600"]
)
def test_a_text_that_names_no_cell_is_refused(code):
    with pytest.raises(ValueError, match="no cell"):
        NATIONAL.corner(code)


@pytest.mark.parametrize("odd", [np.nan, np.inf, -1e9])
def test_what_is_no_place_is_refused(odd):
    with pytest.raises(ValueError, match="finite"):
        NATIONAL.codes(np.array([odd]), np.array([0.0]))


def test_no_points_have_no_codes():
    assert NATIONAL.codes(np.array([]), np.array([])).tolist() == []
