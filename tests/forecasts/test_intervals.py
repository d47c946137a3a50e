"""Dispersion and quantiles against simulation and against scipy."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from forecasts.intervals import ASSUMED_DISPERSION, LEVELS, QUANTILES, count_quantiles, dispersions, with_quantiles

GROUP, SERIES = ["crime_type"], ["district", "crime_type"]
PROBABILITIES = np.array(list(QUANTILES.values()))


def rows(horizons: list[int], means: list[float], district: str = "A", **more: list[float]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "district": [district] * len(means),
            "crime_type": ["theft"] * len(means),
            "month": [date(2024, 1, 1)] * len(means),
            "horizon": horizons,
            "mean": means,
            **more,
        }
    )


def past_errors(error: float, number: int, horizon: int = 1, district: str = "A", mean: float = 100.0) -> pl.DataFrame:
    signs = [1 if step % 2 else -1 for step in range(number)]
    return rows([horizon] * number, [mean] * number, district, observed=[mean + sign * error for sign in signs]).cast(
        {"observed": pl.Float64, "mean": pl.Float64, "horizon": pl.Int64}
    )


def test_before_any_error_the_assumed_dispersion_stands() -> None:
    phi = dispersions(rows([1, 2], [10.0, 10.0]), past_errors(0, 0), GROUP, SERIES)
    assert phi.tolist() == [ASSUMED_DISPERSION] * 2


def test_dispersion_is_the_squared_error_over_the_mean() -> None:
    # Errors of ±20 around 100: variance 400, dispersion 4. A long record overrides what was assumed.
    phi = dispersions(rows([1], [100.0]), past_errors(20, 4000), GROUP, SERIES)
    assert phi[0] == pytest.approx(4, rel=0.01)


def test_dispersion_is_never_below_that_of_a_poisson_count() -> None:
    assert dispersions(rows([1], [100.0]), past_errors(0, 4000), GROUP, SERIES).tolist() == [1.0]


def test_a_series_is_drawn_to_its_crime_type() -> None:
    past = pl.concat([past_errors(30, 36, district="A"), past_errors(10, 36, district="B")])
    phi = [dispersions(rows([1], [100.0], name), past, GROUP, SERIES)[0] for name in ("A", "B", "C")]
    # A alone 9, B alone 1, both with twelve errors of dispersion 2: 384/84. Half way between: 6.8 and 2.8.
    assert phi[2] == pytest.approx(384 / 84)
    assert phi[0] == pytest.approx((9 + 384 / 84) / 2)
    assert phi[1] == pytest.approx((1 + 384 / 84) / 2)


def test_errors_that_grow_with_the_horizon_widen_the_interval() -> None:
    past = pl.concat([past_errors(10 * step, 200, step) for step in (1, 2, 3)])
    phi = dispersions(rows([1, 2, 3], [100.0] * 3), past, GROUP, SERIES)
    assert phi[0] < phi[1] < phi[2]


def test_errors_that_happen_to_fall_with_the_horizon_do_not_narrow_it() -> None:
    past = pl.concat([past_errors(10 * (4 - step), 200, step) for step in (1, 2, 3)])
    phi = dispersions(rows([1, 2, 3], [100.0] * 3), past, GROUP, SERIES)
    assert phi[0] == phi[1] == phi[2]


def test_unknown_outcomes_are_no_errors() -> None:
    unknown = past_errors(50, 30).with_columns(observed=pl.lit(None, dtype=pl.Float64))
    assert dispersions(rows([1], [100.0]), unknown, GROUP, SERIES).tolist() == [ASSUMED_DISPERSION]


@pytest.mark.parametrize(
    ("mean", "phi"), [(1.0, 1.0), (3.0, 1.6), (15.0, 1.0), (60.0, 1.6), (100.0, 3.4), (500.0, 6.0)]
)
def test_intervals_cover_what_they_say(mean: float, phi: float) -> None:
    draws = (
        np.random.default_rng(0).negative_binomial(mean / (phi - 1), 1 / phi, 200_000)
        if phi > 1
        else (np.random.default_rng(0).poisson(mean, 200_000))
    )
    smoothed = np.maximum(draws + np.random.default_rng(1).uniform(-0.5, 0.5, len(draws)), 0)
    quantiles = dict(zip(QUANTILES, count_quantiles(np.array([mean]), np.array([phi]), PROBABILITIES)[0], strict=True))
    for level in LEVELS:
        tail = (1 - level / 100) / 2
        lower = quantiles[f"lower_{level}"]
        assert (smoothed > quantiles[f"upper_{level}"]).mean() == pytest.approx(tail, abs=0.003)
        # Where zero itself is more likely than the tail, nothing can lie below.
        assert (smoothed < lower).mean() == pytest.approx(tail if lower > 0 else 0.0, abs=0.003)
    assert (smoothed > quantiles["median"]).mean() == pytest.approx(0.5, abs=0.005)


def test_quantiles_lie_within_half_a_count_of_the_distribution_scipy_gives() -> None:
    quantiles = count_quantiles(np.array([40.0]), np.array([2.5]), PROBABILITIES)[0]
    assert np.all(np.abs(quantiles - nbinom(40 / 1.5, 1 / 2.5).ppf(PROBABILITIES)) <= 0.5)


def test_nothing_expected_gives_nothing() -> None:
    assert not count_quantiles(np.array([0.0]), np.array([2.0]), PROBABILITIES).any()


@given(mean=st.floats(1e-6, 1e5), phi=st.floats(1, 50))
def test_quantiles_never_cross_and_are_never_negative(mean: float, phi: float) -> None:
    fine = np.linspace(0.01, 0.99, 25)
    quantiles = count_quantiles(np.array([mean]), np.array([phi]), fine)[0]
    assert np.all(np.isfinite(quantiles))
    assert np.all(np.diff(quantiles) >= 0)
    assert quantiles[0] >= 0


def test_the_poisson_count_is_the_limit_of_little_dispersion() -> None:
    near = count_quantiles(np.array([30.0]), np.array([1 + 1e-6]), PROBABILITIES)
    assert np.allclose(near, count_quantiles(np.array([30.0]), np.array([1.0]), PROBABILITIES), atol=1e-3)


def test_columns_are_named_for_their_quantiles() -> None:
    made = with_quantiles(rows([1], [50.0]), past_errors(0, 0), GROUP, SERIES)
    order = ["lower_95", "lower_80", "lower_50", "median", "upper_50", "upper_80", "upper_95"]
    values = made.select(order).row(0)
    assert list(values) == sorted(values)
    assert len(set(values)) == len(values)
