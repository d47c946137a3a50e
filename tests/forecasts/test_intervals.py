"""Calibration and quantiles against simulation and against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import isotonic_regression
from scipy.stats import gamma, nbinom, poisson

from forecasts.intervals import (
    CAP,
    CAPPED_MEAN,
    LEVELS,
    PROBABILITIES,
    QUANTILES,
    count_quantiles,
    interval_losses,
    never_falling,
    quick_quantiles,
    squared_errors,
    variance_factors,
    widened,
)


def factors(ratio: list[float], series: list[int] | None = None, horizon: list[int] | None = None) -> np.ndarray:
    """Factors of two series and two horizons from squared errors in variances."""
    places = series or [0, 1] * (len(ratio) // 2)
    steps = horizon or [1, 1, 2, 2] * (len(ratio) // 4)
    return variance_factors(np.array(ratio), np.array(places), np.array(steps), 2, 2)


def test_before_any_error_a_models_own_variance_stands() -> None:
    assert factors([]).tolist() == [[1.0, 1.0], [1.0, 1.0]]
    assert factors([float("nan")] * 4).tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_a_long_record_overrides_the_models_variance() -> None:
    assert factors([3.0] * 40_000) == pytest.approx(3.0, rel=0.01)
    # 30 errors make as much as the 30 believed beforehand; a district month counts once, not once for each horizon.
    assert factors([3.0] * 60) == pytest.approx(2.0)


def test_a_series_is_drawn_to_its_pool() -> None:
    wild, calm = factors([4.0, 0.5] * 144)[:, 0]
    pooled = factors([2.25] * 288)[0, 0]
    assert calm < pooled < wild
    # 72 months of its own weigh as much as the 72 of the pool: half way between 1 and 4/2.25 of the pool's factor.
    assert wild / pooled == pytest.approx((1 + 4 / 2.25) / 2)


def test_errors_that_grow_with_the_horizon_widen_the_interval_and_falling_ones_do_not_narrow_it() -> None:
    near, far = factors([1.0, 1.0, 3.0, 3.0] * 100)[0]
    assert far > near
    near, far = factors([3.0, 3.0, 1.0, 1.0] * 100)[0]
    assert far == near


@given(values=st.lists(st.floats(0.1, 9), min_size=1, max_size=12), seed=st.integers(0, 99))
def test_values_that_never_fall_are_scipys_isotonic_regression(values: list[float], seed: int) -> None:
    weights = np.random.default_rng(seed).uniform(1, 30, len(values))
    expected = isotonic_regression(values, weights=weights).x
    np.testing.assert_allclose(never_falling(np.array(values), weights), expected, rtol=1e-12)


def test_capped_errors_are_one_on_average_where_the_variance_is_right() -> None:
    draws = np.random.default_rng(3).normal(100, 10, 400_000)
    mean, variance = np.full(len(draws), 100.0), np.full(len(draws), 100.0)
    assert squared_errors(draws, mean, variance).mean() == pytest.approx(1.0, abs=0.005)
    assert squared_errors(np.array([1e6]), mean[:1], variance[:1])[0] == CAP / CAPPED_MEAN


def test_errors_of_tiny_or_unknown_counts_tell_nothing() -> None:
    unknown = squared_errors(np.array([np.nan, 1.0, 3.0]), np.array([9.0, 0.2, 2.0]), np.array([9.0, 0.2, 1.0]))
    assert np.isnan(unknown).tolist() == [True, True, False]


@pytest.mark.parametrize(("mean", "variance"), [(20.0, 30.0), (100.0, 200.0), (500.0, 4000.0)])
def test_the_quick_quantiles_are_those_of_the_gamma_distribution(mean: float, variance: float) -> None:
    quick = quick_quantiles(np.array([mean]), np.array([variance]))[0]
    assert np.allclose(quick, gamma(mean**2 / variance, scale=variance / mean).ppf(PROBABILITIES), rtol=2e-3)


def test_the_quick_score_is_the_interval_form() -> None:
    quantiles = np.array([[50.0, 40.0, 60.0, 30.0, 70.0, 20.0, 80.0]])
    assert list(QUANTILES)[:3] == ["median", "lower_50", "upper_50"]
    for observed in (10.0, 45.0, 75.0, 95.0):
        total = 0.5 * abs(observed - 50)
        for place, level in enumerate(LEVELS):
            alpha, low, high = 1 - level / 100, quantiles[0, 1 + 2 * place], quantiles[0, 2 + 2 * place]
            outside = max(low - observed, 0) + max(observed - high, 0)
            total += alpha / 2 * (high - low) + outside
        assert interval_losses(quantiles, np.array([observed]))[0] == pytest.approx(total / 3.5)


@pytest.mark.parametrize(
    ("mean", "phi"), [(1.0, 1.0), (3.0, 1.6), (15.0, 1.0), (60.0, 1.6), (100.0, 3.4), (500.0, 6.0)]
)
def test_intervals_cover_what_they_say(mean: float, phi: float) -> None:
    draws = (
        np.random.default_rng(0).negative_binomial(mean / (phi - 1), 1 / phi, 200_000)
        if phi > 1
        else (np.random.default_rng(0).poisson(mean, 200_000))
    )
    smoothed = draws + np.random.default_rng(1).uniform(-0.5, 0.5, len(draws))
    quantiles = dict(zip(QUANTILES, count_quantiles(np.array([mean]), np.array([phi]), PROBABILITIES)[0], strict=True))
    for level in LEVELS:
        tail = (1 - level / 100) / 2
        lower = quantiles[f"lower_{level}"]
        assert (smoothed > quantiles[f"upper_{level}"]).mean() == pytest.approx(tail, abs=0.003)
        assert (smoothed < lower).mean() == pytest.approx(tail, abs=0.003)
    assert (smoothed > quantiles["median"]).mean() == pytest.approx(0.5, abs=0.005)


def test_quantiles_lie_within_half_a_count_of_the_distribution_scipy_gives() -> None:
    quantiles = count_quantiles(np.array([40.0]), np.array([2.5]), PROBABILITIES)[0]
    assert np.all(np.abs(quantiles - nbinom(40 / 1.5, 1 / 2.5).ppf(PROBABILITIES)) <= 0.5)


@pytest.mark.parametrize("mean", [1e-4, 0.3, 3.0, 40.0, 3000.0, 90_000.0])
@pytest.mark.parametrize("phi", [1.0, 1.2, 4.0, 60.0, 5000.0])
def test_quantiles_are_scipys_counts_each_spread_over_its_cell(mean: float, phi: float) -> None:
    told = np.append(PROBABILITIES, [0.001, 0.999])
    counts = poisson(mean) if phi == 1 else nbinom(mean / (phi - 1), 1 / phi)
    whole = counts.ppf(told)
    expected = whole - 0.5 + (told - counts.cdf(whole - 1)) / counts.pmf(whole)
    np.testing.assert_allclose(count_quantiles(np.array([mean]), np.array([phi]), told)[0], expected, atol=1e-7)


def test_nothing_expected_is_count_zero() -> None:
    assert np.array_equal(count_quantiles(np.array([0.0]), np.array([2.0]), PROBABILITIES)[0], PROBABILITIES - 0.5)


@given(mean=st.floats(1e-6, 1e5), phi=st.floats(1, 50))
def test_quantiles_never_cross_nor_leave_the_cell_of_zero(mean: float, phi: float) -> None:
    fine = np.linspace(0.01, 0.99, 25)
    quantiles = count_quantiles(np.array([mean]), np.array([phi]), fine)[0]
    assert np.all(np.isfinite(quantiles))
    assert np.all(np.diff(quantiles) >= 0)
    assert quantiles[0] >= -0.5


def test_the_poisson_count_is_the_limit_of_little_dispersion() -> None:
    near = count_quantiles(np.array([30.0]), np.array([1 + 1e-6]), PROBABILITIES)
    assert np.allclose(near, count_quantiles(np.array([30.0]), np.array([1.0]), PROBABILITIES), atol=1e-3)


def test_the_95_per_cent_interval_alone_is_wider_and_nothing_else_moves() -> None:
    names = list(QUANTILES)
    made = count_quantiles(np.array([100.0, 4.0, 0.2]), np.array([1.6]), PROBABILITIES)
    wide = widened(made)
    for place, name in enumerate(names):
        if not name.endswith("_95"):
            np.testing.assert_array_equal(wide[:, place], made[:, place])
    reach = {
        name: np.sqrt(wide[0, names.index(name)]) - np.sqrt(wide[0, names.index("median")])
        for name in ("lower_95", "upper_95")
    }
    for name, found in reach.items():
        before = np.sqrt(made[0, names.index(name)]) - np.sqrt(made[0, names.index("median")])
        assert found == pytest.approx(1.03 * before)
    # A part of the count 0 stays one.
    assert made[2, names.index("lower_95")] < 0
    assert wide[2, names.index("lower_95")] == made[2, names.index("lower_95")]
    rising = np.argsort(PROBABILITIES)
    assert (np.diff(wide[:, rising], axis=1) >= 0).all()
