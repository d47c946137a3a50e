"""What place forecasts are made of, each against an answer from elsewhere."""

from datetime import date

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.stats import nbinom

from forecasts.places.area import study_area
from forecasts.places.bayes import rates
from forecasts.places.counted import counted, located
from forecasts.places.decayed import decayed, exposure
from forecasts.places.dispersion import dispersion, log_likelihood
from forecasts.places.kernel import kernel, smoothed
from forecasts.places.mixture import mixture_weights, pool_powers, pooled
from tests.forecasts.places.worlds import CELL, simulated, square

CELLS = square(12)
EVENTS = simulated(CELLS, np.arange(144) + 1.0, 800, 500)


def test_a_decayed_count_is_the_sum_over_its_crimes() -> None:
    area = study_area(CELLS, CELL, 50)
    origin = date(2023, 3, 20)
    (made,) = decayed(counted(located(EVENTS, area)), area.squares, 250.0, [origin])
    wanted = np.zeros(area.squares)
    for day, x, y in EVENTS.select("day", "x", "y").iter_rows():
        if day < origin:
            place = area.squares_of(np.array([x]), np.array([y]))[0]
            wanted[place] += np.exp(-((origin - day).days - 0.5) / 250)
    assert made == pytest.approx(wanted, rel=1e-9)


def test_an_exposure_is_the_integral_of_the_decay() -> None:
    days = np.arange(0, 700, 0.01) + 0.005
    assert exposure(700, 250) == pytest.approx(np.exp(-days / 250).sum() * 0.01, rel=1e-6)


def test_smoothing_is_a_gaussian_filter_summed_by_cell() -> None:
    area = study_area(CELLS, CELL, 10)
    squares = np.random.default_rng(4).poisson(0.3, area.squares).astype(float)
    raster = gaussian_filter(area.raster_of(squares), 15.0, mode="constant", truncate=4)
    wanted = raster.reshape(12, 10, 12, 10).sum(axis=(1, 3)).ravel()
    order = np.lexsort((CELLS["x"].to_numpy(), CELLS["y"].to_numpy()))
    by_name = np.argsort(CELLS["cell"].to_numpy()[order])
    # A filter samples the density in the middle of squares, the kernel integrates it over them.
    assert smoothed(squares, area, 150.0) == pytest.approx(wanted[by_name], rel=2e-3)


def test_a_narrow_kernel_keeps_what_lies_in_its_own_square() -> None:
    weights = kernel(0.5)
    assert weights[len(weights) // 2] == pytest.approx(0.6827 / (1 - 6.3e-5), abs=1e-3)  # within one standard deviation


def test_a_gamma_rate_is_drawn_to_its_mean() -> None:
    # Two crimes in ten days around a mean of 0.1 worth one crime: (1 + 2) / (10 + 10); the even part adds a little.
    made = rates(np.array([2.0, 0.0]), np.array([0.1, 0.1]), 10.0, 1.0)
    around = 0.1 * 1.02
    assert made == pytest.approx([3 / (1 / around + 10), 1 / (1 / around + 10)])


def test_expectation_maximization_finds_the_weights_a_mixture_was_drawn_with() -> None:
    rng = np.random.default_rng(8)
    densities = rng.dirichlet(np.full(400, 0.3), 3).T
    truth = np.array([0.6, 0.3, 0.1])
    crimes = rng.multinomial(40_000, densities @ truth).astype(float)
    assert mixture_weights(densities, crimes, np.full(3, 1 / 3)) == pytest.approx(truth, abs=0.02)
    few = mixture_weights(densities, crimes * 0, np.array([0.5, 0.25, 0.25]))
    assert few == pytest.approx([0.5, 0.25, 0.25])


def test_a_pool_finds_the_powers_its_crimes_were_drawn_with() -> None:
    rng = np.random.default_rng(9)
    logs = np.log(rng.dirichlet(np.full(300, 0.8), 2).T)
    truth = np.array([0.7, 0.4])
    crimes = rng.multinomial(200_000, pooled(logs, truth)).astype(float)
    assert pool_powers([logs, logs], [crimes, crimes], np.array([1.0, 0.0])) == pytest.approx(truth, abs=0.02)


def test_a_dispersion_is_found_again() -> None:
    rng = np.random.default_rng(10)
    expected = rng.gamma(0.5, 4.0, 20_000) + 0.01
    alpha = 0.4
    counts = nbinom.rvs(1 / alpha, 1 / (1 + alpha * expected), random_state=rng).astype(float)
    assert log_likelihood(alpha, counts, expected) == pytest.approx(
        nbinom.logpmf(counts, 1 / alpha, 1 / (1 + alpha * expected)).sum(), rel=1e-9
    )
    assert dispersion(counts, expected) == pytest.approx(alpha, rel=0.05)


def test_without_a_crime_counts_are_poisson() -> None:
    assert dispersion(np.zeros(5), np.full(5, 0.1)) < 1e-5
