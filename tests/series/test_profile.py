"""Bases of simulated series: marauders are found at once by every method, commuters by none; the formulas by hand."""

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize

from tests.series.simulated import bases
from transforms.series.profile import METHODS, NoProfile, centre_of_minimum_distance, profile

FOUND = 0.017
"""Share of the area within which half the marauders are found."""


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_half_the_marauders_are_found_in_the_first_two_hundredths(method: str) -> None:
    assert np.median([score[method] for score in bases("marauder", 120, seed=1)]) <= FOUND


@pytest.mark.slow
@pytest.mark.parametrize("method", METHODS)
def test_commuters_are_found_hardly_better_than_by_chance(method: str) -> None:
    assert np.median([score[method] for score in bases("commuter", 120, seed=2)]) >= 0.15


def test_surfaces_are_those_of_the_formulas() -> None:
    """Five crimes on a line, a kilometre apart: buffer 500 m; one cell within it, one beyond."""
    x, y = np.arange(5) * 1_000.0, np.zeros(5)
    area = pl.DataFrame({"x": [200.0, 1_500.0, 9_000.0], "y": [0.0, 700.0, 0.0]})
    made = profile(x, y, 100, area)
    assert made.buffer_metres == 500
    heights = {}
    for row in area.iter_rows(named=True):
        streets = np.abs(row["x"] - x) + np.abs(row["y"] - y)
        straight = np.hypot(row["x"] - x, row["y"] - y)
        rossmo = np.where(streets > 500, streets**-1.2, (2 * 500 - np.minimum(streets, 500)) ** -1.2).sum()
        mean = np.mean([abs(a - b) for a in x for b in x if a < b])
        heights[row["x"]] = (
            rossmo,
            1 / (1 + np.hypot(row["x"] - 2_000, row["y"]) / mean),
            np.exp(-straight / mean).sum(),
        )
    expected = np.array([heights[one] for one in made.cells["x"]])
    assert made.cells.select(METHODS).to_numpy() == pytest.approx(expected / expected.max(axis=0), rel=1e-4)


def test_rossmos_height_has_no_step_at_the_buffer() -> None:
    x, y = np.array([0.0, 1_000, 50_000, 51_000, 0]), np.array([0.0, 0, 0, 0, 50_000])
    cells = pl.DataFrame({"x": np.arange(-2_000.0, 2_000, 10), "y": np.zeros(400)})
    heights = profile(x, y, 10, cells).cells["rossmo"].to_numpy()
    assert np.abs(np.diff(heights)).max() < 0.02


def test_the_share_searched_is_the_rank_and_equal_cells_share_theirs() -> None:
    x, y = np.array([0.0, 1_000, 0, 1_000, 500]), np.array([0.0, 0, 1_000, 1_000, 500])
    made = profile(x, y, 100).cells
    for method in METHODS:
        ranks = made.sort(method, descending=True)[f"{method}_searched"].to_numpy()
        assert np.all(np.diff(ranks) >= -1e-12)
        assert ranks.sum() == pytest.approx((made.height + 1) / 2)
    # A square of crimes is the same seen from its four sides, and so is the area around it.
    turned = made.join(made.select(x=1_000 - pl.col("x"), y="y", other="rossmo_searched"), on=["x", "y"])
    assert turned.height > made.height * 0.9
    assert (turned["rossmo_searched"] - turned["other"]).abs().max() < 0.01


def test_the_centre_of_minimum_distance_is_the_minimum() -> None:
    points = np.random.default_rng(4).normal([5_000, 8_000], 1_000, (11, 2))
    found = centre_of_minimum_distance(points)
    best = minimize(lambda at: np.hypot(*(points - at).T).sum(), points.mean(axis=0), method="Nelder-Mead",
                    options={"xatol": 0.01, "fatol": 1e-6})  # fmt: skip
    assert found == pytest.approx(best.x, abs=1)


@pytest.mark.parametrize(
    ("x", "code"),
    [
        ([0.0, 100, 200, 300], "profile_too_few"),
        ([100.0] * 6, "profile_one_cell"),
        ([0.0, 100, 200, 300, 900_000], "profile_too_wide"),
    ],
)
def test_there_is_no_profile_of_few_crimes_of_one_cell_or_of_a_whole_country(x: list[float], code: str) -> None:
    with pytest.raises(NoProfile, match=code):
        profile(np.array(x), np.zeros(len(x)), 100)


def test_a_list_in_another_order_has_the_same_surface() -> None:
    x, y = np.array([0.0, 1_300, 200, 2_100, 500, 900]), np.array([100.0, 0, 1_900, 1_000, 500, 300])
    one, other = profile(x, y, 100).cells, profile(x[::-1].copy(), y[::-1].copy(), 100).cells
    assert one.select(METHODS).to_numpy() == pytest.approx(other.select(METHODS).to_numpy())
